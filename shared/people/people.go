// Package people holds who uses the product: persons, their roles, the units
// they act for, and the secrets by which they are known (sessions, sign-in
// codes, invitations, API tokens). Of every secret only the SHA-256 is kept.
package people

import (
	"context"
	"slices"
	"strings"
	"time"

	"hoso/shared/store"
	"hoso/shared/viettext"
)

// Role is what a person may do.
type Role string

const (
	Submitter Role = "unit"      // nominates for its unit (đơn vị trình)
	Appraiser Role = "appraiser" // appraises dossiers at a step (người thẩm định)
	Head      Role = "head"      // head of the standing agency: confirms selections
	Reviewer  Role = "reviewer"  // reviews the consolidated list (Sở Nội vụ)
	Clerk     Role = "clerk"     // enters the Chairman's decision and paper dossiers
	Admin     Role = "admin"     // round administrator: prepares, cannot decide
	Auditor   Role = "auditor"   // reads everything, changes nothing
	Operator  Role = "operator"  // people and health; no dossier content
)

// Roles lists every role in the order shown to people.
func Roles() []Role {
	return []Role{Submitter, Appraiser, Head, Reviewer, Clerk, Admin, Auditor, Operator}
}

// RoleName is the role in Vietnamese.
func RoleName(r Role) string {
	switch r {
	case Submitter:
		return "Đơn vị trình"
	case Appraiser:
		return "Người thẩm định"
	case Head:
		return "Thủ trưởng cơ quan thường trực"
	case Reviewer:
		return "Thẩm định Sở Nội vụ"
	case Clerk:
		return "Văn thư"
	case Admin:
		return "Quản trị đợt"
	case Auditor:
		return "Kiểm tra, lưu trữ"
	case Operator:
		return "Vận hành"
	}
	return string(r)
}

// deciders are the roles whose holders take decisions; administration and
// decision are never in one hand (architecture, decision 16).
var deciders = []Role{Appraiser, Head, Reviewer}

// Separate says whether a set of roles may be held by one person: who
// administers rounds or machines decides nothing, an auditor does nothing else.
func Separate(roles []Role) bool {
	has := func(r Role) bool { return slices.Contains(roles, r) }
	if has(Auditor) && len(roles) > 1 {
		return false
	}
	if has(Admin) || has(Operator) || has(Submitter) {
		for _, d := range deciders {
			if has(d) {
				return false
			}
		}
	}
	return !(has(Submitter) && (has(Admin) || has(Clerk)))
}

// Person is somebody known to the product.
type Person struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Email   string    `json:"email"`
	Title   string    `json:"title,omitempty"` // position, as shown beside the name
	Unit    string    `json:"unit,omitempty"`  // unit id; needed for Submitter
	Roles   []Role    `json:"roles"`
	Active  bool      `json:"active"`
	Epoch   int       `json:"epoch"`             // sessions and tokens of an older epoch are dead
	Bounced string    `json:"bounced,omitempty"` // why mails do not reach the person; "" if they do
	Away    *Away     `json:"away,omitempty"`
	Passkey []Passkey `json:"passkeys,omitempty"`
	Created time.Time `json:"created"`
}

// Away is an absence with a stand-in for new tasks.
type Away struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	StandIn string    `json:"standIn"`
}

// Passkey is a WebAuthn credential as the library encodes it.
type Passkey struct {
	Name       string    `json:"name"`
	Credential []byte    `json:"credential"`
	Added      time.Time `json:"added"`
}

// Is reports whether the person is active and holds the role.
func (p Person) Is(r Role) bool { return p.Active && slices.Contains(p.Roles, r) }

// Unit is a body that nominates or decides (đơn vị).
type Unit struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Parent  string   `json:"parent,omitempty"`
	Aliases []string `json:"aliases,omitempty"`
	Active  bool     `json:"active"`
	// Headcount is how many people the unit has, of which a campaign may let it
	// nominate a share; 0: not known, and no share is worked out.
	Headcount int `json:"headcount,omitempty"`
	// Ended says that the unit ceased; nil while it is there.
	Ended *Ended `json:"ended,omitempty"`
}

// Ended is the end of a unit and who followed it, by a named act.
type Ended struct {
	Until      string    `json:"until"` // ISO, its last day
	Successors []string  `json:"successors,omitempty"`
	Receiver   string    `json:"receiver,omitempty"` // of its unfinished dossiers and its people; "": they stay
	Source     string    `json:"source"`             // the document it rests on
	SourceDate string    `json:"sourceDate"`         // ISO
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// MaxAliases is how many other names a unit may have.
const MaxAliases = 20

// Session is a signed-in browser.
type Session struct {
	Person  string    `json:"person"`
	Epoch   int       `json:"epoch"`
	Method  string    `json:"method"` // "code", "passkey" or "invitation"
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Ended   bool      `json:"ended,omitempty"`
}

// Session limits: idle and absolute (threats.md T52).
const (
	SessionIdle = 30 * time.Minute
	SessionLife = 12 * time.Hour
)

// Live reports whether the session still stands at now for person p.
func (s Session) Live(p Person, now time.Time) bool {
	return !s.Ended && p.Active && s.Epoch == p.Epoch &&
		now.Sub(s.Seen) < SessionIdle && now.Sub(s.Created) < SessionLife
}

// Code is a sign-in code sent by mail, good only in the browser that asked.
type Code struct {
	Person  string    `json:"person"`
	Hash    string    `json:"hash"`
	Expires time.Time `json:"expires"`
	Tries   int       `json:"tries"`
	Used    bool      `json:"used"`
	Next    string    `json:"next,omitempty"` // local address to go on to
	// Mail is the code's mail, one of those at Sent; other browsers may wait for
	// the same.
	Mail string    `json:"mail,omitempty"`
	Sent store.Key `json:"sent,omitzero"`
}

// SentCodes are the mails with codes of one account that may still be valid.
type SentCodes struct {
	Mails []SentCode `json:"mails"`
}

// SentCode is one mail with a code. It signs one browser in, of at most
// CodeShared that asked for it.
type SentCode struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Expires time.Time `json:"expires"`
	Asked   int       `json:"asked"` // browsers that wait for it
	Used    bool      `json:"used"`
}

