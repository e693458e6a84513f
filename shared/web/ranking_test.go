package web_test

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/store"
)

// TestALongRankingIsReadPageByPageAndKeepsWhatIsChosen: no script, nothing
// recorded, and who was chosen on one page stays chosen on the next.
func TestALongRankingIsReadPageByPageAndKeepsWhatIsChosen(t *testing.T) {
	w := newTown(t)
	w.openRound("bk-2023")
	ctx, admin := context.Background(), w.person("qt@bk.vn", "", people.Admin)
	if err := w.rooms.Board.Close(ctx, w.key(), people.Actor{Person: admin}, "bk-2023"); err != nil {
		t.Fatal(err)
	}
	var values []string
	for i := range 3 {
		d := dossier.Dossier{ID: fmt.Sprintf("%032x", i+1), Round: "bk-2023", Unit: "u", UnitName: "Sở Y tế", State: dossier.Eligible, Receipt: "HS"}
		for k := range 50 {
			n := len(values)
			id := fmt.Sprintf("%032x", 1000+n)
			d.Nominees = append(d.Nominees, dossier.Nominee{ID: id, Identity: id, Kind: dossier.Individual, Name: fmt.Sprintf("Người %03d", n), Standing: dossier.Approved, Score: 9000 - n - k/49})
			values = append(values, d.ID+"."+id)
		}
		if _, err := w.store.Commit(ctx, store.Commit{Key: w.key(), Request: "x", At: w.clock(), Writes: []store.Write{dossier.Put(d, 0)}}); err != nil {
			t.Fatal(err)
		}
	}
	b := w.signIn(admin)
	shown := func() int { return strings.Count(b.last.body, `type="checkbox" name="choose"`) }
	hidden := func(v string) bool {
		return strings.Contains(b.last.body, `<input type="hidden" name="choose" value="`+v+`">`)
	}
	b.get("/rounds/bk-2023/ranking").want(t, 200, `id="next-page"`, "Người 000")
	if shown() != 100 || strings.Contains(b.last.body, `id="prev-page"`) {
		t.Fatal(shown())
	}
	b.post("/rounds/bk-2023/selection", "x", "y").want(t, 422)
	form := b.hidden("/rounds/bk-2023/selection")
	form["choose"] = []string{values[0], values[7]}
	b.send("/rounds/bk-2023/ranking?page=2", form).want(t, 200, `id="prev-page"`, "Người 149")
	if shown() != 50 || !hidden(values[0]) || !hidden(values[7]) || hidden(values[8]) {
		t.Error("the second page forgot the first", shown())
	}
	if sel, err := w.store.List(ctx, "round/bk-2023", store.Page{Prefix: "selection/"}); err != nil || len(sel.Records) > 0 {
		t.Error("looking at a page recorded something", err)
	}
	form = b.hidden("/rounds/bk-2023/selection")
	form["choose"] = []string{values[0], values[7], values[120]}
	b.send("/rounds/bk-2023/ranking?page=1", form).want(t, 200)
	on := regexp.MustCompile(`value="([^"]*)" aria-label="[^"]*" checked`).FindAllStringSubmatch(b.last.body, -1)
	if len(on) != 2 || html.UnescapeString(on[0][1]) != values[0] || !hidden(values[120]) {
		t.Error("the first page forgot", on)
	}
	b.send("/rounds/bk-2023/selection/preview", form).want(t, 200, "Người 000", "Người 120")
	b.get("/rounds/bk-2023/ranking?page=2&fill=1").want(t, 200)
	if !hidden(values[14]) || hidden(values[15]) {
		t.Error("the best are not chosen across pages")
	}
	if a := w.signIn(w.person("ktr@bk.vn", "", people.Auditor)).get("/rounds/bk-2023/ranking?page=2"); a.status != 200 || strings.Contains(a.body, `name="choose"`) || !strings.Contains(a.body, `rel="prev"`) {
		t.Error("an auditor's page", a.status)
	}
}
