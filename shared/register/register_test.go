package register_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/people"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/store"
)

func person(name, birth, unit string) register.Subject {
	return register.Subject{Kind: dossier.Individual, Name: name, Birth: birth, Unit: unit}.Identify()
}

func collective(name string) register.Subject {
	return register.Subject{Kind: dossier.Collective, Name: name}.Identify()
}

func TestWhoMayBeOne(t *testing.T) {
	kien := person("Đoàn Sỹ Kiên", "1975-05-01", "Phòng Nội vụ huyện Chợ Đồn")
	for _, c := range []struct {
		name string
		a, b register.Subject
		why  string
	}{
		{"y and i, one birth date, two units", kien, person("Đoàn Sĩ Kiên", "1975-05-01", "Sở Y tế"), register.ByBirth},
		{"one name, two birth dates", kien, person("Đoàn Sỹ Kiên", "1980-01-01", "Phòng Nội vụ huyện Chợ Đồn"), ""},
		{"a birth date not known, the unit abbreviated", kien, person("Đoàn Sỹ Kiên", "", "P. Nội vụ huyện Chợ Đồn"), register.ByUnit},
		{"a birth date not known, another unit", kien, person("Đoàn Sỹ Kiên", "", "Sở Y tế"), ""},
		{"nothing known but the name", kien, person("Đoàn Sỹ Kiên", "", ""), register.ByUnit},
		{"an honorific", kien, person("Ông Đoàn Sỹ Kiên", "1975-05-01", "Sở Y tế"), register.ByBirth},
		{"another name, the same birth date", kien, person("Đoàn Sỹ Kiến", "1975-05-01", "Phòng Nội vụ huyện Chợ Đồn"), ""},
		{"written alike", kien, person("ĐOÀN SỸ KIÊN", "1975-05-01", "Phòng Nội vụ huyện Chợ Đồn"), ""}, // no question: it is one
		{"a person and a collective", person("Hoàng Hà", "", ""), register.Subject{Kind: dossier.Collective, Name: "Hoàng Hà"}.Identify(), ""},
		{"a committee abbreviated", collective("UBND huyện Ba Bể"), collective("Ủy ban nhân dân huyện Ba Bể, tỉnh Bắc Kạn"), register.ByWriting},
		{"committees of two districts", collective("UBND huyện Ba Bể"), collective("UBND huyện Na Rì"), ""},
		{"an office with what is above it", collective("Phòng Kế hoạch, Sở Tài chính"), collective("Phòng Kế hoạch thuộc Sở Tài chính"), ""}, // one identity? see below
		{"offices of two bodies", collective("Phòng Kế hoạch, Sở Tài chính"), collective("Phòng Kế hoạch, Sở Y tế"), ""},
	} {
		why, ask := register.Likely(c.a, c.b)
		back, again := register.Likely(c.b, c.a)
		if strings.HasPrefix(c.name, "an office with") {
			if ask != (c.a.Identity != c.b.Identity) {
				t.Errorf("%s: %q", c.name, why)
			}
			continue
		}
		if ask != (c.why != "") || ask && why != c.why || ask != again || ask && why != back {
			t.Errorf("%s: %q %v, back %q %v; want %q", c.name, why, ask, back, again, c.why)
		}
	}
}

// office is a register on a real store.
type office struct {
	*testing.T
	register.Room
	ctx   context.Context
	now   time.Time
	n     int
	admin people.Actor
}

func open(t *testing.T) *office {
	t.Helper()
	o := &office{T: t, ctx: context.Background(), now: time.Date(2025, 11, 10, 2, 0, 0, 0, time.UTC)}
	s, err := sqlitestore.Open(o.ctx, ":memory:", sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	id := func() string { o.n++; return fmt.Sprintf("%032x", o.n) }
	o.Room = register.Room{Desk: act.Desk{Store: s, Now: func() time.Time { return o.now }, NewID: id, Rand: func(n int) []byte { return make([]byte, n) }}}
	o.admin = people.Actor{Person: people.Person{ID: "admin", Active: true, Roles: []people.Role{people.Admin}}}
	return o
}

func (o *office) ok(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err, fault.Public(err))
	}
}

func (o *office) put(w ...store.Write) {
	o.Helper()
	o.n++
	_, err := o.Store.Commit(o.ctx, store.Commit{Key: fmt.Sprint("put", o.n), Request: "put", At: o.now, Writes: w})
	o.ok(err)
}

// round puts a round; decided with a number where one is given.
func (o *office) round(id, campaign, number string) {
	rd := round.Round{ID: id, State: round.Closed, Settings: round.Settings{Campaign: campaign, Title: "Chuyển đổi số", Award: "Bằng khen của Chủ tịch UBND tỉnh"}}
	if number != "" {
		rd.State, rd.Decision = round.Decided, &round.Decision{Number: number, Date: "2023-12-20"}
	}
	o.put(round.Put(rd, 0))
}

