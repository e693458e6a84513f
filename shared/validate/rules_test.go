package validate_test

import (
	"os"
	"regexp"
	"testing"

	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/validate"
)

// Every rule is held to what it must say and to what it must leave alone; each
// case lists all that is said of the dossier, so that a false alarm of another
// rule shows.

func TestNothingIsSaidOfASoundDossier(t *testing.T) {
	check(t, rulesOn(t, "2023-11-20"), []one{{name: "sound"}})
}

func TestParts(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), partCases()) }

func partCases() []one {
	unread := func(name string) func(w *world) {
		return func(w *world) {
			f := w.named(name)
			f.Reading.Pages[0].Quality, f.Reading.Documents = reading.Scan, nil
		}
	}
	return []one{
		{"no letter", func(w *world) { w.drop("to_trinh.pdf") }, []string{"block MISSING_LETTER"}},
		{"no minutes", func(w *world) { w.drop("bien_ban.pdf") }, []string{"block MISSING_MINUTES"}},
		{"no reports", func(w *world) { w.files = w.files[:2] }, []string{
			"block MISSING_REPORT Trung tâm Dịch vụ nông nghiệp", "block MISSING_REPORT Phòng Tài chính - Kế hoạch", "block MISSING_REPORT Phạm Thành Quảng", "block MISSING_REPORT Đoàn Sỹ Kiên",
		}},
		{"nothing at all", func(w *world) { w.files = nil }, []string{"block MISSING_LETTER", "block MISSING_MINUTES", "block MISSING_REPORTS", "block NO_NOMINEES"}},
		{"one report missing", func(w *world) { w.drop("bao_cao_03.pdf") }, []string{"block MISSING_REPORT Phạm Thành Quảng"}},
		{
			"one report missing, the list doubtful", func(w *world) { w.drop("bao_cao_03.pdf"); w.letter.Unsure = []string{"nominees"} },
			[]string{"warn MISSING_REPORT Phạm Thành Quảng", "note DOUBTFUL_VALUE to_trinh.pdf"},
		},
		{
			"one report missing, another's name doubtful", func(w *world) { w.drop("bao_cao_03.pdf"); w.reports[0].Unsure = []string{"ten"} },
			[]string{"warn MISSING_REPORT Phạm Thành Quảng", "note DOUBTFUL_VALUE bao_cao_01.pdf"},
		},
		{"one report is a scan", unread("bao_cao_03.pdf"), []string{"warn PAGES_UNREAD bao_cao_03.pdf"}},
		{"the minutes are a scan", unread("bien_ban.pdf"), []string{"warn PAGES_UNREAD bien_ban.pdf"}},
		{
			"a scan in another place hides perhaps the minutes", func(w *world) { w.drop("bien_ban.pdf"); unread("bao_cao_03.pdf")(w) },
			[]string{"warn PAGES_UNREAD bao_cao_03.pdf", "warn MISSING_MINUTES"},
		},
		{
			"a scan without a place may be the minutes", func(w *world) {
				w.drop("bien_ban.pdf")
				unread("bao_cao_03.pdf")(w)
				w.named("bao_cao_03.pdf").Slot = ""
			},
			[]string{"warn PAGES_UNREAD bao_cao_03.pdf"},
		},
		{"a scan that a person read", func(w *world) {
			w.named("bien_ban.pdf").Reading.Pages[0].Quality = reading.Scan
			w.minutes.Evidence["ngay_hop"] = reading.Evidence{Source: reading.FromPerson}
		}, nil},
		{"two letters", func(w *world) { w.file("to_trinh_2.pdf", dossier.Letter, w.letter, "bản khác") }, []string{"warn EXTRA_LETTER to_trinh_2.pdf"}},
		{"minutes in the letter's place", func(w *world) { w.named("bien_ban.pdf").Slot = dossier.Letter }, []string{"block WRONG_DOCUMENT bien_ban.pdf"}},
		{
			"its kind is doubtful", func(w *world) { w.named("bien_ban.pdf").Slot = dossier.Letter; w.minutes.Unsure = []string{"kind"} },
			[]string{"warn WRONG_DOCUMENT bien_ban.pdf", "note DOUBTFUL_VALUE bien_ban.pdf"},
		},
		{"a file in the place for others", func(w *world) { w.named("bien_ban.pdf").Slot = dossier.Other }, nil},
		{"no places given", func(w *world) {
			for _, f := range w.files {
				f.Slot = ""
			}
		}, nil},
		{"letter and minutes in one file", func(w *world) {
			f, m := w.named("to_trinh.pdf"), w.named("bien_ban.pdf").Reading.Pages[0]
			m.N, w.minutes.Pages = 2, [2]int{2, 2}
			f.Reading.Documents, f.Reading.Pages = append(f.Reading.Documents, *w.minutes), append(f.Reading.Pages, m)
			w.drop("bien_ban.pdf")
		}, []string{"warn MULTI_DOCUMENT_PDF to_trinh.pdf"}},
		{"reports in one file", func(w *world) {
			f, p := w.named("bao_cao_01.pdf"), w.named("bao_cao_02.pdf").Reading.Pages[0]
			p.N, w.reports[1].Pages = 2, [2]int{2, 2}
			f.Reading.Documents, f.Reading.Pages = append(f.Reading.Documents, *w.reports[1]), append(f.Reading.Pages, p)
			w.drop("bao_cao_02.pdf")
		}, nil},
		{"reports that share a page", func(w *world) {
			f := w.named("bao_cao_01.pdf")
			f.Reading.Documents = append(f.Reading.Documents, *w.reports[1])
			w.drop("bao_cao_02.pdf")
		}, nil},
		{"a report of nobody named", func(w *world) { w.reports[3].Name = "" }, []string{"warn INCOMPLETE bao_cao_04.pdf", "warn MISSING_REPORT Đoàn Sỹ Kiên"}},
		{"a person's report without unit and post", func(w *world) { w.reports[3].Unit, w.reports[3].Position = "", "" }, []string{"warn INCOMPLETE Đoàn Sỹ Kiên"}},
		{"a person's report without a post", func(w *world) { w.reports[3].Position = "" }, nil},
		{"minutes that say who was there only", func(w *world) { w.minutes.Members, w.minutes.Absent = nil, nil; w.rules.VotePct = 0 }, nil},
		{"minutes that do not say who was there", func(w *world) { w.minutes.Members, w.minutes.Present, w.minutes.Absent = nil, nil, nil }, []string{"warn INCOMPLETE bien_ban.pdf"}},
		{
			"somebody missing in minutes beside a scanned report", func(w *world) { unread("bao_cao_03.pdf")(w); w.minutes.Nominees = w.minutes.Nominees[:3] },
			[]string{"block NOMINEE_NOT_IN_MINUTES Đoàn Sỹ Kiên", "warn PAGES_UNREAD bao_cao_03.pdf"},
		},
		{"somebody missing in minutes with an unread page", func(w *world) {
			w.minutes.Nominees = w.minutes.Nominees[:3]
			f := w.named("bien_ban.pdf")
			f.Reading.Pages = append(f.Reading.Pages, reading.Page{N: 2, Quality: reading.Scan})
		}, []string{"warn PAGES_UNREAD bien_ban.pdf", "warn NOMINEE_NOT_IN_MINUTES Đoàn Sỹ Kiên"}},
		{"somebody missing in minutes beside a scan of anything", func(w *world) {
			w.minutes.Nominees = w.minutes.Nominees[:3]
			unread("bao_cao_03.pdf")(w)
			w.named("bao_cao_03.pdf").Slot = dossier.Other
		}, []string{"warn PAGES_UNREAD bao_cao_03.pdf", "warn NOMINEE_NOT_IN_MINUTES Đoàn Sỹ Kiên", "warn MISSING_REPORT Phạm Thành Quảng"}},
		{"somebody missing in minutes beside a file left to a person", func(w *world) {
			w.minutes.Nominees = w.minutes.Nominees[:3]
			w.files = append(w.files, &validate.File{Name: "khac.pdf", Slot: dossier.Other, Problem: &dossier.Problem{Code: "needs-person"}})
		}, []string{"warn PAGES_UNREAD khac.pdf", "warn NOMINEE_NOT_IN_MINUTES Đoàn Sỹ Kiên"}},
		{"one file twice", func(w *world) { w.named("bao_cao_01.pdf").SHA256 = "sha-bien_ban.pdf" }, []string{"note SAME_FILE bien_ban.pdf+bao_cao_01.pdf"}},
		{"files without a hash", func(w *world) { w.named("bao_cao_01.pdf").SHA256, w.named("bien_ban.pdf").SHA256 = "", "" }, nil},
	}
}

