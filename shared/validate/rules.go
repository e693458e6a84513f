package validate

import (
	"fmt"
	"math"
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/viettext"
)

// article is where a rule comes from; see domain.md sections 2.2, 2.5 and 3.6
// for how appraisers apply it.
const (
	sourceParts   = "Luật Thi đua, khen thưởng 2022, Điều 84 khoản 2; kế hoạch phong trào, mục hồ sơ"
	sourceAgree   = "Nghiệp vụ thẩm định: ba tài liệu phải thống nhất"
	sourceVotes   = "Quy định về tỷ lệ phiếu của đợt"
	sourceSigning = "Nghị định 30/2020/NĐ-CP, Điều 8 và Phụ lục I"
)

// at begins a finding on one document.
func at(p part, code string, s dossier.Severity) dossier.Finding {
	return dossier.Finding{Code: code, Severity: s, File: p.file.Name, Document: p.file.ID, Page: p.doc.Pages[0]}
}

// quote adds the place and words a value was read from.
func quote(f dossier.Finding, p part, field string) dossier.Finding {
	if ev, ok := p.doc.Evidence[field]; ok {
		f.Quote = ev.Quote
		if ev.Page > 0 {
			f.Page = ev.Page
		}
	}
	f.Doubtful = f.Doubtful || p.unsure(field)
	return f
}

func unusableFiles(c *dossierCase, _ Rules) []dossier.Finding {
	var out []dossier.Finding
	for _, f := range c.files {
		if f.Problem == nil {
			continue
		}
		s := dossier.Block
		if f.Problem.Code == "needs-person" {
			if len(f.Reading.Documents) > 0 {
				continue
			}
			s = dossier.Warn
		}
		out = append(out, dossier.Finding{Code: "FILE_UNUSABLE", Severity: s, File: f.Name, Document: f.ID, Page: f.Problem.Page,
			Found: f.Problem.Code, Rule: "R01", Source: sourceParts, Message: f.Problem.Sentence,
			Fix: "Thay tệp này bằng một bản PDF đọc được, hoặc bỏ tệp nếu không cần."})
	}
	return out
}

func parts(c *dossierCase, _ Rules) []dossier.Finding {
	var out []dossier.Finding
	missing := func(code, what, fix string) {
		out = append(out, dossier.Finding{Code: code, Severity: dossier.Block, Expected: what, Rule: "R01", Source: sourceParts,
			Message: "Hồ sơ thiếu " + what + ".", Fix: fix, Doubtful: c.blind})
	}
	if len(c.letters) == 0 {
		missing("MISSING_LETTER", "tờ trình đề nghị khen thưởng", "Bổ sung tờ trình có số, ngày, chữ ký và danh sách đề nghị.")
	}
	if len(c.minutes) == 0 {
		missing("MISSING_MINUTES", "biên bản họp xét đề nghị khen thưởng", "Bổ sung biên bản họp xét có chữ ký của chủ trì và thư ký.")
	}
	if len(c.reports) == 0 {
		missing("MISSING_REPORTS", "báo cáo thành tích", "Bổ sung một báo cáo thành tích cho mỗi tập thể, cá nhân được đề nghị.")
	}
	if len(c.letters) > 1 {
		out = append(out, withText(at(c.letters[1], "EXTRA_LETTER", dossier.Warn), "R01", sourceParts,
			"Hồ sơ có nhiều hơn một tờ trình; chỉ tờ trình đầu được dùng để lấy danh sách.", "Chỉ giữ một tờ trình trong hồ sơ."))
	}
	return out
}

// nobody blocks a dossier in which there is nobody to decide on. It never
// rests on a doubtful reading: the unit can type the list.
func nobody(c *dossierCase, _ Rules) []dossier.Finding {
	if len(c.nominees()) > 0 {
		return nil
	}
	return []dossier.Finding{{Code: "NO_NOMINEES", Severity: dossier.Block, Rule: "R02", Source: sourceAgree,
		Message: "Chưa có tập thể, cá nhân nào được xác định là người được đề nghị.",
		Fix:     "Mở tờ trình ở trang kiểm tra và nhập danh sách đề nghị nếu máy chưa đọc được."}}
}

func withText(f dossier.Finding, rule, source, message, fix string) dossier.Finding {
	f.Rule, f.Source, f.Message, f.Fix = rule, source, message, fix
	return f
}

