package campaign

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// apply puts a decision's value into the settings.
func (s *RoundSettings) apply(n Need, d Decision, c *Campaign) error {
	err := s.set(n, d.Value, c)
	if err == nil {
		return nil
	}
	var whole *closedError
	if errors.As(err, &whole) {
		return openFault("round-closed", "Đợt đã được quyết định đóng vì cơ quan của kế hoạch không còn; không mở được.")
	}
	return openFault("round-decision", "“"+n.Label+"”: "+err.Error()+".")
}

type closedError struct{}

func (*closedError) Error() string { return "đợt đã đóng" }

func (s *RoundSettings) set(n Need, raw json.RawMessage, c *Campaign) error {
	if id, ok := strings.CutPrefix(n.Field, "steps."); ok {
		id = strings.TrimSuffix(id, ".due_working_days")
		for i := range s.Steps {
			if s.Steps[i].ID == id {
				return days(raw, &s.Steps[i].Due)
			}
		}
		return errors.New("không có bước này")
	}
	switch n.Field {
	case "round.name":
		return text(raw, &s.Name)
	case "intake.opens":
		return instant(raw, &s.IntakeOpens)
	case "intake.closes":
		return instant(raw, &s.IntakeCloses)
	case "caps.tap_the":
		return number(raw, &s.Caps.Collective)
	case "caps.ca_nhan":
		return number(raw, &s.Caps.Individual)
	case "award.form":
		return text(raw, &s.Award)
	case "award.decider":
		return text(raw, &s.Decider)
	case "adhoc.body":
		return text(raw, &s.Steps[0].Body)
	case "dossier.items":
		return items(raw, &s.Items)
	case "route":
		return steps(raw, &s.Steps)
	case "supplement_working_days":
		return days(raw, &s.Supplement)
	case "posting.working_days":
		s.Posting = new(int)
		return days(raw, s.Posting)
	case "scoring.max_points":
		return points(raw, s.Scoring)
	case "scoring.criteria":
		return criteria(raw, &s.Scoring)
	case "nomination.tap_the":
		s.Nomination.Collective = new(int)
		return number(raw, s.Nomination.Collective)
	case "nomination.ca_nhan":
		s.Nomination.Individual = new(int)
		return number(raw, s.Nomination.Individual)
	case "nomination.percent":
		s.Nomination.Percent = new(Ratio)
		return ratio(raw, s.Nomination.Percent)
	case "nomination.rounding":
		return oneOf(raw, &s.Nomination.Rounding, RoundDown, RoundUp, RoundNearest)
	case "succession":
		return s.succeed(raw, c)
	}
	return s.setVote(n.Field, raw)
}

func (s *RoundSettings) setVote(field string, raw json.RawMessage) error {
	switch field {
	case "vote.threshold":
		s.Vote.Threshold = new(Ratio)
		return ratio(raw, s.Vote.Threshold)
	case "vote.quorum":
		s.Vote.Quorum = new(Ratio)
		return ratio(raw, s.Vote.Quorum)
	case "vote.denominator":
		return oneOf(raw, &s.Vote.Denominator, "tong_thanh_vien", "so_co_mat", "phieu_hop_le")
	case "vote.minutes_of":
		return oneOf(raw, &s.Vote.MinutesOf, "council", "unit_meeting")
	case "vote.secret_ballot":
		s.Vote.Secret = new(bool)
		return strict(raw, s.Vote.Secret, "viết true hoặc false")
	case "vote.written_votes":
		s.Vote.Written = new(bool)
		return strict(raw, s.Vote.Written, "viết true hoặc false")
	}
	return errors.New("không có giá trị này")
}

// succeed renames bodies that ceased, or refuses a round that was closed.
func (s *RoundSettings) succeed(raw json.RawMessage, c *Campaign) error {
	var v struct {
		Act    string            `json:"act"`
		Bodies map[string]string `json:"bodies"`
	}
	if err := strict(raw, &v, "viết act là keep, transfer hoặc close"); err != nil {
		return err
	}
	switch v.Act {
	case "keep":
		return nil
	case "close":
		return &closedError{}
	case "transfer":
	default:
		return errors.New("viết act là keep, transfer hoặc close")
	}
	for old, next := range v.Bodies {
		known := slices.ContainsFunc(c.Succession, func(x Succession) bool { return x.Body == old })
		if !known || strings.TrimSpace(next) == "" {
			return fmt.Errorf("không rõ cơ quan nhận thay “%s”", old)
		}
	}
	rename := func(name *string) {
		if next, ok := v.Bodies[*name]; ok {
			*name = next
		}
	}
	rename(&s.Issuer)
	rename(&s.Body)
	rename(&s.Decider)
	for i := range s.Steps {
		rename(&s.Steps[i].Body)
	}
	return nil
}

func strict(raw json.RawMessage, into any, want string) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil || dec.More() || bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return errors.New(want)
	}
	return nil
}

func text(raw json.RawMessage, into *string) error {
	if err := strict(raw, into, "viết một chuỗi chữ"); err != nil {
		return err
	}
	if *into = strings.TrimSpace(*into); *into == "" {
		return errors.New("không được để trống")
	}
	return nil
}

