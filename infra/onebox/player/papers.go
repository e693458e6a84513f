package player

import (
	"fmt"
	"time"

	"hoso/infra/onebox/player/pdfs"
)

// Places of files in a dossier, as the public interface names them.
const (
	slotLetter  = "to_trinh"
	slotMinutes = "bien_ban"
	slotReport  = "bao_cao"
)

// Paper is a file of a dossier with its place.
type Paper struct {
	File
	Slot string
}

// written are the papers of a revision as data.
type written struct {
	letter  pdfs.Letter
	minutes pdfs.Minutes
	reports []pdfs.Report
}

// written gives the papers of a case as of day, the server's day when the
// round opened. Revision 1 of a faulty case has its faults; later ones do not.
func (c Case) written(day time.Time, revision int) written {
	met := day.AddDate(0, 0, -8).Truncate(24 * time.Hour).Add(14 * time.Hour)
	faulty := c.Faulty && revision == 1
	w := written{
		letter: pdfs.Letter{
			From: c.Office, Number: fmt.Sprint(100 + len(c.Key)*3), Date: day.AddDate(0, 0, -5), Campaign: campaign(), Minutes: fmt.Sprint(20 + len(c.Key)),
			Met: met, Nominees: c.Nominees, Collectives: -1, Individuals: -1, Hand: c.Scan,
		},
		minutes: pdfs.Minutes{
			From: c.Office, Number: fmt.Sprint(20 + len(c.Key)), Met: met, Campaign: campaign(), Room: "Phòng họp số 1, trụ sở cơ quan",
			Members: c.Members, Present: c.Present, Chair: c.Chair, ChairJob: "Chủ tịch Hội đồng", Secretary: c.Secretary, SecJob: "Thư ký Hội đồng",
		},
	}
	for i, n := range c.Nominees {
		v := pdfs.Voted{Nominee: n, For: c.Present, Of: c.Members}
		if i == 0 && c.Renamed != "" {
			v.Name = c.Renamed
		}
		w.minutes.Votes = append(w.minutes.Votes, v)
		w.reports = append(w.reports, pdfs.Report{From: c.Office, Date: day.AddDate(0, 0, -12), Campaign: campaign(), Nominee: n, Unconfirmed: faulty && i == 0})
	}
	if faulty {
		// One nominee is listed, two are stated; the minutes are not signed and
		// print a wrong share; the report is not confirmed.
		w.letter.Individuals = len(c.Nominees) + 1
		w.minutes.Unsigned = true
		w.minutes.Votes[0].Printed = "99,99%"
	}
	return w
}

// Papers writes the files of a case: letter, minutes, and a report a nominee.
func (c Case) Papers(day time.Time, revision int) ([]Paper, error) {
	w := c.written(day, revision)
	write := pdfs.Write
	if c.Scan {
		write = func(p ...pdfs.Paper) ([]byte, error) { return pdfs.Scan(uint64(len(c.Key)), p...) }
	}
	var out []Paper
	add := func(slot, name string, p pdfs.Paper) error {
		raw, err := write(p)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if revision > 1 {
			name += fmt.Sprintf(" (sửa lần %d)", revision-1)
		}
		out = append(out, Paper{File{name + ".pdf", raw}, slot})
		return nil
	}
	if err := add(slotLetter, "Tờ trình "+c.Key, w.letter); err != nil {
		return nil, err
	}
	if err := add(slotMinutes, "Biên bản họp xét "+c.Key, w.minutes); err != nil {
		return nil, err
	}
	for i, r := range w.reports {
		if err := add(slotReport, fmt.Sprintf("Báo cáo thành tích %02d", i+1), r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// decisionPaper is the Chairman's decision on the nominees.
func decisionPaper(number string, day time.Time, list []pdfs.Nominee) (File, error) {
	raw, err := pdfs.Write(pdfs.Decision{From: province(), Number: number, Date: day, Campaign: campaign(), Nominees: list})
	return File{Name: "Quyết định khen thưởng.pdf", Bytes: raw}, err
}
