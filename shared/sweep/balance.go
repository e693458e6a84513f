package sweep

import (
	"context"
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/round"
	"hoso/shared/store"
)

// placesView is what says how many places of a round are taken.
type placesView struct {
	round, list int64 // revisions
	r           round.Round
	l           round.List
	free        map[string]int64
}

// balance looks whether a round's places add up, and says so in the log if
// they do not. Nothing is mended: a person has to look. A round that changed
// while it was read is looked at in the next sweep.
func (r Room) balance(ctx context.Context, id string, rep *Report) error {
	before, err := r.places(ctx, id)
	if err != nil {
		return err
	}
	rows := map[string]round.Place{}
	for page := (store.Page{}); ; {
		s, err := r.Store.List(ctx, round.PlacesPart(id), page)
		if err != nil {
			return err
		}
		for _, rec := range s.Records {
			var row round.Place
			if err := rec.Decode(&row); err != nil {
				return err
			}
			rows[rec.Key.Sort] = row
		}
		if page.After = s.Next; s.Next == "" {
			break
		}
	}
	wrong := round.Imbalance(before.r, before.l, rows, before.free)
	if len(wrong) == 0 {
		return nil
	}
	after, err := r.places(ctx, id)
	if err != nil {
		return err
	}
	if after.round != before.round || after.list != before.list || !sameCounts(after.free, before.free) {
		return nil
	}
	rep.Unbalanced++
	r.Log.ErrorContext(ctx, "places of a round do not add up", "round", id, "what", strings.Join(wrong, "; "))
	return nil
}

// places reads a round, its list and what is free.
func (r Room) places(ctx context.Context, id string) (placesView, error) {
	v := placesView{free: map[string]int64{}}
	for _, kind := range dossier.Kinds() {
		name := round.PlaceCounter(id, kind)
		n, err := r.Store.Counter(ctx, name)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return v, err
		}
		v.free[name] = n
	}
	recs, err := r.Store.GetMany(ctx, []store.Key{round.Key(id), round.ListKey(id)})
	if err != nil {
		return v, err
	}
	v.round, v.list = recs[0].Rev, recs[1].Rev
	if err := recs[0].Decode(&v.r); err != nil {
		return v, err
	}
	if v.list > 0 {
		err = recs[1].Decode(&v.l)
	}
	return v, err
}

func sameCounts(a, b map[string]int64) bool {
	for name, n := range a {
		if m, ok := b[name]; !ok || m != n {
			return false
		}
	}
	return len(a) == len(b)
}
