package validate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/viettext"
)

// order holds the dates against each other; the same day is fine.
func (c *dossierCase) order() {
	p, ok := c.letter()
	letter := ""
	if ok {
		letter = p.doc.IssuedOn
	}
	doubt := func(f dossier.Finding) dossier.Finding {
		f.Doubtful = f.Doubtful || letter != "" && p.unsure("ngay_ban_hanh")
		return f
	}
	for _, m := range c.minutes {
		met, dated := m.doc.MetOn, m.doc.IssuedOn
		switch {
		case letter != "" && met > letter:
			f := doubt(quoted(at(m), m, "ngay_hop"))
			f.Field, f.Expected, f.Found = "ngay_hop", letter, met
			c.dated("MINUTES_AFTER_LETTER", f)
		case met != "" && dated != "" && met > dated:
			f := quoted(at(m), m, "ngay_ban_hanh", "ngay_hop")
			f.Field, f.Expected, f.Found = "ngay_ban_hanh", "từ "+day(met), day(dated)
			c.tell("MINUTES_ORDER", f, english{expected: day(met) + " or later"})
		case letter != "" && dated > letter:
			f := doubt(quoted(at(m), m, "ngay_ban_hanh"))
			f.Field, f.Expected, f.Found = "ngay_ban_hanh", "đến "+day(letter), day(dated)
			c.tell("MINUTES_ORDER", f, english{expected: day(letter) + " or earlier"})
		}
	}
	for _, r := range c.reports {
		if letter != "" && r.doc.IssuedOn > letter {
			f := doubt(quoted(at(r), r, "ngay_ban_hanh"))
			f.Nominee, f.Field, f.Expected, f.Found = r.doc.Name, "ngay_ban_hanh", letter, r.doc.IssuedOn
			c.dated("REPORT_AFTER_LETTER", f)
		}
	}
	if got := c.rules.Received; got != "" && letter > got {
		f := quoted(at(p), p, "ngay_ban_hanh")
		f.Field, f.Expected, f.Found = "ngay_ban_hanh", got, letter
		c.dated("LETTER_AFTER_RECEIPT", f)
	}
}

// dated tells a finding whose values are ISO dates: people read them their way.
func (c *dossierCase) dated(code string, f dossier.Finding) {
	f.Expected, f.Found = day(f.Expected), day(f.Found)
	c.tell(code, f, english{})
}

// day writes an ISO date the Vietnamese way.
func day(iso string) string {
	if len(iso) != len("2006-01-02") {
		return iso
	}
	return iso[8:] + "/" + iso[5:7] + "/" + iso[:4]
}

// cited looks for the minutes attached among what the letter cites.
func (c *dossierCase) cited() {
	p, ok := c.letter()
	if !ok || len(c.minutes) == 0 {
		return
	}
	var numbers []viettext.DocNumberMatch
	text := p.text()
	for i := range c.minutes {
		m := c.minutes[i].doc
		if d := p.doc.CitedMinutesDate; d != "" && (d == m.MetOn || d == m.IssuedOn) {
			return
		}
		if m.Number == "" {
			continue
		}
		if numbers == nil {
			numbers = viettext.FindDocNumbers(viettext.NFC(text))
		}
		for _, n := range numbers {
			if viettext.SameDocNumber(n.Number.String(), m.Number) {
				return
			}
		}
	}
	if p.doc.CitedMinutesDate == "" && c.namesMeeting(p, text) {
		return
	}
	m := c.minutes[0]
	if m.doc.MetOn == "" && m.doc.Number == "" {
		return
	}
	f := quoted(at(p), p, "ngay_bien_ban")
	f.Field, f.Found = "ngay_bien_ban", day(p.doc.CitedMinutesDate)
	f.Expected = strings.TrimSpace(m.doc.Number + " " + day(m.doc.MetOn))
	f.Doubtful = f.Doubtful || p.blind || text == "" || m.unsure("ngay_hop", "so_ky_hieu")
	c.tell("MINUTES_NOT_CITED", f, english{})
}

// namesMeeting reports a letter that cites no minutes by name and yet says on
// which day the meeting was.
func (c *dossierCase) namesMeeting(p part, text string) bool {
	for _, d := range viettext.FindDates(viettext.NFC(text)) {
		iso := d.Date.ISO()
		for _, m := range c.minutes {
			if iso == m.doc.MetOn && iso != p.doc.IssuedOn {
				return true
			}
		}
	}
	return false
}

