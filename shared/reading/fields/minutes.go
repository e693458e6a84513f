package fields

import (
	"strings"

	"hoso/shared/reading/layout"
	"hoso/shared/viettext"
)

// readMinutes reads when a council met, who was there, how it voted and who
// signed.
func (d *doc) readMinutes() {
	d.meetingDate()
	d.attendance()
	d.minutesNominees()
	left, right := d.signatures()
	chair, clerk := roles(&left, &right)
	d.officer("chu_tri", &d.out.Chair, chair, "chu tri", "chu toa", "chu tich hoi dong")
	d.officer("thu_ky", &d.out.Secretary, clerk, "thu ky", "nguoi ghi bien ban")
	half := chair
	if half == nil {
		half = &right
	}
	if _, ok := d.isSigned(half); !ok && clerk != nil {
		if _, ok := d.isSigned(clerk); ok {
			half = clerk
		}
	}
	d.setSigned("da_ky", &d.out.Signed, half, true)
}

// meetingDate reads the date behind the words that open minutes. Only these
// count: the body quotes many other dates.
func (d *doc) meetingDate() {
	for i := d.body; i < len(d.items) && i < d.body+14; i++ {
		t := d.items[i].t
		at, _ := t.first(0, "hom nay", "vao hoi", "vao luc", "thoi gian", "bat dau", "khai mac", "hoi")
		if at < 0 || at > 60 || t.has("ket thuc") {
			continue
		}
		dt, ok := t.nextDate(at)
		if !ok || dt.from-at > 120 {
			continue
		}
		d.out.MetOn = dt.iso()
		confidence := sure
		if d.out.MetOn == "" && dt.complete() {
			confidence = doubtful
		}
		d.put("ngay_hop", dt.evidence(t, dt.from), confidence)
		return
	}
	if d.out.IssuedOn != "" {
		d.out.MetOn = d.out.IssuedOn
		d.put("ngay_hop", d.out.Evidence["ngay_ban_hanh"], doubtful)
	}
}

// attendance reads members, present and absent.
func (d *doc) attendance() {
	var members, present, absent seen
	rest := 0 // sentences looked at for the absent alone
	for _, t := range d.sentences() {
		if t.len() == 0 || !t.has("thanh vien", "co mat", "du hop", "tham du", "trieu tap", "vang", "vang mat") ||
			t.has("phieu dong y", "nhat tri", "bieu quyet", "tan thanh", "phieu bau", "bo phieu", "ty le phieu") {
			continue
		}
		members.look(t, 40, "tong so thanh vien", "tong so", "trieu tap", "hoi dong gom", "hoi dong co", "thanh vien hoi dong gom")
		present.look(t, 22, "so thanh vien du hop", "thanh vien co mat", "thanh vien tham du", "so co mat", "co mat", "du hop", "tham du", "tham gia")
		absent.look(t, 14, "vang mat", "vang")
		present.before(t, "thanh vien co mat", "thanh vien tham du", "thanh vien du hop", "dong chi tham du", "dong chi co mat", "nguoi tham du", "nguoi co mat")
		if present.ok && present.of > 0 && !members.ok {
			members = present
			members.n = present.of
		}
		if !present.ok {
			present.fraction(t)
			if present.ok && !members.ok {
				members = present
				members.n = present.of
			}
		}
		if members.ok && present.ok {
			if rest++; absent.ok || rest > 2 {
				break
			}
		}
	}
	confidence := sure
	if members.ok && present.ok && (present.n > members.n || absent.ok && present.n+absent.n != members.n) {
		confidence = doubtful
	}
	set := func(field string, at **int, s seen) {
		if s.ok {
			n := s.n
			*at = &n
			e := s.t.evidence(s.from, s.to)
			e.Confidence = s.t.evidence(s.to-1, s.to).Confidence // of the number, not of its label
			d.put(field, e, confidence)
		}
	}
	set("so_thanh_vien", &d.out.Members, members)
	set("so_co_mat", &d.out.Present, present)
	set("so_vang", &d.out.Absent, absent)
}

// sentences lists the body's paragraphs, cut where a sentence ends.
func (d *doc) sentences() []text {
	var out []text
	for i := d.body; i < len(d.items); i++ {
		t := d.items[i].t
		start := 0
		for k := 0; k+2 < t.len(); k++ {
			if t.fold[k] == '.' && t.fold[k+1] == ' ' && capital(t.runes[k+2]) && k-start > 8 {
				out = append(out, t.slice(start, k+1))
				start = k + 1
			}
		}
		out = append(out, t.slice(start, t.len()))
	}
	return out
}

// seen is a number found by its label, with the denominator it was written over.
type seen struct {
	ok       bool
	n, of    int
	t        text
	from, to int
}

// look takes the first number within reach behind the first label that has one.
func (s *seen) look(t text, reach int, labels ...string) {
	if s.ok {
		return
	}
	for _, l := range labels {
		for at := t.find(l, 0); at >= 0; at = t.find(l, at+1) {
			if n, of, end, ok := numberAfter(t, at+len(l), reach); ok {
				*s = seen{true, n, of, t, at, end}
				return
			}
		}
	}
}

// before takes the number that stands right before one of the phrases.
func (s *seen) before(t text, phrases ...string) {
	if s.ok {
		return
	}
	for _, p := range phrases {
		if at := t.find(p, 0); at >= 0 {
			if n, start, ok := numberBefore(t, at); ok {
				*s = seen{ok: true, n: n, t: t, from: start, to: at + len(p)}
				return
			}
		}
	}
}

