package roomstest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hoso/shared/act"
	"hoso/shared/appraisal"
	"hoso/shared/campaign"
	"hoso/shared/commend"
	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/review"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
	"hoso/shared/submission"
)

func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// table is the model and the rooms beside each other.
type table struct {
	*world
	paper *model
	seen  string // how the rooms stood after the last act
}

// newTable deals a round: cap places of each kind, files in appraisal and
// files that have passed it, with nominees each.
func newTable(t tester, capOf, appraising, eligible, nominees, appraisal, reviewing int) *table {
	t.Helper()
	w := newWorld(t)
	caps := map[dossier.Kind]int{dossier.Collective: capOf, dossier.Individual: capOf}
	w.open(func(s *round.Settings) {
		s.Caps, s.Steps = caps, nil
		for i := range appraisal {
			s.Steps = append(s.Steps, round.Step{ID: fmt.Sprint("s", i), Title: "Thẩm định", Scope: round.ByDossier, Persons: ids(w.appraisers[:i+1]), DueDays: 5})
		}
		for i := range reviewing {
			s.Steps = append(s.Steps, round.Step{ID: fmt.Sprint("r", i), Title: "Xem xét", Scope: round.ByRound, Persons: ids(w.reviewers[i : i+1]), DueDays: 5})
		}
	})
	tb := &table{world: w, paper: &model{
		free: map[dossier.Kind]int{dossier.Collective: capOf, dossier.Individual: capOf}, appraisal: appraisal, review: reviewing, phase: "open",
		files: map[string]*sheet{},
	}}
	for i := range appraising + eligible {
		id := fmt.Sprintf("dossier-%02d", i)
		s := &sheet{state: dossier.InAppraisal}
		is := dossier.Pending
		if i >= appraising {
			s.state, is = dossier.Eligible, dossier.Approved
		}
		w.seed(id, s.state, is, nominees)
		w.put(store.Put(dossier.DocumentKey(id, "doc"), 0, dossier.Document{ID: "doc", Dossier: id, State: dossier.Read, Version: "v1"}))
		for n := range nominees {
			s.kinds, s.is = append(s.kinds, dossier.Kinds()[n%2]), append(s.is, is)
		}
		tb.paper.files[id] = s
	}
	w.pump()
	tb.same("the deal")
	return tb
}

// apart opens an ad-hoc line beside the round, with files in appraisal.
func (tb *table) apart(files, nominees int) {
	tb.Helper()
	tb.openLine(func(s *round.Settings) { s.Steps = tb.round().Settings.DossierSteps() })
	for i := range files {
		id := fmt.Sprintf("line-%02d", i)
		s := &sheet{apart: true, state: dossier.InAppraisal}
		tb.seedIn(aLine, id, s.state, dossier.Pending, nominees)
		tb.put(store.Put(dossier.DocumentKey(id, "doc"), 0, dossier.Document{ID: "doc", Dossier: id, State: dossier.Read, Version: "v1"}))
		for n := range nominees {
			s.kinds, s.is = append(s.kinds, dossier.Kinds()[n%2]), append(s.is, dossier.Pending)
		}
		tb.paper.files[id] = s
	}
	tb.pump()
	tb.same("the deal of the line")
}

// play does an act on both sides and wants the same answer and the same end.
func (tb *table) play(a move) fault.Kind {
	tb.Helper()
	want, got := tb.paper.do(a), fault.KindOf(tb.really(a))
	if want != got {
		tb.Fatalf("%+v: the rooms say %q, the rules %q; the round stands at\n%s", a, got, want, tb.seen)
	}
	tb.pump()
	tb.same(fmt.Sprintf("%+v", a))
	return got
}

func (tb *table) same(after string) {
	tb.Helper()
	if got, want := tb.stand().String(), tb.paper.String(); got != want {
		tb.Fatalf("after %s\nthe rooms stand at\n%s\nthe rules say\n%s\nbefore\n%s", after, got, want, tb.seen)
	} else {
		tb.seen = got
	}
}

