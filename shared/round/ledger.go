package round

import (
	"encoding/json"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/evidence"
)

// Move is what one act did to the places of a kind, as its event says under
// "moves". Of every move Cap = Free + Held + Confirmed + Annulled.
type Move struct {
	Kind      dossier.Kind `json:"kind"`
	Cap       int          `json:"cap,omitempty"`       // places there are
	Free      int          `json:"free,omitempty"`      // places nobody holds
	Held      int          `json:"held,omitempty"`      // taken by confirmed selections
	Confirmed int          `json:"confirmed,omitempty"` // by the decision
	Annulled  int          `json:"annulled,omitempty"`  // awards annulled: their places are not given back
}

// plus adds a move to what there was.
func (m Move) plus(x Move) Move {
	return Move{m.Kind, m.Cap + x.Cap, m.Free + x.Free, m.Held + x.Held, m.Confirmed + x.Confirmed, m.Annulled + x.Annulled}
}

// Balanced reports whether the invariant of the places holds: nothing below
// zero, and every place in exactly one state.
func (m Move) Balanced() bool {
	return min(m.Cap, m.Free, m.Held, m.Confirmed, m.Annulled) >= 0 && m.Cap == m.Free+m.Held+m.Confirmed+m.Annulled
}

// Moves gives a move of each kind that does something, in the order of
// official lists.
func Moves(of func(dossier.Kind) Move) []Move {
	var out []Move
	for _, k := range dossier.Kinds() {
		m := of(k)
		m.Kind = k
		if m != (Move{Kind: k}) {
			out = append(out, m)
		}
	}
	return out
}

// Releases gives the moves of places that became free again.
func Releases(give map[dossier.Kind]int64) []Move {
	return Moves(func(k dossier.Kind) Move { return Move{Free: int(give[k]), Held: -int(give[k])} })
}

// PlacesFreed is the event of the round's chain by which a withdrawal gives
// places back: its own act stands on the dossier's chain.
const PlacesFreed = "places.freed"

// Line is one line of the ledger: who did what when, and the places of a kind
// before and after.
type Line struct {
	Seq    int64
	At     time.Time
	Actor  string
	Event  string
	About  About
	Move   Move
	Before Move
	After  Move
}

// About is what an event says of itself besides its moves.
type About struct {
	Selection int    `json:"n,omitempty"`       // number of a selection
	Dossier   string `json:"dossier,omitempty"` // that gave places back
	Number    string `json:"number,omitempty"`  // of the decision, or of the document a change rests on
	Date      string `json:"date,omitempty"`    // of that, ISO
}

// Ledger is a round's places as its events tell them, in the order in which
// the acts were committed.
type Ledger struct {
	Lines []Line
	Books map[dossier.Kind]Move // as they stand after the last line
}

// Take reads one event of the round's chain; one without moves adds nothing.
func (l *Ledger) Take(e evidence.Entry) error {
	if len(e.Data) == 0 {
		return nil
	}
	var said struct {
		About
		Moves []Move `json:"moves"`
	}
	if err := json.Unmarshal(e.Data, &said); err != nil {
		return err
	}
	if l.Books == nil {
		l.Books = map[dossier.Kind]Move{}
		for _, k := range dossier.Kinds() {
			l.Books[k] = Move{Kind: k}
		}
	}
	for _, m := range said.Moves {
		before := l.Books[m.Kind]
		after := before.plus(m)
		l.Books[m.Kind] = after
		l.Lines = append(l.Lines, Line{Seq: e.Seq, At: e.At, Actor: e.Actor, Event: e.Type, About: said.About, Move: m, Before: before, After: after})
	}
	return nil
}

// Faults names, for people, what does not hold between the ledger and the
// places as they stand: the cap of the settings, the counter of free places
// and the list. Nothing is said of a ledger that balances.
func (l *Ledger) Faults(rd Round, list List, free map[dossier.Kind]int64) []string {
	var out []string
	say := func(k dossier.Kind, what string) { out = append(out, dossier.KindName(k)+": "+what) }
	for _, line := range l.Lines {
		if !line.After.Balanced() {
			say(line.Move.Kind, "một dòng của sổ không cân")
		}
	}
	for _, k := range dossier.Kinds() {
		b := l.Books[k]
		held, confirmed, annulled := 0, 0, 0
		for _, e := range list.Entries {
			switch {
			case e.Kind != k:
			case e.Place == Taken:
				held++
			case e.Place == Confirmed:
				confirmed++
			case e.Place == Annulled:
				annulled++
			}
		}
		if b.Cap != rd.Settings.Caps[k] {
			say(k, "số lượng của đợt khác sổ")
		}
		if int64(b.Free) != free[k] {
			say(k, "số chỗ còn khác sổ")
		}
		if b.Held != held || b.Confirmed != confirmed || b.Annulled != annulled {
			say(k, "danh sách khác sổ")
		}
	}
	return out
}
