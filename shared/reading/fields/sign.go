package fields

import (
	"strings"
	"unicode"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
	"hoso/shared/viettext"
)

// signer is one half of a signature block.
type signer struct {
	lines     []layout.Line
	titles    []text // lines in capitals above the name, wrapped ones joined
	authority string // TM., KT., TL., TUQ. or Q., several in their order
	name      text
	signed    bool // "(Đã ký)" stands in it
	signedAt  text
	region    reading.Box // where a stamp or signature belonging to it would lie
	page      int
	receivers bool // it is the list "Nơi nhận"
	unclear   bool // the name is one but for a letter
}

// signatures gives the halves of the last signature block: left and right.
// Where the block was not set in two columns, its lines at the end of the
// document are one half.
func (d *doc) signatures() (left, right signer) {
	if left, right, ok := d.scannedHalves(); ok {
		return left, right
	}
	for i := d.end() - 1; i >= d.body && i > d.head; i-- {
		it := &d.items[i]
		if it.kind != layout.Columns || isHeader(it) || !signLike(it) {
			continue
		}
		l, r := it.left, it.right
		mid := gap(l, r)
		width := d.pages[it.page-1].Sheet.Width
		below := d.below(i, it.page)
		left = newSigner(l, reading.Box{0, it.box[1], mid, below}, it.page)
		right = newSigner(r, reading.Box{mid, it.box[1], width, below}, it.page)
		if three, ok := thirds(l, r); ok {
			return d.ofThree(three, reading.Box{0, it.box[1], width, below}, it.page)
		}
		d.tail(&left, &right, i, mid)
		return left, right
	}
	if left, right, ok := d.looseHalves(); ok {
		return left, right
	}
	return signer{}, d.lastLines()
}

// looseHalves reads halves that were set one below the other: short lines at
// the end of the document, on the left and on the right of the page.
func (d *doc) looseHalves() (left, right signer, ok bool) {
	var l, r []layout.Line
	page := 0
	for i := d.end() - 1; i >= d.body && i > d.head && len(l)+len(r) < 20; i-- {
		it := &d.items[i]
		if it.kind != layout.Paragraph || len(it.lines) > 2 || page != 0 && it.page != page {
			break
		}
		line := it.lines[0]
		width := d.pages[line.Page-1].Sheet.Width
		if line.Width() > 0.45*width || it.t.body() > 0 && it.t.fold[0] != '(' || strings.HasSuffix(it.t.fold, "./.") {
			break
		}
		page = it.page
		if line.Center() < 0.47*width {
			l = append(append([]layout.Line(nil), it.lines...), l...)
		} else {
			r = append(append([]layout.Line(nil), it.lines...), r...)
		}
	}
	if len(l) == 0 || len(r) == 0 {
		return left, right, false
	}
	mid := d.pages[page-1].Sheet.Width / 2
	left = newSigner(l, reading.Box{0, l[0].Box[1], mid, l[len(l)-1].Box[3] + 90}, page)
	right = newSigner(r, reading.Box{mid, r[0].Box[1], 2 * mid, r[len(r)-1].Box[3] + 90}, page)
	return left, right, len(left.titles) > 0 && len(right.titles) > 0
}

// gap is the middle between two columns.
func gap(l, r []layout.Line) float64 {
	lo, hi := 0.0, 1e9
	for i := range l {
		lo = max(lo, l[i].Box[2])
	}
	for i := range r {
		hi = min(hi, r[i].Box[0])
	}
	return (lo + hi) / 2
}

// below is how far down signatures of a block may reach.
func (d *doc) below(i, page int) float64 {
	if i+1 < len(d.items) && d.items[i+1].page == page && d.items[i+1].kind != layout.Paragraph {
		return d.items[i+1].box[1]
	}
	return d.items[i].box[3] + 110
}

// signLike reports columns that end a document: capitals in one of them and a
// name or a list of receivers.
func signLike(it *item) bool {
	caps, rest := false, false
	for _, side := range [2][]layout.Line{it.left, it.right} {
		for i := range side {
			t := textOf(side[i])
			caps = caps || upper(t) && t.body() == 0 && len(t.runes) > 3
			rest = rest || personName(t) || t.starts("noi nhan") || t.has("da ky")
		}
	}
	return caps && rest
}

// tail takes single lines below the block that carry on one of its columns:
// the name under a tall stamp.
func (d *doc) tail(left, right *signer, i int, mid float64) {
	for k := i + 1; k < len(d.items) && k <= i+3; k++ {
		it := &d.items[k]
		if it.kind != layout.Paragraph || len(it.lines) != 1 || it.t.starts("noi nhan", "danh sach", "phu luc") {
			return
		}
		if !personName(it.t) {
			continue
		}
		if it.lines[0].Center() > mid && right.name.len() == 0 {
			right.add(it.lines[0])
		} else if it.lines[0].Center() < mid && left.name.len() == 0 && !left.receivers {
			left.add(it.lines[0])
		}
	}
}

