package asl_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"hoso/shared/asl"
)

func TestADefinitionIsRefusedWithEveryPlaceThatIsNotRun(t *testing.T) {
	const definition = `{
	  "StartAt": "A", "Surprise": 1,
	  "States": {
	    "A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Next": "B",
	      "Retry": [{"ErrorEquals": ["States.ALL", "X"], "BackoffRate": 0.5}, {"ErrorEquals": ["X"], "Jitter": "FULL"}]},
	    "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% 1 %}", "Next": "Nowhere"},
	    "C": {"Type": "Choice", "Choices": [
	      {"Variable": "$.a[*]", "NumericEquals": 1, "Next": "D"}, {"Variable": "$.a", "Resembles": 1, "Next": "D"}, {"Variable": "$.a", "StringEquals": 1}]},
	    "D": {"Type": "Map", "ItemReader": {}, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "E", "States": {"E": {"Type": "Succeed"}}}, "End": true},
	    "F": {"Type": "Sleep"},
	    "G": {"Type": "Wait", "Seconds": 1, "Timestamp": "tomorrow", "End": true},
	    "H": {"Type": "Pass", "Parameters": {"a.$": "$.x.length()", "b.$": "States.Guess(1)", "c.$": "plain"}, "End": true, "Next": "A"},
	    "A": {"Type": "Succeed"}
	  }}`
	_, err := asl.Parse("flow", []byte(definition), nil)
	var refused *asl.RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("Parse = %v, want a refusal", err)
	}
	got := map[string]string{}
	for _, p := range refused.Places {
		got[p.Path] += p.Feature + "; "
	}
	for path, feature := range map[string]string{
		"$.Surprise":                                    "unknown field",
		"$.States.A":                                    "given twice",
		"$.States.B.QueryLanguage":                      "query language JSONata",
		"$.States.B.Output":                             "JSONata",
		"$.States.B.Next":                               `"Nowhere" does not exist`,
		"$.States.C":                                    "unreachable",
		"$.States.C.Choices[0].Variable":                "several values",
		"$.States.C.Choices[1].Resembles":               "comparison Resembles",
		"$.States.C.Choices[2].StringEquals":            "no value",
		"$.States.C.Choices[2].Next":                    "missing",
		"$.States.D.ItemReader":                         "distributed Map",
		"$.States.D.ItemProcessor.ProcessorConfig.Mode": "Map in DISTRIBUTED mode",
		"$.States.F.Type":                               `state type "Sleep"`,
		"$.States.G":                                    "exclude each other",
		"$.States.G.Timestamp":                          "no",
		"$.States.H":                                    "either Next or",
		"$.States.H.Parameters['a.$']":                  "JSONPath function length()",
		"$.States.H.Parameters['b.$']":                  "States.Guess",
		"$.States.H.Parameters['c.$']":                  "neither a path nor an intrinsic function",
	} {
		if !strings.Contains(got[path], feature) {
			t.Errorf("%s: got %q, want %q", path, got[path], feature)
		}
	}
	if !slices.IsSortedFunc(refused.Places, func(a, b asl.Unsupported) int { return strings.Compare(a.Path, b.Path) }) {
		t.Error("the places are not in order")
	}
}

