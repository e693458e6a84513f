// Package wiring puts together, in one place for both editions, the rooms that
// need other rooms. What the editions differ in is a part that each gives. A
// program links what it calls and no more.
package wiring

import (
	"context"
	"errors"
	"log/slog"

	"hoso/shared/appraisal"
	"hoso/shared/board"
	"hoso/shared/calendar"
	"hoso/shared/clock"
	"hoso/shared/dispatch"
	"hoso/shared/erasure"
	"hoso/shared/flow"
	"hoso/shared/intake"
	"hoso/shared/mail"
	"hoso/shared/objects"
	"hoso/shared/parking"
	"hoso/shared/posting"
	"hoso/shared/register"
	"hoso/shared/search"
	"hoso/shared/submission"
	"hoso/shared/sweep"
	"hoso/shared/translog"
	"hoso/shared/yearly"
)

// Parts is what an edition gives. Which parts a room takes, its method says.
type Parts struct {
	Park     parking.Desk
	Calendar *calendar.Calendar
	Objects  *objects.Store
	Runs     flow.Runs
	// Wipe takes what was erased out of copies of the store; nil: there are none.
	Wipe func(ctx context.Context) error
	Log  *slog.Logger
}

// Submission is the units' room, as far as others call it: Park.
func (p Parts) Submission() submission.Room { return submission.Room{Desk: p.Park.Desk} }

// Intake registers uploads: Park, Objects.
func (p Parts) Intake() intake.Room { return intake.Room{Desk: p.Park.Desk, Objects: p.Objects} }

// Erasure is the room that takes texts out: Park, Wipe.
func (p Parts) Erasure() erasure.Room { return erasure.Room{Desk: p.Park.Desk, Wipe: p.Wipe} }

// Yearly is the room of yearly reports, without their files: Park, Calendar.
func (p Parts) Yearly() yearly.Room { return yearly.Room{Desk: p.Park.Desk, Calendar: p.Calendar} }

// Board is the administrators' room with what its fan-outs call: Park, Wipe.
func (p Parts) Board() board.Room {
	return board.Room{Desk: p.Park.Desk, NotSubmitted: p.Submission().NotSubmitted, Hand: p.Park.Hand, Erased: p.Erasure().Finish}
}

// Clock looks at what is due: Park, Calendar, Wipe, Log.
func (p Parts) Clock() clock.Room {
	return clock.Room{
		Desk: p.Park, CloseRound: p.Board().CloseDue, EndPosting: posting.Room{Desk: p.Park}.End,
		Lapse: p.Submission().Lapse, LateOver: p.Submission().LateOver, Recall: appraisal.Room{Desk: p.Park}.Recall,
		Yearly: p.Yearly().Look, Log: p.Log,
	}
}

// Sweep finds what an event forgot: all parts but Calendar. Without Runs and
// Wipe it looks for single uploads.
func (p Parts) Sweep() sweep.Room {
	return sweep.Room{
		Desk: p.Park.Desk, Runs: p.Runs, Facts: p.Objects.Data(), Versions: p.Objects.LatestVersions, Remove: p.Objects.Remove,
		Register: p.Intake().Register, Fanout: p.Board().Fanout, Log: p.Log,
	}
}

// Mails is how mails go out.
type Mails struct {
	Transport mail.Transport
	Sender    mail.Sender
	Portal    string // root address of the portal, for links
	Keeper    dispatch.Keeper
}

// Dispatch delivers the outbox: all parts but Objects.
func (p Parts) Dispatch(m Mails, log translog.Log) dispatch.Room {
	return dispatch.Room{
		Desk: p.Park.Desk, Runs: p.Runs, Keeper: m.Keeper, Mail: m.Transport, Portal: m.Portal, Sender: m.Sender,
		Integrate: log.Integrate, Checkpoint: log.Deliver, Fanout: p.Board().Fanout, Yearly: p.Yearly().Tell,
		Index: p.Index, Log: p.Log,
	}
}

// Index brings every projection of a dossier up to its record: Park.
func (p Parts) Index(ctx context.Context, dossier string) error {
	return errors.Join(search.Room{Desk: p.Park.Desk}.Index(ctx, dossier), register.Room{Desk: p.Park.Desk}.Index(ctx, dossier))
}
