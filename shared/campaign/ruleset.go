package campaign

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"hoso/shared/calendar"
	"hoso/shared/fault"
	"hoso/shared/viettext"
)

// RuleSet is what holds for a campaign at an instant: the rules of every layer
// in force, laid over each other. It is pinned by id and digest when a dossier
// is validly received; a dossier is judged by its pinned set for ever.
type RuleSet struct {
	ID       string     `json:"id"` // campaign and the day from which this set holds
	Digest   string     `json:"digest"`
	Campaign string     `json:"campaign"`
	Since    string     `json:"since"`           // ISO day
	Until    string     `json:"until,omitempty"` // ISO day on which another set follows, "" if none is known
	Layers   []LayerRef `json:"layers"`          // the weakest first
	Rules    []Rule     `json:"rules"`
	Forms    []Form     `json:"forms"` // accepted for reports; the plan's own first
	Gaps     []string   `json:"gaps"`  // what is not configured: shown, never guessed
}

// LayerRef names a document that is part of the set.
type LayerRef struct {
	ID        string    `json:"id"`
	Layer     Layer     `json:"layer"`
	Title     string    `json:"title"`
	Source    string    `json:"source"`
	Certainty Certainty `json:"certainty"`
}

// Rule is one rule in force.
type Rule struct {
	ID       string        `json:"id"`
	Title    Words         `json:"title"`
	Severity Severity      `json:"severity"`
	IfUnsure Severity      `json:"if_unsure"`
	Source   string        `json:"source"` // all it rests on, the highest law first
	Basis    []Basis       `json:"basis"`
	Findings []FindingRule `json:"findings"`
}

// Basis is what one layer says a rule rests on.
type Basis struct {
	Layer  Layer  `json:"layer"`
	From   string `json:"from"` // id of the rule file, or of the campaign
	Source string `json:"source"`
}

// Pin names the set.
func (s RuleSet) Pin() Pin { return Pin{ID: s.ID, Digest: s.Digest} }