func TestWhatADefinitionGetsWrongIsNamed(t *testing.T) {
	task := func(fields string) string {
		return `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"f"},` + fields + `"End":true}}}`
	}
	pass := func(fields string) string {
		return `{"StartAt":"P","States":{"P":{"Type":"Pass",` + fields + `"End":true}}}`
	}
	for name, c := range map[string]struct{ definition, path, feature string }{
		"not JSON":              {`{`, "$", "not a JSON document"},
		"two documents":         {`{} {}`, "$", "more than one value"},
		"no start":              {`{"States":{"P":{"Type":"Succeed"}}}`, "$.StartAt", "missing"},
		"start nowhere":         {`{"StartAt":"Q","States":{"P":{"Type":"Succeed"}}}`, "$.StartAt", `"Q"`},
		"no states":             {`{"StartAt":"Q"}`, "$.States", "missing"},
		"no end":                {`{"StartAt":"P","States":{"P":{"Type":"Pass","Next":"P"}}}`, "$.States", "no terminal state"},
		"version":               {`{"Version":"2.0","StartAt":"P","States":{"P":{"Type":"Succeed"}}}`, "$.Version", "version"},
		"long name":             {strings.ReplaceAll(pass(""), "P\"", strings.Repeat("P", 81)+"\""), "$.States." + strings.Repeat("P", 81), "80 characters"},
		"same name inside":      {`{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[{"StartAt":"P","States":{"P":{"Type":"Succeed"}}}],"End":true}}}`, "$.States.P.Branches[0].States.P", "already used"},
		"empty parallel":        {`{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[],"End":true}}}`, "$.States.P.Branches", "at least one"},
		"heartbeat too long":    {task(`"TimeoutSeconds":5,"HeartbeatSeconds":5,`), "$.States.T.HeartbeatSeconds", "less than"},
		"timeout twice":         {task(`"TimeoutSeconds":5,"TimeoutSecondsPath":"$.t",`), "$.States.T", "exclude"},
		"timeout of nothing":    {task(`"TimeoutSeconds":0,`), "$.States.T.TimeoutSeconds", "from 1"},
		"retry all not last":    {task(`"Retry":[{"ErrorEquals":["States.ALL"]},{"ErrorEquals":["X"]}],`), "$.States.T.Retry[0].ErrorEquals", "alone and last"},
		"retry names nothing":   {task(`"Retry":[{"ErrorEquals":[]}],`), "$.States.T.Retry[0].ErrorEquals", "at least one"},
		"delay under interval":  {task(`"Retry":[{"ErrorEquals":["X"],"IntervalSeconds":9,"MaxDelaySeconds":9}],`), "$.States.T.Retry[0].MaxDelaySeconds", "greater"},
		"catch leads nowhere":   {task(`"Catch":[{"ErrorEquals":["X"],"Next":"Q"}],`), "$.States.T.Catch[0].Next", "does not exist"},
		"lambda parameter":      {strings.Replace(task(""), `"FunctionName":"f"`, `"FunctionName":"f","Qualifier":"1"`, 1), "$.States.T.Parameters.Qualifier", "Lambda parameter Qualifier"},
		"invocation type":       {strings.Replace(task(""), `"FunctionName":"f"`, `"FunctionName":"f","InvocationType":"Event"`, 1), "$.States.T.Parameters.InvocationType", "Event"},
		"no function":           {strings.Replace(task(""), `"FunctionName":"f"`, `"Payload":{}`, 1), "$.States.T.Parameters.FunctionName", "missing"},
		"heartbeat of a call":   {strings.Replace(task(`"HeartbeatSeconds":1,`), ".waitForTaskToken", "", 1), "$.States.T", "heartbeat"},
		"result into context":   {pass(`"ResultPath":"$$.x",`), "$.States.P.ResultPath", "state's input"},
		"result into many":      {pass(`"ResultPath":"$.x[*]",`), "$.States.P.ResultPath", "several values"},
		"both spellings":        {pass(`"Parameters":{"a":1,"a.$":"$"},`), "$.States.P.Parameters['a.$']", "also given"},
		"reserved variable":     {pass(`"Assign":{"states":1},`), "$.States.P.Assign.states", "cannot be"},
		"regular expression":    {pass(`"InputPath":"$.a[?(@.b =~ /x/)]",`), "$.States.P.InputPath", "=~"},
		"seeded random":         {pass(`"Parameters":{"a.$":"States.MathRandom(1, 2, 3)"},`), "$.States.P.Parameters['a.$']", "3 arguments"},
		"variable of a JSONata": {pass(`"InputPath":"$states.input",`), "$.States.P.InputPath", "JSONata"},
		"outer variable": {`{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"x":1},"Next":"P"},"P":{"Type":"Parallel","End":true,
			"Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","Assign":{"x.$":"$"},"End":true}}}]}}}`, "$.States.P.Branches[0].States.B.Assign['x.$']", "enclosing"},
	} {
		t.Run(name, func(t *testing.T) {
			places := asl.Lint([]byte(c.definition))
			if !slices.ContainsFunc(places, func(p asl.Unsupported) bool { return p.Path == c.path && strings.Contains(p.Feature, c.feature) }) {
				t.Errorf("got %v, want %s: %s", places, c.path, c.feature)
			}
		})
	}
}

func TestPlaceholdersAreFilledInOrRefused(t *testing.T) {
	const definition = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"${Fn}","Next":"U"},
		"U":{"Type":"Pass","Result":"${Fn} and ${Other}","End":true}}}`
	if places := asl.Lint([]byte(definition)); len(places) != 0 {
		t.Errorf("placeholders are refused by Lint: %v", places)
	}
	_, err := asl.Parse("flow", []byte(definition), func(name string) (string, bool) {
		return "arn:aws:lambda:x:1:function:fn", name == "Fn"
	})
	if err == nil || !strings.Contains(err.Error(), "$.States.U.Result: placeholder ${Other} has no value") {
		t.Errorf("got %v", err)
	}
}