// really does the act in its room.
func (tb *table) really(a move) error {
	w := tb.world
	switch a.name {
	case "commend":
		return w.giveOwn()
	case "close":
		return w.board.Close(w.ctx, w.id(), w.admin, aRound)
	case "rule", "return":
		return tb.rule(a)
	case "submit":
		_, err := w.submission.Submit(w.ctx, w.id(), w.unit, a.file, submission.Submitting{})
		return err
	case "unit withdraws":
		return w.submission.Withdraw(w.ctx, w.id(), w.unit, a.file, reason)
	case "admin withdraws":
		return w.submission.Withdraw(w.ctx, w.id(), w.admin, a.file, reason)
	case "prepare":
		var cs []selection.Choice
		for _, p := range a.picks {
			cs = append(cs, selection.Choice{Dossier: p.file, Nominee: tb.nominee(p)})
		}
		return w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, cs)
	case "confirm":
		n := w.round().Selection + 1
		var sel round.Selection
		if _, err := store.Load(w.ctx, w.real, round.SelectionKey(aRound, n), &sel); err != nil {
			return err
		}
		return w.selection.Confirm(w.ctx, w.id(), w.head, aRound, n, act.Digest(sel.Entries))
	case "review":
		list := w.list()
		say := review.Deciding{Shown: list.Digest(), Nominees: map[string]review.Rule{}}
		for i, e := range list.Holding() {
			say.Nominees[review.Key(e)] = review.Rule{Is: a.rule[i%len(a.rule)], Reason: reason}
		}
		return w.review.Decide(w.ctx, w.id(), w.reviewers[a.who], w.round().Task, say)
	case "enter":
		return w.enter()
	case "decide":
		rd := w.round()
		of := decision.Shown(round.Decision{}, w.list())
		if rd.Decision != nil {
			of = decision.Shown(*rd.Decision, w.list())
		}
		return w.decision.Confirm(w.ctx, w.id(), []people.Actor{w.clerk, w.clerk2}[a.who], rd.Task, decision.Confirming{Shown: of})
	}
	clerk := []people.Actor{w.clerk, w.clerk2}[a.who]
	switch d := w.dossier(a.file); a.name {
	case "one award", "one refuse", "one return":
		return w.enterOne(clerk, d, strings.TrimPrefix(a.name, "one "))
	case "confirm one":
		return w.confirmOne(clerk, d)
	}
	w.Fatalf("no such act: %s", a.name)
	return nil
}

// giveOwn records a commendation that the unit gave by its own authority. The
// rules know that nothing of a round changes by it.
func (w *world) giveOwn() error {
	plans, err := campaign.Builtin()
	w.ok(err)
	plan, err := campaign.Find(plans, "bac-kan-2022-2025")
	w.ok(err)
	w.serial++
	_, err = w.commend.Record(w.ctx, w.id(), w.unit, plan, commend.Recording{
		Number: fmt.Sprintf("%d/QĐ-U", w.serial), Date: "2025-03-01", Decider: "Giám đốc", Awarded: []commend.Name{{Kind: dossier.Individual, Name: "Nguyễn Văn A"}},
	})
	return err
}

func (tb *table) rule(a move) error {
	w := tb.world
	d := w.dossier(a.file)
	say := appraisal.Deciding{Noted: true, Shown: get[dossier.Revision](w, dossier.RevisionKey(d.ID, d.Revision)).Hash}
	if a.name == "return" {
		say.Return, say.Reason = true, reason
	} else {
		say.Nominees = map[string]appraisal.Rule{}
		for i, n := range d.Nominees {
			say.Nominees[n.ID] = appraisal.Rule{Is: a.rule[i%len(a.rule)], Reason: reason, Review: w.now.Add(300 * day).Format("2006-01-02"), Score: 5000}
		}
	}
	return w.appraisal.Decide(w.ctx, w.id(), w.appraisers[a.who], d.Task, say)
}

func (tb *table) nominee(p pick) string {
	if ns := tb.dossier(p.file).Nominees; p.n < len(ns) {
		return ns[p.n].ID
	}
	return "nobody"
}

// stand writes down how the rooms stand, in the model's words.
func (tb *table) stand() *model {
	w := tb.world
	rd := w.round()
	m := &model{phase: rd.Stage, step: rd.Step, free: map[dossier.Kind]int{}, files: map[string]*sheet{}}
	switch rd.State {
	case round.Open:
		m.phase = "open"
	case round.Decided:
		m.phase = "decided"
	}
	for _, k := range dossier.Kinds() {
		m.free[k] = int(w.counter(round.PlaceCounter(aRound, k)))
	}
	at := map[string]pick{}
	for id := range tb.paper.files {
		d := w.dossier(id)
		s := &sheet{state: d.State}
		for i, n := range d.Nominees {
			s.kinds, s.is = append(s.kinds, n.Kind), append(s.is, n.Standing)
			at[id+"/"+n.ID] = pick{id, i}
		}
		m.files[id] = s
	}
	for id, s := range m.files {
		d := w.dossier(id)
		s.apart = d.AdHoc
		if a := w.entered(d); a.Outcome != "" {
			s.outcome = a.Outcome
			if a.EnteredBy == w.clerk2.ID {
				s.by = 1
			}
		}
	}
	list := w.list()
	for _, e := range list.Entries {
		m.list = append(m.list, line{pick: at[e.Dossier+"/"+e.Nominee], kind: e.Kind, place: e.Place, review: e.Review})
	}
	m.entered = m.phase == "decision" && rd.Decision != nil && rd.Decision.ListVersion == list.Version
	var sel round.Selection
	if _, err := store.Load(w.ctx, w.real, round.SelectionKey(aRound, rd.Selection+1), &sel); err == nil {
		for _, e := range sel.Entries {
			m.proposed = append(m.proposed, at[e.Dossier+"/"+e.Nominee])
		}
	}
	return m
}

