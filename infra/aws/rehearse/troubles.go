package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
)

// trouble is an answer that a service may give to any request.
type trouble struct {
	status     int
	code, text string
	done       bool // the request was carried out all the same
	conflict   bool // of a transaction, leg by leg
}

// troubles are throttling, conflicts and failures of each service, by the
// names that their references give ("Common errors" and the calls' own).
var troubles = map[string][]trouble{
	"dynamodb": {
		{status: 400, code: "ThrottlingException", text: "Rate of requests exceeds the allowed throughput."},
		{status: 400, code: "ProvisionedThroughputExceededException", text: "The level of configured provisioned throughput was exceeded."},
		{status: 500, code: "InternalServerError", text: "The request processing has failed."},
		{status: 500, code: "InternalServerError", text: "The request processing has failed.", done: true},
		{status: 400, code: "TransactionCanceledException", conflict: true},
	},
	"s3": {
		{status: 503, code: "SlowDown", text: "Please reduce your request rate."},
		{status: 500, code: "InternalError", text: "We encountered an internal error. Please try again."},
		{status: 500, code: "InternalError", text: "We encountered an internal error. Please try again.", done: true},
	},
	"states": {
		{status: 400, code: "ThrottlingException", text: "Rate exceeded"},
		{status: 500, code: "InternalFailure", text: "The request processing has failed."},
		{status: 500, code: "InternalFailure", text: "The request processing has failed.", done: true},
	},
	"ssm": {
		{status: 400, code: "ThrottlingException", text: "Rate exceeded"},
		{status: 500, code: "InternalServerError", text: "An error occurred on the server side."},
	},
	"sqs": {
		{status: 400, code: "RequestThrottled", text: "Rate exceeded"},
		{status: 500, code: "InternalFailure", text: "The request processing has failed."},
	},
}

// fails answers a share of requests with a trouble of their service.
func (rec *recorder) fails(w http.ResponseWriter, service string, r *http.Request, body []byte) bool {
	rec.mu.Lock()
	list := troubles[service]
	hit := len(list) > 0 && rec.chance.Float64() < rec.share
	var t trouble
	if rec.poison != "" && service == "s3" && (strings.Contains(r.URL.RequestURI(), rec.poison) || bytes.Contains(body, []byte(rec.poison))) {
		rec.mu.Unlock()
		list[1].answer(w, service, r, 0)
		return true
	}
	if hit {
		t = list[rec.chance.IntN(len(list))]
		rec.ill[service]++
	}
	rec.mu.Unlock()
	if !hit {
		return false
	}
	legs := 0
	if t.conflict {
		var in struct{ TransactItems []json.RawMessage }
		_ = json.Unmarshal(body, &in)
		if legs = len(in.TransactItems); legs == 0 || !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "TransactWriteItems") {
			t = list[0]
		}
	}
	if t.done {
		rec.next.ServeHTTP(httptest.NewRecorder(), r)
	}
	t.answer(w, service, r, legs)
	return true
}

func (t trouble) answer(w http.ResponseWriter, service string, r *http.Request, legs int) {
	if service == "s3" {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(t.status)
		if r.Method != http.MethodHead {
			_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", t.code, t.text)
		}
		return
	}
	out := map[string]any{"__type": "com.amazonaws." + service + "#" + t.code, "message": t.text}
	if t.conflict {
		reasons := make([]map[string]string, legs)
		for i := range reasons {
			reasons[i] = map[string]string{"Code": "None"}
		}
		reasons[legs-1] = map[string]string{"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
		out["CancellationReasons"] = reasons
		out["Message"] = "Transaction cancelled, please refer cancellation reasons for specific reasons"
	}
	text, _ := json.Marshal(out)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE(text)))
	w.WriteHeader(t.status)
	_, _ = w.Write(text)
}

// way is a condition as the store states it: on which operation, of which
// kind of item, in what words.
type way struct{ leg, kind, words string }

func (c way) String() string { return c.leg + " " + c.kind + ": " + c.words }

// conditions notes the conditions of a transaction and takes out those that
// are to be missing. It gives the request to go on with.
func (rec *recorder) conditions(r *http.Request, body []byte) []byte {
	if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
		return body
	}
	var in map[string]any
	if json.Unmarshal(body, &in) != nil {
		return body
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	changed := false
	items, _ := in["TransactItems"].([]any)
	for _, i := range items {
		for leg, v := range i.(map[string]any) {
			op := v.(map[string]any)
			words, _ := op["ConditionExpression"].(string)
			if words == "" {
				continue
			}
			c := way{leg: leg, kind: kindOf(op), words: words}
			rec.ways[c]++
			if rec.drop[c] {
				loosen(leg, op)
				changed = true
			}
		}
	}
	if !changed {
		return body
	}
	out, err := json.Marshal(in)
	if err != nil {
		return body
	}
	return out
}

// kindOf reads the kind of an item off its key: "r#…" is a record.
func kindOf(op map[string]any) string {
	for _, at := range []string{"Item", "Key"} {
		if it, ok := op[at].(map[string]any); ok {
			pk, _ := it["pk"].(map[string]any)
			s, _ := pk["S"].(string)
			kind, _, _ := strings.Cut(s, "#")
			return kind
		}
	}
	return "?"
}

// loosen takes an operation's condition out, and the values that only it uses.
func loosen(leg string, op map[string]any) {
	if leg == "ConditionCheck" {
		op["ConditionExpression"] = "attribute_exists(pk) OR attribute_not_exists(pk)"
	} else {
		delete(op, "ConditionExpression")
	}
	update, _ := op["UpdateExpression"].(string)
	for _, of := range []string{"ExpressionAttributeValues", "ExpressionAttributeNames"} {
		used, _ := op[of].(map[string]any)
		for name := range used {
			if !slices.Contains(strings.FieldsFunc(update, func(r rune) bool { return strings.ContainsRune(" =+,()", r) }), name) {
				delete(used, name)
			}
		}
		if len(used) == 0 {
			delete(op, of)
		}
	}
}
