package campaign

import (
	"encoding/json"
	"fmt"
	"strings"

	"hoso/shared/calendar"
	"hoso/shared/fault"
)

// Need is a value that a round needs, or may have, and that the plan does not
// state. A person decides it; Suggest is only shown, never taken silently.
type Need struct {
	Field    string          `json:"field"`
	Label    string          `json:"label"`    // Vietnamese
	Required bool            `json:"required"` // false: may stay not stated
	Type     ValueType       `json:"type"`
	Why      string          `json:"why,omitempty"`     // Vietnamese
	Suggest  json.RawMessage `json:"suggest,omitempty"` // a value to accept or change
	From     string          `json:"suggest_from,omitempty"`
}

// ValueType says what a decision's value looks like, as JSON.
type ValueType string

const (
	TypeText       ValueType = "text"       // "…"
	TypeInstant    ValueType = "instant"    // "2023-10-31T17:00:00+07:00"
	TypeDays       ValueType = "days"       // working days, 1 to 400
	TypeCount      ValueType = "count"      // 0 to 100000
	TypeRatio      ValueType = "ratio"      // "2/3", "80%"
	TypeBool       ValueType = "bool"       // true, false
	TypePoints     ValueType = "points"     // points for each criterion, or {"criterion": points}
	TypeItems      ValueType = "items"      // [ItemSettings]
	TypeSteps      ValueType = "steps"      // [StepSettings]
	TypeCriteria   ValueType = "criteria"   // [ScoringItem]
	TypeSuccession ValueType = "succession" // {"act": "keep"|"transfer"|"close", "bodies": {"old": "new"}}
	TypeBase       ValueType = "base"       // "tong_thanh_vien", "so_co_mat", "phieu_hop_le"
	TypeMinutes    ValueType = "minutes"    // "council", "unit_meeting"
	TypeRounding   ValueType = "rounding"   // "down", "up", "nearest"
)

// usualParts is what the law of 2022 asks of a dossier, shown where a plan
// does not say.
const usualParts = `[{"id":"to-trinh","kind":"to_trinh","per":"dossier","title":"Tờ trình đề nghị khen thưởng"},` +
	`{"id":"bien-ban","kind":"bien_ban","per":"dossier","title":"Biên bản họp xét khen thưởng"},` +
	`{"id":"bao-cao","kind":"bao_cao","per":"nominee","title":"Báo cáo thành tích"}]`

// Needs lists what has to be decided before the round can open, and what may
// be. decisions already taken only matter for when the round takes place.
// roundID may be AdHocID. NotFound if the campaign has no such round.
func (c *Campaign) Needs(roundID string, decisions []Decision) ([]Need, error) {
	if roundID == AdHocID {
		return c.adHocNeeds(decisions), nil
	}
	r, ok := c.Round(roundID)
	if !ok {
		return nil, fault.New(fault.NotFound, "campaign.needs", "Phong trào không có đợt “"+roundID+"”.")
	}
	var n needList
	n.unless(hasValue(r.Name), Need{Field: "round.name", Label: "Tên đợt khen thưởng", Type: TypeText})
	n.unless(hasValue(r.Intake), Need{Field: "intake.opens", Label: "Thời điểm bắt đầu nhận hồ sơ", Type: TypeInstant, Why: "Kế hoạch không nêu thời gian nhận hồ sơ."})
	n.unless(hasValue(r.Intake), Need{Field: "intake.closes", Label: "Thời điểm hết nhận hồ sơ", Type: TypeInstant, Why: "Kế hoạch không nêu thời gian nhận hồ sơ."})
	const noCap = "Kế hoạch không nêu số lượng; không nêu không có nghĩa là không có hay không giới hạn."
	n.unless(hasValue(r.Caps.Collective), Need{Field: "caps.tap_the", Label: "Số tập thể được khen tối đa", Type: TypeCount, Why: noCap})
	n.unless(hasValue(r.Caps.Individual), Need{Field: "caps.ca_nhan", Label: "Số cá nhân được khen tối đa", Type: TypeCount, Why: noCap})
	award, _ := c.PipelineAward()
	n.unless(hasValue(award.Form), Need{Field: "award.form", Label: "Hình thức khen thưởng", Type: TypeText})
	n.unless(hasValue(award.Decider), Need{Field: "award.decider", Label: "Người quyết định khen thưởng", Type: TypeText})
	n.unless(len(c.Dossier.Items) > 0, Need{
		Field: "dossier.items", Label: "Thành phần hồ sơ", Type: TypeItems, Why: "Kế hoạch không nêu thành phần hồ sơ.",
		Suggest: json.RawMessage(usualParts), From: "Luật Thi đua, khen thưởng 06/2022/QH15, Điều 84 khoản 2",
	})
	c.needRoute(&n)
	n.unless(hasValue(c.Terms.Supplement), Need{Field: "supplement_working_days", Label: "Số ngày làm việc để bổ sung hồ sơ bị trả", Type: TypeDays, Why: "Kế hoạch không nêu thời hạn bổ sung."})
	if len(c.Criteria) > 0 {
		n.unless(false, Need{Field: "scoring.max_points", Label: "Điểm tối đa của mỗi tiêu chí", Type: TypePoints, Why: "Kế hoạch không nêu cách chấm điểm.", Suggest: json.RawMessage("10"), From: "mức chung, chưa phải quy định"})
	} else {
		n.may(false, Need{Field: "scoring.criteria", Label: "Tiêu chí chấm điểm", Type: TypeCriteria, Why: "Kế hoạch không nêu tiêu chuẩn; không quyết định thì không xếp hạng theo điểm."})
	}
	c.needVote(&n)
	n.may(hasValue(c.Posting.WorkingDays), Need{Field: "posting.working_days", Label: "Số ngày làm việc công khai danh sách", Type: TypeDays, Why: "Để trống: không công khai lấy ý kiến."})
	n.may(hasValue(c.Nomination.Collective), Need{Field: "nomination.tap_the", Label: "Số tập thể mỗi đơn vị được đề nghị", Type: TypeCount})
	n.may(hasValue(c.Nomination.Individual), Need{Field: "nomination.ca_nhan", Label: "Số cá nhân mỗi đơn vị được đề nghị", Type: TypeCount})
	n.may(hasValue(c.Nomination.Percent), Need{Field: "nomination.percent", Label: "Tỷ lệ cá nhân được đề nghị trên số người của đơn vị", Type: TypeRatio})
	n.may(false, Need{Field: "nomination.rounding", Label: "Cách làm tròn tỷ lệ", Type: TypeRounding})
	c.needSuccession(&n, r, decisions)
	return n, nil
}