func instant(raw json.RawMessage, into *time.Time) error {
	t, err := parseInstant(raw)
	*into = t
	return err
}

func parseInstant(raw json.RawMessage) (time.Time, error) {
	var t time.Time
	return t, strict(raw, &t, "viết thời điểm như 2023-10-31T17:00:00+07:00")
}

func days(raw json.RawMessage, into *int) error {
	if err := strict(raw, into, "viết số ngày làm việc"); err != nil {
		return err
	}
	if *into < 1 || *into > 400 {
		return errors.New("số ngày làm việc phải từ 1 đến 400")
	}
	return nil
}

func number(raw json.RawMessage, into *int) error {
	if err := strict(raw, into, "viết một số nguyên"); err != nil {
		return err
	}
	if *into < 0 || *into > 100_000 {
		return errors.New("số phải từ 0 đến 100000")
	}
	return nil
}

func ratio(raw json.RawMessage, into *Ratio) error {
	return strict(raw, into, "viết tỷ lệ như 2/3 hoặc 80%")
}

func oneOf[T ~string](raw json.RawMessage, into *T, allowed ...T) error {
	want := "chọn một trong: " + fmt.Sprint(allowed)
	if err := strict(raw, into, want); err != nil {
		return err
	}
	if !slices.Contains(allowed, *into) {
		return errors.New(want)
	}
	return nil
}

func items(raw json.RawMessage, into *[]ItemSettings) error {
	if err := strict(raw, into, "viết danh sách thành phần hồ sơ"); err != nil {
		return err
	}
	letters := 0
	for i, it := range *into {
		if !idForm.MatchString(it.ID) || it.Title == "" || it.Per != "dossier" && it.Per != "nominee" ||
			!slices.Contains([]ItemKind{Letter, Minutes, Achievement, Other}, it.Kind) {
			return fmt.Errorf("thành phần thứ %d thiếu hoặc sai id, kind, per, title", i+1)
		}
		letters += count(it.Kind == Letter)
	}
	if letters == 0 {
		return errors.New("phải có tờ trình: danh sách đề nghị nằm trong đó")
	}
	return nil
}

// steps holds a decided route to the same rules as a plan's.
func steps(raw json.RawMessage, into *[]StepSettings) error {
	if err := strict(raw, into, "viết danh sách bước"); err != nil {
		return err
	}
	order := map[Act]int{Appraise: 1, Select: 2, Review: 3, Decide: 4}
	last, seen := 0, map[Act]int{}
	ids := map[string]bool{}
	for i, st := range *into {
		at := fmt.Sprintf("bước thứ %d ", i+1)
		switch {
		case !idForm.MatchString(st.ID) || ids[st.ID]:
			return errors.New(at + "không có mã riêng")
		case st.Title == "" || st.Body == "":
			return errors.New(at + "không có tên hoặc không giao cho cơ quan nào")
		case order[st.Act] == 0:
			return errors.New(at + "phải là appraise, select, review hoặc decide")
		case (st.Act == Appraise) != (st.Scope == ByDossier) || st.Scope != ByDossier && st.Scope != ByRound:
			return errors.New(at + "có phạm vi không hợp với việc")
		case order[st.Act] < last:
			return errors.New(at + "đứng sai thứ tự")
		case !slices.Contains([]string{"expert", "head", "reviewer", "decider"}, st.Role):
			return errors.New(at + "không giao cho ai")
		case st.Due < 1 || st.Due > 400:
			return errors.New(at + "có thời hạn ngoài 1 đến 400 ngày làm việc")
		}
		last, ids[st.ID] = order[st.Act], true
		seen[st.Act]++
	}
	if seen[Select] != 1 || seen[Decide] != 1 {
		return errors.New("tuyến trình phải có đúng một bước lựa chọn và một bước quyết định")
	}
	return nil
}

func points(raw json.RawMessage, scoring []ScoringItem) error {
	const want = "viết số điểm từ 1 đến 1000, hoặc điểm của từng tiêu chí"
	var all int
	each := map[string]int{}
	if strict(raw, &all, want) != nil {
		if err := strict(raw, &each, want); err != nil {
			return err
		}
	}
	for i := range scoring {
		p := all
		if len(each) > 0 {
			p = each[scoring[i].ID]
			delete(each, scoring[i].ID)
			if p == 0 {
				return errors.New("thiếu điểm của tiêu chí " + scoring[i].ID)
			}
		}
		if p < 1 || p > 1000 {
			return errors.New(want)
		}
		scoring[i].MaxPoints = p
	}
	for id := range each {
		return errors.New("không có tiêu chí " + id)
	}
	return nil
}

func criteria(raw json.RawMessage, into *[]ScoringItem) error {
	if err := strict(raw, into, "viết danh sách tiêu chí"); err != nil {
		return err
	}
	ids := map[string]bool{}
	for i, x := range *into {
		if !idForm.MatchString(x.ID) || ids[x.ID] || x.Text == "" || x.MaxPoints < 1 || x.MaxPoints > 1000 || x.Kind != Collective && x.Kind != Individual {
			return fmt.Errorf("tiêu chí thứ %d thiếu hoặc sai id, kind, text, max_points", i+1)
		}
		ids[x.ID] = true
	}
	return nil
}
