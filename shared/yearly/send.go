package yearly

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/filing"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Sending is a report as a unit sends it: figures, a PDF, or both.
type Sending struct {
	Figures map[string]string `json:"figures,omitempty"` // by item, as written
	Note    string            `json:"note,omitempty"`
	Upload  string            `json:"upload,omitempty"` // slot that the PDF went to
}

// maxNote bounds the words of a report, in bytes.
const maxNote = 20000

// minReason is the least length of a reason, in characters.
const minReason = 10

// notFound is the answer for a duty that is not there and for one that is not
// the visitor's: the two look alike.
func notFound() error {
	return fault.New(fault.NotFound, "yearly", "Không tìm thấy báo cáo này.")
}

// owed reads a year whose report the actor's unit owes.
func (r Room) owed(ctx context.Context, who people.Actor, id string) (Year, int64, error) {
	var y Year
	rev, err := store.Load(ctx, r.Store, Key(id), &y)
	if fault.Is(err, fault.NotFound) || err == nil && !(who.Is(people.Submitter) && y.Owes(who.Unit)) {
		return Year{}, 0, notFound()
	}
	return y, rev, err
}

// OpenSlot gives a unit a place to send its report's PDF to. Items: 5.
func (r Room) OpenSlot(ctx context.Context, key string, who people.Actor, id string, size int64, sha256 string) (filing.Slot, error) {
	if _, _, err := r.owed(ctx, who, id); err != nil {
		return filing.Slot{}, err
	}
	return r.Files.Open(ctx, key, who, filing.Asked{Part: Chain(id), About: "report", Owner: who.Unit, Size: size, SHA256: sha256}, func(ctx context.Context, _ *store.Commit) error {
		_, _, err := r.owed(ctx, who, id)
		return err
	})
}

// Send takes a unit's report in: the receipt fixes the instant. A report sent
// again stands beside the earlier ones and counts in their place; whether the
// unit was in time is said by the first. Items: report, number, texts, slot,
// event, head, log, mail, key: 9.
func (r Room) Send(ctx context.Context, key string, who people.Actor, id string, s Sending) (Version, error) {
	y, _, err := r.owed(ctx, who, id)
	if err != nil {
		return Version{}, err
	}
	figures, err := y.figures(s.Figures)
	if err != nil {
		return Version{}, err
	}
	s.Note = strings.TrimSpace(s.Note)
	if len(s.Note) > maxNote {
		return Version{}, refuse("Phần lời của báo cáo quá dài; hãy gửi kèm tệp PDF.")
	}
	paper, err := r.Files.Screened(ctx, Chain(id), who.Unit, s.Upload)
	if err != nil {
		return Version{}, err
	}
	if paper == nil && len(figures) == 0 {
		return Version{}, refuse("Hãy nhập số liệu hoặc tải lên báo cáo bằng PDF.")
	}
	number := Number(r.NewID())
	out, err := r.Do(ctx, key, r.Request([]any{"send-report", who.ID, id, s}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		if _, _, err := r.owed(ctx, who, id); err != nil {
			return store.Commit{}, err
		}
		rep, rev, err := r.report(ctx, y, who.Unit)
		if err != nil {
			return store.Commit{}, err
		}
		if len(rep.Versions) >= MaxVersion {
			return store.Commit{}, refuse("Báo cáo đã được gửi lại %d lần; hãy liên hệ cơ quan thường trực.", MaxVersion)
		}
		texts := r.Texts(Chain(id), key)
		v := Version{
			N: len(rep.Versions) + 1, Number: number, By: who.ID, At: now.UTC(), Late: !now.Before(y.Due),
			Figures: figures, Note: texts.Add("note", s.Note), Paper: paper,
		}
		v.Digest = act.Digest([]any{id, who.Unit, v.N, v.Figures, v.Note, v.Paper})
		rep.Versions = append(rep.Versions, v)
		kept, err := texts.Writes()
		if err != nil {
			return store.Commit{}, err
		}
		c := store.Commit{Writes: append(kept, store.Put(ReportKey(id, who.Unit), rev, rep), store.Put(NumberKey(number), 0, Sent{id, who.Unit, v.N})), Result: act.Result(v)}
		said := map[string]any{"unit": who.Unit, "n": v.N, "number": v.Number, "late": v.Late, "digest": v.Digest, "figures": len(figures)}
		if paper != nil {
			said["sha256"] = paper.SHA256
			if err := r.Files.Keep(ctx, &c, *paper); err != nil {
				return c, err
			}
		}
		ev := act.Event(Chain(id), "report.received", who.ID, now, said)
		ev.Texts = texts.Named()
		c.Events = []evidence.Event{ev}
		c.Outbox = []store.Message{store.Msg(fmt.Sprintf("mail/report-receipt/%s/%s/%d", id, who.Unit, v.N), flow.MailMessage, mail.Notice{
			Template: mail.ReportReceipt, To: who.ID, Data: y.words("/reports/"+id, map[string]string{mail.Document: v.Number, mail.ReceivedAt: now.Format(time.RFC3339)}),
		})}
		return c, nil
	})
	if err != nil {
		return Version{}, err
	}
	var v Version
	err = act.ReadResult(out, &v)
	return v, err
}

