package yearly_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/campaign"
	"hoso/shared/fault"
	"hoso/shared/filing"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/people"
	"hoso/shared/store"
	"hoso/shared/yearly"
)

// office is the room on a real store, with a clock that tests turn.
type office struct {
	*testing.T
	yearly.Room
	now   time.Time
	ids   int
	admin people.Actor
	plans map[string]*campaign.Campaign
}

func newOffice(t *testing.T, at string) *office {
	t.Helper()
	s, err := sqlitestore.Open(context.Background(), ":memory:", sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	o := &office{T: t, plans: map[string]*campaign.Campaign{}}
	o.at(at)
	random := func(n int) []byte { b := make([]byte, n); _, _ = rand.Read(b); return b }
	desk := act.Desk{Store: s, Now: func() time.Time { return o.now }, NewID: func() string { o.ids++; return fmt.Sprintf("%032x", o.ids) }, Rand: random}
	days, err := calendar.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	o.Room = yearly.Room{Desk: desk, Calendar: days, Files: filing.Room{Desk: desk, Inbox: "inbox"}}
	plans, err := campaign.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range plans {
		o.plans[p.ID] = p
	}
	o.admin = people.Actor{Person: people.Person{ID: "quantri", Active: true, Roles: []people.Role{people.Admin}}}
	return o
}

func (o *office) at(local string) {
	o.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", local, calendar.Zone())
	if err != nil {
		o.Fatal(err)
	}
	o.now = t
}

func (o *office) key() string { return "test/" + o.NewID() }

// unit makes a unit with one person who submits for it.
func (o *office) unit(id, name string) people.Actor {
	o.Helper()
	p := people.Person{ID: "nguoi-" + id, Name: "Người " + name, Unit: id, Active: true, Roles: []people.Role{people.Submitter}}
	_, err := o.Store.Commit(context.Background(), store.Commit{Key: o.key(), Request: "unit", At: o.now, Writes: []store.Write{
		people.PutUnit(people.Unit{ID: id, Name: name, Active: true}, 0), people.PutPerson(p, 0),
	}})
	if err != nil {
		o.Fatal(err)
	}
	return people.Actor{Person: p}
}

// deliver carries out the tellings that wait and gives "template to".
func (o *office) deliver() []string {
	o.Helper()
	ctx := context.Background()
	var out []string
	for range 3 {
		ms, err := o.Store.Pending(ctx, o.now.Add(time.Hour), 200)
		if err != nil {
			o.Fatal(err)
		}
		for _, m := range ms {
			switch m.Kind {
			case flow.YearlyMessage:
				var t yearly.Telling
				if err := store.Record.Decode(store.Record{Body: m.Body}, &t); err != nil {
					o.Fatal(err)
				}
				for range 2 { // delivered twice
					if err := o.Tell(ctx, t); err != nil {
						o.Fatal(err)
					}
				}
			case flow.MailMessage:
				var n mail.Notice
				if err := store.Record.Decode(store.Record{Body: m.Body}, &n); err != nil {
					o.Fatal(err)
				}
				out = append(out, n.Template+" "+n.To)
				if _, err := mail.Render(m.ID, n, mail.Recipient{Name: "A", Email: "a@b.vn"}, "https://hoso.example", mail.Sender{Name: "Hồ sơ", Email: "hoso@b.vn"}); err != nil {
					o.Error(err)
				}
			}
			if err := o.Store.Settle(ctx, m.ID); err != nil {
				o.Fatal(err)
			}
		}
	}
	slices.Sort(out)
	return out
}

func (o *office) want(what string, got []string, want ...string) {
	o.Helper()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		o.Errorf("%s: %v, want %v", what, got, want)
	}
}

func (o *office) year(id string) yearly.Year {
	o.Helper()
	var y yearly.Year
	if _, err := store.Load(context.Background(), o.Store, yearly.Key(id), &y); err != nil {
		o.Fatal(err)
	}
	return y
}

const bk = "bac-kan-2022-2025"

func no() *bool { b := false; return &b }

