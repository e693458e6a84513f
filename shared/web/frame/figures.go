package frame

import (
	"net"
	"net/http"
	"time"

	"hoso/shared/fault"
)

// Meter counts requests by route pattern and status, and tells what it counted.
type Meter interface {
	Observe(route string, status int, took time.Duration)
	// Text gives the figures and their content type.
	Text() (kind string, text []byte, err error)
}

// own are the routes that every site has.
func (s *Site) own() []Route {
	plain := func(pattern string, h func(*Call) error) Route {
		return Route{Method: http.MethodGet, Pattern: pattern, Kind: Plain, Who: Everybody(), Handle: h}
	}
	routes := []Route{
		plain("/healthz", func(c *Call) error { return c.Bytes("text/plain; charset=utf-8", []byte("ok\n")) }),
		plain("/readyz", func(c *Call) error {
			if s.ready != nil {
				if err := s.ready(c.Context()); err != nil {
					return fault.Wrap(fault.Transient, "web.ready", err)
				}
			}
			return c.Bytes("text/plain; charset=utf-8", []byte("ready\n"))
		}),
		plain("/assets/{name...}", s.assets.serve),
		{Method: http.MethodGet, Pattern: "/api/openapi.json", Kind: API, Who: Everybody(), Handle: s.openAPI, Summary: "This description of the API."},
	}
	if s.meter != nil {
		routes = append(routes, plain("/metrics", s.metrics))
	}
	return routes
}

// metrics answers only the machine itself, and not through a proxy on it.
func (s *Site) metrics(c *Call) error {
	ip := net.ParseIP(Peer(c.R))
	if ip == nil || !ip.IsLoopback() || c.R.Header.Get("X-Forwarded-For") != "" || c.R.Header.Get("Forwarded") != "" {
		return fault.New(fault.NotFound, "web.metrics", "")
	}
	kind, text, err := s.meter.Text()
	if err != nil {
		return fault.Wrap(fault.Internal, "web.metrics", err)
	}
	return c.Bytes(kind, text)
}

// Harden sets the limits of a server that serves a site (threats.md row 91).
func Harden(srv *http.Server) {
	srv.ReadHeaderTimeout = 5 * time.Second
	srv.ReadTimeout = 60 * time.Second
	srv.WriteTimeout = 120 * time.Second
	srv.IdleTimeout = 120 * time.Second
	srv.MaxHeaderBytes = 32 << 10
}
