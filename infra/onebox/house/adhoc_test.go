package house

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/papers"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/store"
)

// decisionPDF draws the signed decision on those named.
func decisionPDF(t *testing.T, number string, day time.Time, names ...string) []byte {
	t.Helper()
	x := papers.Paper{
		Organ: "ỦY BAN NHÂN DÂN TỈNH BẮC KẠN", Number: number, Place: "Bắc Kạn", Date: fmt.Sprintf("ngày %d tháng %d năm %d", day.Day(), day.Month(), day.Year()),
		Type: "QUYẾT ĐỊNH", Subject: "Về việc tặng Bằng khen thành tích xuất sắc đột xuất", Body: []string{"Tặng Bằng khen cho các tập thể, cá nhân sau:"},
		Signer: []string{"CHỦ TỊCH"}, Made: day,
	}
	for i, n := range names {
		x.Body = append(x.Body, fmt.Sprintf("%d. %s", i+1, n))
	}
	b, err := x.PDF()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAnAdHocDossierLivesFromUploadToArchive brings whole PDFs along the ad-hoc
// line: read, judged, appraised, decided on alone by a decision that is read
// and compared, sealed with it, found in the register; the round beside it
// keeps its places, and an auditor finds nothing wrong.
func TestAnAdHocDossierLivesFromUploadToArchive(t *testing.T) {
	p, ctx := newPlay(t), context.Background()
	h := p.h
	before, list := p.round(), p.list()
	s := before.Settings
	s.AdHoc, s.Name, s.Caps, s.Closes, s.Steps = true, "Khen thưởng đột xuất", nil, time.Time{}, s.DossierSteps()
	p.to = "line"
	if err := h.rooms.board.Open(ctx, "open-line", p.admin, p.to, s); err != nil {
		t.Fatal(err)
	}
	id := p.submit(0, "S01")
	p.ids = []string{id}
	d := h.dossierNow(t, id)
	if !d.AdHoc || d.Deciding == "" || d.Holder == "" || d.Due.IsZero() {
		t.Fatalf("it waits for nobody: %+v", d)
	}
	var names []string
	for _, n := range d.Nominees {
		names = append(names, n.Name)
	}
	number, today := "77/QĐ-UBND", h.Clock.Now()
	pdf := decisionPDF(t, number, today, names[1:]...) // the first is left out
	slot, err := h.rooms.decision.OpenSlot(ctx, "slot", p.clerk1, d.Deciding, int64(len(pdf)), hash(string(pdf)))
	if err != nil {
		t.Fatal(err)
	}
	put, err := h.Objects.PresignPut(ctx, objects.Upload{Key: slot.Key, Size: slot.Size, SHA256: slot.SHA256, ContentType: "application/pdf", Life: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequest(http.MethodPut, put.URL, bytes.NewReader(pdf))
	for k, v := range put.Headers {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(res, err)
	}
	res.Body.Close()
	up, err := h.rooms.decision.Uploaded(ctx, p.to, slot.ID)
	if err != nil {
		t.Fatal(err)
	}
	up.Number, up.Date = number, today.Format(time.DateOnly)
	if err := h.rooms.decision.EnterOne(ctx, "enter", p.clerk1, d.Deciding, decision.EnteringOne{Outcome: round.AdHocAward, Entering: up}); err != nil {
		t.Fatal(err)
	}
	a := get[round.AdHoc](t, h, round.AdHocKey(id))
	if !a.Read || len(a.Differences) != 1 || a.Differences[0].Code != round.LeftOut || a.Differences[0].Name != names[0] {
		t.Fatalf("read %v, differences %+v; the decision leaves out %s", a.Read, a.Differences, names[0])
	}
	say := decision.Confirming{Shown: decision.ShownOne(a, d), LeftOut: []string{a.Differences[0].Entry}}
	if err := h.rooms.decision.ConfirmOne(ctx, "c0", p.clerk2, d.Deciding, say); fault.CodeOf(err) != "differences" {
		t.Errorf("differences go unexplained: %v", err)
	}
	say.Note = "Quyết định không nêu tên người đầu tiên."
	if err := h.rooms.decision.ConfirmOne(ctx, "c1", p.clerk2, d.Deciding, say); err != nil {
		t.Fatal(err)
	}
	eventually(t, "sealed", func() bool { return h.dossierNow(t, id).Sealed })
	d = h.dossierNow(t, id)
	if d.State != dossier.Awarded || len(d.Awarded()) != len(names)-1 {
		t.Errorf("%s, awarded %v of %d", d.State, d.Awarded(), len(names))
	}
	body, _, err := h.Objects.Open(ctx, objects.Ref{Bucket: d.Package.Bucket, Key: d.Package.Key, Version: d.Package.Version})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(body)
	body.Close()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.HasSuffix(f.Name, "decisions/quyet-dinh.pdf") }) {
		t.Error("the package lacks the decision")
	}
	eventually(t, "registered", func() bool {
		s, err := h.facts().Query(ctx, register.Awards, "awards", store.Page{})
		return err == nil && len(s.Records) == len(names)-1
	})
	if after := p.round(); after.State != before.State || len(p.list().Entries) != len(list.Entries) {
		t.Error("the round beside it changed")
	}
	p.verify()
}
