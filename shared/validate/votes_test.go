package validate_test

import (
	"testing"

	"hoso/shared/campaign"
	"hoso/shared/reading"
)

func TestVotes(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), voteCases()) }

func voteCases() []one {
	// votes sets the line of Đoàn Sỹ Kiên.
	votes := func(n, of int, share float64, printed string) func(w *world) {
		return func(w *world) {
			l := &w.minutes.Nominees[3]
			l.VotesFor, l.VotesOf, l.Percent = num(n), num(of), percent(share)
			l.Evidence = seen(map[string]string{"ty_le": printed})
		}
	}
	under := "block VOTES_UNDER_THRESHOLD Đoàn Sỹ Kiên"
	wrong := "warn PERCENT_MISMATCH Đoàn Sỹ Kiên"
	return []one{
		{"six of nine under 70 per cent", votes(6, 9, 66.67, "66,67%"), []string{under}},
		{"six of nine just under 67 per cent", func(w *world) { w.rules.VotePct = 67; votes(6, 9, 66.67, "66,67%")(w) }, []string{under}},
		{"seven of nine over it", votes(7, 9, 77.78, "77,78%"), nil},
		{"exactly two thirds", func(w *world) { w.rules.VotePct = 100 * 2.0 / 3; votes(6, 9, 66.67, "66,67%")(w) }, nil},
		{"seven of ten, exactly 70 per cent", func(w *world) {
			w.minutes.Members, w.minutes.Absent = num(10), num(2)
			votes(7, 10, 70, "70%")(w)
			tens(w)
		}, nil},
		{"of all members, printed of those present", votes(6, 8, 75, "75%"), []string{under}},
		{"of those present by the rule", func(w *world) { w.rules.VoteBase = "so_co_mat"; votes(6, 8, 75, "75%")(w) }, nil},
		{"of the valid votes by the rule", func(w *world) { w.rules.VoteBase = "phieu_hop_le"; votes(5, 7, 71.43, "71,43%")(w) }, nil},
		{"members not read, the council's size known", func(w *world) {
			w.minutes.Members, w.minutes.Absent, w.rules.Council = nil, nil, 9
			votes(6, 8, 75, "75%")(w)
		}, []string{under}},
		{
			"members not known at all", func(w *world) { w.minutes.Members, w.minutes.Absent = nil, nil; votes(5, 8, 62.5, "62,5%")(w) },
			[]string{"warn VOTES_UNDER_THRESHOLD Đoàn Sỹ Kiên"},
		},
		{
			"the number of members is doubtful", func(w *world) { votes(6, 9, 66.67, "66,67%")(w); w.minutes.Unsure = []string{"so_thanh_vien"} },
			[]string{"warn VOTES_UNDER_THRESHOLD Đoàn Sỹ Kiên", "note DOUBTFUL_VALUE bien_ban.pdf"},
		},
		{
			"the line is doubtful", func(w *world) { votes(6, 9, 66.67, "66,67%")(w); w.minutes.Nominees[3].Unsure = true },
			[]string{"warn VOTES_UNDER_THRESHOLD Đoàn Sỹ Kiên", "note DOUBTFUL_VALUE Đoàn Sỹ Kiên"},
		},
		{"no threshold stated", func(w *world) { w.rules.VotePct = 0; votes(1, 9, 11.11, "11,11%")(w) }, nil},

		{"digits exchanged", votes(8, 9, 98.88, "98,88%"), []string{wrong}},
		{"a hundredth too many", votes(8, 9, 88.91, "88,91%"), []string{wrong}},
		{"a hundredth of a point is rounding", func(w *world) {
			w.rules.VotePct, w.minutes.Members, w.minutes.Absent = 0, num(11), num(3)
			votes(2, 11, 18.19, "18,19%")(w)
		}, nil},
		{"rounded to one decimal", votes(8, 9, 88.9, "88,9%"), nil},
		{"rounded to a whole", votes(8, 9, 89, "89%"), nil},
		{"cut off, not rounded", votes(8, 9, 88.88, "88,88%"), nil},
		{"cut off to a whole", votes(8, 9, 88, "88%"), nil},
		{"rounded the wrong way", votes(8, 9, 90, "90%"), []string{wrong}},
		{"printed 88,90", votes(8, 9, 88.9, "88,90%"), []string{wrong}},
		{"nine of nine is a hundred", votes(9, 9, 99, "99%"), []string{"warn PERCENT_MISMATCH Đoàn Sỹ Kiên", "warn VOTES_IMPOSSIBLE Đoàn Sỹ Kiên"}},

		{"present and absent do not add up", func(w *world) { w.minutes.Absent = num(2) }, []string{"warn ATTENDANCE_MISMATCH bien_ban.pdf"}},
		{"more present than members", func(w *world) { w.minutes.Present, w.minutes.Absent = num(10), nil }, []string{"warn ATTENDANCE_MISMATCH bien_ban.pdf"}},
		{"all present, absent ones not told", func(w *world) { w.minutes.Present, w.minutes.Absent = num(9), nil }, nil},
		{"absent ones not told", func(w *world) { w.minutes.Absent = nil }, nil},
		{"a council of another size", func(w *world) { w.rules.Council = 11 }, []string{"warn ATTENDANCE_MISMATCH bien_ban.pdf"}},
		{"a council of that size", func(w *world) { w.rules.Council = 9 }, nil},
		{"under the quorum", func(w *world) {
			w.rules.Quorum = &campaign.Ratio{Num: 9, Den: 10}
		}, []string{"block QUORUM_NOT_MET bien_ban.pdf"}},
		{"at the quorum", func(w *world) { w.rules.Quorum = &campaign.Ratio{Num: 8, Den: 9} }, nil},
		{"under the quorum, doubtfully", func(w *world) {
			w.rules.Quorum = &campaign.Ratio{Num: 9, Den: 10}
			w.minutes.Unsure = []string{"so_co_mat"}
		}, []string{"warn QUORUM_NOT_MET bien_ban.pdf", "note DOUBTFUL_VALUE bien_ban.pdf"}},
		{"no quorum stated", func(w *world) {
			w.minutes.Present, w.minutes.Absent, w.rules.Written = num(3), num(6), true
		}, nil},

		{"more votes than were cast", votes(9, 8, 112.5, "112,5%"), []string{"warn VOTES_IMPOSSIBLE Đoàn Sỹ Kiên"}},
		{"more votes than present", votes(9, 9, 100, "100%"), []string{"warn VOTES_IMPOSSIBLE Đoàn Sỹ Kiên"}},
		{"more votes than members, the denominator not printed", func(w *world) {
			w.rules.Written = true
			w.minutes.Nominees[3].VotesFor, w.minutes.Nominees[3].VotesOf, w.minutes.Nominees[3].Percent = num(10), nil, nil
		}, []string{"warn VOTES_IMPOSSIBLE Đoàn Sỹ Kiên"}},
		{"as many votes as members, the denominator not printed", func(w *world) {
			w.rules.Written = true
			w.minutes.Nominees[3].VotesFor, w.minutes.Nominees[3].VotesOf, w.minutes.Nominees[3].Percent = num(9), nil, nil
		}, nil},
		{"absent members wrote", func(w *world) { w.rules.Written = true; votes(9, 9, 100, "100%")(w) }, nil},
		{"more votes cast than members", votes(8, 10, 80, "80%"), []string{"warn VOTES_IMPOSSIBLE Đoàn Sỹ Kiên"}},

		{
			"no number of votes", func(w *world) {
				w.minutes.Nominees[3].VotesFor, w.minutes.Nominees[3].VotesOf, w.minutes.Nominees[3].Percent = nil, nil, nil
			},
			[]string{"note VOTE_UNKNOWN Đoàn Sỹ Kiên"},
		},
		{"a percentage alone", func(w *world) { w.minutes.Nominees[3].VotesFor, w.minutes.Nominees[3].VotesOf = nil, nil }, nil},
		{"a percentage alone, too low", func(w *world) {
			w.minutes.Nominees[3].VotesFor, w.minutes.Nominees[3].VotesOf, w.minutes.Nominees[3].Percent = nil, nil, percent(60)
		}, []string{under}},
		{"a percentage alone, too low, of those present", func(w *world) {
			w.rules.VoteBase = "so_co_mat"
			w.minutes.Nominees[3].VotesFor, w.minutes.Nominees[3].VotesOf, w.minutes.Nominees[3].Percent = nil, nil, percent(60)
		}, []string{"warn VOTES_UNDER_THRESHOLD Đoàn Sỹ Kiên"}},
	}
}

// tens gives the other lines eight of ten votes.
func tens(w *world) {
	for i := range w.minutes.Nominees[:3] {
		l := &w.minutes.Nominees[i]
		l.VotesFor, l.VotesOf, l.Percent, l.Evidence = num(8), num(10), percent(80), map[string]reading.Evidence{}
	}
}
