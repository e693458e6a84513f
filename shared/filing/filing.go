// Package filing takes in the single PDFs that people enter as evidence: the
// Chairman's decision, a unit's yearly report, a commendation a unit gave
// itself. Each has a slot with a key that the server chose; the bytes go
// straight to the object store under a signature that binds size and hash.
// What was entered stays for good; sweep collects what else lies there.
//
// Files of a dossier are not its business: those have flows of their own.
package filing

import (
	"context"
	"io"
	"os"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/people"
	"hoso/shared/reading"
	"hoso/shared/store"
)

// Objects tells what was stored under a key.
type Objects interface {
	LatestVersions(ctx context.Context, bucket, key string) ([]objects.Info, error)
	Head(ctx context.Context, ref objects.Ref) (objects.Info, error)
}

// Room opens slots and takes in what came.
type Room struct {
	act.Desk
	Objects Objects
	Inbox   string  // bucket of uploads
	Reader  *Reader // looks into a file before it counts; nil: nobody does
}

// Slot is a place to send one PDF to.
type Slot struct {
	ID     string `json:"id"`
	Part   string `json:"part"`            // of the record it belongs to, and its chain
	About  string `json:"about"`           // first word of its events
	Owner  string `json:"owner,omitempty"` // unit that alone may enter what comes; "": whoever may enter at all
	Bucket string `json:"bucket"`
	Key    string `json:"key"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`

	// Entered is the version that was entered as evidence, for good. Collect is
	// from when sweep removes what else lies under the key; Closed, that it has
	// begun, and nothing can be entered from here any more.
	Entered string    `json:"entered,omitempty"`
	Collect time.Time `json:"collect,omitzero"`
	Closed  bool      `json:"closed,omitempty"`
	// Again is when sweep looks once more: what bore a secrecy mark went before
	// the upload's signature had ended.
	Again time.Time `json:"again,omitzero"`
}

// Paper is a file that came, pinned.
type Paper struct {
	SHA256  string `json:"sha256"`
	Size    int64  `json:"size"`
	Bucket  string `json:"bucket"`
	Key     string `json:"key"`
	Version string `json:"version"`
}

// Ref names the paper's bytes.
func (p Paper) Ref() objects.Ref {
	return objects.Ref{Bucket: p.Bucket, Key: p.Key, Version: p.Version}
}

// slotPrefix begins the Sort of a slot's record.
const slotPrefix = "upload/"

// SlotKey is where a slot's record is.
func SlotKey(part, id string) store.Key { return store.Key{Part: part, Sort: slotPrefix + id} }

// IsSlot reports whether a record is a slot.
func IsSlot(k store.Key) bool { return strings.HasPrefix(k.Sort, slotPrefix) }

// Load reads a slot, or says fault.NotFound.
func Load(ctx context.Context, r store.Reader, k store.Key) (Slot, int64, error) {
	rec, err := r.Get(ctx, k)
	if err != nil {
		return Slot{}, 0, err
	}
	s, err := Decode(rec)
	return s, rec.Rev, err
}

// Decode reads a slot's record.
func Decode(rec store.Record) (Slot, error) {
	s := Slot{Part: rec.Key.Part, About: "decision"} // what slots were for at first
	err := rec.Decode(&s)
	return s, err
}

// Put makes the write that stores s over revision expect.
func Put(s Slot, expect int64) store.Write {
	var index []store.Entry
	if !s.Collect.IsZero() {
		index = append(index, dossier.Leftover(s.Collect, s.ID))
	}
	return store.Put(SlotKey(s.Part, s.ID), expect, s, index...)
}

// MaxPDF is the largest paper, in bytes.
const MaxPDF = 100 << 20

// Asked is what somebody wants to send.
type Asked struct {
	Part   string // "kind/id" of the record the paper belongs to; its chain too
	About  string // first word of its events, such as "decision"
	Owner  string // unit that alone may enter it; "": see Slot
	Size   int64
	SHA256 string // hex
}

// Open gives a place to send a PDF to, if allowed agrees when the act is
// decided. Items: slot, event, head, log, key: 5, and what allowed adds.
func (r Room) Open(ctx context.Context, key string, who people.Actor, a Asked, allowed func(ctx context.Context, c *store.Commit) error) (Slot, error) {
	if a.Size <= 0 || a.Size > MaxPDF || !isHash(a.SHA256) {
		return Slot{}, fault.New(fault.Invalid, "filing.open", "Tệp trống, lớn hơn 100 MB hoặc thiếu mã băm SHA-256.")
	}
	kind, of, _ := strings.Cut(a.Part, "/")
	id := r.NewID()
	out, err := r.Do(ctx, key, act.Digest([]any{"slot", who.ID, a}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var c store.Commit
		if err := allowed(ctx, &c); err != nil {
			return c, err
		}
		k, err := objects.UploadKey(kind, of, id)
		if err != nil {
			return c, err
		}
		s := Slot{ID: id, Part: a.Part, About: a.About, Owner: a.Owner, Bucket: r.Inbox, Key: k, Size: a.Size, SHA256: a.SHA256, Collect: now.Add(dossier.CollectAfter).UTC()}
		c.Writes = append(c.Writes, Put(s, 0))
		c.Events = append(c.Events, act.Event(a.Part, a.About+".expected", who.ID, now, map[string]any{"upload": id, "sha256": a.SHA256}))
		c.Result = act.Result(s)
		return c, nil
	})
	if err != nil {
		return Slot{}, err
	}
	var s Slot
	err = act.ReadResult(out, &s)
	return s, err
}

