package dossier

import (
	"fmt"
	"time"

	"hoso/shared/act"
	"hoso/shared/reading"
	"hoso/shared/store"
)

// Slot is the place the unit put a file into.
type Slot string

const (
	Letter  Slot = "to_trinh"
	Minutes Slot = "bien_ban"
	Report  Slot = "bao_cao"
	Other   Slot = "khac"
)

// SlotName is the slot in Vietnamese.
func SlotName(s Slot) string {
	switch s {
	case Letter:
		return "Tờ trình"
	case Minutes:
		return "Biên bản"
	case Report:
		return "Báo cáo thành tích"
	}
	return "Tài liệu khác"
}

// DocState is where a document is in its life.
type DocState string

const (
	Expected  DocState = "expected" // a slot is open; no bytes seen
	Stored    DocState = "stored"   // bytes are there; its flow runs
	Pinned    DocState = "pinned"   // intake fixed version and hash
	Read      DocState = "read"     // its reading is recorded
	NeedsEyes DocState = "needs_person"
	Rejected  DocState = "refused" // not a readable PDF within limits; says why
	Removed   DocState = "removed" // taken out of the draft by the unit
)

// Document is one uploaded file of a dossier.
type Document struct {
	ID       string    `json:"id"`
	Dossier  string    `json:"dossier"`
	Unit     string    `json:"unit"`
	Name     string    `json:"name"` // as the unit calls it; data, never a path
	Slot     Slot      `json:"slot,omitempty"`
	Size     int64     `json:"size"`   // declared, then true
	SHA256   string    `json:"sha256"` // declared, then true; hex
	OpenedAt time.Time `json:"openedAt"`
	Expires  time.Time `json:"expires"` // of the upload's signature

	State      DocState  `json:"state"`
	Stage      string    `json:"stage"` // where its run goes on if it is lost; "": no run
	Generation int       `json:"generation"`
	Bucket     string    `json:"bucket"`
	ObjectKey  string    `json:"key"`
	Version    string    `json:"version,omitempty"` // pinned object version
	StoredAt   time.Time `json:"storedAt"`
	Driven     time.Time `json:"driven,omitzero"` // when sweep last drove its run again
	Pages      int       `json:"pages,omitempty"`
	Reading    string    `json:"reading,omitempty"` // digest of the machine's reading
	Problem    *Problem  `json:"problem,omitempty"` // why it was refused or needs a person
	Notes      []Problem `json:"notes,omitempty"`   // what else is to be known

	// Collect is from when sweep removes what lies under the key and is pinned
	// by nothing; zero: there is nothing to look for. Doomed are the versions
	// whose removal is recorded and under way.
	Collect time.Time `json:"collect,omitzero"`
	Doomed  []string  `json:"doomed,omitempty"`
	// Traces are the digests of facts that hold text which was read before a
	// later page showed a secrecy mark, or perhaps one: they go as well.
	Traces []string `json:"traces,omitempty"`
	// Barred: it bears a secrecy mark, and no bytes of it may stay, whatever
	// pinned them.
	Barred bool `json:"barred,omitempty"`

	// Corrections are what persons read or corrected; the machine's values stay.
	Corrections []reading.Correction `json:"corrections,omitempty"`
}

// Problem is a fault of a file: a stable code and a Vietnamese sentence that
// says what is wrong and what to do.
type Problem struct {
	Code     string `json:"code"`
	Sentence string `json:"sentence"`
	Page     int    `json:"page,omitempty"`
}

// FileMissing is the problem of a file whose bytes are not in the object
// store any more.
const FileMissing = "file-missing"

// GivenUp is the problem of a file whose reading failed however often it was
// tried: a person reads it.
const GivenUp = "reading-given-up"

// Quiet is how long the document's run was not heard of: since its bytes came,
// or since it was last driven again.
func (d Document) Quiet(now time.Time) time.Duration { return now.Sub(later(d.StoredAt, d.Driven)) }

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// Settled reports whether the document's flow has ended: read, refused, or
// left to a person.
func (d Document) Settled() bool {
	return d.State == Read || d.State == Rejected || d.State == NeedsEyes
}

