// Package register holds what is known of nominees across dossiers, rounds and
// years: who was nominated where, earlier awards, holds, and whether two names
// are one person. Likely sameness is asked of a person, never assumed; names
// that were never compared stay apart.
//
// Rows of nominees and of this store's own awards are a projection, written
// after the fact and recomputed at any time. Imported awards, holds and rulings
// are facts, each by a named act.
package register

import (
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/store"
	"hoso/shared/viettext"
)

// Room carries out the acts and keeps the projection.
type Room struct{ act.Desk }

// Chain is the chain of the register's own acts.
const Chain = "register"

// Subject is who a row is about.
type Subject struct {
	Kind     dossier.Kind `json:"kind"`
	Name     string       `json:"name"`
	Birth    string       `json:"birth,omitempty"` // ISO, or ""
	Unit     string       `json:"unit,omitempty"`  // as written
	Identity string       `json:"identity"`        // digest of kind, name, birth and unit as written
}

// Identify fills the digest by which the subject is one with what is written
// exactly so elsewhere.
func (s Subject) Identify() Subject {
	s.Identity = Identity(s.Kind, s.Name, s.Birth, s.Unit)
	return s
}

// Identity is the digest of a nominee's kind, name, birth date and unit; case,
// tone placement and abbreviations aside.
func Identity(kind dossier.Kind, name, birth, unit string) string {
	return act.Digest([]string{string(kind), viettext.Key(name), birth, viettext.Key(viettext.ExpandBody(unit))})[:32]
}

// Of gives the subject that a nominee is.
func Of(n dossier.Nominee) Subject {
	return Subject{Kind: n.Kind, Name: n.Name, Birth: n.Birth, Unit: n.Unit, Identity: n.Identity}
}

// part is where all is kept that may be about a name: for persons whoever has
// it but for i and y, spaces and dashes; for collectives whoever has the name
// without the bodies above it, in the same lowest place.
func part(kind dossier.Kind, name string) string {
	var key string
	if kind == dossier.Collective {
		core, places := viettext.BodyParts(name)
		low := viettext.Place{}
		for _, p := range places {
			if p.Level > low.Level {
				low = p
			}
		}
		key = viettext.LooseKey(core) + "/" + low.Word + "/" + low.Name
	} else {
		bare, _ := viettext.StripHonorifics(name)
		key = viettext.LooseKey(bare)
	}
	return "register/" + act.Digest([]string{string(kind), key})[:32]
}

// Nomination is one nominee of one dossier. It holds ids only; what it is about
// stands in the dossier.
type Nomination struct {
	Dossier  string `json:"dossier"`
	Nominee  string `json:"nominee"`
	Identity string `json:"identity"`
	Round    string `json:"round"`
}

// Award is one award that was given: of this store's rounds, or imported.
type Award struct {
	ID string `json:"id"`
	Subject
	Form     string `json:"form"`               // "Bằng khen của Chủ tịch UBND tỉnh"
	For      string `json:"for,omitempty"`      // what it was given for, as the decision says
	Campaign string `json:"campaign,omitempty"` // id, where it is known
	AdHoc    bool   `json:"adHoc,omitempty"`    // for an outstanding act, outside a round
	Number   string `json:"number"`             // of the decision
	Date     string `json:"date"`               // ISO
	By       string `json:"by,omitempty"`       // who decided
	Round    string `json:"round,omitempty"`
	Dossier  string `json:"dossier,omitempty"`
	Nominee  string `json:"nominee,omitempty"`
	Annulled bool   `json:"annulled,omitempty"`
	AddedBy  string `json:"addedBy,omitempty"` // who imported it; "": of this store
	// AddedAt and Salt are of imported rows: an erasure is known by a commitment
	// to the row, which without the salt confirms no guess at it.
	AddedAt time.Time `json:"addedAt,omitzero"`
	Salt    string    `json:"salt,omitempty"`
	Struck  string    `json:"struck,omitempty"` // who took an imported row back
}

// Standing reports whether the award still counts.
func (a Award) Standing() bool { return !a.Annulled && a.Struck == "" }

