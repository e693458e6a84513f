package pdffile

import (
	"strconv"
	"time"

	"hoso/shared/reading"
)

// Budget bounds what one file may cost. The zero value allows nothing; start
// from DefaultBudget. A Budget is used by one goroutine and counts down.
type Budget struct {
	Objects     int              // live objects in the file
	Nodes       int              // values parsed in all: numbers, names, strings, containers
	Depth       int              // nesting of arrays and dictionaries
	StreamBytes int64            // bytes of one decoded stream
	TotalBytes  int64            // bytes decoded in all
	LibraryRead int64            // bytes the object library may read
	Searched    int64            // bytes looked through for the ends of streams that do not say where they end
	Now         func() time.Time // nil: no clock, no deadline
	Deadline    time.Time
	ticks       int
}

// DefaultBudget is enough for every ordinary document of 200 pages and small
// enough for a worker of 512 MB.
func DefaultBudget() *Budget {
	return &Budget{
		Objects: 400_000, Nodes: 8_000_000, Depth: 96,
		StreamBytes: 48 << 20, TotalBytes: 384 << 20, LibraryRead: 4 << 30, Searched: 4 << 30,
	}
}

// Stop is the error of a file that cannot be read on: the code of a problem
// of package reading and the detail its sentence takes.
type Stop struct {
	Code   string
	Detail string
}

func (s *Stop) Error() string {
	if s.Detail == "" {
		return s.Code
	}
	return s.Code + " (" + s.Detail + ")"
}

// Problem gives the stop as a problem of the file.
func (s *Stop) Problem() reading.Problem { return reading.NewProblem(s.Code, 0, s.Detail) }

func tooComplex(detail string) *Stop { return &Stop{reading.CodeTooComplex, detail} }

func damaged(detail string) *Stop { return &Stop{reading.CodeDamaged, detail} }

// Tick looks at the clock now and then; call it in every loop that a stranger
// can make long.
func (b *Budget) Tick() error {
	b.ticks++
	if b.Now != nil && b.ticks&0x3ff == 0 && b.Now().After(b.Deadline) {
		return tooComplex("quá thời gian")
	}
	return nil
}

// node counts one parsed value.
func (b *Budget) node() error {
	if b.Nodes--; b.Nodes < 0 {
		return tooComplex("quá nhiều đối tượng")
	}
	return b.Tick()
}

// decoded counts n more bytes of one stream that has already given had.
func (b *Budget) decoded(had, n int64) error {
	if had+n > b.StreamBytes {
		return tooComplex("một luồng dữ liệu giải nén ra hơn " + strconv.FormatInt(b.StreamBytes>>20, 10) + " MB")
	}
	if b.TotalBytes -= n; b.TotalBytes < 0 {
		return tooComplex("dữ liệu giải nén quá lớn")
	}
	if b.Now != nil && b.Now().After(b.Deadline) {
		return tooComplex("quá thời gian")
	}
	return nil
}
