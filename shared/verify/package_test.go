package verify_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hoso/shared/bag"
	"hoso/shared/bag/bagtest"
	"hoso/shared/evidence"
	"hoso/shared/verify"
)

// sealedPackage makes a package with its seal.
func sealedPackage(t *testing.T, w *bagtest.World) []byte {
	t.Helper()
	in := w.Dossier()
	data, sealed := bagtest.Write(t, in)
	var out bytes.Buffer
	if err := bag.WithSeal(t.Context(), &out, bytes.NewReader(data), sealed.Size, in.At, w.Seal(in.Chain, sealed)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// unzip gives the files of a package without their folder.
func unzip(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.SplitN(f.Name, "/", 2)[1]] = b
	}
	return out
}

// zipped packs files again, with manifests that fit them if forge is true.
func zipped(t *testing.T, files map[string][]byte, forge bool) []byte {
	t.Helper()
	if forge {
		list := func(in func(string) bool) []byte {
			var b []byte
			for _, name := range slices.Sorted(maps.Keys(files)) {
				if in(name) {
					b = fmt.Appendf(b, "%x  %s\n", sha256.Sum256(files[name]), name)
				}
			}
			return b
		}
		files[bag.ManifestFile] = list(func(n string) bool { return strings.HasPrefix(n, "data/") })
		files[bag.TagManifestFile] = list(func(n string) bool {
			return !strings.HasPrefix(n, "data/") && !strings.HasPrefix(n, "seal/") && n != bag.TagManifestFile
		})
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := z.Create("ho-so-0192a/" + name)
		if err == nil {
			_, err = f.Write(files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func check(t *testing.T, data []byte, o verify.Options) verify.Report {
	t.Helper()
	r, err := verify.Package(context.Background(), bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range slices.Concat(r.Findings, r.Notes) {
		if f.Message == "" {
			t.Errorf("code %q has no sentence", f.Code)
		}
	}
	return r
}

func codes(fs []verify.Finding) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Code)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// python runs the independent checker and tells whether it passes the package.
func python(t *testing.T, data []byte, key string) (bool, string) {
	t.Helper()
	exe, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("HOSO_COMPLETE") == "1" {
			t.Fatal(err)
		}
		t.Skip("no python3: the independent checker is not run")
	}
	dir := t.TempDir()
	args := []string{"verify_package.py", filepath.Join(dir, "p.zip")}
	if err := os.WriteFile(args[1], data, 0o600); err != nil {
		t.Fatal(err)
	}
	if key != "" {
		args = append(args, filepath.Join(dir, "key"))
		if err := os.WriteFile(args[2], []byte(key), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), "PYTHONUTF8=1")
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 1 || bytes.Contains(out, []byte("Traceback")) {
		t.Fatalf("%v\n%s", err, out)
	}
	return err == nil, string(out)
}

func TestASoundPackageHolds(t *testing.T) {
	t.Parallel()
	w := bagtest.New(t, "a")
	plain, _ := bagtest.Write(t, w.Dossier())
	sealed := sealedPackage(t, bagtest.New(t, "a"))
	trusted := verify.Options{Keys: evidence.Keys{{Line: w.Key}}}
	for name, tc := range map[string]struct {
		data  []byte
		opts  verify.Options
		notes []string
	}{
		"as written":       {plain, verify.Options{}, []string{"note-key-unconfirmed", "note-not-sealed"}},
		"with its seal":    {sealed, verify.Options{}, []string{"note-key-unconfirmed"}},
		"with a known key": {sealed, trusted, nil},
		"packed again":     {zipped(t, unzip(t, sealed), false), trusted, nil},
		"with a checkpoint kept elsewhere": {
			sealed,
			verify.Options{Keys: trusted.Keys, Checkpoints: []verify.Note{{Name: "x", Data: w.Checkpoint()}}},
			[]string{"note-cannot-compare"},
		},
	} {
		r := check(t, tc.data, tc.opts)
		if !r.OK() || !slices.Equal(codes(r.Notes), tc.notes) {
			t.Errorf("%s: findings %v, notes %v", name, r.Findings, codes(r.Notes))
		}
		if ok, out := python(t, tc.data, w.Key); !ok {
			t.Errorf("%s: the independent checker says\n%s", name, out)
		}
	}
}

// damages are what somebody may do to a package who makes the manifests fit.
var damages = map[string]struct {
	do   func(f map[string][]byte)
	want string
}{
	"original replaced":     {edit("data/originals/r01/01-Tờ trình số 5.pdf", "PDF", "pdf"), "package-summary"},
	"original and summary":  {replaceOriginal, "package-unproved"},
	"original dropped":      {func(f map[string][]byte) { delete(f, "data/originals/r01/02-bien-ban.pdf") }, "package-summary"},
	"file added":            {func(f map[string][]byte) { f["data/x.pdf"] = []byte("x") }, "package-summary"},
	"event changed":         {edit(bag.EventsFile, `"r1"`, `"r2"`), "event-broken"},
	"last event changed":    {edit(bag.EventsFile, `"text.erased"`, `"text.kept"`), "package-proof"},
	"event dropped":         {onLines(bag.EventsFile, func(l []string) []string { return slices.Delete(l, 1, 2) }), "event-broken"},
	"first event dropped":   {onLines(bag.EventsFile, func(l []string) []string { return l[1:] }), "event-broken"},
	"last event dropped":    {onLines(bag.EventsFile, func(l []string) []string { return l[:4] }), "package-proof"},
	"events swapped":        {onLines(bag.EventsFile, func(l []string) []string { l[1], l[2] = l[2], l[1]; return l }), "event-broken"},
	"event twice":           {onLines(bag.EventsFile, func(l []string) []string { return append(l, l[4]) }), "event-damaged"},
	"history emptied":       {onLines(bag.EventsFile, func([]string) []string { return nil }), "event-gap"},
	"related changed":       {edit(bag.RelatedFile, `12/`, `13/`), "package-proof"},
	"related dropped":       {onLines(bag.RelatedFile, func([]string) []string { return nil }), "package-proof"},
	"text changed":          {edit(bag.TextsFile, "bổ sung", "từ chối"), "text-changed"},
	"text dropped":          {onLines(bag.TextsFile, func([]string) []string { return nil }), "text-missing"},
	"text of another chain": {edit(bag.TextsFile, "dossier/0192a", "dossier/0192b"), "text-orphan"},
	"proof dropped":         {onLines(bag.ProofsFile, func(l []string) []string { return l[1:] }), "package-proof"},
	"proof of other index":  {edit(bag.ProofsFile, `"index":30`, `"index":31`), "package-proof"},
	"proofs twice":          {onLines(bag.ProofsFile, func(l []string) []string { return append(l, l[0]) }), "package-proof"},
	"proof cut":             {onLines(bag.ProofsFile, func(l []string) []string { l[0] = l[0][:len(l[0])-70] + `"]}`; return l }), "package-proof"},
	"checkpoint's size":     {edit(bag.CheckpointFile, "\n3", "\n4"), "package-checkpoint"},
	"checkpoint dropped":    {func(f map[string][]byte) { delete(f, bag.CheckpointFile) }, "package-checkpoint"},
	"format unknown":        {edit(bag.SummaryFile, "ho-so/1", "ho-so/2"), "package-summary"},
}

func edit(name, from, to string) func(f map[string][]byte) {
	return func(f map[string][]byte) { f[name] = bytes.Replace(f[name], []byte(from), []byte(to), 1) }
}

func onLines(name string, do func([]string) []string) func(f map[string][]byte) {
	return func(f map[string][]byte) {
		l := strings.Split(strings.TrimSuffix(string(f[name]), "\n"), "\n")
		if f[name] = []byte(strings.Join(do(l), "\n")); len(f[name]) > 0 {
			f[name] = append(f[name], '\n')
		}
	}
}

func replaceOriginal(f map[string][]byte) {
	const name = "data/originals/r01/01-Tờ trình số 5.pdf"
	was, is := sha256.Sum256(f[name]), sha256.Sum256([]byte("another"))
	f[name] = []byte("another")
	for _, file := range []string{bag.SummaryFile, bag.PageFile} {
		f[file] = bytes.ReplaceAll(f[file], []byte(hex.EncodeToString(was[:])), []byte(hex.EncodeToString(is[:])))
	}
	f[bag.SummaryFile] = bytes.Replace(f[bag.SummaryFile], []byte(`"size": 20`), []byte(`"size": 7`), 1)
}

func TestADamagedPackageIsFoundEvenIfItsManifestsFit(t *testing.T) {
	t.Parallel()
	w := bagtest.New(t, "a")
	plain, _ := bagtest.Write(t, w.Dossier())
	trusted := verify.Options{Keys: evidence.Keys{{Line: w.Key}}}
	for name, d := range damages {
		files := unzip(t, plain)
		if d.do(files); maps.EqualFunc(files, unzip(t, plain), bytes.Equal) {
			t.Fatalf("%s: nothing was done", name)
		}
		forged := zipped(t, files, true)
		r := check(t, forged, trusted)
		if !slices.Contains(codes(r.Findings), d.want) {
			t.Errorf("%s: %v, want %s", name, r.Findings, d.want)
		}
		if ok, out := python(t, forged, w.Key); ok {
			t.Errorf("%s: the independent checker passes it\n%s", name, out)
		}
	}
}

func TestAPackageForgedFromNothingIsFoundByTheKeyFromOutside(t *testing.T) {
	t.Parallel()
	forged := sealedPackage(t, bagtest.New(t, "forger"))
	key := bagtest.New(t, "a").Key
	if r := check(t, forged, verify.Options{}); !r.OK() || !slices.Contains(codes(r.Notes), "note-key-unconfirmed") {
		t.Errorf("without a key: %v, %v", r.Findings, r.Notes)
	}
	r := check(t, forged, verify.Options{Keys: evidence.Keys{{Line: key}}})
	if !slices.Contains(codes(r.Findings), "package-checkpoint") || !slices.Contains(codes(r.Findings), "package-seal") {
		t.Errorf("with the key: %v", r.Findings)
	}
	if ok, _ := python(t, forged, key); ok {
		t.Error("the independent checker passes it")
	}
}

func TestAForkIsFoundByACheckpointOfTheSameSize(t *testing.T) {
	t.Parallel()
	w := bagtest.New(t, "a")
	data, _ := bagtest.Write(t, w.Dossier())
	// The same key signs another history of the same length.
	fork := bagtest.New(t, "a")
	in := fork.Dossier()
	fork = bagtest.New(t, "a")
	size := len(in.Checkpoint) // of the same shape; the log's size is what counts
	for len(fork.Checkpoint()) != size || !bytes.Contains(fork.Checkpoint(), bytes.SplitN(in.Checkpoint, []byte("\n"), 3)[1]) {
		fork.Noise(1)
	}
	opts := verify.Options{Keys: evidence.Keys{{Line: w.Key}}, Checkpoints: []verify.Note{{Name: "kept.txt", Data: fork.Checkpoint()}}}
	if r := check(t, data, opts); !slices.Equal(codes(r.Findings), []string{"checkpoint-forked"}) {
		t.Errorf("%v", r.Findings)
	}
	opts.Checkpoints = []verify.Note{{Name: "kept.txt", Data: in.Checkpoint}}
	if r := check(t, data, opts); !r.OK() || len(r.Confirmed) != 1 {
		t.Errorf("its own checkpoint: %v, %v", r.Findings, r.Confirmed)
	}
}

func TestASealBindsEveryByte(t *testing.T) {
	t.Parallel()
	w := bagtest.New(t, "a")
	sealed := sealedPackage(t, w)
	trusted := verify.Options{Keys: evidence.Keys{{Line: w.Key}}}
	r := rand.New(rand.NewPCG(5, 5))
	names := slices.Sorted(maps.Keys(unzip(t, sealed)))
	pythons := 0
	for range 300 {
		files := unzip(t, sealed)
		name := names[r.IntN(len(names))]
		if name == bag.ManifestFile || name == bag.TagManifestFile || name == bag.SealProofFile {
			continue // written anew, or JSON whose names may change their case
		}
		i, bit := r.IntN(len(files[name])), byte(1)<<r.IntN(8)
		files[name][i] ^= bit
		forged := zipped(t, files, true)
		if check(t, forged, trusted).OK() {
			t.Errorf("%s byte %d bit %d: not found", name, i, bit)
		}
		if pythons++; pythons <= 8 && !strings.HasPrefix(name, "seal/") {
			if ok, _ := python(t, forged, w.Key); ok {
				t.Errorf("%s byte %d bit %d: the independent checker passes it", name, i, bit)
			}
		}
	}
	other := unzip(t, sealedPackage(t, bagtest.New(t, "a")))
	for _, name := range []string{bag.SealEventFile, bag.SealProofFile, bag.SealCheckpoint} {
		files := unzip(t, sealed)
		delete(files, name)
		if check(t, zipped(t, files, false), trusted).OK() {
			t.Errorf("%s dropped: not found", name)
		}
		files = unzip(t, sealed)
		files[bag.ReadmeFile] = append(files[bag.ReadmeFile], '.')
		files[name] = other[name]
		if check(t, zipped(t, files, true), trusted).OK() {
			t.Errorf("%s of another package: not found", name)
		}
	}
}

func TestASealThatDoesNotFollowTheHistoryIsNone(t *testing.T) {
	t.Parallel()
	w := bagtest.New(t, "a")
	in := w.Dossier()
	data, sealed := bagtest.Write(t, in)
	for name, seal := range map[string]bag.Seal{
		"another chain":   w.Seal("dossier/other", sealed),
		"begins anew":     bagtest.New(t, "a").Seal(in.Chain, sealed),
		"of its own":      w.Seal(in.Chain, sealed),
		"and a later one": w.Seal(in.Chain, sealed),
	} {
		var out bytes.Buffer
		if err := bag.WithSeal(t.Context(), &out, bytes.NewReader(data), sealed.Size, in.At, seal); err != nil {
			t.Fatal(err)
		}
		want := []string{"package-seal"}
		if name == "of its own" || name == "and a later one" {
			want = nil
		}
		if got := codes(check(t, out.Bytes(), verify.Options{Keys: evidence.Keys{{Line: w.Key}}}).Findings); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		if ok, text := python(t, out.Bytes(), w.Key); ok != (want == nil) {
			t.Errorf("%s: the independent checker says\n%s", name, text)
		}
	}
}

func TestWhatIsNoPackageIsSaid(t *testing.T) {
	t.Parallel()
	if r := check(t, []byte("PK"), verify.Options{}); !slices.Equal(codes(r.Findings), []string{"package-not-bag"}) {
		t.Errorf("%v", r.Findings)
	}
}
