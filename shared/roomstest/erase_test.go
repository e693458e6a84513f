package roomstest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/bag"
	"hoso/shared/board"
	"hoso/shared/dossier"
	"hoso/shared/erasure"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/review"
	"hoso/shared/round"
	"hoso/shared/store"
)

// refusedRound plays a round to its end in which review refused one nominee of
// each of two dossiers, each with a reason of its own, and a third is awarded.
func refusedRound(t *testing.T) *world {
	w := setup(t)
	w.closed("dossier-01", "dossier-02", "dossier-03")
	w.confirm(slices.Concat(w.choose("dossier-01", 1), w.choose("dossier-02", 1), w.choose("dossier-03", 1)))
	say := review.Deciding{Shown: w.list().Digest(), Nominees: map[string]review.Rule{}}
	for _, e := range w.list().Holding() {
		say.Nominees[review.Key(e)] = review.Rule{Is: dossier.RefusedOne, Reason: "Lý do về " + e.Dossier}
		if e.Dossier == "dossier-03" {
			say.Nominees[review.Key(e)] = review.Rule{Is: dossier.Approved}
		}
	}
	w.ok(w.review.Decide(w.ctx, w.id(), w.reviewers[0], w.round().Task, say))
	w.pump()
	w.ok(w.enter())
	w.ok(w.decide())
	w.pump()
	return w
}

// textsOf lists what may be erased.
func (w *world) textsOf(dossierID string) []erasure.Text {
	w.Helper()
	all, err := erasure.Texts(w.ctx, w.real, aRound, dossierID)
	w.ok(err)
	return all
}

func (w *world) asking(dossierID string, refs ...act.TextRef) erasure.Asking {
	return erasure.Asking{Dossier: dossierID, Texts: refs, Number: "7/QĐ-STTTT", Date: w.now.Format("2006-01-02"), Ground: erasure.Requested, Reason: "Người được nêu đề nghị xóa."}
}

func (w *world) ask(who people.Actor, a erasure.Asking) (int, error) {
	return w.erasure.Ask(w.ctx, w.id(), who, aRound, a)
}

func (w *world) reasonOf(id string) string {
	w.Helper()
	text, err := act.Read(w.ctx, w.real, dossier.Chain(id), w.dossier(id).Nominees[0].Reason)
	w.ok(err)
	return text
}

func TestATextIsErasedByTwoPersonsAndTheRestStays(t *testing.T) {
	w := refusedRound(t)
	texts := w.textsOf("dossier-01")
	if len(texts) != 1 || texts[0].Text != "Lý do về dossier-01" || texts[0].Chain != round.Chain(aRound) || texts[0].About != w.dossier("dossier-01").Nominees[0].ID {
		t.Fatalf("%+v", texts)
	}
	a := w.asking("dossier-01", texts[0].Ref)
	for who, kind := range map[*people.Actor]fault.Kind{&w.head: fault.Denied, &w.clerk: fault.Denied, &w.unit: fault.Denied} {
		_, err := w.ask(*who, a)
		w.refused(err, kind)
	}
	for _, edit := range []func(*erasure.Asking){
		func(a *erasure.Asking) { a.Texts = nil },
		func(a *erasure.Asking) { a.Texts = []act.TextRef{w.textsOf("dossier-02")[0].Ref} }, // of another dossier
		func(a *erasure.Asking) { a.Texts = []act.TextRef{"x/y"} },
		func(a *erasure.Asking) { a.Ground = "" },
		func(a *erasure.Asking) { a.Number = "bảy" },
		func(a *erasure.Asking) { a.Date = w.now.Add(48 * time.Hour).Format("2006-01-02") },
		func(a *erasure.Asking) { a.Reason = "ngắn" },
	} {
		b := w.asking("dossier-01", texts[0].Ref)
		edit(&b)
		_, err := w.ask(w.admin, b)
		w.refused(err, fault.Invalid)
	}
	n, err := w.ask(w.admin, a)
	w.ok(err)
	_, err = w.ask(w.admin, a)
	w.refused(err, fault.Invalid) // one waits for this text
	w.pump()
	w.tells(mail.ErasureAsked, w.head.ID)
	if w.reasonOf("dossier-01") == "" {
		t.Error("gone before anybody confirmed it")
	}
	decide := func(who people.Actor, n int, confirm bool) error {
		return w.erasure.Decide(w.ctx, w.id(), who, aRound, n, confirm)
	}
	w.refused(decide(w.admin, n, true), fault.Denied)
	w.refused(decide(w.person("head9", "", people.Head), n, true), fault.Denied)
	w.ok(decide(w.head, n, false)) // dropped
	w.refused(decide(w.head, n, true), fault.Gone)
	if n, err = w.ask(w.admin, a); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	w.ok(decide(w.head, n, true))
	if w.reasonOf("dossier-01") != "" || w.reasonOf("dossier-02") == "" {
		t.Errorf("%q and %q", w.reasonOf("dossier-01"), w.reasonOf("dossier-02"))
	}
	if got := w.textsOf("dossier-01"); !got[0].Gone || got[0].Text != "" || len(got) != 3 { // and the reasons of both erasures
		t.Errorf("%+v", got)
	}
	e := get[erasure.Erasure](w, erasure.Key(aRound, n))
	if !e.Wiped.IsZero() || w.wipes != 0 {
		t.Error("the files were rewritten by day")
	}
	w.pump() // the night comes
	w.pump()
	e = get[erasure.Erasure](w, erasure.Key(aRound, n))
	if w.wipes != 1 || e.Wiped.IsZero() || e.State != "confirmed" || e.DecidedBy != w.head.ID {
		t.Errorf("%d wipes: %+v", w.wipes, e)
	}
	w.check()

	// The package made now says what is not in it, and verifies.
	p := w.parcel(t.TempDir(), "dossier-01")
	page, err := p.Bytes(bag.PageFile)
	w.ok(err)
	kept, err := p.Bytes(bag.TextsFile)
	w.ok(err)
	related, err := p.Bytes(bag.RelatedFile)
	w.ok(err)
	if strings.Contains(string(page)+string(kept), "Lý do về dossier-01") || !strings.Contains(string(page), "đã xóa theo quyết định") || !strings.Contains(string(related), evidence.TextErased) {
		t.Errorf("the package does not tell of the erasure:\n%s", kept)
	}
	if got := w.most["erasure.asked"]; got > 16 {
		t.Errorf("asking took %d items", got)
	}
}

