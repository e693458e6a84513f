// Package submission holds what a unit does with its dossiers: open one, ask
// for uploads, correct what was read, contest findings, submit, withdraw.
// Every act is idempotent under the key of the form that asked for it.
//
// Submission needs stored bytes, not readings: it pins what is there and
// fixes the time; the dossier's run starts when the last pinned document is
// read.
package submission

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/people"
	"hoso/shared/reading"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Room carries out the acts.
type Room struct {
	act.Desk
	Inbox  string // bucket of uploads
	Limits Limits
	// PinAt gives the rule set in force at an instant for a pin's plan, as it is
	// pinned: an ad-hoc line stands longer than the rules it opened under. nil:
	// the line's own.
	PinAt func(ctx context.Context, pin string, at time.Time) (string, error)
	// Look registers the bytes of an open upload slot if they are there, and
	// says whether they were; nil: only news of them does.
	Look func(ctx context.Context, doc dossier.Document) (bool, error)
}

// Arrived looks for bytes of open upload slots of which there was no news,
// and says whether it found any. Who was told that a file is stored must find
// it in what is judged or submitted next, even if the news was lost.
func (r Room) Arrived(ctx context.Context, docs []dossier.Document) (bool, error) {
	found := false
	for _, doc := range docs {
		if doc.State != dossier.Expected || r.Look == nil {
			continue
		}
		came, err := r.Look(ctx, doc)
		if err != nil {
			return found, err
		}
		found = found || came
	}
	return found, nil
}

// Limits of one dossier and one file; zero values mean the product's own.
type Limits struct {
	Files int
	File  int64
	Bytes int64
}

// Effective gives the limits in force.
func (l Limits) Effective() Limits {
	if l.Files <= 0 || l.Files > dossier.MaxFiles {
		l.Files = dossier.MaxFiles
	}
	if l.File <= 0 || l.File > dossier.MaxFile {
		l.File = dossier.MaxFile
	}
	if l.Bytes <= 0 || l.Bytes > dossier.MaxBytes {
		l.Bytes = dossier.MaxBytes
	}
	return l
}

// UploadLife is how long an upload's signature stands.
const UploadLife = 15 * time.Minute

// NotFound is the answer for a dossier that does not exist and for one that
// is another unit's: the two look alike.
func NotFound(op string) error {
	return fault.New(fault.NotFound, op, "Không tìm thấy hồ sơ này.")
}

// Own reads a dossier that the actor may change as its unit (or, for paper
// dossiers, as a clerk).
func (r Room) Own(ctx context.Context, who people.Actor, id string) (dossier.Dossier, int64, error) {
	var d dossier.Dossier
	rev, err := store.Load(ctx, r.Store, dossier.Key(id), &d)
	if fault.Is(err, fault.NotFound) {
		return d, 0, NotFound("submission")
	}
	if err != nil {
		return d, 0, err
	}
	own := who.Is(people.Submitter) && who.Unit == d.Unit
	if !own && !(who.Is(people.Clerk) && d.Paper != "") {
		return dossier.Dossier{}, 0, NotFound("submission")
	}
	return d, rev, nil
}

// Opening asks for a new dossier.
type Opening struct {
	Round string `json:"round"`
	Unit  string `json:"unit,omitempty"`  // only for a clerk: the unit it is entered for
	Paper string `json:"paper,omitempty"` // only for a clerk: the paper receipt's number
	Late  string `json:"late,omitempty"`  // why it comes after the window; the dossier then waits to be admitted
}

// nominating gives a unit that may open dossiers, and the proof for the commit
// that it still may: what a unit has when it ends is handed over.
func (r Room) nominating(ctx context.Context, unit string) (people.Unit, store.Write, error) {
	var u people.Unit
	rev, err := store.Load(ctx, r.Store, people.UnitKey(unit), &u)
	if err != nil {
		return u, store.Write{}, err
	}
	if !u.Active {
		return u, store.Write{}, &fault.Error{
			Kind: fault.Invalid, Op: "submission.open", Code: "unit-ended",
			Public: "Đơn vị đã ngừng hoạt động nên không mở hồ sơ mới được; đơn vị kế tục lập hồ sơ.",
		}
	}
	return u, store.Unchanged(people.UnitKey(unit), rev), nil
}

