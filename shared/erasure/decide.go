package erasure

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Asking is what an administrator asks to have erased.
type Asking struct {
	Dossier string        `json:"dossier,omitempty"` // "": texts about the round as a whole
	Chain   string        `json:"chain,omitempty"`   // instead: a chain outside of rounds (see Outside)
	Texts   []act.TextRef `json:"texts"`             // as Texts lists them
	Number  string        `json:"number"`            // số, ký hiệu of the document that orders it
	Date    string        `json:"date"`              // ISO
	Ground  Ground        `json:"ground"`
	Reason  string        `json:"reason"`
}

// minReason is the least length of a reason, in characters.
const minReason = 10

func bad(public string, args ...any) error {
	return fault.New(fault.Invalid, "erasure.ask", fmt.Sprintf(public, args...))
}

func (a *Asking) check() error {
	number, ok := round.DocumentNumber(a.Number)
	a.Number, a.Reason = number, strings.TrimSpace(a.Reason)
	slices.Sort(a.Texts)
	a.Texts = slices.Compact(a.Texts)
	switch {
	case a.Dossier != "" && a.Chain != "":
		return bad("Mỗi đề nghị chỉ về một hồ sơ hoặc một sổ.")
	case len(a.Texts) == 0:
		return bad("Hãy chọn ít nhất một nội dung cần xóa.")
	case len(a.Texts) > MaxTexts:
		return bad("Mỗi lần xóa tối đa %d nội dung; hãy chia thành nhiều đề nghị.", MaxTexts)
	case !ok:
		return bad("Số, ký hiệu văn bản quyết định xóa chưa đúng dạng, ví dụ 12/QĐ-STTTT.")
	case !slices.Contains(Grounds(), a.Ground):
		return bad("Hãy chọn căn cứ xóa.")
	case len([]rune(a.Reason)) < minReason:
		return bad("Hãy viết lý do, ít nhất 10 ký tự.")
	}
	if _, err := time.Parse(time.DateOnly, a.Date); err != nil {
		return bad("Ngày văn bản quyết định xóa không hợp lệ.")
	}
	return nil
}

// Ask prepares an erasure; nothing goes until the head confirms it. Items:
// erasure, texts, event, head, log, 10 mails, key: 16.
func (r Room) Ask(ctx context.Context, key string, who people.Actor, roundID string, a Asking) (int, error) {
	if err := who.Need("erasure.ask", people.Admin); err != nil {
		return 0, err
	}
	if err := a.check(); err != nil {
		return 0, err
	}
	out, err := r.Do(ctx, key, r.Request([]any{"erase", who.ID, roundID, a}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.ask(ctx, key, who, roundID, a, now)
	})
	if err != nil {
		return 0, err
	}
	var n int
	err = act.ReadResult(out, &n)
	return n, err
}

