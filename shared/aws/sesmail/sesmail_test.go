package sesmail_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"hoso/shared/aws/awstest"
	"hoso/shared/aws/sesmail"
	"hoso/shared/fault"
	"hoso/shared/mail"
)

var stack awstest.Stack

func TestMain(m *testing.M) { os.Exit(awstest.Main(m, &stack)) }

var letter = mail.Message{
	ID: "notice/1", From: netmail.Address{Name: "Cổng hồ sơ", Address: "hoso@example.vn"},
	To: netmail.Address{Name: "Bà Ánh", Address: "anh@example.vn"}, Subject: "Thẩm định hồ sơ", Text: "Xin chào", HTML: "<p>Xin chào</p>",
	Headers: map[string]string{"X-Hoso-Message": "notice/1"},
}

func now() time.Time { return time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC) }

// TestSESIsGivenTheWholeMail compares the request with the mail as composed.
func TestSESIsGivenTheWholeMail(t *testing.T) {
	var body struct {
		FromEmailAddress, ConfigurationSetName string
		Destination                            struct{ ToAddresses []string }
		Content                                struct{ Raw struct{ Data string } }
	}
	answer, status := `none {"MessageId":"1"}`, 200
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		name, said, _ := strings.Cut(answer, " ")
		w.Header().Set("X-Amzn-ErrorType", name)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, said)
	}))
	defer srv.Close()
	tr := sesmail.Transport{Set: "set", Now: now, Client: sesv2.New(sesv2.Options{
		Region: "x", BaseEndpoint: aws.String(srv.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	})}
	if err := tr.Send(context.Background(), letter); err != nil {
		t.Fatal(err)
	}
	raw, _ := base64.StdEncoding.DecodeString(body.Content.Raw.Data)
	want, _ := letter.Bytes(now())
	if string(raw) != string(want) || body.ConfigurationSetName != "set" || len(body.Destination.ToAddresses) != 1 || body.Destination.ToAddresses[0] != "anh@example.vn" {
		t.Errorf("asked %+v", body)
	}
	for _, c := range []struct {
		status int
		answer string
		code   string
	}{{400, "MessageRejected {}", mail.CodeSetup}, {400, "SendingPausedException {}", mail.CodeSetup}, {429, "TooManyRequestsException {}", ""}, {500, "x <html>", ""}} {
		status, answer = c.status, c.answer
		err := tr.Send(context.Background(), letter)
		if !fault.Is(err, fault.Transient) || fault.CodeOf(err) != c.code || mail.Refused(err) {
			t.Errorf("%s: %v", c.answer, err)
		}
	}
}

// TestTheStandInTakesMailFromAKnownSenderOnly sends through a stand-in for SES.
func TestTheStandInTakesMailFromAKnownSenderOnly(t *testing.T) {
	if stack.URL == "" {
		awstest.Missing(t, "ministack")
	}
	if os.Getenv("HOSO_TEST_DYNAMODB") != "" {
		t.Skip("HOSO_TEST_DYNAMODB names a DynamoDB only")
	}
	client := sesv2.NewFromConfig(stack.Config())
	tr := sesmail.Transport{Client: client, Now: now}
	if err := tr.Send(context.Background(), letter); fault.CodeOf(err) != mail.CodeSetup {
		t.Errorf("a sender that nobody verified: %v", err)
	}
	if _, err := client.CreateEmailIdentity(context.Background(), &sesv2.CreateEmailIdentityInput{EmailIdentity: aws.String("hoso@example.vn")}); err != nil {
		t.Fatal(err)
	}
	if err := tr.Send(context.Background(), letter); err != nil {
		t.Error(err)
	}
}