// Unread reports whether the document's bytes are there and its flow has not
// ended: what its pages carry is not known yet.
func (d Document) Unread() bool { return d.State == Stored || d.State == Pinned }

// HasBytes reports whether the document's bytes are known to be stored.
func (d Document) HasBytes() bool {
	return d.State != Expected && d.State != Removed && !d.Barred
}

// DocumentKey is where a document's record is.
func DocumentKey(dossier, document string) store.Key {
	return store.Key{Part: "dossier/" + dossier, Sort: "document/" + document}
}

// DocumentPrefix begins the Sort of every document record of a dossier.
const DocumentPrefix = "document/"

// OpenSlots lists upload slots that wait for bytes (part "slots"), oldest
// first: sweep looks there for what an event forgot.
var OpenSlots = store.Pattern{Name: "open-slots", Slot: 1}

// OpenSlotsPart is the part of OpenSlots.
const OpenSlotsPart = "slots"

// Leftovers lists records under whose object key bytes may lie that nothing
// pins (part "leftovers"), by the instant from which sweep collects them.
var Leftovers = store.Pattern{Name: "leftovers", Slot: 2}

// LeftoversPart is the part of Leftovers.
const LeftoversPart = "leftovers"

// CollectAfter is how long bytes that nothing pins stay: longer than any
// signature stands and an upload lasts, so that all that can come has come,
// and with sweep's own pace within 24 hours (threats.md no. 41).
const CollectAfter = 12 * time.Hour

// Leftover is the entry of a record in Leftovers.
func Leftover(collect time.Time, id string) store.Entry {
	return store.Entry{Pattern: Leftovers, Part: LeftoversPart, Sort: CollectSort(collect) + "/" + id}
}

// CollectSort is an instant in Leftovers.
func CollectSort(t time.Time) string { return t.UTC().Format("20060102150405.000") }

// Watch has sweep look, in time, for bytes under the document's key that
// nothing pins; what is to go at once still does.
func (d *Document) Watch(now time.Time) {
	if !d.Barred || d.Collect.IsZero() {
		d.Collect = now.Add(CollectAfter).UTC()
	}
}

// Bar refuses a file that bears a secrecy mark on a page and has sweep remove
// its bytes at once, also those a revision pinned: this system may not keep
// them. Name, size and hash stay in the record.
func (d *Document) Bar(page int, now time.Time) {
	d.State, d.Stage, d.Barred, d.Collect = Rejected, "", true, now.UTC()
	d.Problem = &Problem{
		Code: reading.CodeSecret, Page: page,
		Sentence: "Văn bản có dấu độ mật nên đã dừng lại: không lưu chữ nào và tệp bị xóa khỏi kho lưu; hãy báo người phụ trách bảo mật và gửi theo đường quy định cho tài liệu mật.",
	}
}

// Collected is what is left to look for after a collection: bytes may still
// come as long as the upload's signature stands.
func (d *Document) Collected(now time.Time) {
	d.Collect, d.Doomed, d.Traces = time.Time{}, nil, nil
	if until := d.OpenedAt.Add(CollectAfter); now.Before(until) {
		d.Collect = until.UTC()
	}
}

// PutDocument makes the write that stores d over revision expect.
func PutDocument(d Document, expect int64) store.Write {
	var index []store.Entry
	if !d.Collect.IsZero() {
		index = append(index, Leftover(d.Collect, d.ID))
	}
	if d.State == Expected || d.State == Stored || d.State == Pinned {
		index = append(index, store.Entry{
			Pattern: OpenSlots, Part: OpenSlotsPart,
			Sort: d.OpenedAt.UTC().Format("20060102150405.000") + "/" + d.ID,
		})
	}
	return store.Put(DocumentKey(d.Dossier, d.ID), expect, d, index...)
}

// Subject is a document as the subject of its flow.
func Subject(dossier, document string) string { return dossier + "/" + document }

