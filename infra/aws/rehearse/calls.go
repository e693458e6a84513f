package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// call is one thing that a function asked of AWS, as IAM judges it: an action
// on a resource.
//
// The table from API calls to actions, with what it was taken from:
//
//	dynamodb  the call's own name on the table, or on the index it names; a
//	          transaction needs the right of each of its legs, of which a check
//	          is ConditionCheckItem
//	          docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
//	          docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
//	s3        GET and HEAD of an object: GetObject, with a version
//	          GetObjectVersion; where there is none, ListBucket makes the answer
//	          404 and not 403 (API_GetObject, API_HeadObject). PUT and a form:
//	          PutObject. A copy: PutObject there, and the reading of its source
//	          (API_CopyObject). DELETE: DeleteObject, with a version
//	          DeleteObjectVersion (API_DeleteObject). GET and HEAD of a bucket: ListBucket, with
//	          ?versions ListBucketVersions (API_ListObjectVersions)
//	          docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
//	states    the call's own name, on the machine that is started, the run that
//	          is described; SendTaskSuccess knows no resource
//	          docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
//	ssm       GetParameter on the parameter
//	          docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
//	ses       SendEmail; of a mail that is handed over raw, SendRawEmail
//	          docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
//	sqs       the call's own name on the queue
//	          docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
type call struct{ action, resource string }

// account is the stand-in's.
const account = "000000000000"

func arn(service, rest string) string {
	return "arn:aws:" + service + ":" + region + ":" + account + ":" + rest
}

// calls gives what a request asked for, given the status it was answered with.
func calls(service string, r *http.Request, body []byte, status int) []call {
	target := r.Header.Get("X-Amz-Target")
	op := target[strings.LastIndex(target, ".")+1:]
	switch service {
	case "dynamodb":
		return tableCalls(op, body)
	case "s3":
		return objectCalls(r, status)
	}
	var in struct{ StateMachineArn, ExecutionArn, Name, QueueUrl string } //nolint:staticcheck // the field's name on the wire
	_ = json.Unmarshal(body, &in)                                         // what is not there stays empty, and is refused
	resource := map[string]string{
		"states:StartExecution": in.StateMachineArn, "states:DescribeExecution": in.ExecutionArn, "states:SendTaskSuccess": "*",
		"ssm:GetParameter": arn("ssm", "parameter"+in.Name),
	}[service+":"+op]
	switch service {
	case "ses":
		return []call{{"ses:SendEmail", arn("ses", "identity/*")}}
	case "sqs":
		resource = arn("sqs", in.QueueUrl[strings.LastIndex(in.QueueUrl, "/")+1:])
	}
	return []call{{service + ":" + op, resource}}
}

// tableCalls takes transactions and batches apart.
func tableCalls(op string, body []byte) []call {
	var in struct {
		TableName, IndexName string
		RequestItems         map[string]json.RawMessage
		TransactItems        []map[string]struct{ TableName string }
	}
	_ = json.Unmarshal(body, &in)
	table := func(name string) string { return arn("dynamodb", "table/"+name) }
	var out []call
	for _, item := range in.TransactItems {
		for leg, of := range item {
			action := "dynamodb:" + leg + "Item"
			if leg == "ConditionCheck" {
				action = "dynamodb:ConditionCheckItem"
			}
			out = append(out, call{action, table(of.TableName)})
		}
	}
	for name := range in.RequestItems {
		out = append(out, call{"dynamodb:" + op, table(name)})
	}
	if len(out) > 0 {
		return out
	}
	resource := table(in.TableName)
	if in.IndexName != "" {
		resource += "/index/" + in.IndexName
	}
	return []call{{"dynamodb:" + op, resource}}
}

func objectCalls(r *http.Request, status int) []call {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	q, of := r.URL.Query(), "arn:aws:s3:::"+bucket
	switch {
	case isForm(r):
		return []call{{"s3:PutObject", of + "/" + r.FormValue("key")}}
	case key == "" && q.Has("versions"):
		return []call{{"s3:ListBucketVersions", of}}
	case key == "":
		return []call{{"s3:ListBucket", of}}
	case r.Method == http.MethodDelete && q.Has("versionId"):
		return []call{{"s3:DeleteObjectVersion", of + "/" + key}}
	case r.Method == http.MethodDelete:
		return []call{{"s3:DeleteObject", of + "/" + key}}
	case r.Method == http.MethodPut:
		out := []call{{"s3:PutObject", of + "/" + key}}
		if source := r.Header.Get("X-Amz-Copy-Source"); source != "" {
			path, version, _ := strings.Cut(source, "?versionId=")
			path, _ = url.PathUnescape(strings.TrimPrefix(path, "/"))
			out = append(out, call{reading(version != ""), "arn:aws:s3:::" + path})
		}
		return out
	}
	out := []call{{reading(q.Has("versionId")), of + "/" + key}}
	if status == http.StatusNotFound {
		out = append(out, call{"s3:ListBucket", of})
	}
	return out
}

func reading(version bool) string {
	if version {
		return "s3:GetObjectVersion"
	}
	return "s3:GetObject"
}
