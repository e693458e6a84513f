// Package scan makes pictures of pages as office scanners and copiers leave
// them.
package scan

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os/exec"

	"hoso/testdata/corpus/pdfout"
)

// Chain is one way from a page to its picture: who draws it, how fine, and
// what happens to it.
type Chain struct {
	Name    string
	Drawn   string  // pdftoppm, mutool or gs
	DPI     int     // of the picture
	Colour  bool    // kept in colour
	Bits    bool    // one bit a dot
	Quality int     // of the JPEG
	Skew    float64 // degrees at most
	Noise   float64 // of 255, standard deviation
	Through float64 // how strongly the page before shows through
	Blur    bool
	Fade    float64 // how much lighter one side is
	Specks  int     // a page
	Photo   *Photo  // taken by a phone instead of scanned
}

// Photo is what a phone does to a page on a desk, each at most.
type Photo struct {
	Keystone float64 // how much narrower one edge is than the other, of the width
	Shadow   float64 // how much darker the shadow of the hand is
	Margin   float64 // of the picture, where the desk shows
}

// Chains are the chains of the corpus.
var Chains = []Chain{
	{Name: "bit200", Drawn: "pdftoppm", DPI: 200, Bits: true, Skew: 0.5, Noise: 14, Specks: 60},
	{Name: "grey300", Drawn: "mutool", DPI: 300, Quality: 55, Skew: 0.8, Noise: 5, Fade: 0.08},
	{Name: "colour200", Drawn: "gs", DPI: 200, Colour: true, Quality: 70, Skew: 0.6, Noise: 4, Through: 0.05, Fade: 0.05},
	{Name: "poor150", Drawn: "gs", DPI: 150, Quality: 45, Skew: 2, Noise: 12, Through: 0.1, Blur: true, Fade: 0.12, Specks: 30},
}

// Phone is the chain of pages that are photographed.
var Phone = Chain{Name: "photo", Drawn: "mutool", DPI: 220, Colour: true, Quality: 62, Skew: 1.2, Noise: 6, Fade: 0.1, Blur: true, Photo: &Photo{Keystone: 0.035, Shadow: 0.38, Margin: 0.03}}

// draw draws every page of a PDF.
func draw(ctx context.Context, with string, dpi, pages int, pdf string) ([]*image.NRGBA, error) {
	var out []*image.NRGBA
	for n := 1; n <= pages; n++ {
		page, res := fmt.Sprint(n), fmt.Sprint(dpi)
		var c *exec.Cmd
		switch with {
		case "mutool":
			c = exec.CommandContext(ctx, "mutool", "draw", "-q", "-r", res, "-c", "rgb", "-F", "ppm", "-o", "-", pdf, page)
		case "gs":
			c = exec.CommandContext(ctx, "gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=ppmraw", "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-r"+res, "-dFirstPage="+page, "-dLastPage="+page, "-sOutputFile=-", pdf)
		default:
			c = exec.CommandContext(ctx, "pdftoppm", "-r", res, "-f", page, "-l", page, pdf)
		}
		var errs bytes.Buffer
		c.Stderr = &errs
		b, err := c.Output()
		if err != nil {
			return nil, fmt.Errorf("%s: %w: %s", with, err, errs.Bytes())
		}
		im, err := ppm(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", with, err)
		}
		out = append(out, im)
	}
	return out, nil
}

// ppm reads a raw PPM.
func ppm(b []byte) (*image.NRGBA, error) {
	var w, h, most int
	rest := b
	if !bytes.HasPrefix(b, []byte("P6")) {
		return nil, fmt.Errorf("no PPM: %.20q", b)
	}
	rest = rest[2:]
	for _, v := range []*int{&w, &h, &most} {
		for {
			rest = bytes.TrimLeft(rest, " \t\r\n")
			if len(rest) == 0 || rest[0] != '#' {
				break
			}
			i := max(0, bytes.IndexByte(rest, '\n'))
			rest = rest[i:]
		}
		i := bytes.IndexAny(rest, " \t\r\n")
		if i < 0 {
			return nil, fmt.Errorf("cut PPM")
		}
		if _, err := fmt.Sscan(string(rest[:i]), v); err != nil {
			return nil, err
		}
		rest = rest[i:]
	}
	rest = rest[1:]
	if most != 255 || w < 1 || h < 1 || len(rest) < 3*w*h {
		return nil, fmt.Errorf("PPM of %dx%d, %d, %d bytes", w, h, most, len(rest))
	}
	im := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		copy(im.Pix[4*i:], rest[3*i:3*i+3])
		im.Pix[4*i+3] = 255
	}
	return im, nil
}

