package bag

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"time"

	"hoso/shared/evidence"
)

// member is one file of the ZIP, measured.
type member struct {
	path   string // relative to the package's folder
	open   func(ctx context.Context) (io.ReadCloser, error)
	size   int64
	crc    uint32
	sha256 string
}

// Write seals a package to w. It reads every file twice: once to measure it,
// once to write it; a file that differs from its SHA256, or between the two
// readings, fails the package. What w holds after an error is of no use.
func Write(ctx context.Context, w io.Writer, in Input) (Sealed, error) {
	in.Key = strings.TrimSpace(in.Key)
	if err := in.check(); err != nil {
		return Sealed{}, err
	}
	payload := make([]member, 0, len(in.Files)+8)
	entries := make([]FileEntry, 0, len(in.Files))
	for _, f := range in.Files {
		m, err := measure(ctx, "data/"+f.Path, f.Open)
		if err != nil {
			return Sealed{}, err
		}
		if f.SHA256 != "" && m.sha256 != f.SHA256 {
			return Sealed{}, fmt.Errorf("bag: %s: bytes have hash %s, not %s", f.Path, m.sha256, f.SHA256)
		}
		payload = append(payload, m)
		entries = append(entries, FileEntry{Path: m.path, Title: f.Title, Name: f.Name, Size: m.size, SHA256: m.sha256, Event: f.Proof})
	}
	own, err := in.members(entries)
	if err != nil {
		return Sealed{}, err
	}
	for _, f := range own {
		m, err := measure(ctx, f.Path, f.Open)
		if err != nil {
			return Sealed{}, err
		}
		payload = append(payload, m)
	}
	all, bag, err := in.tags(ctx, payload)
	if err != nil {
		return Sealed{}, err
	}
	out := &meter{w: w, hash: sha256.New()}
	if err := writeZIP(ctx, out, in.Name, in.At, all); err != nil {
		return Sealed{}, err
	}
	return Sealed{SHA256: hex.EncodeToString(out.hash.Sum(nil)), Size: out.n, Bag: bag, Files: len(payload)}, nil
}

// tags adds the tag files to the payload, sorted, and gives the digest of the
// tag manifest.
func (in Input) tags(ctx context.Context, payload []member) ([]member, string, error) {
	bytePath := func(a, b member) int { return strings.Compare(a.path, b.path) }
	slices.SortFunc(payload, bytePath)
	total, folded := int64(0), map[string]string{}
	for _, m := range payload {
		if other, taken := folded[fold(m.path)]; taken {
			return nil, "", fmt.Errorf("bag: %s and %s would be one file on some systems", m.path, other)
		}
		folded[fold(m.path)] = m.path
		total += m.size
	}
	if len(payload) > MaxFiles || total > MaxTotal {
		return nil, "", fmt.Errorf("bag: %d files with %d bytes are more than a package may hold", len(payload), total)
	}
	info := fmt.Sprintf("Source-Organization: %s\nExternal-Identifier: %s\nExternal-Description: %s\nBagging-Date: %s\nPayload-Oxum: %d.%d\n",
		oneLine(in.origin()), oneLine(in.Chain), oneLine(in.Title), in.At.UTC().Format(time.DateOnly), total, len(payload))
	var tags []member
	for _, f := range []File{
		Bytes(BagFile, "", []byte("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")),
		Bytes(InfoFile, "", []byte(info)),
		Bytes(ReadmeFile, "", []byte(readme)),
		Bytes(ManifestFile, "", manifest(payload)),
	} {
		m, err := measure(ctx, f.Path, f.Open)
		if err != nil {
			return nil, "", err
		}
		tags = append(tags, m)
	}
	slices.SortFunc(tags, bytePath)
	list := Bytes(TagManifestFile, "", manifest(tags))
	last, err := measure(ctx, list.Path, list.Open)
	if err != nil {
		return nil, "", err
	}
	all := slices.Concat(payload, tags, []member{last})
	slices.SortFunc(all, bytePath)
	return all, last.sha256, nil
}

// origin is the name of the log, which names the organisation that runs it.
func (in Input) origin() string {
	c, err := evidence.Peek(in.Checkpoint)
	if err != nil {
		return ""
	}
	return c.Origin
}

// oneLine keeps a value inside its line of bag-info.txt.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// manifest lists members in the form of sha256sum and BagIt.
func manifest(members []member) []byte {
	var b []byte
	for _, m := range members {
		b = fmt.Appendf(b, "%s  %s\n", m.sha256, m.path)
	}
	return b
}

// measure reads a file once.
func measure(ctx context.Context, path string, open func(context.Context) (io.ReadCloser, error)) (member, error) {
	m := member{path: path, open: open}
	sum, crc := sha256.New(), crc32.NewIEEE()
	n, err := m.copy(ctx, io.MultiWriter(sum, crc))
	if err != nil {
		return m, err
	}
	if n > MaxFile {
		return m, fmt.Errorf("bag: %s has %d bytes, at most %d", path, n, int64(MaxFile))
	}
	m.size, m.crc, m.sha256 = n, crc.Sum32(), hex.EncodeToString(sum.Sum(nil))
	return m, nil
}

func (m member) copy(ctx context.Context, w io.Writer) (n int64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	r, err := m.open(ctx)
	if err != nil {
		return 0, fmt.Errorf("bag: %s: %w", m.path, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if n, err = io.Copy(w, r); err != nil {
		return n, fmt.Errorf("bag: %s: %w", m.path, err)
	}
	return n, nil
}

// writeZIP writes measured members, stored, in order.
func writeZIP(ctx context.Context, w io.Writer, name string, at time.Time, members []member) error {
	z := zip.NewWriter(w)
	for _, m := range members {
		part, err := z.CreateRaw(header(name+"/"+m.path, at, m))
		if err != nil {
			return fmt.Errorf("bag: %s: %w", m.path, err)
		}
		again := crc32.NewIEEE()
		n, err := m.copy(ctx, io.MultiWriter(part, again))
		if err != nil {
			return err
		}
		if n != m.size || again.Sum32() != m.crc {
			return fmt.Errorf("bag: %s changed while the package was written", m.path)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("bag: end of the ZIP: %w", err)
	}
	return nil
}

// header makes the ZIP header of a stored file whose size is known, so that no
// data descriptor is needed: some readers cannot handle one on stored files.
func header(name string, at time.Time, m member) *zip.FileHeader {
	const utf8Names = 0x800
	h := &zip.FileHeader{
		Name: name, Method: zip.Store, Flags: utf8Names, CRC32: m.crc,
		CompressedSize64: uint64(m.size), UncompressedSize64: uint64(m.size),
		CreatorVersion: 3<<8 | 20, ReaderVersion: 20, ExternalAttrs: 0o100644 << 16,
	}
	at = at.UTC()
	//lint:ignore SA1019 CreateRaw writes these two fields and never looks at Modified.
	h.ModifiedDate = uint16(at.Day() + int(at.Month())<<5 + (at.Year()-1980)<<9)
	//lint:ignore SA1019 See above.
	h.ModifiedTime = uint16(at.Second()/2 + at.Minute()<<5 + at.Hour()<<11)
	return h
}

// meter counts and hashes what passes.
type meter struct {
	w    io.Writer
	hash interface {
		io.Writer
		Sum([]byte) []byte
	}
	n int64
}

// Write passes p on.
func (m *meter) Write(p []byte) (int, error) {
	n, err := m.w.Write(p)
	m.n += int64(n)
	_, _ = m.hash.Write(p[:n])
	return n, err
}
