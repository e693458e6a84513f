package house

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/objects"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/pdftext/pdftest"
	"hoso/shared/store"
	"hoso/shared/verify"
	"hoso/shared/yearly"
)

// TestAReportFromTheProgramToTheAuditor sends reports as a unit's program does,
// through the portal, the object store and the reader: one with a secrecy mark,
// which does not stay, one that is no PDF, and one that is received. What is
// entered is what verify hashes.
func TestAReportFromTheProgramToTheAuditor(t *testing.T) {
	ctx := context.Background()
	p := newProgram(t)
	plans, err := campaign.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := campaign.Find(plans, "bac-kan-2022-2025")
	if err != nil {
		t.Fatal(err)
	}
	strict := false
	id, err := p.h.rooms.yearly.Open(ctx, "duty", p.admin, plan, yearly.Opening{
		Year: p.h.Clock.Now().Year(), Inclusive: &strict, DayOff: yearly.Keep, Units: []string{"u"}, Counts: []string{"Số sáng kiến"},
	})
	if err != nil {
		t.Fatal(err)
	}
	at := "/api/reports/" + id
	send := func(data []byte) string {
		t.Helper()
		var slot struct {
			ID   string
			Form objects.Form
		}
		if status := p.call(http.MethodPost, at+"/uploads", map[string]any{"size": len(data), "sha256": hash(string(data))}, &slot); status != http.StatusCreated {
			t.Fatal(status)
		}
		k := ticket{}
		k.Upload.Method, k.Upload.URL, k.Upload.Fields = http.MethodPost, slot.Form.URL, slot.Form.Fields
		if status := k.send(t, data); status >= 400 {
			t.Fatal(status)
		}
		return slot.ID
	}
	var said map[string]any
	secret := send(marked())
	if status := p.call(http.MethodPost, at, map[string]any{"upload": secret}, &said); status != http.StatusUnprocessableEntity {
		t.Errorf("a file with a secrecy mark: %d", status)
	}
	versions := func(slot string) int {
		t.Helper()
		key, err := objects.UploadKey("yearly", id, slot)
		if err != nil {
			t.Fatal(err)
		}
		list, err := p.h.Objects.LatestVersions(ctx, Inbox, key)
		if err != nil && len(list) > 0 {
			t.Fatal(err)
		}
		return len(list)
	}
	if _, err := p.h.Sweep(ctx, quiet); err != nil {
		t.Fatal(err)
	}
	if n := versions(secret); n != 0 {
		t.Errorf("%d versions of it stay", n)
	}
	broken := send([]byte("%PDF-1.4 nothing more"))
	if status := p.call(http.MethodPost, at, map[string]any{"upload": broken}, &said); status != http.StatusUnprocessableEntity {
		t.Errorf("no PDF: %d", status)
	}
	good := send(pdftest.Doc("", pdftest.Line(72, 700, "An ordinary report of results")).Bytes())
	var got struct {
		Number, SHA256 string
		Late           bool
	}
	if status := p.call(http.MethodPost, at, map[string]any{"upload": good, "figures": map[string]string{"them-1": "7"}}, &got); status != http.StatusCreated || !strings.HasPrefix(got.Number, "BC-") || got.Late {
		t.Fatalf("%d %+v", status, got)
	}
	// What nobody entered goes in its time; what was entered stays.
	p.advance(dossier.CollectAfter + time.Minute)
	if _, err := p.h.Sweep(ctx, quiet); err != nil {
		t.Fatal(err)
	}
	if a, b, c := versions(secret), versions(broken), versions(good); a != 0 || b != 0 || c != 1 {
		t.Errorf("%d %d %d versions", a, b, c)
	}
	p.verify()
	var rep yearly.Report
	if _, err := store.Load(ctx, p.h.Store, yearly.ReportKey(id, "u"), &rep); err != nil {
		t.Fatal(err)
	}
	spoil(t, filepath.Join(p.dir, "objects"), got.SHA256)
	found, err := verify.Verify(ctx, verify.Sources{Store: p.h.Store, Objects: s3gateway.Disk{Dir: p.dir}, Refs: verify.RecordRefs(Archive)}, verify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	named := false
	for _, f := range found.Findings {
		named = named || strings.Contains(f.Where, good)
	}
	if !named {
		t.Errorf("a report that was changed is not named: %+v", found.Findings)
	}
}

// spoil changes one byte of the file below dir with a digest.
func spoil(t *testing.T, dir, digest string) {
	t.Helper()
	done := false
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || done {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil || hash(string(b)) != digest {
			return err
		}
		b[len(b)/2] ^= 1
		done = true
		return os.WriteFile(path, b, 0o600)
	})
	if err != nil || !done {
		t.Fatalf("no file to change: %v", err)
	}
}
