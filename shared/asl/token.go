package asl

import (
	"context"
	"time"

	"hoso/shared/fault"
)

// maxToken is the length of the longest task token (API reference,
// SendTaskSuccess).
const maxToken = 2048

// Succeed reports that the task with the token is done; output is its result,
// a JSON text. It returns once the journal has it. Errors: InvalidToken,
// InvalidOutput, TaskTimedOut (the task is over, or its time is),
// TaskDoesNotExist (no such token), or the journal's.
func (e *Engine) Succeed(ctx context.Context, token string, output []byte) error {
	result, err := decode(string(output))
	if err != nil || len(output) > maxPayload {
		return refuse(fault.Invalid, "succeed", CodeInvalidOutput, "the output is not JSON of at most %d bytes", maxPayload)
	}
	return e.reply(ctx, "succeed", token, func(s *step, b *branch) {
		s.succeeded(b, result, encode(result))
	})
}

// Fail reports that the task with the token has failed. name and cause may be
// empty. Errors as Succeed.
func (e *Engine) Fail(ctx context.Context, token, name, cause string) error {
	failed := &stateError{}
	if name != "" {
		failed.name = &name
	}
	if cause != "" {
		failed.cause = &cause
	}
	return e.reply(ctx, "fail", token, func(s *step, b *branch) { s.taskFailed(b, failed) })
}

// Heartbeat reports that the task with the token is still worked on. Errors as
// Succeed.
func (e *Engine) Heartbeat(ctx context.Context, token string) error {
	return e.reply(ctx, "heartbeat", token, func(s *step, b *branch) {
		if b.Task.Every > 0 {
			b.Task.Heartbeat = s.now.Add(time.Duration(b.Task.Every) * time.Second)
			s.touched = true
		}
	})
}

// reply finds the task of a token and lets apply change it. A deadline that
// has been reached comes first: exactly one of reply and time-out wins.
func (e *Engine) reply(ctx context.Context, op, token string, apply func(*step, *branch)) error {
	if token == "" || len(token) > maxToken {
		return refuse(fault.Invalid, op, CodeInvalidToken, "a token has 1 to %d characters", maxToken)
	}
	defer e.visit()()
	rec, err := e.o.Journal.Load(ctx, Key{Token: token})
	if err != nil {
		return err
	}
	if rec.ID == "" {
		return refuse(fault.NotFound, op, CodeTaskDoesNotExist, "no task has this token")
	}
	over := refuse(fault.Gone, op, CodeTaskTimedOut, "the task of this token is over")
	c := e.acquire(rec.ID)
	defer e.release(rec.ID, c)
	open, err := e.transition(ctx, rec.ID, c, func(s *step) error {
		b := s.run.search(func(t *taskRun) bool { return t.Token == token })
		if b == nil || s.ended != nil {
			return over
		}
		apply(s, b)
		return nil
	})
	if err == nil && !open {
		return over
	}
	return err
}

// Stop ends an execution (API reference, StopExecution); name and cause may be
// empty. An execution that has ended stays as it is. Error:
// ExecutionDoesNotExist.
func (e *Engine) Stop(ctx context.Context, id, name, cause string) error {
	aborted := &stateError{}
	if name != "" {
		aborted.name = &name
	}
	if cause != "" {
		aborted.cause = &cause
	}
	defer e.visit()()
	c := e.acquire(id)
	defer e.release(id, c)
	open, err := e.transition(ctx, id, c, func(s *step) error {
		s.run.Root.each(s.abortedEvent)
		s.end(Aborted, "", aborted)
		return nil
	})
	if err == nil && !open {
		_, err = e.Describe(ctx, id)
	}
	return err
}
