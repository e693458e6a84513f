package viettext

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	toneLevel = 0 // no mark
	grave     = 0x0300
	acute     = 0x0301
	tilde     = 0x0303
	hook      = 0x0309
	dot       = 0x0323
)

// vowels are the letters that may carry a tone; the mark of quality (ă, ơ) is
// part of the letter.
const vowels = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"

type tonedLetter struct {
	base rune
	tone rune
}

var (
	toned    = tonedTable()
	composed = composedTable()
)

func tonedTable() map[rune]tonedLetter {
	m := make(map[rune]tonedLetter, 24*5)
	for _, v := range vowels {
		for _, t := range []rune{grave, acute, tilde, hook, dot} {
			for _, r := range norm.NFC.String(string([]rune{v, t})) {
				m[r] = tonedLetter{v, t}
			}
		}
	}
	return m
}

func composedTable() map[tonedLetter]rune {
	m := make(map[tonedLetter]rune, len(toned))
	for r, l := range toned {
		m[l] = r
	}
	return m
}

// onsets in the order in which they are tried: the longest first.
var onsets = []string{
	"ngh", "ng", "nh", "gh", "gi", "kh", "ph", "qu", "th", "tr", "ch",
	"b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
}

// rhymes of Vietnamese, without tone.
var rhymes = set(`
a ac ach ai am an ang anh ao ap at au ay
ăc ăk ăm ăn ăng ăp ăt
âc âm ân âng âp ât âu ây
e ec em en eng eo ep et
ê êch êm ên ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay
oăc oăm oăn oăng oăt oăp oe oem oen oeo oet oong ooc
ô ôc ôi ôm ôn ông ôp ôt
ơ ơi ơm ơn ơp ơt
u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt
uân uâng uât uây uê uêch uênh uên uêt uơ uơt uy uya uych uyn uynh uyt uyu uyp uyên uyêt
ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y yêm yên yêng yêt yêu`)

// rhymesAfterQu are those that begin with y and only follow qu.
var rhymesAfterQu = set("yn ynh yt ych yp yu")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

type syllable struct {
	onset, rhyme string // lower case, without tone
	tone         rune
	toneAt       int // index of the letter that carries the tone as written, -1 if none
}

// parseSyllable reads one word; ok is false if it is no possible syllable or
// carries two tones. Where the tone stands does not matter.
func parseSyllable(word []rune) (syllable, bool) {
	if len(word) == 0 || len(word) > 8 {
		return syllable{}, false
	}
	syl := syllable{toneAt: -1}
	plain := make([]rune, len(word))
	for i, r := range word {
		if l, ok := toned[r]; ok {
			if syl.toneAt >= 0 {
				return syllable{}, false
			}
			syl.tone, syl.toneAt, r = l.tone, i, l.base
		}
		plain[i] = unicode.ToLower(r)
	}
	w := string(plain)
	for _, on := range onsets {
		rest, found := strings.CutPrefix(w, on)
		if found && (rhymes[rest] && !(on == "qu" && strings.HasPrefix(rest, "u")) || on == "qu" && rhymesAfterQu[rest]) {
			syl.onset, syl.rhyme = on, rest
			return syl, true
		}
	}
	return syllable{}, false
}

// tonePlace gives the index, in letters of the rhyme, that carries the tone in
// the new style: on a letter with a mark of quality (the last of them), on the
// last vowel before a consonant, on the second letter of oa, oe, uy, else on
// the first vowel.
func tonePlace(rhyme string) int {
	letters := []rune(rhyme)
	n := 0 // vowels
	quality := -1
	for i, r := range letters {
		if !strings.ContainsRune(vowels, r) {
			break
		}
		n = i + 1
		if strings.ContainsRune("ăâêôơư", r) {
			quality = i
		}
	}
	switch {
	case quality >= 0:
		return quality
	case n <= 1:
		return 0
	case n < len(letters):
		return n - 1
	case letters[0] == 'o' && (letters[1] == 'a' || letters[1] == 'e'), letters[0] == 'u' && letters[1] == 'y':
		return 1
	}
	return 0
}

