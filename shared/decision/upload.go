package decision

import (
	"context"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Objects tells what was stored under a key.
type Objects interface {
	LatestVersions(ctx context.Context, bucket, key string) ([]objects.Info, error)
	Head(ctx context.Context, ref objects.Ref) (objects.Info, error)
}

// Slot is a place to send the decision's PDF to.
type Slot struct {
	ID     string `json:"id"`
	Round  string `json:"round"`
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
}

// PutSlot makes the write that stores s over revision expect.
func PutSlot(s Slot, expect int64) store.Write {
	var index []store.Entry
	if !s.Collect.IsZero() {
		index = append(index, dossier.Leftover(s.Collect, s.ID))
	}
	return store.Put(SlotKey(s.Round, s.ID), expect, s, index...)
}

// maxPDF is the largest decision, in bytes.
const maxPDF = 100 << 20

// SlotKey is where a slot's record is.
func SlotKey(roundID, id string) store.Key {
	return store.Key{Part: "round/" + roundID, Sort: "upload/" + id}
}

// OpenSlot gives a clerk a place to send the PDF to. Items: slot, event,
// head, log, key: 5.
func (r Room) OpenSlot(ctx context.Context, key string, who people.Actor, task string, size int64, sha256 string) (Slot, error) {
	if size <= 0 || size > maxPDF || len(sha256) != 64 {
		return Slot{}, fault.New(fault.Invalid, "decision.slot", "Tệp quyết định trống hoặc lớn hơn 100 MB.")
	}
	id := r.NewID()
	out, err := r.Do(ctx, key, act.Digest([]any{"slot", who.ID, task, size, sha256}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var t round.Task
		if _, err := store.Load(ctx, r.Store, round.TaskKey(task), &t); err != nil || t.Kind != Name || !t.For(who.ID) || !who.Active {
			return store.Commit{}, fault.New(fault.NotFound, "decision.slot", "Không tìm thấy việc này.")
		}
		k, err := objects.UploadKey("round", t.Round, id)
		if err != nil {
			return store.Commit{}, err
		}
		s := Slot{ID: id, Round: t.Round, Bucket: r.Inbox, Key: k, Size: size, SHA256: sha256, Collect: now.Add(dossier.CollectAfter).UTC()}
		return store.Commit{
			Writes: []store.Write{PutSlot(s, 0)}, Result: act.Result(s),
			Events: []evidence.Event{act.Event(round.Chain(t.Round), "decision.expected", who.ID, now, map[string]any{"upload": id, "sha256": sha256})},
		}, nil
	})
	if err != nil {
		return Slot{}, err
	}
	var s Slot
	err = act.ReadResult(out, &s)
	return s, err
}

// Uploaded gives the evidence for an upload slot of the round: its first
// version, whose hash the object store proved on arrival.
func (r Room) Uploaded(ctx context.Context, roundID, id string) (Entering, error) {
	missing := fault.New(fault.Invalid, "decision.upload", "Hãy tải lên bản PDF của quyết định.")
	if id == "" {
		return Entering{}, missing
	}
	var s Slot
	if _, err := store.Load(ctx, r.Store, SlotKey(roundID, id), &s); err != nil {
		if fault.Is(err, fault.NotFound) {
			return Entering{}, missing
		}
		return Entering{}, err
	}
	if s.Closed && s.Entered == "" {
		return Entering{}, missing
	}
	versions, err := r.Objects.LatestVersions(ctx, s.Bucket, s.Key)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Entering{}, err
	}
	if len(versions) == 0 {
		return Entering{}, missing
	}
	info, err := r.Objects.Head(ctx, versions[len(versions)-1].Ref)
	if err != nil {
		return Entering{}, err
	}
	if info.SHA256 != s.SHA256 {
		return Entering{}, fault.New(fault.Invalid, "decision.upload", "Tệp nhận được khác với tệp đã chọn; hãy tải lên lại.")
	}
	return Entering{SHA256: s.SHA256, Bucket: s.Bucket, Key: s.Key, Version: info.Version}, nil
}

// keep adds to c that the bytes entered as evidence stay. What sweep has begun
// to collect cannot be entered any more.
func (r Room) keep(ctx context.Context, c *store.Commit, e Entering) error {
	_, roundID, id, ok := objects.ParseUploadKey(e.Key)
	if !ok {
		return nil // not from a slot: nothing collects it
	}
	var s Slot
	rev, err := store.Load(ctx, r.Store, SlotKey(roundID, id), &s)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || s.Entered != "" {
		return err
	}
	if s.Closed {
		return fault.New(fault.Gone, "decision.enter", "Tệp tải lên đã quá hạn; hãy tải lên lại bản PDF của quyết định.")
	}
	s.Entered = e.Version
	c.Writes = append(c.Writes, PutSlot(s, rev))
	return nil
}
