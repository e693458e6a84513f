package translog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// Log is the transparency log in a store. The zero values of the fields for
// checkpoints are fine where none are signed.
type Log struct {
	Store store.Store
	Now   func() time.Time

	// Origin names the log in checkpoints; Signers sign them: the current key
	// first, and during a handover the next one behind it. A part of the
	// product that must not hold the key has no Signers.
	Origin  string
	Signers []evidence.Signer
	// Every is the least time between two checkpoints that nobody asked for.
	Every time.Duration
	// Publish puts a signed checkpoint where it leaves the machine, under a
	// name such as "checkpoint-000000001234.txt". It may be called again with
	// the same bytes.
	Publish func(ctx context.Context, name string, signed []byte) error
	// Notices gives messages (mails to auditors) that go out with a new
	// checkpoint; nil: none. They are committed together with it.
	Notices func(ctx context.Context, c evidence.Checkpoint, signed []byte) ([]store.Message, error)
}

// tries bounds how often a step is repeated after losing a race. Every loss
// means that somebody else's step succeeded.
const tries = 32

// RefusedError names messages whose events were not taken: their body is no
// list of events, or an event's place is taken in the log by another hash,
// which means that a history was rewritten. They stay for people to look at.
type RefusedError struct {
	Messages []string // ids
	Err      error    // why, for logs
}

// Error is for logs.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("not taken into the log: %s: %v", strings.Join(e.Messages, ", "), e.Err)
}

// Unwrap gives the causes.
func (e *RefusedError) Unwrap() error { return e.Err }

// wanted is an event to be taken, with the message that brought it.
type wanted struct {
	evidence.LogEntry
	message string
}

// Integrate takes the events of messages of kind store.LogMessage into the
// log; those that are in it are passed over. After an error that is not a
// *RefusedError the same messages may come again; with a *RefusedError all
// messages that it does not name are taken.
//
// Errors: fault.Conflict (too many others append at the same time),
// fault.Internal with code "log-damaged" (the stored log does not hold
// together and must be looked at), and the store's own.
func (l Log) Integrate(ctx context.Context, messages []store.Message) error {
	var refused RefusedError
	refuse := func(id string, err error) {
		refused.Messages = append(refused.Messages, id)
		refused.Err = errors.Join(refused.Err, err)
	}
	var todo []wanted
	seen := map[store.Key]bool{}
	for _, m := range messages {
		entries, err := entriesOf(m)
		if err != nil {
			refuse(m.ID, err)
			continue
		}
		for _, e := range entries {
			// A second hash for one place meets the first one's row later.
			if key := (store.Key{Part: RowKey(e.Chain, e.Seq).Part, Sort: e.String()}); !seen[key] {
				seen[key] = true
				todo = append(todo, wanted{e, m.ID})
			}
		}
	}
	for len(todo) > 0 {
		batch, places := todo[:0:0], map[store.Key]bool{}
		for len(todo) > 0 && len(batch) < evidence.MaxAppend && !places[RowKey(todo[0].Chain, todo[0].Seq)] {
			places[RowKey(todo[0].Chain, todo[0].Seq)] = true
			batch, todo = append(batch, todo[0]), todo[1:]
		}
		if err := l.take(ctx, batch, refuse); err != nil {
			return err
		}
	}
	if len(refused.Messages) > 0 {
		return &fault.Error{Kind: fault.Internal, Op: "translog.integrate", Code: "log-refused", Err: &refused}
	}
	return nil
}

// entriesOf reads a message.
func entriesOf(m store.Message) ([]evidence.LogEntry, error) {
	var logged []store.Logged
	if m.Kind != store.LogMessage {
		return nil, fmt.Errorf("message %s is of kind %q", m.ID, m.Kind)
	}
	if err := json.Unmarshal(m.Body, &logged); err != nil {
		return nil, fmt.Errorf("message %s: %w", m.ID, err)
	}
	out := make([]evidence.LogEntry, len(logged))
	for i, e := range logged {
		out[i] = evidence.LogEntry(e)
		if _, err := evidence.ParseLogEntry(out[i].String()); err != nil {
			return nil, fmt.Errorf("message %s: %w", m.ID, err)
		}
	}
	return out, nil
}

// take appends what is new of batch, which names every place once.
func (l Log) take(ctx context.Context, batch []wanted, refuse func(id string, err error)) error {
	var last error
	for range tries {
		head, rev, rows, err := l.look(ctx, batch)
		if err != nil {
			return err
		}
		var fresh []evidence.LogEntry
		var clashes []int
		for i, w := range batch {
			switch {
			case rows[i].Hash == "":
				fresh = append(fresh, w.LogEntry)
			case rows[i].Hash != w.Hash:
				clashes = append(clashes, i)
			}
		}
		if len(fresh) > 0 {
			if err = l.append(ctx, head, rev, fresh); errors.Is(err, errRace) {
				last = err
				continue
			}
			if err != nil {
				return err
			}
		}
		for _, i := range clashes {
			refuse(batch[i].message, fmt.Errorf("%s #%d is in the log with hash %s, not %s", batch[i].Chain, batch[i].Seq, rows[i].Hash, batch[i].Hash))
		}
		return nil
	}
	return fault.Wrap(fault.Conflict, "translog.integrate", last)
}

