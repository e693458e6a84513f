// Package backup copies a data folder while it is served, brings a copy back,
// and proves that a copy holds.
//
// The database is copied first, then every object: what a record pins is never
// removed or changed in place, so the copy's database never speaks of bytes
// that the copy lacks. A copy is written beside its place and renamed at the end; a
// manifest names the hash of every file. The keys are not part of a copy
// unless asked for: whoever holds them can sign the log and make links.
package backup

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hoso/shared/fault"
	"hoso/shared/onebox/sqlitestore"
)

// Manifest is the file that names every file of a copy with its hash, in the
// form that `sha256sum -c` reads.
const Manifest = "manifest-sha256.txt"

// folders of a data folder that belong to a copy. An object moves to versions
// when another comes under its key, and back when that one is collected: seen
// from both sides of objects, none slips through.
var folders = []string{"versions", "objects", "versions", "checkpoints", "calendars"}

// Options of a copy.
type Options struct {
	Keys     bool // copy the keys as well
	Progress func(files int, bytes int64)
}

// Make copies the data folder at data to a new folder at to.
func Make(ctx context.Context, data, to string, o Options) (err error) {
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return refuse("backup-exists", "Nơi sao lưu “"+to+"” đã có; hãy chọn một thư mục mới.", err)
	}
	part := to + ".part"
	if err := os.RemoveAll(part); err != nil {
		return err
	}
	if err := os.MkdirAll(part, 0o700); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(part))
		}
	}()
	r, err := sqlitestore.OpenReader(ctx, filepath.Join(data, "hoso.db"))
	if err != nil {
		return err
	}
	err = errors.Join(r.Backup(ctx, filepath.Join(part, "hoso.db")), r.Close())
	if err != nil {
		return err
	}
	c := copier{ctx: ctx, from: data, to: part, sums: map[string]string{}, progress: o.Progress}
	which := slices.Clone(folders)
	if o.Keys {
		which = append(which, "keys")
	}
	for _, dir := range which {
		if err := c.tree(dir); err != nil {
			return err
		}
	}
	if c.sums["hoso.db"], err = sum(filepath.Join(part, "hoso.db")); err != nil {
		return err
	}
	if err := errors.Join(c.manifest(), c.settle()); err != nil {
		return err
	}
	if err := os.Rename(part, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

// Vacant refuses a folder that holds anything.
func Vacant(data string) error {
	entries, err := os.ReadDir(data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && len(entries) > 0 {
		return refuse("restore-exists", "Thư mục “"+data+"” đang có dữ liệu; hãy chọn thư mục mới, dữ liệu cũ được giữ nguyên.", nil)
	}
	return err
}

// Restore brings a copy back as a new data folder. A folder that is there is
// never overwritten.
func Restore(ctx context.Context, from, data string, o Options) (err error) {
	if err := Vacant(data); err != nil {
		return err
	}
	if wrong, err := Check(ctx, from); err != nil {
		return err
	} else if len(wrong) > 0 {
		return refuse("backup-damaged", "Bản sao lưu bị hỏng ở "+strings.Join(wrong[:min(len(wrong), 5)], ", ")+"; hãy dùng bản khác.", nil)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	c := copier{ctx: ctx, from: from, to: data, sums: map[string]string{}, progress: o.Progress}
	for _, dir := range append(slices.Clone(folders), "keys") {
		if err := c.tree(dir); err != nil {
			return err
		}
	}
	if err := c.file("hoso.db"); err != nil {
		return err
	}
	return c.settle()
}

// Check gives the files of a copy that are missing, changed, or not named.
func Check(ctx context.Context, from string) ([]string, error) {
	f, err := os.Open(filepath.Join(from, Manifest))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, refuse("backup-none", "“"+from+"” không phải là một bản sao lưu.", err)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	named := map[string]bool{Manifest: true}
	var wrong []string
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		want, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok || !filepath.IsLocal(name) {
			return nil, refuse("backup-damaged", "Danh mục của bản sao lưu không đọc được.", nil)
		}
		named[name] = true
		got, err := sum(filepath.Join(from, filepath.FromSlash(name)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if got != want {
			wrong = append(wrong, name)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	err = filepath.WalkDir(from, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, p)
		if err == nil && !named[filepath.ToSlash(rel)] {
			wrong = append(wrong, filepath.ToSlash(rel))
		}
		return err
	})
	return wrong, err
}

func refuse(code, public string, err error) error {
	return &fault.Error{Kind: fault.Invalid, Op: "backup", Code: code, Public: public, Err: err}
}

// copier copies trees and remembers the hash of every file.
type copier struct {
	ctx      context.Context
	from, to string
	sums     map[string]string
	files    int
	bytes    int64
	progress func(files int, bytes int64)
}

func (c *copier) tree(dir string) error {
	err := filepath.WalkDir(filepath.Join(c.from, dir), func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(c.from, p)
		if err != nil {
			return err
		}
		switch {
		case e.IsDir():
			return c.dir(rel)
		case e.Type().IsRegular() && c.sums[filepath.ToSlash(rel)] == "":
			return c.file(rel)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// dir makes one folder with its metadata: the object store keeps that of a
// bucket on its folder, and does not open one that has lost it.
func (c *copier) dir(rel string) error {
	if err := os.MkdirAll(filepath.Join(c.to, rel), 0o700); err != nil {
		return err
	}
	in, err := os.Open(filepath.Join(c.from, rel))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the last object in it went meanwhile
	}
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Open(filepath.Join(c.to, rel))
	if err != nil {
		return err
	}
	return errors.Join(copyAttributes(in, out), out.Close())
}

// settle makes the names of everything that was copied durable.
func (c *copier) settle() error {
	return filepath.WalkDir(c.to, func(p string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		return syncDir(p)
	})
}

// file copies one file with its metadata, which the object store keeps in
// extended attributes.
func (c *copier) file(rel string) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	in, err := os.Open(filepath.Join(c.from, rel))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // an upload that was cut off went away meanwhile
	}
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(filepath.Join(c.to, rel), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, h), in)
	err = errors.Join(err, copyAttributes(in, out), out.Sync(), out.Close())
	if err != nil {
		return fmt.Errorf("%s: %w", rel, err)
	}
	c.sums[filepath.ToSlash(rel)] = hex.EncodeToString(h.Sum(nil))
	c.files++
	c.bytes += n
	if c.progress != nil {
		c.progress(c.files, c.bytes)
	}
	return nil
}

func (c *copier) manifest() error {
	names := make([]string, 0, len(c.sums))
	for n := range c.sums {
		names = append(names, n)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, n := range names {
		fmt.Fprintf(&b, "%s  %s\n", c.sums[n], n)
	}
	f, err := os.OpenFile(filepath.Join(c.to, Manifest), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(b.String())
	return errors.Join(err, f.Sync(), f.Close(), syncDir(c.to))
}

func sum(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
