package validate

import (
	"fmt"
	"math"
	"strings"

	"hoso/shared/dossier"
)

// base is the number that votes are a share of.
type base struct {
	n     int
	guess bool // the rule names another number, which is not known
}

// voteBase gives the number of the rule: all members, those present, or the
// valid votes. Where it is not known, the printed denominator is a guess.
func (c *dossierCase) voteBase(l line) base {
	of := base{guess: true}
	if l.n.VotesOf != nil {
		of.n = *l.n.VotesOf
	}
	d := l.doc
	switch c.rules.VoteBase {
	case "tong_thanh_vien":
		switch {
		case d.Members != nil:
			return base{n: *d.Members, guess: l.unsure("so_thanh_vien")}
		case c.rules.Council > 0:
			return base{n: c.rules.Council}
		}
	case "so_co_mat":
		if d.Present != nil {
			return base{n: *d.Present, guess: l.unsure("so_co_mat")}
		}
	default:
		of.guess = false
	}
	return of
}

// short reports votes under a share, in percent, of n.
func short(votes, n int, least float64) bool {
	return 100*float64(votes) < least*float64(n)-1e-9
}

// attendance holds who was there against the numbers themselves and, where
// the round has one, against its quorum.
func (c *dossierCase) attendance() {
	for _, m := range c.minutes {
		d := m.doc
		fields := []string{"so_co_mat", "so_thanh_vien"}
		if d.Present != nil && d.Members != nil {
			absent := 0
			if d.Absent != nil {
				absent = *d.Absent
			}
			if *d.Present+absent > *d.Members || d.Absent != nil && *d.Present+absent != *d.Members {
				f := quoted(at(m), m, append(fields, "so_vang")...)
				f.Field, f.Expected, f.Found = "so_thanh_vien", fmt.Sprint(*d.Members), fmt.Sprintf("%d + %d ≠ %d", *d.Present, absent, *d.Members)
				c.tell("ATTENDANCE_MISMATCH", f, english{})
			}
		}
		if c.rules.Council > 0 && d.Members != nil && *d.Members != c.rules.Council {
			f := quoted(at(m), m, "so_thanh_vien")
			f.Field, f.Expected, f.Found = "hoi_dong", fmt.Sprint(c.rules.Council), fmt.Sprintf("%d ≠ %d", *d.Members, c.rules.Council)
			c.tell("ATTENDANCE_MISMATCH", f, english{})
		}
		members := c.rules.Council
		if d.Members != nil {
			members = *d.Members
		}
		if q := c.rules.Quorum; q != nil && q.Den > 0 && d.Present != nil && members > 0 && int64(*d.Present)*q.Den < q.Num*int64(members) {
			f := quoted(at(m), m, fields...)
			f.Field, f.Expected, f.Found = "so_co_mat", fmt.Sprintf("%d/%d", q.Num, q.Den), fmt.Sprintf("%d/%d", *d.Present, members)
			c.tell("QUORUM_NOT_MET", f, english{})
		}
	}
}

// votes holds each line's votes against the threshold, the printed share and
// what is possible.
func (c *dossierCase) votes() {
	for _, l := range c.lines {
		doubtful := l.n.Unsure || l.unsure("nominees")
		on := at(l.part)
		on.Nominee, on.Loai, on.Doubtful = l.n.Name, dossier.Kind(l.n.Kind), doubtful
		for _, name := range []string{"phieu_dong_y", "ty_le", "ten"} {
			if ev := l.n.Evidence[name]; ev.Quote != "" && on.Quote == "" {
				on.Quote = ev.Quote
				if ev.Page > 0 {
					on.Page = ev.Page
				}
			}
		}
		if l.n.VotesFor == nil {
			c.withoutVotes(l, on)
			continue
		}
		c.share(l, on)
		c.threshold(l, on)
		c.possible(l, on)
	}
}

