package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// listed puts entries on the round's list.
func (w *town) listed(rd string, es ...round.Entry) {
	w.Helper()
	var l round.List
	rev, err := store.Load(context.Background(), w.store, round.ListKey(rd), &l)
	if err != nil {
		w.Fatal(err)
	}
	l.Entries, l.Version = es, l.Version+1
	if _, err := w.store.Commit(context.Background(), store.Commit{Key: w.key(), Request: "list", At: w.clock(), Writes: []store.Write{store.Put(round.ListKey(rd), rev, l)}}); err != nil {
		w.Fatal(err)
	}
}

func TestTheListIsAPageFilesAndALetter(t *testing.T) {
	w := newTown(t)
	rd := w.openRound("bk-2023")
	b := w.signIn(w.person("quantri@bk.vn", "", people.Admin))
	b.get("/rounds/"+rd.ID+"/list").want(t, 200, "Chưa có ai trong danh sách")
	b.get("/rounds/"+rd.ID+"/letter.docx").want(t, 404)
	evil := `=cmd|'/c calc'!A1`
	w.listed(
		rd.ID,
		round.Entry{Kind: dossier.Individual, Dossier: "d", Nominee: "1", Name: evil, Position: "+84 912", UnitName: "@SUM(1)", Score: 8550, Selection: 1, Place: round.Taken},
		round.Entry{Kind: dossier.Collective, Dossier: "d", Nominee: "2", Name: "Phòng Văn hóa <b>", UnitName: "Sở Y tế", Score: 9000, Selection: 1, Place: round.Taken},
		round.Entry{Kind: dossier.Individual, Dossier: "d", Nominee: "3", Name: "Người bị từ chối", UnitName: "Sở Y tế", Selection: 1, Place: round.Released, Review: dossier.RefusedOne},
	)
	b.get("/rounds/"+rd.ID+"/list").want(t, 200, "85,5", "Phòng Văn hóa &lt;b&gt;", `id="letter-docx"`, "đã trả lại")
	rows, err := csv.NewReader(strings.NewReader(b.get("/rounds/" + rd.ID + "/list?as=csv").body)).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v, %v", rows, err)
	}
	if rows[1][0] != "Phòng Văn hóa <b>" || rows[2][0] != "'"+evil {
		t.Errorf("%q", rows)
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("cell %q would run", cell)
			}
		}
	}
	x, err := excelize.OpenReader(strings.NewReader(b.get("/rounds/" + rd.ID + "/list?as=xlsx").body))
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range []string{"A3", "C3", "D3"} {
		if f, err := x.GetCellFormula("Sheet1", cell); err != nil || f != "" {
			t.Errorf("%s holds a formula %q %v", cell, f, err)
		}
	}
	a := b.get("/rounds/" + rd.ID + "/letter.docx")
	a.want(t, 200)
	z, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"SỞ TT&amp;TT", "cho 01 tập thể và 01 cá nhân", "Phòng Văn hóa &lt;b&gt;", "Căn cứ Luật Thi đua, khen thưởng", "Căn cứ Kế hoạch số"} {
		if !bytes.Contains(doc, []byte(want)) {
			t.Errorf("%q is not in the letter", want)
		}
	}
	if bytes.Contains(doc, []byte("Người bị từ chối")) {
		t.Error("who was refused is in the letter")
	}
	if pdf := b.get("/rounds/" + rd.ID + "/letter.pdf"); pdf.status != 200 || !strings.HasPrefix(pdf.body, "%PDF-") || pdf.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("%d %q", pdf.status, pdf.header.Get("Content-Type"))
	}
	b.get("/api/rounds/"+rd.ID+"/list").want(t, 200, `"digest"`, `"place":"taken"`)
	w.signIn(w.person("donvi@bk.vn", w.unit("Sở Y tế"), people.Submitter)).get("/rounds/"+rd.ID+"/letter.pdf").want(t, 403)
}
