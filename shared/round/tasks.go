package round

import (
	"encoding/json"
	"fmt"
	"time"

	"hoso/shared/act"
	"hoso/shared/flow"
	"hoso/shared/store"
)

// ResumeTask is the message that resumes the run parked on a task and sends
// it on to t.Next.
func ResumeTask(t Task) store.Message {
	subject, revision := t.Round, 0
	if t.Dossier != "" {
		subject, revision = t.Dossier, t.Revision
	}
	out, err := json.Marshal(flow.Out{Subject: subject, Revision: revision, Generation: t.Generation, From: t.Next})
	if err != nil {
		return store.Message{}
	}
	return store.Msg("resume/"+t.ID+"/"+act.Hash(t.Token)[:16], flow.ResumeMessage, flow.Resume{Task: t.ID, Out: out})
}

// Assign makes the rows by which a task stands in its persons' lists.
func Assign(t Task) []store.Write {
	var out []store.Write
	for _, p := range t.Persons {
		out = append(out, store.Put(AssignedKey(p, t.Due, t.ID), 0,
			Assigned{Task: t.ID, Person: p, Round: t.Round, Dossier: t.Dossier, Title: t.Title, Due: t.Due}))
	}
	return out
}

// Unassign removes those rows. They are written once and never changed, so
// their revision is known.
func Unassign(t Task) []store.Write {
	var out []store.Write
	for _, p := range t.Persons {
		out = append(out, store.Remove(AssignedKey(p, t.Due, t.ID), 1))
	}
	return out
}

// TaskID names the task of a step over a revision of a subject: the same
// step of the same revision is the same task, however often a run is lost.
func TaskID(subject string, revision int, step string) string {
	return act.Digest([]any{subject, revision, step})[:32]
}

// RecallStep names the n-th time a step is asked again about nominees on hold.
func RecallStep(step string, n int) string { return fmt.Sprintf("%s/again/%d", step, n) }

// LinkID names the link of a task for a person; its token is derived from it.
func LinkID(task, person string) string { return act.Digest([]any{"link", task, person})[:32] }

// LinkExpiry is when a link made now ends: a day after the task's term, at
// most after LinkLife. An owner gets a new one from an ended link.
func LinkExpiry(t Task, now time.Time) time.Time {
	end := now.Add(LinkLife).UTC()
	if last := t.Due.Add(24 * time.Hour); !t.Due.IsZero() && last.After(now) && last.Before(end) {
		return last.UTC()
	}
	return end
}

// StageFor says where a run of the round goes on that finds the round moved on.
func StageFor(r Round, in flow.In) string {
	if r.Generation == in.Generation && r.Stage != "" {
		return r.Stage
	}
	return flow.Done
}

// AfterReview is the stage that follows the last review step.
func AfterReview(r Round) string {
	if r.Settings.PostingDays > 0 {
		return "posting"
	}
	return "decision"
}

// Fanout is the body of a "fanout" message: something that every dossier of a
// round must learn, in steps that can be repeated.
type Fanout struct {
	Round   string `json:"round"`
	What    string `json:"what"`
	Version int    `json:"version,omitempty"` // of the list
	Cursor  int    `json:"cursor,omitempty"`
	Dossier string `json:"dossier,omitempty"` // that was withdrawn
	Task    string `json:"task,omitempty"`    // that asked about it
	By      string `json:"by,omitempty"`      // who withdrew it, or whose act it is
	Unit    string `json:"unit,omitempty"`    // that ceased
	To      string `json:"to,omitempty"`      // the unit that follows it
}

// What a fanout carries to the dossiers.
const (
	FanoutStandings = "standings" // what review said of listed nominees
	FanoutClosing   = "closing"   // drafts of a closed round: not submitted
	FanoutOpened    = "opened"    // units learn of an open round
	FanoutWithdrawn = "withdrawn" // whoever had to do with a dossier learns that it was withdrawn
	FanoutOutcomes  = "outcomes"  // the decision: awarded or not selected
	FanoutSucceeded = "succeeded" // a ruling on a body that ceased, by Version: open tasks learn of it
	FanoutErased    = "erased"    // Version: the number of an erasure whose bytes are to be written over
	FanoutHandover  = "handover"  // a unit that ceased: its unfinished dossiers and its people go to the one that follows
)

// Start is the message that starts the round's run at its stage.
func Start(r Round) store.Message {
	start := flow.StartRun(flow.Round, flow.In{Subject: r.ID, Generation: r.Generation, From: r.Stage})
	return store.Msg("start/"+start.Name, flow.StartMessage, start)
}
