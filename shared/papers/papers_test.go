package papers_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hoso/shared/papers"
)

func request(collectives, individuals int) papers.Request {
	r := papers.Request{
		Issuer: "UBND tỉnh Bắc Kạn", Agency: "Sở Thông tin và Truyền thông", Reviewer: "Sở Nội vụ", Award: "Bằng khen của Chủ tịch UBND tỉnh",
		Campaign: "Bắc Kạn đẩy mạnh chương trình chuyển đổi số", Round: "Sơ kết 2023", Plan: "635/KH-UBND", PlanDate: "2022-10-10",
		Laws: []string{"Luật Thi đua, khen thưởng 06/2022/QH15", "Nghị định 98/2023/NĐ-CP"}, Made: time.Date(2023, 12, 1, 2, 3, 4, 0, time.UTC),
	}
	for i := range collectives {
		r.Nominees = append(r.Nominees, papers.Nominee{Collective: true, Name: fmt.Sprintf("Phòng Văn hóa và Thông tin huyện Chợ Đồn %d", i), Unit: "Ủy ban nhân dân huyện Chợ Đồn"})
	}
	for i := range individuals {
		r.Nominees = append(r.Nominees, papers.Nominee{Name: fmt.Sprintf("Nguyễn Thị Kỷ Ưỡng %d", i), Position: "Phó Trưởng phòng <Ứng dụng & phát triển>", Unit: "Sở Y tế"})
	}
	return r
}

// opened gives the parts of a Word document, each well-formed.
func opened(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(bytes.NewReader(body))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
		parts[f.Name] = string(body)
	}
	return parts
}

// texts are the words of a Word document, paragraph by paragraph.
func texts(t *testing.T, document string) string {
	t.Helper()
	var doc struct {
		Inner string `xml:",innerxml"`
	}
	if err := xml.Unmarshal([]byte(document), &doc); err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(strings.NewReader(document))
	var b strings.Builder
	in := false
	for {
		tok, err := d.Token()
		if err != nil {
			return b.String()
		}
		switch x := tok.(type) {
		case xml.StartElement:
			in = x.Name.Local == "t"
		case xml.EndElement:
			if x.Name.Local == "p" {
				b.WriteString("\n")
			}
			in = false
		case xml.CharData:
			if in {
				b.Write(x)
			}
		}
	}
}

func TestTheLetterHasEveryPartOfAnOfficialDocument(t *testing.T) {
	p := papers.Consolidated(request(2, 2))
	b, err := p.DOCX()
	if err != nil {
		t.Fatal(err)
	}
	parts := opened(t, b)
	for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/styles.xml"} {
		if parts[name] == "" {
			t.Errorf("%s is missing", name)
		}
	}
	got := texts(t, parts["word/document.xml"])
	at := 0
	for _, want := range []string{
		"UBND TỈNH BẮC KẠN", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
		"/TTr-", "Bắc Kạn, ngày", "TỜ TRÌNH", "Về việc đề nghị tặng Bằng khen của Chủ tịch UBND tỉnh", "Kính gửi:", "- Sở Nội vụ;", "- Chủ tịch Ủy ban nhân dân tỉnh Bắc Kạn.",
		"Căn cứ Luật Thi đua, khen thưởng 06/2022/QH15;", "Căn cứ Kế hoạch số 635/KH-UBND ngày 10/10/2022", "cho 02 tập thể và 02 cá nhân",
		"I. TẬP THỂ", "huyện Chợ Đồn 1", "II. CÁ NHÂN", "Nguyễn Thị Kỷ Ưỡng 0", "Phó Trưởng phòng <Ứng dụng & phát triển>", "xem xét, quyết định./.", "Nơi nhận:", "- Lưu: VT, hồ sơ.", "GIÁM ĐỐC",
	} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Errorf("%q is missing, or not in its place", want)
			continue
		}
		at += i
	}
	again, err := p.DOCX()
	if err != nil || !bytes.Equal(b, again) {
		t.Errorf("the same data gives other bytes: %v", err)
	}
}

func TestThePDFHasItsFontsAndTheSameBytesEachTime(t *testing.T) {
	for _, n := range []int{1, 60} {
		p := papers.Consolidated(request(n/2, n-n/2))
		b, err := p.PDF()
		if err != nil {
			t.Fatal(err)
		}
		again, err := p.PDF()
		if err != nil || !bytes.Equal(b, again) {
			t.Errorf("the same data gives other bytes: %v", err)
		}
		if got := bytes.Count(b, []byte("/FontFile2")); got != 3 {
			t.Errorf("%d fonts are embedded", got)
		}
		if dir := os.Getenv("HOSO_PAPERS_OUT"); dir != "" {
			d, err := p.DOCX()
			if err != nil {
				t.Fatal(err)
			}
			for name, body := range map[string][]byte{"pdf": b, "docx": d} {
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("letter-%d.%s", n, name)), body, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func TestWhatIsNotKnownStaysBlank(t *testing.T) {
	b, err := papers.Consolidated(papers.Request{Campaign: "C", Round: "R", Nominees: []papers.Nominee{{Name: "A\x00\uFFFEB"}}}).DOCX()
	if err != nil {
		t.Fatal(err)
	}
	got := texts(t, opened(t, b)["word/document.xml"])
	for _, never := range []string{"Căn cứ", "Chủ tịch", "0001", "UBND", "Ủy ban"} {
		if strings.Contains(got, never) {
			t.Errorf("%q was made up: %s", never, got)
		}
	}
	if !strings.Contains(got, papers.Blank) || strings.ContainsRune(got, 0) {
		t.Errorf("no blank: %s", got)
	}
}