// lastLines reads a signature that stands alone on the right at the end.
func (d *doc) lastLines() signer {
	var ls []layout.Line
	for i := d.end() - 1; i >= d.body && i > d.head && len(ls) < 8; i-- {
		it := &d.items[i]
		if it.kind != layout.Paragraph {
			break
		}
		stop := false
		for k := len(it.lines) - 1; k >= 0; k-- {
			l := it.lines[k]
			width := d.pages[l.Page-1].Sheet.Width
			if t := textOf(l); l.Center() < 0.42*width && !personName(t) && !upper(t) || l.Width() > 0.6*width {
				if t.starts("noi nhan", "-") || strings.HasPrefix(t.fold, "-") {
					continue // receivers below the signature
				}
				stop = true
				break
			}
			ls = append([]layout.Line{l}, ls...)
		}
		if stop {
			break
		}
	}
	if len(ls) == 0 {
		return signer{}
	}
	page := ls[0].Page
	box := ls[0].Box
	return newSigner(ls, reading.Box{box[0] - 120, box[1], box[2] + 120, ls[len(ls)-1].Box[3] + 90}, page)
}

func newSigner(ls []layout.Line, region reading.Box, page int) signer {
	s := signer{lines: ls, region: region, page: page}
	s.settle()
	return s
}

// add reads one more line of the block.
func (s *signer) add(l layout.Line) {
	s.lines = append(s.lines, l)
	s.settle()
}

// settle reads the lines: titles in capitals, then the name. A line in
// capitals that could be either is the name if no other line is.
func (s *signer) settle() {
	s.titles, s.name, s.authority, s.signed, s.receivers = nil, text{}, "", false, false
	capsName := -1
	for i := range s.lines {
		t := textOf(s.lines[i])
		switch {
		case t.starts("noi nhan"):
			s.receivers = true
		case s.receivers:
		case t.has("da ky", "do ky", "da ki"): // as recognition may have it
			s.signed, s.signedAt = true, t
		case strings.HasPrefix(t.fold, "("), strings.HasPrefix(t.fold, "-"), isRuleText(t.fold):
		case upper(t):
			if len(s.titles) > 0 && personName(t) {
				capsName = i
			}
			s.title(t)
		case personName(t):
			s.name = t
		case len(s.titles) == 0:
			if t.starts("xac nhan", "nguoi bao cao", "thu ky", "chu tri", "chu toa", "nguoi viet", "thu truong", "giam doc") {
				s.title(t)
			}
		}
	}
	if s.name.len() > 0 || capsName < 0 {
		return
	}
	t := textOf(s.lines[capsName])
	if n := len(s.titles); s.titles[n-1].len() > t.len() && strings.HasSuffix(s.titles[n-1].fold, " "+t.fold) {
		s.titles[n-1] = s.titles[n-1].slice(0, s.titles[n-1].len()-t.len())
	} else if s.titles[n-1].fold == t.fold {
		s.titles = s.titles[:n-1]
	}
	s.name = t
}

func (s *signer) title(t text) {
	for _, a := range [...][2]string{{"tm.", "TM."}, {"kt.", "KT."}, {"tl.", "TL."}, {"tuq.", "TUQ."}, {"t/m", "TM."}, {"q.", "Q."}, {"tm ", "TM."}, {"kt ", "KT."}} {
		if strings.HasPrefix(t.fold, a[0]) {
			if !strings.HasSuffix(s.authority, a[1]) {
				s.authority = strings.TrimSpace(s.authority + " " + a[1])
			}
			s.titles = append(s.titles, t)
			return
		}
	}
	if n := len(s.titles); n > 0 && !beginsTitle(t) && s.name.len() == 0 {
		s.titles[n-1] = join(s.titles[n-1], t)
		return
	}
	s.titles = append(s.titles, t)
}

// beginsTitle reports a line that begins like a post or a role. Where one
// syllable decides, its own marks do: "Trưởng" is a post, "Trương" a family;
// so are "Tổng" and "Tống", "Ban" and "Bàn".
func beginsTitle(t text) bool {
	switch firstWord(t) {
	case "trưởng", "tổng", "ban", "phó", "quyền", "chánh":
		return true
	}
	return t.starts("giam doc", "chu tich", "hieu truong", "cuc truong", "chi cuc truong", "bi thu", "vien truong", "thu truong", "bo truong", "chi huy", "doi truong",
		"truong ban", "truong phong", "truong khoa", "truong tram", "truong doan", "tong giam doc", "tong cuc truong",
		"pho giam doc", "pho chu tich", "pho hieu truong", "pho truong", "pho chanh", "pho cuc", "pho chi cuc", "pho vien", "pho bi thu", "pho tong",
		"chanh van phong", "chanh thanh tra", "q.", "tm.", "kt.", "tl.", "tuq.", "nguoi", "thu ky", "chu tri", "chu toa", "to truong", "tram truong",
		"hat truong", "chu nhiem", "xac nhan", "dai dien", "uy vien", "chinh uy", "vu truong", "giam thi", "chanh an", "tu lenh")
}

// firstWord gives the first word of a text in small letters, behind a list
// mark, its tone in the new place.
func firstWord(t text) string {
	i := t.body()
	j := i
	for j < t.len() && letter(t.fold[j]) {
		j++
	}
	return viettext.NewTone(strings.ToLower(t.cut(i, j)))
}

