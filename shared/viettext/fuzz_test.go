package viettext

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var seeds = []string{
	"", "Hòa", "Ủy ban nhân dân huyện Yên Mỹ, tỉnh Hưng Yên", "QĐ\u00adUBND", "152/2025/NĐ-C\u0420", "H’Lin Byă", "\xff\xfe\x00", "Tu\u200bấn\u202e",
	"ngày 30 tháng 02 năm 2026", "05 (năm)", "Đ/c TS. Lê", "3.510.000,5", "ɖ\u031b\u0323", "İı", "ﬁ Ａ１", "´a", "ẞ", "\u1e9b\u0323", "a\u0340", "ŉ", "P.P. UBND X.", "((,,--", "/-", "-./",
}

func FuzzKeysAreStable(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, key := range map[string]func(string) string{
			"Key": Key, "Fold": Fold, "NewTone": NewTone, "FoldLookAlikes": FoldLookAlikes,
			"Clean": func(s string) string { c, _ := Clean(s); return c },
		} {
			once := key(s)
			if twice := key(once); twice != once {
				t.Errorf("%s(%q) = %q, again %q", name, s, once, twice)
			}
			if name != "FoldLookAlikes" && !utf8.ValidString(s) && name != "NewTone" && !utf8.ValidString(once) {
				t.Errorf("%s(%q) is not UTF-8", name, s)
			}
		}
		if Key(norm.NFD.String(s)) != Key(norm.NFC.String(s)) {
			t.Errorf("%q: key depends on the Unicode form", s)
		}
	})
}

func FuzzReadersSurvive(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		LooseKey(s)
		Rotations(s)
		Reveal(s)
		Plausibility(s)
		IsSyllable(s)
		ParseNumberWords(s)
		ParseQuarter(s)
		ParseYears(s)
		ParseTimeOfDay(s)
		if d, err := ParseDate(s); err == nil && !d.Valid() {
			t.Errorf("ParseDate(%q) = %v", s, d)
		}
		for _, m := range FindDates(s) {
			if m.Start < 0 || m.End > len(s) || m.Start >= m.End || m.Err == nil && !m.Date.Valid() {
				t.Errorf("FindDates(%q): %+v", s, m)
			}
		}
		if n, err := ParseInteger(s); err == nil && n < 0 {
			t.Errorf("ParseInteger(%q) = %d", s, n)
		}
		if d, err := ParsePercent(s); err == nil {
			if back, err := ParsePercent(d.String()); err != nil || back.Rat().Cmp(d.Rat()) != 0 {
				t.Errorf("%q: %v reads back as %v, %v", s, d, back, err)
			}
		}
		if d, ok := ParseDocNumber(s); ok && !d.Blank() {
			if back, ok := ParseDocNumber(d.String()); !ok || back.Key() != d.Key() {
				t.Errorf("%q: %+v reads back as %+v, %v", s, d, back, ok)
			}
		}
		for _, m := range FindDocNumbers(s) {
			if m.Start < 0 || m.End > len(s) || m.Start >= m.End {
				t.Errorf("FindDocNumbers(%q): %+v", s, m)
			}
		}
		if name, _ := StripHonorifics(s); len(name) > len(s) {
			t.Errorf("%q grew to %q", s, name)
		}
		if CompareBodies(s, s, s) == Different && !parseBody(s).empty() {
			t.Errorf("%q is not itself", s)
		}
	})
}
