package board

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/bodies"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Succeeding is a ruling on a body of a round that ceased.
type Succeeding struct {
	Body   string              `json:"body"`
	Act    string              `json:"act"`             // round.KeepBody, TransferBody or CloseRound
	To     string              `json:"to,omitempty"`    // on a transfer: the body that follows
	Steps  map[string][]string `json:"steps,omitempty"` // and its persons, by step
	Head   []string            `json:"head,omitempty"`  // where it is the responsible body: who confirms selections
	Clerks []string            `json:"clerks,omitempty"`
	Reason string              `json:"reason"` // with the document it rests on
}

// Succeed rules on a body of a round that ceased. Kept: the persons named go
// on. Transferred: another body takes its place, with other persons; open tasks
// go to them, and the links of those before lead nowhere. Closed: intake ends,
// what is under appraisal waits no more, and only the end without a selection
// is left, which the head confirms. Items: round, texts, event, head, log,
// three messages, key: 9.
func (r Room) Succeed(ctx context.Context, key string, who people.Actor, id string, s Succeeding) error {
	if err := who.Need("board.succeed", people.Admin); err != nil {
		return err
	}
	s.To, s.Reason = strings.TrimSpace(s.To), strings.TrimSpace(s.Reason)
	if len([]rune(s.Reason)) < 10 {
		return fault.New(fault.Invalid, "board.succeed", "Hãy viết lý do và văn bản làm căn cứ, ít nhất 10 ký tự.")
	}
	_, err := r.Do(ctx, key, r.Request([]any{"succeed", who.ID, id, s}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.succeed(ctx, key, who, id, s, now)
	})
	return err
}

func (r Room) succeed(ctx context.Context, key string, who people.Actor, id string, s Succeeding, now time.Time) (store.Commit, error) {
	var c store.Commit
	var rd round.Round
	rev, err := store.Load(ctx, r.Store, round.Key(id), &rd)
	if err != nil {
		return c, err
	}
	gone, err := parking.Ceased(ctx, r.Store, rd, now)
	if err != nil {
		return c, err
	}
	if !slices.ContainsFunc(gone, func(x bodies.Standing) bool { return x.Name == s.Body }) {
		return c, fault.New(fault.Invalid, "board.succeed", "Cơ quan này không còn chờ quyết định: chưa thôi hoạt động, hoặc đã được quyết định.")
	}
	texts := r.Texts(round.Chain(id), key)
	ruling := round.BodyRuling{Body: s.Body, Act: s.Act, By: who.ID, At: now.UTC(), Reason: texts.Add("reason", s.Reason)}
	switch s.Act {
	case round.KeepBody:
	case round.TransferBody:
		err = r.transfer(ctx, &rd, &ruling, s)
	case round.CloseRound:
		if rd.Settings.AdHoc { // its dossiers have no end but a decision each
			return c, fault.New(fault.Invalid, "board.succeed", "Với khen thưởng đột xuất, hãy giữ hoặc chuyển giao để các hồ sơ đang xét được quyết định; muốn thôi nhận hồ sơ mới thì ngừng nhận.")
		}
		err = r.shut(ctx, &c, &rd, who.ID, now)
	default:
		err = fault.New(fault.Invalid, "board.succeed", "Hãy chọn giữ, chuyển giao hay đóng đợt.")
	}
	if err != nil {
		return c, err
	}
	rd.Rulings = append(rd.Rulings, ruling)
	kept, err := texts.Writes()
	if err != nil {
		return c, err
	}
	c.Writes = append(append(c.Writes, round.Put(rd, rev)), kept...)
	ev := act.Event(round.Chain(id), "round.body-ruled", who.ID, now, map[string]any{
		"n": len(rd.Rulings), "act": ruling.Act, "steps": ruling.Steps, "settings": act.Digest(rd.Settings), "state": rd.State,
	})
	ev.Texts = texts.Named()
	c.Events = append(c.Events, ev)
	if ruling.Act != round.KeepBody {
		c.Outbox = append(c.Outbox, store.Msg(fmt.Sprintf("fanout/succeeded/%s/%d", id, len(rd.Rulings)), flow.FanoutMessage,
			round.Fanout{Round: id, What: round.FanoutSucceeded, Version: len(rd.Rulings), By: who.ID}))
	}
	return c, nil
}

