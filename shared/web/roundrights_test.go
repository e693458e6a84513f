package web_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/web/frame"
)

// varying is what differs between two answers about nothing, and the ids.
var varying = regexp.MustCompile(`value="[^"]*"|<code>[^<]*</code>|"requestId":"[^"]*"|[0-9a-f]{32}|mine-2023|other-2023`)

// TestRoundsAreSeenByWhomTheyConcern asks for every address of a round as every
// role there is, of a round of the visitor's own, of another's and of none.
func TestRoundsAreSeenByWhomTheyConcern(t *testing.T) {
	w := newTown(t)
	mine, other := w.openRound("mine-2023"), w.openRound("other-2023")
	reviewer := w.person("review@example.vn", "", people.Reviewer)
	w.askedBy(mine, reviewer, "review")
	deputy := w.person("deputy@example.vn", "", people.Head) // stood in, and decided
	w.put(store.Put(round.SelectionKey(mine.ID, 1), 0, round.Selection{Round: mine.ID, N: 1, ConfirmedBy: deputy.ID, State: "confirmed"}))
	pages := []string{"", "/ranking", "/list", "/ledger", "/changes"}
	cells := 0
	for name, x := range map[string]struct {
		who people.Person
		all bool
	}{
		"head": {who: w.known(mine.Settings.Head[0])}, "clerk": {who: w.known(mine.Settings.Clerks[0])}, "reviewer": {who: reviewer}, "deputy": {who: deputy},
		"admin": {w.known(mine.Settings.Preparers[0]), true}, "auditor": {w.person("audit@example.vn", "", people.Auditor), true},
	} {
		b := w.signIn(x.who)
		for _, page := range pages {
			b.get("/rounds/"+mine.ID+page).want(t, 200)
		}
		b.get("/rounds").want(t, 200, "/rounds/"+mine.ID)
		if strings.Contains(b.last.body, "/rounds/"+other.ID) != x.all {
			t.Errorf("%s sees the other round in the list: %v", name, !x.all)
		}
		for _, r := range w.handler.Routes() {
			if !strings.Contains(r.Pattern, "/rounds/{id}") || !r.Who.Allows(people.Actor{Person: x.who}) {
				continue
			}
			if x.all {
				if !r.Unsafe() && slices.Contains(pages, strings.TrimPrefix(r.Pattern, "/rounds/{id}")) {
					b.get(strings.Replace(r.Pattern, "{id}", other.ID, 1)).want(t, 200)
				}
				continue
			}
			ask := func(id string) *answer {
				path := strings.NewReplacer("{id}", id, "{n}", "1").Replace(r.Pattern)
				switch {
				case !r.Unsafe():
					return b.get(path)
				case r.Kind == frame.API:
					b.header.Set("X-Form-Token", b.token())
					defer b.header.Del("X-Form-Token")
					return b.do(r.Method, path, "application/json", strings.NewReader("{}"))
				}
				return b.do(r.Method, path, "application/x-www-form-urlencoded", strings.NewReader("_token="+b.token()))
			}
			cells++
			theirs, none := ask(other.ID), ask(strings.Repeat("0", 32))
			if theirs.status != 404 || none.status != 404 || varying.ReplaceAllString(theirs.body, "") != varying.ReplaceAllString(none.body, "") {
				t.Errorf("%s as %s: another's round gives %d, none gives %d", r.Name(), name, theirs.status, none.status)
			}
		}
	}
	if cells < 40 {
		t.Errorf("only %d cells", cells)
	}
}

// known gives a person's record.
func (w *town) known(id string) people.Person {
	w.Helper()
	p, err := w.access.Person(context.Background(), id)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// askedBy puts an open task of a round before a person.
func (w *town) askedBy(rd round.Round, who people.Person, kind string) {
	w.Helper()
	task := round.Task{ID: act.Digest([]any{rd.ID, kind})[:32], Kind: kind, Round: rd.ID, Step: kind, Title: kind, Persons: []string{who.ID}, OpenedAt: w.clock(), Due: w.clock().Add(24 * time.Hour), State: round.TaskOpen}
	w.put(append(round.Assign(task), round.PutTask(task, 0))...)
}

func (w *town) put(writes ...store.Write) {
	w.Helper()
	if _, err := w.store.Commit(context.Background(), store.Commit{Key: w.key(), Request: "put", At: w.clock(), Writes: writes}); err != nil {
		w.Fatal(err)
	}
}
