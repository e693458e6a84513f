package roomstest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/review"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
)

// place is where an exploration is: all that is kept, and what may still go
// wrong on the way on.
type place struct {
	image  []byte
	serial uint64
	after  int // hours that passed
	parked map[string]parked
	names  map[string]bool
	faults int // that may still come: a message twice, every run lost
	way    []string
}

// explorer goes through every state that a round of a few dossiers can reach.
type explorer struct {
	*world
	t    *testing.T
	cast *world // who there is
	ids  []string
	at   place // where the world is

	late bool // what reaches the dossiers waits, too

	seen    map[string]bool
	steps   int
	refused map[string]int
	done    map[string]int
}

// TestEveryStateOfASmallRoundHolds explores a round with more nominees than
// places from its closing to its end: three clients (who prepares and
// withdraws, who confirms, who reviews and decides) act in every order, one
// inside another between its reading and its commit, answers get lost and the
// act is repeated, messages come in any order. In every state the sums hold;
// from each the round can end.
//
// HOSO_TORTURE_EXPLORE explores three dossiers for two places instead of two
// for one, and what reaches the dossiers later comes at any time; its number
// is how many faults may come on a way: a message twice, every run lost.
func TestEveryStateOfASmallRoundHolds(t *testing.T) {
	places, ids, faults := 1, []string{"dossier-01", "dossier-02"}, number(t, "HOSO_TORTURE_EXPLORE", 0)
	if faults > 0 {
		places, ids = 2, append(ids, "dossier-03")
	}
	cast := newWorld(t)
	defer cast.close()
	cast.open(func(s *round.Settings) {
		s.Caps = map[dossier.Kind]int{dossier.Collective: places, dossier.Individual: 1}
	})
	for _, id := range ids {
		cast.seed(id, dossier.Eligible, dossier.Approved, 1)
	}
	cast.ok(cast.board.Close(cast.ctx, cast.id(), cast.admin, aRound))
	cast.pump()
	x := &explorer{t: t, cast: cast, ids: ids, late: faults > 0, seen: map[string]bool{}, refused: map[string]int{}, done: map[string]int{}, world: cast}
	x.at = place{faults: faults}
	first := x.here()
	x.seen[x.state()] = true
	x.from(first)
	x.back(first)
	defer x.close()
	t.Logf("%d states, %d steps, %v done, %v refused", len(x.seen), x.steps, x.done, x.refused)
	for name := range x.clients() {
		if x.done[name] == 0 {
			t.Errorf("%q was never possible", name)
		}
		if x.refused[name] == 0 {
			t.Errorf("%q was never refused", name)
		}
	}
}

// from explores what a place leads to, depth first.
func (x *explorer) from(first place) {
	told := 0
	for todo := []place{first}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		try := func(s step) bool {
			x.back(at)
			took := x.take(s)
			x.check()
			if is := x.state(); !x.seen[is] {
				x.seen[is] = true
				todo = append(todo, x.here())
			}
			return took
		}
		if len(x.seen)/500 > told {
			told = len(x.seen) / 500
			x.t.Logf("%d states, %d to look at", len(x.seen), len(todo))
		}
		x.back(at)
		var can []string
		for _, name := range x.names() {
			if try(step{name: name}) {
				can = append(can, name)
			}
		}
		for _, name := range can {
			if x.isClient(name) {
				try(step{name: name, lost: true})
			}
			for _, other := range can {
				if other != name {
					try(step{name: name, inside: other})
				}
			}
		}
		x.ends(at)
	}
}

// step is an act, perhaps with another between its reading and its commit, or
// with an answer that does not arrive.
type step struct {
	name, inside string
	lost         bool
}

const (
	deliver = "deliver " // a message, by its number
	again   = "deliver again "
	crash   = "lose every run"
)

func (x *explorer) isClient(name string) bool { return x.clients()[name] != nil }

// names lists what could be done now.
func (x *explorer) names() []string {
	out := slices.Sorted(maps.Keys(x.clients()))
	for i := range x.effects() {
		out = append(out, fmt.Sprint(deliver, i))
		if x.at.faults > 0 {
			out = append(out, fmt.Sprint(again, i))
		}
	}
	if x.at.faults > 0 {
		out = append(out, crash)
	}
	return out
}