// look reads the head and the rows of batch as of one instant.
func (l Log) look(ctx context.Context, batch []wanted) (head evidence.LogHead, rev int64, rows []Row, err error) {
	keys := []store.Key{HeadKey()}
	for _, w := range batch {
		keys = append(keys, RowKey(w.Chain, w.Seq))
	}
	records, err := l.Store.GetMany(ctx, keys)
	if err != nil {
		return head, 0, nil, err
	}
	if records[0].Rev > 0 {
		if err := records[0].Decode(&head); err != nil {
			return head, 0, nil, damaged(err)
		}
	}
	rows = make([]Row, len(batch))
	for i, r := range records[1:] {
		if r.Rev == 0 {
			continue
		}
		if err := r.Decode(&rows[i]); err != nil || rows[i].Hash == "" {
			return head, 0, nil, damaged(fmt.Errorf("row %s|%s: %w", r.Key.Part, r.Key.Sort, err))
		}
	}
	return head, records[0].Rev, rows, nil
}

// errRace: somebody else appended meanwhile.
var errRace = errors.New("the log grew meanwhile")

// append writes fresh entries behind head, whose record has revision rev.
func (l Log) append(ctx context.Context, head evidence.LogHead, rev int64, fresh []evidence.LogEntry) error {
	edge := evidence.Edge(head.Size)
	keys := make([]store.Key, 0, len(edge)+2)
	for _, id := range edge {
		keys = append(keys, TileKey(id))
	}
	n, partial := evidence.LastEntries(head.Size)
	keys = append(keys, EntriesKey(n), HeadKey())
	records, err := l.Store.GetMany(ctx, keys)
	if err != nil {
		return err
	}
	if records[len(records)-1].Rev != rev {
		return errRace
	}
	revs := map[store.Key]int64{}
	tiles := map[evidence.TileID][]byte{}
	for i, id := range edge {
		var t Tile
		if err := decode(records[i], &t); err != nil {
			return damaged(err)
		}
		tiles[id], revs[keys[i]] = t.Hashes, records[i].Rev
	}
	var last []evidence.LogEntry
	if partial {
		if last, err = lines(records[len(edge)]); err != nil {
			return damaged(err)
		}
		revs[EntriesKey(n)] = records[len(edge)].Rev
	}
	g, err := evidence.Append(head, tiles, last, fresh)
	if errors.Is(err, evidence.ErrLogDamaged) {
		return damaged(err)
	}
	if err != nil {
		return fault.Wrap(fault.Internal, "translog.append", err)
	}
	return l.commit(ctx, head, rev, g, fresh, revs)
}

// commit writes a growth. revs has the revisions of tiles that are there.
func (l Log) commit(ctx context.Context, head evidence.LogHead, rev int64, g evidence.Growth, fresh []evidence.LogEntry, revs map[store.Key]int64) error {
	sum := sha256.New()
	writes := []store.Write{store.Put(HeadKey(), rev, g.Head)}
	for i, e := range fresh {
		writes = append(writes, store.Put(RowKey(e.Chain, e.Seq), 0, Row{Index: head.Size + int64(i), Hash: e.Hash}))
		_, _ = fmt.Fprintln(sum, e)
	}
	for _, t := range g.Tiles {
		writes = append(writes, store.Put(TileKey(t.TileID), revs[TileKey(t.TileID)], Tile{Hashes: t.Data}))
	}
	for _, t := range g.Entries {
		body := Entries{Entries: make([]string, len(t.Entries))}
		for i, e := range t.Entries {
			body.Entries[i] = e.String()
		}
		writes = append(writes, store.Put(EntriesKey(t.N), revs[EntriesKey(t.N)], body))
	}
	digest := hex.EncodeToString(sum.Sum(nil))
	_, err := l.Store.Commit(ctx, store.Commit{
		Key: fmt.Sprintf("log/append/%d/%s", head.Size, digest), Request: digest, At: l.Now(), Writes: writes,
	})
	var lost *store.ConflictError
	if errors.As(err, &lost) {
		return fmt.Errorf("%w: %w", errRace, err)
	}
	return err
}

func damaged(err error) error {
	return &fault.Error{
		Kind: fault.Internal, Op: "translog", Code: "log-damaged", Err: err,
		Public: "Sổ minh bạch bị hỏng nên không ghi tiếp được. Hãy chạy lệnh hoso verify và khôi phục từ bản sao lưu.",
	}
}

func decode(r store.Record, v any) error {
	if r.Rev == 0 {
		return fmt.Errorf("record %s|%s is missing", r.Key.Part, r.Key.Sort)
	}
	return r.Decode(v)
}

// lines reads an entry tile.
func lines(r store.Record) ([]evidence.LogEntry, error) {
	var body Entries
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	out := make([]evidence.LogEntry, len(body.Entries))
	for i, s := range body.Entries {
		e, err := evidence.ParseLogEntry(s)
		if err != nil {
			return nil, err
		}
		out[i] = e
	}
	return out, nil
}
