package house

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/store"
)

// compete writes dossiers of 800 units with 5,000 nominees who compete.
func compete(b *testing.B, h *House) (chosen []string) {
	b.Helper()
	now := h.Clock.Now()
	var c store.Commit
	for i := range 800 {
		d := dossier.Dossier{
			ID: fmt.Sprintf("%032x", i), Round: theRound, Unit: fmt.Sprint("u", i), UnitName: fmt.Sprintf("Ủy ban nhân dân xã số %d", i),
			OpenedAt: now.Add(time.Duration(i) * time.Second), State: dossier.Eligible, Since: now, Holder: "round", Receipt: fmt.Sprintf("HS-%010X/1", i),
		}
		for k := range 6 + i%4/3 {
			id := fmt.Sprintf("%016x%016x", i, k)
			d.Nominees = append(d.Nominees, dossier.Nominee{
				ID: id, Identity: id, Kind: dossier.Kinds()[k%2], Name: fmt.Sprintf("Nguyễn Văn %d %d", i, k), Position: "Chuyên viên", Unit: d.UnitName, Standing: dossier.Approved,
				Score: (i*7919 + k*104729) % 10000, Judged: id + id, Documents: []string{id, id},
			})
			if i < 10 && k < 2 {
				chosen = append(chosen, d.ID+"."+id)
			}
		}
		c.Writes = append(c.Writes, dossier.Put(d, 0))
		if len(c.Writes) == 40 {
			c.Key, c.Request, c.At = fmt.Sprint("compete/", i), "compete", now
			if _, err := h.Store.Commit(context.Background(), c); err != nil {
				b.Fatal(err)
			}
			c = store.Commit{}
		}
	}
	return chosen
}

// BenchmarkRanking asks for the pages by which a round of 5,000 nominees from
// 800 units is closed, ranked and selected.
func BenchmarkRanking(b *testing.B) {
	p := newPlay(b)
	chosen := compete(b, p.h)
	session := p.session(b, person(b, p.h, "Quản trị đo", "", people.Admin).Person)
	ask := func(method, path string, form url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
		r.AddCookie(session)
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		w := httptest.NewRecorder()
		p.h.portal.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatalf("%s: %d", path, w.Code)
		}
		return w
	}
	base := "/rounds/" + theRound
	form := url.Values{"choose": chosen}
	token := regexp.MustCompile(`name="_token" value="([^"]*)"`).FindStringSubmatch(ask(http.MethodGet, base+"/close", nil).Body.String())
	if token == nil {
		b.Fatal("no form token")
	}
	form.Set("_token", token[1])
	for _, page := range []struct{ name, method, path string }{
		{"close", http.MethodGet, "/close"},
		{"ranking", http.MethodGet, "/ranking?fill=1"},
		{"page", http.MethodPost, "/ranking?page=20"},
		{"select", http.MethodPost, "/selection/preview"},
	} {
		b.Run(page.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				ask(page.method, base+page.path, form)
				took = append(took, time.Since(began))
			}
			report(b, took)
		})
	}
}
