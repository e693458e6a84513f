package validate_test

import (
	"strings"
	"testing"

	"hoso/shared/reading"
)

func TestSigners(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), signerCases()) }

func signerCases() []one {
	signed := func(authority, title string) func(w *world) {
		return func(w *world) {
			w.letter.Authority, w.letter.SignTitle = authority, title
			w.named("to_trinh.pdf").Reading.Pages[0].Text = "Biên bản ngày 12/11/2023\n" + strings.TrimSpace(authority+" "+title) + "\n(Đã ký)"
		}
	}
	by := func(issuer, authority, title string) func(w *world) {
		return func(w *world) {
			signed(authority, title)(w)
			w.letter.Issuer, w.letter.Parent = issuer, "UBND TỈNH BẮC KẠN"
			for i := range w.letter.Nominees {
				w.letter.Nominees[i].Unit = ""
			}
		}
	}
	bare := func(w *world) { w.named("to_trinh.pdf").Reading.Pages[0].Text = "" }
	refused := []string{"block SIGNER_NOT_AUTHORISED to_trinh.pdf"}
	minutes := func(tail string) func(w *world) {
		return func(w *world) {
			w.named("bien_ban.pdf").Reading.Pages[0].Text = "Biên bản kết thúc vào hồi 16 giờ./.\n" + tail
		}
	}
	return []one{
		{"a deputy", signed("", "PHÓ CHỦ TỊCH"), refused},
		{"a deputy for the head", signed("KT.", "PHÓ CHỦ TỊCH"), nil},
		{"a deputy for the head of a committee, the page's text not at hand", func(w *world) { signed("TM. KT.", "PHÓ CHỦ TỊCH")(w); bare(w) }, nil},
		{"a deputy for the head, the page's text not at hand", func(w *world) { signed("KT.", "PHÓ CHỦ TỊCH")(w); bare(w) }, nil},
		{"an acting head's deputy, the page's text not at hand", func(w *world) { signed("Q.", "PHÓ CHỦ TỊCH")(w); bare(w) }, nil},
		{"a mandate, the page's text not at hand", func(w *world) { signed("TUQ.", "TRƯỞNG PHÒNG NỘI VỤ")(w); bare(w) }, nil},
		{"a deputy in charge", signed("", "PHÓ CHỦ TỊCH PHỤ TRÁCH"), nil},
		{"an acting head", signed("Q.", "CHỦ TỊCH"), nil},
		{"TM. and KT. on two lines, of which the reader keeps one", func(w *world) {
			signed("TM.", "PHÓ CHỦ TỊCH")(w)
			w.named("to_trinh.pdf").Reading.Pages[0].Text = "Biên bản ngày 12/11/2023\nTM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"
		}, nil},
		{"a phòng for the people's committee", signed("TL.", "TRƯỞNG PHÒNG NỘI VỤ"), refused},
		{"with a written mandate", signed("TUQ.", "TRƯỞNG PHÒNG NỘI VỤ"), nil},
		{"the office for the people's committee", signed("TL.", "CHÁNH VĂN PHÒNG"), refused},
		{"the office for itself", by("VĂN PHÒNG UBND TỈNH", "", "CHÁNH VĂN PHÒNG"), nil},
		{"the head of a phòng for the phòng", by("PHÒNG NỘI VỤ HUYỆN CHỢ ĐỒN", "", "TRƯỞNG PHÒNG"), nil},
		{"the head of a phòng for a sở", by("SỞ NỘI VỤ", "", "TRƯỞNG PHÒNG"), refused},
		{"a clerk for a sở", by("SỞ NỘI VỤ", "", "CHUYÊN VIÊN"), refused},
		{"the director of a sở", by("SỞ NỘI VỤ", "", "GIÁM ĐỐC"), nil},
		{"the head of a ban for the ban", by("BAN QUẢN LÝ DỰ ÁN", "", "TRƯỞNG BAN"), nil},
		{"a title nobody knows", signed("", "TRƯỞNG ĐẠI DIỆN"), nil},
		{"no title read", signed("", ""), nil},
		{
			"a deputy, the title doubtful", func(w *world) { signed("", "PHÓ CHỦ TỊCH")(w); w.letter.Unsure = []string{"chuc_danh_ky"} },
			[]string{"warn SIGNER_NOT_AUTHORISED to_trinh.pdf", "note DOUBTFUL_VALUE to_trinh.pdf"},
		},

		{"the secretary does not sign", minutes("CHỦ TRÌ\n(Đã ký)\nLê Đăng Khoa"), []string{"warn MINUTES_SIGNERS bien_ban.pdf"}},
		{"the chair does not sign", minutes("THƯ KÝ\n(Đã ký)\nHuỳnh Hải Toản"), []string{"warn MINUTES_SIGNERS bien_ban.pdf"}},
		{"one of two blocks is not signed", minutes("THƯ KÝ\nHuỳnh Hải Toản\nCHỦ TRÌ\n(Đã ký)\nLê Đăng Khoa"), []string{"warn MINUTES_SIGNERS bien_ban.pdf"}},
		{"signed by pictures", func(w *world) {
			minutes("THƯ KÝ\nHuỳnh Hải Toản\nCHỦ TRÌ\nLê Đăng Khoa")(w)
			w.minutes.Evidence["da_ky"] = reading.Evidence{Source: reading.FromPicture}
		}, nil},
		{"no names read, both roles there", func(w *world) {
			w.minutes.Chair, w.minutes.Secretary = "", ""
			minutes("NGƯỜI GHI BIÊN BẢN\n(Đã ký)\nCHỦ TỌA\n(Đã ký)")(w)
		}, []string{"warn INCOMPLETE bien_ban.pdf"}},
		{"no text", minutes(""), []string{"warn MINUTES_SIGNERS bien_ban.pdf"}},
		{"a page nobody read", func(w *world) { w.named("bien_ban.pdf").Reading.Pages[0] = reading.Page{N: 1, Quality: reading.Scan} }, []string{"warn PAGES_UNREAD bien_ban.pdf"}},

		{"the letter is not signed", func(w *world) { w.letter.Signed = no() }, []string{"block MISSING_SIGNATURE to_trinh.pdf"}},
		{"the minutes are not signed", func(w *world) { w.minutes.Signed = no() }, []string{"block MISSING_SIGNATURE bien_ban.pdf"}},
		{
			"not signed, its only page not read", func(w *world) {
				w.letter.Signed = no()
				w.named("to_trinh.pdf").Reading.Pages[0].Quality = reading.Scan
			},
			[]string{"warn PAGES_UNREAD to_trinh.pdf", "warn MISSING_SIGNATURE to_trinh.pdf"},
		},
		{"nobody knows whether it is signed", func(w *world) { w.letter.Signed = nil }, nil},
		{
			"doubtfully not signed", func(w *world) { w.letter.Signed = no(); w.letter.Unsure = []string{"da_ky"} },
			[]string{"warn MISSING_SIGNATURE to_trinh.pdf", "note DOUBTFUL_VALUE to_trinh.pdf"},
		},
		{"not signed on the pages that were read", func(w *world) {
			w.letter.Signed, w.letter.Pages = no(), [2]int{1, 2}
			f := w.named("to_trinh.pdf")
			f.Reading.Pages = append(f.Reading.Pages, reading.Page{N: 2, Quality: reading.Scan})
		}, []string{"warn PAGES_UNREAD to_trinh.pdf", "warn MISSING_SIGNATURE to_trinh.pdf"}},
	}
}

