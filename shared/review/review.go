// Package review is the stage of the round-scope steps of a route: the
// consolidated list goes to the reviewing body, which approves, refuses or
// holds each nominee on it. A refusal frees the place in the same commit.
package review

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/viettext"
)

// Name of the stage, everywhere.
const Name = "review"

// Room asks and records.
type Room struct{ parking.Desk }

// Run opens the task of the current step on the list as it is now and leaves
// the run parked. Items: round, list check, task, 10 rows, 10 links, 10 mails,
// event, head, log, key: 37.
func (r Room) Run(ctx context.Context, in flow.In) (flow.Out, error) {
	var list round.List
	if _, err := store.Load(ctx, r.Store, round.ListKey(in.Subject), &list); err != nil {
		return flow.Out{}, err
	}
	_, err := r.Do(ctx, parking.Key(in, Name, fmt.Sprint(list.Version)), act.Digest([]any{in.Subject, Name}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var rd round.Round
		rev, err := store.Load(ctx, r.Store, round.Key(in.Subject), &rd)
		if err != nil {
			return store.Commit{}, err
		}
		var c store.Commit
		if rd.Generation != in.Generation || rd.Stage != Name {
			err := r.Stray(&c, in, round.StageFor(rd, in))
			return c, err
		}
		listRev, err := store.Load(ctx, r.Store, round.ListKey(rd.ID), &list)
		if err != nil {
			return c, err
		}
		step := rd.Settings.RoundSteps()[rd.Step]
		due, err := r.Due(now, step.DueDays)
		if err != nil {
			return c, fault.Wrap(fault.Internal, Name, err)
		}
		t := round.Task{
			ID: round.TaskID(rd.ID, list.Version, step.ID), Kind: Name, Round: rd.ID, Revision: list.Version,
			Step: step.ID, Title: step.Title, Persons: step.Persons, Passkey: step.Passkey, Due: due,
		}
		if err := r.Open(ctx, &c, in, t, mail.TaskReview, now); err != nil {
			return c, err
		}
		if rd.Task != t.ID {
			rd.Task = t.ID
			c.Writes = append(c.Writes, round.Put(rd, rev), store.Unchanged(round.ListKey(rd.ID), listRev))
			c.Events = append(c.Events, act.Event(round.Chain(rd.ID), "review.asked", Name, now,
				map[string]any{"task": t.ID, "step": step.ID, "list": list.Version, "digest": list.Digest()}))
		}
		return c, nil
	})
	return in.To(Name), err
}

// Deciding is what a reviewer sends. Nothing in it is preselected.
type Deciding struct {
	Shown    string          `json:"shown"` // List.Digest of the page that was shown
	Nominees map[string]Rule `json:"nominees"`
}

// Rule is the decision on one nominee of the list, by Key.
type Rule struct {
	Is     dossier.Standing `json:"is"`
	Reason string           `json:"reason,omitempty"`
}

// Key names an entry of the list in a form.
func Key(e round.Entry) string { return e.Dossier + "." + e.Nominee }

// Decide takes the reviewer's decision. Items at the worst case (60 refused):
// round, list, task, 10 rows, texts, 60 places, two counters, event, head,
// log, three messages, key: 83.
func (r Room) Decide(ctx context.Context, key string, who people.Actor, task string, say Deciding) error {
	_, err := r.Do(ctx, key, r.Request([]any{"review", who.ID, task, say}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.decide(ctx, key, who, task, say, now)
	})
	return err
}

func (r Room) decide(ctx context.Context, key string, who people.Actor, task string, say Deciding, now time.Time) (store.Commit, error) {
	var c store.Commit
	t, tRev, err := parking.Allowed(ctx, r.Store, who, task, now)
	if err != nil {
		return c, err
	}
	if t.Kind != Name {
		return c, fault.New(fault.NotFound, "review.decide", "Không tìm thấy việc này.")
	}
	var rd round.Round
	rdRev, err := store.Load(ctx, r.Store, round.Key(t.Round), &rd)
	if err != nil {
		return c, err
	}
	var list round.List
	listRev, err := store.Load(ctx, r.Store, round.ListKey(t.Round), &list)
	if err != nil {
		return c, err
	}
	if rd.Task != t.ID || list.Version != t.Revision || say.Shown != list.Digest() {
		return c, &fault.Error{Kind: fault.Gone, Op: "review.decide", Code: "stale", Public: "Danh sách đã thay đổi sau khi trang này được mở; hãy mở lại để xem bản hiện tại."}
	}
	v := round.Verdict{By: who.ID, At: now.UTC(), Method: who.Method, Shown: say.Shown}
	listed, err := r.listed(ctx, list)
	if err != nil {
		return c, err
	}
	if err := impartial(who, rd, t.Step, listed); err != nil {
		return c, err
	}
	texts := r.Texts(round.Chain(rd.ID), key)
	give, err := r.rule(ctx, &c, &list, &v, who, key, say, texts)
	if err != nil {
		return c, err
	}
	kept, err := texts.Writes()
	if err != nil {
		return c, err
	}
	if rd.Reviewed == nil {
		rd.Reviewed = map[string]string{}
	}
	rd.Reviewed[t.Step] = who.ID
	next := r.advance(&rd)
	parking.Decide(&c, t, tRev, v, next)
	list.Version++
	c.Writes = append(append(c.Writes, round.Put(rd, rdRev), store.Put(round.ListKey(rd.ID), listRev, list)), kept...)
	ev := act.Event(round.Chain(rd.ID), "review.decided", who.ID, now, map[string]any{
		"task": t.ID, "step": t.Step, "method": v.Method,
		"shown": v.Shown, "rulings": brief(v.Nominees), "list": list.Version, "moves": round.Releases(give),
	})
	ev.Texts = texts.Named()
	c.Events = []evidence.Event{ev}
	c.Outbox = append(c.Outbox, parking.Receipt(t, v),
		store.Msg("fanout/review/"+t.ID, flow.FanoutMessage, round.Fanout{Round: rd.ID, What: round.FanoutStandings, Version: list.Version}))
	return c, nil
}

