package pdfs

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func day(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 14, 5, 0, 0, time.UTC) }

var (
	office = Office{
		Upper: "ỦY BAN NHÂN DÂN", Name: "HUYỆN CHỢ ĐỒN", Full: "Ủy ban nhân dân huyện Chợ Đồn", Symbol: "UBND", Place: "Chợ Đồn",
		Council: "Hội đồng Thi đua - Khen thưởng huyện Chợ Đồn", Authority: "TM. ỦY BAN NHÂN DÂN", Title: "CHỦ TỊCH", Head: "Hoàng Thế Vinh",
	}
	campaign = Campaign{
		Name: "“Bắc Kạn đẩy mạnh chương trình chuyển đổi số giai đoạn 2022 - 2025”", Plan: "635/KH-UBND ngày 10 tháng 10 năm 2022",
		Award: "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh Bắc Kạn", Agency: "Sở Thông tin và Truyền thông tỉnh Bắc Kạn", Event: "sơ kết phong trào thi đua",
	}
	people = []Nominee{
		{
			Collective: true, Name: "Phòng Văn hóa và Thông tin huyện Chợ Đồn", Unit: "Ủy ban nhân dân huyện Chợ Đồn", Seat: "thị trấn Bằng Lũng", Staff: 9, Women: 4, Leader: "Triệu Thị Thuỷ",
			Done: []string{"Đưa toàn bộ hồ sơ công việc lên môi trường mạng."},
		},
		{
			Honor: "Bà", Name: "Lý Thị Quỳnh", Position: "Chuyên viên", Unit: "Văn phòng HĐND và UBND huyện Chợ Đồn", Birth: day(1988, 2, 3), Home: "xã Yên Thịnh, huyện Chợ Đồn", Degree: "Đại học",
			Done: []string{"Viết công cụ nhắc việc."}, Earlier: [][2]string{{"2021", "Giấy khen; Quyết định số 12/QĐ-UBND"}},
		},
	}
)

func letter() Letter {
	return Letter{From: office, Number: "112", Date: day(2023, 11, 20), Campaign: campaign, Minutes: "31", Met: day(2023, 11, 15), Nominees: people, Collectives: -1, Individuals: -1}
}

func minutes() Minutes {
	return Minutes{
		From: office, Number: "31", Met: day(2023, 11, 15), Campaign: campaign, Room: "Phòng họp số 2", Members: 9, Present: 8,
		Chair: "Ông Hoàng Thế Vinh", ChairJob: "Chủ tịch Hội đồng", Secretary: "Bà Nông Thị Hạnh", SecJob: "Chuyên viên",
		Votes: []Voted{{Nominee: people[0], For: 8, Of: 9}, {Nominee: people[1], For: 9, Of: 9}},
	}
}

func papers() map[string]Paper {
	return map[string]Paper{
		"letter": letter(), "minutes": minutes(),
		"report-collective": Report{From: office, Date: day(2023, 11, 10), Campaign: campaign, Nominee: people[0]},
		"report-individual": Report{From: office, Date: day(2023, 11, 10), Campaign: campaign, Nominee: people[1]},
		"decision":          Decision{From: office, Number: "2210/QĐ-UBND", Date: day(2023, 12, 18), Campaign: campaign, Nominees: people},
	}
}

// read gives the text that an independent program takes out of the file.
func read(t *testing.T, raw []byte) string {
	t.Helper()
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("HOSO_COMPLETE") == "1" {
			t.Fatal("pdftotext is missing")
		}
		t.Skip("pdftotext is not installed: the text of the papers was not read back")
	}
	c := exec.Command(program, "-layout", "-", "-")
	c.Stdin = bytes.NewReader(raw)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

func TestPapersReadBackAsTheyWereWritten(t *testing.T) {
	want := map[string][]string{
		"letter":            {"HUYỆN CHỢ ĐỒN", "Số: 112/TTr-UBND", "Chợ Đồn, ngày 20 tháng 11 năm 2023", "TỜ TRÌNH", "01 tập thể và 01 cá nhân", "1. Bà Lý Thị Quỳnh, Chuyên viên", "(Đã ký)", "Hoàng Thế Vinh"},
		"minutes":           {"Số: 31/BB-UBND", "Tổng số thành viên Hội đồng: 9; số thành viên có mặt: 8", "8/9 88,89%", "9/9 100%", "Nông Thị Hạnh"},
		"report-collective": {"BÁO CÁO THÀNH TÍCH", "1. Tên tập thể: Phòng Văn hóa và Thông tin huyện Chợ Đồn.", "Triệu Thị Thuỷ"},
		"report-individual": {"Họ và tên: Lý Thị Quỳnh; giới tính: Nữ", "Sinh ngày 03 tháng 2 năm 1988", "NGƯỜI BÁO CÁO"},
		"decision":          {"Số: 2210/QĐ-UBND", "DANH SÁCH", "Bà Lý Thị Quỳnh"},
	}
	for name, p := range papers() {
		raw, err := Write(p)
		if err != nil {
			t.Fatal(err)
		}
		if dir := os.Getenv("HOSO_KEEP"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, name+".pdf"), raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		text := read(t, raw)
		for _, w := range want[name] {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q is not in\n%s", name, w, text)
			}
		}
	}
}

func TestFaultsStandInThePapersThatAreAskedToHaveThem(t *testing.T) {
	l := letter()
	l.Individuals, l.Unsigned = 3, true
	r := Report{From: office, Date: day(2023, 11, 10), Campaign: campaign, Nominee: people[1], Unconfirmed: true}
	raw, err := Write(l, r)
	if err != nil {
		t.Fatal(err)
	}
	text := read(t, raw)
	if !strings.Contains(text, "01 tập thể và 03 cá nhân") {
		t.Error("the stated number is not the one asked for")
	}
	if n := strings.Count(text, "(Đã ký)"); n != 1 { // the nominee's own
		t.Errorf("%d signatures, want 1", n)
	}
}

func TestSameDataGivesTheSameBytes(t *testing.T) {
	for name, p := range papers() {
		a, err := Write(p)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Write(p)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs from itself", name)
		}
	}
}

func TestScanIsPicturesOnly(t *testing.T) {
	l := letter()
	l.Hand = true
	raw, err := Scan(7, l)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Scan(7, l)
	if err != nil || !bytes.Equal(raw, again) {
		t.Errorf("the same scan differs from itself, %v", err)
	}
	if dir := os.Getenv("HOSO_KEEP"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "scan.pdf"), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if bytes.Contains(raw, []byte("/Font <<\n/F")) || bytes.Contains(raw, []byte("/ToUnicode")) {
		t.Error("a scan has a text layer")
	}
	if len(raw) > 2<<20 {
		t.Errorf("a scan of one paper has %d bytes", len(raw))
	}
	if text := read(t, raw); text != "" {
		t.Errorf("text in a scan: %q", text)
	}
}
