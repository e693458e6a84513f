package ocr

import (
	"html"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"hoso/shared/viettext"
)

// word is one recognised word, in pixels of the turned picture.
type word struct {
	x0, y0, x1, y1 float64
	base, size     float64 // of its line
	conf           float64 // Tesseract's, 0..100
	low            float64 // the lower one, where two readings agree
	text           string
	other          string  // what the other reading has, where they differ
	otherConf      float64 // Tesseract's about that
	line           int     // of its reading
	seen           seen
	inner          bool // stands between well-read words of its line
	spoilt         bool // ink that was not read lies beside it
	crossed        bool // a stroke of a drawing crosses it
	byHand         bool // its figures do not look printed
	known          bool // part of a fixed phrase
}

// seen says how the two readings of a page agree about a word.
type seen uint8

const (
	once  seen = iota // only one reading has it
	twice             // both read the same
	split             // the readings differ
)

var (
	hocrLine = regexp.MustCompile(`<span class='ocr_(?:line|caption|textfloat|header)'[^>]*title="bbox (\d+) (\d+) (\d+) (\d+); baseline (-?[\d.]+) (-?[\d.]+);(?:[^"]*?x_size ([\d.]+))?`)
	hocrWord = regexp.MustCompile(`<span class='ocrx_word'[^>]*title='bbox (\d+) (\d+) (\d+) (\d+); x_wconf (-?\d+)[^']*'[^>]*>(.*)</span>`)
	hocrTag  = regexp.MustCompile(`<[^>]*>`)
)

// plainSlash makes the slashes of fractions plain.
var plainSlash = strings.NewReplacer("\u2044", "/", "\u2215", "/")

const (
	tallest = 0.45 // inches; a taller box is a stamp or a drawing
)

// parseHOCR reads the words of Tesseract's hOCR output.
func parseHOCR(b []byte, dpi float64) []word {
	var out []word
	var left, bottom, slope, offset, size float64
	line, high := 0, false
	for l := range strings.Lines(string(b)) {
		if m := hocrLine.FindStringSubmatch(l); m != nil {
			left, bottom, slope, offset, size = num(m[1]), num(m[4]), num(m[5]), num(m[6]), num(m[7])
			high = num(m[4])-num(m[2]) > 1.9*size && size > 0
			line++
			continue
		}
		m := hocrWord.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		w := word{
			x0: num(m[1]), y0: num(m[2]), x1: num(m[3]), y1: num(m[4]), conf: num(m[5]), size: size, line: line,
			text: viettext.NFC(strings.TrimSpace(plainSlash.Replace(html.UnescapeString(hocrTag.ReplaceAllString(m[6], ""))))),
		}
		if w.text == "" || w.y1-w.y0 > tallest*dpi || w.x1 <= w.x0 {
			continue
		}
		w.base = bottom + offset + slope*((w.x0+w.x1)/2-left)
		if high { // several lines taken for one: the word stands on its own foot
			w.base = w.y1
			if strings.ContainsAny(strings.ToLower(w.text), "gjpqy,;()ạặậẹệịọộợụựỵ") {
				w.base -= 0.2 * size
			}
		}
		out = append(out, w)
	}
	return out
}

func num(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return v
}

// shared gives how much of the smaller of two boxes the other covers, 0..1.
func (w *word) shared(o *word) float64 {
	x, y := min(w.x1, o.x1)-max(w.x0, o.x0), min(w.y1, o.y1)-max(w.y0, o.y0)
	if x <= 0 || y <= 0 {
		return 0
	}
	return x * y / max(min((w.x1-w.x0)*(w.y1-w.y0), (o.x1-o.x0)*(o.y1-o.y0)), 1)
}

// overlap gives how alike the places of two words are, 0..1: what they share
// of what they cover together.
func (w *word) overlap(o *word) float64 {
	x, y := min(w.x1, o.x1)-max(w.x0, o.x0), min(w.y1, o.y1)-max(w.y0, o.y0)
	if x <= 0 || y <= 0 {
		return 0
	}
	return x * y / ((w.x1-w.x0)*(w.y1-w.y0) + (o.x1-o.x0)*(o.y1-o.y0) - x*y)
}