func TestTheDeadlineIsAnExactInstant(t *testing.T) {
	yes := true
	for _, x := range []struct {
		plan      string
		year      int
		inclusive *bool
		off       yearly.DayOff
		day       string
		want      string
	}{
		{bk, 2023, no(), yearly.Keep, "", "hết ngày 14/12/2023"},
		{bk, 2023, &yes, yearly.Keep, "", "hết ngày 15/12/2023"},
		{bk, 2025, no(), yearly.After, "", "hết ngày 15/12/2025"}, // the 14th is a Sunday
		{bk, 2025, no(), yearly.Before, "", "hết ngày 12/12/2025"},
		{bk, 2025, no(), yearly.Keep, "", "hết ngày 14/12/2025"},
		{"ninh-thuan-2024", 2024, no(), yearly.Before, "", "hết ngày 13/12/2024"}, // a Saturday
		{"ninh-thuan-2024", 2024, &yes, yearly.After, "", "hết ngày 16/12/2024"},
		{"duong-kinh-2022-2025", 2024, no(), yearly.Keep, "2024-12-20", "hết ngày 19/12/2024"},
	} {
		o := newOffice(t, "2022-11-01 09:00")
		o.unit("yte", "Sở Y tế")
		open := yearly.Opening{Year: x.year, Inclusive: x.inclusive, DayOff: x.off, Day: x.day, Units: []string{"yte"}}
		if x.day != "" {
			open.From, open.To, open.Basis = "các cơ quan", "Phòng VH&TT", "Công văn 12/UBND"
		}
		id, err := o.Open(context.Background(), o.key(), o.admin, o.plans[x.plan], open)
		if err != nil {
			t.Fatalf("%+v: %v %s", x, err, fault.Public(err))
		}
		if got := calendar.FormatDue(o.year(id).Due); got != x.want {
			t.Errorf("%s %d: %s, want %s", x.plan, x.year, got, x.want)
		}
	}
}

func TestWhatThePlanStatesIsNotDecidedAndWhatItDoesNotIs(t *testing.T) {
	o := newOffice(t, "2023-11-01 09:00")
	o.unit("yte", "Sở Y tế")
	good := func() yearly.Opening {
		return yearly.Opening{Year: 2023, Inclusive: no(), DayOff: yearly.Keep, Units: []string{"yte"}}
	}
	for name, x := range map[string]struct {
		plan   string
		change func(*yearly.Opening)
		want   string
	}{
		"stated otherwise": {bk, func(a *yearly.Opening) { a.To = "Sở Nội vụ" }, "Kế hoạch đã nêu"},
		"day otherwise":    {bk, func(a *yearly.Opening) { a.Day = "2023-12-20" }, "Kế hoạch đã nêu"},
		"not decided":      {bk, func(a *yearly.Opening) { a.Inclusive = nil }, "có tính cả ngày đó"},
		"day off":          {bk, func(a *yearly.Opening) { a.DayOff = "" }, "ngày cuối là ngày nghỉ"},
		"outside":          {bk, func(a *yearly.Opening) { a.Year = 2026 }, "ngoài thời gian"},
		"no unit":          {bk, func(a *yearly.Opening) { a.Units = nil }, "đơn vị phải báo cáo"},
		"unknown unit":     {bk, func(a *yearly.Opening) { a.Units = []string{"khac"} }, "không còn hoạt động"},
		"foreign figure":   {bk, func(a *yearly.Opening) { a.Items = []string{"khong-co"} }, "không phải của kế hoạch"},
		"reminder":         {bk, func(a *yearly.Opening) { a.Remind = []int{0} }, "từ 1 đến 60"},
		"nothing stated":   {"binh-phuoc-2022-2025", func(*yearly.Opening) {}, "kế hoạch không nêu"},
		"another year's":   {"ninh-thuan-2024", func(a *yearly.Opening) { a.Year = 2025 }, "ngoài thời gian"},
		"basis is missing": {"binh-phuoc-2022-2025", func(a *yearly.Opening) { a.From, a.To, a.Day = "các đơn vị", "Sở TT&TT", "2023-12-15" }, "văn bản làm căn cứ"},
		"a day of the past": {"binh-phuoc-2022-2025", func(a *yearly.Opening) {
			a.From, a.To, a.Day, a.Basis = "các đơn vị", "Sở TT&TT", "2023-01-15", "CV"
		}, "đã qua"},
	} {
		open := good()
		x.change(&open)
		_, err := o.Open(context.Background(), o.key(), o.admin, o.plans[x.plan], open)
		if err == nil || !strings.Contains(fault.Public(err), x.want) {
			t.Errorf("%s: %v %q", name, err, fault.Public(err))
		}
	}
	if _, err := o.Open(context.Background(), o.key(), o.unit("gt", "Sở GTVT"), o.plans[bk], good()); !fault.Is(err, fault.Denied) {
		t.Errorf("a unit opens a duty: %v", err)
	}
	if _, err := o.Open(context.Background(), o.key(), o.admin, o.plans[bk], good()); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Open(context.Background(), o.key(), o.admin, o.plans[bk], good()); err == nil {
		t.Error("one year is open twice")
	}
	if y := o.year(bk + "-2023"); y.To != "Sở Thông tin và Truyền thông" || !strings.HasSuffix(y.Origins["to"], "mục V.5") || y.Origins["inclusive"] != "quantri" {
		t.Errorf("%+v", y.Origins)
	}
}

