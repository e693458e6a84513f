package validate

import (
	"regexp"
	"slices"
	"strings"

	"hoso/shared/reading"
	"hoso/shared/viettext"
)

// blanks asks for number and date. Only a blank that was seen blocks: what
// was merely not found may stand where the machine did not look.
func (c *dossierCase) blanks() {
	for _, p := range c.letters {
		c.blank(p, "NUMBER_BLANK", "so_ky_hieu", p.doc.Number, true)
		c.blank(p, "DATE_BLANK", "ngay_ban_hanh", p.doc.IssuedOn, true)
	}
	for _, m := range c.minutes {
		if _, seen := m.doc.Evidence["so_ky_hieu"]; seen { // minutes need no number; a blank one is a draft
			c.blank(m, "NUMBER_BLANK", "so_ky_hieu", m.doc.Number, false)
		}
		c.blank(m, "DATE_BLANK", "ngay_hop", m.doc.MetOn, false)
	}
	for _, r := range c.reports {
		c.blank(r, "DATE_BLANK", "ngay_ban_hanh", r.doc.IssuedOn, false)
		c.impossible(r, "ngay_sinh", r.doc.BirthDate)
	}
}

func (c *dossierCase) blank(p part, code, field, value string, official bool) {
	if value != "" || c.impossible(p, field, value) {
		return
	}
	ev, seen := p.doc.Evidence[field]
	f := quoted(at(p), p, field)
	f.Field = field
	f.Doubtful = f.Doubtful || !official || !seen || ev.Quote == "" || p.blind
	c.tell(code, f, english{})
}

var dayWritten = regexp.MustCompile(`\d{1,2}\D+\d{1,2}\D+\d{4}`)

// impossible tells of a date that is written out and does not exist: the
// reader keeps its words and no value.
func (c *dossierCase) impossible(p part, field, value string) bool {
	ev := p.doc.Evidence[field]
	if value != "" || !strings.HasPrefix(field, "ngay_") || !dayWritten.MatchString(ev.Quote) || ev.Source == reading.FromPerson {
		return false
	}
	if !slices.ContainsFunc(viettext.FindDates(viettext.NFC(ev.Quote)), func(d viettext.DateMatch) bool { return d.Err != nil }) {
		return false
	}
	f := quoted(at(p), p, field)
	f.Field, f.Found = field, ev.Quote
	c.tell("DATE_IMPOSSIBLE", f, english{})
	return true
}

// unsigned tells of letters and minutes without any signature.
func (c *dossierCase) unsigned() {
	for _, p := range append(append([]part{}, c.letters...), c.minutes...) {
		if p.doc.Signed == nil || *p.doc.Signed {
			continue
		}
		f := quoted(at(p), p, "da_ky")
		f.Field = "da_ky"
		f.Doubtful = f.Doubtful || p.blind
		c.tell("MISSING_SIGNATURE", f, english{})
	}
}

// doubts asks a person about each value that was not read with certainty.
func (c *dossierCase) doubts() {
	for _, ps := range [][]part{c.letters, c.minutes, c.reports} {
		for _, p := range ps {
			for _, field := range p.doc.Unsure {
				if strings.HasPrefix(field, "ngay_") && c.told("DATE_IMPOSSIBLE", p, field) {
					continue
				}
				f := quoted(at(p), p, field)
				f.Field, f.Found = field, label(p.doc, field)
				c.tell("DOUBTFUL_VALUE", f, english{})
			}
			for i := range p.doc.Nominees {
				n := &p.doc.Nominees[i]
				if !n.Unsure || p.unsure("nominees") {
					continue
				}
				f := at(p)
				f.Nominee, f.Field, f.Found, f.Doubtful = n.Name, "ten", n.Name, true
				f.Quote = n.Evidence["ten"].Quote
				c.tell("DOUBTFUL_VALUE", f, english{})
			}
		}
	}
}

// told reports whether a finding of the code was told of the field.
func (c *dossierCase) told(code string, p part, field string) bool {
	for _, f := range c.found {
		if f.Code == code && f.Field == field && f.Document == p.file.ID && f.File == p.file.Name {
			return true
		}
	}
	return false
}

// label is the name people know a field by.
func label(d *reading.Document, field string) string {
	if field == reading.FieldNominees {
		return "Danh sách"
	}
	for _, f := range reading.Fields(*d) {
		if f.Name == field && f.Nominee == reading.WholeDocument {
			return f.Label
		}
	}
	return field
}
