package dossier

import (
	"fmt"
	"time"

	"hoso/shared/store"
)

// Sheet is one appraiser's marks on the nominees of a submitted revision,
// against the criteria of the round. A later one of the same person replaces
// it while the dossier is in appraisal.
type Sheet struct {
	Dossier  string                    `json:"dossier"`
	Revision int                       `json:"revision"`
	By       string                    `json:"by"`
	At       time.Time                 `json:"at"`
	Marks    map[string]map[string]int `json:"marks"`  // nominee -> criterion -> points
	Totals   map[string]int            `json:"totals"` // nominee -> hundredths of a hundred
}

// SheetPrefix begins the Sort of every sheet on a revision.
func SheetPrefix(revision int) string { return fmt.Sprintf("sheet/%04d/", revision) }

// SheetKey is where a person's sheet on a revision is.
func SheetKey(dossier string, revision int, person string) store.Key {
	return store.Key{Part: "dossier/" + dossier, Sort: SheetPrefix(revision) + person}
}

// Marked is what several sheets come to: their mean, and how far they are
// apart. Scores are hundredths.
type Marked struct {
	Sheets int `json:"sheets"`
	Mean   int `json:"mean"`
	Low    int `json:"low"`
	High   int `json:"high"`
}

// Marks gives what the sheets say of a nominee; halves of a hundredth go up.
func Marks(sheets []Sheet, nominee string) Marked {
	m, sum := Marked{}, 0
	for _, s := range sheets {
		total, ok := s.Totals[nominee]
		if !ok {
			continue
		}
		if m.Sheets == 0 || total < m.Low {
			m.Low = total
		}
		m.High = max(m.High, total)
		m.Sheets++
		sum += total
	}
	if m.Sheets > 0 {
		m.Mean = (2*sum + m.Sheets) / (2 * m.Sheets)
	}
	return m
}
