package validate

import (
	"fmt"
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/viettext"
)

// counts holds the numbers stated in the request sentence against the list.
// A number left blank states none.
func (c *dossierCase) counts() {
	p, ok := c.letter()
	if !ok {
		return
	}
	check := func(stated *int, kind dossier.Kind, field string) {
		n := c.listed(kind)
		if stated == nil || *stated == n {
			return
		}
		f := quoted(at(p), p, field)
		f.Loai, f.Field, f.Expected, f.Found = kind, field, fmt.Sprint(*stated), fmt.Sprint(n)
		f.Doubtful = f.Doubtful || p.blind || p.unsure("nominees") || c.anyUnsure()
		c.tell("COUNT_MISMATCH", f, english{})
	}
	check(p.doc.StatedCollectives, dossier.Collective, "so_luong_tap_the")
	check(p.doc.StatedIndividuals, dossier.Individual, "so_luong_ca_nhan")
}

// minutesList holds the letter's list against those the minutes speak of.
func (c *dossierCase) minutesList() {
	p, ok := c.letter()
	if !ok || len(c.minutes) == 0 {
		return
	}
	doubtful := c.hides(dossier.Minutes) || p.unsure("nominees")
	for _, m := range c.minutes {
		doubtful = doubtful || m.unsure("nominees", "kind") || len(m.doc.Nominees) == 0
	}
	used := map[int]bool{}
	for _, e := range c.list {
		if e.vote.at >= 0 {
			used[e.vote.at] = true
			continue
		}
		f := at(c.minutes[0])
		f.Nominee, f.Loai, f.Expected = e.n.Name, dossier.Kind(e.n.Kind), e.n.Name
		f.Found = c.nearest(e.n.Name)
		f.Doubtful = doubtful || e.n.Unsure
		c.tell("NOMINEE_NOT_IN_MINUTES", f, english{})
	}
	for i, l := range c.lines {
		if used[i] || c.named(l.n) || c.fellThrough(l) {
			continue
		}
		f := at(l.part)
		f.Nominee, f.Loai = l.n.Name, dossier.Kind(l.n.Kind)
		c.tell("NOMINEE_NOT_IN_LETTER", f, english{})
	}
}

// nearest gives the name in the minutes that differs from name only in its
// marks: what was probably meant.
func (c *dossierCase) nearest(name string) string {
	folded := viettext.Fold(name)
	for _, l := range c.lines {
		if viettext.Fold(l.n.Name) == folded {
			return l.n.Name
		}
	}
	return ""
}

// named reports whether the letter has somebody of that name, in whatever line.
func (c *dossierCase) named(n *reading.Nominee) bool {
	for _, e := range c.list {
		if c.liken(e.n, n.Name) != unlike {
			return true
		}
	}
	return false
}

// fellThrough reports whether the votes of a line kept it off the letter: it
// is not missing there.
func (c *dossierCase) fellThrough(l line) bool {
	base := c.voteBase(l)
	if l.n.VotesFor == nil || base.n <= 0 {
		return false
	}
	least := c.rules.VotePct
	if least == 0 {
		least = 50
	}
	return short(*l.n.VotesFor, base.n, least)
}

// reportsOfAll looks for one report for each nominee, and for reports of
// nobody the letter proposes.
func (c *dossierCase) reportsOfAll() {
	p, ok := c.letter()
	if !ok {
		return
	}
	doubtful := c.hides(dossier.Report) || p.unsure("nominees")
	unread := c.mayHold(dossier.Report)
	for _, r := range c.reports {
		doubtful = doubtful || r.unsure("ten", "kind") || r.doc.Name == ""
	}
	for _, e := range c.list {
		if e.report.at >= 0 || unread {
			continue
		}
		f := at(p)
		f.Nominee, f.Loai = e.n.Name, dossier.Kind(e.n.Kind)
		f.Doubtful = doubtful || e.n.Unsure
		c.tell("MISSING_REPORT", f, english{})
	}
	if len(c.list) == 0 {
		return
	}
	for _, r := range c.reports {
		if r.doc.Name == "" || c.namedAs(r.doc) || c.named(&reading.Nominee{Name: r.doc.Name}) {
			continue
		}
		f := quoted(at(r), r, "ten")
		f.Found = r.doc.Name
		f.Doubtful = f.Doubtful || p.unsure("nominees")
		c.tell("REPORT_WITHOUT_NOMINEE", f, english{})
	}
}

// namedAs reports whether a report is the one of somebody in the letter.
func (c *dossierCase) namedAs(d *reading.Document) bool {
	for _, e := range c.list {
		if e.report.at >= 0 && c.reports[e.report.at].doc == d {
			return true
		}
	}
	return false
}

