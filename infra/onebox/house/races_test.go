package house

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/review"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
	"hoso/shared/verify"
)

// contest is a round whose dossiers are appraised: two collectives compete for
// one place, three individuals for two.
type contest struct {
	t                *testing.T
	h                *House
	id               string
	admin, head, rev people.Actor
	clerks           []string
	dossiers         []string
}

// roundsAHouse bounds how many rounds one house holds, and so how much there
// is to look at.
const roundsAHouse = 25

// torture reads a number that makes a test longer.
func torture(t *testing.T, name string, otherwise int) int {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		return otherwise
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		t.Fatalf("%s=%s: %v", name, v, err)
	}
	return n
}

// less gives few in place of many where each takes long: under the race
// detector, which is run with -short.
func less(many, few int) int {
	if testing.Short() {
		return few
	}
	return many
}

// inHouses runs one for each of n rounds, roundsAHouse in one house.
func inHouses(t *testing.T, n int, one func(t *testing.T, h *House, cast contest, i int)) {
	for from := 0; from < n; from += roundsAHouse {
		t.Run(fmt.Sprint(from), func(t *testing.T) {
			dir := t.TempDir()
			h := openHouse(t, dir)
			defer h.end(t)
			cast := contest{
				t: t, h: h, admin: person(t, h, "Quản trị", "", people.Admin), head: person(t, h, "Thủ trưởng", "", people.Head),
				rev: person(t, h, "Nội vụ", "", people.Reviewer), clerks: clerks(t, h),
			}
			for i := from; i < min(from+roundsAHouse, n); i++ {
				one(t, h, cast, i)
			}
			(&play{t: t, dir: dir, h: h}).verify()
		})
	}
}

// open opens round i, fills it and closes its intake.
func (c contest) open(i int) contest {
	t, h, ctx := c.t, c.h, context.Background()
	t.Helper()
	c.id = fmt.Sprint("race", i)
	now := h.Clock.Now()
	s := round.Settings{
		Campaign: "c", Title: "Phong trào", Name: c.id, Caps: map[dossier.Kind]int{dossier.Collective: 1, dossier.Individual: 2},
		Opens: now, Closes: now.Add(72 * time.Hour), ReturnDays: 5, Head: []string{c.head.ID}, Preparers: []string{c.admin.ID}, Clerks: c.clerks,
		Steps: []round.Step{{ID: "nv", Title: "Sở Nội vụ", Scope: round.ByRound, Persons: []string{c.rev.ID}, DueDays: 5}},
	}
	if err := h.rooms.board.Open(ctx, "open/"+c.id, c.admin, c.id, s); err != nil {
		t.Fatal(err)
	}
	var in store.Commit
	for k := range 5 {
		kind := dossier.Individual
		if k < 2 {
			kind = dossier.Collective
		}
		name := fmt.Sprint(c.id, "-", k)
		d := dossier.Dossier{
			ID: name, Round: c.id, Unit: "u", UnitName: "Đơn vị", OpenedAt: now, State: dossier.Eligible, Since: now,
			Nominees: []dossier.Nominee{{ID: "n", Identity: name, Kind: kind, Name: name, Standing: dossier.Approved, Score: 100 - k}},
		}
		dossier.Record(&in, d, 0)
		c.dossiers = append(c.dossiers, name)
	}
	in.Key, in.Request, in.At = "fill/"+c.id, "fill", now
	if _, err := h.Store.Commit(ctx, in); err != nil {
		t.Fatal(err)
	}
	if err := h.rooms.board.Close(ctx, "close/"+c.id, c.admin, c.id); err != nil {
		t.Fatal(err)
	}
	c.stage("selection")
	return c
}

func (c contest) round() round.Round { return get[round.Round](c.t, c.h, round.Key(c.id)) }

func (c contest) stage(name string) {
	c.t.Helper()
	eventually(c.t, c.id+" at "+name, func() bool { rd := c.round(); return rd.Stage == name && rd.Task != "" })
}

