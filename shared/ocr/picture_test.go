package ocr

import (
	"context"
	"errors"
	"math"
	"os"
	"testing"

	"hoso/shared/fault"
	"hoso/shared/pictures"
	"hoso/shared/reading"
)

// sheetOf draws lines of "text" that fall by the angle, in degrees.
func sheetOf(angle float64) *gray {
	g := &gray{800, 1000, make([]byte, 800*1000)}
	for i := range g.pix {
		g.pix[i] = 255
	}
	t := math.Tan(angle * math.Pi / 180)
	for line := 100; line < 900; line += 40 {
		for x := 80; x < 720; x++ {
			if x/9%3 == 2 {
				continue // between letters
			}
			for dy := range 14 {
				g.pix[(line+dy+int(math.Round(float64(x-400)*t)))*g.w+x] = 10
			}
		}
	}
	return g
}

func TestSkewIsFoundAndTakenOut(t *testing.T) {
	for _, want := range []float64{-2.2, -0.7, 0, 0.32, 1.5, 2.3} {
		g := sheetOf(want)
		if got := g.skew() * 180 / math.Pi; math.Abs(got-want) > 0.15 {
			t.Errorf("skew of %.2f found as %.2f", want, got)
		}
		if left := g.turned(g.skew()).skew() * 180 / math.Pi; math.Abs(left) > 0.15 {
			t.Errorf("skew of %.2f leaves %.2f", want, left)
		}
	}
}

func TestPlacesAreTurnedBack(t *testing.T) {
	tn := turn{0, 2 * math.Pi / 180, 600, 800}
	got := tn.box(reading.Box{500, 400, 500, 400}) // right of the middle: lower on the page as drawn
	if math.Abs(got[0]-(300+200*math.Cos(tn.angle))) > 0.01 || math.Abs(got[1]-(400+200*math.Sin(tn.angle))) > 0.01 {
		t.Errorf("%v", got)
	}
}

func TestRulingLinesAreFoundAndPaintedWhite(t *testing.T) {
	g := sheetOf(0)
	paint := func(x0, y0, x1, y1 int) {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				g.pix[y*g.w+x] = 0
			}
		}
	}
	paint(60, 85, 740, 88)
	paint(60, 85, 63, 500)
	paint(600, 920, 700, 990) // a black area is no line
	across, down := g.eraseRules(200)
	if len(across) != 1 || across[0].x0 > 62 || across[0].x1 < 737 || across[0].y0 < 84 || across[0].y1 > 89 {
		t.Errorf("across %+v", across)
	}
	if len(down) != 1 || down[0].y1 < 495 || down[0].x1-down[0].x0 > 4 {
		t.Errorf("down %+v", down)
	}
	if g.at(400, 86) != 255 || g.at(61, 300) != 255 || g.at(650, 950) != 0 || g.at(83, 105) > 20 {
		t.Error("a line is left, or more than the lines is gone")
	}
}

func TestPicturesThatAreNone(t *testing.T) {
	for _, s := range []string{"", "P6\n", "P6\n2 2\n255\n123", "P6\n-1 5\n255\n", "P6\n99999999 99999999\n255\n1", "P3\n1 1\n255\n1", "P6\n1 1\n65535\n123456"} {
		if _, err := parsePNM([]byte(s)); err == nil {
			t.Errorf("%q gives a picture", s)
		}
	}
}

const page = `<span class='ocr_line' id='l' title="bbox 100 100 500 130; baseline 0 -6; x_size 30; x_descenders 6; x_ascenders 7">
<span class='ocrx_word' id='w' title='bbox 100 100 160 130; x_wconf 95'>Nguy&#7877;n</span>
<span class='ocrx_word' id='w' title='bbox 170 100 230 130; x_wconf 9'>noise</span>
<span class='ocrx_word' id='w' title='bbox 240 20 300 130; x_wconf 90'><strong>tall</strong></span>
<span class='ocrx_word' id='w' title='bbox 310 100 370 130; x_wconf 91'>V&amp;n</span>
`

func TestWordsOfHOCR(t *testing.T) {
	got := parseHOCR([]byte(page), 200)
	if len(got) != 3 || got[0].text != "Nguyễn" || got[2].text != "V&n" || got[0].base != 124 || got[0].size != 30 {
		t.Errorf("%+v", got)
	}
}

// none is a machine without the programs.
type none struct{ kind fault.Kind }

func (n none) Run(context.Context, string, []string, *os.File, pictures.Limits) ([]byte, error) {
	return nil, fault.Wrap(n.kind, "test", errors.New("no"))
}

func TestMachineWithoutThePrograms(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	scan := reading.Reading{Pages: []reading.Page{{N: 1, Quality: reading.Scan, Width: 595, Height: 842}}}
	_, err = New(none{fault.NotFound}).Recognise(context.Background(), f, scan)
	if !fault.Is(err, fault.NotFound) || fault.CodeOf(err) != CodeNotInstalled || fault.Public(err) == "" {
		t.Errorf("not installed: %v", err)
	}
	got, err := New(none{fault.Unreadable}).Recognise(context.Background(), f, scan)
	if err != nil || !got.Pages[0].NeedsPerson() {
		t.Errorf("a page that cannot be drawn: %v %+v", err, got.Pages)
	}
	scan.Pages[0].Width = 1e9
	if got, err = New(none{fault.Transient}).Recognise(context.Background(), f, scan); err != nil || !got.Pages[0].NeedsPerson() {
		t.Errorf("a page beyond the pixel limit: %v", err)
	}
}

// stumbling fails the first run of a program.
type stumbling struct{ runs *int }

func (s stumbling) Run(context.Context, string, []string, *os.File, pictures.Limits) ([]byte, error) {
	if *s.runs++; *s.runs == 1 {
		return nil, fault.Wrap(fault.Unreadable, "test", errors.New("no memory"))
	}
	return []byte("done"), nil
}

func TestAFailedRunIsTriedOnceMore(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	runs := 0
	out, err := New(stumbling{&runs}).run(context.Background(), "any", nil, f, pictures.Limits{})
	if err != nil || string(out) != "done" || runs != 2 {
		t.Errorf("%q, %v after %d runs", out, err, runs)
	}
}
