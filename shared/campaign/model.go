package campaign

import (
	"strings"

	"hoso/shared/calendar"
)

// Campaign is one plan. Ids are ours and stable; they name places in the data
// and are used in keys. Everything a plan says is a Leaf.
type Campaign struct {
	ID       string   `yaml:"id" json:"id"`
	Document Document `yaml:"document" json:"document"`

	Title           Leaf[string]        `yaml:"title" json:"title"`
	Issuer          Leaf[string]        `yaml:"issuer" json:"issuer"`
	Signer          Leaf[string]        `yaml:"signer" json:"signer"`
	SignerTitle     Leaf[string]        `yaml:"signer_title" json:"signer_title"`
	Number          Leaf[string]        `yaml:"number" json:"number"`
	Date            Leaf[calendar.Date] `yaml:"date" json:"date"`
	Period          Period              `yaml:"period" json:"period"`
	ResponsibleBody Leaf[string]        `yaml:"responsible_body" json:"responsible_body"`
	Principles      Leaf[string]        `yaml:"principles" json:"principles"`

	Participants Participants   `yaml:"participants" json:"participants"`
	Bodies       []Body         `yaml:"bodies" json:"bodies"`
	Content      []ContentGroup `yaml:"content" json:"content"`
	Fields       Leaf[[]string] `yaml:"fields" json:"fields"` // priority sectors
	Requirements []Criterion    `yaml:"requirements" json:"requirements"`
	Criteria     []Criterion    `yaml:"criteria" json:"criteria"`

	Awards     []Award    `yaml:"awards" json:"awards"`
	Rounds     []Round    `yaml:"rounds" json:"rounds"`
	Dossier    Dossier    `yaml:"dossier" json:"dossier"`
	Route      Route      `yaml:"route" json:"route"`
	Report     Report     `yaml:"report" json:"report"`
	Vote       Vote       `yaml:"vote" json:"vote"`
	Nomination Nomination `yaml:"nomination" json:"nomination"`
	Posting    Posting    `yaml:"posting" json:"posting"`
	Terms      Terms      `yaml:"terms" json:"terms"`

	Succession []Succession `yaml:"succession" json:"succession"`
	Notes      []Note       `yaml:"notes" json:"notes"`

	digest string
	text   string
}

// Digest identifies the file the campaign was read from, byte for byte.
func (c *Campaign) Digest() string { return c.digest }

// Document says what text the plan was read from.
type Document struct {
	File   string `yaml:"file" json:"file"`
	Nature string `yaml:"nature" json:"nature"` // "plan" | "near_full_text" | "news_summary": how much silence means
}

// Cite writes a place in the plan (a leaf's Source) as offices cite it: by the
// plan's number, not by the file it was read from. What is no such place stays.
func (c *Campaign) Cite(source string) string {
	place, ok := strings.CutPrefix(source, c.Document.File+", ")
	if !ok {
		return source
	}
	return strings.TrimSpace("Kế hoạch "+c.Number.Or("")) + ", " + place
}

// Period is the years a campaign covers.
type Period struct {
	From Leaf[int] `yaml:"from" json:"from"`
	To   Leaf[int] `yaml:"to" json:"to"`
}

// Participants are the classes that may be nominated.
type Participants struct {
	Collective Leaf[[]string] `yaml:"tap_the" json:"tap_the"`
	Individual Leaf[[]string] `yaml:"ca_nhan" json:"ca_nhan"`
	// Others are named in the criteria only: eligible, and shown to a person.
	Others Leaf[[]string] `yaml:"others" json:"others"`
}

// Body is an agency with a duty in the campaign.
type Body struct {
	ID   string       `yaml:"id" json:"id"`
	Body Leaf[string] `yaml:"body" json:"body"`
	Duty Leaf[string] `yaml:"duty" json:"duty"`
}

// ContentGroup is one strand of what the campaign is about.
type ContentGroup struct {
	ID    string       `yaml:"id" json:"id"`
	Title Leaf[string] `yaml:"title" leaf:"self" json:"title"`
}

// Criterion is one standard, or one requirement on all agencies.
type Criterion struct {
	ID        string        `yaml:"id" json:"id"`
	Kind      Kind          `yaml:"kind" json:"kind"`
	Text      Leaf[string]  `yaml:"text" json:"text"`
	Percent   *Leaf[int]    `yaml:"percent" json:"percent,omitempty"` // the threshold, where the standard is a number
	AppliesTo *Leaf[string] `yaml:"applies_to" json:"applies_to,omitempty"`
}

