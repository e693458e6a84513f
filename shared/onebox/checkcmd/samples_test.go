package checkcmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/onebox/checkcmd"
	"hoso/shared/onebox/readcmd"
)

// samples gives the folder with the samples. Without it the test is skipped in
// one line, unless a complete run is asked for.
func samples(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("HOSO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared")
	}
	dir = filepath.Join(dir, "samples")
	for _, need := range []string{filepath.Join(dir, "score.py"), filepath.Join(dir, "dossiers")} {
		if _, err := os.Stat(need); err != nil {
			lack(t, need)
		}
	}
	return dir
}

func lack(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("HOSO_COMPLETE") == "1" {
		t.Fatalf("missing: %s", what)
	}
	t.Skipf("not run for lack of %s", what)
}

func command(t testing.TB, out, errs *bytes.Buffer, dirs ...string) checkcmd.Command {
	t.Helper()
	book, err := campaign.BuiltinRules()
	if err != nil {
		t.Fatal(err)
	}
	return checkcmd.Command{
		Reader: reader(t), Book: book, Dirs: dirs, Stdout: out, Stderr: errs, Parallel: runtime.NumCPU(),
		Now: func() time.Time { return time.Date(2023, 11, 20, 3, 0, 0, 0, time.UTC) },
	}
}

// blind copies the samples with only what a program may see of them.
func blind(t testing.TB, folder string) string {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		lack(t, "python3")
	}
	dir := t.TempDir()
	if b, err := exec.Command("python3", filepath.Join(folder, "score.py"), "blind", filepath.Join(folder, "dossiers"), dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	return dir
}

func TestSampleDossiersAreReadAndJudgedAsTheTruthSays(t *testing.T) {
	folder := samples(t)
	seen, pred := blind(t, folder), t.TempDir()
	var out, errs bytes.Buffer
	read := readcmd.Command{Reader: reader(t), Paths: []string{seen}, Out: pred, Stdout: &out, Stderr: &errs, Parallel: runtime.NumCPU()}
	if status := read.Run(context.Background()); status != readcmd.Done {
		t.Fatalf("read: exit status %d: %s", status, &errs)
	}
	c := command(t, &out, &errs, seen)
	c.Out = pred
	if status := c.Run(context.Background()); status != checkcmd.FoundWrong {
		t.Fatalf("check: exit status %d: %s", status, &errs)
	}
	got := score(t, folder, pred, "fields")
	t.Logf("findings: %v", got["findings"])
	for name, want := range map[string]float64{"n": 12, "tp": 9, "fp": 0, "fn": 0, "exact": 12} {
		if got["findings"][name] != want {
			t.Errorf("findings: %s is %v, want %v", name, got["findings"][name], want)
		}
	}
	// The digital dossiers are read exactly; the two scans go to a person.
	for group, kind := range map[string]float64{"layer:native": 100, "layer:legacy_tcvn3": 100} {
		for _, column := range []string{"kind", "scalar", "keyfld", "nomP", "nomR", "nomattr"} {
			if got[group][column] < kind {
				t.Errorf("%s, %s: %.2f", group, column, got[group][column])
			}
		}
	}
	if got["ALL"]["silent"] != 0 {
		t.Errorf("%v key values are wrong without a hint", got["ALL"]["silent"])
	}
	if text := score(t, folder, pred, "text")["layer:native"]; text["cer"] > 0.05 {
		t.Errorf("character error rate %.3f %%", text["cer"])
	}
	for _, s := range []string{"S04", "S11"} {
		for _, f := range findings(t, pred, s) {
			if f.Severity == dossier.Block {
				t.Errorf("%s: a page that nobody read blocks: %s", s, f.Code)
			}
		}
	}
	for _, s := range []string{"S01", "S02", "S03", "S05", "S08", "S09"} {
		if fs := findings(t, pred, s); len(fs) != 0 {
			t.Errorf("%s: said of a dossier without a fault: %+v", s, fs)
		}
	}
}

// TestACampaignsDossierIsHeldToIt judges all dossiers as of Bắc Kạn's
// campaign: S01 is one of it, the others are not.
func TestACampaignsDossierIsHeldToIt(t *testing.T) {
	folder := samples(t)
	var out, errs bytes.Buffer
	c := command(t, &out, &errs, filepath.Join(folder, "dossiers", "S01"), filepath.Join(folder, "dossiers", "S02"), filepath.Join(folder, "dossiers", "S05"))
	c.Out, c.Campaign = t.TempDir(), filepath.Join("..", "..", "campaign", "plans", "bac-kan-2022-2025.yaml")
	if status := c.Run(context.Background()); status != checkcmd.FoundWrong {
		t.Fatalf("exit status %d: %s", status, &errs)
	}
	if fs := findings(t, c.Out, "S01"); len(fs) != 0 {
		t.Errorf("S01: %+v", fs)
	}
	for s, want := range map[string][]string{"S02": {"AWARD_MISMATCH", "CAMPAIGN_MISMATCH", "OUT_OF_SCOPE"}, "S05": {"AWARD_MISMATCH", "CAMPAIGN_MISMATCH"}} {
		told := map[string]bool{}
		for _, f := range findings(t, c.Out, s) {
			told[f.Code] = true
			if !strings.Contains(f.Source, "635/KH-UBND") {
				t.Errorf("%s rests on %q", f.Code, f.Source)
			}
		}
		for _, code := range want {
			if !told[code] {
				t.Errorf("%s: no %s", s, code)
			}
		}
		if len(told) != len(want) {
			t.Errorf("%s: %v", s, told)
		}
	}
}

func findings(t *testing.T, out, sample string) []dossier.Finding {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(out, sample, "findings.json"))
	if err != nil {
		t.Fatal(err)
	}
	var fs []dossier.Finding
	if err := json.Unmarshal(b, &fs); err != nil {
		t.Fatal(err)
	}
	return fs
}

// score runs the scorer and gives its table.
func score(t *testing.T, folder, pred, what string) map[string]map[string]float64 {
	t.Helper()
	out := filepath.Join(t.TempDir(), "score.json")
	cmd := exec.Command("python3", filepath.Join(folder, "score.py"), what, filepath.Join(folder, "dossiers"), pred, "--json", out)
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var loose map[string]map[string]any
	if err := json.Unmarshal(b, &loose); err != nil {
		t.Fatal(err)
	}
	table := map[string]map[string]float64{}
	for g, row := range loose {
		table[g] = map[string]float64{}
		for k, v := range row {
			if n, ok := v.(float64); ok {
				table[g][k] = n
			}
		}
	}
	return table
}
