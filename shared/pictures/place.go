package pictures

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	"hoso/shared/fault"
)

// Part is a rectangle of a page in parts of its width and height, from the top
// left corner.
type Part struct{ Left, Top, Right, Bottom float64 }

// Empty reports that it is no place at all.
func (p Part) Empty() bool { return !(p.Right > p.Left && p.Bottom > p.Top) }

// around is how much of the page stays visible round a place that is cut out,
// in parts of the page's width and height.
const (
	aroundX = 0.12
	aroundY = 0.025
)

// Mark frames a place on the picture; cut leaves only its surroundings.
func (p Picture) Mark(place Part, cut bool) ([]byte, error) {
	const op = "pictures.mark"
	src, err := png.Decode(bytes.NewReader(p.PNG))
	if err != nil {
		return nil, unreadable(op, err)
	}
	b := src.Bounds()
	out := image.NewRGBA(b)
	draw.Draw(out, b, src, b.Min, draw.Src)
	at := func(v float64, size int) int { return int(math.Round(math.Max(0, math.Min(1, v)) * float64(size))) }
	if !place.Empty() {
		around := image.Rect(at(place.Left, b.Dx())-3, at(place.Top, b.Dy())-3, at(place.Right, b.Dx())+3, at(place.Bottom, b.Dy())+3)
		frame(out, around.Intersect(b)) // at the picture's edge the frame stands inside
	}
	var shown image.Image = out
	if cut && !place.Empty() {
		shown = out.SubImage(image.Rect(
			at(place.Left-aroundX, b.Dx()), at(place.Top-aroundY, b.Dy()), at(place.Right+aroundX, b.Dx()), at(place.Bottom+aroundY, b.Dy())))
	}
	var w bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&w, shown); err != nil {
		return nil, fault.Wrap(fault.Internal, op, err)
	}
	return w.Bytes(), nil
}

// frame draws a frame three pixels thick.
func frame(img *image.RGBA, r image.Rectangle) {
	c := image.NewUniform(color.RGBA{0xd4, 0x35, 0x1c, 0xff})
	const thick = 3
	for _, side := range []image.Rectangle{
		image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+thick), image.Rect(r.Min.X, r.Max.Y-thick, r.Max.X, r.Max.Y),
		image.Rect(r.Min.X, r.Min.Y, r.Min.X+thick, r.Max.Y), image.Rect(r.Max.X-thick, r.Min.Y, r.Max.X, r.Max.Y),
	} {
		draw.Draw(img, side, c, image.Point{}, draw.Src)
	}
}