// withoutVotes judges a line that gives a percentage alone, or nothing:
// "nhất trí" is no number.
func (c *dossierCase) withoutVotes(l line, on dossier.Finding) {
	on.Field = "phieu_dong_y"
	if l.n.Percent == nil {
		c.tell("VOTE_UNKNOWN", on, english{})
		return
	}
	if c.rules.VotePct > 0 && *l.n.Percent < c.rules.VotePct-1e-9 {
		on.Expected, on.Found = percent(c.rules.VotePct), percent(*l.n.Percent)
		// A share of those present is a smaller one of all members, not the
		// other way round.
		on.Doubtful = on.Doubtful || c.rules.VoteBase != "tong_thanh_vien"
		c.tell("VOTES_UNDER_THRESHOLD", on, english{})
	}
}

// share holds the printed percentage against votes and denominator, as
// exactly as it is printed: "88,9%" and "88,88%" are both right for 8 of 9.
func (c *dossierCase) share(l line, on dossier.Finding) {
	if l.n.Percent == nil || l.n.VotesOf == nil || *l.n.VotesOf <= 0 {
		return
	}
	want, got := 100*float64(*l.n.VotesFor)/float64(*l.n.VotesOf), *l.n.Percent
	step := math.Pow10(-decimals(l.n.Evidence["ty_le"].Quote, got))
	if math.Abs(want-got) <= max(step/2, 0.01)+1e-9 || got <= want && want < got+step {
		return
	}
	on.Field, on.Expected, on.Found = "ty_le", percent(want), percent(got)
	c.tell("PERCENT_MISMATCH", on, english{})
}

// decimals counts the decimals a percentage was printed with.
func decimals(quote string, v float64) int {
	if _, after, ok := strings.Cut(strings.TrimSuffix(strings.TrimSpace(quote), "%"), ","); ok && digits(strings.TrimSpace(after)) {
		return min(len(strings.TrimSpace(after)), 4)
	}
	for n := range 4 {
		if scaled := v * math.Pow10(n); math.Abs(scaled-math.Round(scaled)) < 1e-6 {
			return n
		}
	}
	return 4
}

func (c *dossierCase) threshold(l line, on dossier.Finding) {
	of := c.voteBase(l)
	if c.rules.VotePct <= 0 || of.n <= 0 || !short(*l.n.VotesFor, of.n, c.rules.VotePct) {
		return
	}
	on.Field, on.Expected, on.Found = "phieu_dong_y", percent(c.rules.VotePct), fmt.Sprintf("%d/%d", *l.n.VotesFor, of.n)
	on.Doubtful = on.Doubtful || of.guess
	c.tell("VOTES_UNDER_THRESHOLD", on, english{})
}

// possible asks about votes that nobody could have cast.
func (c *dossierCase) possible(l line, on dossier.Finding) {
	d := l.doc
	votes := *l.n.VotesFor
	said, en := "", ""
	switch {
	case l.n.VotesOf != nil && votes > *l.n.VotesOf:
		said, en = fmt.Sprintf("tổng số phiếu là %d", *l.n.VotesOf), fmt.Sprintf("%d votes in all", *l.n.VotesOf)
	case d.Members != nil && (votes > *d.Members || l.n.VotesOf != nil && *l.n.VotesOf > *d.Members):
		said, en = fmt.Sprintf("hội đồng có %d thành viên", *d.Members), fmt.Sprintf("%d members", *d.Members)
	case d.Present != nil && votes > *d.Present && !c.rules.Written:
		said, en = fmt.Sprintf("có mặt %d", *d.Present), fmt.Sprintf("%d present", *d.Present)
	default:
		return
	}
	on.Field, on.Expected, on.Found = "phieu_tong", said, fmt.Sprint(votes)
	if l.n.VotesOf != nil {
		on.Found = fmt.Sprintf("%d/%d", votes, *l.n.VotesOf)
	}
	c.tell("VOTES_IMPOSSIBLE", on, english{expected: en})
}

// percent writes a percentage the Vietnamese way, at most two decimals.
func percent(v float64) string {
	s := strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.2f", v), "0"), ".")
	return strings.ReplaceAll(s, ".", ",") + "%"
}
