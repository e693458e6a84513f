package verify

import (
	"context"
	"fmt"
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/round"
	"hoso/shared/store"
)

// placeRows are what one round's places come to.
type placeRows struct {
	round round.Round
	list  round.List
	rows  map[string]round.Place // kind/identity -> row
}

// Places checks the invariants of a round's places: the cap less what is free
// is what rows hold and what confirmed selections took and quota has not
// written yet; no identity holds two; the list and the rows agree.
func Places() Check {
	return Check{Name: "places", Run: func(ctx context.Context, s Snapshot, report func(Finding)) error {
		rounds := map[string]*placeRows{}
		of := func(id string) *placeRows {
			if rounds[id] == nil {
				rounds[id] = &placeRows{rows: map[string]round.Place{}}
			}
			return rounds[id]
		}
		free := map[string]int64{}
		err := s.Walk(ctx, Walker{
			Part: "round/",
			Record: func(r store.Record) error {
				id := strings.TrimPrefix(r.Key.Part, "round/")
				switch r.Key {
				case round.Key(id):
					return r.Decode(&of(id).round)
				case round.ListKey(id):
					return r.Decode(&of(id).list)
				}
				return nil
			},
			Counter: func(name string, n int64) error {
				free[name] = n
				return nil
			},
		})
		if err != nil {
			return err
		}
		for id, p := range rounds {
			err := s.Walk(ctx, Walker{Part: round.PlacesPart(id), Record: func(r store.Record) error {
				if r.Key.Part != round.PlacesPart(id) {
					return nil
				}
				var row round.Place
				if err := r.Decode(&row); err != nil {
					return err
				}
				p.rows[r.Key.Sort] = row
				return nil
			}})
			if err != nil {
				return err
			}
			p.check(id, free, report)
		}
		return nil
	}}
}

func (p *placeRows) check(id string, free map[string]int64, report func(Finding)) {
	if p.round.ID == "" {
		return
	}
	find := func(detail string, args ...any) {
		report(Finding{
			Code: "places", Where: "round/" + id, Message: "Số chỗ của đợt không khớp: số còn lại, danh sách và các dòng giữ chỗ phải cân nhau.",
			Detail: fmt.Sprintf(detail, args...),
		})
	}
	for _, kind := range dossier.Kinds() {
		left, ok := free[round.PlaceCounter(id, kind)]
		if !ok {
			find("%s: no counter", kind)
			continue
		}
		live, waiting := 0, 0
		for _, row := range p.rows {
			if row.Kind == kind && row.State != round.Released {
				live++
			}
		}
		holders := map[string]int{}
		for _, e := range p.list.Entries {
			if e.Kind != kind || e.Place == round.Released {
				continue
			}
			holders[e.Identity]++
			row, written := p.rows[string(kind)+"/"+e.Identity]
			switch {
			case e.Selection > p.round.Written && (!written || row.State == round.Released):
				waiting++
			case !written || row.State != e.Place || row.Dossier != e.Dossier:
				find("%s %s: list says %s, row says %q", kind, e.Identity, e.Place, row.State)
			}
		}
		for identity, n := range holders {
			if n > 1 {
				find("%s %s holds %d places", kind, identity, n)
			}
		}
		if want := int64(p.round.Settings.Caps[kind] - live - waiting); left != want || left < 0 {
			find("%s: cap %d, rows %d, waiting %d, free %d", kind, p.round.Settings.Caps[kind], live, waiting, left)
		}
	}
}