func TestAYearFromItsDutyToTheConsolidatedTable(t *testing.T) {
	ctx := context.Background()
	o := newOffice(t, "2023-11-01 09:00")
	yte, gd, gt, stranger := o.unit("yte", "Sở Y tế"), o.unit("gd", "Sở GD&ĐT"), o.unit("gt", "Sở GTVT"), o.unit("la", "Đơn vị khác")
	o.unit("tt", "Sở TT cũ")
	items := yearly.Asks(o.plans[bk])
	if len(items) < 3 {
		t.Fatalf("the plan's percentages: %+v", items)
	}
	open := yearly.Opening{Year: 2023, Inclusive: no(), DayOff: yearly.Keep, Remind: []int{3, 10, 3}, Units: []string{"yte", "gd", "gt", "tt"}, Items: []string{items[0].ID}, Counts: []string{"Số sáng kiến"}}
	id, err := o.Open(ctx, o.key(), o.admin, o.plans[bk], open)
	if err != nil {
		t.Fatal(err, fault.Public(err))
	}
	o.want("announced", o.deliver(), "report-due nguoi-gd", "report-due nguoi-gt", "report-due nguoi-tt", "report-due nguoi-yte")

	// Who owes nothing finds nothing; figures are checked; nothing is nothing.
	if _, err := o.Send(ctx, o.key(), stranger, id, yearly.Sending{Figures: map[string]string{"them-1": "1"}}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a foreign unit: %v", err)
	}
	for _, bad := range []map[string]string{nil, {"them-1": "-1"}, {"them-1": "1,5"}, {items[0].ID: "101"}, {items[0].ID: "9,333"}, {"khac": "1"}, {"them-1": "=1+1"}} {
		if _, err := o.Send(ctx, o.key(), yte, id, yearly.Sending{Figures: bad}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	key := o.key()
	first, err := o.Send(ctx, key, yte, id, yearly.Sending{Figures: map[string]string{items[0].ID: "93,33", "them-1": "1.250"}, Note: "Kết quả tốt"})
	if err != nil {
		t.Fatal(err, fault.Public(err))
	}
	again, err := o.Send(ctx, key, yte, id, yearly.Sending{Figures: map[string]string{items[0].ID: "93,33", "them-1": "1.250"}, Note: "Kết quả tốt"})
	if err != nil || again.Number != first.Number || again.N != 1 || !strings.HasPrefix(first.Number, "BC-") || first.Late || len(first.Digest) != 64 {
		t.Errorf("%+v %+v %v", first, again, err)
	}

	// Ten working days before the last day, then three; who has reported is left alone.
	remind := o.year(id).Remind
	if len(remind) != 2 || remind[0].In(calendar.Zone()).Format("2006-01-02 15:04") != "2023-11-30 08:00" || remind[1].In(calendar.Zone()).Format("2006-01-02 15:04") != "2023-12-11 08:00" {
		t.Errorf("reminders: %v", remind)
	}
	look := func() {
		t.Helper()
		for range 2 {
			if err := o.Look(ctx, id); err != nil {
				t.Fatal(err)
			}
		}
	}
	o.at("2023-11-30 07:59")
	look()
	o.want("too early", o.deliver(), "report-receipt nguoi-yte")
	o.at("2023-11-30 08:00")
	look()
	o.want("reminded", o.deliver(), "report-reminder nguoi-gd", "report-reminder nguoi-gt", "report-reminder nguoi-tt")
	if err := o.Excuse(ctx, o.key(), o.admin, id, "tt", "Sở đã sáp nhập từ tháng 11"); err != nil {
		t.Fatal(err)
	}
	if err := o.Excuse(ctx, o.key(), o.admin, id, "yte", "Sở đã sáp nhập từ tháng 11"); !fault.Is(err, fault.Invalid) {
		t.Errorf("excused after it reported: %v", err)
	}
	// The last instant in time, and the first that is late.
	o.at("2023-12-14 23:59")
	if v, err := o.Send(ctx, o.key(), gd, id, yearly.Sending{Figures: map[string]string{items[0].ID: "100"}}); err != nil || v.Late {
		t.Errorf("%+v %v", v, err)
	}
	o.at("2023-12-15 00:00")
	look()
	o.want("overdue", o.deliver(), "report-missing quantri", "report-overdue nguoi-gt", "report-receipt nguoi-gd")
	if v, err := o.Send(ctx, o.key(), gt, id, yearly.Sending{Figures: map[string]string{items[0].ID: "80", "them-1": "0"}}); err != nil || !v.Late {
		t.Errorf("%+v %v", v, err)
	}
	// Sent again after the deadline: the later figures count, in time stays in time.
	if v, err := o.Send(ctx, o.key(), yte, id, yearly.Sending{Figures: map[string]string{items[0].ID: "95"}}); err != nil || v.N != 2 || !v.Late {
		t.Errorf("%+v %v", v, err)
	}
	reports, err := yearly.Reports(ctx, o.Store, id)
	if err != nil {
		t.Fatal(err)
	}
	y := o.year(id)
	for unit, want := range map[string]yearly.Status{"yte": yearly.InTime, "gd": yearly.InTime, "gt": yearly.Late, "tt": yearly.ExcusedIs} {
		if got := reports[unit].Status(y.Due, o.now); got != want {
			t.Errorf("%s: %s, want %s", unit, got, want)
		}
	}
	s := yearly.Summarise(y, reports)
	if s.Owing != 4 || s.Reported != 3 || s.Late != 1 || s.Excused != 1 || len(s.Missing) != 0 {
		t.Errorf("%+v", s)
	}
	if x := s.Sums[0]; x.N != 3 || x.Low != 8000 || x.High != 10000 || x.Mean != 9167 || x.Met != 1 || !x.Complete {
		t.Errorf("%+v", x)
	}
	if x := s.Sums[1]; x.N != 1 || x.Total != 0 || x.Complete {
		t.Errorf("%+v", x)
	}
	if err := o.Conclude(ctx, o.key(), o.admin, id, yearly.Conclusion{Number: "120/BC-STTTT", Date: "2023-12-15"}); err != nil {
		t.Fatal(err)
	}
	if err := o.Conclude(ctx, o.key(), o.admin, id, yearly.Conclusion{Number: "121/BC-STTTT", Date: "2023-12-15"}); err == nil {
		t.Error("concluded twice")
	}
	o.at("2023-12-20 09:00")
	look()
	o.want("nothing more", o.deliver(), "report-receipt nguoi-gt", "report-receipt nguoi-yte")
	var kinds []string
	events, err := o.Store.Events(ctx, yearly.Chain(id), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if text := string(e.Line); strings.Contains(text, "Kết quả") || strings.Contains(text, "sáp nhập") {
			t.Errorf("a text stands in an event: %s", text)
		}
		kinds = append(kinds, strings.Split(strings.Split(string(e.Line), `"type":"`)[1], `"`)[0])
	}
	want := "report.duty-opened report.received report.reminded report.excused report.received report.due-passed report.received report.received report.concluded"
	if got := strings.Join(kinds, " "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestFiguresAsOfficesWriteThem(t *testing.T) {
	percent, count := yearly.Item{Title: "Tỷ lệ", Unit: yearly.Percent}, yearly.Item{Title: "Số", Unit: yearly.Count}
	for text, want := range map[string]string{"93,33": "93,33%", "93.5": "93,5%", " 100 % ": "100%", "0": "0%", "7,05": "7,05%"} {
		if v, err := percent.ParseFigure(text); err != nil || percent.Format(v) != want {
			t.Errorf("%q: %v %v", text, v, err)
		}
	}
	for text, want := range map[string]string{"1.250": "1.250", "1250": "1.250", "0": "0", "1.000.000": "1.000.000"} {
		if v, err := count.ParseFigure(text); err != nil || count.Format(v) != want {
			t.Errorf("%q: %v %v", text, v, err)
		}
	}
	for _, text := range []string{"", "-1", "1,000", "1.25", "99999999999", "1e3", "１", "+1"} {
		if v, err := count.ParseFigure(text); err == nil {
			t.Errorf("%q: %v", text, v)
		}
	}
}
