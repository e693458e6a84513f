package player

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Mail is a mail as its reader sees it.
type Mail struct {
	ID      string // stable id of the notice
	To      string // address
	Subject string
	Purpose string
	Dossier string
	Round   string
	Text    string
	Date    time.Time
}

// Mailbox gives every mail that was sent so far, in any order.
type Mailbox interface {
	Mails(ctx context.Context) ([]Mail, error)
}

// FolderBox reads the .eml files of a folder.
type FolderBox struct{ Dir string }

// Mails reads the folder. One that is not there yet holds no mail.
func (f FolderBox) Mails(context.Context) ([]Mail, error) {
	list, err := os.ReadDir(f.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Mail
	for _, e := range list {
		if filepath.Ext(e.Name()) != ".eml" {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(f.Dir, e.Name()))
		if err != nil {
			return nil, err
		}
		m, err := ParseMail(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		out = append(out, m)
	}
	return out, nil
}

// HTTPBox reads mails from an address that answers with a JSON list of raw
// mails (RFC 5322 text, one string each).
type HTTPBox struct{ URL string }

// Mails asks for the list.
func (h HTTPBox) Mails(ctx context.Context) ([]Mail, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL, nil)
	if err != nil {
		return nil, err
	}
	answer, err := network().Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("hộp thư %s trả lời %s", h.URL, answer.Status)
	}
	var raw []string
	if err := json.NewDecoder(io.LimitReader(answer.Body, 64<<20)).Decode(&raw); err != nil {
		return nil, fmt.Errorf("hộp thư %s: %w", h.URL, err)
	}
	var out []Mail
	for _, text := range raw {
		m, err := ParseMail([]byte(text))
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// ParseMail reads a mail: its headers and its plain part.
func ParseMail(raw []byte) (Mail, error) {
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Mail{}, fmt.Errorf("đọc thư: %w", err)
	}
	h := msg.Header
	m := Mail{ID: h.Get("X-Hoso-Message"), Purpose: h.Get("X-Hoso-Purpose"), Dossier: h.Get("X-Hoso-Dossier"), Round: h.Get("X-Hoso-Round")}
	if to, err := h.AddressList("To"); err == nil && len(to) == 1 {
		m.To = to[0].Address
	} else {
		return Mail{}, fmt.Errorf("thư %s không có đúng một người nhận", m.ID)
	}
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(h.Get("Subject")); err != nil {
		return Mail{}, err
	}
	if m.Date, err = h.Date(); err != nil {
		return Mail{}, err
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return Mail{}, fmt.Errorf("thư %s không có phần văn bản", m.ID)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			return Mail{}, fmt.Errorf("thư %s không có phần văn bản: %w", m.ID, err)
		}
		if k, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type")); k != "text/plain" {
			continue
		}
		var body io.Reader = p
		if strings.EqualFold(p.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
			body = quotedprintable.NewReader(p)
		}
		text, err := io.ReadAll(body)
		m.Text = strings.ReplaceAll(string(text), "\r\n", "\n")
		return m, err
	}
}

var (
	linkLine = regexp.MustCompile(`(?m)^(https?://\S+/[vi]/\S+)$`)
	codeLine = regexp.MustCompile(`(?m)^(\d{8})$`)
)

// Link is the acting link: the one that stands on a line of its own.
func (m Mail) Link() string {
	if found := linkLine.FindStringSubmatch(m.Text); found != nil {
		return found[1]
	}
	return ""
}

// Code is the sign-in code.
func (m Mail) Code() string {
	if found := codeLine.FindStringSubmatch(m.Text); found != nil {
		return found[1]
	}
	return ""
}

// Reader reads one mailbox and knows which mails it has read.
type Reader struct {
	Box  Mailbox
	seen map[string]bool
}

// patience is how long a mail or a state is waited for; the eye is how often
// one looks.
const (
	patience = 90 * time.Second
	eye      = 150 * time.Millisecond
)

// Next waits for a mail that was not read before and that match accepts, the
// oldest first, and marks it read. what says in an error what was awaited.
func (r *Reader) Next(ctx context.Context, what string, match func(Mail) bool) (Mail, error) {
	if r.seen == nil {
		r.seen = map[string]bool{}
	}
	var found Mail
	err := until(ctx, "thư "+what, func() (bool, error) {
		all, err := r.Box.Mails(ctx)
		if err != nil {
			return false, err
		}
		slices.SortStableFunc(all, func(a, b Mail) int { return a.Date.Compare(b.Date) })
		for _, m := range all {
			if !r.seen[m.ID] && match(m) {
				r.seen[m.ID], found = true, m
				return true, nil
			}
		}
		return false, nil
	})
	return found, err
}

// For accepts mails to an address for a purpose.
func For(to string, purposes ...string) func(Mail) bool {
	return func(m Mail) bool { return strings.EqualFold(m.To, to) && slices.Contains(purposes, m.Purpose) }
}

// until looks again and again until ready says yes, or patience ends.
func until(ctx context.Context, what string, ready func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(eye)
	defer tick.Stop()
	for {
		ok, err := ready()
		if err != nil || ok {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("đã chờ %s mà không thấy: %s", patience, what)
		case <-tick.C:
		}
	}
}