// variants asks about names that are spelt differently, and about units and
// posts that the letter and the report give differently.
func (c *dossierCase) variants() {
	for _, e := range c.list {
		if e.vote.at >= 0 {
			l := c.lines[e.vote.at]
			c.variant(e, e.vote.as, l.part, l.n.Name)
		}
		if e.report.at < 0 {
			continue
		}
		r := c.reports[e.report.at]
		c.variant(e, e.report.as, r, r.doc.Name)
		if e.n.Kind != reading.Individual {
			continue
		}
		if c.sameUnit(e.n.Unit, r.doc.Unit) == viettext.Different && !c.within(e.n.Unit, r.doc.Unit) {
			c.differs(e, r, "don_vi", e.n.Unit, r.doc.Unit)
		}
		if e.n.Position != "" && r.doc.Position != "" && !c.within(e.n.Position, r.doc.Position) {
			c.differs(e, r, "chuc_vu", e.n.Position, r.doc.Position)
		}
	}
}

func (c *dossierCase) variant(e entry, as likeness, p part, name string) {
	if as == alike {
		return
	}
	f := at(p)
	f.Field = "ten"
	f.Nominee, f.Loai, f.Expected, f.Found = e.n.Name, dossier.Kind(e.n.Kind), e.n.Name, name
	c.tell("NAME_VARIANT", f, english{})
}

func (c *dossierCase) differs(e entry, r part, field, letter, report string) {
	f := quoted(at(r), r, field)
	f.Field, f.Nominee, f.Loai, f.Expected, f.Found = field, e.n.Name, dossier.Kind(e.n.Kind), letter, report
	c.tell("NAME_VARIANT", f, english{})
}

// within reports that one wording holds the other: "Trưởng phòng" and
// "Trưởng phòng Tài chính huyện X".
func (c *dossierCase) within(a, b string) bool {
	x, y := c.looseKey(a, reading.Collective), c.looseKey(b, reading.Collective)
	return strings.Contains(x, y) || strings.Contains(y, x)
}

// kinds holds the kind of each nominee together: a phòng is a collective, its
// head an individual. What minutes say of kinds is not stated there but
// guessed by the reader, and is left aside.
func (c *dossierCase) kinds() {
	p, ok := c.letter()
	if !ok {
		return
	}
	for _, e := range c.list {
		if e.n.Kind == "" {
			continue
		}
		doubtful := e.n.Unsure || p.unsure("nominees")
		if e.report.at >= 0 {
			r := c.reports[e.report.at]
			if k := r.doc.NomineeKind; k != "" {
				if k != e.n.Kind {
					f := quoted(at(r), r, "loai")
					f.Doubtful = f.Doubtful || doubtful || r.unsure("ten")
					c.kind(e.n, k, f)
				}
				continue
			}
		}
		if k := kindByName(e.n, c.key(e.n.Name)); k != "" && k != e.n.Kind {
			f := at(p)
			f.Doubtful = doubtful
			c.kind(e.n, k, f)
		}
	}
}

func (c *dossierCase) kind(n *reading.Nominee, found reading.NomineeKind, f dossier.Finding) {
	name := func(k reading.NomineeKind) string { return strings.ToLower(dossier.KindName(dossier.Kind(k))) }
	en := map[reading.NomineeKind]string{reading.Collective: "a collective", reading.Individual: "an individual"}
	f.Nominee, f.Loai, f.Expected, f.Found = n.Name, dossier.Kind(n.Kind), name(n.Kind), name(found)
	c.tell("KIND_INCONSISTENT", f, english{expected: en[n.Kind], found: en[found]})
}

// bodyHeads begin names that no person has.
var bodyHeads = []string{
	"phòng ", "sở ", "uỷ ban ", "ubnd ", "trung tâm ", "trường ", "công ty ", "hợp tác xã ", "chi cục ", "văn phòng ", "bệnh viện ", "chi đoàn ",
	"công đoàn ", "đoàn thanh niên", "tập thể ", "ban quản lý ", "ban chỉ ", "công an ", "đảng uỷ ", "chi bộ ", "đảng bộ ", "toà án ",
	"viện kiểm sát ", "kho bạc ", "trạm y tế ", "doanh nghiệp ",
}

// kindByName says what a name alone shows, "" if it shows nothing.
func kindByName(n *reading.Nominee, key string) reading.NomineeKind {
	for _, h := range bodyHeads {
		if strings.HasPrefix(key, h) {
			return reading.Collective
		}
	}
	said := n.Name
	if q := n.Evidence["ten"].Quote; q != "" {
		said = q
	}
	if _, cut := viettext.StripHonorifics(said); len(cut) > 0 {
		switch viettext.Key(cut[0]) {
		case "ông", "bà", "đồng chí", "đ/c":
			return reading.Individual
		}
	}
	return ""
}
