// Package house puts the one-machine edition together: the embedded object
// store, database and engine, the stages and services as they are, and the
// portal, in one process on one data folder. It is a composition root: here,
// and not below, are the wall clock, randomness and the file system chosen.
package house

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/uuid"

	"hoso/infra/reader/embedded"
	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/mail"
	"hoso/shared/objects"
	"hoso/shared/onebox/journal"
	"hoso/shared/onebox/mailout"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/pictures"
	"hoso/shared/reading"
	"hoso/shared/readproc"
	"hoso/shared/recognize"
	"hoso/shared/secret"
	"hoso/shared/signature/trust"
	"hoso/shared/store"
	"hoso/shared/translog"
)

// Buckets of the one-machine edition.
const (
	Inbox   = "inbox"
	Archive = "archive"
	region  = "local"
)

// Calendars is the folder of a data folder where an operator puts the years of
// working days that the program does not bring.
const Calendars = "calendars"

// Trust is the folder of a data folder where an operator puts the anchors of
// digital signatures: roots, certificates between, revocation lists.
const Trust = "trust"

// Config says where and how the house stands. Every field has a usable zero
// value but Data.
type Config struct {
	Data        string // data folder
	Listen      string // address of the portal; 127.0.0.1:0 takes a free port
	ListenS3    string // address of the object store; empty: the portal's host, a free port
	PublicURL   string // portal as browsers reach it; empty: from Listen
	S3PublicURL string // object store as browsers reach it; empty: from ListenS3
	SMTP        string // smtp:// or smtps:// address; empty: the outbox folder
	SenderName  string
	SenderEmail string
	TLSCert     string
	TLSKey      string
	Demo        bool                 // a new folder becomes a demonstration with a clock that can be advanced
	DemoStart   time.Time            // what that clock shows first; zero: the wall clock
	IndexLag    time.Duration        // delays index reads: for tests
	Reader      reading.Reader       // reads documents; nil: in a child process
	Recogniser  recognize.Recogniser // recognises scans; nil: their pages go to a person
	Pictures    pictures.Child       // draws pages; nil: they are seen in the browser's own viewer only
	Log         *slog.Logger

	// What tests lay between the store and everything that uses it, and
	// between the object store and whoever hears its news; nil: nothing.
	overStore func(store.Store) store.Store
	overIdle  time.Duration     // between looks at the outbox; 0: outboxIdle
	overHTTP  http.RoundTripper // carries requests to the object store
	overNews  func(hear func(context.Context, s3gateway.Object)) func(context.Context, s3gateway.Object)
}

// House is the one-machine edition, open on a data folder.
type House struct {
	cfg     Config
	Store   *sqlitestore.Store
	Objects *objects.Store
	Keys    *secret.Box
	Cal     *calendar.Calendar
	Clock   *Clock
	Desk    act.Desk
	Log     *slog.Logger

	gateway  *s3gateway.Gateway
	journal  *journal.Journal
	engine   *runs
	log      translog.Log
	rooms    rooms
	wake     chan struct{} // the outbox has something
	listener net.Listener
	tls      *tls.Config
	portal   http.Handler
	stop     context.CancelFunc
	done     sync.WaitGroup
}

// Open opens the data folder, made if it is not there, and everything that
// needs no network but the object store's own endpoint.
func Open(ctx context.Context, cfg Config) (*House, error) {
	h := &House{wake: make(chan struct{}, 1)}
	if err := h.open(ctx, cfg); err != nil {
		return nil, errors.Join(err, h.Close(context.WithoutCancel(ctx)))
	}
	return h, nil
}

