package mailout

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"hoso/shared/fault"
	"hoso/shared/mail"
)

// SMTP hands each mail to a server over a connection of its own.
type SMTP struct {
	host    string
	options []gomail.Option
	now     func() time.Time
	timeout time.Duration
}

// Timeout bounds one hand-over from dialling to the server's last answer.
const Timeout = 60 * time.Second

// NewSMTP reads the server's address from a URL:
//
//	smtp://user:pass@host:587    STARTTLS is required unless the host is this machine
//	smtp://host:25?tls=optional  STARTTLS if offered (tls=required, tls=none)
//	smtps://user:pass@host:465   TLS from the first byte
//
// Credentials never go over a connection in the clear to another machine.
// now dates the mails; roots, if not nil, are the accepted certificates.
func NewSMTP(address string, now func() time.Time, roots *tls.Config) (*SMTP, error) {
	bad := func(format string, a ...any) (*SMTP, error) {
		return nil, &fault.Error{
			Kind: fault.Invalid, Op: "mailout.smtp", Err: fmt.Errorf(format, a...),
			Public: "Địa chỉ máy chủ thư không đúng. Dạng: smtp://tên:mật-khẩu@máy:587 hoặc smtps://tên:mật-khẩu@máy:465.",
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		return bad("address cannot be parsed") // the parse error would repeat the password
	}
	if u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		return bad("host is missing or a path is given")
	}
	s := &SMTP{host: u.Hostname(), now: now, timeout: Timeout}
	local := isLocal(u.Hostname())
	port := 587
	policy := gomail.TLSMandatory
	if local {
		policy = gomail.TLSOpportunistic
	}
	switch u.Scheme {
	case "smtp":
		switch u.Query().Get("tls") {
		case "":
		case "required":
			policy = gomail.TLSMandatory
		case "optional":
			policy = gomail.TLSOpportunistic
		case "none":
			policy = gomail.NoTLS
		default:
			return bad("tls is none of required, optional, none")
		}
		s.options = append(s.options, gomail.WithTLSPolicy(policy))
	case "smtps":
		port = 465
		s.options = append(s.options, gomail.WithSSL())
	default:
		return bad("scheme %q is neither smtp nor smtps", u.Scheme)
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil || port < 1 || port > 65535 {
			return bad("port %q", p)
		}
	}
	config := &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
	if roots != nil {
		config = roots.Clone()
		config.ServerName = u.Hostname()
	}
	s.options = append(s.options, gomail.WithPort(port), gomail.WithTLSConfig(config), gomail.WithTimeout(s.timeout))
	if u.User != nil {
		password, _ := u.User.Password()
		if u.Scheme == "smtp" && policy != gomail.TLSMandatory && !local {
			return bad("credentials need TLS: use smtps or tls=required")
		}
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
		if local && u.Scheme == "smtp" {
			s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthPlainNoEnc))
		}
	}
	return s, nil
}

// isLocal reports whether the host is this machine.
func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// Send hands the mail over. A server that took it (250 after the last line)
// has it even if the goodbye fails. A connection lost before that answer is
// fault.Transient: the mail may or may not have been taken, and a repeat
// carries the same Message-ID.
func (s *SMTP) Send(ctx context.Context, m mail.Message) error {
	msg, err := m.Compose(s.now())
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return &fault.Error{Kind: fault.Transient, Op: "mailout.smtp", Code: mail.CodeSetup, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() {
		return nil
	}
	return classify(err)
}

// classify tells what a failed hand-over means (RFC 3463 for the enhanced
// codes): a refusal of this recipient, something an operator must mend, or a
// server that may take the mail later.
func classify(err error) error {
	transient := func(code string) error {
		return &fault.Error{Kind: fault.Transient, Op: "mailout.smtp", Code: code, Err: err}
	}
	var send *gomail.SendError
	if !errors.As(err, &send) {
		// Dialling, TLS or credentials: nothing was said about a recipient.
		var network net.Error
		if errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			return transient("")
		}
		return transient(mail.CodeSetup)
	}
	code, enhanced := send.ErrorCode(), send.EnhancedStatusCode()
	permanent := code >= 500 && code < 600
	switch {
	case !permanent:
		return transient("")
	case code == 530 || code == 535 || code == 538 || strings.HasPrefix(enhanced, "5.7."):
		return transient(mail.CodeSetup) // a policy against this sender, not against the recipient
	case send.Reason == gomail.ErrSMTPRcptTo,
		send.Reason == gomail.ErrSMTPDataClose && (strings.HasPrefix(enhanced, "5.1.") || strings.HasPrefix(enhanced, "5.2.") || enhanced == ""):
		return &fault.Error{
			Kind: fault.Invalid, Op: "mailout.smtp", Code: mail.CodeRefused, Err: err,
			Public: "Máy chủ thư của người nhận không nhận thư gửi tới địa chỉ này.",
		}
	}
	return transient(mail.CodeSetup)
}