// listed reads the dossiers of which somebody is on the list.
func (r Room) listed(ctx context.Context, list round.List) ([]dossier.Dossier, error) {
	var out []dossier.Dossier
	seen := map[string]bool{}
	for _, e := range list.Holding() {
		if seen[e.Dossier] {
			continue
		}
		seen[e.Dossier] = true
		var d dossier.Dossier
		if _, err := store.Load(ctx, r.Store, dossier.Key(e.Dossier), &d); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// impartial refuses who decided another step of this list, or a step of a
// dossier on it: nobody takes two on one nomination.
func impartial(who people.Actor, rd round.Round, step string, listed []dossier.Dossier) error {
	twice := rd.Took(who.ID, step)
	for _, d := range listed {
		twice = twice || d.Took(who.ID, "")
	}
	if twice {
		return &fault.Error{
			Kind: fault.Denied, Op: "review.decide", Code: "two-steps",
			Public: "Ông/bà đã quyết định một bước khác của danh sách này hoặc của hồ sơ trong đó; mỗi người chỉ quyết định một bước.",
		}
	}
	return nil
}

// rule lays the rulings over the list; a refused nominee's place is freed. It
// gives how many places became free.
func (r Room) rule(ctx context.Context, c *store.Commit, list *round.List, v *round.Verdict, who people.Actor, key string, say Deciding, texts *act.Texts) (map[dossier.Kind]int64, error) {
	incomplete := &fault.Error{Kind: fault.Invalid, Op: "review.decide", Code: "incomplete", Public: "Hãy quyết định từng tập thể, cá nhân trong danh sách."}
	if len(say.Nominees) != len(list.Holding()) {
		return nil, incomplete
	}
	give := map[dossier.Kind]int64{}
	for i := range list.Entries {
		e := &list.Entries[i]
		if e.Place == round.Released {
			continue
		}
		x, ok := say.Nominees[Key(*e)]
		if !ok {
			return nil, incomplete
		}
		if e.Kind == dossier.Individual && viettext.Key(e.Name) == viettext.Key(who.Name) {
			return nil, &fault.Error{Kind: fault.Denied, Op: "review.decide", Code: "own-nomination", Public: "Ông/bà không được quyết định danh sách có chính mình; hãy đề nghị giao người khác."}
		}
		switch x.Is {
		case dossier.Approved:
			e.Reason = ""
		case dossier.RefusedOne, dossier.Held:
			if len([]rune(strings.TrimSpace(x.Reason))) < 10 {
				return nil, &fault.Error{Kind: fault.Invalid, Op: "review.decide", Code: "reason-short", Public: "Hãy viết lý do, ít nhất 10 ký tự, khi không đồng ý hoặc tạm dừng."}
			}
			e.Reason = texts.Add("reason/"+Key(*e), strings.TrimSpace(x.Reason))
		default:
			return nil, incomplete
		}
		e.Review = x.Is
		v.Nominees = append(v.Nominees, round.Ruling{Nominee: e.Nominee, Dossier: e.Dossier, Is: x.Is, Reason: e.Reason})
		if x.Is != dossier.RefusedOne {
			continue
		}
		e.Place = round.Released
		give[e.Kind]++
		var p round.Place
		rev, err := store.Load(ctx, r.Store, round.PlaceKey(list.Round, e.Kind, e.Identity), &p)
		if err != nil {
			return nil, err
		}
		p.State, p.Act = round.Released, key
		c.Writes = append(c.Writes, store.Put(round.PlaceKey(list.Round, e.Kind, e.Identity), rev, p))
	}
	for _, k := range dossier.Kinds() {
		if give[k] > 0 {
			c.Counters = append(c.Counters, store.Add{Counter: round.PlaceCounter(list.Round, k), N: give[k]})
		}
	}
	return give, nil
}

// advance moves the round to its next step, or past review.
func (r Room) advance(rd *round.Round) string {
	rd.Task = ""
	if rd.Step+1 < len(rd.Settings.RoundSteps()) {
		rd.Step++
		return Name
	}
	rd.Stage = round.AfterReview(*rd)
	return rd.Stage
}

type briefRuling struct {
	Dossier string           `json:"dossier"`
	Nominee string           `json:"nominee"`
	Is      dossier.Standing `json:"is"`
}

func brief(rs []round.Ruling) []briefRuling {
	out := make([]briefRuling, 0, len(rs))
	for _, x := range rs {
		out = append(out, briefRuling{x.Dossier, x.Nominee, x.Is})
	}
	return out
}
