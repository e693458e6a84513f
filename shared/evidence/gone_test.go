package evidence_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"hoso/shared/evidence"
)

func TestANoteOfAnErasureIsReadAsItWasSigned(t *testing.T) {
	t.Parallel()
	private, public, err := evidence.NewKey(rand.NewChaCha8([32]byte{7}), "ho-so-test")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := evidence.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	g := evidence.Gone{Origin: "ho-so-test", At: at, Act: "round/r1|erasure/0001", By: "p1", Texts: []evidence.Lost{{Chain: "dossier/d1", Text: "ab"}, {Chain: "round/r1", Text: "cd"}}}
	signed, err := g.Sign(signer)
	if err != nil || !evidence.IsGone(signed) {
		t.Fatalf("%s, %v", signed, err)
	}
	keys := evidence.Keys{{Line: public}}
	got, err := keys.OpenGone(signed)
	if err != nil || got.FileName() != g.FileName() || !got.At.Equal(at) || len(got.Texts) != 2 || got.Texts[1] != g.Texts[1] || got.Act != g.Act || got.By != g.By {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := keys.Open(signed); err == nil {
		t.Error("it passes for a checkpoint")
	}
	for _, change := range [][2]string{{"cd", "ce"}, {"p1", "p2"}, {"erased\n", "errased\n"}} {
		if _, err := keys.OpenGone([]byte(strings.Replace(string(signed), change[0], change[1], 1))); err == nil {
			t.Errorf("%q is taken for %q", change[1], change[0])
		}
	}
	if _, err := (evidence.Keys{{Line: public, Until: at}}).OpenGone(signed); !errors.Is(err, evidence.ErrKeyExpired) {
		t.Errorf("a key of before: %v", err)
	}
	for _, bad := range []func(*evidence.Gone){
		func(g *evidence.Gone) { g.By = "Lê Thị Ánh" }, // nothing with a space
		func(g *evidence.Gone) { g.Texts = nil },
		func(g *evidence.Gone) { g.Act = "a\nb" },
	} {
		b := g
		bad(&b)
		if _, err := b.Sign(signer); err == nil {
			t.Errorf("signed %+v", b)
		}
	}
}
