package verify

import (
	"context"
	"fmt"
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/round"
	"hoso/shared/store"
)

// placeRows are what one round's places come to.
type placeRows struct {
	round round.Round
	list  round.List
	rows  map[string]round.Place // kind/identity -> row
	// ledger is what the round's own events say of its places.
	ledger round.Ledger
}

// Places checks the invariants of a round's places: the cap less what is free
// is what rows hold and what confirmed selections took and quota has not
// written yet; no identity holds two; the list and the rows agree.
func Places() Check {
	return Check{Name: "places", Run: func(ctx context.Context, s store.Snapshot, report func(Finding)) error {
		rounds := map[string]*placeRows{}
		of := func(id string) *placeRows {
			if rounds[id] == nil {
				rounds[id] = &placeRows{rows: map[string]round.Place{}}
			}
			return rounds[id]
		}
		free := map[string]int64{}
		err := s.Walk(ctx, store.Walker{
			Part: "round/",
			Event: func(p evidence.Placed) error {
				id, ok := strings.CutPrefix(p.Chain, "round/")
				if !ok {
					return nil
				}
				e, err := evidence.Read(p)
				if err == nil {
					err = of(id).ledger.Take(e)
				}
				if err != nil {
					report(Finding{Code: "places", Where: p.Chain, Message: "Một sự kiện của đợt không đọc được nên sổ chỗ không tính được.", Detail: fmt.Sprintf("#%d: %v", p.Seq, err)})
				}
				return nil
			},
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
			err := s.Walk(ctx, store.Walker{Part: round.PlacesPart(id), Record: func(r store.Record) error {
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
	wrong := round.Imbalance(p.round, p.list, p.rows, free)
	of := map[dossier.Kind]int64{}
	for _, kind := range dossier.Kinds() {
		of[kind] = free[round.PlaceCounter(id, kind)]
	}
	for _, f := range p.ledger.Faults(p.round, p.list, of) {
		wrong = append(wrong, "ledger: "+f)
	}
	if over := p.round.Settings.Over(p.list.Entries); len(over) > 0 {
		wrong = append(wrong, "further limits: "+strings.Join(over, "; "))
	}
	for _, detail := range wrong {
		report(Finding{
			Code: "places", Where: "round/" + id, Message: "Số chỗ của đợt không khớp: số còn lại, danh sách và các dòng giữ chỗ phải cân nhau.",
			Detail: detail,
		})
	}
}
