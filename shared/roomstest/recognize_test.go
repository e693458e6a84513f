package roomstest

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/reading"
	"hoso/shared/recognize"
	"hoso/shared/store"
)

// shelf is the object store with what is kept by hash.
type shelf struct{ files }

// GetDigest gives the bytes kept under a hash.
func (s shelf) GetDigest(_ context.Context, digest string) ([]byte, error) {
	b, ok := s.files[digest]
	if !ok {
		return nil, fault.New(fault.NotFound, "files", "")
	}
	return b, nil
}

// scanner recognises by the bytes of the file: "scan half" leaves a page
// over. It notes each page it is asked for.
type scanner struct {
	calls  int
	pages  []int
	absent bool
	fails  error
	during func(page int)
	file   *os.File // whose text was read
	text   []byte
	bare   bool // of a page it keeps only its mark
}

func (s *scanner) HasText([]byte) bool { return !s.bare }

func (s *scanner) Tool(context.Context) (string, error) {
	if s.absent {
		return "", fault.New(fault.NotFound, "scanner", "")
	}
	return "scanner 1", nil
}

func (s *scanner) Page(_ context.Context, pdf *os.File, p reading.Page) ([]byte, error) {
	s.calls++
	s.pages = append(s.pages, p.N)
	if s.during != nil {
		s.during(p.N)
	}
	if s.fails != nil {
		return nil, s.fails
	}
	if pdf != s.file {
		b := make([]byte, 64)
		n, err := pdf.Read(b)
		if err != nil {
			return nil, fault.Wrap(fault.Transient, "scanner", err)
		}
		s.file, s.text = pdf, b[:n]
	}
	return s.text, nil
}

func (s *scanner) Assemble(r reading.Reading, pages map[int][]byte) (reading.Reading, error) {
	out := r
	out.Pages = slices.Clone(r.Pages)
	for i := range out.Pages {
		if text := pages[out.Pages[i].N]; len(text) > 0 {
			out.Pages[i].Recognised, out.Pages[i].Text = true, string(text)
		}
	}
	if text := string(pages[1]); strings.HasSuffix(text, "half") {
		out.Pages = append(out.Pages, reading.Page{N: len(out.Pages) + 1, Quality: reading.Scan})
	}
	out.Documents = []reading.Document{{Kind: reading.Letter, Pages: [2]int{1, 1}}}
	for word, code := range map[string]string{"mark": reading.CodeSecret, "may ": reading.CodeSecretDoubt} {
		if strings.HasSuffix(string(pages[1]), word) {
			out.Problems = []reading.Problem{reading.NewProblem(code, 1, "MẬT")}
			out.Withhold()
		}
	}
	return out, nil
}

