package house

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"hoso/shared/access"
	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/store"
	"hoso/shared/submission"
	"hoso/shared/validate"
)

// report gives percentiles of durations in milliseconds.
func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	ms := func(q int) float64 { return float64(took[min(len(took)*q/100, len(took)-1)].Microseconds()) / 1000 }
	b.ReportMetric(ms(50), "p50-ms")
	b.ReportMetric(ms(99), "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkFindings measures from the last uploaded byte of a dossier of
// seven born-digital files to its findings.
func BenchmarkFindings(b *testing.B) {
	p := newPlay(b)
	ctx := context.Background()
	files, err := filepath.Glob(filepath.Join(samples(b), "S02", "*.pdf"))
	if err != nil || len(files) != 7 {
		b.Fatal(files, err)
	}
	unit(b, p.h, "bench", "Đơn vị đo")
	sub := person(b, p.h, "Cán bộ đo", "bench", people.Submitter)
	var took []time.Duration
	n := 0
	for b.Loop() {
		n++
		id, err := p.h.rooms.submission.Open(ctx, fmt.Sprint("open/", n), sub, submission.Opening{Round: theRound})
		if err != nil {
			b.Fatal(err)
		}
		for _, f := range files {
			upload(b, p.h, sub, id, f)
		}
		last := time.Now()
		p.wait(b, id)
		took = append(took, time.Since(last))
	}
	report(b, took)
}

// BenchmarkTogether is the same for twenty units that upload at once.
func BenchmarkTogether(b *testing.B) {
	p := newPlay(b)
	ctx := context.Background()
	files, err := filepath.Glob(filepath.Join(samples(b), "S02", "*.pdf"))
	if err != nil || len(files) != 7 {
		b.Fatal(files, err)
	}
	var subs []people.Actor
	for i := range 20 {
		id := fmt.Sprint("together", i)
		unit(b, p.h, id, "Đơn vị đo")
		subs = append(subs, person(b, p.h, "Cán bộ đo", id, people.Submitter))
	}
	var took []time.Duration
	n := 0
	for b.Loop() {
		n++
		done := make(chan time.Duration)
		for i, sub := range subs {
			go func() {
				id, err := p.h.rooms.submission.Open(ctx, fmt.Sprint("open/", n, "/", i), sub, submission.Opening{Round: theRound})
				if err != nil {
					b.Error(err)
				}
				for _, f := range files {
					upload(b, p.h, sub, id, f)
				}
				last := time.Now()
				p.wait(b, id)
				done <- time.Since(last)
			}()
		}
		for range subs {
			took = append(took, <-done)
		}
	}
	report(b, took)
}

// wait waits until every file of a dossier is settled, and judges it.
func (p *play) wait(b *testing.B, id string) {
	ctx := context.Background()
	for {
		docs, _, err := submission.Documents(ctx, p.h.Store, id)
		if err != nil {
			b.Error(err)
			return
		}
		if !slices.ContainsFunc(docs, func(d dossier.Document) bool { return !d.Settled() }) {
			fs, err := validate.Load(ctx, p.h.Objects, docs)
			if err != nil {
				b.Error(err)
			}
			p.judge(fs)
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// fill writes dossiers of one round straight through the store.
func fill(b *testing.B, h *House, n int) {
	b.Helper()
	ctx := context.Background()
	now := h.Clock.Now()
	states := []dossier.State{dossier.Eligible, dossier.InAppraisal, dossier.Returned, dossier.Awarded, dossier.NotSelected}
	work := make(chan int)
	done := make(chan error)
	for range 16 {
		go func() {
			var failed error
			for from := range work {
				var c store.Commit
				for i := from; i < min(from+40, n); i++ {
					d := dossier.Dossier{
						ID: fmt.Sprintf("%032x", i), Round: theRound, Unit: fmt.Sprint("u", i%800), UnitName: fmt.Sprintf("Đơn vị số %d", i%800),
						OpenedAt: now.Add(time.Duration(i) * time.Second), State: states[i%len(states)], Since: now, Receipt: fmt.Sprintf("HS-%010X/1", i),
					}
					for k := range 3 {
						d.Nominees = append(d.Nominees, dossier.Nominee{ID: fmt.Sprint(i, k), Identity: fmt.Sprint(i, k), Kind: dossier.Individual, Name: fmt.Sprintf("Nguyễn Văn %d", i), Standing: dossier.Approved})
					}
					c.Writes = append(c.Writes, dossier.Put(d, 0))
				}
				c.Key, c.Request, c.At = fmt.Sprint("fill/", from), "fill", now
				if _, err := h.Store.Commit(ctx, c); err != nil {
					failed = err
				}
			}
			done <- failed
		}()
	}
	for from := 0; from < n; from += 40 {
		work <- from
	}
	close(work)
	for range 16 {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	for i := 0; i < n; i += max(n/200, 1) {
		if err := h.rooms.search.Index(ctx, fmt.Sprintf("%032x", i)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPages asks for board, search and a dossier's page with few and
// with many dossiers.
func BenchmarkPages(b *testing.B) {
	for _, n := range []int{1000, 100000} {
		b.Run(fmt.Sprintf("dossiers=%d", n), func(b *testing.B) {
			p := newPlay(b)
			fill(b, p.h, n)
			admin := person(b, p.h, "Quản trị đo", "", people.Admin)
			token, err := access.Room{Desk: p.h.Desk, Secrets: p.h.Keys}.MintToken(context.Background(), "bench", admin, "bench", time.Hour)
			if err != nil {
				b.Fatal(err)
			}
			session := p.session(b, admin.Person)
			_ = token
			for _, page := range []struct{ name, path string }{
				{"board", "/rounds/" + theRound + "?state=eligible"}, {"search", "/search?q=nguyen+van+5"}, {"record", "/records/" + fmt.Sprintf("%032x", n/2)},
			} {
				b.Run(page.name, func(b *testing.B) {
					var took []time.Duration
					for b.Loop() {
						r := httptest.NewRequest(http.MethodGet, page.path, nil)
						r.AddCookie(session)
						w := httptest.NewRecorder()
						began := time.Now()
						p.h.portal.ServeHTTP(w, r)
						took = append(took, time.Since(began))
						if w.Code != http.StatusOK {
							b.Fatalf("%s: %d", page.path, w.Code)
						}
					}
					report(b, took)
				})
			}
		})
	}
}

// BenchmarkOpen opens a folder with 10,000 dossiers.
func BenchmarkOpen(b *testing.B) {
	p := newPlay(b)
	fill(b, p.h, 10000)
	p.h.end(b)
	var took time.Duration
	n := 0
	for b.Loop() {
		began := time.Now()
		h := openHouse(b, p.dir)
		took += time.Since(began)
		n++
		h.end(b)
	}
	b.ReportMetric(float64(took.Milliseconds())/float64(n), "ms/open")
	p.h = openHouse(b, p.dir)
}

// session signs a person in, as the pages know it.
func (p *play) session(b testing.TB, who people.Person) *http.Cookie {
	b.Helper()
	ctx := context.Background()
	room := access.Room{Desk: p.h.Desk, Secrets: p.h.Keys, Limits: access.NewLimiter(p.h.Clock.Now), Rates: access.DefaultRates()}
	secret, err := room.InviteLocally(ctx, "bench/"+who.ID, who.ID)
	if err != nil {
		b.Fatal(err)
	}
	in, err := room.EnterInvitation(ctx, room.Browser(), secret, "bench")
	if err != nil {
		b.Fatal(err)
	}
	return &http.Cookie{Name: "hoso", Value: in.Secret}
}

// judge judges a draft's files as the portal does.
func (p *play) judge(files []validate.File) {
	rules, err := p.books().Rules(p.round().Settings, "")
	if err != nil {
		p.t.Fatal(err)
	}
	validate.Judge(files, rules, nil)
}
