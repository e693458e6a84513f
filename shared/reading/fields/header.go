package fields

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"hoso/shared/reading/layout"
)

// readHeader reads issuer, number, place and date. They are taken from the
// header alone: the body quotes other documents' numbers and dates.
func (d *doc) readHeader() {
	left, right := d.headerLines()
	if len(left) == 0 && len(right) == 0 {
		return
	}
	var bodies []layout.Line
	numbered := false
	for i := 0; i < len(left); i++ {
		t := textOf(left[i])
		switch {
		case isRuleText(t.fold), isMarking(t.fold):
		case isNumberLine(t):
			numbered = true
			if next := i + 1; next < len(left) && openEnded(t.fold) && len(left[next].Words) == 1 {
				t = join(t, textOf(left[next]))
				i = next
			}
			d.number(t)
		case numbered && t.starts("v/v", "ve viec"):
			d.subjectUnderNumber(left[i:])
			i = len(left)
		case numbered:
		default:
			bodies = append(bodies, left[i])
		}
	}
	d.issuers(bodies)
	d.dateLine(right)
}

// headerLines gives the lines of the two halves of the header. Where the
// halves were not told apart, each line is given to the half it can belong to.
func (d *doc) headerLines() (left, right []layout.Line) {
	if d.head < 0 {
		return nil, nil
	}
	h := &d.items[d.head]
	if h.kind == layout.Columns {
		left, right = h.left, h.right
		if namesState(textOf(left...).fold) {
			left, right = right, left
		}
		// A date line set apart from its column stands in the next item.
		if next := d.head + 1; next < len(d.items) && !hasDate(right) {
			if it := &d.items[next]; it.kind == layout.Paragraph && len(it.lines) == 1 && isDateLine(it.t) {
				right = append(append([]layout.Line(nil), right...), it.lines...)
			}
		}
		return left, right
	}
	for i := max(0, d.head-4); i < len(d.items) && i < d.head+6; i++ {
		if d.items[i].kind != layout.Paragraph {
			break
		}
		for _, l := range pieces(d.items[i].lines) {
			t := textOf(l)
			if kind, _ := titleKind(t, text{}, l.Bold()); kind != "" {
				return left, right
			}
			switch {
			case namesState(t.fold), strings.Contains(squash(t.fold), "doclaptudohanhphuc"), isDateLine(t):
				right = append(right, l)
			default:
				left = append(left, l)
			}
		}
	}
	return left, right
}

// pieces parts lines at their wide gaps: halves of a header that share lines.
func pieces(ls []layout.Line) []layout.Line {
	var out []layout.Line
	for i := range ls {
		out = append(out, ls[i].Pieces()...)
	}
	return out
}

func hasDate(ls []layout.Line) bool {
	for i := range ls {
		if isDateLine(textOf(ls[i])) {
			return true
		}
	}
	return false
}

func isDateLine(t text) bool { return t.has("ngay") && t.has("thang") }

// isMarking reports a marking set into the header that names no body: draft,
// urgency, secrecy.
func isMarking(fold string) bool {
	switch squash(fold) {
	case "duthao", "hoatoc", "hoatochengio", "thuongkhan", "khan", "mat", "toimat", "tuyetmat":
		return true
	}
	return false
}

// isRuleText reports a line of underscores or dashes.
func isRuleText(fold string) bool { return strings.Trim(fold, "_- .*=") == "" }

// isNumberLine reports "Số: …": the word with its own mark, so that no office
// ("Sở") is taken for it.
func isNumberLine(t text) bool {
	if len(t.runes) < 2 || t.fold[0] != 's' || t.fold[1] != 'o' {
		return false
	}
	switch unicode.ToLower(t.runes[1]) {
	case 'ố', 'o', 'ó', 'ô':
	default:
		return false
	}
	i := skipSpace(t.fold, 2)
	if unicode.ToLower(t.runes[1]) == 'ố' && i > 2 && strings.Contains(t.fold, "/") {
		return true // what was written by hand is recognised as anything
	}
	return i == len(t.fold) || t.fold[i] == '?' || t.fold[i] == ':' || t.fold[i] == '.' || t.fold[i] == '/' || digit(t.fold[i])
}

func openEnded(fold string) bool {
	return strings.HasSuffix(fold, "-") || strings.HasSuffix(fold, "/")
}

