package s3gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"hoso/shared/fault"
)

// Disk reads stored objects from the data folder itself, beside a gateway
// that may be running on it: for checks, which must see the bytes as they lie
// there and change nothing.
type Disk struct{ Dir string }

// Sum gives SHA-256 (hex) and size of an object version's bytes. version "":
// the current one. Errors: fault.NotFound, else the disk's.
func (d Disk) Sum(ctx context.Context, bucket, key, version string) (string, int64, error) {
	f, err := d.Open(bucket, key, version)
	if errors.Is(err, fs.ErrNotExist) {
		return "", 0, &fault.Error{Kind: fault.NotFound, Op: "s3gateway.disk", Err: err}
	}
	if err != nil {
		return "", 0, fault.Wrap(fault.Transient, "s3gateway.disk", err)
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, readerOf(ctx, f))
	if err != nil {
		return "", 0, fault.Wrap(fault.Transient, "s3gateway.disk", err)
	}
	return hex.EncodeToString(h.Sum(nil)), n, nil
}

// Open finds a version: superseded ones lie under the hash of their key, the
// current one under its key. Keys cannot leave the folder.
func (d Disk) Open(bucket, key, version string) (*os.File, error) {
	if version != "" {
		sum := fmt.Sprintf("%x", sha256.Sum256([]byte(key)))
		f, err := inside(filepath.Join(d.Dir, "versions"), filepath.Join(bucket, sum[:2], sum[2:4], sum[4:6], sum, version))
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	return inside(filepath.Join(d.Dir, "objects"), filepath.Join(bucket, filepath.FromSlash(key)))
}

func inside(dir, name string) (*os.File, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.Open(name)
}

// readerOf reads r until ctx ends.
func readerOf(ctx context.Context, r io.Reader) io.Reader { return ended{ctx, r} }

type ended struct {
	ctx context.Context
	r   io.Reader
}

// Read reads, unless the context has ended.
func (e ended) Read(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	return e.r.Read(p)
}
