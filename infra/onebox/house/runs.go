package house

import (
	"context"
	"encoding/base64"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"

	"hoso/shared/asl"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/workflows"
)

// runs is the embedded engine behind flow.Runs.
type runs struct{ engine *asl.Engine }

// openRuns loads the flows and takes up what the journal holds. handlers are
// named by stage. The engine keeps to the wall clock, also in a demonstration:
// no flow waits for a date, and a clock set forward must not time out a stage
// that is at work.
func openRuns(ctx context.Context, j asl.Journal, handlers map[string]flow.Handler, log *slog.Logger) (*runs, error) {
	files, err := fs.Glob(workflows.Files, "*.asl.json")
	if err != nil {
		return nil, err
	}
	var machines []*asl.Machine
	for _, f := range files {
		text, err := workflows.Files.ReadFile(f)
		if err != nil {
			return nil, err
		}
		m, err := asl.Parse(strings.TrimSuffix(f, ".asl.json"), text, func(name string) (string, bool) {
			stage := strings.ToLower(strings.TrimSuffix(name, "FunctionArn"))
			_, ok := handlers[stage]
			return stage, ok
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		machines = append(machines, m)
	}
	e, err := asl.New(ctx, asl.Options{
		Machines: machines, Journal: j, Clock: asl.WallClock(time.Now), Log: log,
		NewToken: func() string { return base64.RawURLEncoding.EncodeToString(random(48)) },
		NewID:    uuid.NewString, Random: rand.Float64,
		Invoke: func(ctx context.Context, function string, payload []byte) ([]byte, error) {
			h, ok := handlers[function]
			if !ok {
				return nil, &asl.TaskError{Name: "Lambda.ResourceNotFoundException", Cause: function}
			}
			out, name, cause := flow.Invoke(ctx, h, payload)
			if name != "" {
				log.WarnContext(ctx, "stage failed", "stage", function, "error", name, "cause", cause)
				return nil, &asl.TaskError{Name: name, Cause: cause}
			}
			return out, nil
		},
	})
	if err != nil {
		return nil, err
	}
	return &runs{engine: e}, nil
}

// Start starts a run; a name that was used before is success.
func (r *runs) Start(ctx context.Context, machine, name string, input []byte) error {
	_, err := r.engine.Start(ctx, machine, name, input)
	return err
}

// Alive reports whether a run is under way.
func (r *runs) Alive(ctx context.Context, machine, name string) (bool, error) {
	x, err := r.engine.Describe(ctx, asl.ExecutionARN(machine, name))
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && x.Status == asl.Running, err
}

// Succeed resumes a parked run.
func (r *runs) Succeed(ctx context.Context, token string, output []byte) error {
	err := r.engine.Succeed(ctx, token, output)
	switch fault.CodeOf(err) {
	case asl.CodeTaskDoesNotExist, asl.CodeTaskTimedOut, asl.CodeInvalidToken:
		return &fault.Error{Kind: fault.Gone, Op: "runs.succeed", Err: err}
	}
	return err
}