// effects are the messages that wait. Mails, what search shows and sealing
// touch nothing that others decide by: they are delivered at once.
func (x *explorer) effects() []store.Message {
	return slices.DeleteFunc(x.pending(), func(m store.Message) bool {
		waits := false
		switch m.Kind {
		case flow.StartMessage:
			waits = body[flow.Start](x.world, m).In.From != "archive"
		case flow.ResumeMessage, flow.StrayMessage:
			waits = true
		case flow.FanoutMessage:
			waits = x.late
		}
		if !waits {
			x.deliver(m)
		}
		return !waits
	})
}

// take does a step and says whether it did something.
func (x *explorer) take(s step) (took bool) {
	x.steps++
	x.at.way = append(x.at.way, strings.TrimRight(fmt.Sprint(s.name, "<", s.inside, map[bool]string{true: " lost"}[s.lost]), "<"))
	if s.inside != "" {
		x.store.before = func(store.Commit) { x.do(s.inside, "inside") }
	}
	if s.lost {
		x.store.lose = func(store.Commit) error {
			x.store.lose = nil
			return fault.New(fault.Transient, "store", "")
		}
	}
	took = x.do(s.name, "outside")
	x.store.before, x.store.lose = nil, nil
	return took
}

func (x *explorer) do(name, where string) bool {
	if act := x.clients()[name]; act != nil {
		key := fmt.Sprint(name, "/", where, "/", len(x.at.way))
		err := act(key)
		if fault.Is(err, fault.Transient) { // nobody knows whether it took place: it is sent again
			err = act(key)
		}
		switch {
		case err == nil:
			x.done[name]++
			return true
		case fault.Is(err, fault.Internal), fault.Is(err, fault.Transient), fault.KindOf(err) == "":
			x.Fatalf("%s: %v", name, err)
		}
		x.refused[name]++
		return false
	}
	if name == crash {
		x.at.faults--
		x.runs.lose()
		x.now = x.now.Add(hours(2))
		_, err := x.sweep.Run(x.ctx, 0)
		x.ok(err)
		return true
	}
	var i int
	twice := strings.HasPrefix(name, again)
	if _, err := fmt.Sscan(strings.TrimPrefix(strings.TrimPrefix(name, again), deliver), &i); err != nil {
		x.Fatalf("%s: %v", name, err)
	}
	ms := x.effects()
	if i >= len(ms) {
		return false // it was delivered meanwhile
	}
	if twice {
		x.at.faults--
		x.deliver(ms[i])
	}
	x.deliver(ms[i])
	return true
}

// ends wants a round that is at a place to come to its end.
func (x *explorer) ends(at place) {
	x.back(at)
	p := &player{world: x.world, ids: x.ids, r: rand.New(rand.NewPCG(1, 1))}
	x.at.way = append(x.at.way, "end")
	p.finish("")
}

// state is what the world is, without what only names and numbers it.
func (x *explorer) state() string {
	var b strings.Builder
	rd := x.round()
	fmt.Fprintln(&b, x.at.faults, rd.State, rd.Stage, rd.Step, rd.Selection, rd.Written, rd.Decision != nil, rd.Without != nil)
	for _, e := range x.list().Entries {
		fmt.Fprintln(&b, e.Dossier, e.Selection, e.Place, e.Review)
	}
	var sel round.Selection
	if _, err := store.Load(x.ctx, x.real, round.SelectionKey(aRound, rd.Selection+1), &sel); err == nil {
		for _, e := range sel.Entries {
			fmt.Fprintln(&b, sel.State, e.Dossier)
		}
	}
	s, err := x.real.List(x.ctx, round.PlacesPart(aRound), store.Page{})
	x.ok(err)
	for _, rec := range s.Records {
		var p round.Place
		x.ok(rec.Decode(&p))
		fmt.Fprintln(&b, p.Dossier, p.State)
	}
	task := func(id string) {
		if id != "" {
			t := x.task(id)
			fmt.Fprintln(&b, t.Kind, t.Step, t.State, t.Next)
		}
	}
	task(rd.Task)
	for _, id := range x.ids {
		d := x.dossier(id)
		fmt.Fprintln(&b, d.State, d.Stage, d.Nominees[0].Standing, d.Sealed)
		task(d.Task)
	}
	generation := func(subject string) int {
		if subject == aRound {
			return rd.Generation
		}
		return x.dossier(subject).Generation
	}
	var runs []string
	for _, p := range x.runs.parked {
		runs = append(runs, fmt.Sprintln(p.machine, p.in.Subject, p.in.From, generation(p.in.Subject)-p.in.Generation))
	}
	for _, m := range x.effects() {
		text := m.Kind
		switch m.Kind {
		case flow.StartMessage:
			in := body[flow.Start](x.world, m).In
			text = fmt.Sprint(text, in.Subject, in.From, generation(in.Subject)-in.Generation)
		case flow.ResumeMessage:
			out := body[flow.Resume](x.world, m).Out
			text = fmt.Sprint(text, string(out))
		default:
			text += string(m.Body)
		}
		runs = append(runs, text)
	}
	slices.Sort(runs)
	b.WriteString(strings.Join(runs, "\n"))
	return act.Hash(b.String())
}

