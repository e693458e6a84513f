package corpus

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	collective = "tap_the"
	individual = "ca_nhan"
)

// nominee is somebody, or a unit, that is nominated.
type nominee struct {
	person
	Kind      string
	Post      string
	Unit      string
	For       int    // votes
	Percent   string // as printed in the minutes
	twin      bool   // the same person stands in the list twice
	InMinutes bool
	Report    bool
	Birth     time.Time
	Confirmed int // what stands in the report's confirmation block
}

// What stands in a confirmation or signature block.
const (
	signedBlock = iota
	emptyBlock  // title and name, nothing between
	noBlock     // no block at all
)

// story is what happened, before anything is written down.
type story struct {
	d *dice
	f forms
	a agency

	noms      []nominee
	number    int
	year      int
	date, met time.Time
	members   int
	present   int
	rules     Rules
	chair     person
	secretary person
	signer    person
	deputy    bool // the deputy signs for the head (KT.)
	award     string
	campaign  string

	// faults
	stated       map[string]int // a wrong count in the letter
	letterSigned bool
	minutes      int    // signedBlock, emptyBlock, or noBlock: no minutes at all
	wrong        string // slot whose file is another kind of document
	glued        bool   // letter and minutes in one file
	faults       []string
	expected     []Finding
	expectFile   []func(byName map[string]string) Finding
}

// forms are the choices that belong to a layout.
type forms struct {
	parentRule, numberForm, dateForm, titleForm, subjectForm, to        int
	list, votes, attendance, chair, minutesHead, minutesTitle, when     int
	report, reportHead, reportDate, confirm, reporter, signForm, sealed int
	grounds, request, percent, zero, honour, body, secretary, order     int
	merged, kind                                                        int
	penNumber, penDay, rubber                                           bool
}

func newForms(d *dice) forms {
	n := func(most int) int {
		all := make([]int, most)
		for i := range all {
			all[i] = i
		}
		return style(d, all...)
	}
	f := forms{
		parentRule: n(3), numberForm: n(4), dateForm: n(3), titleForm: n(3), subjectForm: n(5), to: n(4),
		list: n(9), votes: n(7), attendance: n(6), chair: n(5), minutesHead: n(3), minutesTitle: n(5), when: n(5),
		report: n(5), reportHead: n(3), reportDate: n(3), confirm: n(5), reporter: n(3), signForm: n(4), sealed: n(3),
		grounds: n(3), request: n(6), percent: n(3), zero: n(2), honour: n(3), body: n(3), secretary: n(4), order: n(2),
		merged: n(4), kind: n(5),
	}
	f.penNumber, f.penDay, f.rubber = n(3) == 1, n(3) == 1, n(6) == 1
	return f
}

func newCase(d *dice) *story {
	f := newForms(d)
	s := &story{d: d, f: f, a: d.agency(), stated: map[string]int{}, letterSigned: true}
	s.year = 2019 + d.IntN(6)
	s.date = time.Date(s.year, time.Month(1+d.IntN(12)), 1+d.IntN(28), 0, 0, 0, 0, time.UTC)
	s.met = s.date.AddDate(0, 0, -1-d.IntN(9))
	s.number = 1 + d.IntN(399)
	s.members = of(d, 5, 7, 9, 11)
	s.present = s.members - of(d, 0, 0, 0, 1)
	s.award, s.campaign = of(d, awards...), of(d, campaigns...)
	s.rules = Rules{Threshold: of(d, 70, 70, 75, 80), Base: of(d, "tong_thanh_vien", "so_co_mat"), Council: s.members}
	if s.members == 5 {
		s.rules.Threshold = 70
	}
	s.people()
	s.signer, s.chair, s.secretary = d.person(), d.person(), d.person()
	s.deputy = f.signForm >= 2
	if !s.deputy && f.order == 0 {
		s.chair = s.signer
	}
	return s
}

// people chooses who is nominated and how the votes went.
func (s *story) people() {
	d := s.d
	collectives, individuals := of(d, 0, 1, 1, 2), 1+d.IntN(2)
	if collectives == 0 {
		individuals = max(individuals, 1)
	}
	if s.f.merged == 1 { // reports in one file: more of them fit a dossier
		individuals += d.IntN(2)
	}
	units := append([]string{}, s.a.Units...)
	d.Shuffle(len(units), func(i, k int) { units[i], units[k] = units[k], units[i] })
	seen := map[string]bool{}
	for i := range collectives {
		s.noms = append(s.noms, nominee{person: person{Name: units[i]}, Kind: collective})
	}
	for len(s.noms) < collectives+individuals {
		p := d.person()
		if seen[p.Name] {
			continue
		}
		seen[p.Name] = true
		s.noms = append(s.noms, nominee{
			person: p, Kind: individual, Post: of(d, s.a.Posts...), Unit: of(d, s.a.Units...),
			Birth: time.Date(1965+d.IntN(35), time.Month(1+d.IntN(12)), 1+d.IntN(28), 0, 0, 0, 0, time.UTC),
		})
	}
	for i := range s.noms {
		n := &s.noms[i]
		n.InMinutes, n.Report = true, true
		n.For = s.present - of(d, 0, 0, 0, 1)
		for !s.enough(n.For) {
			n.For++
		}
		n.Percent = s.percent(n.For)
	}
}

// enough reports whether votes reach the threshold.
func (s *story) enough(votes int) bool { return 100*votes >= s.rules.Threshold*s.base() }

