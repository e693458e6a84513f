package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"hoso/shared/appraisal"
	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// scored makes a round with one criterion and an open appraisal of one nominee
// before two appraisers.
func (w *town) scored(a, b people.Person) (rd round.Round, task string) {
	w.Helper()
	rd = w.openRound("bk-2023")
	ctx := context.Background()
	rev, err := store.Load(ctx, w.store, round.Key(rd.ID), &rd)
	if err != nil {
		w.Fatal(err)
	}
	rd.Settings.Criteria = []round.Criterion{{ID: "c1", Kind: dossier.Individual, Text: "Sáng kiến hữu ích", Max: 40}}
	n := dossier.Nominee{ID: "n1", Identity: "i1", Kind: dossier.Individual, Name: "Nông Thị Dậu", Standing: dossier.Pending}
	d := dossier.Dossier{
		ID: "d1", Round: rd.ID, Unit: "u", UnitName: "Sở Y tế", OpenedAt: w.clock(), State: dossier.InAppraisal, Since: w.clock(), Revision: 1, Task: "t1",
		Receipt: "HS-1/1", Nominees: []dossier.Nominee{n},
	}
	t := round.Task{
		ID: "t1", Kind: appraisal.Name, Round: rd.ID, Dossier: "d1", Revision: 1, Step: "stttt", Title: "Thẩm định", Persons: []string{a.ID, b.ID},
		OpenedAt: w.clock(), Due: w.clock(), State: round.TaskOpen,
	}
	c := store.Commit{Key: w.key(), Request: "scored", At: w.clock(), Writes: append(round.Assign(t),
		round.Put(rd, rev), round.PutTask(t, 0),
		store.Put(dossier.RevisionKey("d1", 1), 0, dossier.Revision{N: 1, At: w.clock(), Receipt: "HS-1/1", Judged: true, Hash: "h1", Nominees: d.Nominees}))}
	dossier.Record(&c, d, 0)
	if _, err := w.store.Commit(ctx, c); err != nil {
		w.Fatal(err)
	}
	return rd, "t1"
}

func TestAppraisersScoreAloneAndSeeTheSpreadAfterwards(t *testing.T) {
	w := newTown(t)
	one, two := w.person("mot@bk.vn", "", people.Appraiser), w.person("hai@bk.vn", "", people.Appraiser)
	_, task := w.scored(one, two)
	page := "/tasks/" + task + "/score"
	a, b := w.signIn(one), w.signIn(two)
	a.get("/tasks").want(t, 200, "HS-1/1 · Sở Y tế")
	a.get(page).want(t, 200, "Sáng kiến hữu ích", "tối đa 40")
	a.post(page, "points-n1-c1", "41").want(t, 422, "Nông Thị Dậu – Sáng kiến hữu ích: hãy nhập số nguyên từ 0 đến 40", `value="41"`)
	a.post(page, "points-n1-c1", "40").want(t, 303)
	b.get(page).want(t, 200)
	if strings.Contains(b.last.body, `id="sheets"`) {
		t.Error("the other's sheet is shown before the own one is in")
	}
	b.post(page, "points-n1-c1", "10").want(t, 303)
	b.follow().want(t, 200, `id="sheets"`, "62,5", "75", `id="to-task"`)
	w.signIn(w.person("ba@bk.vn", "", people.Appraiser)).get(page).want(t, 404)
}

func TestTheRankingExplainsTiesAndChoosesByRank(t *testing.T) {
	w := newTown(t)
	rd := w.openRound("bk-2023")
	ctx := context.Background()
	rev, err := store.Load(ctx, w.store, round.Key(rd.ID), &rd)
	if err != nil {
		t.Fatal(err)
	}
	rd.State, rd.Stage = round.Closed, "selection"
	c := store.Commit{
		Key: w.key(), Request: "rank", At: w.clock(), Writes: []store.Write{round.Put(rd, rev)},
		Counters: []store.Add{{Counter: round.PlaceCounter(rd.ID, dossier.Individual), N: -12}},
	} // three are free
	d := dossier.Dossier{ID: "d1", Round: rd.ID, Unit: "u", UnitName: "Sở Y tế", OpenedAt: w.clock(), State: dossier.Eligible, Since: w.clock(), Revision: 1}
	for i, score := range []int{9000, 8500, 8000, 8000, 7000} {
		d.Nominees = append(d.Nominees, dossier.Nominee{
			ID: fmt.Sprint("n", i), Identity: fmt.Sprint("i", i), Kind: dossier.Individual, Name: fmt.Sprint("Người ", i), Standing: dossier.Approved, Score: score,
			Marked: &dossier.Marked{Sheets: 2, Mean: score, Low: score - 100, High: score + 100},
		})
	}
	dossier.Record(&c, d, 0)
	if _, err := w.store.Commit(ctx, c); err != nil {
		t.Fatal(err)
	}
	b := w.signIn(w.person("quantri@bk.vn", "", people.Admin))
	b.get("/tasks").want(t, 200, `href="/rounds/`+rd.ID+`/ranking"`)
	b.get("/rounds/"+rd.ID+"/ranking").want(t, 200, "(2 phiếu, từ 89 đến 91)", "với Người 3", `id="fill"`)
	if strings.Contains(b.last.body, " checked") {
		t.Error("somebody is chosen before anybody asked")
	}
	b.get("/rounds/"+rd.ID+"/ranking?fill=1").want(t, 200)
	if n := strings.Count(b.last.body, " checked"); n != 2 {
		t.Errorf("%d are chosen; a tie at the edge of three places is for people to break", n)
	}

	// What a selection would touch is shown first, and nothing is recorded.
	page := "/rounds/" + rd.ID + "/selection/preview"
	hidden := b.hidden("/rounds/" + rd.ID + "/selection")
	b.send(page, hidden).want(t, 422, "ít nhất một")
	b.get("/rounds/" + rd.ID + "/ranking")
	hidden = b.hidden("/rounds/" + rd.ID + "/selection")
	for i := range 4 {
		hidden.Add("choose", fmt.Sprint("d1.n", i))
	}
	b.send(page, hidden).want(t, 200, `id="against"`, "chọn 4 nhưng chỉ còn 3 chỗ")
	hidden["choose"] = hidden["choose"][:3]
	b.send(page, hidden).want(t, 200, "3 tập thể, cá nhân trong 1 hồ sơ", `id="select-button"`)
	if strings.Contains(b.last.body, `id="passed"`) {
		t.Error("somebody is said to be passed over, of equals at the edge")
	}
	hidden["choose"] = []string{"d1.n0", "d1.n4"}
	b.send(page, hidden).want(t, 200, `id="passed"`, "Người 1 (Cá nhân, 85 điểm)", "Người 3")
	b.get("/rounds/"+rd.ID+"/ranking?choose=d1.n0&choose=d1.n4").want(t, 200)
	if n := strings.Count(b.last.body, " checked"); n != 2 {
		t.Errorf("%d of two are still chosen on the way back from the preview", n)
	}
	if _, err := storeLoad[round.Selection](w, round.SelectionKey(rd.ID, 1)); err == nil {
		t.Error("a preview was recorded")
	}
	v := b.hidden("/rounds/" + rd.ID + "/selection")
	v["choose"] = hidden["choose"]
	b.send("/rounds/"+rd.ID+"/selection", v).want(t, 303)
	if sel, err := storeLoad[round.Selection](w, round.SelectionKey(rd.ID, 1)); err != nil || len(sel.Entries) != 2 {
		t.Errorf("%+v, %v", sel, err)
	}
}
