package validate_test

import (
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/reading"
)

func TestAwardAndCampaign(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), purposeCases()) }

func purposeCases() []one {
	const lead = "Về việc đề nghị tặng Bằng khen của Chủ tịch UBND tỉnh Bắc Kạn cho các tập thể, cá nhân có thành tích xuất sắc trong "
	letter := func(subject string) func(w *world) { return func(w *world) { w.letter.Subject = subject } }
	return []one{
		{"a giấy khen", func(w *world) {
			w.letter.Subject, w.letter.Award = "Về việc đề nghị tặng Giấy khen của Chủ tịch UBND tỉnh Bắc Kạn", "Giấy khen"
		}, []string{"block AWARD_MISMATCH to_trinh.pdf"}},
		{"the letter's own words differ: what is asked for counts", func(w *world) { w.letter.Award = "Giấy khen" }, []string{"block AWARD_MISMATCH to_trinh.pdf"}},
		{"another province's award", letter("Về việc đề nghị tặng Bằng khen của Chủ tịch UBND tỉnh Bắc Giang"), []string{"block AWARD_MISMATCH to_trinh.pdf"}},
		{"a ministry's award", letter("Đề nghị tặng Bằng khen của Bộ trưởng Bộ Y tế cho các tập thể"), []string{"block AWARD_MISMATCH to_trinh.pdf"}},
		{"the district's chairman", letter("Đề nghị tặng Bằng khen của Chủ tịch UBND huyện Chợ Đồn"), []string{"block AWARD_MISMATCH to_trinh.pdf"}},
		{"the province not named", letter("Đề nghị tặng Bằng khen của Chủ tịch UBND tỉnh cho các tập thể"), nil},
		{"the decider not named", letter("V/v đề nghị khen thưởng"), nil},
		{"several awards named", func(w *world) { w.letter.Subject, w.letter.Award = "Đề nghị tặng Bằng khen, Giấy khen", "" }, nil},
		{
			"doubtfully another award", func(w *world) { w.letter.Award = "Giấy khen"; w.letter.Unsure = []string{"hinh_thuc"} },
			[]string{"warn AWARD_MISMATCH to_trinh.pdf", "note DOUBTFUL_VALUE to_trinh.pdf"},
		},
		{
			"one report asks for another award", func(w *world) {
				w.reports[3].Subject = "ĐỀ NGHỊ TẶNG GIẤY KHEN CỦA CHỦ TỊCH UBND TỈNH BẮC KẠN"
			},
			[]string{"block AWARD_MISMATCH Đoàn Sỹ Kiên"},
		},
		{"one line of the list asks for another award", func(w *world) { w.letter.Nominees[3].Award = "Giấy khen" }, []string{"block AWARD_MISMATCH Đoàn Sỹ Kiên"}},
		{"each line asks for the award", func(w *world) {
			for i := range w.letter.Nominees {
				w.letter.Nominees[i].Award = "Bằng khen của Chủ tịch UBND tỉnh"
			}
		}, nil},
		{"without a round, letter and reports agree", func(w *world) {
			w.rules.Purpose.Award = ""
			w.letter.Subject, w.letter.Award = "Đề nghị tặng Giấy khen của Chủ tịch UBND huyện Chợ Đồn", "Giấy khen"
			for _, r := range w.reports {
				r.Subject = "ĐỀ NGHỊ TẶNG GIẤY KHEN CỦA CHỦ TỊCH UBND HUYỆN"
			}
		}, nil},
		{"without a round, one report differs", func(w *world) {
			w.rules.Purpose.Award = ""
			w.reports[3].Subject = "ĐỀ NGHỊ TẶNG GIẤY KHEN"
		}, []string{"block AWARD_MISMATCH Đoàn Sỹ Kiên"}},
		{"without a round, nobody says which award", func(w *world) {
			w.rules.Purpose.Award = ""
			w.letter.Subject, w.letter.Award = "V/v khen thưởng", ""
		}, nil},
		{"without a round, a successor is another", func(w *world) {
			w.rules.Purpose.Award = ""
			w.reports[3].Subject = "ĐỀ NGHỊ TẶNG BẰNG KHEN CỦA CHỦ TỊCH UBND TỈNH THÁI NGUYÊN"
		}, []string{"block AWARD_MISMATCH Đoàn Sỹ Kiên"}},
		{"an award of which the plan's issuer is not known", func(w *world) { w.rules.Purpose.Issuers = nil }, nil},
		{"the issuer's successor decides", letter("Đề nghị tặng Bằng khen của Chủ tịch UBND tỉnh Thái Nguyên"), nil},

		{"another campaign in quotation marks", letter(lead + "phong trào thi đua “Dân vận khéo” giai đoạn 2021 - 2025"), []string{"block CAMPAIGN_MISMATCH to_trinh.pdf"}},
		{"another campaign without them", letter(lead + "phong trào toàn dân bảo đảm an ninh Tổ quốc năm 2022"), []string{"warn CAMPAIGN_MISMATCH to_trinh.pdf"}},
		{"another occasion", letter(lead + "thực hiện Đề án 06 năm 2023"), []string{"warn CAMPAIGN_MISMATCH to_trinh.pdf"}},
		{"the campaign in other words", letter(lead + "phong trào thi đua đẩy mạnh chương trình chuyển đổi số giai đoạn 2022-2025 trên địa bàn tỉnh Bắc Kạn"), nil},
		{"half its words", letter(lead + "phong trào thi đua “Đẩy mạnh chuyển đổi số”"), []string{"warn CAMPAIGN_MISMATCH to_trinh.pdf"}},
		{
			"its words in other years", letter(lead + "phong trào thi đua “" + "Bắc Kạn đẩy mạnh chương trình chuyển đổi số giai đoạn 2016 - 2020" + "”"),
			[]string{"block CAMPAIGN_MISMATCH to_trinh.pdf"},
		},
		{
			"minutes of another campaign", func(w *world) {
				w.minutes.Subject = "Họp xét khen thưởng trong phong trào thi đua “Dân vận khéo”"
			},
			[]string{"block CAMPAIGN_MISMATCH bien_ban.pdf"},
		},
		{"no campaign named", letter("V/v khen thưởng phong trào"), nil},
		{"the other round", func(w *world) {
			w.rules.Purpose.Round = "Sơ kết phong trào thi đua"
			w.letter.Subject = lead + "tổng kết phong trào thi đua “" + theCampaign + "”"
		}, []string{"warn CAMPAIGN_MISMATCH to_trinh.pdf"}},
		{"this round", func(w *world) {
			w.rules.Purpose.Round = "Sơ kết phong trào thi đua"
			w.letter.Subject = lead + "sơ kết phong trào thi đua “" + theCampaign + "”"
		}, nil},
		{"its words without its years", letter(lead + "phong trào thi đua “Bắc Kạn đẩy mạnh chương trình chuyển đổi số”"), nil},
		{"its words, the years behind them", letter(lead + "phong trào thi đua “Bắc Kạn đẩy mạnh chương trình chuyển đổi số” giai đoạn 2022 - 2025"), nil},
		{
			"its words, other years behind them", letter(lead + "phong trào thi đua “Bắc Kạn đẩy mạnh chương trình chuyển đổi số” giai đoạn 2016 - 2020"),
			[]string{"block CAMPAIGN_MISMATCH to_trinh.pdf"},
		},
		{"five of its eleven words", letter(lead + "phong trào thi đua “Chuyển đổi số, giai đoạn vươn mình”"), []string{"warn CAMPAIGN_MISMATCH to_trinh.pdf"}},
		{"four of its eleven words", letter(lead + "phong trào thi đua “Chương trình chuyển đổi xanh”"), []string{"block CAMPAIGN_MISMATCH to_trinh.pdf"}},
		{"seven of its eleven words", letter(lead + "phong trào thi đua “Đẩy mạnh chương trình chuyển đổi số”"), []string{"warn CAMPAIGN_MISMATCH to_trinh.pdf"}},
		{"another name in quotation marks later on", letter(lead + "phong trào thi đua đẩy mạnh chương trình chuyển đổi số giai đoạn 2022 - 2025 tỉnh Bắc Kạn, gắn với “Dân vận khéo”"), nil},
		{"the other round, the other way", func(w *world) {
			w.rules.Purpose.Round = "Tổng kết phong trào thi đua"
			w.letter.Subject = lead + "sơ kết phong trào thi đua “" + theCampaign + "”"
		}, []string{"warn CAMPAIGN_MISMATCH to_trinh.pdf"}},
		{"both rounds named", func(w *world) {
			w.rules.Purpose.Round = "Tổng kết phong trào thi đua"
			w.letter.Subject = lead + "sơ kết, tổng kết phong trào thi đua “" + theCampaign + "”"
		}, nil},
		{"no campaign known", func(w *world) {
			w.rules.Purpose.Titles = nil
			w.letter.Subject = lead + "phong trào thi đua “Dân vận khéo”"
		}, nil},

		{"years before the campaign", func(w *world) { w.reports[3].Subject += " (thành tích từ năm 2019 đến năm 2021)" }, []string{"warn PERIOD_OUTSIDE Đoàn Sỹ Kiên"}},
		{"years after the round closes", func(w *world) {
			w.rules.Purpose.Closes = "2023-12-31"
			w.reports[3].Subject += " giai đoạn 2022 - 2024"
		}, []string{"warn PERIOD_OUTSIDE Đoàn Sỹ Kiên"}},
		{"a campaign without an end", func(w *world) { w.rules.Purpose.To = 0; w.reports[3].Subject += " giai đoạn 2022 - 2030" }, nil},
		{"a campaign without a beginning", func(w *world) { w.rules.Purpose.From = 0; w.reports[3].Subject += " giai đoạn 2010 - 2023" }, nil},
		{"a campaign without years", func(w *world) {
			w.rules.Purpose.From, w.rules.Purpose.To = 0, 0
			w.reports[3].Subject += " giai đoạn 2010 - 2030"
		}, nil},
		{
			"a round that closes after the campaign", func(w *world) {
				w.rules.Purpose.Closes = "2026-03-01"
				w.reports[3].Subject += " giai đoạn 2022 - 2026"
			},
			[]string{"warn PERIOD_OUTSIDE Đoàn Sỹ Kiên"},
		},
		{"the last year", func(w *world) { w.reports[3].Subject += " năm 2025" }, nil},
		{"the year after", func(w *world) { w.reports[3].Subject += " năm 2026" }, []string{"warn PERIOD_OUTSIDE Đoàn Sỹ Kiên"}},
		{"the first year", func(w *world) { w.reports[3].Subject += " năm 2022" }, nil},
		{"the year before", func(w *world) { w.reports[3].Subject += " năm 2021" }, []string{"warn PERIOD_OUTSIDE Đoàn Sỹ Kiên"}},
		{"years within", func(w *world) { w.reports[3].Subject += " giai đoạn 2022 - 2023" }, nil},
		{"years beyond the campaign in the heading", func(w *world) {
			w.named("bao_cao_04.pdf").Reading.Pages[0].Text += "\nII. THÀNH TÍCH ĐẠT ĐƯỢC (từ năm 2020 đến năm 2023)\n"
		}, []string{"warn PERIOD_OUTSIDE Đoàn Sỹ Kiên"}},
		{"years before the campaign in a line that says the time", func(w *world) {
			w.named("bao_cao_04.pdf").Reading.Pages[0].Text += "\nThời gian tính thành tích: từ năm 2020 đến năm 2023\n"
		}, []string{"warn PERIOD_OUTSIDE Đoàn Sỹ Kiên"}},
		{"years before the campaign in a heading in small letters", func(w *world) {
			w.named("bao_cao_04.pdf").Reading.Pages[0].Text += "\n2. Thành tích đạt được năm 2021\n"
		}, []string{"warn PERIOD_OUTSIDE Đoàn Sỹ Kiên"}},
		{"years of earlier awards", func(w *world) {
			w.named("bao_cao_04.pdf").Reading.Pages[0].Text += "\nNăm 2015: Chiến sĩ thi đua cơ sở, Quyết định số 1467/QĐ-KT ngày 12/02/2015\n"
		}, nil},
	}
}

