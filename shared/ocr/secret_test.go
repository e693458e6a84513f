package ocr

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"os/exec"
	"strings"
	"testing"

	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"hoso/shared/fault"
	"hoso/shared/pdftext/pdftest"
	"hoso/shared/reading"
	"hoso/shared/sandbox"
)

// paper is a colour scan being drawn, at 200 dots per inch.
type paper struct {
	*image.RGBA
	t *testing.T
}

func newPaper(t *testing.T) paper {
	p := paper{image.NewRGBA(image.Rect(0, 0, 1654, 2339)), t}
	draw.Draw(p, p.Bounds(), image.NewUniform(color.RGBA{248, 247, 244, 255}), image.Point{}, draw.Src)
	return p
}

func (p paper) write(x, y int, ttf []byte, size float64, c color.Color, text string) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		p.t.Fatal(err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 200})
	if err != nil {
		p.t.Fatal(err)
	}
	d := font.Drawer{Dst: p, Src: image.NewUniform(c), Face: face, Dot: fixed.P(x, y)}
	d.DrawString(text)
}

// stamp draws a framed word, turned a little as a hand does it.
func (p paper) stamp(x, y int, c color.Color, degrees float64, text string) {
	s := newPaper(p.t)
	draw.Draw(s, s.Bounds(), image.Transparent, image.Point{}, draw.Src)
	s.write(20, 60, liberationserifbold.TTF, 22, c, text)
	w := 30 + 46*len([]rune(text))
	for _, r := range []image.Rectangle{image.Rect(0, 0, w, 4), image.Rect(0, 80, w, 84), image.Rect(0, 0, 4, 84), image.Rect(w-4, 0, w, 84)} {
		draw.Draw(s, r, image.NewUniform(c), image.Point{}, draw.Src)
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	for dy := -60; dy < 160; dy++ {
		for dx := -60; dx < w+60; dx++ {
			sx, sy := float64(dx)*cos+float64(dy)*sin, float64(dy)*cos-float64(dx)*sin
			if q := image.Pt(int(sx), int(sy)); sx >= 0 && sy >= 0 && q.In(s.Bounds()) {
				if _, _, _, a := s.At(q.X, q.Y).RGBA(); a > 0x8000 {
					p.Set(x+dx, y+dy, s.At(q.X, q.Y))
				}
			}
		}
	}
}

func (p paper) pdf() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 70}); err != nil {
		p.t.Fatal(err)
	}
	f := &pdftest.File{}
	f.Add("<</Type /Catalog /Pages 2 0 R>>")
	f.Add("<</Type /Pages /Kids [3 0 R] /Count 1>>")
	f.Add("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595.44 842.04] /Resources <</XObject <</I 5 0 R>>>> /Contents 4 0 R>>")
	f.Stream("", []byte("595.44 0 0 842.04 0 0 cm /I Do"))
	f.Stream("/Type /XObject /Subtype /Image /Width 1654 /Height 2339 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode", b.Bytes())
	return f.Bytes()
}

func scannedLetter(t *testing.T) paper {
	black := color.RGBA{30, 30, 32, 255}
	p := newPaper(t)
	p.write(160, 180, liberationserifbold.TTF, 13, black, "ỦY BAN NHÂN DÂN XÃ")
	p.write(800, 180, liberationserifbold.TTF, 12, black, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
	p.write(160, 240, liberationserifregular.TTF, 13, black, "Số: 12/TTr-UBND")
	p.write(700, 520, liberationserifbold.TTF, 14, black, "TỜ TRÌNH")
	for i := range 20 {
		p.write(160, 640+52*i, liberationserifregular.TTF, 13, black, fmt.Sprintf("Dòng thứ %d của văn bản bình thường về công tác khen thưởng, bí mật", i))
	}
	return p
}

func TestASecrecyStampOnAScanStopsTheFile(t *testing.T) {
	for _, program := range []string{"tesseract", "pdftoppm"} {
		if _, err := exec.LookPath(program); err != nil {
			lack(t, program)
		}
	}
	if _, err := languageFile(); err != nil {
		lack(t, "tesseract's language file for vie")
	}
	red, faint, black := color.RGBA{205, 30, 40, 255}, color.RGBA{225, 120, 115, 255}, color.RGBA{40, 40, 40, 255}
	r := reader(t)
	for name, c := range map[string]struct {
		draw func(p paper)
		want bool
	}{
		"red":           {func(p paper) { p.stamp(170, 290, red, 0, "MẬT") }, true},
		"red, turned":   {func(p paper) { p.stamp(170, 300, red, 3, "TUYỆT MẬT") }, true},
		"faint":         {func(p paper) { p.stamp(170, 290, faint, -2, "TỐI MẬT") }, true},
		"black":         {func(p paper) { p.write(190, 340, liberationserifbold.TTF, 16, black, "TỐI MẬT") }, true},
		"an urgent one": {func(p paper) { p.stamp(170, 290, red, 0, "HỎA TỐC") }, false},
		"none":          {func(paper) {}, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := scannedLetter(t)
			c.draw(p)
			in, err := sandbox.Spool(p.pdf())
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			got, err := r.Read(context.Background(), in)
			problem, found := got.Secret()
			if found != c.want {
				t.Fatalf("%v %v: %v", found, err, got.Problems)
			}
			if !found {
				if err != nil || !got.Pages[0].Recognised {
					t.Errorf("%v %+v", err, got.Problems)
				}
				return
			}
			if (problem.Severity == reading.Refuse) != (fault.CodeOf(err) == reading.CodeSecret) {
				t.Errorf("%+v %v", problem, err)
			}
			b, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(b), "bình thường") || strings.Contains(string(b), "12/TTr") || len(got.Documents) > 0 {
				t.Errorf("text is kept: %s", b)
			}
			t.Log(problem.Code)
		})
	}
}