func (s *story) base() int {
	if s.rules.Base == "so_co_mat" {
		return s.present
	}
	return s.members
}

// percent writes the share of the votes as the layout does.
func (s *story) percent(votes int) string {
	p := 100 * float64(votes) / float64(s.present)
	digits := 2
	if p == float64(int(p)) {
		digits = 0
	}
	// One decimal is within a check's tolerance only where nothing is rounded.
	return strings.Replace(strconv.FormatFloat(p, 'f', digits, 64), ".", ",", 1)
}

func (s *story) count(kind string) int {
	n := 0
	for _, x := range s.noms {
		if x.Kind == kind {
			n++
		}
	}
	return n
}

func iso(t time.Time) string { return t.Format("2006-01-02") }

// dated writes a date in words, as headers do. A day written by hand stands
// in a blank.
func (s *story) dated(t time.Time, hand bool) string {
	day, month := strconv.Itoa(t.Day()), strconv.Itoa(int(t.Month()))
	if s.f.dateForm != 1 && t.Day() < 10 {
		day = two(t.Day())
	}
	if s.f.dateForm == 0 && t.Month() < 3 {
		month = two(int(t.Month()))
	}
	if hand {
		day = pen(day)
	}
	return fmt.Sprintf("ngày %s tháng %s năm %d", day, month, t.Year())
}

func slashed(t time.Time, padded bool) string {
	if padded {
		return t.Format("02/01/2006")
	}
	return t.Format("2/1/2006")
}

// filled reports whether the number and the day of this dossier's papers were
// filled in after printing: by pen on paper, by annotations in e-office files.
func (s *story) filled() (number, day bool) {
	if s.d.notes {
		return true, true
	}
	return s.d.scan && s.f.penNumber, s.d.scan && s.f.penDay
}

// byHand notes in the truth which fields a pen has written.
func (s *story) byHand(t Truth, number, day bool) {
	var fields []string
	if number {
		fields = append(fields, "so_ky_hieu")
	}
	if day {
		fields = append(fields, "ngay_ban_hanh")
	}
	if fields != nil && s.d.scan {
		t["handwritten"] = fields
	}
}

// header is the two-column header of every official document.
func (s *story) header(parent, issuer []string, number, place, date string) Block {
	b := Block{Kind: Pair, Role: "header"}
	for _, l := range parent {
		b.Left = append(b.Left, Line{Text: l})
	}
	for i, l := range issuer {
		line := Line{Text: l, Bold: true}
		if i == len(issuer)-1 && s.f.parentRule != 1 {
			line.Under = 0.45
		}
		b.Left = append(b.Left, line)
	}
	if s.f.parentRule == 1 {
		b.Left = append(b.Left, Line{Text: "________"})
	}
	if number != "" {
		b.Left = append(b.Left, Line{Text: number})
	}
	state := "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
	if s.f.dateForm == 2 {
		state = "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"
	}
	motto := Line{Text: "Độc lập - Tự do - Hạnh phúc", Bold: true, Under: 0.95}
	if s.f.parentRule == 1 {
		motto.Under = 0
	}
	b.Right = []Line{{Text: state, Bold: true}, motto}
	if s.f.parentRule == 1 {
		b.Right = append(b.Right, Line{Text: "_______________"})
	}
	if date != "" {
		b.Right = append(b.Right, Line{Text: place + ", " + date, Italic: true})
	}
	return b
}

// symbol writes "Số: …" and gives the number as the schema has it.
func (s *story) symbol(n int, kind, issuer string, hand bool) (printed, value string) {
	digits := strconv.Itoa(n)
	if s.f.zero == 1 && n < 10 {
		digits = two(n)
	}
	value = digits + "/" + kind + "-" + issuer
	shown := digits
	if hand {
		shown = pen(digits)
	}
	switch s.f.numberForm {
	case 1:
		printed = "Số: " + shown + " /" + kind + "-" + issuer
	case 2:
		printed = "Số " + shown + "/" + kind + "-" + issuer
	case 3:
		value = digits + "/" + strconv.Itoa(s.year) + "/" + kind + "-" + issuer
		printed = "Số: " + shown + "/" + strconv.Itoa(s.year) + "/" + kind + "-" + issuer
	default:
		printed = "Số: " + shown + "/" + kind + "-" + issuer
	}
	return printed, value
}

// signature is the lines of one signature: titles, room for the pen, name.
func (s *story) signature(titles []string, note string, state int, seal, rubber bool, name string) []Line {
	var out []Line
	for _, t := range titles {
		out = append(out, Line{Text: t, Bold: true})
	}
	if note != "" {
		out = append(out, Line{Text: note, Italic: true})
	}
	switch {
	case state == emptyBlock:
		out = append(out, Line{Mark: Blank})
	case s.f.sealed == 0 && !s.d.scan:
		out = append(out, Line{Mark: Blank, Size: 4}, Line{Text: "(Đã ký)", Italic: true}, Line{Mark: Blank, Size: 4})
	case seal:
		out = append(out, Line{Mark: Sealed})
	default:
		out = append(out, Line{Mark: Signed})
	}
	if rubber {
		name = string(Rubber) + name + string(End)
	}
	return append(out, Line{Text: name, Bold: true})
}

// joined writes header lines as one.
func joined(lines []string) string { return strings.Join(lines, " ") }
