// Package secret derives and seals what must never lie readable in the store.
//
// One master key per installation (a file beside the data on one machine, a
// parameter store entry on AWS) gives a key per purpose. Links, sign-in codes
// and invitations are derived from their record's id when a mail is handed
// over, so no usable token ever stands in a table, an outbox or a backup, and
// a repeated hand-over carries the same one. Task tokens, which others make,
// are sealed.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"hoso/shared/fault"
)

// Requests is the purpose of the key by which digests of what persons wrote
// are blinded (act.Desk).
const Requests = "requests"

// KeySize is the length of a master key in bytes.
const KeySize = 32

// Box derives and seals with one master key. Rand gives n random bytes.
type Box struct {
	master []byte
	rand   func(n int) []byte
}

// New makes a box of a master key of KeySize bytes.
func New(master []byte, rand func(n int) []byte) (*Box, error) {
	if len(master) != KeySize {
		return nil, &fault.Error{Kind: fault.Invalid, Op: "secret", Err: fmt.Errorf("master key has %d bytes, not %d", len(master), KeySize)}
	}
	return &Box{master: master, rand: rand}, nil
}

func (b *Box) mac(purpose, id string) []byte {
	m := hmac.New(sha256.New, b.master)
	m.Write([]byte(purpose))
	m.Write([]byte{0})
	m.Write([]byte(id))
	return m.Sum(nil)
}

// Token gives the 256-bit token of an id for a purpose, in 43 URL-safe
// characters. The same id gives the same token.
func (b *Box) Token(purpose, id string) string {
	return base64.RawURLEncoding.EncodeToString(b.mac("token:"+purpose, id))
}

// Digits gives the n-digit code of an id for a purpose.
func (b *Box) Digits(purpose, id string, n int) string {
	v := binary.BigEndian.Uint64(b.mac("digits:"+purpose, id))
	mod := uint64(1)
	for range n {
		mod *= 10
	}
	return fmt.Sprintf("%0*d", n, v%mod)
}

// Key gives 32 bytes for a purpose, such as the seed of the signing key of
// checkpoints.
func (b *Box) Key(purpose string) []byte { return b.mac("key:"+purpose, "") }

func (b *Box) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(b.mac("seal", ""))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Seal encrypts a secret for the store.
func (b *Box) Seal(plain string) (string, error) {
	aead, err := b.aead()
	if err != nil {
		return "", fault.Wrap(fault.Internal, "secret.seal", err)
	}
	nonce := b.rand(aead.NonceSize())
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(plain), nil)), nil
}

// Unseal decrypts what Seal made.
func (b *Box) Unseal(sealed string) (string, error) {
	aead, err := b.aead()
	if err != nil {
		return "", fault.Wrap(fault.Internal, "secret.unseal", err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(raw) < aead.NonceSize() {
		return "", fault.New(fault.Invalid, "secret.unseal", "")
	}
	plain, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], nil)
	if err != nil {
		return "", fault.Wrap(fault.Invalid, "secret.unseal", err)
	}
	return string(plain), nil
}
