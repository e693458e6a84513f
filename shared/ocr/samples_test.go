package ocr

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func lack(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("HOSO_COMPLETE") == "1" {
		t.Fatalf("missing: %s", what)
	}
	t.Skipf("not run for lack of %s", what)
}

// samples gives the folder of the sample dossiers and their scorer.
func samples(t *testing.T) string {
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
	dir = filepath.Join(dir, "samples")
	if _, err := os.Stat(filepath.Join(dir, "score.py")); err != nil {
		lack(t, dir)
	}
	for _, p := range []string{"python3", "tesseract", "pdftoppm"} {
		if _, err := exec.LookPath(p); err != nil {
			lack(t, p)
		}
	}
	if _, err := languageFile(); err != nil {
		lack(t, "tesseract's language file for vie")
	}
	return dir
}

// TestScannedSampleIsReadAndNothingIsWrongInSilence reads the letter and the
// minutes of the scanned dossier as the product does.
func TestScannedSampleIsReadAndNothingIsWrongInSilence(t *testing.T) {
	dir := samples(t)
	truth, pred := t.TempDir(), t.TempDir()
	for _, d := range []string{truth, pred} {
		if err := os.Mkdir(filepath.Join(d, "S04"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	from := filepath.Join(dir, "dossiers", "S04")
	link := func(name string) {
		if err := os.Symlink(filepath.Join(from, name), filepath.Join(truth, "S04", name)); err != nil {
			t.Fatal(err)
		}
	}
	link("dossier.json")
	r := reader(t)
	for _, stem := range []string{"to_trinh", "bien_ban"} {
		link(stem + ".pdf")
		link(stem + ".truth.json")
		f, err := os.Open(filepath.Join(from, stem+".pdf"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Read(context.Background(), f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, p := range got.Pages {
			if !p.Recognised {
				t.Errorf("%s: page %d was not recognised", stem, p.N)
			}
			texts = append(texts, p.Text)
		}
		body, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		for ext, b := range map[string][]byte{".json": body, ".txt": []byte(strings.Join(texts, "\f"))} {
			if err := os.WriteFile(filepath.Join(pred, "S04", stem+ext), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	fields := score(t, dir, "fields", truth, pred)
	text := score(t, dir, "text", truth, pred)
	t.Logf("fields %v\ntext %v", fields, text)
	if fields["silent"] != 0 {
		t.Errorf("%v key values are wrong without a hint", fields["silent"])
	}
	for name, bar := range map[string]float64{"kind": 100, "split": 100, "scalar": bars.scalar, "keyfld": bars.key} {
		if fields[name] < bar {
			t.Errorf("%s is %.1f, below %.1f", name, fields[name], bar)
		}
	}
	if text["cer"] > bars.cer {
		t.Errorf("character error rate %.2f %%, above %.2f", text["cer"], bars.cer)
	}
}

// bars is what was reached, in percent.
var bars = struct{ scalar, key, cer float64 }{scalar: 88, key: 85, cer: 1.6}

// score runs the scorer and gives its line for all files.
func score(t *testing.T, dir, what, truth, pred string) map[string]float64 {
	t.Helper()
	out := filepath.Join(t.TempDir(), "score.json")
	if b, err := exec.Command("python3", filepath.Join(dir, "score.py"), what, truth, pred, "--json", out).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var table map[string]map[string]any
	if err := json.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	line := map[string]float64{}
	for k, v := range table["ALL"] {
		if n, ok := v.(float64); ok {
			line[k] = n
		}
	}
	return line
}
