package validate

import (
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/viettext"
)

// award is a form of commendation and who gives it, as Keys; "" is not said.
type award struct {
	form string
	by   string
}

// awardForms are the forms, the longer ones first.
var awardForms = []string{
	"tập thể lao động xuất sắc", "tập thể lao động tiên tiến", "lao động tiên tiến", "chiến sĩ thi đua", "chiến sỹ thi đua",
	"kỷ niệm chương", "huân chương", "huy chương", "cờ thi đua", "bằng khen", "giấy khen",
}

// awardEnds end the words that say who gives the award.
var awardEnds = []string{" cho ", " đối với ", " về ", " vì ", " năm ", " trong ", " tại ", " giai đoạn ", "\"", ",", ";", "(", "."}

// awardIn finds the one award a text names. A text that names several says
// none: which of them is asked for is not clear.
func (c *dossierCase) awardIn(text string) award {
	k := c.key(text)
	var a award
	rest := ""
	for _, form := range awardForms {
		at := strings.Index(k, form)
		if at < 0 || strings.Contains(a.form, form) {
			continue
		}
		if a.form != "" {
			return award{}
		}
		a.form, rest = form, k[at+len(form):]
	}
	if by, ok := strings.CutPrefix(rest, " của "); ok {
		for _, end := range awardEnds {
			by, _, _ = strings.Cut(by, end)
		}
		a.by = strings.TrimSpace(by)
	}
	return a
}

// awardSaid cuts the words of the award out of a subject.
func awardSaid(s, form string) string {
	s = viettext.NFC(s)
	low := strings.ToLower(s)
	if at := strings.Index(low, form); at > 0 && len(low) == len(s) {
		s, low = s[at:], low[at:]
	}
	for _, end := range awardEnds[:5] {
		if at := strings.Index(low, end); at > 0 && len(low) == len(s) {
			s, low = s[:at], low[:at]
		}
	}
	return strings.TrimSpace(s)
}

// deciderTitles stand before the body whose head gives an award.
var deciderTitles = []string{"chủ tịch ", "bộ trưởng ", "thủ tướng ", "giám đốc ", "tổng giám đốc ", "hiệu trưởng ", "cục trưởng ", "thủ trưởng ", "trưởng "}

// sameDecider compares who gives two awards; what one leaves out may be the same.
func (c *dossierCase) sameDecider(a, b string) bool {
	if a == "" || b == "" || a == b {
		return true
	}
	titleA, bodyA := decider(a)
	titleB, bodyB := decider(b)
	if titleA != "" && titleB != "" && titleA != titleB {
		return false
	}
	if bodyA == "" || bodyB == "" {
		return true
	}
	return c.bodies.Compare(bodyA, bodyB) != viettext.Different
}

func decider(s string) (title, body string) {
	for _, t := range deciderTitles {
		if rest, ok := strings.CutPrefix(s, t); ok {
			return t, rest
		}
	}
	return "", s
}

// expected gives the award this dossier is about: the round's, else what the
// letter itself asks for.
func (c *dossierCase) expected() (a award, said string) {
	if said = c.rules.Purpose.Award; said != "" {
		a = c.awardIn(said)
		if t, body := decider(a.by); body != "" && len(c.rules.Purpose.Issuers) > 0 {
			// "Chủ tịch UBND tỉnh" of a plan is its own province's.
			issuer := c.rules.Purpose.Issuers[0]
			if viettext.CompareBodies(body, issuer, issuer) == viettext.Same {
				a.by = t + viettext.ExpandBody(issuer)
			}
		}
		return a, said
	}
	if p, ok := c.letter(); ok {
		a, said = c.asked(p)
	}
	return a, said
}

// asked gives the award a document asks for: the field that was read, and who
// gives it from the subject.
func (c *dossierCase) asked(p part) (award, string) {
	said := p.doc.Subject
	a := c.awardIn(said)
	if p.doc.Award != "" {
		read := c.awardIn(p.doc.Award)
		if a.form == "" || read.form != "" && read.form != a.form {
			a, said = read, p.doc.Award
		}
	}
	return a, said
}

// follows reports whether an award is one that the round gives, also where
// its decider was followed by another body.
func (c *dossierCase) follows(want, got award) bool {
	if want.form != "" && got.form != "" && want.form != got.form {
		return false
	}
	if c.sameDecider(want.by, got.by) {
		return true
	}
	if issuers := c.rules.Purpose.Issuers; c.rules.Purpose.Award != "" && len(issuers) > 1 {
		t, _ := decider(want.by)
		for _, next := range issuers[1:] {
			if c.sameDecider(t+viettext.ExpandBody(next), got.by) {
				return true
			}
		}
	}
	return false
}