func TestOrderOfDates(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), orderCases()) }

func orderCases() []one {
	return []one{
		{
			"the meeting a day after the letter", func(w *world) {
				w.minutes.MetOn, w.minutes.IssuedOn, w.letter.CitedMinutesDate = "2023-11-18", "2023-11-18", "2023-11-18"
			},
			[]string{"block MINUTES_AFTER_LETTER bien_ban.pdf"},
		},
		{"the meeting on the letter's day", func(w *world) {
			w.minutes.MetOn, w.minutes.IssuedOn, w.letter.CitedMinutesDate = "2023-11-17", "2023-11-17", "2023-11-17"
		}, nil},
		{"after the letter, the letter's date doubtful", func(w *world) {
			w.minutes.MetOn, w.minutes.IssuedOn, w.letter.CitedMinutesDate = "2023-11-18", "2023-11-18", "2023-11-18"
			w.letter.Unsure = []string{"ngay_ban_hanh"}
		}, []string{"warn MINUTES_AFTER_LETTER bien_ban.pdf", "note DOUBTFUL_VALUE to_trinh.pdf"}},
		{"minutes dated before the meeting", func(w *world) { w.minutes.IssuedOn = "2023-11-11" }, []string{"block MINUTES_ORDER bien_ban.pdf"}},
		{"minutes dated after the letter", func(w *world) { w.minutes.IssuedOn = "2023-11-18" }, []string{"block MINUTES_ORDER bien_ban.pdf"}},
		{"minutes written up a day later", func(w *world) { w.minutes.IssuedOn = "2023-11-13" }, nil},
		{"minutes without a date line", func(w *world) { w.minutes.IssuedOn = "" }, nil},
		{"a report after the letter", func(w *world) { w.reports[3].IssuedOn = "2023-11-18" }, []string{"block REPORT_AFTER_LETTER Đoàn Sỹ Kiên"}},
		{"a report on the letter's day", func(w *world) { w.reports[3].IssuedOn = "2023-11-17" }, nil},
		{"a letter from the future", func(w *world) { w.rules.Received = "2023-11-16" }, []string{"block LETTER_AFTER_RECEIPT to_trinh.pdf"}},
		{"received on the letter's day", func(w *world) { w.rules.Received = "2023-11-17" }, nil},
		{"not received yet", func(w *world) { w.rules.Received = "" }, nil},
		{"other minutes cited", func(w *world) { w.letter.CitedMinutesDate = "2023-10-12" }, []string{"warn MINUTES_NOT_CITED to_trinh.pdf"}},
		{"minutes cited by number", func(w *world) {
			w.letter.CitedMinutesDate = ""
			w.named("to_trinh.pdf").Reading.Pages[0].Text = "Căn cứ Biên bản số 18 /BB-UBND của Hội đồng;\nTM. ỦY BAN NHÂN DÂN"
		}, nil},
		{"the day of the meeting named", func(w *world) { w.letter.CitedMinutesDate = "" }, nil},
		{"the letter's own day is no citation", func(w *world) {
			w.minutes.MetOn, w.minutes.IssuedOn, w.letter.CitedMinutesDate = "2023-11-17", "2023-11-17", ""
			w.named("to_trinh.pdf").Reading.Pages[0].Text = "Chợ Đồn, ngày 17 tháng 11 năm 2023\nTM. ỦY BAN NHÂN DÂN"
		}, []string{"warn MINUTES_NOT_CITED to_trinh.pdf"}},
		{"neither date nor number of the minutes known", func(w *world) {
			w.letter.CitedMinutesDate, w.minutes.MetOn, w.minutes.IssuedOn, w.minutes.Number = "", "", "", ""
			w.minutes.Evidence = nil
		}, []string{"warn DATE_BLANK bien_ban.pdf"}},
		{"nothing cited", func(w *world) {
			w.letter.CitedMinutesDate = ""
			w.named("to_trinh.pdf").Reading.Pages[0].Text = "TM. ỦY BAN NHÂN DÂN"
		}, []string{"warn MINUTES_NOT_CITED to_trinh.pdf"}},
	}
}

