package sqlitestore

import (
	"context"
	"encoding/json"
	"fmt"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// read runs f on a connection of the pool.
func (r *Reader) read(ctx context.Context, f func(c *conn) error) error {
	c, err := r.take(ctx)
	if err != nil {
		return err
	}
	defer r.give(c)
	return wrap("store.read", f(c))
}

// bound gives how many rows a call may have.
func bound(limit int) int {
	if limit <= 0 || limit > store.MaxPage {
		return store.MaxPage
	}
	return limit
}

// Get gives a record, or fault.NotFound.
func (r *Reader) Get(ctx context.Context, k store.Key) (store.Record, error) {
	rec := store.Record{Key: k}
	err := r.read(ctx, func(c *conn) error {
		found, err := get(c, &rec)
		if err == nil && !found {
			return &fault.Error{Kind: fault.NotFound, Op: "store.get", Err: fmt.Errorf("no record %s|%s", k.Part, k.Sort)}
		}
		return err
	})
	if err != nil {
		return store.Record{}, err
	}
	return rec, nil
}

// get fills in the record that stands at rec.Key, if there is one.
func get(c *conn, rec *store.Record) (bool, error) {
	var entries string
	found, err := c.row(`SELECT rev, body, entries FROM records WHERE part = ? AND sort = ?`,
		[]any{rec.Key.Part, rec.Key.Sort}, &rec.Rev, (*[]byte)(&rec.Body), &entries)
	if found {
		rec.Index = decodeEntries(entries)
	}
	return found, err
}

// GetMany gives one consistent snapshot of at most store.MaxItems records and
// store.MaxBytes bytes.
func (r *Reader) GetMany(ctx context.Context, keys []store.Key) ([]store.Record, error) {
	if len(keys) > store.MaxItems {
		return nil, tooMany(len(keys), "keys", store.MaxItems)
	}
	out := make([]store.Record, len(keys))
	err := r.read(ctx, func(c *conn) error {
		if _, err := c.exec(`BEGIN`); err != nil {
			return err
		}
		size := 0
		for i, k := range keys {
			out[i].Key = k
			_, err := get(c, &out[i])
			if size += len(out[i].Body); err == nil && size > store.MaxBytes {
				err = tooMany(size, "bytes", store.MaxBytes)
			}
			if err != nil {
				c.rollback()
				return err
			}
		}
		_, err := c.exec(`COMMIT`)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func tooMany(n int, what string, most int) error {
	return &fault.Error{Kind: fault.Invalid, Op: "store.getmany", Err: fmt.Errorf("%d %s, at most %d", n, what, most)}
}

// Counter gives what is free, or fault.NotFound.
func (r *Reader) Counter(ctx context.Context, name string) (int64, error) {
	var free int64
	err := r.read(ctx, func(c *conn) error {
		found, err := c.row(`SELECT free FROM counters WHERE name = ?`, []any{name}, &free)
		if err == nil && !found {
			return &fault.Error{Kind: fault.NotFound, Op: "store.counter", Err: fmt.Errorf("no counter %s", name)}
		}
		return err
	})
	return free, err
}

// Events gives a chain's events after a place, in order.
func (r *Reader) Events(ctx context.Context, chain string, after int64, limit int) ([]evidence.Placed, error) {
	limit = bound(limit)
	var out []evidence.Placed
	err := r.read(ctx, func(c *conn) error {
		size := 0
		return c.rows(`SELECT chain, seq, hash, line FROM events WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?`,
			[]any{chain, after, limit}, func(scan func(...any) error) (bool, error) {
				var p evidence.Placed
				if err := scan(&p.Chain, &p.Seq, &p.Hash, &p.Line); err != nil {
					return false, err
				}
				out = append(out, p)
				size += len(p.Line)
				return size < store.MaxRead, nil
			})
	})
	return out, err
}

// Head gives the end of a chain; the zero Head if it has no events.
func (r *Reader) Head(ctx context.Context, chain string) (evidence.Head, error) {
	var h evidence.Head
	err := r.read(ctx, func(c *conn) (err error) {
		h, err = head(c, chain)
		return err
	})
	return h, err
}

func head(c *conn, chain string) (evidence.Head, error) {
	var h evidence.Head
	_, err := c.row(`SELECT seq, hash FROM heads WHERE chain = ?`, []any{chain}, &h.Seq, &h.Hash)
	return h, err
}

// Replay gives the first result of an idempotency key, fault.NotFound, or
// store.ErrKeyReused.
func (r *Reader) Replay(ctx context.Context, key, request string) (store.Outcome, error) {
	var out store.Outcome
	err := r.read(ctx, func(c *conn) error {
		var answer, failed error
		out, answer, failed = replay(c, key, request)
		if failed != nil {
			return failed
		}
		return answer
	})
	return out, err
}

// record reads a row: part, sort, rev, body, entries.
func record(scan func(...any) error) (store.Record, error) {
	var rec store.Record
	var body []byte
	var entries string
	err := scan(&rec.Key.Part, &rec.Key.Sort, &rec.Rev, &body, &entries)
	rec.Body, rec.Index = json.RawMessage(body), decodeEntries(entries)
	return rec, err
}