// Revision is a dossier as it was submitted: what was pinned, and once all is
// read what a decision is bound to.
type Revision struct {
	N        int         `json:"n"`
	By       string      `json:"by"`
	At       time.Time   `json:"at"`
	Receipt  string      `json:"receipt"`
	Note     act.TextRef `json:"note,omitempty"` // what changed, in the unit's words
	Pinned   []Pin       `json:"pinned"`
	Contests []Contest   `json:"contests,omitempty"`
	Late     bool        `json:"late,omitempty"` // after the window, admitted by an act

	Judged   bool      `json:"judged"`             // findings are recorded
	Findings string    `json:"findings,omitempty"` // digest of the findings object
	Known    string    `json:"known,omitempty"`    // digest of what the register held of its nominees when it was judged; "": nothing
	Counts   Counts    `json:"counts"`
	RuleSet  string    `json:"ruleSet,omitempty"`
	Hash     string    `json:"hash,omitempty"` // digest over pins, readings and nominees: what is shown
	Nominees []Nominee `json:"nominees,omitempty"`
}

// Pin fixes one document of a revision.
type Pin struct {
	Document    string `json:"document"`
	Name        string `json:"name"`
	Slot        Slot   `json:"slot,omitempty"`
	Version     string `json:"version,omitempty"` // known once intake has run
	SHA256      string `json:"sha256"`
	Size        int64  `json:"size"`
	Reading     string `json:"reading,omitempty"`     // digest, once judged
	Corrections int    `json:"corrections,omitempty"` // how many were in force
}

// Counts of findings by severity.
type Counts struct {
	Block     int `json:"block"`
	Warn      int `json:"warn"`
	Note      int `json:"note"`
	Contested int `json:"contested"`
	Inside    int `json:"inside,omitempty"` // for officials alone; in none of the others
}

// Contest is a unit's sentence against a blocking finding: with it the
// dossier goes on, marked, to the appraiser.
type Contest struct {
	Finding  string      `json:"finding"` // Finding.ID
	Sentence act.TextRef `json:"sentence"`
}

// RevisionPrefix begins the Sort of every revision of a dossier.
const RevisionPrefix = "revision/"

// RevisionKey is where a submitted revision is.
func RevisionKey(dossier string, n int) store.Key {
	return store.Key{Part: "dossier/" + dossier, Sort: fmt.Sprintf(RevisionPrefix+"%04d", n)}
}

// Finding is one fault or hint found in a dossier. Finding's JSON is public:
// `hoso check` writes it and scorers read it.
type Finding struct {
	ID        string   `json:"id"` // stable over runs: digest of what it is about, not of the values
	Code      string   `json:"code"`
	Severity  Severity `json:"severity"`
	File      string   `json:"file,omitempty"`
	Document  string   `json:"document,omitempty"`
	Page      int      `json:"page,omitempty"`
	Nominee   string   `json:"nominee,omitempty"`
	Loai      Kind     `json:"loai,omitempty"`
	Names     []string `json:"names,omitempty"`
	Field     string   `json:"field,omitempty"` // of the document, where it is about one
	Quote     string   `json:"quote,omitempty"`
	Expected  string   `json:"expected,omitempty"`
	Found     string   `json:"found,omitempty"`
	Rule      string   `json:"rule"`
	Source    string   `json:"source"`
	Message   string   `json:"message"`
	Fix       string   `json:"fix"`
	MessageEN string   `json:"messageEn,omitempty"`
	FixEN     string   `json:"fixEn,omitempty"`
	Doubtful  bool     `json:"doubtful,omitempty"` // rests on a doubtful reading: never blocks
	Contested string   `json:"contested,omitempty"`
	Inside    bool     `json:"inside,omitempty"` // for officials alone, never shown to the unit
}

// Severity of a finding.
type Severity string

const (
	Block Severity = "block" // the dossier goes back unless contested
	Warn  Severity = "warn"  // the appraiser must acknowledge it
	Note  Severity = "note"
)
