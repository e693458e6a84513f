package s3gateway

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// limits bound what the endpoint takes on at once.
type limits struct {
	connections int // open from outside; the others wait in the kernel's queue
	requests    int // inside the library; the others wait before it
}

// limitsFor fits the limits to the file descriptors the process may have. A
// request inside takes up to five (both ends of a connection, the object, its
// temporary file, a folder), and the library stops accepting for good when it
// once gets none.
func limitsFor(descriptors uint64) limits {
	n := 1024
	if fit := (max(descriptors, 512) - 128) / 3; fit < uint64(n) {
		n = int(fit)
	}
	return limits{connections: n, requests: n / 4}
}

// Config says how the gateway is run. All fields without a default are required.
type Config struct {
	Dir       string   // data folder, absolute; objects/ and versions/ are made below it
	Listen    string   // host:port; port 0 takes a free one
	Region    string   // of the signatures
	AccessKey string   // of the one account
	SecretKey string   // of the one account
	Buckets   []string // made if missing, always versioned; the set is fixed while running
	Origin    string   // of the portal, such as https://ho-so.example.vn; "": no page may use the store from a browser

	TLS     *tls.Config      // nil: plain HTTP
	MinFree uint64           // bytes that uploads leave free on the disk; 0: none
	Now     func() time.Time // wall clock, used for the age of unfinished uploads
	Log     *slog.Logger

	// OnObject is told of every stored upload, at least once, one at a time
	// and in the order they became durable; nil: nobody is. Its context
	// outlives a graceful stop, which waits for it.
	OnObject func(ctx context.Context, o Object)
}

func (c Config) check() error {
	switch {
	case !filepath.IsAbs(c.Dir):
		return fmt.Errorf("data folder %q is not an absolute path", c.Dir)
	case c.Region == "" || c.AccessKey == "" || c.SecretKey == "":
		return errors.New("region, access key and secret key are required")
	case len(c.Buckets) == 0:
		return errors.New("no bucket is named")
	case c.Now == nil || c.Log == nil:
		return errors.New("clock and log are required")
	}
	for i, n := range c.Buckets {
		if len(n) < 3 || len(n) > 63 || slices.Contains(c.Buckets[:i], n) {
			return fmt.Errorf("bucket name %q: 3 to 63 characters, each name once", n)
		}
	}
	return nil
}

// running guards what the library changes for the whole process: the working
// directory and its own package variables.
var running atomic.Bool

// Gateway is a running object store.
type Gateway struct {
	addr    net.Addr
	tls     bool
	front   *http.Server
	syncer  *syncer
	folders *folders
	library *library
	backend *durable
	events  *events
	drain   context.CancelFunc // of the events
	once    sync.Once
}

// Start runs the object store and returns when it answers. A second gateway in
// the process, or a folder another process uses, is refused. Nothing else may
// write to standard output meanwhile: the library prints there, and that is
// turned away.
func Start(ctx context.Context, cfg Config) (*Gateway, error) {
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("object store: %w", err)
	}
	if !running.CompareAndSwap(false, true) {
		return nil, errors.New("object store: one is running in this process already; the library allows only one")
	}
	g, err := start(ctx, cfg)
	if err != nil {
		running.Store(false)
		return nil, fmt.Errorf("object store: %w", err)
	}
	return g, nil
}

func start(ctx context.Context, cfg Config) (g *Gateway, err error) {
	f, err := openFolders(cfg.Dir)
	if err != nil {
		return nil, err
	}
	for _, b := range cfg.Buckets {
		if err := f.tidy(b, cfg.Now().Add(-staleUpload)); err != nil {
			f.close()
			return nil, err
		}
	}
	g = &Gateway{folders: f, tls: cfg.TLS != nil}
	g.syncer = &syncer{
		objects: f.objects, versions: f.versions, known: map[string]struct{}{},
		log: func(msg string, err error) { cfg.Log.Error(msg, "error", err) },
	}
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		f.close()
		return nil, err
	}
	most := limitsFor(files.Cur)
	live := context.WithoutCancel(ctx)
	be, err := openBackend(g.syncer, cfg)
	if err != nil {
		f.close()
		return nil, err
	}
	drained, drain := context.WithCancel(live)
	g.events, g.drain = newEvents(drained, cfg.OnObject), drain
	be.events = g.events
	g.backend = be

	if g.library, err = runLibrary(live, be, cfg, most.requests); err != nil {
		g.halt()
		return nil, err
	}
	if err := prepareBuckets(ctx, g.library.transport, cfg); err != nil {
		g.halt()
		return nil, err
	}
	be.open.Store(true)

	ln, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		g.halt()
		return nil, err
	}
	g.addr = ln.Addr()
	g.front = newFront(g.library.transport, cfg)
	go g.serve(limitListener(ln, most.connections), cfg)
	return g, nil
}

func (g *Gateway) serve(ln net.Listener, cfg Config) {
	var err error
	if cfg.TLS != nil {
		g.front.TLSConfig = cfg.TLS
		err = g.front.ServeTLS(ln, "", "")
	} else {
		err = g.front.Serve(ln)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		cfg.Log.Error("object store stops serving", "error", err)
	}
}

// Addr is the address that is listened on.
func (g *Gateway) Addr() net.Addr { return g.addr }

// URL is the endpoint for S3 clients of this machine.
func (g *Gateway) URL() string {
	scheme := "http"
	if g.tls {
		scheme = "https"
	}
	host, port, _ := net.SplitHostPort(g.addr.String()) // of a listener: always both
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// Failed gives the reason why no write is accepted any more, or nil. It stays
// until the process ends.
func (g *Gateway) Failed() error {
	select {
	case <-g.library.ended:
		return errors.Join(errors.New("object store has ended"), g.library.err)
	default:
		return g.syncer.failed()
	}
}

// Close stops taking requests, lets those under way finish until ctx ends,
// hands over the objects still queued for OnObject, and frees the folder.
func (g *Gateway) Close(ctx context.Context) error {
	var err error
	g.once.Do(func() {
		if err = g.front.Shutdown(ctx); err != nil {
			err = errors.Join(err, g.front.Close())
		}
		g.halt()
		running.Store(false)
	})
	return err
}

// halt ends what start has begun behind the front.
func (g *Gateway) halt() {
	if g.library != nil {
		g.library.halt()
	}
	g.backend.posix.Shutdown()
	g.drain()
	<-g.events.done
	g.folders.close()
}
