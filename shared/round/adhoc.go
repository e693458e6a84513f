package round

import (
	"context"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// An ad-hoc line (khen thưởng đột xuất) is a round of its own kind: it stands
// open without a window, and has no places, no list and no flow. Each of its
// dossiers is appraised and decided on alone, outside the caps of the
// campaign's rounds, which speak of sơ kết and tổng kết only (Bắc Kạn,
// 635/KH-UBND, mục IV.2.1 and V.2). It is Open, then Ended; never Closed, so
// that nothing of a selection applies to it.

// AdHocKind is the kind of the task that asks for the decision on one dossier
// of an ad-hoc line, and its step.
const AdHocKind = "adhoc"

// Takes reports whether units may open and submit dossiers now.
func (r Round) Takes(now time.Time) bool {
	s := r.Settings
	return r.State == Open && !now.Before(s.Opens) && (s.AdHoc || now.Before(s.Closes))
}

// What the decision on one dossier comes to.
const (
	AdHocAward  = "award"  // the signed decision names at least one nominee
	AdHocRefuse = "refuse" // the Chairman does not commend
	AdHocReturn = "return" // back to the unit, to be supplemented
)

// AdHoc is the decision on one dossier of an ad-hoc line, as a clerk entered
// it. It counts once a second person confirmed it.
type AdHoc struct {
	Dossier  string `json:"dossier"`
	Revision int    `json:"revision"` // of the dossier, that was decided on
	Task     string `json:"task"`
	Outcome  string `json:"outcome"` // AdHocAward, AdHocRefuse or AdHocReturn
	// Decision is number, date and PDF of an award; of another outcome only who
	// entered and who confirmed it.
	Decision
	Reason act.TextRef `json:"reason,omitempty"` // of a refusal or a return, on the dossier's chain
}

// AdHocKey is where the decision on a dossier is.
func AdHocKey(id string) store.Key { return store.Key{Part: "dossier/" + id, Sort: AdHocKind} }

// Awards reports whether the decision counts and awards somebody.
func (a AdHoc) Awards() bool { return a.Outcome == AdHocAward && a.ConfirmedBy != "" }

// DecisionOn gives the decision on a dossier: its round's, or the confirmed one
// on itself of an ad-hoc line; nil if there is none.
func DecisionOn(ctx context.Context, r store.Reader, rd Round, d dossier.Dossier) (*Decision, error) {
	if !d.AdHoc {
		return rd.Decision, nil
	}
	var a AdHoc
	_, err := store.Load(ctx, r, AdHocKey(d.ID), &a)
	if fault.Is(err, fault.NotFound) || err == nil && !a.Awards() {
		return nil, nil
	}
	return &a.Decision, err
}

// AdHocDays is how many working days clerks have to enter and confirm the
// decision, as with the decision of a round.
const AdHocDays = 20

// AdHocTask asks the line's clerks for the decision on the dossier.
func AdHocTask(r Round, d dossier.Dossier, due time.Time) Task {
	return Task{
		ID: TaskID(d.ID, d.Revision, AdHocKind), Kind: AdHocKind, Round: r.ID, Dossier: d.ID, Revision: d.Revision, Step: AdHocKind,
		Title: "Nhập và xác nhận quyết định khen thưởng đột xuất", Persons: r.Settings.Clerks, Due: due,
	}
}

// AdHocEntries gives the nominees that a decision on the dossier should name,
// as a list has them.
func AdHocEntries(d dossier.Dossier) []Entry {
	var out []Entry
	for _, n := range d.Nominees {
		if n.Standing == dossier.Approved {
			out = append(out, Entry{
				Kind: n.Kind, Identity: n.Identity, Dossier: d.ID, Nominee: n.ID, Name: n.Name, Position: n.Position, Unit: n.Unit,
				From: d.Unit, UnitName: d.UnitName, Score: n.Score,
			})
		}
	}
	return out
}
