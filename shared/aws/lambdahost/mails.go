package lambdahost

import (
	"encoding/json"
	"slices"
	"strings"
)

// Returned is one mail that SES could not deliver for good, or that its
// recipient complained of, and the message that said so.
type Returned struct {
	ID        string   // of the feedback
	Addresses []string // that the mail did not reach
	Set       string   // configuration set that the mail was sent by
	Headers   map[string]string
	Tries     int
	Body      string
}

// mailEvent is an event of SES as EventBridge hands it on.
// docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
type mailEvent struct {
	Kind   string `json:"detail-type"`
	Source string `json:"source"`
	Detail struct {
		Bounce    *feedback `json:"bounce"`
		Complaint *feedback `json:"complaint"`
		Mail      struct {
			ID      string `json:"messageId"`
			Headers []struct {
				Name  string `json:"name"`
				Value string `json:"value"`
			} `json:"headers"`
			Tags map[string][]string `json:"tags"`
		} `json:"mail"`
	} `json:"detail"`
}

type feedback struct {
	ID         string    `json:"feedbackId"`
	Type       string    `json:"bounceType"`
	Complaint  string    `json:"complaintFeedbackType"`
	Bounced    []address `json:"bouncedRecipients"`
	Complained []address `json:"complainedRecipients"`
}

type address struct {
	Email string `json:"emailAddress"`
}

// Kinds of events that the template's rule hands on.
const (
	bounced    = "Email Bounced"
	complained = "Email Complaint Received"
)

// ofSES is who says it.
const ofSES = "aws.ses"

// OfMail reports whether a message speaks of mails.
func OfMail(body string) bool {
	var e struct{ Source string }
	return json.Unmarshal([]byte(body), &e) == nil && e.Source == ofSES
}

// ReadReturned reads a message as news of a mail. why says what it is not. A
// bounce that passes, of a full mailbox or a server at rest, is none: SES has
// tried for hours, and the next mail may arrive.
func ReadReturned(body string) (r Returned, why string) {
	var e mailEvent
	if json.Unmarshal([]byte(body), &e) != nil {
		return r, "no event"
	}
	var f *feedback
	var to []address
	switch {
	case e.Source != ofSES:
		return r, "another event"
	case e.Kind == bounced && e.Detail.Bounce != nil:
		f, to = e.Detail.Bounce, e.Detail.Bounce.Bounced
		if f.Type != "Permanent" {
			return r, "a bounce that passes"
		}
	case e.Kind == complained && e.Detail.Complaint != nil:
		f, to = e.Detail.Complaint, e.Detail.Complaint.Complained
		if f.Complaint == "not-spam" { // it takes a complaint back
			return r, "no complaint"
		}
	default:
		return r, "another event"
	}
	r = Returned{ID: f.ID, Headers: map[string]string{}, Body: body}
	if r.ID == "" {
		r.ID = e.Detail.Mail.ID
	}
	for _, a := range to {
		if a.Email != "" && !slices.Contains(r.Addresses, a.Email) {
			r.Addresses = append(r.Addresses, a.Email)
		}
	}
	if len(r.Addresses) == 0 || r.ID == "" {
		return r, "no address"
	}
	if sets := e.Detail.Mail.Tags["ses:configuration-set"]; len(sets) > 0 {
		r.Set = sets[0]
	}
	for _, h := range e.Detail.Mail.Headers {
		if name := strings.ToLower(h.Name); strings.HasPrefix(name, "x-hoso-") {
			r.Headers[name] = h.Value
		}
	}
	return r, ""
}
