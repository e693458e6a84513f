package validate

import (
	"fmt"
	"slices"
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/reading"
)

// usableFiles tells of files that cannot be used, of secrecy marks, of pages
// that nobody read, and of text that readers of the page do not see.
func (c *dossierCase) usableFiles() {
	for i := range c.files {
		f := &c.files[i]
		on := dossier.Finding{File: f.Name, Document: f.ID}
		c.unusable(f, on)
		if p, found := f.Reading.Secret(); !c.secret(f, on) && (found || f.problem() != nil && f.problem().Code == reading.CodeSecret) {
			s := on
			s.Page, s.Doubtful = p.Page, p.Code == reading.CodeSecretDoubt
			if !found {
				s.Page = f.problem().Page
			}
			c.tell("SECRET_MARK", s, english{})
		}
		for _, p := range f.Reading.Problems {
			if hides(p.Code) {
				h := on
				h.Page, h.Field, h.Found = p.Page, p.Code, fmt.Sprintf("trang %d", p.Page)
				c.tell("HIDDEN_TEXT", h, english{found: fmt.Sprintf("page %d", p.Page)})
			}
		}
	}
}

func (c *dossierCase) unusable(f *File, on dossier.Finding) {
	p, pages := f.problem(), f.unread()
	switch {
	case p != nil && p.Code == reading.CodeSecret:
	case p != nil && !waits(p.Code) && p.Code != dossier.GivenUp:
		on.Page, on.Doubtful = p.Page, machines(p.Code)
		on.Found = p.Sentence
		c.tell("FILE_UNUSABLE", on, english{})
	case len(pages) > 0:
		on.Page, on.Found = pages[0], "trang "+ranges(pages)
		c.tell("PAGES_UNREAD", on, english{found: "pages " + ranges(pages)})
	case p != nil && len(f.Reading.Documents) == 0 && p.Code == dossier.GivenUp:
		on.Found = "mọi trang; máy đã thử nhiều lần mà không đọc được tệp"
		c.tell("PAGES_UNREAD", on, english{found: "all pages; the machine tried many times and could not read the file"})
	case p != nil && len(f.Reading.Documents) == 0:
		on.Found = "mọi trang"
		c.tell("PAGES_UNREAD", on, english{found: "all pages"})
	}
}

// secret tells of the first document with a secrecy mark.
func (c *dossierCase) secret(f *File, on dossier.Finding) bool {
	for i := range f.Reading.Documents {
		p := part{file: f, doc: &f.Reading.Documents[i]}
		if p.doc.Secrecy != "" {
			on = quoted(at(p), p, "do_mat")
			on.Found = p.doc.Secrecy
			c.tell("SECRET_MARK", on, english{})
			return true
		}
	}
	return false
}

// hides reports a problem that means text which the page does not show, or
// letters that look like others.
func hides(code string) bool {
	switch code {
	case reading.CodeHiddenText, reading.CodeWhiteText, reading.CodeOutsideText, reading.CodeCoveredText, reading.CodeLayerText, reading.CodeOddLetters:
		return true
	}
	return false
}

// ranges writes page numbers as "1–3, 5".
func ranges(pages []int) string {
	var out []string
	for i := 0; i < len(pages); {
		k := i
		for k+1 < len(pages) && pages[k+1] == pages[k]+1 {
			k++
		}
		if k == i {
			out = append(out, fmt.Sprint(pages[i]))
		} else {
			out = append(out, fmt.Sprintf("%d–%d", pages[i], pages[k]))
		}
		i = k + 1
	}
	return strings.Join(out, ", ")
}

// parts holds the dossier against its three required parts.
func (c *dossierCase) parts() {
	absent := dossier.Finding{Doubtful: c.blind}
	if len(c.letters) == 0 && !c.mayHold(dossier.Letter) {
		c.tell("MISSING_LETTER", absent, english{})
	}
	if len(c.minutes) == 0 && !c.mayHold(dossier.Minutes) {
		c.tell("MISSING_MINUTES", absent, english{})
	}
	if len(c.reports) == 0 && len(c.list) == 0 && !c.mayHold(dossier.Report) {
		c.tell("MISSING_REPORTS", absent, english{}) // with a list, each is named
	}
	if len(c.letters) > 1 {
		f := at(c.letters[1])
		f.Doubtful = c.letters[1].unsure("kind")
		c.tell("EXTRA_LETTER", f, english{})
	}
	if c.nobody() {
		// Where the unit can type the list, its absence is no machine's error.
		c.tell("NO_NOMINEES", dossier.Finding{Doubtful: c.blind && !c.rules.Typed}, english{})
	}
}

// mayHold reports a file of which nothing was read and that may be what its
// place asks for: it is not missing, and what is wrong with it is told of it.
func (c *dossierCase) mayHold(s dossier.Slot) bool {
	for i := range c.files {
		f := &c.files[i]
		if len(f.Reading.Documents) > 0 {
			continue
		}
		p := f.problem()
		unread := len(f.unread()) > 0 || p != nil && (waits(p.Code) || machines(p.Code))
		if f.Slot == s && (unread || p != nil) || f.Slot == "" && unread {
			return true
		}
	}
	return false
}

// hides reports that what a document of the place says may stand on a page
// that nobody read: in a file of that place or of none, or beside such a document.
func (c *dossierCase) hides(s dossier.Slot) bool {
	for i := range c.files {
		f := &c.files[i]
		p := f.problem()
		if len(f.unread()) == 0 && (p == nil || !machines(p.Code) && (!waits(p.Code) || len(f.Reading.Documents) > 0)) {
			continue
		}
		beside := slices.ContainsFunc(f.Reading.Documents, func(d reading.Document) bool { return d.Kind == reading.Kind(s) })
		if f.Slot == s || f.Slot == "" || f.Slot == dossier.Other || beside {
			return true
		}
	}
	return false
}

