package validate_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/validate"
)

func num(n int) *int             { return &n }
func yes() *bool                 { b := true; return &b }
func no() *bool                  { b := false; return &b }
func percent(v float64) *float64 { return &v }

// loaded are the books that come with the program, read once.
var loaded = sync.OnceValues(validate.BuiltinBooks)

func books(t testing.TB) *validate.Books {
	t.Helper()
	b, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// world is a dossier in which nothing is wrong, to be spoilt.
type world struct {
	letter, minutes *reading.Document
	reports         []*reading.Document
	files           []*validate.File // letter, minutes, then one for each report
	rules           validate.Rules
}

// seen gives evidence for fields, as the reader leaves it.
func seen(quotes map[string]string) map[string]reading.Evidence {
	out := map[string]reading.Evidence{}
	for k, q := range quotes {
		out[k] = reading.Evidence{Page: 1, Quote: q, Confidence: 0.99, Source: reading.FromText}
	}
	return out
}

const theCampaign = "Bắc Kạn đẩy mạnh chương trình chuyển đổi số giai đoạn 2022 - 2025"

// sound makes the dossier of UBND huyện Chợ Đồn: two collectives, two people.
func sound(rules validate.Rules) *world {
	w := &world{rules: rules}
	w.rules.VotePct, w.rules.VoteBase, w.rules.Agency, w.rules.Received = 70, "tong_thanh_vien", "Ủy ban nhân dân huyện Chợ Đồn", "2023-11-20"
	w.letter = &reading.Document{
		Kind: reading.Letter, Pages: [2]int{1, 1}, Number: "109/TTr-UBND", IssuedOn: "2023-11-17", Place: "Chợ Đồn",
		Issuer: "ỦY BAN NHÂN DÂN HUYỆN CHỢ ĐỒN", Addressed: []string{"Sở Thông tin và Truyền thông tỉnh Bắc Kạn"},
		Subject: "Về việc đề nghị tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh Bắc Kạn cho các tập thể, cá nhân có thành tích xuất sắc trong phong trào thi đua “" + theCampaign + "”",
		Award:   "Bằng khen", Signed: yes(), SignedBy: "Lê Đăng Khoa", SignTitle: "CHỦ TỊCH", Authority: "TM.",
		StatedCollectives: num(2), StatedIndividuals: num(2), CitedMinutesDate: "2023-11-12",
		Nominees: []reading.Nominee{
			{Name: "Trung tâm Dịch vụ nông nghiệp", Kind: reading.Collective, Unit: "Ủy ban nhân dân huyện Chợ Đồn"},
			{Name: "Phòng Tài chính - Kế hoạch", Kind: reading.Collective, Unit: "Ủy ban nhân dân huyện Chợ Đồn"},
			{Name: "Phạm Thành Quảng", Kind: reading.Individual, Position: "Công chức", Unit: "Trung tâm Dịch vụ nông nghiệp"},
			{Name: "Đoàn Sỹ Kiên", Kind: reading.Individual, Position: "Viên chức", Unit: "Phòng Văn hóa và Thông tin"},
		},
		Evidence: seen(map[string]string{
			"so_ky_hieu": "Số: 109/TTr-UBND", "ngay_ban_hanh": "ngày 17 tháng 11 năm 2023", "da_ky": "(Đã ký)", "chuc_danh_ky": "CHỦ TỊCH",
			"quyen_ky": "TM. ỦY BAN NHÂN DÂN", "trich_yeu": "Về việc đề nghị tặng Bằng khen", "so_luong_tap_the": "02 tập thể", "so_luong_ca_nhan": "02 cá nhân",
		}),
	}
	w.minutes = &reading.Document{
		Kind: reading.Minutes, Pages: [2]int{1, 1}, Number: "18/BB-UBND", IssuedOn: "2023-11-12", MetOn: "2023-11-12", Place: "Chợ Đồn",
		Issuer: "ỦY BAN NHÂN DÂN HUYỆN CHỢ ĐỒN", Subject: "Họp Hội đồng Thi đua - Khen thưởng huyện Chợ Đồn xét, đề nghị khen thưởng",
		Members: num(9), Present: num(8), Absent: num(1), Chair: "Lê Đăng Khoa", Secretary: "Huỳnh Hải Toản", Signed: yes(),
		Evidence: seen(map[string]string{"so_ky_hieu": "Số: 18/BB-UBND", "ngay_hop": "ngày 12 tháng 11 năm 2023", "da_ky": "(Đã ký)"}),
	}
	for _, n := range w.letter.Nominees {
		w.minutes.Nominees = append(w.minutes.Nominees, reading.Nominee{
			Name: n.Name, Kind: n.Kind, Unit: n.Unit, VotesFor: num(8), VotesOf: num(9), Percent: percent(88.89),
			Evidence: seen(map[string]string{"ty_le": "88,89%", "phieu_dong_y": "8/9"}),
		})
	}
	w.file("to_trinh.pdf", dossier.Letter, w.letter, "TỜ TRÌNH\nTrên cơ sở Biên bản họp Hội đồng ngày 12/11/2023,\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n(Đã ký)\nLê Đăng Khoa")
	w.file("bien_ban.pdf", dossier.Minutes, w.minutes, "BIÊN BẢN\nBiên bản kết thúc vào hồi 16 giờ./.\nTHƯ KÝ\n(Đã ký)\nHuỳnh Hải Toản\nCHỦ TRÌ\n(Đã ký)\nLê Đăng Khoa")
	for i, n := range w.letter.Nominees {
		d := &reading.Document{
			Kind: reading.Report, Pages: [2]int{1, 1}, IssuedOn: "2023-11-06", Place: "Chợ Đồn", Parent: "ỦY BAN NHÂN DÂN HUYỆN CHỢ ĐỒN",
			Issuer: strings.ToUpper(n.Name), Subject: "ĐỀ NGHỊ TẶNG BẰNG KHEN CỦA CHỦ TỊCH UBND TỈNH BẮC KẠN", Form: "Mẫu số 07 - Nghị định số 91/2017/NĐ-CP",
			Name: n.Name, NomineeKind: n.Kind, Confirmed: yes(), ConfirmedBy: "Lê Đăng Khoa", ReportedBy: n.Name,
			Evidence: seen(map[string]string{"ngay_ban_hanh": "ngày 06 tháng 11 năm 2023", "xac_nhan": "(Đã ký)", "nguoi_xac_nhan": "Lê Đăng Khoa", "loai": "Tên tập thể", "ten": n.Name}),
		}
		if n.Kind == reading.Individual {
			d.BirthDate, d.Position, d.Unit = fmt.Sprintf("19%d-04-22", 70+i), n.Position, n.Unit+", Ủy ban nhân dân huyện Chợ Đồn"
			d.Issuer = strings.ToUpper(n.Unit)
		}
		w.reports = append(w.reports, d)
		w.file(fmt.Sprintf("bao_cao_%02d.pdf", i+1), dossier.Report, d,
			essay(i)+"\nXÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ\n(Ký, đóng dấu)\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n(Đã ký)\nLê Đăng Khoa")
	}
	return w
}

func (w *world) file(name string, slot dossier.Slot, d *reading.Document, text string) {
	w.files = append(w.files, &validate.File{
		ID: "id-" + name, Name: name, Slot: slot, SHA256: "sha-" + name,
		Reading: reading.Reading{Pages: []reading.Page{{N: 1, Quality: reading.Text, Text: text}}, Documents: []reading.Document{*d}},
	})
}

// drop leaves a file out.
func (w *world) drop(name string) {
	w.files = slices.DeleteFunc(w.files, func(f *validate.File) bool { return f.Name == name })
}

func (w *world) named(name string) *validate.File {
	for _, f := range w.files {
		if f.Name == name {
			return f
		}
	}
	panic(name)
}

func (w *world) judge() validate.Judgement { return validate.Judge(w.all(), w.rules, nil) }

// all puts the documents as they are now back into their files.
func (w *world) all() []validate.File {
	docs := map[string]*reading.Document{"to_trinh.pdf": w.letter, "bien_ban.pdf": w.minutes}
	for i, r := range w.reports {
		docs[fmt.Sprintf("bao_cao_%02d.pdf", i+1)] = r
	}
	var files []validate.File
	for _, f := range w.files {
		c := *f
		if d := docs[f.Name]; d != nil && len(f.Reading.Documents) > 0 {
			c.Reading.Documents = append([]reading.Document{*d}, f.Reading.Documents[1:]...)
		}
		files = append(files, c)
	}
	return files
}

// says writes a finding as "severity CODE nominee or names or file: found".
func says(f dossier.Finding) string {
	about := f.Nominee
	if about == "" {
		about = strings.Join(f.Names, "+")
	}
	if about == "" {
		about = f.File
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", f.Severity, f.Code, about))
}

// essay writes a report's text that no other report has.
func essay(i int) string {
	var b strings.Builder
	for k := range 12 {
		fmt.Fprintf(&b, "Trong lần thứ %d đã hoàn thành việc số %d với kết quả %d. ", k, i*1000+k, (i+3)*(k+7))
	}
	return b.String()
}

// one is one thing spoilt in a sound dossier and everything that is to be
// said of it then.
type one struct {
	name  string
	spoil func(w *world)
	want  []string
}

// check runs cases on sound dossiers and gives every code that was told.
func check(t *testing.T, rules validate.Rules, cases []one) map[string]bool {
	t.Helper()
	told := map[string]bool{}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			w := sound(rules)
			if x.spoil != nil {
				x.spoil(w)
			}
			var got []string
			for _, f := range w.judge().Findings {
				got = append(got, says(f))
				told[f.Code] = true
				wellTold(t, f)
			}
			if !slices.Equal(got, x.want) {
				t.Errorf("said\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(x.want, "\n  "))
			}
		})
	}
	return told
}

