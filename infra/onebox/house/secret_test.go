package house

import (
	"context"
	"fmt"
	"testing"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/pdftext/pdftest"
	"hoso/shared/reading"
	"hoso/shared/submission"
)

// marked is a letter that bears a secrecy mark under its number.
func marked() []byte {
	p := pdftest.NewTyped()
	p.Show(80, 780, 13, "", "ỦY BAN NHÂN DÂN")
	p.Show(330, 780, 13, "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
	p.Show(80, 745, 13, "", "Số: 12/TTr-UBND")
	p.Show(90, 715, 14, "", "TỐI MẬT")
	for i := range 14 {
		p.Show(80, 560-20*float64(i), 13, "", fmt.Sprintf("Dòng thứ %d của một văn bản về khen thưởng", i))
	}
	return p.File("", nil)
}

// TestAFileWithASecrecyMarkDoesNotStay: its bytes go with the next sweep, also
// where a submission had pinned them, later ones under the same signature go
// too, and the history says so.
func TestAFileWithASecrecyMarkDoesNotStay(t *testing.T) {
	ctx := context.Background()
	p := newProgram(t)
	secret := p.plain("mật.pdf")
	if status := secret.send(t, marked()); status >= 400 {
		t.Fatal(status)
	}
	plain := p.ask("thường.pdf", "PUT", pdftest.Doc("", pdftest.Line(72, 700, "An ordinary line")).Bytes())
	if status := plain.send(t, pdftest.Doc("", pdftest.Line(72, 700, "An ordinary line")).Bytes()); status >= 400 {
		t.Fatal(status)
	}
	if _, err := p.h.rooms.submission.Submit(ctx, "submit", p.sub, p.id, submission.Submitting{}); err != nil {
		t.Log(err) // refused where the file was read before: it is pinned or not
	}
	p.files()
	d := p.document(secret.Document)
	if d.State != dossier.Rejected || d.Problem == nil || d.Problem.Code != reading.CodeSecret || !d.Barred {
		t.Fatalf("%+v", d)
	}
	if _, err := p.h.Sweep(ctx, quiet); err != nil {
		t.Fatal(err)
	}
	if v := p.versions(secret.Document); len(v) != 0 {
		t.Errorf("bytes stay: %v", v)
	}
	if status := secret.send(t, marked()); status < 400 { // the signature still stands
		p.advance(dossier.CollectAfter + time.Minute)
		if _, err := p.h.Sweep(ctx, quiet); err != nil {
			t.Fatal(err)
		}
		if v := p.versions(secret.Document); len(v) != 0 {
			t.Errorf("later bytes stay: %v", v)
		}
	}
	if n := p.eventsOf(secret.Document, "document.secret-removed"); n == 0 {
		t.Error("the history does not say that the bytes went")
	}
	if v := p.versions(plain.Document); len(v) != 1 {
		t.Errorf("an ordinary file has %d versions", len(v))
	}
	if d := p.document(secret.Document); !d.Collect.IsZero() {
		t.Errorf("still looked for: %s", d.Collect)
	}
	p.verify()
}
