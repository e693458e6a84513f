package campaign

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"hoso/shared/fault"
)

// planWith gives the plan of Bắc Kạn with one place changed.
func planWith(t *testing.T, old, new string) []byte {
	t.Helper()
	data, err := os.ReadFile("plans/bac-kan-2022-2025.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("the plan does not hold %q", old)
	}
	return []byte(strings.Replace(string(data), old, new, 1))
}

func TestFaultsNameLineFieldAndWhatToWrite(t *testing.T) {
	for _, c := range []struct {
		name, old, new, field, problem string
	}{
		{"unknown field", "signer: {value: Nguyễn", "colour: red\nsigner: {value: Nguyễn", "colour", "không có trong mẫu"},
		{"unknown field in a leaf", "quote: Nguyễn Đăng Bình", "quotes: Nguyễn Đăng Bình", "signer.quotes", "không có trong mẫu"},
		{"field twice", "\nsigner_title:", "\nsigner: not_stated\nsigner_title:", "signer", "hai lần"},
		{"missing leaf", "signer: {value: Nguyễn Đăng Bình, status: stated, quote: Nguyễn Đăng Bình, source: chữ ký}\n", "", "signer", "thiếu trường"},
		{"stated without a quote", "quote: Nguyễn Đăng Bình, source: chữ ký", "source: chữ ký", "signer", "không có quote"},
		{"stated without a source", "quote: Nguyễn Đăng Bình, source: chữ ký", "quote: Nguyễn Đăng Bình", "signer", "không có source"},
		{"not stated with a value", "intake: not_stated", "intake: {value: {from: 2023-10-01, until: 2023-10-31}, status: not_stated}", "rounds[0].intake", "mà có value"},
		{"other status", "status: stated, quote: Nguyễn Đăng Bình", "status: perhaps, quote: Nguyễn Đăng Bình", "signer", "“perhaps” không hợp lệ"},
		{"other word", "intake: not_stated", "intake: khong_neu", "rounds[0].intake", "không đọc được"},
		{"cap below zero", "{value: 15, status: stated, quote: Không quá 15 tập thể", "{value: -1, status: stated, quote: Không quá 15 tập thể", "rounds[0].caps.tap_the", "nhỏ hơn 0"},
		{"cap that is a word", "{value: 15, status: stated, quote: Không quá 15 tập thể", "{value: mười lăm, status: stated, quote: Không quá 15 tập thể", "rounds[0].caps.tap_the.value", "sai kiểu"},
		{"round outside the period", "value: IV/2025", "value: IV/2026", "rounds[1].window", "ngoài thời gian"},
		{"no such quarter", "value: IV/2025", "value: V/2025", "rounds[1].window", "không đọc được"},
		{"no such day", "value: 2022-10-10", "value: 2022-02-30", "date", "không đọc được"},
		{"plan after its campaign", "value: 2022-10-10", "value: 2026-10-10", "date", "sau khi phong trào kết thúc"},
		{"period backwards", "from: {value: 2022", "from: {value: 2026", "period", "ngược"},
		{"route to nobody", "body: {value: Chủ tịch UBND tỉnh, status: stated, quote: trình Chủ tịch UBND tỉnh khen thưởng, source: mục IV.2.1}", "body: not_stated", "route.steps[3].body", "không giao cho cơ quan nào"},
		{"step for no role", "role: decider", "role: \"\"", "route.steps[3].role", "không giao cho ai"},
		{"no decision", "act: decide", "act: review", "route", "một bước quyết định"},
		{"step of the wrong scope", "scope: dossier\n      act: appraise", "scope: round\n      act: appraise", "route.steps[0].scope", "không hợp với việc"},
		{"steps backwards", "scope: dossier\n      act: appraise", "scope: round\n      act: decide", "route.steps[1]", "thứ tự bước ngược"},
		{"two awards for one round", "id: giay-khen\n    pipeline: false", "id: giay-khen\n    pipeline: true", "awards", "2 hình thức"},
		{"id twice", "id: tong-ket-2025", "id: so-ket-2023", "rounds[1].id", "hai lần"},
		{"kind of round", "kind: tong_ket", "kind: cuoi", "rounds[1].kind", "không hợp lệ"},
		{"form without its decree", "decree: 91/2017/NĐ-CP", "decree: nghị định 91", "dossier.items[2].form", "văn bản ban hành"},
		{"share above one", "percent: {value: 80,", "percent: {value: 180,", "criteria[3].percent", "trên 100%"},
		{"long quote", "quote: trong một số lĩnh vực cơ bản của giai đoạn 2022 - 2025", "quote: một hai ba bốn năm sáu bảy tám chín mười mười-một mười-hai mười-ba mười-bốn mười-lăm mười-sáu mười-bảy", "fields", "17 từ"},
		{"id with marks", "id: bac-kan-2022-2025", "id: Bắc Kạn", "id", "không hợp lệ"},
		{"anchor", "intake: not_stated", "intake: &x not_stated", "rounds[0].intake", "neo"},
		{"no YAML", "signer: {value", "signer: {{value", "", "không đọc được"},
		{"due below one day", "due_working_days: not_stated", "due_working_days: {value: 0, status: decided, source: x}", "route.steps[0].due_working_days", "dưới 1 ngày"},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan, faults := Parse("bac-kan-2022-2025.yaml", planWith(t, c.old, c.new))
			if plan != nil || len(faults) == 0 {
				t.Fatal("accepted")
			}
			for _, f := range faults {
				if (f.Field == c.field || c.field == "") && strings.Contains(f.Problem, c.problem) {
					if f.Line < 1 || f.Fix == "" || f.File != "bac-kan-2022-2025.yaml" {
						t.Errorf("incomplete fault: %+v", f)
					}
					return
				}
			}
			t.Errorf("want %q at %q, got:\n%v", c.problem, c.field, faults)
		})
	}
}

