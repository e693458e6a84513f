package validate

import (
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/viettext"
)

// part is one document inside one file.
type part struct {
	file  *File
	doc   *reading.Document
	blind bool // a page of it was read by nobody: what is not there proves nothing
}

func (p part) unsure(fields ...string) bool {
	for _, f := range fields {
		if p.doc.IsUnsure(f) {
			return true
		}
	}
	return false
}

// text gives what was read of the document's pages.
func (p part) text() string {
	var b strings.Builder
	for _, page := range p.file.Reading.Pages {
		if page.N >= p.doc.Pages[0] && page.N <= p.doc.Pages[1] {
			b.WriteString(page.Text)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// line is one nominee's line in minutes.
type line struct {
	part
	n *reading.Nominee
}

// entry is one nominee of the letter's list and what the other papers have
// of it.
type entry struct {
	n      *reading.Nominee
	report match // index into reports
	vote   match // index into lines
}

// dossierCase is the dossier sorted by kinds of documents.
type dossierCase struct {
	rules   *Rules
	files   []File
	letters []part
	minutes []part
	reports []part
	others  []part
	lines   []line
	list    []entry // of the first letter
	blind   bool    // some page was read by nobody: absence proves nothing
	bodies  *viettext.Bodies
	keys    map[string]string
	found   []dossier.Finding
}

func gather(files []File, rules *Rules) *dossierCase {
	c := &dossierCase{rules: rules, files: files, keys: map[string]string{}}
	for i := range files {
		f := &files[i]
		problem := f.problem()
		if problem != nil && machines(problem.Code) || len(f.unread()) > 0 || problem != nil && waits(problem.Code) && len(f.Reading.Documents) == 0 {
			c.blind = true
		}
		for k := range f.Reading.Documents {
			p := part{file: f, doc: &f.Reading.Documents[k]}
			p.blind = len(f.unreadOf(p.doc)) > 0
			switch p.doc.Kind {
			case reading.Letter:
				c.letters = append(c.letters, p)
			case reading.Minutes:
				c.minutes = append(c.minutes, p)
			case reading.Report:
				c.reports = append(c.reports, p)
			default:
				c.others = append(c.others, p)
			}
		}
	}
	c.bodies = viettext.Within(c.standing()...)
	for _, m := range c.minutes {
		for i := range m.doc.Nominees {
			c.lines = append(c.lines, line{m, &m.doc.Nominees[i]})
		}
	}
	c.pair()
	return c
}

// standing lists the names that say where the dossier stands.
func (c *dossierCase) standing() []string {
	var out []string
	add := func(names ...string) {
		for _, n := range names {
			if n != "" {
				out = append(out, n)
			}
		}
	}
	add(c.rules.Agency)
	for _, p := range append(append([]part{}, c.letters...), c.minutes...) {
		add(p.doc.Issuer, p.doc.Parent)
	}
	if p, ok := c.letter(); ok {
		add(p.doc.Addressed...)
	}
	add(c.rules.Purpose.Issuers...)
	return out
}

// letter gives the first letter, if there is one.
func (c *dossierCase) letter() (part, bool) {
	if len(c.letters) == 0 {
		return part{}, false
	}
	return c.letters[0], true
}

// key is viettext.Key, worked out once a dossier.
func (c *dossierCase) key(s string) string {
	k, ok := c.keys[s]
	if !ok {
		k = viettext.Key(s)
		c.keys[s] = k
	}
	return k
}

// needsPerson is the problem of a file whose pages wait for a person.
const needsPerson = "needs-person"

// waits reports a problem that a person settles by entering what is there.
func waits(code string) bool { return code == needsPerson || code == reading.CodeSecretDoubt }

// problem gives why the file cannot be used: what the flow recorded, or what
// the reading refuses.
func (f *File) problem() *dossier.Problem {
	if f.Problem != nil {
		return f.Problem
	}
	if p, refused := f.Reading.Refusal(); refused {
		return &dossier.Problem{Code: p.Code, Sentence: p.Message, Page: p.Page}
	}
	return nil
}

// ReadFailed is the code of a file that was not read by a fault of the program.
const ReadFailed = "read-failed"

// machines reports a problem that may be the machine's own.
func machines(code string) bool {
	switch code {
	case ReadFailed, reading.CodeTimeout, reading.CodeMemory, reading.CodeCrash, reading.CodeOutput, reading.CodeTooComplex:
		return true
	}
	return false
}

// unread lists the pages that neither the machine nor a person read.
func (f *File) unread() []int {
	var out []int
	for _, p := range f.Reading.Pages {
		if p.NeedsPerson() && !f.seen(p.N) {
			out = append(out, p.N)
		}
	}
	return out
}

// unreadOf lists those of one document.
func (f *File) unreadOf(d *reading.Document) []int {
	var out []int
	if !touched(d) {
		for _, p := range f.Reading.Pages {
			if p.NeedsPerson() && p.N >= d.Pages[0] && p.N <= d.Pages[1] {
				out = append(out, p.N)
			}
		}
	}
	return out
}

// seen reports whether a person entered a value of the document on page n.
func (f *File) seen(n int) bool {
	for i := range f.Reading.Documents {
		d := &f.Reading.Documents[i]
		if n >= d.Pages[0] && n <= d.Pages[1] && touched(d) {
			return true
		}
	}
	return false
}

// touched reports whether a person entered or corrected a value.
func touched(d *reading.Document) bool {
	for _, e := range d.Evidence {
		if e.Source == reading.FromPerson {
			return true
		}
	}
	for i := range d.Nominees {
		for _, e := range d.Nominees[i].Evidence {
			if e.Source == reading.FromPerson {
				return true
			}
		}
	}
	return false
}
