package validate

import (
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/viettext"
)

// twins asks about nominees that may be one: written differently in the same
// unit, or of one name and birth date in two.
func (c *dossierCase) twins() {
	p, ok := c.letter()
	if !ok {
		return
	}
	for i := range c.list {
		a := c.list[i].n
		for k := i + 1; k < len(c.list); k++ {
			b := c.list[k].n
			if a.Kind != b.Kind || !c.mayBeOne(a, b) {
				continue
			}
			f := at(p)
			f.Names, f.Loai = []string{a.Name, b.Name}, dossier.Kind(a.Kind)
			f.Doubtful = a.Unsure || b.Unsure
			x, y := c.birth(i), c.birth(k)
			switch apart := c.sameUnit(a.Unit, b.Unit) == viettext.Different; {
			case x != "" && y != "" && x != y:
			case apart && x != "" && x == y:
				f.Found = day(x)
				c.tell("SAME_NAME_AND_BIRTH", f, english{})
			case !apart:
				c.tell("DUPLICATE_NOMINEE", f, english{})
			}
		}
	}
}

// mayBeOne reports names that are one but for their writing.
func (c *dossierCase) mayBeOne(a, b *reading.Nominee) bool {
	if c.looseKey(a.Name, a.Kind) == c.looseKey(b.Name, b.Kind) {
		return true
	}
	return a.Kind == reading.Collective && c.bodies.Compare(a.Name, b.Name) == viettext.Same
}

// birth gives the whole birth date in a nominee's report, if one was read for
// certain and the report is not another's as well.
func (c *dossierCase) birth(i int) string {
	at := c.list[i].report.at
	if at < 0 {
		return ""
	}
	for k := range c.list {
		if k != i && c.list[k].report.at == at {
			return ""
		}
	}
	d := c.reports[at].doc
	if len(d.BirthDate) != len("2006-01-02") || d.IsUnsure("ngay_sinh") {
		return ""
	}
	return d.BirthDate
}

// class is what kind of body takes part, as plans name it.
type class struct{ vi, en string }

var (
	enterprise  = class{"doanh nghiệp", "enterprise"}
	cooperative = class{"hợp tác xã", "cooperative"}
	household   = class{"hộ gia đình", "household"}
)

// classOf guesses the class of a body from its name; the zero class is any
// office or unit.
func (c *dossierCase) classOf(name string) class {
	k := c.key(viettext.ExpandBody(name)) + " "
	begins := func(heads ...string) bool {
		for _, h := range heads {
			if strings.HasPrefix(k, h+" ") {
				return true
			}
		}
		return false
	}
	switch {
	case begins("công ty", "tổng công ty", "tập đoàn", "doanh nghiệp", "xí nghiệp", "nhà máy", "chi nhánh công ty", "viettel", "vnpt", "mobifone", "bưu điện"):
		return enterprise
	case begins("hợp tác xã", "liên hiệp hợp tác xã", "tổ hợp tác"):
		return cooperative
	case begins("hộ", "hộ gia đình", "hộ kinh doanh", "gia đình"):
		return household
	}
	return class{}
}

// scope asks about nominees of another province than the campaign's, or of a
// class that the plan does not name. It only asks: plans name classes loosely.
func (c *dossierCase) scope() {
	p, ok := c.letter()
	if !ok {
		return
	}
	ask := func(e entry, found, en string) {
		f := at(p)
		f.Nominee, f.Loai, f.Found = e.n.Name, dossier.Kind(e.n.Kind), found
		c.tell("OUT_OF_SCOPE", f, english{found: en})
	}
	home := c.provinces()
	if away := c.away(home, p.doc.Issuer, p.doc.Parent); away != "" {
		f := quoted(at(p), p, "co_quan_ban_hanh", "co_quan_chu_quan")
		f.Nominee, f.Found = strings.Trim(p.doc.Issuer+", "+p.doc.Parent, ", "), away
		c.tell("OUT_OF_SCOPE", f, english{})
		home = nil // said once, not for each
	}
	for _, e := range c.list {
		if away := c.away(home, e.n.Name, e.n.Unit); away != "" && e.n.Kind == reading.Collective {
			ask(e, away, "")
			continue
		} else if away = c.away(home, e.n.Unit); away != "" {
			ask(e, away, "")
			continue
		}
		name, admits := e.n.Name, c.rules.Purpose.Collectives
		if e.n.Kind == reading.Individual {
			name, admits = e.n.Unit, c.rules.Purpose.Individuals
		}
		if cl := c.classOf(name); cl.vi != "" && len(admits) > 0 && !c.admits(admits, cl, e.n.Kind) {
			ask(e, cl.vi, cl.en)
		}
	}
}

// provinces lists the campaign's province and those that followed it.
func (c *dossierCase) provinces() []string {
	var out []string
	for _, i := range c.rules.Purpose.Issuers {
		if p := c.bodies.Province(i); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// away gives the province that one of the names states, if it is none of home.
func (c *dossierCase) away(home []string, names ...string) string {
	if len(home) == 0 {
		return ""
	}
	for _, n := range names {
		if n == "" {
			continue
		}
		p := c.bodies.Province(n)
		if p == "" {
			continue
		}
		for _, h := range home {
			if p == h {
				return ""
			}
		}
		return p
	}
	return ""
}

// admits reports whether a plan's list of classes has room for a class, or,
// for persons, for those who work in one.
func (c *dossierCase) admits(classes []string, cl class, kind reading.NomineeKind) bool {
	words := []string{cl.vi, "tổ chức"}
	if kind == reading.Individual {
		words = []string{"người lao động", "tổ chức", "doanh nhân", "công nhân", "nhân dân", cl.vi}
	}
	for _, x := range classes {
		k := c.key(x)
		for _, w := range words {
			if strings.Contains(k, w) {
				return true
			}
		}
	}
	return false
}

// enterprises hints at papers that enterprises and their heads do well to add.
func (c *dossierCase) enterprises() {
	p, ok := c.letter()
	if !ok {
		return
	}
	tax, insurance := false, false
	for _, o := range c.others {
		k := c.key(o.doc.Subject+" "+o.doc.Issuer) + " " + viettext.Key(o.text())
		tax = tax || strings.Contains(k, "thuế")
		insurance = insurance || strings.Contains(k, "bảo hiểm")
	}
	if tax && insurance {
		return
	}
	for _, e := range c.list {
		if !c.ofEnterprise(e) {
			continue
		}
		f := at(p)
		f.Nominee, f.Loai = e.n.Name, dossier.Kind(e.n.Kind)
		c.tell("ENTERPRISE_PAPERS", f, english{})
	}
}

// ofEnterprise reports an enterprise or cooperative, or the head of one.
func (c *dossierCase) ofEnterprise(e entry) bool {
	if e.n.Kind == reading.Collective {
		cl := c.classOf(e.n.Name)
		return cl == enterprise || cl == cooperative
	}
	unit := e.n.Unit
	if unit == "" && e.report.at >= 0 {
		unit = c.reports[e.report.at].doc.Unit
	}
	if cl := c.classOf(unit); cl != enterprise && cl != cooperative {
		return false
	}
	post := c.key(e.n.Position)
	for _, head := range []string{"giám đốc", "tổng giám đốc", "chủ tịch", "chủ nhiệm", "chủ doanh nghiệp", "chủ cơ sở"} {
		if strings.HasPrefix(post, head) {
			return true
		}
	}
	return false
}
