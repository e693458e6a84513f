package house

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/store/storetest"
	"hoso/shared/submission"
)

// ending is what a round has come to, without its ids.
type ending struct {
	Dossiers []string       // state and standings, in order of submission
	Places   []string       // kind, whose, state
	Free     map[string]int // counters of places and of what is pending
	Events   map[string]int // by type
	Mails    map[string]int // by template and whom they are for
}

// ending reads what the play has come to.
func (p *play) ending() ending {
	p.t.Helper()
	ctx := context.Background()
	out := ending{Free: map[string]int{}, Events: map[string]int{}, Mails: map[string]int{}}
	who := map[string]string{}
	of := map[string]string{}
	for i, id := range p.ids {
		of[id] = fmt.Sprint("dossier ", i)
		d := p.h.dossierNow(p.t, id)
		says := string(d.State)
		for _, n := range d.Nominees {
			says += " " + n.Name + "=" + string(n.Standing)
		}
		out.Dossiers = append(out.Dossiers, says)
	}
	snap, err := p.h.Store.Snapshot(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	defer snap.Close()
	var sent []mail.Sent
	err = snap.Walk(ctx, store.Walker{
		Event: func(e evidence.Placed) error {
			var line struct{ Type string }
			if err := json.Unmarshal([]byte(e.Line), &line); err != nil {
				return err
			}
			// How often the product helped itself along is no part of the end.
			if line.Type != "run.redriven" && line.Type != "demonstration.advanced" {
				out.Events[line.Type]++
			}
			return nil
		},
		Record: func(r store.Record) error {
			switch {
			case r.Key == people.Key(strings.TrimPrefix(r.Key.Part, "person/")):
				var x people.Person
				if err := r.Decode(&x); err != nil {
					return err
				}
				who[x.ID] = x.Name
			case strings.HasPrefix(r.Key.Part, "mails/"):
				var x mail.Sent
				if err := r.Decode(&x); err != nil {
					return err
				}
				sent = append(sent, x)
			case strings.HasPrefix(r.Key.Part, "places/"):
				var x round.Place
				if err := r.Decode(&x); err != nil {
					return err
				}
				out.Places = append(out.Places, fmt.Sprint(x.Kind, " ", of[x.Dossier], " ", x.State))
			}
			return nil
		},
		Counter: func(name string, n int64) error {
			if strings.HasPrefix(name, "places/") || strings.HasPrefix(name, "pending/") {
				out.Free[name] = int(n)
			}
			return nil
		},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, s := range sent {
		if s.Template != mail.RoundOpened { // the play's units come while its round opens: some are there, some not yet
			out.Mails[s.Template+" to "+who[s.To]]++
		}
	}
	slices.Sort(out.Places)
	return out
}

// differences names what is not as in another ending.
func (e ending) differences(want ending) []string {
	var out []string
	if !slices.Equal(e.Dossiers, want.Dossiers) {
		out = append(out, fmt.Sprintf("dossiers %v, want %v", e.Dossiers, want.Dossiers))
	}
	if !slices.Equal(e.Places, want.Places) {
		out = append(out, fmt.Sprintf("places %v, want %v", e.Places, want.Places))
	}
	for what, pair := range map[string][2]map[string]int{"free": {e.Free, want.Free}, "events": {e.Events, want.Events}, "mails": {e.Mails, want.Mails}} {
		all := maps.Clone(pair[0])
		maps.Copy(all, pair[1])
		for k := range all {
			if pair[0][k] != pair[1][k] {
				out = append(out, fmt.Sprintf("%s: %d of %s, want %d", what, pair[0][k], k, pair[1][k]))
			}
		}
	}
	slices.Sort(out)
	return out
}

// atHand lets what people do themselves reach the store: they would hear of a
// failure and try again. What works by itself meets the faults.
type atHand struct{ *storetest.Faulty }

func (s atHand) Commit(ctx context.Context, c store.Commit) (store.Outcome, error) {
	if ctx.Done() == nil {
		return s.Inner.Commit(ctx, c)
	}
	return s.Faulty.Commit(ctx, c)
}

// fray is what befalls a round's events.
type fray struct {
	faults storetest.Faults
	news   func(hear func(context.Context, s3gateway.Object)) func(context.Context, s3gateway.Object)
	silent bool // nothing is delivered for ten minutes at each turn of the round
}

func frays(seed uint64) map[string]fray {
	each := func(d storetest.Delivery) storetest.Faults {
		return storetest.Faults{Message: func(store.Message) storetest.Delivery { return d }}
	}
	failing := storetest.Seeded(seed, 0, 0, 20, 20)
	chance := storetest.Seeded(seed+1, 4, 4, 0, 0).Call
	failing.Call = func(c storetest.Call) storetest.Fault {
		if c.Op == "Commit" || c.Op == "Settle" || c.Op == "Defer" || c.Op == "Pending" {
			return chance(c)
		}
		return storetest.Fault{}
	}
	return map[string]fray{
		"every message twice":     {faults: each(storetest.Twice)},
		"late and out of order":   {faults: storetest.Seeded(seed, 0, 0, 60, 0)},
		"all of it and failures":  {faults: failing, news: again},
		"nothing for ten minutes": {silent: true},
		"no news of uploads": {news: func(func(context.Context, s3gateway.Object)) func(context.Context, s3gateway.Object) {
			return func(context.Context, s3gateway.Object) {}
		}},
		"news twice and backward": {news: again},
		"review told too late":    {faults: storetest.Faults{Message: reviewLast()}},
	}
}

// reviewLast holds back what review has to tell the dossiers until the
// decision has something to tell them too, and lets that wait for it.
func reviewLast() func(store.Message) storetest.Delivery {
	told, decided := false, false
	return func(m store.Message) storetest.Delivery {
		var f round.Fanout
		if m.Kind != flow.FanoutMessage || json.Unmarshal(m.Body, &f) != nil {
			return storetest.Deliver
		}
		switch f.What {
		case round.FanoutStandings:
			if told = decided; !told {
				return storetest.Delay
			}
		case round.FanoutOutcomes:
			if decided = true; !told {
				return storetest.Delay
			}
		}
		return storetest.Deliver
	}
}

// again tells news twice: the second time later, with what came before it.
func again(hear func(context.Context, s3gateway.Object)) func(context.Context, s3gateway.Object) {
	var mu sync.Mutex
	var past []s3gateway.Object
	return func(ctx context.Context, o s3gateway.Object) {
		mu.Lock()
		past = append(past, o)
		old := slices.Clone(past)
		mu.Unlock()
		if len(old)%2 == 0 { // what came first is told last
			for _, o := range slices.Backward(old) {
				hear(ctx, o)
			}
		}
	}
}

// TestSameEndWhateverBefallsEvents plays a small round while what the parts
// tell each other comes twice, late, in no order, or not at all for a while.
func TestSameEndWhateverBefallsEvents(t *testing.T) {
	seeds, first := torture(t, "HOSO_TORTURE_PLAYS", 1), torture(t, "HOSO_TORTURE_SEED", 1)
	var want ending
	t.Run("as it should be", func(t *testing.T) { want = playFrayed(t, fray{}) })
	if want.Dossiers == nil {
		t.Skip("the play could not be played")
	}
	if len(want.Dossiers) != 2 || want.Events["document.read"] < 9 || want.Mails["task-appraisal to Thẩm định"] != 2 {
		t.Fatalf("the play itself: %+v", want)
	}
	for n := range seeds {
		for name, f := range frays(uint64(first*1000 + n)) {
			if testing.Short() && f.faults.Call == nil { // that one holds most of the others
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", name, n), func(t *testing.T) {
				if bad := playFrayed(t, f).differences(want); len(bad) > 0 {
					t.Errorf("the end differs:\n%s", strings.Join(bad, "\n"))
				}
			})
		}
	}
}

func playFrayed(t *testing.T, f fray) ending {
	t.Helper()
	var shut atomic.Bool
	faults := f.faults
	if f.silent {
		faults.Message = func(store.Message) storetest.Delivery {
			if shut.Load() {
				return storetest.Delay
			}
			return storetest.Deliver
		}
	}
	var faulty *storetest.Faulty
	p := newPlayAs(t, func(c *Config) {
		c.overNews = f.news
		c.overStore = func(s store.Store) store.Store {
			faulty = storetest.NewFaulty(s, faults)
			return atHand{faulty}
		}
	})
	defer p.sweeping()()
	turn := func(do func()) {
		if !f.silent {
			do()
			return
		}
		shut.Store(true)
		opened := time.AfterFunc(50*time.Millisecond, func() {
			if _, err := p.h.Advance(context.Background(), 10*time.Minute); err != nil {
				t.Error(err)
			}
			shut.Store(false)
		})
		defer opened.Stop()
		do()
	}
	turn(func() { p.ids = append(p.ids, p.submit(0, "S01")) })
	turn(func() { p.ids = append(p.ids, p.submit(1, "S03")) })
	turn(p.close)
	turn(p.confirm)
	before := p.round().Task
	turn(func() {
		if err := p.h.rooms.submission.Withdraw(context.Background(), "wd", p.admin, p.ids[1], "Đơn vị xin rút vì có đơn thư."); err != nil {
			t.Fatal(err)
		}
		eventually(t, "review asked again", func() bool { rd := p.round(); return rd.Task != "" && rd.Task != before })
	})
	turn(p.review)
	turn(p.decide)
	faulty.Heal()
	p.quiet()
	p.verify()
	return p.ending()
}

// sweeping sweeps all the time, as a house that stands for hours does.
func (p *play) sweeping() (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.h.every(ctx, 100*time.Millisecond, func(ctx context.Context) { p.h.sweep(ctx, 2*time.Second) })
	}()
	return func() { cancel(); <-done }
}

// quiet waits until nothing is left to be delivered.
func (p *play) quiet() {
	p.t.Helper()
	ctx := context.Background()
	eventually(p.t, "all delivered", func() bool {
		ms, err := p.h.Store.Pending(ctx, p.h.Clock.Now().Add(24*time.Hour), 10)
		if err != nil {
			p.t.Fatal(err)
		}
		return !slices.ContainsFunc(ms, func(m store.Message) bool { return m.Kind != store.LogMessage })
	})
}

// TestAStoredFileIsSubmittedThoughItsNewsIsLost: what was answered as stored
// counts from then on, whether or not the object store's news of it came.
func TestAStoredFileIsSubmittedThoughItsNewsIsLost(t *testing.T) {
	p := newPlayAs(t, func(c *Config) {
		c.overNews = func(func(context.Context, s3gateway.Object)) func(context.Context, s3gateway.Object) {
			return func(context.Context, s3gateway.Object) {}
		}
	})
	h, ctx := p.h, context.Background()
	unit(t, h, "u", "Đơn vị")
	sub := person(t, h, "Cán bộ", "u", people.Submitter)
	id, err := h.rooms.submission.Open(ctx, "open/u", sub, submission.Opening{Round: theRound})
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(samples(t), "S01", "*.pdf"))
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	for _, f := range files {
		upload(t, h, sub, id, f)
	}
	rec, err := h.rooms.submission.Submit(ctx, "submit", sub, id, submission.Submitting{})
	if err != nil || len(rec.Files) != len(files) {
		t.Fatalf("%d of %d files are on the receipt, %v", len(rec.Files), len(files), err)
	}
	eventually(t, "in appraisal", func() bool { return h.dossierNow(t, id).State == dossier.InAppraisal })
}
