// Package commend records the commendations (Giấy khen) that units and heads
// give by their own authority in a campaign: number, date, who was commended,
// and the signed PDF. They are known to the campaign and to nothing else: no
// round, no place, no counter and no nomination hears of them.
package commend

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/filing"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Limits of one commendation.
const (
	MaxAwarded = 300 // names of one decision
	maxName    = 300 // bytes
	minReason  = 10  // characters
)

// Given is one decision by which a unit commended somebody.
type Given struct {
	ID       string        `json:"id"`
	Campaign string        `json:"campaign"`
	Unit     string        `json:"unit"`
	UnitName string        `json:"unitName"` // as of recording
	Number   string        `json:"number"`   // số, ký hiệu of the decision
	Date     string        `json:"date"`     // ISO
	Decider  string        `json:"decider"`  // title of who decided, never a name
	Awarded  act.TextRef   `json:"awarded"`  // names, on the unit's chain
	Count    Count         `json:"count"`
	Paper    *filing.Paper `json:"paper,omitempty"`
	By       string        `json:"by"`
	At       time.Time     `json:"at"`
	Revoked  *Revoked      `json:"revoked,omitempty"`
}

// Count is how many of each kind were commended.
type Count struct {
	Collective int `json:"tap_the"`
	Individual int `json:"ca_nhan"`
}

// Name is one who was commended.
type Name struct {
	Kind     dossier.Kind `json:"kind"`
	Name     string       `json:"name"`
	Position string       `json:"position,omitempty"`
}

// Revoked says that the record counts no more: entered by mistake, or the
// decision was revoked. It stays in the history.
type Revoked struct {
	By     string      `json:"by"`
	At     time.Time   `json:"at"`
	Reason act.TextRef `json:"reason"`
}

// Chain is the chain of a unit's own commendations.
func Chain(unit string) string { return "commend/" + unit }

const givenPrefix = "given/"

// Key is where a commendation's record is.
func Key(unit, id string) store.Key { return store.Key{Part: Chain(unit), Sort: givenPrefix + id} }

// OfCampaign lists a campaign's commendations (part: campaign id) by date.
var OfCampaign = store.Pattern{Name: "commendations", Slot: 1}

func put(g Given, expect int64) store.Write {
	return store.Put(Key(g.Unit, g.ID), expect, g, store.Entry{Pattern: OfCampaign, Part: g.Campaign, Sort: g.Date + "/" + g.ID})
}

// Room carries out the acts.
type Room struct {
	act.Desk
	Files filing.Room
}

// Recording is what a unit writes of a decision.
type Recording struct {
	Number  string `json:"number"`
	Date    string `json:"date"` // ISO
	Decider string `json:"decider"`
	Awarded []Name `json:"awarded"`
	Upload  string `json:"upload,omitempty"` // slot of the PDF
}

// Stated gives what a plan says of commendations by own authority; "" where it
// says nothing. A head's authority is the law's, not the plan's.
func Stated(c *campaign.Campaign) (source string) {
	for _, a := range c.Awards {
		if form, ok := a.Form.Get(); ok && !a.Pipeline && strings.HasPrefix(form, "Giấy khen") {
			return a.Form.Source
		}
	}
	return ""
}

func refuse(public string, args ...any) error {
	return fault.New(fault.Invalid, "commend", fmt.Sprintf(public, args...))
}

// unit says which unit somebody records for.
func unit(who people.Actor) (string, error) {
	if err := who.Need("commend", people.Submitter); err != nil {
		return "", err
	}
	if who.Unit == "" {
		return "", refuse("Tài khoản chưa gắn với đơn vị nào; hãy liên hệ người quản trị.")
	}
	return who.Unit, nil
}

// OpenSlot gives a unit a place to send the decision's PDF to. Items: 5.
func (r Room) OpenSlot(ctx context.Context, key string, who people.Actor, size int64, sha256 string) (filing.Slot, error) {
	of, err := unit(who)
	if err != nil {
		return filing.Slot{}, err
	}
	return r.Files.Open(ctx, key, who, filing.Asked{Part: Chain(of), About: "commendation", Owner: of, Size: size, SHA256: sha256}, func(context.Context, *store.Commit) error { return nil })
}

