package mailout

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	gomail "github.com/wneessen/go-mail"

	"hoso/shared/fault"
	"hoso/shared/mail"
)

// server is a real SMTP server whose behaviour the test sets.
type server struct {
	mu        sync.Mutex
	mails     [][]byte
	rcpts     []string
	rcptErr   func(try int) error
	dataErr   error
	cutAfter  bool // takes the mail, then drops the connection without an answer
	cutReset  bool // takes and answers the mail, then drops the connection
	auth      string
	tries     int
	plainText bool // a mail came over an unencrypted connection
}

type session struct {
	s    *server
	c    *smtp.Conn
	rcpt string
	ok   bool

	resets int
}

func (x *session) Reset() {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	if x.resets++; x.s.cutReset && x.resets == 2 { // the first is the server's own, after the content
		_ = x.c.Conn().Close()
	}
}

func (x *session) Logout() error { return nil }
func (x *session) AuthMechanisms() []string {
	if x.s.auth == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user+":"+password != x.s.auth {
			return smtp.ErrAuthFailed
		}
		x.ok = true
		return nil
	}), nil
}

func (x *session) Mail(string, *smtp.MailOptions) error {
	if x.s.auth != "" && !x.ok {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	x.s.tries++
	if x.s.rcptErr != nil {
		if err := x.s.rcptErr(x.s.tries); err != nil {
			return err
		}
	}
	x.rcpt = to
	return nil
}

func (x *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	if x.s.dataErr != nil {
		return x.s.dataErr
	}
	x.s.mails = append(x.s.mails, raw)
	x.s.rcpts = append(x.s.rcpts, x.rcpt)
	if _, encrypted := x.c.TLSConnectionState(); !encrypted {
		x.s.plainText = true
	}
	if x.s.cutAfter {
		x.s.cutAfter = false
		return errors.Join(x.c.Conn().Close(), errors.New("cut"))
	}
	return nil
}

// start serves and gives the address; implicit TLS if asked.
func (s *server) start(t *testing.T, config *tls.Config, implicit bool) string {
	t.Helper()
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{s: s, c: c}, nil }))
	srv.Domain = "mx.example"
	srv.AllowInsecureAuth = true
	srv.ErrorLog = silent{}
	if config != nil && !implicit {
		srv.TLSConfig = config
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if implicit {
		l = tls.NewListener(l, config)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close(); <-done })
	return address
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// certificate makes a server certificate and the client side that trusts it.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mx"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tpl, tpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: pool}
}

func client(t *testing.T, address string, roots *tls.Config) *SMTP {
	t.Helper()
	s, err := NewSMTP(address, clock, roots)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestServerTakesTheMailAsItIs(t *testing.T) {
	s := &server{}
	c := client(t, "smtp://"+s.start(t, nil, false), nil)
	m := message(t, "dossier/d1/appraisal/1")
	if err := c.Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	want, err := m.Bytes(noon)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.mails) != 1 || !bytes.Equal(bytes.TrimRight(s.mails[0], "\r\n"), bytes.TrimRight(want, "\r\n")) {
		t.Fatalf("server got %d mails, or other bytes", len(s.mails))
	}
	if s.rcpts[0] != "binh@so.example" {
		t.Errorf("recipient %s", s.rcpts[0])
	}
}

func TestGreylistingIsTriedLaterWithTheSameMessageID(t *testing.T) {
	s := &server{rcptErr: func(try int) error {
		if try == 1 {
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "Greylisted, come back later"}
		}
		return nil
	}}
	c := client(t, "smtp://"+s.start(t, nil, false), nil)
	m := message(t, "n1")
	err := c.Send(context.Background(), m)
	if !fault.Is(err, fault.Transient) || mail.Refused(err) || fault.CodeOf(err) == mail.CodeSetup {
		t.Fatalf("greylisting is %v (%s)", err, fault.CodeOf(err))
	}
	if err := c.Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	parsed, err := netmail.ReadMessage(bytes.NewReader(s.mails[0]))
	if err != nil || parsed.Header.Get("Message-ID") != "<"+m.MessageID()+">" {
		t.Errorf("Message-ID %q, %v", parsed.Header.Get("Message-ID"), err)
	}
}

func TestRefusalOfTheRecipientIsToldFromTrouble(t *testing.T) {
	status := func(code int, e smtp.EnhancedCode, text string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: e, Message: text}
	}
	for name, c := range map[string]struct {
		rcpt, data     error
		refused, setup bool
	}{
		"no such user":              {rcpt: status(550, smtp.EnhancedCode{5, 1, 1}, "No such user here"), refused: true},
		"mailbox full for good":     {rcpt: status(552, smtp.EnhancedCode{5, 2, 2}, "Mailbox full"), refused: true},
		"refused after the content": {data: status(550, smtp.EnhancedCode{5, 1, 1}, "No such user"), refused: true},
		"relaying denied":           {rcpt: status(554, smtp.EnhancedCode{5, 7, 1}, "Relay access denied"), setup: true},
		"content policy":            {data: status(554, smtp.EnhancedCode{5, 7, 1}, "Looks like spam"), setup: true},
		"local trouble":             {rcpt: status(452, smtp.EnhancedCode{4, 3, 1}, "Out of storage")},
		"trouble after the content": {data: status(451, smtp.EnhancedCode{4, 3, 0}, "Try again")},
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{dataErr: c.data}
			if c.rcpt != nil {
				s.rcptErr = func(int) error { return c.rcpt }
			}
			err := client(t, "smtp://"+s.start(t, nil, false), nil).Send(context.Background(), message(t, "n1"))
			if err == nil || mail.Refused(err) != c.refused || (fault.CodeOf(err) == mail.CodeSetup) != c.setup {
				t.Errorf("error %v, code %q", err, fault.CodeOf(err))
			}
			if !c.refused && !fault.Is(err, fault.Transient) {
				t.Errorf("kind %s", fault.KindOf(err))
			}
		})
	}
}

