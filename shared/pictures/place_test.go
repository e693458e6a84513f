package pictures_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"hoso/shared/pictures"
)

func TestAPlaceIsFramedAndCutOut(t *testing.T) {
	white := image.NewGray(image.Rect(0, 0, 1000, 1400))
	for i := range white.Pix {
		white.Pix[i] = 255
	}
	var b bytes.Buffer
	if err := png.Encode(&b, white); err != nil {
		t.Fatal(err)
	}
	p := pictures.Picture{PNG: b.Bytes(), Width: 1000, Height: 1400}
	place := pictures.Part{Left: 0.2, Top: 0.1, Right: 0.4, Bottom: 0.12}
	for _, c := range []struct {
		place pictures.Part
		cut   bool
		w, h  int
		red   bool
	}{
		{place, false, 1000, 1400, true},
		{place, true, 440, 98, true},
		{pictures.Part{}, true, 1000, 1400, false},
		{pictures.Part{Left: -5, Top: -5, Right: 9, Bottom: 9}, true, 1000, 1400, true},
	} {
		raw, err := p.Mark(c.place, c.cut)
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		red := false
		for y := got.Bounds().Min.Y; y < got.Bounds().Max.Y; y++ {
			for x := got.Bounds().Min.X; x < got.Bounds().Max.X; x++ {
				r, g, _, _ := got.At(x, y).RGBA()
				red = red || r > 0xc000 && g < 0x4000
			}
		}
		if got.Bounds().Dx() != c.w || got.Bounds().Dy() != c.h || red != c.red {
			t.Errorf("%+v: %v, framed %v", c, got.Bounds(), red)
		}
	}
	if _, err := (pictures.Picture{PNG: []byte("x")}).Mark(place, true); err == nil {
		t.Error("no picture at all was framed")
	}
}
