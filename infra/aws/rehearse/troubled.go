package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	smithytime "github.com/aws/smithy-go/time"

	"hoso/infra/onebox/player"
)

// In troubles one request in ten fails, and at one in a thousand the function
// that asks is killed.
const (
	oneInTen  = 0.1
	mortality = 0.001
)

// troubled plays while requests fail, news of uploads is lost, and runs are
// lost at every turn. The play checks what it sees as it always does.
func (s *stage) troubled(ctx context.Context, portal, mails string) error {
	secret, err := s.invite(ctx)
	if err != nil {
		return err
	}
	s.worsen(oneInTen)
	defer s.worsen(0)
	hurried, stop := context.WithCancel(ctx)
	defer stop()
	dispatch, err := s.function(ctx, "DispatchFunction")
	if err != nil {
		return err
	}
	go s.hurry(hurried, dispatch)
	begun := time.Now()
	p := player.New(player.Options{Server: portal, Box: player.HTTPBox{URL: mails}, Secret: secret, OperatorEmail: operator, Out: os.Stderr})
	if err := p.RunTo(ctx, player.Opened); err != nil {
		return err
	}
	if err := s.unheard(ctx, func(ctx context.Context) error { return p.RunTo(ctx, player.Sent) }); err != nil {
		return err
	}
	if err := s.rollOut(ctx, func(ctx context.Context) error { return p.RunTo(ctx, player.Appraised) }); err != nil {
		return err
	}
	if err := s.belated(ctx); err != nil {
		return err
	}
	for _, mark := range []player.Mark{player.Prepared, player.Listed, player.Reviewed, player.Entered, player.Ended} {
		if err := s.gone(ctx, func(ctx context.Context) error { return p.RunTo(ctx, mark) }); err != nil {
			return err
		}
	}
	if err := p.Run(ctx); err != nil {
		return err
	}
	s.worsen(0)
	if err := s.redrive(ctx); err != nil {
		return err
	}
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	say("functions killed at their work: %d", s.recorder.killed)
	for _, service := range slices.Sorted(maps.Keys(s.recorder.ill)) {
		say("made to fail: %d × %s", s.recorder.ill[service], service)
	}
	say("played through troubles in %.1f s", time.Since(begun).Seconds())
	return nil
}

// hurry lets dispatch's minute come every few seconds: after a dispatcher was
// killed it is the minute that wakes the next.
func (s *stage) hurry(ctx context.Context, dispatch string) {
	for ctx.Err() == nil {
		_ = smithytime.SleepWithContext(ctx, 5*time.Second)        // its end is the loop's
		_, _ = s.invoked(ctx, dispatch, `{"source":"aws.events"}`) // it may meet troubles too
	}
}

// function gives the name of one of the template's functions.
func (s *stage) function(ctx context.Context, logical string) (string, error) {
	var out bytes.Buffer
	err := s.run(ctx, &out, filepath.Join(s.root, ".tools/sam/bin/python"), "-c",
		`import boto3,sys; print(boto3.client("cloudformation").describe_stack_resource(StackName=sys.argv[1], LogicalResourceId=sys.argv[2])["StackResourceDetail"]["PhysicalResourceId"])`, stack, logical)
	return strings.TrimSpace(out.String()), err
}

func (s *stage) worsen(share float64) {
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	s.recorder.share = share
	s.recorder.deaths = 0
	if share > 0 {
		s.recorder.deaths = mortality
	}
}

// redrive orders the sweep to drive every lost run again, as an operator would.
func (s *stage) redrive(ctx context.Context) error {
	text, err := s.patiently(ctx, "SweepName", `{"redrive":true}`)
	say("sweep: %s", text)
	return err
}

// patiently calls a function until it answers: it may meet troubles too.
func (s *stage) patiently(ctx context.Context, output, payload string) (text []byte, err error) {
	for range 10 {
		if text, err = s.invoke(ctx, output, payload); err == nil {
			return text, nil
		}
		if err := smithytime.SleepWithContext(ctx, 200*time.Millisecond); err != nil {
			return nil, err
		}
	}
	return nil, err
}