// period asks about achievements outside the campaign's years, where a
// document's subject or the heading of its achievements states years.
func (c *dossierCase) period() {
	from, to := c.rules.Purpose.From, c.rules.Purpose.To
	if from == 0 && to == 0 {
		return
	}
	if closes := c.rules.Purpose.Closes; len(closes) >= 4 {
		if y, err := strconv.Atoi(closes[:4]); err == nil && (to == 0 || y < to) {
			to = y
		}
	}
	for _, ps := range [][]part{c.letters, c.reports} {
		for _, p := range ps {
			if c.told("CAMPAIGN_MISMATCH", p, "trich_yeu") {
				continue
			}
			for _, said := range c.stated(p) {
				ys := years(said)
				if len(ys) == 0 || (from == 0 || ys[0] >= from) && (to == 0 || ys[len(ys)-1] <= to) {
					continue
				}
				f := quoted(at(p), p, "trich_yeu")
				f.Nominee, f.Loai, f.Field = p.doc.Name, dossier.Kind(p.doc.NomineeKind), "trich_yeu"
				f.Expected, f.Found = span(from, to), span(ys[0], ys[len(ys)-1])
				c.tell("PERIOD_OUTSIDE", f, english{})
				break
			}
		}
	}
}

// stated gives the places of a document that state the time of its
// achievements, without the campaign's own name.
func (c *dossierCase) stated(p part) []string {
	subject := p.doc.Subject
	for _, t := range c.rules.Purpose.Titles {
		if c.likeTitle(subject, t) >= sameTitle {
			subject = ""
		}
	}
	out := []string{subject}
	for _, l := range strings.Split(p.text(), "\n") {
		if len(l) > 240 || !strings.Contains(l, "THÀNH TÍCH") && !strings.Contains(l, "Thành tích") && !strings.Contains(l, "Thời gian") {
			continue
		}
		if k := c.key(l); strings.Contains(k, "thành tích đạt được") || strings.Contains(k, "thời gian lập thành tích") || strings.Contains(k, "thời gian tính thành tích") {
			out = append(out, l)
		}
	}
	return out
}

func span(from, to int) string {
	switch {
	case from == 0:
		return fmt.Sprintf("đến %d", to)
	case to == 0:
		return fmt.Sprintf("từ %d", from)
	case from == to:
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d–%d", from, to)
}

// years lists the years from 1990 to 2099 that a text names, in order.
func years(s string) []int {
	var out []int
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		k := i
		for k < len(s) && s[k] >= '0' && s[k] <= '9' {
			k++
		}
		part := k < len(s) && s[k] == '/' || i > 0 && s[i-1] == '.' // of a number: 2022/TT, 1.2022
		if y, err := strconv.Atoi(s[i:k]); err == nil && k-i == 4 && !part && y >= 1990 && y <= 2099 {
			out = append(out, y)
		}
		i = k
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// forms holds the form a report says it follows against those of the rule
// set. The plan's own form stays good after its decree was replaced.
func (c *dossierCase) forms() {
	accepted := c.rules.Set.Forms
	if len(accepted) == 0 {
		return
	}
	for _, r := range c.reports {
		if r.doc.Form == "" {
			continue
		}
		number, decree := formIn(r.doc.Form)
		if number == "" && decree == "" {
			continue
		}
		f := quoted(at(r), r, "mau_so")
		f.Field, f.Nominee, f.Found = "mau_so", r.doc.Name, r.doc.Form
		switch form, ok := accept(accepted, number, decree); {
		case !ok:
			var names, en []string
			for _, a := range accepted {
				names, en = append(names, a.String()), append(en, strings.TrimSpace("form "+a.Number)+" of "+a.Decree)
			}
			f.Expected = strings.Join(names, "; ")
			c.tell("FORM_NOT_ACCEPTED", f, english{expected: strings.Join(en, "; ")})
		case c.superseded(form):
			c.tell("FORM_SUPERSEDED", f, english{})
		}
	}
}

// formIn reads number and decree of a form: "Mẫu số 07 - Nghị định số
// 91/2017/NĐ-CP" gives "7" and "91/2017/NĐ-CP".
func formIn(s string) (number, decree string) {
	s = viettext.NFC(s)
	for _, d := range viettext.FindDocNumbers(s) {
		if d.Number.Year != 0 {
			decree = d.Number.String()
			s = s[:d.Start] + s[d.End:]
			break
		}
	}
	folded := viettext.Fold(s)
	if _, rest, ok := strings.Cut(folded, "mau so "); ok {
		number = strings.TrimLeft(strings.Fields(rest + " ?")[0], "0")
	}
	if number != "" && (number[0] < '0' || number[0] > '9') {
		number = ""
	}
	return number, decree
}

// accept finds the accepted form that a stated one is. A number without its
// decree is ambiguous and is given the benefit.
func accept(forms []campaign.Form, number, decree string) (campaign.Form, bool) {
	for _, f := range forms {
		if decree != "" && !viettext.SameDocNumber(decree, f.Decree) {
			continue
		}
		if number == "" || f.Number == "" || strings.TrimLeft(f.Number, "0") == number {
			return f, true
		}
	}
	return campaign.Form{}, false
}

// superseded reports that no layer in force is the decree of the form.
func (c *dossierCase) superseded(f campaign.Form) bool {
	for _, l := range c.rules.Set.Layers {
		for _, d := range viettext.FindDocNumbers(viettext.NFC(l.Source)) {
			if viettext.SameDocNumber(d.Number.String(), f.Decree) {
				return false
			}
		}
	}
	return true
}
