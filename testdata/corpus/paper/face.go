// Package paper sets the blocks of a dossier on pages: words at places, ruling
// lines, and pictures of what pens and stamps leave.
package paper

import (
	"fmt"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansbolditalic"
	"github.com/go-fonts/liberation/liberationsansitalic"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifbolditalic"
	"github.com/go-fonts/liberation/liberationserifitalic"
	"github.com/go-fonts/liberation/liberationserifregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Face is one style of a type family.
type Face struct {
	Name   string // PostScript name
	Bold   bool
	Italic bool
	TTF    []byte
	Font   *sfnt.Font
	Units  int

	buf    sfnt.Buffer
	widths map[rune]float64
}

// Family is the four faces of a family, by bold (1) and italic (2).
type Family [4]*Face

// load parses the faces of a family. Faces keep buffers: a family belongs to
// one goroutine.
func load(name string, files [4][]byte) Family {
	var out Family
	for i, b := range files {
		f, err := sfnt.Parse(b)
		if err != nil {
			panic(fmt.Sprintf("face %d of %s: %v", i, name, err)) // it is part of the program
		}
		suffix := [4]string{"", "-Bold", "-Italic", "-BoldItalic"}[i]
		out[i] = &Face{Name: name + suffix, Bold: i&1 != 0, Italic: i&2 != 0, TTF: b, Font: f, Units: int(f.UnitsPerEm()), widths: map[rune]float64{}}
	}
	return out
}

// Serif is a family with the widths of Times New Roman.
func Serif() Family {
	return load("LiberationSerif", [4][]byte{liberationserifregular.TTF, liberationserifbold.TTF, liberationserifitalic.TTF, liberationserifbolditalic.TTF})
}

// Sans is a family with the widths of Arial.
func Sans() Family {
	return load("LiberationSans", [4][]byte{liberationsansregular.TTF, liberationsansbold.TTF, liberationsansitalic.TTF, liberationsansbolditalic.TTF})
}

// Glyph gives the number of a letter's glyph, 0 if there is none.
func (f *Face) Glyph(r rune) uint16 {
	g, err := f.Font.GlyphIndex(&f.buf, r)
	if err != nil {
		return 0
	}
	return uint16(g)
}

// Advance gives a letter's width for a size of 1.
func (f *Face) Advance(r rune) float64 {
	if w, ok := f.widths[r]; ok {
		return w
	}
	ppem := fixed.I(f.Units)
	w := 0.0
	if a, err := f.Font.GlyphAdvance(&f.buf, sfnt.GlyphIndex(f.Glyph(r)), ppem, font.HintingNone); err == nil {
		w = float64(a) / 64 / float64(f.Units)
	}
	f.widths[r] = w
	return w
}

// Width gives the width of a text for a size of 1.
func (f *Face) Width(s string) float64 {
	w := 0.0
	for _, r := range s {
		w += f.Advance(r)
	}
	return w
}
