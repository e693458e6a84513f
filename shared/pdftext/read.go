package pdftext

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"github.com/ledongthuc/pdf"

	"hoso/shared/fault"
	"hoso/shared/pdftext/content"
	"hoso/shared/pdftext/pdffile"
	"hoso/shared/reading"
	"hoso/shared/reading/calibrate"
	"hoso/shared/reading/fields"
	"hoso/shared/reading/layout"
)

// Options are the limits that are settings.
type Options struct {
	MaxPages int   // 0: DefaultMaxPages
	MaxBytes int64 // of the file; 0: DefaultMaxBytes
	// Now and For bound the time of one file; a nil Now sets no bound.
	Now func() time.Time
	For time.Duration
	// Trust holds the anchors of digital signatures (PEM), see package trust.
	Trust []byte
}

// Limits of one file unless the settings say otherwise.
const (
	DefaultMaxPages = 200
	DefaultMaxBytes = 100 << 20
)

// op names this package in errors.
const op = "pdftext.read"

// Read reads one PDF. A file that must be refused gives a fault of kind
// Unreadable with the code and sentence of the problem, beside a Reading that
// holds what is known of the file. data is not changed and not kept.
func Read(data []byte, o Options) (reading.Reading, error) {
	sum := sha256.Sum256(data)
	r := reading.Reading{
		SHA256: hex.EncodeToString(sum[:]), Size: int64(len(data)), Tool: reading.Tool,
		Pages: []reading.Page{}, Documents: []reading.Document{},
	}
	err := read(&r, data, o)
	var stop *pdffile.Stop
	if errors.As(err, &stop) {
		r.Add(stop.Problem())
		err = nil
	}
	if err != nil {
		return r, fault.Wrap(fault.Internal, op, err)
	}
	if p, refused := r.Refusal(); refused {
		return r, p.Fault(op)
	}
	return r, nil
}

func read(r *reading.Reading, data []byte, o Options) error {
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.MaxPages == 0 {
		o.MaxPages = DefaultMaxPages
	}
	if int64(len(data)) > o.MaxBytes {
		return &pdffile.Stop{Code: reading.CodeTooBig, Detail: strconv.FormatInt(o.MaxBytes>>20, 10) + " MB"}
	}
	budget := pdffile.DefaultBudget()
	if o.Now != nil {
		budget.Now, budget.Deadline = o.Now, o.Now().Add(o.For)
	}
	f, err := pdffile.Open(data, budget)
	if err != nil {
		return err
	}
	for _, p := range f.Problems() {
		r.Add(p)
	}
	pages, err := pageTree(f, o.MaxPages, budget)
	if err != nil {
		return err
	}
	if !f.Cut() && !counted(f, len(pages)) { // others believe the number, and show other pages
		r.Add(reading.NewProblem(reading.CodeRepaired, 0, ""))
	}
	in := content.New(f, content.DefaultBudget(), budget.Tick)
	sigs := map[uint32]reading.Signature{}
	var input []fields.Page
	for i, v := range pages {
		p, err := in.Page(v, i+1)
		if err != nil {
			return err
		}
		p.Damaged = p.Damaged || f.Lossy()
		note(r, &p)
		for _, s := range p.Signers {
			if s.Field != 0 {
				sigs[s.Field] = reading.Signature{Field: s.Name, Page: i + 1, BBox: s.Box, Text: clip(s.Text)}
			}
		}
		input = append(input, arrange(&p))
	}
	if blank(input) {
		if f.Cut() {
			return &pdffile.Stop{Code: reading.CodeTruncated}
		}
		r.Add(reading.NewProblem(reading.CodeBlank, 0, ""))
	}
	if err := signatures(r, f, sigs, len(pages), o); err != nil {
		return err
	}
	finish(r, input)
	r.Withhold()
	return nil
}

// blank reports that nothing is drawn on any page.
func blank(pages []fields.Page) bool {
	for _, p := range pages {
		if p.Quality != reading.Empty {
			return false
		}
	}
	return true
}

// clip bounds the words of a signature's box: they come from strangers and
// are only shown.
func clip(s string) string {
	if rs := []rune(s); len(rs) > 300 {
		return string(rs[:300])
	}
	return s
}

