package roomstest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/review"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
)

// number is a count that the environment may raise.
func number(t *testing.T, name string, usual int) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv(name), strconv.Itoa(usual)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// check holds the round's places, counts and dossiers against each other. It
// is called after every commit.
func (w *world) check() {
	w.Helper()
	rd, list := w.round(), w.list()
	rows := map[string]round.Place{}
	s, err := w.real.List(w.ctx, round.PlacesPart(aRound), store.Page{})
	w.ok(err)
	for _, rec := range s.Records {
		var p round.Place
		w.ok(rec.Decode(&p))
		rows[rec.Key.Sort] = p
	}
	for _, kind := range dossier.Kinds() {
		live, waiting := 0, 0
		for _, p := range rows {
			if p.Kind == kind && p.State != round.Released {
				live++
			}
		}
		holders := map[string]bool{}
		for _, e := range list.Holding() {
			if e.Kind != kind {
				continue
			}
			if holders[e.Identity] {
				w.Fatalf("%s holds two places", e.Identity)
			}
			holders[e.Identity] = true
			p, ok := rows[string(kind)+"/"+e.Identity]
			switch {
			case (!ok || p.State == round.Released) && e.Selection > rd.Written:
				waiting++
			case !ok || p.State != e.Place || p.Dossier != e.Dossier:
				w.Fatalf("list says %s of %s, row %+v", e.Place, e.Identity, p)
			}
			if d := w.dossier(e.Dossier); d.State == dossier.Withdrawn {
				w.Fatalf("%s is withdrawn and holds a place", d.ID)
			}
		}
		free := w.counter(round.PlaceCounter(aRound, kind))
		if used := int64(rd.Settings.Caps[kind]) - free; used != int64(live+waiting) || free < 0 {
			w.Fatalf("%s: cap %d, free %d, rows %d, waiting %d", kind, rd.Settings.Caps[kind], free, live, waiting)
		}
	}
	w.balanced(rd, list)
	counts := map[dossier.State]int64{}
	pending := int64(0)
	all, err := w.real.Query(w.ctx, dossier.OfRound, aRound, store.Page{})
	w.ok(err)
	for _, rec := range all.Records {
		var d dossier.Dossier
		w.ok(rec.Decode(&d))
		counts[d.State]++
		if d.Pending() {
			pending++
		}
	}
	for _, st := range dossier.States() {
		if got := w.counter(dossier.CountCounter(aRound, st)); got != counts[st] {
			w.Fatalf("%d dossiers are %s, counted %d", counts[st], st, got)
		}
	}
	if got := w.counter(round.PendingCounter(aRound)); got != pending {
		w.Fatalf("%d dossiers are pending, counted %d", pending, got)
	}
}

// player does random acts in a round, sensible and not.
type player struct {
	*world
	r   *rand.Rand
	ids []string
}

// steps are every act that may touch the round.
func (p *player) steps() map[string]func() error {
	any := func() string { return p.ids[p.r.IntN(len(p.ids))] }
	return map[string]func() error{
		"close": func() error { return p.board.Close(p.ctx, p.id(), p.admin, aRound) },
		"rule": func() error {
			return p.ruleAll(p.appraisers[0], any(), []dossier.Standing{dossier.Approved, dossier.Approved, dossier.RefusedOne, dossier.Held}[p.r.IntN(4)])
		},
		"amend": func() error {
			share := round.Share{Name: "Mỗi đơn vị", Caps: map[dossier.Kind]int{dossier.Kinds()[p.r.IntN(2)]: p.r.IntN(6)}}
			return p.amend(caps(p.r.IntN(6), p.r.IntN(6)), []round.Share{share}[:p.r.IntN(2)]...)
		},
		"prepare":            p.prepare,
		"prepare none":       func() error { return p.selection.PrepareNone(p.ctx, p.id(), p.admin, aRound, reason) },
		"confirm":            p.confirmAny,
		"unit withdraws":     func() error { return p.submission.Withdraw(p.ctx, p.id(), p.unit, any(), reason) },
		"admin withdraws":    func() error { return p.submission.Withdraw(p.ctx, p.id(), p.admin, any(), reason) },
		"review":             p.reviewAny,
		"enter":              func() error { return p.enter() },
		"decide":             func() error { return p.decide() },
		"lose runs":          func() error { p.runs.lose(); return nil },
		"sweep":              func() error { p.now = p.now.Add(day / 24); _, err := p.sweep.Run(p.ctx, 0); return err },
		"a minute":           func() error { p.now = p.now.Add(day / 2); _, err := p.clock.Tick(p.ctx); return err },
		"deliver":            func() error { return p.deliverAny(false) },
		"deliver one":        func() error { return p.deliverAny(false) },
		"deliver all":        func() error { p.pump(); return nil },
		"go on":              func() error { p.pump(); return nil },
		"deliver again":      func() error { return p.deliverAny(true) },
		"reviewer is absent": func() error { return p.reassignReview() },
	}
}

