package browsertest

import (
	"strings"

	"github.com/chromedp/chromedp"
)

// sends opens a dossier, drops its papers, reads what was found, and submits.
func (w *walk) sends(unit *visitor, key string) {
	unit.press(`nav.menu a[href="/dossiers"]`, "main h1")
	unit.press(`main a[href="/dossiers/new"]`, "section[data-round]")
	unit.press(`section[data-round="`+strings.TrimPrefix(w.round, "/rounds/")+`"] form button`, "#pick")
	w.dossiers[key] = strings.Split(unit.here(), "/")[2]
	unit.steady()
	w.uploads(unit, key, key == w.faulty)
	unit.press("#to-check", "#documents")
	if key == w.faulty {
		w.reads(unit)
	}
	unit.press("#to-submit", "#do-submit")
	unit.tabs(20)
	unit.press("#do-submit", "#receipt-number")
	unit.steady()
}

// uploads brings the papers of a case and waits until they are read.
func (w *walk) uploads(unit *visitor, key string, faulty bool) {
	c := w.play.Case(key)
	c.Scan = false
	papers, err := c.Written(w.day, faulty)
	if err != nil {
		unit.t.Fatal(err)
	}
	unit.leave()
	unit.do(chromedp.SetUploadFiles("#pick", unit.files(papers)))
	unit.arrive("#files")
	wait(unit.t, unit.tab, "every file is read", `document.querySelector("#files")?.dataset.ready === "true"`)
	unit.look()
	unit.steady()
}

// reads looks at the findings and corrects a value beside its document.
func (w *walk) reads(unit *visitor) {
	codes := unit.find("findings", `[...document.querySelectorAll('#findings [data-severity="block"]')].map(e => e.dataset.code).sort().join(" ")`)
	if codes != "COUNT_MISMATCH MISSING_CONFIRMATION MISSING_SIGNATURE" {
		unit.t.Errorf("findings %q", codes)
	}
	check := unit.here()
	unit.press("#documents a", "#fields")
	const field = `[name$=".so_ky_hieu"]`
	unit.write(field, "77/TTr-UBND")
	unit.press("#save", ".corrected-by")
	unit.steady()
	if got := unit.find("value", `document.querySelector('`+field+`').value`); got != "77/TTr-UBND" {
		unit.t.Errorf("kept %q", got)
	}
	unit.press(`a[href="`+check+`"]`, "#findings")
}

// withdraws takes a submitted dossier back.
func (w *walk) withdraws(unit *visitor) {
	unit.press(`main a[href="/dossiers/`+w.dossiers[w.gone]+`"]`, "#to-withdraw")
	unit.press("#to-withdraw", "#do-withdraw")
	// Without a reason it is not taken; what was asked stays on the page.
	unit.press("#do-withdraw", "#errors")
	unit.steady()
	unit.write("#reason", "Cá nhân được đề nghị đã chuyển công tác ra ngoài tỉnh.")
	unit.press("#do-withdraw", `#where[data-state="withdrawn"]`)
	unit.steady()
}

// corrects reads why the dossier came back, takes other papers in place of
// the faulty ones, and submits again.
func (w *walk) corrects(unit *visitor) {
	unit.press(`main a[href="/dossiers/`+w.dossiers[w.faulty]+`"]`, "#where")
	unit.until(`#where[data-state="returned"]`)
	unit.press("#to-files", "#files")
	for {
		gone := `#files form[action$="/remove"] button`
		left, err := Eval[int](unit.tab, `document.querySelectorAll('`+gone+`').length`)
		if err != nil {
			unit.t.Fatal(err)
		}
		if left == 0 {
			break
		}
		unit.press(gone, "main h1")
	}
	unit.steady()
	w.uploads(unit, w.faulty, false)
	unit.press("#to-check", "#documents")
	unit.press("#to-submit", "#do-submit")
	unit.write("#note", "Đã ký biên bản và sửa số lượng trong tờ trình.")
	unit.press("#do-submit", "#receipt-number")
	unit.steady()
}

// resubmits answers what an appraiser asked for.
func (w *walk) resubmits(unit *visitor) {
	unit.open("/dossiers/"+w.dossiers[w.good], "#where")
	unit.until("#return-reason")
	if said := unit.says("#return-reason"); !strings.Contains(said, asked) {
		unit.t.Errorf("the unit is told %q", said)
	}
	unit.press("#to-check", "#documents")
	unit.press("#to-submit", "#do-submit")
	unit.write("#note", "Minh chứng đã có trong báo cáo, trang 2.")
	unit.press("#do-submit", "#receipt-number")
	unit.press(`main a[href="/dossiers/`+w.dossiers[w.good]+`"]`, "#to-compare")
	unit.press("#to-compare", "main h1")
	unit.steady()
}

const asked = "Đề nghị nêu rõ minh chứng của thành tích trong báo cáo."

// returns lets the appraiser send one dossier back with a reason, from the mail.
func (w *walk) returns(appraiser *visitor) {
	appraiser.follow("task-appraisal", w.dossiers[w.good], "#decide")
	appraiser.tabs(40)
	appraiser.do(chromedp.Click("label[for=act-return]"))
	// A reason is asked for; what was chosen stays.
	appraiser.press("#decide-button", "#errors")
	appraiser.steady()
	if kept, err := Eval[bool](appraiser.tab, `document.querySelector("#act-return").checked`); err != nil || !kept {
		appraiser.t.Errorf("what was chosen is lost on the way: %v", err)
		appraiser.do(chromedp.Click("label[for=act-return]"))
	}
	appraiser.write("#reason", asked)
	appraiser.press("#decide-button", "#decided")
	appraiser.steady()
}

// decides lets the appraiser decide each nominee of both dossiers.
func (w *walk) decides(appraiser *visitor) {
	for _, key := range []string{w.faulty, w.good} {
		appraiser.follow("task-appraisal", w.dossiers[key], "#decide")
		for i, n := range w.play.Case(key).Nominees {
			at := `fieldset[data-name="` + n.Name + `"] `
			if key == w.good && i == 1 {
				appraiser.do(chromedp.Click(at + "input[value=refused]"))
				appraiser.write(at+`input[name^="reason-"]`, "Thành tích chưa có minh chứng.")
				continue
			}
			appraiser.do(chromedp.Click(at + "input[value=approved]"))
			appraiser.write(at+`input[name^="score-"]`, "90")
			w.awarded = append(w.awarded, n.Name)
		}
		appraiser.do(chromedp.Click("label[for=act-decide]"))
		if noted, err := Eval[bool](appraiser.tab, `document.querySelector("#noted") !== null`); err != nil || noted {
			appraiser.do(chromedp.Click("label[for=noted]"))
		}
		appraiser.press("#decide-button", "#decided")
		appraiser.steady()
	}
}
