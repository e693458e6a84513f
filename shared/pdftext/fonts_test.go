package pdftext_test

import (
	"fmt"
	"strings"
	"testing"

	"hoso/shared/pdftext"
	"hoso/shared/pdftext/pdftest"
	"hoso/shared/reading"
)

// latin gives the bytes of a text in Latin-1.
func latin(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

// fontPage sets lines in one font. The font object may use numbers from 6 on
// for what it needs.
func fontPage(font string, extra func(*pdftest.File), lines ...string) []byte {
	var b strings.Builder
	for i, l := range lines {
		b.WriteString(fmt.Sprintf("BT /F1 9 Tf 72 %d Td %s Tj ET\n", 760-20*i, l))
	}
	f := pdftest.Doc("", b.String())
	f.Set(3, font)
	if extra != nil {
		extra(f)
	}
	return f.Bytes()
}

func literal(s string) string {
	return "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(latin(s)) + ")"
}

const (
	republic = "Cộng hòa xã hội chủ nghĩa Việt Nam"
	freedom  = "Độc lập - Tự do - Hạnh phúc"
	sentence = "Ủy ban nhân dân tỉnh kính đề nghị xét tặng Bằng khen cho những cá nhân có thành tích"
)

// What the legacy encodings make of these lines, as their users write them.
var (
	tcvn3 = []string{"Céng hßa x· héi chñ nghÜa ViÖt Nam", "§éc lËp - Tù do - H¹nh phóc", "ñy ban nh©n d©n tØnh kÝnh ®Ò nghÞ xÐt tÆng B»ng khen cho nh÷ng c¸ nh©n cã thµnh tÝch"}
	vni   = []string{"Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Ñoäc laäp - Töï do - Haïnh phuùc", "UÛy ban nhaân daân tænh kính ñeà nghò xeùt taëng Baèng khen cho nhöõng caù nhaân coù thaønh tích"}
)

func simpleFont(name string) string {
	return "<</Type /Font /Subtype /TrueType /BaseFont /" + name + " /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar 255 /Widths [" + strings.Repeat("500 ", 224) + "]>>"
}

func TestLegacyFontsAreDecodedByTheirNames(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		want  []string
	}{
		"ABCDEF+.VnTime":   {tcvn3, []string{republic, freedom}},
		".VnArial,Bold":    {tcvn3, []string{republic, freedom}},
		"VnTime":           {tcvn3, []string{republic, freedom}},
		".VnTimeH":         {tcvn3, []string{strings.ToUpper(republic), strings.ToUpper(freedom)}},
		".VnTimeH-Bold":    {tcvn3, []string{strings.ToUpper(republic), strings.ToUpper(freedom)}},
		"VNI-Times":        {vni, []string{republic, freedom, sentence}},
		"XYZABC+VNI-Helve": {vni, []string{republic, freedom, sentence}},
	} {
		t.Run(name, func(t *testing.T) {
			var ops []string
			for _, l := range c.lines {
				ops = append(ops, literal(l))
			}
			r := read(t, fontPage(simpleFont(name), nil, ops...))
			for _, w := range c.want {
				if !strings.Contains(r.Pages[0].Text, w) {
					t.Errorf("%q is not in %q", w, r.Pages[0].Text)
				}
			}
			if r.Pages[0].Quality != reading.Legacy || codes(r) != "" {
				t.Errorf("quality %s, problems %q", r.Pages[0].Quality, codes(r))
			}
		})
	}
}

func TestLegacyFontWithoutItsNameIsDecodedAndSaidSo(t *testing.T) {
	for name, lines := range map[string][]string{"TCVN3": tcvn3, "VNI": vni} {
		var ops []string
		for range 3 {
			for _, l := range lines {
				ops = append(ops, literal(l))
			}
		}
		r := read(t, fontPage(simpleFont("F12"), nil, ops...))
		if !strings.Contains(r.Pages[0].Text, republic) || codes(r) != reading.CodeLegacyGuess {
			t.Errorf("%s: %q, problems %q", name, r.Pages[0].Text, codes(r))
		}
	}
	french := []string{"Été à Genève: où est l'élève très âgé, près de la forêt ?", "Le français répète l'événement après l'été."}
	var ops []string
	for _, l := range append(french, french...) {
		ops = append(ops, literal(l))
	}
	r := read(t, fontPage(simpleFont("F12"), nil, ops...))
	if !strings.Contains(r.Pages[0].Text, "Été à Genève") {
		t.Errorf("French was decoded: %q", r.Pages[0].Text)
	}
}

