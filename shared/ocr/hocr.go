package ocr

import (
	"html"
	"regexp"
	"strconv"
	"strings"

	"hoso/shared/viettext"
)

// word is one recognised word, in pixels of the turned picture.
type word struct {
	x0, y0, x1, y1 float64
	base, size     float64 // of its line
	conf           float64 // Tesseract's, 0..100
	text           string
	seen           seen
	spoilt         bool // ink that was not read lies beside it
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

const (
	leastConf = 15   // below it, a word is noise
	tallest   = 0.45 // inches; a taller box is a stamp or a drawing
)

// parseHOCR reads the words of Tesseract's hOCR output.
func parseHOCR(b []byte, dpi float64) []word {
	var out []word
	var left, bottom, slope, offset, size float64
	for l := range strings.Lines(string(b)) {
		if m := hocrLine.FindStringSubmatch(l); m != nil {
			left, bottom, slope, offset, size = num(m[1]), num(m[4]), num(m[5]), num(m[6]), num(m[7])
			continue
		}
		m := hocrWord.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		w := word{
			x0: num(m[1]), y0: num(m[2]), x1: num(m[3]), y1: num(m[4]), conf: num(m[5]), size: size,
			text: viettext.NFC(strings.TrimSpace(html.UnescapeString(hocrTag.ReplaceAllString(m[6], "")))),
		}
		if w.text == "" || w.conf < leastConf || w.y1-w.y0 > tallest*dpi || w.x1 <= w.x0 {
			continue
		}
		w.base = bottom + offset + slope*((w.x0+w.x1)/2-left)
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

// merge lays the sparse reading of a page beside its ordered one: words that
// only the sparse one has are added, a clump that the ordered one could not
// part is replaced, and each word says whether both read it alike.
func merge(ordered, sparse []word) []word {
	var out []word
	used := make([]bool, len(sparse))
	for _, w := range ordered {
		var over []int
		for k := range sparse {
			if w.shared(&sparse[k]) > 0.3 {
				over = append(over, k)
			}
		}
		for _, k := range over {
			used[k] = true
		}
		switch {
		case len(over) == 0:
			out = append(out, w)
		case len(over) == 1:
			o := sparse[over[0]]
			w.seen = split
			if o.text == w.text {
				w.seen, w.conf = twice, max(w.conf, o.conf)
			}
			out = append(out, w)
		case clump(&w, sparse, over):
			for _, k := range over {
				out = append(out, sparse[k])
			}
		default:
			w.seen = split
			out = append(out, w)
		}
	}
	for k := range sparse {
		if !used[k] {
			out = append(out, sparse[k])
		}
	}
	return out
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
