package ocr

import (
	"strings"
	"unicode"

	"hoso/shared/reading"
	"hoso/shared/viettext"
)

// unglued parts words between which the recogniser saw no blank: "TrạmY" where
// small letters end and a capital begins, "Ytếxã" where the parts are words of
// the fixed phrases and the whole is none of any kind.
func unglued(words []word) []word {
	var out []word
	for i := range words {
		parts := gluedParts(words[i].text)
		if len(parts) < 2 {
			out = append(out, words[i])
			continue
		}
		all := float64(len([]rune(strings.Join(parts, ""))))
		at := 0.0
		for _, p := range parts {
			w := words[i]
			n := float64(len([]rune(p)))
			wide := words[i].x1 - words[i].x0
			w.text, w.x0, w.x1 = p, words[i].x0+wide*at/all, words[i].x0+wide*(at+n)/all
			if at += n; at < all { // leave the blank, or the layout joins them again
				w.x1 -= min(0.35*w.size, 0.4*(w.x1-w.x0))
			}
			w.other = ""
			out = append(out, w)
		}
	}
	return out
}

func gluedParts(s string) []string {
	rs := []rune(s)
	if len(rs) < 3 || glue(s) == 0 && isSyllable(s) {
		return nil
	}
	for _, r := range rs {
		if !unicode.IsLetter(r) {
			return nil
		}
	}
	if k := glue(s); k > 0 {
		a, b := string(rs[:k]), string(rs[k:])
		if !isSyllable(a) || !isSyllable(b) {
			return nil
		}
		return append([]string{a}, orWhole(gluedParts(b), b)...)
	}
	return knownParts(rs)
}

func orWhole(parts []string, s string) []string {
	if len(parts) == 0 {
		return []string{s}
	}
	return parts
}

// glue gives where a capital follows a small letter, 0 for nowhere.
func glue(s string) int {
	rs := []rune(viettext.NFC(s))
	for i := 1; i < len(rs); i++ {
		if unicode.IsLower(rs[i-1]) && unicode.IsUpper(rs[i]) {
			return i
		}
	}
	return 0
}

// knownParts parts letters into the fewest words of the fixed phrases, or
// gives nothing.
func knownParts(rs []rune) []string {
	best := make([][]string, len(rs)+1)
	best[0] = []string{}
	for i := 1; i <= len(rs); i++ {
		for k := max(0, i-7); k < i; k++ {
			if best[k] == nil || !formWords()[plain(string(rs[k:i]))] {
				continue
			}
			if p := append(append([]string{}, best[k]...), string(rs[k:i])); best[i] == nil || len(p) < len(best[i]) {
				best[i] = p
			}
		}
	}
	if n := len(best[len(rs)]); n < 2 || n > 4 {
		return nil
	}
	return best[len(rs)]
}

// isSyllable reports letters that are Vietnamese syllables.
func isSyllable(s string) bool {
	plausible, letters := viettext.Plausibility(s)
	return plausible == letters
}

// unitHeads are words with which names of units begin, and that nothing else
// without marks is.
const unitHeads = " tổ phòng trường hội khoa trạm đội thôn xóm đoàn lớp nhóm viện sở cục hạt cụm liên công đảng trung bệnh văn ủy thanh "

// headed gives the name of a unit whose first word lost its marks, or got
// wrong ones, those that it can only have.
func headed(name string) string {
	first, rest, ok := strings.Cut(name, " ")
	if !ok {
		return name
	}
	for _, h := range strings.Fields(unitHeads) {
		if foldedText(h) != foldedText(first) || plain(h) == plain(first) {
			continue
		}
		rs := []rune(h)
		for i, r := range []rune(first) {
			if i < len(rs) && unicode.IsUpper(r) {
				rs[i] = unicode.ToUpper(rs[i])
			}
		}
		return string(rs) + " " + rest
	}
	return name
}

// headUnits does so for the units that a document names.
func headUnits(d *reading.Document) {
	if d.NomineeKind == reading.Collective {
		d.Name = headed(d.Name)
	}
	for i := range d.Nominees {
		if n := &d.Nominees[i]; n.Kind == reading.Collective {
			n.Name = headed(n.Name)
		}
	}
}
