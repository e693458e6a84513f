package decision

import (
	"context"

	"hoso/shared/fault"
	"hoso/shared/filing"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Objects tells what was stored under a key.
type Objects = filing.Objects

// Slot is a place to send the decision's PDF to.
type Slot = filing.Slot

func (r Room) files() filing.Room {
	return filing.Room{Desk: r.Desk.Desk, Objects: r.Objects, Inbox: r.Inbox}
}

// OpenSlot gives a clerk a place to send the PDF to. Items: slot, event,
// head, log, key: 5.
func (r Room) OpenSlot(ctx context.Context, key string, who people.Actor, task string, size int64, sha256 string) (Slot, error) {
	unknown := fault.New(fault.NotFound, "decision.slot", "Không tìm thấy việc này.")
	var t round.Task
	if _, err := store.Load(ctx, r.Store, round.TaskKey(task), &t); err != nil || t.Kind != Name && t.Kind != round.AdHocKind {
		return Slot{}, unknown
	}
	a := filing.Asked{Part: round.Key(t.Round).Part, About: Name, Size: size, SHA256: sha256}
	return r.files().Open(ctx, key, who, a, func(ctx context.Context, _ *store.Commit) error {
		var t round.Task
		if _, err := store.Load(ctx, r.Store, round.TaskKey(task), &t); err != nil || !t.For(who.ID) || !who.Active {
			return unknown
		}
		return nil
	})
}

// Uploaded gives the evidence for an upload slot of the round: its first
// version, whose hash the object store proved on arrival.
func (r Room) Uploaded(ctx context.Context, roundID, id string) (Entering, error) {
	p, err := r.files().Uploaded(ctx, round.Key(roundID).Part, "", id)
	return Entering{SHA256: p.SHA256, Bucket: p.Bucket, Key: p.Key, Version: p.Version}, err
}

// keep adds to c that the bytes entered as evidence stay.
func (r Room) keep(ctx context.Context, c *store.Commit, e Entering) error {
	return r.files().Keep(ctx, c, filing.Paper{Key: e.Key, Version: e.Version})
}
