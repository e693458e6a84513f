package player

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hoso/infra/onebox/player/pdfs"
)

// complete lets a person read the scanned papers and type what the machine
// could not read: on the page of each document, beside its picture.
func (p *Play) complete(ctx context.Context, f *dossierFile) error {
	who := p.submitter(f)
	if err := who.Open(ctx, "/dossiers/"+f.ID+"/files"); err != nil {
		return err
	}
	var pages []string
	for _, l := range who.Page.Links() {
		if strings.HasPrefix(l.Href, "/dossiers/"+f.ID+"/documents/") && !contains(pages, l.Href) {
			pages = append(pages, l.Href)
		}
	}
	if want := len(f.Nominees) + 2; len(pages) != want {
		return fmt.Errorf("trang tệp có %d tài liệu, phải là %d", len(pages), want)
	}
	for i, page := range pages {
		facts := f.facts(p.day, i)
		if err := who.fillIn(ctx, page, facts); err != nil {
			return fmt.Errorf("%s: %w", facts.kind, err)
		}
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// facts are what a person reads from a paper: fields of the document, and of
// each nominee in it.
type facts struct {
	kind     string
	fields   map[string]string
	nominees []map[string]string
}

// facts gives what stands in the i-th paper of a case.
func (f *dossierFile) facts(day time.Time, i int) facts {
	w := f.written(day, 1)
	switch i {
	case 0:
		l := w.letter
		out := facts{kind: slotLetter, fields: map[string]string{
			"so_ky_hieu": l.Number + "/TTr-" + l.From.Symbol, "ngay_ban_hanh": l.Date.Format("02/01/2006"),
			"nguoi_ky": l.From.Head, "chuc_danh_ky": l.From.Title, "da_ky": "true",
		}}
		for _, n := range l.Nominees {
			out.nominees = append(out.nominees, map[string]string{"ten": n.Name, "loai": kindOf(n), "chuc_vu": n.Position, "don_vi": n.Unit})
		}
		return out
	case 1:
		m := w.minutes
		out := facts{kind: slotMinutes, fields: map[string]string{
			"ngay_hop": m.Met.Format("02/01/2006"), "so_thanh_vien": fmt.Sprint(m.Members),
			"so_co_mat": fmt.Sprint(m.Present), "da_ky": "true",
		}}
		for _, v := range m.Votes {
			out.nominees = append(out.nominees, map[string]string{"ten": v.Name, "loai": kindOf(v.Nominee), "phieu_dong_y": fmt.Sprint(v.For), "phieu_tong": fmt.Sprint(v.Of)})
		}
		return out
	}
	n := f.Nominees[i-2]
	return facts{kind: slotReport, fields: map[string]string{
		"ten": n.Name, "loai": kindOf(n), "ngay_sinh": n.Birth.Format("02/01/2006"),
		"chuc_vu": n.Position, "don_vi": n.Unit, "xac_nhan": "true", "nguoi_xac_nhan": f.Office.Head,
	}}
}

func kindOf(n pdfs.Nominee) string {
	if n.Collective {
		return "tap_the"
	}
	return "ca_nhan"
}

// fillIn types the facts into the page of a document, in as many rounds as
// the page needs: its kind, then its fields, then a nominee at a time.
func (p *Person) fillIn(ctx context.Context, page string, want facts) error {
	for range 3 + 2*len(want.nominees) {
		if err := p.Open(ctx, page); err != nil {
			return err
		}
		form := p.Page.Form("fields")
		if !want.lay(form) {
			return nil
		}
		if err := p.Submit(ctx, form); err != nil {
			return err
		}
	}
	return fmt.Errorf("trang %s không nhận hết các mục đã nhập", page)
}

// lay puts into the form what it does not hold yet; false if it holds all.
func (want facts) lay(form *Form) bool {
	changed := false
	put := func(name, value string) {
		if form.Has(name) && form.Values.Get(name) != value {
			form.Set(name, value)
			changed = true
		}
		if form.Has("ok." + name) {
			form.Set("ok."+name, "1")
			changed = true
		}
	}
	if form.Has("v.0.-1.kind") {
		put("v.0.-1.kind", want.kind)
	}
	for field, value := range want.fields {
		put("v.0.-1."+field, value)
	}
	for i, n := range want.nominees {
		for field, value := range n {
			put(fmt.Sprintf("v.0.%d.%s", i, field), value)
		}
	}
	// Whatever else the page asks about is as the machine read it.
	for _, ok := range form.Names("ok.") {
		if form.Values.Get(ok) == "" {
			form.Set(ok, "1")
			changed = true
		}
	}
	return changed
}
