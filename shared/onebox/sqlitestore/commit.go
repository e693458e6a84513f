package sqlitestore

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// Commit carries out the act whole or not at all; see store.Store.
func (s *Store) Commit(ctx context.Context, c store.Commit) (store.Outcome, error) {
	if err := store.Check(c); err != nil {
		if out, old := s.Replay(ctx, c.Key, c.Request); !fault.Is(old, fault.NotFound) {
			return out, old
		}
		return store.Outcome{}, err
	}
	var out store.Outcome
	err := s.submit(ctx, c.Bytes(), func(w *conn) (refused, failed error) {
		out, refused, failed = s.apply(w, c)
		return refused, failed
	})
	if err != nil {
		return store.Outcome{}, err
	}
	if s.opts.Queued != nil && !out.Replayed && len(c.Outbox)+len(c.Events) > 0 {
		s.opts.Queued()
	}
	return out, nil
}

// state is what a commit found of one of the records it names.
type state struct {
	id      int64
	rev     int64
	entries string
	sum     []byte
}

// count is what a commit found of one of the counters it names.
type count struct {
	free int64
	sum  []byte
}

// apply looks first and writes then; see job.run.
func (s *Store) apply(w *conn, c store.Commit) (out store.Outcome, refused, failed error) {
	out, refused, failed = replay(w, c.Key, c.Request)
	if failed != nil || refused != error(errUnused) {
		return out, refused, failed
	}
	states, counts, refusal, failed := look(w, c)
	if failed != nil {
		return store.Outcome{}, nil, failed
	}
	if err := refusal.Err(); err != nil {
		return store.Outcome{}, err, nil
	}
	heads := map[string]evidence.Head{}
	for _, chain := range c.Chains() {
		h, err := head(w, chain)
		if err != nil {
			return store.Outcome{}, nil, err
		}
		heads[chain] = h
	}
	p, err := store.Place(c, heads)
	if err != nil {
		return store.Outcome{}, err, nil
	}
	if err := s.enter(w, p, states, counts); err != nil {
		return store.Outcome{}, nil, err
	}
	return store.Outcome{Result: slices.Clone(c.Result)}, nil, nil
}

// look reads what the commit depends on.
func look(w *conn, c store.Commit) ([]state, []count, store.Refusal, error) {
	var r store.Refusal
	states, counts := make([]state, len(c.Writes)), make([]count, len(c.Counters))
	for i, wr := range c.Writes {
		st := &states[i]
		if _, err := w.row(`SELECT id, rev, entries, sum FROM records WHERE part = ? AND sort = ?`,
			[]any{wr.Key.Part, wr.Key.Sort}, &st.id, &st.rev, &st.entries, &st.sum); err != nil {
			return nil, nil, r, err
		}
		if st.rev != wr.Expect {
			r.Conflict.Keys = append(r.Conflict.Keys, wr.Key)
		}
	}
	for i, a := range c.Counters {
		found, err := w.row(`SELECT free, sum FROM counters WHERE name = ?`, []any{a.Counter}, &counts[i].free, &counts[i].sum)
		switch {
		case err != nil:
			return nil, nil, r, err
		case a.Create && found:
			r.Conflict.Counters = append(r.Conflict.Counters, a.Counter)
		case a.N < 0 && counts[i].free < -a.N && r.Short == "":
			r.Short = a.Counter
		case a.N > 0 && !a.Create && !found && r.Missing == "":
			r.Missing = a.Counter
		}
	}
	return states, counts, r, nil
}

// enter writes a plan whose conditions hold.
func (s *Store) enter(w *conn, p store.Plan, states []state, counts []count) error {
	var change store.Sum
	for i, wr := range p.Writes {
		if err := s.record(w, wr, states[i], &change); err != nil {
			return err
		}
	}
	for i, a := range p.Counters {
		query := `UPDATE counters SET free = ?2, sum = ?3 WHERE name = ?1`
		if a.Create {
			query = `INSERT INTO counters (name, free, sum) VALUES (?1, ?2, ?3)`
		}
		free := counts[i].free + a.N
		sum := s.sum.Plain(counterRow(a.Counter, free))
		change.Sub(store.ReadSum(counts[i].sum))
		change.Add(sum)
		if _, err := w.exec(query, a.Counter, free, sum[:]); err != nil {
			return err
		}
	}
	for _, e := range p.Placed {
		if _, err := w.exec(`INSERT INTO events (chain, seq, hash, line) VALUES (?, ?, ?, ?)`,
			e.Chain, e.Seq, e.Hash, e.Line); err != nil {
			return err
		}
	}
	for _, chain := range p.Chains() {
		h := p.Heads[chain]
		if _, err := w.exec(`INSERT INTO heads (chain, seq, hash) VALUES (?, ?, ?)
			ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`,
			chain, h.Seq, h.Hash); err != nil {
			return err
		}
	}
	for _, m := range p.Outbox {
		if err := queue(w, m); err != nil {
			return err
		}
	}
	if p.Log != nil {
		if err := queue(w, *p.Log); err != nil {
			return err
		}
	}
	at := p.At.UTC().Format(evidence.TimeLayout)
	sum := s.sum.Plain(actRow(p.Key, p.Request, string(p.Result), at))
	change.Add(sum)
	if _, err := w.exec(`INSERT INTO idempotency (key, request, result, at, sum) VALUES (?, ?, ?, ?, ?)`,
		p.Key, p.Request, string(p.Result), at, sum[:]); err != nil {
		return err
	}
	return tally(w, change)
}

