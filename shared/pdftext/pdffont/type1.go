package pdffont

import (
	"bytes"

	"hoso/shared/pdftext/pdflex"
)

// maxClear bounds the part of a Type 1 program that is read: the plain text
// before its enciphered glyphs.
const maxClear = 64 << 10

// type1Encoding reads the encoding of a Type 1 program: names by code, or
// standard if it only refers to Adobe's standard encoding.
func type1Encoding(d []byte) (names map[int]string, standard bool) {
	if i := bytes.Index(d, []byte("eexec")); i >= 0 {
		d = d[:i]
	}
	i := bytes.Index(d, []byte("/Encoding"))
	if i < 0 {
		return nil, false
	}
	l := pdflex.Lexer{Data: d[i+len("/Encoding") : min(len(d), i+maxClear)]}
	names = map[int]string{}
	var last [2]pdflex.Token
	for {
		t := l.Next()
		switch {
		case t.Kind == pdflex.EOF:
			return names, false
		case t.Kind == pdflex.Word && string(t.Str) == "StandardEncoding":
			return nil, true
		case t.Kind == pdflex.Word && string(t.Str) == "put":
			if last[0].Kind == pdflex.Int && last[1].Kind == pdflex.Name && last[0].Int >= 0 && last[0].Int < 256 {
				names[int(last[0].Int)] = string(last[1].Str)
			}
		case t.Kind == pdflex.Word && (string(t.Str) == "def" || string(t.Str) == "readonly") && len(names) > 0:
			return names, false
		}
		last[0], last[1] = last[1], t
	}
}

// cffEncoding reads the encoding of a compact Type 1 program: texts by code.
// A program keyed by glyph numbers, or damaged, gives nil.
func cffEncoding(d []byte) map[int]string {
	if len(d) < 4 {
		return nil
	}
	_, pos := cffIndex(d, int(d[2]))
	dicts, pos := cffIndex(d, pos)
	strings, _ := cffIndex(d, pos)
	if len(dicts) == 0 {
		return nil
	}
	top := cffDict(dicts[0])
	if _, byNumber := top[0x0c1e]; byNumber {
		return nil
	}
	glyphs, _ := cffIndex(d, top[17])
	sids := cffCharset(d, top[15], len(glyphs))
	text := func(glyph int) string {
		if glyph <= 0 || glyph >= len(sids) {
			return ""
		}
		return sidText(sids[glyph], strings)
	}
	at := top[16]
	if at <= 1 || at+2 > len(d) {
		return nil // standard or expert: the caller's default serves
	}
	out := map[int]string{}
	n := int(d[at+1])
	switch d[at] & 0x7f {
	case 0:
		for i := 0; i < n && at+2+i < len(d); i++ {
			out[int(d[at+2+i])] = text(i + 1)
		}
	case 1:
		glyph := 1
		for i := 0; i < n && at+3+2*i < len(d); i++ {
			for k := 0; k <= int(d[at+3+2*i]); k++ {
				out[int(d[at+2+2*i])+k] = text(glyph)
				glyph++
			}
		}
	}
	return out
}

// cffIndex reads an index: its entries and the position behind it.
func cffIndex(d []byte, pos int) ([][]byte, int) {
	n := u16(d, pos)
	if pos <= 0 || pos+3 > len(d) || n == 0 {
		return nil, pos + 2
	}
	size := int(d[pos+2])
	if size < 1 || size > 4 || pos+3+size*(n+1) > len(d) {
		return nil, len(d)
	}
	offset := func(i int) int {
		v := 0
		for _, b := range d[pos+3+size*i : pos+3+size*(i+1)] {
			v = v<<8 | int(b)
		}
		return v
	}
	base := pos + 2 + size*(n+1)
	out := make([][]byte, 0, n)
	for i := range n {
		out = append(out, sub(d, int64(base+offset(i)), int64(offset(i+1)-offset(i))))
	}
	return out, base + offset(n)
}

// cffDict reads the whole-number operands of a dictionary by their operators;
// two-byte operators have 0x0c in front.
func cffDict(d []byte) map[int]int {
	out := map[int]int{}
	value := 0
	for i := 0; i < len(d); i++ {
		b := int(d[i])
		switch {
		case b == 12 && i+1 < len(d):
			i++
			out[0x0c00|int(d[i])] = value
		case b <= 21:
			out[b] = value
		case b == 28:
			value, i = int(int16(u16(d, i+1))), i+2
		case b == 29:
			value, i = int(int32(u32(d, i+1))), i+4
		case b == 30:
			for i++; i < len(d) && d[i]&0xf != 0xf && d[i]>>4 != 0xf; i++ {
			}
		case b >= 32 && b <= 246:
			value = b - 139
		case b >= 247 && b <= 250 && i+1 < len(d):
			value, i = (b-247)*256+int(d[i+1])+108, i+1
		case b >= 251 && b <= 254 && i+1 < len(d):
			value, i = -(b-251)*256-int(d[i+1])-108, i+1
		}
	}
	return out
}

// cffCharset gives the string number of each glyph.
func cffCharset(d []byte, at, glyphs int) []int {
	out := make([]int, 1, max(glyphs, 1))
	if at <= 2 { // the predefined sets begin with the standard one
		for g := 1; g < glyphs; g++ {
			out = append(out, g)
		}
		return out
	}
	if at >= len(d) {
		return out
	}
	format, p := d[at], at+1
	for len(out) < glyphs && p+1 < len(d) {
		first := u16(d, p)
		left := 0
		switch format {
		case 0:
			p += 2
		case 1:
			if p+2 >= len(d) {
				return out
			}
			left, p = int(d[p+2]), p+3
		default:
			left, p = u16(d, p+2), p+4
		}
		for k := 0; k <= left && len(out) < glyphs; k++ {
			out = append(out, first+k)
		}
	}
	return out
}

// standardStrings lists the characters of the standard strings 1 to 228.
const standardStrings = " !\"#$%&’()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_‘abcdefghijklmnopqrstuvwxyz{|}~" +
	"¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ–†‡·¶•‚„”»…‰¿`´ˆ˜¯˘˙¨˚¸˝˛ˇ—ÆªŁØŒºæıłøœß" +
	"¹¬µ™Ð½±Þ¼÷¦°þ¾²®−ð×³©ÁÂÄÀÅÃÇÉÊËÈÍÎÏÌÑÓÔÖÒÕŠÚÛÜÙÝŸŽáâäàåãçéêëèíîïìñóôöòõšúûüùýÿž"

// namedStrings is the number of standard strings; the program's own follow.
const namedStrings = 391

func sidText(sid int, own [][]byte) string {
	if sid >= namedStrings {
		if i := sid - namedStrings; i < len(own) {
			return textOfName(string(own[i]))
		}
		return ""
	}
	i := 1
	for _, r := range standardStrings {
		if i == sid {
			return string(r)
		}
		i++
	}
	return ""
}