func (x *Recording) check(c *campaign.Campaign) (calendar.Date, Count, error) {
	var n Count
	var ok bool
	if x.Number, ok = round.DocumentNumber(x.Number); !ok {
		return calendar.Date{}, n, refuse("Số, ký hiệu quyết định chưa đúng dạng, ví dụ 45/QĐ-SYT.")
	}
	day, err := calendar.ParseISO(x.Date)
	if err != nil {
		return day, n, refuse("Ngày quyết định không hợp lệ.")
	}
	from, hasFrom := c.Period.From.Get()
	to, hasTo := c.Period.To.Get()
	if hasFrom && day.Year < from || hasTo && day.Year > to {
		return day, n, refuse("Ngày quyết định nằm ngoài thời gian của phong trào.")
	}
	x.Decider = strings.TrimSpace(x.Decider)
	if x.Decider == "" || len(x.Decider) > maxName {
		return day, n, refuse("Hãy ghi chức danh người quyết định, ví dụ Giám đốc Sở Y tế.")
	}
	if len(x.Awarded) == 0 || len(x.Awarded) > MaxAwarded {
		return day, n, refuse("Hãy ghi từ 1 đến %d tập thể, cá nhân được tặng Giấy khen.", MaxAwarded)
	}
	for i := range x.Awarded {
		a := &x.Awarded[i]
		a.Name, a.Position = strings.TrimSpace(a.Name), strings.TrimSpace(a.Position)
		if a.Name == "" || len(a.Name) > maxName || len(a.Position) > maxName || !slices.Contains(dossier.Kinds(), a.Kind) {
			return day, n, refuse("Dòng %d: tên trống, quá dài hoặc thiếu loại.", i+1)
		}
		if a.Kind == dossier.Collective {
			n.Collective++
		} else {
			n.Individual++
		}
	}
	return day, n, nil
}

// Record takes note of a commendation that the actor's unit gave. Items:
// record, number, texts, slot, event, head, log, key: 8.
func (r Room) Record(ctx context.Context, key string, who people.Actor, c *campaign.Campaign, x Recording) (Given, error) {
	of, err := unit(who)
	if err != nil {
		return Given{}, err
	}
	day, count, err := x.check(c)
	if err != nil {
		return Given{}, err
	}
	paper, err := r.Files.Screened(ctx, Chain(of), of, x.Upload)
	if err != nil {
		return Given{}, err
	}
	id := r.NewID()
	out, err := r.Do(ctx, key, r.Request([]any{"commend", who.ID, c.ID, x}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		if day.Start().After(now) {
			return store.Commit{}, refuse("Ngày quyết định ở tương lai.")
		}
		var u people.Unit
		if _, err := store.Load(ctx, r.Store, people.UnitKey(of), &u); err != nil {
			return store.Commit{}, err
		}
		if !u.Active {
			return store.Commit{}, refuse("Đơn vị không còn hoạt động.")
		}
		// One decision is recorded once: numbers begin anew each year.
		once := store.Key{Part: Chain(of), Sort: "number/" + c.ID + "/" + x.Number + "/" + x.Date[:4]}
		var taken struct {
			ID string `json:"id"`
		}
		onceRev, err := store.Load(ctx, r.Store, once, &taken)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return store.Commit{}, err
		}
		if taken.ID != "" {
			return store.Commit{}, refuse("Quyết định số %s đã được ghi.", x.Number)
		}
		names, err := json.Marshal(x.Awarded)
		if err != nil {
			return store.Commit{}, fault.Wrap(fault.Internal, "commend", err)
		}
		texts := r.Texts(Chain(of), key)
		g := Given{
			ID: id, Campaign: c.ID, Unit: of, UnitName: u.Name, Number: x.Number, Date: x.Date, Decider: x.Decider,
			Awarded: texts.Add("awarded", string(names)), Count: count, Paper: paper, By: who.ID, At: now.UTC(),
		}
		kept, err := texts.Writes()
		if err != nil {
			return store.Commit{}, err
		}
		taken.ID = id
		out := store.Commit{Writes: append(kept, put(g, 0), store.Put(once, onceRev, taken)), Result: act.Result(g)}
		said := map[string]any{"id": id, "campaign": c.ID, "number": g.Number, "date": g.Date, "tap_the": count.Collective, "ca_nhan": count.Individual}
		if paper != nil {
			said["sha256"] = paper.SHA256
			if err := r.Files.Keep(ctx, &out, *paper); err != nil {
				return out, err
			}
		}
		ev := act.Event(Chain(of), "commendation.recorded", who.ID, now, said)
		ev.Texts = texts.Named()
		out.Events = []evidence.Event{ev}
		return out, nil
	})
	if err != nil {
		return Given{}, err
	}
	var g Given
	err = act.ReadResult(out, &g)
	return g, err
}

