package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"

	"hoso/shared/fault"
)

// Vault seals whole rows for one purpose, in bytes: AES-256-GCM under a key of
// its own. A key takes 2^32 rows (NIST SP 800-38D, section 8.3).
type Vault struct {
	aead cipher.AEAD
	rand func(n int) []byte
}

// Vault gives the vault of a purpose. The same master key and purpose give
// one that opens what another has sealed.
func (b *Box) Vault(purpose string) (*Vault, error) {
	block, err := aes.NewCipher(b.mac("vault:"+purpose, ""))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "secret.vault", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "secret.vault", err)
	}
	return &Vault{aead: aead, rand: b.rand}, nil
}

// Seal encrypts plain. It opens only under the same about, which says what it
// is and of what, so that a row put in another's place does not pass.
func (v *Vault) Seal(plain []byte, about string) []byte {
	nonce := v.rand(v.aead.NonceSize())
	return v.aead.Seal(nonce, nonce, plain, []byte(about))
}

// Open decrypts what Seal made, or gives fault.Invalid.
func (v *Vault) Open(sealed []byte, about string) ([]byte, error) {
	n := v.aead.NonceSize()
	if len(sealed) < n {
		return nil, fault.Wrap(fault.Invalid, "secret.open", errors.New("too short"))
	}
	plain, err := v.aead.Open(nil, sealed[:n], sealed[n:], []byte(about))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "secret.open", err)
	}
	return plain, nil
}
