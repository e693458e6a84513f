package ocr

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
)

// gray is a picture of one byte a pixel, 0 black.
type gray struct {
	w, h int
	pix  []byte
}

func (g *gray) at(x, y int) byte { return g.pix[y*g.w+x] }

// parsePNM reads a binary PPM or PGM of one byte a sample.
func parsePNM(b []byte) (leaf, error) {
	var magic string
	var w, h, top int
	r := bytes.NewReader(b)
	if _, err := fmt.Fscan(r, &magic, &w, &h, &top); err != nil {
		return leaf{}, fmt.Errorf("picture header: %w", err)
	}
	samples := map[string]int{"P5": 1, "P6": 3}[magic]
	if samples == 0 || top != 255 || w < 1 || h < 1 || w > MaxPixels/h {
		return leaf{}, fmt.Errorf("picture %q of %d x %d, depth %d", magic, w, h, top)
	}
	if _, err := r.ReadByte(); err != nil { // the one blank behind the header
		return leaf{}, err
	}
	data := b[len(b)-r.Len():]
	if len(data) < w*h*samples {
		return leaf{}, errors.New("picture is cut off")
	}
	if samples == 3 {
		return separate(data, w, h), nil
	}
	g := &gray{w, h, slices.Clone(data[:w*h])}
	return leaf{g, g}, nil
}

// pnm writes the picture as a PGM.
func (g *gray) pnm() []byte {
	return append(fmt.Appendf(nil, "P5\n%d %d\n255\n", g.w, g.h), g.pix...)
}

// otsu gives the value that parts ink from paper best.
func (g *gray) otsu() int {
	var hist [256]int
	for _, v := range g.pix {
		hist[v]++
	}
	sum := 0.0
	for v, n := range hist {
		sum += float64(v) * float64(n)
	}
	best, at, below, belowSum := -1.0, 127, 0.0, 0.0
	all := float64(len(g.pix))
	for v, n := range hist {
		below += float64(n)
		belowSum += float64(v) * float64(n)
		if below == 0 || below == all {
			continue
		}
		d := belowSum/below - (sum-belowSum)/(all-below)
		if between := below * (all - below) * d * d; between > best {
			best, at = between, v
		}
	}
	return at
}

// Skew that is looked for, in degrees.
const (
	maxSkew    = 2.4
	coarseSkew = 0.2
	fineSkew   = 0.04
)

// skew gives the angle of the text's lines in radians, positive where they
// fall to the right: the one at which the profile of the rows is sharpest.
func (g *gray) skew() float64 {
	limit := byte(min(g.otsu(), 200))
	type point struct{ x, y float64 }
	var ink []point
	for y := range g.h {
		for x := y % 5; x < g.w; x += 5 {
			if g.at(x, y) <= limit {
				ink = append(ink, point{float64(x - g.w/2), float64(y)})
			}
		}
	}
	if len(ink) < 500 {
		return 0
	}
	margin := int(float64(g.w)*math.Tan(maxSkew*math.Pi/180)) + 4
	rows := make([]int32, g.h+2*margin+1)
	sharpness := func(degrees float64) float64 {
		clear(rows)
		t := math.Tan(degrees * math.Pi / 180)
		for _, p := range ink {
			if k := int(p.y - p.x*t + float64(margin) + 0.5); k >= 0 && k < len(rows) {
				rows[k]++
			}
		}
		s := 0.0
		for i := 1; i < len(rows); i++ {
			d := float64(rows[i] - rows[i-1])
			s += d * d
		}
		return s
	}
	best, at := sharpness(0), 0.0
	try := func(from, to, step float64) {
		for a := from; a <= to+step/2; a += step {
			if s := sharpness(a); s > best {
				best, at = s, a
			}
		}
	}
	try(-maxSkew, maxSkew, coarseSkew)
	try(at-coarseSkew, at+coarseSkew, fineSkew)
	return at * math.Pi / 180
}

// turned gives the picture with lines of the angle made level. What comes in
// from outside is white.
func (g *gray) turned(angle float64) *gray {
	if math.Abs(angle) < 0.03*math.Pi/180 {
		return g
	}
	out := &gray{g.w, g.h, make([]byte, len(g.pix))}
	for y := range g.h {
		for x := range g.w {
			sx, sy := back(float64(x), float64(y), float64(g.w), float64(g.h), angle)
			out.pix[y*g.w+x] = g.between(sx, sy)
		}
	}
	return out
}

// back gives the place in the drawn page of a place in the turned one.
func back(x, y, w, h, angle float64) (float64, float64) {
	s, c := math.Sincos(angle)
	x, y = x-w/2, y-h/2
	return w/2 + x*c - y*s, h/2 + x*s + y*c
}

// between gives the value between four pixels.
func (g *gray) between(x, y float64) byte {
	x0, y0 := int(math.Floor(x)), int(math.Floor(y))
	if x0 < 0 || y0 < 0 || x0+1 >= g.w || y0+1 >= g.h {
		return 255
	}
	fx, fy := x-float64(x0), y-float64(y0)
	i := y0*g.w + x0
	up := float64(g.pix[i])*(1-fx) + float64(g.pix[i+1])*fx
	down := float64(g.pix[i+g.w])*(1-fx) + float64(g.pix[i+g.w+1])*fx
	return byte(up*(1-fy) + down*fy + 0.5)
}

// quarter gives the picture turned clockwise by n quarters of a circle.
func (g *gray) quarter(n int) *gray {
	switch n & 3 {
	case 1:
		out := &gray{g.h, g.w, make([]byte, len(g.pix))}
		for y := range out.h {
			for x := range out.w {
				out.pix[y*out.w+x] = g.pix[(g.h-1-x)*g.w+y]
			}
		}
		return out
	case 2:
		out := &gray{g.w, g.h, slices.Clone(g.pix)}
		slices.Reverse(out.pix)
		return out
	case 3:
		return g.quarter(2).quarter(1)
	}
	return g
}
