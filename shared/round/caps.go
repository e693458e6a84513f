package round

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"hoso/shared/act"
	"hoso/shared/campaign"
	"hoso/shared/dossier"
)

// Share is a further limit on a round's places: of each unit that nominates,
// or of a group of units together (a class of participants, a khối thi đua).
// The plans known so far state none.
type Share struct {
	Name  string               `json:"name"`
	Units []string             `json:"units,omitempty"` // ids; none: the limit holds for each unit
	Caps  map[dossier.Kind]int `json:"caps"`            // a kind left out: no limit
}

// Limits of shares: what an amendment's page and record can hold.
const (
	MaxShares     = 30
	MaxShareUnits = 1000 // in all groups together
)

// Amended is one change of a round's places, by a document that amends the
// plan.
type Amended struct {
	By     string               `json:"by"`
	At     time.Time            `json:"at"`
	Number string               `json:"number"` // số, ký hiệu of the document
	Date   string               `json:"date"`   // ISO
	Note   act.TextRef          `json:"note,omitempty"`
	Before map[dossier.Kind]int `json:"before"`
	After  map[dossier.Kind]int `json:"after"`
}

// MaxAmendments bounds how often a round's places are changed.
const MaxAmendments = 50

// CapsAmended is the event of a change of a round's places.
const CapsAmended = "caps.amended"

// used counts the places of a kind that a share's units hold on the list;
// of a share without units, those of unit.
func (s Share) used(entries []Entry, k dossier.Kind, unit string) int {
	n := 0
	for _, e := range entries {
		if e.Kind != k || e.Place == Released {
			continue
		}
		if len(s.Units) == 0 && e.From == unit || slices.Contains(s.Units, e.From) {
			n++
		}
	}
	return n
}

// Over says, for people, which further limits entries go over; nothing if
// they keep to all.
func (s Settings) Over(entries []Entry) []string {
	var out []string
	for _, share := range s.Shares {
		units := []string{""}
		if len(share.Units) == 0 {
			units = units[:0]
			for _, e := range entries {
				if !slices.Contains(units, e.From) {
					units = append(units, e.From)
				}
			}
		}
		for _, unit := range units {
			for _, k := range dossier.Kinds() {
				most, limited := share.Caps[k]
				n := share.used(entries, k, unit)
				if !limited || n <= most {
					continue
				}
				name := share.Name
				if unit != "" {
					name = unitName(entries, unit)
				}
				out = append(out, fmt.Sprintf("%s: %d %s, tối đa %d", name, n, dossier.KindName(k), most))
			}
		}
	}
	return out
}

// Nominations gives the most that a unit of that headcount may nominate of
// each kind, a kind left out: no limit; and how a share was worked out. The
// lower limit counts where there are two. Without a headcount no share is
// worked out.
func (s Settings) Nominations(people int) (most map[dossier.Kind]int, how string) {
	most = maps.Clone(s.UnitCaps)
	if s.UnitShare == nil || people <= 0 {
		return most, ""
	}
	share := s.UnitShare.Of(people, s.Rounding)
	if n, ok := most[dossier.Individual]; ok && n <= share {
		return most, ""
	}
	if most == nil {
		most = map[dossier.Kind]int{}
	}
	most[dossier.Individual] = share
	words := map[campaign.Rounding]string{campaign.RoundDown: "làm tròn xuống", campaign.RoundUp: "làm tròn lên", campaign.RoundNearest: "làm tròn đến số gần nhất"}
	return most, fmt.Sprintf("%d/%d của %d người, %s", s.UnitShare.Num, s.UnitShare.Den, people, words[s.Rounding])
}

func unitName(entries []Entry, unit string) string {
	for _, e := range entries {
		if e.From == unit {
			return e.UnitName
		}
	}
	return unit
}
