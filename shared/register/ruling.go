package register

import (
	"context"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/store"
)

// Side is one of two that may be one: a nominee of a dossier, or an award of
// the register.
type Side struct {
	Identity string `json:"identity"`
	Dossier  string `json:"dossier,omitempty"`
	Nominee  string `json:"nominee,omitempty"`
	Award    string `json:"award,omitempty"` // id
}

// Question asks whether two are one.
type Question struct {
	ID   string    `json:"id"`
	A    Side      `json:"a"`
	B    Side      `json:"b"`
	Why  string    `json:"why"`
	At   time.Time `json:"at"`
	Same *bool     `json:"same,omitempty"` // nil: open
	By   string    `json:"by,omitempty"`
	// Reason is on the register's chain.
	Reason act.TextRef `json:"reason,omitempty"`
	RuleAt time.Time   `json:"ruledAt"`
}

const questionsPart = "register-questions"

func questionKey(id string) store.Key { return store.Key{Part: questionsPart, Sort: id} }

// Ruled is what was ruled on an identity and another.
type Ruled struct {
	Other string `json:"other"`
	Same  bool   `json:"same"`
	Pair  string `json:"pair"`
}

func ruledKey(of, other string) store.Key {
	return store.Key{Part: "register-same/" + of, Sort: other}
}

// Version counts rulings; a commit that rests on who is one with whom proves
// it unchanged.
type Version struct {
	N int `json:"n"`
}

// VersionKey is where it is.
var VersionKey = store.Key{Part: "register-version", Sort: "rulings"}

// Settled is the proof for a commit that nobody ruled meanwhile.
func Settled(ctx context.Context, r store.Reader) (store.Write, error) {
	var v Version
	rev, err := store.Load(ctx, r, VersionKey, &v)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return store.Write{}, err
	}
	return store.Unchanged(VersionKey, rev), nil
}

// RuledOn gives what was ruled on an identity, by the other's.
func RuledOn(ctx context.Context, r store.Reader, identity string) (map[string]bool, error) {
	out := map[string]bool{}
	for page := (store.Page{}); ; {
		s, err := r.List(ctx, "register-same/"+identity, page)
		if err != nil {
			return nil, err
		}
		for _, rec := range s.Records {
			var x Ruled
			if err := rec.Decode(&x); err != nil {
				return nil, err
			}
			out[x.Other] = x.Same
		}
		if page.After = s.Next; s.Next == "" {
			return out, nil
		}
	}
}

// Rule answers a question: the two are one, or they are not. It may be answered
// again, which the register's history shows. Nothing is merged: both names stay
// as they are written, and the rules count them as one. Items: question, two
// rows, version, texts, event, head, log, key: 9.
func (r Room) Rule(ctx context.Context, key string, who people.Actor, id string, same bool, reason string) error {
	const op = "register.rule"
	if err := who.Need(op, people.Admin); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); len([]rune(reason)) < 10 {
		return fault.New(fault.Invalid, op, "Hãy viết căn cứ để xác định là một hay là hai, ít nhất 10 ký tự.")
	}
	_, err := r.Do(ctx, key, r.Request([]any{"rule-same", who.ID, id, same, reason}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var c store.Commit
		var q Question
		rev, err := store.Load(ctx, r.Store, questionKey(id), &q)
		if err != nil {
			return c, err
		}
		var v Version
		vRev, err := store.Load(ctx, r.Store, VersionKey, &v)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return c, err
		}
		v.N++
		texts := r.Texts(Chain, key)
		q.Same, q.By, q.RuleAt, q.Reason = &same, who.ID, now.UTC(), texts.Add("reason", reason)
		kept, err := texts.Writes()
		if err != nil {
			return c, err
		}
		c.Writes = append(kept, store.Put(questionKey(id), rev, q), store.Put(VersionKey, vRev, v))
		for _, x := range [][2]string{{q.A.Identity, q.B.Identity}, {q.B.Identity, q.A.Identity}} {
			var old Ruled
			rev, err := store.Load(ctx, r.Store, ruledKey(x[0], x[1]), &old)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return c, err
			}
			c.Writes = append(c.Writes, store.Put(ruledKey(x[0], x[1]), rev, Ruled{Other: x[1], Same: same, Pair: id}))
		}
		ev := act.Event(Chain, "register.ruled", who.ID, now, map[string]any{"pair": id, "same": same, "version": v.N})
		ev.Texts = texts.Named()
		c.Events = []evidence.Event{ev}
		return c, nil
	})
	return err
}

// Questions lists what is asked and was answered, at most one page.
func (r Room) Questions(ctx context.Context, after string) ([]Question, string, error) {
	s, err := r.Store.List(ctx, questionsPart, store.Page{After: after})
	if err != nil {
		return nil, "", err
	}
	var out []Question
	for _, rec := range s.Records {
		var q Question
		if err := rec.Decode(&q); err != nil {
			return nil, "", err
		}
		out = append(out, q)
	}
	return out, s.Next, nil
}

// Unanswered counts the questions that nobody has answered.
func (r Room) Unanswered(ctx context.Context) (int, error) {
	n := 0
	for after := ""; ; {
		some, next, err := r.Questions(ctx, after)
		if err != nil {
			return 0, err
		}
		for _, q := range some {
			if q.Same == nil {
				n++
			}
		}
		if after = next; next == "" {
			return n, nil
		}
	}
}

// About gives the subject of a side, as it is written there; ok is false where
// it is no longer.
func About(ctx context.Context, r store.Reader, s Side) (sub Subject, ok bool, err error) {
	if s.Award != "" {
		var a Award
		_, err = store.Load(ctx, r, awardKey(s.Award), &a)
		if fault.Is(err, fault.NotFound) {
			return sub, false, nil
		}
		return a.Subject, err == nil, err
	}
	var d dossier.Dossier
	_, err = store.Load(ctx, r, dossier.Key(s.Dossier), &d)
	if fault.Is(err, fault.NotFound) {
		return sub, false, nil
	}
	for _, n := range d.Nominees {
		if n.ID == s.Nominee && n.Identity == s.Identity {
			return Of(n), err == nil, err
		}
	}
	return sub, false, err
}