// Sign-in code limits (architecture, decision 13).
const (
	CodeDigits = 8
	CodeLife   = 10 * time.Minute
	CodeTries  = 5
	// CodeShared browsers may wait for one mail, each with its own tries, and
	// only while it is CodeFresh: so a program that asks for a code at every
	// link it finds does not use up a person's mails.
	CodeShared = 8
	CodeFresh  = CodeLife / 2
)

// Invitation lets a person sign in for the first time, once.
type Invitation struct {
	Person  string    `json:"person"`
	Expires time.Time `json:"expires"`
	Used    bool      `json:"used"`
}

// InvitationLife is how long an invitation stands.
const InvitationLife = 7 * 24 * time.Hour

// APIToken lets a program act for a person.
type APIToken struct {
	Person  string    `json:"person"`
	Epoch   int       `json:"epoch"`
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Revoked bool      `json:"revoked"`
}

// Chain of a person's and a unit's history.
func Chain(person string) string   { return "person/" + person }
func UnitChain(unit string) string { return "unit/" + unit }

// AccessChain is the chain of who looked at a subject (architecture, decision 11).
func AccessChain(subject string) string { return "access/" + subject }

// Keys of the records.
func Key(person string) store.Key { return store.Key{Part: "person/" + person, Sort: "profile"} }

// EmailKey is the key of the record that makes a mail address unique.
func EmailKey(email string) store.Key {
	return store.Key{Part: "email/" + FoldEmail(email), Sort: "owner"}
}

// Owner is what that record says: whose the address is.
type Owner struct {
	Person string `json:"person"`
}

// UnitNameKey is where the owner of a unit's name is; the name is unique by its
// viettext.Key.
func UnitNameKey(name string) store.Key {
	return store.Key{Part: "unit-name/" + viettext.Key(name), Sort: "owner"}
}

// UnitOwner says whose a name is.
type UnitOwner struct {
	Unit string `json:"unit"`
}

func UnitKey(unit string) store.Key    { return store.Key{Part: "unit/" + unit, Sort: "profile"} }
func SessionKey(hash string) store.Key { return store.Key{Part: "session/" + hash, Sort: "session"} }

func CodeKey(browserHash string) store.Key {
	return store.Key{Part: "code/" + browserHash, Sort: "code"}
}

// SentCodesKey is where an account's mails with codes are; account is a digest.
func SentCodesKey(account string) store.Key {
	return store.Key{Part: "code/of/" + account, Sort: "sent"}
}

func InviteKey(hash string) store.Key {
	return store.Key{Part: "invitation/" + hash, Sort: "invitation"}
}
func TokenKey(hash string) store.Key { return store.Key{Part: "apitoken/" + hash, Sort: "token"} }

// Access patterns.
var (
	// ByName lists persons (part "people") and units (part "units") by folded name.
	ByName = store.Pattern{Name: "by-name", Slot: 1}
	// OfUnit lists the persons of a unit (part: unit id).
	OfUnit = store.Pattern{Name: "of-unit", Slot: 2}
	// TokensOf lists a person's API tokens (part: person id).
	TokensOf = store.Pattern{Name: "tokens-of", Slot: 1}
)

// FoldEmail is the form by which an address is unique.
func FoldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// PutPerson makes the write that stores p over revision expect.
func PutPerson(p Person, expect int64) store.Write {
	index := []store.Entry{{Pattern: ByName, Part: "people", Sort: viettext.Fold(p.Name) + "/" + p.ID}}
	if p.Unit != "" {
		index = append(index, store.Entry{Pattern: OfUnit, Part: p.Unit, Sort: p.ID})
	}
	return store.Put(Key(p.ID), expect, p, index...)
}

// PutUnit makes the write that stores u over revision expect.
func PutUnit(u Unit, expect int64) store.Write {
	return store.Put(UnitKey(u.ID), expect, u,
		store.Entry{Pattern: ByName, Part: "units", Sort: viettext.Fold(u.Name) + "/" + u.ID})
}

// WithRole gives active persons who hold one of the roles, by folded name, at
// most limit. The index it reads may lag a little.
func WithRole(ctx context.Context, r store.Reader, limit int, roles ...Role) ([]Person, error) {
	var out []Person
	page := store.Page{}
	for {
		s, err := r.Query(ctx, ByName, "people", page)
		if err != nil {
			return nil, err
		}
		for _, rec := range s.Records {
			var p Person
			if err := rec.Decode(&p); err != nil {
				return nil, err
			}
			if slices.ContainsFunc(roles, p.Is) && len(out) < limit {
				out = append(out, p)
			}
		}
		if s.Next == "" || len(out) >= limit {
			return out, nil
		}
		page.After = s.Next
	}
}
