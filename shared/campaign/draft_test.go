package campaign

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestABlankIsAPlanThatStatesNothing(t *testing.T) {
	text, err := Draft("phu-tho-2027", nil)
	if err != nil {
		t.Fatal(err)
	}
	c, faults := Parse("phu-tho-2027.yaml", []byte(text))
	if len(faults) > 0 || c.ID != "phu-tho-2027" || c.Text() != text {
		t.Fatal(faults)
	}
	visit(c, func(path, _ string, l anyLeaf) {
		if l.facts().status != NotStated {
			t.Errorf("%s is %s in a blank", path, l.facts().status)
		}
	})
	needs, err := c.Needs("tong-ket", nil)
	if err != nil || len(needs) < 10 {
		t.Errorf("a blank leaves %d values to decide, %v", len(needs), err)
	}
	for _, id := range []string{"", "Phú Thọ", "../x", strings.Repeat("a", 61)} {
		if _, err := Draft(id, nil); err == nil {
			t.Errorf("%q is taken for an id", id)
		}
	}
}

func TestACopyIsAnotherCampaignOfTheSameData(t *testing.T) {
	for _, c := range builtin(t) {
		text, err := Draft("ban-sao", c)
		if err != nil {
			t.Fatal(err)
		}
		again, faults := Parse("ban-sao.yaml", []byte(text))
		if len(faults) > 0 || again.ID != "ban-sao" || again.Digest() == c.Digest() || fmt.Sprint(again.Mains()) != fmt.Sprint(c.Mains()) {
			t.Errorf("%s: %v", c.ID, faults)
		}
	}
}

func TestMainFactsAreWrittenIntoTheText(t *testing.T) {
	c := get(t, "bac-kan-2022-2025")
	// As they are, they change nothing that is read.
	same, faults := SetMains("x.yaml", c.Text(), c.Mains())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	again, faults := Parse("x.yaml", []byte(same))
	if len(faults) > 0 || fmt.Sprint(again.Mains()) != fmt.Sprint(c.Mains()) {
		t.Fatalf("%v\n%v\n%v", faults, again.Mains(), c.Mains())
	}
	if !strings.Contains(same, "# Kế hoạch phát động") || !strings.Contains(same, "Hạn nộp báo cáo kết quả, không phải hạn nộp hồ sơ") {
		t.Error("the rest of the text did not stay")
	}
	text, faults := SetMains("x.yaml", c.Text(), []Main{
		{Path: "title", Value: `Tên "mới": #1 & {x}`, Quote: "Tên mới", Source: "tiêu đề"},
		{Path: "date", Value: "2027-01-05", Quote: "ngày 05 tháng 01 năm 2027", Source: "đầu văn bản"},
		{Path: "rounds[0].caps.tap_the", Value: "12", Source: "Công văn 1/STTTT"},
		{Path: "rounds[0].caps.ca_nhan"},
	})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	_, faults = Parse("x.yaml", []byte(text))
	if len(faults) != 1 || faults[0].Field != "date" {
		t.Fatalf("a plan dated after its end: %v", faults)
	}
	text, _ = SetMains("x.yaml", text, []Main{{Path: "date"}})
	c2, faults := Parse("x.yaml", []byte(text))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	caps := c2.Rounds[0].Caps
	if c2.Title.Or("") != `Tên "mới": #1 & {x}` || caps.Collective.Status != Decided || caps.Collective.Or(0) != 12 || caps.Individual.Status != NotStated {
		t.Errorf("%+v %+v", c2.Title, caps)
	}
	text, _ = SetMains("x.yaml", c.Text(), []Main{{Path: "rounds[0].name", Value: "2025", Source: "Giám đốc"}, {Path: "responsible_body", Value: "2025-01-05", Source: "Giám đốc"}})
	if c3, faults := Parse("x.yaml", []byte(text)); len(faults) > 0 || c3.Rounds[0].Name.Or("") != "2025" || c3.ResponsibleBody.Or("") != "2025-01-05" {
		t.Errorf("a name that looks like a number: %v", faults)
	}
	if _, faults := SetMains("x.yaml", c.Text(), []Main{{Path: "rounds[7].caps.tap_the", Value: "1"}}); len(faults) != 1 {
		t.Error("a round that is not there was written")
	}
	if _, faults := SetMains("x.yaml", "a: [", nil); len(faults) == 0 {
		t.Error("a text that cannot be read was written")
	}
}

// TestHostileTextsEndSoon: each is refused with a line and what to write,
// before it can keep the server busy.
func TestHostileTextsEndSoon(t *testing.T) {
	fill := func(unit string, lines int) string { return strings.Repeat(unit, min(lines, maxText/len(unit))) }
	keys := ""
	for i := range maxLines - 1 {
		keys += fmt.Sprintf("k%d: {a: %d, b: [x]}\n", i, i)
	}
	for name, text := range map[string]string{
		"too large": strings.Repeat("x", maxText+1), "not text": "a: \xff\xfe", "nul": "a: \x00", "too many lines": strings.Repeat("\n", maxLines+1),
		"brackets": fill("[", 1e6), "brackets quoted": "a:\n  " + fill(`["]",`, 600) + "\n" + "  " + fill(`["]",`, 600), "brackets in comments": "a:\n" + fill("  [ # ]\n", maxLines-2),
		"braces in single quotes": "a:\n" + fill("  {a: ['}]', \n", maxLines-2), "braces": fill("{a: ", 1e6), "dashes": fill("- ", 1e6), "keys of keys": fill("? ", 1e6),
		"anchors": "a: &a [x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n", "merge": "a: &a {b: c}\nd: {<<: *a}\n", "tags": "a: !!binary aGk=\n",
		"two documents": "a: 1\n---\nb: 2\n", "quotes": fill("\"", 1e6), "many keys": keys, "one key": fill("a:\n", maxLines-1),
		"a long list": "a: [" + fill(strings.Repeat("x,", 1900)+"\n", 24) + "]", "commas": fill(strings.Repeat(",", 3000)+"\n", 30), "a block": "a: |\n" + fill(" "+strings.Repeat("x", 60)+"\n", maxLines-1),
	} {
		began := time.Now()
		c, faults := Parse("x.yaml", []byte(text))
		if c != nil || len(faults) == 0 || faults[0].Line < 1 || faults[0].Fix == "" {
			t.Errorf("%s: %v", name, faults)
		}
		if hidden := strings.Contains(name, " in ") || name == "brackets quoted"; hidden && !strings.Contains(faults[0].Problem, "ngoặc") {
			t.Errorf("%s reached the parser: %v", name, faults[0])
		}
		if took := time.Since(began); took > 20*time.Second { // squares of 96 KB took minutes
			t.Errorf("%s took %s", name, took)
		}
	}
}