// Award is a form of commendation named by the plan.
type Award struct {
	ID string `yaml:"id" json:"id"`
	// Pipeline marks the one award that rounds of this system give; the others
	// are outside its caps and its route.
	Pipeline bool         `yaml:"pipeline" json:"pipeline"`
	Form     Leaf[string] `yaml:"form" json:"form"`
	Decider  Leaf[string] `yaml:"decider" json:"decider"`
	Occasion Leaf[string] `yaml:"occasion" json:"occasion"`
}

// RoundKind of a round. The names are wire format.
type RoundKind string

const (
	Interim RoundKind = "so_ket"
	Final   RoundKind = "tong_ket"
	Single  RoundKind = "single"
)

// Round is one award round as the plan has it.
type Round struct {
	ID     string        `yaml:"id" json:"id"`
	Kind   RoundKind     `yaml:"kind" json:"kind"`
	Name   Leaf[string]  `yaml:"name" json:"name"`
	Window Leaf[Quarter] `yaml:"window" json:"window"` // when the review takes place; not when dossiers come in
	Intake Leaf[Span]    `yaml:"intake" json:"intake"`
	Caps   Caps          `yaml:"caps" json:"caps"`
}

// Span is a span of days, both included.
type Span struct {
	From  calendar.Date `yaml:"from" json:"from"`
	Until calendar.Date `yaml:"until" json:"until"`
}

// Caps bind what is selected and proposed, never what is uploaded.
type Caps struct {
	Collective Leaf[int] `yaml:"tap_the" json:"tap_the"`
	Individual Leaf[int] `yaml:"ca_nhan" json:"ca_nhan"`
}

// Dossier is the checklist of what a unit sends.
type Dossier struct {
	Copies   Leaf[int]    `yaml:"copies" json:"copies"`
	Original Leaf[string] `yaml:"original" json:"original"`
	SendTo   Leaf[string] `yaml:"send_to" json:"send_to"`
	Items    []Item       `yaml:"items" json:"items"`
}

// ItemKind of a document in a dossier; wire format, as everywhere.
type ItemKind string

const (
	Letter      ItemKind = "to_trinh"
	Minutes     ItemKind = "bien_ban"
	Achievement ItemKind = "bao_cao"
	Other       ItemKind = "khac"
)

// Item is one part of the dossier.
type Item struct {
	ID           string        `yaml:"id" json:"id"`
	Kind         ItemKind      `yaml:"kind" json:"kind"`
	Per          string        `yaml:"per" json:"per"` // "dossier" | "nominee": how many of it
	Title        Leaf[string]  `yaml:"title" json:"title"`
	Form         *Leaf[Form]   `yaml:"form" json:"form,omitempty"`
	Successors   []Successor   `yaml:"successors" json:"successors,omitempty"`
	Confirmation *Leaf[string] `yaml:"confirmation" json:"confirmation,omitempty"` // who must confirm it
}

// Successor is a form that replaced the plan's form from a day on. Both are
// accepted then: a plan is not rewritten when a decree is repealed.
type Successor struct {
	ID   string        `yaml:"id" json:"id"`
	From calendar.Date `yaml:"from" json:"from"`
	Form Leaf[Form]    `yaml:"form" leaf:"self" json:"form"`
}

// Route is the way of a dossier from the unit to the decision.
type Route struct {
	// Complete is true where the plan states the whole order of steps.
	Complete Leaf[bool] `yaml:"complete" json:"complete"`
	Steps    []Step     `yaml:"steps" json:"steps"`
}

// Scope of a step: each dossier, or the round's consolidated list.
type Scope string

const (
	ByDossier Scope = "dossier"
	ByRound   Scope = "round"
)

// Act is what happens at a step.
type Act string

const (
	Appraise Act = "appraise" // experts on each dossier
	Select   Act = "select"   // the standing agency within the caps; its head confirms
	Review   Act = "review"   // another agency on the consolidated list
	Decide   Act = "decide"   // the decision itself
)

// Step is one step of the route.
type Step struct {
	ID    string        `yaml:"id" json:"id"`
	Scope Scope         `yaml:"scope" json:"scope"`
	Act   Act           `yaml:"act" json:"act"`
	Role  string        `yaml:"role" json:"role"` // "expert" | "head" | "reviewer" | "decider"
	Title Leaf[string]  `yaml:"title" json:"title"`
	Body  Leaf[string]  `yaml:"body" json:"body"`
	Via   *Leaf[string] `yaml:"via" json:"via,omitempty"` // the counter through which it is lodged
	Due   Leaf[int]     `yaml:"due_working_days" json:"due_working_days"`
}

