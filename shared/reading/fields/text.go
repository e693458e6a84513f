package fields

import (
	"strings"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// text is a run of words with, rune by rune, a folded copy to match on: no
// marks, no case, plain quotes and dashes. Every position of the copy is the
// same position of the original, so what matches can be quoted and shown.
type text struct {
	runes []rune
	fold  string // one byte a rune
	words []wordAt
}

// wordAt ties a stretch of a text to the word of the page it came from.
type wordAt struct {
	from, to int
	page     int
	word     *layout.Word
}

// textOf joins lines with single spaces.
func textOf(lines ...layout.Line) text {
	var t text
	n, words := 0, 0
	for i := range lines {
		words += len(lines[i].Words)
		for k := range lines[i].Words {
			n += len(lines[i].Words[k].Text) + 1
		}
	}
	t.runes, t.words = make([]rune, 0, n), make([]wordAt, 0, words)
	fold := make([]byte, 0, n)
	for i := range lines {
		for k := range lines[i].Words {
			w := &lines[i].Words[k]
			if len(t.runes) > 0 {
				t.runes = append(t.runes, ' ')
				fold = append(fold, ' ')
			}
			from := len(t.runes)
			for _, r := range w.Text {
				t.runes = append(t.runes, r)
				fold = append(fold, foldRune(r))
			}
			t.words = append(t.words, wordAt{from, len(t.runes), lines[i].Page, w})
		}
	}
	t.fold = string(fold)
	return t
}

// join appends b to a with a space between.
func join(a, b text) text {
	if len(a.runes) == 0 {
		return b
	}
	shift := len(a.runes) + 1
	out := text{
		runes: append(append(append([]rune{}, a.runes...), ' '), b.runes...),
		fold:  a.fold + " " + b.fold,
		words: append([]wordAt{}, a.words...),
	}
	for _, w := range b.words {
		w.from, w.to = w.from+shift, w.to+shift
		out.words = append(out.words, w)
	}
	return out
}

func (t text) len() int { return len(t.runes) }

func (t text) String() string { return string(t.runes) }

// cut gives the original from i to j, trimmed of space.
func (t text) cut(i, j int) string {
	i, j = max(i, 0), min(j, len(t.runes))
	if i >= j {
		return ""
	}
	return strings.TrimSpace(string(t.runes[i:j]))
}

// slice gives the part from i to j as a text of its own, trimmed of space.
func (t text) slice(i, j int) text {
	i, j = max(i, 0), min(j, len(t.runes))
	for i < j && t.fold[i] == ' ' {
		i++
	}
	for j > i && t.fold[j-1] == ' ' {
		j--
	}
	if i >= j {
		return text{}
	}
	out := text{runes: t.runes[i:j], fold: t.fold[i:j]}
	for _, w := range t.words {
		if w.to > i && w.from < j {
			out.words = append(out.words, wordAt{max(w.from, i) - i, min(w.to, j) - i, w.page, w.word})
		}
	}
	return out
}

// find gives the position of a folded phrase at or behind from, at word
// boundaries, or -1.
func (t text) find(phrase string, from int) int {
	for i := max(from, 0); i <= len(t.fold)-len(phrase); {
		k := strings.Index(t.fold[i:], phrase)
		if k < 0 {
			return -1
		}
		at := i + k
		if boundary(t.fold, at) && boundary(t.fold, at+len(phrase)) {
			return at
		}
		i = at + 1
	}
	return -1
}

// has reports whether any of the folded phrases occurs at word boundaries.
func (t text) has(phrases ...string) bool {
	for _, p := range phrases {
		if t.find(p, 0) >= 0 {
			return true
		}
	}
	return false
}

// first gives the earliest of several phrases and its end, or -1.
func (t text) first(from int, phrases ...string) (at, end int) {
	at = -1
	for _, p := range phrases {
		if k := t.find(p, from); k >= 0 && (at < 0 || k < at || k == at && k+len(p) > end) {
			at, end = k, k+len(p)
		}
	}
	return at, end
}

// starts reports whether the text begins with one of the phrases, behind a
// list mark and punctuation.
func (t text) starts(phrases ...string) bool {
	i := t.body()
	for _, p := range phrases {
		if strings.HasPrefix(t.fold[i:], p) && boundary(t.fold, i+len(p)) {
			return true
		}
	}
	return false
}

// boundary reports whether position i lies between two words.
func boundary(s string, i int) bool {
	return i <= 0 || i >= len(s) || !letter(s[i-1]) || !letter(s[i])
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c == other }

func digit(c byte) bool { return c >= '0' && c <= '9' }

// body gives the position behind a list mark: "1.", "a)", "II.", "-", "3,".
func (t text) body() int {
	i := 0
	for i < len(t.fold) && (t.fold[i] == '-' || t.fold[i] == '+' || t.fold[i] == '*' || t.fold[i] == other || t.fold[i] == ' ' || t.fold[i] == '(') {
		i++
	}
	k := i
	for k < len(t.fold) && (digit(t.fold[k]) || t.fold[k] == '.' && k > i) {
		k++
	}
	if k > i && k < len(t.fold) && t.fold[k-1] == '.' && t.fold[k] == ' ' {
		return skipSpace(t.fold, k)
	}
	if k == i {
		for k < len(t.fold) && (t.fold[k] == 'i' || t.fold[k] == 'v' || t.fold[k] == 'x') && k-i < 4 {
			k++
		}
		if k == i && k < len(t.fold) && letter(t.fold[k]) && (k+1 >= len(t.fold) || !letter(t.fold[k+1])) {
			k++
		}
	}
	if word(t.fold, i, "v/v") {
		return i
	}
	if k > i && k < len(t.fold) && (t.fold[k] == '.' || t.fold[k] == ')' || t.fold[k] == ',' || t.fold[k] == '/') {
		return skipSpace(t.fold, k+1)
	}
	return i
}

func skipSpace(s string, i int) int {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}

// evidence describes the words from i to j.
func (t text) evidence(i, j int) reading.Evidence {
	e := reading.Evidence{Confidence: sure, Source: reading.FromText}
	var quote []string
	n := 0
	for _, w := range t.words {
		if w.to <= i || w.from >= j || w.word == nil {
			continue
		}
		if e.Page == 0 {
			e.Page, e.BBox = w.page, w.word.Box
		} else if w.page == e.Page {
			e.BBox = reading.Box{min(e.BBox[0], w.word.Box[0]), min(e.BBox[1], w.word.Box[1]), max(e.BBox[2], w.word.Box[2]), max(e.BBox[3], w.word.Box[3])}
		}
		if n += len(w.word.Text); n < 400 {
			quote = append(quote, w.word.Text)
		}
		e.Confidence = min(e.Confidence, w.word.Conf)
		if w.word.Source != reading.FromText && w.word.Source != "" {
			e.Source = w.word.Source
		}
		if w.word.Style&layout.Guessed != 0 {
			e.Confidence = min(e.Confidence, doubtful)
		}
	}
	e.Quote = strings.Join(quote, " ")
	return e
}

// Degrees of confidence. Below asking, a person is asked.
const (
	sure     = 0.995
	likely   = 0.95
	asking   = 0.9
	doubtful = 0.6
)

// squash keeps letters and digits of a folded string only: titles are often
// set with spaces between their letters.
func squash(fold string) string {
	b := make([]byte, 0, len(fold))
	for i := 0; i < len(fold); i++ {
		if letter(fold[i]) || digit(fold[i]) {
			b = append(b, fold[i])
		}
	}
	return string(b)
}
