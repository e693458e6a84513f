package round

import (
	"time"

	"hoso/shared/act"
	"hoso/shared/bodies"
)

// What a ruling on a body that ceased says.
const (
	KeepBody     = "keep"     // the persons named go on under the old name
	TransferBody = "transfer" // another body, and its persons, follow
	CloseRound   = "close"    // the round ends without a selection
)

// BodyRuling is what an administrator decided of a body of the round that
// ceased in its middle.
type BodyRuling struct {
	Body   string      `json:"body"`
	Act    string      `json:"act"`
	To     string      `json:"to,omitempty"` // the body that follows
	Steps  []string    `json:"steps,omitempty"`
	By     string      `json:"by"`
	At     time.Time   `json:"at"`
	Reason act.TextRef `json:"reason,omitempty"` // on the round's chain
}

// Closing reports whether it was ruled that the round ends without a selection.
func (r Round) Closing() bool {
	for _, x := range r.Rulings {
		if x.Act == CloseRound {
			return true
		}
	}
	return false
}

// Bodies lists the bodies that the round rests on, each once: who issued its
// plan, who is responsible, who takes its steps.
func (r Round) Bodies() []string {
	var out []string
	seen := map[string]bool{"": true}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	add(r.Settings.Issuer)
	add(r.Settings.Body)
	for _, st := range r.Settings.Steps {
		add(st.Body)
	}
	return out
}

// Ceased gives the bodies of the round that have ceased, by what at says of
// each, and on which nobody ruled. A decided round and one that is closing
// wait for no ruling.
func (r Round) Ceased(at func(name string) bodies.Standing) []bodies.Standing {
	if r.State == Decided || r.Closing() {
		return nil
	}
	kept := map[string]bool{}
	for _, x := range r.Rulings {
		kept[x.Body] = kept[x.Body] || x.Act == KeepBody
	}
	var out []bodies.Standing
	for _, name := range r.Bodies() {
		if kept[name] {
			continue
		}
		if s := at(name); s.Gone {
			out = append(out, s)
		}
	}
	return out
}
