package s3gateway

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestRequestThatStopsMovingIsEnded(t *testing.T) {
	read := make(chan error, 1)
	srv := httptest.NewServer(moving(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		read <- err
	}), 30*time.Millisecond))
	defer srv.Close()
	c, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf"); err != nil {
		t.Fatal(err)
	}
	if err := <-read; err == nil {
		t.Error("the handler saw a whole body")
	}
	// The connection ends by itself; the test would hang here if it did not.
	_, _ = io.Copy(io.Discard, c)
}

func TestConnectionsBeyondTheLimitWaitForAFreePlace(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln := limitListener(inner, 1)
	defer ln.Close()
	for range 2 {
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	first, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan net.Conn)
	go func() {
		c, _ := ln.Accept() // nil if it fails, which the test below sees
		second <- c
	}()
	select {
	case <-second:
		t.Fatal("two connections at once")
	default:
	}
	first.Close()
	first.Close() // a second time frees no second place
	c := <-second
	if c == nil {
		t.Fatal("no second connection")
	}
	c.Close()
}

func TestLimitsFitTheFileDescriptors(t *testing.T) {
	for _, c := range []struct {
		descriptors uint64
		want        limits
	}{
		{1 << 20, limits{1024, 256}},
		{4096, limits{1024, 256}},
		{1024, limits{298, 74}},
		{64, limits{128, 32}}, // too few for anything; the least that works
	} {
		got := limitsFor(c.descriptors)
		if got != c.want {
			t.Errorf("%d descriptors: %+v, want %+v", c.descriptors, got, c.want)
		}
		if need := got.connections + 5*got.requests; c.descriptors >= 512 && uint64(need) > c.descriptors {
			t.Errorf("%d descriptors: up to %d are used", c.descriptors, need)
		}
	}
}