// transfer puts the body that follows, and its persons, in the place of the
// one that ceased.
func (r Room) transfer(ctx context.Context, rd *round.Round, ruling *round.BodyRuling, s Succeeding) error {
	if s.To == "" || len([]rune(s.To)) > 300 || s.To == s.Body {
		return fault.New(fault.Invalid, "board.succeed", "Hãy ghi tên cơ quan nhận chuyển giao.")
	}
	ruling.To = s.To
	set := &rd.Settings
	set.Steps = slices.Clone(set.Steps)
	for i := range set.Steps {
		st := &set.Steps[i]
		if st.Body != s.Body {
			continue
		}
		st.Title = strings.Replace(st.Title, s.Body, s.To, 1)
		st.Body, st.Persons = s.To, s.Steps[st.ID]
		ruling.Steps = append(ruling.Steps, st.ID)
	}
	if set.Body == s.Body {
		set.Body = s.To
		if len(s.Head) > 0 {
			set.Head = s.Head
			ruling.Steps = append(ruling.Steps, "selection")
		}
	}
	if set.Issuer == s.Body {
		set.Issuer = s.To
		if len(s.Clerks) > 0 {
			set.Clerks = s.Clerks
			ruling.Steps = append(ruling.Steps, "decision")
		}
	}
	if err := complete(*set); err != nil {
		return err
	}
	return r.staffed(ctx, *set)
}

// shut ends intake, if it is open, of a round on whose list nobody has a place.
func (r Room) shut(ctx context.Context, c *store.Commit, rd *round.Round, by string, now time.Time) error {
	var list round.List
	listRev, err := store.Load(ctx, r.Store, round.ListKey(rd.ID), &list)
	if err != nil {
		return err
	}
	if list.Awardable(false) > 0 {
		return fault.New(fault.Invalid, "board.succeed", "Danh sách của đợt đã có người giữ chỗ nên không đóng được; hãy giữ hoặc chuyển giao.")
	}
	c.Writes = append(c.Writes, store.Unchanged(round.ListKey(rd.ID), listRev))
	if rd.State != round.Open {
		return nil
	}
	rd.State, rd.ClosedAt, rd.Stage, rd.Generation = round.Closed, now.UTC(), "selection", 1
	c.Events = []evidence.Event{act.Event(round.Chain(rd.ID), "round.closed", by, now, nil)}
	c.Outbox = []store.Message{round.Start(*rd), store.Msg("fanout/closing/"+rd.ID, flow.FanoutMessage, round.Fanout{Round: rd.ID, What: round.FanoutClosing})}
	return nil
}

// keepNames records, at the opening of a round for which it was decided to go
// on under old names, which names those are.
func (r Room) keepNames(ctx context.Context, rd *round.Round, by string, now time.Time) error {
	if !rd.Settings.Kept {
		return nil
	}
	gone, err := parking.Ceased(ctx, r.Store, *rd, now)
	if err != nil {
		return err
	}
	for _, s := range gone {
		rd.Rulings = append(rd.Rulings, round.BodyRuling{Body: s.Name, Act: round.KeepBody, By: by, At: now.UTC()})
	}
	return nil
}

// succeeded carries a ruling to the tasks that wait: on a transfer they go to
// the new persons, on a closing nobody is asked any more.
func (r Room) succeeded(ctx context.Context, f round.Fanout) error {
	var rd round.Round
	if _, err := store.Load(ctx, r.Store, round.Key(f.Round), &rd); err != nil {
		return err
	}
	if f.Version < 1 || f.Version > len(rd.Rulings) || rd.State == round.Decided {
		return nil
	}
	ruling := rd.Rulings[f.Version-1]
	do := func(ctx context.Context, d dossier.Dossier) error { return r.handOn(ctx, f, rd, ruling, d) }
	if ruling.Act == round.CloseRound {
		do = func(ctx context.Context, d dossier.Dossier) error { return r.unask(ctx, f, d.ID) }
	}
	for _, state := range []dossier.State{dossier.InAppraisal, dossier.Eligible, dossier.Selected} {
		if err := r.each(ctx, f.Round, state, do); err != nil {
			return err
		}
	}
	if ruling.Act != round.TransferBody || rd.Task == "" {
		return nil
	}
	return r.hand(ctx, f, rd, ruling, rd.Task)
}

