package browsertest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hoso/infra/onebox/player"
)

// walk is a round played by its persons in windows of one width.
type walk struct {
	*stage
	faulty    string // the case whose papers have faults first
	good      string // the case that an appraiser returns once
	gone      string // the case that its unit withdraws
	appraiser string

	round    string
	day      time.Time
	dossiers map[string]string // by case
	awarded  []string          // names
}

// TestEachPersonFromSignInToDone lets every person of a round go their way in
// a browser, from the first page to what is done: on a phone and at a desk.
func TestEachPersonFromSignInToDone(t *testing.T) {
	t.Parallel()
	c := chrome(t)
	product, play := performance(t)
	if err := play.RunTo(context.Background(), player.Enrolled); err != nil {
		t.Fatal(err)
	}
	for _, w := range []walk{
		{stage: &stage{width: 320, height: 740}, faulty: "ba-be", good: "cho-don", gone: "pac-nam", appraiser: "appraiser1"},
		{stage: &stage{width: 1280, height: 900}, faulty: "ngan-son", good: "na-ri", gone: "bach-thong", appraiser: "appraiser2"},
	} {
		w.chrome, w.product, w.play, w.dossiers = c, product, play, map[string]string{}
		t.Run(fmt.Sprintf("%d px", w.width), func(t *testing.T) { w.goes(t) })
	}
}

// goes lets each person act in turn.
func (w *walk) goes(t *testing.T) {
	admin := w.visit(t, "admin")
	admin.signIn()
	w.opens(admin)
	units := map[string]*visitor{}
	for _, key := range []string{w.faulty, w.good, w.gone} {
		units[key] = w.visit(t, w.play.Case(key).Submitter.Key)
		units[key].signIn()
		w.sends(units[key], key)
	}
	w.withdraws(units[w.gone])
	w.corrects(units[w.faulty])
	appraiser := w.visit(t, w.appraiser)
	w.returns(appraiser)
	w.resubmits(units[w.good])
	w.decides(appraiser)
	w.closes(admin)
	w.prepares(admin)
	w.confirms(w.visit(t, "head"))
	w.reviews(w.visit(t, "reviewer"))
	clerk := w.visit(t, "clerk1")
	clerk.signIn()
	w.enters(clerk)
	w.countersigns(w.visit(t, "clerk2"))
	w.hears(units[w.faulty])
	auditor := w.visit(t, "auditor")
	auditor.signIn()
	w.audits(auditor)
}

// opens lets the administrator open the round: what the plan leaves open is
// decided, and who does what is ticked.
func (w *walk) opens(admin *visitor) {
	now, err := w.play.Now(context.Background())
	if err != nil {
		admin.t.Fatal(err)
	}
	w.day = now
	admin.press(`nav.menu a[href="/rounds"]`, "main h1")
	admin.press("#new-round", "#choose-campaign")
	admin.do(chromedp.SetValue("#campaign", "bac-kan-2022-2025/so-ket-2023"))
	admin.press("#choose-campaign button", "#open-round")
	const instant = "15:04 02/01/2006"
	admin.write(`[id="need-intake.opens"]`, now.Format(instant))
	admin.write(`[id="need-intake.closes"]`, now.AddDate(0, 0, 14).Format(instant))
	steps := strings.Fields(admin.find("days of steps", `[...document.querySelectorAll('[name^="need-steps."]')].map(e => e.name).join(" ")`))
	for _, name := range append(steps, "need-supplement_working_days") {
		admin.write(`[name="`+name+`"]`, "5")
	}
	admin.write("#cap-tap_the", "2")
	admin.write("#cap-ca_nhan", "3")
	for _, key := range []string{w.appraiser, "reviewer", "head", "clerk1", "clerk2"} {
		admin.label(w.play.Member(key).Name)
	}
	admin.press("#open-button", "#rounds")
	// Ids end with the instant: the newest is the last.
	w.round = admin.find("round", `[...document.querySelectorAll('#rounds a')].map(a => a.getAttribute("href")).sort().at(-1) ?? ""`)
	admin.press(`#rounds a[href="`+w.round+`"]`, "#stages")
	admin.steady()
}

// closes ends the window: on the phone it ends by itself, at the desk the
// administrator ends it.
func (w *walk) closes(admin *visitor) {
	if w.width < 1000 {
		left := w.day.AddDate(0, 0, 14).Add(2 * time.Minute)
		now, err := w.play.Now(context.Background())
		if err == nil {
			err = w.play.Later(context.Background(), left.Sub(now))
		}
		if err != nil {
			admin.t.Fatal(err)
		}
	}
	admin.comes(w.round, "#stages")
	if w.width >= 1000 {
		admin.press("#close-round", "#close-button")
		admin.press("#close-button", "#stages")
		admin.steady()
	}
}