// merge lays the sparse reading of a page beside its ordered one: words that
// only the sparse one has are added, a clump that the ordered one could not
// part is replaced, and each word says whether both read it alike.
func merge(ordered, sparse []word) []word {
	var out []word
	used := make([]bool, len(sparse))
	for _, w := range ordered {
		var over []int
		best, at, within := 0.0, -1, false
		for k := range sparse {
			if w.shared(&sparse[k]) <= 0.3 {
				continue
			}
			o := w.overlap(&sparse[k])
			if sparse[k].text == w.text {
				o = 1
			}
			if sparse[k].area() > 3*w.area() && o <= samePlace {
				within = true // a piece of a word that was read as one
				continue
			}
			over = append(over, k)
			used[k] = true
			if o > best {
				best, at = o, k
			}
		}
		switch {
		case len(over) == 0 && within:
		case len(over) == 0:
			out = append(out, w)
		case len(over) > 1 && best < 0.8 && clump(&w, sparse, over):
			for _, k := range over {
				o := sparse[k]
				o.line = w.line
				out = append(out, o)
			}
		case best > samePlace, len(over) == 1:
			out = append(out, agree(w, sparse[at]))
		default:
			w.seen = split
			out = append(out, w)
		}
	}
	for i := range out {
		if out[i].seen == once {
			out[i].lean(out)
		}
	}
	for k := range sparse {
		if !used[k] {
			o := sparse[k]
			o.line += sparseLines
			out = append(out, o)
		}
	}
	return out
}

// samePlace is the least overlap of two readings of one word.
const samePlace = 0.35

func (w *word) area() float64 { return (w.x1 - w.x0) * (w.y1 - w.y0) }

// lean gives a word that only the ordered reading has the baseline of the
// nearest word of its line that both have.
func (w *word) lean(all []word) {
	near := 3 * w.size
	for i := range all {
		o := &all[i]
		if o.line != w.line || o.seen == once || math.Abs(o.y0+o.y1-w.y0-w.y1) > 0.7*w.size {
			continue
		}
		if d := max(o.x0-w.x1, w.x0-o.x1); d < near {
			near, w.base = d, o.base
		}
	}
}

// sparseLines parts the lines of the sparse reading from those of the ordered one.
const sparseLines = 1 << 20

// agree lays one word's two readings together. The one that could be a word,
// or is much surer, is taken; of equals the ordered one, which keeps marks
// better. Baselines are the sparse reading's: the ordered one draws one through
// lines of two columns that stand a little apart.
func agree(w, o word) word {
	w.base, w.size = o.base, o.size
	if o.text == w.text {
		w.seen, w.low, w.conf = twice, min(w.conf, o.conf), max(w.conf, o.conf)
		return w
	}
	if a, b := solid(&w), solid(&o); b && !a || a == b && o.conf > w.conf+20 {
		o.line = w.line
		w, o = o, w
	}
	w.seen, w.other, w.otherConf = split, o.text, o.conf
	return w
}

// clump reports a word that stands for several which the other reading has
// apart and surer.
func clump(w *word, sparse []word, over []int) bool {
	width := 0.0
	for _, k := range over {
		if sparse[k].conf < w.conf {
			return false
		}
		width += sparse[k].x1 - sparse[k].x0
	}
	return width > 0.6*(w.x1-w.x0)
}

// worded leaves out what is no word: marks and strokes that only one reading
// sees, and what neither is sure of. Between well-read words of a line
// everything stays: a word that was read badly still holds its place.
func worded(words []word) []word {
	type span struct{ from, to float64 }
	good := map[int]span{}
	for i := range words {
		if w := &words[i]; w.conf >= 70 && solid(w) {
			s, ok := good[w.line]
			if !ok {
				s = span{w.x0, w.x1}
			}
			good[w.line] = span{min(s.from, w.x0), max(s.to, w.x1)}
		}
	}
	var out []word
	for i, w := range words {
		if slices.ContainsFunc(words[:i], func(o word) bool { return o.text == w.text && o.shared(&w) > 0.6 }) {
			continue // read twice
		}
		mark := strings.IndexFunc(w.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0
		s, ok := good[w.line]
		w.inner = ok && w.x0 > s.from && w.x1 < s.to && !mark
		if ok && !mark && len([]rune(w.text)) > 2 && w.x0 < s.to+w.size && w.x1 > s.from-w.size {
			w.inner = true // right beside them
		}
		switch {
		case mark && (w.seen != twice || w.conf < 70):
		case w.inner:
			out = append(out, w)
		case w.seen == once && w.conf < 45 && !(solid(&w) && w.conf >= 25):
		case w.conf < 25:
		default:
			out = append(out, w)
		}
	}
	return out
}