// TestTheRoomsPlayByTheRules lets random acts be done on paper and by the
// rooms: the answers and the round are the same after each.
// HOSO_TORTURE_ACTS is how many acts are done.
func TestTheRoomsPlayByTheRules(t *testing.T) {
	atLeast := number(t, "HOSO_TORTURE_ACTS", 20000)
	acts, done, ends, seen := 0, map[string]int{}, map[string]int{}, map[string]bool{}
	for acts < atLeast && !t.Failed() {
		rapid.Check(t, func(t *rapid.T) {
			tb := deal(t)
			defer tb.close()
			next := anyAct(tb.paper)
			for range rapid.IntRange(20, 60).Draw(t, "acts") {
				a := next(t)
				acts++
				seen[tb.paper.phase] = true
				if tb.play(a) == "" {
					done[a.name]++
				}
			}
			ends[tb.paper.phase]++
		})
	}
	t.Logf("%d acts; took place: %v; rounds ended in %v", acts, done, ends)
	if len(done) < 16 || len(seen) < 5 {
		t.Error("some acts never took place, or some stages were never reached")
	}
}

// deal draws a small round: places are short, and nobody has judged some of it.
func deal(t *rapid.T) *table {
	few := rapid.IntRange(1, 2)
	nominees := rapid.IntRange(1, 3).Draw(t, "nominees")
	tb := newTable(t, few.Draw(t, "cap"), rapid.IntRange(0, 2).Draw(t, "in appraisal"), few.Draw(t, "eligible"),
		nominees, few.Draw(t, "steps"), few.Draw(t, "reviews"))
	tb.apart(few.Draw(t, "apart"), nominees)
	return tb
}

// anyAct draws acts: half of them such as fit where the round is, so that
// rounds come to their end, the others whatever comes.
func anyAct(m *model) func(*rapid.T) move {
	files := rapid.SampledFrom(sorted(m.files))
	ruling := rapid.SampledFrom([]dossier.Standing{dossier.Approved, dossier.Approved, dossier.Approved, dossier.RefusedOne, dossier.Held})
	picks := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) pick {
		return pick{files.Draw(t, "file"), rapid.IntRange(0, 2).Draw(t, "nominee")}
	}), 1, 3, rapid.ID[pick])
	names := []string{
		"close", "rule", "return", "submit", "unit withdraws", "admin withdraws", "prepare", "confirm", "review", "enter", "decide", "commend",
		"one award", "one refuse", "one return", "confirm one",
	}
	line := []string{"rule", "rule", "one award", "one award", "one refuse", "one return", "confirm one", "confirm one", "submit"}
	fit := map[string][]string{
		"open": {"rule", "rule", "close", "submit"}, "selection": {"rule", "submit", "prepare", "confirm"},
		"review": {"review"}, "decision": {"enter", "decide", "decide", "admin withdraws"}, "decided": names,
	}
	return func(t *rapid.T) move {
		from := names
		fits := rapid.IntRange(0, 3).Draw(t, "fits") > 0
		if fits {
			from = fit[m.phase]
		}
		a := move{
			name: rapid.SampledFrom(from).Draw(t, "act"), file: files.Draw(t, "of"), who: rapid.IntRange(0, 1).Draw(t, "by"),
			rule: rapid.SliceOfN(ruling, 3, 3).Draw(t, "say"), picks: picks.Draw(t, "picks"),
		}
		if fits && m.files[a.file].apart && rapid.Bool().Draw(t, "on the line") {
			a.name = rapid.SampledFrom(line).Draw(t, "act there")
		}
		if !fits {
			return a
		}
		switch a.name {
		case "rule":
			a.who = m.files[a.file].step
		case "review":
			a.who = m.step
		case "prepare":
			if ps := slices.DeleteFunc(slices.Clone(a.picks), func(p pick) bool { return !m.competes(p) }); len(ps) > 0 {
				a.picks = ps
			}
		}
		return a
	}
}
