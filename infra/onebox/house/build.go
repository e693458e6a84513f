package house

import (
	"context"
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
	"hoso/shared/web"
	"hoso/shared/wiring"
	"hoso/shared/wiring/pages"
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
	behind     web.Rooms // of the pages
}

// build puts the rooms together and opens the engine on them.
func (h *House) build(ctx context.Context) error {
	park := parking.Desk{Desk: h.Desk, Keeper: h.Keys, Due: h.Cal.DueInstant}
	parts := wiring.Parts{Park: park, Calendar: h.Cal, Objects: h.Objects, Wipe: h.Store.Wipe, Log: h.Log}
	r := &h.rooms
	paper := &filing.Reader{Open: h.Objects.Open, Spool: spool, Reader: h.cfg.Reader}
	var err error
	if r.behind, err = pages.Rooms(parts, Inbox, paper); err != nil {
		return err
	}
	r.submission, r.board, r.erasure, r.yearly = r.behind.Submission, r.behind.Board, r.behind.Erasure, r.behind.Yearly
	r.commend, r.register, r.search = r.behind.Commend, r.behind.Register, r.behind.Search
	r.appraisal, r.selection, r.review, r.decision = r.behind.Appraisal, r.behind.Selection, r.behind.Review, r.behind.Decision
	r.intake = parts.Intake()
	r.extract = extract.Room{Desk: h.Desk, Objects: h.Objects, Reader: h.cfg.Reader, Spool: spool}
	r.recognize = recognize.Room{Desk: h.Desk, Recogniser: h.cfg.Recogniser, Objects: h.Objects, Spool: spool}
	r.validate = validate.Room{Desk: h.Desk, Objects: h.Objects, Due: h.Cal.DueInstant, Books: r.behind.Books}
	r.quota = quota.Room{Desk: h.Desk}
	r.posting = posting.Room{Desk: park}
	r.archive = archive.Room{Desk: h.Desk, Objects: h.Objects, Prove: h.prove, Scratch: scratch}
	if h.engine, err = openRuns(ctx, h.journal, h.handlers(), h.Log); err != nil {
		return err
	}
	out, err := h.transport()
	if err != nil {
		return err
	}
	parts.Runs = h.engine
	r.dispatch = parts.Dispatch(wiring.Mails{
		Transport: out, Portal: h.cfg.PublicURL, Keeper: h.Keys, Sender: mail.Sender{Name: h.cfg.SenderName, Email: h.cfg.SenderEmail},
	}, h.log)
	r.clock, r.sweep = parts.Clock(), parts.Sweep()
	return h.buildPortal()
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
