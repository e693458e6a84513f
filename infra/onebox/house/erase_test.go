package house

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"mime/quotedprintable"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/bag"
	"hoso/shared/dossier"
	"hoso/shared/erasure"
	"hoso/shared/evidence"
	"hoso/shared/objects"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/verify"
)

// erase has texts about a dossier, or the round, erased by two persons.
func (p *play) erase(key, dossierID, text string) erasure.Erasure {
	p.t.Helper()
	ctx := context.Background()
	all, err := erasure.Texts(ctx, p.h.facts(), theRound, dossierID)
	if err != nil {
		p.t.Fatal(err)
	}
	a := erasure.Asking{Dossier: dossierID, Number: "7/QĐ-STTTT", Date: p.h.Clock.Now().Format(time.DateOnly), Ground: erasure.Requested, Reason: "Người được nêu yêu cầu."}
	for _, t := range all {
		if t.Text == text {
			a.Texts = append(a.Texts, t.Ref)
		}
	}
	n, err := p.h.rooms.erasure.Ask(ctx, "ask/"+key, p.admin, theRound, a)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.h.rooms.erasure.Decide(ctx, "erase/"+key, p.head, theRound, n, true); err != nil {
		p.t.Fatal(err)
	}
	return get[erasure.Erasure](p.t, p.h, erasure.Key(theRound, n))
}

