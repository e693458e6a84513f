package secret_test

import (
	"bytes"
	"crypto/rand"
	"testing"

	"hoso/shared/fault"
	"hoso/shared/secret"
)

func random(n int) []byte {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return b
}

func box(t *testing.T) *secret.Box {
	t.Helper()
	b, err := secret.New(random(secret.KeySize), random)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTokenIsStablePerIDAndPurpose(t *testing.T) {
	b := box(t)
	first := b.Token("link", "a")
	if again := b.Token("link", "a"); again != first {
		t.Error("a repeated hand-over gives another token")
	}
	if b.Token("link", "a") == b.Token("link", "b") || b.Token("link", "a") == b.Token("invitation", "a") {
		t.Error("ids or purposes share a token")
	}
	if n := len(b.Token("link", "a")); n != 43 {
		t.Errorf("token has %d characters, want 43", n)
	}
	if other := box(t); other.Token("link", "a") == b.Token("link", "a") {
		t.Error("two installations share a token")
	}
}

func TestDigitsHaveTheLengthAskedFor(t *testing.T) {
	b := box(t)
	for _, id := range []string{"", "a", "b", "0192"} {
		if d := b.Digits("code", id, 8); len(d) != 8 {
			t.Errorf("Digits(%q) = %q", id, d)
		}
	}
}

func TestSealedTextIsUnreadableAndComesBack(t *testing.T) {
	b := box(t)
	plain := string(bytes.Repeat([]byte("token"), 400))
	sealed, err := b.Seal(plain)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains([]byte(sealed), []byte("token")) {
		t.Error("sealed text shows the secret")
	}
	got, err := b.Unseal(sealed)
	if err != nil || got != plain {
		t.Fatalf("Unseal: %v, equal %v", err, got == plain)
	}
	if _, err := box(t).Unseal(sealed); !fault.Is(err, fault.Invalid) {
		t.Errorf("another installation's key: %v, want Invalid", err)
	}
	if _, err := b.Unseal(sealed[:len(sealed)-2] + "AA"); err == nil {
		t.Error("a changed seal opens")
	}
}

func TestMasterKeyHasItsSize(t *testing.T) {
	if _, err := secret.New([]byte("short"), random); !fault.Is(err, fault.Invalid) {
		t.Errorf("short key: %v, want Invalid", err)
	}
}