// unheard does something while no news of uploads comes: the sweep finds them.
func (s *stage) unheard(ctx context.Context, do func(context.Context) error) error {
	rule := map[string]any{"Name": s.outputs["RuleName"]}
	if err := s.call(ctx, "events", "AWSEvents.DisableRule", rule, nil); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { defer cancel(); done <- do(ctx) }()
	var swept error
	for ctx.Err() == nil {
		if err := s.redrive(ctx); err != nil && ctx.Err() == nil {
			swept = err
		}
		_ = smithytime.SleepWithContext(ctx, 500*time.Millisecond) // its end is the loop's
	}
	return errors.Join(<-done, swept, s.call(context.WithoutCancel(ctx), "events", "AWSEvents.EnableRule", rule, nil))
}

// open gives the runs that are under way.
func (s *stage) open(ctx context.Context) (runs []string, err error) {
	for _, machine := range machineOutputs {
		var list struct {
			Executions []struct{ ExecutionArn string }
		}
		in := map[string]any{"stateMachineArn": s.outputs[machine], "statusFilter": "RUNNING"}
		if err := s.call(ctx, "states", "AWSStepFunctions.ListExecutions", in, &list); err != nil {
			return nil, err
		}
		for _, r := range list.Executions {
			runs = append(runs, r.ExecutionArn)
		}
	}
	return runs, nil
}

// machineOutputs are the stack's outputs that name state machines.
var machineOutputs = []string{"DocumentMachineArn", "DossierMachineArn", "RoundMachineArn"}

// lose stops every run that is under way.
func (s *stage) lose(ctx context.Context) (int, error) {
	runs, err := s.open(ctx)
	for _, r := range runs {
		err := s.call(ctx, "states", "AWSStepFunctions.StopExecution", map[string]any{"executionArn": r}, nil)
		if err != nil && !strings.Contains(err.Error(), "ExecutionDoesNotExist") {
			return 0, fmt.Errorf("%s: %w", r, err)
		}
	}
	return len(runs), err
}

// rollOut changes the definition of every flow while runs are under way, does
// something, and then wants every one of those runs to have ended well.
func (s *stage) rollOut(ctx context.Context, do func(context.Context) error) error {
	old, err := s.open(ctx)
	if err != nil {
		return err
	}
	for _, machine := range machineOutputs {
		var m struct{ Definition string }
		if err := s.call(ctx, "states", "AWSStepFunctions.DescribeStateMachine", map[string]any{"stateMachineArn": s.outputs[machine]}, &m); err != nil {
			return err
		}
		var flow map[string]any
		if err := json.Unmarshal([]byte(m.Definition), &flow); err != nil {
			return err
		}
		flow["States"].(map[string]any)["RolledOut"] = map[string]any{"Type": "Pass", "Next": flow["StartAt"]}
		flow["StartAt"] = "RolledOut"
		next, err := json.Marshal(flow)
		if err != nil {
			return err
		}
		if err := s.call(ctx, "states", "AWSStepFunctions.UpdateStateMachine", map[string]any{"stateMachineArn": s.outputs[machine], "definition": string(next)}, nil); err != nil {
			return err
		}
	}
	if err := do(ctx); err != nil {
		return err
	}
	err = eventually(ctx, "the runs of the old definition to end", func() (bool, error) {
		for _, r := range old {
			var run struct{ Status string }
			if err := s.call(ctx, "states", "AWSStepFunctions.DescribeExecution", map[string]any{"executionArn": r}, &run); err != nil {
				return false, err
			}
			if run.Status == "RUNNING" {
				return false, nil
			}
			if run.Status != "SUCCEEDED" {
				return false, fmt.Errorf("%s of the old definition: %s", r, run.Status)
			}
		}
		return true, nil
	})
	if err == nil {
		say("%d runs of the old definition ended under the new", len(old))
	}
	return err
}
