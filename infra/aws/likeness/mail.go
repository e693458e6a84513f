package likeness

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"regexp"
	"strings"
)

// codes are what a sign-in mail carries; nothing else in it has such a shape.
var codes = regexp.MustCompile(`\b\d{6,8}\b|\b\d{3,4} \d{3,4}\b`)

// shown are the headers that a reader or a program sees; who sends is a setting.
var shown = []string{"To", "Subject", "Auto-Submitted", "Content-Language", "X-Hoso-Purpose", "X-Hoso-Dossier", "X-Hoso-Round", "X-Hoso-Message"}

// mailText gives a mail as it is read: headers decoded, then each part.
func mailText(raw []byte) (string, error) {
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return "", fmt.Errorf("mail: %w", err)
	}
	var b strings.Builder
	words := new(mime.WordDecoder)
	for _, name := range shown {
		value, err := words.DecodeHeader(m.Header.Get(name))
		if err != nil {
			return "", fmt.Errorf("mail: %s: %w", name, err)
		}
		fmt.Fprintf(&b, "%s: %s\n", name, value)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return "", fmt.Errorf("mail: %q is not of several parts: %w", kind, err)
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", fmt.Errorf("mail: %w", err)
		}
		body, err := io.ReadAll(p)
		if err != nil {
			return "", fmt.Errorf("mail: %w", err)
		}
		fmt.Fprintf(&b, "%s\n%s\n", p.Header.Get("Content-Type"), strings.ReplaceAll(string(body), "\r\n", "\n"))
	}
	text := b.String()
	if strings.HasPrefix(m.Header.Get("X-Hoso-Purpose"), "sign-in") {
		text = codes.ReplaceAllString(text, "‹code›")
	}
	return text, nil
}
