package register

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/viettext"
)

// What an import does with a line.
const (
	WillAdd   = "add"
	WillSkip  = "same" // it is there already
	WillFault = "fault"
)

// AwardRow is one line of a table of earlier awards.
type AwardRow struct {
	Line  int // in the file, from 1
	Award Award
	Will  string
	Slips []string
}

// Headings are the columns of a table of awards, in order.
func Headings() []string {
	return []string{
		"Loại", "Họ và tên hoặc tên tập thể", "Ngày sinh", "Đơn vị", "Hình thức khen thưởng", "Thành tích hoặc phong trào",
		"Số quyết định", "Ngày quyết định", "Người quyết định",
	}
}

// needed are the columns that a table must have, and others may be called.
var columns = []struct {
	name   string
	names  []string
	needed bool
}{
	{"kind", []string{"Loại", "Kind"}, true},
	{"name", []string{"Họ và tên hoặc tên tập thể", "Họ và tên", "Tên", "Name"}, true},
	{"birth", []string{"Ngày sinh", "Birth date"}, false},
	{"unit", []string{"Đơn vị", "Unit"}, false},
	{"form", []string{"Hình thức khen thưởng", "Hình thức", "Award"}, true},
	{"for", []string{"Thành tích hoặc phong trào", "Phong trào", "For"}, false},
	{"number", []string{"Số quyết định", "Số, ký hiệu", "Decision"}, true},
	{"date", []string{"Ngày quyết định", "Date"}, true},
	{"by", []string{"Người quyết định", "Decided by"}, false},
}

// Plan says of every line of a table what an import would do and everything
// that is wrong with it. It changes nothing. Invalid if a column is missing.
func (r Room) Plan(ctx context.Context, who people.Actor, table [][]string) ([]AwardRow, error) {
	const op = "register.import"
	if err := who.Need(op, people.Admin); err != nil {
		return nil, err
	}
	if len(table) == 0 {
		return nil, fault.New(fault.Invalid, op, "Bảng không có dòng nào.")
	}
	at := map[string]int{}
	for _, col := range columns {
		i := slices.IndexFunc(table[0], func(h string) bool {
			return slices.ContainsFunc(col.names, func(n string) bool { return viettext.Fold(n) == viettext.Fold(h) })
		})
		if i < 0 && col.needed {
			return nil, fault.New(fault.Invalid, op, "Dòng đầu của bảng thiếu cột “"+col.names[0]+"”; hãy tải tệp mẫu và điền theo mẫu.")
		}
		at[col.name] = i
	}
	today := calendar.DateOf(r.Now())
	seen := map[string]int{}
	var out []AwardRow
	for i, line := range table[1:] {
		if line == nil {
			continue
		}
		cell := func(name string) string {
			if k := at[name]; k >= 0 && k < len(line) {
				return strings.TrimSpace(line[k])
			}
			return ""
		}
		row := readRow(i+2, cell, today)
		if row.Will == WillAdd {
			if _, twice := seen[row.Award.ID]; twice {
				row.Will = WillSkip
			}
			seen[row.Award.ID] = row.Line
		}
		out = append(out, row)
	}
	return out, r.there(ctx, out)
}

// there says of the rows that would be added which are there already.
func (r Room) there(ctx context.Context, rows []AwardRow) error {
	var keys []store.Key
	var of []int
	for i, row := range rows {
		if row.Will == WillAdd {
			keys, of = append(keys, awardKey(row.Award.ID)), append(of, i)
		}
	}
	for from := 0; from < len(keys); from += store.MaxItems {
		recs, err := r.Store.GetMany(ctx, keys[from:min(from+store.MaxItems, len(keys))])
		if err != nil {
			return err
		}
		for i, rec := range recs {
			if rec.Rev > 0 {
				rows[of[from+i]].Will = WillSkip
			}
		}
	}
	return nil
}