// toUnicode writes a map of single-byte codes.
func toUnicode(pairs map[int]string) string {
	var b strings.Builder
	b.WriteString("1 begincodespacerange <00> <ff> endcodespacerange\n")
	for c := range 256 {
		if s, ok := pairs[c]; ok {
			fmt.Fprintf(&b, "1 beginbfchar <%02x> <", c)
			for _, r := range s {
				fmt.Fprintf(&b, "%04x", r)
			}
			b.WriteString("> endbfchar\n")
		}
	}
	return b.String()
}

func TestFalseMapOfALegacyFontIsNotBelieved(t *testing.T) {
	pairs := map[int]string{}
	for c := 32; c < 256; c++ {
		pairs[c] = string(rune(c))
	}
	pairs[0xAD] = "\u2212" // what print drivers make of ư
	data := fontPage(strings.Replace(simpleFont(".VnTime"), "/Encoding", "/ToUnicode 6 0 R /Encoding", 1),
		func(f *pdftest.File) { f.Stream("", []byte(toUnicode(pairs))) }, literal("Tr\u00adêng §¹i häc B¸ch khoa"))
	if r := read(t, data); !strings.Contains(r.Pages[0].Text, "Trường Đại học Bách khoa") {
		t.Errorf("%q", r.Pages[0].Text)
	}
}

func TestSoundMapOfALegacyFontIsBelieved(t *testing.T) {
	data := fontPage(strings.Replace(simpleFont(".VnTime"), "/Encoding", "/ToUnicode 6 0 R /Encoding", 1),
		func(f *pdftest.File) {
			f.Stream("", []byte(toUnicode(map[int]string{'a': "Đ", 'b': "ườ", 'c': "ng"})))
		}, "(abc)")
	if r := read(t, data); r.Pages[0].Text != "Đường\n" {
		t.Errorf("%q", r.Pages[0].Text)
	}
}

func TestDecomposedTextIsComposed(t *testing.T) {
	// A letter, then its marks: in one entry, as glyphs of their own behind the
	// letter, and set back over it.
	pairs := map[int]string{'a': "Tie", 'b': "\u0302", 'c': "\u0301", 'd': "n", 'e': "u\u031b\u0301"}
	widths := "/FirstChar 97 /LastChar 101 /Widths [1300 0 0 500 500]"
	font := "<</Type /Font /Subtype /TrueType /BaseFont /X /ToUnicode 6 0 R " + widths + ">>"
	extra := func(f *pdftest.File) { f.Stream("", []byte(toUnicode(pairs))) }
	for name, ops := range map[string]string{"behind": "[(abcde)] TJ () ", "set back": "[(a) 300 (b) 0 (c) -300 (d) 0 (e)] TJ () "} {
		if r := read(t, fontPage(font, extra, ops)); r.Pages[0].Text != "Tiếnứ\n" {
			t.Errorf("%s: %q", name, r.Pages[0].Text)
		}
	}
}

func TestGlyphNamesSpeak(t *testing.T) {
	names := "/Dcroat /uhorndotbelow /acircumflexacute /uni1EA7 /uhorngrave /u1ED3 /space /A /hyphen /quotedblleft /f_i /germandbls /ohorn.alt"
	font := "<</Type /Font /Subtype /Type1 /BaseFont /X /Encoding <</Differences [65 " + names + "]>> /FirstChar 65 /LastChar 77 /Widths [" + strings.Repeat("500 ", 13) + "]>>"
	if r := read(t, fontPage(font, nil, "(ABCDEFGHIJKLM)")); r.Pages[0].Text != "Đựấầừồ A-“fißơ\n" {
		t.Errorf("%q", r.Pages[0].Text)
	}
}