// record writes one record, moves its index entries and adds what that changes
// in the total of all sums.
func (s *Store) record(w *conn, wr store.Write, old state, change *store.Sum) error {
	if wr.Check {
		return nil
	}
	var was []store.Entry
	if old.rev > 0 {
		was = decodeEntries(old.entries)
	}
	for _, e := range was {
		if slices.Contains(wr.Index, e) {
			continue
		}
		if _, err := w.exec(`DELETE FROM entries WHERE pattern = ? AND part = ? AND sort = ? AND rec_part = ? AND rec_sort = ?`,
			e.Pattern.Name, e.Part, e.Sort, wr.Key.Part, wr.Key.Sort); err != nil {
			return err
		}
	}
	for _, e := range wr.Index {
		if slices.Contains(was, e) {
			continue
		}
		if _, err := w.exec(`INSERT INTO entries (pattern, part, sort, rec_part, rec_sort) VALUES (?, ?, ?, ?, ?)`,
			e.Pattern.Name, e.Part, e.Sort, wr.Key.Part, wr.Key.Sort); err != nil {
			return err
		}
	}
	var err error
	index := encodeEntries(wr.Index)
	var sum store.Sum
	if old.rev > 0 {
		change.Sub(store.ReadSum(old.sum))
	}
	if !wr.Delete {
		sum = s.sum.Written(wr)
		change.Add(sum)
	}
	switch {
	case wr.Delete:
		_, err = w.exec(`DELETE FROM records WHERE id = ?`, old.id)
	case old.rev == 0:
		_, err = w.exec(`INSERT INTO records (part, sort, rev, body, entries, sum) VALUES (?, ?, 1, ?, ?, ?)`,
			wr.Key.Part, wr.Key.Sort, string(wr.Body), index, sum[:])
	default:
		_, err = w.exec(`UPDATE records SET rev = rev + 1, body = ?, entries = ?, sum = ? WHERE id = ?`,
			string(wr.Body), index, sum[:], old.id)
	}
	if err == nil && s.lag != nil {
		err = s.remember(w, wr, old.rev, index)
	}
	return err
}

func queue(w *conn, m store.Message) error {
	_, err := w.exec(`INSERT INTO outbox (id, kind, body, due, attempts, error) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, body = excluded.body, due = excluded.due,
			attempts = excluded.attempts, error = excluded.error`,
		m.ID, m.Kind, string(m.Body), dueText(m.Due), m.Attempts, m.Error)
	return err
}

// dueText writes an instant so that text order is time order, rounded up: a
// message never comes before its time. "" comes at once.
func dueText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Add(time.Millisecond - 1).Format(evidence.TimeLayout)
}

// entry is how an index entry stands in its record's row.
type entry struct {
	Name string `json:"name"`
	Slot int    `json:"slot"`
	Part string `json:"part"`
	Sort string `json:"sort"`
}

func encodeEntries(index []store.Entry) string {
	if len(index) == 0 {
		return "[]"
	}
	rows := make([]entry, len(index))
	for i, e := range index {
		rows[i] = entry{e.Pattern.Name, e.Pattern.Slot, e.Part, e.Sort}
	}
	b, err := json.Marshal(rows)
	if err != nil {
		return "[]" // strings and numbers always encode
	}
	return string(b)
}

// decodeEntries reads what encodeEntries wrote; a damaged list is as good as
// none, and the auditor's check compares lists and index.
func decodeEntries(s string) []store.Entry {
	var rows []entry
	if s == "[]" || json.Unmarshal([]byte(s), &rows) != nil {
		return nil
	}
	index := make([]store.Entry, len(rows))
	for i, e := range rows {
		index[i] = store.Entry{Pattern: store.Pattern{Name: e.Name, Slot: e.Slot}, Part: e.Part, Sort: e.Sort}
	}
	return index
}

// errUnused: the idempotency key was not used yet.
var errUnused = &fault.Error{Kind: fault.NotFound, Op: "store.replay"}

// replay looks a key up. The answer is nil with the first result, errUnused,
// or store.ErrKeyReused.
func replay(c *conn, key, request string) (out store.Outcome, answer, failed error) {
	var was string
	var result []byte
	found, err := c.row(`SELECT request, result FROM idempotency WHERE key = ?`, []any{key}, &was, &result)
	switch {
	case err != nil:
		return out, nil, err
	case !found:
		return out, errUnused, nil
	case was != request:
		return out, store.ErrKeyReused, nil
	}
	out.Replayed = true
	if len(result) > 0 {
		out.Result = result
	}
	return out, nil, nil
}
