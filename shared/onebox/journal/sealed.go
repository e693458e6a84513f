package journal

import (
	"errors"

	"hoso/shared/asl"
)

// sealed are the texts of a transition as the file holds them; nil is NULL.
type sealed struct{ input, output, error, cause, snapshot, events []byte }

// Names of the sealed columns.
const (
	inputOf    = "input"
	outputOf   = "output"
	errorOf    = "error"
	causeOf    = "cause"
	snapshotOf = "snapshot"
	eventsOf   = "events"
)

func about(arn, column string) string { return column + " " + arn }

// sealAll seals what a transition writes.
func (j *Journal) sealAll(t *asl.Transition) sealed {
	r := &t.Record
	seal := func(text []byte, column string) []byte { return j.seal.Seal(text, about(r.ID, column)) }
	pointer := func(text *string, column string) []byte {
		if text == nil {
			return nil
		}
		return seal([]byte(*text), column)
	}
	x := sealed{error: pointer(r.Error, errorOf), cause: pointer(r.Cause, causeOf)}
	if t.Created {
		x.input = seal([]byte(r.Input), inputOf)
	}
	switch r.Status {
	case asl.Running:
		x.snapshot = seal(r.Snapshot, snapshotOf)
	case asl.Succeeded:
		x.output = seal([]byte(r.Output), outputOf)
	}
	if len(t.Events) > 0 {
		x.events = seal([]byte(asl.EncodeEvents(t.Events)), eventsOf)
	}
	return x
}

// openAll puts the texts of a row into its record.
func (j *Journal) openAll(r *asl.Record, x sealed) error {
	var errs []error
	open := func(kept []byte, column string) *string {
		if kept == nil {
			return nil
		}
		text, err := j.seal.Open(kept, about(r.ID, column))
		errs = append(errs, err)
		s := string(text)
		return &s
	}
	text := func(kept []byte, column string) string {
		if s := open(kept, column); s != nil {
			return *s
		}
		return ""
	}
	r.Input, r.Output = text(x.input, inputOf), text(x.output, outputOf)
	r.Error, r.Cause = open(x.error, errorOf), open(x.cause, causeOf)
	r.Snapshot = []byte(text(x.snapshot, snapshotOf))
	return errors.Join(errs...)
}

// plain is the sealer of a journal that ends with its process.
type plain struct{}

// Seal gives the text as it is, and never nil, which is NULL.
func (plain) Seal(text []byte, _ string) []byte { return append([]byte{}, text...) }

// Open gives the text as it is.
func (plain) Open(kept []byte, _ string) ([]byte, error) { return kept, nil }