func (o *office) dossier(id, roundID string, state dossier.State, standing dossier.Standing, subs ...register.Subject) dossier.Dossier {
	d := dossier.Dossier{ID: id, Round: roundID, Unit: "u", UnitName: "Đơn vị " + id, State: state, Receipt: "HS-" + id}
	for i, s := range subs {
		d.Nominees = append(d.Nominees, dossier.Nominee{ID: fmt.Sprint("n", i), Identity: s.Identity, Kind: s.Kind, Name: s.Name, Birth: s.Birth, Unit: s.Unit, Standing: standing})
	}
	o.put(dossier.Put(d, 0))
	o.ok(o.Index(o.ctx, id))
	return d
}

func (o *office) facts(d dossier.Dossier) []string {
	o.Helper()
	all, err := register.Facts(o.ctx, o.Store, d, d.Nominees)
	o.ok(err)
	out := []string{}
	for _, f := range all {
		s := f.Nominee
		switch {
		case f.Award != nil:
			s += " award " + f.Award.Number
		case f.Hold != nil:
			s += " hold " + f.Hold.Ground
		case f.Elsewhere != nil:
			s += " elsewhere " + f.Elsewhere.Number
		}
		if !f.Sure {
			s += "?"
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

func (o *office) open() []register.Question {
	o.Helper()
	all, _, err := o.Questions(o.ctx, "")
	o.ok(err)
	return slices.DeleteFunc(all, func(q register.Question) bool { return q.Same != nil })
}

const why = "Theo lý lịch trích ngang kèm hồ sơ"

func TestAnAwardOfAnEarlierRoundIsKnownAndDoubtIsAsked(t *testing.T) {
	o := open(t)
	o.round("r2023", "bk", "123/QĐ-UBND")
	o.round("r2025", "bk", "")
	o.dossier("old", "r2023", dossier.Awarded, dossier.PlaceConfirmed, person("Đoàn Sỹ Kiên", "1975-05-01", "Phòng Nội vụ"), collective("UBND huyện Ba Bể"))
	d := o.dossier("new", "r2025", dossier.InAppraisal, dossier.Pending,
		person("Đoàn Sĩ Kiên", "1975-05-01", "Sở Y tế"), collective("UBND huyện Ba Bể"), person("Lò Thị Mai", "1980-01-01", "Sở Y tế"))
	if got := o.facts(d); !slices.Equal(got, []string{"n0 award 123/QĐ-UBND?", "n1 award 123/QĐ-UBND"}) {
		t.Fatal(got)
	}
	asked := o.open()
	if len(asked) != 1 || asked[0].Why != register.ByBirth {
		t.Fatal(asked)
	}
	o.ok(o.Index(o.ctx, "new")) // again
	o.ok(o.Index(o.ctx, "old"))
	if len(o.open()) != 1 {
		t.Fatal("asked twice")
	}
	auditor := people.Actor{Person: people.Person{ID: "x", Active: true, Roles: []people.Role{people.Auditor}}}
	if err := o.Rule(o.ctx, "k0", auditor, asked[0].ID, true, why); !fault.Is(err, fault.Denied) {
		t.Error(err)
	}
	if err := o.Rule(o.ctx, "k1", o.admin, asked[0].ID, true, "ngắn"); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
	o.ok(o.Rule(o.ctx, "k2", o.admin, asked[0].ID, false, why))
	if got := o.facts(d); !slices.Equal(got, []string{"n1 award 123/QĐ-UBND"}) {
		t.Error("ruled to be two, still told:", got)
	}
	o.ok(o.Rule(o.ctx, "k3", o.admin, asked[0].ID, true, why))
	o.ok(o.Rule(o.ctx, "k3", o.admin, asked[0].ID, true, why)) // the form sent twice
	if got := o.facts(d); !slices.Equal(got, []string{"n0 award 123/QĐ-UBND", "n1 award 123/QĐ-UBND"}) {
		t.Error("ruled to be one:", got)
	}
	twins, err := register.Twins(o.ctx, o.Store, []string{d.Nominees[0].Identity, d.Nominees[2].Identity})
	o.ok(err)
	if len(twins) != 1 || len(twins[d.Nominees[0].Identity]) != 1 {
		t.Error(twins)
	}
	var v register.Version
	_, err = store.Load(o.ctx, o.Store, register.VersionKey, &v)
	if o.ok(err); v.N != 2 {
		t.Error(v)
	}
}

func TestRowsFollowTheDossier(t *testing.T) {
	o := open(t)
	o.round("r", "bk", "9/QĐ-UBND")
	mai := person("Lò Thị Mai", "1980-01-01", "Sở Y tế")
	other := o.dossier("b", "r", dossier.InAppraisal, dossier.Pending, mai)
	o.dossier("a", "r", dossier.Draft, dossier.Pending, mai)
	if got := o.facts(other); len(got) > 0 {
		t.Error("a draft counts:", got)
	}
	set := func(edit func(*dossier.Dossier)) {
		var d dossier.Dossier
		rev, err := store.Load(o.ctx, o.Store, dossier.Key("a"), &d)
		o.ok(err)
		edit(&d)
		o.put(dossier.Put(d, rev))
		o.ok(o.Index(o.ctx, "a"))
	}
	set(func(d *dossier.Dossier) { d.State = dossier.InAppraisal })
	if got := o.facts(other); !slices.Equal(got, []string{"n0 elsewhere HS-a"}) {
		t.Error(got)
	}
	set(func(d *dossier.Dossier) { d.State, d.Nominees[0].Standing = dossier.Awarded, dossier.PlaceConfirmed })
	if got := o.facts(other); !slices.Equal(got, []string{"n0 award 9/QĐ-UBND", "n0 elsewhere HS-a"}) {
		t.Error(got)
	}
	set(func(d *dossier.Dossier) { d.State, d.Nominees[0].Standing = dossier.Annulled, dossier.AwardAnnulled })
	if got := o.facts(other); !slices.Equal(got, []string{"n0 elsewhere HS-a"}) {
		t.Error("an annulled award counts:", got)
	}
	set(func(d *dossier.Dossier) { d.State = dossier.Withdrawn })
	if got := o.facts(other); len(got) > 0 {
		t.Error("a withdrawn dossier counts:", got)
	}
	set(func(d *dossier.Dossier) { // a hundred nominees, then none
		d.State = dossier.Eligible
		for i := range 99 {
			s := person(fmt.Sprint("Người ", i), "", "Sở")
			d.Nominees = append(d.Nominees, dossier.Nominee{ID: fmt.Sprint("x", i), Identity: s.Identity, Kind: s.Kind, Name: s.Name, Unit: s.Unit})
		}
	})
	if got := o.facts(other); !slices.Equal(got, []string{"n0 elsewhere HS-a"}) {
		t.Error(got)
	}
	set(func(d *dossier.Dossier) { d.Nominees = nil })
	if got := o.facts(other); len(got) > 0 {
		t.Error(got)
	}
}

func TestEarlierDecisionsAreImportedLineByLine(t *testing.T) {
	o := open(t)
	table := [][]string{
		register.Headings(),
		{"Cá nhân", "Lò Thị Mai", "01/02/1980", "Sở Y tế", "Bằng khen của Chủ tịch UBND tỉnh", "Chuyển đổi số", "12/QĐ-UBND", "20/12/2022", "Chủ tịch UBND tỉnh"},
		{"Tập thể", "UBND huyện Ba Bể", "", "", "Bằng khen", "Chuyển đổi số", "12/QĐ-UBND", "2022-12-20", ""},
		{"người", "", "31/02/1980", "", "", "", "số 12", "20/12/2099", ""},
		nil,
		{"Cá nhân", "lò thị mai", "01/02/1980", "Sở Y tế", "Bằng khen của Chủ tịch UBND tỉnh", "", "12/QĐ-UBND", "20/12/2022", ""},
	}
	plan, err := o.Plan(o.ctx, o.admin, table)
	o.ok(err)
	wills := []string{}
	for _, r := range plan {
		wills = append(wills, fmt.Sprint(r.Line, r.Will, len(r.Slips)))
	}
	if !slices.Equal(wills, []string{"2add0", "3add0", "4fault6", "6same0"}) {
		t.Fatal(wills, plan[2].Slips)
	}
	n, err := o.Import(o.ctx, "k", o.admin, plan)
	if o.ok(err); n != 2 {
		t.Error(n)
	}
	if _, err := o.Import(o.ctx, "k", o.admin, plan); err != nil {
		t.Error("the form sent twice:", err)
	}
	if plan, err = o.Plan(o.ctx, o.admin, table); err != nil || plan[0].Will != register.WillSkip || plan[1].Will != register.WillSkip {
		t.Error(plan, err)
	}
	o.round("r", "bk", "")
	d := o.dossier("d", "r", dossier.InAppraisal, dossier.Pending, person("Lò Thị Mai", "1980-02-01", "Sở Y tế"), collective("Ủy ban nhân dân huyện Ba Bể"))
	if got := o.facts(d); !slices.Equal(got, []string{"n0 award 12/QĐ-UBND", "n1 award 12/QĐ-UBND?"}) {
		t.Error(got)
	}
	if q := o.open(); len(q) != 1 || q[0].B.Award == "" {
		t.Error(q)
	}
	id := plan[0].Award.ID
	o.ok(o.Strike(o.ctx, "s", o.admin, id))
	if err := o.Strike(o.ctx, "s2", o.admin, id); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
	if got := o.facts(d); !slices.Equal(got, []string{"n1 award 12/QĐ-UBND?"}) {
		t.Error("a struck award counts:", got)
	}
	if _, err := o.Plan(o.ctx, o.admin, [][]string{{"Tên"}}); !fault.Is(err, fault.Invalid) {
		t.Error("a table without its columns:", err)
	}
}

func TestAHoldStandsUntilItIsLifted(t *testing.T) {
	o := open(t)
	h := register.Holding{Kind: dossier.Individual, Name: "Lò Thị Mai", Birth: "01/02/1980", Unit: "Sở Y tế", Ground: register.Complaint, Number: "3/QĐ-TTr", Since: "01/11/2025"}
	for name, bad := range map[string]func(*register.Holding){
		"no name": func(h *register.Holding) { h.Name = "" }, "no ground": func(h *register.Holding) { h.Ground = "rumour" },
		"no document": func(h *register.Holding) { h.Number = "nghe nói" }, "tomorrow": func(h *register.Holding) { h.Since = "11/11/2025" },
		"no such day": func(h *register.Holding) { h.Birth = "31/02/1980" }, "no kind": func(h *register.Holding) { h.Kind = "x" },
	} {
		x := h
		bad(&x)
		if err := o.Hold(o.ctx, name, o.admin, x); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.ok(o.Hold(o.ctx, "h", o.admin, h))
	o.round("r", "bk", "")
	d := o.dossier("d", "r", dossier.InAppraisal, dossier.Pending, person("Lò Thị Mai", "1980-02-01", "Sở Y tế"))
	all, err := register.Facts(o.ctx, o.Store, d, d.Nominees)
	o.ok(err)
	if len(all) != 1 || !all[0].Sure || !all[0].Hold.On("2025-11-01") || all[0].Hold.On("2025-10-31") {
		t.Fatal(all)
	}
	id := all[0].Hold.ID
	if err := o.Lift(o.ctx, "l0", o.admin, id, "xong"); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
	o.ok(o.Lift(o.ctx, "l", o.admin, id, "Kết luận số 5/KL-TTr: không vi phạm"))
	all, err = register.Facts(o.ctx, o.Store, d, d.Nominees)
	o.ok(err)
	if all[0].Hold.On("2025-11-10") || !all[0].Hold.On("2025-11-09") {
		t.Error("lifted, it stands on:", all[0].Hold)
	}
	if err := o.Lift(o.ctx, "l2", o.admin, id, "Kết luận lần nữa"); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

// counted counts the reads of a store.
type counted struct {
	store.Store
	gets, many int
}

// Get reads one record.
func (c *counted) Get(ctx context.Context, k store.Key) (store.Record, error) {
	c.gets++
	return c.Store.Get(ctx, k)
}

// GetMany reads several.
func (c *counted) GetMany(ctx context.Context, keys []store.Key) ([]store.Record, error) {
	c.many++
	return c.Store.GetMany(ctx, keys)
}

func TestALongTableIsLookedUpTogether(t *testing.T) {
	o := open(t)
	table := [][]string{register.Headings()}
	for i := range 250 {
		table = append(table, []string{"Cá nhân", fmt.Sprintf("Người thứ %d", i), "", "Sở Y tế", "Bằng khen", "", "12/QĐ-UBND", "20/12/2022", ""})
	}
	plan, err := o.Plan(o.ctx, o.admin, table[:121])
	o.ok(err)
	_, err = o.Import(o.ctx, "k", o.admin, plan)
	o.ok(err)
	seen := &counted{Store: o.Store}
	o.Store = seen
	plan, err = o.Plan(o.ctx, o.admin, table)
	o.ok(err)
	same := 0
	for _, r := range plan {
		if r.Will == register.WillSkip {
			same++
		}
	}
	if same != 120 || len(plan) != 250 || seen.gets > 0 || seen.many > 3 {
		t.Errorf("%d of %d lines are there, %d single reads, %d of many", same, len(plan), seen.gets, seen.many)
	}
}

func TestOpenQuestionsAreCountedBeyondOnePage(t *testing.T) {
	o := open(t)
	no := false
	for i := range store.MaxPage + 30 {
		q := register.Question{ID: fmt.Sprintf("%032x", i)}
		if i%10 == 0 {
			q.Same = &no
		}
		o.put(store.Put(store.Key{Part: "register-questions", Sort: q.ID}, 0, q))
	}
	if n, err := o.Unanswered(o.ctx); err != nil || n != 207 {
		t.Errorf("%d are open, %v", n, err)
	}
}
