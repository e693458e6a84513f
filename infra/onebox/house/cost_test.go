package house

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"hoso/infra/aws/costs"
	"hoso/shared/access"
	"hoso/shared/appraisal"
	"hoso/shared/asl"
	"hoso/shared/aws/awstest"
	"hoso/shared/aws/dynamostore"
	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/submission"
)

// metered is the table's store behind a meter; facts go past the meter.
type metered struct {
	*dynamostore.Store
	past *dynamostore.Store
}

// Facts gives the store that is not metered.
func (m metered) Facts() store.Store { return m.past }

// tally counts requests to the object store.
type tally struct {
	mu            sync.Mutex
	writes, reads int
}

func (c *tally) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	if r.Method == http.MethodPut || r.Method == http.MethodPost || r.URL.Query().Has("versions") || r.URL.Query().Has("list-type") {
		c.writes++ // lists cost what writes cost
	} else {
		c.reads++
	}
	c.mu.Unlock()
	return http.DefaultTransport.RoundTrip(r)
}

func (c *tally) take() (writes, reads int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	writes, reads, c.writes, c.reads = c.writes, c.reads, 0, 0
	return writes, reads
}

// onTable opens a house whose facts lie in a table of the stand-in.
func onTable(t *testing.T) (*play, *costs.Meter, *tally) {
	s, err := awstest.Start(awstest.Tool(t, "ministack/bin/ministack"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	past := s.Store(t, rand.Float64)
	objects := &tally{}
	// What is written past the meter it must know too.
	meter := &costs.Meter{Next: http.DefaultTransport}
	open := func() *dynamostore.Store {
		db := dynamodb.NewFromConfig(s.Config(), func(o *dynamodb.Options) { o.HTTPClient = &http.Client{Transport: meter} })
		st, err := dynamostore.New(dynamostore.Options{Client: db, Table: past.Table(), Jitter: rand.Float64, Wait: awstest.Wait})
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	p := newPlayAs(t, func(c *Config) {
		c.overHTTP, c.overIdle = objects, window
		c.overStore = func(store.Store) store.Store { return metered{open(), past} }
	})
	return p, meter, objects
}

// TestWhatADossierCosts brings a dossier of seven files through three
// decisions of appraisal to its sealed package, on the table of the AWS
// edition, and holds what was counted against the ratchet. HOSO_COST=1 prints.
func TestWhatADossierCosts(t *testing.T) {
	sample := filepath.Join(samples(t), "S02")
	p, meter, objects := onTable(t)
	h, ctx := p.h, context.Background()
	const id3 = "r3"
	s := p.round().Settings
	s.Steps = []round.Step{
		{ID: "one", Title: "Bước một", Scope: round.ByDossier, Persons: []string{p.appr.ID}, DueDays: 5},
		{ID: "two", Title: "Bước hai", Scope: round.ByDossier, Persons: []string{p.rev.ID}, DueDays: 5},
		{ID: "three", Title: "Bước ba", Scope: round.ByDossier, Persons: []string{p.head.ID}, DueDays: 5},
	}
	if err := h.rooms.board.Open(ctx, "open3", p.admin, id3, s); err != nil {
		t.Fatal(err)
	}
	unit(t, h, "u7", "Sở Tư pháp")
	sub := person(t, h, "Cán bộ", "u7", people.Submitter)
	rest(t, meter)
	objects.take()
	mailed := mails(p)
	before := runsNow(t, h)

	// The dossier's own life.
	id, err := h.rooms.submission.Open(ctx, "open/7", sub, submission.Opening{Round: id3})
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(sample, "*.pdf"))
	if len(files) != 7 {
		t.Fatalf("%d files", len(files))
	}
	for _, f := range files {
		upload(t, h, sub, id, f)
	}
	contests := p.contests(id)
	if _, err := h.rooms.submission.Submit(ctx, "submit/7", sub, id, submission.Submitting{Contests: contests}); err != nil {
		t.Fatal(err)
	}
	last := ""
	for _, who := range []people.Actor{p.appr, p.rev, p.head} {
		eventually(t, "asked", func() bool {
			d := h.dossierNow(t, id)
			return d.State == dossier.InAppraisal && d.Task != "" && d.Task != last
		})
		d := h.dossierNow(t, id)
		last = d.Task
		rv := get[dossier.Revision](t, h, dossier.RevisionKey(id, 1))
		say := appraisal.Deciding{Shown: rv.Hash, Noted: true, Nominees: map[string]appraisal.Rule{}}
		for _, n := range d.Nominees {
			say.Nominees[n.ID] = appraisal.Rule{Is: dossier.Approved, Score: 9000}
		}
		if err := h.rooms.appraisal.Decide(ctx, "decide/"+who.ID, who, d.Task, say); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "eligible", func() bool { return h.dossierNow(t, id).State == dossier.Eligible })
	rest(t, nil)
	// Pages are asked for while the dossier is on its way.
	living := meter.Take()
	pages := pageReads(t, p, meter, id, sub)
	// Its end: the unit withdraws, which makes it final; the package is sealed.
	if err := h.rooms.submission.Withdraw(ctx, "wd7", sub, id, "Đơn vị xin rút để bổ sung."); err != nil {
		t.Fatal(err)
	}
	eventually(t, "sealed", func() bool { return h.dossierNow(t, id).Sealed })
	rest(t, nil)
	table := plus(living, meter.Take())

	prices, err := costs.List()
	if err != nil {
		t.Fatal(err)
	}
	d := costs.Dossier{Files: 7, Decisions: 3, Table: table}
	gb, invocations := 0.0, 0
	for _, r := range runsNow(t, h)[len(before):] {
		states, calls, seconds := history(t, h, r)
		if r.Machine == "document" {
			d.DocumentStates = max(d.DocumentStates, states)
		} else if strings.Contains(r.Name, id) {
			d.DossierStates += states
		}
		invocations += calls
		gb += seconds
	}
	// Each pass that found something had woken dispatch at most once, which
	// rang the bell: two updates of a small item.
	wakes := table.Calls[costs.Passes]
	table.Writes["bell"] += 2 * float64(wakes)
	pagesSeen, wake := prices.Assumed["pages"], prices.Assumed["wake"]
	writes, reads := objects.take()
	d.Amounts = map[string]float64{
		"transition": float64(7*d.DocumentStates + d.DossierStates), "write unit": costs.Sum(table.Writes), "read unit": costs.Sum(table.Reads),
		"invocation": float64(invocations + wakes + 7 + pagesSeen.N),
		"gb-second":  gb + float64(wakes+7)*wake.MS/1000*0.5 + float64(pagesSeen.N)*pagesSeen.MS/1000,
		"s3 write":   float64(writes + 7), "s3 read": float64(reads), "mail": float64(mails(p) - mailed),
		"http request": float64(pagesSeen.N), "s3 event": 7, "queue call": 7 * 3, "key call": float64(writes+reads) / 10,
	}
	_, total, err := d.USD(prices)
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("HOSO_COST") == "1" {
		if err := d.Write(os.Stdout, prices, pages); err != nil {
			t.Fatal(err)
		}
	}
	most, err := costs.Ratchet()
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range d.Figures(total, pages) {
		if allowed, ok := most[name]; !ok || got > allowed {
			t.Errorf("%s: %.6g, at most %.6g", name, got, allowed)
		}
	}
}

// window is how long the template lets news of the table gather before it
// wakes dispatch.
const window = time.Second

// rest waits until the outbox has nothing due, and drops what was counted so far.
func rest(t *testing.T, meter *costs.Meter) {
	t.Helper()
	time.Sleep(5 * window)
	if meter != nil {
		meter.Take()
	}
}

func plus(a, b costs.Count) costs.Count {
	for k, v := range b.Writes {
		a.Writes[k] += v
	}
	for k, v := range b.Reads {
		a.Reads[k] += v
	}
	for k, v := range b.Calls {
		a.Calls[k] += v
	}
	return a
}

func mails(p *play) int {
	list, _ := filepath.Glob(filepath.Join(p.dir, "outbox", "*.eml"))
	return len(list)
}

func runsNow(t *testing.T, h *House) []asl.Execution {
	t.Helper()
	list, err := h.engine.engine.List(context.Background(), "", "", 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	// Oldest first, so that what is new comes last.
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// memory is what the template gives each stage, in GB.
var memory = map[string]float64{"intake": 0.5, "extract": 1.73, "validate": 1, "archive": 1}

// history counts a run's transitions and calls, and the GB-seconds of these.
func history(t *testing.T, h *House, r asl.Execution) (states, calls int, gb float64) {
	t.Helper()
	events, err := h.engine.engine.History(context.Background(), r.ID, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	state := ""
	var begun time.Time
	for _, e := range events {
		switch {
		case strings.HasSuffix(e.Type, "StateEntered"):
			states++
			state = strings.ToLower(fmt.Sprint(e.Details["name"]))
		case e.Type == "TaskScheduled":
			calls++
			begun = e.Timestamp
		case e.Type == "TaskSucceeded" || e.Type == "TaskSubmitted":
			size, ok := memory[state]
			if !ok {
				size = 0.25
			}
			// A parked task is paid for until it has asked, not until it is answered.
			gb += math.Min(e.Timestamp.Sub(begun).Seconds(), 5) * size
			begun = e.Timestamp
		}
	}
	return states, calls, gb
}

// pageReads gives the read units of pages that must not grow with the total.
func pageReads(t *testing.T, p *play, meter *costs.Meter, id string, sub people.Actor) map[string]float64 {
	t.Helper()
	auditor, own := p.tableSession(t, person(t, p.h, "Quản trị xem", "", people.Admin, people.Auditor)), p.tableSession(t, sub)
	out := map[string]float64{}
	for name, path := range map[string]string{"board": "/rounds/r3", "search": "/search?q=nguyen", "record": "/records/" + id, "dossier": "/dossiers/" + id} {
		session := auditor
		if name == "dossier" {
			session = own
		}
		least := math.Inf(1) // the outbox looks beside it, now and then
		for range 3 {
			meter.Take()
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.AddCookie(session)
			w := httptest.NewRecorder()
			p.h.portal.ServeHTTP(w, r)
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %d", path, w.Code)
			}
			least = math.Min(least, costs.Sum(meter.Take().Reads))
		}
		out[name] = least
	}
	return out
}

// tableSession signs a person in whose facts lie in the table.
func (p *play) tableSession(t *testing.T, who people.Actor) *http.Cookie {
	t.Helper()
	room := access.Room{Desk: p.h.Desk, Secrets: p.h.Keys, Limits: access.NewLimiter(p.h.Clock.Now), Rates: access.DefaultRates()}
	secret, err := room.InviteLocally(context.Background(), "cost/"+who.Person.ID, who.Person.ID)
	if err != nil {
		t.Fatal(err)
	}
	in, err := room.EnterInvitation(context.Background(), room.Browser(), secret, "cost")
	if err != nil {
		t.Fatal(err)
	}
	return &http.Cookie{Name: "hoso", Value: in.Secret}
}
