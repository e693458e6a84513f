// Package flow is the seam between stages and whatever runs them.
//
// A stage is a Handler: JSON in, JSON out, errors by name. The one-machine
// edition and AWS Lambda call the very same handlers; the JSON round trip is
// kept in both. A flow file routes on the stage name in Out.From and decides
// nothing itself.
package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"hoso/shared/fault"
)

// Names of the state machines, as in workflows/<name>.asl.json.
const (
	Document = "document"
	Dossier  = "dossier"
	Round    = "round"
)

// Done is the From value that ends a flow.
const Done = "done"

// In is what every stage is given: references only, never document bytes or text.
type In struct {
	Subject    string `json:"subject"`             // id of the document ("<dossier>/<document>"), dossier or round
	Revision   int    `json:"revision"`            // submitted revision; 0 where there is none
	Generation int    `json:"generation"`          // of the run; an older one is ignored
	From       string `json:"from,omitempty"`      // stage to go on with
	TaskToken  string `json:"taskToken,omitempty"` // only where the state parks
}

// Out is what every stage answers: the same references and where to go on.
type Out struct {
	Subject    string `json:"subject"`
	Revision   int    `json:"revision"`
	Generation int    `json:"generation"`
	From       string `json:"from"`
}

// To answers in with the stage to go on with.
func (in In) To(stage string) Out {
	return Out{Subject: in.Subject, Revision: in.Revision, Generation: in.Generation, From: stage}
}

// Stage is one step of a flow.
type Stage func(ctx context.Context, in In) (Out, error)

// Handler is a Stage as a host calls it.
type Handler = lambda.Handler

// Of wraps a stage for a host. An error leaves by its kind's name, which is
// what Retry and Catch match; the cause holds the operation and kind only,
// since histories are kept for long and read by many.
func Of(name string, s Stage) Handler { return handler{name, s} }

// handler is not made by lambda.NewHandler: what that answers lies in a buffer
// that the next call may be writing to already.
type handler struct {
	name  string
	stage Stage
}

// Invoke runs the stage on JSON and gives JSON, which is the caller's to keep.
func (h handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var in In
	if err := json.Unmarshal(payload, &in); err != nil {
		return nil, messages.InvokeResponse_Error{Type: string(fault.Invalid), Message: h.name + ": no input of a stage"}
	}
	if in.Subject == "" {
		return nil, messages.InvokeResponse_Error{Type: string(fault.Invalid), Message: h.name + ": subject is missing"}
	}
	out, err := h.stage(ctx, in)
	if err != nil {
		kind := string(fault.KindOf(err))
		return nil, failure{messages.InvokeResponse_Error{Type: kind, Message: h.name + ": " + kind}, err}
	}
	return json.Marshal(out)
}

// failure is an error as it leaves a stage, with its cause for the host's own log.
type failure struct {
	said  messages.InvokeResponse_Error
	cause error
}

// Error says what leaves: never the cause.
func (f failure) Error() string { return f.said.Error() }

// Unwrap gives what leaves, then the cause.
func (f failure) Unwrap() []error { return []error{f.said, f.cause} }

// Invoke calls a handler in process, as Lambda would. An error comes back as
// its name and cause.
func Invoke(ctx context.Context, h Handler, payload []byte) (out []byte, name, cause string) {
	out, err := h.Invoke(ctx, payload)
	if err == nil {
		return out, "", ""
	}
	var e messages.InvokeResponse_Error
	if errors.As(err, &e) {
		return nil, e.Type, e.Message
	}
	return nil, string(fault.KindOf(err)), "handler failed"
}

// RunName is the name of a run: subject, revision and generation. It is the
// natural idempotency of starting one.
func RunName(machine, subject string, revision, generation int) string {
	s := make([]byte, 0, len(subject))
	for i := 0; i < len(subject); i++ {
		c := subject[i]
		if c == '/' {
			c = '.'
		}
		s = append(s, c)
	}
	return fmt.Sprintf("%s-%s-%d-%d", machine[:3], s, revision, generation)
}

// Start is the body of a "start" message: a run to be started.
type Start struct {
	Machine string `json:"machine"`
	Name    string `json:"name"`
	In      In     `json:"in"`
}

// StartRun makes the body of the message that starts a run.
func StartRun(machine string, in In) Start {
	return Start{Machine: machine, Name: RunName(machine, in.Subject, in.Revision, in.Generation), In: in}
}

// Resume is the body of a "resume" message: a parked run to be resumed. The
// sealed token comes from the task's record when the message is delivered.
type Resume struct {
	Task string          `json:"task"`
	Out  json.RawMessage `json:"out"`
}

// Stray is the body of a "stray" message: a parked run whose subject has
// moved on, with its sealed token.
type Stray struct {
	Token string `json:"token"`
	Out   Out    `json:"out"`
}

// Kinds of outbox messages besides store.LogMessage.
const (
	StartMessage   = "start"
	ResumeMessage  = "resume"
	MailMessage    = "mail"
	ProjectMessage = "project"
	FanoutMessage  = "fanout"
	StrayMessage   = "stray"
	YearlyMessage  = "yearly"
)

// Runs starts and resumes runs: Step Functions, or the embedded engine.
type Runs interface {
	// Start starts a run once; a name that was used before is success.
	Start(ctx context.Context, machine, name string, input []byte) error
	// Alive reports whether a run of that name is under way.
	Alive(ctx context.Context, machine, name string) (bool, error)
	// Succeed resumes the run parked on token. fault.Gone: the token is
	// unknown, used, or of a run that is gone.
	Succeed(ctx context.Context, token string, output []byte) error
}

// Sealer keeps secrets (task tokens) unreadable at rest.
type Sealer interface {
	Seal(plain string) (string, error)
	Unseal(sealed string) (string, error)
}
