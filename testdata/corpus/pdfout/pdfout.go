// Package pdfout writes pages as PDF in the ways that unlike producers do:
// kinds of fonts and maps, text shown by lines, words or letters, legacy
// encodings, decomposed letters, content in parts and in forms.
package pdfout

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"strings"

	"hoso/testdata/corpus/paper"
)

// Fonts says how a file names its letters.
type Fonts int

// The kinds of fonts.
const (
	CID     Fonts = iota // two-byte glyph numbers, with a ToUnicode map
	Named                // one-byte codes with glyph names, no map, not embedded
	TCVN3                // .VnTime
	VNI                  // VNI-Times
	Unnamed              // two-byte glyph numbers that nothing explains
	Type3                // letters are drawings of the file, with a map
	Type1                // a Type 1 program, glyph names, no map
)

// Shown says in what pieces a file shows its text.
type Shown int

// The ways to show text.
const (
	Lines   Shown = iota
	Words         // each word at a place of its own
	Letters       // each letter at a place of its own, no blanks
	Kerned        // blanks are gaps between strings
)

// Style is how a producer writes.
type Style struct {
	Fonts      Fonts
	Shown      Shown
	Decomposed bool   // the maps give decomposed letters
	Parts      bool   // content streams are cut between operators
	Forms      bool   // content lies in form XObjects
	Turned     bool   // landscape pages are portrait pages turned
	Late       bool   // bytes before the header
	Producer   string // as the file states it
}

// Picture is a page that is a picture.
type Picture struct {
	Width, Height float64 // of the page in points
	Data          []byte  // encoded
	Dict          string  // its image dictionary without length
}

type writer struct {
	bytes.Buffer
	offsets []int
	start   int
}

func (w *writer) reserve() int {
	w.offsets = append(w.offsets, 0)
	return len(w.offsets)
}

func (w *writer) set(n int, body string) {
	w.offsets[n-1] = w.Len() - w.start
	fmt.Fprintf(w, "%d 0 obj\n%s\nendobj\n", n, body)
}

func (w *writer) add(body string) int {
	n := w.reserve()
	w.set(n, body)
	return n
}