// personsOf gives who has a task now, by its step; ok is false where the
// ruling does not touch it.
func personsOf(rd round.Round, ruling round.BodyRuling, t round.Task) ([]string, string, bool) {
	step := t.Step
	switch t.Kind {
	case "selection", "decision":
		step = t.Kind
	case round.AdHocKind:
		step = "decision"
	}
	if !slices.Contains(ruling.Steps, step) {
		return nil, "", false
	}
	switch step {
	case "selection":
		return rd.Settings.Head, t.Title, true
	case "decision":
		return rd.Settings.Clerks, t.Title, true
	}
	for _, st := range rd.Settings.Steps {
		if st.ID == step {
			return st.Persons, st.Title, true
		}
	}
	return nil, "", false
}

// hand gives one open task to those persons of the body that follows who may
// decide it.
func (r Room) hand(ctx context.Context, f round.Fanout, rd round.Round, ruling round.BodyRuling, id string) error {
	var t round.Task
	if _, err := store.Load(ctx, r.Store, round.TaskKey(id), &t); err != nil {
		return err
	}
	persons, _, ok := personsOf(rd, ruling, t)
	if !ok || t.State != round.TaskOpen {
		return nil
	}
	barred, err := parking.Barred(ctx, r.Store, t)
	if err != nil {
		return err
	}
	var able []string
	for _, id := range persons {
		var p people.Person
		if _, err := store.Load(ctx, r.Store, people.Key(id), &p); err != nil {
			return err
		}
		if barred(p) == "" {
			able = append(able, id)
		}
	}
	if len(able) == 0 {
		return nil // it stays, and an administrator gives it to somebody
	}
	err = r.Hand(ctx, fmt.Sprintf("succeeded/%s/%d/%s", f.Round, f.Version, id), f.By, id, able)
	if fault.Is(err, fault.Gone) || fault.Is(err, fault.Invalid) {
		return nil // decided meanwhile, or who was to take it may not any more
	}
	return err
}

// handOn gives a dossier's open task to the persons of the body that follows,
// and says whose turn it is. Items besides: dossier, event, head, log, key: 5.
func (r Room) handOn(ctx context.Context, f round.Fanout, rd round.Round, ruling round.BodyRuling, seen dossier.Dossier) error {
	if seen.Asked() == "" {
		return nil
	}
	if err := r.hand(ctx, f, rd, ruling, seen.Asked()); err != nil {
		return err
	}
	key := fmt.Sprintf("succeeded/%s/%d/holder/%s", f.Round, f.Version, seen.ID)
	_, err := r.Do(ctx, key, act.Digest(key), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var d dossier.Dossier
		rev, err := store.Load(ctx, r.Store, dossier.Key(seen.ID), &d)
		if err != nil || d.Asked() != seen.Asked() {
			return store.Commit{}, err
		}
		var t round.Task
		if _, err := store.Load(ctx, r.Store, round.TaskKey(d.Asked()), &t); err != nil {
			return store.Commit{}, err
		}
		_, title, ok := personsOf(rd, ruling, t)
		if !ok || d.Holder == title {
			return store.Commit{}, nil
		}
		d.Holder = title
		return store.Commit{
			Writes: []store.Write{dossier.Put(d, rev)},
			Events: []evidence.Event{act.Event(dossier.Chain(d.ID), "dossier.turn-moved", f.By, now, map[string]any{"task": d.Asked(), "ruling": f.Version})},
		}, nil
	})
	return err
}

// unask takes back what a dossier of a closing round waits for in appraisal.
// Items: dossier, task, 10 rows, three counters, event, head, log, message, key: 20.
func (r Room) unask(ctx context.Context, f round.Fanout, id string) error {
	key := fmt.Sprintf("succeeded/%s/%d/unask/%s", f.Round, f.Version, id)
	_, err := r.Do(ctx, key, act.Digest(key), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var c store.Commit
		var d dossier.Dossier
		rev, err := store.Load(ctx, r.Store, dossier.Key(id), &d)
		if err != nil || d.State != dossier.InAppraisal && !d.Recalled() {
			return c, err
		}
		if d.Task != "" {
			if err := parking.Void(ctx, r.Store, &c, d.Task, flow.Done); err != nil {
				return c, err
			}
		}
		c.Counters = append(c.Counters, store.Add{Counter: round.PendingCounter(d.Round), N: -1})
		if d.State == dossier.InAppraisal {
			d.Move(dossier.Eligible, now)
		}
		d.Stage, d.Task, d.Holder = "", "", "round"
		c.Events = []evidence.Event{act.Event(dossier.Chain(id), "dossier.unasked", f.By, now, map[string]any{"revision": d.Revision, "ruling": f.Version})}
		dossier.Record(&c, d, rev)
		return c, nil
	})
	return err
}
