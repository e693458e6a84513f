package decision

import (
	"context"
	"time"

	"hoso/shared/act"
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
}

// maxPDF is the largest decision, in bytes.
const maxPDF = 100 << 20

func slotKey(roundID, id string) store.Key {
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
		s := Slot{ID: id, Round: t.Round, Bucket: r.Inbox, Key: k, Size: size, SHA256: sha256}
		return store.Commit{
			Writes: []store.Write{store.Put(slotKey(t.Round, id), 0, s)}, Result: act.Result(s),
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
	if _, err := store.Load(ctx, r.Store, slotKey(roundID, id), &s); err != nil {
		if fault.Is(err, fault.NotFound) {
			return Entering{}, missing
		}
		return Entering{}, err
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