// Report is the duty to report results.
type Report struct {
	From      Leaf[string]  `yaml:"from" json:"from"`
	To        Leaf[string]  `yaml:"to" json:"to"`
	Deadline  Leaf[YearDay] `yaml:"deadline" json:"deadline"` // "before" this day
	Inclusive Leaf[bool]    `yaml:"inclusive" json:"inclusive"`
	Frequency Leaf[string]  `yaml:"frequency" json:"frequency"`
	Onward    Leaf[string]  `yaml:"onward" json:"onward"`
}

// Vote is what a plan says of the meeting that proposes.
type Vote struct {
	Quorum      Leaf[Ratio]  `yaml:"quorum" json:"quorum"`
	Threshold   Leaf[Ratio]  `yaml:"threshold" json:"threshold"`
	Denominator Leaf[string] `yaml:"denominator" json:"denominator"`
	Secret      Leaf[bool]   `yaml:"secret_ballot" json:"secret_ballot"`
	Written     Leaf[bool]   `yaml:"written_votes" json:"written_votes"`
	MinutesOf   Leaf[string] `yaml:"minutes_of" json:"minutes_of"`
}

// Nomination limits what one unit may nominate.
type Nomination struct {
	Collective Leaf[int]   `yaml:"tap_the" json:"tap_the"`
	Individual Leaf[int]   `yaml:"ca_nhan" json:"ca_nhan"`
	Percent    Leaf[Ratio] `yaml:"percent" json:"percent"` // individuals, of the unit's headcount
}

// Posting is the public comment on a list before its decision.
type Posting struct {
	WorkingDays Leaf[int] `yaml:"working_days" json:"working_days"`
}

// Terms are questions that a reader of a plan will ask.
type Terms struct {
	Supplement Leaf[int]    `yaml:"supplement_working_days" json:"supplement_working_days"`
	UnitSplit  Leaf[string] `yaml:"unit_split" json:"unit_split"`         // caps split by unit or sector
	CarryOver  Leaf[string] `yaml:"carry_over" json:"carry_over"`         // unused places go to the next round
	Repeat     Leaf[string] `yaml:"repeat_winners" json:"repeat_winners"` // awarded before in the campaign
	TieBreak   Leaf[string] `yaml:"tie_break" json:"tie_break"`
	Scoring    Leaf[string] `yaml:"scoring" json:"scoring"`
	EDossier   Leaf[string] `yaml:"e_dossier" json:"e_dossier"`
	Enterprise Leaf[string] `yaml:"enterprise_papers" json:"enterprise_papers"`
	Reward     Leaf[string] `yaml:"reward" json:"reward"`
	Retention  Leaf[string] `yaml:"retention" json:"retention"`
	OverQuota  Leaf[string] `yaml:"over_quota" json:"over_quota"`
}

// Succession says that a body named by the plan ceased and who followed.
type Succession struct {
	ID        string        `yaml:"id" json:"id"`
	Body      string        `yaml:"body" json:"body"` // as in the plan's leaves
	From      calendar.Date `yaml:"from" json:"from"` // first day of the successor
	Successor Leaf[string]  `yaml:"successor" leaf:"self" json:"successor"`
}

// Note is a defect or peculiarity of the text that a reader should know.
type Note struct {
	ID   string       `yaml:"id" json:"id"`
	Note Leaf[string] `yaml:"note" leaf:"self" json:"note"`
}

// Round gives the round of an id.
func (c *Campaign) Round(id string) (Round, bool) {
	for _, r := range c.Rounds {
		if r.ID == id {
			return r, true
		}
	}
	return Round{}, false
}

// PipelineAward gives the award that the rounds give.
func (c *Campaign) PipelineAward() (Award, bool) {
	for _, a := range c.Awards {
		if a.Pipeline {
			return a, true
		}
	}
	return Award{}, false
}

// BodyAt gives the name that a body of the plan has on a day, following
// successions, and whether it changed. Documents keep the name of their date.
func (c *Campaign) BodyAt(body string, day calendar.Date) (name string, changed bool) {
	name = body
	for range c.Succession {
		next := ""
		for _, s := range c.Succession {
			if s.Body == name && !day.Before(s.From) {
				next, _ = s.Successor.Get()
			}
		}
		if next == "" || next == name {
			break
		}
		name, changed = next, true
	}
	return name, changed
}
