package frame

import (
	"bytes"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"hoso/shared/fault"
)

// figures counts requests by route pattern and status; nil counts nothing.
type figures struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newFigures(reg *prometheus.Registry) (*figures, error) {
	if reg == nil {
		return nil, nil
	}
	f := &figures{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hoso_http_requests_total", Help: "Requests by route and status."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "hoso_http_request_seconds", Help: "Time to answer by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
	}
	for _, m := range []prometheus.Collector{f.requests, f.seconds} {
		if err := reg.Register(m); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *figures) observe(route string, status int, took time.Duration) {
	if f == nil {
		return
	}
	f.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	f.seconds.WithLabelValues(route).Observe(took.Seconds())
}

// own are the routes that every site has.
func (s *Site) own(metrics *prometheus.Registry) []Route {
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
	if metrics != nil {
		routes = append(routes, plain("/metrics", func(c *Call) error { return s.metrics(c, metrics) }))
	}
	return routes
}

// metrics answers only the machine itself, and not through a proxy on it.
func (s *Site) metrics(c *Call, reg *prometheus.Registry) error {
	ip := net.ParseIP(Peer(c.R))
	if ip == nil || !ip.IsLoopback() || c.R.Header.Get("X-Forwarded-For") != "" || c.R.Header.Get("Forwarded") != "" {
		return fault.New(fault.NotFound, "web.metrics", "")
	}
	families, err := reg.Gather()
	if err != nil {
		return fault.Wrap(fault.Internal, "web.metrics", err)
	}
	var b bytes.Buffer
	format := expfmt.NewFormat(expfmt.TypeTextPlain)
	enc := expfmt.NewEncoder(&b, format)
	for _, f := range families {
		if err := enc.Encode(f); err != nil {
			return fault.Wrap(fault.Internal, "web.metrics", err)
		}
	}
	return c.Bytes(string(format), b.Bytes())
}

// Harden sets the limits of a server that serves a site (threats.md row 91).
func Harden(srv *http.Server) {
	srv.ReadHeaderTimeout = 5 * time.Second
	srv.ReadTimeout = 60 * time.Second
	srv.WriteTimeout = 120 * time.Second
	srv.IdleTimeout = 120 * time.Second
	srv.MaxHeaderBytes = 32 << 10
}