type needList []Need

// unless adds a need that must be met; may one that can stay open.
func (n *needList) unless(stated bool, need Need) {
	if need.Required = true; !stated {
		*n = append(*n, need)
	}
}

func (n *needList) may(stated bool, need Need) {
	if !stated {
		*n = append(*n, need)
	}
}

func hasValue[T any](l Leaf[T]) bool { return l.Value != nil }

func (c *Campaign) needRoute(n *needList) {
	if complete, _ := c.Route.Complete.Get(); complete {
		for _, st := range c.Route.Steps {
			n.unless(hasValue(st.Due), Need{
				Field: "steps." + st.ID + ".due_working_days", Type: TypeDays, Why: "Kế hoạch không nêu thời hạn của bước.",
				Label: fmt.Sprintf("Thời hạn bước “%s” của %s (ngày làm việc)", st.Title.Or(st.ID), st.Body.Or("")),
			})
		}
		return
	}
	need := Need{Field: "route", Label: "Tuyến trình: các bước, cơ quan, thời hạn", Type: TypeSteps, Why: "Kế hoạch không nêu đủ tuyến trình."}
	if len(c.Route.Steps) > 0 {
		var steps []StepSettings
		for _, st := range c.Route.Steps {
			steps = append(steps, stepOf(st))
		}
		if data, err := json.Marshal(steps); err == nil {
			need.Suggest, need.From = data, "các bước kế hoạch có nhắc; thời hạn phải điền"
		}
	}
	n.unless(false, need)
}

func (c *Campaign) needVote(n *needList) {
	v := c.Vote
	n.may(hasValue(v.Threshold), Need{Field: "vote.threshold", Label: "Tỷ lệ phiếu tối thiểu", Type: TypeRatio, Why: "Để trống: phiếu được đọc và hiện, không làm căn cứ trả hồ sơ."})
	n.may(hasValue(v.Denominator), Need{Field: "vote.denominator", Label: "Tỷ lệ phiếu tính trên", Type: TypeBase})
	n.may(hasValue(v.Quorum), Need{Field: "vote.quorum", Label: "Tỷ lệ thành viên phải có mặt", Type: TypeRatio})
	n.may(hasValue(v.Secret), Need{Field: "vote.secret_ballot", Label: "Bắt buộc bỏ phiếu kín", Type: TypeBool})
	n.may(hasValue(v.Written), Need{Field: "vote.written_votes", Label: "Cho lấy ý kiến bằng văn bản người vắng", Type: TypeBool})
	n.may(hasValue(v.MinutesOf), Need{Field: "vote.minutes_of", Label: "Biên bản của hội đồng hay cuộc họp đơn vị", Type: TypeMinutes})
}

// needSuccession asks what becomes of a round that takes place after a body of
// the plan has ceased.
func (c *Campaign) needSuccession(n *needList, r Round, decisions []Decision) {
	gone, known := c.ceased(r, decisions)
	if len(gone) == 0 {
		return
	}
	names := make([]string, len(gone))
	bodies := map[string]string{}
	for i, s := range gone {
		names[i] = s.Body
		bodies[s.Body] = s.Successor.Or("")
	}
	value := struct {
		Act    string            `json:"act"`
		Bodies map[string]string `json:"bodies"`
	}{"transfer", bodies}
	need := Need{
		Field: "succession", Label: "Giữ, chuyển giao hay đóng đợt", Type: TypeSuccession, Required: known,
		Why: "Đến thời gian của đợt, " + strings.Join(names, "; ") + " không còn hoặc đã đổi.", From: gone[0].Successor.Source,
	}
	if data, err := json.Marshal(value); err == nil {
		need.Suggest = data
	}
	*n = append(*n, need)
}

// ceased gives the successions that fall before the round; known is false if
// nothing says when the round takes place.
func (c *Campaign) ceased(r Round, decisions []Decision) (gone []Succession, known bool) {
	var when calendar.Date
	switch w, ok := r.Window.Get(); {
	case ok:
		when = calendar.DateOf(w.Window().From)
	default:
		for _, d := range decisions {
			if d.Field == "intake.opens" {
				if t, err := parseInstant(d.Value); err == nil {
					when = calendar.DateOf(t)
				}
			}
		}
	}
	known = when.Year != 0
	for _, s := range c.Succession {
		if !known || !when.Before(s.From) {
			gone = append(gone, s)
		}
	}
	return gone, known
}

func stepOf(st Step) StepSettings {
	s := StepSettings{ID: st.ID, Title: st.Title.Or(""), Scope: st.Scope, Act: st.Act, Role: st.Role, Body: st.Body.Or(""), Due: st.Due.Or(0)}
	if st.Via != nil {
		s.Via = st.Via.Or("")
	}
	return s
}
