package fields

import (
	"slices"
	"strings"
	"unicode"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// titleKind judges a line as a title; next is the line under it. An empty
// kind means that the line is no title. The title's own words are taken off
// the front: rest is the position behind them.
func titleKind(t, next text, bold bool) (kind reading.Kind, rest int) {
	s := squash(t.fold)
	if s == "" || len(t.runes) > 160 {
		return "", 0
	}
	loud := upper(t)
	if !loud && !(bold && len(s) < 40) {
		return "", 0
	}
	switch {
	case strings.HasPrefix(s, "totrinh") && (loud || s == "totrinh"):
		return reading.Letter, behind(t.fold, len("totrinh"))
	case strings.HasPrefix(s, "bienban"):
		return reading.Minutes, behind(t.fold, len("bienban"))
	case strings.HasPrefix(s, "baocao"):
		both := s
		if next.len() > 0 && upper(next) {
			both += squash(next.fold)
		}
		if i := strings.Index(both, "thanhtich"); i >= 0 && i < 40 {
			return reading.Report, t.len()
		}
		return reading.Other, t.len()
	}
	if !loud || strings.Contains(s, "congvanden") { // an incoming stamp
		return "", 0
	}
	for _, w := range []string{
		"quyetdinh", "kehoach", "thongbao", "giaymoi", "congdien", "chuongtrinh", "huongdan", "nghiquyet", "quyche", "quydinh",
		"hoadon", "danhsach", "phuluc", "giaychungnhan", "bangke", "donde", "donxin", "hopdong", "phieu", "chithi", "congvan", "giayuyquyen", "giaygioithieu", "banke", "lylich", "soyeulylich", "bancamket",
	} {
		if strings.HasPrefix(s, w) {
			return reading.Other, t.len()
		}
	}
	return "", 0
}

// behind gives the position in a folded string behind its n-th letter.
func behind(fold string, n int) int {
	for i := 0; i < len(fold); i++ {
		if letter(fold[i]) || digit(fold[i]) {
			if n--; n == 0 {
				return i + 1
			}
		}
	}
	return len(fold)
}

// upper reports text in capitals.
func upper(t text) bool {
	up, all := 0, 0
	for _, r := range t.runes {
		if unicode.IsLetter(r) {
			all++
			if unicode.IsUpper(r) {
				up++
			}
		}
	}
	return all > 0 && up*10 >= all*8
}

// spot is a line of an item.
type spot struct {
	item int
	line layout.Line
}

// topLines lists the lines behind the header, up to n, and stops at a table.
func (d *doc) topLines(n int) []spot {
	var out []spot
	for i := d.head + 1; i < len(d.items) && len(out) < n; i++ {
		it := &d.items[i]
		switch it.kind {
		case layout.Grid:
			return out
		case layout.Paragraph:
			for _, l := range it.lines {
				out = append(out, spot{i, l})
			}
		}
	}
	return out
}

// readTitle finds the title, decides the kind and reads the lines under it.
func (d *doc) readTitle() {
	d.out.Kind = reading.Other
	d.body = d.head + 1
	lines := d.topLines(24)
	for k, s := range lines {
		t := textOf(s.line)
		var next text
		if k+1 < len(lines) {
			next = textOf(lines[k+1].line)
		}
		kind, rest := titleKind(t, next, s.line.Bold())
		if kind == "" {
			if k > 14 {
				break
			}
			continue
		}
		d.titled = true
		d.body = s.item + 1
		d.out.Kind = d.confirmKind(kind)
		d.put("kind", t.evidence(0, t.len()), sure)
		d.readSubject(t, rest, lines[k+1:])
		return
	}
	if d.tornTitle() {
		return
	}
	if d.head >= 0 && d.out.Evidence["so_ky_hieu"].Page > 0 && d.out.Subject != "" {
		d.put("kind", d.out.Evidence["trich_yeu"], likely) // an official letter
		return
	}
	var t text
	if len(d.items) > 0 {
		t = d.items[0].t
	}
	d.put("kind", t.evidence(0, t.len()), doubtful)
}

// tornTitle finds the kind of a recognised document whose title cannot be read
// under a stamp: the letters of its number name the kind. The title stands
// where most of its letters are, or above the subject.
func (d *doc) tornTitle() bool {
	if d.head < 0 || !recognised(&d.items[d.head]) {
		return false
	}
	kind, title := reading.Kind(""), ""
	var from text
	var head []layout.Line
	var lines []spot
	for i := d.head; i < len(d.items) && i < d.head+8; i++ {
		it := &d.items[i]
		head = slices.Concat(head, it.left, it.right, it.lines)
		for _, l := range it.lines {
			lines = append(lines, spot{i, l})
		}
	}
	for _, l := range head {
		if t := textOf(l); t.starts("kinh gui", "can cu") {
			break
		}
		switch t := textOf(l); {
		case strings.Contains(t.fold, "/ttr-"), strings.Contains(t.fold, "/ ttr-"), strings.Contains(t.fold, "/ttr -"):
			kind, title, from = reading.Letter, "totrinh", t
		case strings.Contains(t.fold, "/bb-"), strings.Contains(t.fold, "/ bb-"):
			kind, title, from = reading.Minutes, "bienban", t
		}
	}
	if kind == "" {
		return false
	}
	at := -1
	for k, s := range lines {
		t := textOf(s.line)
		if k > 8 || t.starts("kinh gui", "can cu", "hom nay") {
			break
		}
		if distance(squash(t.fold), title) <= 3 {
			at = k
			break
		}
		if t.starts("ve viec", "v/v") {
			at = k - 1
			break
		}
	}
	d.titled = true
	d.body = d.head + 1
	d.out.Kind = d.confirmKind(kind)
	d.put("kind", from.evidence(0, from.len()), likely)
	if at+1 < len(lines) {
		d.readSubject(text{}, 0, lines[at+1:])
	}
	return true
}

// confirmKind looks for what every paper of a nomination speaks of: a letter
// about something else is another kind of document.
func (d *doc) confirmKind(kind reading.Kind) reading.Kind {
	if kind == reading.Other {
		return kind
	}
	for i := range d.items {
		it := &d.items[i]
		if it.t.has("khen thuong", "bang khen", "giay khen", "thi dua", "danh hieu", "tang thuong", "huan chuong", "khen") {
			return kind
		}
	}
	return reading.Other
}

// readSubject reads the lines under the title: bold or centred, up to the
// addressee or the first paragraph.
func (d *doc) readSubject(title text, rest int, lines []spot) {
	var subject text
	if rest < title.len() {
		subject = title.slice(rest, title.len())
	}
	switch squash(subject.fold) {
	case "hop", "cuochop", "phienhop": // still the title
		subject = text{}
	}
	first := true
	var style layout.Line
	for _, s := range lines {
		t := textOf(s.line)
		if isRuleText(t.fold) {
			if subject.len() > 0 {
				break
			}
			continue
		}
		dash := !first && style.Bold() && s.line.Bold() && strings.HasPrefix(t.fold, "-") // "năm học 2022" / "- 2023"
		if d.endsSubject(t) && !dash && !quoteOpen(subject) {
			break
		}
		if first {
			style, first = s.line, false
			if !style.Bold() && !d.centred(&s.line) {
				break
			}
		} else if style.Bold() && !s.line.Bold() || !style.Bold() && !d.centred(&s.line) {
			break
		}
		subject = join(subject, t)
		d.body = max(d.body, s.item+1)
		if len(subject.runes) > 900 {
			break
		}
	}
	if subject.len() == 0 {
		return
	}
	d.out.Subject = subject.String()
	d.put("trich_yeu", subject.evidence(0, subject.len()), sure)
}

// quoteOpen reports a text that ends inside “…”: the next line goes on,
// whatever it begins with.
func quoteOpen(t text) bool {
	n := 0
	for _, r := range t.runes {
		switch r {
		case '“':
			n++
		case '”':
			n--
		}
	}
	return n > 0
}

// endsSubject reports a line with which the body begins.
func (d *doc) endsSubject(t text) bool {
	if t.starts("kinh gui", "can cu", "hom nay", "vao hoi", "vao luc", "thoi gian", "dia diem", "thanh phan", "thuc hien", "(mau so", "mau so", "so luoc", "ten tap the", "ho va ten", "ten don vi", "kem theo") {
		return true
	}
	return t.body() > 0 && !upper(t) || len(t.fold) > 3 && t.body() > 0 && romanMark(t.fold)
}

func romanMark(fold string) bool {
	i := strings.IndexAny(fold, ".)")
	return i > 0 && i <= 4 && strings.Trim(fold[:i], "ivx") == ""
}

// centred reports a line set to the middle of its page: narrower than the
// text, or as wide and yet neither indented nor short.
func (d *doc) centred(l *layout.Line) bool {
	if l.Page < 1 || l.Page > len(d.pages) {
		return false
	}
	p := &d.pages[l.Page-1]
	off := l.Center() - p.Sheet.Width/2
	if off > -40 && off < 40 && l.Box[0] > 0.16*p.Sheet.Width {
		return true
	}
	lo, hi := p.margins()
	mid := l.Center() - (lo+hi)/2
	return hi > lo && mid > -4 && mid < 4
}

// margins gives the edges of the page's running text, or zeros.
func (p *Page) margins() (lo, hi float64) {
	lo = p.Sheet.Width
	for i := range p.Blocks {
		for k := range p.Blocks[i].Lines {
			if b := &p.Blocks[i].Lines[k]; b.Width() > 0.55*p.Sheet.Width {
				lo, hi = min(lo, b.Box[0]), max(hi, b.Box[2])
			}
		}
	}
	return lo, hi
}