// bare gives a title line without TM., KT. and the like in front.
func bare(t text) text {
	for _, p := range []string{"tuq.", "tm.", "kt.", "tl.", "t/m", "q.", "tm ", "kt "} {
		if strings.HasPrefix(t.fold, p) {
			return t.slice(len(p), t.len())
		}
	}
	return t
}

// personName reports a text that can be a person's printed name: two to six
// words in capitals or with capital initials, with its honorifics if any.
func personName(t text) bool {
	name, _ := viettext.StripHonorifics(t.String())
	words := strings.Fields(name)
	if len(words) < 2 || len(words) > 6 || len([]rune(name)) > 48 {
		return false
	}
	if t.starts("noi nhan", "nhu tren", "kinh gui", "luu vt", "luu van thu", "luu ho so", "doc lap", "don vi", "co quan") || beginsTitle(t) || isTitleLine(t) {
		return false
	}
	switch firstWord(t) {
	case "số", "sở", "ngày":
		return false
	}
	for _, w := range words {
		first := true
		for _, r := range w {
			switch {
			case r == '\'' || r == '’' || r == 'ʼ' || r == '‘' || r == '-' || r == '.':
			case !unicode.IsLetter(r):
				return false
			case first && !unicode.IsUpper(r):
				return false
			}
			first = false
		}
	}
	return true
}

// setName stores the printed name of a signer in a field.
func (d *doc) setName(field string, at *string, s *signer) {
	if s.name.len() == 0 {
		return
	}
	name, _ := viettext.StripHonorifics(s.name.String())
	*at = name
	confidence := sure
	if s.unclear {
		confidence = doubtful
	}
	d.put(field, s.name.evidence(0, s.name.len()), confidence)
}

// isSigned tells whether a half of the block is signed, and by what.
func (d *doc) isSigned(s *signer) (reading.Evidence, bool) {
	if s.signed {
		return s.signedAt.evidence(0, s.signedAt.len()), true
	}
	if s.page < 1 || s.page > len(d.pages) {
		return reading.Evidence{}, false
	}
	e := reading.Evidence{Page: s.page, Source: reading.FromPicture}
	for _, p := range d.pages[s.page-1].Sheet.Pictures {
		confidence := sure
		if p.Conf > 0 {
			confidence = min(sure, p.Conf)
		}
		if !s.holds(p.Box) || !p.Signer && confidence <= e.Confidence {
			continue
		}
		e.BBox, e.Confidence = p.Box, confidence
		if p.Signer {
			e.Source, e.Quote = reading.FromSignature, p.Text
			return e, true
		}
	}
	return e, !e.BBox.IsZero()
}

// holds reports a picture of a stamp's or a signature's size whose middle
// lies in the half of the block.
func (s *signer) holds(b reading.Box) bool {
	w, h := b[2]-b[0], b[3]-b[1]
	if w < 12 || h < 8 || w > 320 || h > 320 {
		return false
	}
	x, y := (b[0]+b[2])/2, (b[1]+b[3])/2
	top := s.region[1] - 12
	if len(s.titles) == 0 && len(s.lines) > 0 && s.lines[0].Words[0].Source == reading.FromOCR {
		top -= 100 // the title above the name was not read
	}
	return x >= s.region[0] && x <= s.region[2] && y >= top && y <= s.region[3]
}

// setSigned decides a field that says whether something is signed. A digital
// signature anywhere in the document signs a letter or minutes.
func (d *doc) setSigned(field string, at **bool, half *signer, anyDigital bool) {
	e, ok := d.isSigned(half)
	if !ok && anyDigital && len(d.sigs) > 0 {
		g := d.sigs[0]
		e, ok = reading.Evidence{Page: g.Page, BBox: g.BBox, Quote: g.Text, Confidence: sure, Source: reading.FromSignature}, true
	}
	if !ok {
		e = reading.Evidence{Page: half.page, Confidence: sure, Source: reading.FromText}
		if len(half.lines) > 0 {
			t := textOf(half.lines...)
			e = t.evidence(0, t.len())
		} else {
			e.Confidence = likely
		}
	}
	*at = &ok
	d.put(field, e, sure)
}

// readSigner reads who signed a letter or another document.
func (d *doc) readSigner() {
	left, right := d.signatures()
	half := &right
	if right.receivers && !left.receivers || len(right.titles) == 0 && len(left.titles) > 0 && !left.receivers {
		half = &left
	}
	d.setName("nguoi_ky", &d.out.SignedBy, half)
	if n := len(half.titles); n > 0 {
		t := half.titles[n-1]
		b := bare(t)
		d.out.SignTitle, d.out.Authority = b.String(), half.authority
		confidence := sure
		if n == 1 && strings.HasPrefix(t.fold, "kt") {
			confidence = doubtful // the deputy's own title is missing
		}
		d.put("chuc_danh_ky", t.evidence(0, t.len()), confidence)
		if half.authority != "" {
			d.put("quyen_ky", half.titles[0].evidence(0, half.titles[0].len()), confidence)
		}
	}
	d.setSigned("da_ky", &d.out.Signed, half, true)
}
