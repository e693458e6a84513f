package fields

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
	"hoso/shared/viettext"
)

// A recognised signature block is torn: seals and pens lie over it, words are
// missing, and names of both halves come as one line. It is read by the places
// of its words instead of by the blocks that the layout made of them.

// apart is the least gap between the halves, in heights of a line.
const apart = 1.3

// scannedHalves gives the halves of the last signature block of a recognised
// page.
func (d *doc) scannedHalves() (left, right signer, ok bool) {
	end := d.end()
	if end <= d.head+1 || !recognised(&d.items[end-1]) {
		return left, right, false
	}
	pieces, page := d.lastPieces(end)
	if len(pieces) == 0 {
		return left, right, false
	}
	width := d.pages[page-1].Sheet.Width
	mid := gutter(pieces, width)
	var l, r []layout.Line
	for i := range pieces {
		if pieces[i].Center() < mid {
			l = append(l, pieces[i])
		} else {
			r = append(r, pieces[i])
		}
	}
	top, bottom := pieces[0].Box[1], pieces[len(pieces)-1].Box[3]+110
	left = d.newScanned(l, reading.Box{0, top, mid, bottom}, page)
	right = d.newScanned(r, reading.Box{mid, top, width, bottom}, page)
	return left, right, len(left.titles) > 0 && !left.receivers || len(right.titles) > 0 && !right.receivers
}

func recognised(it *item) bool {
	for _, ls := range [3][]layout.Line{it.lines, it.left, it.right} {
		if len(ls) > 0 {
			return ls[0].Words[0].Source == reading.FromOCR
		}
	}
	return false
}

// lastPieces lists the pieces of the lines at the end of a document, from top
// to bottom, up to its running text.
func (d *doc) lastPieces(end int) (out []layout.Line, page int) {
	add := func(ls []layout.Line) {
		for i := range ls {
			for _, p := range ls[i].Parted(apart) {
				if !torn(&p) {
					out = append(out, p)
				}
			}
		}
	}
walk:
	for i := end - 1; i > d.head && i >= d.body && len(out) < 40; i-- {
		it := &d.items[i]
		if page == 0 {
			page = it.page
		}
		if it.kind == layout.Grid || it.page != page || isHeader(it) {
			break
		}
		if it.kind == layout.Columns {
			add(it.left)
			add(it.right)
			continue
		}
		for k := len(it.lines) - 1; k >= 0; k-- {
			line := &it.lines[k]
			t := textOf(*line)
			wide := slices.ContainsFunc(line.Parted(apart), func(p layout.Line) bool { return p.Width() > 0.5*d.pages[page-1].Sheet.Width })
			if line.Page != page || wide || strings.HasSuffix(t.fold, "./.") || strings.HasSuffix(t.fold, "./") || strings.HasSuffix(t.fold, "..") || t.body() > 0 && (digit(t.fold[0]) || romanMark(t.fold)) {
				break walk
			}
			add(it.lines[k : k+1])
		}
	}
	slices.SortStableFunc(out, func(a, b layout.Line) int { return cmp.Compare(a.Box[1], b.Box[1]) })
	for len(out) > 0 && !blockStarts(textOf(out[0])) {
		out = out[1:]
	}
	return out, page
}

// blockStarts reports a line with which a signature block begins.
func blockStarts(t text) bool {
	return t.starts("noi nhan") || upper(t) && t.len() > 5
}

// torn reports what is left of a seal rather than words.
func torn(l *layout.Line) bool {
	t := textOf(*l)
	if t.starts("(da ky", "da ky") {
		return false
	}
	words := 0
	for _, w := range l.Words {
		if plausible, _ := viettext.Plausibility(w.Text); plausible > 0 && len([]rune(w.Text)) > 1 {
			words++
		}
	}
	return words == 0 || len(l.Words) == 1 && !t.has("tich", "doc", "truong", "giam", "chu", "ky", "kt", "tm")
}

