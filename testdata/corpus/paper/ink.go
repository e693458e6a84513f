package paper

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/go-fonts/liberation/liberationsansbold"
)

// Pictures are drawn at 4 dots a point, which is near 300 dpi.
const dots = 4

var (
	blue  = color.NRGBA{30, 45, 140, 255}
	black = color.NRGBA{25, 25, 30, 255}
	red   = color.NRGBA{205, 30, 45, 255}
)

type sheet struct{ *image.NRGBA }

func blank(w, h float64) sheet {
	return sheet{image.NewNRGBA(image.Rect(0, 0, int(w*dots), int(h*dots)))}
}

// dot paints a round dot, in points.
func (s sheet) dot(x, y, radius float64, c color.NRGBA) {
	x, y, radius = x*dots, y*dots, radius*dots
	for py := int(y - radius - 1); py <= int(y+radius+1); py++ {
		for px := int(x - radius - 1); px <= int(x+radius+1); px++ {
			if !(image.Point{px, py}.In(s.Rect)) {
				continue
			}
			cover := radius + 0.5 - math.Hypot(float64(px)-x, float64(py)-y)
			a := uint8(255 * max(0, min(1, cover)))
			if old := s.NRGBAAt(px, py); a > old.A {
				s.SetNRGBA(px, py, color.NRGBA{c.R, c.G, c.B, a})
			}
		}
	}
}

// stroke draws a line whose pressure changes.
func (s sheet) stroke(pts [][2]float64, width float64, c color.NRGBA) {
	for i := 1; i < len(pts); i++ {
		a, b := pts[i-1], pts[i]
		n := max(1, int(math.Hypot(b[0]-a[0], b[1]-a[1])*dots))
		for k := 0; k <= n; k++ {
			t := float64(k) / float64(n)
			s.dot(a[0]+(b[0]-a[0])*t, a[1]+(b[1]-a[1])*t, width*(0.4+0.12*math.Sin(float64(i)+t)), c)
		}
	}
}

// scribble draws a signature, 100 by 52 points.
func scribble(r *rand.Rand) *image.NRGBA {
	s := blank(100, 52)
	ink := blue
	if r.IntN(3) == 0 {
		ink = black
	}
	var pts [][2]float64
	x, y := 8+r.Float64()*10, 20+r.Float64()*15
	loops := 4 + r.IntN(4)
	for i := range loops {
		rx, ry := 4+r.Float64()*9, 5+r.Float64()*14
		tilt := r.Float64() * 6.28
		for a := 0.0; a < 6.0; a += 0.25 {
			pts = append(pts, [2]float64{x + rx*math.Cos(a+tilt) + a*1.6, y + ry*math.Sin(a+tilt)*0.8})
		}
		x += 70 / float64(loops)
		y += r.Float64()*8 - 4 + float64(i)*0.2
	}
	pts = append(pts, [2]float64{96, 15 + r.Float64()*25})
	s.stroke(pts, 1.3, ink)
	return s.NRGBA
}

// strokes of the digits in a box one wide and two high.
var penned = [10][][2]float64{
	{{0.5, 0}, {0.1, 0.5}, {0.1, 1.4}, {0.5, 2}, {0.9, 1.4}, {0.9, 0.5}, {0.5, 0}},
	{{0.2, 0.5}, {0.55, 0}, {0.5, 1}, {0.5, 2}},
	{{0.1, 0.5}, {0.4, 0}, {0.85, 0.3}, {0.8, 0.8}, {0.1, 2}, {0.95, 1.9}},
	{{0.1, 0.3}, {0.5, 0}, {0.9, 0.4}, {0.45, 0.9}, {0.95, 1.4}, {0.5, 2}, {0.05, 1.7}},
	{{0.65, 0}, {0.05, 1.3}, {0.95, 1.25}, {0.7, 0.8}, {0.65, 2}},
	{{0.9, 0}, {0.25, 0.05}, {0.15, 0.9}, {0.7, 0.8}, {0.95, 1.4}, {0.5, 2}, {0.05, 1.8}},
	{{0.8, 0}, {0.25, 0.8}, {0.1, 1.5}, {0.5, 2}, {0.9, 1.5}, {0.5, 1.1}, {0.12, 1.5}},
	{{0.05, 0.1}, {0.9, 0}, {0.5, 1}, {0.35, 2}},
	{{0.8, 0.3}, {0.45, 0}, {0.2, 0.45}, {0.8, 1.3}, {0.6, 2}, {0.15, 1.6}, {0.75, 0.6}, {0.8, 0.3}},
	{{0.85, 0.5}, {0.45, 0.9}, {0.15, 0.5}, {0.5, 0}, {0.9, 0.4}, {0.8, 1.3}, {0.55, 2}},
}

