package yearly

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/campaign"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/filing"
	"hoso/shared/people"
	"hoso/shared/store"
	"hoso/shared/viettext"
)

// Room carries out the acts.
type Room struct {
	act.Desk
	Calendar *calendar.Calendar
	Files    filing.Room
}

// Opening is what an administrator decides to open a year's duty. What the
// plan states may not be decided otherwise.
type Opening struct {
	Year      int      `json:"year"`
	From      string   `json:"from,omitempty"`
	To        string   `json:"to,omitempty"`
	Day       string   `json:"day,omitempty"` // ISO: the report must be there before it
	Inclusive *bool    `json:"inclusive"`     // the day itself still counts
	DayOff    DayOff   `json:"dayOff"`
	Remind    []int    `json:"remind"`          // working days before the last day
	Units     []string `json:"units"`           // ids of who owes it
	Items     []string `json:"items"`           // ids of criteria of the plan to ask figures for
	Counts    []string `json:"counts"`          // further figures: titles, whole numbers
	Basis     string   `json:"basis,omitempty"` // document that the decisions rest on
}

// Propose gives what a plan states of the duty in a year. Values it does not
// state are zero.
func Propose(c *campaign.Campaign, year int) (y Year, deadline bool) {
	y = Year{ID: ID(c.ID, year), Campaign: c.ID, Title: c.Title.Or(c.ID), Year: year, Origins: map[string]string{}}
	text := func(field string, l campaign.Leaf[string], into *string) {
		if v, ok := l.Get(); ok {
			*into, y.Origins[field] = v, l.Source
		}
	}
	text("from", c.Report.From, &y.From)
	text("to", c.Report.To, &y.To)
	text("onward", c.Report.Onward, &y.Onward)
	if day, ok := c.Report.Deadline.Get(); ok {
		if d, ok := day.In(year); ok {
			y.Day, y.Origins["day"], deadline = d.ISO(), c.Report.Deadline.Source, true
		}
	}
	if v, ok := c.Report.Inclusive.Get(); ok {
		y.Inclusive, y.Origins["inclusive"] = v, c.Report.Inclusive.Source
	}
	return y, deadline
}

// Asks gives the figures that a plan's standards name: those with a percentage.
func Asks(c *campaign.Campaign) []Item {
	var out []Item
	for _, x := range append(slices.Clone(c.Criteria), c.Requirements...) {
		if x.Percent == nil || x.Kind == campaign.Individual {
			continue
		}
		out = append(out, Item{ID: x.ID, Title: x.Text.Or(x.ID), Unit: Percent, Threshold: x.Percent.Value, Source: x.Percent.Source})
	}
	return out
}

func refuse(public string, args ...any) error {
	return fault.New(fault.Invalid, "yearly", fmt.Sprintf(public, args...))
}

// settle makes a year of what the plan states and what was decided.
func settle(c *campaign.Campaign, o Opening, who string, units []Owing, days *calendar.Calendar) (Year, error) {
	y, stated := Propose(c, o.Year)
	from, hasFrom := c.Period.From.Get()
	to, hasTo := c.Period.To.Get()
	if o.Year < 2000 || o.Year > 2100 || hasFrom && o.Year < from || hasTo && o.Year > to {
		return y, refuse("Năm %d nằm ngoài thời gian của phong trào.", o.Year)
	}
	decide := func(field, label, said string, into *string) error {
		said = strings.TrimSpace(said)
		switch _, fixed := y.Origins[field]; {
		case fixed && said != "" && said != *into:
			return refuse("Kế hoạch đã nêu “%s”; muốn khác phải có kế hoạch sửa đổi.", label)
		case fixed:
			return nil
		case said == "":
			return refuse("Hãy quyết định “%s”: kế hoạch không nêu.", label)
		case len(said) > 500:
			return refuse("“%s” quá dài.", label)
		}
		*into, y.Origins[field] = said, who
		return nil
	}
	if err := errors.Join(decide("from", "ai phải báo cáo", o.From, &y.From), decide("to", "nơi nhận báo cáo", o.To, &y.To)); err != nil {
		return y, err
	}
	if !stated {
		if _, ok := c.Report.Deadline.Get(); ok {
			return y, refuse("Kế hoạch không nêu hạn báo cáo của năm %d.", o.Year)
		}
	}
	if err := decide("day", "báo cáo trước ngày nào", o.Day, &y.Day); err != nil {
		return y, err
	}
	if _, fixed := y.Origins["inclusive"]; !fixed {
		if o.Inclusive == nil {
			return y, refuse("Hãy quyết định “trước ngày” có tính cả ngày đó không: kế hoạch không nêu.")
		}
		y.Inclusive, y.Origins["inclusive"] = *o.Inclusive, who
	}
	y.DayOff, y.Basis, y.Units = o.DayOff, strings.TrimSpace(o.Basis), units
	y.Origins["dayOff"], y.Origins["units"], y.Origins["items"] = who, who, who
	if y.Basis == "" && !stated {
		return y, refuse("Hãy ghi văn bản làm căn cứ: kế hoạch không nêu nghĩa vụ báo cáo.")
	}
	if len(y.Basis) > 500 {
		return y, refuse("“%s” quá dài.", "văn bản làm căn cứ")
	}
	if len(units) == 0 || len(units) > MaxUnits {
		return y, refuse("Hãy chọn từ 1 đến %d đơn vị phải báo cáo.", MaxUnits)
	}
	if err := y.ask(c, o); err != nil {
		return y, err
	}
	return y, y.date(o.Remind, days)
}

