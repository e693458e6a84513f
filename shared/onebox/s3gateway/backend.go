package s3gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// durable is the backend the gateway serves: the posix backend behind a list
// of what is allowed, with the promises of the package. Whatever is not
// written here or in reads.go answers NotImplemented.
type durable struct {
	backend.BackendUnsupported
	posix   *posix.Posix
	buckets []string
	s       *syncer
	events  *events
	minFree uint64      // bytes that uploads leave free for the rest of the machine
	open    atomic.Bool // set once the buckets exist; from then on they are fixed

	mu   sync.Mutex
	keys map[string]int // uploads under way by bucket/key; -1: a deletion is
}

func (d *durable) String() string { return "hoso object store" }

// Shutdown does nothing: the library calls it also before it is started again.
func (d *durable) Shutdown() {}

func (d *durable) NormalizeObjectKey(bucket, key string) string {
	return d.posix.NormalizeObjectKey(bucket, key)
}

// CreateBucket is allowed only before the gateway is open to others.
func (d *durable) CreateBucket(ctx context.Context, in *s3.CreateBucketInput, acl []byte) error {
	return d.bucketChange(aws.ToString(in.Bucket), func() error { return d.posix.CreateBucket(ctx, in, acl) })
}

// PutBucketVersioning is allowed only before the gateway is open to others.
func (d *durable) PutBucketVersioning(ctx context.Context, bucket string, status types.BucketVersioningStatus) error {
	if status != types.BucketVersioningStatusEnabled {
		return s3err.GetAPIError(s3err.ErrAccessDenied)
	}
	return d.bucketChange(bucket, func() error { return d.posix.PutBucketVersioning(ctx, bucket, status) })
}

// PutBucketCors is allowed only before the gateway is open to others.
func (d *durable) PutBucketCors(ctx context.Context, bucket string, cors []byte) error {
	return d.bucketChange(bucket, func() error { return d.posix.PutBucketCors(ctx, bucket, cors) })
}

// DeleteBucketCors is allowed only before the gateway is open to others.
func (d *durable) DeleteBucketCors(ctx context.Context, bucket string) error {
	return d.bucketChange(bucket, func() error { return d.posix.DeleteBucketCors(ctx, bucket) })
}

func (d *durable) bucketChange(bucket string, change func() error) error {
	if d.open.Load() {
		return s3err.GetAPIError(s3err.ErrAccessDenied)
	}
	if err := change(); err != nil {
		return err
	}
	if err := d.s.path(filepath.Join(d.s.objects, bucket)); err != nil {
		return unavailable()
	}
	return nil // the first object makes the bucket's own name durable
}

// PutObject stores an object; browser forms (POST) come here too.
func (d *durable) PutObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	bucket, key := aws.ToString(in.Bucket), aws.ToString(in.Key)
	if aws.ToString(in.Tagging) != "" || in.ObjectLockMode != "" || in.ObjectLockLegalHoldStatus != "" {
		// The library stores these after the object has its name.
		return s3response.PutObjectOutput{}, s3err.GetAPIError(s3err.ErrNotImplemented)
	}
	var out s3response.PutObjectOutput
	err := d.write(bucket, key, aws.ToInt64(in.ContentLength), func() (err error) {
		out, err = d.posix.PutObject(ctx, in)
		return err
	})
	if err != nil {
		return s3response.PutObjectOutput{}, err
	}
	d.events.add(Object{Bucket: bucket, Key: key, Version: out.VersionID, Size: aws.ToInt64(out.Size), ETag: out.ETag})
	return out, nil
}

// CopyObject copies within the store. A source whose current version changed
// meanwhile answers SlowDown: the library looks at the version first and opens
// the file after, so the copy may be of the newer one.
func (d *durable) CopyObject(ctx context.Context, in s3response.CopyObjectInput) (s3response.CopyObjectOutput, error) {
	bucket, key := aws.ToString(in.Bucket), aws.ToString(in.Key)
	fromBucket, fromKey, version, err := backend.ParseCopySource(aws.ToString(in.CopySource))
	if err != nil {
		return s3response.CopyObjectOutput{}, err
	}
	if fromBucket == bucket && fromKey == key {
		return s3response.CopyObjectOutput{}, s3err.GetAPIError(s3err.ErrInvalidCopyDest)
	}
	var out s3response.CopyObjectOutput
	err = d.write(bucket, key, 0, func() (err error) {
		before := d.s.current(fromBucket, fromKey)
		out, err = d.posix.CopyObject(ctx, in)
		if err == nil && (version == "" || before == version) && d.s.current(fromBucket, fromKey) != before {
			return s3err.GetAPIError(s3err.ErrSlowDown)
		}
		return err
	})
	if err != nil {
		return s3response.CopyObjectOutput{}, err
	}
	return out, nil
}