// Revoke says that a record counts no more, with a reason. The number may be
// recorded again. Items: record, number, texts, event, head, log, key: 7.
func (r Room) Revoke(ctx context.Context, key string, who people.Actor, id, reason string) error {
	of, err := unit(who)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if len([]rune(reason)) < minReason || len(reason) > 10000 {
		return refuse("Hãy ghi lý do, ít nhất %d ký tự.", minReason)
	}
	_, err = r.Do(ctx, key, r.Request([]any{"revoke-commendation", who.ID, id, reason}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var g Given
		rev, err := store.Load(ctx, r.Store, Key(of, id), &g)
		if err != nil {
			return store.Commit{}, err
		}
		if g.Revoked != nil {
			return store.Commit{}, refuse("Bản ghi này đã được thu hồi.")
		}
		once := store.Key{Part: Chain(of), Sort: "number/" + g.Campaign + "/" + g.Number + "/" + g.Date[:4]}
		rec, err := r.Store.Get(ctx, once)
		if err != nil {
			return store.Commit{}, err
		}
		texts := r.Texts(Chain(of), key)
		g.Revoked = &Revoked{By: who.ID, At: now.UTC(), Reason: texts.Add("reason", reason)}
		kept, err := texts.Writes()
		if err != nil {
			return store.Commit{}, err
		}
		ev := act.Event(Chain(of), "commendation.revoked", who.ID, now, map[string]any{"id": id, "number": g.Number})
		ev.Texts = texts.Named()
		return store.Commit{Writes: append(kept, put(g, rev), store.Remove(once, rec.Rev)), Events: []evidence.Event{ev}}, nil
	})
	return err
}

// Names gives who was commended; none where the names were erased.
func Names(ctx context.Context, r store.Reader, g Given) ([]Name, error) {
	text, err := act.Read(ctx, r, Chain(g.Unit), g.Awarded)
	if err != nil || text == "" {
		return nil, err
	}
	var out []Name
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, fault.Wrap(fault.Internal, "commend.names", err)
	}
	return out, nil
}

// Of gives a unit's commendations, oldest first as they were recorded.
func Of(ctx context.Context, r store.Reader, unit string) ([]Given, error) {
	return collect(func(page store.Page) (store.Slice, error) {
		page.Prefix = givenPrefix
		return r.List(ctx, Chain(unit), page)
	})
}

// In gives a campaign's commendations by date. The index may lag a little.
func In(ctx context.Context, r store.Reader, campaign string) ([]Given, error) {
	return collect(func(page store.Page) (store.Slice, error) { return r.Query(ctx, OfCampaign, campaign, page) })
}

func collect(read func(store.Page) (store.Slice, error)) ([]Given, error) {
	var out []Given
	page := store.Page{}
	for {
		s, err := read(page)
		if err != nil {
			return nil, err
		}
		for _, rec := range s.Records {
			var g Given
			if err := rec.Decode(&g); err != nil {
				return nil, err
			}
			out = append(out, g)
		}
		if page.After = s.Next; s.Next == "" {
			return out, nil
		}
	}
}