// wellTold holds every finding to what a page needs of it.
func wellTold(t *testing.T, f dossier.Finding) {
	t.Helper()
	for _, s := range []string{f.Message, f.Fix, f.MessageEN, f.FixEN} {
		if s == "" || strings.ContainsAny(s, "{}") || strings.Contains(s, "“”") {
			t.Errorf("%s: sentence %q", f.Code, s)
		}
	}
	if f.ID == "" || f.Rule == "" || f.Source == "" {
		t.Errorf("%s: %+v", f.Code, f)
	}
	if f.Doubtful && f.Severity == dossier.Block {
		t.Errorf("%s blocks on a doubtful reading", f.Code)
	}
}

// rulesOn gives the rules of Bắc Kạn's campaign on a day.
func rulesOn(t testing.TB, day string) validate.Rules {
	t.Helper()
	at, err := time.Parse("2006-01-02", day)
	if err != nil {
		t.Fatal(err)
	}
	set, err := books(t).InForce("bac-kan-2022-2025", at)
	if err != nil {
		t.Fatal(err)
	}
	_, plan, err := books(t).Pinned(validate.PinOf(set))
	if err != nil {
		t.Fatal(err)
	}
	return validate.Rules{Set: set, Purpose: validate.PurposeOf(plan)}
}
