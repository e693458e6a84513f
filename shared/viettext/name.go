package viettext

import (
	"strings"
	"unicode"
)

// Honorifics that stand before a name, by class. At most one of each class is
// taken, except degrees, which pile up. Keys are of Key.
var (
	politeWords  = setOf("ông", "bà")
	kinWords     = setOf("anh", "chị", "cô", "thầy")
	comradeWords = setOf("đồng chí", "đ/c", "đc")
	degreeWords  = setOf("phó giáo sư", "giáo sư", "tiến sĩ", "tiến sỹ", "thạc sĩ", "thạc sỹ", "bác sĩ", "bác sỹ", "dược sĩ", "dược sỹ",
		"kỹ sư", "luật sư", "cử nhân", "kiến trúc sư", "nhà giáo ưu tú", "nhà giáo nhân dân", "thầy thuốc ưu tú", "thầy thuốc nhân dân",
		"nghệ sĩ ưu tú", "nghệ sĩ nhân dân")
	rankWords = setOf("đại tướng", "thượng tướng", "trung tướng", "thiếu tướng", "đại tá", "thượng tá", "trung tá", "thiếu tá",
		"đại uý", "thượng uý", "trung uý", "thiếu uý", "thượng sĩ", "trung sĩ", "hạ sĩ", "linh mục", "mục sư", "hoà thượng", "thượng toạ", "đại đức")
	degreeShort = setOf("ts", "ths", "bs", "pgs", "gs", "ks", "cn", "ds", "ls", "kts", "bscki", "bsckii", "bsck1", "bsck2", "bscc", "dscki", "dsckii",
		"cki", "ckii", "ck1", "ck2", "ngưt", "ngnd", "ttưt", "ttnd", "nsưt", "nsnd", "i", "ii", "tskh", "đd", "cnđd")
)

func setOf(keys ...string) map[string]bool {
	m := make(map[string]bool, len(keys))
	for _, k := range keys {
		m[k] = true
	}
	return m
}

// StripHonorifics cuts the honorifics before a person's name: Ông, Bà, Đ/c,
// đồng chí, degrees (TS., ThS, BS.CKII, Bác sĩ) and ranks. name is the rest,
// byte for byte as it stands in s but for outer spaces; cut lists what was
// taken, in order. If nothing would remain, s itself is the name. A word that
// is more probably a family name stays: "Ông Thị Mai".
//
// It is for persons only: a collective may begin with any of these words.
func StripHonorifics(s string) (name string, cut []string) {
	rest := strings.TrimSpace(s)
	var polite, comrade, rank bool
	for {
		words := strings.Fields(rest)
		n := 0
		switch {
		case !comrade && leads(words, comradeWords, &n):
			comrade = true
		case !polite && politeBefore(words, &n):
			polite = true
		case leads(words, degreeWords, &n), shortDegrees(words, &n):
		case !rank && leads(words, rankWords, &n):
			rank = true
		default:
			return rest, cut
		}
		taken, left := splitWords(rest, n)
		left = strings.TrimLeft(left, " \t\n\u00a0.:,")
		if left == "" {
			return rest, cut
		}
		cut = append(cut, taken)
		rest = left
	}
}

func leads(words []string, of map[string]bool, n *int) bool {
	for k := min(4, len(words)-1); k > 0; k-- {
		if of[Key(strings.Join(words[:k], " "))] {
			*n = k
			return true
		}
	}
	return false
}

func politeBefore(words []string, n *int) bool {
	if len(words) < 2 {
		return false
	}
	*n = 1
	first := Key(words[0])
	if politeWords[first] {
		return first != "ông" || Key(words[1]) != "thị"
	}
	small := unicode.IsLower([]rune(words[0])[0])
	return kinWords[first] && (small || len(words) > 2)
}

func shortDegrees(words []string, n *int) bool {
	if len(words) < 2 {
		return false
	}
	*n = 1
	dotted := strings.Contains(words[0], ".")
	pieces := strings.FieldsFunc(words[0], func(r rune) bool { return r == '.' || r == ',' || r == '-' || r == '/' })
	for i, p := range pieces {
		k := Key(p)
		roman := k == "i" || k == "ii"
		capital := unicode.IsUpper([]rune(p)[0])
		if !degreeShort[k] || roman && i == 0 || !capital && !dotted {
			return false
		}
	}
	return len(pieces) > 0
}

// splitWords cuts s behind its n-th word, keeping every byte of the rest.
func splitWords(s string, n int) (head, tail string) {
	in := false
	for i, r := range s {
		if unicode.IsSpace(r) {
			if in {
				if n--; n == 0 {
					return s[:i], s[i:]
				}
			}
			in = false
			continue
		}
		in = true
	}
	return s, ""
}