// award holds the award that letter, list and reports ask for against the
// round's.
func (c *dossierCase) award() {
	want, said := c.expected()
	tell := func(f dossier.Finding, found string) {
		f.Expected, f.Found, f.Field = awardSaid(said, want.form), found, "hinh_thuc"
		c.tell("AWARD_MISMATCH", f, english{})
	}
	if p, ok := c.letter(); ok {
		asked, found := c.asked(p)
		wrong := !c.follows(want, asked)
		if wrong {
			tell(quoted(at(p), p, "trich_yeu", "hinh_thuc"), awardSaid(found, asked.form))
		}
		for _, e := range c.list {
			got := c.awardIn(e.n.Award)
			if e.n.Award == "" || c.follows(want, got) || wrong && c.follows(asked, got) {
				continue
			}
			f := at(p)
			f.Nominee, f.Loai, f.Doubtful = e.n.Name, dossier.Kind(e.n.Kind), e.n.Unsure || p.unsure("nominees")
			tell(f, e.n.Award)
		}
	}
	for _, r := range c.reports {
		if got, found := c.asked(r); !c.follows(want, got) {
			found = awardSaid(found, got.form)
			f := quoted(at(r), r, "trich_yeu", "hinh_thuc")
			f.Nominee, f.Loai = r.doc.Name, dossier.Kind(r.doc.NomineeKind)
			tell(f, found)
		}
	}
}

// campaign holds the campaign that each document's subject names against the
// round's: other campaigns may be told of in a report's body, not in what the
// document says it is about.
func (c *dossierCase) campaign() {
	titles := c.rules.Purpose.Titles
	if len(titles) == 0 {
		return
	}
	for _, ps := range [][]part{c.letters, c.minutes, c.reports} {
		for _, p := range ps {
			name, certain := campaignIn(viettext.NFC(p.doc.Subject))
			if name == "" || p.doc.Kind == reading.Other {
				continue
			}
			share := 0.0
			for _, t := range titles {
				share = max(share, c.likeTitle(name, t))
			}
			other := c.otherRound(p.doc.Subject)
			if share >= sameTitle && !other {
				continue
			}
			f := quoted(at(p), p, "trich_yeu")
			f.Field, f.Expected, f.Found = "trich_yeu", titles[0], name
			f.Doubtful = f.Doubtful || !certain || share >= otherTitle || other
			c.tell("CAMPAIGN_MISMATCH", f, english{})
		}
	}
}

// Shares of the words of a campaign's name that a subject has: at least
// sameTitle is this campaign, less than otherTitle another; between, a person
// decides.
const (
	sameTitle  = 0.75
	otherTitle = 0.4
)

// campaignIn gives what a subject says its achievements were in. It is
// certain where the campaign's name stands in quotation marks.
func campaignIn(subject string) (name string, certain bool) {
	low := strings.ToLower(subject)
	for _, lead := range []string{"phong trào thi đua", "phong trào", "thành tích"} {
		at := strings.Index(low, lead)
		if at < 0 {
			continue
		}
		rest := subject[min(at+len(lead), len(subject)):]
		if open := strings.IndexAny(rest, "“\""); open >= 0 && open < 4 {
			inner := strings.TrimLeft(rest[open:], "“\"")
			if end := strings.IndexAny(inner, "”\""); end > 0 {
				return inner[:end] + firstYears(inner[end:]), true
			}
		}
		if lead == "thành tích" {
			_, rest, _ = strings.Cut(rest, " trong ")
		}
		if len(strings.Fields(rest)) < 3 {
			return "", false
		}
		return strings.TrimSpace(rest), false
	}
	return "", false
}

// firstYears gives the years that follow a name in quotation marks.
func firstYears(s string) string {
	if len(years(s)) == 0 || len(strings.Fields(s)) > 8 {
		return ""
	}
	return " " + strings.Trim(s, "”\" ")
}

// likeTitle gives the share of the title's words that the name has; names of
// other years are other campaigns.
func (c *dossierCase) likeTitle(name, title string) float64 {
	mine, theirs := years(name), years(title)
	if len(mine) > 0 && len(theirs) > 0 && !overlaps(mine, theirs) {
		return 0
	}
	has := map[string]bool{}
	for _, w := range strings.Fields(viettext.Fold(name)) {
		has[w] = true
	}
	n, hit := 0, 0
	for _, w := range strings.Fields(viettext.Fold(title)) {
		if digits(w) {
			continue
		}
		n++
		if has[w] {
			hit++
		}
	}
	if n == 0 {
		return 0
	}
	return float64(hit) / float64(n)
}

func overlaps(a, b []int) bool {
	return a[0] <= b[len(b)-1] && b[0] <= a[len(a)-1]
}

// otherRound reports a subject of an interim review in a final one, and the
// other way round.
func (c *dossierCase) otherRound(subject string) bool {
	round, s := c.key(c.rules.Purpose.Round), c.key(subject)
	interim, final := strings.Contains(round, "sơ kết"), strings.Contains(round, "tổng kết")
	return interim && !final && strings.Contains(s, "tổng kết") && !strings.Contains(s, "sơ kết") ||
		final && !interim && strings.Contains(s, "sơ kết") && !strings.Contains(s, "tổng kết")
}
