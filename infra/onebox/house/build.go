package house

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"hoso/shared/appraisal"
	"hoso/shared/archive"
	"hoso/shared/board"
	"hoso/shared/clock"
	"hoso/shared/commend"
	"hoso/shared/decision"
	"hoso/shared/dispatch"
	"hoso/shared/dossier"
	"hoso/shared/erasure"
	"hoso/shared/extract"
	"hoso/shared/filing"
	"hoso/shared/flow"
	"hoso/shared/intake"
	"hoso/shared/mail"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/parking"
	"hoso/shared/posting"
	"hoso/shared/quota"
	"hoso/shared/recognize"
	"hoso/shared/register"
	"hoso/shared/review"
	"hoso/shared/search"
	"hoso/shared/selection"
	"hoso/shared/submission"
	"hoso/shared/sweep"
	"hoso/shared/validate"
	"hoso/shared/yearly"
)

// rooms are the stages and services, each given what it needs.
type rooms struct {
	intake     intake.Room
	extract    extract.Room
	recognize  recognize.Room
	validate   validate.Room
	appraisal  appraisal.Room
	selection  selection.Room
	quota      quota.Room
	review     review.Room
	posting    posting.Room
	decision   decision.Room
	archive    archive.Room
	submission submission.Room
	board      board.Room
	erasure    erasure.Room
	dispatch   dispatch.Room
	clock      clock.Room
	sweep      sweep.Room
	search     search.Room
	yearly     yearly.Room
	commend    commend.Room
	register   register.Room
}

// build puts the rooms together and opens the engine on them.
func (h *House) build(ctx context.Context) error {
	park := parking.Desk{Desk: h.Desk, Keeper: h.Keys, Due: h.Cal.DueInstant}
	r := &h.rooms
	r.intake = intake.Room{Desk: h.Desk, Objects: h.Objects}
	r.extract = extract.Room{Desk: h.Desk, Objects: h.Objects, Reader: h.cfg.Reader, Spool: spool}
	r.recognize = recognize.Room{Desk: h.Desk, Recogniser: h.cfg.Recogniser, Objects: h.Objects, Spool: spool}
	books, err := validate.BuiltinBooks()
	if err != nil {
		return err
	}
	r.validate = validate.Room{Desk: h.Desk, Objects: h.Objects, Due: h.Cal.DueInstant, Books: books}
	r.appraisal = appraisal.Room{Desk: park}
	r.selection = selection.Room{Desk: park}
	r.quota = quota.Room{Desk: h.Desk}
	r.review = review.Room{Desk: park}
	r.posting = posting.Room{Desk: park}
	r.decision = decision.Room{Desk: park, Objects: h.Objects, Inbox: Inbox, Paper: &decision.Paper{Open: h.Objects.Open, Spool: spool, Reader: h.cfg.Reader}}
	files := filing.Room{Desk: h.Desk, Objects: h.Objects, Inbox: Inbox, Reader: r.decision.Paper}
	r.yearly = yearly.Room{Desk: h.Desk, Calendar: h.Cal, Files: files}
	r.commend = commend.Room{Desk: h.Desk, Files: files}
	r.archive = archive.Room{Desk: h.Desk, Objects: h.Objects, Prove: h.prove, Scratch: scratch}
	r.submission = submission.Room{
		Desk: h.Desk, Inbox: Inbox,
		Look: func(ctx context.Context, doc dossier.Document) (bool, error) { return r.sweep.Look(ctx, doc) },
	}
	r.erasure = erasure.Room{Desk: h.Desk, Wipe: h.Store.Wipe}
	r.board = board.Room{Desk: h.Desk, NotSubmitted: r.submission.NotSubmitted, Hand: park.Hand, Erased: r.erasure.Finish}
	if h.engine, err = openRuns(ctx, h.journal, h.handlers(), h.Log); err != nil {
		return err
	}
	out, err := h.transport()
	if err != nil {
		return err
	}
	r.search, r.register = search.Room{Desk: h.Desk}, register.Room{Desk: h.Desk}
	r.dispatch = dispatch.Room{
		Desk: h.Desk, Runs: h.engine, Keeper: h.Keys, Mail: out, Portal: h.cfg.PublicURL,
		Sender: mail.Sender{Name: h.cfg.SenderName, Email: h.cfg.SenderEmail}, Integrate: h.log.Integrate, Checkpoint: h.log.Deliver, Fanout: r.board.Fanout, Yearly: r.yearly.Tell, Index: r.index, Log: h.Log,
	}
	r.clock = clock.Room{Desk: park, CloseRound: r.board.CloseDue, EndPosting: r.posting.End, Lapse: r.submission.Lapse, LateOver: r.submission.LateOver, Recall: r.appraisal.Recall, Yearly: r.yearly.Look, Log: h.Log}
	r.sweep = sweep.Room{Desk: h.Desk, Runs: h.engine, Versions: h.Objects.LatestVersions, Remove: h.Objects.Remove, Register: r.intake.Register, Fanout: r.board.Fanout, Log: h.Log}
	return h.buildPortal(park)
}

// index brings every projection of a dossier up to its record.
func (r *rooms) index(ctx context.Context, id string) error {
	return errors.Join(r.search.Index(ctx, id), r.register.Index(ctx, id))
}

// handlers are the stages by name, as both editions run them.
func (h *House) handlers() map[string]flow.Handler {
	r := &h.rooms
	stages := map[string]flow.Stage{
		intake.Name: r.intake.Run, extract.Name: r.extract.Run, recognize.Name: r.recognize.Run, validate.Name: r.validate.Run,
		appraisal.Name: r.appraisal.Run, selection.Name: r.selection.Run, quota.Name: r.quota.Run, review.Name: r.review.Run,
		posting.Name: r.posting.Run, decision.Name: r.decision.Run, archive.Name: r.archive.Run,
	}
	out := map[string]flow.Handler{}
	for name, s := range stages {
		out[name] = flow.Of(name, s)
	}
	return out
}

// stored is told of every stored object.
func (h *House) stored(ctx context.Context, o s3gateway.Object) {
	if o.Bucket != Inbox {
		return
	}
	if _, err := h.rooms.intake.Register(ctx, intake.Stored{Bucket: o.Bucket, Key: o.Key, Version: o.Version, Size: o.Size}); err != nil {
		h.Log.WarnContext(ctx, "upload: not registered; sweep will find it", "error", err.Error())
	}
}

// spool keeps what r holds in a file without a name.
func spool(r io.Reader) (*os.File, error) {
	f, err := scratch()
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(f, r); err != nil {
		f.Close()
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// intervals of the workers.
const (
	outboxIdle = 200 * time.Millisecond // where no commit woke the worker
	tick       = time.Minute
	sweepEvery = 5 * time.Minute
	quiet      = 10 * time.Minute
)
