package decision

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Changing is a change after the decision, as a clerk enters it.
type Changing struct {
	Kind   round.AfterKind `json:"kind"`
	Entry  string          `json:"entry"`  // dossier.nominee
	Number string          `json:"number"` // of the later decision
	Date   string          `json:"date"`   // ISO
	Ground round.Ground    `json:"ground,omitempty"`
	Reason string          `json:"reason"`
	Is     round.Facts     `json:"is"` // of a correction: the facts as they should read; what is empty stays as it was
}

func (x *Changing) check() error {
	bad := func(public string) error { return fault.New(fault.Invalid, "decision.change", public) }
	number, ok := round.DocumentNumber(x.Number)
	x.Number, x.Reason = number, strings.TrimSpace(x.Reason)
	x.Is = round.Facts{Name: strings.TrimSpace(x.Is.Name), Position: strings.TrimSpace(x.Is.Position), Unit: strings.TrimSpace(x.Is.Unit)}
	if !ok {
		return bad("Số, ký hiệu quyết định chưa đúng dạng, ví dụ 1234/QĐ-UBND.")
	}
	if _, err := time.Parse(time.DateOnly, x.Date); err != nil {
		return bad("Ngày quyết định không hợp lệ.")
	}
	if len([]rune(x.Reason)) < minNote {
		return bad("Hãy viết lý do, ít nhất 10 ký tự.")
	}
	switch x.Kind {
	case round.Annulment:
		if !slices.Contains(round.Grounds(), x.Ground) {
			return bad("Hãy chọn căn cứ hủy bỏ.")
		}
		x.Is = round.Facts{}
	case round.Correction:
		if n := len(x.Is.Name) + len(x.Is.Position) + len(x.Is.Unit); n == 0 || n > 2000 {
			return bad("Hãy ghi thông tin sau điều chỉnh.")
		}
		x.Ground = ""
	default:
		return bad("Hãy chọn hủy bỏ hoặc điều chỉnh thông tin.")
	}
	return nil
}

// Change prepares an annulment or a correction of somebody awarded, on the
// strength of a later decision; it counts once a second person confirmed it.
// Items: change, round check, texts, event, head, log, 9 mails, key: 16.
func (r Room) Change(ctx context.Context, key string, who people.Actor, roundID string, x Changing) (int, error) {
	if err := who.Need("decision.change", people.Clerk); err != nil {
		return 0, err
	}
	if err := x.check(); err != nil {
		return 0, err
	}
	out, err := r.Do(ctx, key, r.Request([]any{"change", who.ID, roundID, x}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.change(ctx, key, who, roundID, x, now)
	})
	if err != nil {
		return 0, err
	}
	var n int
	err = act.ReadResult(out, &n)
	return n, err
}

func (r Room) change(ctx context.Context, key string, who people.Actor, roundID string, x Changing, now time.Time) (store.Commit, error) {
	var c store.Commit
	rd, rdRev, list, _, err := r.decided(ctx, who, roundID)
	if err != nil {
		return c, err
	}
	if day, err := time.Parse(time.DateOnly, x.Date); err != nil || day.After(now) || x.Date < rd.Decision.Date {
		return c, fault.New(fault.Invalid, "decision.change", "Ngày quyết định phải từ ngày quyết định khen thưởng đến hôm nay.")
	}
	e, d, _, err := r.awarded(ctx, list, x.Entry)
	if err != nil {
		return c, err
	}
	n, was, err := r.next(ctx, roundID, e)
	if err != nil {
		return c, err
	}
	x.Is = round.Facts{Name: cmp.Or(x.Is.Name, was.Name), Position: cmp.Or(x.Is.Position, was.Position), Unit: cmp.Or(x.Is.Unit, was.Unit)}
	if x.Kind == round.Correction && x.Is == was {
		return c, fault.New(fault.Invalid, "decision.change", "Thông tin sau điều chỉnh giống thông tin hiện tại.")
	}
	texts := r.Texts(round.Chain(roundID), key)
	a := round.After{
		Round: roundID, N: n, Kind: x.Kind, Dossier: e.Dossier, Nominee: e.Nominee, Identity: e.Identity, Of: e.Kind, Number: x.Number, Date: x.Date, Ground: x.Ground,
		Reason: texts.Add("reason", x.Reason), Was: was, Is: x.Is, State: "prepared", PreparedBy: who.ID, PreparedAt: now.UTC(),
		Old: round.Pointer{Number: rd.Decision.Number, Date: rd.Decision.Date, SHA256: rd.Decision.SHA256, Package: packageOf(d)},
	}
	kept, err := texts.Writes()
	if err != nil {
		return c, err
	}
	c.Writes = append(kept, store.Put(round.AfterKey(roundID, n), 0, a), store.Unchanged(round.Key(roundID), rdRev))
	ev := act.Event(round.Chain(roundID), "award.change-prepared", who.ID, now, map[string]any{"change": n, "kind": x.Kind, "dossier": e.Dossier, "nominee": e.Nominee, "number": x.Number, "date": x.Date, "old": a.Old})
	ev.Texts = texts.Named()
	c.Events, c.Result = []evidence.Event{ev}, act.Result(n)
	for _, p := range rd.Settings.Clerks {
		if p != who.ID {
			c.Outbox = append(c.Outbox, store.Msg(fmt.Sprintf("mail/change/%s/%d/%s", roundID, n, p), flow.MailMessage,
				mail.Notice{Template: mail.ChangeAsked, To: p, Round: roundID, Data: map[string]string{mail.Document: x.Number, mail.Page: "/rounds/" + roundID + "/changes"}}))
		}
	}
	return c, nil
}