func wrongPlaces(c *dossierCase, _ Rules) []dossier.Finding {
	var out []dossier.Finding
	for i := range c.files {
		f := &c.files[i]
		if len(f.Reading.Documents) == 0 {
			continue
		}
		kinds := map[reading.Kind]bool{}
		for _, d := range f.Reading.Documents {
			kinds[d.Kind] = true
		}
		p := part{file: f, doc: &f.Reading.Documents[0]}
		if len(kinds) > 1 {
			out = append(out, withText(at(p, "MULTI_DOCUMENT_PDF", dossier.Warn), "R01", sourceParts,
				"Một tệp chứa nhiều loại tài liệu khác nhau.", "Tách mỗi loại tài liệu thành một tệp riêng."))
		}
		if f.Slot != "" && f.Slot != dossier.Other && !kinds[reading.Kind(f.Slot)] {
			fd := at(p, "WRONG_DOCUMENT", dossier.Block)
			fd.Expected, fd.Found = dossier.SlotName(f.Slot), reading.KindLabel(p.doc.Kind)
			fd.Doubtful = p.unsure("kind")
			out = append(out, withText(fd, "R01", sourceParts,
				fmt.Sprintf("Tệp ở vị trí “%s” nhưng nội dung là “%s”.", fd.Expected, fd.Found), "Chuyển tệp về đúng loại hoặc thay bằng đúng tài liệu."))
		}
	}
	return out
}

func stateCounts(c *dossierCase, _ Rules) []dossier.Finding {
	p, ok := c.letter()
	if !ok {
		return nil
	}
	var out []dossier.Finding
	check := func(stated *int, kind reading.NomineeKind, field string) {
		if stated == nil {
			return
		}
		n := 0
		for _, nom := range p.doc.Nominees {
			if nom.Kind == kind {
				n++
			}
		}
		if *stated == n {
			return
		}
		f := quote(at(p, "COUNT_MISMATCH", dossier.Block), p, field)
		f.Loai, f.Expected, f.Found = dossier.Kind(kind), fmt.Sprint(*stated), fmt.Sprint(n)
		f.Doubtful = f.Doubtful || p.unsure("nominees")
		out = append(out, withText(f, "R02", sourceAgree,
			fmt.Sprintf("Tờ trình ghi %d %s nhưng danh sách có %d.", *stated, strings.ToLower(dossier.KindName(f.Loai)), n),
			"Sửa số lượng trong câu đề nghị hoặc sửa danh sách cho khớp."))
	}
	check(p.doc.StatedCollectives, reading.Collective, "so_luong_tap_the")
	check(p.doc.StatedIndividuals, reading.Individual, "so_luong_ca_nhan")
	return out
}

func lists(c *dossierCase, _ Rules) []dossier.Finding {
	p, ok := c.letter()
	if !ok || len(c.minutes) == 0 {
		return nil
	}
	var out []dossier.Finding
	doubtful := c.blind
	for _, m := range c.minutes {
		doubtful = doubtful || m.unsure("nominees")
	}
	for _, n := range p.doc.Nominees {
		if _, _, ok := c.voteOf(n); ok {
			continue
		}
		f := at(c.minutes[0], "NOMINEE_NOT_IN_MINUTES", dossier.Block)
		f.Nominee, f.Loai, f.Expected = n.Name, dossier.Kind(n.Kind), n.Name
		f.Doubtful = doubtful || n.Unsure
		out = append(out, withText(f, "R03", sourceAgree,
			fmt.Sprintf("“%s” có trong tờ trình nhưng không có trong biên bản họp xét.", n.Name), "Bổ sung vào biên bản hoặc bỏ khỏi tờ trình; tên phải viết giống nhau."))
	}
	return out
}

