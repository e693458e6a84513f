package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hoso/shared/campaign"
	"hoso/shared/fault"
	"hoso/shared/ocr"
	"hoso/shared/onebox/checkcmd"
	"hoso/shared/pdftext"
	"hoso/shared/pictures"
	"hoso/shared/reading"
	"hoso/shared/reading/calibrate"
	"hoso/testdata/corpus"
	"hoso/testdata/corpus/produce"
	"hoso/testdata/corpus/score"
)

// textReader reads text layers in this process: what it measures is the same
// code as the product's child process runs.
type textReader struct{}

func (textReader) Read(_ context.Context, pdf *os.File) (reading.Reading, error) {
	b, err := io.ReadAll(pdf)
	if err != nil {
		return reading.Reading{}, err
	}
	return pdftext.Read(b, pdftext.Options{})
}

// kept runs programs and keeps what the slow one answers by everything the
// answer depends on.
type kept struct {
	child pictures.Child
	dir   string
	salt  string // version of the program and its language
}

func (k kept) Run(ctx context.Context, program string, args []string, input *os.File, l pictures.Limits) ([]byte, error) {
	if program != "tesseract" {
		return k.child.Run(ctx, program, args, input, l)
	}
	if _, err := input.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%q\n", k.salt, args)
	if _, err := io.Copy(h, input); err != nil {
		return nil, err
	}
	name := hex.EncodeToString(h.Sum(nil))
	path := filepath.Join(k.dir, name[:2], name)
	if b, err := os.ReadFile(path); err == nil {
		return b, nil
	}
	if _, err := input.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	out, err := k.child.Run(ctx, program, args, input, l)
	if err != nil {
		return nil, err
	}
	return out, replace(path, out)
}