// Open opens a dossier and gives its id. Items: dossier, round check, unit
// check, three counters, event, head, log, key: 10.
func (r Room) Open(ctx context.Context, key string, who people.Actor, o Opening) (string, error) {
	unit := who.Unit
	if who.Is(people.Clerk) && o.Paper != "" {
		unit = o.Unit
	} else if err := who.Need("submission.open", people.Submitter); err != nil {
		return "", err
	}
	if unit == "" {
		return "", fault.New(fault.Invalid, "submission.open", "Tài khoản chưa gắn với đơn vị nào; hãy liên hệ người quản trị.")
	}
	id := r.NewID()
	out, err := r.Do(ctx, key, r.Request([]any{"open", who.ID, o}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var rd round.Round
		rdRev, err := store.Load(ctx, r.Store, round.Key(o.Round), &rd)
		if err != nil {
			return store.Commit{}, err
		}
		if o.Late != "" {
			return r.openLate(ctx, key, who, unit, id, o, rd, rdRev, now)
		}
		if !rd.Takes(now) {
			return store.Commit{}, fault.New(fault.Invalid, "submission.open", "Đợt này hiện không nhận hồ sơ.")
		}
		u, still, err := r.nominating(ctx, unit)
		if err != nil {
			return store.Commit{}, err
		}
		d := dossier.Dossier{
			ID: id, Round: o.Round, AdHoc: rd.Settings.AdHoc, Unit: unit, UnitName: u.Name, People: u.Headcount, OpenedBy: who.ID, OpenedAt: now, Paper: o.Paper,
			State: dossier.Draft, Since: now, Holder: "unit",
		}
		l := r.Limits.Effective()
		c := store.Commit{
			// Closing ends every draft: none may slip in behind it.
			Writes: []store.Write{store.Unchanged(round.Key(o.Round), rdRev), still},
			Counters: []store.Add{
				{Counter: dossier.SlotCounter(id), N: int64(l.Files), Create: true},
				{Counter: dossier.ByteCounter(id), N: l.Bytes, Create: true},
			},
			Events: []evidence.Event{act.Event(dossier.Chain(id), "dossier.opened", who.ID, now,
				map[string]any{"round": o.Round, "unit": unit, "paper": o.Paper != ""})},
			Result: act.Result(id),
		}
		dossier.Record(&c, d, 0)
		return c, nil
	})
	if err != nil {
		return "", err
	}
	return act.ResultString(out), nil
}

// Upload asks for a place to send one file to.
type Upload struct {
	Name   string       `json:"name"`
	Size   int64        `json:"size"`
	SHA256 string       `json:"sha256"` // hex; "" if the browser could not hash
	Slot   dossier.Slot `json:"slot,omitempty"`
}

func (u Upload) check(l Limits) error {
	switch {
	case u.Size <= 0:
		return &fault.Error{Kind: fault.Invalid, Op: "submission.upload", Code: "file-empty", Public: "Tệp rỗng, không có dữ liệu; hãy chọn lại tệp."}
	case u.Size > l.File:
		return &fault.Error{
			Kind: fault.Invalid, Op: "submission.upload", Code: "file-too-big",
			Public: fmt.Sprintf("Tệp lớn hơn %d MB; hãy quét lại ở 200–300 dpi hoặc tách tệp.", l.File>>20),
		}
	case u.SHA256 != "" && !isHex(u.SHA256, 64):
		return fault.New(fault.Invalid, "submission.upload", "Mã băm SHA-256 của tệp không hợp lệ.")
	case u.Name == "" || len(u.Name) > 1024 || strings.ContainsRune(u.Name, 0):
		return fault.New(fault.Invalid, "submission.upload", "Tên tệp trống hoặc quá dài.")
	}
	switch u.Slot {
	case "", dossier.Letter, dossier.Minutes, dossier.Report, dossier.Other:
		return nil
	}
	return fault.New(fault.Invalid, "submission.upload", "Loại tài liệu không có trong danh mục.")
}

