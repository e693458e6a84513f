package validate

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/reading"
	"hoso/shared/reading/calibrate"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Name of the stage, everywhere.
const Name = "validate"

// Objects keeps readings and findings by digest.
type Objects interface {
	GetDigest(ctx context.Context, digest string) ([]byte, error)
	PutDigest(ctx context.Context, data []byte) (string, error)
}

// Room judges submitted revisions.
type Room struct {
	act.Desk
	Objects Objects
	Due     round.DueFunc
	Books   *Shelf
}

// Load gives the files of a dossier as they are to be judged: the machine's
// readings, laid beside each other, with the corrections in force over them.
func Load(ctx context.Context, o Objects, docs []dossier.Document) ([]File, error) {
	files := make([]File, 0, len(docs))
	var readings []reading.Reading
	var corrections [][]reading.Correction
	for _, d := range docs {
		if !d.HasBytes() {
			continue
		}
		f := File{ID: d.ID, Name: d.Name, Slot: d.Slot, SHA256: d.SHA256, Problem: d.Problem}
		if d.Reading != "" {
			body, err := o.GetDigest(ctx, d.Reading)
			if err != nil {
				return nil, err
			}
			if err := json.Unmarshal(body, &f.Reading); err != nil {
				return nil, fault.Wrap(fault.Internal, Name, err)
			}
		}
		files, readings = append(files, f), append(readings, f.Reading)
		corrections = append(corrections, d.Corrections)
	}
	for i, r := range calibrate.Agree(readings) {
		files[i].Reading = reading.Apply(r, corrections[i])
	}
	return files, nil
}

// Run judges the submitted revision, records every finding, and sends the
// dossier back or on to appraisal. Items: dossier, revision, up to 60
// document checks, two counters, event, head, log, two messages, key: 70.
func (r Room) Run(ctx context.Context, in flow.In) (flow.Out, error) {
	var d dossier.Dossier
	if _, err := store.Load(ctx, r.Store, dossier.Key(in.Subject), &d); err != nil {
		return flow.Out{}, err
	}
	if d.Generation != in.Generation || d.Revision != in.Revision || d.Stage != Name {
		return in.To(after(d, in)), nil
	}
	key := act.StageKey(in.Subject, in.Revision, Name)
	_, err := r.Do(ctx, key, act.Digest([]any{in.Subject, in.Revision, Name}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.record(ctx, in, now)
	})
	if err != nil {
		return flow.Out{}, err
	}
	if _, err := store.Load(ctx, r.Store, dossier.Key(in.Subject), &d); err != nil {
		return flow.Out{}, err
	}
	return in.To(after(d, in)), nil
}

// after says where a run of generation in goes on from the record.
func after(d dossier.Dossier, in flow.In) string {
	if d.Generation == in.Generation && d.Revision == in.Revision && d.Stage != "" {
		return d.Stage
	}
	return flow.Done
}

func (r Room) record(ctx context.Context, in flow.In, now time.Time) (store.Commit, error) {
	var d dossier.Dossier
	rev, err := store.Load(ctx, r.Store, dossier.Key(in.Subject), &d)
	if err != nil {
		return store.Commit{}, err
	}
	if d.Stage != Name || d.Revision != in.Revision {
		return store.Commit{}, nil
	}
	var rd round.Round
	if _, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd); err != nil {
		return store.Commit{}, err
	}
	var rv dossier.Revision
	rvRev, err := store.Load(ctx, r.Store, dossier.RevisionKey(d.ID, d.Revision), &rv)
	if err != nil {
		return store.Commit{}, err
	}
	docs, c, err := r.pinned(ctx, d, &rv)
	if err != nil {
		return store.Commit{}, err
	}
	files, err := Load(ctx, r.Objects, docs)
	if err != nil {
		return store.Commit{}, err
	}
	contested := map[string]string{}
	for _, x := range rv.Contests {
		contested[x.Finding] = string(x.Sentence)
	}
	books, err := r.Books.Now(ctx)
	if err != nil {
		return store.Commit{}, err
	}
	rules, err := books.Rules(rd.Settings, d.RuleSet)
	if err != nil {
		return store.Commit{}, err
	}
	rules.Cap, rules.CapHow = rd.Settings.Nominations(d.People)
	rules.Agency, rules.Received = d.UnitName, calendar.DateOf(rv.At).ISO()
	rules.Official = true
	if rules.Known, err = register.Facts(ctx, r.Store, d, Nominees(files, rules)); err != nil {
		return store.Commit{}, err
	}
	if rv.Known, err = r.keepKnown(ctx, rules.Known); err != nil {
		return store.Commit{}, err
	}
	j := Judge(files, rules, contested)
	keepRulings(&j, d.Nominees)
	body, err := json.Marshal(j.Findings)
	if err != nil {
		return store.Commit{}, fault.Wrap(fault.Internal, Name, err)
	}
	if rv.Findings, err = r.Objects.PutDigest(ctx, body); err != nil {
		return store.Commit{}, err
	}
	rv.Judged, rv.Counts, rv.Nominees, rv.RuleSet = true, j.Counts, j.Nominees, d.RuleSet
	rv.Hash = act.Digest([]any{rv.Pinned, rv.Findings, rv.Nominees, rv.RuleSet})
	d.Nominees = j.Nominees
	if err := r.send(&c, &d, rv, rd, now); err != nil {
		return store.Commit{}, err
	}
	c.Outbox = append(c.Outbox, dossier.Projected(d, now))
	dossier.Record(&c, d, rev)
	c.Writes = append(c.Writes, store.Put(dossier.RevisionKey(d.ID, rv.N), rvRev, rv))
	c.Events = append(c.Events, act.Event(dossier.Chain(d.ID), "dossier.judged", Name, now, map[string]any{
		"revision": rv.N, "findings": rv.Findings, "hash": rv.Hash, "block": j.Counts.Block, "warn": j.Counts.Warn,
		"contested": j.Counts.Contested, "nominees": len(j.Nominees), "state": d.State,
	}))
	return c, nil
}

