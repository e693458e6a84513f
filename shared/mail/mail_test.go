package mail

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

var (
	at     = time.Date(2023, 12, 1, 1, 30, 0, 0, time.UTC)
	due    = time.Date(2023, 12, 5, 10, 0, 0, 0, time.UTC)
	office = Sender{Name: "Cổng hồ sơ khen thưởng", Email: "hoso@backan.example"}
	tok    = "AbCd_efGh-ijKl0123456789mnopQRSTUVwxyz01234"
)

const portal = "https://hoso.backan.example"

// templates lists every template with whether it may carry a link.
func templates() map[string]linkRule {
	out := map[string]linkRule{}
	for _, t := range Templates() {
		w, ok := wordingOf(t)
		if !ok {
			panic("no words for " + t)
		}
		out[t] = w.link
	}
	return out
}

func notice(template string, rule linkRule) Notice {
	n := Notice{Template: template, To: "p1", Dossier: "d1", Round: "r1", Due: due, Data: map[string]string{
		Number: "0007/2023", Campaign: "Thi đua chuyển đổi số", RoundName: "Sơ kết năm 2023", Step: "Thẩm định tại Sở",
		Code: "48210077", Outcome: "Được khen thưởng", ReceivedAt: "2023-11-20T08:15:00+07:00", DecidedAt: "2023-11-20T08:15:00+07:00",
		Files: "6", Blocking: "3", Evidence: "hoso\n42\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=\n", Page: "/ho-so/d1",
		"nominee": "Đàm Thị Hoa", "reason": "Khai sai ngày sinh 02/3/1980",
	}}
	if rule != noLink {
		n.Link = tok
	}
	return n
}

// parsed is a mail read back by the standard library only.
type parsed struct {
	head       netmail.Header
	text, html string
	raw        string
}

func parse(t *testing.T, raw []byte) parsed {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("mail does not parse: %v\n%s", err, raw)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %q: %v", m.Header.Get("Content-Type"), err)
	}
	p := parsed{head: m.Header, raw: string(raw)}
	r := multipart.NewReader(m.Body, params["boundary"])
	var kinds []string
	for {
		part, err := r.NextPart() // undoes quoted-printable
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		k, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		kinds = append(kinds, k)
		if k == "text/plain" {
			p.text = strings.ReplaceAll(string(body), "\r\n", "\n")
		} else {
			p.html = string(body)
		}
	}
	if strings.Join(kinds, " ") != "text/plain text/html" {
		t.Fatalf("parts are %v", kinds)
	}
	return p
}

func render(t *testing.T, id string, n Notice, to Recipient) parsed {
	t.Helper()
	m, err := Render(id, n, to, portal, office)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := m.Bytes(at)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, raw)
}

// anchors gives the targets of links and whatever else the HTML would load.
func anchors(t *testing.T, page string) (links, loads []string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			switch {
			case n.Data == "a" && a.Key == "href":
				links = append(links, a.Val)
			case a.Key == "src" || a.Key == "srcset" || a.Key == "background" || strings.HasPrefix(a.Key, "on") || strings.Contains(a.Val, "url("):
				loads = append(loads, n.Data+" "+a.Key)
			}
		}
		if n.Type == html.ElementNode && strings.Contains(" script img link iframe object form style ", " "+n.Data+" ") {
			loads = append(loads, n.Data)
		}
	}
	return links, loads
}

func TestEveryTemplateMakesAWholeMail(t *testing.T) {
	personal := regexp.MustCompile(`Đàm Thị Hoa|Khai sai|02/3/1980`)
	for template, rule := range templates() {
		t.Run(template, func(t *testing.T) {
			p := render(t, "d1/rev/1/"+template, notice(template, rule), Recipient{"Nông Văn Bình", "binh@so.example"})
			to, err := p.head.AddressList("To")
			if err != nil || len(to) != 1 || to[0].Address != "binh@so.example" || to[0].Name != "Nông Văn Bình" {
				t.Errorf("To = %v, %v", to, err)
			}
			for _, h := range []string{"Cc", "Bcc", "Reply-To"} {
				if p.head.Get(h) != "" {
					t.Errorf("%s is set", h)
				}
			}
			from, err := p.head.AddressList("From")
			if err != nil || len(from) != 1 || from[0].Address != office.Email || from[0].Name != office.Name {
				t.Errorf("From = %v, %v", from, err)
			}
			for h, want := range map[string]string{
				"X-Hoso-Dossier": "d1", "X-Hoso-Round": "r1", "X-Hoso-Purpose": template,
				"X-Hoso-Message": "d1/rev/1/" + template, "Auto-Submitted": "auto-generated",
			} {
				if got := p.head.Get(h); got != want {
					t.Errorf("%s = %q, want %q", h, got, want)
				}
			}
			if sent, err := p.head.Date(); err != nil || !sent.Equal(at) {
				t.Errorf("Date = %v, %v", sent, err)
			}
			subject, err := new(mime.WordDecoder).DecodeHeader(p.head.Get("Subject"))
			if err != nil || !strings.HasPrefix(subject, "[Hồ sơ] ") {
				t.Errorf("Subject = %q, %v", subject, err)
			}
			if personal.MatchString(p.text + p.html + subject) {
				t.Error("personal data in the mail")
			}
			links, loads := anchors(t, p.html)
			if len(loads) > 0 {
				t.Errorf("HTML loads or runs %v", loads)
			}
			if want := map[bool]int{true: 1, false: 0}[rule != noLink]; len(links) != want {
				t.Errorf("links %v, want %d", links, want)
			}
			if !strings.Contains(p.text, "không bao giờ hỏi mật khẩu") {
				t.Error("the mail does not say that no password is asked")
			}
			for _, line := range strings.Split(p.raw, "\r\n") {
				if len(line) > 78 {
					t.Errorf("line of %d bytes: %q", len(line), line)
				}
			}
		})
	}
}