func TestUnusableFiles(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), unusableCases()) }

func unusableCases() []one {
	broken := func(code string) func(w *world) {
		return func(w *world) {
			f := w.named("bao_cao_03.pdf")
			f.Reading.Documents, f.Reading.Pages = nil, nil
			f.Problem = &dossier.Problem{Code: code, Sentence: "Tệp có mật khẩu."}
		}
	}
	return []one{
		{"a password", broken(reading.CodePassword), []string{"block FILE_UNUSABLE bao_cao_03.pdf"}},
		{"the reader was stopped", broken(reading.CodeTimeout), []string{"warn FILE_UNUSABLE bao_cao_03.pdf"}},
		{"the reader fell over", broken(validate.ReadFailed), []string{"warn FILE_UNUSABLE bao_cao_03.pdf"}},
		{"left to a person", broken("needs-person"), []string{"warn PAGES_UNREAD bao_cao_03.pdf"}},
		{"a secrecy mark seen by the reader", broken(reading.CodeSecret), []string{"block SECRET_MARK bao_cao_03.pdf"}},
		{"refused by its reading alone", func(w *world) {
			f := w.named("bao_cao_03.pdf")
			f.Reading.Documents = nil
			f.Reading.Problems = []reading.Problem{reading.NewProblem(reading.CodeDamaged, 0, "")}
		}, []string{"block FILE_UNUSABLE bao_cao_03.pdf"}},
		{"a secrecy mark", func(w *world) { w.letter.Secrecy = "MẬT" }, []string{"block SECRET_MARK to_trinh.pdf"}},
		{
			"perhaps a secrecy mark", func(w *world) { w.letter.Secrecy = "MẬT"; w.letter.Unsure = []string{"do_mat"} },
			[]string{"warn SECRET_MARK to_trinh.pdf", "note DOUBTFUL_VALUE to_trinh.pdf"},
		},
		{"hidden text", func(w *world) {
			w.named("to_trinh.pdf").Reading.Problems = []reading.Problem{reading.NewProblem(reading.CodeWhiteText, 1, "")}
		}, []string{"warn HIDDEN_TEXT to_trinh.pdf"}},
		{"a restricted file", func(w *world) {
			w.named("to_trinh.pdf").Reading.Problems = []reading.Problem{reading.NewProblem(reading.CodeRestricted, 0, "")}
		}, nil},
	}
}