// decided reads a round that is decided, for one of its clerks.
func (r Room) decided(ctx context.Context, who people.Actor, roundID string) (rd round.Round, rdRev int64, list round.List, listRev int64, err error) {
	if rdRev, err = store.Load(ctx, r.Store, round.Key(roundID), &rd); err != nil {
		return rd, 0, list, 0, err
	}
	if listRev, err = store.Load(ctx, r.Store, round.ListKey(roundID), &list); err != nil {
		return rd, 0, list, 0, err
	}
	switch {
	case rd.State != round.Decided || rd.Decision == nil:
		err = fault.New(fault.Invalid, "decision.change", "Đợt chưa có quyết định khen thưởng.")
	case !slices.Contains(rd.Settings.Clerks, who.ID) || !who.Active:
		err = fault.New(fault.Denied, "decision.change", "Chỉ văn thư của đợt được nhập hủy bỏ, điều chỉnh.")
	}
	return rd, rdRev, list, listRev, err
}

// awarded gives who holds a confirmed place, with its sealed dossier.
func (r Room) awarded(ctx context.Context, list round.List, key string) (e round.Entry, d dossier.Dossier, rev int64, err error) {
	id, nominee, _ := strings.Cut(key, ".")
	i := list.Find(id, nominee)
	if i < 0 || list.Entries[i].Place != round.Confirmed {
		return e, d, 0, fault.New(fault.Invalid, "decision.change", "Tập thể, cá nhân này không đang được khen thưởng trong đợt.")
	}
	if rev, err = store.Load(ctx, r.Store, dossier.Key(id), &d); err != nil {
		return e, d, 0, err
	}
	if !d.Sealed {
		return e, d, 0, fault.New(fault.Conflict, "decision.change", "Hồ sơ đang được lưu trữ; hãy thử lại sau ít phút.")
	}
	return list.Entries[i], d, rev, nil
}

func packageOf(d dossier.Dossier) string {
	if d.Package == nil {
		return ""
	}
	return d.Package.SHA256
}

// next gives the number of the next change, and what is known of the nominee
// after the changes so far. One change waits for its second person at a time.
func (r Room) next(ctx context.Context, roundID string, e round.Entry) (n int, was round.Facts, err error) {
	all, err := round.Changes(ctx, r.Store, roundID)
	if err != nil {
		return 0, was, err
	}
	if len(all) >= round.MaxAfter {
		return 0, was, fault.New(fault.Invalid, "decision.change", "Đợt đã có quá nhiều lần hủy bỏ, điều chỉnh.")
	}
	was = round.Facts{Name: e.Name, Position: e.Position, Unit: e.Unit}
	for _, a := range all {
		switch {
		case a.Dossier != e.Dossier || a.Nominee != e.Nominee:
		case a.State == "prepared":
			return 0, was, fault.New(fault.Invalid, "decision.change", "Trường hợp này đang có một đề nghị chờ người thứ hai xác nhận.")
		case a.State == "confirmed":
			was = a.Is
		}
	}
	return len(all) + 1, was, nil
}

// ConfirmChange makes a prepared change count, or drops it, as a second
// person. An annulment takes the award from the nominee and gives no place
// back; the dossier is annulled with its last award. Items: change, list,
// place, dossier, two counters, two events and heads, log, search, mail, key: 13.
func (r Room) ConfirmChange(ctx context.Context, key string, who people.Actor, roundID string, n int, confirm bool) error {
	if err := who.Need("decision.change", people.Clerk); err != nil {
		return err
	}
	_, err := r.Do(ctx, key, act.Digest([]any{"confirm-change", who.ID, roundID, n, confirm}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.confirmChange(ctx, key, who, roundID, n, confirm, now)
	})
	return err
}

