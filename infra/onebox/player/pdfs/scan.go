package pdfs

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// scanDPI is the resolution of a scan; offices use 200.
const scanDPI = 200

// glass is a canvas that gives grey pictures of the pages.
type glass struct {
	pages []*image.Gray
	faces map[string]font.Face
	err   error
}

func newGlass() *glass { return &glass{faces: map[string]font.Face{}} }

const dot = scanDPI / 72.0 // pixels per point

func (g *glass) newPage() {
	p := image.NewGray(image.Rect(0, 0, int(math.Ceil(pageWidth*dot)), int(math.Ceil(pageHeight*dot))))
	for i := range p.Pix {
		p.Pix[i] = 250
	}
	g.pages = append(g.pages, p)
}

func (g *glass) face(s style, size float64) font.Face {
	key := fmt.Sprintf("%d/%g", s, size)
	if f, ok := g.faces[key]; ok {
		return f
	}
	parsed, err := opentype.Parse(fontOf(s))
	if err == nil {
		var f font.Face
		if f, err = opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: scanDPI, Hinting: font.HintingNone}); err == nil {
			g.faces[key] = f
			return f
		}
	}
	g.err = err
	return nil
}

func (g *glass) width(s style, size float64, text string) float64 {
	f := g.face(s, size)
	if f == nil {
		return 0
	}
	return float64(font.MeasureString(f, text)) / 64 / dot
}

func (g *glass) text(x, y float64, s style, size float64, text string) {
	f := g.face(s, size)
	if f == nil {
		return
	}
	d := font.Drawer{
		Dst: g.pages[len(g.pages)-1], Src: image.NewUniform(color.Gray{Y: 40}), Face: f,
		Dot: fixed.Point26_6{X: fixed.Int26_6(x * dot * 64), Y: fixed.Int26_6(y * dot * 64)},
	}
	d.DrawString(text)
}

func (g *glass) line(x1, y1, x2, y2, thickness float64) {
	g.stroke(x1, y1, x2, y2, thickness, 40)
}

// stroke draws a line of some width by stamping dots along it.
func (g *glass) stroke(x1, y1, x2, y2, thickness float64, grey uint8) {
	p := g.pages[len(g.pages)-1]
	r := math.Max(thickness*dot/2, 0.6)
	steps := int(math.Hypot(x2-x1, y2-y1)*dot*2) + 1
	for i := range steps + 1 {
		t := float64(i) / float64(steps)
		cx, cy := (x1+(x2-x1)*t)*dot, (y1+(y2-y1)*t)*dot
		for y := int(cy - r); y <= int(cy+r); y++ {
			for x := int(cx - r); x <= int(cx+r); x++ {
				if math.Hypot(float64(x)-cx, float64(y)-cy) <= r && image.Pt(x, y).In(p.Rect) {
					p.Pix[p.PixOffset(x, y)] = grey
				}
			}
		}
	}
}

// digitStrokes are the strokes of handwritten digits, in a box 1 wide and 2 high.
func digitStrokes(d byte) [][][2]float64 {
	return map[byte][][][2]float64{
		'0': {{{0.5, 0}, {0.05, 0.6}, {0.1, 1.5}, {0.5, 2}, {0.95, 1.4}, {0.9, 0.5}, {0.45, 0.05}}},
		'1': {{{0.1, 0.6}, {0.6, 0}, {0.5, 2}}},
		'2': {{{0.05, 0.5}, {0.4, 0}, {0.9, 0.3}, {0.8, 0.9}, {0, 2}, {1, 1.9}}},
		'3': {{{0.1, 0.2}, {0.6, 0}, {0.9, 0.4}, {0.4, 0.9}, {0.95, 1.3}, {0.7, 1.9}, {0, 1.8}}},
		'4': {{{0.6, 0}, {0, 1.2}, {1, 1.15}}, {{0.75, 0.7}, {0.65, 2}}},
		'5': {{{0.95, 0.05}, {0.2, 0}, {0.1, 0.8}, {0.7, 0.8}, {0.9, 1.4}, {0.5, 2}, {0, 1.8}}},
		'6': {{{0.8, 0}, {0.2, 0.8}, {0.1, 1.6}, {0.5, 2}, {0.9, 1.6}, {0.6, 1.1}, {0.15, 1.4}}},
		'7': {{{0, 0.1}, {1, 0}, {0.4, 2}}, {{0.3, 1}, {0.9, 0.95}}},
		'8': {{{0.8, 0.2}, {0.4, 0}, {0.1, 0.5}, {0.9, 1.4}, {0.5, 2}, {0.05, 1.5}, {0.9, 0.5}, {0.8, 0.2}}},
		'9': {{{0.9, 0.4}, {0.4, 0}, {0.1, 0.6}, {0.5, 1}, {0.9, 0.5}, {0.6, 2}}},
	}[d]
}

