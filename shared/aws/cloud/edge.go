package cloud

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/smithy-go"

	"hoso/shared/fault"
)

// edge lets every error leave by its kind's name: what matches on names must
// not meet those of Go types. The log says where it came from.
type edge struct {
	name string
	log  *slog.Logger
	room lambda.Handler
}

// Invoke hands the event to the room.
func (e edge) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	out, err := e.room.Invoke(ctx, payload)
	if err == nil {
		return out, nil
	}
	e.log.WarnContext(ctx, "failed", cause(ctx, err)...)
	var said messages.InvokeResponse_Error
	if errors.As(err, &said) {
		return nil, said
	}
	kind, why := string(fault.KindOf(err)), ""
	var f *fault.Error
	if errors.As(err, &f) {
		why = strings.TrimSpace(f.Op + " " + f.Public)
	}
	return nil, messages.InvokeResponse_Error{Type: kind, Message: e.name + ": " + kind + ": " + why}
}

// cause says of an error what finds its place: the event's request, kind and
// code, what was being done from the outside in, and which request of which
// service failed how. No text of the error: it may quote what a person wrote.
func cause(ctx context.Context, err error) []any {
	var list []any
	add := func(name, value string) {
		if value != "" {
			list = append(list, name, value)
		}
	}
	if c, ok := lambdacontext.FromContext(ctx); ok {
		add("request", c.AwsRequestID)
	}
	var said messages.InvokeResponse_Error
	if errors.As(err, &said) {
		add("kind", said.Type)
	} else {
		add("kind", string(fault.KindOf(err)))
	}
	add("code", fault.CodeOf(err))
	var ops []string
	for f, at := (*fault.Error)(nil), err; errors.As(at, &f); at = f.Err {
		ops = append(ops, f.Op)
	}
	add("op", strings.Join(ops, " < "))
	var of *smithy.OperationError
	if errors.As(err, &of) {
		add("asked", of.ServiceID+" "+of.OperationName)
	}
	var why smithy.APIError
	if errors.As(err, &why) {
		add("answered", why.ErrorCode())
	}
	var by interface{ ServiceRequestID() string }
	if errors.As(err, &by) {
		add("id", by.ServiceRequestID())
	}
	add("type", strings.Join(roots(err), " "))
	return list
}

// roots are the types of the errors that an error began with.
func roots(err error) []string {
	var below []error
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		below = e.Unwrap()
	case interface{ Unwrap() error }:
		if next := e.Unwrap(); next != nil {
			below = []error{next}
		}
	}
	var out []string
	for _, b := range below {
		out = append(out, roots(b)...)
	}
	if len(out) == 0 {
		return []string{fmt.Sprintf("%T", err)}
	}
	return out
}
