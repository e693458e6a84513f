package access

import (
	"context"
	"encoding/json"
	"net/netip"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"hoso/shared/act"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/store"
)

// passkeyLife is how long a begun ceremony may take.
const passkeyLife = 5 * time.Minute

// maxPasskeys bounds the devices of one person.
const maxPasskeys = 10

// NewPasskeys sets up passkeys for a portal at origin, such as
// "https://hoso.example". host is its host name without port; for a bare
// network address the answer is nil, since passkeys belong to names.
// fault.Invalid: the origin cannot carry passkeys.
func NewPasskeys(origin, host string) (*webauthn.WebAuthn, error) {
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return nil, nil
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Hồ sơ", RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	return w, fault.Wrap(fault.Invalid, "access.passkeys", err)
}

// ceremony is a begun registration or sign-in, kept until it ends.
type ceremony struct {
	Data    webauthn.SessionData `json:"data"`
	Expires time.Time            `json:"expires"`
	Used    bool                 `json:"used,omitempty"`
}

// ceremonyKey is where the last ceremony begun in a browser or session is.
func ceremonyKey(hash string) store.Key { return store.Key{Part: "passkey/" + hash, Sort: "ceremony"} }

// holder is a person as the library wants to see one.
type holder struct {
	people.Person
	creds []webauthn.Credential
}

func asHolder(p people.Person) (holder, error) {
	h := holder{Person: p}
	for _, k := range p.Passkey {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Credential, &c); err != nil {
			return h, fault.Wrap(fault.Internal, "access.passkeys", err)
		}
		h.creds = append(h.creds, c)
	}
	return h, nil
}

// WebAuthnID is the person's id.
func (h holder) WebAuthnID() []byte { return []byte(h.ID) }

// WebAuthnName is the address by which the person signs in otherwise.
func (h holder) WebAuthnName() string { return h.Email }

// WebAuthnDisplayName is the person's name.
func (h holder) WebAuthnDisplayName() string { return h.Name }

// WebAuthnCredentials are the person's passkeys.
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.creds }

func (r Room) offered(op string) error {
	if r.Passkeys == nil {
		return fault.New(fault.Invalid, op, "Địa chỉ này không dùng được khóa truy cập; cần truy cập bằng https.")
	}
	return nil
}

// begin keeps a ceremony under hash, in place of an earlier one.
func (r Room) begin(ctx context.Context, hash string, data *webauthn.SessionData) error {
	_, err := r.Do(ctx, "passkey.begin/"+r.NewID(), "begin", func(ctx context.Context, now time.Time) (store.Commit, error) {
		var old ceremony
		rev, err := store.Load(ctx, r.Store, ceremonyKey(hash), &old)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return store.Commit{}, err
		}
		return store.Commit{Writes: []store.Write{store.Put(ceremonyKey(hash), rev, ceremony{Data: *data, Expires: now.Add(passkeyLife)})}}, nil
	})
	return err
}

// take reads a ceremony that may still be ended.
func (r Room) take(ctx context.Context, hash string, now time.Time) (ceremony, int64, error) {
	var c ceremony
	rev, err := store.Load(ctx, r.Store, ceremonyKey(hash), &c)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return c, 0, err
	}
	if err != nil || c.Used || !now.Before(c.Expires) {
		return c, 0, fault.New(fault.Gone, "access.passkeys", "Đã quá thời gian; hãy bắt đầu lại.")
	}
	return c, rev, nil
}

// BeginPasskey starts adding a passkey to the signed-in person: the answer is
// for the browser's credentials.create.
func (r Room) BeginPasskey(ctx context.Context, who Visitor) (*protocol.CredentialCreation, error) {
	const op = "access.passkeys"
	if err := r.offered(op); err != nil {
		return nil, err
	}
	if len(who.Passkey) >= maxPasskeys {
		return nil, fault.New(fault.Invalid, op, "Đã có đủ số khóa truy cập; hãy bỏ bớt một khóa trước khi thêm.")
	}
	h, err := asHolder(who.Person)
	if err != nil {
		return nil, err
	}
	known := make([]protocol.CredentialDescriptor, len(h.creds))
	for i, c := range h.creds {
		known[i] = c.Descriptor()
	}
	options, data, err := r.Passkeys.BeginRegistration(h, webauthn.WithExclusions(known))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, op, err)
	}
	return options, r.begin(ctx, who.Session, data)
}

// AddPasskey ends what BeginPasskey started with the browser's answer.
func (r Room) AddPasskey(ctx context.Context, who Visitor, name string, answer []byte) error {
	const op = "access.passkeys"
	if err := r.offered(op); err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return badPasskey(op, err)
	}
	if name = cleanText(name); name == "" || len(name) > 100 {
		name = "Khóa truy cập"
	}
	return r.change(ctx, "passkey.add/"+who.Session+"/"+act.Hash(string(answer)), who.ID, who.Actor, who.ID,
		func(ctx context.Context, c *store.Commit, p *people.Person, now time.Time) (string, any, []string, error) {
			cer, rev, err := r.take(ctx, who.Session, now)
			if err != nil {
				return "", nil, nil, err
			}
			h, err := asHolder(*p)
			if err != nil {
				return "", nil, nil, err
			}
			cred, err := r.Passkeys.CreateCredential(h, cer.Data, parsed)
			if err != nil {
				return "", nil, nil, badPasskey(op, err)
			}
			kept, err := json.Marshal(cred)
			if err != nil {
				return "", nil, nil, fault.Wrap(fault.Internal, op, err)
			}
			cer.Used = true
			c.Writes = append(c.Writes, store.Put(ceremonyKey(who.Session), rev, cer))
			p.Passkey = append(p.Passkey, people.Passkey{Name: name, Credential: kept, Added: now})
			return "person.passkey-added", map[string]any{"credential": act.Hash(string(cred.ID))}, nil, nil
		})
}

