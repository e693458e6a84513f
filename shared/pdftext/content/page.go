package content

import (
	"math"

	"github.com/ledongthuc/pdf"

	"hoso/shared/pdftext/pdffile"
	"hoso/shared/pdftext/pdffont"
	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// Page is what one page shows.
type Page struct {
	Sheet   layout.Sheet
	Quality reading.Quality
	Hidden  [numHidden]int // letters that cannot be seen, by reason
	Damaged bool           // some content could not be decoded
	Unknown int            // letters whose codes stand for nothing known
	Lying   int            // letters of fonts whose map contradicts their encoding
	Guessed bool           // some text was decoded from a legacy encoding by guess
	Signers []Signer
	Aside   []string // what is written beside the text: watermarks, stamps
}

// Signer is a signature field on the page.
type Signer struct {
	Field uint32 // object number of the signature dictionary, 0 if unsigned
	Name  string
	Box   reading.Box // zero if it is not drawn
	Text  string      // what its appearance says
}

// Page sizes beyond these are no paper (ISO 32000-1, annex C: 14,400 units).
const (
	minSide = 3
	maxSide = 14_400
)

// Page interprets page n of the file. The error is a *pdffile.Stop when the
// budget is spent or the page cannot be a page.
func (in *Interp) Page(v pdf.Value, n int) (Page, error) {
	box, ok := rectOf(inheritedPage(v, "MediaBox"))
	if !ok {
		box = [4]float64{0, 0, 595.28, 841.89} // A4: what viewers show
	}
	if crop, ok := rectOf(inheritedPage(v, "CropBox")); ok {
		c := [4]float64{max(box[0], crop[0]), max(box[1], crop[1]), min(box[2], crop[2]), min(box[3], crop[3])}
		if c[2] > c[0] && c[3] > c[1] {
			box = c
		}
	}
	if s := max(box[2]-box[0], box[3]-box[1]); s > maxSide || min(box[2]-box[0], box[3]-box[1]) < minSide {
		return Page{}, &pdffile.Stop{Code: reading.CodePageSize, Detail: sides(box)}
	}
	w, h, base := upright(box, inheritedPage(v, "Rotate").Int64())
	p := &page{Interp: in, bounds: reading.Box{0, 0, w, h}, tm: identity, tlm: identity}
	p.st = p.fresh(base)
	damage := in.file.Damage()

	data, coded, err := in.contents(v.Key("Contents"))
	if err != nil {
		return Page{}, err
	}
	if p.marks = in.marks; cap(p.marks) == 0 {
		p.marks = make([]mark, 0, min(len(data)/6, 8192))
	}
	res := &resources{v: inheritedPage(v, "Resources"), fonts: map[string]*pdffont.Font{}}
	if err := p.run(data, res, 0); err != nil {
		return Page{}, err
	}
	annots, err := p.drawAnnots(v.Key("Annots"), base)
	if err != nil {
		return Page{}, err
	}
	p.damaged = in.file.Damage() > damage || coded || p.strange > fewStrange
	out, err := p.finish(n, annots)
	in.marks = p.marks[:0]
	return out, err
}

func sides(box [4]float64) string {
	mm := func(f float64) string {
		if f > 1e6 || math.IsNaN(f) {
			return "quá lớn"
		}
		return itoa(int(f*25.4/72)) + " mm"
	}
	return mm(box[2]-box[0]) + " × " + mm(box[3]-box[1])
}

func itoa(n int) string {
	if n == 0 {
		return "0"
	}
	var b []byte
	for ; n > 0; n /= 10 {
		b = append([]byte{byte('0' + n%10)}, b...)
	}
	return string(b)
}

// inheritedPage looks a key of a page up in its ancestors. The depth is
// bounded: Parent chains may be cycles.
func inheritedPage(v pdf.Value, key string) pdf.Value {
	for range 32 {
		if x := v.Key(key); !x.IsNull() {
			return x
		}
		if v = v.Key("Parent"); v.IsNull() {
			break
		}
	}
	return pdf.Value{}
}

// fewStrange is how many words without a meaning a page may have: more are the
// bytes of something that was to be decoded, or was damaged.
const fewStrange = 2

// contents joins the content streams of a page with white space, and reports
// whether one is coded in a way that no content is.
func (in *Interp) contents(v pdf.Value) (data []byte, coded bool, err error) {
	if v.Kind() == pdf.Stream {
		data, err = in.file.Stream(v)
		return data, data == nil, err
	}
	var out []byte
	for i := 0; i < v.Len() && i < 100_000; i++ {
		part := v.Index(i)
		d, err := in.file.Stream(part)
		if err != nil {
			return nil, false, err
		}
		coded = coded || d == nil && part.Kind() == pdf.Stream
		out = append(append(out, d...), '\n')
	}
	return out, coded, nil
}

// finish decides what can be seen, turns the page upright if its text lies on
// its side, and judges the page's quality.
func (p *page) finish(n int, annots []annotation) (Page, error) {
	if err := p.judge(); err != nil {
		return Page{}, err
	}
	p.turn()
	out := Page{Damaged: p.damaged, Guessed: p.guessLegacy()}
	out.Sheet = layout.Sheet{N: n, Width: p.bounds[2], Height: p.bounds[3]}
	boxed := p.signerBoxes(annots, &out)
	glyphs := make([]layout.Glyph, 0, len(p.marks))
	for i := range p.marks {
		m := &p.marks[i]
		if m.why != Visible {
			if !m.space {
				out.Hidden[m.why]++
			}
			continue
		}
		if m.annot > 0 && boxed[int(m.annot)] {
			continue
		}
		if !m.known {
			out.Unknown++
			m.text = "\ufffd" // a letter stands here; nobody can say which
		}
		if m.font != nil && m.font.Lies {
			out.Lying++
		}
		g := layout.Glyph{
			X0: m.x0, X1: m.x1, Base: m.y0, Size: m.size, Text: m.text,
			Style: m.style(), Source: reading.FromText, Conf: 1,
		}
		if m.annot > 0 {
			if annots[m.annot-1].signer {
				g.Source = reading.FromSignature
			}
			if err := p.tick(); err != nil {
				return Page{}, err
			}
			g.Base = p.snap(m)
		}
		if pdffont.IsMark(g.Text) && joinMark(glyphs, g) {
			continue
		}
		g.Text = pdffont.Compose(g.Text)
		if g.Text == "-" && p.lostLetter(i) {
			g.Style |= layout.Guessed
		}
		glyphs = append(glyphs, g)
	}
	out.Sheet.Glyphs = glyphs
	out.Aside = p.aside(annots)
	for _, r := range p.rules {
		out.Sheet.Rules = append(out.Sheet.Rules, layout.Rule{X0: r.x0, Y0: r.y0, X1: r.x1, Y1: r.y1})
	}
	for _, pc := range p.pics {
		if pc.annot == 0 || !annots[pc.annot-1].signer {
			out.Sheet.Pictures = append(out.Sheet.Pictures, layout.Picture{Box: pc.box})
		}
	}
	out.Quality = p.quality(&out)
	return out, nil
}

func (m *mark) style() layout.Style {
	var s layout.Style
	if m.guessed {
		s |= layout.Guessed
	}
	if m.font != nil {
		if m.font.Bold {
			s |= layout.Bold
		}
		if m.font.Italic {
			s |= layout.Italic
		}
	}
	return s
}

// joinMark puts a combining mark on the letter drawn before it, if it lies on
// or right behind that letter.
func joinMark(gs []layout.Glyph, g layout.Glyph) bool {
	if len(gs) == 0 {
		return false
	}
	b := &gs[len(gs)-1]
	if math.Abs(b.Base-g.Base) > 0.5*b.Size || g.X0 < b.X0-0.5*b.Size || g.X0 > b.X1+0.35*b.Size {
		return false
	}
	b.Text = pdffont.Compose(b.Text + g.Text)
	b.X1 = max(b.X1, g.X1)
	return true
}

// signerBoxes describes the signature fields and tells which annotations are
// a signature's own information box rather than a value set into the text.
func (p *page) signerBoxes(annots []annotation, out *Page) map[int]bool {
	texts := make([]string, len(annots)+1)
	for _, m := range p.marks {
		if m.annot > 0 && m.why == Visible && len(texts[m.annot]) < 2_000 {
			texts[m.annot] += pdffont.Compose(m.text)
		}
	}
	boxed := map[int]bool{}
	for i, a := range annots {
		t := texts[i+1]
		if !a.signer {
			boxed[i+1] = isRegistryStamp(t)
			continue
		}
		boxed[i+1] = isSignerInfo(t)
		s := Signer{Field: a.field, Name: a.name, Text: t}
		drawn := t != "" || p.hasPicture(i+1)
		if drawn {
			s.Box = a.box
		}
		if drawn && (t == "" || boxed[i+1]) && area(a.box) > 1 && a.field != 0 {
			out.Sheet.Pictures = append(out.Sheet.Pictures, layout.Picture{Box: a.box, Signer: true, Text: t})
		}
		out.Signers = append(out.Signers, s)
	}
	return boxed
}

func (p *page) hasPicture(annot int) bool {
	for _, pc := range p.pics {
		if int(pc.annot) == annot {
			return true
		}
	}
	return false
}