// number reads "Số: 109/TTr-UBND". A number left blank gives nothing.
func (d *doc) number(t text) {
	i := skipBlank(t.fold, 2)
	value := strings.Trim(strings.Join(strings.Fields(t.cut(i, t.len())), ""), ".,;:")
	e := t.evidence(0, t.len())
	if v := t.evidence(i, t.len()); v.Page > 0 {
		e.Confidence = v.Confidence // of the value, not of its label
	}
	if value == "" || value[0] == '/' || value[0] == '-' {
		d.put("so_ky_hieu", e, sure) // the blank itself is what is known
		return
	}
	d.out.Number = value
	if validNumber(value) {
		d.put("so_ky_hieu", e, sure)
	} else {
		d.put("so_ky_hieu", e, doubtful)
	}
}

// validNumber checks the grammar SỐ/LOẠI-CƠ QUAN, SỐ/NĂM/LOẠI-CƠ QUAN,
// SỐ/CƠ QUAN-PHÒNG or the Party's SỐ-LOẠI/CƠ QUAN.
func validNumber(s string) bool {
	rs := []rune(s)
	i := 0
	for i < len(rs) && rs[i] >= '0' && rs[i] <= '9' {
		i++
	}
	if i == 0 || i > 6 {
		return false
	}
	if i < len(rs) && unicode.IsUpper(rs[i]) { // 3176B/QĐ-…
		i++
	}
	if i >= len(rs) || rs[i] != '/' && rs[i] != '-' {
		return false
	}
	letters := 0
	for _, r := range rs[i:] {
		switch {
		case vietnamese(r):
			letters++
		case r >= '0' && r <= '9', r == '/', r == '-', r == ',', r == '.', r == '&', r == '–':
		default:
			return false
		}
	}
	return letters >= 2
}

// vietnamese reports a letter of the Vietnamese alphabet, or of its loans.
func vietnamese(r rune) bool {
	return unicode.IsLetter(r) && foldRune(r) != other
}

// subjectUnderNumber reads the "V/v …" that an official letter has in place of a title.
func (d *doc) subjectUnderNumber(ls []layout.Line) {
	t := textOf(ls...)
	if d.out.Subject == "" {
		d.out.Subject = t.String()
		d.put("trich_yeu", t.evidence(0, t.len()), likely)
	}
}

// dateLine reads "Địa danh, ngày … tháng … năm …" from the lines under the
// state's name.
func (d *doc) dateLine(right []layout.Line) {
	var t text
	for i := range right {
		if l := textOf(right[i]); !isRuleText(l.fold) {
			t = join(t, l)
		}
	}
	for _, motto := range []string{"hanh phuc", "viet nam"} {
		if at := t.find(motto, 0); at >= 0 {
			if rest := t.slice(at+len(motto), t.len()); isDateLine(rest) || !isDateLine(t) {
				t = rest
			}
			break
		}
	}
	dt, ok := t.nextDate(0)
	if !ok {
		return
	}
	place := t.cut(0, dt.from)
	place = strings.Trim(place, ",;:. ")
	if isPlace(place) {
		d.out.Place = place
		d.put("dia_danh", t.evidence(0, dt.from), sure)
	}
	e := dt.evidence(t, dt.from)
	d.out.IssuedOn = dt.iso()
	switch {
	case d.out.IssuedOn != "":
		d.put("ngay_ban_hanh", e, sure)
	case dt.complete():
		d.put("ngay_ban_hanh", e, doubtful) // a date that does not exist
	default:
		d.put("ngay_ban_hanh", e, sure) // left blank
	}
}