// keepKnown keeps what the register held, so that a judgement can be made again
// from what it was made of. It stays out of packages: it is about others too.
func (r Room) keepKnown(ctx context.Context, known []register.Fact) (string, error) {
	if len(known) == 0 {
		return "", nil
	}
	body, err := json.Marshal(known)
	if err != nil {
		return "", fault.Wrap(fault.Internal, Name, err)
	}
	return r.Objects.PutDigest(ctx, body)
}

// pinned reads the revision's documents, completes the pins, and proves in
// the commit that none changed meanwhile.
func (r Room) pinned(ctx context.Context, d dossier.Dossier, rv *dossier.Revision) ([]dossier.Document, store.Commit, error) {
	var c store.Commit
	var docs []dossier.Document
	for i := range rv.Pinned {
		p := &rv.Pinned[i]
		var doc dossier.Document
		rev, err := store.Load(ctx, r.Store, dossier.DocumentKey(d.ID, p.Document), &doc)
		if err != nil {
			return nil, c, err
		}
		p.Version, p.SHA256, p.Size = doc.Version, doc.SHA256, doc.Size
		p.Reading, p.Corrections = doc.Reading, len(doc.Corrections)
		docs = append(docs, doc)
		c.Writes = append(c.Writes, store.Unchanged(dossier.DocumentKey(d.ID, doc.ID), rev))
	}
	return docs, c, nil
}

// keepRulings carries decisions on nominees whose facts are unchanged over
// from the revision before.
func keepRulings(j *Judgement, before []dossier.Nominee) {
	for i := range j.Nominees {
		n := &j.Nominees[i]
		for _, b := range before {
			if b.ID == n.ID && b.Judged == n.Judged && (b.Standing == dossier.Approved || b.Standing == dossier.RefusedOne || b.Standing == dossier.Held) {
				n.Standing, n.Reason, n.Review, n.Score = b.Standing, b.Reason, b.Review, b.Score
			}
		}
	}
}

// send moves the dossier on: back to its unit, to the route's first step, or,
// where the route has no step of dossier scope, straight to competing.
func (r Room) send(c *store.Commit, d *dossier.Dossier, rv dossier.Revision, rd round.Round, now time.Time) error {
	switch {
	case rv.Counts.Block > 0:
		due, err := r.Due(now, rd.Settings.ReturnDays)
		if err != nil {
			return fault.Wrap(fault.Internal, Name, err)
		}
		d.SendBack(Name, "", due, now)
		c.Outbox = append(c.Outbox, store.Msg("returned/"+d.ID+"/"+act.Digest(rv.N)[:8], flow.MailMessage, mail.Notice{
			Template: mail.ReturnedToUnit, To: rv.By, Dossier: d.ID, Round: d.Round, Due: due,
			Data: map[string]string{mail.Blocking: strconv.Itoa(rv.Counts.Block), mail.Number: rv.Receipt},
		}))
	case len(rd.Settings.DossierSteps()) > 0 && !rd.Closing():
		d.Move(dossier.InAppraisal, now)
		d.Stage, d.Step, d.Holder, d.Decided = "appraisal", 0, rd.Settings.DossierSteps()[0].Title, nil
	default:
		d.Move(dossier.Eligible, now)
		d.Stage, d.Holder = "", "round"
		c.Counters = append(c.Counters, store.Add{Counter: round.PendingCounter(d.Round), N: -1})
	}
	return nil
}