// prepare proposes one dossier of each kind; it gives the number of the selection.
func (c contest) prepare(key string, picks ...int) (int, error) {
	var choices []selection.Choice
	for _, k := range picks {
		choices = append(choices, selection.Choice{Dossier: c.dossiers[k], Nominee: "n"})
	}
	return c.round().Selection + 1, c.h.rooms.selection.Prepare(context.Background(), key, c.admin, c.id, choices)
}

// confirm confirms what is prepared as selection n.
func (c contest) confirm(key string, n int) error {
	var sel round.Selection
	if _, err := store.Load(context.Background(), c.h.Store, round.SelectionKey(c.id, n), &sel); err != nil {
		return err
	}
	return c.h.rooms.selection.Confirm(context.Background(), key, c.head, c.id, n, act.Digest(sel.Entries))
}

func (c contest) withdraw(key string, k int) error {
	return c.h.rooms.submission.Withdraw(context.Background(), key, c.admin, c.dossiers[k], "Đơn vị xin rút hồ sơ này.")
}

// decide lets review refuse the entries that refuse picks.
func (c contest) decide(key string, refuse func(i int) bool) error {
	var list round.List
	if _, err := store.Load(context.Background(), c.h.Store, round.ListKey(c.id), &list); err != nil {
		return err
	}
	say := review.Deciding{Shown: list.Digest(), Nominees: map[string]review.Rule{}}
	for i, e := range list.Holding() {
		if refuse(i) {
			say.Nominees[review.Key(e)] = review.Rule{Is: dossier.RefusedOne, Reason: "Không đủ điều kiện theo quy định."}
		} else {
			say.Nominees[review.Key(e)] = review.Rule{Is: dossier.Approved}
		}
	}
	return c.h.rooms.review.Decide(context.Background(), key, c.rev, c.round().Task, say)
}

// ordinary reports whether an act ended as acts may end that others crossed.
func ordinary(err error) bool {
	switch fault.KindOf(err) {
	case fault.Conflict, fault.Gone, fault.OverQuota, fault.Invalid, fault.NotFound:
		return true
	}
	return err == nil
}

// places looks at the places of every round in one consistent view.
func places(ctx context.Context, s interface {
	Snapshot(context.Context) (store.Snapshot, error)
},
) ([]verify.Finding, error) {
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	var found []verify.Finding
	err = verify.Places().Run(ctx, snap, func(f verify.Finding) { found = append(found, f) })
	return found, err
}

// watched runs acts while the places are looked at all the time.
func (c contest) watched(acts ...func() error) []error {
	c.t.Helper()
	var over atomic.Bool
	first, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for n, last := 0, false; !last; n++ {
			last = over.Load() // one look after the end
			found, err := places(context.Background(), c.h.Store)
			if err != nil || len(found) > 0 {
				c.t.Errorf("%s, look %d: %v %+v", c.id, n, err, found)
				last = true
			}
			if n == 0 {
				close(first)
			}
		}
	}()
	<-first // one look before the start
	errs := make([]error, len(acts))
	var wg sync.WaitGroup
	for i, do := range acts {
		wg.Go(func() { errs[i] = do() })
	}
	wg.Wait()
	over.Store(true)
	<-done
	for i, err := range errs {
		if !ordinary(err) {
			c.t.Errorf("%s, act %d: %v", c.id, i, err)
		}
	}
	return errs
}

func won(errs []error) int {
	n := 0
	for _, err := range errs {
		if err == nil {
			n++
		}
	}
	return n
}