// fraction takes "8/9 thành viên".
func (s *seen) fraction(t text) {
	for i := 0; i < t.len(); i++ {
		a, b, end, ok := fractionAt(t, i)
		if ok && (word(t.fold, skipSpace(t.fold, end), "thanh vien") || word(t.fold, skipSpace(t.fold, end), "dong chi") || word(t.fold, skipSpace(t.fold, end), "nguoi")) {
			*s = seen{true, a, b, t, i, end}
			return
		}
	}
}

// numberAfter reads the first number within reach of position i in the same
// sentence: figures, "8/9", or words.
func numberAfter(t text, i, reach int) (n, of, end int, ok bool) {
	for k := i; k < t.len() && k <= i+reach; k++ {
		switch {
		case t.fold[k] == '.', t.fold[k] == ';', word(t.fold, k, "vang"),
			t.fold[k] == '(' && k+1 < t.len() && !digit(t.fold[k+1]):
			return 0, 0, 0, false
		case digit(t.fold[k]):
			if a, b, e, isF := fractionAt(t, k); isF {
				return a, b, e, true
			}
			n, end = number(t.fold, k, 4)
			if end < t.len() && (t.fold[end] == '/' || t.fold[end] == ',' && end+1 < t.len() && digit(t.fold[end+1])) {
				return 0, 0, 0, false
			}
			return n, 0, end, true
		case boundary(t.fold, k) && letter(t.fold[k]):
			for words, e := 0, k; words < 2; words++ {
				next := strings.IndexAny(t.fold[min(e+1, t.len()):], " ,;.(")
				if next < 0 {
					e = t.len()
				} else {
					e = e + 1 + next
				}
				if v, isW := viettext.ParseNumberWords(t.cut(k, e)); isW {
					n, end, ok = v, e, true
				}
				if e >= t.len() {
					break
				}
			}
			if ok {
				return n, 0, end, true
			}
		}
	}
	return 0, 0, 0, false
}

// fractionAt reads "a/b" at i, with a not above b, that is no part of a date
// or of a document's number.
func fractionAt(t text, i int) (a, b, end int, ok bool) {
	if i > 0 && (digit(t.fold[i-1]) || t.fold[i-1] == '/' || t.fold[i-1] == ',' || t.fold[i-1] == '.') {
		return 0, 0, 0, false
	}
	a, k := number(t.fold, i, 4)
	if k == i {
		return 0, 0, 0, false
	}
	k = skipSpace(t.fold, k)
	if k >= t.len() || t.fold[k] != '/' {
		return 0, 0, 0, false
	}
	k = skipSpace(t.fold, k+1)
	b, end = number(t.fold, k, 4)
	if end == k || b == 0 || a > b || end < t.len() && (t.fold[end] == '/' || letter(t.fold[end])) {
		return 0, 0, 0, false
	}
	return a, b, end, true
}

// roles tells the chair's half of a signature block from the secretary's.
func roles(left, right *signer) (chair, clerk *signer) {
	for _, s := range [2]*signer{right, left} {
		all := text{}
		for _, t := range s.titles {
			all = join(all, t)
		}
		switch {
		case all.len() == 0:
		case all.has("thu ky", "nguoi ghi", "ghi bien ban") && !all.has("chu toa", "chu tri"):
			clerk = s
		case chair == nil && all.has("chu tri", "chu toa", "chu tich", "tm.", "dai dien", "truong ban", "giam doc", "hieu truong", "truong phong", "hoi dong"):
			chair = s
		}
	}
	return chair, clerk
}

// officer reads a name behind its label and compares it with the printed name
// under the signature.
func (d *doc) officer(field string, at *string, half *signer, labels ...string) {
	name := d.labelled(labels)
	var printed text
	if half != nil {
		printed = half.name
	}
	switch {
	case name.len() == 0 && printed.len() == 0:
		return
	case name.len() == 0:
		name = stripHonorifics(printed)
		*at = name.String()
		d.put(field, printed.evidence(0, printed.len()), likely)
	default:
		*at = name.String()
		confidence := sure
		if printed.len() > 0 && viettext.Key(stripHonorifics(printed).String()) != viettext.Key(name.String()) {
			confidence = doubtful
		}
		d.put(field, name.evidence(0, name.len()), confidence)
	}
}

// labelled finds the person named behind one of the labels: "Chủ trì: Ông X,
// chức vụ", or before it: "Ông X, chức vụ - Chủ trì".
func (d *doc) labelled(labels []string) text {
	for i := d.body; i < len(d.items); i++ {
		it := &d.items[i]
		if it.kind != layout.Paragraph {
			continue
		}
		t := it.t
		for _, l := range labels {
			at := t.find(l, 0)
			if at < 0 || at > 90 {
				continue
			}
			end := at + len(l)
			colon := strings.IndexByte(t.fold[end:], ':')
			if colon >= 0 && colon < 34 {
				if e := dividePerson(t.slice(end+colon+1, t.len())); e.name.len() > 0 && personName(e.name) {
					return e.name
				}
			}
			k := skipSpace(t.fold, end)
			for _, w := range []string{"cuoc hop", "hoi nghi", "la"} {
				if word(t.fold, k, w) {
					k = skipSpace(t.fold, k+len(w))
				}
			}
			if rest := t.slice(k, t.len()); polite(rest) && colon < 0 {
				if e := dividePerson(rest); personName(e.name) {
					return e.name
				}
			}
			if head := t.slice(t.body(), at); polite(head) {
				if e := dividePerson(head); personName(e.name) {
					return e.name
				}
			}
		}
	}
	return text{}
}