func reports(c *dossierCase, _ Rules) []dossier.Finding {
	var out []dossier.Finding
	p, ok := c.letter()
	if ok && len(c.reports) > 0 {
		for _, n := range p.doc.Nominees {
			if _, ok := c.reportOf(n); ok {
				continue
			}
			f := at(p, "MISSING_REPORT", dossier.Block)
			f.Nominee, f.Loai = n.Name, dossier.Kind(n.Kind)
			f.Doubtful = c.blind || n.Unsure || anyUnsure(c.reports, "ten")
			out = append(out, withText(f, "R01", sourceParts,
				fmt.Sprintf("Không có báo cáo thành tích của “%s”.", n.Name), "Bổ sung báo cáo thành tích có xác nhận của thủ trưởng đơn vị."))
		}
	}
	for _, rep := range c.reports {
		if ok && len(p.doc.Nominees) > 0 && rep.doc.Name != "" && !inList(p.doc.Nominees, rep.doc) {
			f := quote(at(rep, "REPORT_WITHOUT_NOMINEE", dossier.Warn), rep, "ten")
			f.Found = rep.doc.Name
			f.Doubtful = f.Doubtful || p.unsure("nominees")
			out = append(out, withText(f, "R03", sourceAgree, fmt.Sprintf("Báo cáo của “%s” nhưng tờ trình không đề nghị.", rep.doc.Name),
				"Kiểm tra tên trong báo cáo và trong tờ trình."))
		}
		if rep.doc.Confirmed != nil && !*rep.doc.Confirmed {
			f := quote(at(rep, "MISSING_CONFIRMATION", dossier.Block), rep, "xac_nhan")
			out = append(out, withText(f, "R11", sourceParts, "Báo cáo chưa có xác nhận (ký, đóng dấu) của thủ trưởng đơn vị hoặc cấp trình.",
				"Xin xác nhận rồi tải lên bản đã xác nhận."))
		}
	}
	return out
}

func anyUnsure(ps []part, field string) bool {
	for _, p := range ps {
		if p.unsure(field) {
			return true
		}
	}
	return false
}

func inList(list []reading.Nominee, d *reading.Document) bool {
	for _, n := range list {
		if same(n.Name, d.Name, n.Kind) {
			return true
		}
	}
	return false
}

func duplicates(c *dossierCase, _ Rules) []dossier.Finding {
	p, ok := c.letter()
	if !ok {
		return nil
	}
	var out []dossier.Finding
	for i, a := range p.doc.Nominees {
		for _, b := range p.doc.Nominees[i+1:] {
			if a.Kind != b.Kind || viettext.LooseKey(a.Name) != viettext.LooseKey(b.Name) || !oneUnit(a, b) {
				continue
			}
			f := at(p, "DUPLICATE_NOMINEE", dossier.Warn)
			f.Names, f.Loai = []string{a.Name, b.Name}, dossier.Kind(a.Kind)
			out = append(out, withText(f, "R12", sourceAgree, fmt.Sprintf("“%s” và “%s” có thể là một.", a.Name, b.Name),
				"Bỏ một dòng nếu trùng; nếu là hai người, ghi thêm ngày sinh hoặc đơn vị để phân biệt."))
		}
	}
	return out
}

func oneUnit(a, b reading.Nominee) bool {
	return a.Unit == "" || b.Unit == "" || viettext.CompareBodies(a.Unit, b.Unit) == viettext.Same
}

func votes(c *dossierCase, r Rules) []dossier.Finding {
	var out []dossier.Finding
	for _, m := range c.minutes {
		for _, n := range m.doc.Nominees {
			if n.VotesFor == nil {
				continue
			}
			out = append(out, voteFindings(m, n, r)...)
		}
	}
	return out
}

func voteFindings(m part, n reading.Nominee, r Rules) []dossier.Finding {
	var out []dossier.Finding
	doubtful := n.Unsure || m.unsure("nominees")
	if n.Percent != nil && n.VotesOf != nil && *n.VotesOf > 0 {
		want := 100 * float64(*n.VotesFor) / float64(*n.VotesOf)
		if math.Abs(want-*n.Percent) > 0.05+1e-9 && math.Abs(math.Trunc(want*100)/100-*n.Percent) > 0.01 {
			f := at(m, "PERCENT_MISMATCH", dossier.Warn)
			f.Nominee, f.Expected, f.Found, f.Doubtful = n.Name, percent(want), percent(*n.Percent), doubtful
			out = append(out, withText(f, "R09", sourceAgree, fmt.Sprintf("Tỷ lệ phiếu của “%s” ghi %s%% nhưng %d/%d phiếu là %s%%.",
				n.Name, f.Found, *n.VotesFor, *n.VotesOf, f.Expected), "Sửa tỷ lệ hoặc số phiếu trong biên bản."))
		}
	}
	base := voteBase(m, n, r)
	if r.VotePct > 0 && base > 0 && 100*float64(*n.VotesFor) < r.VotePct*float64(base)-1e-9 {
		f := at(m, "VOTES_UNDER_THRESHOLD", dossier.Block)
		f.Nominee, f.Expected = n.Name, fmt.Sprintf("≥ %s%%", percent(r.VotePct))
		f.Found = fmt.Sprintf("%d/%d", *n.VotesFor, base)
		f.Doubtful = doubtful || m.unsure("so_thanh_vien") || m.unsure("so_co_mat")
		out = append(out, withText(f, "R09", sourceVotes, fmt.Sprintf("“%s” được %s phiếu, dưới mức %s%% của đợt.", n.Name, f.Found, percent(r.VotePct)),
			"Chỉ đề nghị tập thể, cá nhân đủ tỷ lệ phiếu; nếu biên bản ghi sai, sửa biên bản."))
	}
	return out
}

