package access

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"hoso/shared/act"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/viettext"
)

// What an import does with a row.
const (
	RowAdd    = "add"
	RowChange = "change"
	RowSame   = "same"
	RowFault  = "fault"
)

// PersonRow is one line of a table of persons.
type PersonRow struct {
	Line     int // in the file, from 1
	Details  Details
	UnitName string
	ID       string // of the person who has the address already
	Will     string // RowAdd, RowChange, RowSame or RowFault
	Slips    Slips
}

// UnitRow is one line of a table of units.
type UnitRow struct {
	Line    int
	Details UnitDetails
	Above   string // name of the unit above
	ID      string
	Will    string
	Slips   Slips
}

// Imported says what an import did.
type Imported struct {
	Added, Changed, Same int
	Failed               []Slip // Field is the line
}

func tableHead(rows [][]string, needed, names map[string][]string) (map[string]int, error) {
	if len(rows) == 0 {
		return nil, fault.New(fault.Invalid, "access.import", "Bảng không có dòng nào.")
	}
	cols := columns(rows[0], names)
	for name, headings := range needed {
		if _, ok := cols[name]; !ok {
			return nil, fault.New(fault.Invalid, "access.import", "Dòng đầu của bảng thiếu cột “"+headings[0]+"”; hãy tải tệp mẫu và điền theo mẫu.")
		}
	}
	return cols, nil
}

// PersonHeadings are the columns of a table of persons, in order.
func PersonHeadings() []string {
	return []string{"Họ và tên", "Thư điện tử", "Chức vụ", "Đơn vị", "Vai trò"}
}

// UnitHeadings are the columns of a table of units, in order.
func UnitHeadings() []string {
	return []string{"Tên đơn vị", "Đơn vị cấp trên", "Tên khác"}
}

