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
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/reading"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Correct lays a person's values over what was read from a document. The
// machine's values stay; a later correction of the same field counts.
func (r Room) Correct(ctx context.Context, key string, who people.Actor, id, docID string, fixes []reading.Correction) error {
	if len(fixes) == 0 || len(fixes) > 200 {
		return fault.New(fault.Invalid, "submission.correct", "Không có giá trị nào để sửa.")
	}
	_, err := r.Do(ctx, key, r.Request([]any{"correct", who.ID, id, docID, fixes}), func(ctx context.Context, now time.Time) (store.Commit, error) {
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
		if !doc.Settled() || doc.State == dossier.Rejected {
			return store.Commit{}, fault.New(fault.Invalid, "submission.correct", "Tệp chưa đọc xong hoặc không dùng được nên chưa sửa được.")
		}
		fields := make([]string, 0, len(fixes))
		for _, f := range fixes {
			f.By, f.At = who.ID, now.UTC()
			doc.Corrections = append(doc.Corrections, f)
			fields = append(fields, f.Field)
		}
		return store.Commit{
			Writes: []store.Write{dossier.PutDocument(doc, docRev), store.Unchanged(dossier.Key(id), rev)},
			Events: []evidence.Event{act.Event(dossier.Chain(id), "document.corrected", who.ID, now,
				map[string]any{"document": docID, "fields": fields})},
		}, nil
	})
	return err
}

// SetSlot says what the unit holds a file to be.
func (r Room) SetSlot(ctx context.Context, key string, who people.Actor, id, docID string, slot dossier.Slot) error {
	if err := (Upload{Name: "x", Size: 1, Slot: slot}).check(r.Limits.Effective()); err != nil {
		return err
	}
	_, err := r.Do(ctx, key, act.Digest([]any{"slot", who.ID, id, docID, slot}), func(ctx context.Context, now time.Time) (store.Commit, error) {
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
		doc.Slot = slot
		return store.Commit{
			Writes: []store.Write{dossier.PutDocument(doc, docRev), store.Unchanged(dossier.Key(id), rev)},
			Events: []evidence.Event{act.Event(dossier.Chain(id), "document.placed", who.ID, now,
				map[string]any{"document": docID, "slot": slot})},
		}, nil
	})
	return err
}

// Submitting is what the unit sends with a submission.
type Submitting struct {
	Contests map[string]string `json:"contests,omitempty"` // finding id -> sentence
	Note     string            `json:"note,omitempty"`     // what changed since the revision before
}

// Receipt is what the unit gets for a submission.
type Receipt struct {
	Number   string        `json:"number"`
	Dossier  string        `json:"dossier"`
	Revision int           `json:"revision"`
	At       time.Time     `json:"at"`
	Files    []dossier.Pin `json:"files"`
}

// MinSentence is the least length of a reason, in characters (threats.md T03).
const MinSentence = 10

// receiptNumber names a submission: the dossier's own part of its id, and the
// revision. It needs no counter, so that ten thousand units can submit in the
// same minute.
func receiptNumber(id string, revision int) string {
	return fmt.Sprintf("%s/%d", dossier.Number(id), revision)
}

// ruleSet gives the set that a dossier received now is judged by.
func (r Room) ruleSet(ctx context.Context, rd round.Round, now time.Time) (string, error) {
	if rd.Settings.AdHoc && r.PinAt != nil {
		return r.PinAt(ctx, rd.Settings.RuleSet, now)
	}
	return rd.Settings.RuleSet, nil
}

// Submit pins the stored files of a draft (or of a returned dossier) as its
// next revision and fixes the receipt's time. The run starts at once if every
// file is read, else with the last reading. Items at the worst case: dossier,
// revision, texts, round check, 60 checks of unread files, three counters,
// event, head, log, message, key: 72.
func (r Room) Submit(ctx context.Context, key string, who people.Actor, id string, s Submitting) (Receipt, error) {
	for _, sentence := range s.Contests {
		if len([]rune(strings.TrimSpace(sentence))) < MinSentence {
			return Receipt{}, fault.New(fault.Invalid, "submission.submit", "Ý kiến không đồng ý phải viết ít nhất 10 ký tự.")
		}
	}
	out, err := r.Do(ctx, key, r.Request([]any{"submit", who.ID, id, s}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.submit(ctx, key, who, id, s, now)
	})
	if err != nil {
		return Receipt{}, err
	}
	var rec Receipt
	err = act.ReadResult(out, &rec)
	return rec, err
}

