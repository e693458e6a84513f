package validate

import (
	"context"
	"encoding/json"

	"hoso/shared/calendar"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Simulator says what another rule set would have said of dossiers that were
// judged. It records nothing: a dossier is judged by the set of its receipt.
type Simulator struct {
	Store   store.Reader
	Objects Objects // only read
	Books   *Books
}

// Simulation is the comparison for one dossier's last judged revision.
type Simulation struct {
	Dossier  string         `json:"dossier"`
	Number   string         `json:"number"`
	Unit     string         `json:"unit"`
	Revision int            `json:"revision"`
	Was      dossier.Counts `json:"was"`   // as recorded
	Would    dossier.Counts `json:"would"` // by the other set
	// Differ are the findings that one set has and the other has not, or has
	// with another severity. Was or Would is "" where a set does not have it.
	Differ []Difference `json:"differ,omitempty"`
}

// Difference is a finding on which two rule sets do not agree.
type Difference struct {
	Finding dossier.Finding  `json:"finding"` // as the other set words it, if it has it
	Was     dossier.Severity `json:"was,omitempty"`
	Would   dossier.Severity `json:"would,omitempty"`
}

// Dossier judges a dossier's last judged revision by the set that pin names
// (PinOf). ok is false where nothing was judged yet. NotFound, code
// rules-unknown, if there is no such set.
func (s Simulator) Dossier(ctx context.Context, d dossier.Dossier, rd round.Round, pin string) (out Simulation, ok bool, err error) {
	rv, ok, err := s.judged(ctx, d)
	if err != nil || !ok {
		return out, false, err
	}
	body, err := s.Objects.GetDigest(ctx, rv.Findings)
	if err != nil {
		return out, false, err
	}
	var was []dossier.Finding
	if err := json.Unmarshal(body, &was); err != nil {
		return out, false, fault.Wrap(fault.Internal, "validate.simulate", err)
	}
	files, err := s.pinned(ctx, d.ID, rv)
	if err != nil {
		return out, false, err
	}
	rules, err := s.Books.Rules(rd.Settings, pin)
	if err != nil {
		return out, false, err
	}
	rules.Cap, rules.CapHow = rd.Settings.Nominations(d.People)
	rules.Agency, rules.Received = d.UnitName, calendar.DateOf(rv.At).ISO()
	contested := map[string]string{}
	for _, x := range rv.Contests {
		contested[x.Finding] = string(x.Sentence)
	}
	rules.Official = true
	if rules.Known, err = s.known(ctx, rv.Known); err != nil {
		return out, false, err
	}
	j := Judge(files, rules, contested)
	out = Simulation{Dossier: d.ID, Number: rv.Receipt, Unit: d.UnitName, Revision: rv.N, Was: rv.Counts, Would: j.Counts, Differ: differ(was, j.Findings)}
	return out, true, nil
}

// known gives what the register held when a revision was judged: what came
// later is no matter of the rule set.
func (s Simulator) known(ctx context.Context, digest string) (known []register.Fact, err error) {
	if digest == "" {
		return nil, nil
	}
	body, err := s.Objects.GetDigest(ctx, digest)
	if err != nil {
		return nil, err
	}
	return known, fault.Wrap(fault.Internal, "validate.simulate", json.Unmarshal(body, &known))
}

// judged gives the newest revision that was judged.
func (s Simulator) judged(ctx context.Context, d dossier.Dossier) (rv dossier.Revision, ok bool, err error) {
	for n := d.Revision; n > 0; n-- {
		if _, err := store.Load(ctx, s.Store, dossier.RevisionKey(d.ID, n), &rv); err != nil {
			return rv, false, err
		}
		if rv.Judged {
			return rv, true, nil
		}
	}
	return rv, false, nil
}

// pinned gives a revision's files with the readings and corrections that it
// was judged on, whatever the unit changed since.
func (s Simulator) pinned(ctx context.Context, id string, rv dossier.Revision) ([]File, error) {
	docs := make([]dossier.Document, 0, len(rv.Pinned))
	for _, p := range rv.Pinned {
		var doc dossier.Document
		if _, err := store.Load(ctx, s.Store, dossier.DocumentKey(id, p.Document), &doc); err != nil {
			return nil, err
		}
		if doc.State == dossier.Removed { // by the unit, after this revision
			doc.State = dossier.Read
		}
		if p.Reading != doc.Reading {
			doc.Reading, doc.Problem = p.Reading, nil
		}
		doc.Corrections = doc.Corrections[:min(p.Corrections, len(doc.Corrections))]
		doc.Name, doc.Slot, doc.Version, doc.SHA256, doc.Size = p.Name, p.Slot, p.Version, p.SHA256, p.Size
		docs = append(docs, doc)
	}
	return Load(ctx, s.Objects, docs)
}

// differ pairs findings by what they are about.
func differ(was, would []dossier.Finding) []Difference {
	before := make(map[string]dossier.Finding, len(was))
	for _, f := range was {
		before[f.ID] = f
	}
	var out []Difference
	for _, f := range would {
		old, known := before[f.ID]
		delete(before, f.ID)
		if !known || old.Severity != f.Severity {
			out = append(out, Difference{Finding: f, Was: old.Severity, Would: f.Severity})
		}
	}
	for _, f := range was {
		if _, gone := before[f.ID]; gone {
			out = append(out, Difference{Finding: f, Was: f.Severity})
		}
	}
	return out
}

// Round compares the dossiers of a round, in the order of the index, from a
// page on; next is "" at the end. Dossiers never judged are left out.
func (s Simulator) Round(ctx context.Context, rd round.Round, pin string, page store.Page) (out []Simulation, next string, err error) {
	recs, err := s.Store.Query(ctx, dossier.OfRound, rd.ID, page)
	if err != nil {
		return nil, "", err
	}
	for _, rec := range recs.Records {
		var d dossier.Dossier
		if err := rec.Decode(&d); err != nil {
			return nil, "", err
		}
		one, ok, err := s.Dossier(ctx, d, rd, pin)
		if err != nil {
			return nil, "", err
		}
		if ok {
			out = append(out, one)
		}
	}
	return out, recs.Next, nil
}
