package house

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/dossier"
	"hoso/shared/store"
	"hoso/shared/submission"
	"hoso/shared/validate"
)

// simulator is what the portal judges by, on trial.
func (p *play) simulator() validate.Simulator {
	return validate.Simulator{Store: p.h.Store, Objects: p.h.Objects, Books: p.books()}
}

// other gives the pin of the rules in force on another day.
func (p *play) other(day string) string {
	p.t.Helper()
	on, err := calendar.ParseISO(day)
	if err != nil {
		p.t.Fatal(err)
	}
	set, err := p.books().InForce(p.round().Settings.Campaign, on.Start())
	if err != nil {
		p.t.Fatal(err)
	}
	return validate.PinOf(set)
}

// TestOtherRulesAreTriedWithoutATrace judges by the round's own rules and by
// those of a later decree: the first differ in nothing, the second in what the
// decree changed, and nothing is left behind.
func TestOtherRulesAreTriedWithoutATrace(t *testing.T) {
	p := newPlay(t, "S01", "S02")
	p.close()
	before := p.standing()
	ctx := context.Background()
	same, _, err := p.simulator().Round(ctx, p.round(), p.round().Settings.RuleSet, store.Page{})
	if err != nil || len(same) != 2 {
		t.Fatalf("%d dossiers: %v", len(same), err)
	}
	for _, s := range same {
		if len(s.Differ) != 0 || s.Was != s.Would {
			t.Errorf("%s by its own rules: was %+v, would be %+v: %+v", s.Dossier, s.Was, s.Would, s.Differ)
		}
	}
	later, _, err := p.simulator().Round(ctx, p.round(), p.other("2025-08-01"), store.Page{})
	if err != nil {
		t.Fatal(err)
	}
	differ := 0
	for _, s := range later {
		differ += len(s.Differ)
		for _, d := range s.Differ {
			if d.Was == d.Would {
				t.Errorf("no difference: %+v", d)
			}
		}
	}
	if differ == 0 {
		t.Error("the rules of 2025 differ in nothing from those of 2023")
	}
	admin := p.session(t, p.admin.Person)
	for path, want := range map[string][]string{
		"?day=2025-08-01":        {"Đơn vị S01", "Đơn vị S02", "Khác nhau"},
		"?day=2025-08-01&as=csv": {"Đơn vị S01", "Đơn vị S02"},
		"?day=2023-12-01":        {"chính bộ quy định của đợt có hiệu lực"},
		"":                       {`/12/2023"`},
	} {
		w := p.page(admin, "/rounds/"+theRound+"/simulation"+path)
		for _, text := range want {
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), text) {
				t.Errorf("%q: %d, without %q", path, w.Code, text)
			}
		}
	}
	if w := p.page(admin, "/rounds/"+theRound+"/simulation?day=2025-02-30"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("30 February: %d", w.Code)
	}
	if after := p.standing(); after != before {
		t.Errorf("the trial left a trace:\n%s\nbefore:\n%s", after, before)
	}
}

// TestATrialJudgesWhatWasJudged: what the unit changes after its dossier was
// judged does not count.
func TestATrialJudgesWhatWasJudged(t *testing.T) {
	p := newPlay(t, "S01")
	id := p.ids[0]
	own := p.round().Settings.RuleSet
	docs, revs, err := submission.Documents(context.Background(), p.h.Store, id)
	if err != nil {
		t.Fatal(err)
	}
	docs[0].State, docs[0].Reading = dossier.Removed, ""
	put := store.Commit{Key: "remove", Request: "remove", At: p.h.Clock.Now(), Writes: []store.Write{store.Put(dossier.DocumentKey(id, docs[0].ID), revs[0], docs[0])}}
	if _, err := p.h.Store.Commit(context.Background(), put); err != nil {
		t.Fatal(err)
	}
	s, ok, err := p.simulator().Dossier(context.Background(), p.h.dossierNow(t, id), p.round(), own)
	if err != nil || !ok || len(s.Differ) > 0 {
		t.Errorf("%+v, %v, %v", s, ok, err)
	}
}

// standing digests records and chains of the played dossiers and the round.
func (p *play) standing() string {
	p.t.Helper()
	var all []any
	for _, id := range p.ids {
		head, err := p.h.Store.Head(context.Background(), dossier.Chain(id))
		if err != nil {
			p.t.Fatal(err)
		}
		all = append(all, p.h.dossierNow(p.t, id), head)
	}
	return act.Digest(append(all, p.round(), p.list()))
}

// page asks the portal for a page, signed in.
func (p *play) page(session *http.Cookie, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.AddCookie(session)
	w := httptest.NewRecorder()
	p.h.portal.ServeHTTP(w, r)
	return w
}

// BenchmarkReplay judges a province's year, 2,000 dossiers of six documents
// that were read already, by another rule set.
func BenchmarkReplay(b *testing.B) {
	const many = 2000
	p := newPlay(b, "S02")
	p.copies(many)
	pin := p.other("2025-08-01")
	for b.Loop() {
		began, n := time.Now(), 0
		page := store.Page{Limit: 200}
		for {
			found, next, err := p.simulator().Round(context.Background(), p.round(), pin, page)
			if err != nil {
				b.Fatal(err)
			}
			if n += len(found); next == "" {
				break
			}
			page.After = next
		}
		if n < many {
			b.Fatalf("%d dossiers", n)
		}
		b.ReportMetric(time.Since(began).Seconds(), "s/year")
	}
	b.ReportMetric(0, "ns/op")
}

// copies writes n dossiers like the first, with six of its documents.
func (p *play) copies(n int) {
	p.t.Helper()
	ctx := context.Background()
	d := p.h.dossierNow(p.t, p.ids[0])
	rv := get[dossier.Revision](p.t, p.h, dossier.RevisionKey(d.ID, 1))
	rv.Pinned = rv.Pinned[:min(6, len(rv.Pinned))]
	var docs []dossier.Document
	for _, pin := range rv.Pinned {
		docs = append(docs, get[dossier.Document](p.t, p.h, dossier.DocumentKey(d.ID, pin.Document)))
	}
	for i := range n {
		d.ID = fmt.Sprintf("%032x", i)
		c := store.Commit{Key: "copy/" + d.ID, Request: "copy", At: p.h.Clock.Now(), Writes: []store.Write{store.Put(dossier.RevisionKey(d.ID, 1), 0, rv)}}
		dossier.Record(&c, d, 0)
		for _, doc := range docs {
			c.Writes = append(c.Writes, store.Put(dossier.DocumentKey(d.ID, doc.ID), 0, doc))
		}
		if _, err := p.h.Store.Commit(ctx, c); err != nil {
			p.t.Fatal(err)
		}
	}
}
