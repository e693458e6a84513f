package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Event is one thing that happened to one subject.
type Event struct {
	// Chain is the subject, such as "dossier/0192…" or "round/bac-kan-2023".
	Chain string
	// Type is what happened, such as "dossier.submitted".
	Type string
	// Actor is the id of the person, or the name of the stage, that did it.
	Actor string
	// At is when, by the injected clock; written in UTC with milliseconds.
	At time.Time
	// Data is a small JSON object of ids, numbers and digests. Never personal text.
	Data json.RawMessage
	// Texts commits to personal text by name, such as "reason".
	Texts map[string]Commitment
}

// Commitment is SHA-256(salt || text) in lower-case hex.
type Commitment string

// Text is personal text kept apart from the event that commits to it.
// Erasing it removes both fields.
type Text struct {
	Salt string `json:"salt"` // hex, 32 random bytes
	Text string `json:"text"`
}

// Commit gives the commitment to t.
func (t Text) Commit() (Commitment, error) {
	salt, err := parseHash(t.Salt)
	if err != nil {
		return "", fmt.Errorf("evidence: salt must be 32 bytes in lower-case hex")
	}
	h := sha256.New()
	h.Write(salt[:])
	h.Write([]byte(t.Text))
	return Commitment(hex.EncodeToString(h.Sum(nil))), nil
}

// Head is the end of a chain: how many events it holds and the hash of the
// last one ("" for an empty chain).
type Head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// Placed is an event at its place in its chain. Line is the event's only
// canonical form; Hash is SHA-256(Line) in lower-case hex.
type Placed struct {
	Chain string `json:"chain"`
	Seq   int64  `json:"seq"`
	Hash  string `json:"hash"`
	Line  string `json:"line"`
}

// line is the canonical form's field order. It is a file format: auditors'
// scripts parse it, so fields are only ever added at the end.
type line struct {
	Chain string                `json:"chain"`
	Seq   int64                 `json:"seq"`
	Prev  string                `json:"prev"`
	Type  string                `json:"type"`
	Actor string                `json:"actor"`
	At    string                `json:"at"`
	Data  json.RawMessage       `json:"data"`
	Texts map[string]Commitment `json:"texts,omitempty"`
}

// TimeLayout is how instants are written in events, records and packages.
const TimeLayout = "2006-01-02T15:04:05.000Z"

// Place puts an event behind head and gives it its line and hash.
func Place(head Head, e Event) (Placed, error) {
	data := e.Data
	if len(data) == 0 {
		data = json.RawMessage("{}")
	}
	l, err := json.Marshal(line{
		Chain: e.Chain, Seq: head.Seq + 1, Prev: head.Hash, Type: e.Type,
		Actor: e.Actor, At: e.At.UTC().Format(TimeLayout), Data: data, Texts: e.Texts,
	})
	if err != nil {
		return Placed{}, fmt.Errorf("evidence: event %s on %s: %w", e.Type, e.Chain, err)
	}
	sum := sha256.Sum256(l)
	return Placed{Chain: e.Chain, Seq: head.Seq + 1, Hash: hex.EncodeToString(sum[:]), Line: string(l)}, nil
}

// Head gives the chain's end after p.
func (p Placed) Head() Head { return Head{Seq: p.Seq, Hash: p.Hash} }

// Entry is a placed event as read back: the fields of its line.
type Entry struct {
	Placed
	Prev  string
	Type  string
	Actor string
	At    time.Time
	Data  json.RawMessage
	Texts map[string]Commitment
}

// Read parses a placed event and checks that hash, chain and place agree
// with its line.
func Read(p Placed) (Entry, error) {
	var l line
	if err := json.Unmarshal([]byte(p.Line), &l); err != nil {
		return Entry{}, fmt.Errorf("evidence: %s #%d: line is not JSON: %w", p.Chain, p.Seq, err)
	}
	sum := sha256.Sum256([]byte(p.Line))
	if hex.EncodeToString(sum[:]) != p.Hash {
		return Entry{}, fmt.Errorf("evidence: %s #%d: hash does not match its line", p.Chain, p.Seq)
	}
	if l.Chain != p.Chain || l.Seq != p.Seq {
		return Entry{}, fmt.Errorf("evidence: %s #%d: line belongs to %s #%d", p.Chain, p.Seq, l.Chain, l.Seq)
	}
	at, err := time.Parse(TimeLayout, l.At)
	if err != nil {
		return Entry{}, fmt.Errorf("evidence: %s #%d: time: %w", p.Chain, p.Seq, err)
	}
	return Entry{Placed: p, Prev: l.Prev, Type: l.Type, Actor: l.Actor, At: at, Data: l.Data, Texts: l.Texts}, nil
}

// ParseLine makes the placed event of a line that stands alone, as in a sealed
// package. What it gives passes Read.
func ParseLine(l string) (Placed, error) {
	var at struct {
		Chain string `json:"chain"`
		Seq   int64  `json:"seq"`
	}
	if err := json.Unmarshal([]byte(l), &at); err != nil {
		return Placed{}, fmt.Errorf("evidence: line is not JSON: %w", err)
	}
	sum := sha256.Sum256([]byte(l))
	p := Placed{Chain: at.Chain, Seq: at.Seq, Hash: hex.EncodeToString(sum[:]), Line: l}
	_, err := Read(p)
	return p, err
}

// Follow checks that next stands right behind head and gives the new head.
func Follow(head Head, next Placed) (Head, error) {
	e, err := Read(next)
	if err != nil {
		return head, err
	}
	if e.Seq != head.Seq+1 {
		return head, fmt.Errorf("evidence: %s: #%d follows #%d", e.Chain, e.Seq, head.Seq)
	}
	if e.Prev != head.Hash {
		return head, fmt.Errorf("evidence: %s #%d: does not follow the event before it", e.Chain, e.Seq)
	}
	return next.Head(), nil
}
