package register

import (
	"context"
	"maps"
	"slices"
	"strings"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/round"
	"hoso/shared/store"
)

// rows is the list of rows a dossier has now, with the digest of each.
type rows struct {
	Keys map[string]string `json:"keys"` // part and sort, by a NUL -> digest
}

func rowsKey(id string) store.Key { return store.Key{Part: "registered/" + id, Sort: "rows"} }

// pageSize is how many rows one commit changes; tries bounds one indexing.
const (
	pageSize = 80
	tries    = 100
)

// Index brings the rows of a dossier up to what its record says, and asks about
// those of its nominees who may be somebody else's. It may run twice, late, or
// beside another.
func (r Room) Index(ctx context.Context, id string) error {
	for range tries {
		more, err := r.step(ctx, id)
		if err != nil {
			return err
		}
		if !more {
			return r.ask(ctx, id)
		}
	}
	return &fault.Error{Kind: fault.Conflict, Op: "register.index", Code: id}
}

// standing reports whether the nominees of a dossier in the state count: a
// draft's are not put forward yet, and what was taken back is no more.
func standing(s dossier.State) bool {
	switch s {
	case dossier.Draft, dossier.Submitted, dossier.Withdrawn, dossier.Lapsed, dossier.NotSubmitted:
		return false
	}
	return true
}

// want gives every row that should stand for a dossier.
func want(d dossier.Dossier, rd round.Round, by *round.Decision, corrected map[string]round.Facts) map[store.Key]any {
	out := map[store.Key]any{}
	if !standing(d.State) {
		return out
	}
	for _, n := range d.Nominees {
		p := part(n.Kind, n.Name)
		out[nominationKey(p, d.ID, n.ID)] = Nomination{Dossier: d.ID, Nominee: n.ID, Identity: n.Identity, Round: d.Round}
		annulled := n.Standing == dossier.AwardAnnulled
		if by == nil || !annulled && n.Standing != dossier.PlaceConfirmed || !d.State.Final() {
			continue
		}
		who := Of(n)
		if is, ok := corrected[n.ID]; ok {
			who.Name, who.Unit = is.Name, is.Unit
			who = who.Identify()
			p = part(who.Kind, who.Name)
		}
		a := Award{
			ID: idIn(p, d.ID+"."+n.ID), Subject: who, Form: rd.Settings.Award, For: rd.Settings.Title, Campaign: rd.Settings.Campaign,
			AdHoc:  d.AdHoc,
			Number: by.Number, Date: by.Date, By: rd.Settings.Issuer, Round: d.Round, Dossier: d.ID, Nominee: n.ID, Annulled: annulled,
		}
		out[awardKey(a.ID)] = a
	}
	return out
}

func flat(k store.Key) string { return k.Part + "\x00" + k.Sort }

func unflat(s string) store.Key {
	p, sort, _ := strings.Cut(s, "\x00")
	return store.Key{Part: p, Sort: sort}
}

// step changes at most a page of rows and says whether it must go on.
func (r Room) step(ctx context.Context, id string) (bool, error) {
	var d dossier.Dossier
	dRev, err := store.Load(ctx, r.Store, dossier.Key(id), &d)
	if err != nil {
		return false, err
	}
	var rd round.Round
	if _, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd); err != nil {
		return false, err
	}
	have := rows{Keys: map[string]string{}}
	rev, err := store.Load(ctx, r.Store, rowsKey(id), &have)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return false, err
	}
	by, err := round.DecisionOn(ctx, r.Store, rd, d)
	if err != nil {
		return false, err
	}
	var corrected map[string]round.Facts // an award is known under what is right
	if by != nil {
		if corrected, err = round.Corrected(ctx, r.Store, d); err != nil {
			return false, err
		}
	}
	should := want(d, rd, by, corrected)
	c := store.Commit{Key: "register/" + id + "/" + r.NewID(), Request: id, At: r.Now()}
	left := false
	put := func(k store.Key, v any) error {
		old, err := r.Store.Get(ctx, k)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		switch a := v.(type) {
		case nil:
			if old.Rev > 0 {
				c.Writes = append(c.Writes, store.Remove(k, old.Rev))
			}
		case Award:
			c.Writes = append(c.Writes, putAward(a, old.Rev))
		default:
			c.Writes = append(c.Writes, store.Put(k, old.Rev, v))
		}
		return nil
	}
	all := map[string]bool{}
	for k := range have.Keys {
		all[k] = true
	}
	for k := range should {
		all[flat(k)] = true
	}
	changed := false
	for _, k := range slices.Sorted(maps.Keys(all)) {
		v, wanted := should[unflat(k)]
		digest := ""
		if wanted {
			digest = act.Digest(v)[:16]
		}
		if have.Keys[k] == digest {
			continue
		}
		if len(c.Writes) >= pageSize {
			left = true
			break
		}
		if err := put(unflat(k), v); err != nil {
			return false, err
		}
		if changed = true; wanted {
			have.Keys[k] = digest
		} else {
			delete(have.Keys, k)
		}
	}
	if !changed {
		return false, nil
	}
	c.Writes = append(c.Writes, store.Put(rowsKey(id), rev, have), store.Unchanged(dossier.Key(id), dRev))
	_, err = r.Store.Commit(ctx, c)
	if fault.Is(err, fault.Conflict) {
		return true, nil
	}
	return left, err
}