func TestScansAreRecognisedWhereTheMachineCan(t *testing.T) {
	for name, c := range map[string]struct {
		content    string
		recogniser recognize.Recogniser
		state      dossier.DocState
		event      string
		anew       bool // a new reading is kept
	}{
		"nothing to recognise with": {"scan", nil, dossier.NeedsEyes, "document.left-to-person", false},
		"not installed":             {"scan", &scanner{absent: true}, dossier.NeedsEyes, "document.left-to-person", false},
		"programs do not run":       {"scan", &scanner{fails: fault.New(fault.Unreadable, "scanner", "")}, dossier.NeedsEyes, "document.left-to-person", false},
		"all pages recognised":      {"scan", &scanner{}, dossier.Read, "document.recognized", true},
		"a page left over":          {"scan half", &scanner{}, dossier.NeedsEyes, "document.left-to-person", true},
		"a secrecy mark":            {"scan mark", &scanner{}, dossier.Rejected, "document.refused", true},
		"perhaps a secrecy mark":    {"scan may ", &scanner{}, dossier.NeedsEyes, "document.left-to-person", true},
	} {
		t.Run(name, func(t *testing.T) {
			w := setup(t)
			w.open(nil)
			w.recognize = recognize.Room{Desk: w.recognize.Desk, Recogniser: c.recogniser, Objects: shelf{w.files}, Spool: spool}
			doc := w.add(w.draft(), c.content)
			steps := w.flowOf(doc)
			for _, step := range steps[:3] {
				step()
			}
			before := w.doc(doc).Reading
			var events []string
			seen := w.store.after
			w.store.after = func(commit store.Commit) {
				seen(commit)
				for _, e := range commit.Events {
					events = append(events, e.Type)
				}
			}
			steps[3]()
			steps[3]() // a repeat changes nothing
			got := w.doc(doc)
			if got.State != c.state || got.Stage != "" || (got.Problem == nil) != (c.state == dossier.Read) {
				t.Errorf("the document is %s at %q: %+v", got.State, got.Stage, got.Problem)
			}
			if len(events) != 1 || events[0] != c.event {
				t.Errorf("events %v", events)
			}
			if (got.Reading != before) != c.anew {
				t.Fatalf("reading %s before, %s after", before, got.Reading)
			}
			if !c.anew {
				return
			}
			var kept reading.Reading
			if err := json.Unmarshal(w.files[got.Reading], &kept); err != nil {
				t.Fatal(err)
			}
			if p, secret := kept.Secret(); secret {
				if kept.Pages[0].Text != "" || len(kept.Documents) > 0 || got.Problem.Code != p.Code || got.Barred != (p.Code == reading.CodeSecret) {
					t.Errorf("kept %+v, problem %+v", kept, got.Problem)
				}
				if len(got.Traces) < 2 || got.Collect.IsZero() {
					t.Fatalf("nothing is to be removed: %v, %s", got.Traces, got.Collect)
				}
				w.now = w.now.Add(time.Minute)
				if _, err := w.sweep.Run(w.ctx, time.Hour); err != nil {
					t.Fatal(err)
				}
				for name, b := range w.files {
					if bytes.Contains(b, []byte(c.content)) && !strings.HasSuffix(name, "@v1") {
						t.Errorf("what was read before the mark was found stays: %s", b)
					}
				}
				if _, ok := w.files[before]; ok || w.files[got.Reading] == nil {
					t.Error("the first reading stays, or the withheld one went")
				}
				if d := w.doc(doc); len(d.Traces) > 0 || len(d.Doomed) > 0 {
					t.Errorf("still looked for: %v", d.Traces)
				}
				return
			}
			if !kept.Pages[0].Recognised {
				t.Errorf("kept reading: %+v", kept.Pages)
			}
			if s := c.recogniser.(*scanner); s.calls != 1 {
				t.Errorf("recognised %d times", s.calls)
			}
		})
	}
}

func TestAScanThatCannotBeRecognisedNowStaysAtItsStage(t *testing.T) {
	w := setup(t)
	w.open(nil)
	w.recognize = recognize.Room{Desk: w.recognize.Desk, Recogniser: &scanner{fails: fault.New(fault.Transient, "scanner", "")}, Objects: shelf{w.files}, Spool: spool}
	doc := w.add(w.draft(), "scan")
	for _, step := range w.flowOf(doc)[:3] {
		step()
	}
	_, err := w.recognize.Run(w.ctx, flow.In{Subject: dossier.Subject(doc.Dossier, doc.ID), Revision: 1, Generation: 1})
	if got := w.doc(doc); !fault.Is(err, fault.Transient) || got.Stage != recognize.Name {
		t.Errorf("%v, the document is at %q", err, got.Stage)
	}
}

// scanned brings a document of five pictures of pages to recognition.
func scanned(t *testing.T, s *scanner) (*world, dossier.Document, func() error) {
	w := setup(t)
	w.open(nil)
	w.recognize = recognize.Room{Desk: w.recognize.Desk, Recogniser: s, Objects: shelf{w.files}, Spool: spool}
	doc, run := w.scan("scan")
	return w, doc, run
}

