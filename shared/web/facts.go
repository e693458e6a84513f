package web

import (
	"context"
	"sync"

	"hoso/shared/validate"
)

// factLimit bounds the memory for facts that were read lately.
const factLimit = 48 << 20

// facts keeps what was read lately from the object store by digest: such
// facts never change, and a page being watched asks for the same ones again
// and again.
type facts struct {
	validate.Objects
	mu    sync.Mutex
	kept  map[string][]byte
	bytes int
}

// GetDigest gives a fact. The answer must not be changed.
func (f *facts) GetDigest(ctx context.Context, digest string) ([]byte, error) {
	f.mu.Lock()
	b, ok := f.kept[digest]
	f.mu.Unlock()
	if ok {
		return b, nil
	}
	b, err := f.Objects.GetDigest(ctx, digest)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, twice := f.kept[digest]; !twice && len(b) < factLimit/8 {
		f.kept[digest] = b
		f.bytes += len(b)
	}
	for d, old := range f.kept {
		if f.bytes <= factLimit {
			break
		}
		delete(f.kept, d)
		f.bytes -= len(old)
	}
	return b, nil
}
