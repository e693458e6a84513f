// Package dossier holds the nouns of a nomination dossier: the dossier, its
// documents, its submitted revisions, its nominees, and what may happen to
// them. It is pure: keys, transitions and views, no storage and no clock.
package dossier

import (
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/people"
	"hoso/shared/store"
	"hoso/shared/viettext"
)

// State is where a dossier is in its life.
type State string

const (
	Draft        State = "draft"         // the unit is putting it together
	Submitted    State = "submitted"     // received; documents are still being read
	Validating   State = "validating"    // all read; findings are being recorded
	InAppraisal  State = "appraisal"     // a step of the route has it
	Returned     State = "returned"      // back at the unit, with a deadline
	Eligible     State = "eligible"      // appraised; competes for a place
	Selected     State = "selected"      // at least one nominee holds a place
	NotSelected  State = "not_selected"  // eligible but beyond the places; not a fault
	Awarded      State = "awarded"       // the decision names at least one nominee
	Refused      State = "refused"       // appraisal or review refused every nominee
	Withdrawn    State = "withdrawn"     // taken back by the unit
	Lapsed       State = "lapsed"        // returned and not submitted again in time
	NotSubmitted State = "not_submitted" // still a draft when the round closed
	Annulled     State = "annulled"      // awarded, and later annulled by a decision
)

// next is the transition table of a round's dossier.
var next = map[State][]State{
	Draft:       {Submitted, Withdrawn, NotSubmitted},
	Submitted:   {Validating, Withdrawn},
	Validating:  {InAppraisal, Returned, Eligible, Withdrawn},
	InAppraisal: {Eligible, Returned, Refused, Withdrawn},
	Returned:    {Submitted, Withdrawn, Lapsed},
	Eligible:    {Selected, NotSelected, Refused, Withdrawn},
	Selected:    {Awarded, NotSelected, Refused, Withdrawn},
	NotSelected: {Selected},
	// A late dossier that an act admits.
	NotSubmitted: {Draft},
	Awarded:      {Annulled},
}

// May reports whether a round's dossier may go from one state to the other.
func May(from, to State) bool { return slices.Contains(next[from], to) }

// Final reports whether a dossier in state s has its outcome. Not selected is
// final only once the round is decided; see Dossier.Sealed.
func (s State) Final() bool {
	switch s {
	case NotSelected, Awarded, Refused, Withdrawn, Lapsed, NotSubmitted, Annulled:
		return true
	}
	return false
}

// Competing reports whether the dossier counts as pending in its round: it
// was submitted and appraisal has not ended.
func (s State) Competing() bool {
	switch s {
	case Submitted, Validating, InAppraisal, Returned:
		return true
	}
	return false
}

// StateName is the state in Vietnamese.
func StateName(s State) string {
	return map[State]string{
		Draft: "Bản nháp", Submitted: "Đã tiếp nhận, đang đọc", Validating: "Đang kiểm tra",
		InAppraisal: "Đang thẩm định", Returned: "Trả lại để bổ sung", Eligible: "Đủ điều kiện, chờ lựa chọn",
		Selected: "Được lựa chọn", NotSelected: "Không được lựa chọn", Awarded: "Được khen thưởng",
		Refused: "Không đủ điều kiện", Withdrawn: "Đã rút", Lapsed: "Hết hạn bổ sung",
		NotSubmitted: "Không nộp", Annulled: "Bị hủy quyết định",
	}[s]
}

