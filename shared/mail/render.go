package mail

import (
	"fmt"
	"maps"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"hoso/shared/calendar"
	"hoso/shared/dossier"
	"hoso/shared/fault"
)

// MaxLink bounds an acting link: longer ones are cut by mail programs
// (threats.md T14).
const MaxLink = 200

// Recipient is who gets the mail.
type Recipient struct {
	Name  string
	Email string
}

// Sender is the one fixed address mails come from.
type Sender struct {
	Name  string
	Email string
}

// isToken says what may stand in a link: base64url, so that no mail program
// can take a character for quoting or wrapping.
func isToken(s string) bool {
	return len(s) >= 20 && len(s) <= 128 && strings.IndexFunc(s, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && r != '-'
	}) < 0
}

// isNoticeID says what may stand in a notice's id.
func isNoticeID(s string) bool {
	return len(s) >= 1 && len(s) <= 400 && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// zone is the time zone of every instant shown (+07 all year).
var zone = time.FixedZone("+07", 7*3600)

// content is what text and HTML are made of.
type content struct {
	Subject  string
	Hello    string
	Lead     string
	Code     string
	Facts    []fact
	Evidence string
	Link     string
	Button   string
	Then     string
	Page     string
	English  string
	Portal   string
}

type fact struct{ Name, Value string }

// Render makes the mail of a notice. id is the outbox message's id; portal is
// the portal's root address. fault.Invalid: the notice, an address or the
// link breaks a rule; such a mail must not be sent at all.
func Render(id string, n Notice, to Recipient, portal string, from Sender) (Message, error) {
	fail := func(format string, a ...any) (Message, error) {
		return Message{}, &fault.Error{Kind: fault.Invalid, Op: "mail.render", Err: fmt.Errorf(format, a...)}
	}
	w, ok := wordingOf(n.Template)
	switch {
	case !ok:
		return fail("no template %q", n.Template)
	case !isNoticeID(id):
		return fail("notice id %q cannot stand in a header", id)
	}
	sender, err := address(from.Name, from.Email)
	if err != nil {
		return fail("sender: %w", err)
	}
	recipient, err := address(to.Name, to.Email)
	if err != nil {
		return fail("recipient: %w", err)
	}
	root, err := portalRoot(portal)
	if err != nil {
		return fail("portal: %w", err)
	}
	n.Data = named(n)
	c := content{Hello: "Kính gửi ông/bà " + recipient.Name + ",", Lead: w.lead, English: w.english, Portal: root}
	if recipient.Name == "" {
		c.Hello = "Kính gửi ông/bà,"
	}
	if c.Link, err = link(w, n, root); err != nil {
		return fail("%s: %w", n.Template, err)
	}
	if c.Link != "" {
		c.Button = w.button
	} else {
		c.Then = w.then
	}
	if n.Template == SignInCode {
		if c.Code = line(n.Data[Code]); c.Code == "" {
			return fail("%s: code is missing", n.Template)
		}
	}
	if c.Page, err = page(n.Data[Page], root); err != nil {
		return fail("%s: %w", n.Template, err)
	}
	c.Subject = subject(w, n)
	c.Facts = facts(w, n)
	if wants(w, Evidence) {
		c.Evidence = block(n.Data[Evidence])
	}
	return Message{ID: id, From: sender, To: recipient, Subject: c.Subject, Text: text(c), HTML: page2html(c), Headers: headers(id, n)}, nil
}

// named gives the notice's words with the dossier's number among them: who
// reads of a dossier must see which. Where the act gave none, the number is
// made of the id's last digits, as receipts make it.
func named(n Notice) map[string]string {
	if n.Dossier == "" || n.Data[Number] != "" {
		return n.Data
	}
	data := maps.Clone(n.Data)
	if data == nil {
		data = map[string]string{}
	}
	data[Number] = dossier.Number(n.Dossier)
	return data
}

// NoRound marks a mail of neither dossier nor round.
const NoRound = "none"

// headers are the marks by which programs know a mail. A mail of neither
// dossier nor round (sign-in, invitation) says so: every mail has one of the two.
func headers(id string, n Notice) map[string]string {
	h := map[string]string{"X-Hoso-Purpose": n.Template, "X-Hoso-Message": id}
	if n.Dossier != "" {
		h["X-Hoso-Dossier"] = line(n.Dossier)
	}
	if n.Round != "" {
		h["X-Hoso-Round"] = line(n.Round)
	}
	if n.Dossier == "" && n.Round == "" {
		h["X-Hoso-Round"] = NoRound
	}
	return h
}

// link gives the address of the acting link, or "".
func link(w wording, n Notice, root string) (string, error) {
	switch {
	case n.Link == "" && w.link == needsLink:
		return "", fmt.Errorf("link is missing")
	case n.Link == "":
		return "", nil
	case w.link == noLink:
		return "", fmt.Errorf("this mail carries no link")
	case !isToken(n.Link):
		return "", fmt.Errorf("token has characters that a mail program may break")
	}
	path := TaskPath
	if n.Template == Invitation {
		path = InvitePath
	}
	l := root + path + n.Link
	if len(l) > MaxLink {
		return "", fmt.Errorf("link has %d characters, at most %d", len(l), MaxLink)
	}
	return l, nil
}

// page gives the address of the page to look at: it only shows, after sign-in.
func page(local, root string) (string, error) {
	if local == "" {
		return "", nil
	}
	u, err := url.Parse(local)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(local, "/") || strings.HasPrefix(local, "//") || line(local) != local {
		return "", fmt.Errorf("page %q is not a local address", local)
	}
	return root + u.EscapedPath(), nil
}

// portalRoot checks the portal's address and takes off the last slash.
func portalRoot(portal string) (string, error) {
	u, err := url.Parse(portal)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("%q is not an http(s) root address", portal)
	}
	for _, r := range portal {
		if r <= ' ' || r > '~' {
			return "", fmt.Errorf("%q is not ASCII", portal)
		}
	}
	return strings.TrimRight(portal, "/"), nil
}

