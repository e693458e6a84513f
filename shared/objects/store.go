package objects

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"hoso/shared/fault"
)

// Config says where the objects are. Endpoint and PublicEndpoint are empty on
// AWS; on one machine Endpoint is the gateway as the product reaches it, and
// PublicEndpoint the address browsers reach it under (empty: the same).
type Config struct {
	Endpoint       string
	PublicEndpoint string
	Region         string
	Credentials    aws.CredentialsProvider
	Inbox          string // bucket of uploads
	Archive        string // bucket of sealed dossiers and packages
	Data           string // bucket of facts named by digest; empty: Inbox

	// Now gives the time signatures start at. The store compares it with its
	// own clock: it must be the wall clock, never a demonstration clock.
	Now func() time.Time
	// HTTP does the requests; nil: the SDK's default client.
	HTTP *http.Client
}

// Store reads and writes objects and signs addresses for others to do so. It
// is safe for use by several goroutines.
type Store struct {
	cfg    Config
	client *s3.Client
	signer *s3.PresignClient
}

// Ref names one object version. An empty Version means the current one, which
// is right only for keys that are written once.
type Ref struct {
	Bucket  string `json:"bucket"`
	Key     string `json:"key"`
	Version string `json:"version,omitempty"`
}

// Info is what the store knows of an object without reading it.
type Info struct {
	Ref
	Size        int64     // bytes
	SHA256      string    // hex, as the store computed it on arrival; "" in listings and if none was kept
	ContentType string    // as claimed by the uploader; "" in listings
	Modified    time.Time // when it was stored
}

// Open makes a Store. It does not connect.
func Open(cfg Config) (*Store, error) {
	const op = "objects.open"
	if cfg.Data == "" {
		cfg.Data = cfg.Inbox
	}
	if cfg.Region == "" || cfg.Credentials == nil || cfg.Inbox == "" || cfg.Archive == "" || cfg.Now == nil {
		return nil, fault.Wrap(fault.Invalid, op, errors.New("region, credentials, both buckets and the clock are required"))
	}
	s := &Store{cfg: cfg, client: s3.New(options(cfg, cfg.Endpoint))}
	public := cfg.PublicEndpoint
	if public == "" {
		public = cfg.Endpoint
	}
	s.signer = s3.NewPresignClient(s3.New(options(cfg, public)))
	return s, nil
}

func options(cfg Config, endpoint string) s3.Options {
	o := s3.Options{Region: cfg.Region, Credentials: cfg.Credentials}
	if cfg.HTTP != nil {
		o.HTTPClient = cfg.HTTP
	}
	if endpoint != "" {
		o.BaseEndpoint = aws.String(endpoint)
		o.UsePathStyle = true
	}
	return o
}

// Inbox is the bucket of uploads.
func (s *Store) Inbox() string { return s.cfg.Inbox }

// Archive is the bucket of sealed dossiers and packages.
func (s *Store) Archive() string { return s.cfg.Archive }

// Data is the bucket of facts named by their digest.
func (s *Store) Data() string { return s.cfg.Data }

// Ready tells whether the buckets can be reached with the credentials given.
func (s *Store) Ready(ctx context.Context) error {
	for _, b := range []string{s.cfg.Inbox, s.cfg.Archive, s.cfg.Data} {
		if _, err := s.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &b}); err != nil {
			return mapped("objects.ready", err)
		}
	}
	return nil
}
