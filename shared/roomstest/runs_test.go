package roomstest

import (
	"context"
	"encoding/json"
	"slices"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/yearly"
)

// runs carries out flows one call at a time, as the flow files say: on, until
// a stage parks or the flow is done.
type runs struct {
	world  *world
	keeper flow.Sealer
	parked map[string]parked // by token
	names  map[string]bool   // started; true while under way
}

type parked struct {
	machine, name string
	in            flow.In
}

// Start starts a run once.
func (r *runs) Start(ctx context.Context, machine, name string, input []byte) error {
	if _, used := r.names[name]; used {
		return nil
	}
	var in flow.In
	if err := json.Unmarshal(input, &in); err != nil {
		return err
	}
	r.names[name] = true
	return r.on(ctx, machine, name, in)
}

// Alive reports whether the run is under way.
func (r *runs) Alive(_ context.Context, _, name string) (bool, error) { return r.names[name], nil }

// Succeed resumes a parked run.
func (r *runs) Succeed(ctx context.Context, token string, output []byte) error {
	p, ok := r.parked[token]
	if !ok {
		return fault.New(fault.Gone, "runs", "")
	}
	delete(r.parked, token)
	var out flow.Out
	if err := json.Unmarshal(output, &out); err != nil {
		return err
	}
	return r.on(ctx, p.machine, p.name, flow.In{Subject: out.Subject, Revision: out.Revision, Generation: out.Generation, From: out.From})
}

// lose forgets every run.
func (r *runs) lose() {
	clear(r.parked)
	for n := range r.names {
		r.names[n] = false
	}
}

func (r *runs) on(ctx context.Context, machine, name string, in flow.In) error {
	w := r.world
	stages := map[string]flow.Stage{
		"intake": w.intake.Run, "extract": w.extract.Run, "recognize": w.recognize.Run, "validate": w.judge, "archive": w.seal,
		"quota": w.quota.Run, "appraisal": w.appraisal.Run, "selection": w.selection.Run, "review": w.review.Run,
		"posting": w.posting.Run, "decision": w.decision.Run,
	}
	parks := []string{"appraisal", "selection", "review", "posting", "decision"}
	for range 50 {
		stage := stages[in.From]
		if stage == nil { // done
			r.names[name] = false
			return nil
		}
		if slices.Contains(parks, in.From) {
			in.TaskToken = w.id()
			r.parked[in.TaskToken] = parked{machine, name, in}
			if _, err := stage(ctx, in); err != nil {
				// The flow tries again and then fails; sweep finds it.
				delete(r.parked, in.TaskToken)
				r.names[name] = false
			}
			return nil
		}
		out, err := stage(ctx, in)
		if err != nil {
			r.names[name] = false
			return nil
		}
		in = flow.In{Subject: out.Subject, Revision: out.Revision, Generation: out.Generation, From: out.From}
		if machine == flow.Document && in.From == "done" && stages["extract"] != nil {
			r.names[name] = false
			return nil
		}
	}
	w.Errorf("run %s never parks nor ends", name)
	return nil
}

// judge stands in for validate: every dossier is fit for appraisal.
func (w *world) judge(ctx context.Context, in flow.In) (flow.Out, error) {
	d := w.dossier(in.Subject)
	if d.Generation != in.Generation || d.Stage != "validate" {
		return in.To(flow.Done), nil
	}
	var rv dossier.Revision
	rvRev, err := store.Load(ctx, w.store, dossier.RevisionKey(d.ID, d.Revision), &rv)
	if err != nil {
		return flow.Out{}, err
	}
	rev, err := store.Load(ctx, w.store, dossier.Key(d.ID), &d)
	if err != nil {
		return flow.Out{}, err
	}
	if d.Stage != "validate" {
		return in.To(flow.Done), nil
	}
	rv.Judged, rv.Hash = true, "hash-of-"+d.ID
	d.Nominees = []dossier.Nominee{{ID: "n1", Identity: "i-" + d.ID, Kind: dossier.Individual, Name: "Ai đó", Standing: dossier.Pending}}
	d.Move(dossier.InAppraisal, w.now)
	d.Stage, d.Step, d.Decided = "appraisal", 0, nil
	c := store.Commit{Key: "judge/" + w.id(), Request: "judge", At: w.now, Writes: []store.Write{store.Put(dossier.RevisionKey(d.ID, d.Revision), rvRev, rv)}}
	dossier.Record(&c, d, rev)
	if _, err := w.store.Commit(ctx, c); err != nil {
		return flow.Out{}, err
	}
	return in.To("appraisal"), nil
}

// seal stands in for archive.
func (w *world) seal(ctx context.Context, in flow.In) (flow.Out, error) {
	var d dossier.Dossier
	rev, err := store.Load(ctx, w.store, dossier.Key(in.Subject), &d)
	if err != nil || d.Generation != in.Generation || d.Stage != "archive" {
		return in.To(flow.Done), err
	}
	d.Stage, d.Sealed = "", true
	_, err = w.store.Commit(ctx, store.Commit{Key: "seal/" + w.id(), Request: "seal", At: w.now, Writes: []store.Write{dossier.Put(d, rev)}})
	return in.To(flow.Done), err
}

// pending gives the messages that wait; log messages are put aside.
func (w *world) pending() []store.Message {
	ms, err := w.real.Pending(w.ctx, w.now.Add(time400), 200)
	w.ok(err)
	return slices.DeleteFunc(ms, func(m store.Message) bool {
		if m.Kind == store.LogMessage {
			w.logged = append(w.logged, m)
			w.ok(w.real.Settle(w.ctx, m.ID))
			return true
		}
		return false
	})
}

const time400 = 400 * day

// everything is a page with all of a part.
var everything = store.Page{}

// deliver carries out one message and settles it unless it fails.
func (w *world) deliver(m store.Message) {
	var err error
	switch m.Kind {
	case flow.StartMessage:
		s := body[flow.Start](w, m)
		in, jerr := json.Marshal(s.In)
		w.ok(jerr)
		err = w.runs.Start(w.ctx, s.Machine, s.Name, in)
	case flow.ResumeMessage:
		s := body[flow.Resume](w, m)
		token, uerr := w.runs.keeper.Unseal(w.task(s.Task).Token)
		w.ok(uerr)
		err = w.runs.Succeed(w.ctx, token, s.Out)
	case flow.StrayMessage:
		s := body[flow.Stray](w, m)
		out, jerr := json.Marshal(s.Out)
		w.ok(jerr)
		token, uerr := w.runs.keeper.Unseal(s.Token)
		w.ok(uerr)
		err = w.runs.Succeed(w.ctx, token, out)
	case flow.FanoutMessage:
		err = w.board.Fanout(w.ctx, body[round.Fanout](w, m))
	case flow.YearlyMessage:
		err = w.yearly.Tell(w.ctx, body[yearly.Telling](w, m))
	case flow.MailMessage:
		w.mails = append(w.mails, body[mail.Notice](w, m))
	}
	if err == nil || fault.Is(err, fault.Gone) {
		w.ok(w.real.Settle(w.ctx, m.ID))
	}
}

func body[T any](w *world, m store.Message) T {
	w.Helper()
	var v T
	w.ok(json.Unmarshal(m.Body, &v))
	return v
}

// pump delivers until nothing waits.
func (w *world) pump() {
	w.Helper()
	for range 200 {
		ms := w.pending()
		if len(ms) == 0 {
			return
		}
		for _, m := range ms {
			w.deliver(m)
		}
	}
	w.Fatal("the outbox never empties")
}
