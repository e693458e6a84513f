// Package produce makes the files of a dossier: it chooses the producer, runs
// it, and writes PDFs and truth as the samples have them.
package produce

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"hoso/testdata/corpus"
	"hoso/testdata/corpus/paper"
	"hoso/testdata/corpus/pdfout"
	"hoso/testdata/corpus/scan"
	"hoso/testdata/corpus/web"
)

// Family is one way to make files.
type Family struct {
	Name  string
	Layer string // as truth says it: native, legacy_tcvn3, legacy_vni, none, no_tounicode
	wish  func(w *corpus.Wish)
	style func(r *rand.Rand) pdfout.Style
	after func(ctx context.Context, in, out string) error // rewrites the file
	chain *scan.Chain
	web   bool
}

// Scanned reports a family whose pages are pictures.
func (f Family) Scanned() bool { return f.chain != nil }

func own(r *rand.Rand) pdfout.Style {
	st := pdfout.Style{Shown: pdfout.Shown(r.IntN(4)), Producer: "hoso corpus"}
	st.Decomposed, st.Parts, st.Forms, st.Turned, st.Late = r.IntN(5) == 0, r.IntN(3) == 0, r.IntN(4) == 0, r.IntN(2) == 0, r.IntN(8) == 0
	return st
}

func kind(k pdfout.Fonts) func(r *rand.Rand) pdfout.Style {
	return func(r *rand.Rand) pdfout.Style {
		st := own(r)
		st.Fonts, st.Decomposed = k, false
		return st
	}
}

func run(ctx context.Context, name string, args ...string) error {
	c := exec.CommandContext(ctx, name, args...)
	c.Env = append(os.Environ(), "SOURCE_DATE_EPOCH=1700000000")
	var errs bytes.Buffer
	c.Stderr = &errs
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, errs.Bytes())
	}
	return nil
}

func qpdf(args ...string) func(ctx context.Context, in, out string) error {
	return func(ctx context.Context, in, out string) error {
		err := run(ctx, "qpdf", append(append([]string{"--static-id"}, args...), in, out)...)
		var status *exec.ExitError
		if errors.As(err, &status) && status.ExitCode() == 3 { // only warnings
			return nil
		}
		return err
	}
}

// Families are the producers of the corpus, text layers first.
func Families() []Family {
	out := []Family{
		{Name: "own", Layer: "native", style: own},
		{Name: "named", Layer: "native", style: kind(pdfout.Named)},
		{Name: "tcvn3", Layer: "legacy_tcvn3", style: kind(pdfout.TCVN3), wish: func(w *corpus.Wish) { w.Legacy = true }},
		{Name: "vni", Layer: "legacy_vni", style: kind(pdfout.VNI), wish: func(w *corpus.Wish) { w.Legacy = true }},
		{Name: "notes", Layer: "native", style: kind(pdfout.CID), wish: func(w *corpus.Wish) { w.Notes = true }},
		{Name: "browser", Layer: "native", web: true},
		{Name: "cairo", Layer: "native", style: kind(pdfout.CID), after: func(ctx context.Context, in, out string) error { return run(ctx, "pdftocairo", "-pdf", in, out) }},
		{Name: "ghostscript", Layer: "native", style: kind(pdfout.CID), after: func(ctx context.Context, in, out string) error {
			return run(ctx, "gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-sOutputFile="+out, in)
		}},
		{Name: "locked", Layer: "native", style: own, after: qpdf("--static-aes-iv", "--encrypt", "", "owner", "256", "--")},
		{Name: "packed", Layer: "native", style: own, after: qpdf("--object-streams=generate", "--linearize")},
	}
	for i := range scan.Chains {
		out = append(out, Family{Name: scan.Chains[i].Name, Layer: "none", chain: &scan.Chains[i], style: kind(pdfout.CID), wish: func(w *corpus.Wish) { w.Scan = true }})
	}
	return append(out,
		Family{Name: "unnamed", Layer: "no_tounicode", style: kind(pdfout.Unnamed)},
		// New families come last: seeds go by the place in this list.
		Family{Name: "type3", Layer: "native", style: kind(pdfout.Type3)},
		Family{Name: "type1", Layer: "native", style: kind(pdfout.Type1)},
		Family{Name: scan.Phone.Name, Layer: "none", chain: &scan.Phone, style: kind(pdfout.CID), wish: func(w *corpus.Wish) { w.Scan = true }},
	)
}