// PlanPeople says of every line of a table of persons what an import would do
// and everything that is wrong with it. It changes nothing.
func (r Room) PlanPeople(ctx context.Context, who people.Actor, rows [][]string) ([]PersonRow, error) {
	if err := manage(who, "access.import"); err != nil {
		return nil, err
	}
	h := PersonHeadings()
	needed := map[string][]string{"name": {h[0]}, "email": {h[1]}, "roles": {h[4]}}
	cols, err := tableHead(rows, needed, map[string][]string{
		"name": {h[0], "Họ tên", "Name"}, "email": {h[1], "Email", "E-mail", "Địa chỉ thư"},
		"title": {h[2], "Title"}, "unit": {h[3], "Unit"}, "roles": {h[4], "Roles", "Role"},
	})
	if err != nil {
		return nil, err
	}
	var out []PersonRow
	seen := map[string]int{}
	for i, row := range rows[1:] {
		if row == nil {
			continue
		}
		p := PersonRow{Line: i + 2, UnitName: cell(row, cols, "unit"), Details: Details{
			Name: cell(row, cols, "name"), Email: cell(row, cols, "email"), Title: cell(row, cols, "title"),
		}}
		for _, name := range parts(cell(row, cols, "roles")) {
			role, ok := roleOf(name)
			if !ok {
				p.Slips.add("roles", "Vai trò “"+name+"” không có trong danh mục.")
			}
			p.Details.Roles = append(p.Details.Roles, role)
		}
		if err := r.planPerson(ctx, &p, seen); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func (r Room) planPerson(ctx context.Context, p *PersonRow, seen map[string]int) error {
	if p.UnitName != "" {
		u, err := r.UnitByName(ctx, p.UnitName)
		switch {
		case fault.Is(err, fault.NotFound):
			p.Slips.add("unit", "Chưa có đơn vị “"+p.UnitName+"”; hãy nhập danh sách đơn vị trước.")
			p.Details.Unit = "?" // so that its absence is not reported twice
		case err != nil:
			return err
		}
		if err == nil {
			p.Details.Unit = u.ID
		}
	}
	p.Details = p.Details.clean()
	if len(p.Slips) == 0 || !slices.ContainsFunc(p.Slips, func(s Slip) bool { return s.Field == "roles" }) {
		p.Slips = append(p.Slips, p.Details.Check()...)
	}
	email := people.FoldEmail(p.Details.Email)
	if first, twice := seen[email]; twice && email != "" {
		p.Slips.add("email", "Địa chỉ thư trùng với dòng "+strconv.Itoa(first)+".")
	}
	seen[email] = p.Line
	p.Will = RowAdd
	if len(p.Slips) > 0 {
		p.Will = RowFault
		return nil
	}
	known, err := r.ByEmail(ctx, p.Details.Email)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	p.ID, p.Will = known.ID, RowChange
	if known.Name == p.Details.Name && known.Email == p.Details.Email && known.Title == p.Details.Title && known.Unit == p.Details.Unit && slices.Equal(known.Roles, p.Details.Roles) {
		p.Will = RowSame
	}
	return nil
}

// roleOf finds a role by its id or its Vietnamese name.
func roleOf(name string) (people.Role, bool) {
	for _, role := range people.Roles() {
		if string(role) == strings.ToLower(name) || viettext.Fold(people.RoleName(role)) == viettext.Fold(name) {
			return role, true
		}
	}
	return people.Role(name), false
}

// ImportPeople does what PlanPeople said, line by line; a repeat of the act
// does nothing twice. With invite true, those added get an invitation.
func (r Room) ImportPeople(ctx context.Context, key string, who people.Actor, rows []PersonRow, invite bool) (Imported, error) {
	var out Imported
	for _, p := range rows {
		k := key + "/" + act.Hash(people.FoldEmail(p.Details.Email))[:24]
		var err error
		switch p.Will {
		case RowSame:
			out.Same++
			continue
		case RowAdd:
			var id string
			if id, err = r.AddPerson(ctx, k, who, p.Details); err == nil && invite {
				err = r.Invite(ctx, k+"/invite", who, id)
			}
			if err == nil {
				out.Added++
			}
		case RowChange:
			err = r.EditPerson(ctx, k, who, p.ID, p.Details)
			if err == nil && p.ID != who.ID {
				err = r.SetRoles(ctx, k+"/roles", who, p.ID, p.Details.Roles)
			}
			if err == nil {
				out.Changed++
			}
		default:
			continue
		}
		if err := out.fail(p.Line, err); err != nil {
			return out, err
		}
	}
	return out, nil
}

// fail notes what a person can mend; anything else stops the import.
func (i *Imported) fail(line int, err error) error {
	switch fault.KindOf(err) {
	case "":
		return nil
	case fault.Invalid, fault.Denied, fault.NotFound, fault.Conflict:
		i.Failed = append(i.Failed, Slip{Field: strconv.Itoa(line), Sentence: fault.Public(err)})
		return nil
	}
	return err
}

// PlanUnits says of every line of a table of units what an import would do.
func (r Room) PlanUnits(ctx context.Context, who people.Actor, rows [][]string) ([]UnitRow, error) {
	if err := manage(who, "access.import"); err != nil {
		return nil, err
	}
	h := UnitHeadings()
	cols, err := tableHead(rows, map[string][]string{"name": {h[0]}}, map[string][]string{
		"name": {h[0], "Đơn vị", "Name"}, "above": {h[1], "Cấp trên", "Parent"}, "aliases": {h[2], "Aliases"},
	})
	if err != nil {
		return nil, err
	}
	var out []UnitRow
	seen := map[string]int{}
	for i, row := range rows[1:] {
		if row == nil {
			continue
		}
		u := UnitRow{Line: i + 2, Above: cell(row, cols, "above"), Will: RowAdd, Details: UnitDetails{
			Name: cell(row, cols, "name"), Aliases: parts(cell(row, cols, "aliases")),
		}.clean()}
		u.Slips = u.Details.Check()
		name := viettext.Key(u.Details.Name)
		if first, twice := seen[name]; twice {
			u.Slips.add("name", "Tên đơn vị trùng với dòng "+strconv.Itoa(first)+".")
		}
		if u.Above != "" {
			if _, before := seen[viettext.Key(u.Above)]; !before {
				if _, err := r.UnitByName(ctx, u.Above); fault.Is(err, fault.NotFound) {
					u.Slips.add("parent", "Chưa có đơn vị cấp trên “"+u.Above+"”; hãy đặt dòng của nó ở trên.")
				} else if err != nil {
					return nil, err
				}
			}
		}
		seen[name] = u.Line
		if known, err := r.UnitByName(ctx, u.Details.Name); err == nil {
			u.ID, u.Will = known.ID, RowChange
		} else if !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if len(u.Slips) > 0 {
			u.Will = RowFault
		}
		out = append(out, u)
	}
	return out, nil
}

// ImportUnits does what PlanUnits said.
func (r Room) ImportUnits(ctx context.Context, key string, who people.Actor, rows []UnitRow) (Imported, error) {
	var out Imported
	for _, u := range rows {
		if u.Will == RowFault {
			continue
		}
		d := u.Details
		if u.Above != "" {
			above, err := r.UnitByName(ctx, u.Above)
			if err != nil {
				if err := out.fail(u.Line, err); err != nil {
					return out, err
				}
				continue
			}
			d.Parent = above.ID
		}
		k := key + "/" + act.Hash(viettext.Key(d.Name))[:24]
		var err error
		if u.Will == RowAdd {
			if _, err = r.AddUnit(ctx, k, who, d); err == nil {
				out.Added++
			}
		} else if err = r.EditUnit(ctx, k, who, u.ID, d); err == nil {
			out.Changed++
		}
		if err := out.fail(u.Line, err); err != nil {
			return out, err
		}
	}
	return out, nil
}