// gutter is where the fewest pieces lie: between the halves.
func gutter(pieces []layout.Line, width float64) float64 {
	best, at, room := 1<<30, width/2, 0.0
	for x := 0.32 * width; x <= 0.62*width; x += 4 {
		n, lo, hi := 0, 0.0, width
		for i := range pieces {
			b := &pieces[i].Box
			switch {
			case b[0] < x && b[2] > x:
				n++
			case b[2] <= x:
				lo = max(lo, b[2])
			default:
				hi = min(hi, b[0])
			}
		}
		if free := min(x-lo, hi-x); n < best || n == best && free > room {
			best, at, room = n, x, free
		}
	}
	return at
}

// newScanned reads one half: posts and roles are fixed words, and a damaged one
// is what it can only be; a name that lost a capital is still the name.
func (d *doc) newScanned(ls []layout.Line, region reading.Box, page int) signer {
	if len(ls) == 0 || textOf(ls[0]).starts("noi nhan") {
		return newSigner(ls, region, page)
	}
	ls = slices.Clone(ls)
	for i := range ls {
		if t := textOf(ls[i]); upper(t) {
			ls[i] = mended(ls[i], t)
		}
	}
	s := newSigner(ls, region, page)
	if s.name.len() == 0 || upper(s.name) {
		for i := len(ls) - 1; i >= 0; i-- {
			if t := textOf(ls[i]); nameLike(t) {
				s.name, s.unclear = t, true
				break
			}
		}
	}
	s.name = tidy(s.name)
	s.deputise()
	for i := range s.titles {
		s.titles[i] = fixedTitle(s.titles[i])
	}
	return s
}

// tidy leaves out marks around a name: the remains of strokes.
func tidy(t text) text {
	i, j := 0, t.len()
	for i < j && !unicode.IsLetter(t.runes[i]) {
		i++
	}
	for j > i && !unicode.IsLetter(t.runes[j-1]) {
		j--
	}
	return t.slice(i, j)
}

// mended gives a line in capitals as the title it can only be.
func mended(l layout.Line, t text) layout.Line {
	m := fixedTitle(t)
	if m.String() == t.String() {
		return l
	}
	w := layout.Word{Text: m.String(), Box: l.Box, Source: reading.FromOCR, Style: l.Words[0].Style, Conf: 1}
	for _, at := range m.words {
		w.Conf = min(w.Conf, at.word.Conf)
	}
	l.Words = []layout.Word{w}
	return l
}

// deputise completes the title of who signs for the head: behind KT. and the
// head's title comes the deputy's.
func (s *signer) deputise() {
	if !strings.HasSuffix(s.authority, "KT.") || len(s.titles) < 2 {
		return
	}
	last := &s.titles[len(s.titles)-1]
	head := bare(s.titles[len(s.titles)-2])
	if head.len() < 5 || !strings.HasSuffix(squash(head.fold), squash(last.fold)) {
		return
	}
	runes := append([]rune("PHÓ "), head.runes...)
	out := text{runes: runes, fold: foldOf(string(runes))}
	for _, w := range last.words {
		c := *w.word
		c.Conf = min(c.Conf, doubtful)
		out.words = append(out.words, wordAt{0, len(runes), w.page, &c})
	}
	*last = out
}

// nameLike reports a line that is a name but for a letter.
func nameLike(t text) bool {
	words := strings.Fields(t.String())
	if len(words) < 2 || len(words) > 6 || upper(t) || strings.HasPrefix(t.fold, "(") || t.starts("noi nhan", "nhu tren", "luu") || beginsTitle(t) {
		return false
	}
	capitals := 0
	for _, w := range words {
		for i, r := range []rune(w) {
			if unicode.IsDigit(r) {
				return false
			}
			if i == 0 && unicode.IsUpper(r) {
				capitals++
			}
		}
	}
	return capitals >= 2 && 2*capitals >= len(words)
}