func (p *player) prepare() error {
	cs, err := selection.Candidates(p.ctx, p.store, aRound)
	if err != nil || len(cs) == 0 {
		return err
	}
	var choices []selection.Choice
	for _, i := range p.r.Perm(len(cs))[:1+p.r.IntN(min(4, len(cs)))] {
		choices = append(choices, selection.Choice{Dossier: cs[i].Dossier, Nominee: cs[i].Nominee})
	}
	return p.selection.Prepare(p.ctx, p.id(), p.admin, aRound, choices)
}

func (p *player) confirmAny() error {
	n := p.round().Selection + 1 - p.r.IntN(8)/7
	var sel round.Selection
	if _, err := store.Load(p.ctx, p.real, round.SelectionKey(aRound, n), &sel); err != nil {
		return err
	}
	return p.selection.Confirm(p.ctx, p.id(), p.head, aRound, n, sel.Shown(p.list()))
}

func (p *player) reviewAny() error {
	rd, list := p.round(), p.list()
	var t round.Task
	if _, err := store.Load(p.ctx, p.real, round.TaskKey(rd.Task), &t); rd.Task == "" || err != nil {
		return fault.New(fault.NotFound, "test", "")
	}
	say := review.Deciding{Shown: list.Digest(), Nominees: map[string]review.Rule{}}
	for _, e := range list.Holding() {
		is := []dossier.Standing{dossier.Approved, dossier.Approved, dossier.RefusedOne, dossier.Held}[p.r.IntN(4)]
		say.Nominees[review.Key(e)] = review.Rule{Is: is, Reason: reason}
	}
	for _, who := range p.reviewers {
		if t.For(who.ID) {
			return p.review.Decide(p.ctx, p.id(), who, t.ID, say)
		}
	}
	return fault.New(fault.NotFound, "test", "")
}

func (p *player) reassignReview() error {
	rd := p.round()
	if rd.Stage != "review" || rd.Task == "" {
		return nil
	}
	return p.parking.Reassign(p.ctx, p.id(), p.admin, rd.Task, []string{p.reviewers[p.r.IntN(3)].ID})
}

// deliverAny delivers any waiting message, perhaps twice.
func (p *player) deliverAny(twice bool) error {
	ms := p.pending()
	if len(ms) == 0 {
		return nil
	}
	m := ms[p.r.IntN(len(ms))]
	if twice {
		p.deliver(m)
	}
	p.deliver(m)
	return nil
}

// act does one random act; kinds of refusal are answers, anything else is not.
func (p *player) act(name string, do func() error) {
	p.Helper()
	switch err := do(); {
	case err == nil:
	case fault.Is(err, fault.Internal), fault.KindOf(err) == "":
		p.Fatalf("%s: %v", name, err)
	}
}

// finish plays fairly to the end, or until the round is parked at a stage:
// from wherever the round is, it ends.
func (p *player) finish(stop string) {
	p.Helper()
	p.store.before, p.store.lose = nil, nil
	for range 60 {
		p.pump()
		p.now = p.now.Add(day / 2)
		_, err := p.sweep.Run(p.ctx, 0)
		p.ok(err)
		p.pump()
		_, err = p.clock.Tick(p.ctx)
		p.ok(err)
		p.pump()
		for _, id := range p.ids {
			if d := p.dossier(id); d.State == dossier.InAppraisal || d.Recalled() {
				p.ok(p.ruleAll(p.appraisers[0], id, dossier.Approved))
				p.pump()
			}
		}
		switch rd := p.round(); {
		case stop == "open", rd.Stage == stop && rd.Task != "":
			return
		case rd.State == round.Open:
			p.ok(p.board.Close(p.ctx, p.id(), p.admin, aRound))
		case rd.State == round.Decided:
			p.settled()
			return
		case rd.Stage == "selection":
			cs, err := selection.Candidates(p.ctx, p.store, aRound)
			p.ok(err)
			if len(cs) == 0 {
				p.ok(p.selection.PrepareNone(p.ctx, p.id(), p.admin, aRound, reason))
				p.ok(p.confirmNext())
				break
			}
			var choices []selection.Choice
			for _, i := range p.r.Perm(len(cs))[:min(len(cs), 2)] {
				choices = append(choices, selection.Choice{Dossier: cs[i].Dossier, Nominee: cs[i].Nominee})
			}
			p.ok(p.amend(caps(6, 6))) // whatever an amendment narrowed before
			p.ok(p.selection.Prepare(p.ctx, p.id(), p.admin, aRound, choices))
			p.ok(p.confirmNext())
		case rd.Stage == "review":
			p.ok(p.reviewAll(dossier.Approved))
		case rd.Stage == "decision" && p.list().Awardable(true) == 0:
			p.ok(p.selection.PrepareNone(p.ctx, p.id(), p.admin, aRound, reason))
			p.ok(p.confirmNext())
		case rd.Stage == "decision":
			p.ok(p.enter())
			p.ok(p.decide())
		}
	}
	p.Fatalf("the round never ends: %+v", p.round())
}