func TestLinkStandsAloneAndSurvivesTheWire(t *testing.T) {
	for _, root := range []string{
		portal, portal + "/", "http://127.0.0.1:43215",
		"https://thi-dua-khen-thuong.cong-dich-vu-cong-noi-bo.so-thong-tin-va-truyen-thong.tinh-bac-kan.example",
	} {
		m, err := Render("n1", notice(TaskAppraisal, mayLink), Recipient{"A", "a@b.example"}, root, office)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := m.Bytes(at)
		if err != nil {
			t.Fatal(err)
		}
		p := parse(t, raw)
		want := strings.TrimRight(root, "/") + "/v/" + tok
		if len(want) > MaxLink {
			t.Fatalf("test link too long")
		}
		alone := 0
		for _, line := range strings.Split(p.text, "\n") {
			if line == want {
				alone++
			} else if strings.Contains(line, tok) {
				t.Errorf("link with company: %q", line)
			}
		}
		if alone != 1 {
			t.Errorf("link stands on %d lines of its own in\n%s", alone, p.text)
		}
		if links, _ := anchors(t, p.html); len(links) != 1 || links[0] != want {
			t.Errorf("HTML link %v, want %s", links, want)
		}
	}
}

func TestLinkThatMailProgramsWouldBreakIsRefused(t *testing.T) {
	long := portal + strings.Repeat("/abcdefghi", 13)
	for name, c := range map[string]struct{ root, token, template string }{
		"too long":              {long, tok + tok, TaskAppraisal},
		"equals sign":           {portal, tok[:30] + "=AB=", TaskAppraisal},
		"newline":               {portal, tok + "\r\nBcc: x@y.example", TaskAppraisal},
		"short":                 {portal, "abc", TaskAppraisal},
		"no link is due":        {portal, tok, Receipt},
		"invitation without":    {portal, "", Invitation},
		"not a web address":     {"javascript:alert(1)", tok, TaskAppraisal},
		"credentials":           {"https://a:b@x.example", tok, TaskAppraisal},
		"portal with a newline": {"https://x.example/\r\nBcc", tok, TaskAppraisal},
	} {
		n := notice(c.template, noLink)
		n.Link = c.token
		if m, err := Render("n1", n, Recipient{"A", "a@b.example"}, c.root, office); err == nil {
			t.Errorf("%s: accepted: %s", name, m.Text)
		}
	}
}

func TestNamesCannotAddHeadersOrMarkup(t *testing.T) {
	evil := "Hoàng\r\nBcc: thief@evil.example\r\n\r\n<img src=x onerror=alert(1)>\u202Etxt.exe\u2066\u0000 Văn " + strings.Repeat("dài ", 60)
	n := notice(TaskAppraisal, mayLink)
	for k := range n.Data {
		n.Data[k] = evil
	}
	n.Data[Page] = ""
	n.Dossier, n.Round = "d1\r\nBcc: thief@evil.example", "r1\nX: y"
	m, err := Render("n1", n, Recipient{evil, "a@b.example"}, portal, Sender{evil, "hoso@b.example"})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := m.Bytes(at)
	if err != nil {
		t.Fatal(err)
	}
	p := parse(t, raw)
	allowed := " Auto-Submitted Content-Language Content-Type Date From Message-Id Mime-Version Subject To X-Hoso-Dossier X-Hoso-Message X-Hoso-Purpose X-Hoso-Round "
	for h := range p.head {
		if !strings.Contains(allowed, " "+h+" ") || len(p.head[h]) != 1 {
			t.Errorf("header %s: %q", h, p.head[h])
		}
	}
	for _, h := range []string{"To", "From"} {
		if list, err := p.head.AddressList(h); err != nil || len(list) != 1 || !strings.HasSuffix(list[0].Address, "@b.example") {
			t.Errorf("%s = %v, %v", h, list, err)
		}
	}
	if _, loads := anchors(t, p.html); len(loads) > 0 {
		t.Errorf("HTML loads or runs %v", loads)
	}
	if strings.ContainsAny(p.text+p.html, "\u202e\u2066\u0000") {
		t.Error("marks that turn the reading direction are left")
	}
	if strings.Contains(p.text, "\nBcc:") {
		t.Error("a name starts a line of its own")
	}
	for _, email := range []string{"a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "X <a@b.example>", "", "a", "a@b.example\n"} {
		if _, err := Render("n1", n, Recipient{"A", email}, portal, office); err == nil {
			t.Errorf("address %q accepted", email)
		}
	}
	if _, err := Render("n1\r\nBcc: x@y.example", n, Recipient{"A", "a@b.example"}, portal, office); err == nil {
		t.Error("notice id with a newline accepted")
	}
}