// Dossier is one nomination of one unit in one round.
type Dossier struct {
	ID       string    `json:"id"`
	Round    string    `json:"round"`
	AdHoc    bool      `json:"adHoc,omitempty"` // of an ad-hoc line: it is decided on alone and takes no place
	Unit     string    `json:"unit"`
	UnitName string    `json:"unitName"` // as of opening
	OpenedBy string    `json:"openedBy"`
	OpenedAt time.Time `json:"openedAt"`
	People   int       `json:"people,omitempty"` // headcount of the unit as of opening; 0: not known
	Paper    string    `json:"paper,omitempty"`  // paper receipt number, if a clerk enters it

	State      State     `json:"state"`
	Since      time.Time `json:"since"`           // of State
	Due        time.Time `json:"due"`             // of whoever has it now; zero: none
	Holder     string    `json:"holder"`          // whose turn: person, unit or role, as shown
	Revision   int       `json:"revision"`        // last submitted; 0: none
	Stage      string    `json:"stage"`           // where its run goes on if it is lost; "": no run
	Generation int       `json:"generation"`      // of its run
	Driven     time.Time `json:"driven,omitzero"` // when sweep last drove its run again
	Step       int       `json:"step"`            // index into the route's dossier-scope steps
	Task       string    `json:"task,omitempty"`
	Deciding   string    `json:"deciding,omitempty"` // of an ad-hoc line: the task that asks for the decision
	Recalls    int       `json:"recalls,omitempty"`  // how often nominees on hold were brought back in this revision

	// Decided says who decided each step of this revision: nobody takes two.
	Decided map[string]string `json:"decidedBy,omitempty"`
	Receipt string            `json:"receipt,omitempty"` // number of the first receipt
	Unread  int               `json:"unread"`            // pinned documents whose flow has not ended
	RuleSet string            `json:"ruleSet,omitempty"` // fixed at valid receipt

	Nominees []Nominee   `json:"nominees,omitempty"` // of the last judged revision
	Return   *Return     `json:"return,omitempty"`   // why it was last returned
	Reason   act.TextRef `json:"reason,omitempty"`   // of the outcome
	was      State       // before Move changed it, in this act
	Late     *Late       `json:"late,omitempty"`    // after the window: asked for, admitted or refused
	Sealed   bool        `json:"sealed,omitempty"`  // final and in the archive
	Package  *Package    `json:"package,omitempty"` // in the archive, once sealed
}

// Package is the sealed package of a dossier in the archive.
type Package struct {
	SHA256  string `json:"sha256"` // of the ZIP
	Size    int64  `json:"size"`
	Bag     string `json:"bag"` // of its tag manifest: binds every file in it
	Bucket  string `json:"bucket"`
	Key     string `json:"key"`
	Version string `json:"version"`
}

// Return says why a dossier went back and until when it may come again.
type Return struct {
	Revision int         `json:"revision"`
	By       string      `json:"by"`     // person or "validate"
	Reason   act.TextRef `json:"reason"` // "" when findings say it all
	Due      time.Time   `json:"due"`
}

// Late is what became of a dossier that its unit did not submit in time: it
// may ask, and an administrator admits or refuses it, with a reason.
type Late struct {
	Asked    act.TextRef `json:"asked,omitempty"`
	AskedBy  string      `json:"askedBy,omitempty"`
	AskedAt  time.Time   `json:"askedAt"`
	Admitted bool        `json:"admitted,omitempty"`
	By       string      `json:"by,omitempty"` // who admitted or refused; "": nobody yet
	At       time.Time   `json:"at"`
	Until    time.Time   `json:"until"` // the admitted dossier's own deadline
	Reason   act.TextRef `json:"reason,omitempty"`
}

// Open reports whether the request waits for an answer.
func (l *Late) Open() bool { return l != nil && l.By == "" }

// Kind of nominee: collective or individual.
type Kind string

const (
	Collective Kind = "tap_the"
	Individual Kind = "ca_nhan"
)

// Kinds lists both kinds, in the order of official lists.
func Kinds() []Kind { return []Kind{Collective, Individual} }

// KindName is the kind in Vietnamese.
func KindName(k Kind) string {
	if k == Collective {
		return "Tập thể"
	}
	return "Cá nhân"
}

// Standing is what has been decided on a nominee so far.
type Standing string

const (
	Pending        Standing = "pending"
	Approved       Standing = "approved"
	RefusedOne     Standing = "refused"
	Held           Standing = "held"
	PlaceTaken     Standing = "selected"
	PlaceDenied    Standing = "not_selected"
	PlaceConfirmed Standing = "awarded"
	TakenBack      Standing = "withdrawn"
	AwardAnnulled  Standing = "annulled" // awarded, and annulled by a later decision
)