func TestTwoByteFonts(t *testing.T) {
	composite := func(more string) string {
		return "<</Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<</Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 1000 /W [1 [500 600] 3 9 700]>>] " + more + ">>"
	}
	cmap := "1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0001> <0003> [<0110> <01b0> <1edd>] <0004> <0005> <006e> endbfrange"
	data := fontPage(composite("/ToUnicode 6 0 R"), func(f *pdftest.File) { f.Stream("", []byte(cmap)) }, "<00010002000300040005>")
	if r := read(t, data); r.Pages[0].Text != "Đườno\n" {
		t.Errorf("%q", r.Pages[0].Text)
	}
	r := read(t, fontPage(composite(""), nil, "<"+strings.Repeat("000100020003", 20)+">"))
	if r.Pages[0].Quality != reading.Unmapped || r.Pages[0].Text != "" || codes(r) != reading.CodePageUnmapped {
		t.Errorf("without a map: %s %q %q", r.Pages[0].Quality, r.Pages[0].Text, codes(r))
	}
}

func TestHostileMapsEndAndStaySmall(t *testing.T) {
	for name, cmap := range map[string]string{
		"range of everything": "1 beginbfrange <00000000> <ffffffff> <0041> endbfrange",
		"a million ranges":    strings.Repeat("1 beginbfrange <0000> <ffff> <0041> endbfrange ", 2_000),
		"no end":              "1 beginbfchar <41> <0042> <43",
		"names and arrays":    "1 beginbfchar <41> /Dcroat [ [ [ endbfchar",
	} {
		data := fontPage(strings.Replace(simpleFont("X"), "/Encoding", "/ToUnicode 6 0 R /Encoding", 1), func(f *pdftest.File) { f.Stream("", []byte(cmap)) }, "(AB)")
		if r := read(t, data); len(r.Pages) != 1 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestMapThatContradictsTheEncodingIsSaid(t *testing.T) {
	honest, lying := map[int]string{}, map[int]string{}
	for c := 'A'; c <= 'Z'; c++ {
		honest[int(c)], lying[int(c)] = string(c), string('A'+('Z'-c))
	}
	for name, c := range map[string]struct {
		pairs map[int]string
		want  string
	}{"honest": {honest, ""}, "lying": {lying, reading.CodeFalseMap}} {
		data := fontPage(strings.Replace(simpleFont("X"), "/Encoding", "/ToUnicode 6 0 R /Encoding", 1),
			func(f *pdftest.File) { f.Stream("", []byte(toUnicode(c.pairs))) }, "(APPROVED BY NOBODY)")
		if r := read(t, data); codes(r) != c.want {
			t.Errorf("%s: %q %q", name, codes(r), r.Pages[0].Text)
		}
	}
}

func TestRegistryStampIsNotTheDocuments(t *testing.T) {
	f := pdftest.Doc("", body)
	n := f.Stream("/Type /XObject /Subtype /Form /BBox [0 0 200 30] /Resources <</Font <</F1 3 0 R /F2 7 0 R>>>>",
		[]byte("BT /F2 10 Tf 0 5 Td <0001020304> Tj ET"))
	f.Add("<</Type /Font /Subtype /TrueType /BaseFont /Y /ToUnicode 8 0 R /FirstChar 0 /LastChar 4 /Widths [900 900 900 900 900]>>")
	f.Stream("", []byte(toUnicode(map[int]string{0: "ĐẾ", 1: "N", 2: "Số", 3: ": ", 4: "12"})))
	f.Set(5, fmt.Sprintf("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <</Font <</F1 3 0 R>>>> /Contents 4 0 R /Annots [<</Type /Annot /Subtype /Stamp /Rect [100 300 300 330] /AP <</N %d 0 R>>>>]>>", n))
	if r := read(t, f.Bytes()); strings.Contains(r.Pages[0].Text, "12") {
		t.Errorf("%q", r.Pages[0].Text)
	}
}

// trueType writes a font program with a symbol table and glyph names.
func trueType(codes map[int]int, names []string) []byte {
	var cmap, post []byte
	be := func(v int) []byte { return []byte{byte(v >> 8), byte(v)} }
	cmap = append(cmap, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 12) // one table: Macintosh Roman
	cmap = append(cmap, append(append(be(0), be(262)...), be(0)...)...)
	for c := range 256 {
		cmap = append(cmap, byte(codes[c]))
	}
	post = append(post, 0, 2, 0, 0)
	post = append(post, make([]byte, 28)...)
	post = append(post, be(len(names))...)
	var spelled []byte
	for i, n := range names {
		post = append(post, be(258+i)...)
		spelled = append(append(spelled, byte(len(n))), n...)
	}
	post = append(post, spelled...)
	out := []byte{0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0}
	at := 12 + 32
	for _, t := range []struct {
		tag  string
		data []byte
	}{{"cmap", cmap}, {"post", post}} {
		out = append(out, t.tag...)
		out = append(out, 0, 0, 0, 0, 0, 0)
		out = append(out, be(at)...)
		out = append(out, 0, 0)
		out = append(out, be(len(t.data))...)
		at += len(t.data)
	}
	return append(append(out, cmap...), post...)
}

func TestFontProgramsSpeakForFontsWithoutEncoding(t *testing.T) {
	symbolic := func(kind, file string) string {
		return "<</Type /Font /Subtype /" + kind + " /BaseFont /X /FirstChar 1 /LastChar 120 /Widths [" + strings.Repeat("600 ", 120) + "] /FontDescriptor <</Flags 4 /" + file + " 6 0 R>>>>"
	}
	type1 := "%!PS-AdobeFont-1.0: X\n/Encoding 256 array 0 1 255 {1 index exch /.notdef put} for\ndup 65 /Dcroat put\ndup 66 /uhorn put\ndup 67 /ohorngrave put\nreadonly def\ncurrentfile eexec garbage"
	tt := trueType(map[int]int{1: 1, 2: 2, 3: 3}, []string{".notdef", "Dcroat", "uni01B0", "ohorngrave"})
	for name, c := range map[string]struct {
		kind, file, text, want string
		program                []byte
	}{
		"Type 1":            {"Type1", "FontFile", "(ABC)", "Đườ", []byte(type1)},
		"TrueType":          {"TrueType", "FontFile2", "<010203>", "Đườ", tt},
		"TrueType, garbage": {"TrueType", "FontFile2", "(abc)", "abc", []byte("garbage")},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, fontPage(symbolic(c.kind, c.file), func(f *pdftest.File) { f.Flate("", c.program) }, c.text))
			if r.Pages[0].Text != c.want+"\n" {
				t.Errorf("%q, want %q; %q", r.Pages[0].Text, c.want, codes(r))
			}
		})
	}
	// Codes that only count glyphs, in a program that does not name them.
	r := read(t, fontPage(symbolic("TrueType", "FontFile2"), func(f *pdftest.File) { f.Flate("", trueType(map[int]int{1: 1, 2: 2, 65: 3}, nil)) }, "<01024101024102>"))
	if r.Pages[0].Quality != reading.Unmapped {
		t.Errorf("quality %s, %q", r.Pages[0].Quality, r.Pages[0].Text)
	}
}

func FuzzFontProgram(f *testing.F) {
	f.Add(trueType(map[int]int{1: 1}, []string{".notdef", "a"}))
	f.Add([]byte("%!PS /Encoding 256 array dup 65 /A put def eexec"))
	f.Add([]byte("\x01\x00\x04\x01\x00\x01\x01\x01\x04Name\x00\x01\x01\x01\x06\x8b\x0f\x8b\x10\x8b\x11\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, program []byte) {
		for kind, file := range map[string]string{"TrueType": "FontFile2", "Type1": "FontFile", "MMType1": "FontFile3"} {
			font := "<</Type /Font /Subtype /" + kind + " /BaseFont /X /FontDescriptor <</Flags 4 /" + file + " 6 0 R>>>>"
			r, err := pdftext.Read(fontPage(font, func(f *pdftest.File) { f.Stream("", program) }, "(ABC)"), pdftext.Options{})
			sound(t, r, err)
		}
	})
}
