package bag_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/bag"
	"hoso/shared/bag/bagtest"
	"hoso/shared/evidence"
)

// unpack puts a ZIP's files under a new folder and gives the package's folder.
func unpack(t *testing.T, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, z); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, strings.SplitN(z.File[0].Name, "/", 2)[0])
}

func TestAnUnpackedPackagePassesSha256sum(t *testing.T) {
	t.Parallel()
	data, sealed := bagtest.Write(t, bagtest.New(t, "a").Dossier())
	if sum := sha256.Sum256(data); sealed.SHA256 != hex.EncodeToString(sum[:]) || sealed.Size != int64(len(data)) {
		t.Errorf("%+v is not what was written", sealed)
	}
	dir := unpack(t, data)
	for _, manifest := range []string{bag.ManifestFile, bag.TagManifestFile} {
		cmd := exec.Command("sha256sum", "--strict", "--quiet", "-c", manifest)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("sha256sum -c %s: %v\n%s", manifest, err, out)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "data/mails/0001.eml"), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sha256sum", "--status", "-c", bag.ManifestFile)
	cmd.Dir = dir
	if cmd.Run() == nil {
		t.Error("sha256sum passes a changed file")
	}
}

func TestTheSameInputGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	a, _ := bagtest.Write(t, bagtest.New(t, "a").Dossier())
	in := bagtest.New(t, "a").Dossier()
	slices.Reverse(in.Files)
	b, _ := bagtest.Write(t, in)
	// The order of files is the caller's wish for the page; the ZIP's is sorted.
	za, zb := entryNames(t, a), entryNames(t, b)
	if !slices.Equal(za, zb) || !slices.IsSorted(za) {
		t.Errorf("order of files: %v, %v", za, zb)
	}
	in = bagtest.New(t, "a").Dossier()
	in.Key += "\n" // as read from a file
	c, _ := bagtest.Write(t, in)
	if !bytes.Equal(a, c) {
		t.Error("two packages of one input differ")
	}
}

func entryNames(t *testing.T, data []byte) []string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range z.File {
		out = append(out, f.Name)
		if f.Method != zip.Store || f.Flags&0x8 != 0 {
			t.Errorf("%s: method %d, flags %x", f.Name, f.Method, f.Flags)
		}
	}
	return out
}