// askedAtOnce bounds the questions of one commit.
const askedAtOnce = 40

// ask puts the question for every pair that may be one and was not asked about.
func (r Room) ask(ctx context.Context, id string) error {
	var d dossier.Dossier
	if _, err := store.Load(ctx, r.Store, dossier.Key(id), &d); err != nil || !standing(d.State) {
		return err
	}
	now := r.Now()
	var open []Question
	seen := map[string]bool{}
	for _, n := range d.Nominees {
		me := Of(n)
		others, err := r.others(ctx, part(n.Kind, n.Name))
		if err != nil {
			return err
		}
		for _, o := range others {
			if o.side.Dossier == d.ID && o.side.Nominee <= n.ID {
				continue // asked from the other side
			}
			why, ask := Likely(me, o.Subject)
			pair := PairID(me.Identity, o.Identity)
			if !ask || seen[pair] {
				continue
			}
			seen[pair] = true
			if _, err := r.Store.Get(ctx, questionKey(pair)); err == nil || !fault.Is(err, fault.NotFound) {
				if err != nil {
					return err
				}
				continue
			}
			open = append(open, Question{ID: pair, A: Side{Identity: me.Identity, Dossier: d.ID, Nominee: n.ID}, B: o.side, Why: why, At: now.UTC()})
		}
	}
	for chunk := range slices.Chunk(open, askedAtOnce) {
		c := store.Commit{Key: "register-ask/" + id + "/" + r.NewID(), Request: id, At: now}
		for _, q := range chunk {
			c.Writes = append(c.Writes, store.Put(questionKey(q.ID), 0, q))
		}
		if _, err := r.Store.Commit(ctx, c); err != nil && !fault.Is(err, fault.Conflict) {
			return err // a conflict: asked by another meanwhile; the rest comes with the next indexing
		}
	}
	return nil
}

type other struct {
	Subject
	side Side
}

// others gives everybody of a name: nominees of dossiers, and awards that are
// no dossier's.
func (r Room) others(ctx context.Context, p string) ([]other, error) {
	held, err := All(ctx, r.Store, p)
	if err != nil {
		return nil, err
	}
	var out []other
	for _, n := range held.Nominations {
		side := Side{Identity: n.Identity, Dossier: n.Dossier, Nominee: n.Nominee}
		sub, ok, err := About(ctx, r.Store, side)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, other{sub, side})
		}
	}
	for _, a := range held.Awards {
		if a.Dossier == "" && a.Standing() {
			out = append(out, other{a.Subject, Side{Identity: a.Identity, Award: a.ID}})
		}
	}
	return out, nil
}

// Held is everything the register has under one name.
type Held struct {
	Nominations []Nomination
	Awards      []Award
	Holds       []Hold
}

// All reads one part.
func All(ctx context.Context, r store.Reader, p string) (Held, error) {
	var out Held
	page := store.Page{}
	for {
		s, err := r.List(ctx, p, page)
		if err != nil {
			return out, err
		}
		for _, rec := range s.Records {
			what, _, _ := strings.Cut(rec.Key.Sort, "/")
			switch what {
			case "nominee":
				err = decode(rec, &out.Nominations)
			case "award":
				err = decode(rec, &out.Awards)
			case "hold":
				err = decode(rec, &out.Holds)
			}
			if err != nil {
				return out, err
			}
		}
		if s.Next == "" {
			return out, nil
		}
		page.After = s.Next
	}
}

func decode[T any](rec store.Record, into *[]T) error {
	var v T
	if err := rec.Decode(&v); err != nil {
		return err
	}
	*into = append(*into, v)
	return nil
}
