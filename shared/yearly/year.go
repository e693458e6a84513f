// Package yearly is the duty of units to report a campaign's results of a
// year: opened by an administrator from what the plan states and what a person
// decided, announced and reminded, met by a unit with figures or a PDF, marked
// late after its instant, and consolidated for the standing agency.
//
// It has nothing to do with dossiers and rounds: no report opens, delays or
// judges a nomination.
package yearly

import (
	"fmt"
	"slices"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/filing"
	"hoso/shared/store"
)

// Limits of one year's duty.
const (
	MaxUnits   = 1500 // owing units
	MaxItems   = 40   // figures asked for
	MaxVersion = 20   // times a unit may send its report
	maxReminds = 6
)

// DayOff says what becomes of a deadline whose last day is no working day.
type DayOff string

// The answers; a plan that says nothing leaves them to a person.
const (
	Keep   DayOff = "keep"   // the day stands
	Before DayOff = "before" // the last working day before it
	After  DayOff = "after"  // the next working day
)

// Year is one year's duty in one campaign.
type Year struct {
	ID       string `json:"id"`
	Campaign string `json:"campaign"`
	Title    string `json:"title"` // of the campaign
	Year     int    `json:"year"`

	From      string            `json:"from"` // who owes it, in the plan's words or as decided
	To        string            `json:"to"`   // standing agency
	Onward    string            `json:"onward,omitempty"`
	Day       string            `json:"day"` // "trước ngày": ISO
	Inclusive bool              `json:"inclusive"`
	DayOff    DayOff            `json:"dayOff"`
	Due       time.Time         `json:"due"` // first instant that is late
	Remind    []time.Time       `json:"remind,omitempty"`
	Items     []Item            `json:"items,omitempty"`
	Units     []Owing           `json:"units"`
	Basis     string            `json:"basis,omitempty"` // document that what was decided rests on
	Origins   map[string]string `json:"origins"`         // field -> section of the plan, or the person who decided

	OpenedBy string     `json:"openedBy"`
	OpenedAt time.Time  `json:"openedAt"`
	Reminded int        `json:"reminded"` // how many of Remind went out
	Overdue  bool       `json:"overdue"`  // Due has passed and was told
	Closed   *Concluded `json:"closed,omitempty"`
}

// Owing is a unit that owes the report, named as of opening.
type Owing struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Item is one figure that is asked for.
type Item struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Unit      Unit   `json:"unit"`
	Threshold *int   `json:"threshold,omitempty"` // percent, where the plan states one
	Source    string `json:"source,omitempty"`    // place in the plan
}

// Unit of a figure.
type Unit string

const (
	Percent Unit = "percent" // 0 to 100, two decimals
	Count   Unit = "count"   // whole, from 0
)

// Concluded says that the consolidated report went to the body above.
type Concluded struct {
	By     string        `json:"by"`
	At     time.Time     `json:"at"`
	Number string        `json:"number"` // số, ký hiệu of the consolidated report
	Date   string        `json:"date"`   // ISO
	Paper  *filing.Paper `json:"paper,omitempty"`
}

// Report is what one unit did about one year's duty.
type Report struct {
	Year     string    `json:"year"`
	Unit     string    `json:"unit"`
	UnitName string    `json:"unitName"`
	Versions []Version `json:"versions,omitempty"` // the last one counts; the first says whether it was in time
	Excused  *Excused  `json:"excused,omitempty"`
}

// Version is one report as it was sent.
type Version struct {
	N       int              `json:"n"`
	Number  string           `json:"number"` // of its receipt
	By      string           `json:"by"`
	At      time.Time        `json:"at"`
	Late    bool             `json:"late,omitempty"`
	Figures map[string]int64 `json:"figures,omitempty"` // by item, in hundredths
	Note    act.TextRef      `json:"note,omitempty"`    // on the year's chain
	Paper   *filing.Paper    `json:"paper,omitempty"`
	Digest  string           `json:"digest"` // of figures, note and paper: what the receipt is for
}

// Excused says that a unit owes nothing after all: it ceased, or was asked by mistake.
type Excused struct {
	By     string      `json:"by"`
	At     time.Time   `json:"at"`
	Reason act.TextRef `json:"reason"`
}

// Last gives the version that counts.
func (r Report) Last() (Version, bool) {
	if len(r.Versions) == 0 {
		return Version{}, false
	}
	return r.Versions[len(r.Versions)-1], true
}

// Status of a unit's duty.
type Status string

const (
	Waiting   Status = "waiting" // nothing came, and there is time
	Missing   Status = "missing" // nothing came in time
	InTime    Status = "in_time"
	Late      Status = "late"
	ExcusedIs Status = "excused"
)

// Statuses lists them in the order of a board.
func Statuses() []Status { return []Status{Missing, Waiting, Late, InTime, ExcusedIs} }

// Status says how the duty stands at an instant.
func (r Report) Status(due, now time.Time) Status {
	switch {
	case len(r.Versions) > 0 && r.Versions[0].Late:
		return Late
	case len(r.Versions) > 0:
		return InTime
	case r.Excused != nil:
		return ExcusedIs
	case !now.Before(due):
		return Missing
	}
	return Waiting
}

// Owes reports whether a unit owes the report.
func (y Year) Owes(unit string) bool {
	return unit != "" && slices.ContainsFunc(y.Units, func(o Owing) bool { return o.ID == unit })
}

// Next is when clock must look at the year: at the next reminder, then at the
// due instant; zero: never again.
func (y Year) Next() time.Time {
	switch {
	case y.Overdue || y.Closed != nil:
		return time.Time{}
	case y.Reminded < len(y.Remind):
		return y.Remind[y.Reminded]
	}
	return y.Due
}

// ID names the duty of a year.
func ID(campaign string, year int) string { return fmt.Sprintf("%s-%d", campaign, year) }

// Chain is the chain of a year's duty.
func Chain(id string) string { return "yearly/" + id }

// Key is where a year's record is; ReportKey where a unit's is.
func Key(id string) store.Key { return store.Key{Part: Chain(id), Sort: "year"} }

// ReportKey is where a unit's report is.
func ReportKey(id, unit string) store.Key {
	return store.Key{Part: Chain(id), Sort: reportPrefix + unit}
}

const reportPrefix = "report/"

// Sent says which report a receipt's number is of.
type Sent struct {
	Year string `json:"year"`
	Unit string `json:"unit"`
	N    int    `json:"n"`
}

// NumberKey is where a receipt's number leads to its report.
func NumberKey(number string) store.Key {
	return store.Key{Part: "report-number/" + number, Sort: "report"}
}

// All lists years (part "yearly"), latest last.
var All = store.Pattern{Name: "yearly", Slot: 1}

// AllPart is the part of All.
const AllPart = "yearly"

// Put makes the write that stores y over revision expect.
func Put(y Year, expect int64) store.Write {
	index := []store.Entry{{Pattern: All, Part: AllPart, Sort: fmt.Sprintf("%04d/%s", y.Year, y.ID)}}
	if at := y.Next(); !at.IsZero() {
		index = append(index, store.Entry{Pattern: dossier.Due, Part: dossier.DuePart, Sort: dossier.DueSort(at, Chain(y.ID))})
	}
	return store.Put(Key(y.ID), expect, y, index...)
}

// Number is the number of a receipt, made like a dossier's of an id's random bits.
func Number(id string) string { return "BC-" + dossier.Number(id)[3:] }
