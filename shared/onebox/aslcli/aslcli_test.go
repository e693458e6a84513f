package aslcli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hoso/shared/onebox/aslcli"
)

const approval = `{"StartAt":"check","States":{
  "check":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"${CheckFunctionArn}","Payload.$":"$"},
    "ResultSelector":{"verdict.$":"$.Payload.verdict"},"ResultPath":"$.check","TimeoutSeconds":60,
    "Retry":[{"ErrorEquals":["Transient"]}],"Next":"nap"},
  "nap":{"Type":"Wait","Seconds":86400,"Next":"ask"},
  "ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","TimeoutSeconds":60,
    "Parameters":{"FunctionName":"arn:aws:lambda:x:1:function:ask","Payload":{"deep":[{"token.$":"$$.Task.Token"}]}},
    "Catch":[{"ErrorEquals":["Refused"],"ResultPath":"$.refused","Next":"end"}],"ResultPath":"$.ask","Next":"end"},
  "end":{"Type":"Succeed"}}}`

// command runs one of the two commands on files.
func command(t *testing.T, run func(context.Context, []string, aslcli.Env) int, files map[string]string, args ...string) (status int, out, errs string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, a := range args {
		if strings.HasSuffix(a, ".json") {
			args[i] = filepath.Join(dir, a)
		}
	}
	var o, e bytes.Buffer
	var n atomic.Int64
	env := aslcli.Env{
		Out: &o, Err: &e, Now: func() time.Time { return time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC) },
		NewID: func() string { return "id-" + strconv.FormatInt(n.Add(1), 10) }, Random: func() float64 { return 0 },
	}
	status = run(context.Background(), args, env)
	return status, o.String(), e.String()
}

func lint(_ context.Context, args []string, env aslcli.Env) int { return aslcli.Lint(args, env) }

func TestRunAnswersFromItsFileAndPrintsTheHistory(t *testing.T) {
	for name, c := range map[string]struct{ ask, want string }{
		"success by token": {`{"token":{"output":"yes"}}`, `{"a":1,"check":{"verdict":"clean"},"ask":"yes"}`},
		"failure by token": {`{"token":{"error":"Refused","cause":"no"}}`, `{"a":1,"check":{"verdict":"clean"},"refused":{"Cause":"no","Error":"Refused"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, errs := command(t, aslcli.Run, map[string]string{
				"m.json": approval, "in.json": `{"a":1}`,
				"tasks.json": `{"CheckFunctionArn":[{"error":"Transient"},{"output":{"verdict":"clean"}}],"ask":[` + c.ask + `]}`,
			}, "m.json", "--input", "in.json", "--tasks", "tasks.json", "--clock", "virtual")
			if status != 0 || errs != "" {
				t.Fatalf("status %d, errors %q", status, errs)
			}
			var got struct {
				Status string
				Output any
				Events []map[string]any
			}
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatal(err)
			}
			var want any
			if err := json.Unmarshal([]byte(c.want), &want); err != nil {
				t.Fatal(err)
			}
			if a, b := text(got.Output), text(want); got.Status != "SUCCEEDED" || a != b {
				t.Errorf("%s with %s, want %s", got.Status, a, b)
			}
			var types []string
			for _, e := range got.Events {
				types = append(types, e["type"].(string))
			}
			all := strings.Join(types, " ")
			for _, part := range []string{"TaskScheduled TaskStarted TaskFailed TaskScheduled TaskStarted TaskSucceeded TaskStateExited WaitStateEntered WaitStateExited", "TaskStarted TaskSubmitted Task"} {
				if !strings.Contains(all, part) {
					t.Errorf("events %s, want among them %s", all, part)
				}
			}
			if d := got.Events[1]["stateEnteredEventDetails"].(map[string]any); d["name"] != "check" || d["input"] != `{"a":1}` {
				t.Errorf("entered %v", d)
			}
		})
	}
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func TestRunEndsWithoutAnAnswer(t *testing.T) {
	status, out, _ := command(t, aslcli.Run, map[string]string{"m.json": approval, "in.json": `{}`}, "m.json", "--input", "in.json", "--clock", "virtual")
	if status != 0 || !strings.Contains(out, `"error": "Lambda.ResourceNotFoundException"`) {
		t.Errorf("status %d, %s", status, out)
	}
	status, out, _ = command(t, aslcli.Run, map[string]string{
		"m.json": approval, "in.json": `{}`, "tasks.json": `{"CheckFunctionArn":[{"output":{"verdict":1}}],"ask":[{"output":1}]}`,
	}, "m.json", "--input", "in.json", "--clock", "virtual", "--tasks", "tasks.json")
	if status != 0 || !strings.Contains(out, `"error": "States.Timeout"`) {
		t.Errorf("a token nobody answers: status %d, %s", status, out)
	}
}

func TestLintNamesFilePlaceAndFeature(t *testing.T) {
	bad := strings.Replace(approval, `"Type":"Wait","Seconds":86400`, `"Type":"Wait","Seconds":86400,"Output":1`, 1)
	status, out, errs := command(t, lint, map[string]string{"good.json": approval, "bad.json": bad}, "good.json", "bad.json")
	if status != 1 || errs != "" || strings.Count(out, "\n") != 1 || !strings.Contains(out, "bad.json: $.States.nap.Output: ") {
		t.Errorf("status %d, %q, %q", status, out, errs)
	}
	status, out, _ = command(t, lint, map[string]string{"good.json": approval}, "--json", "good.json")
	if status != 0 || out != "[]\n" {
		t.Errorf("status %d, %q", status, out)
	}
}

func TestWrongUseIsToldApartFromWhatIsWrong(t *testing.T) {
	files := map[string]string{"m.json": approval, "in.json": `{}`, "bad.json": `{"StartAt":1}`, "notjson.json": `{`, "typo.json": `{"f":[{"outptu":1}]}`}
	for name, c := range map[string]struct {
		run    func(context.Context, []string, aslcli.Env) int
		args   []string
		status int
	}{
		"lint nothing":       {lint, nil, 2},
		"lint with a flag":   {lint, []string{"--loud", "m.json"}, 2},
		"lint a missing":     {lint, []string{"none.json"}, 1},
		"run without input":  {aslcli.Run, []string{"m.json"}, 2},
		"run with two files": {aslcli.Run, []string{"m.json", "m.json", "--input", "in.json"}, 2},
		"run another clock":  {aslcli.Run, []string{"m.json", "--input", "in.json", "--clock", "sun"}, 2},
		"run a refused":      {aslcli.Run, []string{"bad.json", "--input", "in.json"}, 1},
		"run a missing":      {aslcli.Run, []string{"none.json", "--input", "in.json"}, 1},
		"run on no JSON":     {aslcli.Run, []string{"m.json", "--input", "notjson.json"}, 1},
		"run with a typo":    {aslcli.Run, []string{"m.json", "--input", "in.json", "--tasks", "typo.json"}, 1},
		"run with bad tasks": {aslcli.Run, []string{"m.json", "--input", "in.json", "--tasks", "notjson.json"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, errs := command(t, c.run, files, c.args...)
			if status != c.status || out != "" || errs == "" {
				t.Errorf("status %d, %q, %q; want status %d", status, out, errs, c.status)
			}
		})
	}
}
