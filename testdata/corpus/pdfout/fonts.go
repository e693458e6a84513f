package pdfout

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"hoso/testdata/corpus/paper"
)

// fonts are the fonts of one file.
type fonts struct {
	w    *writer
	st   Style
	dict int // object of the font dictionary
	list []*fontUse
}

// fontUse is one font as it is used.
type fontUse struct {
	key      string
	face     *paper.Face
	name     string // resource
	object   int
	capitals bool             // legacy: the font of capitals
	glyphs   map[uint16]rune  // CID
	codes    map[rune]byte    // Named
	widths   map[byte]float64 // one-byte fonts
}

func newFonts(w *writer, st Style) *fonts { return &fonts{w: w, st: st, dict: w.reserve()} }

func (f *fonts) use(key string, face *paper.Face) *fontUse {
	for _, u := range f.list {
		if u.key == key {
			return u
		}
	}
	u := &fontUse{key: key, face: face, name: fmt.Sprintf("F%d", len(f.list)+1), object: f.w.reserve(), glyphs: map[uint16]rune{}, codes: map[rune]byte{}, widths: map[byte]float64{}}
	f.list = append(f.list, u)
	return u
}

// named finds a one-byte font of the face with room for the letter.
func (f *fonts) named(face *paper.Face, r rune) *fontUse {
	for i := 0; ; i++ {
		u := f.use(fmt.Sprintf("%s %d", face.Name, i), face)
		if _, ok := u.codes[r]; ok {
			return u
		}
		if len(u.codes) < 90 {
			c := byte(33 + len(u.codes))
			if r == ' ' {
				c = ' '
			}
			u.codes[r], u.widths[c] = c, face.Advance(r)
			return u
		}
	}
}

// unit is a letter ready to be shown: its code in its font.
type unit struct {
	font    *fontUse
	code    string
	advance float64 // points
	blank   bool
}

func (f *fonts) units(t *paper.Text) []unit {
	var out []unit
	switch f.st.Fonts {
	case TCVN3, VNI:
		for _, c := range encode(t.S, f.st.Fonts, t.Face.Advance) {
			key := t.Face.Name
			if c.capitals {
				key += " H"
			}
			u := f.use(key, t.Face)
			u.capitals = c.capitals
			for i, b := range c.codes {
				if _, ok := u.widths[b]; !ok {
					u.widths[b] = c.advance[i]
				}
				out = append(out, unit{u, string([]byte{b}), u.widths[b] * t.Size, b == ' '})
			}
		}
	case Named, Type3, Type1:
		for _, r := range t.S {
			u := f.named(t.Face, r)
			out = append(out, unit{u, string([]byte{u.codes[r]}), t.Face.Advance(r) * t.Size, r == ' '})
		}
	default:
		u := f.use(t.Face.Name, t.Face)
		for _, r := range t.S {
			g := t.Face.Glyph(r)
			u.glyphs[g] = r
			out = append(out, unit{u, string([]byte{byte(g >> 8), byte(g)}), t.Face.Advance(r) * t.Size, r == ' '})
		}
	}
	return out
}

// show gives the operators that draw a text.
func (f *fonts) show(t *paper.Text, height float64) []string {
	units := f.units(t)
	var out []string
	x, y := t.X, height-t.Y
	colour := ""
	if t.Rubber {
		colour = "0.8 0.1 0.15 rg "
	}
	var b strings.Builder
	var font *fontUse
	open := false
	start := x
	flush := func() {
		if open {
			out = append(out, fmt.Sprintf("BT %s/%s %.2f Tf %.3f %.3f Td [%s] TJ ET", colour, font.name, t.Size, start, y, strings.TrimSuffix(b.String(), "<>")))
		}
		b.Reset()
		open = false
	}
	for i := range units {
		u := &units[i]
		cut := !open || u.font != font
		switch f.st.Shown {
		case Letters:
			cut = true
			if u.blank {
				flush()
				x += u.advance + t.Space
				continue
			}
		case Words:
			cut = cut || i > 0 && units[i-1].blank
		}
		if cut {
			flush()
			font, start, open = u.font, x, true
		}
		gap := 0.0
		if u.blank {
			gap = t.Space
		}
		if f.st.Shown == Kerned && u.blank {
			fmt.Fprintf(&b, "%.1f ", -1000*(u.advance+gap)/t.Size)
		} else {
			fmt.Fprintf(&b, "<%x>", u.code)
			if gap != 0 {
				fmt.Fprintf(&b, " %.1f ", -1000*gap/t.Size)
			}
		}
		x += u.advance + gap
	}
	flush()
	if t.Rubber {
		out = append(out, "0 g")
	}
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], "><", "")
	}
	return out
}

