// Package erasure takes what was written about a person out of the product, by
// a recorded decision of two persons: an administrator asks with a ground, the
// head of the standing agency confirms. The text and its salt go for good; the
// events that commit to it stay as they are, so that every chain, the log and
// sealed packages still verify, and an event of the text's own chain says what
// was erased, why and by whom.
//
// A text lives once (act.TextRef), and nowhere else in the product: events,
// notices, logs and the search index never hold one, and what is kept of
// requests is keyed (act.Desk.Request). Out of reach are packages that were
// sealed while it stood, copies of the data folder, and what people printed.
package erasure

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Room asks for erasures, confirms and finishes them.
type Room struct {
	act.Desk
	// Wipe makes unreadable what the store still holds of removed records; nil
	// where the store's host does that by itself.
	Wipe func(ctx context.Context) error
}

// Ground of an erasure. The law that the decision rests on is named by the
// document that orders it (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15).
type Ground string

const (
	Requested Ground = "requested" // whom the text is about asks for it
	Ordered   Ground = "ordered"   // an authority orders it
	Purpose   Ground = "purpose"   // no longer needed for what it was written for
	Unlawful  Ground = "unlawful"  // should not have been written
)

// Grounds lists them as people are asked.
func Grounds() []Ground { return []Ground{Requested, Ordered, Purpose, Unlawful} }

// Erasure is one decision to erase texts, asked for and then confirmed or
// dropped by a second person.
type Erasure struct {
	Round   string      `json:"round"`
	N       int         `json:"n"`
	Dossier string      `json:"dossier,omitempty"` // "": texts about the round as a whole
	Chain   string      `json:"chain,omitempty"`   // instead: a chain outside of rounds (see Outside)
	Texts   []Item      `json:"texts"`
	Number  string      `json:"number"` // số, ký hiệu of the document that orders it
	Date    string      `json:"date"`   // ISO
	Ground  Ground      `json:"ground"`
	Reason  act.TextRef `json:"reason"` // on the round's chain

	State     string    `json:"state"` // "asked", "confirmed" or "dropped"
	AskedBy   string    `json:"askedBy"`
	AskedAt   time.Time `json:"askedAt"`
	DecidedBy string    `json:"decidedBy,omitempty"`
	DecidedAt time.Time `json:"decidedAt"`
	// After is how many rewritings of the store's files had begun when the text
	// went: a later one takes it along.
	After int `json:"after,omitempty"`
	// Wiped is when the store's files were rewritten; zero before that, and
	// where there is nothing to rewrite.
	Wiped time.Time `json:"wiped"`
}

// Item names one text of an erasure, and the event that commits to it.
type Item struct {
	Ref  act.TextRef `json:"ref"` // with its chain
	Name string      `json:"name"`
	Seq  int64       `json:"seq"` // of the event, on the text's chain
	By   string      `json:"by"`  // who wrote it: the event's actor
}

// On gives the chain of the text.
func (i Item) On() string {
	chain, _, _, _ := i.Ref.Split("")
	return chain
}

// Limits of one erasure and of a round.
const (
	MaxTexts = 20
	Max      = 1000
)

// Prefix begins the Sort of every erasure of a round.
const Prefix = "erasure/"

// Key is where erasure n of a round is.
func Key(roundID string, n int) store.Key {
	return store.Key{Part: "round/" + roundID, Sort: fmt.Sprintf("%s%04d", Prefix, n)}
}

// Text is a text that may be erased, as its chain tells of it.
type Text struct {
	Item
	Chain string
	Type  string // of the event
	At    time.Time
	About string // nominee's id; "": the dossier or round
	Text  string // "" if it was erased
	Gone  bool
}

// Of lists a round's erasures, oldest first.
func Of(ctx context.Context, r store.Reader, roundID string) ([]Erasure, error) {
	var out []Erasure
	err := each(ctx, r, round.Key(roundID).Part, store.Page{Prefix: Prefix}, func(rec store.Record) error {
		var e Erasure
		err := rec.Decode(&e)
		out = append(out, e)
		return err
	})
	return out, err
}

// Texts lists the texts about a dossier, wherever they are kept, in the order
// in which they were written; of the round as a whole for dossier "".
func Texts(ctx context.Context, r store.Reader, roundID, dossierID string) ([]Text, error) {
	chains := []string{round.Chain(roundID)}
	if dossierID != "" {
		chains = []string{dossier.Chain(dossierID), round.Chain(roundID)}
	}
	var out []Text
	for _, chain := range chains {
		some, err := textsOn(ctx, r, chain, func(e evidence.Entry, name string) (string, bool) {
			of, about := concerns(e, name)
			return about, chain != round.Chain(roundID) || of == dossierID
		})
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// textsOn lists the texts of a chain that concern says to take, and whom each
// is about.
func textsOn(ctx context.Context, r store.Reader, chain string, concern func(e evidence.Entry, name string) (about string, take bool)) ([]Text, error) {
	kept, where, err := keptOn(ctx, r, chain)
	if err != nil {
		return nil, err
	}
	var out []Text
	for after := int64(0); ; {
		page, err := r.Events(ctx, chain, after, store.MaxPage)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return out, nil
		}
		for _, p := range page {
			after = p.Seq
			e, err := evidence.Read(p)
			if err != nil {
				return nil, fault.Wrap(fault.Internal, "erasure.texts", err)
			}
			for _, name := range slices.Sorted(maps.Keys(e.Texts)) {
				about, take := concern(e, name)
				if !take {
					continue
				}
				c := e.Texts[name]
				t := Text{Item: Item{Name: name, Seq: e.Seq, By: e.Actor}, Chain: chain, Type: e.Type, At: e.At, About: about}
				if text, here := kept[c]; here {
					t.Ref, t.Text = act.TextRef(where[c]+"/"+string(c)).On(chain), text.Text
				} else {
					t.Gone = true
				}
				out = append(out, t)
			}
		}
	}
}

// keptOn reads the texts of a chain, and the group in which each is kept.
func keptOn(ctx context.Context, r store.Reader, chain string) (kept map[evidence.Commitment]evidence.Text, where map[evidence.Commitment]string, err error) {
	kept, where = map[evidence.Commitment]evidence.Text{}, map[evidence.Commitment]string{}
	err = each(ctx, r, act.TextsPart(chain), store.Page{}, func(rec store.Record) error {
		var group map[evidence.Commitment]evidence.Text
		err := rec.Decode(&group)
		for c, t := range group {
			kept[c], where[c] = t, rec.Key.Sort
		}
		return err
	})
	return kept, where, err
}

// concerns says which dossier, and which of its nominees, a text of an event
// is about: by the text's name, "reason/<dossier>.<nominee>" on a round's chain
// and "reason/<nominee>" on a dossier's, or by the event.
func concerns(e evidence.Entry, name string) (dossierID, nominee string) {
	var data struct {
		Dossier string `json:"dossier"`
		Nominee string `json:"nominee"`
	}
	// An event without data is about no dossier.
	_ = json.Unmarshal(e.Data, &data)
	_, of, ok := strings.Cut(name, "/")
	if !ok {
		return data.Dossier, data.Nominee
	}
	if id, n, both := strings.Cut(of, "."); both {
		return id, n
	}
	return data.Dossier, of
}

func each(ctx context.Context, r store.Reader, part string, page store.Page, do func(store.Record) error) error {
	for {
		s, err := r.List(ctx, part, page)
		if err != nil {
			return err
		}
		for _, rec := range s.Records {
			if err := do(rec); err != nil {
				return err
			}
		}
		if s.Next == "" {
			return nil
		}
		page.After = s.Next
	}
}
