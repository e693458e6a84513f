package asl_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hoso/shared/asl"
)

// recorded is one execution recorded on AWS.
type recorded struct {
	ID   string `json:"id"`
	Runs []struct {
		Definition json.RawMessage `json:"definition"`
		Input      json.RawMessage `json:"input"`
	} `json:"runs"`
	Lambdas  map[string]string `json:"lambdas"`
	Recorded struct {
		History struct {
			Events []map[string]any `json:"events"`
		} `json:"get_execution_history"`
		Sync *recordedEnd `json:"start_execution_sync_response"`
		End  *struct {
			Type    string      `json:"type"`
			Details recordedEnd `json:"details"`
		} `json:"end_event"`
		Changes []struct {
			Detail recordedEnd `json:"detail"`
		} `json:"stepfunctions_events"`
	} `json:"recorded"`
}

type recordedEnd struct {
	Status string `json:"status"`
	Output any    `json:"output"`
	Error  string `json:"error"`
}

// shared finds the folder with the recordings.
func shared(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("HOSO_SHARED")
	if dir == "" {
		root, err := filepath.Abs(".")
		if err != nil {
			t.Fatal(err)
		}
		for !exists(filepath.Join(root, "go.mod")) {
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared")
	}
	if !exists(dir) {
		if os.Getenv("HOSO_COMPLETE") == "1" {
			t.Fatalf("the folder %s with the recordings is missing", dir)
		}
		t.Skipf("not run: the folder %s with the recordings is missing", dir)
	}
	return dir
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// leftOut are the recordings that say nothing to compare with.
var leftOut = map[string]string{
	"TestTaskServiceLambda::test_list_functions":            "no result was recorded: AWS refuses the definition",
	"TestBaseScenarios::test_max_concurrency_path_negative": "the recording ends after ExecutionStarted",
}

// cut are recordings of Parallel from which the event ParallelStateSucceeded
// was taken out: their numbers go from 11 to 13.
var cut = []string{
	"TestAssignBase::test_base_parallel_cases[BASE_SCOPE_PARALLEL]",
	"TestBaseScenarios::test_parallel_state[PARALLEL_STATE_PARAMETERS]",
	"TestBaseScenarios::test_parallel_state_order",
}

func TestExecutionsEndAsTheyDidOnAWS(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(shared(t), "asl-recordings", "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []recorded
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	refused := map[string]int{}
	accepted, queues, equal := 0, 0, 0
	for _, c := range cases {
		name := c.ID[strings.LastIndex(c.ID, ".py::")+5:]
		if leftOut[name] != "" {
			continue
		}
		definition, byToken := c.definition()
		m, err := asl.Parse("flow", definition, nil)
		if err != nil {
			var r *asl.RefusedError
			if !errors.As(err, &r) {
				t.Fatal(err)
			}
			refused[r.Places[0].Feature]++
			continue
		}
		accepted++
		if byToken {
			queues++
		}
		t.Run(name, func(t *testing.T) {
			problems := c.play(t, m, slices.Contains(cut, name))
			if len(problems) == 0 {
				equal++
				return
			}
			t.Error(strings.Join(problems, "\n"))
		})
	}
	t.Logf("%d recordings: %d left out, %d accepted (%d with a queue made a function), %d refused; %d equal",
		len(cases), len(leftOut), accepted, queues, len(cases)-len(leftOut)-accepted, equal)
	for _, f := range sorted(refused) {
		t.Logf("refused %3d × %s", refused[f], f)
	}
	if accepted < wantAccepted {
		t.Errorf("%d recordings are accepted, want at least %d", accepted, wantAccepted)
	}
}

// wantAccepted keeps a recording from being dodged by refusing its definition.
const wantAccepted = 121

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// play runs a recording and says what came out otherwise: status, error,
// cause, output, entered states, types of events, and what the functions were given.
func (c *recorded) play(t *testing.T, m *asl.Machine, cut bool) (problems []string) {
	clock := asl.NewVirtualClock(start)
	replay := &answers{Journal: memory(t), clock: clock, lambdas: c.Lambdas, events: c.Recorded.History.Events}
	w := newWorld(t, replay, clock, replay.call, m)
	replay.engine = w.engine
	x := w.run("run", string(c.Runs[0].Input))
	history := w.history("run")
	replay.wait.Wait()
	problems = append(problems, replay.problems...)

	status, output, failed := c.end()
	name := ""
	if x.Error != nil {
		name = *x.Error
	}
	if string(x.Status) != status || name != failed {
		problems = append(problems, fmt.Sprintf("ended %s %q, recorded %s %q", x.Status, name, status, failed))
	}
	if last := c.Recorded.History.Events; len(last) > 0 && x.Cause != nil {
		d, _ := last[len(last)-1]["executionFailedEventDetails"].(map[string]any)
		if diff := difference("cause", unquoted(d["cause"]), unquoted(*x.Cause)); diff != "" {
			problems = append(problems, diff)
		}
	}
	if x.Status == asl.Succeeded && status == "SUCCEEDED" {
		if diff := difference("output", unquoted(output), unquoted(x.Output)); diff != "" {
			problems = append(problems, diff)
		}
	}
	if len(c.Recorded.History.Events) == 0 {
		return problems
	}
	var wantStates, wantTypes, types []string
	for _, e := range c.Recorded.History.Events {
		wantTypes = append(wantTypes, e["type"].(string))
		if d, ok := e["stateEnteredEventDetails"].(map[string]any); ok {
			wantStates = append(wantStates, d["name"].(string))
		}
	}
	for _, e := range history {
		types = append(types, e.Type)
	}
	states := entered(history)
	if strings.Contains(string(c.Runs[0].Definition), `"Parallel"`) {
		// Branches run side by side; their order is nobody's promise.
		slices.Sort(states)
		slices.Sort(wantStates)
		slices.Sort(types)
		slices.Sort(wantTypes)
	}
	if !slices.Equal(states, wantStates) {
		problems = append(problems, fmt.Sprintf("entered %v, recorded %v", states, wantStates))
	}
	if cut {
		types = slices.DeleteFunc(types, func(s string) bool { return s == "ParallelStateSucceeded" })
	}
	if !slices.Equal(types, wantTypes) {
		problems = append(problems, fmt.Sprintf("events %v, recorded %v", types, wantTypes))
	}
	return problems
}

// end gives how the execution ended on AWS.
func (c *recorded) end() (status string, output any, failed string) {
	switch {
	case c.Recorded.Sync != nil:
		return c.Recorded.Sync.Status, c.Recorded.Sync.Output, c.Recorded.Sync.Error
	case c.Recorded.End != nil:
		status := map[string]string{"ExecutionSucceeded": "SUCCEEDED", "ExecutionFailed": "FAILED"}[c.Recorded.End.Type]
		return status, c.Recorded.End.Details.Output, c.Recorded.End.Details.Error
	case len(c.Recorded.Changes) > 0:
		last := c.Recorded.Changes[len(c.Recorded.Changes)-1].Detail
		return last.Status, last.Output, last.Error
	}
	last := c.Recorded.History.Events[len(c.Recorded.History.Events)-1]
	kind := last["type"].(string)
	details, _ := last[strings.ToLower(kind[:1])+kind[1:]+"EventDetails"].(map[string]any)
	failed, _ = details["error"].(string)
	return map[string]string{
		"ExecutionSucceeded": "SUCCEEDED", "ExecutionFailed": "FAILED", "ExecutionTimedOut": "TIMED_OUT", "ExecutionAborted": "ABORTED",
	}[kind], details["output"], failed
}

// unquoted gives the value of a JSON text; the recordings hold some as values.
func unquoted(v any) any {
	s, ok := v.(string)
	if !ok {
		return v
	}
	var out any
	if json.Unmarshal([]byte(s), &out) != nil {
		return s
	}
	return out
}

// redacted are the words that stand in the recordings for values that differ
// from run to run.
var redacted = []string{
	"sqs_queue_url", "sqs-queue-url", "timestamp", "date", "datetime", "start-time", "entered-time", "snf_role_arn", "sfn_role_arn",
	"lambda_function_name", "lambda_function_1_name", "RequestId", "x-amzn-RequestId", "X-Amzn-Trace-Id", "map_run_arn", "detail-type",
}

var mark = regexp.MustCompile(`<(<[^<>]*>|[^<>])*>"?`)

// difference compares a recorded value with ours; "" means they agree.
func difference(at string, want, got any) string {
	switch want := want.(type) {
	case string:
		if slices.Contains(redacted, want) || strings.HasPrefix(want, "arn:<partition>:") || want == got {
			return ""
		}
		s, ok := got.(string)
		if !ok {
			break
		}
		if a, b := unquoted(want), unquoted(s); a != any(want) && b != any(s) {
			return difference(at, a, b) // a JSON text inside a string, such as a cause
		}
		pattern := ""
		for i, part := range mark.Split(want, -1) {
			if i > 0 {
				pattern += ".*"
			}
			pattern += regexp.QuoteMeta(part)
		}
		if ok, err := regexp.MatchString("(?s)^"+pattern+"$", s); err == nil && ok {
			return ""
		}
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			break
		}
		for k := range g {
			if _, ok := want[k]; !ok && k != "RedriveCount" { // newer than some recordings
				return fmt.Sprintf("%s.%s: not recorded: %v", at, k, g[k])
			}
		}
		for _, k := range sorted(want) {
			if k == "SdkHttpMetadata" || k == "SdkResponseMetadata" {
				continue // what HTTP carried
			}
			v, ok := g[k]
			if !ok {
				return fmt.Sprintf("%s.%s: missing, recorded %v", at, k, want[k])
			}
			if d := difference(at+"."+k, want[k], v); d != "" {
				return d
			}
		}
		return ""
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(want) {
			break
		}
		for i := range want {
			if d := difference(fmt.Sprintf("%s[%d]", at, i), want[i], g[i]); d != "" {
				return d
			}
		}
		return ""
	default:
		if want == got {
			return ""
		}
	}
	return fmt.Sprintf("%s: %v, recorded %v", at, show(got), show(want))
}

func show(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