// address makes one mailbox. A name is shortened and freed of what could
// break a header or turn the reading direction; an address is taken as it is
// or refused.
func address(name, email string) (netmail.Address, error) {
	a, err := netmail.ParseAddress(email)
	if err != nil || a.Name != "" || a.Address != email {
		return netmail.Address{}, fmt.Errorf("%q is not a single mail address", email)
	}
	name = line(name)
	if utf8.RuneCountInString(name) > 100 {
		name = string([]rune(name)[:100])
	}
	return netmail.Address{Name: name, Address: email}, nil
}

func subject(w wording, n Notice) string {
	s := w.subject
	if v := line(n.Data[Number]); v != "" {
		s += " " + v
	} else if v := line(n.Data[RoundName]); v != "" {
		s += ": " + v
	}
	if !n.Due.IsZero() && n.Template != SignInCode {
		s += " (hạn " + lastDay(n.Due).Format("02/01/2006") + ")"
	}
	if r := []rune(s); len(r) > 150 {
		s = string(r[:149]) + "…"
	}
	return "[Hồ sơ] " + s
}

func facts(w wording, n Notice) []fact {
	var out []fact
	add := func(word, value string) {
		if value != "" {
			out = append(out, fact{factName(word), value})
		}
	}
	for _, word := range []string{Number, Campaign, RoundName, Step} {
		add(word, line(n.Data[word]))
	}
	for _, word := range w.facts {
		v := line(n.Data[word])
		switch word {
		case Evidence:
			continue
		case ReceivedAt, DecidedAt:
			t, err := time.Parse(time.RFC3339, v)
			if err != nil {
				continue
			}
			v = instant(t)
		}
		add(word, v)
	}
	if !n.Due.IsZero() && n.Template != SignInCode {
		out = append(out, fact{"Hạn", deadline(n.Due)})
	}
	return out
}

func wants(w wording, word string) bool {
	for _, f := range w.facts {
		if f == word {
			return true
		}
	}
	return false
}

// instant shows an instant as offices write it.
func instant(t time.Time) string {
	t = t.In(zone)
	return fmt.Sprintf("%02d giờ %02d phút, %s", t.Hour(), t.Minute(), weekday(t))
}

// deadline shows one so that nobody is a day wrong: one at midnight is the
// end of the day before, as the pages call it.
func deadline(t time.Time) string {
	if d := calendar.DateOf(t); t.Equal(d.Start()) {
		return "hết " + weekday(lastDay(t))
	}
	return instant(t)
}

// lastDay is the last day that a deadline leaves.
func lastDay(due time.Time) time.Time { return due.Add(-time.Nanosecond).In(zone) }

func weekday(t time.Time) string {
	day := [...]string{"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"}[t.Weekday()]
	return day + " ngày " + t.Format("02/01/2006")
}

// line makes any text safe to stand in one line: control characters, line
// separators and marks that turn the reading direction are taken out.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsControl(r), unicode.IsSpace(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// block makes a text of several lines safe, line by line, indentation gone.
func block(s string) string {
	rows := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i := range rows {
		rows[i] = line(rows[i])
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}