// Grounds of a hold, as Nghị định 98/2023/NĐ-CP, Điều 4 lists them.
const (
	Discipline    = "discipline"    // being considered for discipline
	Investigation = "investigation" // investigation, inspection or audit with signs of a violation
	Complaint     = "complaint"     // complaint or denunciation being verified
	Press         = "press"         // reported by the press and being verified
)

// Grounds lists them.
func Grounds() []string { return []string{Discipline, Investigation, Complaint, Press} }

// GroundName is a ground in Vietnamese.
func GroundName(g string) string {
	return map[string]string{
		Discipline: "đang xem xét kỷ luật", Investigation: "đang điều tra, thanh tra, kiểm tra, kiểm toán có dấu hiệu vi phạm",
		Complaint: "đang xác minh khiếu nại, tố cáo", Press: "báo chí nêu, đang xác minh",
	}[g]
}

// Hold says that somebody is not to be commended for now; it ends by an act.
type Hold struct {
	ID string `json:"id"`
	Subject
	Ground string      `json:"ground"`
	Number string      `json:"number"` // of the document it rests on
	Since  string      `json:"since"`  // ISO
	By     string      `json:"by"`
	At     time.Time   `json:"at"`
	Lifted string      `json:"lifted,omitempty"` // ISO day, with LiftedBy and Why
	LiftBy string      `json:"liftedBy,omitempty"`
	Why    act.TextRef `json:"why,omitempty"`
}

// On reports whether the hold stands on an ISO day.
func (h Hold) On(day string) bool {
	return h.Since <= day && (h.Lifted == "" || day < h.Lifted)
}

// Keys and access patterns. An id of an award or a hold begins with the part it
// lies in.
func nominationKey(p, dossier, nominee string) store.Key {
	return store.Key{Part: p, Sort: "nominee/" + dossier + "/" + nominee}
}

func awardKey(id string) store.Key {
	p, rest, _ := strings.Cut(id, ".")
	return store.Key{Part: "register/" + p, Sort: "award/" + rest}
}

func holdKey(id string) store.Key {
	p, rest, _ := strings.Cut(id, ".")
	return store.Key{Part: "register/" + p, Sort: "hold/" + rest}
}

func idIn(p, rest string) string { return strings.TrimPrefix(p, "register/") + "." + rest }

// Awards lists awards (part "awards"), Holds holds (part "holds"), by date.
var (
	Awards = store.Pattern{Name: "awards", Slot: 1}
	Holds  = store.Pattern{Name: "holds", Slot: 1}
)

func putAward(a Award, expect int64) store.Write {
	return store.Put(awardKey(a.ID), expect, a, store.Entry{Pattern: Awards, Part: "awards", Sort: a.Date + "/" + a.Number + "/" + a.ID})
}

func putHold(h Hold, expect int64) store.Write {
	return store.Put(holdKey(h.ID), expect, h, store.Entry{Pattern: Holds, Part: "holds", Sort: h.Since + "/" + h.ID})
}

// Why two subjects may be one.
const (
	ByBirth   = "birth"   // name and birth date, in two units
	ByUnit    = "unit"    // name and unit; a birth date is not known
	ByWriting = "writing" // the names differ in writing only
)

// Likely says whether two subjects that are not written alike may be one, and
// why. It only asks: the answer is a person's.
func Likely(a, b Subject) (why string, ask bool) {
	if a.Kind != b.Kind || a.Identity == b.Identity || part(a.Kind, a.Name) != part(b.Kind, b.Name) {
		return "", false
	}
	if a.Kind == dossier.Collective {
		return ByWriting, viettext.CompareBodies(a.Name, b.Name, a.Unit, b.Unit) == viettext.Same
	}
	if a.Birth != "" && b.Birth != "" {
		return ByBirth, a.Birth == b.Birth
	}
	if a.Unit == "" || b.Unit == "" {
		return ByUnit, true
	}
	return ByUnit, viettext.CompareBodies(a.Unit, b.Unit) != viettext.Different
}

// PairID names the question whether two identities are one.
func PairID(a, b string) string {
	ids := []string{a, b}
	slices.Sort(ids)
	return act.Digest(ids)[:32]
}
