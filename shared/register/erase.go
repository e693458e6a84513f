package register

import (
	"context"
	"strings"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// rowGroup begins the group of a reference to an imported row; no act has it.
const rowGroup = "award~"

// Commitment is what an erasure of an imported row is known by; "" for awards
// of this store, which stand in dossiers and decisions.
func (a Award) Commitment() evidence.Commitment {
	if a.AddedBy == "" || a.Salt == "" {
		return ""
	}
	c, err := evidence.Text{Salt: a.Salt, Text: a.ID}.Commit()
	if err != nil {
		return ""
	}
	return c
}

// Ref names an imported row as an erasure does; "" if it is none.
func (a Award) Ref() act.TextRef {
	c := a.Commitment()
	if c == "" {
		return ""
	}
	return act.TextRef(rowGroup + a.ID + "/" + string(c)).On(Chain)
}

// RowOf gives the id of the imported row that a reference names.
func RowOf(ref act.TextRef) (id string, ok bool) {
	chain, group, _, _ := ref.Split("")
	id, ok = strings.CutPrefix(group, rowGroup)
	return id, ok && chain == Chain
}

// CommittedRow gives the commitment to a record that is an imported row.
func CommittedRow(rec store.Record) (evidence.Commitment, bool) {
	if !strings.HasPrefix(rec.Key.Part, Chain+"/") || !strings.HasPrefix(rec.Key.Sort, "award/") {
		return "", false
	}
	var a Award
	if rec.Decode(&a) != nil {
		return "", false // its own checks tell of it
	}
	c := a.Commitment()
	return c, c != ""
}

// Imported gives the imported rows of whoever is written so, of either kind.
func Imported(ctx context.Context, r store.Reader, name string) ([]Award, error) {
	var out []Award
	if strings.TrimSpace(name) == "" {
		return nil, nil
	}
	for _, kind := range dossier.Kinds() {
		held, err := All(ctx, r, part(kind, name))
		if err != nil {
			return nil, err
		}
		for _, a := range held.Awards {
			if a.Commitment() != "" {
				out = append(out, a)
			}
		}
	}
	return out, nil
}

// Row gives the imported row that a reference names; NotFound if it is gone.
func Row(ctx context.Context, r store.Reader, ref act.TextRef) (Award, int64, error) {
	id, _ := RowOf(ref)
	var a Award
	rev, err := store.Load(ctx, r, awardKey(id), &a)
	if err == nil && a.Ref() != ref {
		err = fault.New(fault.NotFound, "register.row", "") // imported once more
	}
	return a, rev, err
}

// EraseRow gives the write that takes an imported row out for good, with its
// salt.
func EraseRow(ctx context.Context, r store.Reader, ref act.TextRef) (store.Write, error) {
	a, rev, err := Row(ctx, r, ref)
	return store.Remove(awardKey(a.ID), rev), err
}

// EveryRow gives every imported row. The index may lag a little.
func EveryRow(ctx context.Context, r store.Reader) ([]Award, error) {
	var out []Award
	for page := (store.Page{}); ; {
		s, err := r.Query(ctx, Awards, "awards", page)
		if err != nil {
			return nil, err
		}
		for _, rec := range s.Records {
			var a Award
			if err := rec.Decode(&a); err != nil {
				return nil, err
			}
			if a.Commitment() != "" {
				out = append(out, a)
			}
		}
		if page.After = s.Next; s.Next == "" {
			return out, nil
		}
	}
}
