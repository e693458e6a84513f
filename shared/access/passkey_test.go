package access_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"hoso/shared/access"
	"hoso/shared/fault"
	"hoso/shared/people"
)

const (
	testHost   = "hoso.example"
	testOrigin = "https://hoso.example"
)

// authenticator is a security key in software: it signs as a device would.
type authenticator struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	id     []byte
	count  uint32
	origin string
	flags  byte // user present and verified
}

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &authenticator{t: t, key: key, id: random(16), origin: testOrigin, flags: 0x05}
}

var b64 = base64.RawURLEncoding

func (a *authenticator) clientData(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func (a *authenticator) authData(attested bool) []byte {
	host := sha256.Sum256([]byte(testHost))
	a.count++
	out := append(host[:], a.flags)
	if attested {
		out[32] |= 0x40
	}
	out = binary.BigEndian.AppendUint32(out, a.count)
	if !attested {
		return out
	}
	pub, err := a.key.PublicKey.Bytes()
	if err != nil {
		a.t.Fatal(err)
	}
	cose, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: pub[1:33], -3: pub[33:]})
	if err != nil {
		a.t.Fatal(err)
	}
	out = append(out, make([]byte, 16)...)
	out = binary.BigEndian.AppendUint16(out, uint16(len(a.id)))
	return append(append(out, a.id...), cose...)
}

func (a *authenticator) answer(response map[string]any) []byte {
	b, err := json.Marshal(map[string]any{"id": b64.EncodeToString(a.id), "rawId": b64.EncodeToString(a.id), "type": "public-key", "response": response})
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func (a *authenticator) create(challenge string) []byte {
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": a.authData(true)})
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{"clientDataJSON": b64.EncodeToString(a.clientData("webauthn.create", challenge)), "attestationObject": b64.EncodeToString(object)})
}

func (a *authenticator) get(challenge, person string) []byte {
	client, auth := a.clientData("webauthn.get", challenge), a.authData(false)
	digest := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte{}, auth...), digest[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, a.key, signed[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{
		"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(auth),
		"signature": b64.EncodeToString(sig), "userHandle": b64.EncodeToString([]byte(person)),
	})
}

// enrol gives a person with one passkey.
func enrol(t *testing.T) (*world, people.Person, *authenticator) {
	t.Helper()
	w := newWorld(t)
	keys, err := access.NewPasskeys(testOrigin, testHost)
	if err != nil {
		t.Fatal(err)
	}
	w.Passkeys = keys
	p := w.person("binh@example.vn", people.Head)
	v, err := w.Session(context.Background(), w.signIn(p.Email))
	if err != nil {
		t.Fatal(err)
	}
	a := newAuthenticator(t)
	options, err := w.BeginPasskey(context.Background(), v)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.AddPasskey(context.Background(), v, "Điện thoại", a.create(options.Response.Challenge.String())); err != nil {
		t.Fatal(err)
	}
	return w, p, a
}

func TestPasskeySignsInAndItsAnswerCountsOnce(t *testing.T) {
	ctx := context.Background()
	w, p, a := enrol(t)
	browser := w.Browser()
	options, err := w.BeginPasskeySignIn(ctx, browser)
	if err != nil {
		t.Fatal(err)
	}
	answer := a.get(options.Response.Challenge.String(), p.ID)
	in, err := w.EnterPasskey(ctx, browser, answer, "a")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := w.Session(ctx, in.Secret); err != nil || v.Method != "passkey" || v.ID != p.ID {
		t.Errorf("session is %+v, %v", v, err)
	}
	_, err = w.EnterPasskey(ctx, w.Browser(), answer, "a")
	want(t, err, fault.Gone, "")
	_, err = w.EnterPasskey(ctx, browser, a.get(options.Response.Challenge.String(), p.ID), "a")
	want(t, err, fault.Gone, "")
}

func TestPasskeyOfAnotherSiteOrKeyOrWithoutVerificationIsRefused(t *testing.T) {
	ctx := context.Background()
	w, p, good := enrol(t)
	other := newAuthenticator(t)
	lookAlike := *good
	lookAlike.origin = "https://hoso.examp1e"
	unverified := *good
	unverified.flags = 0x01
	for name, a := range map[string]*authenticator{"another key": other, "another site": &lookAlike, "no verification": &unverified} {
		browser := w.Browser()
		options, err := w.BeginPasskeySignIn(ctx, browser)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.EnterPasskey(ctx, browser, a.get(options.Response.Challenge.String(), p.ID), "a"); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := w.EnterPasskey(ctx, w.Browser(), []byte(`{"id":`), "a")
	want(t, err, fault.Invalid, "passkey")
}

func TestLostPasskeyIsTakenOffByAnOperator(t *testing.T) {
	ctx := context.Background()
	w, p, a := enrol(t)
	if err := w.ForgetPasskeys(ctx, w.key(), access.Operator(), p.ID); err != nil {
		t.Fatal(err)
	}
	browser := w.Browser()
	options, err := w.BeginPasskeySignIn(ctx, browser)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.EnterPasskey(ctx, browser, a.get(options.Response.Challenge.String(), p.ID), "a")
	want(t, err, fault.Invalid, "passkey")
}
