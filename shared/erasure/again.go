package erasure

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/translog"
)

// noted is the message that has a confirmed erasure noted where checkpoints
// are: a store that is brought back from before it is held against that note.
func noted(e Erasure, gone map[string][]evidence.Commitment) store.Message {
	g := evidence.Gone{At: e.DecidedAt, Act: place(Key(e.Round, e.N)), By: e.DecidedBy}
	for _, chain := range slices.Sorted(maps.Keys(gone)) {
		for _, c := range gone[chain] {
			g.Texts = append(g.Texts, evidence.Lost{Chain: chain, Text: c})
		}
	}
	return store.Msg(fmt.Sprintf("%s/%s/%d", translog.ErasedMessage, e.Round, e.N), translog.ErasedMessage, g)
}

// place writes a key as a note of an erasure names it.
func place(k store.Key) string { return k.Part + "|" + k.Sort }

// Back is what came back with a store although it was erased before.
type Back struct {
	evidence.Gone
	Refs []act.TextRef // those of its texts that are there, with their chains
}

// CameBack finds the texts that are there although signed notes say that they
// were erased. Each chain is read once.
func CameBack(ctx context.Context, r store.Reader, notes []evidence.Gone) ([]Back, error) {
	type chain = map[evidence.Commitment]string
	read := map[string]chain{}
	var out []Back
	for _, g := range notes {
		b := Back{Gone: g}
		for _, t := range g.Texts {
			where, known := read[t.Chain]
			if !known {
				var err error
				if _, where, err = keptOn(ctx, r, t.Chain); err != nil {
					return nil, err
				}
				if err := rows(ctx, r, t.Chain, where); err != nil {
					return nil, err
				}
				read[t.Chain] = where
			}
			if group, there := where[t.Text]; there {
				b.Refs = append(b.Refs, act.TextRef(group+"/"+string(t.Text)).On(t.Chain))
			}
		}
		if len(b.Refs) > 0 {
			out = append(out, b)
		}
	}
	return out, nil
}

// rows adds the imported rows of the register to what is kept on its chain.
func rows(ctx context.Context, r store.Reader, chain string, where map[evidence.Commitment]string) error {
	if chain != register.Chain {
		return nil
	}
	all, err := register.EveryRow(ctx, r)
	for _, a := range all {
		_, group, c, _ := a.Ref().Split("")
		where[c] = group
	}
	return err
}

// erasedAgain is the data of evidence.TextErased where a restored store is
// brought up to a decision that it does not know.
type erasedAgain struct {
	evidence.Erasure
	Act       string    `json:"act"` // of the decision
	DecidedBy string    `json:"decided_by"`
	DecidedAt time.Time `json:"decided_at"`
	Restored  bool      `json:"restored"`
}

// Again erases once more what came back with a restored store, and gives how
// many texts that were. What it leaves in the store's files is owed from that
// commit on: WipeOwed. Items for each note: 20 records of texts,
// erasure, check, two events and heads, log, message, key: 29.
func (r Room) Again(ctx context.Context, notes []evidence.Gone) (int, error) {
	back, err := CameBack(ctx, r.Store, notes)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, b := range back {
		_, err := r.Do(ctx, "erased-again/"+b.FileName()+"/"+act.Digest(b.Refs), act.Digest(b.Refs), func(ctx context.Context, now time.Time) (store.Commit, error) {
			return r.again(ctx, b, now)
		})
		if err != nil {
			return n, err
		}
		n += len(b.Refs)
	}
	return n, nil
}

func (r Room) again(ctx context.Context, b Back, now time.Time) (store.Commit, error) {
	var c store.Commit
	writes, gone, err := erase(ctx, r.Store, b.Refs)
	if err != nil {
		return c, err
	}
	w, wRev, err := r.wipes(ctx)
	if err != nil {
		return c, err
	}
	check := store.Unchanged(wipesKey(), wRev)
	if r.Wipe != nil {
		w.Owed = w.Begun + 1 // one that has begun may have passed these texts
		check = store.Put(wipesKey(), wRev, w)
	}
	c.Writes = append(writes, check)
	for _, chain := range slices.Sorted(maps.Keys(gone)) {
		c.Events = append(c.Events, act.Event(chain, evidence.TextErased, "command-line", now, erasedAgain{evidence.Erasure{Texts: gone[chain]}, b.Act, b.By, b.At, true}))
	}
	// The store may know what was asked for, and not yet what was decided.
	part, sort, _ := strings.Cut(b.Act, "|")
	var e Erasure
	rev, err := store.Load(ctx, r.Store, store.Key{Part: part, Sort: sort}, &e)
	switch {
	case fault.Is(err, fault.NotFound):
		return c, nil
	case err != nil:
		return c, err
	case e.State != "asked" || !e.names(b.Gone):
		return c, nil
	}
	e.State, e.DecidedBy, e.DecidedAt, e.After = "confirmed", b.By, b.At, w.Begun
	c.Writes = append(c.Writes, store.Put(Key(e.Round, e.N), rev, e))
	m := store.Msg(fmt.Sprintf("fanout/erased/%s/%d", e.Round, e.N), flow.FanoutMessage, round.Fanout{Round: e.Round, What: round.FanoutErased, Version: e.N})
	m.Due = night(now)
	c.Outbox = []store.Message{m}
	return c, nil
}

// names tells whether the erasure is of the very texts that a note names.
func (e Erasure) names(g evidence.Gone) bool {
	if len(e.Texts) != len(g.Texts) {
		return false
	}
	for _, i := range e.Texts {
		chain, _, c, _ := i.Ref.Split("")
		if !slices.Contains(g.Texts, evidence.Lost{Chain: chain, Text: c}) {
			return false
		}
	}
	return true
}
