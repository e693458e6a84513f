// Package layout turns glyphs with places into blocks with places: lines,
// paragraphs, pairs of columns, tables. It is the same step for text that a
// PDF holds and for words that were recognised in a picture.
//
// It is pure geometry: it knows nothing of PDF and nothing of what documents
// say. Nothing here depends on the order in which a page was drawn, except
// where marks lie on top of letters.
package layout

import "hoso/shared/reading"

// Style is a set of properties of a glyph's font.
type Style uint8

const (
	// Bold letters.
	Bold Style = 1 << iota
	// Italic letters.
	Italic
	// Guessed text: decoded from a legacy encoding that the font does not name.
	Guessed
)

// Glyph is one piece of text as drawn: usually a letter, from recognition a
// whole word. Places are in points from the page's top left corner.
type Glyph struct {
	X0, X1 float64
	Base   float64 // y of the baseline
	Size   float64 // font size in points
	Text   string
	Style  Style
	Source reading.Source
	Conf   float64 // 0..1
}

// Rule is a ruling line: horizontal if Y0 == Y1, vertical if X0 == X1.
type Rule struct{ X0, Y0, X1, Y1 float64 }

// Picture is an area filled by an image: a scan, a stamp, a drawn signature.
type Picture struct {
	Box    reading.Box
	Signer bool    // the appearance of a digital signature
	Text   string  // what that appearance says, if it is words
	Conf   float64 // how sure it is that something is drawn there; 0: the file says so
}

// Sheet is one page before its text is put in order.
type Sheet struct {
	N             int // page number, from 1
	Width, Height float64
	Glyphs        []Glyph
	Rules         []Rule
	Pictures      []Picture
}