func (r Room) ask(ctx context.Context, key string, who people.Actor, roundID string, a Asking, now time.Time) (store.Commit, error) {
	var c store.Commit
	var rd round.Round
	if _, err := store.Load(ctx, r.Store, round.Key(roundID), &rd); err != nil {
		return c, err
	}
	if day, err := time.Parse(time.DateOnly, a.Date); err != nil || day.After(now) {
		return c, bad("Ngày văn bản quyết định xóa ở tương lai.")
	}
	if a.Dossier != "" {
		var d dossier.Dossier
		if _, err := store.Load(ctx, r.Store, dossier.Key(a.Dossier), &d); err != nil {
			return c, err
		}
		if d.Round != roundID {
			return c, fault.New(fault.NotFound, "erasure.ask", "Không tìm thấy hồ sơ này trong đợt.")
		}
	}
	all, err := Of(ctx, r.Store, roundID)
	if err != nil {
		return c, err
	}
	if len(all) >= Max {
		return c, bad("Đợt đã có quá nhiều đề nghị xóa.")
	}
	known, err := about(ctx, r.Store, rd, a)
	if err != nil {
		return c, err
	}
	e := Erasure{
		Round: roundID, N: len(all) + 1, Dossier: a.Dossier, Chain: a.Chain, Number: a.Number, Date: a.Date, Ground: a.Ground,
		State: "asked", AskedBy: who.ID, AskedAt: now.UTC(),
	}
	if e.Texts, err = pick(known, a.Texts, all); err != nil {
		return c, err
	}
	texts := r.Texts(round.Chain(roundID), key)
	e.Reason = texts.Add("reason", a.Reason)
	if c.Writes, err = texts.Writes(); err != nil {
		return c, err
	}
	c.Writes = append(c.Writes, store.Put(Key(roundID, e.N), 0, e))
	ev := act.Event(round.Chain(roundID), "erasure.asked", who.ID, now,
		map[string]any{"erasure": e.N, "dossier": a.Dossier, "chain": a.Chain, "texts": commitments(e.Texts), "ground": a.Ground, "number": a.Number, "date": a.Date})
	ev.Texts = texts.Named()
	c.Events, c.Result = []evidence.Event{ev}, act.Result(e.N)
	for _, p := range rd.Settings.Head {
		if p != who.ID {
			c.Outbox = append(c.Outbox, store.Msg(fmt.Sprintf("mail/erasure/%s/%d/%s", roundID, e.N, p), flow.MailMessage,
				mail.Notice{Template: mail.ErasureAsked, To: p, Round: roundID, Data: map[string]string{mail.Document: a.Number, mail.Page: fmt.Sprintf("/rounds/%s/erasures/%d", roundID, e.N)}}))
		}
	}
	return c, nil
}

// pick gives the items of the texts that are asked for: each is there, and no
// other erasure waits for it.
func pick(known []Text, asked []act.TextRef, all []Erasure) ([]Item, error) {
	waits := map[act.TextRef]bool{}
	for _, e := range all {
		for _, i := range e.Texts {
			waits[i.Ref] = waits[i.Ref] || e.State == "asked"
		}
	}
	out := make([]Item, 0, len(asked))
	for _, ref := range asked {
		i := slices.IndexFunc(known, func(t Text) bool { return t.Ref == ref && !t.Gone })
		switch {
		case i < 0:
			return nil, bad("Có nội dung không còn ở đây hoặc đã được xóa; hãy mở lại trang và chọn lại.")
		case waits[ref]:
			return nil, bad("Có nội dung đang nằm trong một đề nghị xóa khác chờ xác nhận.")
		}
		out = append(out, known[i].Item)
	}
	return out, nil
}

func commitments(items []Item) []evidence.Commitment {
	out := make([]evidence.Commitment, len(items))
	for i, x := range items {
		_, _, out[i], _ = x.Ref.Split("")
	}
	return out
}

// erased is the data of evidence.TextErased, with why and by whose decision.
type erased struct {
	evidence.Erasure
	Round   string `json:"round"`
	N       int    `json:"erasure"`
	Ground  Ground `json:"ground"`
	Number  string `json:"number"`
	Date    string `json:"date"`
	AskedBy string `json:"asked_by"`
	Method  string `json:"method"`
}

// Decide erases what was asked for, or drops it, as the head of the standing
// agency. It cannot be taken back. Who wrote one of the texts leaves that to
// another head. Items: erasure, round and wipes checks, 20 records of texts, two events
// and heads, log, two messages, key: 31.
func (r Room) Decide(ctx context.Context, key string, who people.Actor, roundID string, n int, confirm bool) error {
	_, err := r.Do(ctx, key, act.Digest([]any{"decide-erasure", who.ID, roundID, n, confirm}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.decide(ctx, who, roundID, n, confirm, now)
	})
	return err
}

