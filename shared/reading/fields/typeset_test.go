package fields_test

import (
	"strings"
	"testing"

	"hoso/shared/reading"
	"hoso/shared/reading/fields"
	"hoso/shared/reading/layout"
)

// paper sets pages as an office would, glyph by glyph, with letters half as
// wide as high. A line that begins with "*" is bold.
type paper struct {
	sheets []layout.Sheet
	y      float64
}

const (
	size   = 13.0
	pitch  = 18.0
	left   = 85.0
	right  = 540.0
	height = 842.0
	wide   = 595.0
)

func newPaper() *paper {
	p := &paper{}
	p.page()
	return p
}

func (p *paper) page() *paper {
	p.sheets = append(p.sheets, layout.Sheet{N: len(p.sheets) + 1, Width: wide, Height: height})
	p.y = 70
	if n := len(p.sheets); n > 1 {
		p.at(wide/2-3, 40, string(rune('0'+n)), 0)
	}
	return p
}

func (p *paper) sheet() *layout.Sheet { return &p.sheets[len(p.sheets)-1] }

func styled(s string) (string, layout.Style) {
	if t, ok := strings.CutPrefix(s, "*"); ok {
		return t, layout.Bold
	}
	return s, 0
}

func advance(r rune) float64 {
	if r == ' ' {
		return 0.25 * size
	}
	return 0.5 * size
}

func width(s string) float64 {
	w := 0.0
	for _, r := range s {
		w += advance(r)
	}
	return w
}

// at draws a line from x on baseline y.
func (p *paper) at(x, y float64, s string, style layout.Style) {
	sh := p.sheet()
	for _, r := range s {
		sh.Glyphs = append(sh.Glyphs, layout.Glyph{X0: x, X1: x + advance(r), Base: y, Size: size, Text: string(r), Style: style, Source: reading.FromText, Conf: 1})
		x += advance(r)
	}
}

// wrap breaks a text into lines.
func wrap(s string, first, rest float64) []string {
	var out []string
	line, room := "", first
	for _, w := range strings.Split(s, " ") {
		if line != "" && width(line+" "+w) > room {
			out = append(out, line)
			line, room = w, rest
			continue
		}
		if line != "" {
			line += " "
		}
		line += w
	}
	return append(out, line)
}

func (p *paper) down() {
	p.y += pitch
	if p.y > height-70 {
		p.page()
	}
}

// para sets a paragraph with its first line indented.
func (p *paper) para(s string) *paper {
	s, style := styled(s)
	for i, l := range wrap(s, right-left-28, right-left) {
		x := left
		if i == 0 {
			x += 28
		}
		p.at(x, p.y, l, style)
		p.down()
	}
	return p
}

func (p *paper) paras(ss ...string) *paper {
	for _, s := range ss {
		p.para(s)
	}
	return p
}

// center sets centred lines.
func (p *paper) center(ss ...string) *paper {
	for _, s := range ss {
		s, style := styled(s)
		for _, l := range wrap(s, 400, 400) {
			p.at(wide/2-width(l)/2, p.y, l, style)
			p.down()
		}
	}
	return p
}

// pair sets two columns around their middles, the right one a little lower.
func (p *paper) pair(ls, rs []string, lMid, rMid, lPitch, rPitch float64) *paper {
	top := p.y
	yl, yr := top, top
	for _, s := range ls {
		s, style := styled(s)
		x := lMid - width(s)/2
		if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "Nơi nhận") {
			x = left
		}
		p.at(x, yl, s, style)
		yl += lPitch
	}
	for _, s := range rs {
		s, style := styled(s)
		if s != "" {
			p.at(rMid-width(s)/2, yr, s, style)
		}
		yr += rPitch
	}
	p.y = max(yl, yr) + pitch
	return p
}

const state = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"

// head sets the two-column header.
func (p *paper) head(ls []string, date string) *paper {
	rs := []string{"*" + state, "*Độc lập - Tự do - Hạnh phúc"}
	if date != "" {
		rs = append(rs, date)
	}
	return p.pair(ls, rs, 165, 410, 15, 16)
}