// readRow reads one line.
func readRow(n int, cell func(string) string, today calendar.Date) AwardRow {
	row := AwardRow{Line: n, Will: WillAdd}
	slip := func(s string) { row.Slips = append(row.Slips, s) }
	a := Award{Form: cell("form"), For: cell("for"), By: cell("by")}
	a.Name, a.Unit = viettext.NFC(cell("name")), viettext.NFC(cell("unit"))
	switch viettext.Fold(cell("kind")) {
	case "tap the", "collective", string(dossier.Collective):
		a.Kind = dossier.Collective
	case "ca nhan", "individual", string(dossier.Individual):
		a.Kind = dossier.Individual
	default:
		slip("Loại phải là “Tập thể” hoặc “Cá nhân”.")
	}
	if a.Name == "" {
		slip("Thiếu tên.")
	}
	if a.Form == "" {
		slip("Thiếu hình thức khen thưởng.")
	}
	var ok bool
	if a.Number, ok = round.DocumentNumber(cell("number")); !ok {
		slip("Số quyết định không đúng dạng, ví dụ 123/QĐ-UBND.")
	}
	if d, good := readDay(cell("date")); !good || today.Before(d) {
		slip("Ngày quyết định không hợp lệ hoặc ở tương lai.")
	} else {
		a.Date = d.ISO()
	}
	if b := cell("birth"); b != "" {
		if d, good := readDay(b); !good || today.Before(d) {
			slip("Ngày sinh không hợp lệ.")
		} else {
			a.Birth = d.ISO()
		}
	}
	for _, s := range []string{a.Name, a.Unit, a.Form, a.For, a.By} {
		if utf8.RuneCountInString(s) > 500 {
			slip("Có ô dài quá 500 ký tự.")
			break
		}
	}
	if len(row.Slips) > 0 {
		row.Will = WillFault
		row.Award = a
		return row
	}
	a.Subject = a.Identify()
	a.ID = idIn(part(a.Kind, a.Name), act.Digest([]string{a.Identity, viettext.Key(a.Number), a.Date})[:32])
	row.Award = a
	return row
}

// readDay reads 31/12/2023 or 2023-12-31.
func readDay(s string) (calendar.Date, bool) {
	if d, err := calendar.ParseISO(s); err == nil {
		return d, true
	}
	for _, layout := range []string{"2/1/2006", "02/01/2006", "2-1-2006"} {
		if t, err := time.ParseInLocation(layout, s, calendar.Zone()); err == nil {
			return calendar.DateOf(t), true
		}
	}
	return calendar.Date{}, false
}

// importedAtOnce is how many awards one commit takes in.
const importedAtOnce = 40

// Import takes in the lines that Plan would add, in steps that may be repeated,
// and says how many. Items a step: 40 awards, event, head, log, key: 44.
func (r Room) Import(ctx context.Context, key string, who people.Actor, plan []AwardRow) (int, error) {
	if err := who.Need("register.import", people.Admin); err != nil {
		return 0, err
	}
	var add []Award
	for _, row := range plan {
		if row.Will == WillAdd {
			row.Award.AddedBy = who.ID
			add = append(add, row.Award)
		}
	}
	for chunk := range slices.Chunk(add, importedAtOnce) {
		of := r.Request([]any{"import-awards", who.ID, chunk})
		_, err := r.Do(ctx, key+"/"+of[:24], of, func(ctx context.Context, now time.Time) (store.Commit, error) {
			var c store.Commit
			ids := []string{}
			for _, a := range chunk {
				if _, err := r.Store.Get(ctx, awardKey(a.ID)); err == nil {
					continue // taken in by another meanwhile
				} else if !fault.Is(err, fault.NotFound) {
					return c, err
				}
				a.AddedAt, a.Salt = now.UTC(), hex.EncodeToString(r.Rand(32))
				c.Writes = append(c.Writes, putAward(a, 0))
				ids = append(ids, a.ID)
			}
			if len(ids) > 0 {
				c.Events = []evidence.Event{act.Event(Chain, "register.imported", who.ID, now, map[string]any{"awards": len(ids), "digest": r.Request(ids)})}
			}
			return c, nil
		})
		if err != nil {
			return 0, err
		}
	}
	return len(add), nil
}

// Strike takes an imported award back: it stays in the register and counts no
// more. An award of this store's own rounds is annulled by a decision instead.
// Items: award, event, head, log, key: 5.
func (r Room) Strike(ctx context.Context, key string, who people.Actor, id string) error {
	const op = "register.strike"
	if err := who.Need(op, people.Admin); err != nil {
		return err
	}
	_, err := r.Do(ctx, key, r.Request([]any{"strike", who.ID, id}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var a Award
		rev, err := store.Load(ctx, r.Store, awardKey(id), &a)
		if err != nil {
			return store.Commit{}, err
		}
		if a.AddedBy == "" || a.Struck != "" {
			return store.Commit{}, fault.New(fault.Invalid, op, "Chỉ gạch bỏ được dòng đã nhập từ bảng và chưa gạch bỏ; khen thưởng của hệ thống này chỉ hủy bằng quyết định.")
		}
		a.Struck = who.ID
		return store.Commit{
			Writes: []store.Write{putAward(a, rev)},
			Events: []evidence.Event{act.Event(Chain, "register.struck", who.ID, now, map[string]any{"award": r.inEvent(id)})},
		}, nil
	})
	return err
}

// inEvent is what events call an entry of the register: its id is a digest of
// a name, which who knows names could guess.
func (r Room) inEvent(id string) string { return r.Request([]any{"register", id})[:32] }

