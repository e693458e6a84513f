// Package round holds the nouns of an award round: the round and its
// settings, the consolidated list with its places, selections, and the tasks
// by which people are asked to decide. It is pure.
package round

import (
	"fmt"
	"slices"
	"time"

	"hoso/shared/act"
	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/store"
)

// State is where a round is in its life.
type State string

const (
	Preparing State = "preparing" // settings are being decided
	Open      State = "open"      // units submit
	Closed    State = "closed"    // its flow runs: selection to decision
	Decided   State = "decided"   // every dossier has its outcome
	Ended     State = "ended"     // an ad-hoc line that takes no more dossiers; those it has go on
)

// StateName is the state in Vietnamese; WithoutName that of a round that ended
// without a selection.
func StateName(s State) string {
	return map[State]string{Preparing: "Đang chuẩn bị", Open: "Đang nhận hồ sơ", Closed: "Đang xét", Decided: "Đã có quyết định", Ended: "Đã ngừng nhận"}[s]
}

// WithoutName is the state of a round that ended without a selection.
const WithoutName = "Kết thúc, không lựa chọn"

// Scope of a step of the route.
type Scope string

const (
	ByDossier Scope = "dossier" // appraisal of each dossier
	ByRound   Scope = "round"   // review of the consolidated list
)

// Step is one step of the route, as fixed when the round opened.
type Step struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Scope   Scope    `json:"scope"`
	Body    string   `json:"body"`    // responsible body
	Persons []string `json:"persons"` // who may decide; any one of them does
	DueDays int      `json:"dueDays"` // working days
	Passkey bool     `json:"passkey"` // a session by passkey is required
}

// Settings are what a round runs by, fixed at opening: each value comes from
// the campaign's plan or was decided by an administrator (Decided says who).
type Settings struct {
	Campaign    string               `json:"campaign"`
	AdHoc       bool                 `json:"adHoc,omitempty"` // an ad-hoc line, see adhoc.go: no window, no places, no list
	Title       string               `json:"title"`           // campaign's name
	Name        string               `json:"name"`            // of the round
	Caps        map[dossier.Kind]int `json:"caps"`
	Opens       time.Time            `json:"opens"`
	Closes      time.Time            `json:"closes"`
	Steps       []Step               `json:"steps"`
	Head        []string             `json:"head"`                  // who confirms a selection
	Preparers   []string             `json:"preparers"`             // administrators of the round
	Clerks      []string             `json:"clerks"`                // who enter and confirm the decision
	ReturnDays  int                  `json:"returnDays"`            // working days to supplement
	PostingDays int                  `json:"postingDays"`           // 0: no public posting
	RuleSet     string               `json:"ruleSet"`               // id and digest, see package campaign
	VotePct     float64              `json:"votePct,omitempty"`     // 0: not stated
	VoteBase    string               `json:"voteBase,omitempty"`    // tong_thanh_vien, so_co_mat or phieu_hop_le
	Quorum      *campaign.Ratio      `json:"quorum,omitempty"`      // of all members; nil: not stated
	WrittenVote bool                 `json:"writtenVote,omitempty"` // absent members may vote in writing
	Award       string               `json:"award,omitempty"`       // form and decider: "Bằng khen của Chủ tịch UBND tỉnh"
	Criteria    []Criterion          `json:"criteria,omitempty"`    // that appraisers score; none: one score a nominee
	Shares      []Share              `json:"shares,omitempty"`      // further limits on places; none: not stated
	UnitCaps    map[dossier.Kind]int `json:"unitCaps,omitempty"`    // most that one unit may nominate; a kind left out: not stated
	UnitShare   *campaign.Ratio      `json:"unitShare,omitempty"`   // most individuals a unit may nominate, of its headcount; nil: not stated
	Rounding    campaign.Rounding    `json:"rounding,omitempty"`    // of that share
	Decided     map[string]string    `json:"decided,omitempty"`     // field -> person
	Issuer      string               `json:"issuer,omitempty"`      // of the plan, or who followed
	Body        string               `json:"body,omitempty"`        // responsible for the round: prepares and confirms the selection
	Kept        bool                 `json:"kept,omitempty"`        // at opening it was decided to go on under the names of bodies that had ceased
}

// Criterion is what appraisers give points for.
type Criterion struct {
	ID   string       `json:"id"`
	Kind dossier.Kind `json:"kind"`
	Text string       `json:"text"`
	Max  int          `json:"max"` // most points
}

// DossierSteps gives the steps of dossier scope, in order.
func (s Settings) DossierSteps() []Step { return s.steps(ByDossier) }

// RoundSteps gives the steps of round scope, in order.
func (s Settings) RoundSteps() []Step { return s.steps(ByRound) }

func (s Settings) steps(scope Scope) []Step {
	var out []Step
	for _, st := range s.Steps {
		if st.Scope == scope {
			out = append(out, st)
		}
	}
	return out
}

// MaxPlaces is the most places a round may have: the decision writes them all
// in one commit, with a task's ten persons and what else changes with it.
const MaxPlaces = 60