// TestTheLastPlaceGoesToOne lets 64 confirm the last places at the same
// moment, round after round.
func TestTheLastPlaceGoesToOne(t *testing.T) {
	inHouses(t, torture(t, "HOSO_TORTURE_RACES", less(20, 4)), func(t *testing.T, h *House, cast contest, i int) {
		c := cast.open(i)
		n, err := c.prepare("prepare/"+c.id, 0, 2)
		if err != nil {
			t.Fatal(err)
		}
		var acts []func() error
		for k := range 64 {
			acts = append(acts, func() error { return c.confirm(fmt.Sprint("confirm/", c.id, "/", k), n) })
		}
		if got := won(c.watched(acts...)); got != 1 {
			t.Errorf("%s: %d of 64 confirmations won", c.id, got)
		}
		c.stage("review")
	})
}

// TestPlacesAddUpWhateverCrosses lets everybody who can move places do so at
// the same moment: preparing, confirming, withdrawing, deciding.
func TestPlacesAddUpWhateverCrosses(t *testing.T) {
	rng := rand.New(rand.NewPCG(uint64(torture(t, "HOSO_TORTURE_SEED", 1)), 0))
	var taken, freed, again int
	inHouses(t, torture(t, "HOSO_TORTURE_RACES", less(12, 4)), func(t *testing.T, h *House, cast contest, i int) {
		c := cast.open(i)
		if _, err := c.prepare("prepare/"+c.id, 0, 2); err != nil {
			t.Fatal(err)
		}
		shuffled := func(acts ...func() error) []func() error {
			rng.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
			return acts
		}
		key := func(what string, k int) string { return fmt.Sprint(what, "/", c.id, "/", k) }
		// Before review: the selection is confirmed, changed and emptied at once.
		var acts []func() error
		leaves := rng.IntN(2) * 2
		for k := range 8 {
			acts = append(acts, func() error { return c.confirm(key("confirm", k), 1) })
		}
		acts = append(acts, func() error { _, err := c.prepare(key("prepare", 1), 1, 3); return err },
			func() error { return c.withdraw(key("withdraw", 0), leaves) })
		c.watched(shuffled(acts...)...)
		if c.round().Stage == "selection" { // whoever confirmed held an old list
			if _, err := c.prepare(key("prepare", 2), 1, 3); err != nil {
				t.Fatal(err)
			}
			if err := c.confirm(key("confirm", 8), 1); err != nil {
				t.Fatal(err)
			}
		}
		c.stage("review")
		taken++
		// Under review: it is decided while places become free and are taken anew.
		acts = nil
		for k := range 4 {
			refuse := rng.IntN(3)
			acts = append(acts, func() error { return c.decide(key("decide", k), func(i int) bool { return i < refuse }) })
		}
		for k := range 4 {
			acts = append(acts, func() error {
				n, err := c.prepare(key("next", k), 4)
				if err == nil {
					err = c.confirm(key("next-confirm", k), n)
				}
				return err
			})
		}
		holding := get[round.List](t, h, round.ListKey(c.id)).Holding()
		out := holding[rng.IntN(len(holding))]
		acts = append(acts, func() error {
			return h.rooms.submission.Withdraw(context.Background(), key("withdraw", 1), c.admin, out.Dossier, "Đơn vị xin rút hồ sơ này.")
		})
		c.watched(shuffled(acts...)...)
		eventually(t, c.id+" at rest", func() bool {
			rd := c.round()
			return rd.Written == rd.Selection && rd.Stage != "quota" && rd.Task != ""
		})
		list := get[round.List](t, h, round.ListKey(c.id))
		held := map[dossier.Kind]int{}
		for _, e := range list.Holding() {
			held[e.Kind]++
		}
		for _, k := range dossier.Kinds() {
			if most := c.round().Settings.Caps[k]; held[k] > most {
				t.Errorf("%s: %d hold %d places of %s", c.id, held[k], most, k)
			}
		}
		if len(list.Holding()) < len(holding) {
			freed++
		}
		if c.round().Selection > 1 {
			again++
		}
	})
	t.Logf("%d rounds taken, %d lost a place, %d took one again", taken, freed, again)
	if !testing.Short() && (freed == 0 || again == 0) {
		t.Error("nothing crossed")
	}
}