func isHash(s string) bool { return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == "" }

// Missing is the answer where no file has come.
var Missing = fault.New(fault.Invalid, "filing.uploaded", "Hãy tải lên bản PDF.")

// Uploaded gives the paper of a slot of an owner: its first version, whose hash
// the object store proved on arrival. Another owner's slot is as one that is
// not there.
func (r Room) Uploaded(ctx context.Context, part, owner, id string) (Paper, error) {
	if id == "" {
		return Paper{}, Missing
	}
	s, _, err := Load(ctx, r.Store, SlotKey(part, id))
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid) || err == nil && (s.Owner != owner || s.Closed && s.Entered == "") {
		return Paper{}, Missing
	}
	if err != nil {
		return Paper{}, err
	}
	versions, err := r.Objects.LatestVersions(ctx, s.Bucket, s.Key)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Paper{}, err
	}
	if len(versions) == 0 {
		return Paper{}, Missing
	}
	info, err := r.Objects.Head(ctx, versions[len(versions)-1].Ref)
	if err != nil {
		return Paper{}, err
	}
	if info.SHA256 != s.SHA256 {
		return Paper{}, fault.New(fault.Invalid, "filing.uploaded", "Tệp nhận được khác với tệp đã chọn; hãy tải lên lại.")
	}
	return Paper{SHA256: s.SHA256, Size: s.Size, Bucket: s.Bucket, Key: s.Key, Version: info.Version}, nil
}

// Screened gives the paper of a slot once it is known to bear no secrecy mark;
// nil where no slot is named.
func (r Room) Screened(ctx context.Context, part, owner, id string) (*Paper, error) {
	if id == "" {
		return nil, nil
	}
	p, err := r.Uploaded(ctx, part, owner, id)
	if err == nil {
		err = r.Screen(ctx, p)
	}
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// Keep adds to c that the bytes entered as evidence stay. What sweep has begun
// to collect cannot be entered any more.
func (r Room) Keep(ctx context.Context, c *store.Commit, p Paper) error {
	kind, of, id, ok := objects.ParseUploadKey(p.Key)
	if !ok {
		return nil // not from a slot: nothing collects it
	}
	s, rev, err := Load(ctx, r.Store, SlotKey(kind+"/"+of, id))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || s.Entered != "" {
		return err
	}
	if s.Closed {
		return fault.New(fault.Gone, "filing.keep", "Tệp tải lên đã quá hạn; hãy tải lên lại bản PDF.")
	}
	s.Entered = p.Version
	c.Writes = append(c.Writes, Put(s, rev))
	return nil
}

// Reader opens and reads papers.
type Reader struct {
	Open   func(ctx context.Context, ref objects.Ref) (io.ReadCloser, int64, error)
	Spool  func(r io.Reader) (*os.File, error)
	Reader reading.Reader
}

// Read gives what a paper says. fault.Unreadable: it is no readable PDF; the
// error's sentence says why.
func (p *Reader) Read(ctx context.Context, ref objects.Ref) (reading.Reading, error) {
	body, _, err := p.Open(ctx, ref)
	if err != nil {
		return reading.Reading{}, err
	}
	defer body.Close()
	file, err := p.Spool(body)
	if err != nil {
		return reading.Reading{}, fault.Wrap(fault.Transient, "filing.read", err)
	}
	defer file.Close()
	return p.Reader.Read(ctx, file)
}

// Bar closes the slot of a paper with a secrecy mark and has the next sweep
// remove its bytes. Items: slot, event, head, log, key: 5.
func (r Room) Bar(ctx context.Context, p Paper) error {
	kind, of, id, ok := objects.ParseUploadKey(p.Key)
	if !ok {
		return nil
	}
	_, err := r.Do(ctx, "secret-paper/"+id, act.Digest([]any{"secret-paper", id}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		s, rev, err := Load(ctx, r.Store, SlotKey(kind+"/"+of, id))
		if err != nil || s.Closed || s.Entered != "" {
			return store.Commit{}, err
		}
		s.Closed, s.Again, s.Collect = true, s.Collect, now.UTC()
		return store.Commit{
			Writes: []store.Write{Put(s, rev)},
			Events: []evidence.Event{act.Event(s.Part, s.About+".secret-mark", "filing", now, map[string]any{"upload": id, "sha256": s.SHA256})},
		}, nil
	})
	return err
}

// Screen refuses a paper that is no readable PDF, or that bears a secrecy
// mark: nothing of such a file may be kept. Nothing else that it says is used.
func (r Room) Screen(ctx context.Context, p Paper) error {
	if r.Reader == nil {
		return nil
	}
	got, err := r.Reader.Read(ctx, p.Ref())
	if problem, found := got.Secret(); found && problem.Severity == reading.Refuse {
		if err := r.Bar(ctx, p); err != nil {
			return err
		}
		return &fault.Error{Kind: fault.Invalid, Op: "filing.screen", Code: problem.Code, Public: problem.Message}
	}
	if fault.Is(err, fault.Unreadable) {
		return &fault.Error{Kind: fault.Invalid, Op: "filing.screen", Code: fault.CodeOf(err), Err: err, Public: fault.Public(err)}
	}
	return err
}