// replace writes a file whole or not at all.
func replace(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// bench makes, reads and scores dossiers.
type bench struct {
	producer produce.Producer
	reader   reading.Reader
	book     campaign.Rulebook
	cache    string
	maker    string // digest of what makes dossiers
	judge    string // digest of everything that a score depends on
}

// digest names the Go sources and data below folders.
func digest(dirs ...string) (string, error) {
	h := sha256.New()
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || strings.HasSuffix(p, "_test.go") {
				return err
			}
			switch filepath.Ext(p) {
			case ".go", ".json", ".yaml":
			default:
				return nil
			}
			b, err := os.ReadFile(p)
			fmt.Fprintf(h, "%s %d\n%s", p, len(b), b)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

// do gives the score of a job, from the cache if nothing has changed.
func (b *bench) do(ctx context.Context, j job) (*score.Result, error) {
	if r := b.known(j); r != nil {
		return r, nil
	}
	family, ok := produce.Find(j.family)
	if !ok {
		return nil, fmt.Errorf("no family %q", j.family)
	}
	dir, err := b.files(ctx, family, j.wish)
	if err != nil {
		return nil, err
	}
	if !family.Slow() {
		defer os.RemoveAll(filepath.Dir(dir))
	}
	judge := b.score
	if j.wish.Secret {
		judge = b.secret
	}
	r, err := judge(ctx, j.wish.ID, dir)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return r, replace(b.scorePath(j), raw)
}

func (b *bench) scorePath(j job) string {
	return filepath.Join(b.cache, "scores", b.judge, j.wish.ID+".json")
}

// known gives the score of a job if it is kept, or nil.
func (b *bench) known(j job) *score.Result {
	raw, err := os.ReadFile(b.scorePath(j))
	if err != nil {
		return nil
	}
	var r score.Result
	if json.Unmarshal(raw, &r) != nil {
		return nil
	}
	return &r
}

// files makes the files of a dossier. Those that are slow to make are kept.
func (b *bench) files(ctx context.Context, f produce.Family, w corpus.Wish) (string, error) {
	parent := filepath.Join(b.cache, "dossiers", b.maker)
	if !f.Slow() {
		var err error
		if parent, err = os.MkdirTemp("", "hoso-accuracy-"); err != nil {
			return "", err
		}
	} else if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	dir := filepath.Join(parent, w.ID)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	_, err := b.producer.Make(ctx, f, w, dir)
	return dir, err
}

// write makes the files of the jobs below a folder, for people to look at.
func (b *bench) write(ctx context.Context, jobs []job, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, j := range jobs {
		f, ok := produce.Find(j.family)
		if !ok {
			return fmt.Errorf("no family %q", j.family)
		}
		if _, err := b.producer.Make(ctx, f, j.wish, filepath.Join(dir, j.wish.ID)); err != nil {
			return err
		}
	}
	return nil
}

// remembered gives readings that are already there, by path.
type remembered map[string]struct {
	reading reading.Reading
	err     error
}

func (m remembered) Read(_ context.Context, pdf *os.File) (reading.Reading, error) {
	r, ok := m[pdf.Name()]
	if !ok {
		return reading.Reading{}, fault.New(fault.Internal, "accuracy", "a file that was not read: "+pdf.Name())
	}
	return r.reading, r.err
}

// score reads a dossier and holds it against its truth.
func (b *bench) score(ctx context.Context, id, dir string) (*score.Result, error) {
	out := &score.Result{}
	truths, err := filepath.Glob(filepath.Join(dir, "*.truth.json"))
	if err != nil {
		return nil, err
	}
	seen := remembered{}
	var pdfs []string
	var readings []reading.Reading
	for _, t := range truths {
		pdf := strings.TrimSuffix(t, ".truth.json") + ".pdf"
		f, err := os.Open(pdf)
		if err != nil {
			return nil, err
		}
		got, err := b.reader.Read(ctx, f)
		f.Close()
		if err != nil && !fault.Is(err, fault.Unreadable) {
			return nil, fmt.Errorf("%s: %w", pdf, err)
		}
		seen[pdf] = struct {
			reading reading.Reading
			err     error
		}{got, err}
		pdfs, readings = append(pdfs, pdf), append(readings, got)
	}
	for i, got := range calibrate.Agree(readings) {
		raw, err := json.Marshal(got)
		if err != nil {
			return nil, err
		}
		truth, err := os.ReadFile(truths[i])
		if err != nil {
			return nil, err
		}
		if err := out.File(id+"/"+filepath.Base(pdfs[i]), truth, raw); err != nil {
			return nil, err
		}
	}
	return out, b.check(ctx, id, dir, seen, out)
}

// check judges the dossier as the product does.
func (b *bench) check(ctx context.Context, id, dir string, seen remembered, out *score.Result) error {
	var stdout, stderr bytes.Buffer
	status := checkcmd.Command{
		Reader: seen, Book: b.book, Dirs: []string{dir}, JSON: true, Stdout: &stdout, Stderr: &stderr, Parallel: 1,
		Now: func() time.Time { return time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC) },
	}.Run(ctx)
	if status == checkcmd.WrongUse {
		return fmt.Errorf("check of %s: %s", dir, stderr.Bytes())
	}
	var judged struct {
		Dossiers []struct {
			Findings json.RawMessage `json:"findings"`
		} `json:"dossiers"`
	}
	if err := json.Unmarshal(stdout.Bytes(), &judged); err != nil || len(judged.Dossiers) != 1 {
		return fmt.Errorf("check of %s: %v: %s", dir, err, stderr.Bytes())
	}
	var about struct {
		Expected json.RawMessage `json:"expected_findings"`
	}
	raw, err := os.ReadFile(filepath.Join(dir, "dossier.json"))
	if err == nil {
		err = json.Unmarshal(raw, &about)
	}
	if err != nil {
		return err
	}
	return out.Findings(id, about.Expected, judged.Dossiers[0].Findings)
}

// newBench prepares the measurement. self is this binary, which also becomes
// the guarded programs.
func newBench(ctx context.Context, self, cache string, p produce.Producer) (*bench, error) {
	b := &bench{producer: p, cache: cache}
	var err error
	if b.maker, err = digest("testdata/corpus"); err != nil {
		return nil, err
	}
	if b.judge, err = digest("testdata/corpus", "shared/fault", "shared/viettext", "shared/campaign", "shared/reading", "shared/dossier", "shared/pdftext",
		"shared/pictures", "shared/ocr", "shared/validate", "shared/onebox/checkcmd"); err != nil {
		return nil, err
	}
	if b.book, err = campaign.BuiltinRules(); err != nil {
		return nil, err
	}
	child := pictures.Guarded{Self: self}
	tool, err := ocr.New(child).Tool(ctx)
	if err != nil {
		return nil, err
	}
	b.reader = ocr.Reader{First: textReader{}, Recogniser: ocr.New(kept{child, filepath.Join(cache, "recognised"), tool})}
	return b, nil
}
