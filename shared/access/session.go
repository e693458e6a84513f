package access

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/store"
)

func hashBytes(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

// sessionSecret is made of the browser's secret, which only the browser
// holds, and the nonce, which only the store holds.
func sessionSecret(browser, nonce string) string {
	return derive("session/" + browser + "/" + nonce)
}

type opening struct {
	store.Commit
	nonce string
}

// open is the part of a commit that opens a session for a person.
func (r Room) open(p people.Person, browser, method string, now time.Time) opening {
	nonce := hex.EncodeToString(r.Rand(32))
	hash := act.Hash(sessionSecret(browser, nonce))
	s := people.Session{Person: p.ID, Epoch: p.Epoch, Method: method, Created: now, Seen: now}
	return opening{nonce: nonce, Commit: store.Commit{
		Writes: []store.Write{store.Put(people.SessionKey(hash), 0, s)},
		Events: []evidence.Event{act.Event(people.Chain(p.ID), "person.signed-in", p.ID, now,
			map[string]any{"method": method, "session": hash[:16]})},
	}}
}

// Visitor is who stands behind a request.
type Visitor struct {
	people.Actor
	Session string // hash of the session's or token's secret, for limits and logs of access
	Since   time.Time
}

// seenEvery is how often a session's last use is written down: an idle limit
// counted from it is at most that much shorter.
const seenEvery = 2 * time.Minute

// signedOut is the answer where a session is missing or has ended.
func signedOut(op string) error {
	return fault.New(fault.SignIn, op, "Phiên làm việc đã hết; hãy đăng nhập lại. Những gì đã lưu vẫn còn.")
}

// Session gives who stands behind a session's secret. fault.SignIn: nobody,
// or the session has ended: idle, too old, signed out, roles changed, disabled.
func (r Room) Session(ctx context.Context, secret string) (Visitor, error) {
	const op = "access.session"
	if !isSecret(secret) {
		return Visitor{}, signedOut(op)
	}
	hash := act.Hash(secret)
	var s people.Session
	rev, err := store.Load(ctx, r.Store, people.SessionKey(hash), &s)
	if fault.Is(err, fault.NotFound) {
		return Visitor{}, signedOut(op)
	}
	if err != nil {
		return Visitor{}, err
	}
	p, err := r.person(ctx, s.Person)
	if err != nil {
		return Visitor{}, err
	}
	now := r.Now()
	if !s.Live(p, now) {
		return Visitor{}, signedOut(op)
	}
	if now.Sub(s.Seen) >= seenEvery {
		s.Seen = now
		c := store.Commit{
			Key: fmt.Sprintf("session.seen/%s/%d", hash, now.Unix()), Request: "seen", At: now,
			Writes: []store.Write{store.Put(people.SessionKey(hash), rev, s)},
		}
		// Another request may have noted it first, or the store may be busy:
		// neither is a reason to turn the person away.
		if _, err := r.Store.Commit(ctx, c); err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Transient) {
			return Visitor{}, err
		}
	}
	return Visitor{Actor: people.Actor{Person: p, Method: s.Method}, Session: hash, Since: s.Created}, nil
}

func (r Room) person(ctx context.Context, id string) (people.Person, error) {
	var p people.Person
	_, err := store.Load(ctx, r.Store, people.Key(id), &p)
	if fault.Is(err, fault.NotFound) {
		return p, signedOut("access.person")
	}
	return p, err
}

// Leave ends a session; one that has ended already is fine.
func (r Room) Leave(ctx context.Context, secret string) error {
	if !isSecret(secret) {
		return nil
	}
	hash := act.Hash(secret)
	_, err := r.Do(ctx, "session.leave/"+hash, "leave", func(ctx context.Context, now time.Time) (store.Commit, error) {
		var s people.Session
		rev, err := store.Load(ctx, r.Store, people.SessionKey(hash), &s)
		if err != nil {
			return store.Commit{}, err
		}
		s.Ended = true
		return store.Commit{
			Writes: []store.Write{store.Put(people.SessionKey(hash), rev, s)},
			Events: []evidence.Event{act.Event(people.Chain(s.Person), "person.signed-out", s.Person, now, map[string]any{"session": hash[:16]})},
		}, nil
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