// Find finds a family by its name.
func Find(name string) (Family, bool) {
	for _, f := range Families() {
		if f.Name == name {
			return f, true
		}
	}
	return Family{}, false
}

// Producer makes dossiers below a folder.
type Producer struct {
	Browser func() (*web.Browser, error) // started when it is first needed
}

// Make makes the dossier of a wish in dir, which must not exist: it is there
// whole or not at all.
func (p *Producer) Make(ctx context.Context, f Family, w corpus.Wish, dir string) (corpus.Dossier, error) {
	if f.wish != nil {
		f.wish(&w)
	}
	d := corpus.Make(w)
	tmp := dir + ".tmp"
	if err := os.RemoveAll(tmp); err != nil {
		return d, err
	}
	if err := os.MkdirAll(tmp, 0o755); err != nil {
		return d, err
	}
	defer os.RemoveAll(tmp)
	r := rand.New(rand.NewPCG(w.Seed, 77))
	look := paper.NewLook(r, f.Scanned())
	for i := range d.Files {
		pages, err := p.file(ctx, f, &d.Files[i], look, r, tmp)
		if err != nil {
			return d, fmt.Errorf("%s of %s %d: %w", d.Files[i].Name, f.Name, w.Seed, err)
		}
		if err := writeTruth(tmp, f, &d, &d.Files[i], pages); err != nil {
			return d, err
		}
	}
	if err := writeDossier(tmp, &d); err != nil {
		return d, err
	}
	return d, os.Rename(tmp, dir)
}

// file makes one PDF and tells the pages of its documents, if they are known.
func (p *Producer) file(ctx context.Context, f Family, file *corpus.File, look paper.Look, r *rand.Rand, dir string) ([][2]int, error) {
	path := filepath.Join(dir, file.Name)
	if f.web {
		b, err := p.Browser()
		if err != nil {
			return nil, err
		}
		work, err := os.MkdirTemp("", "hoso-corpus-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(work)
		pdf, err := b.Print(*file, look, work)
		if err != nil {
			return nil, err
		}
		return nil, os.WriteFile(path, pdf, 0o600)
	}
	sheet := paper.Set(*file, look, r)
	st := f.style(r)
	pdf := pdfout.Write(sheet, st)
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		return nil, err
	}
	switch {
	case f.chain != nil:
		pictures, err := scan.Scan(ctx, *f.chain, path, len(sheet.Pages), r)
		if err != nil {
			return nil, err
		}
		return sheet.Spans, os.WriteFile(path, pdfout.Pictures(pictures, "scanner"), 0o600)
	case f.after != nil:
		out := path + ".new"
		if err := f.after(ctx, path, out); err != nil {
			return nil, err
		}
		return sheet.Spans, os.Rename(out, path)
	}
	return sheet.Spans, nil
}

func writeJSON(path string, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o600)
}

func writeTruth(dir string, f Family, d *corpus.Dossier, file *corpus.File, spans [][2]int) error {
	var docs []corpus.Truth
	var blocks []corpus.TextBlock
	for i, doc := range file.Documents {
		if spans != nil {
			doc.Truth["pages"] = spans[i]
		}
		docs = append(docs, doc.Truth)
		if i > 0 {
			blocks = append(blocks, corpus.TextBlock{T: "pb"})
		}
		blocks = append(blocks, corpus.TextBlocks(doc.Blocks)...)
	}
	variant := []string{f.Name, fmt.Sprintf("layout%d", d.Layout)}
	return writeJSON(filepath.Join(dir, strings.TrimSuffix(file.Name, ".pdf")+".truth.json"), map[string]any{
		"file": file.Name, "slot": file.Slot, "variant": variant, "text_layer": f.Layer, "renderer": f.Name, "documents": docs, "text_blocks": blocks,
	})
}

func writeDossier(dir string, d *corpus.Dossier) error {
	slots := map[string][]string{}
	for _, f := range d.Files {
		slots[f.Slot] = append(slots[f.Slot], f.Name)
	}
	expected := d.Expected
	if expected == nil {
		expected = []corpus.Finding{}
	}
	return writeJSON(filepath.Join(dir, "dossier.json"), map[string]any{
		"id": d.ID, "agency": d.Agency, "rules": d.Rules, "slots": slots, "expected_findings": expected, "faults": d.Faults, "layout": d.Layout, "held_out": d.Held(), "seed": d.Seed,
	})
}

// Slow reports a family whose files take long to make.
func (f Family) Slow() bool { return f.chain != nil || f.web || f.after != nil }