// NewTone gives s composed, with the tone of every syllable in the new place:
// hòa to hoà, thúy to thuý, ủy to uỷ, qúy to quý. No two Vietnamese words
// differ by the place of the tone alone. Words that are no possible syllable
// (H’Lin, Byă, Kông-Krô) stay as they are; case stays.
func NewTone(s string) string {
	rs := []rune(NFC(s))
	forWords(rs, func(word []rune) {
		if !movable(word) {
			return
		}
		syl, ok := parseSyllable(word)
		if !ok || syl.toneAt < 0 {
			return
		}
		at := len([]rune(syl.onset)) + tonePlace(syl.rhyme)
		if at == syl.toneAt || at >= len(word) {
			return
		}
		moved, ok := composed[tonedLetter{word[at], syl.tone}]
		if !ok {
			return
		}
		word[syl.toneAt] = toned[word[syl.toneAt]].base
		word[at] = moved
	})
	return NFC(string(rs))
}

// movable reports whether a tone stands beside another vowel; elsewhere its
// place is the only one.
func movable(word []rune) bool {
	for i, r := range word {
		if _, ok := toned[r]; ok {
			return i > 0 && isVowel(word[i-1]) || i+1 < len(word) && isVowel(word[i+1])
		}
	}
	return false
}

func isVowel(r rune) bool {
	switch r {
	case 'a', 'e', 'i', 'o', 'u', 'y', 'A', 'E', 'I', 'O', 'U', 'Y':
		return true
	}
	_, ok := toned[r]
	return ok || r >= 0x80 && strings.ContainsRune(vowels, r)
}

// forWords calls f with each longest run of letters and marks; f may change it.
func forWords(rs []rune, f func(word []rune)) {
	for i := 0; i < len(rs); {
		j := i
		for j < len(rs) && (unicode.IsLetter(rs[j]) || unicode.IsMark(rs[j])) {
			j++
		}
		if j > i {
			f(rs[i:j])
			i = j
			continue
		}
		i++
	}
}

// IsSyllable reports whether word can be one Vietnamese syllable: a possible
// onset, rhyme and tone. A syllable that ends in c, ch, p, t carries sắc or
// nặng. k is accepted before every vowel (Bắc Kạn, Kon).
func IsSyllable(word string) bool {
	rs := []rune(NFC(word))
	syl, ok := parseSyllable(rs)
	if !ok {
		return false
	}
	front := strings.ContainsRune("ieêy", []rune(syl.rhyme)[0])
	switch syl.onset {
	case "gh", "ngh":
		if !front {
			return false
		}
	case "c", "ng":
		if front {
			return false
		}
	}
	switch syl.rhyme[len(syl.rhyme)-1] {
	case 'c', 'k', 'p', 't':
		return syl.tone == acute || syl.tone == dot
	case 'h':
		if strings.HasSuffix(syl.rhyme, "ch") {
			return syl.tone == acute || syl.tone == dot
		}
	}
	return true
}

// Plausibility counts the words of text (runs of letters and marks; digits are
// left out) and how many of them can be right: possible syllables and words in
// capitals without marks of at most eight letters (abbreviations, Roman
// numerals). A sound Vietnamese text layer has nearly all of its words
// plausible, one in a wrong encoding about half or less.
func Plausibility(text string) (plausible, words int) {
	rs := []rune(NFC(text))
	forWords(rs, func(word []rune) {
		words++
		if IsSyllable(string(word)) || abbreviation(word) {
			plausible++
		}
	})
	return plausible, words
}

func abbreviation(word []rune) bool {
	if len(word) > 8 {
		return false
	}
	for _, r := range word {
		if (r < 'A' || r > 'Z') && r != 'Đ' {
			return false
		}
	}
	return true
}
