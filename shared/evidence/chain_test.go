package evidence_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"hoso/shared/evidence"
)

func place(t *testing.T, h evidence.Head, kind string, data any) evidence.Placed {
	t.Helper()
	body, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	p, err := evidence.Place(h, evidence.Event{
		Chain: "dossier/1", Type: kind, Actor: "p1", At: time.Date(2025, 3, 4, 19, 0, 0, 5e6, time.FixedZone("ICT", 7*3600)),
		Data: body, Texts: map[string]evidence.Commitment{"reason": "ab"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheLineOfAnEventIsAFileFormat(t *testing.T) {
	t.Parallel()
	p := place(t, evidence.Head{Seq: 6, Hash: "0f"}, "dossier.opened", map[string]int{"n": 1})
	want := `{"chain":"dossier/1","seq":7,"prev":"0f","type":"dossier.opened","actor":"p1","at":"2025-03-04T12:00:00.005Z","data":{"n":1},"texts":{"reason":"ab"}}`
	if p.Line != want {
		t.Errorf("line\n%s, want\n%s", p.Line, want)
	}
	const hash = "9f61c72b3319fd80c471ab610b047170665a141e87ed15498482fe3ce4fe73cf"
	if p.Hash != hash {
		t.Errorf("hash %s, want %s", p.Hash, hash)
	}
}

func TestNoBitOfAPlacedEventCanChange(t *testing.T) {
	t.Parallel()
	p := place(t, evidence.Head{}, "dossier.opened", nil)
	if _, err := evidence.Read(p); err != nil {
		t.Fatal(err)
	}
	for field, change := range map[string]func(*evidence.Placed, func(string) string){
		"chain": func(q *evidence.Placed, f func(string) string) { q.Chain = f(q.Chain) },
		"hash":  func(q *evidence.Placed, f func(string) string) { q.Hash = f(q.Hash) },
		"line":  func(q *evidence.Placed, f func(string) string) { q.Line = f(q.Line) },
		"seq":   func(q *evidence.Placed, _ func(string) string) { q.Seq++ },
	} {
		for i := range len(p.Line) * 8 {
			q := p
			change(&q, func(s string) string {
				b := []byte(s)
				b[i/8%len(b)] ^= 1 << (i % 8)
				return string(b)
			})
			if _, err := evidence.Read(q); err == nil {
				t.Fatalf("%s changed at bit %d and it reads", field, i)
			}
		}
	}
}

func TestAChainHasNoGapAndNoFork(t *testing.T) {
	t.Parallel()
	a := place(t, evidence.Head{}, "a", nil)
	b := place(t, a.Head(), "b", nil)
	c := place(t, b.Head(), "c", nil)
	fork := place(t, a.Head(), "fork", nil)
	head := evidence.Head{}
	for _, p := range []evidence.Placed{a, b, c} {
		next, err := evidence.Follow(head, p)
		if err != nil {
			t.Fatal(err)
		}
		head = next
	}
	if head != c.Head() {
		t.Errorf("head %+v", head)
	}
	for name, tc := range map[string]struct {
		head evidence.Head
		next evidence.Placed
	}{"gap": {a.Head(), c}, "repeat": {b.Head(), b}, "fork": {fork.Head(), c}, "first is missing": {evidence.Head{}, b}} {
		if got, err := evidence.Follow(tc.head, tc.next); err == nil || got != tc.head {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestACommitmentBindsSaltAndText(t *testing.T) {
	t.Parallel()
	text := evidence.Text{Salt: strings.Repeat("0a", 32), Text: "Chưa đủ điều kiện"}
	c, err := text.Commit()
	const want = "fc3afd9e4ccffbffeff9e9a24d5d232df624c1d3a7577263c4d38b90bd202ada"
	if err != nil || c != want {
		t.Errorf("%s, %v, want %s", c, err, want)
	}
	for _, bad := range []evidence.Text{
		{Salt: strings.Repeat("0A", 32), Text: text.Text},
		{Salt: strings.Repeat("0a", 31), Text: text.Text},
		{Salt: "", Text: text.Text},
		{Salt: strings.Repeat("0b", 32), Text: text.Text},
		{Salt: text.Salt, Text: text.Text + " "},
	} {
		if got, err := bad.Commit(); err == nil && got == c {
			t.Errorf("%+v gives the same commitment", bad)
		}
	}
}

func TestEventsOfTheEvidenceItselfAreUnderstood(t *testing.T) {
	t.Parallel()
	read := func(p evidence.Placed) evidence.Entry {
		e, err := evidence.Read(p)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	gone, err := read(place(t, evidence.Head{}, evidence.TextErased, evidence.Erasure{Texts: []evidence.Commitment{"ab"}})).Erased()
	if err != nil || len(gone) != 1 || gone[0] != "ab" {
		t.Errorf("erased: %v, %v", gone, err)
	}
	if gone, err := read(place(t, evidence.Head{}, "dossier.opened", evidence.Erasure{Texts: []evidence.Commitment{"ab"}})).Erased(); err != nil || gone != nil {
		t.Errorf("an event of another type erases: %v, %v", gone, err)
	}
	e := read(place(t, evidence.Head{}, evidence.LogRestored, evidence.Restoration{Size: 3}))
	if _, ok, _ := e.Restored(); ok {
		t.Error("a dossier's chain records a restoration of the log")
	}
	e.Chain = evidence.LogChain
	if r, ok, err := e.Restored(); !ok || err != nil || r.Size != 3 {
		t.Errorf("restored: %+v, %v, %v", r, ok, err)
	}
}