func TestForms(t *testing.T) {
	check(t, rulesOn(t, "2023-11-20"), formCases())
	later := func(form string) func(w *world) { return func(w *world) { w.reports[0].Form = form } }
	onlyFirst := func(spoil func(w *world)) func(w *world) {
		return func(w *world) {
			for _, r := range w.reports {
				r.Form = ""
			}
			spoil(w)
		}
	}
	// From 01/01/2024 the plan's form is superseded and still accepted.
	check(t, rulesOn(t, "2024-06-01"), []one{
		{"the plan's form, superseded", onlyFirst(later("Mẫu số 07 - Nghị định số 91/2017/NĐ-CP")), []string{"note FORM_SUPERSEDED Trung tâm Dịch vụ nông nghiệp"}},
		{"the successor's", onlyFirst(later("Mẫu số 08 Nghị định số 98/2023/NĐ-CP")), nil},
		{"a decree between the two", onlyFirst(later("Mẫu số 07 Nghị định số 65/2014/NĐ-CP")), []string{"warn FORM_NOT_ACCEPTED Trung tâm Dịch vụ nông nghiệp"}},
	})
}

func formCases() []one {
	form := func(s string) func(w *world) { return func(w *world) { w.reports[0].Form = s } }
	return []one{
		{"another form of the decree", form("Mẫu số 02 - Nghị định số 91/2017/NĐ-CP"), []string{"warn FORM_NOT_ACCEPTED Trung tâm Dịch vụ nông nghiệp"}},
		{"the form of a decree that does not hold yet", form("Mẫu số 07 Nghị định 98/2023/NĐ-CP"), []string{"warn FORM_NOT_ACCEPTED Trung tâm Dịch vụ nông nghiệp"}},
		{"the number alone", form("Mẫu số 07"), nil},
		{"another number alone", form("Mẫu số 06"), []string{"warn FORM_NOT_ACCEPTED Trung tâm Dịch vụ nông nghiệp"}},
		{"without a zero", form("Mẫu số 7 (Nghị định 91/2017/NĐ-CP)"), nil},
		{"no form said", form(""), nil},
		{"words that name no form", form("Theo mẫu của Sở"), nil},
		{"the plan's form by its decree's successor", func(w *world) {
			w.rules.Set.Layers = nil // as if the decree no longer held
			for _, r := range w.reports[1:] {
				r.Form = ""
			}
		}, []string{"note FORM_SUPERSEDED Trung tâm Dịch vụ nông nghiệp"}},
	}
}

