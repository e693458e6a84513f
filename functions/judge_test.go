package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/uuid"

	"hoso/shared/aws/awstest"
	"hoso/shared/onebox/aslcli"
)

// answer is what a stage gives, or what is sent with its token.
type answer struct {
	Output json.RawMessage `json:"output,omitempty"`
	Error  string          `json:"error,omitempty"`
	Cause  string          `json:"cause,omitempty"`
	Token  *answer         `json:"token,omitempty"`
}

// to goes on at a stage; asked does so once the parked task is decided.
func to(stage string) answer {
	return answer{Output: json.RawMessage(fmt.Sprintf(`{"subject":"s","revision":1,"generation":1,"from":%q}`, stage))}
}
func asked(stage string) answer { a := to(stage); return answer{Token: &a} }
func fails(name string) answer  { return answer{Error: name, Cause: "c"} }

// story is one way through a flow.
type story struct {
	flow, from string
	stages     map[string][]answer
}

var stories = map[string]story{
	"a document with text":             {"document", "intake", map[string][]answer{"intake": {to("extract")}, "extract": {to("done")}}},
	"a document without text":          {"document", "intake", map[string][]answer{"intake": {to("extract")}, "extract": {to("recognize")}, "recognize": {to("done")}}},
	"a long scan in three attempts":    {"document", "recognize", map[string][]answer{"recognize": {fails("Unfinished"), fails("Unfinished"), to("done")}}},
	"a document driven again":          {"document", "recognize", map[string][]answer{"recognize": {to("done")}}},
	"a stage that works at the third":  {"document", "extract", map[string][]answer{"extract": {fails("Transient"), fails("Conflict"), to("done")}}},
	"a stage that never works":         {"document", "extract", map[string][]answer{"extract": {fails("Transient")}}},
	"an error nobody matches":          {"document", "intake", map[string][]answer{"intake": {fails("Internal")}}},
	"a stage that is not there":        {"document", "nowhere", nil},
	"a dossier to its appraisal":       {"dossier", "validate", map[string][]answer{"validate": {to("appraisal")}, "appraisal": {asked("appraisal"), asked("done")}}},
	"a dossier returned":               {"dossier", "validate", map[string][]answer{"validate": {to("done")}}},
	"a dossier sealed":                 {"dossier", "archive", map[string][]answer{"archive": {fails("Transient"), to("done")}}},
	"an asking that conflicts at once": {"dossier", "appraisal", map[string][]answer{"appraisal": {fails("Conflict"), asked("done")}}},
	"a round to its end": {"round", "selection", map[string][]answer{
		"selection": {asked("quota")}, "quota": {to("review")},
		"review": {asked("review"), asked("posting")}, "posting": {asked("decision")}, "decision": {asked("done")},
	}},
	"a round whose selection is made again": {"round", "selection", map[string][]answer{"selection": {asked("quota"), asked("quota")}, "quota": {to("selection"), to("decision")}, "decision": {asked("done")}}},
	"a round that names no stage":           {"round", "quota", map[string][]answer{"quota": {to("elsewhere")}}},
}

// ending is what both engines must agree on.
type ending struct {
	Status, Error string
	Output        any
	Entered       []string
}

// TestASecondEngineRunsTheFlowsAlike runs each story on the embedded engine
// and on moto's Step Functions, whose Tasks call this test.
func TestASecondEngineRunsTheFlowsAlike(t *testing.T) {
	program := awstest.Tool(t, "moto/bin/moto_server")
	if !awstest.Required() && testing.Short() {
		t.Skip("starts a server")
	}
	second := startMoto(t, program)
	for name, s := range stories {
		t.Run(name, func(t *testing.T) {
			definition := machine(t, s.flow)
			input := fmt.Sprintf(`{"subject":"s","revision":1,"generation":1,"from":%q}`, s.from)
			ours, theirs := embedded(t, definition, input, s.stages), second.run(t, definition, input, s.stages)
			if !reflect.DeepEqual(ours, theirs) {
				t.Errorf("ours   %+v\ntheirs %+v", ours, theirs)
			}
			if ours.Status == "" || len(ours.Entered) < 2 {
				t.Errorf("nothing ran: %+v", ours)
			}
		})
	}
}

var longest = regexp.MustCompile(`"MaxDelaySeconds": *[0-9]+`)

// machine is a flow with functions for its substitutions and short waits: the
// second engine waits by the wall clock.
func machine(t *testing.T, flow string) string {
	t.Helper()
	text, err := os.ReadFile("../workflows/" + flow + ".asl.json")
	if err != nil {
		t.Fatal(err)
	}
	s := regexp.MustCompile(`\$\{([A-Za-z]+)FunctionArn\}`).ReplaceAllStringFunc(string(text), func(m string) string {
		return "arn:aws:lambda:us-east-1:123456789012:function:" + strings.ToLower(strings.TrimSuffix(m[2:], "FunctionArn}"))
	})
	return longest.ReplaceAllString(s, `"MaxDelaySeconds": 2`)
}

