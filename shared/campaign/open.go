package campaign

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hoso/shared/calendar"
	"hoso/shared/fault"
)

// Open builds the settings of a round from the plan and the decisions taken
// for what it does not state, or of its ad-hoc line (AdHocID). rules is the rule set in force when intake opens
// (RuleSetAt). It fails with Invalid and code
//
//	round-needs      values are missing; the sentence names them (see Needs)
//	round-stated     a decision contradicts what the plan states
//	round-decision   a decision's value, person or field is wrong
//	round-closed     the round was decided to be closed, its bodies having ceased
//
// and changes nothing. NotFound if the campaign has no such round.
func (c *Campaign) Open(roundID string, decisions []Decision, rules RuleSet) (RoundSettings, error) {
	needs, err := c.Needs(roundID, decisions)
	if err != nil {
		return RoundSettings{}, err
	}
	taken := map[string]Decision{}
	for _, d := range decisions {
		if err := c.checkDecision(d, needs, taken); err != nil {
			return RoundSettings{}, err
		}
		taken[d.Field] = d
	}
	var missing []string
	for _, n := range needs {
		if _, ok := taken[n.Field]; n.Required && !ok {
			missing = append(missing, n.Label)
		}
	}
	if len(missing) > 0 {
		return RoundSettings{}, openFault("round-needs", "Chưa mở được đợt: còn phải quyết định "+strings.Join(missing, "; ")+".")
	}
	r, _ := c.Round(roundID)
	s, whole := c.stated(r), func(s *RoundSettings) error { return s.checkWhole(r) }
	if roundID == AdHocID {
		s, whole = c.adHocStated(), (*RoundSettings).checkAdHoc
	}
	s.RuleSet = rules.Pin()
	for _, n := range needs {
		d, ok := taken[n.Field]
		if !ok {
			continue
		}
		if err := s.apply(n, d, c); err != nil {
			return RoundSettings{}, err
		}
		s.Origins = append(s.Origins, Origin{Field: n.Field, Status: Decided, Source: d.By})
		s.Decisions = append(s.Decisions, d)
	}
	if err := whole(&s); err != nil {
		return RoundSettings{}, err
	}
	if err := s.seal(); err != nil {
		return RoundSettings{}, fault.Wrap(fault.Internal, "campaign.open", err)
	}
	return s, nil
}

func openFault(code, public string) error {
	return &fault.Error{Kind: fault.Invalid, Op: "campaign.open", Code: code, Public: public}
}

func (c *Campaign) checkDecision(d Decision, needs []Need, taken map[string]Decision) error {
	if _, twice := taken[d.Field]; twice {
		return openFault("round-decision", "“"+d.Field+"” được quyết định hai lần; chỉ giữ một.")
	}
	if d.By == "" || d.At.IsZero() {
		return openFault("round-decision", "Quyết định “"+d.Field+"” phải ghi người quyết định và thời điểm.")
	}
	if slices.ContainsFunc(needs, func(n Need) bool { return n.Field == d.Field }) {
		return nil
	}
	if slices.Contains(settable, d.Field) || strings.HasPrefix(d.Field, "steps.") {
		return openFault("round-stated", "Kế hoạch đã nêu “"+d.Field+"”, không quyết định khác được; muốn khác phải có kế hoạch sửa đổi.")
	}
	return openFault("round-decision", "Không có giá trị nào tên “"+d.Field+"” để quyết định.")
}

// settable are the fields that a plan may state; deciding one that it does
// state is a contradiction.
var settable = []string{
	"round.name", "adhoc.body", "intake.opens", "intake.closes", "caps.tap_the", "caps.ca_nhan", "award.form", "award.decider", "dossier.items", "route",
	"supplement_working_days", "scoring.criteria", "vote.threshold", "vote.denominator", "vote.quorum", "vote.secret_ballot", "vote.written_votes",
	"vote.minutes_of", "posting.working_days", "nomination.tap_the", "nomination.ca_nhan", "nomination.percent",
}