// scan brings a document of five pictures of pages to recognition, and gives
// what begins an attempt.
func (w *world) scan(content string) (dossier.Document, func() error) {
	w.Helper()
	doc := w.add(w.draft(), content)
	for _, step := range w.flowOf(doc)[:3] {
		step()
	}
	rec := w.doc(doc)
	var r reading.Reading
	for n := range 5 {
		r.Pages = append(r.Pages, reading.Page{N: n + 1, Quality: reading.Scan})
	}
	body, err := json.Marshal(r)
	w.ok(err)
	rec.Reading, err = shelf{w.files}.PutDigest(w.ctx, body)
	w.ok(err)
	got, err := w.store.Get(w.ctx, dossier.DocumentKey(doc.Dossier, doc.ID))
	w.ok(err)
	w.put(dossier.PutDocument(rec, got.Rev))
	return doc, func() error {
		_, err := w.recognize.Run(w.ctx, flow.In{Subject: dossier.Subject(doc.Dossier, doc.ID), Revision: 1, Generation: 1})
		return err
	}
}

// TestALongScanGoesOnInANewAttempt lets each page take three minutes.
func TestALongScanGoesOnInANewAttempt(t *testing.T) {
	s := &scanner{}
	w, doc, run := scanned(t, s)
	s.during = func(int) { w.now = w.now.Add(3 * time.Minute) }
	if err := run(); !fault.Is(err, fault.Unfinished) {
		t.Fatalf("the first attempt: %v", err)
	}
	done, err := dossier.RecognisedPages(w.ctx, w.store, doc.Dossier, doc.ID)
	if w.ok(err); len(done) != 3 || done[2].Page != 3 || done[2].Of != 5 {
		t.Errorf("kept: %+v", done)
	}
	w.ok(run())
	if got := w.doc(doc); got.State != dossier.Read || !slices.Equal(s.pages, []int{1, 2, 3, 4, 5}) {
		t.Errorf("%s after the pages %v", got.State, s.pages)
	}
}

// TestAScanThatDiesGoesOnBehindItsPages ends an attempt at its third page.
func TestAScanThatDiesGoesOnBehindItsPages(t *testing.T) {
	s := &scanner{}
	w, doc, run := scanned(t, s)
	s.during = func(page int) {
		if page == 3 && len(s.pages) == 3 {
			s.fails = fault.New(fault.Transient, "scanner", "")
		}
	}
	if err := run(); !fault.Is(err, fault.Transient) {
		t.Fatal(err)
	}
	s.fails = nil
	w.ok(run())
	if got := w.doc(doc); got.State != dossier.Read || !slices.Equal(s.pages, []int{1, 2, 3, 3, 4, 5}) {
		t.Errorf("%s after the pages %v", got.State, s.pages)
	}
}

// TestAPageThatAlwaysEndsTheProcessIsLeftToAPerson and holds up no other. An
// error is not such an end: however often it comes, the page is tried again.
func TestAPageThatAlwaysEndsTheProcessIsLeftToAPerson(t *testing.T) {
	s := &scanner{}
	w, doc, run := scanned(t, s)
	s.fails = fault.New(fault.Transient, "scanner", "")
	for range 6 {
		if err := run(); !fault.Is(err, fault.Transient) {
			t.Fatal(err)
		}
	}
	s.fails, s.pages = nil, nil
	s.during = func(page int) {
		if page == 2 {
			panic("the process ends")
		}
	}
	n := 0
	for ; n < 10 && w.doc(doc).Stage == recognize.Name; n++ {
		func() {
			defer func() { _ = recover() }()
			w.ok(run())
		}()
	}
	if got := w.doc(doc); got.State != dossier.NeedsEyes || n != 5 || !slices.Equal(s.pages, []int{1, 2, 2, 2, 2, 3, 4, 5}) {
		t.Errorf("%s after %d attempts and the pages %v", got.State, n, s.pages)
	}
}
