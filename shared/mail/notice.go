// Package mail turns notices into mails.
//
// A Notice is what an act leaves in the outbox; Render makes the mail of it:
// Vietnamese text and HTML, an English line where it helps, no remote content
// and at most one link that acts. A mail holds dossier number, step, due
// instant and link, never personal data of nominees (reasons, names and
// findings stand behind the sign-in). The package is pure: it neither sends
// nor reads the clock.
package mail

import "time"

// Notice is the body of an outbox message of kind flow.MailMessage: who is to
// be told what. The outbox message's id is the notice's id.
type Notice struct {
	Template string            `json:"template"`          // one of the templates below
	To       string            `json:"to"`                // person id
	Dossier  string            `json:"dossier,omitempty"` // dossier id
	Round    string            `json:"round,omitempty"`   // round id
	Task     string            `json:"task,omitempty"`    // task id
	Link     string            `json:"link,omitempty"`    // token of the one acting link
	Data     map[string]string `json:"data,omitempty"`    // words of the template, see Word
	Due      time.Time         `json:"due"`               // until when; zero: no limit
}

// Templates. The name is public: it is the value of X-Hoso-Purpose.
const (
	SignInCode         = "sign-in-code"     // Code; no link
	Invitation         = "invitation"       // Link needed; RoleNames, UnitName
	TaskAppraisal      = "task-appraisal"   // Link; a dossier waits for the person's appraisal
	TaskRecall         = "task-recall"      // Link; nominees on hold wait to be looked at again
	TaskSelection      = "task-selection"   // Link; a prepared selection waits for confirmation
	TaskEnding         = "task-ending"      // Link; a prepared end without a selection waits for confirmation
	TaskPrepare        = "task-prepare"     // to administrators: a closed round waits for a prepared selection
	TaskReview         = "task-review"      // Link; the consolidated list waits for review
	TaskEnter          = "task-enter"       // Link; the reviewed list waits for the signed decision to be entered
	TaskDecision       = "task-decision"    // Link; an entered decision waits for confirmation
	TaskEnterOne       = "task-enter-one"   // Link; an ad-hoc dossier waits for its decision to be entered
	TaskConfirmOne     = "task-confirm-one" // Link; what was entered on an ad-hoc dossier waits for confirmation
	Reminder           = "reminder"         // Link if the task has one
	Overdue            = "overdue"          // to administrators: a task passed its due instant
	Reassigned         = "reassigned"       // Link; a task went to this person
	TakenOff           = "taken-off"        // to the person who no longer has a task
	ReturnedToUnit     = "returned"         // to the unit, Due = supplement deadline
	Receipt            = "receipt"          // to the unit; Number, Files, ReceivedAt
	Result             = "result"           // to the unit; Outcome
	DecisionReceipt    = "decision-receipt" // to who decided; DecidedAt, Evidence
	WithdrawnNotice    = "withdrawn"        // to who was asked about it, to administrators, and to the unit if it was not the unit
	LapsedNotice       = "lapsed"           // to the unit: not supplemented in time
	NotSubmittedNotice = "not-submitted"    // to the unit: a draft was not submitted by its deadline
	NeedsPerson        = "needs-person"     // to the unit: a document waits for somebody to read it
	Checkpoint         = "checkpoint"       // to auditors, once a day; Evidence = the signed checkpoint
	Unreachable        = "unreachable"      // to administrators: mails to somebody come back; PersonName
	BulkReading        = "bulk-reading"     // to auditors and operators: somebody looks at very many dossiers; PersonName
	RoundOpened        = "round-opened"     // to units; Due = closing
	LineOpened         = "line-opened"      // to units: an ad-hoc line takes dossiers, without a closing
	ChangeAsked        = "change-asked"     // to clerks: an annulment or correction waits for a second person; Document
	Changed            = "award-changed"    // to the unit: an award was annulled or its information corrected; Document
	LateAsked          = "late-asked"       // to administrators: a unit asks to be admitted after the window
	LateAdmitted       = "late-admitted"    // to the unit; Due = its own deadline
	LateRefused        = "late-refused"     // to the unit
	ErasureAsked       = "erasure-asked"    // to heads: an erasure of texts waits for confirmation; Document
	CapsAmended        = "caps-amended"     // to heads and administrators: a round's places changed; Document
	ReportDue          = "report-due"       // to units: a year's results are to be reported; ReportYear, Due
	ReportReminder     = "report-reminder"  // to units that have not reported; ReportYear, Due
	ReportOverdue      = "report-overdue"   // to units that did not report in time; ReportYear
	ReportReceipt      = "report-receipt"   // to who sent a report; ReportYear, Document = its number, ReceivedAt
	ReportMissing      = "report-missing"   // to the administrator at the due instant; ReportYear, Missing
)

// Templates lists every template.
func Templates() []string {
	return []string{
		SignInCode, Invitation, TaskAppraisal, TaskRecall, TaskSelection, TaskEnding, TaskPrepare, TaskReview, TaskEnter, TaskDecision, TaskEnterOne, TaskConfirmOne, LineOpened,
		Reminder, Overdue, Reassigned, TakenOff, ReturnedToUnit, Receipt, Result, DecisionReceipt, WithdrawnNotice, LapsedNotice,
		NotSubmittedNotice, NeedsPerson, Checkpoint, Unreachable, BulkReading, RoundOpened, ChangeAsked, Changed, LateAsked, LateAdmitted, LateRefused, CapsAmended, ErasureAsked,
		ReportDue, ReportReminder, ReportOverdue, ReportReceipt, ReportMissing,
	}
}

// Words of a template, keys of Notice.Data. Number, Campaign, RoundName and
// Step are shown by every template that has them; the others by those named
// above. Values are shown as they are, in one line each; Evidence may have
// several lines.
const (
	Number     = "number"     // dossier's receipt number
	Campaign   = "campaign"   // campaign's title
	RoundName  = "roundName"  // round's name
	Step       = "step"       // title of the step
	Code       = "code"       // sign-in code
	RoleNames  = "roles"      // roles of an invitation, in Vietnamese
	UnitName   = "unitName"   // unit of an invitation
	Files      = "files"      // number of files received
	Blocking   = "blocking"   // number of blocking findings
	ReceivedAt = "receivedAt" // receipt instant, RFC 3339
	DecidedAt  = "decidedAt"  // instant of a decision, RFC 3339
	Outcome    = "outcome"    // state of the dossier, in Vietnamese
	Evidence   = "evidence"   // digest or signed text that the reader keeps
	PersonName = "personName" // an officer's name, never a nominee's
	Document   = "document"   // số, ký hiệu of a document
	ReportYear = "reportYear" // year of a results report
	Missing    = "missing"    // number of units that have not reported
	Page       = "page"       // local address of the page to look at, beginning with "/"
)

// Addresses behind Notice.Link, below the portal's root. GET shows, only POST acts.
const (
	TaskPath   = "/v/" // a task's link
	InvitePath = "/i/" // an invitation
)
