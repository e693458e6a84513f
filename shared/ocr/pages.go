package ocr

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"

	"hoso/shared/fault"
	"hoso/shared/reading"
	"hoso/shared/reading/calibrate"
	"hoso/shared/reading/fields"
	"hoso/shared/reading/layout"
)

// found is what recognising one page gave. It is kept while the other pages
// are recognised, so its JSON is data of the store.
type found struct {
	Sheet    layout.Sheet `json:"sheet"`
	Quarters int          `json:"quarters"`
	Angle    float64      `json:"angle"`
	Width    float64      `json:"width"`
	Height   float64      `json:"height"`
	// Secret is the secrecy mark that stands on the page: then nothing else of
	// the page is kept.
	Secret string `json:"secret,omitempty"`
	Sure   bool   `json:"sure,omitempty"` // of the mark
}

// maxFound bounds what one page may come to once it is unpacked.
const maxFound = 64 << 20

// Page recognises one page of a file. What it gives is for Assemble; it is
// empty for a page on which nothing could be read.
//
// Errors: fault.NotFound (CodeNotInstalled), fault.Unreadable (this page
// cannot be read), fault.Transient.
func (r *Recogniser) Page(ctx context.Context, pdf *os.File, p reading.Page) ([]byte, error) {
	sheet, t, err := r.page(ctx, pdf, p)
	f := found{Sheet: sheet, Quarters: t.quarters, Angle: t.angle, Width: t.width, Height: t.height}
	mark := (*secretFound)(nil)
	switch {
	case errors.As(err, &mark):
	case err != nil || len(sheet.Glyphs) == 0:
		return nil, err
	default:
		mark = secretOn(&sheet)
	}
	if mark != nil {
		f = found{Secret: mark.mark, Sure: mark.sure}
	}
	text, err := json.Marshal(f)
	if err != nil {
		return nil, fault.Wrap(fault.Unreadable, "ocr.page", err)
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err == nil {
		if _, err = w.Write(text); err == nil {
			err = w.Close()
		}
	}
	return packed.Bytes(), fault.Wrap(fault.Internal, "ocr.page", err)
}

// Assemble gives the reading with the pages recognised, by number. Where every
// page of the file is a picture the documents are read anew; in a file that
// also has pages of text only the text is added, and its documents stay as
// they were read. got is not changed.
func (r *Recogniser) Assemble(got reading.Reading, pages map[int][]byte) (reading.Reading, error) {
	out := got
	out.Pages = slices.Clone(got.Pages)
	input := make([]fields.Page, len(out.Pages))
	turns := map[int]turn{}
	whole := true
	for i := range out.Pages {
		p := &out.Pages[i]
		input[i] = fields.Page{Sheet: layout.Sheet{N: p.N, Width: p.Width, Height: p.Height}, Quality: p.Quality}
		if !p.NeedsPerson() {
			whole = whole && p.Quality == reading.Empty
			continue
		}
		if len(pages[p.N]) == 0 {
			continue
		}
		f, err := unpack(pages[p.N])
		if err != nil {
			return got, err
		}
		if f.Secret != "" {
			return withheld(got, fields.SecretProblem(p.N, f.Secret, f.Sure)), nil
		}
		turns[p.N] = turn{f.Quarters, f.Angle, f.Width, f.Height}
		input[i].Sheet, input[i].Quality = f.Sheet, reading.Text
		input[i].Blocks = layout.Blocks(&f.Sheet)
		p.Text, p.Recognised = layout.Text(input[i].Blocks), true
	}
	if len(turns) == 0 {
		return got, nil
	}
	out.Problems = problems(out)
	if whole {
		out.Documents = nil
		fields.Fill(&out, input)
		for i := range out.Documents {
			ask(&out.Documents[i], input)
			turnBack(&out.Documents[i], turns)
			calibrate.Apply(&out.Documents[i])
		}
	}
	return out, nil
}

// HasText reports whether what Page gave holds text: not where only the
// secrecy mark of the page was kept.
func (r *Recogniser) HasText(page []byte) bool {
	f, err := unpack(page)
	return err != nil || f.Secret == ""
}

func unpack(packed []byte) (found, error) {
	var f found
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxFound))
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	return f, fault.Wrap(fault.Internal, "ocr.assemble", err)
}
