package reading

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"hoso/shared/fault"
)

// FieldRemoved is the Field of a correction that takes a nominee off the
// list (Value "true") because no such entry stands in the document.
const FieldRemoved = "removed"

// FieldNominees is the Field of a correction that settles the list as a whole.
const FieldNominees = "nominees"

// Correction is a value a person gives in place of what was read. Corrections
// address documents and nominees by the position the machine gave them:
// Document may be len(Documents) to add a document the machine did not find
// (its first correction sets "kind"), Nominee may be len(Nominees) to add a
// nominee (its first correction sets "ten"). Later corrections go on from there.
type Correction struct {
	Document int       `json:"document"`
	Nominee  int       `json:"nominee"` // WholeDocument for the document's own fields
	Field    string    `json:"field"`
	Value    string    `json:"value"` // canonical text form; "" states that there is none
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// Apply lays the corrections over the reading, in order. The given reading is
// not changed, and what the machine read stays in the evidence. A correction
// that fits nothing is left out and named among the problems.
func Apply(r Reading, cs []Correction) Reading {
	out := clone(r)
	removed := map[[2]int]bool{}
	for _, c := range cs {
		if err := out.correct(c, removed); err != nil {
			out.Problems = append(out.Problems, NewProblem(CodeBadCorrection, 0, c.Field+": "+err.Error()))
		}
	}
	for i := range out.Documents {
		d := &out.Documents[i]
		var left []Nominee
		for j, n := range d.Nominees {
			if !removed[[2]int{i, j}] {
				left = append(left, n)
			}
		}
		d.Nominees = left
	}
	return out
}

// Check says whether a correction fits the reading, as an Invalid fault with
// a sentence for the person who made it.
func Check(r Reading, c Correction) error {
	out := clone(r)
	if err := out.correct(c, map[[2]int]bool{}); err != nil {
		return fault.New(fault.Invalid, "reading.correct", "Giá trị sửa không dùng được: "+err.Error()+".")
	}
	return nil
}

type misfit string

func (m misfit) Error() string { return string(m) }

func (r *Reading) correct(c Correction, removed map[[2]int]bool) error {
	if c.By == "" || c.At.IsZero() {
		return misfit("thiếu người sửa hoặc thời điểm sửa")
	}
	if c.Document < 0 || c.Document > len(r.Documents) {
		return misfit("không có văn bản thứ " + strconv.Itoa(c.Document+1))
	}
	if c.Document == len(r.Documents) {
		if c.Field != "kind" || c.Nominee != WholeDocument {
			return misfit("văn bản thêm vào phải bắt đầu bằng loại văn bản")
		}
		r.Documents = append(r.Documents, Document{Pages: r.newPages()})
	}
	d := &r.Documents[c.Document]
	if c.Nominee == WholeDocument {
		if c.Field == FieldNominees {
			d.settle(FieldNominees)
			return nil
		}
		for _, s := range d.slots() {
			if s.name == c.Field {
				return replace(s, c, d.IsUnsure(c.Field), &d.Evidence, func() { d.settle(c.Field) })
			}
		}
		return misfit("loại văn bản này không có trường " + strconv.Quote(c.Field))
	}
	return d.correctNominee(c, removed)
}

func (d *Document) correctNominee(c Correction, removed map[[2]int]bool) error {
	if c.Nominee < 0 || c.Nominee > len(d.Nominees) {
		return misfit("không có dòng thứ " + strconv.Itoa(c.Nominee+1) + " trong danh sách")
	}
	if c.Field == FieldRemoved {
		if c.Nominee == len(d.Nominees) {
			return misfit("không có dòng thứ " + strconv.Itoa(c.Nominee+1) + " trong danh sách")
		}
		removed[[2]int{c.Document, c.Nominee}] = c.Value == "true"
		return nil
	}
	if c.Nominee == len(d.Nominees) {
		if c.Field != "ten" || c.Value == "" {
			return misfit("dòng thêm vào phải bắt đầu bằng tên")
		}
		d.Nominees = append(d.Nominees, Nominee{})
	}
	n := &d.Nominees[c.Nominee]
	for _, s := range n.slots(d.Kind) {
		if s.name == c.Field {
			return replace(s, c, n.Unsure, &n.Evidence, n.settle)
		}
	}
	return misfit("danh sách này không có cột " + strconv.Quote(c.Field))
}

// settle lifts the doubt about a nominee once its name comes from a person.
func (n *Nominee) settle() {
	if n.Evidence["ten"].Source == FromPerson {
		n.Unsure = false
	}
}

// replace puts a person's value into a slot and keeps the machine's in the evidence.
func replace(s slot, c Correction, unsure bool, ev *map[string]Evidence, settled func()) error {
	before := s.get()
	if err := s.set(c.Value); err != nil {
		return err
	}
	if *ev == nil {
		*ev = map[string]Evidence{}
	}
	old := (*ev)[s.name]
	machine := old.Machine
	if old.Source != FromPerson {
		machine = &Prior{Value: before, Unsure: unsure, Evidence: old}
	}
	(*ev)[s.name] = Evidence{
		Page: old.Page, BBox: old.BBox, Quote: old.Quote,
		Confidence: 1, Source: FromPerson, By: c.By, At: c.At, Machine: machine,
	}
	settled()
	return nil
}

// newPages guesses the page range of a document a person adds: what no
// document claims yet, else the whole file.
func (r *Reading) newPages() [2]int {
	n := len(r.Pages)
	last := 0
	for _, d := range r.Documents {
		last = max(last, d.Pages[1])
	}
	if last < n {
		return [2]int{last + 1, n}
	}
	return [2]int{1, max(n, 1)}
}

// clone copies everything that Apply may change.
func clone(r Reading) Reading {
	r.Problems = slices.Clone(r.Problems)
	r.Documents = slices.Clone(r.Documents)
	for i := range r.Documents {
		d := &r.Documents[i]
		d.Unsure = slices.Clone(d.Unsure)
		d.Evidence = maps.Clone(d.Evidence)
		d.Nominees = slices.Clone(d.Nominees)
		for j := range d.Nominees {
			d.Nominees[j].Evidence = maps.Clone(d.Nominees[j].Evidence)
		}
	}
	return r
}

// validDate accepts a real ISO date and, if yearOnly, also a bare year.
func validDate(v string, yearOnly bool) bool {
	if _, err := time.Parse("2006-01-02", v); err == nil {
		return true
	}
	_, err := time.Parse("2006", v)
	return yearOnly && err == nil
}
