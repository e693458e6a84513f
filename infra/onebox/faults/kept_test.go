package faults

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/mail"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/round"
	"hoso/shared/store"
)

// folder is a data folder as it lies.
type folder struct {
	documents map[string]dossier.Document // by bucket/key of the object
	decisions []round.Decision
	events    map[string]int            // by type
	of        map[string]map[string]int // by document, then by type
	sent      map[string]int            // mails noted as handed over, by id
	waiting   []store.Message
}

type event struct {
	Type string `json:"type"`
	Data struct {
		Document string `json:"document"`
	} `json:"data"`
}

// read reads a data folder that nobody may be serving.
func read(t *testing.T, data string) folder {
	t.Helper()
	ctx := context.Background()
	r, err := sqlitestore.OpenReader(ctx, filepath.Join(data, "hoso.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	snap, err := r.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	f := folder{documents: map[string]dossier.Document{}, events: map[string]int{}, of: map[string]map[string]int{}, sent: map[string]int{}}
	err = snap.Walk(ctx, store.Walker{
		Event: func(p evidence.Placed) error {
			var e event
			if err := json.Unmarshal([]byte(p.Line), &e); err != nil {
				return err
			}
			f.events[e.Type]++
			if id := e.Data.Document; id != "" {
				if f.of[id] == nil {
					f.of[id] = map[string]int{}
				}
				f.of[id][e.Type]++
			}
			return nil
		},
		Record: func(rec store.Record) error {
			switch {
			case strings.HasPrefix(rec.Key.Part, "dossier/") && strings.HasPrefix(rec.Key.Sort, dossier.DocumentPrefix):
				var d dossier.Document
				if err := rec.Decode(&d); err != nil {
					return err
				}
				f.documents[d.Bucket+"/"+d.ObjectKey] = d
			case strings.HasPrefix(rec.Key.Part, "round/") && rec.Key.Sort == "round":
				var rd round.Round
				if err := rec.Decode(&rd); err != nil {
					return err
				}
				if rd.Decision != nil {
					f.decisions = append(f.decisions, *rd.Decision)
				}
			case strings.HasPrefix(rec.Key.Part, "mails/"):
				var s mail.Sent
				if err := rec.Decode(&s); err != nil {
					return err
				}
				f.sent[s.ID]++
			}
			return nil
		},
		Message: func(m store.Message) error { f.waiting = append(f.waiting, m); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// laws say which event every acknowledged act of a kind leaves behind, once.
var laws = []struct {
	method string
	paths  []string
	event  string
}{
	{"POST", []string{`/units/new`}, "unit.added"},
	{"POST", []string{`/rounds/new`}, "round.opened"},
	{"POST", []string{`/dossiers/new`, `/api/dossiers`}, "dossier.opened"},
	{"POST", []string{`/dossiers/[^/]+/files`, `/api/dossiers/[^/]+/documents`}, "document.expected"},
	{"POST", []string{`/dossiers/[^/]+/documents/[^/]+/remove`}, "document.removed"},
	{"POST", []string{`/dossiers/[^/]+/submit`, `/api/dossiers/[^/]+/submit`}, "dossier.submitted"},
	{"POST", []string{`/rounds/[^/]+/selection`}, "selection.prepared"},
	{"POST", []string{`/records/[^/]+/withdraw`}, "dossier.withdrawn"},
	{"POST", []string{`/tasks/[^/]+/decision`}, "decision.entered"},
	{"POST", []string{`/api/tasks/[^/]+/decision-uploads`}, "decision.expected"},
	{"POST", []string{`/demo/clock`}, "demonstration.advanced"},
}

// kept checks that everything people were told is there, once, and whole.
func kept(t *testing.T, s *service, w *wire) {
	t.Helper()
	if said, status := s.hoso("verify", "--data", s.data); status != 0 {
		t.Errorf("verify: status %d\n%s", status, said)
	}
	f := read(t, s.seen)
	keptUploads(t, s, w, f)
	keptActs(t, w, f)
	keptMails(t, s, f)
	for id, n := range f.of {
		for _, once := range []string{"document.expected", "document.stored", "document.pinned", "document.read", "document.recognized", "document.left-to-person", "document.removed"} {
			if n[once] > 1 {
				t.Errorf("document %s: %d times %s", id, n[once], once)
			}
		}
	}
	for _, half := range []string{"*/.new-*", "outbox/.mail-*"} {
		if left, err := filepath.Glob(filepath.Join(s.seen, half)); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v %v", left, err)
		}
	}
	for _, m := range f.waiting {
		if m.Kind != store.LogMessage && m.Attempts > 0 {
			t.Errorf("message %s (%s) waits after %d failures: %s", m.ID, m.Kind, m.Attempts, m.Error)
		}
	}
}

// keptUploads looks for the bytes of every answered upload.
func keptUploads(t *testing.T, s *service, w *wire, f folder) {
	t.Helper()
	if len(w.uploaded) < 20 {
		t.Errorf("only %d uploads were seen", len(w.uploaded))
	}
	disk := s3gateway.Disk{Dir: s.seen}
	for name, sum := range w.uploaded {
		bucket, key, _ := strings.Cut(name, "/")
		version := ""
		if d, ok := f.documents[name]; ok && d.Version != "" {
			if d.SHA256 != sum {
				t.Errorf("%s holds %s, acknowledged was %s", name, d.SHA256, sum)
			}
			version = d.Version
		} else if i := indexDecision(f.decisions, key); i >= 0 {
			version = f.decisions[i].Version
		} else {
			t.Errorf("%s was acknowledged and belongs to nothing", name)
			continue
		}
		in, err := disk.Open(bucket, key, version)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		h := sha256.New()
		_, err = io.Copy(h, in)
		in.Close()
		if got := hex.EncodeToString(h.Sum(nil)); err != nil || got != sum {
			t.Errorf("%s: %v, bytes of %s, acknowledged were %s", name, err, got, sum)
		}
	}
}

func indexDecision(ds []round.Decision, key string) int {
	for i, d := range ds {
		if d.Key == key {
			return i
		}
	}
	return -1
}

// keptActs holds the events to what people were told: one for every act that
// succeeded, none for anything else. An act that was asked for twice has one id.
func keptActs(t *testing.T, w *wire, f folder) {
	t.Helper()
	for _, law := range laws {
		var patterns []*regexp.Regexp
		for _, p := range law.paths {
			patterns = append(patterns, regexp.MustCompile("^"+p+"$"))
		}
		done := map[string]bool{}
		for _, a := range w.acts {
			for _, p := range patterns {
				if a.method == law.method && p.MatchString(a.path) && a.status < 400 {
					done[a.path+" "+a.id] = true
				}
			}
		}
		if len(done) == 0 {
			t.Errorf("nobody did what leaves %s", law.event)
		}
		if n := f.events[law.event]; n != len(done) {
			t.Errorf("%d events %s for %d acts that people were told of", n, law.event, len(done))
		}
	}
	decided := map[string]bool{}
	for _, a := range w.acts {
		if strings.HasPrefix(a.path, "/tasks/") && strings.Count(a.path, "/") == 2 && a.status < 400 {
			decided[a.path] = true
		}
	}
	if n := f.events["appraisal.decided"] + f.events["selection.confirmed"] + f.events["review.decided"] + f.events["decision.confirmed"]; n != len(decided) {
		t.Errorf("%d decisions for %d tasks that people were told are decided", n, len(decided))
	}
}

// keptMails checks that every notice that was handed over lies in the folder,
// once, and that nothing else does.
func keptMails(t *testing.T, s *service, f folder) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(s.seen, "outbox", "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, name := range names {
		in, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := netmail.ReadMessage(in)
		in.Close()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		id := m.Header.Get("X-Hoso-Message")
		if other, twice := seen[id]; twice {
			t.Errorf("notice %s lies in %s and in %s", id, other, name)
		}
		seen[id] = name
		if f.sent[id] != 1 {
			t.Errorf("notice %s is noted %d times", id, f.sent[id])
		}
	}
	if len(seen) != len(f.sent) {
		t.Errorf("%d mails lie there, %d are noted", len(seen), len(f.sent))
	}
}
