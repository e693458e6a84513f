package signtest

import (
	"bytes"
	"crypto"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// PDF is a file of one page that grows by incremental updates: every earlier
// state of it stays its own beginning.
type PDF struct {
	Bytes   []byte
	next    int
	catalog string // entries of the catalog besides pages and form
	fields  []int
	annots  []int
	xref    int
}

// Numbers of the objects every PDF here begins with.
const (
	catalogObj = 1 + iota
	pagesObj
	fontObj
	contentObj
	pageObj
	infoObj
	inputObj // a form field to fill in
)

// reserved is the room for a signature, in bytes.
const reserved = 12_000

// NewPDF makes an unsigned file that shows a text.
func NewPDF(text string) *PDF {
	p := &PDF{next: inputObj + 1, fields: []int{inputObj}, annots: []int{inputObj}, Bytes: []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")}
	p.Update(map[int]string{
		catalogObj: p.catalogBody(), pagesObj: "<</Type /Pages /Kids [5 0 R] /Count 1>>",
		fontObj:    "<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding>>",
		contentObj: content(text), pageObj: p.pageBody(), infoObj: "<</Producer (signtest)>>", inputObj: input("old"),
	})
	return p
}

func content(text string) string {
	var lines strings.Builder
	for i := range 12 {
		fmt.Fprintf(&lines, "BT /F1 12 Tf 1 0 0 1 72 %d Tm (%s, line %d of an ordinary page) Tj ET\n", 760-20*i, text, i)
	}
	return stream("", []byte(lines.String()))
}

func stream(dict string, data []byte) string {
	return fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", dict, len(data), data)
}

func input(value string) string {
	return fmt.Sprintf("<</Type /Annot /Subtype /Widget /FT /Tx /T (so) /V (%s) /Rect [300 100 400 120] /P 5 0 R /F 4>>", value)
}

func refs(ids []int) string {
	var out []string
	for _, id := range ids {
		out = append(out, fmt.Sprintf("%d 0 R", id))
	}
	return "[" + strings.Join(out, " ") + "]"
}

func (p *PDF) catalogBody() string {
	return fmt.Sprintf("<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields %s /SigFlags 3>> %s>>", refs(p.fields), p.catalog)
}

func (p *PDF) pageBody() string {
	return fmt.Sprintf("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <</Font <</F1 3 0 R>>>> /Contents 4 0 R /Annots %s>>", refs(p.annots))
}

// Update appends an incremental update with new bodies of objects.
func (p *PDF) Update(objects map[int]string) {
	p.Bytes, p.xref = appendTo(p.Bytes, objects, p.next, p.xref)
}

func appendTo(b []byte, objects map[int]string, size, prev int) ([]byte, int) {
	w := bytes.NewBuffer(bytes.Clone(b))
	offsets := map[int]int{}
	ids := slices.Sorted(maps.Keys(objects))
	for _, id := range ids {
		offsets[id] = w.Len()
		fmt.Fprintf(w, "%d 0 obj\n%s\nendobj\n", id, objects[id])
	}
	start := w.Len()
	w.WriteString("xref\n")
	if prev == 0 {
		w.WriteString("0 1\n0000000000 65535 f \n")
	}
	for _, id := range ids {
		fmt.Fprintf(w, "%d 1\n%010d 00000 n \n", id, offsets[id])
	}
	fmt.Fprintf(w, "trailer\n<</Size %d /Root 1 0 R /Info 6 0 R", size)
	if prev > 0 {
		fmt.Fprintf(w, " /Prev %d", prev)
	}
	fmt.Fprintf(w, ">>\nstartxref\n%d\n%%%%EOF\n", start)
	return w.Bytes(), start
}

// Add reserves the number of a new object.
func (p *PDF) Add() int {
	p.next++
	return p.next - 1
}

// Seal says how a signature is put into a file.
type Seal struct {
	SubFilter string    // empty: ETSI.CAdES.detached
	Declared  time.Time // /M; zero: none
	Permits   int       // makes it the certifying signature
	Stamp     bool      // a time stamp over the document
	Look      string    // content of its appearance; empty: invisible
	Extra     string    // more entries of the signature dictionary
}

// Sign appends a signature over everything so far.
func (p *PDF) Sign(m Making, s Seal) {
	sig, field := p.Add(), p.Add()
	widget := fmt.Sprintf("<</Type /Annot /Subtype /Widget /FT /Sig /T (Signature%d) /V %d 0 R /P 5 0 R /F 132 /Rect [0 0 0 0]", field, sig)
	objects := map[int]string{}
	if s.Look != "" {
		look := p.Add()
		objects[look] = stream("/Type /XObject /Subtype /Form /BBox [0 0 150 40] /Resources <</Font <</F1 3 0 R>>>>", []byte(s.Look))
		widget = strings.Replace(widget, "[0 0 0 0]", fmt.Sprintf("[72 40 222 80] /AP <</N %d 0 R>>", look), 1)
	}
	p.fields, p.annots = append(p.fields, field), append(p.annots, field)
	if s.Permits > 0 {
		p.catalog += fmt.Sprintf(" /Perms <</DocMDP %d 0 R>>", sig)
	}
	objects[field], objects[catalogObj], objects[pageObj] = widget+">>", p.catalogBody(), p.pageBody()
	objects[sig] = s.dict()
	p.Update(objects)
	p.fill(m, s)
}

func (s Seal) dict() string {
	kind, sub := "Sig", s.SubFilter
	if sub == "" {
		sub = "ETSI.CAdES.detached"
	}
	if s.Stamp {
		kind, sub = "DocTimeStamp", "ETSI.RFC3161"
	}
	d := fmt.Sprintf("<</Type /%s /Filter /Adobe.PPKLite /SubFilter /%s %s", kind, sub, s.Extra)
	if !s.Declared.IsZero() {
		d += s.Declared.In(time.FixedZone("", 7*3600)).Format(" /M (D:20060102150405+07'00')")
	}
	if s.Permits > 0 {
		d += fmt.Sprintf(" /Reference [<</Type /SigRef /TransformMethod /DocMDP /TransformParams <</Type /TransformParams /P %d /V /1.2>>>>]", s.Permits)
	}
	return d + fmt.Sprintf(" /ByteRange [0 %-30s] /Contents <%s>>>", "*", strings.Repeat("0", 2*reserved))
}

// fill writes ranges and signature into the room that was reserved last.
func (p *PDF) fill(m Making, s Seal) {
	start := bytes.LastIndex(p.Bytes, []byte("/Contents <0000")) + len("/Contents ")
	end := start + 2*reserved + 2
	ranges := fmt.Sprintf("%-30s", fmt.Sprintf("%d %d %d", start, end, len(p.Bytes)-end))
	at := bytes.LastIndex(p.Bytes[:start], []byte("/ByteRange [0 ")) + len("/ByteRange [0 ")
	copy(p.Bytes[at:], ranges)
	covered := append(bytes.Clone(p.Bytes[:start]), p.Bytes[end:]...)
	var cms []byte
	switch {
	case s.Stamp:
		cms = Token(m.By, m.At, covered)
	case s.SubFilter == "adbe.pkcs7.sha1":
		m.Inside = sum(crypto.SHA1, covered)
		cms = m.Sign(nil)
	default:
		cms = m.Sign(covered)
	}
	copy(p.Bytes[start+1:], fmt.Sprintf("%x", cms))
}

// Rewrite replaces what the page shows.
func (p *PDF) Rewrite(text string) { p.Update(map[int]string{contentObj: content(text)}) }

// Fill fills the form in.
func (p *PDF) Fill(value string) { p.Update(map[int]string{inputObj: input(value)}) }

// Note adds a typed note to the page.
func (p *PDF) Note(text string) {
	id := p.Add()
	p.annots = append(p.annots, id)
	p.Update(map[int]string{id: fmt.Sprintf("<</Type /Annot /Subtype /FreeText /Contents (%s) /Rect [72 100 200 120]>>", text), pageObj: p.pageBody()})
}

// Keep adds data to validate signatures by.
func (p *PDF) Keep(certs, crls, ocsps [][]byte) {
	objects := map[int]string{}
	list := func(all [][]byte) string {
		var ids []int
		for _, b := range all {
			id := p.Add()
			objects[id] = stream("", b)
			ids = append(ids, id)
		}
		return refs(ids)
	}
	dss := p.Add()
	objects[dss] = fmt.Sprintf("<</Type /DSS /Certs %s /CRLs %s /OCSPs %s>>", list(certs), list(crls), list(ocsps))
	p.catalog += fmt.Sprintf(" /DSS %d 0 R", dss)
	objects[catalogObj] = p.catalogBody()
	p.Update(objects)
}

// Clone copies the file, to go on from one state in two ways.
func (p *PDF) Clone() *PDF {
	c := *p
	c.Bytes, c.fields, c.annots = bytes.Clone(p.Bytes), slices.Clone(p.fields), slices.Clone(p.annots)
	return &c
}