// finish writes the fonts.
func (f *fonts) finish() {
	dict := ""
	for _, u := range f.list {
		dict += fmt.Sprintf(" /%s %d 0 R", u.name, u.object)
		switch f.st.Fonts {
		case CID, Unnamed:
			f.cid(u)
		case Type3:
			f.type3(u)
		case Type1:
			f.type1(u)
		default:
			f.simple(u)
		}
	}
	f.w.set(f.dict, "<<"+dict+">>")
}

func (f *fonts) simple(u *fontUse) {
	name := "TimesNewRomanPSMT"
	encoding := "/WinAnsiEncoding"
	switch f.st.Fonts {
	case TCVN3:
		name = ".VnTime"
		if u.capitals {
			name += "H"
		}
		if u.face.Bold {
			name += ",Bold"
		}
	case VNI:
		name = "VNI-Times"
		if u.face.Bold {
			name += ",Bold"
		}
	default:
		type pair struct {
			r rune
			c byte
		}
		var all []pair
		for r, c := range u.codes {
			all = append(all, pair{r, c})
		}
		slices.SortFunc(all, func(a, b pair) int { return int(a.c) - int(b.c) })
		encoding = "<</Type /Encoding /Differences ["
		for _, p := range all {
			encoding += fmt.Sprintf("%d /%s ", p.c, glyphName(p.r))
		}
		encoding += "]>>"
	}
	widths := ""
	for c := 32; c < 256; c++ {
		widths += fmt.Sprintf("%.0f ", 1000*u.widths[byte(c)])
	}
	flags := 32
	desc := f.w.add(fmt.Sprintf("<</Type /FontDescriptor /FontName /%s /Flags %d /FontBBox [-200 -300 1200 1000] /ItalicAngle 0 /Ascent 890 /Descent -216 /CapHeight 660 /StemV 80>>", name, flags))
	f.w.set(u.object, fmt.Sprintf("<</Type /Font /Subtype /TrueType /BaseFont /%s /FirstChar 32 /LastChar 255 /Widths [%s] /Encoding %s /FontDescriptor %d 0 R>>", name, widths, encoding, desc))
}

// glyphName names a letter as fonts do.
func glyphName(r rune) string {
	switch {
	case r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
		return string(r)
	case r == ' ':
		return "space"
	case r >= '0' && r <= '9':
		return [...]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}[r-'0']
	}
	return fmt.Sprintf("uni%04X", r)
}

func (f *fonts) cid(u *fontUse) {
	used := map[uint16]bool{}
	var glyphs []uint16
	for g := range u.glyphs {
		used[g] = true
		glyphs = append(glyphs, g)
	}
	slices.Sort(glyphs)
	program := f.w.flate("", subset(u.face.TTF, used))
	name := "ABCDEF+" + u.face.Name
	desc := f.w.add(fmt.Sprintf("<</Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [-200 -300 1200 1000] /ItalicAngle 0 /Ascent 890 /Descent -216 /CapHeight 660 /StemV 80 /FontFile2 %d 0 R>>", name, program))
	widths, pairs := "", []string{}
	for _, g := range glyphs {
		r := u.glyphs[g]
		widths += fmt.Sprintf("%d [%.0f] ", g, 1000*u.face.Advance(r))
		letters := string(r)
		if f.st.Decomposed {
			letters = norm.NFD.String(letters)
		}
		pair := fmt.Sprintf("<%04x> <", g)
		for _, r := range letters {
			pair += fmt.Sprintf("%04x", r)
		}
		pairs = append(pairs, pair+">\n")
	}
	child := f.w.add(fmt.Sprintf("<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /CIDToGIDMap /Identity /DW 500 /W [%s] /FontDescriptor %d 0 R>>", name, widths, desc))
	unicode := ""
	if f.st.Fonts == CID {
		m := "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
		for chunk := range slices.Chunk(pairs, 100) {
			m += fmt.Sprintf("%d beginbfchar\n%sendbfchar\n", len(chunk), strings.Join(chunk, ""))
		}
		object := f.w.flate("", []byte(m+"endcmap end end"))
		unicode = fmt.Sprintf(" /ToUnicode %d 0 R", object)
	}
	f.w.set(u.object, fmt.Sprintf("<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R]%s>>", name, child, unicode))
}
