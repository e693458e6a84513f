package fields

import (
	"strings"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
	"hoso/shared/viettext"
)

// ballot is what the minutes state about the votes for one nominee or for all.
type ballot struct {
	ok      bool
	votes   int
	of      int // 0: no denominator printed
	percent float64
	hasPct  bool
	t       text
	from    int
	to      int
}

// minutesNominees reads the names and votes: a table with votes, a list with
// votes, or a list that one sentence voted on.
func (d *doc) minutesNominees() {
	var kind reading.NomineeKind
	var common ballot
	var voted, unvoted []reading.Nominee
	var last columns
	known, open := false, false
	for i := d.body; i < len(d.items); i++ {
		it := &d.items[i]
		switch it.kind {
		case layout.Grid:
			c, ok := headings(it.table)
			if !ok && known && len(last.roles) == it.table.Cols {
				c, ok = last, true
				c.first = 0
			}
			if !ok || !c.votes() && !open && !common.ok {
				continue // the list of those present, say
			}
			last, known = c, true
			for _, row := range tableRows(it.table, c, kind) {
				n := row.nominee()
				if c.votes() {
					row.vote(&n)
					voted = append(voted, n)
				} else {
					unvoted = append(unvoted, n)
				}
			}
			kind = ""
		case layout.Paragraph:
			if k, ok := section(it.t); ok {
				kind, open = k, true
				continue
			}
			if n, ok := listedVote(it.t, kind); ok {
				voted = append(voted, n)
				continue
			}
			if b := commonBallot(it.t); b.ok {
				common = b
				open = opensList(it.t)
				unvoted = append(unvoted, inlineList(it.t)...)
				continue
			}
			if open && (it.t.body() > 0 || polite(it.t)) && it.t.len() < 260 && !it.t.has("ket thuc", "bien ban", "phieu") {
				if e := divide(it.t, kind); e.plausibleName() && (e.certain || kind != "" || personName(e.name)) {
					unvoted = append(unvoted, e.nominee())
					continue
				}
			}
			if endsMinutesList(it.t) {
				kind, open = "", false
			} else if opensList(it.t) && it.t.has("de nghi", "khen thuong", "danh sach", "ket qua") {
				open = true
			}
		}
	}
	d.out.Nominees = voted
	if len(voted) == 0 {
		d.out.Nominees = unvoted
		if common.ok && len(unvoted) > 0 {
			d.out.VoteScope = reading.VoteScopeList
			d.put("vote_scope", common.t.evidence(common.from, common.to), sure)
			for i := range d.out.Nominees {
				common.give(&d.out.Nominees[i])
			}
		}
	}
	d.checkVotes()
}

func endsMinutesList(t text) bool {
	return t.has("ket thuc", "bien ban", "can cu ket qua", "noi nhan")
}

// give stores the votes with the sentence or cell as their evidence.
func (b ballot) give(n *reading.Nominee) {
	e := b.t.evidence(b.from, b.to)
	votes, of := b.votes, b.of
	n.VotesFor = &votes
	n.Evidence["phieu_dong_y"] = e
	if of > 0 {
		n.VotesOf = &of
		n.Evidence["phieu_tong"] = e
	}
	if b.hasPct {
		p := b.percent
		n.Percent = &p
		n.Evidence["ty_le"] = e
	}
}

// vote reads the votes of a table row: "8/9" in one column, or numbers in
// columns of their own.
func (row *tableRow) vote(n *reading.Nominee) {
	b := ballot{t: row.votesFor, to: row.votesFor.len()}
	for i := 0; i < b.t.len(); i++ {
		if v, of, _, ok := fractionAt(b.t, i); ok {
			b.ok, b.votes, b.of = true, v, of
			break
		}
	}
	if !b.ok {
		if v, _, _, ok := numberAfter(b.t, 0, b.t.len()); ok {
			b.ok, b.votes = true, v
		}
		if of, _, _, ok := numberAfter(row.total, 0, row.total.len()); ok {
			b.of = of
		}
	}
	if p, _, _, ok := percentIn(row.votesFor, 0); ok {
		b.percent, b.hasPct = p, true
	}
	if b.ok {
		b.give(n)
	}
	if p, _, _, ok := percentIn(row.percent, 0); ok {
		n.Percent = &p
		n.Evidence["ty_le"] = row.percent.evidence(0, row.percent.len())
	} else if p, end, ok := decimal(row.percent, 0); ok && end == row.percent.len() {
		n.Percent = &p
		n.Evidence["ty_le"] = row.percent.evidence(0, row.percent.len())
	}
}

// percentIn finds a number with a percent sign at or behind from.
func percentIn(t text, from int) (p float64, start, end int, ok bool) {
	for i := max(from, 0); i < t.len(); i++ {
		if !digit(t.fold[i]) || i > 0 && (digit(t.fold[i-1]) || t.fold[i-1] == ',' || t.fold[i-1] == '.') {
			continue
		}
		v, e, isNum := decimal(t, i)
		if isNum {
			if k := skipSpace(t.fold, e); k < t.len() && t.fold[k] == '%' {
				return v, i, k + 1, true
			}
		}
	}
	return 0, 0, 0, false
}