func TestCountsAndLists(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), listCases()) }

func listCases() []one {
	return []one{
		{"more stated than listed", func(w *world) { w.letter.StatedCollectives = num(3) }, []string{"block COUNT_MISMATCH to_trinh.pdf"}},
		{"fewer stated than listed", func(w *world) { w.letter.StatedIndividuals = num(1) }, []string{"block COUNT_MISMATCH to_trinh.pdf"}},
		{"none stated, some listed", func(w *world) { w.letter.StatedIndividuals = num(0) }, []string{"block COUNT_MISMATCH to_trinh.pdf"}},
		{"left blank", func(w *world) { w.letter.StatedCollectives, w.letter.StatedIndividuals = nil, nil }, nil},
		{
			"the number is doubtful", func(w *world) { w.letter.StatedIndividuals = num(1); w.letter.Unsure = []string{"so_luong_ca_nhan"} },
			[]string{"warn COUNT_MISMATCH to_trinh.pdf", "note DOUBTFUL_VALUE to_trinh.pdf"},
		},
		{
			"a line of the list is doubtful", func(w *world) { w.letter.StatedIndividuals = num(1); w.letter.Nominees[3].Unsure = true },
			[]string{"warn COUNT_MISMATCH to_trinh.pdf", "note DOUBTFUL_VALUE Đoàn Sỹ Kiên"},
		},
		{"a page of the letter was not read", func(w *world) {
			w.letter.StatedIndividuals, w.letter.Pages = num(3), [2]int{1, 2}
			f := w.named("to_trinh.pdf")
			f.Reading.Pages = append(f.Reading.Pages, reading.Page{N: 2, Quality: reading.Scan})
		}, []string{"warn PAGES_UNREAD to_trinh.pdf", "warn COUNT_MISMATCH to_trinh.pdf"}},
		{"an empty page is no unread page", func(w *world) {
			w.letter.StatedIndividuals, w.letter.Pages = num(3), [2]int{1, 2}
			f := w.named("to_trinh.pdf")
			f.Reading.Pages = append(f.Reading.Pages, reading.Page{N: 2, Quality: reading.Empty})
		}, []string{"block COUNT_MISMATCH to_trinh.pdf"}},
		{"nobody listed", func(w *world) {
			w.letter.Nominees, w.letter.StatedCollectives, w.letter.StatedIndividuals = nil, nil, nil
			w.minutes.Nominees = nil
		}, []string{"block NO_NOMINEES", "warn INCOMPLETE bien_ban.pdf"}},
		{"not in the minutes", func(w *world) { w.minutes.Nominees = w.minutes.Nominees[:3] }, []string{"block NOMINEE_NOT_IN_MINUTES Đoàn Sỹ Kiên"}},
		{
			"not in minutes of which the list is doubtful", func(w *world) { w.minutes.Nominees = w.minutes.Nominees[:3]; w.minutes.Unsure = []string{"nominees"} },
			[]string{"warn NOMINEE_NOT_IN_MINUTES Đoàn Sỹ Kiên", "note DOUBTFUL_VALUE bien_ban.pdf"},
		},
		{"no line of the minutes was read", func(w *world) { w.minutes.Nominees = nil }, []string{
			"warn NOMINEE_NOT_IN_MINUTES Trung tâm Dịch vụ nông nghiệp", "warn NOMINEE_NOT_IN_MINUTES Phòng Tài chính - Kế hoạch",
			"warn NOMINEE_NOT_IN_MINUTES Phạm Thành Quảng", "warn NOMINEE_NOT_IN_MINUTES Đoàn Sỹ Kiên",
		}},
		{
			"another person: Kiên and Kiến", func(w *world) { w.minutes.Nominees[3].Name = "Đoàn Sỹ Kiến" },
			[]string{"block NOMINEE_NOT_IN_MINUTES Đoàn Sỹ Kiên", "note NOMINEE_NOT_IN_LETTER Đoàn Sỹ Kiến"},
		},
		{"another place of the tone", func(w *world) {
			w.letter.Nominees[3].Name, w.minutes.Nominees[3].Name, w.reports[3].Name = "Đoàn Thúy Hòa", "Đoàn Thuý Hoà", "ĐOÀN THÚY HOÀ"
		}, nil},
		{"sỹ and sĩ", func(w *world) { w.minutes.Nominees[3].Name = "Đoàn Sĩ Kiên" }, []string{"warn NAME_VARIANT Đoàn Sỹ Kiên"}},
		{"an honorific", func(w *world) { w.minutes.Nominees[3].Name = "Ông Đoàn Sỹ Kiên" }, nil},
		{"a body written differently", func(w *world) {
			w.letter.Nominees[0].Name, w.letter.Nominees[0].Unit = "UBND huyện Chợ Đồn", ""
			w.minutes.Nominees[0].Name = "Ủy ban nhân dân huyện Chợ Đồn, tỉnh Bắc Kạn"
			w.reports[0].Name = "Uỷ ban nhân dân huyện Chợ Đồn"
		}, nil},
		{"a body of which the place is not said", func(w *world) {
			w.letter.Nominees[0].Name = "Công an huyện"
			w.minutes.Nominees[0].Name, w.reports[0].Name = "Công an huyện Chợ Đồn", "Công an huyện Chợ Đồn"
		}, nil},
		{"one of two bodies of a name, the place not said anywhere", func(w *world) {
			w.letter.Nominees[0].Name = "Công an xã"
			w.minutes.Nominees[0].Name, w.reports[0].Name = "Công an xã Bằng Lãng", "Công an xã Bằng Lãng"
		}, []string{"warn NAME_VARIANT Công an xã", "warn NAME_VARIANT Công an xã"}},
		{
			"another body", func(w *world) { w.minutes.Nominees[1].Name = "Phòng Tài chính - Kế hoạch huyện Ba Bể" },
			[]string{"block NOMINEE_NOT_IN_MINUTES Phòng Tài chính - Kế hoạch", "note NOMINEE_NOT_IN_LETTER Phòng Tài chính - Kế hoạch huyện Ba Bể"},
		},
		{"half of the votes, no threshold stated", func(w *world) {
			w.rules.VotePct, w.rules.VoteBase = 0, "phieu_hop_le"
			w.minutes.Nominees = append(w.minutes.Nominees, reading.Nominee{Name: "Nông Văn Bình", Kind: reading.Individual, VotesFor: num(4), VotesOf: num(8)})
		}, []string{"note NOMINEE_NOT_IN_LETTER Nông Văn Bình"}},
		{"fewer than half, no threshold stated", func(w *world) {
			w.rules.VotePct, w.rules.VoteBase = 0, "phieu_hop_le"
			w.minutes.Nominees = append(w.minutes.Nominees, reading.Nominee{Name: "Nông Văn Bình", Kind: reading.Individual, VotesFor: num(3), VotesOf: num(8)})
		}, nil},
		{"proposed by the minutes alone", func(w *world) {
			w.minutes.Nominees = append(w.minutes.Nominees, reading.Nominee{Name: "Nông Văn Bình", Kind: reading.Individual, VotesFor: num(8), VotesOf: num(9)})
		}, []string{"note NOMINEE_NOT_IN_LETTER Nông Văn Bình"}},
		{"left out for want of votes", func(w *world) {
			w.minutes.Nominees = append(w.minutes.Nominees, reading.Nominee{Name: "Nông Văn Bình", Kind: reading.Individual, VotesFor: num(4), VotesOf: num(9)})
		}, []string{"block VOTES_UNDER_THRESHOLD Nông Văn Bình"}},
		{
			"a report of nobody", func(w *world) { w.letter.Nominees = w.letter.Nominees[:3]; w.letter.StatedIndividuals = num(1) },
			[]string{"warn REPORT_WITHOUT_NOMINEE bao_cao_04.pdf", "note NOMINEE_NOT_IN_LETTER Đoàn Sỹ Kiên"},
		},
		{"another unit in the report", func(w *world) { w.reports[3].Unit = "Phòng Nội vụ" }, []string{"warn NAME_VARIANT Đoàn Sỹ Kiên"}},
		{"the unit with what is above it", func(w *world) { w.letter.Nominees[3].Unit = "Phòng Văn hóa và Thông tin huyện Chợ Đồn" }, nil},
		{"another post in the report", func(w *world) { w.reports[3].Position = "Phó Trưởng phòng" }, []string{"warn NAME_VARIANT Đoàn Sỹ Kiên"}},
		{"the post with its unit", func(w *world) { w.reports[3].Position = "Viên chức Phòng Văn hóa" }, nil},
		{"two people of one name, two reports", func(w *world) {
			w.letter.Nominees[2].Name, w.minutes.Nominees[2].Name, w.reports[2].Name = "Đoàn Sỹ Kiên", "Đoàn Sỹ Kiên", "Đoàn Sỹ Kiên"
		}, nil},
		{"two people of one name, one report", func(w *world) {
			w.letter.Nominees[2].Name, w.minutes.Nominees[2].Name = "Đoàn Sỹ Kiên", "Đoàn Sỹ Kiên"
			w.drop("bao_cao_03.pdf")
		}, []string{"block MISSING_REPORT Đoàn Sỹ Kiên"}},
	}
}

