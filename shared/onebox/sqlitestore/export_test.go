package sqlitestore

import (
	"context"
	"fmt"
)

// Confine lets the file have no more than pages pages, as a full disk would;
// 0 lifts that.
func (s *Store) Confine(pages int) error {
	if pages == 0 {
		pages = 1 << 30
	}
	return s.submit(context.Background(), 0, func(w *conn) (refused, failed error) {
		var now int
		_, err := w.row(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages), nil, &now)
		return nil, err
	})
}

// Pages gives how many pages the file has.
func (s *Store) Pages() (n int, err error) {
	err = s.submit(context.Background(), 0, func(w *conn) (refused, failed error) {
		_, err := w.row(`PRAGMA page_count`, nil, &n)
		return nil, err
	})
	return n, err
}

// Patience sets how many milliseconds the writer waits for another process.
func (s *Store) Patience(ms int) error {
	_, err := s.w.exec(fmt.Sprintf(`PRAGMA busy_timeout = %d`, ms))
	return err
}

// CarryOverAt makes the log move into the file when it has so many pages. It
// must be called before the first commit.
func (s *Store) CarryOverAt(pages int) { s.pages = pages }
