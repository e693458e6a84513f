package content

import (
	"github.com/ledongthuc/pdf"

	"hoso/shared/pdftext/pdffile"
	"hoso/shared/pdftext/pdffont"
	"hoso/shared/pdftext/pdflex"
	"hoso/shared/reading"
)

// Budget bounds the work of interpreting pages. It counts down over a file.
type Budget struct {
	Operators int // operators in all
	Glyphs    int // glyphs in all
	Forms     int // forms drawn in all
	Depth     int // forms within forms
	Segments  int // pieces of paths in all
}

// DefaultBudget is far above what ordinary documents of 200 pages need.
func DefaultBudget() *Budget {
	return &Budget{Operators: 12_000_000, Glyphs: 2_000_000, Forms: 50_000, Depth: 12, Segments: 6_000_000}
}

// maxStates bounds the stack of saved graphics states; deeper saves count
// but keep nothing.
const maxStates = 256

// Interp interprets the pages of one file and keeps its fonts and forms.
type Interp struct {
	file   *pdffile.File
	tick   func() error
	budget *Budget
	fonts  map[uint32]*pdffont.Font
	forms  map[uint32][]byte
	kept   int // bytes in forms
	off    map[uint32]bool
	marks  []mark // kept from page to page for its memory
}

// New makes an interpreter for a file. Tick is asked now and then and ends
// the work by its error.
func New(f *pdffile.File, b *Budget, tick func() error) *Interp {
	in := &Interp{
		file: f, budget: b, tick: tick,
		fonts: map[uint32]*pdffont.Font{}, forms: map[uint32][]byte{}, off: map[uint32]bool{},
	}
	in.findLayers()
	return in
}

// findLayers notes the optional content groups that are off when the file is opened.
func (in *Interp) findLayers() {
	d := in.file.Trailer().Key("Root").Key("OCProperties").Key("D")
	off := d.Key("OFF")
	if d.Key("BaseState").Name() == "OFF" {
		off = in.file.Trailer().Key("Root").Key("OCProperties").Key("OCGs")
	}
	for i := 0; i < off.Len() && i < 4096; i++ {
		in.off[pdffile.ID(off.Index(i))] = true
	}
	if d.Key("BaseState").Name() == "OFF" {
		on := d.Key("ON")
		for i := 0; i < on.Len() && i < 4096; i++ {
			delete(in.off, pdffile.ID(on.Index(i)))
		}
	}
}

// layerOff reports whether a group, or a membership of groups, is off.
func (in *Interp) layerOff(v pdf.Value) bool {
	if len(in.off) == 0 || v.IsNull() {
		return false
	}
	if in.off[pdffile.ID(v)] {
		return true
	}
	if v.Key("Type").Name() != "OCMD" {
		return false
	}
	g := v.Key("OCGs")
	if g.Kind() == pdf.Dict {
		return in.off[pdffile.ID(g)]
	}
	for i := 0; i < g.Len() && i < 256; i++ {
		if !in.off[pdffile.ID(g.Index(i))] {
			return false // the default policy is AnyOn
		}
	}
	return g.Len() > 0
}

// page is the work on one page.
type page struct {
	*Interp
	st       state
	stack    []state
	saves    int // saves beyond the stack's bound
	tm, tlm  matrix
	path     path
	seq      int32
	marks    []mark
	fills    []fillArea
	rules    []rule
	pics     []picture
	hide     Hidden // set while inside content that is off or an artifact
	content  []Hidden
	annot    int16
	drawn    int // path painting operators, to tell outlines from emptiness
	damaged  bool
	strange  int // words that are no operators
	bounds   reading.Box
	openForm []uint32
}

// resources are those of one content stream, with its fonts by name.
type resources struct {
	v     pdf.Value
	fonts map[string]*pdffont.Font
}

// run interprets a content stream.
func (p *page) run(data []byte, res *resources, depth int) error {
	l := pdflex.Lexer{Data: data}
	args := make([]pdflex.Token, 0, 32)
	for {
		t := l.Next()
		switch t.Kind {
		case pdflex.EOF:
			return nil
		case pdflex.Word:
			if p.budget.Operators--; p.budget.Operators < 0 {
				return &pdffile.Stop{Code: reading.CodeTooComplex, Detail: "quá nhiều lệnh vẽ"}
			}
			if err := p.tick(); err != nil {
				return err
			}
			if err := p.operator(string(t.Str), args, res, &l, depth); err != nil {
				return err
			}
			args = args[:0]
		default:
			if len(args) < 4096 {
				args = append(args, t)
			} else if t.Kind != pdflex.ArrayClose { // a TJ of any honest length fits
				args = append(args[:0], t)
			}
		}
	}
}

// num gives the i-th number of the operands, 0 if there is none.
func num(args []pdflex.Token, i int) float64 {
	if i >= 0 && i < len(args) && (args[i].Kind == pdflex.Int || args[i].Kind == pdflex.Real) {
		return args[i].Num
	}
	return 0
}

func nums(args []pdflex.Token) (m matrix, ok bool) {
	if len(args) < 6 {
		return identity, false
	}
	for i := range m {
		m[i] = num(args, len(args)-6+i)
	}
	return m, true
}

