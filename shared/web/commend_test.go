package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"hoso/shared/commend"
	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/round"
)

func TestOwnCommendationsStandBesideTheRounds(t *testing.T) {
	w := newTown(t)
	w.openRound("bk-2023")
	before := books(w)
	unit := w.signIn(w.person("mai@yte.vn", w.unit("Sở Y tế"), people.Submitter))
	other := w.signIn(w.person("lan@nn.vn", w.unit("Sở Nông nghiệp"), people.Submitter))
	admin := w.signIn(w.person("quantri@bk.vn", "", people.Admin))
	clerk := w.signIn(w.person("vanthu@bk.vn", "", people.Clerk))

	unit.get("/commendations").want(t, 200, "Chưa có Giấy khen", "mục IV.2.2", "ngoài số lượng của các đợt")
	clerk.get("/commendations").want(t, 403)
	fill := func(more ...string) []string {
		return append([]string{"campaign", "bac-kan-2022-2025", "number", "45/QĐ-SYT", "date", "2023-11-01", "decider", "Giám đốc Sở Y tế", "collectives", "Phòng Nghiệp vụ Y", "individuals", "Nguyễn Thị Hoa; Trưởng phòng\nTrần Văn Bình"}, more...)
	}
	for name, x := range map[string]struct{ field, value, want string }{
		"no campaign": {"campaign", "", "chọn phong trào"}, "number": {"number", "bốn mươi", "chưa đúng dạng"}, "future": {"date", "2023-11-07", "ở tương lai"},
		"period": {"date", "2019-11-01", "ngoài thời gian"}, "decider": {"decider", "", "chức danh"}, "nobody": {"individuals", "", "ít nhất một"},
	} {
		f := fill()
		for i := 0; i < len(f); i += 2 {
			if f[i] == x.field {
				f[i+1] = x.value
			}
			if name == "nobody" && f[i] == "collectives" {
				f[i+1] = ""
			}
		}
		unit.get("/commendations")
		unit.post("/commendations", f...).want(t, 422, x.want)
	}
	pdf := append(bytes.Clone(samplePDF), "% quyết định 45"...)
	slot := unit.paperTo("/api/commendations/uploads", pdf)
	unit.get("/commendations")
	v := unit.hidden("/commendations")
	for i, f := 0, fill("upload", slot); i < len(f); i += 2 {
		v.Set(f[i], f[i+1])
	}
	unit.send("/commendations", v).want(t, 303)
	at := unit.last.header.Get("Location")
	unit.send("/commendations", v).want(t, 303)
	if unit.last.header.Get("Location") != at {
		t.Error("the form sent twice is two commendations")
	}
	sum := sha256.Sum256(pdf)
	unit.follow().want(t, 200, "Nguyễn Thị Hoa", "Trưởng phòng", "Phòng Nghiệp vụ Y", hex.EncodeToString(sum[:]), "Ngoài số lượng", "Ghi Giấy khen")
	unit.get(at+"/file").want(t, 303)
	unit.get("/commendations")
	unit.post("/commendations", fill()...).want(t, 422, "đã được ghi")
	// Another unit finds nothing; the standing agency sees it, with its export.
	other.get(at).want(t, 404)
	other.get(at+"/file").want(t, 404)
	other.get("/commendations").want(t, 200, "Chưa có Giấy khen")
	other.get("/help")
	form := other.hidden("/language")
	form.Set("reason", "Không phải của tôi đâu")
	other.send(at+"/revoke", form).want(t, 404)
	admin.get("/commendations").want(t, 200, "45/QĐ-SYT", "Sở Y tế")
	admin.get("/commendations?as=csv").want(t, 200, "45/QĐ-SYT", "Giám đốc Sở Y tế", hex.EncodeToString(sum[:]))
	if strings.Contains(admin.last.body, "Nguyễn Thị Hoa") {
		t.Error("the export names persons")
	}
	admin.get(at).want(t, 200, "Nguyễn Thị Hoa")
	admin.get("/api/commendations").want(t, 200, `"ca_nhan":2`, `"tap_the":1`)

	// No place, no counter, no dossier and no history of the round heard of it.
	if after := books(w); after != before {
		t.Errorf("the round's books changed:\n%s\n%s", before, after)
	}
	events, err := w.store.Events(t.Context(), commend.Chain(strings.Split(at, "/")[2]), 0, 10)
	if err != nil || len(events) != 2 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	for _, e := range events {
		if strings.Contains(string(e.Line), "Hoa") {
			t.Errorf("an event names a person: %s", e.Line)
		}
	}
	unit.get(at)
	unit.post(at+"/revoke", "reason", "nhầm").want(t, 422, "ít nhất 10 ký tự")
	unit.post(at+"/revoke", "reason", "Ghi nhầm số quyết định").want(t, 303)
	unit.follow().want(t, 200, "Ghi nhầm số quyết định", `id="revoked"`)
	unit.get("/commendations")
	unit.post("/commendations", fill()...).want(t, 303)
}

// books is everything a round counts by, as one text.
func books(w *town) string {
	w.Helper()
	var b strings.Builder
	rd, err := storeLoad[round.Round](w, round.Key("bk-2023"))
	if err != nil {
		w.Fatal(err)
	}
	list, err := storeLoad[round.List](w, round.ListKey("bk-2023"))
	if err != nil {
		w.Fatal(err)
	}
	head, err := w.store.Head(w.Context(), round.Chain("bk-2023"))
	if err != nil {
		w.Fatal(err)
	}
	b.WriteString(string(rd.State) + list.Digest() + head.Hash)
	names := []string{round.PendingCounter("bk-2023")}
	for _, k := range dossier.Kinds() {
		names = append(names, round.PlaceCounter("bk-2023", k))
	}
	for _, s := range dossier.States() {
		names = append(names, dossier.CountCounter("bk-2023", s))
	}
	for _, name := range names {
		n, err := w.store.Counter(w.Context(), name)
		if err != nil {
			w.Fatal(err)
		}
		b.WriteString(" " + name + "=" + string(rune('0'+n)))
	}
	return b.String()
}
