// Package functions_test holds template.yaml, the flows and the functions'
// mains against each other.
package functions_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"hoso/shared/aws/cloud"
	"hoso/shared/aws/cloud/portal"
	"hoso/shared/aws/cloud/services"
	"hoso/shared/aws/cloud/stages"
	"hoso/shared/aws/cloud/sweeping"
	"hoso/shared/aws/dynamostore"
	"hoso/shared/fault"
	"hoso/shared/recognize"
	"hoso/shared/sandbox"
)

// all gives every function, stages first.
func all() []cloud.Function {
	return []cloud.Function{
		stages.Intake(), stages.Extract(), stages.Recognize(), stages.Validate(), stages.Appraisal(), stages.Selection(),
		stages.Quota(), stages.Review(), stages.Posting(), stages.Decision(), stages.Archive(),
		portal.Web(), services.Dispatch(), services.Clock(), sweeping.Sweep(),
	}
}

// node is a piece of the template: what a short form such as !Ref stands
// before is kept as its text.
type node = map[string]any

type template struct {
	Globals struct {
		Function node `yaml:"Function"`
	} `yaml:"Globals"`
	Resources map[string]struct {
		Type       string `yaml:"Type"`
		Metadata   node   `yaml:"Metadata"`
		Properties node   `yaml:"Properties"`
	} `yaml:"Resources"`
}

func read(t *testing.T) template {
	t.Helper()
	text, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var tpl template
	if err := yaml.Unmarshal(text, &tpl); err != nil {
		t.Fatal(err)
	}
	return tpl
}

// at walks down a path of keys.
func at(v any, path ...string) any {
	for _, p := range path {
		n, _ := v.(node)
		v = n[p]
	}
	return v
}

func list(v any) []string {
	switch v := v.(type) {
	case []any:
		var out []string
		for _, x := range v {
			out = append(out, fmt.Sprint(x))
		}
		return out
	case nil:
		return nil
	}
	return []string{fmt.Sprint(v)}
}

func number(v any) int {
	var n int
	_, _ = fmt.Sscan(fmt.Sprint(v), &n)
	return n
}

// logical is the template's name of a function.
func logical(name string) string { return strings.ToUpper(name[:1]) + name[1:] + "Function" }

func TestFoldersTemplateAndRoomsNameTheSameFunctions(t *testing.T) {
	tpl := read(t)
	var want, folders, declared []string
	for _, f := range all() {
		want = append(want, f.Name)
		main, err := os.ReadFile(filepath.Join(f.Name, "main.go"))
		if err != nil {
			t.Error(err)
			continue
		}
		if n := bytes.Count(main, []byte("\n")); n > 40 {
			t.Errorf("%s: a main of %d lines, at most 40", f.Name, n)
		}
		if call := "." + logical(f.Name)[:len(f.Name)] + "())"; !bytes.Contains(main, []byte(call)) {
			t.Errorf("%s: the main does not run %s", f.Name, call)
		}
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			folders = append(folders, e.Name())
		}
	}
	for name, r := range tpl.Resources {
		if r.Type != "AWS::Serverless::Function" {
			continue
		}
		declared = append(declared, strings.ToLower(strings.TrimSuffix(name, "Function")))
		if r.Metadata["BuildMethod"] != "makefile" {
			t.Errorf("%s is not built by make", name)
		}
	}
	slices.Sort(want)
	slices.Sort(declared)
	if !slices.Equal(folders, want) || !slices.Equal(declared, want) {
		t.Errorf("functions %v\nfolders  %v\ntemplate %v", want, folders, declared)
	}
	if !slices.Equal(list(tpl.Globals.Function["Architectures"]), []string{"arm64"}) || tpl.Globals.Function["Runtime"] != "provided.al2023" {
		t.Errorf("functions run on %v", tpl.Globals.Function)
	}
}