// isPlace reports a text that can be the place of a date line: a few words
// that begin with a capital, without figures or colons.
func isPlace(s string) bool {
	if s == "" || len([]rune(s)) > 60 || strings.ContainsAny(s, ":/0123456789") {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// issuers tells the superior body from the issuing one. The rule of the form
// is that only the issuer is bold; otherwise words that begin a body's name do.
func (d *doc) issuers(ls []layout.Line) {
	if len(ls) == 0 {
		return
	}
	parent, issuer := splitBodies(ls)
	confidence := sure
	if len(ls) > 2 && len(parent) > 0 && ls[0].Bold() == ls[len(ls)-1].Bold() {
		confidence = likely
	}
	set := func(field string, at *string, part []layout.Line) {
		if len(part) == 0 {
			return
		}
		t := textOf(part...)
		*at = t.String()
		d.put(field, t.evidence(0, t.len()), confidence)
	}
	set("co_quan_chu_quan", &d.out.Parent, parent)
	set("co_quan_ban_hanh", &d.out.Issuer, issuer)
}

func splitBodies(ls []layout.Line) (parent, issuer []layout.Line) {
	if !ls[0].Bold() {
		for i := 1; i < len(ls); i++ {
			if !ls[i].Bold() {
				continue
			}
			if beginsPlace(textOf(ls[i]).fold) {
				i = lastBody(ls[:i])
			}
			if i == 0 {
				return nil, ls
			}
			return ls[:i], ls[i:]
		}
	}
	widest := 0.0
	for i := range ls {
		widest = max(widest, ls[i].Width())
	}
	var starts []int
	for i := range ls {
		if i == 0 || beginsBody(textOf(ls[i]).fold) && !wrapped(&ls[i-1], &ls[i], widest) {
			starts = append(starts, i)
		}
	}
	if len(starts) < 2 {
		return nil, ls
	}
	last := starts[len(starts)-1]
	return ls[starts[len(starts)-2]:last], ls[last:]
}

// beginsPlace reports a line that only says where a body is: "HUYỆN X" under
// "ỦY BAN NHÂN DÂN".
func beginsPlace(fold string) bool {
	for _, w := range []string{"tinh", "thanh pho", "tp", "huyen", "quan", "thi xa", "xa", "phuong", "thi tran", "dac khu"} {
		if strings.HasPrefix(fold, w) && boundary(fold, len(w)) {
			return true
		}
	}
	return false
}

// lastBody gives the line with which the last body of the lines begins.
func lastBody(ls []layout.Line) int {
	for i := len(ls) - 1; i > 0; i-- {
		if beginsBody(textOf(ls[i]).fold) {
			return i
		}
	}
	return 0
}

// wrapped reports whether a line goes on in the next because a word did not
// fit: it ends in a joining mark, or the next line's first word would have
// made it longer than the column and cannot begin a name.
func wrapped(prev, next *layout.Line, widest float64) bool {
	f := textOf(*prev).fold
	if strings.HasSuffix(f, "-") || strings.HasSuffix(f, ",") || strings.HasSuffix(f, " va") {
		return true
	}
	lw := f[strings.LastIndexByte(f, ' ')+1:]
	first := textOf(*next).fold
	first, _, _ = strings.Cut(first, " ")
	if pairs := " nong thon xa hoi ly doanh ly khu ly cum ly nha trien quy quoc hoi quan doi quan khu moi truong thi truong to chuc bao chi khoa hoc van phong hoi dong can bo bo doi vien chuc "; strings.Contains(pairs, " "+lw+" "+first+" ") {
		return true
	}
	return false
}

// beginsBody reports whether a folded line begins like the name of a body.
func beginsBody(fold string) bool {
	for _, w := range bodyWords() {
		if strings.HasPrefix(fold, w) && boundary(fold, len(w)) {
			return true
		}
	}
	return false
}

// bodyWords lists the words with which names of bodies begin.
func bodyWords() []string {
	return []string{
		"uy ban", "ubnd", "ubmttq", "hdnd", "so", "phong", "ban", "bo", "cuc", "chi cuc", "tong cuc", "vu", "vien", "truong", "trung tam",
		"benh vien", "hoi", "hoi dong", "lien doan", "cong doan", "cong an", "cong ty", "tong cong ty", "tap doan", "doan", "chi doan",
		"dang bo", "dang uy", "chi bo", "tinh uy", "thanh uy", "huyen uy", "quan uy", "tinh doan", "huyen doan", "thanh doan",
		"mat tran", "mttq", "toa an", "vien kiem sat", "kho bac", "ngan hang", "bao hiem", "hop tac xa", "htx", "doanh nghiep", "xi nghiep", "nha may",
		"khoa", "to", "doi", "tram", "dai", "bao", "tap chi", "hoc vien", "dai hoc", "thanh tra", "van phong", "chi nhanh", "ban quan ly", "khu", "cum", "khoi",
		"bo chi huy", "bo tu lenh", "quan khu", "trung doan", "tieu doan", "hat kiem lam", "nha", "thu vien", "bao tang", "cong thong tin",
		"buu dien", "vien thong", "dien luc", "hop phan", "quy", "lien minh", "ngan", "ban chi dao", "ban chi huy", "thon", "ap", "ban dan van",
	}
}
