package dossier

import "slices"

// nextAdHoc is the transition table of a dossier of an ad-hoc line
// (Settings.AdHoc of package round): nobody selects, so it never competes for
// a place, and only the decision on itself awards it. Without that decision
// it is refused or sent back.
var nextAdHoc = map[State][]State{
	Draft:       {Submitted, Withdrawn, NotSubmitted},
	Submitted:   {Validating, Withdrawn},
	Validating:  {InAppraisal, Returned, Withdrawn},
	InAppraisal: {Eligible, Returned, Refused, Withdrawn},
	Returned:    {Submitted, Withdrawn, Lapsed},
	Eligible:    {Awarded, Refused, Returned, Withdrawn},
}

// May reports whether the dossier may go into the state: the table of its
// round, or that of an ad-hoc line.
func (d Dossier) May(to State) bool {
	if d.AdHoc {
		return slices.Contains(nextAdHoc[d.State], to)
	}
	return May(d.State, to)
}

// OnHold reports whether a nominee waits to be looked at again.
func (d Dossier) OnHold() bool {
	return slices.ContainsFunc(d.Nominees, func(n Nominee) bool { return n.Standing == Held })
}

// Approved counts the nominees that appraisal approved.
func (d Dossier) Approved() int {
	n := 0
	for _, x := range d.Nominees {
		if x.Standing == Approved {
			n++
		}
	}
	return n
}

// Awarded gives the ids of the nominees who are awarded.
func (d Dossier) Awarded() []string {
	out := []string{}
	for _, n := range d.Nominees {
		if n.Standing == PlaceConfirmed {
			out = append(out, n.ID)
		}
	}
	return out
}

// Asked gives the open task on the dossier, whatever it asks: appraisal, a
// nominee on hold, or the decision of an ad-hoc line. "": nobody is asked.
func (d Dossier) Asked() string {
	if d.Deciding != "" {
		return d.Deciding
	}
	return d.Task
}