func (r Room) decide(ctx context.Context, who people.Actor, roundID string, n int, confirm bool, now time.Time) (store.Commit, error) {
	const op = "erasure.decide"
	var c store.Commit
	var rd round.Round
	rdRev, err := store.Load(ctx, r.Store, round.Key(roundID), &rd)
	if err != nil {
		return c, err
	}
	if !slices.Contains(rd.Settings.Head, who.ID) || !who.Is(people.Head) {
		return c, fault.New(fault.Denied, op, "Chỉ thủ trưởng cơ quan thường trực của đợt được quyết định việc xóa.")
	}
	var e Erasure
	rev, err := store.Load(ctx, r.Store, Key(roundID, n), &e)
	switch {
	case err != nil:
		return c, err
	case e.State != "asked":
		return c, &fault.Error{Kind: fault.Gone, Op: op, Code: "stale", Public: "Đề nghị này đã được xác nhận hoặc đã bỏ."}
	case confirm && e.AskedBy == who.ID:
		return c, &fault.Error{Kind: fault.Denied, Op: op, Code: "same-person", Public: "Người đề nghị không được tự xác nhận; cần người thứ hai."}
	case confirm && slices.ContainsFunc(e.Texts, func(i Item) bool { return i.By == who.ID }):
		return c, &fault.Error{Kind: fault.Denied, Op: op, Code: "own-text", Public: "Có nội dung do chính ông/bà viết; cần thủ trưởng khác của đợt xác nhận."}
	}
	e.State, e.DecidedBy, e.DecidedAt = "dropped", who.ID, now.UTC()
	if !confirm {
		c.Writes = []store.Write{store.Put(Key(roundID, n), rev, e)}
		c.Events = []evidence.Event{act.Event(round.Chain(roundID), "erasure.dropped", who.ID, now, map[string]any{"erasure": n, "dossier": e.Dossier})}
		return c, nil
	}
	if err := parking.Ruled(ctx, r.Store, rd, now); err != nil {
		return c, err
	}
	e.State = "confirmed"
	w, wRev, err := r.wipes(ctx)
	if err != nil {
		return c, err
	}
	e.After = w.Begun
	refs := make([]act.TextRef, len(e.Texts))
	for i, x := range e.Texts {
		refs[i] = x.Ref
	}
	writes, gone, err := erase(ctx, r.Store, refs)
	if err != nil {
		return c, err
	}
	// Whoever takes the head's place takes the decision too.
	c.Writes = append(writes, store.Put(Key(roundID, n), rev, e), store.Unchanged(round.Key(roundID), rdRev), store.Unchanged(wipesKey(), wRev))
	for _, chain := range slices.Sorted(maps.Keys(gone)) {
		c.Events = append(c.Events, act.Event(chain, evidence.TextErased, who.ID, now, erased{
			evidence.Erasure{Texts: gone[chain]}, roundID, n, e.Ground, e.Number, e.Date, e.AskedBy, who.Method,
		}))
	}
	m := store.Msg(fmt.Sprintf("fanout/erased/%s/%d", roundID, n), flow.FanoutMessage, round.Fanout{Round: roundID, What: round.FanoutErased, Version: n})
	m.Due = night(now)
	c.Outbox = []store.Message{m, noted(e, gone)}
	return c, nil
}

// wipeHour is when files are rewritten, local time: nobody hands in a dossier.
const wipeHour = 1

// night gives the next hour of the night after an instant.
func night(now time.Time) time.Time {
	l := now.In(calendar.Zone())
	at := time.Date(l.Year(), l.Month(), l.Day(), wipeHour, 0, 0, 0, calendar.Zone())
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at.UTC()
}

// wipes counts the rewritings of the store's files. A text that a rewriting
// takes along was out of the store before it began, which the time of its
// erasure does not tell: that is read before the commit.
type wipes struct {
	Begun int       `json:"begun"`
	Done  int       `json:"done"` // the latest that was carried out
	At    time.Time `json:"at"`   // when that began
	// Owed is the first that takes along what was erased again after a restore;
	// it stands while Done is less.
	Owed int `json:"owed,omitempty"`
}

func wipesKey() store.Key { return store.Key{Part: "erasure", Sort: "wipes"} }