// write runs one act that gives bucket/key a new version and answers only when
// that is durable.
func (d *durable) write(bucket, key string, size int64, act func() error) error {
	if err := d.s.failed(); err != nil {
		return unavailable()
	}
	if !plainKey(key) {
		return s3err.GetAPIError(s3err.ErrBadRequest)
	}
	if !slices.Contains(d.buckets, bucket) {
		return s3err.GetBucketErr(s3err.ErrNoSuchBucket, bucket)
	}
	if !d.room(uint64(max(size, 0))) {
		return s3err.GetAPIError(s3err.ErrNoSpaceLeftOnDevice)
	}
	if !d.enter(bucket, key) {
		return s3err.GetAPIError(s3err.ErrSlowDown)
	}
	defer d.leave(bucket, key)
	dir := filepath.Dir(filepath.Join(d.s.objects, bucket, key))
	if err := os.MkdirAll(dir, 0o700); err != nil { // here, because the library hides why it fails
		return plainly(err)
	}
	err := act()
	switch {
	case err != nil && d.s.failed() != nil:
		return unavailable()
	case errors.Is(err, s3err.GetAPIError(s3err.ErrExistingObjectIsDirectory)) && !isFolder(filepath.Join(d.s.objects, bucket, key)):
		// What the library says whenever the name could not be given.
		if d.full() {
			return s3err.GetAPIError(s3err.ErrNoSpaceLeftOnDevice)
		}
		return fmt.Errorf("name %s/%s could not be given", bucket, key)
	case err != nil:
		return plainly(err)
	}
	if err := d.s.names(d.s.objects, dir); err != nil {
		return unavailable()
	}
	return nil
}

// plainly gives the S3 error inside err: the gateway looks at the outermost
// error only.
func plainly(err error) error {
	var known s3err.S3Error
	switch {
	case errors.As(err, &known):
		return known
	case isFull(err):
		return s3err.GetAPIError(s3err.ErrNoSpaceLeftOnDevice)
	}
	return err
}

func isFolder(name string) bool {
	fi, err := os.Lstat(name)
	return err == nil && fi.IsDir()
}

// enter notes an upload to a key; false while a version of it is being deleted,
// because the library's deletion would remove whatever is current by then.
func (d *durable) enter(bucket, key string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	k := bucket + "/" + key
	if d.keys[k] < 0 {
		return false
	}
	d.keys[k]++
	return true
}

func (d *durable) leave(bucket, key string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	k := bucket + "/" + key
	if d.keys[k]--; d.keys[k] == 0 {
		delete(d.keys, k)
	}
}

// claim reserves a key for a deletion; false while anything else is under way.
func (d *durable) claim(bucket, key string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	k := bucket + "/" + key
	if d.keys[k] != 0 {
		return false
	}
	d.keys[k] = -1
	return true
}

func (d *durable) release(bucket, key string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.keys, bucket+"/"+key)
}

// room reports whether size more bytes leave minFree bytes on the disk.
func (d *durable) room(size uint64) bool {
	if d.minFree == 0 {
		return true
	}
	var st syscall.Statfs_t
	if err := syscall.Statfs(d.s.objects, &st); err != nil {
		return true // not knowing is no reason to refuse; the write itself will tell
	}
	return st.Bavail*uint64(st.Bsize) >= size+d.minFree
}

// full reports whether the disk has no room for even a folder.
func (d *durable) full() bool {
	var st syscall.Statfs_t
	err := syscall.Statfs(d.s.objects, &st)
	return err == nil && (st.Bavail*uint64(st.Bsize) < 64<<10 || (st.Files > 0 && st.Ffree == 0))
}

// plainKey reports whether a key is one the product could have made: no empty
// part, no part that starts with a dot (the library keeps its own folders
// under such names).
func plainKey(key string) bool {
	for part := range strings.SplitSeq(key, "/") {
		if part == "" || part[0] == '.' {
			return false
		}
	}
	return !strings.ContainsAny(key, "\\\x00")
}

// unavailable is the answer once the disk has refused to keep something.
func unavailable() error {
	return s3err.APIError{
		Code:           "ServiceUnavailable",
		Description:    "The object store stopped accepting writes because its disk reported an error.",
		HTTPStatusCode: http.StatusServiceUnavailable,
	}
}