// StandingName is the standing in Vietnamese.
func StandingName(s Standing) string {
	return map[Standing]string{
		Pending: "Chưa quyết định", Approved: "Đồng ý", RefusedOne: "Không đồng ý", Held: "Tạm dừng xét",
		PlaceTaken: "Được lựa chọn", PlaceDenied: "Không được lựa chọn", PlaceConfirmed: "Được khen thưởng", TakenBack: "Đã rút", AwardAnnulled: "Bị hủy khen thưởng",
	}[s]
}

// Nominee is a person or a collective put forward.
type Nominee struct {
	ID        string      `json:"id"`       // stable over revisions: digest of Identity within the dossier
	Identity  string      `json:"identity"` // digest of kind, name key, birth date and unit key
	Kind      Kind        `json:"kind"`
	Name      string      `json:"name"` // exactly as written
	Position  string      `json:"position,omitempty"`
	Unit      string      `json:"unit,omitempty"`
	Birth     string      `json:"birth,omitempty"` // ISO date, or ""
	Documents []string    `json:"documents"`       // documents that speak of it
	Judged    string      `json:"judged"`          // digest of the facts a decision on it rests on
	Standing  Standing    `json:"standing"`
	Reason    act.TextRef `json:"reason,omitempty"`
	Review    string      `json:"review,omitempty"` // date (ISO) to look at a hold again
	Marked    *Marked     `json:"marked,omitempty"` // what the appraisers' sheets come to, if there are any
	Score     int         `json:"score"`            // hundredths; mean of the appraisers' scores
}

// Limits of a dossier (product.md, Intake); settings may lower them.
const (
	MaxFiles    = 60
	MaxNominees = 100
	MaxFile     = 100 << 20
	MaxBytes    = 500 << 20
)

// SlotCounter counts the upload slots a dossier may still open, ByteCounter
// the bytes it may still declare: counters, so that sixty uploads at once do
// not contend for the dossier's record.
func SlotCounter(id string) string { return "slots/" + id }
func ByteCounter(id string) string { return "bytes/" + id }

// Number is the number by which people name a dossier: "HS-" and the last 60
// bits of its id, which are random. Among a million dossiers two share a number
// with a chance of 1 in 2,000,000 (with 40 bits, almost 1 in 2).
func Number(id string) string {
	return "HS-" + strings.ToUpper(id[max(0, len(id)-15):])
}

// Chain is the chain of a dossier's history.
func Chain(id string) string { return "dossier/" + id }

// Key is where a dossier's own record is.
func Key(id string) store.Key { return store.Key{Part: "dossier/" + id, Sort: "dossier"} }

// Access patterns.
var (
	// OfRound lists a round's dossiers (part: round id) by state and date.
	OfRound = store.Pattern{Name: "dossiers-of-round", Slot: 1}
	// OfUnit lists a unit's dossiers (part: unit id), newest last.
	OfUnit = store.Pattern{Name: "dossiers-of-unit", Slot: 2}
	// Due lists what clock must look at (part "due"), by instant.
	Due = store.Pattern{Name: "due", Slot: 3}
	// Running lists dossiers whose run has not ended (part "running"), oldest
	// first: sweep looks there for runs that were lost.
	Running = store.Pattern{Name: "running", Slot: 3}
)

// Parts of the Due and Running patterns.
const (
	DuePart     = "due"
	RunningPart = "running"
)

// DueSort orders due rows by instant.
func DueSort(at time.Time, what string) string {
	return at.UTC().Format("2006-01-02T15:04:05.000Z") + "/" + what
}