func TestAFileIsNamedAfterItsCampaign(t *testing.T) {
	_, err := LoadAll(fstest.MapFS{"plans/other.yaml": {Data: planWith(t, "id:", "id:")}}, "plans")
	if !strings.Contains(fault.Public(err), "khác tên tệp") {
		t.Errorf("%v", err)
	}
}

func TestFaultsPointAtTheLine(t *testing.T) {
	data := planWith(t, "{value: 15, status: stated, quote: Không quá 15 tập thể", "{value: -1, status: stated, quote: Không quá 15 tập thể")
	_, faults := Parse("bac-kan-2022-2025.yaml", data)
	if len(faults) != 1 {
		t.Fatalf("%v", faults)
	}
	line := strings.Split(string(data), "\n")[faults[0].Line-1]
	if !strings.Contains(line, "value: -1") {
		t.Errorf("line %d is %q", faults[0].Line, line)
	}
}

func TestAllFaultsAreGivenAtOnce(t *testing.T) {
	data := planWith(t, "{value: 15, status: stated, quote: Không quá 15 tập thể", "{value: -1, status: stated, quote: Không quá 15 tập thể")
	data = []byte(strings.Replace(string(data), "value: IV/2025", "value: IV/2026", 1))
	if _, faults := Parse("bac-kan-2022-2025.yaml", data); len(faults) != 2 {
		t.Errorf("%d faults:\n%v", len(faults), faults)
	}
}

func TestDigestFollowsTheBytes(t *testing.T) {
	a, _ := Parse("bac-kan-2022-2025.yaml", planWith(t, "id:", "id:"))
	b, _ := Parse("bac-kan-2022-2025.yaml", planWith(t, "note: Trừ văn bản mật.", "note: Trừ văn bản mật"))
	if a == nil || b == nil || a.Digest() == b.Digest() || len(a.Digest()) != 64 {
		t.Error("digests do not tell two files apart")
	}
}

func FuzzParseSurvives(f *testing.F) {
	f.Add([]byte("id: x"))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("rounds: [{caps: {tap_the: not_stated}}]"))
	f.Add([]byte("{[}"))
	f.Add([]byte("? - \n: x"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, faults := Parse("x.yaml", data)
		if (c == nil) == (len(faults) == 0) {
			t.Errorf("neither a campaign nor a fault, or both")
		}
	})
}