// Round is one award round of a campaign.
type Round struct {
	ID         string    `json:"id"`
	State      State     `json:"state"`
	Settings   Settings  `json:"settings"`
	OpenedAt   time.Time `json:"openedAt"`
	ClosedAt   time.Time `json:"closedAt"`
	Stage      string    `json:"stage"` // where its run goes on if it is lost; "": no run
	Generation int       `json:"generation"`
	Driven     time.Time `json:"driven,omitzero"` // when sweep last drove its run again
	Step       int       `json:"step"`            // index into the round-scope steps
	Task       string    `json:"task,omitempty"`

	// Reviewed says who decided each step on the list as it came from quota:
	// nobody takes two.
	Reviewed map[string]string `json:"reviewed,omitempty"`

	PostedTill time.Time `json:"postedTill"`
	Selection  int       `json:"selection"` // number of the last confirmed selection
	Written    int       `json:"written"`   // number of the last selection written out by quota
	Decision   *Decision `json:"decision,omitempty"`
	Without    *Without  `json:"without,omitempty"`    // it ended without a selection
	Amendments []Amended `json:"amendments,omitempty"` // of its places, oldest first

	Rulings []BodyRuling `json:"rulings,omitempty"` // on its bodies that ceased, oldest first
}

// Took reports whether the person decided another round-scope step on the list
// than the named one.
func (r Round) Took(person, except string) bool {
	for step, by := range r.Reviewed {
		if by == person && step != except {
			return true
		}
	}
	return false
}

// Names reports whether the person has to do with the round by its own record:
// the settings name the person, or the person decided about its list, its
// decision or its end.
func (r Round) Names(person string) bool {
	if person == "" {
		return false
	}
	s := r.Settings
	for _, ids := range [][]string{s.Head, s.Preparers, s.Clerks} {
		if slices.Contains(ids, person) {
			return true
		}
	}
	for _, st := range s.Steps {
		if slices.Contains(st.Persons, person) {
			return true
		}
	}
	return r.Took(person, "") ||
		r.Decision != nil && (r.Decision.EnteredBy == person || r.Decision.ConfirmedBy == person) ||
		r.Without != nil && (r.Without.PreparedBy == person || r.Without.ConfirmedBy == person)
}

// Quiet is how long the round's run was not heard of: since it was closed, or
// since it was last driven again.
func (r Round) Quiet(now time.Time) time.Duration {
	if r.Driven.After(r.ClosedAt) {
		return now.Sub(r.Driven)
	}
	return now.Sub(r.ClosedAt)
}

// Without is how a round ended in which nobody was selected: the standing
// agency prepared it with a reason, its head confirmed it.
type Without struct {
	Reason      act.TextRef `json:"reason"` // on the round's chain
	PreparedBy  string      `json:"preparedBy"`
	ConfirmedBy string      `json:"confirmedBy"`
	ConfirmedAt time.Time   `json:"confirmedAt"`
}

// Decision is the Chairman's decision as entered by a clerk. It counts once
// a second person confirmed it (architecture, decision 16).
type Decision struct {
	Number      string    `json:"number"`
	Date        string    `json:"date"` // ISO
	Bucket      string    `json:"bucket"`
	Key         string    `json:"key"`
	SHA256      string    `json:"sha256"`
	Version     string    `json:"version"`
	EnteredBy   string    `json:"enteredBy"`
	EnteredAt   time.Time `json:"enteredAt"`
	ConfirmedBy string    `json:"confirmedBy,omitempty"`
	ConfirmedAt time.Time `json:"confirmedAt"`
	ListVersion int       `json:"listVersion"`

	Read        bool         `json:"read,omitempty"`        // the machine read all of it and compared
	Differences []Difference `json:"differences,omitempty"` // what it found
	Note        act.TextRef  `json:"note,omitempty"`        // of the second person, on differences
	// Signatures of the PDF as they were judged when it was entered.
	Signatures []reading.Signature `json:"signatures,omitempty"`
}

// Chain is the chain of a round's history.
func Chain(id string) string { return "round/" + id }

// Keys of the records.
func Key(id string) store.Key     { return store.Key{Part: "round/" + id, Sort: "round"} }
func ListKey(id string) store.Key { return store.Key{Part: "round/" + id, Sort: "list"} }
func SelectionKey(id string, n int) store.Key {
	return store.Key{Part: "round/" + id, Sort: fmt.Sprintf("selection/%04d", n)}
}

// All lists rounds (part "rounds"), newest last.
var All = store.Pattern{Name: "rounds", Slot: 1}

// AllPart is the part of All.
const AllPart = "rounds"

// Put makes the write that stores r over revision expect.
func Put(r Round, expect int64) store.Write {
	index := []store.Entry{{Pattern: All, Part: AllPart, Sort: r.OpenedAt.UTC().Format("20060102150405") + "/" + r.ID}}
	due := r.Settings.Closes
	if r.State == Closed {
		due = r.PostedTill
	}
	if (r.State == Open || r.State == Closed && r.Stage == "posting") && !due.IsZero() {
		index = append(index, store.Entry{Pattern: dossier.Due, Part: dossier.DuePart, Sort: dossier.DueSort(due, "round/"+r.ID)})
	}
	return store.Put(Key(r.ID), expect, r, index...)
}

