package pdftext_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"hoso/shared/reading"
)

// sampleFolder gives the folder of the sample dossiers; without it the test is
// skipped in one line, unless a complete run is asked for.
func sampleFolder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("HOSO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	dir = filepath.Join(dir, "samples", "dossiers")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("HOSO_COMPLETE") == "1" {
			t.Fatalf("missing: %s", dir)
		}
		t.Skipf("not run for lack of %s", dir)
	}
	return dir
}

func TestBytesChangedAfterSigningAreSeen(t *testing.T) {
	dir := sampleFolder(t)
	for _, x := range []struct {
		file string
		want reading.Digest
	}{
		{"S08/to_trinh.pdf", reading.DigestSame},
		{"S08/bao_cao_01.pdf", reading.DigestSame},
		{"S12/to_trinh.pdf", reading.DigestSame},
		{"S10/to_trinh.pdf", reading.DigestSame},
		{"S10/bien_ban.pdf", reading.DigestOther},
	} {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(x.file)))
		if err != nil {
			t.Fatal(err)
		}
		got := read(t, data)
		if len(got.Signatures) == 0 {
			t.Fatalf("%s: no signature", x.file)
		}
		for _, s := range got.Signatures {
			if s.Digest != x.want {
				t.Errorf("%s, %s: %q, want %q", x.file, s.Field, s.Digest, x.want)
			}
		}
	}
}

func TestOneByteChangedBreaksTheSignaturesThatCoverIt(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(sampleFolder(t), "S12", "to_trinh.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	before := read(t, data).Signatures
	start := bytes.Index(data, []byte("%PDF-"))
	// The producer's name stands in the first revision: all four cover it. What
	// lies between the third and the fourth, the last alone.
	for _, x := range []struct {
		at   int
		want []reading.Digest
	}{
		{bytes.Index(data, []byte("/Producer")) + 12, []reading.Digest{"other", "other", "other", "other"}},
		{start + int(before[2].ByteRange[2]+before[2].ByteRange[3]) + 40, []reading.Digest{"same", "same", "same", "other"}},
	} {
		changed := bytes.Clone(data)
		changed[x.at] ^= 1
		for i, s := range read(t, changed).Signatures {
			if s.Digest != x.want[i] {
				t.Errorf("byte %d: signature %d is %q, want %q", x.at, i+1, s.Digest, x.want[i])
			}
		}
	}
}

func TestASignatureThatStatesNothingKnownIsNotCalledBroken(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(sampleFolder(t), "S08", "bao_cao_01.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	s := read(t, data).Signatures[0]
	start := bytes.Index(data, []byte("%PDF-"))
	gap := start + int(s.ByteRange[1]) + 1
	for i := 0; i < 400; i += 7 { // the head of the CMS: its structure breaks in all manners
		changed := bytes.Clone(data)
		changed[gap+i] = "0123456789abcdef"[(int(changed[gap+i])+i)%16]
		for _, got := range read(t, changed).Signatures {
			if got.Digest == reading.DigestOther {
				t.Fatalf("digit %d of the signature changed: bytes called changed", i)
			}
		}
	}
}