// Scan draws a PDF and gives its pages as pictures.
func Scan(ctx context.Context, c Chain, pdf string, pages int, r *rand.Rand) ([]pdfout.Picture, error) {
	drawn, err := draw(ctx, c.Drawn, c.DPI, pages, pdf)
	if err != nil {
		return nil, err
	}
	var out []pdfout.Picture
	for i, im := range drawn {
		var behind *image.NRGBA
		if c.Through > 0 && len(drawn) > 1 {
			behind = drawn[(i+1)%len(drawn)]
		}
		p, err := c.picture(worn(c, im, behind, r))
		if err != nil {
			return nil, err
		}
		p.Width, p.Height = float64(im.Rect.Dx())*72/float64(c.DPI), float64(im.Rect.Dy())*72/float64(c.DPI)
		out = append(out, p)
	}
	return out, nil
}

// worn gives the page as a scanner sees it.
func worn(c Chain, im, behind *image.NRGBA, r *rand.Rand) *image.NRGBA {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	out := image.NewNRGBA(im.Rect)
	angle := (2*r.Float64() - 1) * c.Skew * math.Pi / 180
	sin, cos := math.Sin(angle), math.Cos(angle)
	cx, cy := float64(w)/2, float64(h)/2
	side := r.Float64()
	seed := r.Uint64()
	paper := 250 - 8*r.Float64()
	var view *view
	if c.Photo != nil {
		view = c.Photo.taken(float64(w), float64(h), r)
	}
	for y := range h {
		noise := rand.New(rand.NewPCG(seed, uint64(y)))
		for x := range w {
			dx, dy := float64(x)-cx, float64(y)-cy
			sx, sy := cx+dx*cos-dy*sin, cy+dx*sin+dy*cos
			lit := 1.0
			if view != nil {
				sx, sy, lit = view.at(sx, sy)
			}
			i := out.PixOffset(x, y)
			n := noise.NormFloat64() * c.Noise
			fade := 1 - c.Fade*math.Abs(float64(x)/float64(w)-side)
			for k := range 3 {
				v := sample(im, sx, sy, k)
				if behind != nil && behind.Rect == im.Rect {
					v -= c.Through * (255 - sample(behind, float64(w)-sx, sy+3, k))
				}
				if c.Blur {
					v = 0.4*v + 0.15*(sample(im, sx+1, sy, k)+sample(im, sx-1, sy, k)+sample(im, sx, sy+1, k)+sample(im, sx, sy-1, k))
				}
				if view != nil && (sx < 0 || sy < 0 || sx >= float64(w) || sy >= float64(h)) {
					v = desk[k]
				}
				// Black print is never black, paper never white.
				v = 22 + v*(paper-22)/255
				out.Pix[i+k] = uint8(max(0, min(255, v*fade*lit+n)))
			}
			out.Pix[i+3] = 255
		}
	}
	for range c.Specks {
		x, y, d := r.IntN(w), r.IntN(h), 1+r.IntN(2)
		for k := range d * d {
			if p := (image.Point{x + k%d, y + k/d}); p.In(out.Rect) {
				copy(out.Pix[out.PixOffset(p.X, p.Y):], []byte{40, 40, 40})
			}
		}
	}
	return out
}

// sample reads between the dots; outside is paper.
func sample(im *image.NRGBA, x, y float64, k int) float64 {
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := x-x0, y-y0
	at := func(px, py int) float64 {
		if px < 0 || py < 0 || px >= im.Rect.Dx() || py >= im.Rect.Dy() {
			return 255
		}
		return float64(im.Pix[py*im.Stride+4*px+k])
	}
	i, j := int(x0), int(y0)
	return (at(i, j)*(1-fx)+at(i+1, j)*fx)*(1-fy) + (at(i, j+1)*(1-fx)+at(i+1, j+1)*fx)*fy
}

// picture encodes a page as the scanner stores it.
func (c Chain) picture(im *image.NRGBA) (pdfout.Picture, error) {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	size := fmt.Sprintf("/Width %d /Height %d", w, h)
	if c.Bits {
		stride := (w + 7) / 8
		bits := make([]byte, stride*h)
		for y := range h {
			for x := range w {
				i := im.PixOffset(x, y)
				if (299*int(im.Pix[i])+587*int(im.Pix[i+1])+114*int(im.Pix[i+2]))/1000 > 150 {
					bits[y*stride+x/8] |= 0x80 >> (x % 8)
				}
			}
		}
		return pdfout.Picture{Data: pdfout.Deflate(bits), Dict: size + " /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /FlateDecode"}, nil
	}
	var b bytes.Buffer
	space := "/DeviceRGB"
	var src image.Image = im
	if !c.Colour {
		g := image.NewGray(im.Rect)
		for i := range w * h {
			g.Pix[i] = uint8((299*int(im.Pix[4*i]) + 587*int(im.Pix[4*i+1]) + 114*int(im.Pix[4*i+2])) / 1000)
		}
		src, space = g, "/DeviceGray"
	}
	if err := jpeg.Encode(&b, src, &jpeg.Options{Quality: c.Quality}); err != nil {
		return pdfout.Picture{}, err
	}
	return pdfout.Picture{Data: b.Bytes(), Dict: size + " /BitsPerComponent 8 /ColorSpace " + space + " /Filter /DCTDecode"}, nil
}
