package web

import (
	"slices"
	"strings"
	"time"

	"hoso/shared/access"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/store"
	"hoso/shared/web/frame"
)

// eventView is one line of a history.
type eventView struct {
	Seq   int64
	At    time.Time
	What  string
	Type  string
	Actor string
	Hash  string
	Fine  bool // a step of the machinery, shown only on demand
}

// history gives the last events of a chain, newest first, with the names of
// those who acted.
func (p *portal) history(c *frame.Call, chain string, limit int) ([]eventView, error) {
	head, err := p.Store.Head(c.Context(), chain)
	if err != nil {
		return nil, err
	}
	placed, err := p.Store.Events(c.Context(), chain, max(0, head.Seq-int64(limit)), limit)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	var out []eventView
	for _, e := range placed {
		entry, err := evidence.Read(e)
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "web.history", err)
		}
		name, ok := names[entry.Actor]
		if !ok {
			if name, err = p.actorName(c, entry.Actor); err != nil {
				return nil, err
			}
			names[entry.Actor] = name
		}
		what := entry.Type
		if key := "event." + entry.Type; p.words.Has(key) {
			what = c.Say(key)
		}
		out = append(out, eventView{Seq: e.Seq, At: entry.At, What: what, Type: entry.Type, Actor: name, Hash: e.Hash, Fine: strings.HasPrefix(entry.Type, "document.")})
	}
	slices.Reverse(out)
	return out, nil
}

// actorName is who acted, for people: a person's name, or what the machine's
// part is called.
func (p *portal) actorName(c *frame.Call, actor string) (string, error) {
	if actor == access.SystemActor {
		return c.Say("actor.command-line"), nil
	}
	var who people.Person
	_, err := store.Load(c.Context(), p.Store, people.Key(actor), &who)
	if fault.Is(err, fault.NotFound) {
		return c.Say("actor.machine"), nil
	}
	return p.outsider(c, who), err
}

// partName is who acted, for auditors: a person's name, or which part of the
// machine it was.
func (p *portal) partName(c *frame.Call, actor string) string {
	if actor == access.SystemActor {
		return c.Say("actor.command-line")
	}
	if name := p.nameOf(c, actor); name != actor {
		return name
	}
	if key := "actor.part." + actor; p.words.Has(key) {
		actor = c.Say(key)
	}
	return c.Say("actor.system", actor)
}
