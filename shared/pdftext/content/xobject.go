package content

import (
	"slices"

	"github.com/ledongthuc/pdf"

	"hoso/shared/pdftext/pdffile"
	"hoso/shared/pdftext/pdffont"
	"hoso/shared/pdftext/pdflex"
	"hoso/shared/reading"
)

// picture is an image as drawn.
type picture struct {
	box    reading.Box
	seq    int32
	annot  int16
	masked bool // parts of it let the page through
}

// maxFormCache bounds the decoded forms kept for a file.
const maxFormCache = 16 << 20

// draw paints an XObject: an image or a form.
func (p *page) draw(x pdf.Value, res *resources, depth int) error {
	if x.Kind() != pdf.Stream {
		return nil
	}
	hide := p.hide
	if hide == Visible && p.layerOff(x.Key("OC")) {
		p.hide = LayerOff
	}
	defer func() { p.hide = hide }()
	switch x.Key("Subtype").Name() {
	case "Image":
		p.image(!x.Key("SMask").IsNull() || !x.Key("Mask").IsNull() || x.Key("ImageMask").Bool())
	case "Form":
		return p.form(x, res, depth)
	}
	return nil
}

func (p *page) image(masked bool) {
	p.seq++
	if p.hide != Visible || p.st.alpha < 0.02 || len(p.pics) >= maxAreas {
		return
	}
	b := meet(p.st.ctm.box(0, 0, 1, 1), p.st.clip)
	if area(b) <= 0 {
		return
	}
	p.pics = append(p.pics, picture{box: b, seq: p.seq, annot: p.annot, masked: masked})
	p.addArea(fillArea{box: b, seq: p.seq, opaque: !masked && p.st.alpha > 0.9, image: true})
}

// form draws a form with its own matrix, clip and resources.
func (p *page) form(x pdf.Value, res *resources, depth int) error {
	id := pdffile.ID(x)
	if depth >= p.budget.Depth || slices.Contains(p.openForm, id) && id != 0 {
		return &pdffile.Stop{Code: reading.CodeTooComplex, Detail: "hình lồng trong hình quá sâu"}
	}
	if p.budget.Forms--; p.budget.Forms < 0 {
		return &pdffile.Stop{Code: reading.CodeTooComplex, Detail: "quá nhiều hình lồng nhau"}
	}
	data, err := p.formData(id, x)
	if err != nil {
		return err
	}
	inner := res
	if r := x.Key("Resources"); r.Kind() == pdf.Dict {
		inner = &resources{v: r, fonts: map[string]*pdffont.Font{}}
	}
	saved, savedPath, tm, tlm := p.st, p.path, p.tm, p.tlm
	stack, saves, content := p.stack, p.saves, p.content
	p.stack, p.saves, p.content, p.path = nil, 0, nil, path{}
	p.st.ctm = matrixOf(x.Key("Matrix")).mul(p.st.ctm)
	if b, ok := rectOf(x.Key("BBox")); ok {
		p.st.clip = meet(p.st.clip, p.st.ctm.box(b[0], b[1], b[2], b[3]))
	}
	p.openForm = append(p.openForm, id)
	hide := p.hide
	err = p.run(data, inner, depth+1)
	p.hide = hide
	p.openForm = p.openForm[:len(p.openForm)-1]
	p.st, p.path, p.tm, p.tlm = saved, savedPath, tm, tlm
	p.stack, p.saves, p.content = stack, saves, content
	return err
}

func (in *Interp) formData(id uint32, x pdf.Value) ([]byte, error) {
	if d, ok := in.forms[id]; ok {
		return d, nil
	}
	d, err := in.file.Stream(x)
	if err != nil {
		return nil, err
	}
	if in.kept+len(d) <= maxFormCache {
		in.kept += len(d)
		in.forms[id] = d
	}
	return d, nil
}

// inlineImage skips an inline image by its declared size, or else to the mark
// of its end, and keeps its area.
func (p *page) inlineImage(l *pdflex.Lexer) {
	dict := map[string]pdflex.Token{}
	for {
		k := l.Next()
		if k.Kind == pdflex.EOF || k.Kind == pdflex.Word {
			break // ID
		}
		v := l.Next()
		for depth := 0; ; v = l.Next() {
			switch v.Kind {
			case pdflex.ArrayOpen, pdflex.DictOpen:
				depth++
			case pdflex.ArrayClose, pdflex.DictClose:
				depth--
			}
			if depth <= 0 || v.Kind == pdflex.EOF {
				break
			}
		}
		if len(dict) < 64 {
			dict[string(k.Str)] = v
		}
	}
	l.Pos++ // the single white space behind ID
	l.Pos = endOfInline(l.Data, min(l.Pos, len(l.Data)), plainSize(dict))
	_, mask := dict["IM"]
	_, imageMask := dict["ImageMask"]
	p.image(mask || imageMask)
}

// plainSize gives the bytes of an image without filter, or -1.
func plainSize(d map[string]pdflex.Token) int {
	get := func(short, long string) (int, bool) {
		t, ok := d[short]
		if !ok {
			t, ok = d[long]
		}
		return int(t.Int), ok
	}
	if n, ok := get("L", "Length"); ok && n > 0 {
		return n
	}
	if _, ok := d["F"]; ok {
		return -1
	}
	if _, ok := d["Filter"]; ok {
		return -1
	}
	w, ok1 := get("W", "Width")
	h, ok2 := get("H", "Height")
	bits, ok3 := get("BPC", "BitsPerComponent")
	if !ok1 || !ok2 || w <= 0 || h <= 0 || w > 1<<16 || h > 1<<16 {
		return -1
	}
	if !ok3 {
		bits = 1
	}
	n := 1
	cs := string(d["CS"].Str) + string(d["ColorSpace"].Str)
	switch cs {
	case "RGB", "DeviceRGB":
		n = 3
	case "CMYK", "DeviceCMYK":
		n = 4
	}
	return (w*bits*n + 7) / 8 * h
}

// endOfInline finds the position behind EI. The declared size counts if EI
// stands there.
func endOfInline(data []byte, pos, size int) int {
	if size >= 0 && pos+size <= len(data) {
		l := pdflex.Lexer{Data: data, Pos: pos + size}
		if t := l.Next(); t.Kind == pdflex.Word && string(t.Str) == "EI" {
			return l.Pos
		}
	}
	for i := pos; i+1 < len(data); i++ {
		if data[i] == 'E' && data[i+1] == 'I' && (i == pos || pdflex.IsSpace(data[i-1])) &&
			(i+2 >= len(data) || pdflex.IsSpace(data[i+2])) && looksLikeContent(data[i+2:]) {
			return i + 2
		}
	}
	return len(data)
}

// looksLikeContent tells operators from the bytes of a picture.
func looksLikeContent(b []byte) bool {
	for _, c := range b[:min(len(b), 16)] {
		if c >= 0x80 || c < ' ' && !pdflex.IsSpace(c) {
			return false
		}
	}
	return true
}
