package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// request is a request of a function, as the recorder sees it.
func request(method, path, target string) *http.Request {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("X-Amz-Target", "X."+target)
	return r
}

func TestEachCallNeedsItsActions(t *testing.T) {
	table, index := arn("dynamodb", "table/T"), arn("dynamodb", "table/T/index/by1")
	copied := request(http.MethodPut, "/archive/originals/a", "")
	copied.Header.Set("X-Amz-Copy-Source", "/inbox/incoming/a%20b?versionId=v")
	for name, c := range map[string]struct {
		service string
		r       *http.Request
		body    string
		status  int
		want    []call
	}{
		"an item":        {"dynamodb", request("POST", "/", "GetItem"), `{"TableName":"T"}`, 200, []call{{"dynamodb:GetItem", table}}},
		"an index":       {"dynamodb", request("POST", "/", "Query"), `{"TableName":"T","IndexName":"by1"}`, 200, []call{{"dynamodb:Query", index}}},
		"a batch":        {"dynamodb", request("POST", "/", "BatchGetItem"), `{"RequestItems":{"T":{}}}`, 200, []call{{"dynamodb:BatchGetItem", table}}},
		"a transaction":  {"dynamodb", request("POST", "/", "TransactWriteItems"), `{"TransactItems":[{"Put":{"TableName":"T"}},{"ConditionCheck":{"TableName":"T"}}]}`, 200, []call{{"dynamodb:PutItem", table}, {"dynamodb:ConditionCheckItem", table}}},
		"several items":  {"dynamodb", request("POST", "/", "TransactGetItems"), `{"TransactItems":[{"Get":{"TableName":"T"}}]}`, 200, []call{{"dynamodb:GetItem", table}}},
		"an object":      {"s3", request("GET", "/b/k/l", ""), "", 200, []call{{"s3:GetObject", "arn:aws:s3:::b/k/l"}}},
		"a version":      {"s3", request("HEAD", "/b/k?versionId=v", ""), "", 200, []call{{"s3:GetObjectVersion", "arn:aws:s3:::b/k"}}},
		"none there":     {"s3", request("HEAD", "/b/k", ""), "", 404, []call{{"s3:GetObject", "arn:aws:s3:::b/k"}, {"s3:ListBucket", "arn:aws:s3:::b"}}},
		"a bucket":       {"s3", request("HEAD", "/b", ""), "", 200, []call{{"s3:ListBucket", "arn:aws:s3:::b"}}},
		"its versions":   {"s3", request("GET", "/b?versions=", ""), "", 200, []call{{"s3:ListBucketVersions", "arn:aws:s3:::b"}}},
		"a new object":   {"s3", request("PUT", "/b/k", ""), "", 200, []call{{"s3:PutObject", "arn:aws:s3:::b/k"}}},
		"a copy":         {"s3", copied, "", 200, []call{{"s3:PutObject", "arn:aws:s3:::archive/originals/a"}, {"s3:GetObjectVersion", "arn:aws:s3:::inbox/incoming/a b"}}},
		"a version gone": {"s3", request("DELETE", "/b/k?versionId=v", ""), "", 204, []call{{"s3:DeleteObjectVersion", "arn:aws:s3:::b/k"}}},
		"a run":          {"states", request("POST", "/", "StartExecution"), `{"stateMachineArn":"arn:m"}`, 200, []call{{"states:StartExecution", "arn:m"}}},
		"a parked run":   {"states", request("POST", "/", "SendTaskSuccess"), `{"taskToken":"t"}`, 200, []call{{"states:SendTaskSuccess", "*"}}},
		"a key":          {"ssm", request("POST", "/", "GetParameter"), `{"Name":"/hoso/key"}`, 200, []call{{"ssm:GetParameter", arn("ssm", "parameter/hoso/key")}}},
		"a letter":       {"sqs", request("POST", "/", "SendMessage"), `{"QueueUrl":"http://x/1/dead"}`, 200, []call{{"sqs:SendMessage", arn("sqs", "dead")}}},
	} {
		if got := calls(c.service, c.r, []byte(c.body), c.status); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestARoleAllowsWhatItNames(t *testing.T) {
	var role struct{ Statement []grant }
	text := `{"Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::b/out/*"},{"Effect":"Allow","Action":"sqs:SendMessage","Resource":["arn:q","arn:r"]}]}`
	if err := json.Unmarshal([]byte(text), &role); err != nil {
		t.Fatal(err)
	}
	allowed := func(c call) bool {
		return slices.ContainsFunc(role.Statement, func(g grant) bool { return g.allows(c) })
	}
	for _, c := range []call{{"s3:GetObject", "arn:aws:s3:::b/out/a/b"}, {"sqs:SendMessage", "arn:q"}} {
		if !allowed(c) {
			t.Errorf("%v is refused", c)
		}
	}
	for _, c := range []call{{"s3:GetObjectVersion", "arn:aws:s3:::b/out/a"}, {"s3:GetObject", "arn:aws:s3:::b/in/a"}, {"s3:GetObject", "arn:aws:s3:::b/out"}, {"sqs:SendMessage", "arn:qq"}, {"sqs:SendMessage", ""}} {
		if allowed(c) {
			t.Errorf("%v is allowed", c)
		}
	}
	used := map[call]int{{"s3:GetObject", "arn:aws:s3:::b/out/a"}: 1, {"sqs:SendMessage", "arn:q"}: 1}
	if got := idle(role.Statement, used); !reflect.DeepEqual(got, []place{{0, 0, "s3:PutObject"}, {1, 1, "sqs:SendMessage"}}) {
		t.Errorf("not used: %v", got)
	}
	if err := unneeded(map[string]bool{"web s3:PutObject (statement 1, resource 1)": true}); err == nil || !strings.Contains(err.Error(), "web s3:PutObject") {
		t.Errorf("a right that nobody used: %v", err)
	}
	if err := unneeded(map[string]bool{"web logs:PutLogEvents (statement 1, resource 1)": true, "sweep dynamodb:UpdateItem (statement 1, resource 1)": true}); err != nil {
		t.Errorf("rights with their reason: %v", err)
	}
}

// TestAConditionThatIsTakenOutLeavesAWholeRequest without values that nothing
// uses, which DynamoDB would refuse.
func TestAConditionThatIsTakenOutLeavesAWholeRequest(t *testing.T) {
	const taken = `{"TransactItems":[{"Update":{"Key":{"pk":{"S":"c#x"}},"UpdateExpression":"SET #free = #free + :n","ConditionExpression":"#free >= :need","ExpressionAttributeNames":{"#free":"free"},"ExpressionAttributeValues":{":n":{"N":"-1"},":need":{"N":"1"}}}},{"Put":{"Item":{"pk":{"S":"r#x"}},"ConditionExpression":"rev = :rev","ExpressionAttributeValues":{":rev":{"N":"1"}}}},{"ConditionCheck":{"Key":{"pk":{"S":"r#y"}},"ConditionExpression":"rev = :rev","ExpressionAttributeValues":{":rev":{"N":"1"}}}}]}`
	rec := newRecorder(&url.URL{}, 1)
	r := request("POST", "/", "TransactWriteItems")
	if got := rec.conditions(r, []byte(taken)); string(got) != taken {
		t.Errorf("with all in place the request became %s", got)
	}
	if len(rec.ways) != 3 {
		t.Errorf("conditions seen: %v", rec.ways)
	}
	rec.drop = map[way]bool{}
	for w := range rec.ways {
		rec.drop[w] = true
	}
	const want = `{"TransactItems":[{"Update":{"ExpressionAttributeNames":{"#free":"free"},"ExpressionAttributeValues":{":n":{"N":"-1"}},"Key":{"pk":{"S":"c#x"}},"UpdateExpression":"SET #free = #free + :n"}},{"Put":{"Item":{"pk":{"S":"r#x"}}}},{"ConditionCheck":{"ConditionExpression":"attribute_exists(pk) OR attribute_not_exists(pk)","Key":{"pk":{"S":"r#y"}}}}]}`
	if got := rec.conditions(r, []byte(taken)); string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
