package pdfout

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"hoso/testdata/corpus/paper"
)

// Fonts that carry their outlines as programs of their own: old typesetters
// and printer drivers write Type 3, distillers Type 1.

// letters lists a one-byte font's letters by their codes.
func (u *fontUse) letters() []rune {
	var out []rune
	for r := range u.codes {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b rune) int { return int(u.codes[a]) - int(u.codes[b]) })
	return out
}

// differences gives the encoding of a one-byte font, and a map to Unicode.
func (f *fonts) differences(u *fontUse, name func(r rune) string) (encoding, unicode string) {
	m := "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <00> <ff> endcodespacerange\n"
	all := u.letters()
	for chunk := range slices.Chunk(all, 100) {
		m += fmt.Sprintf("%d beginbfchar\n", len(chunk))
		for _, r := range chunk {
			m += fmt.Sprintf("<%02x> <%04x>\n", u.codes[r], r)
			encoding += fmt.Sprintf("%d /%s ", u.codes[r], name(r))
		}
		m += "endbfchar\n"
	}
	return "<</Type /Encoding /Differences [" + encoding + "]>>", fmt.Sprintf(" /ToUnicode %d 0 R", f.w.flate("", []byte(m+"endcmap end end")))
}

func (u *fontUse) widthList() string {
	var b strings.Builder
	for c := 32; c < 256; c++ {
		fmt.Fprintf(&b, "%.0f ", 1000*u.widths[byte(c)])
	}
	return b.String()
}

// pen follows an outline, in thousandths of the size.
type pen struct {
	move, line func(x, y float64)
	curve      func(x1, y1, x2, y2, x, y float64)
	close      func()
}

// outline draws the letter of a face.
func outline(face *paper.Face, r rune, p pen) {
	var buf sfnt.Buffer
	g, err := face.Font.GlyphIndex(&buf, r)
	if err != nil {
		return
	}
	segments, err := face.Font.LoadGlyph(&buf, g, fixed.I(1000), nil)
	if err != nil {
		return
	}
	at := func(v fixed.Point26_6) (float64, float64) {
		return math.Round(float64(v.X) / 64), math.Round(-float64(v.Y) / 64)
	}
	open := false
	var x, y float64
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if open {
				p.close()
			}
			x, y = at(s.Args[0])
			p.move(x, y)
			open = true
		case sfnt.SegmentOpLineTo:
			x, y = at(s.Args[0])
			p.line(x, y)
		case sfnt.SegmentOpQuadTo:
			cx, cy := at(s.Args[0])
			ex, ey := at(s.Args[1])
			p.curve(math.Round(x+2*(cx-x)/3), math.Round(y+2*(cy-y)/3), math.Round(ex+2*(cx-ex)/3), math.Round(ey+2*(cy-ey)/3), ex, ey)
			x, y = ex, ey
		case sfnt.SegmentOpCubeTo:
			x1, y1 := at(s.Args[0])
			x2, y2 := at(s.Args[1])
			x, y = at(s.Args[2])
			p.curve(x1, y1, x2, y2, x, y)
		}
	}
	if open {
		p.close()
	}
}

// type3 writes a font whose letters are small drawings with names that say
// nothing.
func (f *fonts) type3(u *fontUse) {
	procs := ""
	name := func(r rune) string { return fmt.Sprintf("g%d", u.codes[r]) }
	for _, r := range u.letters() {
		var b strings.Builder
		fmt.Fprintf(&b, "%.0f 0 -300 -300 1500 1200 d1\n", 1000*u.face.Advance(r))
		outline(u.face, r, pen{
			move: func(x, y float64) { fmt.Fprintf(&b, "%.0f %.0f m\n", x, y) },
			line: func(x, y float64) { fmt.Fprintf(&b, "%.0f %.0f l\n", x, y) },
			curve: func(x1, y1, x2, y2, x, y float64) {
				fmt.Fprintf(&b, "%.0f %.0f %.0f %.0f %.0f %.0f c\n", x1, y1, x2, y2, x, y)
			},
			close: func() { b.WriteString("h\n") },
		})
		b.WriteString("f\n")
		procs += fmt.Sprintf(" /%s %d 0 R", name(r), f.w.flate("", []byte(b.String())))
	}
	encoding, unicode := f.differences(u, name)
	f.w.set(u.object, fmt.Sprintf("<</Type /Font /Subtype /Type3 /FontBBox [-300 -300 1500 1200] /FontMatrix [0.001 0 0 0.001 0 0] /CharProcs <<%s>> /Encoding %s /FirstChar 32 /LastChar 255 /Widths [%s] /Resources <<>>%s>>",
		procs, encoding, u.widthList(), unicode))
}

