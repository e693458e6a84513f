package pdffont

import (
	"strings"
	"unicode"

	"github.com/ledongthuc/pdf"
	"golang.org/x/text/unicode/norm"
)

// Font is one font of a file, ready to give text and widths.
type Font struct {
	Name     string // without the subset tag
	Bold     bool
	Italic   bool
	Encoding Encoding // legacy encoding by name, already applied to texts
	Type3    bool
	// Lies is true when the font's map to Unicode contradicts the encoding by
	// which its letters are drawn.
	Lies   bool
	Matrix [4]float64 // of a Type 3 font: its glyph space; else a thousandth

	composite bool
	vertical  bool
	order     *cmap // composite: how bytes become codes and glyph numbers; nil is Identity
	direct    bool  // composite: codes are UCS-2
	unicode   *cmap
	texts     [256]string  // simple: text of each code
	mapped    [256]bool    // simple: whether that text is known
	widths    [256]float64 // simple, in thousandths
	cidWidths map[uint32]float64
	defWidth  float64
}

// Glyph is what a font knows of one code.
type Glyph struct {
	Text   string
	Width  float64 // in thousandths of the font size
	Mapped bool    // the text is known
	Space  bool    // the single-byte code 32, to which word spacing applies
}

// Load reads a font dictionary. Stream gives the decoded bytes of a stream;
// its error ends the reading of the file.
func Load(v pdf.Value, stream func(pdf.Value) ([]byte, error)) (*Font, error) {
	f := &Font{Matrix: [4]float64{0.001, 0, 0, 0.001}}
	base := v.Key("BaseFont").Name()
	if len(base) > 7 && base[6] == '+' {
		base = base[7:]
	}
	f.Name = base
	if tu := v.Key("ToUnicode"); tu.Kind() == pdf.Stream {
		data, err := stream(tu)
		if err != nil {
			return nil, err
		}
		f.unicode = parseCMap(data)
		if len(f.unicode.text) == 0 {
			f.unicode = nil
		}
	}
	desc := v.Key("FontDescriptor")
	if v.Key("Subtype").Name() == "Type0" {
		d := v.Key("DescendantFonts").Index(0)
		desc = d.Key("FontDescriptor")
		if err := f.loadComposite(v, d, stream); err != nil {
			return nil, err
		}
	} else {
		if err := f.loadSimple(v, desc, stream); err != nil {
			return nil, err
		}
	}
	f.style(desc)
	f.legacy()
	return f, nil
}

func (f *Font) style(desc pdf.Value) {
	n := strings.ToLower(f.Name)
	flags := desc.Key("Flags").Int64()
	f.Bold = strings.Contains(n, "bold") || strings.Contains(n, "black") || strings.Contains(n, "heavy") ||
		flags&(1<<18) != 0 || desc.Key("FontWeight").Float64() >= 600
	f.Italic = strings.Contains(n, "italic") || strings.Contains(n, "oblique") || flags&(1<<6) != 0
}

func (f *Font) loadComposite(v, d pdf.Value, stream func(pdf.Value) ([]byte, error)) error {
	f.composite = true
	enc := v.Key("Encoding")
	switch n := enc.Name(); {
	case enc.Kind() == pdf.Stream:
		data, err := stream(enc)
		if err != nil {
			return err
		}
		f.order = parseCMap(data)
		f.vertical = enc.Key("WMode").Int64() == 1
	case strings.HasPrefix(n, "Uni"):
		f.direct = true
		f.vertical = strings.HasSuffix(n, "-V")
	default:
		f.vertical = strings.HasSuffix(n, "-V")
	}
	f.defWidth = 1000
	if dw := d.Key("DW"); !dw.IsNull() {
		f.defWidth = dw.Float64()
	}
	if f.unicode == nil && !f.direct {
		if err := f.glyphTexts(d, stream); err != nil {
			return err
		}
	}
	f.cidWidths = map[uint32]float64{}
	w := d.Key("W")
	left := maxMapped
	for i := 0; i+1 < w.Len() && left > 0; {
		first := uint32(w.Index(i).Int64())
		if list := w.Index(i + 1); list.Kind() == pdf.Array {
			for k := 0; k < list.Len() && left > 0; k++ {
				left--
				f.cidWidths[first+uint32(k)] = list.Index(k).Float64()
			}
			i, left = i+2, left-1
			continue
		}
		last, width := uint32(w.Index(i+1).Int64()), w.Index(i+2).Float64()
		for c := first; c <= last && left > 0; c++ {
			left--
			f.cidWidths[c] = width
		}
		i, left = i+3, left-1
	}
	return nil
}

func (f *Font) loadSimple(v, desc pdf.Value, stream func(pdf.Value) ([]byte, error)) error {
	f.Type3 = v.Key("Subtype").Name() == "Type3"
	enc := v.Key("Encoding")
	base := enc.Name()
	if enc.Kind() == pdf.Dict {
		base = enc.Key("BaseEncoding").Name()
	}
	symbolic := desc.Key("Flags").Int64()&4 != 0
	isTrueType := v.Key("Subtype").Name() == "TrueType"
	if base == "" && !symbolic && !isTrueType {
		base = "StandardEncoding"
	}
	f.texts = baseEncoding(base)
	for c := range f.texts {
		f.mapped[c] = f.texts[c] != "" && !f.Type3
	}
	diff := enc.Key("Differences")
	if base == "" && (symbolic || isTrueType) && !f.Type3 {
		if err := f.ownEncoding(v, desc, stream); err != nil {
			return err
		}
	}
	f.differences(diff)
	if f.unicode != nil {
		f.Lies = (enc.Name() != "" || diff.Len() > 0) && !symbolic && f.contradicted()
		for c := range f.texts {
			if t, ok := f.unicode.text[uint32(c)]; ok && t != "" && t != "\x00" {
				f.texts[c], f.mapped[c] = t, true
			}
		}
	}
	f.loadWidths(v, desc)
	return nil
}

