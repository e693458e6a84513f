// Package auditors sends signed checkpoints of the log to those who keep them.
package auditors

import (
	"context"

	"hoso/shared/calendar"
	"hoso/shared/evidence"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/store"
)

// most is how many are sent checkpoints.
const most = 20

// Mails are the notices by which a signed checkpoint leaves the
// machine: to every auditor, the first of each day, since a notice goes out
// once by its id.
func Mails(ctx context.Context, r store.Reader, c evidence.Checkpoint, signed []byte) ([]store.Message, error) {
	all, err := people.WithRole(ctx, r, most, people.Auditor)
	if err != nil {
		return nil, err
	}
	var out []store.Message
	for _, p := range all {
		out = append(out, store.Msg("mail/checkpoint/"+calendar.DateOf(c.At).ISO()+"/"+p.ID, flow.MailMessage,
			mail.Notice{Template: mail.Checkpoint, To: p.ID, Data: map[string]string{mail.Evidence: string(signed)}}))
	}
	return out, nil
}
