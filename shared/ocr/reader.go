package ocr

import (
	"context"
	"os"

	"hoso/shared/fault"
	"hoso/shared/reading"
)

// Reader is a reader that also recognises what the first one leaves unread.
// On a machine that cannot recognise it is the first one.
type Reader struct {
	First      reading.Reader
	Recogniser *Recogniser
}

var _ reading.Reader = Reader{}

// Read implements reading.Reader.
func (r Reader) Read(ctx context.Context, pdf *os.File) (reading.Reading, error) {
	got, err := r.First.Read(ctx, pdf)
	if err != nil {
		return got, err
	}
	for _, p := range got.Pages {
		if !p.NeedsPerson() {
			continue
		}
		more, err := r.Recogniser.Recognise(ctx, pdf, got)
		if fault.Is(err, fault.NotFound) {
			return got, nil
		}
		if p, refused := more.Refusal(); err == nil && refused {
			err = p.Fault("ocr.read")
		}
		return more, err
	}
	return got, nil
}