func TestKinds(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), kindCases()) }

func kindCases() []one {
	return []one{
		{"a phòng among the people", func(w *world) {
			w.letter.Nominees[1].Kind = reading.Individual
			w.letter.StatedCollectives, w.letter.StatedIndividuals = num(1), num(3)
		}, []string{"block KIND_INCONSISTENT Phòng Tài chính - Kế hoạch"}},
		{"a phòng among the people, without a report", func(w *world) {
			w.letter.Nominees[1].Kind = reading.Individual
			w.letter.StatedCollectives, w.letter.StatedIndividuals = num(1), num(3)
			w.drop("bao_cao_02.pdf")
		}, []string{"block MISSING_REPORT Phòng Tài chính - Kế hoạch", "block KIND_INCONSISTENT Phòng Tài chính - Kế hoạch"}},
		{"a person among the collectives", func(w *world) {
			w.letter.Nominees[3].Kind = reading.Collective
			w.letter.StatedCollectives, w.letter.StatedIndividuals = num(3), num(1)
		}, []string{"block KIND_INCONSISTENT Đoàn Sỹ Kiên"}},
		{"an honorific among the collectives", func(w *world) {
			w.letter.Nominees[3].Kind = reading.Collective
			w.letter.Nominees[3].Evidence = seen(map[string]string{"ten": "Ông Đoàn Sỹ Kiên"})
			w.reports[3].NomineeKind = ""
			w.letter.StatedCollectives, w.letter.StatedIndividuals = num(3), num(1)
		}, []string{"block KIND_INCONSISTENT Đoàn Sỹ Kiên"}},
		{
			"the report's kind is doubtful", func(w *world) { w.reports[1].NomineeKind = reading.Individual; w.reports[1].Unsure = []string{"loai"} },
			[]string{"warn KIND_INCONSISTENT Phòng Tài chính - Kế hoạch", "note DOUBTFUL_VALUE bao_cao_02.pdf"},
		},
		{
			"the first report's kind", func(w *world) {
				w.reports[0].NomineeKind, w.reports[0].BirthDate, w.reports[0].Unit = reading.Individual, "1980-01-02", "UBND huyện Chợ Đồn"
			},
			[]string{"block KIND_INCONSISTENT Trung tâm Dịch vụ nông nghiệp"},
		},
		{"what minutes seem to say of kinds", func(w *world) { w.minutes.Nominees[3].Kind = reading.Collective }, nil},
		{"a family name that begins bodies", func(w *world) {
			w.letter.Nominees[3].Name, w.minutes.Nominees[3].Name, w.reports[3].Name = "Đoàn Hội Ban", "Đoàn Hội Ban", "Đoàn Hội Ban"
		}, nil},
		{"the head of a phòng", func(w *world) {
			w.letter.Nominees[3].Position, w.reports[3].Position = "Trưởng phòng", "Trưởng phòng"
		}, nil},
	}
}

