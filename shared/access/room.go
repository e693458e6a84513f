package access

import (
	"encoding/base64"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"hoso/shared/act"
	"hoso/shared/fault"
	"hoso/shared/people"
)

// Purposes under which the mailed secrets are derived at hand-over
// (secret.Box): until then a notice holds only the id they come from.
const (
	CodePurpose       = "code"
	InvitationPurpose = "invitation"
)

// Secrets derives what is mailed from an id, so that no usable secret lies in
// the store. secret.Box is one.
type Secrets interface {
	Token(purpose, id string) string
	Digits(purpose, id string, n int) string
}

// Room carries out the acts.
type Room struct {
	act.Desk
	Secrets Secrets
	Limits  *Limiter
	Rates   Rates
	// Passkeys is nil where the portal is not a secure context: they are then
	// not offered.
	Passkeys *webauthn.WebAuthn
}

// Open is the room with its usual limits, without passkeys.
func Open(desk act.Desk, secrets Secrets) Room {
	return Room{Desk: desk, Secrets: secrets, Limits: NewLimiter(desk.Now), Rates: DefaultRates()}
}

// SystemActor stands in events for what nobody in particular did: a person
// with access to the machine itself, through the command line.
const SystemActor = "command-line"

// Operator is the actor of the command line: whoever may run commands on the
// data folder may manage people.
func Operator() people.Actor {
	return people.Actor{Person: people.Person{ID: SystemActor, Active: true, Roles: []people.Role{people.Operator}}, Method: "local"}
}

// limited is the answer to whoever asks too often.
func limited(op string, wait time.Duration) error {
	minutes := int((wait + time.Minute - 1) / time.Minute)
	return &fault.Error{
		Kind: fault.Limited, Op: op, Code: "too-often", Err: Wait(wait),
		Public: fmt.Sprintf("Ông/bà đã yêu cầu quá nhiều lần; hãy thử lại sau %d phút.", max(minutes, 1)),
	}
}

// Wait is the cause of a fault.Limited: how long until it may be tried again.
type Wait time.Duration

// Error says how long.
func (w Wait) Error() string { return "wait " + time.Duration(w).String() }

// random gives 256 bits as 43 characters that need no escaping anywhere.
func (r Room) random() string { return base64.RawURLEncoding.EncodeToString(r.Rand(32)) }

// Browser makes the secret by which a browser is known before sign-in.
func (r Room) Browser() string { return r.random() }

// isSecret reports whether s can be one of our 256-bit secrets: anything else
// is not looked up at all.
func isSecret(s string) bool {
	if len(s) < 40 || len(s) > 128 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
