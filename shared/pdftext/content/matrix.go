package content

import (
	"math"

	"github.com/ledongthuc/pdf"

	"hoso/shared/reading"
)

// matrix maps (x, y) to (a*x + c*y + e, b*x + d*y + f).
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

// mul gives the matrix that applies m first and n after it.
func (m matrix) mul(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func (m matrix) at(x, y float64) (float64, float64) {
	return m[0]*x + m[2]*y + m[4], m[1]*x + m[3]*y + m[5]
}

// box gives the bounds of the rectangle x0..x1, y0..y1 under the matrix.
func (m matrix) box(x0, y0, x1, y1 float64) reading.Box {
	b := reading.Box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, p := range [4][2]float64{{x0, y0}, {x1, y0}, {x0, y1}, {x1, y1}} {
		x, y := m.at(p[0], p[1])
		b[0], b[1] = math.Min(b[0], x), math.Min(b[1], y)
		b[2], b[3] = math.Max(b[2], x), math.Max(b[3], y)
	}
	return b
}

func matrixOf(v pdf.Value) matrix {
	if v.Len() != 6 {
		return identity
	}
	var m matrix
	for i := range m {
		m[i] = v.Index(i).Float64()
	}
	return m
}

// rectOf reads a rectangle of user space with its corners in order.
func rectOf(v pdf.Value) (r [4]float64, ok bool) {
	if v.Len() != 4 {
		return r, false
	}
	for i := range r {
		r[i] = v.Index(i).Float64()
	}
	r[0], r[2] = math.Min(r[0], r[2]), math.Max(r[0], r[2])
	r[1], r[3] = math.Min(r[1], r[3]), math.Max(r[1], r[3])
	return r, r[2] > r[0] && r[3] > r[1]
}

func meet(a, b reading.Box) reading.Box {
	return reading.Box{math.Max(a[0], b[0]), math.Max(a[1], b[1]), math.Min(a[2], b[2]), math.Min(a[3], b[3])}
}

func inside(b reading.Box, x, y, slack float64) bool {
	return x >= b[0]-slack && x <= b[2]+slack && y >= b[1]-slack && y <= b[3]+slack
}

func area(b reading.Box) float64 {
	if b[2] <= b[0] || b[3] <= b[1] {
		return 0
	}
	return (b[2] - b[0]) * (b[3] - b[1])
}

// upright gives the size of a page as shown and the matrix from its user
// space to points from the top left corner, y downwards.
func upright(box [4]float64, rotate int64) (w, h float64, m matrix) {
	switch ((rotate % 360) + 360) % 360 / 90 {
	case 1:
		return box[3] - box[1], box[2] - box[0], matrix{0, 1, 1, 0, -box[1], -box[0]}
	case 2:
		return box[2] - box[0], box[3] - box[1], matrix{-1, 0, 0, 1, box[2], -box[1]}
	case 3:
		return box[3] - box[1], box[2] - box[0], matrix{0, -1, -1, 0, box[3], box[2]}
	}
	return box[2] - box[0], box[3] - box[1], matrix{1, 0, 0, -1, -box[0], box[3]}
}