// back makes the world what it was at a place.
func (x *explorer) back(p place) {
	if x.world != x.cast {
		x.close()
	}
	w := roomsOn(onTheWay{x.t, x}, sqlitestore.Options{Image: p.image})
	w.serial, w.now, w.files = p.serial, start.Add(hours(p.after)), x.cast.files
	w.runs.parked, w.runs.names = maps.Clone(p.parked), maps.Clone(p.names)
	c := x.cast
	w.admin, w.head, w.unit, w.clerk, w.clerk2, w.appraisers, w.reviewers = c.admin, c.head, c.unit, c.clerk, c.clerk2, c.appraisers, c.reviewers
	x.world, x.at = w, p
	x.at.way = slices.Clone(p.way)
	seen := w.store.after
	w.store.after = func(c store.Commit) { seen(c); w.check() }
}

// here keeps where the world is.
func (x *explorer) here() place {
	image, err := x.real.Image(x.ctx)
	x.ok(err)
	p := x.at
	p.image, p.serial, p.after = image, x.serial, int(x.now.Sub(start).Hours())
	p.parked, p.names, p.way = maps.Clone(x.runs.parked), maps.Clone(x.runs.names), slices.Clone(x.at.way)
	return p
}

// onTheWay says of a failure how the world came to where it is.
type onTheWay struct {
	*testing.T
	x *explorer
}

// Fatal fails with the way.
func (o onTheWay) Fatal(args ...any) {
	o.Helper()
	o.T.Fatalf("%sway: %s", fmt.Sprintln(args...), strings.Join(o.x.at.way, " > "))
}

// Fatalf fails with the way.
func (o onTheWay) Fatalf(format string, args ...any) {
	o.Helper()
	o.Fatal(fmt.Sprintf(format, args...))
}

// clients are what people do, each under a key of its own.
func (x *explorer) clients() map[string]func(key string) error {
	prepare := func(ids ...string) func(string) error {
		return func(key string) error {
			var choices []selection.Choice
			for _, id := range ids {
				choices = append(choices, x.choose(id, 1)...)
			}
			return x.selection.Prepare(x.ctx, key, x.admin, aRound, choices)
		}
	}
	reviewed := func(first dossier.Standing) func(string) error {
		return func(key string) error {
			rd, list := x.round(), x.list()
			say := review.Deciding{Shown: list.Digest(), Nominees: map[string]review.Rule{}}
			for i, e := range list.Holding() {
				is := dossier.Approved
				if i == 0 {
					is = first
				}
				say.Nominees[review.Key(e)] = review.Rule{Is: is, Reason: reason}
			}
			return x.review.Decide(x.ctx, key, x.reviewers[0], rd.Task, say)
		}
	}
	withdraw := func(id string) func(string) error {
		return func(key string) error { return x.submission.Withdraw(x.ctx, key, x.admin, id, reason) }
	}
	return map[string]func(string) error{
		"prepare first": prepare(x.ids[:len(x.ids)-1]...),
		"prepare last":  prepare(x.ids[1:]...),
		"confirm": func(key string) error {
			n := x.round().Selection + 1
			var sel round.Selection
			if _, err := store.Load(x.ctx, x.real, round.SelectionKey(aRound, n), &sel); err != nil {
				return err
			}
			return x.selection.Confirm(x.ctx, key, x.head, aRound, n, sel.Shown(x.list()))
		},
		"approve":         reviewed(dossier.Approved),
		"refuse first":    reviewed(dossier.RefusedOne),
		"withdraw first":  withdraw(x.ids[0]),
		"withdraw second": withdraw(x.ids[1]),
		"enter":           x.enterKey,
		"decide":          x.decideKey,
	}
}