func TestConnectionLostAfterTheContentIsRepeatedWithTheSameID(t *testing.T) {
	s := &server{cutAfter: true}
	c := client(t, "smtp://"+s.start(t, nil, false), nil)
	m := message(t, "n1")
	if err := c.Send(context.Background(), m); !fault.Is(err, fault.Transient) || mail.Refused(err) {
		t.Fatalf("lost answer is %v", err)
	}
	if err := c.Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	if len(s.mails) != 2 || !bytes.Equal(s.mails[0], s.mails[1]) {
		t.Errorf("%d mails, or the repeat differs", len(s.mails))
	}
}

func TestMailThatWasTakenIsNotSentAgainForAFailedGoodbye(t *testing.T) {
	s := &server{cutReset: true}
	c := client(t, "smtp://"+s.start(t, nil, false), nil)
	if err := c.Send(context.Background(), message(t, "n1")); err != nil || len(s.mails) != 1 {
		t.Errorf("%d mails, %v", len(s.mails), err)
	}
}

func TestSilentServerIsGivenUpInTime(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			defer c.Close()
		}
	}()
	c := client(t, "smtp://"+l.Addr().String(), nil)
	c.options = append(c.options, gomail.WithTimeout(100*time.Millisecond))
	if err := c.Send(context.Background(), message(t, "n1")); !fault.Is(err, fault.Transient) || fault.CodeOf(err) != "" {
		t.Errorf("silence is %v", err)
	}
	down := client(t, "smtp://127.0.0.1:1", nil)
	if err := down.Send(context.Background(), message(t, "n1")); !fault.Is(err, fault.Transient) || fault.CodeOf(err) != "" {
		t.Errorf("a server that is down is %v", err)
	}
}

func TestCredentialsAndContentGoOverTLS(t *testing.T) {
	theirs, ours := certificate(t)
	for name, implicit := range map[string]bool{"STARTTLS": false, "TLS from the first byte": true} {
		t.Run(name, func(t *testing.T) {
			s := &server{auth: "hoso:p@ss/w:rd"}
			scheme := map[bool]string{false: "smtp", true: "smtps"}[implicit]
			query := map[bool]string{false: "?tls=required", true: ""}[implicit]
			address := s.start(t, theirs, implicit)
			c := client(t, fmt.Sprintf("%s://hoso:p%%40ss%%2Fw%%3Ard@%s%s", scheme, address, query), ours)
			if err := c.Send(context.Background(), message(t, "n1")); err != nil {
				t.Fatal(err)
			}
			if len(s.mails) != 1 || s.plainText {
				t.Errorf("%d mails, in the clear: %v", len(s.mails), s.plainText)
			}
			wrong := client(t, fmt.Sprintf("%s://hoso:wrong@%s%s", scheme, address, query), ours)
			if err := wrong.Send(context.Background(), message(t, "n2")); !fault.Is(err, fault.Transient) || fault.CodeOf(err) != mail.CodeSetup {
				t.Errorf("wrong password is %v (%s)", err, fault.CodeOf(err))
			}
			stranger := client(t, fmt.Sprintf("%s://hoso:p%%40ss%%2Fw%%3Ard@%s%s", scheme, address, query), nil)
			if err := stranger.Send(context.Background(), message(t, "n3")); err == nil {
				t.Error("an unknown certificate was trusted")
			}
			if len(s.mails) != 1 {
				t.Errorf("%d mails", len(s.mails))
			}
		})
	}
}

func TestTLSThatIsRequiredAndNotOfferedStopsTheMail(t *testing.T) {
	s := &server{}
	c := client(t, "smtp://"+s.start(t, nil, false)+"?tls=required", nil)
	if err := c.Send(context.Background(), message(t, "n1")); fault.CodeOf(err) != mail.CodeSetup || len(s.mails) != 0 {
		t.Errorf("sent without TLS: %v", err)
	}
}

func TestAddressesThatAreWrongAreRefusedWithoutTheirPassword(t *testing.T) {
	for _, address := range []string{
		"", "host:25", "http://host", "smtp://", "smtp://host:99999", "smtp://host/path", "smtp://host?tls=maybe",
		"smtp://u:geheim@host:x", "smtp://u:geheim@mail.example?tls=optional", "smtp://u:geheim@mail.example?tls=none",
	} {
		_, err := NewSMTP(address, clock, nil)
		if !fault.Is(err, fault.Invalid) || strings.Contains(fmt.Sprint(err), "geheim") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
