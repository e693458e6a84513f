package access_test

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"hoso/shared/access"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/people"
)

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEveryFaultOfAPersonIsSaidAtOnce(t *testing.T) {
	w := newWorld(t)
	_, err := w.AddPerson(context.Background(), w.key(), access.Operator(), access.Details{
		Name: " ", Email: "a b@c\r\nBcc: x@y", Title: strings.Repeat("x", 201), Roles: []people.Role{people.Admin, people.Appraiser},
	})
	want(t, err, fault.Invalid, "fields")
	for _, f := range []string{"name", "email", "title", "roles"} {
		if !strings.Contains(err.Error(), f) {
			t.Errorf("field %s is not named in %v", f, err)
		}
	}
}

func TestAddressBelongsToOnePerson(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	p := w.person("binh@example.vn", people.Auditor)
	d := access.Details{Name: "Khác", Email: "BINH@example.vn", Roles: []people.Role{people.Clerk}}
	_, err := w.AddPerson(ctx, w.key(), access.Operator(), d)
	want(t, err, fault.Invalid, "fields")
	if err := w.EditPerson(ctx, w.key(), access.Operator(), p.ID, access.Details{Name: p.Name, Email: "moi@example.vn"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AddPerson(ctx, w.key(), access.Operator(), d); err != nil {
		t.Errorf("a freed address cannot be used: %v", err)
	}
}

func TestActUnderOneKeyHappensOnce(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	d := access.Details{Name: "A", Email: "a@example.vn", Roles: []people.Role{people.Clerk}}
	first, err := w.AddPerson(ctx, "k", access.Operator(), d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.AddPerson(ctx, "k", access.Operator(), d)
	if err != nil || again != first {
		t.Errorf("the act done twice gave %q and %q, %v", first, again, err)
	}
	d.Name = "B"
	_, err = w.AddPerson(ctx, "k", access.Operator(), d)
	want(t, err, fault.Conflict, "key-reused")
}

func TestOnlyAnOperatorManagesAndNeverThemselves(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	op := w.person("op@example.vn", people.Operator)
	p := w.person("binh@example.vn", people.Auditor)
	for _, role := range people.Roles() {
		who := people.Actor{Person: people.Person{ID: "x", Active: true, Roles: []people.Role{role}}}
		errs := map[string]error{}
		_, errs["add"] = w.AddPerson(ctx, w.key(), who, access.Details{Name: "A", Email: string(role) + "@example.vn", Roles: []people.Role{people.Clerk}})
		_, errs["unit"] = w.AddUnit(ctx, w.key(), who, access.UnitDetails{Name: "Đơn vị " + string(role)})
		errs["edit"] = w.EditPerson(ctx, w.key(), who, p.ID, access.Details{Name: "A", Email: p.Email})
		errs["roles"] = w.SetRoles(ctx, w.key(), who, p.ID, []people.Role{people.Clerk})
		errs["active"] = w.SetActive(ctx, w.key(), who, p.ID, true)
		errs["invite"] = w.Invite(ctx, w.key(), who, p.ID)
		errs["passkeys"] = w.ForgetPasskeys(ctx, w.key(), who, p.ID)
		errs["away"] = w.SetAway(ctx, w.key(), who, p.ID, nil)
		_, errs["import"] = w.PlanPeople(ctx, who, [][]string{access.PersonHeadings()})
		for name, err := range errs {
			if denied := fault.Is(err, fault.Denied); denied == (role == people.Operator) {
				t.Errorf("%s by %s: %v", name, role, err)
			}
		}
	}
	me := people.Actor{Person: op}
	want(t, w.SetRoles(ctx, w.key(), me, op.ID, []people.Role{people.Operator, people.Admin}), fault.Denied, "")
	want(t, w.SetActive(ctx, w.key(), me, op.ID, false), fault.Denied, "")
	want(t, w.SetRoles(ctx, w.key(), me, p.ID, []people.Role{people.Head, people.Operator}), fault.Invalid, "fields")
}

func TestHistoryTellsActsWithoutPersonalText(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	p := w.person("binh@example.vn", people.Submitter)
	if err := w.SetActive(ctx, w.key(), access.Operator(), p.ID, false); err != nil {
		t.Fatal(err)
	}
	events, err := w.store.Events(ctx, people.Chain(p.ID), 0, 50)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range events {
		read, err := evidence.Read(e)
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, read.Type)
		if strings.Contains(e.Line, "Bình") || strings.Contains(e.Line, "binh@") {
			t.Errorf("an event holds personal text: %s", e.Line)
		}
	}
	if !slices.Equal(kinds, []string{"person.added", "person.disabled"}) {
		t.Errorf("history is %v", kinds)
	}
}

func TestStandInSharesARoleForABoundedTime(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	a := w.person("a@example.vn", people.Appraiser)
	b := w.person("b@example.vn", people.Appraiser)
	c := w.person("c@example.vn", people.Clerk)
	day := 24 * time.Hour
	away := func(by string, days int) *people.Away {
		return &people.Away{From: w.Now(), To: w.Now().Add(time.Duration(days) * day), StandIn: by}
	}
	me := people.Actor{Person: a}
	for name, bad := range map[string]*people.Away{"self": away(a.ID, 3), "other role": away(c.ID, 3), "unknown": away("x", 3), "backwards": away(b.ID, -3), "too long": away(b.ID, 93)} {
		if err := w.SetAway(ctx, w.key(), me, a.ID, bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.SetAway(ctx, w.key(), me, a.ID, away(b.ID, 30)); err != nil {
		t.Fatal(err)
	}
	if p, _ := w.Person(ctx, a.ID); p.Away == nil || p.Away.StandIn != b.ID {
		t.Errorf("absence is %+v", p.Away)
	}
}

func sheet(t *testing.T, rows [][]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		for j, v := range row {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellStr("Sheet1", at, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestImportSaysEveryFaultThenDoesTheRestOnce(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	units := [][]string{{"TÊN ĐƠN VỊ", "Cấp trên", "Tên khác"}, {"Sở Y tế", "", "Sở YT; SYT"}, {"Phòng Y", "Sở Y tế"}, {"Sở y tế"}, {"Phòng Z", "Không có"}}
	for name, data := range map[string][]byte{"excel": sheet(t, units), "csv": []byte("\ufeffTên đơn vị;Đơn vị cấp trên\nSở Y tế;\n")} {
		if rows, err := access.ReadTable(data); err != nil || len(rows) < 2 || rows[1][0] != "Sở Y tế" {
			t.Errorf("%s: %v %v", name, rows, err)
		}
	}
	rows, err := access.ReadTable(sheet(t, units))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := w.PlanUnits(ctx, access.Operator(), rows)
	if err != nil {
		t.Fatal(err)
	}
	var will []string
	for _, u := range plan {
		will = append(will, u.Will)
	}
	if !slices.Equal(will, []string{"add", "add", "fault", "fault"}) {
		t.Errorf("units: %v", will)
	}
	for range 2 {
		if got, err := w.ImportUnits(ctx, "units", access.Operator(), plan); err != nil || got.Added != 2 || len(got.Failed) != 0 {
			t.Errorf("import units: %+v %v", got, err)
		}
	}
	if all, _ := w.AllUnits(ctx); len(all) != 2 {
		t.Errorf("%d units, want 2", len(all))
	}
	table := [][]string{
		access.PersonHeadings(),
		{"Lò Thị Mai", "mai@yte.vn", "Chuyên viên", "sở y tế", "Đơn vị trình"},
		{"Hai", "mai@yte.vn", "", "", "Văn thư"},
		{"Ba", "ba@yte.vn", "", "Sở Lạ", "Vai lạ"},
	}
	plan2, err := w.PlanPeople(ctx, access.Operator(), table)
	if err != nil {
		t.Fatal(err)
	}
	if plan2[0].Will != access.RowAdd || plan2[1].Will != access.RowFault || len(plan2[2].Slips) != 2 {
		t.Errorf("persons: %+v", plan2)
	}
	for range 2 {
		if got, err := w.ImportPeople(ctx, "people", access.Operator(), plan2, true); err != nil || got.Added != 1 {
			t.Errorf("import persons: %+v %v", got, err)
		}
	}
	if n := len(w.notices()); n != 1 {
		t.Errorf("%d invitations, want 1", n)
	}
	if again, _ := w.PlanPeople(ctx, access.Operator(), table[:2]); again[0].Will != access.RowSame {
		t.Errorf("the same table again would %s", again[0].Will)
	}
	_, err = w.PlanPeople(ctx, access.Operator(), [][]string{{"Họ và tên"}})
	want(t, err, fault.Invalid, "")
}

func TestOddTablesAreRefused(t *testing.T) {
	for name, data := range map[string][]byte{
		"empty": nil, "zip that is no sheet": []byte("PK\x03\x04rubbish"), "legacy bytes": {'a', 0xff, 0xfd, '\n'},
		"too big": bytes.Repeat([]byte("a"), 5<<20), "too many columns": []byte(strings.Repeat("a,", 60)),
	} {
		if _, err := access.ReadTable(data); !fault.Is(err, fault.Invalid) || fault.Public(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
