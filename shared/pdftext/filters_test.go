package pdftext_test

import (
	"bytes"
	"compress/lzw"
	"encoding/ascii85"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"hoso/shared/pdftext/pdftest"
	"hoso/shared/reading"
)

// encoded writes a page whose content went through a filter.
func encoded(dict string, data []byte) []byte {
	f := pdftest.Doc("", "x")
	f.Set(4, fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", dict, len(data), data))
	return f.Bytes()
}

func TestFilters(t *testing.T) {
	plain := []byte(body)
	var packed bytes.Buffer
	w := lzw.NewWriter(&packed, lzw.MSB, 8)
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var a85 bytes.Buffer
	e := ascii85.NewEncoder(&a85)
	if _, err := e.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	a85.WriteString("~>")
	var runs []byte
	for i := 0; i < len(plain); i += 100 {
		part := plain[i:min(i+100, len(plain))]
		runs = append(append(runs, byte(len(part)-1)), part...)
	}
	flat := pdftest.Deflate(plain)
	for name, c := range map[string]struct {
		dict string
		data []byte
	}{
		"none":              {"", plain},
		"flate":             {"/Filter /FlateDecode", flat},
		"flate, short name": {"/Filter /Fl", flat},
		"flate, no sum":     {"/Filter /FlateDecode", flat[:len(flat)-4]},
		"hexadecimal":       {"/Filter /ASCIIHexDecode", []byte(hex.EncodeToString(plain) + ">")},
		"base 85":           {"/Filter /ASCII85Decode", a85.Bytes()},
		"run lengths":       {"/Filter /RunLengthDecode", append(runs, 128)},
		"LZW":               {"/Filter /LZWDecode /DecodeParms <</EarlyChange 0>>", packed.Bytes()},
		"two filters":       {"/Filter [/ASCIIHexDecode /FlateDecode]", []byte(hex.EncodeToString(flat))},
		"identity crypt":    {"/Filter [/Crypt /FlateDecode] /DecodeParms [<</Name /Identity>> null]", flat},
		"PNG predictors":    {"/Filter /FlateDecode /DecodeParms <</Predictor 15 /Columns 64>>", pdftest.Deflate(png(plain, 64))},
		"TIFF predictor":    {"/Filter /FlateDecode /DecodeParms <</Predictor 2 /Columns 64>>", pdftest.Deflate(tiff(plain, 64))},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, encoded(c.dict, c.data))
			if n := strings.Count(r.Pages[0].Text, "An ordinary line"); n != 12 || codes(r) != "" {
				t.Errorf("%d of 12 lines; problems %q; %q", n, codes(r), r.Pages[0].Text)
			}
		})
	}
}

// png filters rows with each of the five PNG filters in turn.
func png(data []byte, columns int) []byte {
	for len(data)%columns != 0 {
		data = append(data, ' ')
	}
	var out []byte
	prev := make([]byte, columns)
	for i, tag := 0, 0; i < len(data); i, tag = i+columns, (tag+1)%5 {
		row := data[i : i+columns]
		out = append(out, byte(tag))
		for k, c := range row {
			left, diag := byte(0), byte(0)
			if k > 0 {
				left, diag = row[k-1], prev[k-1]
			}
			switch tag {
			case 1:
				c -= left
			case 2:
				c -= prev[k]
			case 3:
				c -= byte((int(left) + int(prev[k])) / 2)
			case 4:
				c -= nearest(left, prev[k], diag)
			}
			out = append(out, c)
		}
		prev = row
	}
	return out
}

// nearest is the Paeth function of the PNG specification.
func nearest(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	dist := func(x byte) int { return max(p-int(x), int(x)-p) }
	switch {
	case dist(a) <= dist(b) && dist(a) <= dist(c):
		return a
	case dist(b) <= dist(c):
		return b
	}
	return c
}

func tiff(data []byte, columns int) []byte {
	for len(data)%columns != 0 {
		data = append(data, ' ')
	}
	out := bytes.Clone(data)
	for i := range out {
		if i%columns > 0 {
			out[i] = data[i] - data[i-1]
		}
	}
	return out
}

func TestLZWOfTheSpecification(t *testing.T) {
	// The example of ISO 32000-1, 7.4.4.2, as a hexadecimal string of codes
	// that gives "-----A---B"; the page shows nothing, but must not fail.
	r := read(t, encoded("/Filter /LZWDecode", []byte("\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01")))
	if codes(r) != "page-empty file-blank" {
		t.Errorf("problems %q", codes(r))
	}
}

func TestDamagedStreamIsReadAsFarAsItGoesAndSaidSo(t *testing.T) {
	flat := pdftest.Deflate([]byte(body + strings.Repeat("% padding of the content 0123456789\n", 40)))
	flat[len(flat)-2] ^= 0x40 // in the check sum
	if r := read(t, encoded("/Filter /FlateDecode", flat)); codes(r) != reading.CodePageDamaged || !strings.Contains(r.Pages[0].Text, "An ordinary line") {
		t.Errorf("check sum: %q %q", codes(r), r.Pages[0].Text)
	}
	flat = pdftest.Deflate([]byte(body))
	if r := read(t, encoded("/Filter /FlateDecode", flat[:len(flat)*2/3])); !strings.Contains(codes(r), reading.CodePageDamaged) {
		t.Errorf("cut short: %q", codes(r))
	}
}

func TestStructureThatIsMendedIsMarked(t *testing.T) {
	sound := pdftest.Doc("", body).Bytes()
	for name, data := range map[string][]byte{
		"wrong length":    bytes.Replace(sound, []byte("/Length "), []byte("/Length 1"), 1),
		"no endobj":       bytes.Replace(sound, []byte("endobj\n2 0 obj"), []byte("\n2 0 obj"), 1),
		"table moved":     bytes.Replace(sound, []byte("startxref\n"), []byte("startxref\n1"), 1),
		"line ends":       bytes.ReplaceAll(sound, []byte("\nendobj\n"), []byte("\r\nendobj\r\n")),
		"stray words":     bytes.Replace(sound, []byte("<</Type /Catalog"), []byte("<<stray 12 /Type /Catalog"), 1),
		"bytes in front":  append([]byte("some bytes in front\n"), sound...),
		"offsets from -1": append([]byte("\n"), sound...),
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, data)
			if n := strings.Count(r.Pages[0].Text, "An ordinary line"); n != 12 {
				t.Errorf("%d of 12 lines", n)
			}
			mended := name != "offsets from -1"
			if got := codes(r) != ""; got != mended {
				t.Errorf("problems %q", codes(r))
			}
		})
	}
}