// embedded runs a story on the embedded engine, on a virtual clock.
func embedded(t *testing.T, definition, input string, stages map[string][]answer) ending {
	t.Helper()
	dir := t.TempDir()
	tasks, err := json.Marshal(stages)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"m.json": definition, "in.json": input, "tasks.json": string(tasks)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, said bytes.Buffer
	args := []string{filepath.Join(dir, "m.json"), "--input", filepath.Join(dir, "in.json"), "--tasks", filepath.Join(dir, "tasks.json"), "--clock", "virtual"}
	aslcli.Run(context.Background(), args, aslcli.Env{Out: &out, Err: &said, Now: time.Now, NewID: uuid.NewString, Random: rand.Float64})
	var r struct {
		Status, Error string
		Output        any
		Events        []struct {
			StateEnteredEventDetails struct{ Name string }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%v: %s %s", err, out.String(), said.String())
	}
	e := ending{Status: r.Status, Error: r.Error, Output: r.Output}
	for _, ev := range r.Events {
		if n := ev.StateEnteredEventDetails.Name; n != "" {
			e.Entered = append(e.Entered, n)
		}
	}
	return e
}

// moto is a second engine.
type moto struct {
	client *sfn.Client
	mu     sync.Mutex
	stages map[string][]answer
}

// startMoto starts the second engine; its Tasks call a server of this test.
func startMoto(t *testing.T, program string) *moto {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	address := "http://127.0.0.1:" + port
	m := &moto{client: sfn.New(sfn.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(address),
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	})}
	judge := httptest.NewServer(m)
	t.Cleanup(judge.Close)
	u, err := url.Parse(judge.URL)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-H", "127.0.0.1", "-p", port)
	cmd.Env = append(os.Environ(), "MOTO_PORT="+u.Port())
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		res, err := http.Post(address+"/moto-api/config", "application/json", strings.NewReader(`{"stepfunctions":{"execute_state_machine":true}}`))
		if err == nil {
			_ = res.Body.Close()
			return m
		}
		if time.Now().After(end) {
			t.Fatal("the second engine does not answer")
		}
	}
}

// ServeHTTP is Lambda to the second engine.
func (m *moto) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, _ := url.PathUnescape(r.URL.Path)
	name := strings.TrimSuffix(path[strings.LastIndexAny(strings.TrimSuffix(path, "/invocations"), "/:")+1:], "/invocations")
	payload, _ := io.ReadAll(r.Body)
	m.mu.Lock()
	list := m.stages[name]
	if len(list) == 0 {
		m.mu.Unlock()
		http.Error(w, "no answer for "+name, http.StatusNotFound)
		return
	}
	a := list[0]
	if len(list) > 1 {
		m.stages[name] = list[1:]
	}
	m.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case a.Error != "":
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		_, _ = fmt.Fprintf(w, `{"errorType":%q,"errorMessage":%q}`, a.Error, a.Cause)
	case a.Token != nil:
		var in struct{ TaskToken string }
		_ = json.Unmarshal(payload, &in)
		_, _ = io.WriteString(w, "{}")
		go m.resume(in.TaskToken, string(a.Token.Output))
	default:
		_, _ = w.Write(a.Output)
	}
}

// resume sends a decision once the engine waits for it.
func (m *moto) resume(token, output string) {
	for range 100 {
		time.Sleep(50 * time.Millisecond)
		_, err := m.client.SendTaskSuccess(context.Background(), &sfn.SendTaskSuccessInput{TaskToken: &token, Output: &output})
		var early *types.InvalidToken
		if !errors.As(err, &early) {
			return
		}
	}
}

// run runs a story on the second engine.
func (m *moto) run(t *testing.T, definition, input string, stages map[string][]answer) ending {
	t.Helper()
	ctx := context.Background()
	m.mu.Lock()
	m.stages = map[string][]answer{}
	for k, v := range stages {
		m.stages[k] = v
	}
	m.mu.Unlock()
	name := uuid.NewString()
	sm, err := m.client.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{Name: &name, Definition: &definition, RoleArn: aws.String("arn:aws:iam::123456789012:role/x")})
	if err != nil {
		t.Fatal(err)
	}
	x, err := m.client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: sm.StateMachineArn, Name: &name, Input: &input})
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		d, err := m.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: x.ExecutionArn})
		if err != nil {
			t.Fatal(err)
		}
		if d.Status == types.ExecutionStatusRunning {
			if time.Now().After(end) {
				t.Fatal("the second engine does not end")
			}
			continue
		}
		e := ending{Status: string(d.Status), Error: aws.ToString(d.Error)}
		if d.Status == types.ExecutionStatusSucceeded && d.Output != nil {
			if err := json.Unmarshal([]byte(*d.Output), &e.Output); err != nil {
				t.Fatal(err)
			}
		}
		h, err := m.client.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: x.ExecutionArn, MaxResults: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range h.Events {
			if ev.StateEnteredEventDetails != nil {
				e.Entered = append(e.Entered, aws.ToString(ev.StateEnteredEventDetails.Name))
			}
		}
		return e
	}
}