// PlaceCounter counts the free places of a kind in a round.
func PlaceCounter(round string, kind dossier.Kind) string {
	return "places/" + round + "/" + string(kind)
}

// PendingCounter counts the dossiers of a round that were submitted and are
// not through appraisal: a selection is confirmed only at zero.
func PendingCounter(round string) string { return "pending/" + round }

// List is the consolidated list of a round: who holds a place, and what
// review said. Its Version changes only by acts that change what is judged.
type List struct {
	Round   string  `json:"round"`
	Version int     `json:"version"`
	Entries []Entry `json:"entries"`
}

// Entry is one nominee on the list.
type Entry struct {
	Kind      dossier.Kind     `json:"kind"`
	Identity  string           `json:"identity"`
	Dossier   string           `json:"dossier"`
	Nominee   string           `json:"nominee"`
	Name      string           `json:"name"`
	Position  string           `json:"position,omitempty"`
	Unit      string           `json:"unit,omitempty"`
	From      string           `json:"from,omitempty"` // id of the unit that nominates
	UnitName  string           `json:"unitName"`
	Score     int              `json:"score"`
	Selection int              `json:"selection"` // the selection that took the place
	Place     PlaceState       `json:"place"`
	Review    dossier.Standing `json:"review,omitempty"`
	Reason    act.TextRef      `json:"reason,omitempty"`
}

// PlaceState is what became of a place.
type PlaceState string

const (
	Taken     PlaceState = "taken"     // by a confirmed selection
	Confirmed PlaceState = "confirmed" // by the decision
	Released  PlaceState = "released"  // by a named act
	Annulled  PlaceState = "annulled"  // the award was annulled after the decision; the place is not given back
)

// Place is the row of one place: one nominee identity of one kind in one
// round. It does not expire; it ends confirmed or released.
type Place struct {
	Round    string       `json:"round"`
	Kind     dossier.Kind `json:"kind"`
	Identity string       `json:"identity"`
	Dossier  string       `json:"dossier"`
	Nominee  string       `json:"nominee"`
	State    PlaceState   `json:"state"`
	Act      string       `json:"act"` // idempotency key of the act that last changed it
}

// PlacesPart is the part that holds a round's place rows.
func PlacesPart(round string) string { return "places/" + round }

// PlaceKey is where a place's row is.
func PlaceKey(round string, kind dossier.Kind, identity string) store.Key {
	return store.Key{Part: PlacesPart(round), Sort: string(kind) + "/" + identity}
}

// Selection is what the standing agency prepared and its head confirms.
type Selection struct {
	Round       string    `json:"round"`
	N           int       `json:"n"`
	Entries     []Entry   `json:"entries"` // the nominees it adds to the list
	PreparedBy  string    `json:"preparedBy"`
	PreparedAt  time.Time `json:"preparedAt"`
	ConfirmedBy string    `json:"confirmedBy,omitempty"`
	ConfirmedAt time.Time `json:"confirmedAt"`
	State       string    `json:"state"` // "prepared", "confirmed" or "dropped"

	// Without proposes to end the round without a selection, for Reason: there
	// are no Entries then.
	Without bool        `json:"without,omitempty"`
	Reason  act.TextRef `json:"reason,omitempty"`
}

// Shown is what a confirmation of the selection is bound to: who is on it, or
// why nobody is and what the list is that ends with it.
func (s Selection) Shown(list List) string {
	if s.Without {
		return act.Digest([]any{"without", s.N, s.Reason, list.Digest()})
	}
	return act.Digest(s.Entries)
}

// Holding gives the entries of the list whose place is not released.
func (l List) Holding() []Entry {
	return slices.DeleteFunc(slices.Clone(l.Entries), func(e Entry) bool { return e.Place == Released })
}

// Awardable counts the entries that could still be decided on favourably: they
// hold a place, and review, once it is over, did not refuse or hold them.
func (l List) Awardable(reviewed bool) int {
	n := 0
	for _, e := range l.Holding() {
		if !reviewed || e.Review != dossier.Held && e.Review != dossier.RefusedOne {
			n++
		}
	}
	return n
}

// Find gives the index of a nominee's live entry, or -1.
func (l List) Find(dossier, nominee string) int {
	return slices.IndexFunc(l.Entries, func(e Entry) bool {
		return e.Dossier == dossier && e.Nominee == nominee && e.Place != Released
	})
}

// Holds reports whether the identity holds a place of the kind: at most one.
func (l List) Holds(kind dossier.Kind, identity string) bool {
	return slices.ContainsFunc(l.Entries, func(e Entry) bool {
		return e.Kind == kind && e.Identity == identity && e.Place != Released
	})
}

// Digest is what a decision on the list is bound to: who is on it and how far
// each has come.
func (l List) Digest() string { return act.Digest([]any{l.Round, l.Version, l.Holding()}) }
