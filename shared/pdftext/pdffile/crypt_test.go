package pdffile

import (
	"crypto/aes"
	"encoding/hex"
	"testing"
)

// TestKeyOfRevisionSix takes a file whose last round ends on the very bound
// that the standard names; the permissions tell that the key is the right one.
func TestKeyOfRevisionSix(t *testing.T) {
	plain := func(s string) text {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return text(b)
	}
	key := keyV5(
		plain("8998a27d33029955bfd4f53e0374315de38f959c8f1c0027a4e5e0bacabd750808e797939953d2470900d40f559fac94"),
		plain("b9dd07207daa1959b6aa09eeea28a33dc4577908bb75225f091eb49b184ca0fa"), 6)
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	var perms [16]byte
	block.Decrypt(perms[:], []byte(plain("00083efe3c057683f3f9fa648af43921")))
	if string(perms[9:12]) != "adb" {
		t.Errorf("permissions are %x", perms)
	}
}