func TestWhoWroteATextDoesNotConfirmItsErasure(t *testing.T) {
	w := setup(t)
	w.closed("dossier-01")
	change(w, round.Key(aRound), round.Put, func(rd *round.Round) { rd.Settings.Preparers = append(rd.Settings.Preparers, w.head.ID) })
	both := w.head
	both.Roles = []people.Role{people.Head, people.Admin} // nobody may hold both; the act does not rely on it
	n, err := w.prepareNoneBy(both)
	w.ok(err)
	if err := w.erasure.Decide(w.ctx, w.id(), both, aRound, n, true); fault.CodeOf(err) != "same-person" {
		t.Errorf("who asked confirmed it: %v", err)
	}
	w.ok(w.erasure.Decide(w.ctx, w.id(), both, aRound, n, false))
	texts := w.textsOf("")
	n, err = w.ask(w.admin, w.asking("", texts[0].Ref))
	w.ok(err)
	if err := w.erasure.Decide(w.ctx, w.id(), w.head, aRound, n, true); fault.CodeOf(err) != "own-text" {
		t.Errorf("who wrote it confirmed it: %v", err)
	}
}

func TestTheHeadOfABodyThatCeasedErasesNothing(t *testing.T) {
	w := ceasing(t, "dossier-01")
	n, err := w.ask(w.admin, w.asking("dossier-01", w.write(dossier.Chain("dossier-01"), "note", reason)))
	w.ok(err)
	w.code(w.erasure.Decide(w.ctx, w.id(), w.head, aRound, n, true), "body-ceased")
	heir := w.person("heir", "", people.Head)
	w.ok(w.ruleOn(agency, round.TransferBody, func(s *board.Succeeding) {
		s.To, s.Head, s.Steps = agency+" tỉnh Thái Nguyên", []string{heir.ID}, map[string][]string{"so": {w.appraisers[1].ID}}
	}))
	for _, body := range w.gone() {
		w.ok(w.ruleOn(body, round.KeepBody, nil))
	}
	w.refused(w.erasure.Decide(w.ctx, w.id(), w.head, aRound, n, true), fault.Denied)
	w.ok(w.erasure.Decide(w.ctx, w.id(), heir, aRound, n, true))
}

// prepareNoneBy has a person write a text of the round and ask for its erasure.
func (w *world) prepareNoneBy(who people.Actor) (int, error) {
	w.Helper()
	w.ok(w.selection.PrepareNone(w.ctx, w.id(), who, aRound, reason))
	texts := w.textsOf("")
	if len(texts) != 1 || texts[0].Text != reason || texts[0].By != who.ID {
		w.Fatalf("%+v", texts)
	}
	return w.ask(who, w.asking("", texts[0].Ref))
}

