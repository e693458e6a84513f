package sqlitestore

import (
	"context"
	"encoding/json"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/store"
)

// Pending gives messages that are due, those due longest first.
func (r *Reader) Pending(ctx context.Context, now time.Time, limit int) ([]store.Message, error) {
	limit = bound(limit)
	var out []store.Message
	err := r.read(ctx, func(c *conn) error {
		size := 0
		return c.rows(`SELECT id, kind, body, due, attempts, error FROM outbox WHERE due <= ? ORDER BY due LIMIT ?`,
			[]any{now.UTC().Format(evidence.TimeLayout), limit},
			func(scan func(...any) error) (bool, error) {
				m, err := message(scan)
				if err != nil {
					return false, err
				}
				out = append(out, m)
				size += len(m.Body)
				return size < store.MaxRead, nil
			})
	})
	return out, err
}

// message reads a row of the outbox: id, kind, body, due, attempts, error.
func message(scan func(...any) error) (store.Message, error) {
	var m store.Message
	var due string
	var body []byte
	if err := scan(&m.ID, &m.Kind, &body, &due, &m.Attempts, &m.Error); err != nil {
		return m, err
	}
	if len(body) > 0 {
		m.Body = json.RawMessage(body)
	}
	// A damaged time is no reason to keep an effect back.
	m.Due, _ = time.Parse(evidence.TimeLayout, due)
	return m, nil
}

// Settle removes messages that were delivered; a missing one is fine.
func (s *Store) Settle(ctx context.Context, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	return s.submit(ctx, 64*len(ids), func(w *conn) (refused, failed error) {
		for _, id := range ids {
			if _, err := w.exec(`DELETE FROM outbox WHERE id = ?`, id); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
}

// Defer keeps a message for later and notes the failure; a missing one is fine.
func (s *Store) Defer(ctx context.Context, id string, due time.Time, reason string) error {
	return s.submit(ctx, 64+len(reason), func(w *conn) (refused, failed error) {
		_, err := w.exec(`UPDATE outbox SET due = ?, attempts = attempts + 1, error = ? WHERE id = ?`,
			dueText(due), reason, id)
		return nil, err
	})
}
