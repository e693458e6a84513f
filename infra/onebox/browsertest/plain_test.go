package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"hoso/infra/onebox/player"
)

// withoutScript opens a phone whose browser runs no script.
func withoutScript(t *testing.T, c *Chrome, product *Product, play *player.Play, key string) *visitor {
	t.Helper()
	s := &stage{chrome: c, product: product, play: play, width: 320, height: 740}
	v := s.visit(t, key)
	v.plain = true
	if _, err := chromedp.Call(v.tab.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	v.open("/sign-in", "#sign-in")
	if ran, err := Eval[bool](v.tab, `document.querySelector("[data-passkey-sign-in]:not([hidden])") !== null`); err != nil || ran {
		t.Fatalf("the browser runs scripts: %v", err)
	}
	return v
}

// decidePlainly reads a dossier and decides on it from the mail, without script.
func decidePlainly(t *testing.T, c *Chrome, product *Product, play *player.Play) {
	v := withoutScript(t, c, product, play, "appraiser2")
	v.follow("task-appraisal", play.Dossier("so-y-te"), "#decide")
	task := v.here()
	if said := v.says("#findings"); !strings.Contains(said, "Phòng KHTC") {
		t.Errorf("the findings say %q", said)
	}
	v.do(chromedp.Click("details.document summary"))
	read := v.says("details.document[open] dl")
	for _, want := range []string{"Số, ký hiệu", "Tập thể", "Có"} {
		if !strings.Contains(read, want) {
			t.Errorf("what was read of the document does not say %q: %s", want, read)
		}
	}
	for _, raw := range []string{"true", "tap_the"} {
		if strings.Contains(read, raw) {
			t.Errorf("what was read of the document says %q", raw)
		}
	}
	v.picture()
	document := v.find("document", `document.querySelector("details.document[open] a.button").getAttribute("href")`)
	if status, err := v.tab.Open(document); err != nil || status != 200 {
		t.Errorf("the document answers %d, %v", status, err)
	}
	if kind := v.find("kind of document", "document.contentType"); kind != "application/pdf" {
		t.Errorf("the document is shown as %s", kind)
	}
	v.open(task, "#decide")
	v.do(chromedp.Click("#decide fieldset.nominee input[value=approved]"), chromedp.Click("label[for=act-decide]"), chromedp.Click("label[for=noted]"))
	v.press("#decide-button", "#decided")
	if said := v.says("#ruled"); !strings.Contains(said, play.Case("so-y-te").Nominees[0].Name) || !strings.Contains(said, "Đồng ý") {
		t.Errorf("the page says %q", said)
	}
	v.steady()
	v.open(task, "#decided") // whoever comes by the link again sees what was decided
}

// submitPlainly takes other papers in place of those that came back, corrects
// a value and submits, without script.
func submitPlainly(t *testing.T, c *Chrome, product *Product, play *player.Play) {
	v := withoutScript(t, c, product, play, "babe")
	v.signIn()
	v.open("/dossiers/"+play.Dossier("ba-be"), "#where")
	v.until(`#where[data-state="returned"]`)
	v.press("#to-files", "#files")
	for range 3 {
		v.press(`#files form[action$="/remove"] button`, "main h1")
	}
	v.until("#no-files")
	now, err := play.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	papers, err := play.Case("ba-be").Written(now, false)
	if err != nil {
		t.Fatal(err)
	}
	for i, path := range v.files(papers) {
		v.write("#plain-name", papers[i].Name)
		v.press("#plain button", "#send")
		if i == 0 {
			v.steady() // another place is not opened
		}
		v.do(chromedp.SetUploadFiles("#file", []string{path}))
		v.press("#send", "#came")
		if i == 0 {
			v.steady()
		}
	}
	v.until(`#files[data-ready="true"]`)
	if n, err := Eval[int](v.tab, `document.querySelectorAll("#files tbody tr").length`); err != nil || n != len(papers) {
		t.Errorf("%d places for %d files, %v", n, len(papers), err)
	}
	v.press(`#files a[href*="/documents/"]`, "#fields")
	if shown := v.find("document", `document.querySelector("#viewer iframe").src`); !strings.Contains(shown, "/documents/") {
		t.Errorf("beside the fields stands %s", shown)
	}
	const field = `[name$=".so_ky_hieu"]`
	v.write(field, "78/TTr-UBND")
	v.press("#save", ".corrected-by")
	v.steady()
	v.press(`main a[href$="/check"]`, "#documents")
	v.press("#to-submit", "#do-submit")
	v.write("#note", "Đã ký biên bản và sửa số lượng trong tờ trình.")
	v.press("#do-submit", "#receipt-number")
	v.steady()
}
