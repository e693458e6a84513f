package s3gateway

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
)

// staleUpload is the age after which parts of an upload that was never
// completed are removed at start.
const staleUpload = 24 * time.Hour

// folders are the two folders of the store below the data folder, made
// durable, and locked against a second process.
type folders struct {
	objects, versions string
	lock              *os.File
}

// openFolders makes or opens the folders below dir.
func openFolders(dir string) (*folders, error) {
	f := &folders{objects: filepath.Join(dir, "objects"), versions: filepath.Join(dir, "versions")}
	for _, d := range []string{dir, f.objects, f.versions} {
		if err := makeFolder(d); err != nil {
			return nil, err
		}
	}
	lock, err := os.Open(f.objects)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		return nil, fmt.Errorf("%s is in use by another process: %w", f.objects, err)
	}
	f.lock = lock
	if err := errors.Join(probeAttributes(f.objects), probeAttributes(f.versions), sameDisk(f.objects, f.versions)); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

// sameDisk makes sure that a version can be moved by a rename.
func sameDisk(a, b string) error {
	var first, second syscall.Stat_t
	if err := errors.Join(syscall.Stat(a, &first), syscall.Stat(b, &second)); err != nil {
		return err
	}
	if first.Dev != second.Dev {
		return fmt.Errorf("%s and %s must lie on one file system", a, b)
	}
	return nil
}

func (f *folders) close() {
	_ = f.lock.Close() // releases the lock; nothing was written through it
}

// makeFolder creates one folder, readable by its owner only, and makes its
// entry durable. An existing folder may be left from a start that lost power
// before that, so its entry is made durable too.
func makeFolder(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	for _, d := range []string{dir, filepath.Dir(dir)} {
		f, err := os.Open(d)
		if err != nil {
			return err
		}
		err = f.Sync()
		f.Close()
		if err != nil {
			return fmt.Errorf("make %s durable: %w", d, err)
		}
	}
	return nil
}

// probeAttributes refuses a file system that cannot keep the metadata.
func probeAttributes(dir string) error {
	f, err := os.CreateTemp(dir, ".probe-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := (meta.XattrMeta{}).StoreAttribute(f, "", "", "probe", []byte("1")); err != nil {
		return fmt.Errorf("the file system of %s does not keep extended attributes; use ext4, xfs, btrfs or zfs: %w", dir, err)
	}
	return nil
}

// tidy puts right what a crash may have left in the folders of a bucket:
// unnamed files, a bucket whose creation was cut short, uploads in parts that
// were being completed or were given up before the time limit.
func (f *folders) tidy(bucket string, limit time.Time) error {
	dir := filepath.Join(f.objects, bucket)
	for _, d := range []string{dir, filepath.Join(f.versions, bucket)} {
		if err := removeFiles(filepath.Join(d, posix.MetaTmpDir)); err != nil {
			return err
		}
	}
	if err := tidyParts(filepath.Join(dir, posix.MetaTmpMultipartDir), limit); err != nil {
		return err
	}
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	_, err := meta.XattrMeta{}.RetrieveAttribute(nil, dir, "", attrACL)
	if !errors.Is(err, meta.ErrNoSuchKey) {
		return err
	}
	if err := removeEmpty(dir); err != nil {
		return fmt.Errorf("folder %s has files but has lost its extended attributes; restore it from a backup that kept them: %w", dir, err)
	}
	return nil
}

// removeEmpty removes a bucket folder that holds nothing but the library's own
// empty folders.
func removeEmpty(dir string) error {
	for _, d := range []string{posix.MetaTmpMultipartDir, posix.MetaTmpDir, ""} {
		if err := os.Remove(filepath.Join(dir, d)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func removeFiles(dir string) error {
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.Type().IsRegular() {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// tidyParts removes uploads in parts that are older than limit, and those that
// were being completed: the library would answer their retry with success.
func tidyParts(dir string, limit time.Time) error {
	keys, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, k := range keys {
		uploads, err := os.ReadDir(filepath.Join(dir, k.Name()))
		if err != nil {
			return err
		}
		for _, u := range uploads {
			info, err := u.Info()
			if err != nil {
				return err
			}
			if !strings.HasSuffix(u.Name(), ".inprogress") && info.ModTime().After(limit) {
				continue
			}
			if err := os.RemoveAll(filepath.Join(dir, k.Name(), u.Name())); err != nil {
				return err
			}
		}
		_ = os.Remove(filepath.Join(dir, k.Name())) // stays while other uploads of the key are open
	}
	return nil
}
