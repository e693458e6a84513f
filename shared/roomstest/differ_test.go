package roomstest

import (
	"bytes"
	"context"
	"io"
	"os"
	"testing"

	"hoso/shared/act"
	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/filing"
	"hoso/shared/pdftext"
	"hoso/shared/reading"
	"hoso/shared/round"
	"hoso/shared/signature/signtest"
)

// paper makes decisions read as what their bytes say.
func (w *world) paper(text string) {
	w.files["k@v"] = []byte(text)
	w.decision.Paper = &decision.Paper{Open: w.files.Open, Spool: spool, Reader: reader{}}
}

// TestADecisionThatDiffersIsExplainedBeforeItCounts: someone left out, and
// someone named who was not selected.
func TestADecisionThatDiffersIsExplainedBeforeItCounts(t *testing.T) {
	w := setup(t)
	w.closed("dossier-01", "dossier-02")
	both := append(w.choose("dossier-01", 1), w.choose("dossier-01", 2)[1])
	w.confirm(both)
	w.ok(w.reviewAll(dossier.Approved))
	w.pump()
	named, left, other := w.dossier("dossier-01").Nominees[0], w.dossier("dossier-01").Nominees[1], w.dossier("dossier-02").Nominees[0]
	w.paper("Số: 12/QĐ-UBND, ngày " + w.now.Format("02/01/2006") + "\n1. " + named.Name + "\n2. " + other.Name)
	w.ok(w.enter())
	d := w.round().Decision
	if !d.Read || len(d.Differences) != 2 || d.Differences[0].Code != round.LeftOut || d.Differences[0].Name != left.Name || d.Differences[1].Code != round.NotSelected || d.Differences[1].Name != other.Name {
		t.Fatalf("%+v", d)
	}
	task, shown := w.round().Task, decision.Shown(*d, w.list())
	say := func(c decision.Confirming) error {
		c.Shown = shown
		return w.decision.Confirm(w.ctx, w.id(), w.clerk2, task, c)
	}
	if err := say(decision.Confirming{}); fault.CodeOf(err) != "differences" {
		t.Errorf("confirmed without a word: %v", err)
	}
	w.refused(say(decision.Confirming{Note: reason, LeftOut: []string{"dossier-02." + other.ID}}), fault.Invalid)
	w.ok(say(decision.Confirming{Note: reason, LeftOut: []string{"dossier-01." + left.ID}}))
	w.pump()
	w.check()
	list := w.list()
	if len(list.Holding()) != 1 || list.Holding()[0].Nominee != named.ID || list.Holding()[0].Place != round.Confirmed {
		t.Errorf("holds a place: %+v", list.Holding())
	}
	for id, want := range map[string]dossier.Standing{named.ID: dossier.PlaceConfirmed, left.ID: dossier.RefusedOne} {
		for _, n := range w.dossier("dossier-01").Nominees {
			if n.ID != id {
				continue
			}
			why, err := act.Read(w.ctx, w.real, dossier.Chain("dossier-01"), n.Reason)
			if n.Standing != want || err != nil || want == dossier.RefusedOne && why != "Quyết định số 12/QĐ-UBND không có tên trong danh sách khen thưởng." {
				t.Errorf("%s is %s: %q, %v", n.Name, n.Standing, why, err)
			}
		}
	}
	w.ended("dossier-02", dossier.NotSelected) // named by the decision, never selected
	if note, err := act.Read(w.ctx, w.real, round.Chain(aRound), w.round().Decision.Note); err != nil || note != reason {
		t.Errorf("note %q, %v", note, err)
	}
}

func TestADecisionThatIsNotReadIsComparedByEye(t *testing.T) {
	w := setup(t)
	w.closed("dossier-01")
	w.confirm(w.choose("dossier-01", 2))
	w.ok(w.reviewAll(dossier.Approved))
	w.pump()
	w.paper("scan")
	w.ok(w.enter())
	if d := w.round().Decision; d.Read || len(d.Differences) > 0 {
		t.Errorf("%+v", d)
	}
	w.ok(w.decide())
	w.pump()
	w.check()
}

