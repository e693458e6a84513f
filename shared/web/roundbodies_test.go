package web_test

import (
	"testing"
	"time"

	"hoso/shared/people"
)

func TestABodyOfARoundThatCeasedIsRuledOnOnAPage(t *testing.T) {
	w := newTown(t)
	w.openRound("bk-2023")
	admin, auditor := w.person("qt@bk.vn", "", people.Admin), w.person("ktr@bk.vn", "", people.Auditor)
	heir := w.person("moi@khcn.vn", "", people.Appraiser)
	b := w.signIn(admin)
	b.get("/rounds/bk-2023/bodies").want(t, 200, `id="nothing-ceased"`)
	w.pass(500 * 24 * time.Hour) // Sở TT&TT ceased on 01/03/2025
	b = w.signIn(admin)
	b.get("/rounds/bk-2023").want(t, 200, `id="ceased"`, "Sở TT&amp;TT", "01/03/2025", "Sở Khoa học và Công nghệ", `id="rule-bodies"`)
	w.signIn(auditor).get("/rounds/bk-2023").want(t, 200, `id="ceased"`)
	b.get("/rounds/bk-2023/bodies").want(t, 200, `value="Sở Khoa học và Công nghệ"`, `name="step-stttt"`, heir.Name)
	b.post("/rounds/bk-2023/bodies", "act", "transfer", "to", "Sở Khoa học và Công nghệ", "reason", "ngắn").want(t, 422, "ít nhất 10 ký tự", `value="transfer" checked`)
	b.post("/rounds/bk-2023/bodies", "act", "transfer", "to", "Sở Khoa học và Công nghệ", "reason", "Theo Nghị quyết sắp xếp", "step-stttt", heir.ID).want(t, 303)
	b.follow().want(t, 200, `id="body-rulings"`, "Theo Nghị quyết sắp xếp", "→ Sở Khoa học và Công nghệ")
	if b.get("/rounds/bk-2023/bodies"); b.last.status != 200 {
		t.Error(b.last.status)
	}
	b.last.want(t, 200, `id="nothing-ceased"`)
}
