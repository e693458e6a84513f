package validate

import (
	"slices"
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/viettext"
)

// delegated are the ways in which somebody signs for the head.
var delegated = map[string]bool{"KT.": true, "Q.": true, "TUQ.": true}

// subordinates head parts of a body, or none: they do not sign for the whole.
var subordinates = []string{"trưởng phòng", "trưởng ban", "trưởng khoa", "trưởng bộ phận", "tổ trưởng", "chánh văn phòng", "kế toán", "chuyên viên", "văn thư", "thư ký", "cán bộ", "nhân viên"}

// letterSigner asks whether whoever signed the letter may: the head, or
// another with KT., Q. or TUQ. A phòng does not sign for the people's
// committee, nor does TL. do for a proposal.
func (c *dossierCase) letterSigner() {
	p, ok := c.letter()
	if !ok || p.doc.SignTitle == "" {
		return
	}
	title, issuer := c.key(p.doc.SignTitle), c.key(viettext.ExpandBody(p.doc.Issuer))
	switch {
	case slices.ContainsFunc(strings.Fields(p.doc.Authority), func(a string) bool { return delegated[a] }):
		return
	case strings.HasPrefix(title, "phó "):
		if strings.Contains(title, "phụ trách") || strings.Contains(title, "quyền") || c.saysDelegated(p) {
			return
		}
	case !beneath(title, issuer) || c.saysDelegated(p):
		return
	}
	f := quoted(at(p), p, "chuc_danh_ky", "quyen_ky")
	f.Field, f.Found = "chuc_danh_ky", strings.TrimSpace(p.doc.Authority+" "+p.doc.SignTitle)
	f.Expected = p.doc.Issuer
	f.Doubtful = f.Doubtful || p.blind || p.unsure("co_quan_ban_hanh") || p.doc.Evidence["chuc_danh_ky"].Source == ""
	c.tell("SIGNER_NOT_AUTHORISED", f, english{})
}

// saysDelegated looks for KT., Q. or TUQ. at the start of a line: the reader
// may have missed it.
func (c *dossierCase) saysDelegated(p part) bool {
	for _, l := range strings.Split(p.text(), "\n") {
		l = strings.TrimSpace(l)
		for _, a := range []string{"KT.", "Q.", "TUQ.", "KT ", "TUQ "} {
			if strings.HasPrefix(l, a) {
				return true
			}
		}
	}
	return false
}

// beneath reports a title that heads only a part of the issuer.
func beneath(title, issuer string) bool {
	if issuer == "" {
		return false
	}
	for _, s := range subordinates {
		if !strings.HasPrefix(title, s) {
			continue
		}
		_, head, two := strings.Cut(s, "trưởng ")
		if s == "chánh văn phòng" {
			head, two = "văn phòng", true
		}
		if s == "tổ trưởng" {
			head, two = "tổ", true
		}
		return !two || !strings.HasPrefix(issuer, head+" ") && issuer != head
	}
	return false
}

// minutesSigners looks for both chair and secretary where minutes are signed.
// It rests on the layout of the page and so only asks.
func (c *dossierCase) minutesSigners() {
	for _, m := range c.minutes {
		if m.blind || m.doc.Signed != nil && !*m.doc.Signed {
			continue // the one is unknown, the other told already
		}
		tail := c.tail(m)
		if tail == "" {
			continue
		}
		missing, en := "", ""
		switch {
		case !c.signs(tail, m.doc.Chair, "chủ trì", "chủ toạ", "chủ tịch", "tm."):
			missing, en = "chủ trì", "chair"
		case !c.signs(tail, m.doc.Secretary, "thư ký", "người ghi biên bản"):
			missing, en = "thư ký", "secretary"
		case m.doc.Evidence["da_ky"].Source == reading.FromText && strings.Count(tail, "đã ký") == 1:
			missing, en = "một trong hai người", "one of the two"
		default:
			continue
		}
		f := quoted(at(m), m, "da_ky")
		f.Field, f.Found, f.Doubtful = "da_ky", missing, true
		c.tell("MINUTES_SIGNERS", f, english{found: en})
	}
}

// tail gives the last lines of a document as one Key.
func (c *dossierCase) tail(p part) string {
	lines := strings.Split(strings.TrimSpace(p.text()), "\n")
	return viettext.Key(strings.Join(lines[max(0, len(lines)-24):], " \n "))
}