// voteBase is the number the votes are a share of, by the rule set.
func voteBase(m part, n reading.Nominee, r Rules) int {
	switch {
	case r.VoteBase == "tong_thanh_vien" && m.doc.Members != nil:
		return *m.doc.Members
	case r.VoteBase == "tong_thanh_vien" && r.Council > 0:
		return r.Council
	case r.VoteBase == "so_co_mat" && m.doc.Present != nil:
		return *m.doc.Present
	case n.VotesOf != nil:
		return *n.VotesOf
	}
	return 0
}

// percent writes a percentage the Vietnamese way, at most two decimals.
func percent(v float64) string {
	s := strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.2f", v), "0"), ".")
	return strings.ReplaceAll(s, ".", ",")
}

func dates(c *dossierCase, _ Rules) []dossier.Finding {
	p, ok := c.letter()
	if !ok || p.doc.IssuedOn == "" {
		return nil
	}
	var out []dossier.Finding
	for _, m := range c.minutes {
		if m.doc.MetOn == "" || m.doc.MetOn <= p.doc.IssuedOn {
			continue
		}
		f := quote(at(m, "MINUTES_AFTER_LETTER", dossier.Block), m, "ngay_hop")
		f.Expected, f.Found = "≤ "+p.doc.IssuedOn, m.doc.MetOn
		f.Doubtful = f.Doubtful || p.unsure("ngay_ban_hanh")
		out = append(out, withText(f, "R06", sourceAgree, "Biên bản họp sau ngày ký tờ trình.", "Kiểm tra ngày họp và ngày tờ trình; họp xét phải trước khi trình."))
	}
	return out
}

func signatures(c *dossierCase, _ Rules) []dossier.Finding {
	var out []dossier.Finding
	for _, p := range append(append([]part{}, c.letters...), c.minutes...) {
		if p.doc.Signed == nil || *p.doc.Signed {
			continue
		}
		f := quote(at(p, "MISSING_SIGNATURE", dossier.Block), p, "da_ky")
		out = append(out, withText(f, "R16", sourceSigning, reading.KindLabel(p.doc.Kind)+" chưa có chữ ký hoặc dấu.", "Tải lên bản đã ký, đóng dấu."))
	}
	return out
}

func nominationCap(c *dossierCase, r Rules) []dossier.Finding {
	p, ok := c.letter()
	if !ok || r.Cap == nil {
		return nil
	}
	var out []dossier.Finding
	for _, kind := range dossier.Kinds() {
		limit, stated := r.Cap[kind]
		n := 0
		for _, nom := range p.doc.Nominees {
			if dossier.Kind(nom.Kind) == kind {
				n++
			}
		}
		if !stated || n <= limit {
			continue
		}
		f := at(p, "OVER_QUOTA", dossier.Block)
		f.Loai, f.Expected, f.Found, f.Doubtful = kind, fmt.Sprintf("≤ %d", limit), fmt.Sprint(n), p.unsure("nominees")
		out = append(out, withText(f, "R15", "Mức giới hạn đề nghị của đợt", fmt.Sprintf("Đề nghị %d %s, vượt mức %d.", n, strings.ToLower(dossier.KindName(kind)), limit),
			"Rút bớt số lượng đề nghị theo mức của đợt."))
	}
	return out
}

// doubts asks a person about each value that was not read with certainty.
func doubts(c *dossierCase, _ Rules) []dossier.Finding {
	var out []dossier.Finding
	for _, ps := range [][]part{c.letters, c.minutes, c.reports} {
		for _, p := range ps {
			for _, field := range p.doc.Unsure {
				f := quote(at(p, "DOUBTFUL_VALUE", dossier.Note), p, field)
				f.Names = []string{field}
				out = append(out, withText(f, "R00", "Đọc máy", "Máy chưa đọc chắc một giá trị trong tài liệu này.", "Xem vị trí trên trang và xác nhận hoặc sửa giá trị."))
			}
		}
	}
	return out
}