func (h *House) open(ctx context.Context, cfg Config) (err error) {
	if cfg.Data, err = filepath.Abs(cfg.Data); err != nil {
		return err
	}
	if err := folder(cfg.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	h.cfg, h.Log = cfg, cfg.Log
	h.Store, err = sqlitestore.Open(ctx, filepath.Join(cfg.Data, "hoso.db"), sqlitestore.Options{
		Queued: h.poke, IndexLag: cfg.IndexLag, Now: time.Now, RowKey: rowKey(cfg.Data, &h.Keys),
	})
	if err != nil {
		return err
	}
	if h.cfg.Reader == nil {
		anchors, err := trust.Read(filepath.Join(cfg.Data, Trust))
		if err != nil {
			return fmt.Errorf("trust: %w", err)
		}
		if h.cfg.Reader, err = embedded.Reader(readproc.Settings{Trust: anchors}); err != nil {
			return err
		}
	}
	if h.Clock, err = openClock(ctx, h.Store, cfg.Demo, cfg.DemoStart); err != nil {
		return err
	}
	if !h.Clock.Demo {
		if err := markReal(ctx, h.Store); err != nil {
			return err
		}
	}
	if h.Cal, err = WorkingDays(cfg.Data); err != nil {
		return err
	}
	h.Desk = act.Desk{Store: h.Store, Now: h.Clock.Now, NewID: newID, Rand: random, Blind: h.Keys.Key(secret.Requests)}
	if cfg.overStore != nil {
		h.Desk.Store = cfg.overStore(h.Store)
	}
	if err := h.listen(ctx); err != nil {
		return err
	}
	if err := h.openObjects(ctx); err != nil {
		return err
	}
	vault, err := h.Keys.Vault("runs")
	if err != nil {
		return err
	}
	if h.journal, err = journal.Open(ctx, filepath.Join(cfg.Data, "runs.db"), vault); err != nil {
		return err
	}
	if err := h.openLog(); err != nil {
		return err
	}
	if err := h.build(ctx); err != nil {
		return err
	}
	return h.eraseAgain(ctx)
}

// WorkingDays is the calendar of the program and, over it, the years an
// operator has put into the data folder's calendars.
func WorkingDays(data string) (*calendar.Calendar, error) {
	return calendar.Builtin(os.DirFS(filepath.Join(data, Calendars)))
}

func (h *House) openObjects(ctx context.Context) error {
	access, secretKey := "hoso", hex.EncodeToString(h.Keys.Key("s3"))[:40]
	listen := h.cfg.ListenS3
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	hear := h.stored
	if h.cfg.overNews != nil {
		hear = h.cfg.overNews(hear)
	}
	var err error
	h.gateway, err = s3gateway.Start(ctx, s3gateway.Config{
		Dir: h.cfg.Data, Listen: listen, Region: region, AccessKey: access, SecretKey: secretKey,
		Buckets: []string{Inbox, Archive}, Origin: h.cfg.PublicURL, TLS: h.tls, Now: time.Now, Log: h.Log, OnObject: hear,
	})
	if err != nil {
		return err
	}
	var client *http.Client
	if h.cfg.overHTTP != nil {
		client = &http.Client{Transport: h.cfg.overHTTP}
	}
	h.Objects, err = objects.Open(objects.Config{
		HTTP:     client,
		Endpoint: h.gateway.URL(), PublicEndpoint: h.cfg.S3PublicURL, Region: region,
		Credentials: credentials.NewStaticCredentialsProvider(access, secretKey, ""), Inbox: Inbox, Archive: Archive, Data: Archive, Now: time.Now,
	})
	return err
}

// S3URL is the object store as browsers reach it.
func (h *House) S3URL() string {
	if h.cfg.S3PublicURL != "" {
		return h.cfg.S3PublicURL
	}
	return h.gateway.URL()
}

// transport hands mails over: to a server if one is set, else to a folder.
func (h *House) transport() (mail.Transport, error) {
	if h.cfg.SMTP != "" {
		return mailout.NewSMTP(h.cfg.SMTP, time.Now, nil)
	}
	return mailout.Folder{Dir: filepath.Join(h.cfg.Data, "outbox"), Now: h.Clock.Now}, nil
}

// poke tells the outbox worker that something is there.
func (h *House) poke() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// Close ends everything in the order in which it depends on each other.
func (h *House) Close(ctx context.Context) error {
	if h.stop != nil {
		h.stop()
	}
	var errs []error
	if h.gateway != nil {
		errs = append(errs, h.gateway.Close(ctx))
	}
	h.done.Wait()
	if h.journal != nil {
		errs = append(errs, h.journal.Close())
	}
	if h.Store != nil {
		errs = append(errs, h.Store.Close())
	}
	return errors.Join(errs...)
}

// newID gives a UUIDv7 as 32 hex digits.
func newID() string {
	id, err := uuid.NewV7()
	if err != nil {
		id = uuid.New()
	}
	return hex.EncodeToString(id[:])
}

// random gives n bytes of the system's randomness, which does not fail.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // crypto/rand.Read never returns an error: it ends the process
	return b
}

// rowKey gives the key of records' sums, and into keys all keys of the folder,
// once it is held: what a dead process left there is removed first.
func rowKey(data string, keys **secret.Box) func() ([]byte, error) {
	return func() (_ []byte, err error) {
		if err := tidy(data); err != nil {
			return nil, err
		}
		if *keys, err = openKeys(filepath.Join(data, "keys")); err != nil {
			return nil, err
		}
		return (*keys).Key(rowPurpose), nil
	}
}

const rowPurpose = "rows"

// RowKey is the key of the records' sums of a data folder, for the auditor's
// check; nil if the folder has no keys, as a copy may.
func RowKey(data string) ([]byte, error) {
	raw, err := os.ReadFile(filepath.Join(data, "keys", masterKey))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	keys, err := secret.New(raw, random)
	if err != nil {
		return nil, err
	}
	return keys.Key(rowPurpose), nil
}

const masterKey = "master.key"

// openKeys reads the installation's master key, made on first use.
func openKeys(dir string) (*secret.Box, error) {
	if err := folder(dir, 0o700); err != nil {
		return nil, err
	}
	name := filepath.Join(dir, masterKey)
	raw, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		raw = random(secret.KeySize)
		err = writeDurable(name, raw)
	}
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	return secret.New(raw, random)
}

// writeDurable makes a file that survives power loss once it returns.
func writeDurable(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), name); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
