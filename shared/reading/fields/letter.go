package fields

import (
	"strings"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
	"hoso/shared/viettext"
)

// readLetter reads what a tờ trình asks for, for whom, and who signed it.
func (d *doc) readLetter() {
	d.addressees()
	for i := d.body; i < len(d.items); i++ {
		t := d.items[i].t
		if t.len() == 0 {
			continue
		}
		d.quotedCaps(t)
		if isRequest(t) {
			d.stated(t)
			d.award(t)
		}
		d.citedMinutes(t)
	}
	d.letterNominees()
	d.readSigner()
}

// addressees reads "Kính gửi: …" and the lines of its list.
func (d *doc) addressees() {
	for i := d.head + 1; i < len(d.items) && i < d.body+6; i++ {
		t := d.items[i].t
		at := t.find("kinh gui", 0)
		if at < 0 || at > 4 {
			continue
		}
		first := trimEnd(t.slice(skipBlank(t.fold, at+len("kinh gui")), t.len()))
		e := t.evidence(0, t.len())
		if first.len() > 0 {
			d.out.Addressed = append(d.out.Addressed, splitDashes(first)...)
		}
		for k := i + 1; k < len(d.items) && len(d.out.Addressed) < 12; k++ {
			n := d.items[k].t
			if !strings.HasPrefix(n.fold, "-") && !strings.HasPrefix(n.fold, "+") {
				break
			}
			d.out.Addressed = append(d.out.Addressed, trimEnd(n.slice(n.body(), n.len())).String())
		}
		if len(d.out.Addressed) > 0 {
			d.put("kinh_gui", e, sure)
		}
		d.body = max(d.body, i+1)
		return
	}
}