// titleLines are the posts and roles under which papers of this kind are signed.
func titleLines() []string {
	return []string{
		"GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "TỔNG GIÁM ĐỐC", "PHÓ TỔNG GIÁM ĐỐC", "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG",
		"TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG", "TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "TRƯỞNG KHOA", "PHÓ TRƯỞNG KHOA", "CỤC TRƯỞNG", "PHÓ CỤC TRƯỞNG",
		"CHI CỤC TRƯỞNG", "PHÓ CHI CỤC TRƯỞNG", "VIỆN TRƯỞNG", "PHÓ VIỆN TRƯỞNG", "CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "CHÁNH THANH TRA", "PHÓ CHÁNH THANH TRA",
		"BÍ THƯ", "PHÓ BÍ THƯ", "ĐỘI TRƯỞNG", "TỔ TRƯỞNG", "TRẠM TRƯỞNG", "GIÁM ĐỐC PHỤ TRÁCH", "PHÓ GIÁM ĐỐC PHỤ TRÁCH", "ỦY BAN NHÂN DÂN", "HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG",
		"THỦ TRƯỞNG ĐƠN VỊ", "THỦ TRƯỞNG CƠ QUAN", "NGƯỜI BÁO CÁO", "NGƯỜI BÁO CÁO THÀNH TÍCH", "XÁC NHẬN CỦA ĐƠN VỊ", "XÁC NHẬN CỦA CẤP TRÊN TRỰC TIẾP",
		"XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ", "XÁC NHẬN CỦA THỦ TRƯỞNG CƠ QUAN", "THỦ TRƯỞNG ĐƠN VỊ XÁC NHẬN, ĐỀ NGHỊ", "THƯ KÝ", "CHỦ TRÌ", "CHỦ TỌA", "CHỦ TRÌ CUỘC HỌP", "THƯ KÝ CUỘC HỌP",
		"XÁC NHẬN CỦA CẤP TRÊN", "TRỰC TIẾP", "XÁC NHẬN, ĐỀ NGHỊ", "TRƯỞNG ĐƠN VỊ", "XÁC NHẬN CỦA THỦ", "XÁC NHẬN CỦA", // lines of the longer ones
	}
}

// isTitleLine reports a line in capitals that is a title, or one line of it.
func isTitleLine(t text) bool {
	if !upper(t) {
		return false
	}
	got := squash(t.fold)
	return slices.ContainsFunc(titleLines(), func(s string) bool { return squash(foldOf(s)) == got })
}

// fixedTitle gives a title line as it is rightly written, if it can be only
// one: all its letters but few are that title's. What had to be mended is
// doubtful.
func fixedTitle(t text) text {
	b := bare(t)
	got := squash(b.fold)
	best, least, second := "", 1<<30, 1<<30
	for _, want := range titleLines() {
		switch n := distance(got, squash(foldOf(want))); {
		case n < least:
			best, least, second = want, n, least
		case n < second:
			second = n
		}
	}
	if least > len(got)/4 || least == second || least > 0 && len(got) < 5 {
		return t
	}
	runes := []rune(best)
	if n := t.len() - b.len(); n > 0 {
		runes = append([]rune(strings.TrimRight(string(t.runes[:n]), " ")+" "), runes...)
	}
	out := text{runes: runes, fold: foldOf(string(runes))}
	for _, w := range t.words {
		if w.word == nil {
			continue
		}
		c := *w.word
		if least > 0 {
			c.Conf = min(c.Conf, doubtful)
		}
		out.words = append(out.words, wordAt{0, len(runes), w.page, &c})
	}
	return out
}

func foldOf(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, foldRune(r))
	}
	return string(b)
}

// distance is how many letters must be changed, put in or left out.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for k := range row {
		row[k] = k
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for k := range len(b) {
			cost := last
			if a[i] != b[k] {
				cost++
			}
			last = row[k+1]
			row[k+1] = min(cost, row[k]+1, row[k+1]+1)
		}
	}
	return row[len(b)]
}
