package evidence

import (
	"encoding/json"
	"slices"
)

// LogChain is the chain of what happens to the log itself.
const LogChain = "log"

// Types of events that the check of the evidence itself understands. Their
// data are the types of the same name.
const (
	// TextErased, on the chain of the text: a text was erased by a decision.
	TextErased = "text.erased"
	// LogRestored, on LogChain: the store was restored to an earlier state.
	LogRestored = "log.restored"
	// KeyAdded, on LogChain: a new key signs checkpoints.
	KeyAdded = "log.key_added"
)

// Erasure is the data of TextErased. Why and by whose decision stands beside
// it in fields of the act's own.
type Erasure struct {
	Texts []Commitment `json:"texts"` // what was erased, by commitment
}

// Restoration is the data of LogRestored: how far the restored log goes, and
// the checkpoints that it fell behind. Only what is named here excuses a
// checkpoint that the log does not lead to. Many are named by several entries.
type Restoration struct {
	Size int64     `json:"size"`
	Lost []LogHead `json:"lost"`
}

// MaxLost is how many heads one entry names: about 36 KiB of them.
const MaxLost = 400

// Parts cuts a restoration into what one entry each may hold; there is at
// least one.
func (r Restoration) Parts() []Restoration {
	if len(r.Lost) == 0 {
		return []Restoration{r}
	}
	var out []Restoration
	for lost := range slices.Chunk(r.Lost, MaxLost) {
		out = append(out, Restoration{Size: r.Size, Lost: lost})
	}
	return out
}

// NewKeyNotice is the data of KeyAdded.
type NewKeyNotice struct {
	Key string `json:"key"` // public key line
}

// Erased gives the commitments that the entry records as erased.
func (e Entry) Erased() ([]Commitment, error) {
	if e.Type != TextErased {
		return nil, nil
	}
	var d Erasure
	err := json.Unmarshal(e.Data, &d)
	return d.Texts, err
}

// Restored gives the restoration that the entry records; ok is false if it is
// no such entry.
func (e Entry) Restored() (r Restoration, ok bool, err error) {
	if e.Type != LogRestored || e.Chain != LogChain {
		return Restoration{}, false, nil
	}
	err = json.Unmarshal(e.Data, &r)
	return r, true, err
}
