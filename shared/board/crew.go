package board

import (
	"context"
	"slices"

	"hoso/shared/fault"
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// staffed refuses settings whose persons are not there, do not hold the role
// that their step needs, or could not take the route's steps so that nobody
// takes two (domain: each step is another body's).
func (r Room) staffed(ctx context.Context, s round.Settings) error {
	known := map[string]people.Person{}
	check := func(what, kind string, ids []string) error {
		for _, id := range ids {
			p, ok := known[id]
			if !ok {
				if _, err := store.Load(ctx, r.Store, people.Key(id), &p); err != nil && !fault.Is(err, fault.NotFound) {
					return err
				}
				known[id] = p
			}
			if p.ID == "" || !p.Active {
				return fault.New(fault.Invalid, "board.open", "“"+what+"”: có người được chọn không còn hoạt động; hãy chọn lại.")
			}
			if kind == "prepare" && !p.Is(people.Admin) || kind != "prepare" && !parking.MayDecide(p, kind) {
				return fault.New(fault.Invalid, "board.open", "“"+what+"”: "+p.Name+" không giữ vai trò cần cho việc này; hãy chọn lại.")
			}
		}
		return nil
	}
	for _, st := range s.Steps {
		kind := "appraisal"
		if st.Scope == round.ByRound {
			kind = "review"
		}
		if err := check(st.Title, kind, st.Persons); err != nil {
			return err
		}
	}
	for _, x := range []struct {
		what, kind string
		ids        []string
	}{{"Thủ trưởng xác nhận lựa chọn", "selection", s.Head}, {"Văn thư", "decision", s.Clerks}, {"Quản trị đợt", "prepare", s.Preparers}} {
		if err := check(x.what, x.kind, x.ids); err != nil {
			return err
		}
	}
	return distinct(s)
}

// distinct refuses a route in which some step could only be taken by somebody
// who has to take another, and a selection that its preparer would confirm. On
// an ad-hoc line the decision is a step of each dossier, taken by two: two
// clerks may not be in any other.
func distinct(s round.Settings) error {
	taken := map[string]int{} // person -> index of the step they would take
	for i, st := range s.Steps {
		if !assign(s.Steps, i, taken, map[string]bool{}) {
			return fault.New(fault.Invalid, "board.open", "Bước “"+st.Title+"”: cần người khác với các bước còn lại, vì mỗi người chỉ quyết định một bước.")
		}
	}
	if s.AdHoc {
		free := slices.DeleteFunc(slices.Clone(s.Clerks), func(id string) bool {
			return slices.ContainsFunc(s.Steps, func(st round.Step) bool { return slices.Contains(st.Persons, id) })
		})
		if len(free) < 2 {
			return fault.New(fault.Invalid, "board.open", "Cần ít nhất hai văn thư không thẩm định hồ sơ đột xuất: người đã thẩm định không được nhập hay xác nhận quyết định.")
		}
	}
	other := func(id string) bool { return !slices.Contains(s.Preparers, id) || len(s.Preparers) > 1 }
	if !slices.ContainsFunc(s.Head, other) {
		return fault.New(fault.Invalid, "board.open", "Người xác nhận lựa chọn phải khác người chuẩn bị.")
	}
	return nil
}

// assign finds a person for step i, moving who was found for other steps.
func assign(steps []round.Step, i int, taken map[string]int, tried map[string]bool) bool {
	for _, p := range steps[i].Persons {
		if tried[p] {
			continue
		}
		tried[p] = true
		if before, busy := taken[p]; !busy || assign(steps, before, taken, tried) {
			taken[p] = i
			return true
		}
	}
	return false
}