// decimal reads a number with a decimal comma or point at i.
func decimal(t text, i int) (v float64, end int, ok bool) {
	n, k := number(t.fold, i, 6)
	if k == i {
		return 0, i, false
	}
	v = float64(n)
	if k+1 < t.len() && (t.fold[k] == ',' || t.fold[k] == '.') && digit(t.fold[k+1]) {
		scale := 0.1
		for k++; k < t.len() && digit(t.fold[k]); k++ {
			v += float64(t.fold[k]-'0') * scale
			scale /= 10
		}
	}
	return float64(int64(v*10000+0.5)) / 10000, k, true
}

// voteWord gives where the result of a vote begins, up to stop, or 0. Words of
// one syllable count with their own marks and without a capital: "được", not
// Khoa Dược; "đạt", not Trần Văn Đạt; "có", not Công đoàn cơ sở.
func voteWord(t text, stop int) int {
	for i := t.body() + 1; i < stop; i++ {
		if !boundary(t.fold, i) || !letter(t.fold[i]) || capital(t.runes[i]) {
			continue
		}
		end := i
		for end < t.len() && letter(t.fold[end]) {
			end++
		}
		switch viettext.NewTone(string(t.runes[i:end])) {
		case "được", "đạt", "có", "phiếu":
			return i
		}
		for _, w := range []string{"so phieu", "ket qua", "ty le", "ti le", "tan thanh", "dong y", "nhat tri"} {
			if word(t.fold, i, w) {
				return i
			}
		}
	}
	return 0
}

// listedVote reads an entry of a list with its votes: "- Bà X: 6/7 phiếu đồng
// ý, đạt 85,71%".
func listedVote(t text, kind reading.NomineeKind) (reading.Nominee, bool) {
	if t.len() > 320 || !t.has("phieu", "tan thanh", "dong y", "nhat tri") || !(t.body() > 0 || polite(t)) {
		return reading.Nominee{}, false
	}
	b := ballot{t: t}
	at := -1
	for i := t.body(); i < t.len(); i++ {
		if v, of, end, ok := fractionAt(t, i); ok {
			at, b.ok, b.votes, b.of, b.from, b.to = i, true, v, of, i, end
			break
		}
	}
	if at < 0 {
		return reading.Nominee{}, false
	}
	if p, _, end, ok := percentIn(t, b.to); ok {
		b.percent, b.hasPct, b.to = p, true, end
	}
	stop := at
	if w := voteWord(t, stop); w > 0 {
		stop = w
	}
	name := t.slice(0, stop)
	if c := strings.IndexByte(t.fold[t.body():stop], ':'); c >= 0 {
		name = t.slice(0, t.body()+c)
	}
	for name.len() > 0 && (strings.HasSuffix(name.fold, "-") || strings.HasSuffix(name.fold, ":") || strings.HasSuffix(name.fold, ",")) {
		name = name.slice(0, name.len()-1)
	}
	if name.has("thanh vien", "hoi dong bieu quyet") || name.len()-name.body() < 2 {
		return reading.Nominee{}, false
	}
	n := divide(name, kind).nominee()
	if n.Name == "" {
		return n, false
	}
	b.give(&n)
	return n, true
}

// commonBallot reads one sentence that states the votes for the whole list:
// "07/07 thành viên nhất trí (100%) đề nghị khen thưởng tất cả…".
func commonBallot(t text) ballot {
	if !t.has("bieu quyet", "nhat tri", "thong nhat", "tan thanh", "dong y") || !t.has("khen thuong", "de nghi", "danh sach", "tat ca", "cac truong hop", "tang") {
		return ballot{}
	}
	b := ballot{t: t}
	from, _ := t.first(0, "bieu quyet", "nhat tri", "thong nhat", "tan thanh", "dong y")
	for _, start := range [2]int{from, 0} {
		for i := start; i < t.len() && !b.ok; i++ {
			if v, of, end, ok := fractionAt(t, i); ok {
				b.ok, b.votes, b.of, b.from, b.to = true, v, of, i, end
			}
		}
	}
	if !b.ok {
		return ballot{}
	}
	if p, _, end, ok := percentIn(t, b.to); ok && end-b.to < 80 {
		b.percent, b.hasPct, b.to = p, true, end
	}
	return b
}

// inlineList reads nominees that stand in the voting sentence itself.
func inlineList(t text) []reading.Nominee {
	var out []reading.Nominee
	colon := strings.LastIndexByte(t.fold, ':')
	if colon < 0 {
		return nil
	}
	for _, p := range splitEntries(t.slice(colon+1, t.len())) {
		if polite(p) || p.starts("tap the") && p.len() > 10 {
			out = append(out, divide(p, "").nominee())
		}
	}
	return out
}

// checkVotes asks about votes that cannot be: more than were cast, or more
// than there were members to cast them.
func (d *doc) checkVotes() {
	for i := range d.out.Nominees {
		n := &d.out.Nominees[i]
		over := func(most *int) bool { return n.VotesFor != nil && most != nil && *n.VotesFor > *most }
		if over(n.VotesOf) || over(d.out.Members) {
			n.Unsure = true
		}
	}
}
