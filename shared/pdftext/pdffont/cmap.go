package pdffont

import (
	"unicode/utf16"

	"hoso/shared/pdftext/pdflex"
)

// maxMapped bounds the entries of one character map, also of those that it
// sets more than once.
const maxMapped = 70_000

// span is a code space: codes of n bytes from lo to hi.
type span struct {
	n      int
	lo, hi uint32
}

// cmap is a character map: code spaces, codes to text, codes to glyph numbers.
type cmap struct {
	spans []span
	text  map[uint32]string
	cids  map[uint32]uint32
	left  int // entries that may still be set
}

// parseCMap reads a ToUnicode map or an embedded encoding. The counts a map
// declares are not believed; its operands are.
func parseCMap(data []byte) *cmap {
	m := &cmap{text: map[uint32]string{}, cids: map[uint32]uint32{}, left: maxMapped}
	l := pdflex.Lexer{Data: data}
	var args []pdflex.Token
	for {
		t := l.Next()
		switch t.Kind {
		case pdflex.EOF:
			return m
		case pdflex.Word:
			switch string(t.Str) {
			case "endcodespacerange":
				for i := 0; i+1 < len(args); i += 2 {
					m.spans = append(m.spans, span{len(args[i].Str), code(args[i].Str), code(args[i+1].Str)})
				}
			case "endbfchar":
				for i := 0; i+1 < len(args); i += 2 {
					m.setText(code(args[i].Str), args[i+1])
				}
			case "endbfrange":
				m.bfRange(args)
			case "endcidchar":
				for i := 0; i+1 < len(args); i += 2 {
					m.setCID(code(args[i].Str), uint32(args[i+1].Int))
				}
			case "endcidrange":
				for i := 0; i+2 < len(args); i += 3 {
					m.cidRange(code(args[i].Str), code(args[i+1].Str), uint32(args[i+2].Int))
				}
			}
			args = args[:0]
		default:
			if len(args) < 1<<17 {
				args = append(args, t)
			}
		}
	}
}

func code(s []byte) uint32 {
	var n uint32
	for _, c := range s {
		n = n<<8 | uint32(c)
	}
	return n
}

// utf16Text reads the target of a mapping, UTF-16 with the high byte first.
func utf16Text(s []byte) string {
	if len(s) == 1 {
		return string(rune(s[0]))
	}
	u := make([]uint16, 0, len(s)/2)
	for i := 0; i+1 < len(s) && i < 64; i += 2 {
		u = append(u, uint16(s[i])<<8|uint16(s[i+1]))
	}
	return string(utf16.Decode(u))
}

func (m *cmap) setText(c uint32, t pdflex.Token) {
	if m.left--; m.left < 0 {
		return
	}
	switch t.Kind {
	case pdflex.String:
		m.text[c] = utf16Text(t.Str)
	case pdflex.Name:
		m.text[c] = textOfName(string(t.Str))
	}
}

func (m *cmap) bfRange(args []pdflex.Token) {
	for i := 0; i+2 < len(args); {
		lo, hi := code(args[i].Str), code(args[i+1].Str)
		if args[i+2].Kind == pdflex.ArrayOpen {
			i += 3
			for c := lo; i < len(args) && args[i].Kind != pdflex.ArrayClose; i, c = i+1, c+1 {
				if c <= hi {
					m.setText(c, args[i])
				}
			}
			i++
			continue
		}
		dst := append([]byte(nil), args[i+2].Str...)
		for c := lo; c <= hi && c-lo < 0x10000 && m.left > 0; c++ {
			m.left--
			m.text[c] = utf16Text(dst)
			for k := len(dst) - 1; k >= 0; k-- {
				if dst[k]++; dst[k] != 0 {
					break
				}
			}
		}
		i += 3
	}
}

func (m *cmap) setCID(c, cid uint32) {
	if m.left--; m.left >= 0 {
		m.cids[c] = cid
	}
}

func (m *cmap) cidRange(lo, hi, cid uint32) {
	for c := lo; c <= hi && c-lo < 0x10000 && m.left > 0; c++ {
		m.setCID(c, cid+c-lo)
	}
}

// next cuts the next code from s by the code spaces; without any that fits,
// two bytes.
func (m *cmap) next(s []byte) (uint32, int) {
	var c uint32
	for n := 1; n <= 4 && n <= len(s); n++ {
		c = c<<8 | uint32(s[n-1])
		for _, sp := range m.spans {
			if sp.n == n && c >= sp.lo && c <= sp.hi {
				return c, n
			}
		}
	}
	return code(s[:min(2, len(s))]), min(2, len(s))
}