func badPasskey(op string, err error) error {
	return &fault.Error{
		Kind: fault.Invalid, Op: op, Code: "passkey", Err: err,
		Public: "Khóa truy cập không được chấp nhận; hãy thử lại hoặc đăng nhập bằng mã gửi qua thư.",
	}
}

// RemovePasskey takes one passkey off the signed-in person.
func (r Room) RemovePasskey(ctx context.Context, key string, who people.Actor, added time.Time) error {
	return r.change(ctx, key, act.Digest([]any{"passkey-remove", who.ID, added.UTC()}), who, who.ID,
		func(_ context.Context, _ *store.Commit, p *people.Person, _ time.Time) (string, any, []string, error) {
			for i, k := range p.Passkey {
				if k.Added.Equal(added) {
					p.Passkey = append(p.Passkey[:i:i], p.Passkey[i+1:]...)
					return "person.passkey-removed", nil, nil, nil
				}
			}
			return "", nil, nil, notFound("access.passkeys")
		})
}

// BeginPasskeySignIn starts a sign-in by passkey in a browser: the answer is
// for the browser's credentials.get. It names nobody.
func (r Room) BeginPasskeySignIn(ctx context.Context, browser string) (*protocol.CredentialAssertion, error) {
	const op = "access.passkeys"
	if err := r.offered(op); err != nil {
		return nil, err
	}
	if !isSecret(browser) {
		return nil, fault.New(fault.Invalid, op, "Trình duyệt không nhận cookie; hãy bật cookie rồi thử lại.")
	}
	options, data, err := r.Passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, op, err)
	}
	return options, r.begin(ctx, act.Hash(browser), data)
}

// EnterPasskey ends what BeginPasskeySignIn started with the browser's answer.
func (r Room) EnterPasskey(ctx context.Context, browser string, answer []byte, origin string) (SignedIn, error) {
	const op = "access.passkeys"
	if err := r.offered(op); err != nil {
		return SignedIn{}, err
	}
	if !isSecret(browser) {
		return SignedIn{}, badPasskey(op, nil)
	}
	if wait, ok := r.Limits.Take(Spend{r.Rates.TriesPerOrigin, "tries/" + origin}); !ok {
		return SignedIn{}, limited(op, wait)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return SignedIn{}, badPasskey(op, err)
	}
	hash := act.Hash(browser)
	out, err := r.Do(ctx, "sign-in.passkey/"+hash+"/"+act.Hash(string(answer)), "enter", func(ctx context.Context, now time.Time) (store.Commit, error) {
		cer, cerRev, err := r.take(ctx, hash, now)
		if err != nil {
			return store.Commit{}, err
		}
		var p people.Person
		var rev int64
		find := func(_, handle []byte) (webauthn.User, error) {
			if len(handle) > 64 || strings.ContainsRune(string(handle), 0) {
				return nil, notFound(op)
			}
			var err error
			if rev, err = store.Load(ctx, r.Store, people.Key(string(handle)), &p); err != nil {
				return nil, err
			}
			return asHolder(p)
		}
		_, cred, err := r.Passkeys.ValidatePasskeyLogin(find, cer.Data, parsed)
		if err != nil {
			return store.Commit{}, badPasskey(op, err)
		}
		if !p.Active || cred.Authenticator.CloneWarning {
			return store.Commit{}, badPasskey(op, nil)
		}
		if err := keep(&p, cred); err != nil {
			return store.Commit{}, err
		}
		cer.Used = true
		o := r.open(p, browser, "passkey", now)
		o.Writes = append(o.Writes, store.Put(ceremonyKey(hash), cerRev, cer), people.PutPerson(p, rev))
		o.Result = act.Result(entered{OK: true, Person: p.ID, Nonce: o.nonce})
		return o.Commit, nil
	})
	if err != nil {
		return SignedIn{}, err
	}
	var e entered
	if err := act.ReadResult(out, &e); err != nil {
		return SignedIn{}, err
	}
	return SignedIn{Secret: sessionSecret(browser, e.Nonce), Person: e.Person}, nil
}

// keep stores a used credential's new counter.
func keep(p *people.Person, cred *webauthn.Credential) error {
	for i, k := range p.Passkey {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Credential, &c); err != nil {
			return fault.Wrap(fault.Internal, "access.passkeys", err)
		}
		if string(c.ID) != string(cred.ID) {
			continue
		}
		b, err := json.Marshal(cred)
		if err != nil {
			return fault.Wrap(fault.Internal, "access.passkeys", err)
		}
		p.Passkey[i].Credential = b
	}
	return nil
}
