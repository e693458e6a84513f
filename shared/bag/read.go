package bag

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Package is an opened package. It reads from the ZIP on demand and trusts
// nothing in it.
type Package struct {
	// Name is the folder inside the ZIP.
	Name  string
	files map[string]*zip.File // by path relative to the folder
}

// ErrNotPackage: the file is not a ZIP of the form that Write makes, or it
// holds what no sound package holds.
var ErrNotPackage = errors.New("bag: not a sealed package")

func notPackage(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrNotPackage, fmt.Errorf(format, args...))
}

// Open opens a package of size bytes. It refuses (ErrNotPackage) whatever
// could hurt or mislead a reader: paths that leave the folder or that some
// file system would merge, links, encrypted or overlapping files, more or
// larger files than the limits of this package allow.
func Open(r io.ReaderAt, size int64) (*Package, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, notPackage("%w", err)
	}
	if len(z.File) == 0 || len(z.File) > MaxFiles+100 {
		return nil, notPackage("%d files", len(z.File))
	}
	p := &Package{files: map[string]*zip.File{}}
	folded := map[string]bool{}
	total := uint64(0)
	for _, f := range z.File {
		name, rest, ok := strings.Cut(f.Name, "/")
		if p.Name == "" {
			p.Name = name
		}
		if f.Mode().IsDir() && CheckPath(strings.TrimSuffix(f.Name, "/")) == nil && name == p.Name {
			continue
		}
		if err := CheckPath(f.Name); err != nil || !ok || name != p.Name {
			return nil, notPackage("path %.80q", f.Name)
		}
		const encrypted = 0x1
		if !f.Mode().IsRegular() || f.Flags&encrypted != 0 {
			return nil, notPackage("%s is not a plain file", f.Name)
		}
		if f.CompressedSize64 > uint64(size) || f.UncompressedSize64 > MaxFile || f.UncompressedSize64 > 200*f.CompressedSize64+1024 {
			return nil, notPackage("%s is too large", f.Name)
		}
		if total += f.UncompressedSize64; total > MaxTotal {
			return nil, notPackage("the files are too large together")
		}
		if folded[fold(rest)] {
			return nil, notPackage("%s is there twice", f.Name)
		}
		folded[fold(rest)] = true
		p.files[rest] = f
	}
	return p, p.apart()
}

// apart checks that no two files share bytes of the ZIP.
func (p *Package) apart() error {
	type span struct{ from, to int64 }
	spans := make([]span, 0, len(p.files))
	for name, f := range p.files {
		from, err := f.DataOffset()
		if err != nil {
			return notPackage("%s: %w", name, err)
		}
		spans = append(spans, span{from, from + int64(f.CompressedSize64)})
	}
	slices.SortFunc(spans, func(a, b span) int {
		if a.from != b.from {
			return int(a.from - b.from)
		}
		return int(a.to - b.to)
	})
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return notPackage("files overlap")
		}
	}
	return nil
}

// Names lists the files, relative to the folder, sorted.
func (p *Package) Names() []string { return slices.Sorted(maps.Keys(p.files)) }

// Has reports whether the package holds the file.
func (p *Package) Has(name string) bool { return p.files[name] != nil }

// Reader opens one file. The bytes end with an error if they are damaged.
func (p *Package) Reader(name string) (io.ReadCloser, error) {
	f := p.files[name]
	if f == nil {
		return nil, notPackage("%s is missing", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, notPackage("%s: %w", name, err)
	}
	return r, nil
}

// Bytes reads one file of at most MaxMember bytes.
func (p *Package) Bytes(name string) ([]byte, error) {
	r, err := p.Reader(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	data, err := io.ReadAll(io.LimitReader(r, MaxMember+1))
	if err != nil {
		return nil, notPackage("%s: %w", name, err)
	}
	if len(data) > MaxMember {
		return nil, notPackage("%s is too large to be read", name)
	}
	return data, nil
}

// Lines reads a file of lines, without their ends, one after the other. A file
// that does not end with LF is refused: its last line was cut.
func (p *Package) Lines(name string, each func(line []byte) error) error {
	r, err := p.Reader(name)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	s := bufio.NewScanner(r)
	s.Buffer(nil, 4<<20)
	s.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			return i + 1, data[:i], nil
		}
		if atEOF && len(data) > 0 {
			return 0, nil, errors.New("last line is cut")
		}
		return 0, nil, nil
	})
	for s.Scan() {
		if err := each(s.Bytes()); err != nil {
			return err
		}
	}
	if err := s.Err(); err != nil {
		return notPackage("%s: %w", name, err)
	}
	return nil
}

// Manifest reads a manifest: path to SHA-256.
func (p *Package) Manifest(name string) (map[string]string, error) {
	out := map[string]string{}
	err := p.Lines(name, func(line []byte) error {
		sum, path, ok := strings.Cut(string(line), "  ")
		if raw, err := hex.DecodeString(sum); !ok || err != nil || len(raw) != sha256.Size || strings.ToLower(sum) != sum || CheckPath(path) != nil {
			return notPackage("%s: line %.100q", name, line)
		}
		if _, twice := out[path]; twice {
			return notPackage("%s: %s is there twice", name, path)
		}
		out[path] = sum
		return nil
	})
	return out, err
}

// Sum gives the SHA-256 of a file in hex, and its size.
func (p *Package) Sum(ctx context.Context, name string) (string, int64, error) {
	r, err := p.Reader(name)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = r.Close() }()
	h := sha256.New()
	n, err := io.Copy(h, contextReader{ctx, r})
	if err != nil {
		if ctx.Err() != nil {
			return "", n, ctx.Err()
		}
		return "", n, notPackage("%s: %w", name, err)
	}
	return hex.EncodeToString(h.Sum(nil)), n, nil
}

// contextReader stops a long read when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

// Read reads on unless the context has ended.
func (c contextReader) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}
