package access

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/viettext"
)

// MaxSuccessors is how many units may follow one.
const MaxSuccessors = 5

// bodyAct refuses who may not say what becomes of units: operators, who keep
// the list, and administrators, who run rounds with them.
func bodyAct(who people.Actor, op string) error { return who.Need(op, people.Operator, people.Admin) }

// AddAlias gives a unit another name by which documents call it. Items: unit,
// name check, texts, event, head, log, key: 7.
func (r Room) AddAlias(ctx context.Context, key string, who people.Actor, id, alias string) error {
	const op = "access.alias"
	if err := bodyAct(who, op); err != nil {
		return err
	}
	alias = cleanText(alias)
	var s Slips
	if alias == "" || utf8.RuneCountInString(alias) > 300 {
		s.add("alias", "Hãy nhập tên khác của đơn vị (tối đa 300 ký tự).")
		return s.Fault(op)
	}
	return r.changeUnit(ctx, key, r.Request([]any{"alias", who.ID, id, alias}), id, func(ctx context.Context, c *store.Commit, u *people.Unit, now time.Time) error {
		var s Slips
		same := func(a string) bool { return viettext.Key(a) == viettext.Key(alias) }
		var o people.UnitOwner
		_, err := store.Load(ctx, r.Store, people.UnitNameKey(alias), &o)
		switch {
		case err != nil && !fault.Is(err, fault.NotFound):
			return err
		case same(u.Name) || slices.ContainsFunc(u.Aliases, same):
			s.add("alias", "Đơn vị đã có tên này.")
		case err == nil:
			s.add("alias", "Tên này là tên của một đơn vị khác; hai đơn vị không thể cùng tên.")
		case len(u.Aliases) >= people.MaxAliases:
			s.add("alias", "Đơn vị đã có 20 tên khác; hãy bỏ bớt trước.")
		}
		if err := s.Fault(op); err != nil {
			return err
		}
		u.Aliases = append(u.Aliases, alias)
		return r.record(c, people.UnitChain(id), "unit.alias-added", who, now, nil, "alias", alias)
	})
}

// Ending says that a unit ceased and who followed.
type Ending struct {
	Until      string   `json:"until"`      // ISO, its last day; not in the future
	Source     string   `json:"source"`     // the document it rests on
	SourceDate string   `json:"sourceDate"` // ISO
	Successors []string `json:"successors"` // names of known units
	Receiver   string   `json:"receiver"`   // name; "": the only successor
}

// EndUnit ends a unit. With a receiver, its unfinished dossiers and its people
// go there; without, people finish what they have, and nothing new is opened.
// Items: unit, five successors, texts, event, head, log, message, key: 12.
func (r Room) EndUnit(ctx context.Context, key string, who people.Actor, id string, e Ending) error {
	const op = "access.end-unit"
	if err := bodyAct(who, op); err != nil {
		return err
	}
	e.Source, e.Receiver = cleanText(e.Source), cleanText(e.Receiver)
	return r.changeUnit(ctx, key, r.Request([]any{"end-unit", who.ID, id, e}), id, func(ctx context.Context, c *store.Commit, u *people.Unit, now time.Time) error {
		ended := people.Ended{Until: e.Until, Source: e.Source, SourceDate: e.SourceDate, By: who.ID, At: now.UTC()}
		slips := e.check(*u, calendar.DateOf(now))
		if err := r.follow(ctx, c, &ended, *u, e, &slips); err != nil {
			return err
		}
		if err := slips.Fault(op); err != nil {
			return err
		}
		u.Active, u.Ended = false, &ended
		if ended.Receiver != "" {
			c.Outbox = append(c.Outbox, store.Msg("fanout/handover/"+id+"/"+ended.Receiver+"/"+act.Hash(key)[:12], flow.FanoutMessage,
				round.Fanout{What: round.FanoutHandover, Unit: id, To: ended.Receiver, By: who.ID}))
		}
		return r.record(c, people.UnitChain(id), "unit.ended", who, now, map[string]any{
			"until": ended.Until, "successors": ended.Successors, "receiver": ended.Receiver, "sourceDate": ended.SourceDate,
		}, "source", e.Source)
	})
}

// check gives what is wrong with an ending by itself.
func (e Ending) check(u people.Unit, today calendar.Date) Slips {
	var s Slips
	if u.Ended != nil {
		s.add("until", "Đơn vị đã được ghi là thôi hoạt động.")
	}
	switch last, err := calendar.ParseISO(e.Until); {
	case err != nil:
		s.add("until", "Hãy ghi ngày cuối cùng đơn vị hoạt động.")
	case today.Before(last):
		s.add("until", "Ngày cuối cùng hoạt động ở tương lai; hãy ghi khi đơn vị đã thôi hoạt động.")
	}
	if e.Source == "" || utf8.RuneCountInString(e.Source) > 300 {
		s.add("source", "Hãy ghi văn bản làm căn cứ (tối đa 300 ký tự).")
	}
	if day, err := calendar.ParseISO(e.SourceDate); err != nil || today.Before(day) {
		s.add("source-date", "Hãy ghi ngày của văn bản làm căn cứ, không ở tương lai.")
	}
	if len(e.Successors) > MaxSuccessors {
		s.add("successors", "Tối đa 5 đơn vị kế tục.")
	}
	return s
}

// follow finds the successors by name: each known, there, and another unit.
func (r Room) follow(ctx context.Context, c *store.Commit, ended *people.Ended, u people.Unit, e Ending, slips *Slips) error {
	names := map[string]string{}
	for _, name := range e.Successors[:min(len(e.Successors), MaxSuccessors)] {
		if name = cleanText(name); name == "" {
			continue
		}
		next, err := r.UnitByName(ctx, name)
		if fault.Is(err, fault.NotFound) {
			slips.add("successors", "Chưa có đơn vị “"+name+"”; hãy thêm đơn vị kế tục trước.")
			continue
		}
		if err != nil {
			return err
		}
		if next.ID == u.ID || !next.Active || slices.Contains(ended.Successors, next.ID) {
			slips.add("successors", "“"+name+"” không thể kế tục: là chính đơn vị này, đã thôi hoạt động, hoặc được ghi hai lần.")
			continue
		}
		var again people.Unit
		rev, err := store.Load(ctx, r.Store, people.UnitKey(next.ID), &again)
		if err != nil {
			return err
		}
		if !again.Active {
			continue
		}
		ended.Successors = append(ended.Successors, next.ID)
		names[viettext.Key(next.Name)] = next.ID
		c.Writes = append(c.Writes, store.Unchanged(people.UnitKey(next.ID), rev))
	}
	switch {
	case e.Receiver != "":
		if ended.Receiver = names[viettext.Key(e.Receiver)]; ended.Receiver == "" {
			slips.add("receiver", "Đơn vị tiếp nhận phải là một trong các đơn vị kế tục.")
		}
	case len(ended.Successors) == 1:
		ended.Receiver = ended.Successors[0]
	case len(ended.Successors) > 1:
		slips.add("receiver", "Có nhiều đơn vị kế tục: hãy ghi đơn vị nào tiếp nhận hồ sơ và người.")
	}
	return nil
}
