package sqlitestore

import (
	"context"
	"errors"
	"strings"

	"hoso/shared/fault"
	"hoso/shared/store"
)

// The queries of a page: from a place on, up to a bound. Places are whole
// (sort, record) so that a page may end between two records of one sort.
const (
	listUp = `SELECT part, sort, rev, body, entries FROM records
		WHERE part = ?1 AND sort >= ?2 AND sort < ?3 ORDER BY sort LIMIT ?4`
	listDown = `SELECT part, sort, rev, body, entries FROM records
		WHERE part = ?1 AND sort >= ?2 AND sort < ?3 ORDER BY sort DESC LIMIT ?4`
	queryUp = `SELECT r.part, r.sort, r.rev, r.body, r.entries, e.sort
		FROM entries e CROSS JOIN records r ON r.part = e.rec_part AND r.sort = e.rec_sort
		WHERE e.pattern = ?1 AND e.part = ?2
			AND (e.sort, e.rec_part, e.rec_sort) > (?3, ?4, ?5) AND e.sort < ?6
		ORDER BY e.sort, e.rec_part, e.rec_sort LIMIT ?7`
	queryDown = `SELECT r.part, r.sort, r.rev, r.body, r.entries, e.sort
		FROM entries e CROSS JOIN records r ON r.part = e.rec_part AND r.sort = e.rec_sort
		WHERE e.pattern = ?1 AND e.part = ?2
			AND (e.sort, e.rec_part, e.rec_sort) < (?3, ?4, ?5) AND e.sort >= ?6
		ORDER BY e.sort DESC, e.rec_part DESC, e.rec_sort DESC LIMIT ?7`
)

// top is greater than every text: SQLite sorts blobs behind text.
var top = any([]byte{})

// span gives the bounds of a page's sorts without its After: from low on,
// below high, which is top where nothing bounds it.
func span(p store.Page) (low string, high any) {
	low, high = max(p.From, p.Prefix), top
	if p.To != "" {
		high = p.To
	}
	if end := beyond(p.Prefix); end != "" && (p.To == "" || end < p.To) {
		high = end
	}
	return low, high
}

// under reports whether s lies below the bound high. A position that does not
// came from elsewhere and must not lead out of the page's bounds.
func under(s string, high any) bool {
	h, bounded := high.(string)
	return !bounded || s < h
}

// beyond gives the first text that is greater than everything that begins
// with prefix, or "" if there is none.
func beyond(prefix string) string {
	b := []byte(prefix)
	for len(b) > 0 && b[len(b)-1] == 0xff {
		b = b[:len(b)-1]
	}
	if len(b) == 0 {
		return ""
	}
	b[len(b)-1]++
	return string(b)
}

// List gives records of one part in order of Sort.
func (r *Reader) List(ctx context.Context, part string, p store.Page) (store.Slice, error) {
	low, high := span(p)
	query := listUp
	switch {
	case p.Desc:
		query = listDown
		if p.After != "" && under(p.After, high) {
			high = p.After
		}
	case p.After != "" && p.After >= low:
		low = p.After + "\x00" // the next text there is
	}
	pg := pager{limit: bound(p.Limit)}
	err := r.read(ctx, func(c *conn) error {
		return c.rows(query, []any{part, low, high, pg.limit + 1}, func(scan func(...any) error) (bool, error) {
			return pg.add(func() (store.Record, string, error) {
				rec, err := record(scan)
				return rec, rec.Key.Sort, err
			})
		})
	})
	if err != nil {
		return store.Slice{}, err
	}
	return pg.Slice, nil
}

// Query gives records of one part of a named index in order of its Sort.
func (r *Reader) Query(ctx context.Context, pattern store.Pattern, part string, p store.Page) (store.Slice, error) {
	low, high := span(p)
	at, err := place(p.After)
	if err != nil {
		return store.Slice{}, err
	}
	query, bounds := queryUp, []any{low, "", "", high}
	switch {
	case p.Desc:
		query, bounds = queryDown, []any{high, "", "", low}
		if at != nil && under(at[0], high) {
			bounds = []any{at[0], at[1], at[2], low}
		}
	case at != nil && at[0] >= low:
		bounds = []any{at[0], at[1], at[2], high}
	}
	if r.lag != nil {
		if err := r.lag(ctx); err != nil {
			return store.Slice{}, err
		}
		query = lagging(query)
	}
	pg := pager{limit: bound(p.Limit)}
	args := append([]any{pattern.Name, part}, append(bounds, pg.limit+1)...)
	err = r.read(ctx, func(c *conn) error {
		return c.rows(query, args, func(scan func(...any) error) (bool, error) {
			return pg.add(func() (store.Record, string, error) {
				var sort string
				rec, err := record(func(to ...any) error { return scan(append(to, &sort)...) })
				return rec, strings.Join([]string{sort, rec.Key.Part, rec.Key.Sort}, "\x00"), err
			})
		})
	})
	if err != nil {
		return store.Slice{}, err
	}
	return pg.Slice, nil
}

// place reads a page's position in an index: sort and key of its last record.
func place(after string) ([]string, error) {
	if after == "" {
		return nil, nil
	}
	at := strings.Split(after, "\x00")
	if len(at) != 3 {
		return nil, &fault.Error{
			Kind: fault.Invalid, Op: "store.query", Err: errors.New("position of a page is not one that was given out"),
			Public: "Đường dẫn tới trang này không còn dùng được. Hãy mở lại danh sách từ đầu.",
		}
	}
	return at, nil
}

// pager gathers a page; one row beyond it is read to know whether more follow.
type pager struct {
	store.Slice
	limit int
	size  int
	last  string // position of the last record
}

// add takes the row that next reads, or ends the page before it.
func (p *pager) add(next func() (rec store.Record, position string, err error)) (more bool, err error) {
	if len(p.Records) > 0 && (len(p.Records) == p.limit || p.size >= store.MaxRead) {
		p.Next = p.last
		return false, nil
	}
	rec, position, err := next()
	if err != nil {
		return false, err
	}
	p.Records = append(p.Records, rec)
	p.size += len(rec.Body)
	p.last = position
	return true, nil
}