// TestEveryCodeIsTold holds the cases to all codes of the rules: a code that
// no case tells is judged by nobody.
func TestEveryCodeIsTold(t *testing.T) {
	rules := rulesOn(t, "2023-11-20")
	told := check(t, rules, allCases())
	for x := range checkKnown(t, rules) {
		told[x] = true // are not in any paper: registers know them
	}
	base, err := os.ReadFile("../campaign/rules/co-so.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`code: (\w+)`).FindAllStringSubmatch(string(base), -1) {
		if !told[m[1]] {
			t.Errorf("no case tells %s", m[1])
		}
	}
}

// TestTheSetSaysHowSevere: severity, words and source come from the pinned
// set, not from the code.
func TestTheSetSaysHowSevere(t *testing.T) {
	rules := rulesOn(t, "2023-11-20")
	for i := range rules.Set.Rules {
		r := &rules.Set.Rules[i]
		r.Source = "nguồn khác"
		for k := range r.Findings {
			r.Findings[k].Severity, r.Findings[k].Message = campaign.Info, campaign.Words{VI: "câu khác {found}", EN: "other words {found}"}
		}
	}
	w := sound(rules)
	w.letter.StatedIndividuals = num(3)
	got := w.judge()
	if len(got.Findings) != 1 {
		t.Fatalf("%+v", got.Findings)
	}
	f := got.Findings[0]
	if f.Severity != dossier.Note || f.Message != "câu khác 2" || f.MessageEN != "other words 2" || f.Source != "nguồn khác" || f.Rule != "R02" {
		t.Errorf("%+v", f)
	}
	rules.Set.Rules = nil
	w = sound(rules)
	w.letter.StatedIndividuals = num(3)
	if got := w.judge(); len(got.Findings) != 0 {
		t.Errorf("said without a rule: %+v", got.Findings)
	}
}