// Put makes the write that stores d over revision expect.
func Put(d Dossier, expect int64) store.Write {
	index := []store.Entry{
		{Pattern: OfRound, Part: d.Round, Sort: string(d.State) + "/" + d.OpenedAt.UTC().Format("20060102150405") + "/" + d.ID},
		{Pattern: OfUnit, Part: d.Unit, Sort: d.OpenedAt.UTC().Format("20060102150405") + "/" + d.ID},
	}
	if d.Stage != "" {
		index = append(index, store.Entry{Pattern: Running, Part: RunningPart, Sort: d.Since.UTC().Format("20060102150405") + "/" + d.ID})
	} else if (d.State == Returned || d.State == Draft) && !d.Due.IsZero() {
		index = append(index, store.Entry{Pattern: Due, Part: DuePart, Sort: DueSort(d.Due, "dossier/"+d.ID)})
	} else if at := d.ReviewAt(); !at.IsZero() {
		index = append(index, store.Entry{Pattern: Due, Part: DuePart, Sort: DueSort(at, "dossier/"+d.ID)})
	}
	return store.Put(Key(d.ID), expect, d, index...)
}

// Quiet is how long the dossier's run was not heard of: since it came into its
// state, or since it was last driven again.
func (d Dossier) Quiet(now time.Time) time.Duration { return now.Sub(later(d.Since, d.Driven)) }

// Recalled reports whether an appraiser is asked again about a nominee on hold.
func (d Dossier) Recalled() bool {
	return (d.State == Eligible || d.State == Selected) && d.Task != ""
}

// Pending reports whether the dossier counts as pending in its round: a first
// selection waits for it.
func (d Dossier) Pending() bool { return d.State.Competing() || d.Recalled() }

// ReviewAt is when the first nominee on hold is to be looked at again: the
// beginning of the day that was named. Zero if there is none, or if an
// appraiser has been asked already.
func (d Dossier) ReviewAt() time.Time {
	var first time.Time
	if d.State != Eligible && d.State != Selected || d.Recalled() {
		return first
	}
	for _, n := range d.Nominees {
		day, err := calendar.ParseISO(n.Review)
		if n.Standing != Held || err != nil {
			continue
		}
		if at := day.Start(); first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first
}

// IsOwn reports whether a nomination is the person's own: of their unit,
// opened by them, or naming somebody of their name.
func (d Dossier) IsOwn(p people.Person) bool {
	return p.Unit != "" && p.Unit == d.Unit || p.ID == d.OpenedBy ||
		slices.ContainsFunc(d.Nominees, func(n Nominee) bool {
			return n.Kind == Individual && viettext.Key(n.Name) == viettext.Key(p.Name)
		})
}

// Took reports whether the person decided another step than the named one:
// nobody takes two on one dossier.
func (d Dossier) Took(person, except string) bool {
	for step, by := range d.Decided {
		if by == person && step != except {
			return true
		}
	}
	return false
}

// Move sets the dossier's state, refusing what the table does not list.
func (d *Dossier) Move(to State, at time.Time) bool {
	if !d.May(to) {
		return false
	}
	if d.was == "" {
		d.was = d.State
	}
	d.State, d.Since, d.Due, d.Holder = to, at, time.Time{}, ""
	return true
}

// States lists every state, in order of a dossier's life.
func States() []State {
	return []State{Draft, Submitted, Validating, InAppraisal, Returned, Eligible, Selected, Awarded, NotSelected, Refused, Withdrawn, Lapsed, NotSubmitted, Annulled}
}

// CountCounter counts a round's dossiers in a state, so that a board of any
// size is read at once. The round's opening creates one for each state.
func CountCounter(round string, s State) string { return "count/" + round + "/" + string(s) }

// Record adds to c the write that stores d over revision expect, and with it
// what the counts of its round learn from the change of its state.
func Record(c *store.Commit, d Dossier, expect int64) {
	c.Writes = append(c.Writes, Put(d, expect))
	switch {
	case expect == 0:
		counted(c, d.Round, d.State, 1)
	case d.was != "" && d.was != d.State:
		counted(c, d.Round, d.was, -1)
		counted(c, d.Round, d.State, 1)
	}
}

// counted adds n to a count; a commit has one operation a counter.
func counted(c *store.Commit, round string, s State, n int64) {
	name := CountCounter(round, s)
	for i := range c.Counters {
		if c.Counters[i].Counter == name {
			c.Counters[i].N += n
			return
		}
	}
	c.Counters = append(c.Counters, store.Add{Counter: name, N: n})
}
