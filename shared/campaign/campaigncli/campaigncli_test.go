package campaigncli

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

func command(asJSON bool) (Command, *bytes.Buffer, *bytes.Buffer) {
	var out, err bytes.Buffer
	now := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	return Command{Out: &out, Err: &err, JSON: asJSON, ReadFile: os.ReadFile, Now: func() time.Time { return now }}, &out, &err
}

func TestListNamesAllFiveCampaigns(t *testing.T) {
	c, out, _ := command(true)
	if status := c.List(); status != Done {
		t.Fatal(status)
	}
	var rows []struct {
		ID     string
		Number struct{ Status string }
		Rounds []string
	}
	if err := json.Unmarshal(out.Bytes(), &rows); err != nil || len(rows) != 5 || rows[0].ID != "bac-kan-2022-2025" || len(rows[0].Rounds) != 2 || rows[3].Number.Status != "not_stated" {
		t.Errorf("%v %+v", err, rows)
	}
	c, out, _ = command(false)
	if c.List() != Done || strings.Count(out.String(), "\n") != 5 || !strings.Contains(out.String(), "635/KH-UBND") {
		t.Errorf("%s", out)
	}
}

func TestShowGivesEveryLeafAsJSON(t *testing.T) {
	c, out, _ := command(true)
	if status := c.Show("bac-kan-2022-2025"); status != Done {
		t.Fatal(status)
	}
	var plan struct {
		Rounds []struct {
			ID   string
			Caps map[string]struct {
				Value                 *int
				Status, Quote, Source string
			}
			Intake struct {
				Value  any
				Status string
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &plan); err != nil {
		t.Fatal(err)
	}
	leaf := plan.Rounds[1].Caps["ca_nhan"]
	if leaf.Value == nil || *leaf.Value != 25 || leaf.Status != "stated" || leaf.Quote != "20 tập thể và 25 cá nhân" || leaf.Source != "001_d2b1b4ee4161be5b.txt, mục IV.2.1" {
		t.Errorf("%+v", leaf)
	}
	if plan.Rounds[0].Intake.Value != nil || plan.Rounds[0].Intake.Status != "not_stated" {
		t.Errorf("%+v", plan.Rounds[0].Intake)
	}
}

func TestShowForPeopleSaysWhatIsNotStated(t *testing.T) {
	c, out, _ := command(false)
	if status := c.Show("binh-phuoc-2022-2025"); status != Done {
		t.Fatal(status)
	}
	for _, want := range []string{"rounds.so-ket-2023.caps.tap_the", "(không nêu)", "IV/2023", "quyết định: Tin ghi ngày 26/5", "R01 block", "chưa có: "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	c, out, errs := command(false)
	if status := c.Show("ha-noi"); status != Usage || out.Len() > 0 || !strings.Contains(errs.String(), "hoso campaign list") {
		t.Errorf("%d %s", status, errs)
	}
}

func TestLintNamesLineFieldAndFix(t *testing.T) {
	good, err := os.ReadFile("../plans/bac-kan-2022-2025.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	name := dir + "/bac-kan-2022-2025.yaml"
	write := func(data string) {
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(string(good))
	c, out, errs := command(false)
	if status := c.Lint(name, "../rules/co-so.yaml"); status != Done || out.Len()+errs.Len() > 0 {
		t.Errorf("%d %s %s", status, out, errs)
	}
	write(strings.Replace(string(good), "value: 15,", "value: -15,", 1))
	if status := c.Lint(name); status != Found || !strings.Contains(out.String(), "rounds[0].caps.tap_the: giá trị -15 nhỏ hơn 0") {
		t.Errorf("%d %s", status, out)
	}
	c, out, _ = command(true)
	var faults []struct {
		File, Field, Problem, Fix string
		Line                      int
	}
	if status := c.Lint(name); status != Found || json.Unmarshal(out.Bytes(), &faults) != nil || len(faults) != 1 || faults[0].Line == 0 || faults[0].Fix == "" {
		t.Errorf("%d %s", status, out)
	}
	c, out, _ = command(true)
	write(string(good))
	if status := c.Lint(name); status != Done || strings.TrimSpace(out.String()) != "[]" {
		t.Errorf("a good file as JSON: %d %s", status, out)
	}
	c, _, errs = command(false)
	if status := c.Lint(dir + "/missing.yaml"); status != Usage || !strings.Contains(errs.String(), "không có tệp này") {
		t.Errorf("%d %s", status, errs)
	}
	if c.Lint() != Usage {
		t.Error("lint of nothing")
	}
	rules := strings.ReplaceAll(name, "bac-kan-2022-2025", "x")
	if err := os.WriteFile(rules, []byte("id: x\nlayer: law\ntitle: t\nsource: s\ncertainty: sure\nvalid_from: 2024-01-01\nrules:\n  - {id: R01}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, out, _ = command(false)
	if status := c.Lint(rules); status != Found || !strings.Contains(out.String(), ":8: rules[0]: quy tắc R01 không có nguồn") {
		t.Errorf("%d %s", status, out)
	}
}
