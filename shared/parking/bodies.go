package parking

import (
	"context"
	"strings"
	"time"

	"hoso/shared/bodies"
	"hoso/shared/calendar"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Ceased gives the bodies of a round that have ceased by now and on which
// nobody ruled: units that an act ended, else what the catalogue knows.
func Ceased(ctx context.Context, r store.Reader, rd round.Round, now time.Time) ([]bodies.Standing, error) {
	book, err := bodies.Builtin()
	if err != nil {
		return nil, err
	}
	var failed error
	out := rd.Ceased(func(name string) bodies.Standing {
		s, known, err := unitStanding(ctx, r, name)
		if err != nil {
			failed = err
		}
		if known {
			return s
		}
		return book.At(name, calendar.DateOf(now), rd.Settings.Issuer)
	})
	return out, failed
}

// unitStanding says whether a unit of exactly this name was ended by an act;
// known is false if there is no such unit or it is there still.
func unitStanding(ctx context.Context, r store.Reader, name string) (s bodies.Standing, known bool, err error) {
	var o people.UnitOwner
	if _, err := store.Load(ctx, r, people.UnitNameKey(name), &o); err != nil {
		if fault.Is(err, fault.NotFound) {
			err = nil
		}
		return s, false, err
	}
	var u people.Unit
	if _, err := store.Load(ctx, r, people.UnitKey(o.Unit), &u); err != nil || u.Ended == nil {
		return s, false, err
	}
	last, err := calendar.ParseISO(u.Ended.Until)
	if err != nil {
		return s, false, fault.Wrap(fault.Internal, "parking.bodies", err)
	}
	s = bodies.Standing{Name: name, Gone: true, From: last.AddDays(1), Source: u.Ended.Source, Certain: true}
	for _, id := range u.Ended.Successors {
		var next people.Unit
		if _, err := store.Load(ctx, r, people.UnitKey(id), &next); err != nil {
			return s, false, err
		}
		s.Successors = append(s.Successors, next.Name)
	}
	return s, true, nil
}

// Ruled refuses what decides anything of a round while a body of it has ceased
// and nobody ruled whether the round is kept, transferred or closed.
func Ruled(ctx context.Context, r store.Reader, rd round.Round, now time.Time) error {
	gone, err := Ceased(ctx, r, rd, now)
	if err != nil || len(gone) == 0 {
		return err
	}
	names := make([]string, len(gone))
	for i, s := range gone {
		names[i] = s.Name
	}
	return &fault.Error{
		Kind: fault.Invalid, Op: "parking", Code: "body-ceased",
		Public: "Cơ quan của đợt đã thôi hoạt động: " + strings.Join(names, "; ") + ". Quản trị đợt phải quyết định giữ, chuyển giao hay đóng đợt trước.",
	}
}
