package mail

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"hoso/shared/fault"
)

// Message is a mail ready to be handed over: one sender, one recipient.
type Message struct {
	ID      string // notice id
	From    netmail.Address
	To      netmail.Address
	Subject string
	Text    string
	HTML    string
	Headers map[string]string // X-Hoso-…
}

// Transport hands mails over. Send returns nil once the other side has taken
// the mail into its keeping; repeating a Send of the same ID is harmless
// beyond a second copy with the same Message-ID. Errors: fault.Transient (try
// again later), or one that Refused recognises (this recipient will not get
// it, now or later).
type Transport interface {
	Send(ctx context.Context, m Message) error
}

// CodeRefused marks an error as the recipient's refusal: the address is not
// taken, or its mailbox does not take mail.
const CodeRefused = "recipient-refused"

// CodeSetup marks a Transient error that an operator must mend: credentials,
// certificates, or a policy against this sender.
const CodeSetup = "mail-setup"

// Refused reports whether err says that the recipient cannot be reached.
func Refused(err error) bool {
	return fault.Is(err, fault.Invalid) && fault.CodeOf(err) == CodeRefused
}

// MessageID is the Message-ID of a notice: the same for every repeat, in the
// domain of the sender.
func (m Message) MessageID() string {
	sum := sha256.Sum256([]byte(m.ID))
	_, domain, _ := strings.Cut(m.From.Address, "@")
	return hex.EncodeToString(sum[:20]) + "@" + domain
}

// Compose makes the MIME form, dated at: multipart/alternative, text first.
// The same message at the same instant gives the same bytes.
func (m Message) Compose(at time.Time) (*gomail.Msg, error) {
	sum := sha256.Sum256([]byte("boundary " + m.ID))
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingQP),
		gomail.WithBoundary(hex.EncodeToString(sum[:16])))
	msg.FromMailAddress(&m.From)
	msg.ToMailAddress(&m.To)
	if len(msg.GetFrom()) != 1 || len(msg.GetTo()) != 1 {
		return nil, &fault.Error{Kind: fault.Invalid, Op: "mail.compose", Err: errors.New("not exactly one sender and one recipient")}
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.MessageID())
	msg.SetDateWithValue(at)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("Content-Language", "vi, en")
	for name, value := range m.Headers {
		if !strings.HasPrefix(name, "X-Hoso-") {
			return nil, &fault.Error{Kind: fault.Invalid, Op: "mail.compose", Err: fmt.Errorf("header %q is not ours to set", name)}
		}
		msg.SetGenHeader(gomail.Header(name), value)
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}

// Bytes is the mail as it goes over the wire or into a folder.
func (m Message) Bytes(at time.Time) ([]byte, error) {
	msg, err := m.Compose(at)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, fault.Wrap(fault.Internal, "mail.compose", err)
	}
	return b.Bytes(), nil
}