// TestEnvironmentIsWhatMainsRead compares the template's variables with what
// each function declares, and starts each one: it must read all of them and
// no other, and name every one that is missing.
func TestEnvironmentIsWhatMainsRead(t *testing.T) {
	tpl := read(t)
	endpoint(t)
	for _, f := range all() {
		t.Run(f.Name, func(t *testing.T) {
			var given []string
			for v := range at(tpl.Resources[logical(f.Name)].Properties, "Environment", "Variables").(node) {
				given = append(given, v)
			}
			want := slices.Sorted(slices.Values(f.Settings))
			if slices.Sort(given); !slices.Equal(given, want) {
				t.Errorf("the template gives %v\nthe function reads %v", given, want)
			}
			world := world(t, func(string) bool { return true })
			if _, err := cloud.Start(context.Background(), world, f, quiet()); err != nil {
				t.Errorf("does not start: %v", err)
			}
			for _, missing := range f.Settings {
				_, err := cloud.Start(context.Background(), worldWithout(t, missing), f, quiet())
				if err == nil || !strings.Contains(err.Error(), missing) {
					t.Errorf("without %s: %v", missing, err)
				}
			}
		})
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func worldWithout(t *testing.T, name string) cloud.World {
	return world(t, func(n string) bool { return n != name })
}

// world has every setting that has lets be there.
func world(t *testing.T, has func(string) bool) cloud.World {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, cloud.ReaderProgram), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(root, "assets"), 0o700); err != nil {
		t.Fatal(err)
	}
	set := map[string]string{
		"LAMBDA_TASK_ROOT": root, cloud.Portal: "https://hoso.example", cloud.Demo: "",
		cloud.Documents: "arn:aws:states:x:1:stateMachine:a", cloud.Dossiers: "arn:aws:states:x:1:stateMachine:b", cloud.Rounds: "arn:aws:states:x:1:stateMachine:c",
	}
	return cloud.World{
		Now: time.Now, Rand: rand.Reader, Out: io.Discard, Exit: func(int) { t.Error("the process ended") },
		LookupEnv: func(n string) (string, bool) {
			if v, ok := set[n]; ok {
				return v, has(n)
			}
			if strings.HasPrefix(n, "AWS_") {
				return os.LookupEnv(n)
			}
			return "value-of-" + strings.ToLower(n), has(n) && strings.HasPrefix(n, "HOSO_")
		},
	}
}

// endpoint answers what functions ask for while they start.
func endpoint(t *testing.T) {
	t.Helper()
	key := base64.StdEncoding.EncodeToString(make([]byte, 32))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := "{}"
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "GetParameter") {
			body = fmt.Sprintf(`{"Parameter":{"Value":%q}}`, key)
		}
		w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE([]byte(body))))
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	for k, v := range map[string]string{"AWS_ENDPOINT_URL": srv.URL, "AWS_REGION": "x", "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"} {
		t.Setenv(k, v)
	}
}

// state is one state of a flow.
type state struct {
	Type           string
	Resource       string
	TimeoutSeconds int
	Parameters     struct{ FunctionName string }
	Retry, Catch   []struct{ ErrorEquals []string }
}

// flows gives every state of every flow by flow and name.
func flows(t *testing.T) map[string]map[string]state {
	t.Helper()
	files, err := filepath.Glob("../workflows/*.asl.json")
	if err != nil || len(files) != 3 {
		t.Fatalf("flows: %v, %v", files, err)
	}
	out := map[string]map[string]state{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var flow struct{ States map[string]state }
		if err := json.Unmarshal(text, &flow); err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(f), ".asl.json")] = flow.States
	}
	return out
}

