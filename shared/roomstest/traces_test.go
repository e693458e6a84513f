package roomstest

import (
	"bytes"
	"testing"
	"time"

	"hoso/shared/fault"
	"hoso/shared/recognize"
)

// TestTracesOfOneSecretFileDoNotStopAnother uploads a file with a secrecy mark
// twice. The second is half recognised when the facts that both share go with
// the traces of the first: it must still come to its mark, and its bytes go.
func TestTracesOfOneSecretFileDoNotStopAnother(t *testing.T) {
	for name, c := range map[string]struct {
		bare    bool // only the mark was kept of the pages
		reading bool // the first reading is not shared
		pages   int  // recognised of the second after the first is gone
	}{
		"the pages are gone":       {false, true, 5},
		"the reading is gone":      {false, false, 1}, // read again it has one page
		"only the mark was kept":   {true, true, 2},
		"only the reading is gone": {true, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := setup(t)
			w.open(nil)
			s := &scanner{bare: c.bare, during: func(int) { w.now = w.now.Add(3 * time.Minute) }}
			w.recognize = recognize.Room{Desk: w.recognize.Desk, Recogniser: s, Objects: shelf{w.files}, Spool: spool}
			first, runFirst := w.scan("scan mark")
			second, runSecond := w.scan("scan mark")
			for _, run := range []func() error{runSecond, runFirst} {
				if err := run(); !fault.Is(err, fault.Unfinished) {
					t.Fatal(err)
				}
			}
			shared := w.doc(second).Reading
			kept := w.files[shared]
			w.ok(runFirst())
			w.swept()
			if !w.doc(first).Barred || w.files[shared] != nil {
				t.Fatalf("the traces of the first stay: %+v", w.doc(first))
			}
			if c.reading {
				w.files[shared] = kept
			}
			s.pages = nil
			for n := 0; w.doc(second).Stage == recognize.Name && w.doc(second).Generation == 1 && n < 3; n++ {
				if err := runSecond(); err != nil && !fault.Is(err, fault.Unfinished) {
					t.Fatal(err)
				}
			}
			w.pump()
			if got := w.doc(second); !got.Barred || len(s.pages) != c.pages {
				t.Fatalf("the second is %s at %q after the pages %v, barred: %v", got.State, got.Stage, s.pages, got.Barred)
			}
			w.swept()
			for name, b := range w.files {
				if !c.bare && bytes.Contains(b, []byte("scan mark")) || name == second.ObjectKey+"@v1" {
					t.Errorf("%s stays: %s", name, b)
				}
			}
		})
	}
}

// swept lets a minute pass and sweeps.
func (w *world) swept() {
	w.Helper()
	w.now = w.now.Add(time.Minute)
	_, err := w.sweep.Run(w.ctx, time.Hour)
	w.ok(err)
}