// Holding asks to put somebody on hold.
type Holding struct {
	Kind   dossier.Kind `json:"kind"`
	Name   string       `json:"name"`
	Birth  string       `json:"birth"` // as typed
	Unit   string       `json:"unit"`
	Ground string       `json:"ground"`
	Number string       `json:"number"`
	Since  string       `json:"since"` // as typed
}

// Hold records that somebody is not to be commended for now, with its ground
// and document (Nghị định 98/2023/NĐ-CP, Điều 4). Dossiers that name the same
// are flagged to their appraisers; nothing is refused by it. Items: hold, event,
// head, log, key: 5.
func (r Room) Hold(ctx context.Context, key string, who people.Actor, in Holding) error {
	const op = "register.hold"
	if err := who.Need(op, people.Admin); err != nil {
		return err
	}
	bad := func(public string) error { return fault.New(fault.Invalid, op, public) }
	h := Hold{Ground: in.Ground, By: who.ID, At: r.Now().UTC()}
	h.Kind, h.Name, h.Unit = in.Kind, viettext.NFC(strings.TrimSpace(in.Name)), viettext.NFC(strings.TrimSpace(in.Unit))
	today := calendar.DateOf(r.Now())
	switch since, ok := readDay(strings.TrimSpace(in.Since)); {
	case h.Name == "" || h.Unit == "" || utf8.RuneCountInString(h.Name+h.Unit) > 600:
		return bad("Hãy ghi tên và đơn vị (tối đa 600 ký tự).")
	case !slices.Contains(dossier.Kinds(), h.Kind):
		return bad("Hãy chọn tập thể hay cá nhân.")
	case !slices.Contains(Grounds(), h.Ground):
		return bad("Hãy chọn căn cứ chưa xét khen thưởng.")
	case !ok || today.Before(since):
		return bad("Ngày bắt đầu không hợp lệ hoặc ở tương lai.")
	default:
		h.Since = since.ISO()
	}
	var ok bool
	if h.Number, ok = round.DocumentNumber(in.Number); !ok {
		return bad("Hãy ghi số, ký hiệu văn bản làm căn cứ, ví dụ 12/QĐ-UBKT.")
	}
	if in.Birth != "" {
		b, ok := readDay(in.Birth)
		if !ok || today.Before(b) {
			return bad("Ngày sinh không hợp lệ.")
		}
		h.Birth = b.ISO()
	}
	h.Subject = h.Identify()
	h.ID = idIn(part(h.Kind, h.Name), r.NewID())
	_, err := r.Do(ctx, key, r.Request([]any{"hold", who.ID, in}), func(_ context.Context, now time.Time) (store.Commit, error) {
		return store.Commit{
			Writes: []store.Write{putHold(h, 0)},
			Events: []evidence.Event{act.Event(Chain, "register.held", who.ID, now, map[string]any{"hold": r.inEvent(h.ID), "ground": h.Ground, "since": h.Since})},
		}, nil
	})
	return err
}

// Lift ends a hold from today on, with its reason. Items: hold, texts, event,
// head, log, key: 6.
func (r Room) Lift(ctx context.Context, key string, who people.Actor, id, why string) error {
	const op = "register.lift"
	if err := who.Need(op, people.Admin); err != nil {
		return err
	}
	if why = strings.TrimSpace(why); len([]rune(why)) < 10 {
		return fault.New(fault.Invalid, op, "Hãy ghi kết luận và văn bản làm căn cứ để thôi hoãn, ít nhất 10 ký tự.")
	}
	_, err := r.Do(ctx, key, r.Request([]any{"lift", who.ID, id, why}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var h Hold
		rev, err := store.Load(ctx, r.Store, holdKey(id), &h)
		if err != nil {
			return store.Commit{}, err
		}
		if h.Lifted != "" {
			return store.Commit{}, fault.New(fault.Invalid, op, "Việc hoãn này đã kết thúc.")
		}
		texts := r.Texts(Chain, key)
		h.Lifted, h.LiftBy, h.Why = calendar.DateOf(now).ISO(), who.ID, texts.Add("why", why)
		kept, err := texts.Writes()
		if err != nil {
			return store.Commit{}, err
		}
		ev := act.Event(Chain, "register.lifted", who.ID, now, map[string]any{"hold": r.inEvent(id)})
		ev.Texts = texts.Named()
		return store.Commit{Writes: append(kept, putHold(h, rev)), Events: []evidence.Event{ev}}, nil
	})
	return err
}

// Award gives one award; NotFound if there is none.
func (r Room) Award(ctx context.Context, id string) (Award, error) {
	var a Award
	_, err := store.Load(ctx, r.Store, awardKey(id), &a)
	return a, err
}
