package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"hoso/infra/reader/embedded"
	"hoso/shared/campaign"
	"hoso/shared/ocr"
	"hoso/shared/pictures"
	"hoso/testdata/corpus"
	"hoso/testdata/corpus/produce"
	"hoso/testdata/corpus/score"
)

// TestMain: this binary is also the reader's child and the guarded programs.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == pictures.GuardArg {
		fmt.Fprintln(os.Stderr, pictures.Guard(os.Args[2:]))
		os.Exit(1)
	}
	if status, ok := embedded.Main(); ok {
		os.Exit(status)
	}
	os.Exit(m.Run())
}

func lack(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("HOSO_COMPLETE") == "1" {
		t.Fatalf("missing: %s", what)
	}
	t.Skipf("not run for lack of %s", what)
}

func testBench(t *testing.T) *bench {
	t.Helper()
	book, err := campaign.BuiltinRules()
	if err != nil {
		t.Fatal(err)
	}
	return &bench{reader: textReader{}, book: book, cache: t.TempDir(), maker: "test", judge: "test"}
}

func sum(t *testing.T, b *bench, group, family string, from uint64, n, faults int) *score.Result {
	t.Helper()
	out := &score.Result{}
	for i := range n {
		seed := from + uint64(i)
		r, err := b.do(context.Background(), job{group, family, corpus.Wish{ID: fmt.Sprintf("%s-%d", group, seed), Seed: seed, Held: seed%2 == 1, Faults: faults}})
		if err != nil {
			t.Fatal(err)
		}
		out.Plus(r)
	}
	return out
}

// TestTextLayersAreReadWhole is the fixed subset that runs with the tests:
// everything must be right, on kept layouts too. The whole is `make accuracy`.
func TestTextLayersAreReadWhole(t *testing.T) {
	t.Parallel()
	b := testBench(t)
	for _, family := range []string{"own", "named", "tcvn3", "vni", "notes", "type3", "type1"} {
		r := sum(t, b, family, family, 300_000, 4, 0)
		for _, name := range []string{"kind", "split", "fields", "key", "lists", "attrs", "cells"} {
			if s := r.Shares[name]; s.OK != s.N || s.N == 0 {
				t.Errorf("%s: %s %d of %d", family, name, s.OK, s.N)
			}
		}
		if r.Silent.OK != 0 || 100*r.Asked.OK > r.Asked.N || r.FP != 0 || r.Letters.OK*5000 > r.Letters.N {
			t.Errorf("%s: %d silent, %d asked, %d false findings, %d of %d letters", family, r.Silent.OK, r.Asked.OK, r.FP, r.Letters.OK, r.Letters.N)
		}
		for _, m := range r.Misses {
			t.Log(m)
		}
	}
}

func TestFaultsAreFoundAndNoOthers(t *testing.T) {
	t.Parallel()
	b := testBench(t)
	r := sum(t, b, "faulty", "own", 310_000, 40, 1)
	r.Plus(sum(t, b, "clean", "own", 320_000, 12, 0))
	if r.FN != 0 || r.FP != 0 || r.TP < 35 {
		t.Errorf("%d found, %d missed, %d false", r.TP, r.FN, r.FP)
	}
	for _, m := range r.Misses {
		t.Log(m)
	}
}