func (r Room) wipes(ctx context.Context) (w wipes, rev int64, err error) {
	rev, err = store.Load(ctx, r.Store, wipesKey(), &w)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return w, rev, err
}

// rewrite has the files rewritten. Items to begin: count, key: 2; to end: the
// same.
func (r Room) rewrite(ctx context.Context) error {
	id := r.NewID()
	var this int
	begun := r.Now().UTC()
	if _, err := r.Do(ctx, "wipe/"+id, "begin", func(ctx context.Context, _ time.Time) (store.Commit, error) {
		w, rev, err := r.wipes(ctx)
		w.Begun++
		this = w.Begun
		return store.Commit{Writes: []store.Write{store.Put(wipesKey(), rev, w)}}, err
	}); err != nil {
		return err
	}
	if err := r.Wipe(ctx); err != nil {
		return err
	}
	_, err := r.Do(ctx, "wiped/"+id, "end", func(ctx context.Context, _ time.Time) (store.Commit, error) {
		w, rev, err := r.wipes(ctx)
		if err != nil || w.Done >= this {
			return store.Commit{}, err
		}
		w.Done, w.At = this, begun
		return store.Commit{Writes: []store.Write{store.Put(wipesKey(), rev, w)}}, nil
	})
	return err
}

// WipeOwed has the files rewritten if what was erased again after a restore
// still lies in them.
func (r Room) WipeOwed(ctx context.Context) error {
	w, _, err := r.wipes(ctx)
	if err != nil || r.Wipe == nil || w.Done >= w.Owed {
		return err
	}
	return r.rewrite(ctx)
}

// Finish has the store's files rewritten after an erasure, and records when
// that began. One rewriting serves every erasure confirmed before it. Items:
// erasure, event, head, log, key: 5.
func (r Room) Finish(ctx context.Context, roundID string, n int) error {
	if r.Wipe == nil {
		return nil
	}
	var e Erasure
	if _, err := store.Load(ctx, r.Store, Key(roundID, n), &e); err != nil || e.State != "confirmed" {
		return err
	}
	w, _, err := r.wipes(ctx)
	if err != nil {
		return err
	}
	if w.Done <= e.After {
		if err := r.rewrite(ctx); err != nil {
			return err
		}
	}
	_, err = r.Do(ctx, fmt.Sprintf("wiped/%s/%d", roundID, n), act.Digest([]any{"wiped", roundID, n}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var c store.Commit
		rev, err := store.Load(ctx, r.Store, Key(roundID, n), &e)
		if err != nil {
			return c, err
		}
		w, _, err := r.wipes(ctx)
		if err != nil {
			return c, err
		}
		e.Wiped = w.At
		c.Writes = []store.Write{store.Put(Key(roundID, n), rev, e)}
		c.Events = []evidence.Event{act.Event(round.Chain(roundID), "erasure.wiped", "dispatch", now, map[string]any{"erasure": n, "dossier": e.Dossier})}
		return c, nil
	})
	return err
}

// patience is how long after its night a rewriting may take or fail until
// somebody should look.
const patience = time.Hour

// Late counts the erasures whose bytes should have been written over by now.
// Those carried out again after a restore count as one: that is done at once.
func Late(ctx context.Context, waits interface {
	store.Reader
	Pending(ctx context.Context, now time.Time, limit int) ([]store.Message, error)
}, now time.Time,
) (int, error) {
	ms, err := waits.Pending(ctx, now.Add(-patience), store.MaxPage)
	if err != nil {
		return 0, err
	}
	var w wipes
	if _, err := store.Load(ctx, waits, wipesKey(), &w); err != nil && !fault.Is(err, fault.NotFound) {
		return 0, err
	}
	n := 0
	if w.Done < w.Owed {
		n++
	}
	for _, m := range ms {
		var f round.Fanout
		if m.Kind == flow.FanoutMessage && json.Unmarshal(m.Body, &f) == nil && f.What == round.FanoutErased {
			n++
		}
	}
	return n, nil
}