// real reads PDFs as the product does, with anchors of its own.
type real struct{ anchors []byte }

// Read gives the reading.
func (r real) Read(_ context.Context, f *os.File) (reading.Reading, error) {
	b, err := io.ReadAll(f)
	if err != nil {
		return reading.Reading{}, err
	}
	return pdftext.Read(b, pdftext.Options{Trust: r.anchors})
}

// TestADecisionsSignaturesAreJudgedWhenItIsEntered: one that holds is shown,
// one whose page was changed afterwards is a difference to be explained.
func TestADecisionsSignaturesAreJudgedWhenItIsEntered(t *testing.T) {
	w := setup(t)
	w.closed("dossier-01")
	w.confirm(w.choose("dossier-01", 2))
	w.ok(w.reviewAll(dossier.Approved))
	w.pump()
	root := signtest.Root("Gốc thử")
	ca := root.Authority("CA thử")
	p := signtest.NewPDF("A decision")
	p.Sign(signtest.Making{By: ca.Person("Chủ tịch Mẫu")}, signtest.Seal{Declared: signtest.Year(2024)})
	enter := func(pdf []byte) round.Decision {
		w.paper(string(pdf))
		w.decision.Paper.Reader = real{signtest.PEM(root, ca)}
		w.ok(w.enter())
		return *w.round().Decision
	}
	if d := enter(p.Bytes); len(d.Signatures) != 1 || d.Signatures[0].Verdict != reading.Accept || d.Signatures[0].Signer != "Chủ tịch Mẫu" || len(d.Differences) == 0 || d.Differences[0].Code == round.FalseSign {
		t.Errorf("signed: %+v", d)
	}
	forged := bytes.Replace(p.Bytes, []byte("A decision, line 3"), []byte("A decision, line 4"), 1)
	d := enter(forged)
	if len(d.Differences) == 0 || d.Differences[0] != (round.Difference{Code: round.FalseSign, Name: "Chủ tịch Mẫu"}) {
		t.Errorf("changed after signing: %+v", d)
	}
	err := w.decision.Confirm(w.ctx, w.id(), w.clerk2, w.round().Task, decision.Confirming{Shown: decision.Shown(d, w.list())})
	if fault.CodeOf(err) != "differences" {
		t.Errorf("confirmed without a word: %v", err)
	}
}

// TestADecisionWithASecrecyMarkIsNotEntered: nothing of it is kept.
func TestADecisionWithASecrecyMarkIsNotEntered(t *testing.T) {
	w := setup(t)
	w.closed("dossier-01")
	w.confirm(w.choose("dossier-01", 2))
	w.ok(w.reviewAll(dossier.Approved))
	w.pump()
	w.paper("SECRET")
	w.decision.Paper.Reader = marked{}
	task := w.round().Task
	slot, err := w.decision.OpenSlot(w.ctx, w.id(), w.clerk, task, 6, act.Hash("SECRET"))
	w.ok(err)
	w.files[slot.Key+"@v"] = []byte("SECRET")
	w.refused(w.decision.Enter(w.ctx, w.id(), w.clerk, task, decision.Entering{
		Number: "12/QĐ-UBND", Date: w.now.Format("2006-01-02"), SHA256: slot.SHA256, Bucket: slot.Bucket, Key: slot.Key, Version: "v",
	}), fault.Invalid)
	if got, _, err := filing.Load(w.ctx, w.real, filing.SlotKey(slot.Part, slot.ID)); err != nil || !got.Closed || got.Collect.After(w.now) {
		t.Errorf("its bytes stay until %s: %v", got.Collect, err)
	}
	if w.round().Decision != nil {
		t.Error("entered")
	}
}

// marked answers as the reader does for a file with a secrecy mark.
type marked struct{}

// Read gives the reading.
func (marked) Read(context.Context, *os.File) (reading.Reading, error) {
	r := reading.Reading{Pages: []reading.Page{{N: 1}}}
	r.Add(reading.NewProblem(reading.CodeSecret, 1, "TỐI MẬT"))
	p, _ := r.Refusal()
	return r, p.Fault("test")
}
