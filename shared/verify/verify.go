package verify

import (
	"context"
	"errors"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/store"
)

// Sources are what a check reads. Store is needed; the rest may be nil, and
// then is not checked.
type Sources struct {
	Store store.Source
	// RowKey is the key of the records' sums, if the store's have one; without
	// it a note says that they were not checked.
	RowKey []byte
	// Objects and Refs: the objects that records speak of.
	Objects Objects
	Refs    func(r store.Record) ([]Ref, error)
	// Files are the checkpoints as published beside the store, read before
	// Verify is called, and Keys the public keys beside them (see
	// evidence.ParseKeys).
	Files     []Note
	HaveFiles bool // there is a place for Files, even if it is empty
	Keys      []byte
	// Erased are the signed notes of erasures that lie beside the store.
	Erased []Note
	// Reread reads Files again, for a store that is in use: a checkpoint may
	// be published between the reading of Files and the snapshot.
	Reread func() ([]Note, error)
	// Checks are rules of the domain, each over the whole snapshot.
	Checks []Check

	later []Note // what Reread gave
}

// Check is a rule of the domain, such as that a round's free places are its
// cap less the places that are taken. It reports what does not hold; an error
// means that it could not be carried out.
type Check struct {
	Name string
	Run  func(ctx context.Context, s store.Snapshot, report func(Finding)) error
}

// audit is one check under way.
type audit struct {
	src    Sources
	opts   Options
	snap   store.Snapshot
	report *reporter

	trusted evidence.Keys // from outside
	known   evidence.Keys // all that checkpoints of the store may be signed with
	outside []opened
	filed   []opened

	log     logState
	table   table // entries of the log, of the pass's class
	class   int
	classes int

	pending  table // events that wait for the log, from the outbox
	heads    table
	texts    table // commitments of events
	erased   table // commitments recorded as erased
	noted    table // commitments that notes outside of the store say were erased
	digests  table // digests that events name, by chain
	restored []evidence.Restoration

	unpublished map[int64]bool // sizes of checkpoints whose file is still to be written

	lastLogged   time.Time // newest instant of an event that is in the log
	firstPending time.Time // oldest instant of one that waits
	waiting      int64
}

// opened is a signed checkpoint that was read.
type opened struct {
	Note
	evidence.Checkpoint
}

// late is how far the log may run ahead of an event that waits for it.
const late = time.Hour

// Verify checks a store and what belongs to it. An error means that the check
// could not be carried out; what does not hold is in the report.
func Verify(ctx context.Context, src Sources, opts Options) (Report, error) {
	if opts.Workers <= 0 {
		opts.Workers = 2
	}
	if opts.Table <= 0 {
		opts.Table = 8 << 20
	}
	snap, err := src.Store.Snapshot(ctx)
	if err != nil {
		return Report{}, err
	}
	if src.Reread != nil {
		if src.later, err = src.Reread(); err != nil {
			return Report{}, errors.Join(err, snap.Close())
		}
	}
	a := &audit{src: src, opts: opts, snap: snap, report: newReporter(), classes: 1, unpublished: map[int64]bool{}}
	err = errors.Join(a.run(ctx), snap.Close())
	return a.report.done(), err
}

// run goes through the steps. Whatever a later step needs in memory is named
// in audit; everything else passes by.
func (a *audit) run(ctx context.Context) error {
	a.readKeys()
	for _, step := range []func(context.Context) error{
		a.messagePass, a.logPass, a.eventPass, a.recordPass, a.laterClasses, a.judgeTexts, a.judgeCheckpoints, a.objectPass, a.checks,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	a.report.count("log-waiting", a.waiting)
	return nil
}

// progress tells how far a step has come, not too often.
func (a *audit) progress(step string, done, total int64) {
	if a.opts.Progress != nil && done%4096 == 0 {
		a.opts.Progress(Progress{Step: step, Done: done, Total: total})
	}
}

// checks runs the rules of the domain.
func (a *audit) checks(ctx context.Context) error {
	for _, c := range a.src.Checks {
		if a.opts.Progress != nil {
			a.opts.Progress(Progress{Step: "Quy tắc: " + c.Name})
		}
		if err := c.Run(ctx, a.snap, a.report.add); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			a.report.find("check-failed", c.Name, "%v", err)
		}
		a.report.count("checks", 1)
	}
	return nil
}