// differences applies the array that renames single codes.
func (f *Font) differences(diff pdf.Value) {
	for i, c := 0, int64(0); i < diff.Len() && i < 4096; i++ {
		switch x := diff.Index(i); x.Kind() {
		case pdf.Integer, pdf.Real:
			c = int64(x.Float64())
		case pdf.Name:
			if c >= 0 && c < 256 {
				f.texts[c] = textOfName(x.Name())
				f.mapped[c] = f.texts[c] != ""
			}
			c++
		}
	}
}

// contradicted reports a map that gives another letter or figure for a code
// than the font's own encoding does.
func (f *Font) contradicted() bool {
	if LegacyByName(f.Name) != Unicode {
		return false // print drivers' maps of legacy fonts are wrong in another way
	}
	for c, own := range f.texts {
		said, ok := f.unicode.text[uint32(c)]
		if ok && f.mapped[c] && alphanumeric(own) && alphanumeric(said) && !strings.EqualFold(own, said) {
			return true
		}
	}
	return false
}

func alphanumeric(s string) bool {
	return len(s) == 1 && (s[0] >= '0' && s[0] <= '9' || s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z')
}

func (f *Font) loadWidths(v, desc pdf.Value) {
	missing := desc.Key("MissingWidth").Float64()
	w := v.Key("Widths")
	if w.Len() == 0 {
		std := standardWidths(f.Name)
		for c := range f.widths {
			f.widths[c] = std(c)
		}
	} else {
		for c := range f.widths {
			f.widths[c] = missing
		}
		first := v.Key("FirstChar").Int64()
		for i := 0; i < w.Len() && i < 256; i++ {
			if c := first + int64(i); c >= 0 && c < 256 {
				f.widths[c] = w.Index(i).Float64()
			}
		}
	}
	if m := v.Key("FontMatrix"); f.Type3 && m.Len() == 6 {
		for i := range f.Matrix {
			f.Matrix[i] = m.Index(i).Float64()
		}
	}
}

// legacy applies a legacy encoding told by the font's name, unless the font's
// own map already gives Vietnamese letters.
func (f *Font) legacy() {
	e := LegacyByName(f.Name)
	if e == Unicode || f.soundMap() {
		return
	}
	f.Encoding = e
	for c, t := range f.texts {
		if t != "" {
			f.texts[c] = e.Decode(t)
		}
	}
	if f.unicode != nil {
		for c, t := range f.unicode.text {
			f.unicode.text[c] = e.Decode(t)
		}
	}
}

// soundMap reports whether a ToUnicode map speaks Vietnamese: print drivers
// give legacy fonts maps to Latin-1, which say nothing.
func (f *Font) soundMap() bool {
	if f.unicode == nil {
		return false
	}
	for _, t := range f.unicode.text {
		for _, r := range t {
			if r >= 0x1EA0 && r <= 0x1EF9 || r == 'ă' || r == 'Ă' || r == 'ơ' || r == 'Ơ' || r == 'ư' || r == 'Ư' || r == 'đ' || r == 'Đ' || r >= 0x300 && r <= 0x323 {
				return true
			}
		}
	}
	return false
}

// Vertical reports a font that writes downwards.
func (f *Font) Vertical() bool { return f.vertical }

// Next cuts the next code off s; n is at least 1 while s is not empty.
func (f *Font) Next(s []byte) (g Glyph, n int) {
	if !f.composite {
		c := s[0]
		return Glyph{Text: f.texts[c], Width: f.widths[c], Mapped: f.mapped[c], Space: c == ' '}, 1
	}
	var c uint32
	switch {
	case f.order != nil && len(f.order.spans) > 0:
		c, n = f.order.next(s)
	default:
		n = min(2, len(s))
		c = code(s[:n])
	}
	cid := c
	if f.order != nil {
		if id, ok := f.order.cids[c]; ok {
			cid = id
		}
	}
	g.Space = n == 1 && c == ' '
	if w, ok := f.cidWidths[cid]; ok {
		g.Width = w
	} else {
		g.Width = f.defWidth
	}
	if f.unicode != nil {
		if t, ok := f.unicode.text[c]; ok && t != "" && t != "\x00" && t != "\ufffd" {
			g.Text, g.Mapped = t, true
			return g, n
		}
	}
	if f.direct && c != 0 {
		g.Text, g.Mapped = string(rune(c)), true
	}
	return g, n
}

// IsMark reports whether a text is nothing but combining marks.
func IsMark(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.Mn, r) {
			return false
		}
	}
	return s != ""
}

// Compose joins letters and marks into the usual form.
func Compose(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return norm.NFC.String(s)
		}
	}
	return s
}
