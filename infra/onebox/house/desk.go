package house

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"hoso/shared/access"
	"hoso/shared/act"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/secret"
)

// Counter is a data folder opened for acts on people only: no object store,
// no engine, no portal.
type Counter struct {
	Access access.Room
	store  *sqlitestore.Store
}

// OpenDesk opens a data folder that nobody serves, made if it is not there.
func OpenDesk(ctx context.Context, data string, demo bool, start time.Time) (*Counter, error) {
	data, err := filepath.Abs(data)
	if err != nil {
		return nil, err
	}
	if err := folder(data, 0o700); err != nil {
		return nil, err
	}
	var keys *secret.Box
	s, err := sqlitestore.Open(ctx, filepath.Join(data, "hoso.db"), sqlitestore.Options{RowKey: rowKey(data, &keys)})
	if err != nil {
		return nil, err
	}
	clock, err := openClock(ctx, s, demo, start)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	desk := act.Desk{Store: s, Now: clock.Now, NewID: newID, Rand: random, Blind: keys.Key(secret.Requests)}
	return &Counter{store: s, Access: access.Open(desk, keys)}, nil
}

// Close lets the folder go.
func (c *Counter) Close() error { return c.store.Close() }
