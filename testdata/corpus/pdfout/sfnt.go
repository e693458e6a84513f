package pdfout

import (
	"encoding/binary"
	"slices"
)

// subset gives the font program with the outlines of the glyphs that are used
// and of what they are made of; the numbers of glyphs stay.
func subset(ttf []byte, used map[uint16]bool) []byte {
	be := binary.BigEndian
	tables := map[string][]byte{}
	for i := range int(be.Uint16(ttf[4:])) {
		e := ttf[12+16*i:]
		off, n := be.Uint32(e[8:]), be.Uint32(e[12:])
		tables[string(e[:4])] = ttf[off : off+n]
	}
	loca, glyf, long := tables["loca"], tables["glyf"], be.Uint16(tables["head"][50:]) == 1
	at := func(g int) int {
		if long {
			return int(be.Uint32(loca[4*g:]))
		}
		return 2 * int(be.Uint16(loca[2*g:]))
	}
	count := int(be.Uint16(tables["maxp"][4:]))
	keep := map[int]bool{0: true}
	var visit func(g int)
	visit = func(g int) {
		if keep[g] && g != 0 || g >= count {
			return
		}
		keep[g] = true
		b := glyf[at(g):at(g+1)]
		if len(b) < 10 || int16(be.Uint16(b)) >= 0 {
			return
		}
		for p := 10; p+4 <= len(b); { // a glyph made of others
			flags := be.Uint16(b[p:])
			visit(int(be.Uint16(b[p+2:])))
			p += 6
			if flags&1 != 0 {
				p += 2
			}
			switch {
			case flags&8 != 0:
				p += 2
			case flags&0x40 != 0:
				p += 4
			case flags&0x80 != 0:
				p += 8
			}
			if flags&0x20 == 0 {
				break
			}
		}
	}
	for g := range used {
		visit(int(g))
	}
	var outlines, places []byte
	for g := range count {
		places = be.AppendUint32(places, uint32(len(outlines)))
		if keep[g] {
			outlines = append(outlines, glyf[at(g):at(g+1)]...)
			for len(outlines)%4 != 0 {
				outlines = append(outlines, 0)
			}
		}
	}
	places = be.AppendUint32(places, uint32(len(outlines)))
	head := slices.Clone(tables["head"])
	be.PutUint16(head[50:], 1)
	out := map[string][]byte{"glyf": outlines, "loca": places, "head": head}
	for _, name := range []string{"hhea", "maxp", "hmtx", "cvt ", "fpgm", "prep"} {
		if t, ok := tables[name]; ok {
			out[name] = t
		}
	}
	return assemble(out)
}

func assemble(tables map[string][]byte) []byte {
	be := binary.BigEndian
	var names []string
	for n := range tables {
		names = append(names, n)
	}
	slices.Sort(names)
	head := be.AppendUint32(nil, 0x00010000)
	head = be.AppendUint16(head, uint16(len(names)))
	head = append(head, 0, 0x80, 0, 3, 0, 0x10)
	var body []byte
	for _, n := range names {
		t := tables[n]
		sum := uint32(0)
		for i := 0; i < len(t); i += 4 {
			var w [4]byte
			copy(w[:], t[i:])
			sum += be.Uint32(w[:])
		}
		head = append(head, n...)
		head = be.AppendUint32(head, sum)
		head = be.AppendUint32(head, uint32(12+16*len(names)+len(body)))
		head = be.AppendUint32(head, uint32(len(t)))
		body = append(body, t...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(head, body...)
}