// TestScannedMinutesSayNothingWrongInSilence reads one scanned paper.
func TestScannedMinutesSayNothingWrongInSilence(t *testing.T) {
	for _, p := range []string{"pdftoppm", "tesseract"} {
		if _, err := exec.LookPath(p); err != nil {
			lack(t, p)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b := testBench(t)
	b.reader = ocr.Reader{First: textReader{}, Recogniser: ocr.New(pictures.Guarded{Self: self})}
	family, _ := produce.Find("bit200")
	dir := filepath.Join(t.TempDir(), "one")
	if _, err := b.producer.Make(context.Background(), family, corpus.Wish{ID: "one", Seed: 330_001}, dir); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "bien_ban.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := b.reader.Read(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Pages[0].Recognised {
		lack(t, "tesseract's language file for vie")
	}
	raw, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	truth, err := os.ReadFile(filepath.Join(dir, "bien_ban.truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r score.Result
	if err := r.File("bien_ban", truth, raw); err != nil {
		t.Fatal(err)
	}
	t.Logf("fields %v, letters %v, asked %v of %d values", r.Shares["fields"], r.Letters, r.Asked, len(r.Values))
	if r.Shares["kind"].OK != 1 || r.Silent.OK != 0 || 20*r.Letters.OK > r.Letters.N {
		t.Errorf("%v", r.Misses)
	}
}

// TestTheSameSeedGivesTheSameBytes: a measurement can be repeated.
func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	var p produce.Producer
	f, _ := produce.Find("own")
	var all [2]string
	for i := range all {
		dir := filepath.Join(t.TempDir(), "d")
		if _, err := p.Make(context.Background(), f, corpus.Wish{ID: "x", Seed: 42, Faults: 2}, dir); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(files) < 5 {
			t.Fatal(files, err)
		}
		for _, name := range files {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all[i] += filepath.Base(name) + string(b)
		}
	}
	if all[0] != all[1] {
		t.Error("two runs of one seed differ")
	}
}

// TestEveryKindOfFaultIsSown: a fault that no story has room for proves nothing.
func TestEveryKindOfFaultIsSown(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for seed := range uint64(1500) {
		for _, f := range corpus.Make(corpus.Wish{Seed: seed, Faults: 1}).Faults {
			seen[f]++
		}
	}
	for _, f := range corpus.Faults() {
		if seen[f] == 0 {
			t.Errorf("never sown: %s", f)
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d kinds", len(seen))
	}
}

// TestScorerAgreesWithTheSamples scores the same spoilt readings by this
// scorer and by the samples' own.
func TestScorerAgreesWithTheSamples(t *testing.T) {
	shared := os.Getenv("HOSO_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	script := filepath.Join(shared, "samples", "score.py")
	if _, err := os.Stat(script); err != nil {
		lack(t, script)
	}
	if _, err := exec.LookPath("python3"); err != nil {
		lack(t, "python3")
	}
	b := testBench(t)
	truths, preds := t.TempDir(), t.TempDir()
	r := rand.New(rand.NewPCG(1, 2))
	var own score.Result
	for seed := range uint64(6) {
		id := fmt.Sprintf("d%d", seed)
		f, _ := produce.Find("own")
		dir := filepath.Join(truths, id)
		if _, err := b.producer.Make(context.Background(), f, corpus.Wish{ID: id, Seed: seed, Held: seed%2 == 0}, dir); err != nil {
			t.Fatal(err)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*.pdf"))
		for _, path := range files {
			spoil(t, b, r, path, filepath.Join(preds, id), &own)
		}
	}
	theirs := map[string]map[string]any{}
	out := filepath.Join(t.TempDir(), "score.json")
	if text, err := exec.Command("python3", script, "fields", truths, preds, "--json", out).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	raw, err := os.ReadFile(out)
	if err == nil {
		err = json.Unmarshal(raw, &theirs)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]score.Share{
		"kind": own.Shares["kind"], "scalar": own.Shares["fields"], "keyfld": own.Shares["key"], "list=": own.Shares["lists"],
		"nomattr": own.Shares["attrs"], "split": own.Shares["split"], "asked%": own.Asked, "silent": {OK: own.Silent.OK, N: 100},
	} {
		want, _ := theirs["ALL"][name].(float64)
		if got := 100 * rate(s); got < want-0.001 || got > want+0.001 {
			t.Errorf("%s is %.3f here, %.3f there", name, got, want)
		}
	}
}

// spoil reads a file, spoils some of what was read, scores it here and writes
// it for the other scorer.
func spoil(t *testing.T, b *bench, r *rand.Rand, path, preds string, own *score.Result) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.reader.Read(context.Background(), f)
	f.Close()
	if err != nil {
		t.Fatal(err)
	}
	for i := range got.Documents {
		d := &got.Documents[i]
		for _, at := range []*string{&d.Number, &d.IssuedOn, &d.SignedBy, &d.Place, &d.Chair, &d.Name, &d.Unit, &d.Issuer} {
			switch r.IntN(7) {
			case 0:
				*at = ""
			case 1:
				*at += "x"
			}
		}
		for _, name := range []string{"so_ky_hieu", "ten", "nominees", "da_ky"} {
			if r.IntN(5) == 0 {
				d.Doubt(name)
			}
		}
		if n := len(d.Nominees); n > 0 && r.IntN(3) == 0 {
			d.Nominees[n-1].Name += " y"
			d.Nominees[0].VotesFor = nil
		}
	}
	raw, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	stem := path[:len(path)-len(".pdf")]
	truth, err := os.ReadFile(stem + ".truth.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := own.File(filepath.Base(path), truth, raw); err != nil {
		t.Fatal(err)
	}
	if err := replace(filepath.Join(preds, filepath.Base(stem)+".json"), raw); err != nil {
		t.Fatal(err)
	}
}