// note records what a page is and what is odd about it.
func note(r *reading.Reading, p *content.Page) {
	n := p.Sheet.N
	add := func(code string) { r.Add(reading.NewProblem(code, n, "")) }
	switch p.Quality {
	case reading.Scan:
		add(reading.CodePageScan)
	case reading.OCR:
		add(reading.CodePageOCR)
	case reading.Unmapped:
		add(reading.CodePageUnmapped)
	case reading.Mixed:
		add(reading.CodePageMixed)
	case reading.Empty:
		add(reading.CodePageEmpty)
	}
	if p.Damaged {
		add(reading.CodePageDamaged)
	}
	if someUnknown(p) {
		add(reading.CodeUnknownLetter)
	}
	if p.Guessed {
		add(reading.CodeLegacyGuess)
	}
	for _, code := range unseen(p) {
		add(code)
	}
}

// someUnknown reports a page of text with letters nobody can name: more than a
// bullet or an ornament.
func someUnknown(p *content.Page) bool { return p.Quality.Read() && p.Unknown > 2 }

// unseen lists the codes for text of the page that nobody can see.
func unseen(p *content.Page) []string {
	var out []string
	const few = 2 // a stray letter is an accident of the producer
	hidden := []struct {
		why  content.Hidden
		code string
	}{
		{content.Invisible, reading.CodeHiddenText},
		{content.White, reading.CodeWhiteText},
		{content.Outside, reading.CodeOutsideText},
		{content.Covered, reading.CodeCoveredText},
		{content.LayerOff, reading.CodeLayerText},
	}
	for _, h := range hidden {
		if p.Hidden[h.why] > few && p.Quality != reading.OCR {
			out = append(out, h.code)
		}
	}
	if p.Lying > few {
		out = append(out, reading.CodeFalseMap)
	}
	return out
}

// arrange puts a page's text in order, if it has text to be used.
func arrange(p *content.Page) fields.Page {
	out := fields.Page{Sheet: p.Sheet, Quality: p.Quality, Damaged: p.Damaged || someUnknown(p), Differs: len(unseen(p)) > 0, Aside: p.Aside}
	if p.Quality.Read() {
		out.Blocks = layout.Blocks(&p.Sheet)
	}
	return out
}

// finish reads the fields and writes the pages' text.
func finish(r *reading.Reading, input []fields.Page) {
	for _, p := range input {
		r.Pages = append(r.Pages, reading.Page{
			N: p.Sheet.N, Quality: p.Quality, Width: p.Sheet.Width, Height: p.Sheet.Height,
			Text: layout.Text(p.Blocks),
		})
	}
	fields.Fill(r, input)
	for i := range r.Documents {
		calibrate.Apply(&r.Documents[i])
	}
}

// pageTree walks the page tree. Counts are not believed; a node that is met
// twice, or nests too deep, is damage no honest file has.
func pageTree(f *pdffile.File, most int, b *pdffile.Budget) ([]pdf.Value, error) {
	root := f.Trailer().Key("Root").Key("Pages")
	if n := root.Key("Count").Float64(); n < 0 || n > 1e6 {
		return nil, &pdffile.Stop{Code: reading.CodeDamaged}
	}
	var out []pdf.Value
	seen := map[uint32]bool{}
	var walk func(v pdf.Value, depth int) error
	walk = func(v pdf.Value, depth int) error {
		if v.Kind() != pdf.Dict {
			return nil
		}
		if err := b.Tick(); err != nil {
			return err
		}
		if id := pdffile.ID(v); id != 0 {
			if seen[id] {
				return &pdffile.Stop{Code: reading.CodeDamaged}
			}
			seen[id] = true
		}
		kids := v.Key("Kids")
		if v.Key("Type").Name() == "Page" || kids.Kind() != pdf.Array {
			if len(out) >= most {
				return &pdffile.Stop{Code: reading.CodeTooManyPages, Detail: "tối đa " + strconv.Itoa(most) + " trang"}
			}
			out = append(out, v)
			return nil
		}
		if depth > 50 {
			return &pdffile.Stop{Code: reading.CodeDamaged}
		}
		for i := range kids.Len() {
			if err := walk(kids.Index(i), depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(root, 0); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		if f.Cut() {
			return nil, &pdffile.Stop{Code: reading.CodeTruncated}
		}
		return nil, &pdffile.Stop{Code: reading.CodeNoPages}
	}
	return out, nil
}

// counted reports that the page tree says as many pages as it has.
func counted(f *pdffile.File, pages int) bool {
	return f.Trailer().Key("Root").Key("Pages").Key("Count").Int64() == int64(pages)
}