func (p *player) confirmNext() error {
	n := p.round().Selection + 1
	sel := get[round.Selection](p.world, round.SelectionKey(aRound, n))
	return p.selection.Confirm(p.ctx, p.id(), p.head, aRound, n, sel.Shown(p.list()))
}

// settled wants every dossier of the decided round to have its outcome.
func (p *player) settled() {
	p.Helper()
	p.pump()
	list := p.list()
	for _, id := range p.ids {
		d := p.dossier(id)
		if !d.State.Final() || !d.Sealed || d.Stage != "" {
			p.Fatalf("%s is %s at %q, sealed %v", id, d.State, d.Stage, d.Sealed)
		}
		awarded := slices.ContainsFunc(list.Entries, func(e round.Entry) bool { return e.Dossier == id && e.Place == round.Confirmed })
		if awarded != (d.State == dossier.Awarded) {
			p.Fatalf("%s is %s; on the list: %v", id, d.State, awarded)
		}
	}
	for _, e := range list.Holding() {
		if e.Place != round.Confirmed {
			p.Fatalf("%s is %s after the decision", e.Name, e.Place)
		}
	}
	for _, who := range []people.Actor{p.head, p.clerk, p.clerk2, p.appraisers[0], p.reviewers[0], p.reviewers[1], p.reviewers[2]} {
		s, err := p.real.List(p.ctx, round.AssignedPart(who.ID), store.Page{})
		p.ok(err)
		if len(s.Records) > 0 {
			p.Fatalf("%s still has tasks: %s", who.ID, s.Records[0].Body)
		}
	}
}

// TestPlacesHoldUnderAnyActs does random acts: in any order, one inside
// another between its reading and its commit, with lost answers, lost runs and
// repeated messages. After every commit the sums hold, and wherever it stops
// the round can be brought to its end. HOSO_TORTURE_SEEDS is how many rounds
// are played; a failing one prints the seed that repeats it.
func TestPlacesHoldUnderAnyActs(t *testing.T) {
	atLeast := number(t, "HOSO_TORTURE_SEEDS", 100)
	for played := 0; played < atLeast && !t.Failed(); {
		rapid.Check(t, func(t *rapid.T) {
			played++
			anyActs(t)
		})
	}
}

func anyActs(t *rapid.T) {
	w := newWorld(t)
	defer w.close()
	w.hold = 3 * day
	p := &player{world: w, r: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))}
	w.open(func(s *round.Settings) {
		s.Caps = map[dossier.Kind]int{dossier.Collective: 2, dossier.Individual: 2}
		s.PostingDays = p.r.IntN(2)
		if p.r.IntN(2) == 0 {
			s.Steps = append(s.Steps, round.Step{ID: "nv2", Title: "Bước hai", Scope: round.ByRound, Persons: ids(w.reviewers[1:2]), DueDays: 3})
		}
	})
	for i := range 4 {
		id := fmt.Sprintf("dossier-%02d", i)
		p.ids = append(p.ids, id)
		if i < 2 {
			w.seed(id, dossier.InAppraisal, dossier.Pending, 2)
		} else {
			w.seed(id, dossier.Eligible, dossier.Approved, 2)
		}
	}
	seen := w.store.after
	w.store.after = func(c store.Commit) { seen(c); w.check() }
	p.finish(rapid.SampledFrom([]string{"open", "selection", "review", "decision"}).Draw(t, "from"))
	steps := p.steps()
	names := make([]string, 0, len(steps))
	for n := range steps {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, pick := range rapid.SliceOfN(rapid.IntRange(0, len(names)*12-1), 20, 60).Draw(t, "acts") {
		name, inside := names[pick%len(names)], pick/len(names)
		w.store.before, w.store.lose = nil, nil
		switch {
		case inside < 4:
			other := names[(pick*7+inside)%len(names)]
			w.store.before = func(store.Commit) { p.act(other+" inside "+name, steps[other]) }
		case inside == 4:
			w.store.lose = func(store.Commit) error {
				w.store.lose = nil
				return fault.New(fault.Transient, "store", "")
			}
		}
		p.act(name, steps[name])
	}
	p.finish("")
}