func lastName(args []pdflex.Token) string {
	for i := len(args) - 1; i >= 0; i-- {
		if args[i].Kind == pdflex.Name {
			return string(args[i].Str)
		}
	}
	return ""
}

// operator carries out one operator.
func (p *page) operator(op string, args []pdflex.Token, res *resources, l *pdflex.Lexer, depth int) error {
	switch op {
	case "q":
		if len(p.stack) < maxStates {
			p.stack = append(p.stack, p.st)
		} else {
			p.saves++
		}
	case "Q":
		if p.saves > 0 {
			p.saves--
		} else if n := len(p.stack); n > 0 {
			p.st, p.stack = p.stack[n-1], p.stack[:n-1]
		}
	case "cm":
		if m, ok := nums(args); ok {
			p.st.ctm = m.mul(p.st.ctm)
		}
	case "w":
		p.st.width = num(args, 0)
	case "gs":
		return p.extState(res.v.Key("ExtGState").Key(lastName(args)), res)
	case "Do":
		return p.draw(res.v.Key("XObject").Key(lastName(args)), res, depth)
	case "BI":
		p.inlineImage(l)
	case "BMC", "BDC":
		p.begin(op, args, res)
	case "EMC":
		if n := len(p.content); n > 0 {
			p.hide, p.content = p.content[n-1], p.content[:n-1]
		}
	default:
		if p.colour(op, args, res) || p.pathOp(op, args) {
			return nil
		}
		return p.textOp(op, args, res)
	}
	return nil
}

func (p *page) extState(gs pdf.Value, res *resources) error {
	if a := gs.Key("ca"); !a.IsNull() {
		p.st.alpha = a.Float64()
	}
	if w := gs.Key("LW"); !w.IsNull() {
		p.st.width = w.Float64()
	}
	if f := gs.Key("Font"); f.Len() == 2 {
		font, err := p.font(f.Index(0))
		if err != nil {
			return err
		}
		p.st.font, p.st.size = font, f.Index(1).Float64()
	}
	return nil
}

// begin opens marked content: a layer that is off, or a watermark that its
// producer names as one, hides what is inside.
func (p *page) begin(op string, args []pdflex.Token, res *resources) {
	if len(p.content) >= 4096 {
		return
	}
	p.content = append(p.content, p.hide)
	if op != "BDC" || len(args) < 2 || args[0].Kind != pdflex.Name || p.hide != Visible {
		return
	}
	switch string(args[0].Str) {
	case "OC":
		if p.layerOff(res.v.Key("Properties").Key(lastName(args))) {
			p.hide = LayerOff
		}
	case "Artifact":
		for i := 1; i+1 < len(args); i++ {
			if args[i].Kind == pdflex.Name && string(args[i].Str) == "Subtype" && string(args[i+1].Str) == "Watermark" {
				p.hide = Watermark
			}
		}
	}
}

// colour carries out the colour operators.
func (p *page) colour(op string, args []pdflex.Token, res *resources) bool {
	switch op {
	case "g":
		p.st.fill, p.st.space = grayPaint(num(args, 0)), 1
	case "rg":
		p.st.fill, p.st.space = rgbPaint(num(args, 0), num(args, 1), num(args, 2)), 3
	case "k":
		p.st.fill, p.st.space = cmykPaint(num(args, 0), num(args, 1), num(args, 2), num(args, 3)), 4
	case "G":
		p.st.stroke = grayPaint(num(args, 0))
	case "RG":
		p.st.stroke = rgbPaint(num(args, 0), num(args, 1), num(args, 2))
	case "K":
		p.st.stroke = cmykPaint(num(args, 0), num(args, 1), num(args, 2), num(args, 3))
	case "cs":
		p.st.space = components(lastName(args), res)
		p.st.fill = paint{unknown: p.st.space == 0}
	case "sc", "scn":
		switch {
		case p.st.space == 1 && len(args) == 1:
			p.st.fill = grayPaint(num(args, 0))
		case p.st.space == 3 && len(args) == 3:
			p.st.fill = rgbPaint(num(args, 0), num(args, 1), num(args, 2))
		case p.st.space == 4 && len(args) == 4:
			p.st.fill = cmykPaint(num(args, 0), num(args, 1), num(args, 2), num(args, 3))
		default:
			p.st.fill = paint{unknown: true}
		}
	case "CS", "SC", "SCN":
		p.st.stroke = paint{unknown: true}
	default:
		return false
	}
	return true
}

// components gives the number of components of a colour space whose numbers
// mean what those of the device spaces mean, else 0.
func components(name string, res *resources) int {
	switch name {
	case "DeviceGray", "CalGray":
		return 1
	case "DeviceRGB", "CalRGB":
		return 3
	case "DeviceCMYK":
		return 4
	}
	cs := res.v.Key("ColorSpace").Key(name)
	if cs.Kind() == pdf.Name {
		return components(cs.Name(), &resources{})
	}
	switch cs.Index(0).Name() {
	case "ICCBased":
		if n := cs.Index(1).Key("N").Int64(); n == 1 || n == 3 || n == 4 {
			return int(n)
		}
	case "CalGray":
		return 1
	case "CalRGB":
		return 3
	}
	return 0
}
