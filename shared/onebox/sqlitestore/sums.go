package sqlitestore

import (
	"context"
	"strconv"

	"hoso/shared/store"
)

// sumAtOnce is how many records are read at a time when all are summed.
const sumAtOnce = 1000

// counterRow and actRow are rows beside the records, as they are summed.
func counterRow(name string, free int64) store.Plain {
	return store.Plain{Kind: store.CounterRow, Name: name, Says: []string{strconv.FormatInt(free, 10)}}
}

func actRow(key, request, result, at string) store.Plain {
	return store.Plain{Kind: store.ActRow, Name: key, Says: []string{request, result, at}}
}

// plainRows are the tables of such rows: what to read of each, by its key.
var plainRows = []struct {
	read, write string
	row         func(scan func(...any) error) (store.Plain, error)
}{
	{
		`SELECT name, free, sum FROM counters WHERE name > ? ORDER BY name LIMIT ?`, `UPDATE counters SET sum = ? WHERE name = ?`,
		func(scan func(...any) error) (store.Plain, error) {
			var name string
			var free int64
			var sum []byte
			err := scan(&name, &free, &sum)
			p := counterRow(name, free)
			p.Sum = sum
			return p, err
		},
	},
	{
		`SELECT key, request, result, at, sum FROM idempotency WHERE key > ? ORDER BY key LIMIT ?`, `UPDATE idempotency SET sum = ? WHERE key = ?`,
		func(scan func(...any) error) (store.Plain, error) {
			var key, request, result, at string
			var sum []byte
			err := scan(&key, &request, &result, &at, &sum)
			p := actRow(key, request, result, at)
			p.Sum = sum
			return p, err
		},
	},
}

// setSums takes the key of records' sums, and sums all records anew if the
// file's were made with another one: by an older version, or on the
// installation that a copy without keys was made of.
func (s *Store) setSums(w *conn) error {
	if s.opts.RowKey != nil {
		key, err := s.opts.RowKey()
		if err != nil {
			return err
		}
		s.sum = store.NewSummer(key)
	}
	var id string
	if _, err := w.row(`SELECT key FROM sums WHERE name = 'records'`, nil, &id); err != nil || id == s.sum.ID() {
		return err
	}
	if _, err := w.exec(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	err := s.sumAll(w)
	if err == nil {
		_, err = w.exec(`COMMIT`)
	}
	if err != nil {
		w.rollback()
	}
	return err
}

func (s *Store) sumAll(w *conn) error {
	var total store.Sum
	type row struct {
		id  int64
		sum store.Sum
	}
	last := int64(-1 << 62)
	for {
		var page []row
		err := w.rows(`SELECT id, part, sort, rev, body, entries FROM records WHERE id > ? ORDER BY id LIMIT ?`, []any{last, sumAtOnce},
			func(scan func(...any) error) (bool, error) {
				var id int64
				rec, err := record(func(to ...any) error { return scan(append([]any{&id}, to...)...) })
				page = append(page, row{id, s.sum.Record(rec)})
				return true, err
			})
		if err != nil {
			return err
		}
		for _, r := range page {
			if _, err := w.exec(`UPDATE records SET sum = ? WHERE id = ?`, r.sum[:], r.id); err != nil {
				return err
			}
			total.Add(r.sum)
			last = r.id
		}
		if len(page) < sumAtOnce {
			if err := s.sumPlain(w, &total); err != nil {
				return err
			}
			_, err := w.exec(`INSERT INTO sums (name, key, total) VALUES ('records', ?, ?)
				ON CONFLICT (name) DO UPDATE SET key = excluded.key, total = excluded.total`, s.sum.ID(), total[:])
			return err
		}
	}
}

// sumPlain sums the rows beside the records anew and adds them to the total.
func (s *Store) sumPlain(w *conn, total *store.Sum) error {
	for _, table := range plainRows {
		for last := ""; ; {
			var page []store.Plain
			if err := w.rows(table.read, []any{last, sumAtOnce}, func(scan func(...any) error) (bool, error) {
				p, err := table.row(scan)
				page = append(page, p)
				return true, err
			}); err != nil {
				return err
			}
			for _, p := range page {
				sum := s.sum.Plain(p)
				if _, err := w.exec(table.write, sum[:], p.Name); err != nil {
					return err
				}
				total.Add(sum)
				last = p.Name
			}
			if len(page) < sumAtOnce {
				break
			}
		}
	}
	return nil
}

// tally adds the change of a commit to the total. A total of another length
// is left to the auditor's check.
func tally(w *conn, change store.Sum) error {
	if change == (store.Sum{}) {
		return nil
	}
	var kept []byte
	if _, err := w.row(`SELECT total FROM sums WHERE name = 'records'`, nil, &kept); err != nil {
		return err
	}
	total := store.ReadSum(kept)
	total.Add(change)
	_, err := w.exec(`UPDATE sums SET total = ? WHERE name = 'records'`, total[:])
	return err
}

// Sums says how the sums of records were made.
func (s *snapshot) Sums(context.Context) (store.Sums, error) {
	var kept []byte
	out := store.Sums{HasTotal: true}
	_, err := s.c.row(`SELECT key, total FROM sums WHERE name = 'records'`, nil, &out.Key, &kept)
	out.Total = store.ReadSum(kept)
	return out, wrap("store.sums", err)
}
