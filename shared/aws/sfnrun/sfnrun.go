// Package sfnrun starts and resumes runs on AWS Step Functions.
//
// A run's name is its idempotency: Step Functions keeps names of closed runs
// for ninety days, and a run that is driven again has a name of its own.
package sfnrun

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"

	"hoso/shared/fault"
	"hoso/shared/flow"
)

// Runs is flow.Runs over Step Functions. Safe for concurrent use.
type Runs struct {
	client   *sfn.Client
	machines map[string]string
}

var _ flow.Runs = (*Runs)(nil)

// New makes runs of state machines: machines maps a flow's name to its ARN.
func New(client *sfn.Client, machines map[string]string) (*Runs, error) {
	for name, arn := range machines {
		if !strings.Contains(arn, ":stateMachine:") {
			return nil, &fault.Error{Kind: fault.Invalid, Op: "runs", Err: fmt.Errorf("machine %s: %q is no state machine's ARN", name, arn)}
		}
	}
	return &Runs{client: client, machines: machines}, nil
}

// Start starts a run once; a name that was used before is success.
func (r *Runs) Start(ctx context.Context, machine, name string, input []byte) error {
	arn, err := r.arn(machine)
	if err != nil {
		return err
	}
	_, err = r.client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &arn, Name: &name, Input: aws.String(string(input))})
	var there *types.ExecutionAlreadyExists
	if errors.As(err, &there) {
		return nil
	}
	return wrap("runs.start", err)
}

// Alive reports whether a run of that name is under way.
func (r *Runs) Alive(ctx context.Context, machine, name string) (bool, error) {
	arn, err := r.arn(machine)
	if err != nil {
		return false, err
	}
	run := strings.Replace(arn, ":stateMachine:", ":execution:", 1) + ":" + name
	out, err := r.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &run})
	var none *types.ExecutionDoesNotExist
	if errors.As(err, &none) {
		return false, nil
	}
	if err != nil {
		return false, wrap("runs.alive", err)
	}
	return out.Status == types.ExecutionStatusRunning || out.Status == types.ExecutionStatusPendingRedrive, nil
}

// Succeed resumes the run parked on token. fault.Gone: the token is unknown,
// used, or of a run that is gone.
func (r *Runs) Succeed(ctx context.Context, token string, output []byte) error {
	_, err := r.client.SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: &token, Output: aws.String(string(output))})
	var none *types.TaskDoesNotExist
	var late *types.TaskTimedOut
	var bad *types.InvalidToken
	if errors.As(err, &none) || errors.As(err, &late) || errors.As(err, &bad) {
		return fault.Wrap(fault.Gone, "runs.succeed", err)
	}
	return wrap("runs.succeed", err)
}

func (r *Runs) arn(machine string) (string, error) {
	arn, ok := r.machines[machine]
	if !ok {
		return "", &fault.Error{Kind: fault.Internal, Op: "runs", Err: fmt.Errorf("no state machine %q", machine)}
	}
	return arn, nil
}

// wrap gives an error its kind: what the request or the stack is wrong about
// stays wrong, all else may work later.
func wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	kind := fault.Transient
	var api smithy.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode() {
		case "InvalidName", "InvalidExecutionInput", "InvalidOutput", "ValidationException":
			kind = fault.Invalid
		case "InvalidArn", "StateMachineDoesNotExist", "StateMachineDeleting", "AccessDeniedException":
			kind = fault.Internal
		}
	}
	return fault.Wrap(kind, op, err)
}
