package ocr

import (
	"math"

	"hoso/shared/reading"
)

// turnBack moves the places of a document's evidence from the turned page to
// the page as it is drawn.
func turnBack(d *reading.Document, turns map[int]turn) {
	move := func(all map[string]reading.Evidence) {
		for name, e := range all {
			t, ok := turns[e.Page]
			if !ok || t.angle == 0 && t.quarters == 0 || e.BBox.IsZero() {
				continue
			}
			e.BBox = t.box(e.BBox)
			all[name] = e
		}
	}
	move(d.Evidence)
	for i := range d.Nominees {
		move(d.Nominees[i].Evidence)
	}
}

// box gives the box round a turned box.
func (t turn) box(b reading.Box) reading.Box {
	out := reading.Box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, c := range [4][2]float64{{b[0], b[1]}, {b[2], b[1]}, {b[0], b[3]}, {b[2], b[3]}} {
		x, y := back(c[0], c[1], t.width, t.height, t.angle)
		switch t.quarters {
		case 1:
			x, y = y, t.width-x
		case 2:
			x, y = t.width-x, t.height-y
		case 3:
			x, y = t.height-y, x
		}
		out = reading.Box{min(out[0], x), min(out[1], y), max(out[2], x), max(out[3], y)}
	}
	return out
}
