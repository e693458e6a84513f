// Package board is what round administrators do with a round as a whole:
// open it with its settings, close its intake, and carry to every dossier
// what the round decided.
package board

import (
	"context"
	"fmt"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Room carries out the acts.
type Room struct {
	act.Desk
	// NotSubmitted ends a draft of a closed round (package submission).
	NotSubmitted func(ctx context.Context, dossier string) error
	// Hand gives an open task to other persons, for an act of by (package parking).
	Hand func(ctx context.Context, key, by, task string, persons []string) error
	// Erased finishes an erasure of texts (package erasure).
	Erased func(ctx context.Context, round string, n int) error
}

// Open opens a round, or an ad-hoc line, with settings in which nothing is
// missing. Items: round, list, 17 counters, event, head, log, message, key: 24.
func (r Room) Open(ctx context.Context, key string, who people.Actor, id string, s round.Settings) error {
	if err := who.Need("board.open", people.Admin); err != nil {
		return err
	}
	if err := complete(s); err != nil {
		return err
	}
	// The id is made anew each time a form is sent, so it is no part of the request.
	_, err := r.Do(ctx, key, act.Digest([]any{"open-round", who.ID, s}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		if err := r.staffed(ctx, s); err != nil {
			return store.Commit{}, err
		}
		rd := round.Round{ID: id, State: round.Open, Settings: s, OpenedAt: now.UTC()}
		if err := r.keepNames(ctx, &rd, who.ID, now); err != nil {
			return store.Commit{}, err
		}
		c := store.Commit{
			Writes: []store.Write{round.Put(rd, 0)},
			Events: []evidence.Event{act.Event(round.Chain(id), "round.opened", who.ID, now, map[string]any{
				"settings": act.Digest(s), "ruleSet": s.RuleSet, "tap_the": s.Caps[dossier.Collective], "ca_nhan": s.Caps[dossier.Individual], "decided": s.Decided,
				"moves": round.Moves(func(k dossier.Kind) round.Move { return round.Move{Cap: s.Caps[k], Free: s.Caps[k]} }), "adHoc": s.AdHoc,
			})},
			Counters: []store.Add{{Counter: round.PendingCounter(id), N: 0, Create: true}},
			Outbox:   []store.Message{store.Msg("fanout/opened/"+id, flow.FanoutMessage, round.Fanout{Round: id, What: round.FanoutOpened})},
		}
		for _, s := range dossier.States() {
			c.Counters = append(c.Counters, store.Add{Counter: dossier.CountCounter(id, s), Create: true})
		}
		if s.AdHoc {
			return c, nil
		}
		c.Writes = append(c.Writes, store.Put(round.ListKey(id), 0, round.List{Round: id}))
		for _, k := range dossier.Kinds() {
			c.Counters = append(c.Counters, store.Add{Counter: round.PlaceCounter(id, k), N: int64(s.Caps[k]), Create: true})
		}
		return c, nil
	})
	return err
}

// complete refuses settings that would leave a dossier waiting on nobody, or
// a cap unset: a cap that a plan does not state must be decided first.
func complete(s round.Settings) error {
	bad := func(public string) error { return fault.New(fault.Invalid, "board.open", public) }
	if err := placed(s); err != nil {
		return err
	}
	if s.Name == "" || s.Title == "" || s.Campaign == "" {
		return bad("Đợt chưa có tên hoặc chưa gắn với phong trào.")
	}
	for _, st := range s.Steps {
		if st.ID == "" || len(st.Persons) == 0 || len(st.Persons) > 10 || st.DueDays < 1 {
			return bad("Bước “" + st.Title + "” chưa có người phụ trách hoặc thời hạn.")
		}
	}
	for _, ids := range [][]string{s.Head, s.Preparers, s.Clerks} {
		if len(ids) == 0 || len(ids) > 10 {
			return bad("Hãy chọn người xác nhận lựa chọn, người chuẩn bị và văn thư của đợt.")
		}
	}
	if len(s.Clerks) < 2 {
		return bad("Cần ít nhất hai văn thư: một người nhập quyết định, một người xác nhận.")
	}
	if s.ReturnDays < 1 {
		return bad("Hãy quyết định số ngày làm việc để bổ sung hồ sơ bị trả lại.")
	}
	return nil
}

// placed refuses a round without its caps and window, and an ad-hoc line with
// either, or without a step by which each dossier is appraised.
func placed(s round.Settings) error {
	bad := func(public string) error { return fault.New(fault.Invalid, "board.open", public) }
	if s.AdHoc {
		switch {
		case len(s.Caps)+len(s.Shares)+s.PostingDays > 0 || !s.Closes.IsZero() || s.Opens.IsZero():
			return bad("Khen thưởng đột xuất không có số lượng, không có thời hạn nhận và không niêm yết.")
		case len(s.DossierSteps()) == 0 || len(s.RoundSteps()) > 0:
			return bad("Khen thưởng đột xuất cần ít nhất một bước thẩm định từng hồ sơ, và không có bước của đợt.")
		}
		return nil
	}
	for _, k := range dossier.Kinds() {
		if n, ok := s.Caps[k]; !ok || n < 0 || n > 10000 {
			return bad("Hãy quyết định số lượng " + dossier.KindName(k) + " của đợt.")
		}
	}
	if s.Caps[dossier.Collective]+s.Caps[dossier.Individual] > round.MaxPlaces {
		return bad(fmt.Sprintf("Một đợt có tối đa %d chỗ cho tập thể và cá nhân; hãy chia thành nhiều đợt.", round.MaxPlaces))
	}
	if s.Opens.IsZero() || s.Closes.IsZero() || !s.Opens.Before(s.Closes) {
		return bad("Thời gian nhận hồ sơ chưa hợp lệ.")
	}
	return nil
}

// Close ends intake and starts the round's flow. clock calls it with actor
// "clock" when the window is over; an administrator may close earlier. An ad-hoc
// line takes no more dossiers from then on; those it has go on. Items:
// round, event, head, log, two messages, key: 7.
func (r Room) Close(ctx context.Context, key string, who people.Actor, id string) error {
	if err := who.Need("board.close", people.Admin); err != nil {
		return err
	}
	return r.close(ctx, key, who.ID, id, false)
}

// CloseDue closes a round whose window is over.
func (r Room) CloseDue(ctx context.Context, id string) error {
	return r.close(ctx, "closing-round/"+id, "clock", id, true)
}

func (r Room) close(ctx context.Context, key, actor, id string, onlyDue bool) error {
	var seen round.Round
	if _, err := store.Load(ctx, r.Store, round.Key(id), &seen); err != nil {
		return err
	}
	if onlyDue && (seen.State != round.Open || r.Now().Before(seen.Settings.Closes)) {
		return nil
	}
	_, err := r.Do(ctx, key, act.Digest([]any{"close", actor, id}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var rd round.Round
		rev, err := store.Load(ctx, r.Store, round.Key(id), &rd)
		if err != nil {
			return store.Commit{}, err
		}
		if rd.State != round.Open {
			if onlyDue {
				return store.Commit{}, nil
			}
			return store.Commit{}, fault.New(fault.Invalid, "board.close", "Đợt không ở trạng thái đang nhận hồ sơ.")
		}
		c := store.Commit{
			Events: []evidence.Event{act.Event(round.Chain(id), "round.closed", actor, now, nil)},
			Outbox: []store.Message{store.Msg("fanout/closing/"+id, flow.FanoutMessage, round.Fanout{Round: id, What: round.FanoutClosing})},
		}
		if rd.ClosedAt = now.UTC(); rd.Settings.AdHoc {
			rd.State = round.Ended
		} else {
			rd.State, rd.Stage, rd.Generation = round.Closed, "selection", 1
			c.Outbox = append(c.Outbox, round.Start(rd))
		}
		c.Writes = []store.Write{round.Put(rd, rev)}
		return c, nil
	})
	return err
}
