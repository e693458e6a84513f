package s3gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
	"github.com/versity/versitygw/s3api"
)

// haltTime bounds the wait for a connection the library does not close.
const haltTime = 10 * time.Second

// restartTime is the pause before the library is started again.
const restartTime = 100 * time.Millisecond

func openBackend(s *syncer, cfg Config) (*durable, error) {
	opts := posix.PosixOpts{
		VersioningDir:       s.versions,
		ForceNoTmpFile:      true, // a plain rename works on every file system and never shows a half-named object
		ForceNoObjLockFile:  true, // this process is alone
		ValidateBucketNames: true,
		CopyObjectThreshold: 5 << 30, // S3's own limit
	}
	opts.SetNewDirPerm(0o700)
	opts.SetNewFilePerm(0o600)
	var p *posix.Posix
	err := quietly(func() (err error) {
		p, err = posix.New(s.objects, durableMeta{s: s}, opts)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &durable{posix: p, buckets: cfg.Buckets, s: s, minFree: cfg.MinFree, keys: map[string]int{}}, nil
}

// quietly runs f with standard output turned away.
func quietly(f func() error) error {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	out := os.Stdout
	os.Stdout = null
	defer func() { os.Stdout = out }()
	return f()
}

// library is the running gateway of the library, on a socket that only this
// machine can reach.
type library struct {
	transport *http.Transport
	stop      context.CancelFunc
	ended     chan struct{} // closed when it has returned
	err       error         // what it returned; set before ended is closed
	slots     chan struct{} // one for each connection, until the library has let go of it
	links     sync.WaitGroup
}

// runLibrary starts the library, for so many requests at once, and waits until
// it listens.
func runLibrary(ctx context.Context, be *durable, cfg Config, requests int) (*library, error) {
	var st syscall.Stat_t
	if err := syscall.Stat(be.s.objects, &st); err != nil {
		return nil, err
	}
	// Named after the folder and the process: neither two processes on one
	// machine nor two gateways one after the other in a process collide.
	socket := fmt.Sprintf("@hoso-objects-%d-%d-%d", os.Getpid(), st.Dev, st.Ino)
	l := &library{ended: make(chan struct{}), slots: make(chan struct{}, requests)}
	ready := make(chan struct{})
	listening := sync.OnceFunc(func() { close(ready) })
	ctx, l.stop = context.WithCancel(ctx)
	run := func() error {
		return embedgw.RunVersityGW(ctx, be, &embedgw.Config{
			RootUserAccess: cfg.AccessKey, RootUserSecret: cfg.SecretKey, Region: cfg.Region,
			Ports: []string{socket}, MaxConnections: 4 * requests, MaxRequests: 2 * requests,
			MultipartMaxParts: 10000, KeepAlive: true, Quiet: true, DisableACLs: true,
			IAMService: auth.NewIAMServiceSingle(auth.Account{Access: cfg.AccessKey, Secret: cfg.SecretKey, Role: auth.RoleAdmin}),
			S3Options:  []s3api.Option{s3api.WithOnListen(listening)},
		})
	}
	go func() {
		defer close(l.ended)
		l.err = l.keep(ctx, run, ready, cfg.Log)
	}()
	select {
	case <-ready:
	case <-l.ended:
		return nil, fmt.Errorf("library ended at start: %w", l.err)
	}
	l.transport = &http.Transport{
		DialContext:     func(ctx context.Context, _, _ string) (net.Conn, error) { return l.dial(ctx, socket) },
		MaxConnsPerHost: requests, MaxIdleConnsPerHost: requests,
		DisableCompression: true,
	}
	return l, nil
}

// keep runs the library until it is stopped. It ends by itself when it cannot
// accept a connection, for instance because another part of the process has
// taken the last file descriptor; then it is started again. An error before it
// was ready is final.
func (l *library) keep(ctx context.Context, run func() error, ready <-chan struct{}, log *slog.Logger) error {
	for {
		err := run()
		select {
		case <-ready:
		default:
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		log.Error("object store ended by itself and is started again", "error", err)
		select {
		case <-time.After(restartTime):
		case <-ctx.Done():
			return nil
		}
	}
}

func (l *library) dial(ctx context.Context, socket string) (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	k, err := l.connect(ctx, socket)
	if err != nil {
		<-l.slots
	}
	return k, err
}

func (l *library) connect(ctx context.Context, socket string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	l.links.Add(1)
	k := &link{UnixConn: c.(*net.UnixConn)}
	k.end = sync.OnceFunc(func() {
		go k.drain(func() {
			<-l.slots
			l.links.Done()
		})
	})
	return k, nil
}

// halt ends the library. It waits first until the library has closed its idle
// connections, which the library would otherwise look at ten times a second.
func (l *library) halt() {
	if l.transport != nil {
		l.transport.CloseIdleConnections()
		l.links.Wait()
	}
	l.stop()
	<-l.ended
}

// link is a connection to the library that knows when the other end is done.
type link struct {
	*net.UnixConn
	end func()
}

// Write hides that the library has stopped reading: it answers a refused
// upload at once and closes, and that answer is still to be read. If there is
// none, reading says so.
func (k *link) Write(p []byte) (int, error) {
	if n, err := k.UnixConn.Write(p); !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
		return n, err
	}
	return len(p), nil
}

// Close tells the library that nothing more comes.
func (k *link) Close() error {
	k.end()
	return nil
}

func (k *link) drain(done func()) {
	defer done()
	timer := time.AfterFunc(haltTime, func() { _ = k.UnixConn.Close() }) // ends the copy below
	defer timer.Stop()
	_ = k.CloseWrite() // either of these fails if the library was first
	_, _ = io.Copy(io.Discard, k.UnixConn)
	_ = k.UnixConn.Close()
}
