package campaign

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// RoundSettings are what one round runs by, fixed when it opens and never
// recomputed. Every value is the plan's or was decided by a person: Origins
// says which.
type RoundSettings struct {
	Campaign   string    `json:"campaign"`
	Plan       string    `json:"plan"`        // number of the plan; "" if not stated
	PlanDigest string    `json:"plan_digest"` // of the plan's file
	Title      string    `json:"title"`
	Round      string    `json:"round"`
	Name       string    `json:"name"`
	Kind       RoundKind `json:"kind"`
	Issuer     string    `json:"issuer"`
	Body       string    `json:"responsible_body"` // "" if not stated

	IntakeOpens  time.Time `json:"intake_opens"`
	IntakeCloses time.Time `json:"intake_closes"` // first instant that is too late

	Caps       CapCounts        `json:"caps"`
	Award      string           `json:"award"`
	Decider    string           `json:"decider"`
	Items      []ItemSettings   `json:"items"`
	Steps      []StepSettings   `json:"steps"`
	Supplement int              `json:"supplement_working_days"`
	Vote       VoteSettings     `json:"vote"`
	Nomination NominationLimits `json:"nomination"`
	Posting    *int             `json:"posting_working_days"` // nil: no posting
	Scoring    []ScoringItem    `json:"scoring"`

	RuleSet   Pin        `json:"rule_set"` // in force when intake opens; a dossier pins its own at receipt
	Decisions []Decision `json:"decisions"`
	Origins   []Origin   `json:"origins"`
	Warnings  []string   `json:"warnings"` // Vietnamese: lawful and worth a second look
	Digest    string     `json:"digest"`   // of everything above
}

// CapCounts are the numbers of places of a round.
type CapCounts struct {
	Collective int `json:"tap_the"`
	Individual int `json:"ca_nhan"`
}

// Of gives the cap of a kind.
func (c CapCounts) Of(k Kind) int {
	if k == Collective {
		return c.Collective
	}
	return c.Individual
}

// ItemSettings is one part of the dossier that the round asks for.
type ItemSettings struct {
	ID           string   `json:"id"`
	Kind         ItemKind `json:"kind"`
	Per          string   `json:"per"` // "dossier" | "nominee"
	Title        string   `json:"title"`
	Confirmation string   `json:"confirmation,omitempty"`
}

// StepSettings is one step of the route.
type StepSettings struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Scope Scope  `json:"scope"`
	Act   Act    `json:"act"`
	Role  string `json:"role"`
	Body  string `json:"body"`
	Via   string `json:"via,omitempty"`
	Due   int    `json:"due_working_days"`
}

// VoteSettings are what minutes are held against; nil and "" are not stated:
// then votes are read and shown, and nothing is refused for them.
type VoteSettings struct {
	Quorum      *Ratio `json:"quorum"`
	Threshold   *Ratio `json:"threshold"`
	Denominator string `json:"denominator"` // "tong_thanh_vien" | "so_co_mat" | "phieu_hop_le"
	Secret      *bool  `json:"secret_ballot"`
	Written     *bool  `json:"written_votes"`
	MinutesOf   string `json:"minutes_of"` // "council" | "unit_meeting"
}

// NominationLimits bind what one unit may nominate; nil: no limit stated.
type NominationLimits struct {
	Collective *int     `json:"tap_the"`
	Individual *int     `json:"ca_nhan"`
	Percent    *Ratio   `json:"percent"` // individuals, of the headcount
	Rounding   Rounding `json:"rounding,omitempty"`
}

// Allowed gives how many of a kind a unit with that headcount may nominate;
// ok is false if there is no limit. The lower limit counts where there are two.
func (n NominationLimits) Allowed(k Kind, headcount int) (most int, ok bool) {
	limit := n.Collective
	if k == Individual {
		limit = n.Individual
	}
	if limit != nil {
		most, ok = *limit, true
	}
	if k == Individual && n.Percent != nil {
		share := n.Percent.Of(headcount, n.Rounding)
		if !ok || share < most {
			most, ok = share, true
		}
	}
	return most, ok
}

// ScoringItem is one criterion that appraisers score, derived from the plan's
// criteria.
type ScoringItem struct {
	ID        string `json:"id"`
	Kind      Kind   `json:"kind"`
	Text      string `json:"text"`
	Percent   *int   `json:"percent,omitempty"` // the threshold the plan states
	AppliesTo string `json:"applies_to,omitempty"`
	MaxPoints int    `json:"max_points"`
}

// Pin names a rule set beyond doubt.
type Pin struct {
	ID     string `json:"id"`
	Digest string `json:"digest"`
}

// Origin says where one setting comes from.
type Origin struct {
	Field  string `json:"field"`
	Status Status `json:"status"`
	Source string `json:"source"` // section of the plan, or the person who decided
}

// Decision settles a value that the plan does not state.
type Decision struct {
	Field string          `json:"field"` // a Need's field
	Value json.RawMessage `json:"value"`
	By    string          `json:"by"` // id of the person
	At    time.Time       `json:"at"`
	Basis string          `json:"basis"` // the document it rests on, if any
}

// Kept reports whether the decision is to go on under the names of bodies that
// have ceased.
func (d Decision) Kept() bool {
	var v struct {
		Act string `json:"act"`
	}
	return json.Unmarshal(d.Value, &v) == nil && v.Act == "keep"
}

// seal computes the digest.
func (s *RoundSettings) seal() error {
	s.Digest = ""
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	s.Digest = hex.EncodeToString(sum[:])
	return nil
}

// Intact reports whether the settings are those the digest was made of.
func (s RoundSettings) Intact() bool {
	want := s.Digest
	return s.seal() == nil && s.Digest == want
}
