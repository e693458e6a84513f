package campaign

import (
	"strings"

	"hoso/shared/calendar"
)

// AdHocID names, where a round's id is asked for, the line of commendations
// for outstanding acts at any time (khen thưởng đột xuất): not a round of the
// plan, without window and outside its caps.
const AdHocID = "dot-xuat"

// AdHocKind is the kind of that line.
const AdHocKind RoundKind = "dot_xuat"

// AdHocStep is the one step of its route: each dossier is appraised alone.
const AdHocStep = "tham-dinh-dot-xuat"

// AdHocName is how the line is called; no plan gives it a name of its own.
const AdHocName = "Khen thưởng đột xuất"

// AdHoc is what a plan says of commendations for outstanding acts. A plan that
// does not speak of them leaves all not stated; what it says of its rounds'
// award is not taken for it.
type AdHoc struct {
	Form     Leaf[string]
	Decider  Leaf[string]
	Occasion Leaf[string] // the words that speak of it
	Body     Leaf[string] // who appraises: the body whose paragraph speaks of it
}

// Stated reports whether the plan speaks of it.
func (a AdHoc) Stated() bool { return hasValue(a.Occasion) }

// AdHoc gives what the plan says.
func (c *Campaign) AdHoc() AdHoc {
	silent := Leaf[string]{Status: NotStated}
	out := AdHoc{Form: silent, Decider: silent, Occasion: silent, Body: silent}
	for _, a := range c.Awards {
		if a.Pipeline || !strings.Contains(a.Occasion.Or(""), "đột xuất") {
			continue
		}
		out.Form, out.Decider, out.Occasion = a.Form, a.Decider, a.Occasion
		for _, b := range c.Bodies {
			if b.Duty.Source == a.Occasion.Source && hasValue(b.Body) {
				out.Body = b.Body
			}
		}
	}
	return out
}

// AdHocSteps gives the line's route as the steps of a plan are given.
func (c *Campaign) AdHocSteps() []Step {
	silent := Leaf[string]{Status: NotStated}
	title := silent
	title.Value = new(string)
	*title.Value = "thẩm định hồ sơ đột xuất"
	return []Step{{ID: AdHocStep, Scope: ByDossier, Act: Appraise, Role: "expert", Title: title, Body: c.AdHoc().Body, Due: Leaf[int]{Status: NotStated}}}
}

// adHocNeeds lists what has to be decided before the line can open.
func (c *Campaign) adHocNeeds(decisions []Decision) []Need {
	says := c.AdHoc()
	const silent = "Kế hoạch không nêu về khen thưởng đột xuất."
	var n needList
	n.unless(false, Need{Field: "intake.opens", Label: "Thời điểm bắt đầu nhận hồ sơ", Type: TypeInstant, Why: "Từ đó nhận hồ sơ bất cứ lúc nào, cho đến khi ngừng nhận."})
	n.unless(hasValue(says.Form), Need{Field: "award.form", Label: "Hình thức khen thưởng", Type: TypeText, Why: silent})
	n.unless(hasValue(says.Decider), Need{Field: "award.decider", Label: "Người quyết định khen thưởng", Type: TypeText, Why: silent})
	n.unless(hasValue(says.Body), Need{Field: "adhoc.body", Label: "Cơ quan thẩm định hồ sơ", Type: TypeText, Why: silent})
	n.unless(false, Need{Field: "steps." + AdHocStep + ".due_working_days", Label: "Thời hạn thẩm định (ngày làm việc)", Type: TypeDays, Why: "Kế hoạch không nêu thời hạn của bước."})
	n.unless(hasValue(c.Terms.Supplement), Need{Field: "supplement_working_days", Label: "Số ngày làm việc để bổ sung hồ sơ bị trả", Type: TypeDays, Why: "Kế hoạch không nêu thời hạn bổ sung."})
	c.needVote(&n)
	c.needSuccession(&n, Round{}, decisions)
	return n
}

// adHocStated fills what the plan states of the line.
func (c *Campaign) adHocStated() RoundSettings {
	s := RoundSettings{
		Campaign: c.ID, Plan: c.Number.Or(""), PlanDigest: c.Digest(), Title: c.Title.Or(""), Round: AdHocID, Kind: AdHocKind, Name: AdHocName,
		Issuer: c.Issuer.Or(""), Body: c.ResponsibleBody.Or(""), Warnings: []string{}, Decisions: []Decision{}, Steps: []StepSettings{}, Scoring: []ScoringItem{},
	}
	says := c.AdHoc()
	take(&s, "award.form", says.Form, &s.Award)
	take(&s, "award.decider", says.Decider, &s.Decider)
	for _, st := range c.AdHocSteps() {
		s.Steps = append(s.Steps, stepOf(st))
	}
	take(&s, "adhoc.body", says.Body, &s.Steps[0].Body)
	take(&s, "supplement_working_days", c.Terms.Supplement, &s.Supplement)
	s.takeVote(c.Vote)
	if !says.Stated() {
		s.Warnings = append(s.Warnings, "Kế hoạch không nêu khen thưởng đột xuất; hãy ghi văn bản làm căn cứ.")
	}
	return s
}

// checkAdHoc holds the values of a line against each other.
func (s *RoundSettings) checkAdHoc() error {
	if s.Vote.Threshold != nil && s.Vote.Denominator == "" {
		return openFault("round-decision", "Đã quyết định tỷ lệ phiếu thì phải quyết định tính trên tổng thành viên, số có mặt hay phiếu hợp lệ.")
	}
	if calendar.DateOf(s.IntakeOpens).Year < 2000 {
		return openFault("round-decision", "Hãy quyết định thời điểm bắt đầu nhận hồ sơ.")
	}
	return nil
}
