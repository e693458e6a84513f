package roomstest

import (
	"context"
	"encoding/json"
	"os"
	"testing"

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
// over, and calls counts its work.
type scanner struct {
	calls  int
	absent bool
	fails  error
}

func (s *scanner) Tool(context.Context) (string, error) {
	if s.absent {
		return "", fault.New(fault.NotFound, "scanner", "")
	}
	return "scanner 1", nil
}

func (s *scanner) Recognise(_ context.Context, pdf *os.File, r reading.Reading) (reading.Reading, error) {
	s.calls++
	if s.fails != nil {
		return r, s.fails
	}
	b := make([]byte, 64)
	n, err := pdf.Read(b)
	if err != nil {
		return r, fault.Wrap(fault.Transient, "scanner", err)
	}
	out := r
	out.Pages = []reading.Page{{N: 1, Quality: reading.Scan, Recognised: true, Text: string(b[:n])}}
	if string(b[n-4:n]) == "half" {
		out.Pages = append(out.Pages, reading.Page{N: 2, Quality: reading.Scan})
	}
	out.Documents = []reading.Document{{Kind: reading.Letter, Pages: [2]int{1, 1}}}
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
			if err := json.Unmarshal(w.files[got.Reading], &kept); err != nil || !kept.Pages[0].Recognised {
				t.Errorf("kept reading: %v %+v", err, kept.Pages)
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
