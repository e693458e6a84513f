package cloud

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/smithy-go"

	"hoso/shared/aws/lambdahost"
	"hoso/shared/fault"
	"hoso/shared/flow"
)

// TestAnErrorLeavesItsPlaceAndNoWordOfAPerson lets a room fail of a service
// and reads the one line that says so.
func TestAnErrorLeavesItsPlaceAndNoWordOfAPerson(t *testing.T) {
	const personal = "nguyen.van.a@example.vn"
	refused := &smithy.OperationError{ServiceID: "DynamoDB", OperationName: "TransactWriteItems", Err: &smithy.GenericAPIError{Code: "ValidationException", Message: personal}}
	cause := fault.Wrap(fault.Conflict, "appraisal", &fault.Error{Kind: fault.Internal, Op: "store.commit", Code: "too-large", Err: fmt.Errorf("of %s: %w", personal, refused)})
	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "r-1"})
	for name, room := range map[string]lambda.Handler{
		"a service's room": lambdahost.Func(func(context.Context, []byte) ([]byte, error) { return nil, cause }),
		"a stage":          flow.Of("appraisal", func(context.Context, flow.In) (flow.Out, error) { return flow.Out{}, cause }),
	} {
		t.Run(name, func(t *testing.T) { leaves(t, ctx, room, personal) })
	}
}

func leaves(t *testing.T, ctx context.Context, room lambda.Handler, personal string) {
	var said bytes.Buffer
	_, out := edge{"appraisal", slog.New(slog.NewJSONHandler(&said, nil)), room}.Invoke(ctx, []byte(`{"subject":"d"}`))
	named, ok := out.(messages.InvokeResponse_Error)
	if !ok || named.Type != string(fault.Conflict) {
		t.Errorf("left as %v", out)
	}
	for _, want := range []string{`"request":"r-1"`, `"kind":"Conflict"`, `"code":"too-large"`, `"op":"appraisal < store.commit"`, `"asked":"DynamoDB TransactWriteItems"`, `"answered":"ValidationException"`} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("the log lacks %s: %s", want, said.String())
		}
	}
	if strings.Contains(said.String(), personal) || strings.Contains(out.Error(), personal) {
		t.Errorf("a person's words left: %s %v", said.String(), out)
	}
}