// digits draws a number as a hand writes it: 24 points high, a digit about
// penRoom wide.
func digits(n string, r *rand.Rand) *image.NRGBA {
	s := blank(penRoom*float64(len(n))+8, 24)
	ink := blue
	if r.IntN(4) == 0 {
		ink = black
	}
	slant := r.Float64()*0.35 - 0.05
	high := 6.2 + r.Float64()*1.6
	lift := r.Float64()*3 - 1
	for i, c := range n {
		if c < '0' || c > '9' {
			continue
		}
		x0, y0 := 3+float64(i)*penRoom+r.Float64()*1.5, 17.5-2*high+lift+r.Float64()*1.5
		var pts [][2]float64
		for _, p := range smooth(penned[c-'0']) {
			x, y := p[0]+(r.Float64()-0.5)*0.06, p[1]+(r.Float64()-0.5)*0.06
			pts = append(pts, [2]float64{x0 + x*6.5 + slant*(2-y)*high/2, y0 + y*high})
		}
		s.stroke(pts, 1.25, ink)
	}
	return s.NRGBA
}

// smooth rounds a polygon's corners.
func smooth(p [][2]float64) [][2]float64 {
	for range 2 {
		out := [][2]float64{p[0]}
		for i := 1; i < len(p); i++ {
			a, b := p[i-1], p[i]
			out = append(out, [2]float64{0.75*a[0] + 0.25*b[0], 0.75*a[1] + 0.25*b[1]}, [2]float64{0.25*a[0] + 0.75*b[0], 0.25*a[1] + 0.75*b[1]})
		}
		p = append(out, p[len(p)-1])
	}
	return p
}

// letters writes text into a picture, its baseline at y points.
func (s sheet) letters(text string, x, y, size float64, c color.NRGBA) {
	f, err := opentype.Parse(liberationsansbold.TTF)
	if err != nil {
		panic(err) // it is part of the program
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size * dots, DPI: 72})
	if err != nil {
		panic(err)
	}
	d := font.Drawer{Dst: s.NRGBA, Src: image.NewUniform(c), Face: face, Dot: fixed.Point26_6{X: fixed.Int26_6(x * dots * 64), Y: fixed.Int26_6(y * dots * 64)}}
	d.DrawString(text)
}

// seal draws a round seal, 92 by 92 points.
func seal(r *rand.Rand) *image.NRGBA {
	s := blank(92, 92)
	ring := func(radius, width float64) {
		for a := 0.0; a < 2*math.Pi; a += 0.004 {
			s.dot(46+radius*math.Cos(a), 46+radius*math.Sin(a), width, red)
		}
	}
	ring(44, 0.7)
	ring(41.5, 0.35)
	ring(27, 0.35)
	var star [][2]float64
	for i := range 6 {
		a := float64(i)*4*math.Pi/5 - math.Pi/2
		star = append(star, [2]float64{46 + 11*math.Cos(a), 46 + 11*math.Sin(a)})
	}
	s.stroke(star, 1.6, red)
	words := []rune("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM * ")
	turn := r.Float64() * 0.4
	for i, c := range words {
		a := float64(i)/float64(len(words))*2*math.Pi + turn
		s.letters(string(c), 46+34*math.Cos(a)-2, 46+34*math.Sin(a)+2, 5, red)
	}
	// An ink pad leaves gaps.
	for range 400 {
		x, y := r.IntN(s.Rect.Dx()), r.IntN(s.Rect.Dy())
		for k := range 6 {
			s.SetNRGBA(x+k%3, y+k/3, color.NRGBA{})
		}
	}
	for i := 3; i < len(s.Pix); i += 4 {
		s.Pix[i] = uint8(float64(s.Pix[i]) * 0.8)
	}
	return s.NRGBA
}

// incoming draws the stamp of an office's post room, 120 by 52 points, with a
// number and a date of its own.
func incoming(r *rand.Rand) *image.NRGBA {
	s := blank(120, 52)
	c := red
	if r.IntN(2) == 0 {
		c = blue
	}
	s.stroke([][2]float64{{1, 1}, {119, 1}, {119, 51}, {1, 51}, {1, 1}}, 1.2, c)
	s.letters("CÔNG VĂN ĐẾN", 26, 13, 9, c)
	s.letters("Số: ........", 8, 29, 9, c)
	s.letters("Ngày: ..../..../20...", 8, 44, 9, c)
	pen := sheet{digits("4"+string(rune('0'+r.IntN(10)))+string(rune('0'+r.IntN(10))), r)}
	for y := range pen.Rect.Dy() {
		for x := range pen.Rect.Dx() {
			if p := pen.NRGBAAt(x, y); p.A > 0 {
				s.SetNRGBA(x+28*dots, y+12*dots, p)
			}
		}
	}
	return s.NRGBA
}
