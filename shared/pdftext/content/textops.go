package content

import (
	"math"

	"github.com/ledongthuc/pdf"

	"hoso/shared/pdftext/pdffile"
	"hoso/shared/pdftext/pdffont"
	"hoso/shared/pdftext/pdflex"
	"hoso/shared/reading"
)

// textOp carries out the text operators; others are ignored.
func (p *page) textOp(op string, args []pdflex.Token, res *resources) error {
	switch op {
	case "BT":
		p.tm, p.tlm = identity, identity
	case "Tf":
		p.st.size = num(args, len(args)-1)
		f, err := p.namedFont(lastName(args), res)
		if err != nil {
			return err
		}
		p.st.font = f
	case "Tc":
		p.st.charSp = num(args, 0)
	case "Tw":
		p.st.wordSp = num(args, 0)
	case "Tz":
		p.st.scale = num(args, 0) / 100
	case "TL":
		p.st.leading = num(args, 0)
	case "Ts":
		p.st.rise = num(args, 0)
	case "Tr":
		p.st.mode = int64(num(args, 0))
	case "Td":
		p.move(num(args, 0), num(args, 1))
	case "TD":
		p.st.leading = -num(args, 1)
		p.move(num(args, 0), num(args, 1))
	case "Tm":
		if m, ok := nums(args); ok {
			p.tm, p.tlm = m, m
		}
	case "T*":
		p.move(0, -p.st.leading)
	case "Tj":
		return p.showLast(args)
	case "'":
		p.move(0, -p.st.leading)
		return p.showLast(args)
	case "\"":
		p.st.wordSp, p.st.charSp = num(args, 0), num(args, 1)
		p.move(0, -p.st.leading)
		return p.showLast(args)
	case "TJ":
		for _, a := range args {
			switch a.Kind {
			case pdflex.String:
				if err := p.show(a.Str); err != nil {
					return err
				}
			case pdflex.Int, pdflex.Real:
				p.advance(-a.Num / 1000 * p.st.size * p.st.scale)
			}
		}
	case "d", "i", "j", "J", "M", "ri", "sh", "MP", "DP", "BX", "EX", "d0", "d1", "ET", "true", "false", "null":
	default:
		p.strange++
	}
	return nil
}

func (p *page) move(x, y float64) {
	p.tlm = matrix{1, 0, 0, 1, x, y}.mul(p.tlm)
	p.tm = p.tlm
}

func (p *page) advance(dx float64) {
	if p.st.font != nil && p.st.font.Vertical() {
		p.tm = matrix{1, 0, 0, 1, 0, dx}.mul(p.tm)
		return
	}
	p.tm[4] += dx * p.tm[0]
	p.tm[5] += dx * p.tm[1]
}

func (p *page) namedFont(name string, res *resources) (*pdffont.Font, error) {
	if f, ok := res.fonts[name]; ok {
		return f, nil
	}
	v := res.v.Key("Font").Key(name)
	if v.IsNull() {
		return nil, nil
	}
	f, err := p.font(v)
	if err != nil {
		return nil, err
	}
	res.fonts[name] = f
	return f, nil
}

// font loads a font once a file.
func (in *Interp) font(v pdf.Value) (*pdffont.Font, error) {
	id := pdffile.ID(v)
	if f, ok := in.fonts[id]; ok && id != 0 {
		return f, nil
	}
	f, err := pdffont.Load(v, in.file.Stream)
	if err != nil {
		return nil, err
	}
	if id != 0 {
		in.fonts[id] = f
	}
	return f, nil
}

func (p *page) showLast(args []pdflex.Token) error {
	for i := len(args) - 1; i >= 0; i-- {
		if args[i].Kind == pdflex.String {
			return p.show(args[i].Str)
		}
	}
	return nil
}

