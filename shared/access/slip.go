package access

import (
	"strings"

	"hoso/shared/fault"
)

// Slip is something wrong with one field of what was asked.
type Slip struct {
	Field    string // name of the form's field
	Sentence string // Vietnamese: what is wrong and what to do
}

// Slips are all faults of a form at once, the cause of a fault.Invalid.
type Slips []Slip

// Error names the fields; it is for logs.
func (s Slips) Error() string {
	names := make([]string, len(s))
	for i, x := range s {
		names[i] = x.Field
	}
	return "fields " + strings.Join(names, ", ")
}

func (s *Slips) add(field, sentence string) { *s = append(*s, Slip{field, sentence}) }

// Fault gives the error, or nil if nothing is wrong.
func (s Slips) Fault(op string) error {
	if len(s) == 0 {
		return nil
	}
	sentences := make([]string, len(s))
	for i, x := range s {
		sentences[i] = x.Sentence
	}
	return &fault.Error{Kind: fault.Invalid, Op: op, Code: "fields", Err: s, Public: strings.Join(sentences, " ")}
}
