package checkcmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/onebox/checkcmd"
	"hoso/shared/reading"
	"hoso/shared/signature"
)

// plainReader takes a file's bytes for its reading.
type plainReader struct{}

func (plainReader) Read(_ context.Context, pdf *os.File) (reading.Reading, error) {
	b, err := io.ReadAll(pdf)
	if err != nil {
		return reading.Reading{}, err
	}
	if string(b) == "locked" {
		return reading.Reading{}, &fault.Error{Kind: fault.Unreadable, Op: "read", Code: reading.CodePassword, Public: "Tệp có mật khẩu."}
	}
	var r reading.Reading
	return r, json.Unmarshal(b, &r)
}

// shelf writes dossiers: folder -> file -> content.
func shelf(t *testing.T, folders map[string]map[string]any) string {
	t.Helper()
	dir := t.TempDir()
	for folder, files := range folders {
		for name, content := range files {
			path := filepath.Join(dir, folder, name)
			b, ok := content.(string)
			if !ok {
				enc, err := json.Marshal(content)
				if err != nil {
					t.Fatal(err)
				}
				b = string(enc)
			}
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(b), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

func paper(d reading.Document) reading.Reading {
	d.Pages = [2]int{1, 1}
	return reading.Reading{Pages: []reading.Page{{N: 1, Quality: reading.Text}}, Documents: []reading.Document{d}}
}

var yes = func() *bool { b := true; return &b }()

// good are the papers of a dossier without a fault, for one person.
func good() map[string]any {
	nine := 9
	one := 1
	return map[string]any{
		"to_trinh.pdf": paper(reading.Document{
			Kind: reading.Letter, Number: "1/TTr-SNV", IssuedOn: "2023-11-17", Issuer: "SỞ NỘI VỤ", Signed: yes, StatedIndividuals: &one, CitedMinutesDate: "2023-11-12",
			Nominees: []reading.Nominee{{Name: "Đoàn Sỹ Kiên", Kind: reading.Individual}},
		}),
		"bien_ban.pdf": paper(reading.Document{
			Kind: reading.Minutes, MetOn: "2023-11-12", Members: &nine, Chair: "Lê Đăng Khoa", Secretary: "Huỳnh Hải Toản", Signed: yes, Nominees: []reading.Nominee{{Name: "Đoàn Sỹ Kiên", VotesFor: &nine, VotesOf: &nine}},
		}),
		"bao_cao/01.pdf": paper(reading.Document{Kind: reading.Report, IssuedOn: "2023-11-06", Name: "Đoàn Sỹ Kiên", NomineeKind: reading.Individual, BirthDate: "1980-01-02", Unit: "Sở Nội vụ", Confirmed: yes}),
	}
}

func with(m map[string]any, name string, content any) map[string]any {
	m[name] = content
	return m
}

// run runs the command and gives its status and outputs.
func run(t *testing.T, change func(c *checkcmd.Command), dirs ...string) (status int, out, errs string) {
	t.Helper()
	book, err := campaign.BuiltinRules()
	if err != nil {
		t.Fatal(err)
	}
	var o, e bytes.Buffer
	c := checkcmd.Command{
		Reader: plainReader{}, Book: book, Dirs: dirs, Stdout: &o, Stderr: &e, Parallel: 3,
		Now: func() time.Time { return time.Date(2023, 11, 20, 3, 0, 0, 0, time.UTC) },
	}
	if change != nil {
		change(&c)
	}
	status = c.Run(context.Background())
	return status, o.String(), e.String()
}

func TestTheExitStatusSaysWhetherSomethingBlocks(t *testing.T) {
	eight := 8
	dir := shelf(t, map[string]map[string]any{
		"tot": good(),
		"canh-bao": with(good(), "bien_ban.pdf", paper(reading.Document{
			Kind: reading.Minutes, MetOn: "2023-11-12", Members: &eight, Chair: "Lê Đăng Khoa", Secretary: "Huỳnh Hải Toản", Signed: yes, Nominees: []reading.Nominee{{Name: "Đoàn Sỹ Kiên"}},
		})),
		"thieu":  {"to_trinh.pdf": good()["to_trinh.pdf"], "bien_ban.pdf": good()["bien_ban.pdf"]},
		"khoa":   with(good(), "bao_cao/01.pdf", "locked"),
		"loi":    with(good(), "them.pdf", "not a reading"),
		"rong":   {"ghi-chu.txt": "không có PDF"},
		"chi-co": {"dossier.json": `{"agency":"Sở Nội vụ"}`},
	})
	for _, x := range []struct {
		folder string
		status int
		out    string
		errs   string
	}{
		{"tot", checkcmd.Done, "tot: 0 lỗi chặn, 0 cần xem, 0 lưu ý", ""},
		{"canh-bao", checkcmd.Done, "[lưu ý] VOTE_UNKNOWN", ""},
		{"thieu", checkcmd.FoundWrong, "[CHẶN] MISSING_REPORT (to_trinh.pdf, trang 1)", ""},
		{"khoa", checkcmd.FoundWrong, "Tệp có mật khẩu.", ""},
		{"loi", checkcmd.Done, "[xem] FILE_UNUSABLE", ""},
		{"chi-co", checkcmd.FoundWrong, "MISSING_LETTER", ""},
		{"rong", checkcmd.WrongUse, "", "Không thấy tệp PDF nào"},
		{"khong-co", checkcmd.WrongUse, "", "Không thấy thư mục"},
	} {
		status, out, errs := run(t, nil, filepath.Join(dir, x.folder))
		if status != x.status || !strings.Contains(out, x.out) || !strings.Contains(errs, x.errs) || x.errs == "" && errs != "" {
			t.Errorf("%s: status %d, want %d\n%s%s", x.folder, status, x.status, out, errs)
		}
	}
	if status, _, errs := run(t, nil); status != checkcmd.WrongUse || errs == "" {
		t.Errorf("no folder: %d %q", status, errs)
	}
}

func TestFindingsAreWrittenAlsoWhereTheyBlock(t *testing.T) {
	dir := shelf(t, map[string]map[string]any{"a": good(), "b": {"to_trinh.pdf": good()["to_trinh.pdf"], "bien_ban.pdf": good()["bien_ban.pdf"]}})
	out := t.TempDir()
	// A folder of dossiers stands for the dossiers in it.
	if status, _, errs := run(t, func(c *checkcmd.Command) { c.Out = out }, dir); status != checkcmd.FoundWrong {
		t.Fatalf("status %d %s", status, errs)
	}
	if fs := findings(t, out, "a"); fs == nil || len(fs) != 0 {
		t.Errorf("a: %v", fs)
	}
	fs := findings(t, out, "b")
	if len(fs) != 1 {
		t.Fatalf("b: %+v", fs)
	}
	f := fs[0]
	if f.Code != "MISSING_REPORT" || f.Severity != dossier.Block || f.File != "to_trinh.pdf" || f.Page != 1 || f.Nominee != "Đoàn Sỹ Kiên" || f.Loai != dossier.Individual ||
		f.Rule != "R01" || f.Source == "" || f.Fix == "" || f.FixEN == "" {
		t.Errorf("%+v", f)
	}
	// Two dossiers of one name would overwrite each other.
	if status, _, errs := run(t, func(c *checkcmd.Command) { c.Out = out }, filepath.Join(dir, "a"), filepath.Join(dir, "a", ".")); status != checkcmd.WrongUse || !strings.Contains(errs, "cùng tên") {
		t.Errorf("status %d %s", status, errs)
	}
}

func TestJSONIsAllThatIsPrinted(t *testing.T) {
	dir := shelf(t, map[string]map[string]any{"a": good(), "b": {"bien_ban.pdf": good()["bien_ban.pdf"]}})
	status, out, errs := run(t, func(c *checkcmd.Command) { c.JSON = true }, dir)
	var got struct{ Dossiers []checkcmd.Result }
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != checkcmd.FoundWrong || errs != "" {
		t.Fatalf("%v %d %q\n%s", err, status, errs, out)
	}
	if len(got.Dossiers) != 2 || got.Dossiers[0].Dossier != "a" || got.Dossiers[0].Counts != (dossier.Counts{}) || got.Dossiers[1].Counts.Block == 0 || got.Dossiers[1].RuleSet.ID == "" {
		t.Errorf("%+v", got.Dossiers)
	}
}

func TestTheDossiersOwnRulesAndPlacesCount(t *testing.T) {
	seven := 7
	low := with(good(), "bien_ban.pdf", paper(reading.Document{
		Kind: reading.Minutes, MetOn: "2023-11-12", Signed: yes, Nominees: []reading.Nominee{{Name: "Đoàn Sỹ Kiên", VotesFor: &seven, VotesOf: &seven}},
	}))
	about := `{"agency":"Sở Nội vụ","rules":{"vote_threshold_pct":80,"vote_base":"tong_thanh_vien","council_size":9,"quota":{"ca_nhan":0}},
	 "slots":{"bao_cao":["bien_ban.pdf"],"to_trinh":["to_trinh.pdf"]}, "expected_findings":[{"code":"NO_SUCH"}], "title":"x"}`
	dir := shelf(t, map[string]map[string]any{"a": low, "b": with(low, "dossier.json", about)})
	_, out, _ := run(t, nil, filepath.Join(dir, "b"))
	for _, code := range []string{"VOTES_UNDER_THRESHOLD", "OVER_QUOTA", "WRONG_DOCUMENT (bien_ban.pdf"} {
		if !strings.Contains(out, code) {
			t.Errorf("no %s:\n%s", code, out)
		}
	}
	bad := shelf(t, map[string]map[string]any{"c": with(good(), "dossier.json", "{")})
	if status, _, errs := run(t, nil, filepath.Join(bad, "c")); status != checkcmd.WrongUse || !strings.Contains(errs, "dossier.json") {
		t.Errorf("a broken dossier.json: %d %s", status, errs)
	}
}

func TestTheRulesAreThoseOfTheLettersDay(t *testing.T) {
	later := good()
	letter := later["to_trinh.pdf"].(reading.Reading)
	letter.Documents[0].IssuedOn = "2026-10-05"
	undated := good()
	none := undated["to_trinh.pdf"].(reading.Reading)
	none.Documents[0].IssuedOn = ""
	ancient := good()
	old := ancient["to_trinh.pdf"].(reading.Reading)
	old.Documents[0].IssuedOn = "2011-01-05"
	dir := shelf(t, map[string]map[string]any{"2023": good(), "2026": later, "khong-ngay": undated, "xua": ancient})
	for folder, since := range map[string]string{"2023": "2017-12-15", "2026": "2026-10-01", "khong-ngay": "2025-08-05", "xua": "2025-08-05"} {
		today := func(c *checkcmd.Command) {
			c.JSON, c.Now = true, func() time.Time { return time.Date(2025, 9, 1, 3, 0, 0, 0, time.UTC) }
		}
		_, out, _ := run(t, today, filepath.Join(dir, folder))
		if !strings.Contains(out, "/"+since+`"`) {
			t.Errorf("%s: not by the rules since %s\n%.300s", folder, since, out)
		}
	}
}

func TestTheCampaignsFileMustBeOne(t *testing.T) {
	dir := shelf(t, map[string]map[string]any{"a": good()})
	for _, file := range []string{"khong-co.yaml", filepath.Join(dir, "a", "to_trinh.pdf")} {
		if status, _, errs := run(t, func(c *checkcmd.Command) { c.Campaign = file }, filepath.Join(dir, "a")); status != checkcmd.WrongUse || !strings.Contains(errs, "phong trào") {
			t.Errorf("%s: %d %s", file, status, errs)
		}
	}
}

func TestAReadingsVerdictOnSignaturesIsTold(t *testing.T) {
	signed := good()
	letter := signed["to_trinh.pdf"].(reading.Reading)
	letter.Signatures = []reading.Signature{{Field: "a", Coverage: reading.Whole, Verdict: reading.Reject, Codes: []string{signature.CodeAltered}}}
	signed["to_trinh.pdf"] = letter
	dir := shelf(t, map[string]map[string]any{"a": signed})
	if status, out, _ := run(t, nil, filepath.Join(dir, "a")); status != checkcmd.FoundWrong || !strings.Contains(out, "SIGNATURE_INVALID") {
		t.Errorf("%d %s", status, out)
	}
	letter.Signatures[0].Codes = nil
	dir = shelf(t, map[string]map[string]any{"a": signed})
	if status, out, _ := run(t, nil, filepath.Join(dir, "a")); status != checkcmd.Done {
		t.Errorf("%d %s", status, out)
	}
}

func TestStoppingSaysSo(t *testing.T) {
	dir := shelf(t, map[string]map[string]any{"a": good()})
	ctx, stop := context.WithCancel(context.Background())
	stop()
	var o, e bytes.Buffer
	c := checkcmd.Command{Reader: plainReader{}, Dirs: []string{filepath.Join(dir, "a")}, Stdout: &o, Stderr: &e, Parallel: 1}
	if status := c.Run(ctx); status != checkcmd.FoundWrong || !strings.Contains(e.String(), "dừng") || o.Len() > 0 {
		t.Errorf("%d %q %q", status, &e, &o)
	}
}