// type1 writes a font with a Type 1 program, whose letters have the names that
// fonts give them; no map to Unicode.
func (f *fonts) type1(u *fontUse) {
	name := "ABCDEF+" + strings.ReplaceAll(u.face.Name, "Liberation", "Times") + "T1"
	clear := []byte(fmt.Sprintf("%%!PS-AdobeFont-1.0: %s\n11 dict begin /FontName /%s def /FontType 1 def /PaintType 0 def /FontMatrix [0.001 0 0 0.001 0 0] readonly def /Encoding StandardEncoding def /FontBBox {-300 -300 1500 1200} readonly def currentdict end\ncurrentfile eexec\n", name, name))
	all := u.letters()
	var private bytes.Buffer
	fmt.Fprintf(&private, "dup /Private 8 dict dup begin /RD {string currentfile exch readstring pop} executeonly def /ND {def} executeonly def /NP {put} executeonly def /BlueValues [] def /password 5839 def /lenIV 4 def\n2 index /CharStrings %d dict dup begin\n", len(all)+1)
	entry := func(glyph string, program []byte) {
		sealed := scramble(append([]byte{0, 0, 0, 0}, program...), 4330)
		fmt.Fprintf(&private, "/%s %d RD %s ND\n", glyph, len(sealed), sealed)
	}
	entry(".notdef", append(append(number(nil, 0), number(nil, 500)...), 13, 14))
	for _, r := range all {
		entry(glyphName(r), charstring(u.face, r))
	}
	private.WriteString("end end readonly put noaccess put dup/FontName get exch definefont pop mark currentfile closefile\n")
	sealed := scramble(append([]byte{'h', 'o', 's', 'o'}, private.Bytes()...), 55665)
	end := []byte(strings.Repeat(strings.Repeat("0", 64)+"\n", 8) + "cleartomark\n")
	program := f.w.flate(fmt.Sprintf("/Length1 %d /Length2 %d /Length3 %d", len(clear), len(sealed), len(end)), slices.Concat(clear, sealed, end))
	desc := f.w.add(fmt.Sprintf("<</Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [-300 -300 1500 1200] /ItalicAngle 0 /Ascent 890 /Descent -216 /CapHeight 660 /StemV 80 /FontFile %d 0 R>>", name, program))
	encoding, _ := f.differences(u, glyphName)
	f.w.set(u.object, fmt.Sprintf("<</Type /Font /Subtype /Type1 /BaseFont /%s /FirstChar 32 /LastChar 255 /Widths [%s] /Encoding %s /FontDescriptor %d 0 R>>", name, u.widthList(), encoding, desc))
}

// charstring gives a letter as a Type 1 charstring.
func charstring(face *paper.Face, r rune) []byte {
	out := append(number(number(nil, 0), int(math.Round(1000*face.Advance(r)))), 13) // hsbw
	var x, y float64
	to := func(op byte, points ...float64) {
		for i := 0; i < len(points); i += 2 {
			out = number(number(out, int(points[i]-x)), int(points[i+1]-y))
			x, y = points[i], points[i+1]
		}
		out = append(out, op)
	}
	outline(face, r, pen{
		move:  func(px, py float64) { to(21, px, py) },
		line:  func(px, py float64) { to(5, px, py) },
		curve: func(x1, y1, x2, y2, px, py float64) { to(8, x1, y1, x2, y2, px, py) },
		close: func() { out = append(out, 9) },
	})
	return append(out, 14)
}

// number appends a number as charstrings write it.
func number(b []byte, n int) []byte {
	switch {
	case n >= -107 && n <= 107:
		return append(b, byte(n+139))
	case n >= 108 && n <= 1131:
		return append(b, byte((n-108)>>8+247), byte(n-108))
	case n <= -108 && n >= -1131:
		return append(b, byte((-n-108)>>8+251), byte(-n-108))
	}
	return append(b, 255, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

// scramble enciphers as Type 1 programs are (Adobe Type 1 Font Format, 7).
func scramble(b []byte, key uint16) []byte {
	out := make([]byte, len(b))
	for i, v := range b {
		out[i] = v ^ byte(key>>8)
		key = (uint16(out[i])+key)*52845 + 22719
	}
	return out
}
