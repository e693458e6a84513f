package fields

import (
	"strings"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// readReport reads whom an achievement report is about, and whether it was
// confirmed.
func (d *doc) readReport() {
	lines := d.particulars()
	d.subjectOfReport(lines)
	if d.out.NomineeKind != reading.Collective {
		d.birth(lines)
		d.valueOf(lines, "chuc_vu", &d.out.Position, "chuc vu hien nay", "chuc vu", "chuc danh", "chuc vu, don vi cong tac")
		d.valueOf(lines, "don_vi", &d.out.Unit, "don vi cong tac", "noi cong tac", "co quan cong tac", "co quan, don vi cong tac", "don vi")
	}
	d.form()
	left, right := d.signatures()
	d.confirmation(&left, &right)
}

// particulars lists the texts in which a report introduces its subject: the
// paragraphs and cells before the achievements, else all of them.
func (d *doc) particulars() []text {
	var out []text
	for i := d.head + 1; i < len(d.items); i++ {
		it := &d.items[i]
		switch it.kind {
		case layout.Paragraph:
			if len(out) > 1 && upper(it.t) && it.t.has("thanh tich") && i >= d.body && it.t.body() > 0 {
				return out
			}
			if i >= d.body-1 {
				out = append(out, atLabels(it)...)
			}
		case layout.Columns:
			if i >= d.body && !signLike(it) {
				for _, side := range [2][]layout.Line{it.left, it.right} {
					for k := range side {
						out = append(out, textOf(side[k]))
					}
				}
			}
		case layout.Grid:
			if len(out) < 14 {
				out = append(out, cellPairs(it.table)...)
			}
		}
	}
	return out
}

// atLabels gives a paragraph, parted before each line that begins with the
// label of a name: centred lines run together.
func atLabels(it *item) []text {
	var out []text
	start := 0
	for i := 1; i <= len(it.lines); i++ {
		if i == len(it.lines) || textOf(it.lines[i]).starts("ten tap the", "ten don vi", "ho va ten", "ho ten", "ho, ten", "ten ca nhan", "ten co quan") {
			out = append(out, textOf(it.lines[start:i]...))
			start = i
		}
	}
	return out
}

// cellPairs reads a table of labels and values as lines.
func cellPairs(t *layout.Table) []text {
	var out []text
	for r := range t.Rows {
		var line text
		for c, cell := range t.Rows[r].Cells {
			if t.Rows[r].First[c] {
				line = join(line, textOf(cell.Lines...))
			}
		}
		if line.len() > 0 {
			out = append(out, line)
		}
	}
	return out
}

// stopLabels begin another value on the same line.
func stopLabels() []string {
	return []string{
		"gioi tinh", "nam/nu", "nam, nu", "bi danh", "sinh ngay", "ngay sinh", "ngay, thang, nam sinh", "ngay thang nam sinh", "nam sinh", "dan toc", "ton giao",
		"que quan", "noi thuong tru", "noi o hien nay", "tru quan", "thuong tru", "chuc vu", "chuc danh", "don vi cong tac", "noi cong tac", "co quan cong tac",
		"trinh do", "dien thoai", "ngay vao dang", "nam, nu:", "cccd", "cmnd", "so cccd", "ma so", "tru so", "dia diem tru so", "dia chi", "ten goi khac", "chuyen mon", "hoc ham",
	}
}

// labelledValue is the value behind a label, and the whole label up to its colon.
type labelledValue struct {
	text
	label text
}

// both reports a label that asks for several things at once, such as "Họ tên,
// chức vụ, đơn vị công tác".
func (v labelledValue) both() bool {
	n := 0
	for _, w := range []string{"ho ten", "ho va ten", "chuc vu", "don vi", "noi cong tac", "co quan"} {
		if v.label.has(w) {
			n++
		}
	}
	return n > 1 && !v.label.has("co quan, don vi cong tac") || v.label.has("chuc vu") && v.label.has("don vi")
}

// after gives the value behind a label that stands at a list entry's start or
// behind other values, up to the next label.
func after(t text, label string, anywhere bool) (value labelledValue, ok bool) {
	at := t.find(label, t.body())
	if at < 0 || !anywhere && at > t.body()+2 {
		return labelledValue{}, false
	}
	i := at + len(label)
	for i < t.len() && t.fold[i] != ':' { // a note in brackets, or the rest of a longer label
		if t.fold[i] == '(' {
			k := strings.IndexByte(t.fold[i:], ')')
			if k < 0 {
				return labelledValue{}, false
			}
			i += k + 1
			continue
		}
		if digit(t.fold[i]) || i-at > len(label)+60 {
			return labelledValue{}, false
		}
		i++
	}
	if i >= t.len() {
		return labelledValue{}, false
	}
	v := t.slice(i+1, t.len())
	stop := v.len()
	for _, s := range stopLabels() {
		if k := v.find(s, 1); k > 0 && k < stop && labelled(v, k, len(s)) {
			stop = k
		}
	}
	return labelledValue{trimEnd(v.slice(0, stop)), t.slice(max(t.body(), 0), i)}, true
}

// labelled reports that the phrase at k is a label: a colon follows soon.
func labelled(v text, k, n int) bool {
	c := strings.IndexByte(v.fold[k:], ':')
	return c >= 0 && c <= n+45
}

// subjectOfReport reads the name and kind of the nominee.
func (d *doc) subjectOfReport(lines []text) {
	try := func(kind reading.NomineeKind, labels ...string) bool {
		for _, t := range lines {
			for _, l := range labels {
				got, ok := after(t, l, false)
				v := got.text
				if !ok || v.len() == 0 || got.both() {
					continue
				}
				if kind == reading.Individual {
					if at, _ := division(v, 0); at > 0 {
						v = stripHonorifics(v.slice(0, at))
					}
				}
				d.out.NomineeKind, d.out.Name = kind, v.String()
				e := v.evidence(0, v.len())
				confidence := sure
				if kind == reading.Individual && !personName(v) {
					confidence = doubtful
				}
				d.put("ten", e, confidence)
				at := max(t.find(l, 0), 0)
				d.put("loai", t.evidence(at, at+len(l)), sure)
				return true
			}
		}
		return false
	}
	if try(reading.Individual, "ho va ten", "ho, ten", "ho ten", "ho va ten khai sinh", "ten ca nhan") {
		return
	}
	if try(reading.Collective, "ten tap the", "ten don vi", "ten co quan", "tap the", "ten to chuc", "ten doanh nghiep", "ten day du cua tap the") {
		return
	}
	for _, t := range lines {
		for _, l := range []string{"ten don vi hoac ca nhan", "ten ca nhan, tap the", "ten tap the, ca nhan", "ten don vi, ca nhan", "ho ten", "ho va ten", "don vi", "ten"} {
			got, ok := after(t, l, false)
			v := got.text
			if !ok || v.len() == 0 {
				continue
			}
			e := divide(v, "")
			d.out.Name, d.out.NomineeKind = e.name.String(), e.kind
			d.put("ten", e.name.evidence(0, e.name.len()), likely)
			d.put("loai", t.evidence(0, t.len()), likely)
			return
		}
	}
}

// birth reads the date of birth; only a year is kept as a year and asked about.
func (d *doc) birth(lines []text) {
	for _, t := range lines {
		at, end := t.first(0, "sinh ngay", "ngay sinh", "ngay, thang, nam sinh", "ngay thang nam sinh", "nam sinh", "sinh nam")
		if at < 0 {
			continue
		}
		from := at
		if k := strings.Index(t.fold[at:end], "ngay"); k >= 0 && word(t.fold, at, "sinh ngay") {
			from = at + k
		}
		if dt, ok := t.nextDate(from); ok && dt.from-end < 24 {
			d.out.BirthDate = dt.iso()
			confidence := sure
			if d.out.BirthDate == "" {
				confidence = doubtful
			}
			d.put("ngay_sinh", dt.evidence(t, at), confidence)
			return
		}
		for i := end; i < t.len() && i < end+16; i++ {
			if y, k := number(t.fold, i, 4); k-i == 4 && y > 1900 && y < 2100 {
				d.out.BirthDate = t.cut(i, k)
				d.put("ngay_sinh", t.evidence(at, k), doubtful)
				return
			}
		}
	}
}

// valueOf reads the value of the first label that has one: at the start of an
// entry first, then behind other values.
func (d *doc) valueOf(lines []text, field string, at *string, labels ...string) {
	for _, anywhere := range [2]bool{false, true} {
		for _, t := range lines {
			for _, l := range labels {
				v, ok := after(t, l, anywhere)
				if !ok || v.len() == 0 || v.len() > 240 {
					continue
				}
				if v.both() {
					v.text = part(v, field)
				}
				if v.len() > 0 {
					*at = v.String()
					d.put(field, v.evidence(0, v.len()), sure)
					return
				}
			}
		}
	}
}

// part takes the post or the unit out of a value that holds both.
func part(v labelledValue, field string) text {
	rest := v.text
	if v.label.has("ho ten", "ho va ten", "ten") {
		_, end := division(rest, 0)
		rest = rest.slice(end, rest.len())
	}
	post, unit := dividePost(rest)
	if field == "don_vi" {
		return unit
	}
	return post
}

// form reads which form the report says it follows.
func (d *doc) form() {
	for i := range d.items {
		t := d.items[i].t
		if at := t.find("mau so", 0); at >= 0 && at < 30 && t.len() < 160 {
			d.out.Form = strings.Trim(t.String(), "() ")
			d.put("mau_so", t.evidence(0, t.len()), sure)
			return
		}
		if i > d.body+3 {
			return
		}
	}
}

// confirmation tells the half of the signature block in which the head of the
// unit confirms from the half of the one who reports.
func (d *doc) confirmation(left, right *signer) {
	confirms := func(s *signer) bool {
		for _, t := range s.titles {
			if t.has("xac nhan", "cap tren", "cap trinh") || t.has("de nghi") && t.recognised(0) {
				return true
			}
		}
		return false
	}
	var confirm, reporter *signer
	switch {
	case confirms(left):
		confirm, reporter = left, right
	case confirms(right):
		confirm, reporter = right, left
	case len(right.titles) > 0:
		reporter = right
	default:
		reporter = left
	}
	d.setName("nguoi_bao_cao", &d.out.ReportedBy, reporter)
	if confirm == nil {
		no := false
		d.out.Confirmed = &no
		e := reading.Evidence{Source: reading.FromText, Page: d.out.Pages[1], Confidence: sure}
		if len(reporter.lines) == 0 {
			e.Confidence = doubtful // no signature block was found at all
		}
		d.put("xac_nhan", e, sure)
		return
	}
	d.setName("nguoi_xac_nhan", &d.out.ConfirmedBy, confirm)
	d.setSigned("xac_nhan", &d.out.Confirmed, confirm, d.lonelySignature())
}

// lonelySignature reports that the document is signed digitally without any
// signature drawn on its pages: then nothing tells whose half it signs, and
// the confirmation, which comes last, is what it is taken for.
func (d *doc) lonelySignature() bool {
	for _, s := range d.sigs {
		if !s.BBox.IsZero() {
			return false
		}
	}
	return len(d.sigs) > 0
}
