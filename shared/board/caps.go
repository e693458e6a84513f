package board

import (
	"context"
	"fmt"
	"maps"
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

// Amending is a change of a round's places by a document that amends its plan.
type Amending struct {
	Caps   map[dossier.Kind]int `json:"caps"`
	Shares []round.Share        `json:"shares,omitempty"` // replace those there were
	Number string               `json:"number"`           // số, ký hiệu of the document
	Date   string               `json:"date"`             // ISO
	Note   string               `json:"note,omitempty"`
}

// check refuses an amendment that no round could take.
func (a *Amending) check() error {
	bad := func(public string, args ...any) error {
		return fault.New(fault.Invalid, "board.amend", fmt.Sprintf(public, args...))
	}
	var ok bool
	if a.Number, ok = round.DocumentNumber(a.Number); !ok {
		return bad("Hãy ghi số, ký hiệu văn bản điều chỉnh, ví dụ 12/KH-UBND.")
	}
	if _, err := time.Parse(time.DateOnly, a.Date); err != nil {
		return bad("Ngày văn bản điều chỉnh không hợp lệ.")
	}
	for _, k := range dossier.Kinds() {
		if n, ok := a.Caps[k]; !ok || n < 0 {
			return bad("Hãy ghi số lượng %s sau điều chỉnh.", dossier.KindName(k))
		}
	}
	if a.Caps[dossier.Collective]+a.Caps[dossier.Individual] > round.MaxPlaces {
		return bad("Một đợt có tối đa %d chỗ cho tập thể và cá nhân.", round.MaxPlaces)
	}
	units := 0
	for i, s := range a.Shares {
		units += len(s.Units)
		if strings.TrimSpace(s.Name) == "" || len(s.Name) > 300 || len(s.Caps) == 0 {
			return bad("Giới hạn thứ %d thiếu tên hoặc số lượng.", i+1)
		}
		for _, n := range s.Caps {
			if n < 0 || n > round.MaxPlaces {
				return bad("Giới hạn “%s” có số lượng không hợp lệ.", s.Name)
			}
		}
	}
	if len(a.Shares) > round.MaxShares || units > round.MaxShareUnits {
		return bad("Có tối đa %d giới hạn, gồm tối đa %d đơn vị.", round.MaxShares, round.MaxShareUnits)
	}
	return nil
}

// Amend changes the places of a round that is not decided: never below what
// is used, by the counters' own condition, and in no share below what its
// units hold. Items: round, texts, two counters, event, head, log, 20 mails,
// key: 28.
func (r Room) Amend(ctx context.Context, key string, who people.Actor, id string, a Amending) error {
	if err := who.Need("board.amend", people.Admin); err != nil {
		return err
	}
	if err := a.check(); err != nil {
		return err
	}
	_, err := r.Do(ctx, key, r.Request([]any{"amend", who.ID, id, a}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.amend(ctx, key, who, id, a, now)
	})
	for _, k := range dossier.Kinds() {
		if fault.CodeOf(err) == round.PlaceCounter(id, k) {
			return &fault.Error{
				Kind: fault.OverQuota, Op: "board.amend", Code: "below-used", Err: err,
				Public: "Số lượng " + dossier.KindName(k) + " không được thấp hơn số chỗ đang giữ; hãy giải phóng chỗ trước.",
			}
		}
	}
	return err
}

func (r Room) amend(ctx context.Context, key string, who people.Actor, id string, a Amending, now time.Time) (store.Commit, error) {
	var c store.Commit
	var rd round.Round
	rev, err := store.Load(ctx, r.Store, round.Key(id), &rd)
	if err != nil {
		return c, err
	}
	if rd.Settings.AdHoc {
		return c, fault.New(fault.Invalid, "board.amend", "Khen thưởng đột xuất không có số lượng nên không có gì để điều chỉnh.")
	}
	var list round.List
	if _, err := store.Load(ctx, r.Store, round.ListKey(id), &list); err != nil {
		return c, err
	}
	if day, err := time.Parse(time.DateOnly, a.Date); err != nil || day.After(now) {
		return c, fault.New(fault.Invalid, "board.amend", "Ngày văn bản điều chỉnh ở tương lai.")
	}
	switch {
	case rd.State == round.Decided:
		return c, fault.New(fault.Invalid, "board.amend", "Đợt đã có quyết định nên không điều chỉnh số lượng được nữa.")
	case len(rd.Amendments) >= round.MaxAmendments:
		return c, fault.New(fault.Invalid, "board.amend", "Đợt đã được điều chỉnh quá nhiều lần.")
	}
	before := rd.Settings.Caps
	change := func(k dossier.Kind) int { return a.Caps[k] - before[k] }
	texts := r.Texts(round.Chain(id), key)
	rd.Amendments = append(rd.Amendments, round.Amended{
		By: who.ID, At: now.UTC(), Number: a.Number, Date: a.Date, Note: texts.Add("note", strings.TrimSpace(a.Note)),
		Before: maps.Clone(before), After: a.Caps,
	})
	rd.Settings.Caps, rd.Settings.Shares = maps.Clone(a.Caps), a.Shares
	if over := rd.Settings.Over(list.Entries); len(over) > 0 {
		return c, &fault.Error{
			Kind: fault.OverQuota, Op: "board.amend", Code: "below-used",
			Public: "Danh sách hiện có đã vượt giới hạn mới: " + strings.Join(over, "; ") + ".",
		}
	}
	kept, err := texts.Writes()
	if err != nil {
		return c, err
	}
	// Whatever lets the list grow changes the round too, so that neither can
	// happen beside the other.
	c.Writes = append([]store.Write{round.Put(rd, rev)}, kept...)
	for _, k := range dossier.Kinds() {
		if n := change(k); n != 0 {
			c.Counters = append(c.Counters, store.Add{Counter: round.PlaceCounter(id, k), N: int64(n)})
		}
	}
	ev := act.Event(round.Chain(id), round.CapsAmended, who.ID, now, map[string]any{
		"number": a.Number, "date": a.Date, "shares": act.Digest(a.Shares),
		"moves": round.Moves(func(k dossier.Kind) round.Move { return round.Move{Cap: change(k), Free: change(k)} }),
	})
	ev.Texts = texts.Named()
	c.Events = []evidence.Event{ev}
	told := map[string]bool{who.ID: true}
	for _, p := range append(append([]string(nil), rd.Settings.Head...), rd.Settings.Preparers...) {
		if told[p] {
			continue
		}
		told[p] = true
		c.Outbox = append(c.Outbox, store.Msg(fmt.Sprintf("mail/amended/%s/%d/%s", id, len(rd.Amendments), p), flow.MailMessage, mail.Notice{
			Template: mail.CapsAmended, To: p, Round: id, Data: map[string]string{mail.Document: a.Number, mail.Page: "/rounds/" + id + "/ledger"},
		}))
	}
	return c, nil
}