func TestRepeatIsTheSameMail(t *testing.T) {
	n := notice(TaskReview, mayLink)
	var first []byte
	for range 20 {
		m, err := Render("round/r1/review/1", n, Recipient{"Nông Văn Bình", "b@so.example"}, portal, office)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := m.Bytes(at)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = raw
		}
		if !bytes.Equal(first, raw) {
			t.Fatal("two renderings differ")
		}
	}
	other, err := Render("round/r1/review/2", n, Recipient{"Nông Văn Bình", "b@so.example"}, portal, office)
	if err != nil {
		t.Fatal(err)
	}
	if id := parse(t, first).head.Get("Message-ID"); id == "<"+other.MessageID()+">" || !regexp.MustCompile(`^<[0-9a-f]{40}@backan\.example>$`).MatchString(id) {
		t.Errorf("Message-ID %q", id)
	}
}

func TestSignInCodeStandsAloneAndNothingActs(t *testing.T) {
	n := notice(SignInCode, noLink)
	n.Dossier, n.Round, n.Data = "", "", map[string]string{Code: "48210077"}
	p := render(t, "code/1", n, Recipient{"A", "a@b.example"})
	if !strings.Contains(p.text, "\n48210077\n") {
		t.Errorf("code does not stand alone:\n%s", p.text)
	}
	if links, _ := anchors(t, p.html); len(links) > 0 {
		t.Errorf("links %v", links)
	}
	if strings.Contains(p.head.Get("Subject"), "48210077") {
		t.Error("the code is in the subject, where lock screens show it")
	}
	if p.head.Get("X-Hoso-Round") != "none" {
		t.Error("a mail of neither dossier nor round does not say so")
	}
	n.Data = nil
	if _, err := Render("code/1", n, Recipient{"A", "a@b.example"}, portal, office); err == nil {
		t.Error("a code mail without a code was made")
	}
}

func TestInstantsAreVietnamsWithTheWeekday(t *testing.T) {
	p := render(t, "n", notice(ReturnedToUnit, noLink), Recipient{"A", "a@b.example"})
	if !strings.Contains(p.text, "Hạn: 17 giờ 00 phút, thứ Ba ngày 05/12/2023\n") {
		t.Errorf("due instant missing:\n%s", p.text)
	}
	if p.text != strings.ReplaceAll(p.text, "01/01/0001", "") {
		t.Error("a zero instant is shown")
	}
	// A deadline at midnight is the end of the day before, as the pages say.
	n := notice(ReturnedToUnit, noLink)
	n.Due = time.Date(2023, 12, 5, 0, 0, 0, 0, zone)
	p = render(t, "n", n, Recipient{"A", "a@b.example"})
	subject, err := new(mime.WordDecoder).DecodeHeader(p.head.Get("Subject"))
	if err != nil || !strings.Contains(p.text, "Hạn: hết thứ Hai ngày 04/12/2023\n") || !strings.HasSuffix(subject, "(hạn 04/12/2023)") {
		t.Errorf("the end of a day is not told as such: %s, %v\n%s", subject, err, p.text)
	}
}

func TestMailOfADossierNamesItWithoutBeingTold(t *testing.T) {
	n := notice(ReturnedToUnit, noLink)
	n.Dossier, n.Data = "0190a1b2c3d4e5f60718293a4b5c6d7e", nil
	p := render(t, "n", n, Recipient{"A", "a@b.example"})
	if !strings.Contains(p.text, "Hồ sơ số: HS-718293A4B5C6D7E\n") {
		t.Errorf("the mail does not say which dossier:\n%s", p.text)
	}
}

func TestCheckpointLinesAreKept(t *testing.T) {
	p := render(t, "n", notice(Checkpoint, noLink), Recipient{"A", "a@b.example"})
	if !strings.Contains(p.text, "hoso\n42\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=\n") {
		t.Errorf("checkpoint broken:\n%s", p.text)
	}
}
