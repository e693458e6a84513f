package objectstest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func (s *suite) cutOff(t *testing.T) {
	st := s.open(t, 0)
	for _, part := range []float64{0, 0.01, 0.5, 0.999} {
		u, data := s.upload(t, 400_000)
		f, err := st.PresignPost(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		contentType, body := form(f.Fields, data)
		sendPart(t, "POST", f.URL, map[string]string{"Content-Type": contentType}, body, part)
		p, err := st.PresignPut(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		sendPart(t, "PUT", p.URL, p.Headers, data, part)
		if n := versions(t, st, u.Key); n != 0 {
			t.Errorf("cut at %v: %d versions", part, n)
		}
		if code, answer := put(t, p, data); code != http.StatusOK {
			t.Errorf("again after a cut at %v: %d %s", part, code, answer)
		}
	}
}

// sendPart sends a request whose body ends early, and waits until the other
// side has closed the connection.
func sendPart(t *testing.T, method, address string, headers map[string]string, body []byte, part float64) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if u.Scheme != "http" {
		t.Skip("cuts are made on plain connections only")
	}
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var head bytes.Buffer
	fmt.Fprintf(&head, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", method, u.RequestURI(), u.Host, len(body))
	for n, v := range headers {
		if !strings.EqualFold(n, "Content-Length") {
			fmt.Fprintf(&head, "%s: %s\r\n", n, v)
		}
	}
	head.WriteString("\r\n")
	head.Write(body[:int(float64(len(body))*part)])
	if _, err := c.Write(head.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(c) // a reset is as good as an answer
	if bytes.HasPrefix(answer, []byte("HTTP/1.1 2")) {
		t.Errorf("%s cut at %v was answered %.40q", method, part, answer)
	}
}