func TestConfirmations(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), confirmCases()) }

func confirmCases() []one {
	confirmed := func(block, by string) func(w *world) {
		return func(w *world) {
			w.reports[3].ConfirmedBy = by
			w.named("bao_cao_04.pdf").Reading.Pages[0].Text = essay(3) + "\n" + block
		}
	}
	other := []string{"warn CONFIRMED_BY_OTHER Đoàn Sỹ Kiên"}
	return []one{
		{"not confirmed", func(w *world) { w.reports[3].Confirmed = no() }, []string{"block MISSING_CONFIRMATION Đoàn Sỹ Kiên"}},
		{
			"doubtfully not confirmed", func(w *world) { w.reports[3].Confirmed = no(); w.reports[3].Unsure = []string{"xac_nhan"} },
			[]string{"warn MISSING_CONFIRMATION Đoàn Sỹ Kiên", "note DOUBTFUL_VALUE bao_cao_04.pdf"},
		},
		{"not known whether confirmed", func(w *world) { w.reports[3].Confirmed, w.reports[3].ConfirmedBy = nil, "" }, nil},
		{"not confirmed on the pages that were read", func(w *world) {
			w.reports[3].Confirmed, w.reports[3].Pages = no(), [2]int{1, 2}
			f := w.named("bao_cao_04.pdf")
			f.Reading.Pages = append(f.Reading.Pages, reading.Page{N: 2, Quality: reading.Unmapped})
		}, []string{"warn PAGES_UNREAD bao_cao_04.pdf", "warn MISSING_CONFIRMATION Đoàn Sỹ Kiên"}},
		{"by the nominee", confirmed("XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ\nĐoàn Sỹ Kiên", "Đoàn Sỹ Kiên"), []string{"warn SELF_CONFIRMATION Đoàn Sỹ Kiên"}},
		{"by another head of the unit", confirmed("XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ\nNông Thị Hà", "Nông Thị Hà"), nil},
		{"by the unit named", confirmed("XÁC NHẬN CỦA PHÒNG VĂN HÓA VÀ THÔNG TIN\nNông Thị Hà", "Nông Thị Hà"), nil},
		{"by the submitting body", confirmed("XÁC NHẬN CỦA CHỦ TỊCH UBND HUYỆN CHỢ ĐỒN\nNông Thị Hà", "Nông Thị Hà"), nil},
		{"by a stranger's body", confirmed("XÁC NHẬN CỦA GIÁM ĐỐC SỞ Y TẾ\nNông Thị Hà", "Nông Thị Hà"), other},
		{"on behalf of a stranger's body", confirmed("XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ\nTM. ỦY BAN NHÂN DÂN HUYỆN BA BỂ\nNông Thị Hà", "Nông Thị Hà"), other},
		{"on behalf of the people's committee, its place not said", confirmed("XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ\nTM. ỦY BAN NHÂN DÂN\nNông Thị Hà", "Nông Thị Hà"), nil},
		{"by a body of which the place is not said", func(w *world) {
			w.letter.Nominees[3].Unit, w.reports[3].Unit = "Công an xã Bằng Lãng", "Công an xã Bằng Lãng"
			confirmed("XÁC NHẬN CỦA CÔNG AN XÃ\nNông Thị Hà", "Nông Thị Hà")(w)
		}, nil},
		{"by whoever signed the letter", confirmed("XÁC NHẬN CỦA GIÁM ĐỐC SỞ Y TẾ\nLê Đăng Khoa", "Lê Đăng Khoa"), nil},
	}
}
