package ocr

import (
	"slices"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// turn is how a page was turned: clockwise by quarters of a circle, and then by
// the angle about the middle of its new size.
type turn struct {
	quarters      int
	angle         float64
	width, height float64 // of the turned page
}

// fill puts words on a sheet; scale is points a pixel.
func fill(s *layout.Sheet, words []word, usual, scale float64) {
	for _, w := range words {
		size := w.size
		if size < 0.6*usual || size > 1.7*usual {
			size = max(0.8*usual, min(w.y1-w.y0, 1.7*usual))
		}
		s.Glyphs = append(s.Glyphs, layout.Glyph{
			X0: w.x0 * scale, X1: w.x1 * scale, Base: w.base * scale, Size: size * scale,
			Text: w.text, Source: reading.FromOCR, Conf: confidence(&w),
		})
	}
}

// rule puts ruling lines on a sheet.
func rule(s *layout.Sheet, across, down []stroke, scale float64) {
	for _, r := range across {
		y := float64(r.y0+r.y1) / 2 * scale
		s.Rules = append(s.Rules, layout.Rule{X0: float64(r.x0) * scale, Y0: y, X1: float64(r.x1) * scale, Y1: y})
	}
	for _, r := range down {
		x := float64(r.x0+r.x1) / 2 * scale
		s.Rules = append(s.Rules, layout.Rule{X0: x, Y0: float64(r.y0) * scale, X1: x, Y1: float64(r.y1) * scale})
	}
}

// usualSize is the middle one of the words' line heights, in pixels.
func usualSize(words []word) float64 {
	var all []float64
	for i := range words {
		if words[i].size > 0 {
			all = append(all, words[i].size)
		}
	}
	if len(all) == 0 {
		return DPI * 13 / 72
	}
	slices.Sort(all)
	return all[len(all)/2]
}
