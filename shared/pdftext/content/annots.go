package content

import (
	"github.com/ledongthuc/pdf"

	"hoso/shared/pdftext/pdffile"
	"hoso/shared/pdftext/pdffont"
	"hoso/shared/reading"
)

// annotation is one annotation whose appearance was drawn.
type annotation struct {
	box    reading.Box
	signer bool   // a signature field
	field  uint32 // object number of its signature dictionary, 0 if unsigned
	name   string
	stamp  bool
}

// maxAnnots bounds the annotations of one page.
const maxAnnots = 2_000

// drawAnnots draws the visible appearances of the annotations that put
// content on the page: form fields, signatures, stamps, typed and drawn notes.
func (p *page) drawAnnots(annots pdf.Value, base matrix) ([]annotation, error) {
	var out []annotation
	for i := 0; i < annots.Len() && i < maxAnnots; i++ {
		a := annots.Index(i)
		if a.Kind() != pdf.Dict {
			continue
		}
		rect, ok := rectOf(a.Key("Rect"))
		sig := inherited(a, "FT").Name() == "Sig"
		n := annotation{signer: sig, stamp: a.Key("Subtype").Name() == "Stamp", name: a.Key("T").Text()}
		if sig {
			n.field = pdffile.SignatureID(a)
			if n.field == 0 {
				n.field = pdffile.SignatureID(a.Key("Parent"))
			}
		}
		if ok {
			n.box = base.box(rect[0], rect[1], rect[2], rect[3])
		}
		out = append(out, n)
		if !ok || !shown(a) {
			continue
		}
		p.annot = int16(len(out))
		err := p.appearance(a, rect, base)
		p.annot = 0
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// inherited looks a form field's key up in its parents.
func inherited(v pdf.Value, key string) pdf.Value {
	for range 8 {
		if x := v.Key(key); !x.IsNull() {
			return x
		}
		if v = v.Key("Parent"); v.IsNull() {
			break
		}
	}
	return pdf.Value{}
}

// shown reports whether an annotation is of a kind that adds content and is
// not hidden on screen.
func shown(a pdf.Value) bool {
	const hidden, noView = 1 << 1, 1 << 5
	if a.Key("F").Int64()&(hidden|noView) != 0 {
		return false
	}
	switch a.Key("Subtype").Name() {
	case "Widget", "Stamp", "FreeText", "Ink", "Watermark":
		return true
	}
	return false
}

// appearance draws the normal appearance into the annotation's rectangle
// (ISO 32000-1, algorithm 8).
func (p *page) appearance(a pdf.Value, rect [4]float64, base matrix) error {
	ap := a.Key("AP").Key("N")
	if ap.Kind() == pdf.Dict {
		ap = ap.Key(a.Key("AS").Name())
	}
	if ap.Kind() != pdf.Stream || p.layerOff(a.Key("OC")) {
		return nil
	}
	bbox, ok := rectOf(ap.Key("BBox"))
	if !ok {
		return nil
	}
	t := matrixOf(ap.Key("Matrix")).box(bbox[0], bbox[1], bbox[2], bbox[3])
	w, h := t[2]-t[0], t[3]-t[1]
	if w <= 0 || h <= 0 {
		return nil
	}
	sx, sy := (rect[2]-rect[0])/w, (rect[3]-rect[1])/h
	p.st = p.fresh(matrix{sx, 0, 0, sy, rect[0] - t[0]*sx, rect[1] - t[1]*sy}.mul(base))
	p.stack, p.saves, p.content = nil, 0, nil
	if a.Key("Subtype").Name() == "Watermark" {
		p.hide = Watermark
		defer func() { p.hide = Visible }()
	}
	return p.form(ap, &resources{fonts: map[string]*pdffont.Font{}}, 0)
}

func (p *page) fresh(ctm matrix) state {
	return state{ctm: ctm, clip: p.bounds, alpha: 1, scale: 1, width: 1, space: 1}
}
