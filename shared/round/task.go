package round

import (
	"slices"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/store"
)

// Task asks one of a few persons to decide something. The parked run's token
// lies sealed in it; the link in the mail leads to it.
type Task struct {
	ID         string    `json:"id"`   // digest of subject, revision and step
	Kind       string    `json:"kind"` // "appraisal", "selection", "review", "posting" or "decision"
	Round      string    `json:"round"`
	Dossier    string    `json:"dossier,omitempty"`
	Revision   int       `json:"revision"` // dossier revision, or list version
	Step       string    `json:"step"`
	Title      string    `json:"title"`
	Persons    []string  `json:"persons"`
	Passkey    bool      `json:"passkey,omitempty"`
	Recall     bool      `json:"recall,omitempty"` // asks again about nominees on hold; no run is parked on it
	Generation int       `json:"generation"`
	OpenedAt   time.Time `json:"openedAt"`
	Due        time.Time `json:"due"`
	Reminded   bool      `json:"reminded,omitempty"`
	Overdue    bool      `json:"overdue,omitempty"`

	State    TaskState `json:"state"`
	Token    string    `json:"token,omitempty"` // sealed; never leaves the back end
	Decision *Verdict  `json:"decision,omitempty"`
	Next     string    `json:"next,omitempty"` // stage the run goes on at, once decided or void
}

// DueFunc gives the end of the n-th working day after start, in the calendar
// of Vietnamese offices.
type DueFunc func(start time.Time, days int) (time.Time, error)

// TaskState is open until decided, or void when what it asked about changed.
type TaskState string

const (
	TaskOpen    TaskState = "open"
	TaskDecided TaskState = "decided"
	TaskVoid    TaskState = "void"
)

// Verdict is what a person decided on a task, bound to what was shown.
type Verdict struct {
	By       string      `json:"by"`
	At       time.Time   `json:"at"`
	Method   string      `json:"method"`          // of the session
	Whole    string      `json:"whole,omitempty"` // "return", "confirm", …; "" when per nominee
	Reason   act.TextRef `json:"reason,omitempty"`
	Shown    string      `json:"shown"` // hash of what was shown: Revision.Hash or the list's digest
	Nominees []Ruling    `json:"nominees,omitempty"`
	Noted    []string    `json:"noted,omitempty"` // warnings acknowledged, by finding id
}

// Ruling is a decision on one nominee.
type Ruling struct {
	Nominee string           `json:"nominee"`
	Dossier string           `json:"dossier,omitempty"`
	Is      dossier.Standing `json:"is"` // approved, refused or held
	Reason  act.TextRef      `json:"reason,omitempty"`
	Review  string           `json:"review,omitempty"` // ISO date, for a hold
	Score   int              `json:"score,omitempty"`
	Kept    bool             `json:"kept,omitempty"` // carried over from the revision before
}

// TaskKey is where a task's record is.
func TaskKey(id string) store.Key { return store.Key{Part: "task/" + id, Sort: "task"} }

// Assigned lists the open tasks of a person. A task stands once per person
// in rows of its own, so that an index entry each is enough.
type Assigned struct {
	Task    string    `json:"task"`
	Person  string    `json:"person"`
	Round   string    `json:"round"`
	Dossier string    `json:"dossier,omitempty"` // "": the round itself
	Title   string    `json:"title"`
	Due     time.Time `json:"due"`
}

// AssignedPart is the part that holds a person's open tasks, by due date.
func AssignedPart(person string) string { return "tasks/" + person }

// AssignedKey is where a person's row of a task is.
func AssignedKey(person string, due time.Time, task string) store.Key {
	return store.Key{Part: AssignedPart(person), Sort: due.UTC().Format("20060102150405") + "/" + task}
}

// PutTask makes the write that stores t over revision expect.
func PutTask(t Task, expect int64) store.Write {
	var index []store.Entry
	if t.State == TaskOpen && !t.Overdue {
		index = append(index, store.Entry{Pattern: dossier.Due, Part: dossier.DuePart, Sort: dossier.DueSort(t.NextLook(), "task/"+t.ID)})
	}
	return store.Put(TaskKey(t.ID), expect, t, index...)
}

// ReminderBefore is how long before the due instant a reminder goes out.
const ReminderBefore = 24 * time.Hour

// NextLook is when clock must look at the task: at the reminder, then at the
// due instant.
func (t Task) NextLook() time.Time {
	if !t.Reminded && t.Due.Add(-ReminderBefore).After(t.OpenedAt) {
		return t.Due.Add(-ReminderBefore)
	}
	return t.Due
}

// For reports whether the person is one of those asked.
func (t Task) For(person string) bool { return slices.Contains(t.Persons, person) }

// Link is the record behind a mailed link: only the hash of its token names it.
type Link struct {
	Task     string    `json:"task"`
	Person   string    `json:"person"`
	Revision int       `json:"revision"` // of what is decided
	Expires  time.Time `json:"expires"`
}

// LinkLife is the longest a link stands (threats.md section 4, point 1).
const LinkLife = 14 * 24 * time.Hour

// LinkKey is where a link's record is.
func LinkKey(hash string) store.Key { return store.Key{Part: "link/" + hash, Sort: "link"} }
