package likeness

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/store"
)

// told is a small play: two persons, each with a unit, one asked by mail.
type told struct {
	ids   [5]string // two units, two persons, an upload's digest
	at    time.Time
	asked int // which person
	state string
}

func play() told {
	return told{
		ids: [5]string{strings.Repeat("a1", 16), strings.Repeat("b2", 16), strings.Repeat("c3", 16), strings.Repeat("d4", 16), strings.Repeat("e5", 32)},
		at:  time.Date(2023, 11, 6, 1, 0, 0, 123, time.UTC), asked: 2, state: "open",
	}
}

// seen plays on a real store.
func seen(t *testing.T, p told) Image {
	t.Helper()
	ctx := context.Background()
	st, err := sqlitestore.Open(ctx, filepath.Join(t.TempDir(), "db"), sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	put := func(part string, body any) store.Write {
		return store.Put(store.Key{Part: part, Sort: "profile"}, 0, body)
	}
	c := store.Commit{
		Key: "k", Request: "r", At: p.at,
		Writes: []store.Write{
			put("unit/"+p.ids[0], map[string]any{"name": "Ba Bể", "state": p.state}), put("unit/"+p.ids[1], map[string]any{"name": "Na Rì"}),
			put("person/"+p.ids[2], map[string]any{"unit": p.ids[0], "since": p.at}), put("person/"+p.ids[3], map[string]any{"unit": p.ids[1], "since": p.at}),
		},
		Events: []evidence.Event{{
			Chain: "unit/" + p.ids[0], Type: "document.expected", Actor: p.ids[p.asked], At: p.at,
			Data: json.RawMessage(fmt.Sprintf(`{"document":%q,"sha256":%q}`, strings.Repeat("f6", 16), p.ids[4])),
		}},
	}
	if _, err := st.Commit(ctx, c); err != nil {
		t.Fatal(err)
	}
	mail := fmt.Sprintf("To: a@b.vn\r\nSubject: =?utf-8?q?M=E1=BB=9Di?=\r\nContent-Type: multipart/alternative; boundary=x%d\r\n\r\n--x%d\r\nContent-Type: text/plain\r\n\r\nhttp://127.0.0.1:%d/v/%s\r\n--x%d--\r\n",
		p.at.Second(), p.at.Second(), 4000+p.at.Second(), strings.Repeat(p.ids[2][:1], 43), p.at.Second())
	im, err := Take(ctx, World{Store: st, Data: "archive", Inbox: "inbox", Mails: [][]byte{[]byte(mail)}})
	if err != nil {
		t.Fatal(err)
	}
	return im
}

// TestIdsAndHoursDoNotCount and all that is said does, whom it is said of too.
func TestIdsAndHoursDoNotCount(t *testing.T) {
	first := seen(t, play())
	for name, c := range map[string]struct {
		change func(*told)
		same   bool
	}{
		"nothing": {func(*told) {}, true},
		"other ids, another hour": {func(p *told) {
			for i := range 4 {
				p.ids[i] = strings.Repeat(fmt.Sprintf("%d%d", i+1, i+1), 16)
			}
			p.at = p.at.Add(3*time.Hour + 5*time.Second)
		}, true},
		"another day":                       {func(p *told) { p.at = p.at.Add(24 * time.Hour) }, false},
		"another word":                      {func(p *told) { p.state = "closed" }, false},
		"another upload":                    {func(p *told) { p.ids[4] = strings.Repeat("77", 32) }, false},
		"the same done by the other person": {func(p *told) { p.asked = 3 }, false},
		"one person's units the other's":    {func(p *told) { p.ids[0], p.ids[1] = p.ids[1], p.ids[0] }, true},
	} {
		p := play()
		c.change(&p)
		d := Differences(first, seen(t, p), 10)
		if (len(d) == 0) != c.same {
			t.Errorf("%s: differences %q", name, d)
		}
	}
}

// TestWhatWasDrivenAgainIsTheSame but for what says so, in events and in
// packages alike.
func TestWhatWasDrivenAgainIsTheSame(t *testing.T) {
	ids := strings.Repeat("a1", 16) + "/" + strings.Repeat("b2", 16)
	image := func(generation, revision string, more ...fact) Image {
		return Image{said: append([]fact{
			{"record", `dossier/x profile {"generation":` + generation + `,"state":"open"}`},
			{"mail", "To: a@b.vn\nX-Hoso-Message: mail/task-decision/" + ids + "/" + revision},
			{"file", `dossier/x data/history/events.jsonl {"type":"dossier.sealed"}`},
		}, more...)}
	}
	once := image("1", "14")
	again := image("3", "17",
		fact{"event", "dossier/x run.redriven sweep 2023-11-06 {} "},
		fact{"file", `dossier/x data/history/events.jsonl {"chain":"dossier/x","type":"run.redriven"}`},
		fact{"file", `dossier/x data/ho-so.html <tr><td>…<td>Chạy lại quy trình</td>`})
	if d := Differences(once, again, 10); len(d) == 0 {
		t.Error("a run that was driven again goes unseen")
	}
	if d := Differences(once.Undriven(), again.Undriven(), 10); len(d) > 0 {
		t.Errorf("apart from that they differ: %q", d)
	}
	lost := image("1", "14", fact{"event", "dossier/x dossier.returned sweep 2023-11-06 {} "})
	if d := Differences(once.Undriven(), lost.Undriven(), 10); len(d) == 0 {
		t.Error("another outcome goes unseen")
	}
}