// incomplete asks about documents that lack what their kind must say: the
// right title over another body.
func (c *dossierCase) incomplete() {
	for _, m := range c.minutes {
		d := m.doc
		c.lacks(m, []lack{
			{d.Members == nil && d.Present == nil, "số thành viên dự họp", "numbers of members"},
			{d.Chair == "", "người chủ trì", "chair"},
			{d.Secretary == "", "thư ký", "secretary"},
			{len(d.Nominees) == 0 && len(c.list) == 0, "kết quả xét từng trường hợp", "result for each nominee"},
		})
	}
	for _, r := range c.reports {
		d := r.doc
		person := d.NomineeKind == reading.Individual && !d.IsUnsure("loai")
		_, dated := d.Evidence["ngay_sinh"] // it stands there, however it was read
		c.lacks(r, []lack{
			{d.Name == "", "tên tập thể, cá nhân", "name"},
			{person && d.BirthDate == "" && !dated, "ngày sinh", "birth date"},
			{person && d.Unit == "" && d.Position == "", "chức vụ, đơn vị", "post and unit"},
		})
	}
}

// lack is something that may be missing.
type lack struct {
	yes    bool
	vi, en string
}

func (c *dossierCase) lacks(p part, all []lack) {
	var vi, en []string
	for _, l := range all {
		if l.yes {
			vi, en = append(vi, l.vi), append(en, l.en)
		}
	}
	if len(vi) == 0 || p.blind || p.doc.IsUnsure("kind") {
		return
	}
	f := at(p)
	f.Nominee, f.Loai, f.Found = p.doc.Name, dossier.Kind(p.doc.NomineeKind), strings.Join(vi, ", ")
	c.tell("INCOMPLETE", f, english{found: strings.Join(en, ", ")})
}

// nobody reports that there is nobody to decide on.
func (c *dossierCase) nobody() bool {
	if len(c.letters) > 0 {
		return len(c.list) == 0
	}
	for _, r := range c.reports {
		if r.doc.Name != "" {
			return false
		}
	}
	return true
}

// places holds each file against the place it was put into.
func (c *dossierCase) places() {
	for i := range c.files {
		f := &c.files[i]
		if len(f.Reading.Documents) == 0 {
			continue
		}
		kinds := map[reading.Kind]bool{}
		doubtful := false
		for k := range f.Reading.Documents {
			d := &f.Reading.Documents[k]
			kinds[d.Kind] = true
			doubtful = doubtful || d.IsUnsure("kind")
		}
		p := part{file: f, doc: &f.Reading.Documents[0]}
		on := at(p)
		on.Doubtful = doubtful
		if len(kinds) > 1 {
			c.tell("MULTI_DOCUMENT_PDF", on, english{})
		}
		if f.Slot != "" && f.Slot != dossier.Other && !kinds[reading.Kind(f.Slot)] {
			on.Expected, on.Found = dossier.SlotName(f.Slot), reading.KindLabel(p.doc.Kind)
			on.Doubtful = doubtful || len(f.unread()) > 0
			c.tell("WRONG_DOCUMENT", on, english{expected: kindEN(reading.Kind(f.Slot)), found: kindEN(p.doc.Kind)})
		}
	}
}

func kindEN(k reading.Kind) string {
	switch k {
	case reading.Letter:
		return "submission letter"
	case reading.Minutes:
		return "minutes"
	case reading.Report:
		return "achievement report"
	}
	return "another document"
}

// sameFiles hints at one file in several places.
func (c *dossierCase) sameFiles() {
	first := map[string]int{}
	names := map[string][]string{}
	for i := range c.files {
		sum := c.files[i].SHA256
		if sum == "" {
			continue
		}
		if _, ok := first[sum]; !ok {
			first[sum] = i
		}
		names[sum] = append(names[sum], c.files[i].Name)
	}
	for i := range c.files {
		f := &c.files[i]
		if n := names[f.SHA256]; len(n) > 1 && first[f.SHA256] == i {
			c.tell("SAME_FILE", dossier.Finding{File: f.Name, Document: f.ID, Names: n}, english{})
		}
	}
}

// nominationCap holds the list against what one unit may nominate. The
// round's places are no such limit: they bind what is selected.
func (c *dossierCase) nominationCap() {
	p, ok := c.letter()
	if !ok {
		return
	}
	for _, kind := range dossier.Kinds() {
		limit, stated := c.rules.Cap[kind]
		n := c.listed(kind)
		if !stated || n <= limit {
			continue
		}
		f := at(p)
		f.Loai, f.Expected, f.Found = kind, fmt.Sprint(limit), fmt.Sprint(n)
		if kind == dossier.Individual && c.rules.CapHow != "" {
			f.Expected += " (" + c.rules.CapHow + ")"
		}
		f.Doubtful = p.unsure("nominees") || c.anyUnsure()
		c.tell("OVER_QUOTA", f, english{})
	}
}

// listed counts the letter's nominees of a kind.
func (c *dossierCase) listed(kind dossier.Kind) int {
	n := 0
	for _, e := range c.list {
		if dossier.Kind(e.n.Kind) == kind {
			n++
		}
	}
	return n
}

// anyUnsure reports whether a line of the letter's list is doubtful.
func (c *dossierCase) anyUnsure() bool {
	for _, e := range c.list {
		if e.n.Unsure || e.n.Kind == "" {
			return true
		}
	}
	return false
}
