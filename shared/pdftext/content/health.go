package content

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"hoso/shared/pdftext/pdffont"
	"hoso/shared/viettext"
)

// guessLegacy decodes fonts that hold a legacy encoding without saying so in
// their names: their letters make no Vietnamese as they are and do make it
// when decoded. It reports whether any font was decoded.
func (p *page) guessLegacy() bool {
	samples := map[*pdffont.Font]*strings.Builder{}
	var order []*pdffont.Font
	for i := range p.marks {
		m := &p.marks[i]
		if m.why != Visible || m.font == nil || m.font.Encoding != pdffont.Unicode || !m.known {
			continue
		}
		b := samples[m.font]
		if b == nil {
			b = &strings.Builder{}
			samples[m.font] = b
			order = append(order, m.font)
		}
		if b.Len() < 8_000 {
			if i > 0 && (p.marks[i-1].font != m.font || gapBetween(&p.marks[i-1], m)) {
				b.WriteByte(' ')
			}
			b.WriteString(m.text)
		}
	}
	found := pdffont.Unicode
	var rest []*pdffont.Font
	for _, f := range order {
		if e := legacyOf(samples[f].String()); e != pdffont.Unicode {
			found = e
			p.decode(f, e)
		} else {
			rest = append(rest, f)
		}
	}
	if found == pdffont.Unicode {
		return false
	}
	for _, f := range rest { // fonts with a few words: the page's other fonts tell
		s := samples[f].String()
		was, _ := viettext.Plausibility(s)
		is, _ := viettext.Plausibility(pdffont.Compose(found.Decode(s)))
		if is > was {
			p.decode(f, found)
		}
	}
	return true
}

func (p *page) decode(f *pdffont.Font, e pdffont.Encoding) {
	for i := range p.marks {
		if m := &p.marks[i]; m.font == f {
			m.text, m.guessed = e.Decode(m.text), true
		}
	}
}

func gapBetween(a, b *mark) bool {
	return math.Abs(a.y0-b.y0) > 0.4*b.size || b.x0-a.x1 > 0.2*b.size || b.x0 < a.x0-0.5*b.size
}

// legacyOf tells the encoding of a text that was read as Latin-1, or Unicode
// if it is not plainly a legacy one.
func legacyOf(s string) pdffont.Encoding {
	high := 0
	for _, r := range s {
		if r >= 0x1EA0 && r <= 0x1EF9 || r == 'đ' || r == 'ư' || r == 'ơ' {
			return pdffont.Unicode // Vietnamese as it is
		}
		if r >= 0xA1 && r <= 0xFF || r == 0x2212 {
			high++
		}
	}
	if high < 8 {
		return pdffont.Unicode
	}
	good, words := viettext.Plausibility(s)
	if words < 8 {
		return pdffont.Unicode
	}
	best, share := pdffont.Unicode, float64(good)/float64(words)
	if share > 0.7 {
		return pdffont.Unicode
	}
	for _, e := range []pdffont.Encoding{pdffont.TCVN3, pdffont.VNI} {
		g, w := viettext.Plausibility(pdffont.Compose(e.Decode(s)))
		if w > 0 && float64(g)/float64(w) > max(0.85, share+0.2) {
			best, share = e, float64(g)/float64(w)
		}
	}
	return best
}

// lostLetter reports a hyphen of a legacy font between small letters: print
// drivers turn the code of ư into one, and nobody can tell it back.
func (p *page) lostLetter(i int) bool {
	m := &p.marks[i]
	if i == 0 || i+1 >= len(p.marks) || !m.guessed && (m.font == nil || m.font.Encoding == pdffont.Unicode) {
		return false
	}
	a, b := &p.marks[i-1], &p.marks[i+1]
	return smallLetter(a.text) && smallLetter(b.text) && !gapBetween(a, m) && !gapBetween(m, b)
}

func smallLetter(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLower(r)
}

// gibberish reports text whose letters stand for something else: hardly a
// word can be Vietnamese and signs stand where letters should, or letters of
// far scripts stand among Latin ones.
func (p *page) gibberish() bool {
	var b strings.Builder
	signs, foreign, all := 0, 0, 0
	for i := range p.marks {
		m := &p.marks[i]
		if m.why != Visible || m.annot != 0 || !m.known {
			continue
		}
		if i > 0 && gapBetween(&p.marks[i-1], m) {
			b.WriteByte(' ')
		}
		b.WriteString(m.text)
		for _, r := range m.text {
			switch {
			case unicode.IsSpace(r), r == '\ufffd':
			case unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r):
				all++
				foreign++
			case unicode.IsLetter(r), unicode.IsDigit(r), unicode.Is(unicode.Mn, r), strings.ContainsRune(".,;:()-/–%\"“”'’_", r):
				all++
			default:
				all++
				signs++
			}
		}
	}
	if all < 100 {
		return false
	}
	if foreign*100 >= all*4 {
		return true
	}
	if signs*100 < all*12 {
		return false
	}
	good, words := viettext.Plausibility(b.String())
	return words < 10 || good*100 < words*35
}