func (r Room) submit(ctx context.Context, key string, who people.Actor, id string, s Submitting, now time.Time) (store.Commit, error) {
	d, rev, err := r.Own(ctx, who, id)
	if err != nil {
		return store.Commit{}, err
	}
	if err := editable(d, now); err != nil {
		return store.Commit{}, err
	}
	var rd round.Round
	rdRev, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd)
	if err != nil {
		return store.Commit{}, err
	}
	first := d.State == dossier.Draft
	late := first && d.Late != nil && d.Late.Admitted
	if late && !Admissible(rd) {
		return store.Commit{}, fault.New(fault.Gone, "submission.submit", "Đợt đã lựa chọn xong nên không nhận hồ sơ nộp muộn nữa.")
	}
	if first && !late && !rd.Takes(now) {
		return store.Commit{}, fault.New(fault.Gone, "submission.submit", "Đợt này đã hết hạn nhận hồ sơ.")
	}
	docs, revs, err := Documents(ctx, r.Store, id)
	if err != nil {
		return store.Commit{}, err
	}
	if came, err := r.Arrived(ctx, docs); err != nil {
		return store.Commit{}, err
	} else if came {
		if docs, revs, err = Documents(ctx, r.Store, id); err != nil {
			return store.Commit{}, err
		}
	}
	rv := dossier.Revision{N: d.Revision + 1, By: who.ID, At: now.UTC(), Receipt: receiptNumber(id, d.Revision+1), Late: late}
	var writes []store.Write
	unread := 0
	for i, doc := range docs {
		if !doc.HasBytes() {
			continue
		}
		rv.Pinned = append(rv.Pinned, dossier.Pin{
			Document: doc.ID, Name: doc.Name, Slot: doc.Slot,
			Version: doc.Version, SHA256: doc.SHA256, Size: doc.Size,
		})
		if !doc.Settled() {
			unread++
			writes = append(writes, store.Unchanged(dossier.DocumentKey(id, doc.ID), revs[i]))
		}
	}
	if len(rv.Pinned) == 0 {
		return store.Commit{}, fault.New(fault.Invalid, "submission.submit", "Hồ sơ chưa có tệp nào; hãy tải tệp lên trước khi nộp.")
	}
	texts := r.Texts(dossier.Chain(id), key)
	for _, f := range sortedKeys(s.Contests) {
		rv.Contests = append(rv.Contests, dossier.Contest{Finding: f, Sentence: texts.Add("contest/"+f, strings.TrimSpace(s.Contests[f]))})
	}
	rv.Note = texts.Add("note", strings.TrimSpace(s.Note))
	kept, err := texts.Writes()
	if err != nil {
		return store.Commit{}, err
	}
	d.Move(dossier.Submitted, now)
	d.Revision, d.Unread, d.Holder = rv.N, unread, "reading"
	if d.Receipt == "" {
		d.Receipt = rv.Receipt
	}
	if d.RuleSet == "" {
		if d.RuleSet, err = r.ruleSet(ctx, rd, now); err != nil {
			return store.Commit{}, err
		}
	}
	c := store.Commit{}
	if unread == 0 {
		dossier.Begin(&d, now)
		c.Outbox = append(c.Outbox, dossier.Start(d))
	}
	c.Outbox = append(c.Outbox, store.Msg("receipt/"+id+"/"+fmt.Sprint(rv.N), flow.MailMessage, mail.Notice{
		Template: mail.Receipt, To: who.ID, Dossier: id, Round: d.Round,
		Data: map[string]string{mail.Number: rv.Receipt, mail.Files: fmt.Sprint(len(rv.Pinned)), mail.ReceivedAt: rv.At.Format(time.RFC3339)},
	}))
	if first {
		// Once intake is closed nothing new may be pending: a selection is
		// confirmed on that, and not while an admitted late draft may come.
		c.Writes = append(c.Writes, store.Unchanged(round.Key(d.Round), rdRev))
		c.Counters = []store.Add{{Counter: round.PendingCounter(d.Round), N: 1}}
	}
	ev := act.Event(dossier.Chain(id), "dossier.submitted", who.ID, now,
		map[string]any{"revision": rv.N, "receipt": rv.Receipt, "pins": act.Digest(rv.Pinned), "ruleSet": d.RuleSet})
	ev.Texts = texts.Named()
	c.Events = []evidence.Event{ev}
	dossier.Record(&c, d, rev)
	c.Writes = append(append(append(c.Writes, writes...), store.Put(dossier.RevisionKey(id, rv.N), 0, rv)), kept...)
	c.Result = act.Result(Receipt{Number: rv.Receipt, Dossier: id, Revision: rv.N, At: rv.At, Files: rv.Pinned})
	return c, nil
}
