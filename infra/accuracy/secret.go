package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"hoso/shared/fault"
	"hoso/testdata/corpus/score"
)

// secret reads a letter with a secrecy stamp: it must be stopped, with nothing
// of what stands in it given.
func (b *bench) secret(ctx context.Context, id, dir string) (*score.Result, error) {
	out := &score.Result{Shares: map[string]score.Share{}}
	pdfs, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
	if err == nil && len(pdfs) != 1 {
		err = errors.New("not one letter in " + dir)
	}
	if err != nil {
		return nil, err
	}
	f, err := os.Open(pdfs[0])
	if err != nil {
		return nil, err
	}
	defer f.Close()
	got, err := b.reader.Read(ctx, f)
	if err != nil && !fault.Is(err, fault.Unreadable) {
		return nil, err
	}
	_, stopped := got.Secret()
	for _, p := range got.Pages {
		stopped = stopped && p.Text == ""
	}
	stopped = stopped && len(got.Documents) == 0
	var s score.Share
	s.Add(stopped)
	out.Files, out.Shares["stopped"] = 1, s
	if !stopped {
		out.Misses = append(out.Misses, id+": a letter with a secrecy stamp was read")
	}
	return out, nil
}
