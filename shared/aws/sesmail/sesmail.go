// Package sesmail hands mails over to Amazon SES.
//
// The whole MIME text is ours (raw mail), so that the product's own headers
// arrive. SES replaces the Message-ID; a notice is known by X-Hoso-Message.
// SES takes a mail for an address that does not exist and learns of it later:
// bounces come back through the configuration set, not as an error here.
package sesmail

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"

	"hoso/shared/fault"
	"hoso/shared/mail"
)

// Transport is mail.Transport over SES. Safe for concurrent use.
type Transport struct {
	Client *sesv2.Client
	// Set is the configuration set that reports bounces; "" for none.
	Set string
	Now func() time.Time // dates the mails
}

var _ mail.Transport = Transport{}

// Send hands one mail over. Errors are fault.Transient, with mail.CodeSetup
// where only an operator can mend it, or fault.Invalid for a mail that cannot
// be made.
func (t Transport) Send(ctx context.Context, m mail.Message) error {
	raw, err := m.Bytes(t.Now())
	if err != nil {
		return err
	}
	in := &sesv2.SendEmailInput{
		FromEmailAddress: aws.String(m.From.String()),
		Destination:      &types.Destination{ToAddresses: []string{m.To.Address}},
		Content:          &types.EmailContent{Raw: &types.RawMessage{Data: raw}},
	}
	if t.Set != "" {
		in.ConfigurationSetName = &t.Set
	}
	_, err = t.Client.SendEmail(ctx, in)
	return wrap(err)
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	f := &fault.Error{Kind: fault.Transient, Op: "mail.ses", Err: err}
	var api smithy.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode() {
		case "MessageRejected", "MailFromDomainNotVerifiedException", "AccountSuspendedException", "SendingPausedException",
			"NotFoundException", "BadRequestException", "AccessDeniedException":
			f.Code = mail.CodeSetup
		}
	}
	return f
}