func TestOneRewritingServesAllErasuresBeforeIt(t *testing.T) {
	w := refusedRound(t)
	for _, id := range []string{"dossier-01", "dossier-02"} {
		n, err := w.ask(w.admin, w.asking(id, w.textsOf(id)[0].Ref))
		w.ok(err)
		w.ok(w.erasure.Decide(w.ctx, w.id(), w.head, aRound, n, true))
	}
	w.now = w.now.Add(2 * day)
	if n, err := erasure.Late(w.ctx, w.real, w.now); n != 2 || err != nil {
		t.Errorf("%d erasures are late, %v", n, err)
	}
	w.pump()
	if n, err := erasure.Late(w.ctx, w.real, w.now); n != 0 || err != nil {
		t.Errorf("%d erasures are late, %v", n, err)
	}
	if w.wipes != 1 {
		t.Errorf("%d rewritings for two erasures of one night", w.wipes)
	}
	for n := 1; n <= 2; n++ {
		w.ok(w.erasure.Finish(w.ctx, aRound, n)) // once more changes nothing
		if e := get[erasure.Erasure](w, erasure.Key(aRound, n)); e.Wiped.IsZero() {
			t.Errorf("%+v", e)
		}
	}
	if w.wipes != 1 {
		t.Errorf("%d rewritings", w.wipes)
	}
}

// TestARewritingThatBeganBeforeATextWentDoesNotCountForIt: the files are being
// rewritten for another erasure between what the head's act read and its
// commit, when the text is still there.
func TestARewritingThatBeganBeforeATextWentDoesNotCountForIt(t *testing.T) {
	w := refusedRound(t)
	for _, id := range []string{"dossier-01", "dossier-02"} {
		_, err := w.ask(w.admin, w.asking(id, w.textsOf(id)[0].Ref))
		w.ok(err)
	}
	w.ok(w.erasure.Decide(w.ctx, w.id(), w.head, aRound, 1, true))
	w.store.before = beside(func() {
		w.store.before = nil
		w.now = w.now.Add(time.Minute) // the act read its time before that
		w.ok(w.erasure.Finish(w.ctx, aRound, 1))
		w.now = w.now.Add(-time.Minute)
	})
	w.ok(w.erasure.Decide(w.ctx, w.id(), w.head, aRound, 2, true))
	if w.wipes != 1 {
		t.Fatalf("%d rewritings", w.wipes)
	}
	w.ok(w.erasure.Finish(w.ctx, aRound, 2))
	if w.wipes != 2 {
		t.Error("what was rewritten before the text went passes for its rewriting")
	}
}

// TestErasuresFitOneCommitAtTheirLargest asks for as many texts as one erasure
// takes, each in a record of its own, on two chains.
func TestErasuresFitOneCommitAtTheirLargest(t *testing.T) {
	w := setup(t)
	largest(w)
	w.seed("dossier-01", dossier.Eligible, dossier.Approved, 1)
	var refs []act.TextRef
	for i := range erasure.MaxTexts {
		chain, name := dossier.Chain("dossier-01"), "note"
		if i%2 == 1 {
			chain, name = round.Chain(aRound), "reason/dossier-01.n"
		}
		refs = append(refs, w.write(chain, name, fmt.Sprintf("Nội dung thứ %d", i)))
	}
	_, err := w.ask(w.admin, w.asking("dossier-01", append(slices.Clone(refs), "x/y/z")...))
	w.refused(err, fault.Invalid)
	n, err := w.ask(w.admin, w.asking("dossier-01", refs...))
	w.ok(err)
	w.ok(w.erasure.Decide(w.ctx, w.id(), w.head, aRound, n, true))
	w.pump()
	for _, x := range w.textsOf("dossier-01") {
		if !x.Gone && x.Type != "erasure.asked" {
			t.Errorf("still there: %+v", x)
		}
	}
	for name, want := range map[string]int{"erasure.asked": 16, evidence.TextErased: 31, "erasure.wiped": 5} {
		if got := w.most[name]; got != want {
			t.Errorf("%s: %d items, the books say %d", name, got, want)
		}
	}
}

// write keeps one text on a chain by an act of its own.
func (w *world) write(chain, name, text string) act.TextRef {
	w.Helper()
	texts := w.board.Texts(chain, w.id())
	ref := texts.Add(name, text)
	kept, err := texts.Writes()
	w.ok(err)
	ev := act.Event(chain, "test.written", "someone", w.now, nil)
	ev.Texts = texts.Named()
	_, err = w.store.Store.Commit(w.ctx, store.Commit{Key: "write/" + w.id(), Request: "write", At: w.now, Writes: kept, Events: []evidence.Event{ev}})
	w.ok(err)
	return ref.On(chain)
}