// signs reports whether a name, or a role where no name was read, stands in
// the tail.
func (c *dossierCase) signs(tail, name string, roles ...string) bool {
	if name != "" && strings.Contains(tail, c.key(name)) {
		return true
	}
	if name != "" {
		return false
	}
	for _, r := range roles {
		if strings.Contains(tail, r) {
			return true
		}
	}
	return false
}

// confirmations looks at who confirmed each report.
func (c *dossierCase) confirmations() {
	for _, r := range c.reports {
		d := r.doc
		f := quoted(at(r), r, "xac_nhan")
		f.Nominee, f.Loai, f.Field = d.Name, dossier.Kind(d.NomineeKind), "xac_nhan"
		if d.Confirmed != nil && !*d.Confirmed {
			f.Doubtful = f.Doubtful || r.blind
			c.tell("MISSING_CONFIRMATION", f, english{})
			continue
		}
		if d.ConfirmedBy == "" {
			continue
		}
		f = quoted(at(r), r, "nguoi_xac_nhan")
		f.Nominee, f.Loai, f.Field, f.Found = d.Name, dossier.Kind(d.NomineeKind), "nguoi_xac_nhan", d.ConfirmedBy
		if d.NomineeKind == reading.Individual && c.nameKey(d.ConfirmedBy, reading.Individual) == c.nameKey(d.Name, reading.Individual) {
			c.tell("SELF_CONFIRMATION", f, english{})
			continue
		}
		if body := c.confirmingBody(r); body != "" {
			f.Found = body
			c.tell("CONFIRMED_BY_OTHER", f, english{})
		}
	}
}

// confirmingBody gives the body named in the confirmation if it is neither the
// nominee's unit, nor above it, nor the submitting body.
func (c *dossierCase) confirmingBody(r part) string {
	p, ok := c.letter()
	if ok && p.doc.SignedBy != "" && c.key(p.doc.SignedBy) == c.key(r.doc.ConfirmedBy) {
		return ""
	}
	named := confirmedIn(r.text(), r.doc.ConfirmedBy)
	if named == "" {
		return ""
	}
	own := []string{r.doc.Issuer, r.doc.Parent, r.doc.Unit, r.doc.Name, c.rules.Agency}
	if ok {
		own = append(own, p.doc.Issuer, p.doc.Parent)
	}
	for _, e := range c.list {
		if e.report.at >= 0 && c.reports[e.report.at].doc == r.doc {
			own = append(own, e.n.Unit)
		}
	}
	for _, o := range own {
		if o != "" && (c.sameUnit(o, named) != viettext.Different || strings.Contains(c.key(o), c.key(named))) {
			return ""
		}
	}
	return named
}

// confirmedIn gives the body that a line "XÁC NHẬN CỦA …" or the line "TM. …"
// below it names, "" where it says only "thủ trưởng đơn vị" and the like.
func confirmedIn(text, by string) string {
	lines := strings.Split(text, "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if !strings.Contains(lines[i], "XÁC NHẬN") && !strings.Contains(lines[i], "ác nhận") {
			continue
		}
		k := viettext.Key(lines[i])
		_, of, ok := strings.Cut(k, "xác nhận của ")
		if !ok || len(k) > 160 {
			continue
		}
		if b := bodyIn(of); b != "" {
			return b
		}
		for _, l := range lines[i+1 : min(len(lines), i+6)] {
			l = viettext.Key(l)
			if l == viettext.Key(by) {
				break
			}
			if rest, ok := strings.CutPrefix(l, "tm. "); ok {
				return bodyIn(rest)
			}
		}
		return ""
	}
	return ""
}

// bodyIn gives the body of "giám đốc sở y tế", "" if no body is named.
func bodyIn(k string) string {
	for {
		cut := false
		for _, t := range append([]string{"lãnh đạo ", "người đứng đầu ", "phó "}, deciderTitles...) {
			if rest, ok := strings.CutPrefix(k, t); ok {
				k, cut = rest, true
			}
		}
		if !cut {
			break
		}
	}
	for _, h := range bodyHeads {
		if strings.HasPrefix(k, h) {
			return k
		}
	}
	return ""
}