func TestThePageIsSelfContainedAndEscaped(t *testing.T) {
	t.Parallel()
	data, _ := bagtest.Write(t, bagtest.New(t, "a").Dossier())
	p := open(t, data)
	page, err := p.Bytes(bag.PageFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{`(?i)<script`, `(?i)\bsrc=`, `(?i)https?://`, `(?i)<link`, `(?i)\bon[a-z]+=`, `(?i)@import`, `<Hòa>`, `<thủ trưởng>`} {
		if m := regexp.MustCompile(bad).Find(page); m != nil {
			t.Errorf("the page holds %q", m)
		}
	}
	for _, want := range []string{
		`lang="vi"`, "Nguyễn Thị &lt;Hòa&gt;", "Đề nghị bổ sung", "văn bản đã xóa theo quyết định", "Mở hồ sơ", "Lê Văn Tám",
		`href="originals/r01/01-T%E1%BB%9D%20tr%C3%ACnh%20s%E1%BB%91%205.pdf"`,
	} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if bytes.Contains(data, []byte("Nội dung phải xóa")) {
		t.Error("an erased text is in the package")
	}
}

func TestTheReadmeNamesEveryFileOfThePackage(t *testing.T) {
	t.Parallel()
	data, _ := bagtest.Write(t, bagtest.New(t, "a").Dossier())
	p := open(t, data)
	readme, err := p.Bytes(bag.ReadmeFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		bag.BagFile, bag.InfoFile, bag.ReadmeFile, bag.ManifestFile, bag.TagManifestFile, bag.PageFile, bag.SummaryFile, bag.EventsFile,
		bag.RelatedFile, bag.TextsFile, bag.ProofsFile, bag.CheckpointFile, bag.KeyFile, bag.SealEventFile, bag.SealProofFile, bag.SealCheckpoint,
	} {
		if !bytes.Contains(readme, []byte(name)) {
			t.Errorf("README.txt does not name %s", name)
		}
	}
}

func TestWhatDoesNotHoldIsNotSealed(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*bag.Input){
		"wrong hash":             func(in *bag.Input) { in.Files[0].Proof, in.Files[0].SHA256 = nil, in.Files[1].SHA256 },
		"hash not in the event":  func(in *bag.Input) { in.Files[0].Proof = &bag.Ref{Chain: in.Chain, Seq: 3} },
		"no such event":          func(in *bag.Input) { in.Files[0].Proof = &bag.Ref{Chain: in.Chain, Seq: 99} },
		"path leaves":            func(in *bag.Input) { in.Files[0].Path = "../x" },
		"path is absolute":       func(in *bag.Input) { in.Files[0].Path = "/x" },
		"two paths are one":      func(in *bag.Input) { in.Files[3].Path = "FINDINGS/r01.json" },
		"path of the package's":  func(in *bag.Input) { in.Files[3].Path = "log/key.txt" },
		"event is missing":       func(in *bag.Input) { in.Events = in.Events[1:] },
		"event of another chain": func(in *bag.Input) { in.Events[4] = in.Related[0] },
		"related is its own":     func(in *bag.Input) { in.Related[0] = in.Events[0] },
		"proof is missing":       func(in *bag.Input) { in.Proofs = in.Proofs[1:] },
		"proof is twice":         func(in *bag.Input) { in.Proofs[1] = in.Proofs[0] },
		"proof of another index": func(in *bag.Input) { in.Proofs[0].Index++ },
		"text is missing":        func(in *bag.Input) { in.Texts = nil },
		"text was changed":       func(in *bag.Input) { in.Texts[0].Text.Text += "." },
		"text of another chain":  func(in *bag.Input) { in.Texts[0].Chain = "dossier/2" },
		"another key":            func(in *bag.Input) { in.Key = bagtest.New(t, "b").Key },
		"unsafe name":            func(in *bag.Input) { in.Name = "a/b" },
		"time before ZIP":        func(in *bag.Input) { in.At = time.Time{} },
		"file changes meanwhile": func(in *bag.Input) {
			n := 0
			in.Files[3].Open = func(context.Context) (io.ReadCloser, error) {
				n++
				return io.NopCloser(strings.NewReader(fmt.Sprint(n))), nil
			}
		},
		"file cannot be read": func(in *bag.Input) {
			in.Files[3].Open = func(context.Context) (io.ReadCloser, error) { return nil, errors.New("away") }
		},
	} {
		in := bagtest.New(t, "a").Dossier()
		spoil(&in)
		if _, err := bag.Write(context.Background(), io.Discard, in); err == nil {
			t.Errorf("%s: sealed", name)
		}
	}
}

func TestASealAddsWithoutTouching(t *testing.T) {
	t.Parallel()
	w := bagtest.New(t, "a")
	in := w.Dossier()
	data, sealed := bagtest.Write(t, in)
	seal := w.Seal(in.Chain, sealed)
	var out bytes.Buffer
	if err := bag.WithSeal(context.Background(), &out, bytes.NewReader(data), sealed.Size, in.At, seal); err != nil {
		t.Fatal(err)
	}
	before, after := open(t, data), open(t, out.Bytes())
	for _, name := range before.Names() {
		a, errA := before.Bytes(name)
		b, errB := after.Bytes(name)
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs: %v, %v", name, errA, errB)
		}
	}
	if !after.Has(bag.SealEventFile) || !after.Has(bag.SealProofFile) || !after.Has(bag.SealCheckpoint) {
		t.Error("the seal is missing")
	}
	if err := bag.WithSeal(context.Background(), io.Discard, bytes.NewReader(out.Bytes()), int64(out.Len()), in.At, seal); err == nil {
		t.Error("sealed twice")
	}
	other := w.Seal(in.Chain, bag.Sealed{Bag: strings.Repeat("0", 64)})
	if err := bag.WithSeal(context.Background(), io.Discard, bytes.NewReader(data), sealed.Size, in.At, other); err == nil {
		t.Error("sealed with another package's seal")
	}
	seal.Proof.LogEntry = evidence.LogEntry{}
	if err := bag.WithSeal(context.Background(), io.Discard, bytes.NewReader(data), sealed.Size, in.At, seal); err == nil {
		t.Error("sealed with another event's proof")
	}
}