// show draws a string.
func (p *page) show(s []byte) error {
	f := p.st.font
	if f == nil {
		return nil
	}
	why := p.unseen()
	for len(s) > 0 {
		g, n := f.Next(s)
		s = s[n:]
		if p.budget.Glyphs--; p.budget.Glyphs < 0 {
			return &pdffile.Stop{Code: reading.CodeTooComplex, Detail: "quá nhiều chữ"}
		}
		unit := 0.001
		if f.Type3 {
			unit = f.Matrix[0]
		}
		w := g.Width * unit * p.st.size
		p.put(g, w*p.st.scale, why)
		w += p.st.charSp
		if g.Space {
			w += p.st.wordSp
		}
		p.advance(w * p.st.scale)
	}
	return p.tick()
}

// unseen says whether text drawn now can be seen, as far as the graphics
// state tells.
func (p *page) unseen() Hidden {
	switch {
	case p.hide != Visible:
		return p.hide
	case p.st.mode == 3 || p.st.mode == 7 || p.st.alpha < 0.02:
		return Invisible
	case p.st.fill.white && p.st.mode != 1 && p.st.mode != 5:
		return White
	}
	return Visible
}

// put records one glyph of the given width in text space.
func (p *page) put(g pdffont.Glyph, width float64, why Hidden) {
	m := p.tm.mul(p.st.ctm)
	x0, y0 := m.at(0, p.st.rise)
	x1, y1 := m.at(width, p.st.rise)
	ux, uy := m[2]*p.st.size, m[3]*p.st.size // the font's upward step
	size := math.Hypot(ux, uy)
	if math.IsNaN(x0+y0+x1+y1+size) || math.IsInf(x0+y0+x1+y1+size, 0) {
		return
	}
	k := mark{
		x0: x0, y0: y0, x1: x1, y1: y1, size: size, text: g.Text, known: g.Mapped,
		seq: p.seq, why: why, font: p.st.font, light: p.st.fill.light || p.st.alpha < 0.6,
		dir: direction(m[0]*p.st.size, m[1]*p.st.size, ux, uy), annot: p.annot,
	}
	p.seq++
	if g.Text == "" && g.Mapped {
		return
	}
	k.space = isBlank(g.Text) && g.Mapped
	if x0 == x1 && y0 == y1 && !k.space && g.Mapped && !pdffont.IsMark(g.Text) {
		// A letter takes room, whatever its font says of its width.
		k.x1, k.y1 = x0+0.5*size*m[0]/max(math.Hypot(m[0], m[1]), 1e-9), y0+0.5*size*m[1]/max(math.Hypot(m[0], m[1]), 1e-9)
	}
	cx, cy := (x0+x1)/2+ux*0.3, (y0+y1)/2+uy*0.3
	if k.why == Visible && !k.space {
		switch {
		case size < 1:
			k.why = Invisible
		case !inside(p.st.clip, cx, cy, 2), !inside(p.bounds, cx, cy, 2):
			k.why = Outside
		}
	}
	p.marks = append(p.marks, k)
}

func isBlank(s string) bool {
	for _, r := range s {
		if r != ' ' && r != '\u00a0' && r != '\t' && r != '\u3000' && r != '\n' && r != '\r' && (r < 0x2000 || r > 0x200b) {
			return false
		}
	}
	return s != ""
}

// direction tells where a baseline runs as shown, y downwards. Mirrored text
// counts as slanted: nobody reads it.
func direction(dx, dy, ux, uy float64) uint8 {
	n := math.Hypot(dx, dy)
	if n == 0 || dx*uy-dy*ux > 0 {
		return slanted
	}
	const straight = 0.06 // 3.4 degrees
	switch {
	case math.Abs(dy) <= straight*n && dx > 0:
		return rightward
	case math.Abs(dx) <= straight*n && dy > 0:
		return downward
	case math.Abs(dy) <= straight*n:
		return leftward
	case math.Abs(dx) <= straight*n:
		return upward
	}
	return slanted
}
