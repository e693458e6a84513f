package verify

import (
	"context"

	"hoso/shared/store"
)

// sums compares every record with the sum that the store keeps of it: what no
// event covers is damaged unseen otherwise. Where the store keeps the total of
// all sums, a record that is gone, or is again as it was before, shows there.
type sums struct {
	kept    store.Sums
	summer  store.Summer
	total   store.Sum
	checked bool
}

func (a *audit) sums(ctx context.Context) (*sums, error) {
	kept, err := a.snap.Sums(ctx)
	s := &sums{kept: kept, summer: store.NewSummer(a.src.RowKey)}
	switch {
	case err != nil:
		return nil, err
	case kept.Key == s.summer.ID():
		s.checked = true
	case s.summer.Keyed():
		a.report.find("record-key", "records", "kept %s, is %s", kept.Key, s.summer.ID())
	default:
		a.report.note("note-records-unchecked", "records", "")
	}
	return s, nil
}

func (s *sums) record(a *audit, r store.Record) {
	if !s.checked {
		return
	}
	kept := store.ReadSum(r.Sum)
	if s.summer.Record(r) != kept || len(r.Sum) != len(kept) {
		a.report.find("record-changed", r.Key.Part+"|"+r.Key.Sort, "")
	}
	s.total.Add(kept)
}

// plain compares a row beside the records.
func (s *sums) plain(a *audit, p store.Plain) {
	if !s.checked {
		return
	}
	kept := store.ReadSum(p.Sum)
	if s.summer.Plain(p) != kept || len(p.Sum) != len(kept) {
		a.report.find("record-changed", p.Kind+"|"+p.Name, "")
	}
	s.total.Add(kept)
}

func (s *sums) judge(a *audit) {
	if s.checked && s.kept.HasTotal && s.total != s.kept.Total {
		a.report.find("record-set", "records", "")
	}
}
