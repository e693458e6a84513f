package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
	"unicode/utf8"

	"hoso/infra/reader/embedded"
	"hoso/shared/fault"
	"hoso/shared/readproc"
	"hoso/testdata/corpus"
	"hoso/testdata/corpus/produce"
)

func torture(t *testing.T, name string, usual int) int {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// mutate spoils a file as bad disks, bad lines and bad people do.
func mutate(r *rand.Rand, in, other []byte) []byte {
	b := bytes.Clone(in)
	for range 1 + r.IntN(4) {
		if len(b) < 32 {
			return b
		}
		i := r.IntN(len(b))
		n := 1 + r.IntN(min(600, len(b)-i))
		switch r.IntN(10) {
		case 0: // a bit
			b[i] ^= 1 << r.IntN(8)
		case 1: // a byte
			b[i] = byte(r.Uint32())
		case 2: // a hole
			b = append(b[:i:i], b[i+n:]...)
		case 3: // zeroes
			clear(b[i : i+n])
		case 4: // doubled
			b = append(b[:i+n:i+n], b[i:]...)
		case 5: // cut
			b = b[:i]
		case 6: // a piece of another file
			k := r.IntN(len(other))
			m := min(n, len(other)-k)
			b = append(b[:i:i], append(bytes.Clone(other[k:k+m]), b[i:]...)...)
		case 7: // another number
			b = numbers(r, b)
		case 8: // a word for another
			b = words(r, b)
		case 9: // noise
			for k := range n {
				b[i+k] = byte(r.Uint32())
			}
		}
	}
	return b
}

var aNumber = regexp.MustCompile(`[0-9]+`)

func numbers(r *rand.Rand, b []byte) []byte {
	all := aNumber.FindAllIndex(b, 4000)
	if len(all) == 0 {
		return b
	}
	at := all[r.IntN(len(all))]
	n := []string{"0", "-1", "1", "65536", "2147483648", "99999999999999999999", strconv.Itoa(r.IntN(100000))}[r.IntN(7)]
	return append(b[:at[0]:at[0]], append([]byte(n), b[at[1]:]...)...)
}

func words(r *rand.Rand, b []byte) []byte {
	all := []string{"/Length", "/Filter", "/FlateDecode", "/Kids", "/Contents", "/Font", "/ToUnicode", "/Type", "/Page", "endobj", "endstream", "stream", "xref", "obj", "/W", "/Encoding", "/XObject", "/Resources", "<<", ">>", "[", "]"}
	from, to := all[r.IntN(len(all))], all[r.IntN(len(all))]
	k := bytes.Index(b[r.IntN(len(b)):], []byte(from))
	if k < 0 {
		return b
	}
	return bytes.Replace(b, []byte(from), []byte(to), 1+r.IntN(3))
}

// TestMutantsEndExplained: whatever is done to a valid file, reading it ends
// with a reading or with a reason, in time and within its memory, and the
// process that asked lives.
func TestMutantsEndExplained(t *testing.T) {
	n := torture(t, "HOSO_TORTURE_MUTANTS", 40)
	seed := torture(t, "HOSO_TORTURE_SEED", 1)
	var files [][]byte
	var p produce.Producer
	for k, family := range []string{"own", "named", "tcvn3", "notes", "own"} {
		f, _ := produce.Find(family)
		dir := filepath.Join(t.TempDir(), family)
		if _, err := p.Make(context.Background(), f, corpus.Wish{ID: family, Seed: uint64(400_000 + 31*k)}, dir); err != nil {
			t.Fatal(err)
		}
		paths, _ := filepath.Glob(filepath.Join(dir, "*.pdf"))
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, b)
		}
	}
	stored, _ := filepath.Glob("../../shared/pdftext/testdata/*.pdf") // packed, encrypted, linearised
	for _, path := range stored {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, b)
	}
	// The wall clock is another machine's affair; the processor's is not.
	reader, err := embedded.Reader(readproc.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	read, refused, slowest := 0, map[string]int{}, time.Duration(0)
	for i := range n {
		r := rand.New(rand.NewPCG(uint64(seed), uint64(i)))
		b := mutate(r, files[r.IntN(len(files))], files[r.IntN(len(files))])
		path := filepath.Join(t.TempDir(), "m.pdf")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		got, err := reader.Read(context.Background(), f)
		slowest = max(slowest, time.Since(start))
		f.Close()
		os.Remove(path)
		switch {
		case err == nil:
			read++
		case fault.Is(err, fault.Unreadable) && fault.CodeOf(err) != "" && fault.Public(err) != "":
			refused[fault.CodeOf(err)]++
		default:
			keep := filepath.Join(os.TempDir(), "hoso-mutant-"+strconv.Itoa(seed)+"-"+strconv.Itoa(i)+".pdf")
			t.Errorf("seed %d, mutant %d (kept as %s, %v): %v", seed, i, keep, os.WriteFile(keep, b, 0o600), err)
		}
		for _, page := range got.Pages {
			if !utf8.ValidString(page.Text) {
				t.Errorf("seed %d, mutant %d: page %d is no text", seed, i, page.N)
			}
		}
	}
	t.Logf("%d mutants: %d read, refused %v, slowest %s", n, read, refused, slowest.Round(time.Millisecond))
	if n >= 40 && read == 0 {
		t.Error("no mutant was read: they are spoilt too much to prove anything")
	}
}