// figures reads what a form says of the items; an empty one is not given.
func (y Year) figures(said map[string]string) (map[string]int64, error) {
	out := map[string]int64{}
	for id, text := range said {
		if strings.TrimSpace(text) == "" {
			continue
		}
		it, ok := y.Item(id)
		if !ok {
			return nil, refuse("Có chỉ tiêu không nằm trong báo cáo này.")
		}
		v, err := it.ParseFigure(text)
		if err != nil {
			return nil, err
		}
		out[id] = v
	}
	return out, nil
}

// report reads a unit's report, new where there is none.
func (r Room) report(ctx context.Context, y Year, unit string) (Report, int64, error) {
	rep := Report{Year: y.ID, Unit: unit}
	for _, o := range y.Units {
		if o.ID == unit {
			rep.UnitName = o.Name
		}
	}
	rev, err := store.Load(ctx, r.Store, ReportKey(y.ID, unit), &rep)
	if fault.Is(err, fault.NotFound) {
		return rep, 0, nil
	}
	return rep, rev, err
}

// Reports gives the reports of a year, by unit.
func Reports(ctx context.Context, r store.Reader, id string) (map[string]Report, error) {
	out := map[string]Report{}
	page := store.Page{Prefix: reportPrefix}
	for {
		s, err := r.List(ctx, Chain(id), page)
		if err != nil {
			return nil, err
		}
		for _, rec := range s.Records {
			var rep Report
			if err := rec.Decode(&rep); err != nil {
				return nil, err
			}
			out[rep.Unit] = rep
		}
		if page.After = s.Next; s.Next == "" {
			return out, nil
		}
	}
}

// Excuse takes the duty from a unit that gave nothing, with a reason. Items:
// report, year check, texts, event, head, log, key: 7.
func (r Room) Excuse(ctx context.Context, key string, who people.Actor, id, unit, reason string) error {
	reason = strings.TrimSpace(reason)
	if err := who.Need("yearly.excuse", people.Admin); err != nil {
		return err
	}
	if len([]rune(reason)) < minReason || len(reason) > maxNote {
		return refuse("Hãy ghi lý do không phải báo cáo, ít nhất %d ký tự.", minReason)
	}
	_, err := r.Do(ctx, key, r.Request([]any{"excuse", who.ID, id, unit, reason}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var y Year
		yRev, err := store.Load(ctx, r.Store, Key(id), &y)
		if err != nil {
			return store.Commit{}, err
		}
		if !y.Owes(unit) {
			return store.Commit{}, notFound()
		}
		rep, rev, err := r.report(ctx, y, unit)
		if err != nil {
			return store.Commit{}, err
		}
		if len(rep.Versions) > 0 || rep.Excused != nil {
			return store.Commit{}, refuse("Đơn vị đã báo cáo hoặc đã được miễn.")
		}
		texts := r.Texts(Chain(id), key)
		rep.Excused = &Excused{By: who.ID, At: now.UTC(), Reason: texts.Add("reason", reason)}
		kept, err := texts.Writes()
		if err != nil {
			return store.Commit{}, err
		}
		ev := act.Event(Chain(id), "report.excused", who.ID, now, map[string]any{"unit": unit})
		ev.Texts = texts.Named()
		return store.Commit{
			Writes: append(kept, store.Put(ReportKey(id, unit), rev, rep), store.Unchanged(Key(id), yRev)),
			Events: []evidence.Event{ev},
		}, nil
	})
	return err
}

