package readcmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"hoso/shared/onebox/readcmd"
	"hoso/shared/readproc"
)

// digital are the sample dossiers with a text layer.
var digital = []string{"S01", "S02", "S03", "S05", "S06", "S07", "S08", "S09", "S10", "S12"}

// shared gives the folder with the samples. Without it the test is skipped in
// one line, unless a complete run is asked for.
func shared(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("HOSO_SHARED")
	if dir == "" {
		root, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for root != "/" {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
				break
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared")
	}
	samples := filepath.Join(dir, "samples")
	for _, need := range []string{filepath.Join(samples, "score.py"), filepath.Join(samples, "dossiers")} {
		if _, err := os.Stat(need); err != nil {
			lack(t, need)
		}
	}
	if _, err := exec.LookPath("python3"); err != nil {
		lack(t, "python3")
	}
	return samples
}

func lack(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("HOSO_COMPLETE") == "1" {
		t.Fatalf("missing: %s", what)
	}
	t.Skipf("not run for lack of %s", what)
}

func TestDigitalSamplesAreReadAsTheTruthSays(t *testing.T) {
	samples := shared(t)
	truth, pred := t.TempDir(), t.TempDir()
	for _, s := range digital {
		if err := os.Symlink(filepath.Join(samples, "dossiers", s), filepath.Join(truth, s)); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range digital {
		var out, errs bytes.Buffer
		c := readcmd.Command{
			Reader: reader(t, readproc.Settings{}), Paths: []string{filepath.Join(samples, "dossiers", s)},
			Out: filepath.Join(pred, s), Stdout: &out, Stderr: &errs, Parallel: runtime.NumCPU(),
		}
		if status := c.Run(context.Background()); status != readcmd.Done {
			t.Fatalf("%s: exit status %d: %s", s, status, &errs)
		}
	}
	all := score(t, samples, "fields", truth, pred)["ALL"]
	t.Logf("fields: %v", all)
	for _, bar := range []struct {
		name string
		min  float64
	}{{"kind", 100}, {"scalar", 100}, {"keyfld", 100}, {"nomP", 100}, {"nomR", 100}, {"list=", 100}, {"nomattr", 100}, {"split", 100}} {
		if all[bar.name] < bar.min {
			t.Errorf("%s is %.2f, below %.2f", bar.name, all[bar.name], bar.min)
		}
	}
	if all["silent"] != 0 {
		t.Errorf("%v key values are wrong without a hint", all["silent"])
	}
	if all["asked%"] > 0.1 {
		t.Errorf("%.2f %% of the key values are asked about", all["asked%"])
	}
	text := score(t, samples, "text", truth, pred)["ALL"]
	t.Logf("text: %v", text)
	if text["cer"] > 0.02 {
		t.Errorf("character error rate %.3f %%", text["cer"])
	}
}

// score runs the scorer and gives its table.
func score(t *testing.T, samples, what, truth, pred string) map[string]map[string]float64 {
	t.Helper()
	out := filepath.Join(t.TempDir(), "score.json")
	cmd := exec.Command("python3", filepath.Join(samples, "score.py"), what, truth, pred, "--json", out)
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
