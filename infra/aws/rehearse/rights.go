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
	"regexp"
	"slices"
	"strings"
)

// unseen are rights that are used where the recorder does not stand, each
// with who uses it.
var unseen = map[string]string{
	"logs:CreateLogStream":      "Lambda, for the function's log",
	"logs:PutLogEvents":         "Lambda, for the function's log",
	"xray:PutTraceSegments":     "Lambda, for traces",
	"xray:PutTelemetryRecords":  "Lambda, for traces",
	"kms:Decrypt":               "S3 and the parameter store, in the function's name",
	"kms:GenerateDataKey":       "S3, in the function's name",
	"sqs:ReceiveMessage":        "Lambda, which polls the queue",
	"sqs:DeleteMessage":         "Lambda, which polls the queue",
	"sqs:GetQueueAttributes":    "Lambda, which polls the queue",
	"dynamodb:DescribeStream":   "Lambda, which reads the stream",
	"dynamodb:GetRecords":       "Lambda, which reads the stream",
	"dynamodb:GetShardIterator": "Lambda, which reads the stream",
	"dynamodb:ListStreams":      "Lambda, which reads the stream",
	"ses:SendEmail":             "dispatch in earnest; a demonstration keeps its mails (the adapter's own test sends one)",
	"ses:SendRawEmail":          "dispatch in earnest",
}

// grant is one statement of a role's policy.
type grant struct {
	Effect           string
	Action, Resource list
	Condition        json.RawMessage
}

// list is a JSON string, or several.
type list []string

// UnmarshalJSON reads either.
func (l *list) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*l = list{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(l))
}

// allows reports whether a statement allows a call.
func (g grant) allows(c call) bool {
	return g.Effect == "Allow" &&
		slices.ContainsFunc(g.Action, func(a string) bool { return like(a, c.action) }) &&
		slices.ContainsFunc(g.Resource, func(r string) bool { return like(r, c.resource) })
}

// like compares a policy's pattern with a name.
func like(pattern, name string) bool {
	p := regexp.QuoteMeta(pattern)
	p = strings.ReplaceAll(strings.ReplaceAll(p, `\*`, ".*"), `\?`, ".")
	return regexp.MustCompile("^" + p + "$").MatchString(name)
}

// roles renders every role's policy of the template with the names that the
// stack's resources were given.
func (s *stage) roles(ctx context.Context) (map[string][]grant, error) {
	dir, err := os.MkdirTemp("", "policies-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := s.run(ctx, nil, filepath.Join(s.root, ".tools/sam/bin/python"), "infra/aws/policies.py", "template.yaml", dir, stack); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*Role.json"))
	if err != nil {
		return nil, err
	}
	out := map[string][]grant{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		var policy struct{ Statement []grant }
		if err := json.NewDecoder(bytes.NewReader(text)).Decode(&policy); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(f), err)
		}
		out[strings.ToLower(strings.TrimSuffix(filepath.Base(f), "Role.json"))] = policy.Statement
	}
	return out, nil
}

// rare are rights that a function needs where the play does not lead it, each
// with what leads there.
var rare = map[string]string{
	"dispatch dynamodb:Query":            "by unit: one that ends, or whose persons are told of a yearly report",
	"clock dynamodb:UpdateItem":          "a returned dossier that lapses: counters move",
	"dispatch dynamodb:BatchGetItem":     "a message for later whose time has come",
	"clock dynamodb:ConditionCheckItem":  "a task that ends unanswered",
	"sweep s3:DeleteObjectVersion":       "bytes that nothing pins, after their time, and text read before a secrecy mark was found",
	"sweep dynamodb:UpdateItem":          "giving back the slot of an upload that never came, after a day",
	"intake dynamodb:ConditionCheckItem": "a file that is refused",
	"dispatch dynamodb:DeleteItem":       "search rows of a name that was corrected",
	"posting dynamodb:Query":             "a round that is posted (posting_test.go)",
	"posting dynamodb:PutItem":           "a round that is posted (posting_test.go)",
	"posting dynamodb:GetItem":           "a round that is posted (posting_test.go)",
	"posting ssm:GetParameter":           "a round that is posted (posting_test.go)",
}

// rights compares what every function asked for with what its role allows:
// nothing may be refused. It gives what was allowed and not used, by place in
// the template, which is the same in every stack.
func (s *stage) rights(ctx context.Context) (map[string]bool, error) {
	roles, err := s.roles(ctx)
	if err != nil {
		return nil, err
	}
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	var wrong []error
	asked, kinds := 0, map[string]int{}
	for function, used := range s.recorder.calls {
		for c, n := range used {
			asked += n
			kinds[c.action] += n
			if !slices.ContainsFunc(roles[function], func(g grant) bool { return g.allows(c) }) {
				wrong = append(wrong, fmt.Errorf("%s: its role refuses %s on %s", function, c.action, c.resource))
			}
		}
	}
	for _, action := range slices.Sorted(maps.Keys(kinds)) {
		say("asked %6d × %s", kinds[action], action)
	}
	slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	if err := errors.Join(wrong...); err != nil {
		return nil, fmt.Errorf("rights: %w", err)
	}
	say("%d calls of %d functions: their roles refuse none", asked, len(s.recorder.calls))
	left := map[string]bool{}
	for function, grants := range roles {
		if strings.HasSuffix(function, "machine") {
			continue // its Tasks are the functions, which a test compares
		}
		for _, p := range idle(grants, s.recorder.calls[function]) {
			left[fmt.Sprintf("%s %s (statement %d, resource %d)", function, p.action, p.statement+1, p.resource+1)] = true
		}
	}
	return left, nil
}

// unneeded judges rights that no rehearsal used.
func unneeded(left map[string]bool) error {
	var wrong []error
	why := map[string]string{}
	for _, l := range slices.Sorted(maps.Keys(left)) {
		f := strings.Fields(l)
		switch {
		case unseen[f[1]] != "":
			why[f[1]] = unseen[f[1]]
		case rare[f[0]+" "+f[1]] != "":
			why[f[0]+" "+f[1]] = rare[f[0]+" "+f[1]]
		default:
			wrong = append(wrong, fmt.Errorf("%s is allowed and was never used", l))
		}
	}
	for _, w := range slices.Sorted(maps.Keys(why)) {
		say("not used here: %s: %s", w, why[w])
	}
	if err := errors.Join(wrong...); err != nil {
		return fmt.Errorf("rights: %w", err)
	}
	say("no role allows more than was used, but for the %d named above", len(why))
	return nil
}

// place is a right in a role's policy.
type place struct {
	statement, resource int
	action              string
}

// idle gives the rights that none of the calls used, by statement and
// resource: each action on each resource counts.
func idle(grants []grant, used map[call]int) []place {
	var out []place
	for i, g := range grants {
		for _, a := range g.Action {
			for j, r := range g.Resource {
				one := grant{Effect: g.Effect, Action: list{a}, Resource: list{r}}
				if !slices.ContainsFunc(slices.Collect(maps.Keys(used)), one.allows) {
					out = append(out, place{i, j, a})
				}
			}
		}
	}
	return out
}
