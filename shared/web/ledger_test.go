package web_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

func TestLedgerExplainsEveryMovementAndBalances(t *testing.T) {
	w := newTown(t)
	rd := w.openRound("bk-2023")
	unit := w.unit("=HYPERLINK(1)")
	b := w.signIn(w.person("quantri@bk.vn", "", people.Admin))
	b.get("/rounds/"+rd.ID+"/ledger").want(t, 200, `id="balanced"`, "15 = 15 còn &#43; 0 giữ &#43; 0 công nhận &#43; 0 hủy", "Mở đợt", `id="change-caps"`)
	b.get("/rounds/"+rd.ID+"/caps").want(t, 200, `value="15"`)
	b.post("/rounds/"+rd.ID+"/caps", "number", "12 / KH-UBND", "date", "2023-11-01", "cap-tap_the", "20", "cap-ca_nhan", "x").want(t, 422, "Hãy nhập một số nguyên", `value="20"`)
	b.post("/rounds/"+rd.ID+"/caps", "number", "Kế hoạch", "date", "2023-11-01", "cap-tap_the", "20", "cap-ca_nhan", "12").want(t, 422, "12/KH-UBND")
	b.post("/rounds/"+rd.ID+"/caps", "number", "12/KH-UBND", "date", "2023-11-01", "cap-tap_the", "20", "cap-ca_nhan", "12", "groups", "Khối xã | 2 | | Xã không có").want(t, 422, "Không có đơn vị “Xã không có”")
	b.post("/rounds/"+rd.ID+"/caps", "number", "12/KH-UBND", "date", "2023-11-01", "cap-tap_the", "20", "cap-ca_nhan", "12",
		"each-tap_the", "3", "groups", "Khối xã | 2 | | =HYPERLINK(1)", "note", "Theo công văn").want(t, 303)
	b.follow().want(t, 200, `id="balanced"`, "20 = 20 còn", "12 = 12 còn", "12/KH-UBND ngày 01/11/2023", "Điều chỉnh số lượng")
	b.get("/rounds/"+rd.ID+"/caps").want(t, 200, `value="3"`, "Khối xã | 2 |  | =HYPERLINK(1)", "Theo công văn")
	got, err := storeLoad[round.Round](w, round.Key(rd.ID))
	if err != nil || len(got.Settings.Shares) != 2 || got.Settings.Shares[1].Units[0] != unit {
		t.Errorf("shares %+v, %v", got.Settings.Shares, err)
	}
	rows, err := csv.NewReader(strings.NewReader(b.get("/rounds/" + rd.ID + "/ledger?as=csv").body)).ReadAll()
	if err != nil || len(rows) != 5 {
		t.Fatalf("%v, %v", rows, err)
	}
	if last := rows[4]; last[4] != "Cá nhân" || last[5] != "-3" || last[6] != "15" || last[7] != "12" {
		t.Errorf("last line %q", last)
	}
	var out struct {
		Balanced bool
		Lines    []struct {
			Event         string
			Before, After round.Move
		}
	}
	a := b.get("/api/rounds/" + rd.ID + "/ledger")
	a.want(t, 200)
	if err := json.Unmarshal([]byte(a.body), &out); err != nil || !out.Balanced || len(out.Lines) != 4 || out.Lines[2].Before.Cap != 15 || out.Lines[2].After.Cap != 20 {
		t.Errorf("%+v, %v", out, err)
	}

	// Whoever changes a counter beside the acts is seen.
	_, err = w.store.Commit(context.Background(), store.Commit{Key: w.key(), Request: "x", At: w.clock(), Counters: []store.Add{{Counter: round.PlaceCounter(rd.ID, "tap_the"), N: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	b.get("/rounds/"+rd.ID+"/ledger").want(t, 200, `id="unbalanced"`, "Tập thể: số chỗ còn khác sổ")
}

func TestProgramOfAnAdministratorAmendsCaps(t *testing.T) {
	w := newTown(t)
	rd := w.openRound("bk-2023")
	admin := w.person("quantri@bk.vn", "", people.Admin)
	token, err := w.access.MintToken(context.Background(), w.key(), people.Actor{Person: admin}, "caps", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	prog := w.browser()
	prog.header.Set("Authorization", "Bearer "+token)
	in := map[string]any{"caps": map[string]int{"tap_the": 1, "ca_nhan": 2}, "number": "7/KH-UBND", "date": "2023-11-02"}
	prog.json("POST", "/api/rounds/"+rd.ID+"/caps", in).want(t, 204)
	in["number"] = ""
	prog.json("POST", "/api/rounds/"+rd.ID+"/caps", in).want(t, 422, "số, ký hiệu")
	in["extra"] = 1
	prog.json("POST", "/api/rounds/"+rd.ID+"/caps", in).want(t, 422, "bad-json")
	head := w.signIn(w.known(rd.Settings.Head[0]))
	head.get("/rounds/"+rd.ID+"/ledger").want(t, 200, "7/KH-UBND")
	if strings.Contains(head.last.body, "change-caps") {
		t.Error("a head is offered to change caps")
	}
	head.get("/help")
	head.send("/rounds/"+rd.ID+"/caps", url.Values{"_token": {head.token()}}).want(t, 403)
}
