package appraisal

import (
	"context"
	"slices"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Scoring is an appraiser's sheet: points of each criterion for each nominee.
type Scoring struct {
	Shown string                    `json:"shown"` // Revision.Hash of the page that was shown
	Marks map[string]map[string]int `json:"marks"` // nominee -> criterion -> points
}

// Score records one appraiser's sheet on the dossier of an open task. Any of
// those asked may bring one, until one of them decides; the scores of the
// decision are then the means. Items: sheet, dossier check, event, head, log,
// key: 6.
func (r Room) Score(ctx context.Context, key string, who people.Actor, task string, say Scoring) error {
	_, err := r.Do(ctx, key, act.Digest([]any{"score", who.ID, task, say}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var c store.Commit
		var t round.Task
		if _, err := store.Load(ctx, r.Store, round.TaskKey(task), &t); err != nil || !who.Active || !t.For(who.ID) || t.Kind != Name {
			return c, fault.New(fault.NotFound, "appraisal.score", "Không tìm thấy việc này.")
		}
		var d dossier.Dossier
		rev, err := store.Load(ctx, r.Store, dossier.Key(t.Dossier), &d)
		if err != nil {
			return c, err
		}
		var rv dossier.Revision
		if _, err := store.Load(ctx, r.Store, dossier.RevisionKey(d.ID, t.Revision), &rv); err != nil {
			return c, err
		}
		if d.State != dossier.InAppraisal || d.Task != t.ID || t.State != round.TaskOpen || say.Shown != rv.Hash {
			return c, &fault.Error{Kind: fault.Gone, Op: "appraisal.score", Code: "stale", Public: "Hồ sơ đã thay đổi hoặc đã được quyết định; hãy mở lại."}
		}
		if err := impartial(who, d, t.Step); err != nil {
			return c, err
		}
		var rd round.Round
		if _, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd); err != nil {
			return c, err
		}
		sheet := dossier.Sheet{Dossier: d.ID, Revision: t.Revision, By: who.ID, At: now.UTC(), Marks: say.Marks, Totals: map[string]int{}}
		if err := total(&sheet, rd.Settings.Criteria, d.Nominees); err != nil {
			return c, err
		}
		var old dossier.Sheet
		sheetRev, err := store.Load(ctx, r.Store, dossier.SheetKey(d.ID, t.Revision, who.ID), &old)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return c, err
		}
		// A decision changes the dossier: a sheet beside it comes before or not at all.
		c.Writes = []store.Write{store.Put(dossier.SheetKey(d.ID, t.Revision, who.ID), sheetRev, sheet), store.Unchanged(dossier.Key(d.ID), rev)}
		c.Events = []evidence.Event{act.Event(dossier.Chain(d.ID), "appraisal.scored", who.ID, now, map[string]any{"revision": t.Revision, "step": t.Step, "sheet": act.Digest(sheet.Marks)})}
		return c, nil
	})
	return err
}

// total checks that every nominee has points for every criterion of its kind,
// and sums them: the share of all points there are, in hundredths of a
// hundred, to the nearest.
func total(s *dossier.Sheet, criteria []round.Criterion, nominees []dossier.Nominee) error {
	bad := func(code, public string) error {
		return &fault.Error{Kind: fault.Invalid, Op: "appraisal.score", Code: code, Public: public}
	}
	if len(criteria) == 0 {
		return bad("no-criteria", "Đợt này không chấm theo tiêu chí.")
	}
	for _, n := range nominees {
		sum, most, given := 0, 0, 0
		for _, cr := range criteria {
			if cr.Kind != n.Kind {
				continue
			}
			points, ok := s.Marks[n.ID][cr.ID]
			if !ok || points < 0 || points > cr.Max {
				return bad("points", "Hãy cho điểm từng tiêu chí, từ 0 đến mức tối đa, với từng tập thể, cá nhân.")
			}
			sum, most, given = sum+points, most+cr.Max, given+1
		}
		if given != len(s.Marks[n.ID]) {
			return bad("points", "Phiếu điểm có tiêu chí không thuộc đợt này.")
		}
		if most > 0 {
			s.Totals[n.ID] = (2*sum*10000 + most) / (2 * most)
		}
	}
	if len(s.Marks) > len(nominees) {
		return bad("points", "Phiếu điểm có người không thuộc hồ sơ này.")
	}
	return nil
}

// Sheets gives the sheets on a revision, in the order in which they were last
// changed.
func Sheets(ctx context.Context, s store.Reader, id string, revision int) ([]dossier.Sheet, error) {
	got, err := s.List(ctx, dossier.Key(id).Part, store.Page{Prefix: dossier.SheetPrefix(revision)})
	if err != nil {
		return nil, err
	}
	var out []dossier.Sheet
	for _, rec := range got.Records {
		var sheet dossier.Sheet
		if err := rec.Decode(&sheet); err != nil {
			return nil, err
		}
		out = append(out, sheet)
	}
	slices.SortStableFunc(out, func(a, b dossier.Sheet) int { return a.At.Compare(b.At) })
	return out, nil
}

// mean lays what the sheets come to over the nominees; where there are none
// the decider's own score stands.
func (r Room) mean(ctx context.Context, d *dossier.Dossier, revision int) error {
	sheets, err := Sheets(ctx, r.Store, d.ID, revision)
	if err != nil {
		return err
	}
	for i := range d.Nominees {
		n := &d.Nominees[i]
		n.Marked = nil
		if m := dossier.Marks(sheets, n.ID); m.Sheets > 0 {
			n.Score, n.Marked = m.Mean, &m
		}
	}
	return nil
}
