package content

import (
	"hoso/shared/pdftext/pdffont"
	"hoso/shared/reading"
)

// paint is what is known of a colour: enough to tell white from ink.
type paint struct {
	white   bool
	light   bool // pale enough for a watermark
	unknown bool // a pattern or special colour space
}

// state is the graphics state.
type state struct {
	ctm    matrix
	clip   reading.Box
	fill   paint
	stroke paint
	space  int // components of the fill colour space, 0 if unknown
	alpha  float64
	width  float64

	font    *pdffont.Font
	size    float64
	charSp  float64
	wordSp  float64
	scale   float64
	leading float64
	rise    float64
	mode    int64
}

// mark is one glyph with what decides whether it can be seen.
type mark struct {
	x0, y0, x1, y1 float64 // start and end of its advance on the baseline
	size           float64
	text           string
	font           *pdffont.Font
	seq            int32 // order of drawing
	annot          int16 // 1 + index of the annotation that draws it
	dir            uint8
	why            Hidden
	space          bool
	known          bool
	guessed        bool // decoded from a legacy encoding that nothing names
	light          bool
}

// Directions of a baseline as shown.
const (
	rightward uint8 = iota
	downward
	leftward
	upward
	slanted
)

// Hidden says why text cannot be seen.
type Hidden uint8

// The reasons, in the order in which they are tested.
const (
	Visible Hidden = iota
	Invisible
	LayerOff
	White
	Outside
	Covered
	Watermark
	numHidden
)

// fillArea is an area painted over, in order of drawing.
type fillArea struct {
	box    reading.Box
	seq    int32
	white  bool
	opaque bool
	image  bool
}

// grayPaint, rgbPaint and cmykPaint judge colours by their components.
func grayPaint(g float64) paint { return paint{white: g >= 0.97, light: g >= 0.6} }

func rgbPaint(r, g, b float64) paint {
	low := min(r, g, b)
	return paint{white: low >= 0.97, light: low >= 0.6}
}

func cmykPaint(c, m, y, k float64) paint {
	high := max(c, m, y, k)
	return paint{white: high <= 0.03, light: high <= 0.4}
}