func (w *writer) setStream(n int, dict string, data []byte) {
	w.set(n, fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", dict, len(data), data))
}

func (w *writer) flate(dict string, data []byte) int {
	n := w.reserve()
	w.setStream(n, dict+" /Filter /FlateDecode", Deflate(data))
	return n
}

// Deflate compresses as FlateDecode expects.
func Deflate(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(data) //nolint:errcheck // a buffer takes everything
	z.Close()
	return b.Bytes()
}

func newWriter(late bool) *writer {
	w := &writer{}
	if late {
		w.WriteString("\xef\xbb\xbf\r\nContent-Type: pdf\r\n")
		w.start = w.Len()
	}
	w.WriteString("%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
	return w
}

// finish writes catalogue, pages and the table of places.
func (w *writer) finish(tree int, pages []int, producer, extra string) []byte {
	kids := make([]string, len(pages))
	for i, p := range pages {
		kids[i] = fmt.Sprintf("%d 0 R", p)
	}
	w.set(tree, fmt.Sprintf("<</Type /Pages /Count %d /Kids [%s]>>", len(pages), strings.Join(kids, " ")))
	root := w.add(fmt.Sprintf("<</Type /Catalog /Pages %d 0 R%s>>", tree, extra))
	info := w.add("<</Producer (" + producer + ")>>")
	at := w.Len() - w.start
	fmt.Fprintf(w, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, o := range w.offsets {
		fmt.Fprintf(w, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(w, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets)+1, root, info, at)
	return w.Bytes()
}

// Write writes a file.
func Write(s paper.Sheet, st Style) []byte {
	w := newWriter(st.Late)
	f := newFonts(w, st)
	tree := w.reserve()
	var pages []int
	for i := range s.Pages {
		pages = append(pages, w.page(&s.Pages[i], tree, f, st))
	}
	f.finish()
	return w.finish(tree, pages, st.Producer, "")
}

// Pictures writes a file whose pages are pictures.
func Pictures(in []Picture, producer string) []byte {
	w := newWriter(false)
	tree := w.reserve()
	var pages []int
	for _, p := range in {
		im := w.reserve()
		w.setStream(im, "/Type /XObject /Subtype /Image "+p.Dict, p.Data)
		c := w.flate("", fmt.Appendf(nil, "q %.2f 0 0 %.2f 0 0 cm /I Do Q", p.Width, p.Height))
		pages = append(pages, w.add(fmt.Sprintf("<</Type /Page /Parent %d 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R /Resources <</XObject <</I %d 0 R>>>>>>", tree, p.Width, p.Height, c, im)))
	}
	return w.finish(tree, pages, producer, "")
}

func (w *writer) page(p *paper.Page, tree int, f *fonts, st Style) int {
	var content []string
	box, rotate := fmt.Sprintf("[0 0 %.0f %.0f]", p.Width, p.Height), ""
	if st.Turned && p.Width > p.Height {
		box, rotate = fmt.Sprintf("[0 0 %.0f %.0f]", p.Height, p.Width), " /Rotate 90"
		content = append(content, fmt.Sprintf("0 1 -1 0 %.0f 0 cm", p.Height))
	}
	for _, r := range p.Rules {
		content = append(content, fmt.Sprintf("%.2f w %.2f %.2f m %.2f %.2f l S", r.Width, r.X0, p.Height-r.Y0, r.X1, p.Height-r.Y1))
	}
	for i := range p.Texts {
		content = append(content, f.show(&p.Texts[i], p.Height)...)
	}
	images := ""
	for i, im := range p.Pictures {
		n := w.image(im.Image)
		images += fmt.Sprintf(" /P%d %d 0 R", i, n)
		content = append(content, fmt.Sprintf("q %.2f 0 0 %.2f %.2f %.2f cm /P%d Do Q", im.X1-im.X0, im.Y1-im.Y0, im.X0, p.Height-im.Y1, i))
	}
	annots := ""
	for i := range p.Notes {
		annots += fmt.Sprintf(" %d 0 R", w.note(&p.Notes[i], p.Height, f))
	}
	if annots != "" {
		annots = " /Annots [" + annots + "]"
	}
	resources := fmt.Sprintf("<</Font %d 0 R /XObject <<%s>>>>", f.dict, images)
	streams := [][]byte{[]byte(strings.Join(content, "\n"))}
	if st.Parts {
		half := len(content) / 2
		streams = [][]byte{[]byte(strings.Join(content[:half], "\n")), []byte(strings.Join(content[half:], "\n"))}
	}
	if st.Forms {
		form := w.flate(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 %.0f %.0f] /Resources %s", p.Width+p.Height, p.Width+p.Height, resources), streams[0])
		resources = fmt.Sprintf("<</XObject <</F %d 0 R>>>>", form)
		streams[0] = []byte("q /F Do Q")
		if len(streams) > 1 {
			resources = fmt.Sprintf("<</Font %d 0 R /XObject <</F %d 0 R%s>>>>", f.dict, form, images)
		}
	}
	refs := ""
	for _, s := range streams {
		refs += fmt.Sprintf(" %d 0 R", w.flate("", s))
	}
	return w.add(fmt.Sprintf("<</Type /Page /Parent %d 0 R /MediaBox %s%s /Contents [%s] /Resources %s%s>>", tree, box, rotate, refs, resources, annots))
}

// note writes an annotation that draws a text.
func (w *writer) note(t *paper.Text, height float64, f *fonts) int {
	width := t.Width() + 4
	moved := *t
	moved.X, moved.Y = 2, 0
	content := strings.Join(f.show(&moved, 4), "\n")
	form := w.flate(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 %.2f %.2f] /Resources <</Font %d 0 R>>", width, t.Size+6, f.dict), []byte(content))
	y := height - t.Y - 4
	return w.add(fmt.Sprintf("<</Type /Annot /Subtype /Stamp /F 4 /Rect [%.2f %.2f %.2f %.2f] /AP <</N %d 0 R>>>>", t.X-2, y, t.X-2+width, y+t.Size+6, form))
}

// image writes a picture with its see-through parts.
func (w *writer) image(im *image.NRGBA) int {
	b := im.Bounds()
	var rgb, alpha []byte
	for y := range b.Dy() {
		for x := range b.Dx() {
			c := im.NRGBAAt(x, y)
			rgb, alpha = append(rgb, c.R, c.G, c.B), append(alpha, c.A)
		}
	}
	size := fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8", b.Dx(), b.Dy())
	mask := w.flate(size+" /ColorSpace /DeviceGray", alpha)
	return w.flate(size+fmt.Sprintf(" /ColorSpace /DeviceRGB /SMask %d 0 R", mask), rgb)
}
