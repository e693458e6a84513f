package roomstest

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/extract"
	"hoso/shared/fault"
	"hoso/shared/reading"
	"hoso/shared/recognize"
	"hoso/shared/round"
	"hoso/shared/submission"
	"hoso/shared/sweep"
	"hoso/shared/validate"
)

// broken is a reader that fails each time, and not by the file's fault.
type broken struct{}

// Read fails.
func (broken) Read(context.Context, *os.File) (reading.Reading, error) {
	return reading.Reading{}, fault.New(fault.Transient, "reader", "")
}

// hoursOn lets hours pass, with a sweep each ten minutes as in production, and
// counts what the sweeps did.
func (w *world) hoursOn(n int) sweep.Report {
	w.Helper()
	var all sweep.Report
	for range n * 6 {
		w.now = w.now.Add(hours(1) / 6)
		rep, err := w.sweep.Run(w.ctx, hours(1)/6)
		w.ok(err)
		all.Redriven += rep.Redriven
		all.GivenUp += rep.GivenUp
		w.pump()
	}
	return all
}

func TestAFileThatIsNeverReadGoesToAPerson(t *testing.T) {
	for name, stall := range map[string]func(w *world) string{
		"extract": func(w *world) string {
			w.extract = extract.Room{Desk: w.extract.Desk, Objects: w.files, Reader: broken{}, Spool: spool}
			return "text"
		},
		"recognize": func(w *world) string {
			w.recognize = recognize.Room{Desk: w.recognize.Desk, Recogniser: &scanner{fails: fault.New(fault.Transient, "scanner", "")}, Objects: shelf{w.files}, Spool: spool}
			return "scan"
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := setup(t)
			w.open(func(s *round.Settings) { s.Closes = w.now.Add(90 * day) })
			id := w.draft()
			doc := w.add(id, stall(w))
			w.register(doc)
			w.pump()
			if _, err := w.submission.Submit(w.ctx, w.id(), w.unit, id, submission.Submitting{}); err != nil {
				t.Fatal(err)
			}
			early := w.hoursOn(2) // an outage of two hours costs no file its reading
			if early.GivenUp != 0 || early.Redriven < 2 || w.doc(doc).State != dossier.Pinned {
				t.Fatalf("after two hours: %+v, %s", early, w.doc(doc).State)
			}
			late := w.hoursOn(10)
			got := w.doc(doc)
			if late.GivenUp != 1 || early.Redriven+late.Redriven > 6 || got.State != dossier.NeedsEyes || got.Stage != "" {
				t.Fatalf("after twelve hours: %+v, %s at %q", late, got.State, got.Stage)
			}
			if got.Problem == nil || got.Problem.Code != dossier.GivenUp || !strings.Contains(got.Problem.Sentence, "nhập các thông tin") {
				t.Errorf("what is said of it: %+v", got.Problem)
			}
			// Its dossier went on.
			if d := w.dossier(id); d.State != dossier.InAppraisal {
				t.Errorf("the dossier is %s", d.State)
			}
			if rep := w.hoursOn(10); rep != (sweep.Report{}) {
				t.Errorf("afterwards: %+v", rep)
			}
			found := 0
			events, err := w.real.Events(w.ctx, dossier.Chain(id), 0, 200)
			w.ok(err)
			for _, e := range events {
				if strings.Contains(e.Line, "document.given-up") {
					found++
				}
			}
			if found != 1 {
				t.Errorf("%d events say so", found)
			}
			w.explained(got)
		})
	}
}

// explained wants one finding on the file that says what happened and never
// blocks, and none once a person has typed what it says.
func (w *world) explained(doc dossier.Document) {
	w.Helper()
	judge := func(doc dossier.Document) (out []dossier.Finding) {
		files, err := validate.Load(w.ctx, shelf{w.files}, []dossier.Document{doc})
		w.ok(err)
		for _, f := range validate.Judge(files, w.rules(), nil).Findings {
			if f.Code == "PAGES_UNREAD" {
				out = append(out, f)
			}
		}
		return out
	}
	if fs := judge(doc); len(fs) != 1 || fs[0].Severity != dossier.Warn || !strings.Contains(fs[0].Found, "trang") {
		w.Errorf("findings: %+v", fs)
	}
	doc.Corrections = []reading.Correction{{Document: 0, Nominee: reading.WholeDocument, Field: "kind", Value: string(reading.Report), By: "unit", At: w.now}}
	if fs := judge(doc); len(fs) != 0 {
		w.Errorf("findings on what a person typed: %+v", fs)
	}
}

// TestWhatWaitsForTheOutboxIsDrivenOnceInItsTime stops all delivery: each
// subject is driven again once in its quiet time, not by every sweep.
func TestWhatWaitsForTheOutboxIsDrivenOnceInItsTime(t *testing.T) {
	w := setup(t)
	w.open(nil)
	id := w.draft()
	doc := w.add(id, "text")
	w.register(doc)
	w.seed("dossier-01", dossier.InAppraisal, dossier.Pending, 1)
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
	driven := 0
	for range 60 { // an hour, minute by minute
		w.now = w.now.Add(hours(1) / 60)
		rep, err := w.sweep.Run(w.ctx, hours(1)/2)
		w.ok(err)
		driven += rep.Redriven
	}
	if w.round().Generation != 3 || w.dossier("dossier-01").Generation != 3 || w.doc(doc).Generation != 2 {
		t.Errorf("%d redrives: round at %d, dossier at %d, document at %d", driven, w.round().Generation, w.dossier("dossier-01").Generation, w.doc(doc).Generation)
	}
	w.pump()
	if rd := w.round(); rd.Task == "" || w.dossier("dossier-01").Task == "" {
		t.Errorf("nobody is asked after the outbox goes on: %+v", rd)
	}
}

// rules gives those of Bắc Kạn's campaign at its review of 2023.
func (w *world) rules() validate.Rules {
	w.Helper()
	books, err := validate.BuiltinBooks()
	w.ok(err)
	set, err := books.InForce("bac-kan-2022-2025", time.Date(2023, 12, 1, 0, 0, 0, 0, time.UTC))
	w.ok(err)
	return validate.Rules{Set: set}
}
