package evidence_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"hoso/shared/evidence"
)

const origin = "hoso.example.gov.vn/log"

// newKey makes a key from a seed.
func newKey(t *testing.T, seed string) (evidence.Signer, string) {
	t.Helper()
	private, public, err := evidence.NewKey(rand.NewChaCha8(sha256.Sum256([]byte(seed))), origin)
	if err != nil {
		t.Fatal(err)
	}
	s, err := evidence.NewSigner(private + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return s, public
}

func checkpointAt(at time.Time) evidence.Checkpoint {
	return evidence.Checkpoint{Origin: origin, Head: evidence.LogHead{Size: 1234, Root: entry(1).Hash}, At: at}
}

func mustSign(t *testing.T, c evidence.Checkpoint, s ...evidence.Signer) []byte {
	t.Helper()
	signed, err := c.Sign(s...)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

var noon = time.Date(2025, 3, 4, 12, 0, 0, 0, time.UTC)

func TestACheckpointSaysWhatWasSigned(t *testing.T) {
	t.Parallel()
	s, public := newKey(t, "a")
	c := checkpointAt(noon)
	signed := mustSign(t, c, s)
	got, err := evidence.Keys{{Line: public}}.Open(signed)
	if err != nil || got != c {
		t.Fatalf("%+v, %v", got, err)
	}
	if got, err := evidence.Peek(signed); err != nil || got != c {
		t.Errorf("peek: %+v, %v", got, err)
	}
	want := origin + "\n1234\n"
	if !bytes.HasPrefix(signed, []byte(want)) || !bytes.Contains(signed, []byte("\ntime 2025-03-04T12:00:00.000Z\n\n— "+origin+" ")) {
		t.Errorf("not a C2SP checkpoint:\n%s", signed)
	}
}

func TestNoBitOfACheckpointCanChange(t *testing.T) {
	t.Parallel()
	a, pa := newKey(t, "a")
	b, pb := newKey(t, "b")
	keys := evidence.Keys{{Line: pa}, {Line: pb}}
	for name, signed := range map[string][]byte{"one key": mustSign(t, checkpointAt(noon), a), "two keys": mustSign(t, checkpointAt(noon), a, b)} {
		for i := range signed {
			for bit := range 8 {
				changed := bytes.Clone(signed)
				changed[i] ^= 1 << bit
				got, err := keys.Open(changed)
				// A handover stays signed by one key when the other key's name is damaged.
				if err == nil && (name == "one key" || got != checkpointAt(noon)) {
					t.Fatalf("%s: byte %d bit %d changed and it opens", name, i, bit)
				}
			}
		}
	}
}

func TestOnlyATrustedKeyOfItsOwnTimeCounts(t *testing.T) {
	t.Parallel()
	a, pa := newKey(t, "a")
	b, pb := newKey(t, "b")
	before, after := noon.Add(-time.Hour), noon.Add(time.Hour)
	signedA, both := mustSign(t, checkpointAt(noon), a), mustSign(t, checkpointAt(noon), a, b)
	for name, tc := range map[string]struct {
		keys   evidence.Keys
		signed []byte
		want   error
	}{
		"always":            {evidence.Keys{{Line: pa}}, signedA, nil},
		"within":            {evidence.Keys{{Line: pa, From: before, Until: after}}, signedA, nil},
		"from is included":  {evidence.Keys{{Line: pa, From: noon}}, signedA, nil},
		"until is excluded": {evidence.Keys{{Line: pa, Until: noon}}, signedA, evidence.ErrKeyExpired},
		"not yet":           {evidence.Keys{{Line: pa, From: after}}, signedA, evidence.ErrKeyExpired},
		"another key":       {evidence.Keys{{Line: pb}}, signedA, evidence.ErrUnsigned},
		"twice":             {evidence.Keys{{Line: pa, Until: before}, {Line: pa, From: before}}, signedA, nil},
		"no key":            {nil, signedA, evidence.ErrUnsigned},
		"handover, old":     {evidence.Keys{{Line: pa, Until: noon}, {Line: pb, From: noon}}, both, nil},
		"handover, new":     {evidence.Keys{{Line: pb}}, both, nil},
	} {
		if _, err := tc.keys.Open(tc.signed); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
}

func TestAKeyOfAnotherOriginCannotSign(t *testing.T) {
	t.Parallel()
	s, _ := newKey(t, "a")
	c := checkpointAt(noon)
	c.Origin = "elsewhere.example"
	if _, err := c.Sign(s); err == nil {
		t.Error("signed for another origin")
	}
	if _, err := checkpointAt(noon).Sign(); err == nil {
		t.Error("signed by nobody")
	}
	if _, _, err := evidence.NewKey(rand.NewChaCha8([32]byte{}), "two words"); err == nil {
		t.Error("a key's name holds a space")
	}
}

func TestKeyFilesReadWhatTheyWrite(t *testing.T) {
	t.Parallel()
	_, pa := newKey(t, "a")
	_, pb := newKey(t, "b")
	keys := evidence.Keys{{Line: pa, Until: noon}, {Line: pb, From: noon}}
	got, err := evidence.ParseKeys(append([]byte("# keys\n\n"), keys.Format()...))
	if err != nil || len(got) != 2 || got[0] != keys[0] || got[1] != keys[1] {
		t.Fatalf("%+v, %v", got, err)
	}
	bare, err := evidence.ParseKeys([]byte(pa))
	if err != nil || len(bare) != 1 || bare[0] != (evidence.Key{Line: pa}) {
		t.Errorf("bare key: %+v, %v", bare, err)
	}
	for _, bad := range []string{pa + " yesterday", pa + " - - -", pa[1:], strings.ToUpper(pa), "hoso.example.gov.vn/log+10E86b22+AT4fYGqG2RxYXa5v7nUkNQNbDOypI4JlGsiZVGjx61ka"} {
		if _, err := evidence.ParseKeys([]byte(bad)); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}