// TestEveryTaskCallsAFunctionThatIsThere follows each Task through the
// machine's substitutions, and its machine's role, to a function.
func TestEveryTaskCallsAFunctionThatIsThere(t *testing.T) {
	tpl := read(t)
	for flow, states := range flows(t) {
		machine := strings.ToUpper(flow[:1]) + flow[1:] + "Machine"
		props := tpl.Resources[machine].Properties
		if props["DefinitionUri"] != "workflows/"+flow+".asl.json" {
			t.Errorf("%s runs %v", machine, props["DefinitionUri"])
		}
		subs := at(props, "DefinitionSubstitutions").(node)
		var called, allowed []string
		for name, s := range states {
			if s.Type != "Task" {
				continue
			}
			key := strings.TrimSuffix(strings.TrimPrefix(s.Parameters.FunctionName, "${"), "}")
			target := strings.TrimSuffix(fmt.Sprint(zipped(subs[key])), ".Alias")
			called = append(called, target+".Alias")
			if target != name+"Function" || tpl.Resources[target].Type != "AWS::Serverless::Function" {
				t.Errorf("%s: state %s calls %q, which is %v", flow, name, s.Parameters.FunctionName, subs[key])
			}
		}
		if len(subs) != len(called) {
			t.Errorf("%s: %d substitutions for %d tasks", machine, len(subs), len(called))
		}
		policy := tpl.Resources[machine+"Role"].Properties["Policies"].([]any)[0]
		statement := at(policy, "PolicyDocument", "Statement").([]any)[0] // the others are for logs and traces
		if a := at(statement, "Action"); a != "lambda:InvokeFunction" {
			t.Errorf("%s may %v", machine, a)
		}
		for _, r := range at(statement, "Resource").([]any) {
			allowed = append(allowed, fmt.Sprint(zipped(r)))
		}
		slices.Sort(called)
		slices.Sort(allowed)
		if !slices.Equal(called, allowed) {
			t.Errorf("%s calls %v and may call %v", machine, called, allowed)
		}
	}
}

// zipped gives the zip's side of what an image may stand in for.
func zipped(v any) any {
	if either, ok := v.([]any); ok && len(either) == 3 && either[0] == "HasImage" {
		return either[2]
	}
	return v
}

// platform are the errors that Lambda and Step Functions themselves name.
var platform = []string{
	"States.Timeout", "States.TaskFailed", "States.ALL", "Lambda.ServiceException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException", "Lambda.AWSLambdaException",
	"Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout",
}

// TestEveryNameThatIsMatchedCanHappen: a Retry or Catch of a name that no
// handler returns never matches, silently.
func TestEveryNameThatIsMatchedCanHappen(t *testing.T) {
	known := slices.Clone(platform)
	for _, k := range fault.Kinds() {
		known = append(known, string(k))
	}
	for flow, states := range flows(t) {
		for name, s := range states {
			if s.Type == "Task" && len(s.Retry) == 0 {
				t.Errorf("%s: %s is never tried again", flow, name)
			}
			for _, m := range append(slices.Clone(s.Retry), s.Catch...) {
				for _, e := range m.ErrorEquals {
					if !slices.Contains(known, e) {
						t.Errorf("%s: %s matches %s, which no handler returns", flow, name, e)
					}
				}
			}
		}
	}
}

// TestTimeoutsNest: whoever waits, waits longer than what it waits for.
func TestTimeoutsNest(t *testing.T) {
	tpl := read(t)
	timeout := func(name string) int { return number(tpl.Resources[logical(name)].Properties["Timeout"]) }
	for flow, states := range flows(t) {
		for name, s := range states {
			if s.Type == "Task" && timeout(strings.ToLower(name)) >= s.TimeoutSeconds {
				t.Errorf("%s: %s waits %d s for a function that may take %d s", flow, name, s.TimeoutSeconds, timeout(strings.ToLower(name)))
			}
		}
	}
	if l := sandbox.DefaultLimits(); time.Duration(timeout("extract"))*time.Second <= l.Wall {
		t.Errorf("extract may take %d s and its child %v", timeout("extract"), l.Wall)
	}
	if most := recognize.Attempt + recognize.PageLimit; time.Duration(timeout("recognize"))*time.Second <= most {
		t.Errorf("recognize may take %d s, and its last page may end after %v", timeout("recognize"), most)
	}
	if v := number(tpl.Resources["Stored"].Properties["VisibilityTimeout"]); v < 6*timeout("dispatch") {
		t.Errorf("a message of the queue is hidden for %d s, less than six times the %d s of its function", v, timeout("dispatch"))
	}
	if n := number(at(tpl.Resources["Stored"].Properties, "RedrivePolicy", "maxReceiveCount")); n != services.LastTry {
		t.Errorf("the queue gives up after %d tries, and dispatch, which says why, at the %d.", n, services.LastTry)
	}
	// People wait for mails: a dispatcher that died must not keep others long.
	if services.BellLease > time.Minute {
		t.Errorf("another dispatcher steps in only after %v", services.BellLease)
	}
	if w, api := timeout("web"), number(tpl.Resources["HttpIntegration"].Properties["TimeoutInMillis"]); w*1000 >= api {
		t.Errorf("the portal may take %d s and the HTTP API waits %d ms", w, api)
	}
	if timeout("clock") >= 60 {
		t.Errorf("the clock may take %d s and comes each minute", timeout("clock"))
	}
}