// ask sets the figures that are asked for.
func (y *Year) ask(c *campaign.Campaign, o Opening) error {
	for _, it := range Asks(c) {
		if slices.Contains(o.Items, it.ID) {
			y.Items = append(y.Items, it)
		}
	}
	if len(y.Items) != len(o.Items) {
		return refuse("Có chỉ tiêu không phải của kế hoạch.")
	}
	for i, title := range o.Counts {
		title = strings.TrimSpace(title)
		if title == "" || len(title) > 300 {
			return refuse("Chỉ tiêu thêm thứ %d trống hoặc quá dài.", i+1)
		}
		y.Items = append(y.Items, Item{ID: fmt.Sprintf("them-%d", i+1), Title: title, Unit: Count})
	}
	if len(y.Items) > MaxItems {
		return refuse("Có tối đa %d chỉ tiêu.", MaxItems)
	}
	return nil
}

// date works out the exact instant, and when units are reminded.
func (y *Year) date(remind []int, days *calendar.Calendar) error {
	d, err := calendar.ParseISO(y.Day)
	if err != nil || d.Year < y.Year || d.Year > y.Year+1 {
		return refuse("Ngày báo cáo không hợp lệ.")
	}
	last := d
	if !y.Inclusive {
		last = d.AddDays(-1)
	}
	works, err := days.IsWorkingDay(last)
	if err != nil {
		return err
	}
	switch y.DayOff {
	case Keep:
	case Before, After:
		step := map[DayOff]int{Before: -1, After: 1}[y.DayOff]
		if !works {
			if last, err = days.AddWorkingDays(last, step); err != nil {
				return err
			}
		}
	default:
		return refuse("Hãy quyết định khi ngày cuối là ngày nghỉ: giữ nguyên, lùi lại hay kéo đến ngày làm việc.")
	}
	y.Due = last.End().UTC()
	if len(remind) > maxReminds {
		return refuse("Có tối đa %d lần nhắc.", maxReminds)
	}
	remind = slices.Compact(slices.Sorted(slices.Values(remind)))
	slices.Reverse(remind)
	for _, n := range remind {
		if n < 1 || n > 60 {
			return refuse("Số ngày làm việc nhắc trước phải từ 1 đến 60.")
		}
		at, err := days.AddWorkingDays(last, -n)
		if err != nil {
			return err
		}
		y.Remind = append(y.Remind, at.Start().Add(remindAt).UTC())
	}
	return nil
}

// remindAt is when offices begin: reminders go out then.
const remindAt = 8 * time.Hour

// Open opens a year's duty. Items: year, event, head, log, message, key: 6.
func (r Room) Open(ctx context.Context, key string, who people.Actor, c *campaign.Campaign, o Opening) (string, error) {
	if err := who.Need("yearly.open", people.Admin); err != nil {
		return "", err
	}
	id := ID(c.ID, o.Year)
	_, err := r.Do(ctx, key, act.Digest([]any{"open-year", who.ID, c.ID, o}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		if _, err := r.Store.Get(ctx, Key(id)); err == nil {
			return store.Commit{}, refuse("Nghĩa vụ báo cáo năm %d của phong trào này đã được mở.", o.Year)
		} else if !fault.Is(err, fault.NotFound) {
			return store.Commit{}, err
		}
		units, err := r.owing(ctx, o.Units)
		if err != nil {
			return store.Commit{}, err
		}
		y, err := settle(c, o, who.ID, units, r.Calendar)
		if err != nil {
			return store.Commit{}, err
		}
		if !now.Before(y.Due) {
			return store.Commit{}, refuse("Hạn báo cáo (%s) đã qua.", calendar.FormatDue(y.Due))
		}
		y.OpenedBy, y.OpenedAt = who.ID, now.UTC()
		for y.Reminded < len(y.Remind) && !now.Before(y.Remind[y.Reminded]) {
			y.Reminded++ // the announcement says it
		}
		return store.Commit{
			Writes: []store.Write{Put(y, 0)},
			Events: []evidence.Event{act.Event(Chain(id), "report.duty-opened", who.ID, now, map[string]any{
				"year": y.Year, "plan": c.Digest(), "due": y.Due.Format(time.RFC3339), "units": len(y.Units), "duty": act.Digest(y), "origins": y.Origins,
			})},
			Outbox: []store.Message{y.tell(Opened)}, Result: act.Result(id),
		}, nil
	})
	return id, err
}

// owing names units as they are called now.
func (r Room) owing(ctx context.Context, ids []string) ([]Owing, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) > MaxUnits {
		return nil, refuse("Hãy chọn từ 1 đến %d đơn vị phải báo cáo.", MaxUnits)
	}
	var out []Owing
	for part := range slices.Chunk(ids, store.MaxItems) {
		keys := make([]store.Key, len(part))
		for i, id := range part {
			keys[i] = people.UnitKey(id)
		}
		recs, err := r.Store.GetMany(ctx, keys)
		if err != nil {
			return nil, err
		}
		for i, rec := range recs {
			var u people.Unit
			if rec.Rev > 0 {
				if err := rec.Decode(&u); err != nil {
					return nil, err
				}
			}
			if !u.Active {
				return nil, refuse("Có đơn vị được chọn không còn hoạt động.")
			}
			out = append(out, Owing{ID: part[i], Name: u.Name})
		}
	}
	slices.SortStableFunc(out, func(a, b Owing) int { return strings.Compare(viettext.Fold(a.Name), viettext.Fold(b.Name)) })
	return out, nil
}