// hand writes digits into the dotted blank of a line that begins at x; only a
// scan has ink of that kind.
func (s *sheet) hand(x, y float64, st style, size float64, line, digits string) {
	g, ok := s.c.(*glass)
	blank := strings.IndexRune(line, '…')
	if !ok || blank < 0 {
		return
	}
	x += g.width(st, size, line[:blank]) + 3
	for i := range len(digits) {
		for _, run := range digitStrokes(digits[i]) {
			for j := 1; j < len(run); j++ {
				x1, y1 := slanted(x, y, run[j-1])
				x2, y2 := slanted(x, y, run[j])
				g.stroke(x1, y1, x2, y2, 1.1, 70)
			}
		}
		x += 8.5
	}
}

// slanted places a point of a digit's box on the page, leaning to the right.
func slanted(x, y float64, p [2]float64) (float64, float64) {
	return x + p[0]*5.5 + (2-p[1])*1.3, y - 13 + p[1]*7
}

// Scan gives the papers as a scan: one grey JPEG a page, askew by a fraction
// of a degree, with noise. seed chooses the noise.
func Scan(seed uint64, papers ...Paper) ([]byte, error) {
	if len(papers) == 0 {
		return nil, fmt.Errorf("no paper to scan")
	}
	g := newGlass()
	for _, p := range papers {
		p.draw(newSheet(g))
	}
	if g.err != nil {
		return nil, fmt.Errorf("font: %w", g.err)
	}
	made := onDay(papers[0].made())
	out := fpdf.New("P", "pt", "A4", "")
	out.SetCatalogSort(true)
	out.SetCreationDate(made)
	out.SetModificationDate(made)
	out.SetAutoPageBreak(false, 0)
	noise := rand.New(rand.NewPCG(seed, 1))
	for i, p := range g.pages {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, askew(p, noise), &jpeg.Options{Quality: 55}); err != nil {
			return nil, fmt.Errorf("encode page: %w", err)
		}
		name := fmt.Sprintf("page%d", i)
		out.AddPage()
		out.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "JPG"}, &b)
		out.ImageOptions(name, 0, 0, pageWidth, pageHeight, false, fpdf.ImageOptions{ImageType: "JPG"}, 0, "")
	}
	var b bytes.Buffer
	if err := out.Output(&b); err != nil {
		return nil, fmt.Errorf("write PDF: %w", err)
	}
	return b.Bytes(), nil
}

// askew turns a page by up to half a degree and sprinkles noise over it.
func askew(p *image.Gray, noise *rand.Rand) *image.Gray {
	a := (noise.Float64() - 0.5) * math.Pi / 180
	sin, cos := math.Sin(a), math.Cos(a)
	w, h := p.Rect.Dx(), p.Rect.Dy()
	out := image.NewGray(p.Rect)
	cx, cy := float64(w)/2, float64(h)/2
	for y := range h {
		for x := range w {
			dx, dy := float64(x)-cx, float64(y)-cy
			sx, sy := cx+dx*cos-dy*sin, cy+dx*sin+dy*cos
			v := between(p, sx, sy)
			if n := noise.Uint32(); n%8 == 0 {
				v += float64(n>>8%25) - 12
			}
			out.Pix[y*out.Stride+x] = uint8(min(max(v, 0), 255))
		}
	}
	return out
}

// between reads a point between pixels.
func between(p *image.Gray, x, y float64) float64 {
	x0, y0 := int(math.Floor(x)), int(math.Floor(y))
	at := func(x, y int) float64 {
		if !(image.Point{X: x, Y: y}).In(p.Rect) {
			return 250
		}
		return float64(p.Pix[y*p.Stride+x])
	}
	fx, fy := x-float64(x0), y-float64(y0)
	return (at(x0, y0)*(1-fx)+at(x0+1, y0)*fx)*(1-fy) + (at(x0, y0+1)*(1-fx)+at(x0+1, y0+1)*fx)*fy
}
