package pdffont

import "encoding/binary"

// truetype is what an embedded TrueType program says about its glyphs.
type truetype struct {
	codes   map[uint32]uint16 // by the symbol or Macintosh table: code to glyph
	unicode map[uint16]rune   // glyph to character, by a Unicode table
	names   map[uint16]string // glyph to name
	left    int               // entries that may still be looked at
}

// Bounds of what is read from a font program.
const (
	maxTables  = 64
	maxGlyphs  = 1 << 16
	maxEntries = 3 * maxGlyphs
)

// parseTrueType reads the tables cmap and post. Damaged programs give what can
// be read.
func parseTrueType(d []byte) *truetype {
	t := &truetype{codes: map[uint32]uint16{}, unicode: map[uint16]rune{}, names: map[uint16]string{}, left: maxEntries}
	if len(d) < 12 {
		return t
	}
	n := int(binary.BigEndian.Uint16(d[4:]))
	for i := 0; i < n && i < maxTables && 28+16*i <= len(d); i++ {
		rec := d[12+16*i:]
		tab := sub(d, int64(binary.BigEndian.Uint32(rec[8:])), int64(binary.BigEndian.Uint32(rec[12:])))
		switch string(rec[:4]) {
		case "cmap":
			t.readCmap(tab)
		case "post":
			t.readPost(tab)
		}
	}
	return t
}

// sub gives n bytes from offset, or as many as there are.
func sub(d []byte, off, n int64) []byte {
	if off < 0 || off >= int64(len(d)) {
		return nil
	}
	return d[off:min(off+max(n, 0), int64(len(d)))]
}

func u16(d []byte, at int) int {
	if at < 0 || at+2 > len(d) {
		return 0
	}
	return int(binary.BigEndian.Uint16(d[at:]))
}

func u32(d []byte, at int) int64 {
	if at < 0 || at+4 > len(d) {
		return 0
	}
	return int64(binary.BigEndian.Uint32(d[at:]))
}

func (t *truetype) readCmap(d []byte) {
	for i := 0; i < u16(d, 2) && i < maxTables; i++ {
		platform, encoding := u16(d, 4+8*i), u16(d, 6+8*i)
		tab := sub(d, u32(d, 8+8*i), int64(len(d)))
		speaks := platform == 0 || platform == 3 && (encoding == 1 || encoding == 10)
		each(tab, func(code uint32, glyph uint16) bool {
			if glyph != 0 {
				if speaks {
					if _, seen := t.unicode[glyph]; !seen {
						t.unicode[glyph] = rune(code)
					}
				} else if _, seen := t.codes[code&0xff]; !seen && (code < 0x100 || code>>8 == 0xF0) {
					t.codes[code&0xff] = glyph
				}
			}
			t.left--
			return t.left > 0
		})
	}
}

// each calls f for the pairs of a character table of format 0, 4, 6 or 12.
func each(d []byte, f func(code uint32, glyph uint16) bool) {
	switch u16(d, 0) {
	case 0:
		for c := 0; c < 256 && 6+c < len(d); c++ {
			if !f(uint32(c), uint16(d[6+c])) {
				return
			}
		}
	case 4:
		eachSegment(d, f)
	case 6:
		first, n := u16(d, 6), u16(d, 8)
		for i := 0; i < n; i++ {
			if !f(uint32(first+i), uint16(u16(d, 10+2*i))) {
				return
			}
		}
	case 12:
		for i, n := int64(0), u32(d, 12); i < n && 16+12*i+12 <= int64(len(d)); i++ {
			at := int(16 + 12*i)
			lo, hi, g := u32(d, at), u32(d, at+4), u32(d, at+8)
			for c := lo; c <= hi; c++ {
				if !f(uint32(c), uint16(g+c-lo)) {
					return
				}
			}
		}
	}
}

func eachSegment(d []byte, f func(code uint32, glyph uint16) bool) {
	n := u16(d, 6) / 2
	for i := 0; i < n; i++ {
		end, start := u16(d, 14+2*i), u16(d, 16+2*n+2*i)
		delta, at := u16(d, 16+4*n+2*i), 16+6*n+2*i
		off := u16(d, at)
		for c := start; c <= end && c != 0xffff; c++ {
			g := c + delta
			if off != 0 {
				if g = u16(d, at+off+2*(c-start)); g != 0 {
					g += delta
				}
			}
			if !f(uint32(c), uint16(g)) {
				return
			}
		}
	}
}

// macGlyphs is the number of glyph names that format 2 need not spell out.
const macGlyphs = 258

func (t *truetype) readPost(d []byte) {
	if u32(d, 0) != 0x20000 {
		return
	}
	n := u16(d, 32)
	var spelled []string
	for p := 34 + 2*n; p < len(d) && t.left > 0; t.left-- {
		l := int(d[p])
		spelled = append(spelled, string(sub(d, int64(p+1), int64(l))))
		p += 1 + l
	}
	order := macOrder()
	for g := 0; g < n && t.left > 0; g++ {
		t.left--
		k := u16(d, 34+2*g)
		switch {
		case k >= macGlyphs && k-macGlyphs < len(spelled):
			t.names[uint16(g)] = spelled[k-macGlyphs]
		case k >= 3 && k < 3+95: // the standard order begins .notdef, .null, nonmarkingreturn, then ASCII
			t.unicode[uint16(g)] = rune(' ' + k - 3)
		case k >= 98 && k-98 < len(order):
			t.unicode[uint16(g)] = order[k-98]
		}
	}
}

// macOrder lists the characters of the Macintosh glyph order behind ASCII, as
// far as text needs them.
func macOrder() []rune {
	return []rune("ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u00a0ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄¤‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇŁłŠšŽž¦ÐðÝýÞþ−×¹²³½¼¾₣ĞğİŞşĆćČčđ")
}

// text gives the text of a glyph, "" if the program does not say.
func (t *truetype) text(glyph uint16) string {
	if n, ok := t.names[glyph]; ok {
		if s := textOfName(n); s != "" {
			return s
		}
	}
	if r, ok := t.unicode[glyph]; ok && r >= ' ' {
		return string(r)
	}
	return ""
}

// numbered reports a program whose codes only count its glyphs: letters stand
// at codes that are control characters in every encoding.
func (t *truetype) numbered() bool {
	for c := range t.codes {
		if c < ' ' && c != 0 && c != '\t' && c != '\n' && c != '\r' {
			return true
		}
	}
	return false
}