func (r Room) confirmChange(ctx context.Context, key string, who people.Actor, roundID string, n int, confirm bool, now time.Time) (store.Commit, error) {
	var c store.Commit
	_, _, list, listRev, err := r.decided(ctx, who, roundID)
	if err != nil {
		return c, err
	}
	var a round.After
	rev, err := store.Load(ctx, r.Store, round.AfterKey(roundID, n), &a)
	switch {
	case err != nil:
		return c, err
	case a.State != "prepared":
		return c, &fault.Error{Kind: fault.Gone, Op: "decision.change", Code: "stale", Public: "Đề nghị này đã được xác nhận hoặc đã bỏ."}
	case confirm && a.PreparedBy == who.ID:
		return c, &fault.Error{Kind: fault.Denied, Op: "decision.change", Code: "same-person", Public: "Người nhập không được tự xác nhận; cần người thứ hai."}
	}
	a.State, a.ConfirmedBy, a.ConfirmedAt = "dropped", who.ID, now.UTC()
	data := map[string]any{"change": n, "kind": a.Kind, "dossier": a.Dossier, "nominee": a.Nominee, "number": a.Number, "date": a.Date, "old": a.Old, "method": who.Method}
	if !confirm {
		c.Writes = []store.Write{store.Put(round.AfterKey(roundID, n), rev, a)}
		c.Events = []evidence.Event{act.Event(round.Chain(roundID), "award.change-dropped", who.ID, now, data)}
		return c, nil
	}
	a.State = "confirmed"
	c.Writes = []store.Write{store.Put(round.AfterKey(roundID, n), rev, a)}
	e, d, dRev, err := r.awarded(ctx, list, a.Dossier+"."+a.Nominee)
	if err != nil {
		return c, err
	}
	what := "award.corrected"
	if a.Kind == round.Annulment {
		what = "award.annulled"
		data["moves"] = round.Moves(func(k dossier.Kind) round.Move {
			if k != e.Kind {
				return round.Move{}
			}
			return round.Move{Confirmed: -1, Annulled: 1}
		})
		if err := r.annul(ctx, &c, key, e, &d, dRev, &list, listRev, a, now); err != nil {
			return c, err
		}
	} else {
		c.Writes = append(c.Writes, store.Unchanged(round.ListKey(roundID), listRev), store.Unchanged(dossier.Key(d.ID), dRev))
		c.Outbox = append(c.Outbox, dossier.Projected(d, now))
	}
	c.Events = append(c.Events, act.Event(round.Chain(roundID), what, who.ID, now, data))
	delete(data, "moves")
	c.Events = append(c.Events, act.Event(dossier.Chain(d.ID), strings.Replace(what, "award.", "dossier.", 1), who.ID, now, data))
	c.Outbox = append(c.Outbox, store.Msg(fmt.Sprintf("mail/changed/%s/%d", roundID, n), flow.MailMessage,
		mail.Notice{Template: mail.Changed, To: d.OpenedBy, Dossier: d.ID, Round: roundID, Data: map[string]string{mail.Document: a.Number}}))
	return c, nil
}

// annul takes the award from the nominee, in the list, the place's row and
// the dossier.
func (r Room) annul(ctx context.Context, c *store.Commit, key string, e round.Entry, d *dossier.Dossier, dRev int64, list *round.List, listRev int64, a round.After, now time.Time) error {
	list.Entries[list.Find(e.Dossier, e.Nominee)].Place = round.Annulled
	list.Version++
	var p round.Place
	pRev, err := store.Load(ctx, r.Store, round.PlaceKey(list.Round, e.Kind, e.Identity), &p)
	if err != nil {
		return err
	}
	p.State, p.Act = round.Annulled, key
	left := false
	for i := range d.Nominees {
		x := &d.Nominees[i]
		if x.ID == e.Nominee {
			x.Standing, x.Reason = dossier.AwardAnnulled, a.Reason.On(round.Chain(list.Round))
		}
		left = left || x.Standing == dossier.PlaceConfirmed
	}
	if !left {
		d.Move(dossier.Annulled, now)
		c.Outbox = append(c.Outbox, dossier.Projected(*d, now))
	}
	c.Writes = append(c.Writes, store.Put(round.ListKey(list.Round), listRev, *list), store.Put(round.PlaceKey(list.Round, e.Kind, e.Identity), pRev, p))
	dossier.Record(c, *d, dRev)
	return nil
}
