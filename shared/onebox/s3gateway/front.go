package s3gateway

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"time"
)

// Time limits of the endpoint. There is none on a whole request: a scan of
// 100 MB over a slow line may take long, but something has to arrive.
const (
	headerTime = 15 * time.Second
	idleTime   = 2 * time.Minute
	stallTime  = 60 * time.Second
	maxHeader  = 16 << 10
)

// newFront is the HTTP server that stands before the library. The library's
// own server has no time limits and stops accepting for good when the process
// runs out of file descriptors; this one bounds both, and hides the library's
// administration routes.
func newFront(inner *http.Transport, cfg Config) *http.Server {
	proxy := &httputil.ReverseProxy{
		Transport: inner,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", "objects"
			r.Out.Host = r.In.Host // part of the signature
			r.Out.Header.Del("Expect")
		},
		ModifyResponse: func(r *http.Response) error {
			r.Header.Set("X-Content-Type-Options", "nosniff")
			r.Header.Set("Cache-Control", "no-store")
			r.Header.Set("Referrer-Policy", "no-referrer")
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() == nil {
				cfg.Log.Warn("object store request failed", "method", r.Method, "error", err)
			}
			refuse(w, http.StatusServiceUnavailable, "ServiceUnavailable", "The request was cut short.")
		},
		ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelWarn),
	}
	return &http.Server{
		Handler:           moving(allowed(proxy), stallTime),
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug),
	}
}

// allowed passes on the methods of S3.
func allowed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPost, http.MethodDelete, http.MethodOptions:
			next.ServeHTTP(w, r)
		default:
			refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The method is not allowed.")
		}
	})
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"+code+"</Code><Message>"+message+"</Message></Error>")
}

// moving ends a request whose body, or whose reader, has not moved for a time.
func moving(next http.Handler, stall time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		past := time.Unix(1, 0)
		timer := time.AfterFunc(stall, func() {
			_ = c.SetReadDeadline(past) // unblocks a read or write that waits; nobody else to tell
			_ = c.SetWriteDeadline(past)
		})
		defer timer.Stop()
		r.Body = movingBody{r.Body, timer, stall}
		next.ServeHTTP(movingWriter{w, timer, stall}, r)
	})
}

type movingBody struct {
	io.ReadCloser
	timer *time.Timer
	stall time.Duration
}

func (b movingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.timer.Reset(b.stall)
	}
	return n, err
}

type movingWriter struct {
	http.ResponseWriter
	timer *time.Timer
	stall time.Duration
}

func (w movingWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	if n > 0 {
		w.timer.Reset(w.stall)
	}
	return n, err
}

// Unwrap lets the proxy flush and set deadlines.
func (w movingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// limitListener accepts at most n connections at a time; the others wait in
// the kernel's queue.
func limitListener(ln net.Listener, n int) net.Listener {
	return &limited{Listener: ln, slots: make(chan struct{}, n), closed: make(chan struct{})}
}

type limited struct {
	net.Listener
	slots  chan struct{}
	closed chan struct{}
	once   sync.Once
}

func (l *limited) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.slots
		return nil, err
	}
	return &limitedConn{Conn: c, release: sync.OnceFunc(func() { <-l.slots })}, nil
}

func (l *limited) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

type limitedConn struct {
	net.Conn
	release func()
}

func (c *limitedConn) Close() error {
	err := c.Conn.Close()
	c.release()
	return err
}