// boundless are the actions whose service knows no narrower resource.
var boundless = []string{
	"states:SendTaskSuccess", "dynamodb:ListStreams",
	"xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
	"logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
	"logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
}

// TestEachFunctionHasARoleOfItsOwn and no right over everything.
func TestEachFunctionHasARoleOfItsOwn(t *testing.T) {
	tpl := read(t)
	for _, f := range all() {
		role := strings.TrimSuffix(logical(f.Name), "Function") + "Role"
		if got := tpl.Resources[logical(f.Name)].Properties["Role"]; got != role+".Arn" {
			t.Errorf("%s runs as %v", f.Name, got)
		}
	}
	for name, r := range tpl.Resources {
		if r.Type != "AWS::IAM::Role" {
			continue
		}
		if r.Properties["ManagedPolicyArns"] != nil {
			t.Errorf("%s has rights that somebody else may widen", name)
		}
		for _, s := range at(r.Properties["Policies"].([]any)[0], "PolicyDocument", "Statement").([]any) {
			actions, resources := list(at(s, "Action")), list(at(s, "Resource"))
			for _, a := range actions {
				if strings.Contains(a, "*") || slices.Contains(resources, "*") && !slices.Contains(boundless, a) {
					t.Errorf("%s may %s on %v", name, a, resources)
				}
			}
		}
	}
}

// TestTheTableIsTheStores compares the template's table with the store's.
func TestTheTableIsTheStores(t *testing.T) {
	props := read(t).Resources["Table"].Properties
	want := dynamostore.Table("T")
	var got, own []string
	for _, a := range props["AttributeDefinitions"].([]any) {
		got = append(got, fmt.Sprint(at(a, "AttributeName"), at(a, "AttributeType")))
	}
	for _, a := range want.AttributeDefinitions {
		own = append(own, *a.AttributeName+string(a.AttributeType))
	}
	keys := func(v any) string {
		var s []string
		for _, k := range v.([]any) {
			s = append(s, fmt.Sprint(at(k, "AttributeName"), at(k, "KeyType")))
		}
		return strings.Join(s, " ")
	}
	for _, i := range props["GlobalSecondaryIndexes"].([]any) {
		got = append(got, fmt.Sprint(at(i, "IndexName"), keys(at(i, "KeySchema")), at(i, "Projection", "ProjectionType")))
	}
	for _, i := range want.GlobalSecondaryIndexes {
		own = append(own, fmt.Sprint(*i.IndexName, *i.KeySchema[0].AttributeName+"HASH "+*i.KeySchema[1].AttributeName+"RANGE", i.Projection.ProjectionType))
	}
	got = append(got, keys(props["KeySchema"]), fmt.Sprint(at(props, "StreamSpecification", "StreamViewType")))
	own = append(own, "pkHASH skRANGE", string(want.StreamSpecification.StreamViewType))
	slices.Sort(got)
	slices.Sort(own)
	if !slices.Equal(got, own) {
		t.Errorf("template %v\nstore    %v", got, own)
	}
	if !strings.Contains(fmt.Sprint(tplFilter(t)), `"prefix":"`+dynamostore.MessagePrefix+`"`) {
		t.Errorf("the stream's filter %v does not see messages", tplFilter(t))
	}
}

func tplFilter(t *testing.T) any {
	return at(read(t).Resources["DispatchFunction"].Properties, "Events", "Queued", "Properties", "FilterCriteria", "Filters")
}
