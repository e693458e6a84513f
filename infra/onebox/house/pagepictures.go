package house

import (
	"context"
	"slices"
	"sync"

	"hoso/shared/fault"
	"hoso/shared/pictures"
)

// pictureRoom bounds the memory for pictures of pages drawn lately, in bytes:
// they are no evidence and are drawn again.
const pictureRoom = 48 << 20

// lately keeps the pictures drawn last.
type lately struct {
	mu    sync.Mutex
	kept  map[string][]byte
	order []string // oldest use first
	bytes int
}

var _ pictures.Cache = (*lately)(nil)

// Load implements pictures.Cache.
func (l *lately) Load(_ context.Context, name string) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.kept[name]
	if !ok {
		return nil, fault.New(fault.NotFound, "house.pictures", "")
	}
	l.used(name)
	return b, nil
}

// Keep implements pictures.Cache.
func (l *lately) Keep(_ context.Context, name string, picture []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(picture) > pictureRoom/4 {
		return nil
	}
	if l.kept == nil {
		l.kept = map[string][]byte{}
	}
	l.bytes += len(picture) - len(l.kept[name])
	l.kept[name] = picture
	l.used(name)
	for l.bytes > pictureRoom {
		l.bytes -= len(l.kept[l.order[0]])
		delete(l.kept, l.order[0])
		l.order = l.order[1:]
	}
	return nil
}

func (l *lately) used(name string) {
	if i := slices.Index(l.order, name); i >= 0 {
		l.order = slices.Delete(l.order, i, i+1)
	}
	l.order = append(l.order, name)
}