func isHex(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := 0; i < n; i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// editable says whether the unit may change the dossier's files and fields now.
func editable(d dossier.Dossier, now time.Time) error {
	switch {
	case d.State == dossier.Draft && (d.Due.IsZero() || now.Before(d.Due)):
		return nil
	case d.State == dossier.Draft:
		return fault.New(fault.Gone, "submission", "Đã quá hạn nộp muộn được chấp nhận.")
	case d.State == dossier.Returned && now.Before(d.Due):
		return nil
	case d.State == dossier.Returned:
		return fault.New(fault.Gone, "submission", "Đã quá hạn bổ sung hồ sơ này.")
	}
	return fault.New(fault.Invalid, "submission", "Hồ sơ đã nộp nên không sửa được; chỉ sửa được khi là bản nháp hoặc bị trả lại.")
}

// AddDocument opens an upload slot and gives the document. Items: document,
// dossier check, two counters, event, head, log, key: 8.
func (r Room) AddDocument(ctx context.Context, key string, who people.Actor, id string, u Upload) (dossier.Document, error) {
	l := r.Limits.Effective()
	if err := u.check(l); err != nil {
		return dossier.Document{}, err
	}
	docID := r.NewID()
	out, err := r.Do(ctx, key, r.Request([]any{"upload", who.ID, id, u}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		d, rev, err := r.Own(ctx, who, id)
		if err != nil {
			return store.Commit{}, err
		}
		if err := editable(d, now); err != nil {
			return store.Commit{}, err
		}
		objectKey, err := objects.UploadKey(d.Unit, id, docID)
		if err != nil {
			return store.Commit{}, err
		}
		doc := dossier.Document{
			ID: docID, Dossier: id, Unit: d.Unit, Name: u.Name, Slot: u.Slot, Size: u.Size, SHA256: u.SHA256,
			OpenedAt: now, Expires: now.Add(UploadLife), State: dossier.Expected,
			Bucket: r.Inbox, ObjectKey: objectKey,
		}
		return store.Commit{
			Writes:   []store.Write{dossier.PutDocument(doc, 0), store.Unchanged(dossier.Key(id), rev)},
			Counters: []store.Add{{Counter: dossier.SlotCounter(id), N: -1}, {Counter: dossier.ByteCounter(id), N: -u.Size}},
			Events: []evidence.Event{act.Event(dossier.Chain(id), "document.expected", who.ID, now,
				map[string]any{"document": docID, "size": u.Size, "sha256": u.SHA256})},
			Result: act.Result(docID),
		}, nil
	})
	if fault.Is(err, fault.OverQuota) {
		return dossier.Document{}, &fault.Error{
			Kind: fault.OverQuota, Op: "submission.upload", Code: "dossier-full", Err: err,
			Public: fmt.Sprintf("Hồ sơ đã đủ %d tệp hoặc %d MB; hãy bỏ bớt tệp trước khi thêm.", l.Files, l.Bytes>>20),
		}
	}
	if err != nil {
		return dossier.Document{}, err
	}
	var doc dossier.Document
	_, err = store.Load(ctx, r.Store, dossier.DocumentKey(id, act.ResultString(out)), &doc)
	return doc, err
}

// document reads one document of a dossier, removed ones as not found.
func (r Room) document(ctx context.Context, id, docID string) (dossier.Document, int64, error) {
	var doc dossier.Document
	rev, err := store.Load(ctx, r.Store, dossier.DocumentKey(id, docID), &doc)
	if err == nil && doc.State == dossier.Removed {
		err = NotFound("submission")
	}
	return doc, rev, err
}

// RemoveDocument takes a file out of the draft. Its bytes stay until sweep
// collects them; a submitted revision that pinned it keeps them.
func (r Room) RemoveDocument(ctx context.Context, key string, who people.Actor, id, docID string) error {
	_, err := r.Do(ctx, key, act.Digest([]any{"remove", who.ID, id, docID}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		d, rev, err := r.Own(ctx, who, id)
		if err != nil {
			return store.Commit{}, err
		}
		if err := editable(d, now); err != nil {
			return store.Commit{}, err
		}
		doc, docRev, err := r.document(ctx, id, docID)
		if err != nil {
			return store.Commit{}, err
		}
		size := doc.Size
		doc.State, doc.Stage = dossier.Removed, ""
		doc.Watch(now)
		if doc.Problem != nil && doc.Problem.Code == reading.CodeSecretDoubt {
			doc.Collect = now.UTC() // whoever looked takes it for secret
		}
		return store.Commit{
			Writes:   []store.Write{dossier.PutDocument(doc, docRev), store.Unchanged(dossier.Key(id), rev)},
			Counters: []store.Add{{Counter: dossier.SlotCounter(id), N: 1}, {Counter: dossier.ByteCounter(id), N: size}},
			Events:   []evidence.Event{act.Event(dossier.Chain(id), "document.removed", who.ID, now, map[string]any{"document": docID})},
		}, nil
	})
	return err
}

// Documents gives a dossier's documents in order of opening, removed ones left out.
func Documents(ctx context.Context, r store.Reader, id string) ([]dossier.Document, []int64, error) {
	var docs []dossier.Document
	var revs []int64
	page := store.Page{Prefix: dossier.DocumentPrefix}
	for {
		s, err := r.List(ctx, dossier.Key(id).Part, page)
		if err != nil {
			return nil, nil, err
		}
		for _, rec := range s.Records {
			var doc dossier.Document
			if err := rec.Decode(&doc); err != nil {
				return nil, nil, err
			}
			if doc.State == dossier.Removed {
				continue
			}
			docs = append(docs, doc)
			revs = append(revs, rec.Rev)
		}
		if s.Next == "" {
			return docs, revs, nil
		}
		page.After = s.Next
	}
}
