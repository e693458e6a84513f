package web_test

import (
	"context"
	"strings"
	"testing"

	"hoso/shared/act"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// TestARoundsTaskIsGivenToSomebodyElse: an administrator does it on the
// round's page, where only those are offered who may decide.
func TestARoundsTaskIsGivenToSomebodyElse(t *testing.T) {
	w := newTown(t)
	rd := w.openRound("bk-2023")
	gone, other := w.person("cu@bk.vn", "", people.Reviewer), w.person("moi@bk.vn", "", people.Reviewer)
	took := w.person("roi@bk.vn", "", people.Reviewer)
	w.askedBy(rd, gone, "review")
	task := act.Digest([]any{rd.ID, "review"})[:32]
	rev, err := store.Load(context.Background(), w.store, round.Key(rd.ID), &rd)
	if err != nil {
		t.Fatal(err)
	}
	rd.Task, rd.Reviewed = task, map[string]string{"earlier": took.ID}
	w.put(round.Put(rd, rev))

	b := w.signIn(w.known(rd.Settings.Preparers[0]))
	page := b.get("/rounds/" + rd.ID)
	page.want(t, 200, `id="reassign"`, gone.Name, other.Name)
	if strings.Contains(page.body, took.Name) {
		t.Error("offered to who took another step")
	}
	b.post("/rounds/"+rd.ID+"/reassign", "persons", took.ID).want(t, 422, "mỗi người chỉ quyết định một bước")
	b.post("/rounds/"+rd.ID+"/reassign", "persons", other.ID).want(t, 303)
	var now round.Task
	if _, err := store.Load(context.Background(), w.store, round.TaskKey(task), &now); err != nil || len(now.Persons) != 1 || now.Persons[0] != other.ID {
		t.Errorf("asked: %v, %v", now.Persons, err)
	}
	w.signIn(other).get("/rounds/"+rd.ID).want(t, 200)
}