// holding names the files of the data folder that hold the text, mails decoded.
func (p *play) holding(text string) (out []string) {
	p.t.Helper()
	err := filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if filepath.Ext(path) == ".eml" {
			// What is not quoted-printable is read as far as it goes.
			plain, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(b)))
			b = append(b, plain...)
		}
		if bytes.Contains(b, []byte(text)) {
			rel, _ := filepath.Rel(p.dir, path)
			out = append(out, rel)
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// sealed gives a dossier's package, which both checks pass.
func (p *play) sealed(id string) *bag.Package {
	p.t.Helper()
	ctx := context.Background()
	d := p.h.dossierNow(p.t, id)
	body, _, err := p.h.Objects.Open(ctx, objects.Ref{Bucket: d.Package.Bucket, Key: d.Package.Key, Version: d.Package.Version})
	if err != nil {
		p.t.Fatal(err)
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := body.Close(); err != nil {
		p.t.Fatal(err)
	}
	if rep, err := verify.Package(ctx, bytes.NewReader(raw), int64(len(raw)), verify.Options{}); err != nil || !rep.OK() {
		p.t.Errorf("%s: %+v, %v", id, rep.Findings, err)
	}
	file := filepath.Join(p.t.TempDir(), "p.zip")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		p.t.Fatal(err)
	}
	if python, err := exec.LookPath("python3"); err != nil {
		p.t.Log("no python3: the independent checker is not run")
	} else if out, err := exec.Command(python, filepath.Join(here, "../../../shared/verify/verify_package.py"), file).CombinedOutput(); err != nil {
		p.t.Errorf("%s: %v\n%s", id, err, out)
	}
	b, err := bag.Open(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		p.t.Fatal(err)
	}
	return b
}

// TestAnErasedTextIsNowhereAndEverythingVerifies erases one text before a
// dossier is sealed and another after it, and looks for them everywhere.
func TestAnErasedTextIsNowhereAndEverythingVerifies(t *testing.T) {
	const contest = "Hồ sơ này thuộc phong trào khác, cơ quan thường trực đã đồng ý."
	const why = "Bà Lê Thị Ánh đang điều trị dài ngày."
	ctx := context.Background()
	p := newPlay(t, "S01", "S02")
	if len(p.holding(contest)) == 0 {
		t.Fatal("the unit contested nothing: there is nothing to erase")
	}
	p.erase("before", p.ids[1], contest)
	p.close()
	if err := p.h.rooms.selection.PrepareNone(ctx, "none", p.admin, theRound, why); err != nil {
		t.Fatal(err)
	}
	sel := get[round.Selection](t, p.h, round.SelectionKey(theRound, 1))
	if err := p.h.rooms.selection.Confirm(ctx, "conf", p.head, theRound, 1, sel.Shown(p.list())); err != nil {
		t.Fatal(err)
	}
	for _, id := range p.ids {
		eventually(t, "sealed", func() bool { return p.h.dossierNow(t, id).Sealed })
	}
	page, err := p.sealed(p.ids[1]).Bytes(bag.PageFile)
	if err != nil || bytes.Contains(page, []byte(contest)) || !bytes.Contains(page, []byte("đã xóa theo quyết định")) || !bytes.Contains(page, []byte(why)) {
		t.Errorf("the package made after the first erasure and before the second: %v", err)
	}

	e := p.erase("after", "", why)
	if slices.IndexFunc(p.holding(why), func(f string) bool { return strings.HasPrefix(f, "hoso.db") }) < 0 {
		t.Error("the database's files do not hold what was just erased: this test would not see it")
	}
	if _, err := p.h.Advance(ctx, 24*time.Hour); err != nil {
		t.Fatal(err)
	}
	eventually(t, "files rewritten", func() bool { return !get[erasure.Erasure](t, p.h, erasure.Key(theRound, e.N)).Wiped.IsZero() })

	if left := p.holding(contest); len(left) > 0 {
		t.Errorf("erased before anything was sealed, and still in %v", left)
	}
	for _, f := range p.holding(why) {
		if !strings.Contains(f, "packages/") {
			t.Errorf("erased, and still in %s", f)
		}
	}
	// Nor can it be guessed from what is kept of requests.
	for what, guess := range map[string][]any{"reason": {"prepare-none", p.admin.ID, theRound, why}} {
		if in := p.holding(act.Digest(guess)); len(in) > 0 {
			t.Errorf("a guess at the %s is confirmed by %v", what, in)
		}
	}
	p.unseen(why, contest)
	p.verify()
	for _, id := range p.ids {
		p.sealed(id)
	}
	var told int
	for _, chain := range []string{round.Chain(theRound), dossier.Chain(p.ids[1])} {
		events, err := p.h.facts().Events(ctx, chain, 0, 200)
		if err != nil {
			t.Fatal(err)
		}
		for _, placed := range events {
			if ev, err := evidence.Read(placed); err == nil && ev.Type == evidence.TextErased && ev.Actor == p.head.ID {
				told++
			}
		}
	}
	if told != 2 {
		t.Errorf("%d events tell of two erasures", told)
	}
}

// unseen asks for the pages and answers that showed texts, as everybody who
// saw them.
func (p *play) unseen(texts ...string) {
	p.t.Helper()
	d := p.h.dossierNow(p.t, p.ids[1])
	unit := get[people.Person](p.t, p.h, people.Key(d.OpenedBy))
	auditor := person(p.t, p.h, "Kiểm tra", "", people.Auditor)
	for who, paths := range map[*people.Person][]string{
		&unit:           {"/dossiers/" + d.ID, "/api/dossiers/" + d.ID, "/api/dossiers/" + d.ID + "/findings"},
		&p.admin.Person: {"/records/" + d.ID, "/rounds/r1", "/rounds/r1/list", "/rounds/r1/list?as=csv", "/rounds/r1/ledger", "/rounds/r1/ranking", "/rounds/r1/erasures", "/rounds/r1/erasures/2", "/rounds/r1/erasures/new", "/api/rounds/r1/erasures/texts"},
		&auditor.Person: {"/records/" + d.ID, "/rounds/r1/erasures/1", "/search?q=Lê+Thị+Ánh", "/search?q=điều+trị"},
		&p.appr.Person:  {"/tasks/" + round.TaskID(d.ID, 1, "so-tttt")},
		&p.head.Person:  {"/rounds/r1/erasures/2"},
	} {
		cookie := p.session(p.t, *who)
		said := false
		for _, path := range paths {
			r := httptest.NewRequest("GET", "http://portal.test"+path, nil)
			r.AddCookie(cookie)
			rec := httptest.NewRecorder()
			p.h.portal.ServeHTTP(rec, r)
			body := rec.Body.String()
			if rec.Code != 200 {
				p.t.Errorf("%s as %s: %d", path, who.Name, rec.Code)
			}
			for _, text := range texts {
				quoted, err := json.Marshal(text)
				if err != nil || strings.Contains(body, text) || strings.Contains(body, strings.Trim(string(quoted), `"`)) {
					p.t.Errorf("%s as %s shows what was erased", path, who.Name)
				}
			}
			said = said || strings.Contains(body, "đã xóa theo quyết định")
		}
		if who == &unit && !said {
			p.t.Errorf("no page says to %s that something was erased", who.Name)
		}
	}
}