// splitDashes parts addressees that stand in one paragraph with dashes.
func splitDashes(t text) []string {
	var out []string
	for _, p := range strings.Split(t.String(), "; - ") {
		if p = strings.Trim(p, " -;."); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// isRequest reports the sentence that asks for the award.
func isRequest(t text) bool {
	if t.starts("can cu") && !t.has("kinh de nghi", "kinh trinh") || t.starts("theo", "xet", "noi nhan") && !t.has("de nghi", "kinh trinh") {
		return false
	}
	return t.has("de nghi", "kinh trinh", "trinh", "xet tang", "xem xet") &&
		t.has("khen thuong", "bang khen", "giay khen", "danh hieu", "tang", "huan chuong", "khen") && t.has("tap the", "ca nhan")
}

// counted is a number before or behind the name of a kind.
type counted struct {
	n, from, to int
	capped      bool // "không quá" stands before it
}

// countOf finds the first number that counts the phrase ("tap the", "ca nhan").
func countOf(t text, phrase string, from int) (counted, bool) {
	for at := t.find(phrase, from); at >= 0; at = t.find(phrase, at+1) {
		if n, start, ok := numberBefore(t, at); ok {
			lead := t.fold[max(0, start-16):start]
			capped := strings.Contains(lead, "khong qua") || strings.Contains(lead, "toi da") || strings.Contains(lead, "khong vuot")
			return counted{n, start, at + len(phrase), capped}, true
		}
		k := at + len(phrase)
		if s := skipSpace(t.fold, k); s < t.len() && t.fold[s] == ':' {
			if n, end := number(t.fold, skipSpace(t.fold, s+1), 4); end > skipSpace(t.fold, s+1) {
				return counted{n: n, from: at, to: end}, true
			}
		}
	}
	return counted{}, false
}

// numberBefore reads a number in figures, with its words in brackets or
// without, or in words alone, that ends right before position at.
func numberBefore(t text, at int) (n, start int, ok bool) {
	i := at
	for i > 0 && t.fold[i-1] == ' ' {
		i--
	}
	if i > 0 && t.fold[i-1] == ')' {
		if k := strings.LastIndexByte(t.fold[:i], '('); k >= 0 && i-k < 24 {
			i = k
			for i > 0 && t.fold[i-1] == ' ' {
				i--
			}
		}
	}
	s := i
	for s > 0 && digit(t.fold[s-1]) {
		s--
	}
	if s < i && i-s <= 4 && (s == 0 || t.fold[s-1] != '/' && t.fold[s-1] != ',' && t.fold[s-1] != '.') {
		n, _ = number(t.fold, s, 4)
		return n, s, true
	}
	for words, k := 0, i; words < 4 && k > 0; words++ {
		k = strings.LastIndexByte(strings.TrimRight(t.fold[:k], " "), ' ') + 1
		if v, ok2 := viettext.ParseNumberWords(t.cut(k, i)); ok2 {
			n, start, ok = v, k, true
		} else if ok {
			break
		}
		if k > 0 {
			k--
		}
	}
	return n, start, ok
}

// stated reads the numbers of the request sentence. The first sentence that
// states one counts. A kind it does not speak of is 0; a kind it names without
// a number was left blank.
func (d *doc) stated(t text) {
	if d.out.StatedCollectives != nil || d.out.StatedIndividuals != nil {
		return
	}
	groups, okG := countOf(t, "tap the", 0)
	people, okP := countOf(t, "ca nhan", 0)
	okG, okP = okG && !groups.capped, okP && !people.capped
	if !okG && !okP {
		return
	}
	set := func(field string, at **int, c counted, ok bool, phrase string) {
		if ok {
			n := c.n
			*at = &n
			d.put(field, t.evidence(c.from, c.to), sure)
			return
		}
		anchor := groups
		if okP {
			anchor = people
		}
		clause := t.slice(anchor.from-40, anchor.to+60)
		if i, _ := clause.first(0, "co thanh tich", "da co", "co nhieu", "trong phong trao", "trong thuc hien"); i > 0 {
			clause = clause.slice(0, i)
		}
		if !clause.has(phrase) {
			zero := 0
			*at = &zero
			d.put(field, t.evidence(anchor.from, anchor.to), sure)
		}
	}
	set("so_luong_tap_the", &d.out.StatedCollectives, groups, okG, "tap the")
	set("so_luong_ca_nhan", &d.out.StatedIndividuals, people, okP, "ca nhan")
}

// quotedCaps reads a cap the letter itself quotes: "không quá 02 tập thể và 06 cá nhân".
func (d *doc) quotedCaps(t text) {
	at, _ := t.first(0, "khong qua", "toi da", "khong vuot qua")
	if at < 0 {
		return
	}
	if c, ok := countOf(t, "tap the", at); ok && c.from-at < 40 && d.out.QuotedCollectives == nil {
		n := c.n
		d.out.QuotedCollectives = &n
		d.put("chi_tieu_tap_the", t.evidence(at, c.to), sure)
	}
	if c, ok := countOf(t, "ca nhan", at); ok && c.from-at < 60 && d.out.QuotedIndividuals == nil {
		n := c.n
		d.out.QuotedIndividuals = &n
		d.put("chi_tieu_ca_nhan", t.evidence(at, c.to), sure)
	}
}

// award reads the form of award asked for.
func (d *doc) award(t text) {
	if d.out.Award != "" {
		return
	}
	for _, w := range [...][2]string{{"bang khen", "Bằng khen"}, {"giay khen", "Giấy khen"}, {"huan chuong", "Huân chương"}, {"co thi dua", "Cờ thi đua"}} {
		if i := t.find(w[0], 0); i >= 0 {
			d.out.Award = w[1]
			d.put("hinh_thuc", t.evidence(i, i+len(w[0])), sure)
			return
		}
	}
}

// citedMinutes reads the date of the minutes the letter rests on.
func (d *doc) citedMinutes(t text) {
	if d.out.CitedMinutesDate != "" {
		return
	}
	at := t.find("bien ban", 0)
	if at < 0 {
		return
	}
	dt, ok := t.nextDate(at)
	if ok && dt.from-at < 160 && dt.iso() != "" {
		d.out.CitedMinutesDate = dt.iso()
		d.put("ngay_bien_ban", t.evidence(at, dt.to), sure)
	}
}

// letterNominees reads the list: tables, numbered entries under headings, or
// entries inside the request sentence.
func (d *doc) letterNominees() {
	var kind reading.NomineeKind
	open := false
	var last columns
	known := false
	for i := d.body; i < len(d.items); i++ {
		it := &d.items[i]
		if it.kind == layout.Grid {
			c, ok := headings(it.table)
			if !ok && known && len(last.roles) == it.table.Cols {
				c, ok = last, true
				c.first = 0
			}
			if ok {
				for _, row := range tableRows(it.table, c, kind) {
					d.nominate(row.entry)
				}
				last, known = c, true
			}
			kind, open = "", true
			continue
		}
		if it.kind != layout.Paragraph {
			continue
		}
		k, isSection := section(it.t)
		switch {
		case isSection:
			kind, open = k, true
		case isRequest(it.t), d.grants && isGrant(it.t):
			d.inlineNominees(it.t)
			kind, open = "", opensList(it.t)
		case open && (endsList(it.t) || d.grants && isArticle(it.t)):
			kind, open = "", false
		case open:
			if e := divide(it.t, kind); it.t.len() < 260 && e.plausibleName() && (it.t.body() > 0 || polite(it.t) || kind != "") && (e.certain || kind != "" || personName(e.name)) {
				d.nominate(e)
			} else {
				open = false
			}
		}
	}
}

// readDecision reads whom a decision gives the award to: its lists and tables
// are set like a letter's, under an article in place of a request.
func (d *doc) readDecision() {
	for _, s := range d.topLines(24) {
		if t := textOf(s.line); strings.HasPrefix(squash(t.fold), "quyetdinh") && upper(t) {
			d.grants = true
			break
		}
	}
	if !d.grants {
		return
	}
	for i := d.body; i < len(d.items); i++ {
		if isGrant(d.items[i].t) {
			d.award(d.items[i].t)
			d.letterNominees()
			return
		}
	}
}

// isArticle reports the beginning of an article: "Điều 2. …".
func isArticle(t text) bool {
	return strings.HasPrefix(t.fold, "dieu ") && t.len() > 6 && digit(t.fold[5])
}

// isGrant reports the article that gives an award.
func isGrant(t text) bool {
	return isArticle(t) && t.has("tang", "khen thuong", "cong nhan") && t.has("bang khen", "giay khen", "danh hieu", "huan chuong", "khen thuong") && t.has("tap the", "ca nhan", "ong", "ba", "dong chi")
}

// opensList reports a sentence that a list follows.
func opensList(t text) bool {
	return strings.HasSuffix(t.fold, ":") || t.has("nhu sau", "sau day", "gom", "danh sach")
}

// endsList reports the paragraph behind a list.
func endsList(t text) bool {
	if t.body() > 0 && t.fold[0] != '(' && !t.has("kinh trinh", "kinh de nghi") {
		return false
	}
	return t.has("kinh trinh", "kinh de nghi", "kinh mong", "tran trong", "de nghi", "neu tren", "noi nhan", "kem theo", "gui kem", "chap hanh", "xem xet")
}

// inlineNominees reads entries inside the request sentence, parted by
// semicolons: "…cho: tập thể A; ông B - chức vụ, đơn vị."
func (d *doc) inlineNominees(t text) {
	colon := strings.LastIndexByte(t.fold, ':')
	from := colon + 1
	if colon < 0 || strings.TrimSpace(t.fold[from:]) == "" {
		if from, _ = t.first(0, "cho ong", "cho ba", "cho dong chi", "cho tap the"); from < 0 {
			return
		}
		from += len("cho ")
	}
	for _, p := range splitEntries(t.slice(from, t.len())) {
		if polite(p) || namesCollective(p) {
			hint := reading.NomineeKind("")
			if !polite(p) {
				hint = reading.Collective
			}
			d.nominate(divide(p, hint))
		}
	}
}

// namesCollective reports "tập thể" with a name behind it: in "cho … tập thể
// và … cá nhân" only the numbers were left blank.
func namesCollective(t text) bool {
	const lead = len("tap the")
	i := skipSpace(t.fold, lead)
	return t.starts("tap the") && i > lead && i < t.len() && (capital(t.runes[i]) || t.runes[i] == '“' || t.runes[i] == '"')
}

// splitEntries parts the entries of a sentence: at semicolons, and at a comma
// or "và" before the next person or collective.
func splitEntries(t text) []text {
	var out []text
	for _, part := range splitAt(t, ';') {
		start := 0
		for i := 0; i < part.len(); i++ {
			next := -1
			switch {
			case part.fold[i] == ',':
				next = skipSpace(part.fold, i+1)
			case word(part.fold, i, "va"):
				next = skipSpace(part.fold, i+2)
			}
			if next < 0 {
				continue
			}
			rest := part.slice(next, part.len())
			if polite(rest) && !capital(rest.runes[0]) || strings.HasPrefix(rest.fold, "tap the ") {
				if p := trimEnd(part.slice(start, i)); p.len() > 0 {
					out = append(out, p)
				}
				start = next
			}
		}
		if p := part.slice(start, part.len()); p.len() > 0 {
			out = append(out, p)
		}
	}
	return out
}

// splitAt parts a text at a mark.
func splitAt(t text, mark byte) []text {
	var out []text
	start := 0
	for i := 0; i <= t.len(); i++ {
		if i == t.len() || t.fold[i] == mark {
			if p := t.slice(start, i); p.len() > 0 {
				out = append(out, p)
			}
			start = i + 1
		}
	}
	return out
}

// nominate adds an entry to the list.
func (d *doc) nominate(e entry) *reading.Nominee {
	n := e.nominee()
	d.out.Nominees = append(d.out.Nominees, n)
	return &d.out.Nominees[len(d.out.Nominees)-1]
}
