package lambdahost_test

import (
	"reflect"
	"strings"
	"testing"

	"hoso/shared/aws/lambdahost"
)

// bounce is an event as SES publishes it, of the parts that its reference names.
const bounce = `{"version":"0","source":"aws.ses","detail-type":"Email Bounced","detail":{"eventType":"Bounce",
"bounce":{"feedbackId":"f1","bounceType":"Permanent","bounceSubType":"General","timestamp":"2026-01-31T08:00:00.000Z",
"bouncedRecipients":[{"emailAddress":"a@b.example","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"},{"emailAddress":"a@b.example"}]},
"mail":{"messageId":"m1","destination":["a@b.example"],"headersTruncated":false,
"headers":[{"name":"Subject","value":"x"},{"name":"X-Hoso-Message","value":"mail/opened/r/u"},{"name":"X-Hoso-Round","value":"r"}],
"tags":{"ses:configuration-set":["set"]}}}}`

func TestMailsThatCameBackAreRead(t *testing.T) {
	want := lambdahost.Returned{ID: "f1", Addresses: []string{"a@b.example"}, Set: "set", Headers: map[string]string{"x-hoso-message": "mail/opened/r/u", "x-hoso-round": "r"}}
	complaint := strings.NewReplacer("Email Bounced", "Email Complaint Received", `"bounce":{`, `"complaint":{`, "bouncedRecipients", "complainedRecipients").Replace(bounce)
	for name, c := range map[string]struct{ body, why string }{
		"a bounce":               {bounce, ""},
		"a complaint":            {complaint, ""},
		"a bounce that passes":   {strings.Replace(bounce, "Permanent", "Transient", 1), "a bounce that passes"},
		"an unclear bounce":      {strings.Replace(bounce, "Permanent", "Undetermined", 1), "a bounce that passes"},
		"a delivery":             {strings.Replace(bounce, "Email Bounced", "Email Delivered", 1), "another event"},
		"a complaint for bounce": {strings.Replace(complaint, "Email Complaint Received", "Email Bounced", 1), "another event"},
		"of somebody else":       {strings.Replace(bounce, "aws.ses", "mine", 1), "another event"},
		"nobody":                 {strings.ReplaceAll(bounce, "a@b.example", ""), "no address"},
		"a number for a list":    {strings.Replace(bounce, `["set"]`, "7", 1), "no event"},
		"words":                  {"words", "no event"},
	} {
		got, why := lambdahost.ReadReturned(c.body)
		if why != c.why {
			t.Errorf("%s: passed over as %q, want %q", name, why, c.why)
		}
		if want.Body = c.body; why == "" && !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", name, got)
		}
		if ours := lambdahost.OfMail(c.body); ours != strings.Contains(c.body, "aws.ses") {
			t.Errorf("%s: speaks of mails: %v", name, ours)
		}
	}
}