// TestFindingsSayWhatWasExpectedAndFound holds the values of findings that
// people compare by.
func TestFindingsSayWhatWasExpectedAndFound(t *testing.T) {
	for _, x := range []struct {
		name            string
		spoil           func(w *world)
		expected, found string
		message         string
	}{
		{
			"award", func(w *world) {
				w.letter.Subject, w.letter.Award = "V/v đề nghị tặng Giấy khen của Chủ tịch UBND huyện Chợ Đồn cho các cá nhân", "Giấy khen"
			},
			"Bằng khen của Chủ tịch UBND tỉnh", "Giấy khen của Chủ tịch UBND huyện Chợ Đồn",
			"Hình thức khen thưởng ghi là “Giấy khen của Chủ tịch UBND huyện Chợ Đồn”, đợt này là “Bằng khen của Chủ tịch UBND tỉnh”.",
		},
		{"count", func(w *world) { w.letter.StatedCollectives = num(3) }, "3", "2", "Tờ trình ghi 3 tập thể nhưng danh sách có 2."},
		{
			"dates", func(w *world) {
				w.minutes.MetOn, w.minutes.IssuedOn, w.letter.CitedMinutesDate = "2023-11-18", "", "2023-11-18"
			},
			"17/11/2023", "18/11/2023", "Biên bản họp (18/11/2023) sau ngày ký tờ trình (17/11/2023).",
		},
		{"votes", func(w *world) { w.minutes.Nominees[3].VotesFor, w.minutes.Nominees[3].Percent = num(5), nil }, "70%", "5/9", "“Đoàn Sỹ Kiên” được 5/9 phiếu, dưới mức 70% của đợt."},
		{
			"share", func(w *world) { w.minutes.Nominees[3].Percent, w.minutes.Nominees[3].Evidence = percent(98.88), nil }, "88,89%", "98,88%",
			"Tỷ lệ phiếu của “Đoàn Sỹ Kiên” ghi 98,88% nhưng tính ra 88,89%.",
		},
		{"cap", func(w *world) { w.rules.Cap = map[dossier.Kind]int{dossier.Individual: 1} }, "1", "2", "Có 2 cá nhân, vượt mức 1."},
		{
			"kind", func(w *world) {
				w.reports[1].NomineeKind, w.reports[1].BirthDate, w.reports[1].Unit = reading.Individual, "1980-01-02", "UBND huyện"
			}, "tập thể", "cá nhân", "“Phòng Tài chính - Kế hoạch” là tập thể trong một tài liệu và cá nhân trong tài liệu khác.",
		},
		{
			"place", func(w *world) { w.named("bien_ban.pdf").Slot = dossier.Letter }, "Tờ trình", "Biên bản họp xét",
			"Tệp ở vị trí “Tờ trình” nhưng nội dung là “Biên bản họp xét”.",
		},
		{
			"marks", func(w *world) { w.minutes.Nominees[3].Name = "Doàn Sỹ Kiên" }, "Đoàn Sỹ Kiên", "Doàn Sỹ Kiên",
			"“Đoàn Sỹ Kiên” có trong tờ trình nhưng không có trong biên bản họp xét.",
		},
		{
			"pages", func(w *world) {
				f := w.named("to_trinh.pdf")
				for _, n := range []int{2, 3, 4, 6} {
					f.Reading.Pages = append(f.Reading.Pages, reading.Page{N: n, Quality: reading.Scan})
				}
			}, "", "trang 2–4, 6", "Tệp “to_trinh.pdf” có trang là ảnh, máy chưa đọc được (trang 2–4, 6).",
		},
		{
			"period", func(w *world) { w.reports[3].Subject += " giai đoạn 2019 - 2021" }, "2022–2025", "2019–2021",
			"Thời gian thành tích “2019–2021” nằm ngoài thời gian phong trào (2022–2025).",
		},
		{
			"form", func(w *world) { w.reports[0].Form = "Mẫu số 02 - Nghị định số 91/2017/NĐ-CP" }, "Mẫu số 07 của 91/2017/NĐ-CP", "Mẫu số 02 - Nghị định số 91/2017/NĐ-CP",
			"Báo cáo theo mẫu “Mẫu số 02 - Nghị định số 91/2017/NĐ-CP”; mẫu được nhận: Mẫu số 07 của 91/2017/NĐ-CP.",
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := sound(rulesOn(t, "2023-11-20"))
			x.spoil(w)
			got := w.judge().Findings
			if len(got) == 0 {
				t.Fatal("nothing is said")
			}
			if f := got[0]; f.Expected != x.expected || f.Found != x.found || f.Message != x.message {
				t.Errorf("expected %q, found %q: %s", f.Expected, f.Found, f.Message)
			}
		})
	}
}