// prepares chooses whom to award out of the ranking.
func (w *walk) prepares(admin *visitor) {
	admin.press(`a[href="`+w.round+`/ranking"]`, "#select")
	admin.until("#select-button")
	for _, name := range w.awarded {
		admin.do(chromedp.Click(`tr[data-name="` + name + `"] input[name=choose]`))
	}
	admin.press("#select-button", "#prepared")
	admin.steady()
}

// confirms lets the head confirm the selection from the mail.
func (w *walk) confirms(head *visitor) {
	head.follow("task-selection", "", "#confirm-button")
	head.press("#confirm-button", "#decided")
	head.steady()
}

// reviews lets the reviewer decide each nominee from the mail.
func (w *walk) reviews(reviewer *visitor) {
	reviewer.follow("task-review", "", "#review")
	for _, name := range w.awarded {
		reviewer.do(chromedp.Click(`fieldset[data-name="` + name + `"] input[value=approved]`))
	}
	reviewer.press("#review-button", "#decided")
	reviewer.steady()
}

// enters lets a clerk enter the Chairman's decision.
func (w *walk) enters(clerk *visitor) {
	clerk.open("/tasks", "main h1")
	clerk.until(`main a[href^="/tasks/"]`)
	clerk.press(`main a[href^="/tasks/"]`, "#enter")
	now, err := w.play.Now(context.Background())
	if err != nil {
		clerk.t.Fatal(err)
	}
	paper, err := player.Decision("2418/QĐ-UBND", now, w.awarded...)
	if err != nil {
		clerk.t.Fatal(err)
	}
	clerk.write("#number", "2418/QĐ-UBND")
	clerk.write("#date", now.Format("02/01/2006"))
	clerk.do(chromedp.SetUploadFiles("#file", clerk.files([]player.File{paper})))
	wait(clerk.t, clerk.tab, "the decision's file is sent", `document.querySelector("#upload").value !== ""`)
	clerk.press("#enter-button", "#needs-second")
	clerk.steady()
}

// countersigns lets the second clerk compare and confirm.
func (w *walk) countersigns(clerk *visitor) {
	clerk.follow("task-decision", "", "#entered-number")
	clerk.until("#confirm-button")
	clerk.until("#same")
	clerk.press("#confirm-button", "#decided")
	clerk.steady()
}

// hears lets a unit read what came of its dossier.
func (w *walk) hears(unit *visitor) {
	unit.comes("/dossiers/"+w.dossiers[w.faulty], "#where")
	unit.until("#decision")
	if said := unit.says("#results"); !strings.Contains(said, w.awarded[0]) {
		unit.t.Errorf("the results say %q", said)
	}
}

// audits lets the auditor find the dossier, read its history and take its package.
func (w *walk) audits(auditor *visitor) {
	name := w.awarded[0]
	auditor.press(`nav.menu a[href="/search"]`, "#search")
	auditor.write("#q", name)
	auditor.press("#search-button", "#hits")
	auditor.press(`#hits tr[data-dossier="`+w.dossiers[w.faulty]+`"] a`, "#history")
	auditor.until("#package")
	auditor.steady()
	// Whoever went back, forward and loaded pages anew did nothing twice.
	told := auditor.find("history", `[...document.querySelectorAll("#history strong")].map(e => e.innerText.trim()).join("\n")`)
	for what, n := range map[string]int{
		"Mở hồ sơ": 1, "Chuẩn bị nhận tệp": 6, "Bỏ tệp": 3, "Sửa giá trị đọc được": 1, "Nộp hồ sơ": 2, "Giao thẩm định": 1, "Quyết định thẩm định": 1,
	} {
		if got := strings.Count(told+"\n", what+"\n"); got != n {
			auditor.t.Errorf("the history says %q %d times, not %d:\n%s", what, got, n, told)
		}
	}
	kind := auditor.find("package", `fetch(document.querySelector("#package").href).then(async r => r.status + " " + r.headers.get("Content-Type") + " " + ((await r.blob()).size > 10000))`)
	if !strings.HasPrefix(kind, "200 ") || !strings.Contains(kind, "zip true") {
		auditor.t.Errorf("the package is %s", kind)
	}
}