// stated fills what the plan states.
func (c *Campaign) stated(r Round) RoundSettings {
	s := RoundSettings{
		Campaign: c.ID, Plan: c.Number.Or(""), PlanDigest: c.Digest(), Title: c.Title.Or(""), Round: r.ID, Kind: r.Kind,
		Issuer: c.Issuer.Or(""), Body: c.ResponsibleBody.Or(""), Warnings: []string{}, Decisions: []Decision{}, Steps: []StepSettings{}, Scoring: []ScoringItem{},
	}
	take(&s, "round.name", r.Name, &s.Name)
	take(&s, "caps.tap_the", r.Caps.Collective, &s.Caps.Collective)
	take(&s, "caps.ca_nhan", r.Caps.Individual, &s.Caps.Individual)
	var span Span
	if take(&s, "intake", r.Intake, &span) {
		s.IntakeOpens, s.IntakeCloses = span.From.Start(), span.Until.End()
	}
	award, _ := c.PipelineAward()
	take(&s, "award.form", award.Form, &s.Award)
	take(&s, "award.decider", award.Decider, &s.Decider)
	for _, it := range c.Dossier.Items {
		set := ItemSettings{ID: it.ID, Kind: it.Kind, Per: it.Per, Title: it.Title.Or("")}
		if it.Confirmation != nil {
			set.Confirmation = it.Confirmation.Or("")
		}
		s.Items = append(s.Items, set)
		s.Origins = append(s.Origins, Origin{Field: "dossier.items." + it.ID, Status: it.Title.Status, Source: it.Title.Source})
	}
	if complete, _ := c.Route.Complete.Get(); complete {
		for _, st := range c.Route.Steps {
			s.Steps = append(s.Steps, stepOf(st))
			s.Origins = append(s.Origins, Origin{Field: "steps." + st.ID, Status: st.Body.Status, Source: st.Body.Source})
		}
	}
	take(&s, "supplement_working_days", c.Terms.Supplement, &s.Supplement)
	takePtr(&s, "posting.working_days", c.Posting.WorkingDays, &s.Posting)
	s.takeVote(c.Vote)
	takePtr(&s, "nomination.tap_the", c.Nomination.Collective, &s.Nomination.Collective)
	takePtr(&s, "nomination.ca_nhan", c.Nomination.Individual, &s.Nomination.Individual)
	takePtr(&s, "nomination.percent", c.Nomination.Percent, &s.Nomination.Percent)
	for _, cr := range c.Criteria {
		item := ScoringItem{ID: cr.ID, Kind: cr.Kind, Text: cr.Text.Or("")}
		if cr.Percent != nil {
			item.Percent = cr.Percent.Value
		}
		if cr.AppliesTo != nil {
			item.AppliesTo = cr.AppliesTo.Or("")
		}
		s.Scoring = append(s.Scoring, item)
	}
	return s
}

func take[T any](s *RoundSettings, field string, l Leaf[T], into *T) bool {
	v, ok := l.Get()
	if ok {
		*into = v
		s.Origins = append(s.Origins, Origin{Field: field, Status: l.Status, Source: l.Source})
	}
	return ok
}

func takePtr[T any](s *RoundSettings, field string, l Leaf[T], into **T) {
	var v T
	if take(s, field, l, &v) {
		*into = &v
	}
}

// takeVote fills what the plan states of the meeting that proposes.
func (s *RoundSettings) takeVote(v Vote) {
	takePtr(s, "vote.quorum", v.Quorum, &s.Vote.Quorum)
	takePtr(s, "vote.threshold", v.Threshold, &s.Vote.Threshold)
	take(s, "vote.denominator", v.Denominator, &s.Vote.Denominator)
	takePtr(s, "vote.secret_ballot", v.Secret, &s.Vote.Secret)
	takePtr(s, "vote.written_votes", v.Written, &s.Vote.Written)
	take(s, "vote.minutes_of", v.MinutesOf, &s.Vote.MinutesOf)
}

// checkWhole holds the values against each other.
func (s *RoundSettings) checkWhole(r Round) error {
	if !s.IntakeOpens.Before(s.IntakeCloses) {
		return openFault("round-decision", "Thời điểm hết nhận hồ sơ phải sau thời điểm bắt đầu.")
	}
	if s.Vote.Threshold != nil && s.Vote.Denominator == "" {
		return openFault("round-decision", "Đã quyết định tỷ lệ phiếu thì phải quyết định tính trên tổng thành viên, số có mặt hay phiếu hợp lệ.")
	}
	if s.Nomination.Percent != nil && s.Nomination.Rounding == "" {
		return openFault("round-decision", "Đã có tỷ lệ đề nghị thì phải quyết định cách làm tròn: xuống, lên hay gần nhất.")
	}
	if s.Caps.Collective == 0 && s.Caps.Individual == 0 {
		return openFault("round-decision", "Cả hai số lượng đều bằng 0: không có suất nào để xét.")
	}
	for _, st := range s.Steps {
		if st.Due < 1 {
			return openFault("round-decision", "Bước “"+st.Title+"” chưa có thời hạn.")
		}
	}
	if w, ok := r.Window.Get(); ok {
		win := w.Window()
		if s.IntakeOpens.After(win.Until) || s.IntakeCloses.After(win.Until) {
			s.Warnings = append(s.Warnings, fmt.Sprintf("Nhận hồ sơ đến %s, sau thời gian kế hoạch nêu cho đợt (%s).", calendar.FormatDue(s.IntakeCloses), calendar.FormatDue(win.Until)))
		}
	}
	return nil
}

// ReportDue gives the deadline of the yearly report of results. inclusive is
// the reading of "trước ngày" that was decided for the campaign. ok is false
// if the plan states no deadline, or none for that year.
func (c *Campaign) ReportDue(year int, inclusive bool) (due time.Time, ok bool) {
	day, stated := c.Report.Deadline.Get()
	if !stated {
		return time.Time{}, false
	}
	from, hasFrom := c.Period.From.Get()
	to, hasTo := c.Period.To.Get()
	if hasFrom && year < from || hasTo && year > to {
		return time.Time{}, false
	}
	d, ok := day.In(year)
	if !ok {
		return time.Time{}, false
	}
	return calendar.BeforeDay(d, inclusive), true
}