// Add puts further units under the duty, such as one that was forgotten.
// Items: year, event, head, log, message, key: 6.
func (r Room) Add(ctx context.Context, key string, who people.Actor, id string, units []string) error {
	if err := who.Need("yearly.add", people.Admin); err != nil {
		return err
	}
	_, err := r.Do(ctx, key, act.Digest([]any{"add-owing", who.ID, id, units}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var y Year
		rev, err := store.Load(ctx, r.Store, Key(id), &y)
		if err != nil {
			return store.Commit{}, err
		}
		if y.Closed != nil {
			return store.Commit{}, refuse("Báo cáo tổng hợp đã được ghi nhận; không thêm được đơn vị.")
		}
		more, err := r.owing(ctx, units)
		if err != nil {
			return store.Commit{}, err
		}
		more = slices.DeleteFunc(more, func(o Owing) bool { return y.Owes(o.ID) })
		if len(more) == 0 || len(y.Units)+len(more) > MaxUnits {
			return store.Commit{}, refuse("Hãy chọn từ 1 đến %d đơn vị phải báo cáo.", MaxUnits)
		}
		y.Units = append(y.Units, more...)
		ids := make([]string, len(more))
		for i, o := range more {
			ids[i] = o.ID
		}
		return store.Commit{
			Writes: []store.Write{Put(y, rev)}, Outbox: []store.Message{y.tell(Opened)},
			Events: []evidence.Event{act.Event(Chain(id), "report.owing-added", who.ID, now, map[string]any{"units": ids})},
		}, nil
	})
	return err
}

// Conclusion is the consolidated report as it went to the body above.
type Conclusion struct {
	Number string `json:"number"` // số, ký hiệu
	Date   string `json:"date"`   // ISO
	Upload string `json:"upload,omitempty"`
}

// SlotFor gives an administrator a place to send the consolidated report to.
func (r Room) SlotFor(ctx context.Context, key string, who people.Actor, id string, size int64, sha256 string) (filing.Slot, error) {
	allowed := func(ctx context.Context, _ *store.Commit) error {
		if err := who.Need("yearly.slot", people.Admin); err != nil {
			return err
		}
		_, err := r.Store.Get(ctx, Key(id))
		return err
	}
	if err := allowed(ctx, nil); err != nil {
		return filing.Slot{}, err
	}
	return r.Files.Open(ctx, key, who, filing.Asked{Part: Chain(id), About: "report", Size: size, SHA256: sha256}, allowed)
}

// Conclude records that the consolidated report went out. What units send
// after it is taken in all the same, as late as it is. Items: year, slot,
// event, head, log, key: 6.
func (r Room) Conclude(ctx context.Context, key string, who people.Actor, id string, x Conclusion) error {
	if err := who.Need("yearly.conclude", people.Admin); err != nil {
		return err
	}
	var ok bool
	if x.Number, ok = round.DocumentNumber(x.Number); !ok {
		return refuse("Số, ký hiệu báo cáo chưa đúng dạng, ví dụ 120/BC-STTTT.")
	}
	day, err := calendar.ParseISO(x.Date)
	if err != nil {
		return refuse("Ngày báo cáo không hợp lệ.")
	}
	paper, err := r.Files.Screened(ctx, Chain(id), "", x.Upload)
	if err != nil {
		return err
	}
	_, err = r.Do(ctx, key, act.Digest([]any{"conclude", who.ID, id, x}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var y Year
		rev, err := store.Load(ctx, r.Store, Key(id), &y)
		if err != nil {
			return store.Commit{}, err
		}
		if y.Closed != nil {
			return store.Commit{}, refuse("Báo cáo tổng hợp đã được ghi nhận.")
		}
		if day.Start().After(now) {
			return store.Commit{}, refuse("Ngày báo cáo ở tương lai.")
		}
		reports, err := Reports(ctx, r.Store, id)
		if err != nil {
			return store.Commit{}, err
		}
		s := Summarise(y, reports)
		y.Closed = &Concluded{By: who.ID, At: now.UTC(), Number: x.Number, Date: x.Date, Paper: paper}
		c := store.Commit{Writes: []store.Write{Put(y, rev)}}
		said := map[string]any{"number": x.Number, "date": x.Date, "owing": s.Owing, "reported": s.Reported, "late": s.Late, "missing": len(s.Missing)}
		if paper != nil {
			said["sha256"] = paper.SHA256
			if err := r.Files.Keep(ctx, &c, *paper); err != nil {
				return c, err
			}
		}
		c.Events = []evidence.Event{act.Event(Chain(id), "report.concluded", who.ID, now, said)}
		return c, nil
	})
	return err
}