func TestScopeAndEnterprises(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), scopeCases()) }

func scopeCases() []one {
	rename := func(i int, name string) func(w *world) {
		return func(w *world) {
			w.letter.Nominees[i].Name, w.minutes.Nominees[i].Name, w.reports[i].Name = name, name, name
		}
	}
	works := func(unit, position string) func(w *world) {
		return func(w *world) {
			w.letter.Nominees[3].Unit, w.minutes.Nominees[3].Unit, w.reports[3].Unit = unit, unit, unit
			w.letter.Nominees[3].Position, w.reports[3].Position = position, position
		}
	}
	return []one{
		{"a letter of another province", func(w *world) { w.letter.Parent = "UBND TỈNH HÀ GIANG" }, []string{"warn OUT_OF_SCOPE ỦY BAN NHÂN DÂN HUYỆN CHỢ ĐỒN, UBND TỈNH HÀ GIANG"}},
		{"a letter of this province", func(w *world) { w.letter.Parent = "UBND TỈNH BẮC KẠN" }, nil},
		{"a letter of the province that followed", func(w *world) { w.letter.Parent = "UBND TỈNH THÁI NGUYÊN" }, nil},
		{"a unit of another province", works("Sở Y tế tỉnh Hà Giang", "Chuyên viên"), []string{"warn OUT_OF_SCOPE Đoàn Sỹ Kiên"}},
		{"an enterprise", rename(0, "Công ty TNHH Ba Bể Xanh"), []string{"note ENTERPRISE_PAPERS Công ty TNHH Ba Bể Xanh"}},
		{"a cooperative", rename(0, "Hợp tác xã Nhung Lũy"), []string{"note ENTERPRISE_PAPERS Hợp tác xã Nhung Lũy"}},
		{"an enterprise where the plan has none", func(w *world) {
			w.rules.Purpose.Collectives = []string{"cơ quan", "đơn vị"}
			rename(0, "Công ty TNHH Ba Bể Xanh")(w)
		}, []string{"warn OUT_OF_SCOPE Công ty TNHH Ba Bể Xanh", "note ENTERPRISE_PAPERS Công ty TNHH Ba Bể Xanh"}},
		{"lawful organisations have room for cooperatives", func(w *world) {
			w.rules.Purpose.Collectives = []string{"cơ quan", "tổ chức hợp pháp"}
			rename(0, "Hợp tác xã Nhung Lũy")(w)
		}, []string{"note ENTERPRISE_PAPERS Hợp tác xã Nhung Lũy"}},
		{"a household", rename(0, "Hộ gia đình ông Nông Văn Tá"), []string{"warn OUT_OF_SCOPE Hộ gia đình ông Nông Văn Tá"}},
		{"a worker of an enterprise where the plan has none", func(w *world) {
			w.rules.Purpose.Individuals = []string{"cán bộ, công chức, viên chức"}
			works("Công ty TNHH Ba Bể Xanh", "Nhân viên")(w)
		}, []string{"warn OUT_OF_SCOPE Đoàn Sỹ Kiên"}},
		{"a worker of an enterprise", works("Công ty TNHH Ba Bể Xanh", "Nhân viên"), nil},
		{"the head of an enterprise", works("Công ty TNHH Ba Bể Xanh", "Giám đốc"), []string{"note ENTERPRISE_PAPERS Đoàn Sỹ Kiên"}},
		{"its deputy head", works("Công ty TNHH Ba Bể Xanh", "Phó Giám đốc"), nil},
		{"the papers are there", func(w *world) {
			rename(0, "Công ty TNHH Ba Bể Xanh")(w)
			w.file("thue.pdf", dossier.Other, &reading.Document{Kind: reading.Other, Pages: [2]int{1, 1}, Issuer: "CỤC THUẾ", Subject: "Xác nhận nghĩa vụ thuế"}, "Xác nhận nghĩa vụ thuế và bảo hiểm xã hội")
		}, nil},
		{"one of the papers is there", func(w *world) {
			rename(0, "Công ty TNHH Ba Bể Xanh")(w)
			w.file("thue.pdf", dossier.Other, &reading.Document{Kind: reading.Other, Pages: [2]int{1, 1}, Subject: "Xác nhận nghĩa vụ thuế"}, "Xác nhận nghĩa vụ")
		}, []string{"note ENTERPRISE_PAPERS Công ty TNHH Ba Bể Xanh"}},
		{"the trade union of an enterprise", rename(0, "Công đoàn Công ty Nước sạch"), nil},

		{"more than a unit may nominate", func(w *world) { w.rules.Cap = map[dossier.Kind]int{dossier.Individual: 1} }, []string{"block OVER_QUOTA to_trinh.pdf"}},
		{"as many as a unit may nominate", func(w *world) { w.rules.Cap = map[dossier.Kind]int{dossier.Individual: 2} }, nil},
		{"none allowed", func(w *world) { w.rules.Cap = map[dossier.Kind]int{dossier.Individual: 0} }, []string{"block OVER_QUOTA to_trinh.pdf"}},
		{"more on a doubtful list", func(w *world) {
			w.rules.Cap = map[dossier.Kind]int{dossier.Individual: 1}
			w.letter.Unsure = []string{"nominees"}
		}, []string{"warn OVER_QUOTA to_trinh.pdf", "note DOUBTFUL_VALUE to_trinh.pdf"}},
	}
}