// Rule gives the rule of an id.
func (s RuleSet) Rule(id string) (Rule, bool) {
	for _, r := range s.Rules {
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}

// Finding gives how a finding of a code is told and the rule it belongs to,
// with the severities filled in from the rule.
func (s RuleSet) Finding(code string) (FindingRule, Rule, bool) {
	for _, r := range s.Rules {
		for _, f := range r.Findings {
			if f.Code != code {
				continue
			}
			if f.Severity == "" {
				f.Severity = r.Severity
			}
			if f.IfUnsure == "" {
				f.IfUnsure = r.IfUnsure
			}
			return f, r, true
		}
	}
	return FindingRule{}, Rule{}, false
}

// Fill puts values into a sentence: "{nominee}" by values["nominee"], and so
// on, in one pass, so that a value that holds braces changes nothing.
func Fill(sentence string, values map[string]string) string {
	var pairs []string
	for _, k := range []string{"nominee", "file", "expected", "found", "loai", "names"} {
		pairs = append(pairs, "{"+k+"}", values[k])
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// RuleSetAt gives the set in force for a campaign at an instant, by the day in
// Việt Nam. Invalid, code rules-none, before the first law in the data.
func (b Rulebook) RuleSetAt(c *Campaign, at time.Time) (set RuleSet, err error) {
	today := calendar.DateOf(at)
	s := RuleSet{Campaign: c.ID, Layers: []LayerRef{}, Forms: []Form{}, Gaps: []string{}}
	rules := map[string]*Rule{}
	var order []string
	law := false
	since := calendar.Date{}
	for _, f := range b.files {
		if f.Layer == LayerProvincial && !sameIssuer(c, f.Issuer) {
			continue
		}
		if until := f.changeAfter(today); until != "" && (s.Until == "" || until < s.Until) {
			s.Until = until
		}
		if last := f.changeUpTo(today); since.Before(last) {
			since = last
		}
		if !f.holds(today) {
			continue
		}
		law = law || f.Layer == LayerLaw
		s.Layers = append(s.Layers, LayerRef{ID: f.ID, Layer: f.Layer, Title: f.Title, Source: f.Source, Certainty: f.Certainty})
		if f.Gap != "" {
			s.Gaps = append(s.Gaps, f.Title+": "+f.Gap)
		}
		if f.Certainty != Sure {
			s.Gaps = append(s.Gaps, f.Title+": hiệu lực chưa chắc chắn, cần đối chiếu.")
		}
		s.Forms = append(s.Forms, f.Forms...)
		for _, e := range f.Rules {
			r, ok := rules[e.ID]
			if !ok {
				r = &Rule{ID: e.ID}
				rules[e.ID] = r
				order = append(order, e.ID)
			}
			r.lay(f.Layer, f.ID, e)
		}
	}
	if !law {
		return RuleSet{}, &fault.Error{
			Kind: fault.Invalid, Op: "campaign.rules", Code: "rules-none",
			Public: "Chưa có bộ quy định cho ngày " + today.Slash() + "; dữ liệu bắt đầu từ 01/10/2017.",
		}
	}
	s.Since, s.ID = since.ISO(), c.ID+"/"+since.ISO()
	s.layPlan(c, rules)
	slices.Sort(order)
	for _, id := range order {
		s.Rules = append(s.Rules, rules[id].done())
	}
	if s.Digest, err = s.digest(c); err != nil {
		return RuleSet{}, fault.Wrap(fault.Internal, "campaign.rules", err)
	}
	return s, nil
}

func sameIssuer(c *Campaign, issuer string) bool {
	return viettext.CompareBodies(c.Issuer.Or(""), issuer) == viettext.Same
}

func (f RuleFile) holds(day calendar.Date) bool {
	return !day.Before(f.From) && (f.To == nil || day.Before(*f.To))
}

// changeAfter gives the first day after day on which f begins or ends.
func (f RuleFile) changeAfter(day calendar.Date) string {
	if day.Before(f.From) {
		return f.From.ISO()
	}
	if f.To != nil && day.Before(*f.To) {
		return f.To.ISO()
	}
	return ""
}

// changeUpTo gives the last day up to day on which f began or ended.
func (f RuleFile) changeUpTo(day calendar.Date) calendar.Date {
	switch {
	case f.To != nil && !day.Before(*f.To):
		return *f.To
	case !day.Before(f.From):
		return f.From
	}
	return calendar.Date{}
}

// lay puts one layer's entry over the rule.
func (r *Rule) lay(layer Layer, from string, e RuleEntry) {
	if e.Title != nil {
		r.Title = *e.Title
	}
	if e.Severity != "" {
		r.Severity = e.Severity
	}
	if e.IfUnsure != "" {
		r.IfUnsure = e.IfUnsure
	}
	r.Basis = append(r.Basis, Basis{Layer: layer, From: from, Source: e.Source})
	for _, f := range e.Findings {
		i := slices.IndexFunc(r.Findings, func(x FindingRule) bool { return x.Code == f.Code })
		if i < 0 {
			r.Findings = append(r.Findings, f)
		} else {
			r.Findings[i] = f
		}
	}
}

// done joins what the rule rests on: law and plan, or the practice of
// appraisers where no text was found.
func (r *Rule) done() Rule {
	var sources []string
	for _, b := range r.Basis {
		if b.Layer != LayerBase {
			sources = append(sources, b.Source)
		}
	}
	if len(sources) == 0 && len(r.Basis) > 0 {
		sources = []string{r.Basis[0].Source}
	}
	r.Source = strings.Join(sources, "; ")
	return *r
}

// layPlan adds what the campaign's own plan says, as the strongest layer.
func (s *RuleSet) layPlan(c *Campaign, rules map[string]*Rule) {
	name := "Kế hoạch " + c.Number.Or("“"+c.Title.Or(c.ID)+"”")
	s.Layers = append(s.Layers, LayerRef{ID: c.ID, Layer: LayerPlan, Title: name, Source: c.Document.File, Certainty: Sure})
	cite := func(id string, f leafFacts) {
		r, ok := rules[id]
		if !ok || f.status != Stated {
			return
		}
		section := strings.TrimPrefix(f.source, c.Document.File+", ")
		r.lay(LayerPlan, c.ID, RuleEntry{ID: id, Source: name + ", " + section})
	}
	award, _ := c.PipelineAward()
	cite("R05", award.Form.facts())
	cite("R08", c.Period.From.facts())
	cite("R12", c.Participants.Collective.facts())
	var plan []Form
	for i := range c.Dossier.Items {
		item := &c.Dossier.Items[i]
		if item.Kind == Letter {
			cite("R01", item.Title.facts())
		}
		if item.Confirmation != nil {
			cite("R11", item.Confirmation.facts())
		}
		if item.Form != nil {
			cite("R13", item.Form.facts())
			if f, ok := item.Form.Get(); ok {
				plan = append(plan, f)
			}
		}
	}
	if len(c.Rounds) > 0 {
		cite("R15", c.Rounds[0].Caps.Collective.facts())
	}
	cite("R09", c.Vote.Threshold.facts())
	for _, f := range s.Forms {
		if !slices.Contains(plan, f) {
			plan = append(plan, f)
		}
	}
	s.Forms = append([]Form{}, plan...)
	if c.Document.Nature != "plan" {
		s.Gaps = append(s.Gaps, name+": dữ liệu đọc từ tin, không phải toàn văn kế hoạch.")
	}
}

func (s RuleSet) digest(c *Campaign) (string, error) {
	s.Digest, s.Until = "", "" // the end of a set becomes known later; the set stays the same
	data, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append(data, c.Digest()...))
	return hex.EncodeToString(sum[:]), nil
}
