package s3gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/oklog/ulid/v2"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/s3err"
)

// Names of attributes in the library's own vocabulary.
const (
	attrVersion   = "version-id"  // stored last before PutObject and a version copy get their name
	attrMultipart = "mp-metadata" // stored last before CompleteMultipartUpload gives the name
	attrACL       = "acl"         // every bucket has one from its creation on
)

// maxKnown bounds the memory spent on folders known to be durable.
const maxKnown = 1 << 16

// syncer makes things durable and remembers the first time the disk refused.
type syncer struct {
	objects, versions string // absolute folders of the buckets and of older versions
	log               func(msg string, err error)
	failure           atomic.Pointer[error]

	mu    sync.Mutex
	known map[string]struct{} // folders whose own entry is durable; none is ever removed while running
}

// failed gives the error after which nothing is accepted any more, or nil.
func (s *syncer) failed() error {
	if p := s.failure.Load(); p != nil {
		return *p
	}
	return nil
}

// broke records that the disk could not keep something. The kernel forgets
// dirty pages after reporting an error, so a later fsync that succeeds says
// nothing about them.
func (s *syncer) broke(what string, err error) error {
	err = fmt.Errorf("%s could not be made durable: %w", what, err)
	if s.failure.CompareAndSwap(nil, &err) {
		s.log("object store stops accepting writes; check the disk and restart", err)
	}
	return err
}

// file makes the bytes and attributes of a file durable. A file that has no
// name yet may run out of room here (delayed allocation, NFS): that loses
// nothing, so it is an ordinary full disk.
func (s *syncer) file(f *os.File, unnamed bool) error {
	err := f.Sync()
	if unnamed && isFull(err) {
		return s3err.GetAPIError(s3err.ErrNoSpaceLeftOnDevice)
	}
	if err != nil {
		return s.broke(f.Name(), err)
	}
	return nil
}

// path makes a named file or folder durable.
func (s *syncer) path(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("open to make durable: %w", err)
	}
	defer f.Close()
	return s.file(f, false)
}

// names makes the entries of dir durable, and dir's own way up to base.
func (s *syncer) names(base, dir string) error {
	if err := s.path(dir); err != nil {
		return err
	}
	var fresh []string
	for d := dir; d != base; d = filepath.Dir(d) {
		if s.isKnown(d) {
			continue
		}
		if err := s.path(filepath.Dir(d)); err != nil {
			return err
		}
		fresh = append(fresh, d)
	}
	s.learn(fresh)
	return nil
}

func (s *syncer) isKnown(dir string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.known[dir]
	return ok
}

func (s *syncer) learn(dirs []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= maxKnown {
		clear(s.known)
	}
	for _, d := range dirs {
		s.known[d] = struct{}{}
	}
}

// replaceable makes the copy of the version that bucket/key holds now durable,
// so that the name may be given to another object.
func (s *syncer) replaceable(bucket, key string) error {
	if fi, err := os.Lstat(filepath.Join(s.objects, bucket, key)); err != nil || fi.IsDir() {
		return nil
	}
	id := s.current(bucket, key)
	dir := versionFolder(s.versions, bucket, key)
	if _, err := os.Lstat(filepath.Join(dir, id)); id == "" || err != nil {
		return fmt.Errorf("no copy of the present version %q of %s/%s: %w", id, bucket, key, err)
	}
	return s.names(s.versions, dir)
}

// current gives the version id that bucket/key holds now, or "".
func (s *syncer) current(bucket, key string) string {
	id, err := meta.XattrMeta{}.RetrieveAttribute(nil, filepath.Join(s.objects, bucket), key, attrVersion)
	if err != nil {
		return ""
	}
	return string(id)
}

// versionFolder is where the library keeps the older versions of a key.
func versionFolder(versions, bucket, key string) string {
	sum := sha256.Sum256([]byte(key))
	id := hex.EncodeToString(sum[:])
	return filepath.Join(versions, bucket, id[:2], id[2:4], id[4:6], id)
}

// durableMeta is the library's extended-attribute store with the one addition
// that makes publishing crash-safe: the attribute the library stores last
// before it gives an object its name is the signal to make everything the
// name will stand for durable.
type durableMeta struct {
	meta.XattrMeta
	s *syncer
}

// StoreAttribute stores one attribute; see durableMeta.
func (m durableMeta) StoreAttribute(f *os.File, bucket, object, attribute string, value []byte) error {
	if err := m.XattrMeta.StoreAttribute(f, bucket, object, attribute, value); err != nil {
		return err
	}
	if attribute == attrVersion && f != nil {
		if err := stamp(f, string(value)); err != nil {
			return err
		}
	}
	switch {
	case attribute != attrVersion && attribute != attrMultipart:
		return nil
	case f != nil && object == "": // copy of a version; bucket is its full path
		if attribute != attrVersion {
			return nil
		}
		return m.s.file(f, true)
	case f != nil:
		if attribute == attrVersion {
			if err := m.s.replaceable(bucket, object); err != nil {
				return err
			}
		}
		return m.s.file(f, true)
	default:
		return fmt.Errorf("version of %s/%s is given to an object that has its name already", bucket, object)
	}
}

// stamp gives a file the time its version was made, which the id carries. S3
// tells it as the time of upload, also of the copy made when the version is
// replaced.
func stamp(f *os.File, version string) error {
	id, err := ulid.ParseStrict(version)
	if err != nil {
		return fmt.Errorf("version %q: %w", version, err)
	}
	at := syscall.NsecToTimeval(id.Timestamp().UnixNano())
	return syscall.Futimes(int(f.Fd()), []syscall.Timeval{at, at})
}

// ListAttributes lists the version id last, because copies are made in this
// order and the version id is the signal.
func (m durableMeta) ListAttributes(bucket, object string) ([]string, error) {
	list, err := m.XattrMeta.ListAttributes(bucket, object)
	if i := slices.Index(list, attrVersion); i >= 0 {
		list = append(slices.Delete(list, i, i+1), attrVersion)
	}
	return list, err
}

// isFull reports whether err means that there is no room left.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