// sign sets a signature block; empty strings leave room for signatures.
func (p *paper) sign(ls, rs []string) *paper {
	if p.y > height-190 {
		p.page()
	}
	return p.pair(ls, rs, 170, 420, 14, 20)
}

// table draws a grid and sets its cells. A cell "<" joins the one to its
// left, "^" the one above it.
func (p *paper) table(widths []float64, rows [][]string) *paper {
	sh := p.sheet()
	xs := []float64{left}
	for _, w := range widths {
		xs = append(xs, xs[len(xs)-1]+w)
	}
	y := p.y - 12
	for r, row := range rows {
		lines := 1
		for c, s := range row {
			if s == "<" || s == "^" {
				continue
			}
			end := c + 1
			for end < len(row) && row[end] == "<" {
				end++
			}
			for i, l := range wrap(s, xs[end]-xs[c]-8, xs[end]-xs[c]-8) {
				p.at(xs[c]+4, y+14+float64(i)*16, l, 0)
				lines = max(lines, i+1)
			}
		}
		bottom := y + float64(lines)*16 + 5
		for c, s := range row {
			if s != "^" {
				sh.Rules = append(sh.Rules, layout.Rule{X0: xs[c], Y0: y, X1: xs[c+1], Y1: y})
			}
			if s != "<" {
				sh.Rules = append(sh.Rules, layout.Rule{X0: xs[c], Y0: y, X1: xs[c], Y1: bottom})
			}
			if r == len(rows)-1 {
				sh.Rules = append(sh.Rules, layout.Rule{X0: xs[c], Y0: bottom, X1: xs[c+1], Y1: bottom})
			}
		}
		sh.Rules = append(sh.Rules, layout.Rule{X0: xs[len(xs)-1], Y0: y, X1: xs[len(xs)-1], Y1: bottom})
		y = bottom
	}
	p.y = y + 2*pitch
	return p
}

func (p *paper) picture(x0, y0, x1, y1 float64) *paper {
	p.sheet().Pictures = append(p.sheet().Pictures, layout.Picture{Box: reading.Box{x0, y0, x1, y1}})
	return p
}

// read reads the documents of the paper.
func (p *paper) read(t *testing.T) reading.Reading {
	t.Helper()
	r := reading.Reading{}
	var pages []fields.Page
	for i := range p.sheets {
		s := p.sheets[i]
		pages = append(pages, fields.Page{Sheet: s, Quality: reading.Text, Blocks: layout.Blocks(&s)})
	}
	fields.Fill(&r, pages)
	if t.Failed() {
		t.Log(p.text())
	}
	return r
}

func (p *paper) text() string {
	var out strings.Builder
	for i := range p.sheets {
		s := p.sheets[i]
		out.WriteString(layout.Text(layout.Blocks(&s)) + "----\n")
	}
	return out.String()
}

// one reads the only document of the paper.
func (p *paper) one(t *testing.T) reading.Document {
	t.Helper()
	r := p.read(t)
	if len(r.Documents) != 1 {
		t.Fatalf("%d documents in\n%s", len(r.Documents), p.text())
	}
	return r.Documents[0]
}

// check compares fields, given by their schema names; nominees as
// "kind|name|post|unit" or, with votes, "name for/of percent".
func check(t *testing.T, p *paper, d reading.Document, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for _, f := range reading.Fields(d) {
		if f.Nominee == reading.WholeDocument {
			got[f.Name] = f.Value
		}
	}
	for name, w := range want {
		if got[name] != w {
			t.Errorf("%s is %q, want %q", name, got[name], w)
		}
	}
	if t.Failed() {
		t.Log("\n" + p.text())
	}
}

func nominees(d reading.Document) []string {
	var out []string
	for _, n := range d.Nominees {
		kind := "CN"
		if n.Kind == reading.Collective {
			kind = "TT"
		}
		out = append(out, kind+"|"+n.Name+"|"+n.Position+"|"+n.Unit)
	}
	return out
}

func sameList(t *testing.T, p *paper, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n  %s\nwant\n  %s\n%s", strings.Join(got, "\n  "), strings.Join(want, "\n  "), p.text())
	}
}
