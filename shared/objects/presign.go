package objects

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"hoso/shared/fault"
)

// MaxSigned is the longest life of a signed address. Shorter is better: within
// it an upload may be repeated (each is another version; only the pinned one
// counts) and a download address may be passed on.
const MaxSigned = time.Hour

// Upload is what an uploader declared; the signature binds all of it.
type Upload struct {
	Key         string        // in the inbox; see UploadKey
	Size        int64         // bytes, exactly
	SHA256      string        // hex, lower case
	ContentType string        // a claim, kept with the object; type is decided by reading
	Life        time.Duration // of the signature
}

func (u Upload) check(op string) (sum string, err error) {
	if _, _, _, ok := ParseUploadKey(u.Key); !ok {
		return "", fault.Wrap(fault.Invalid, op, fmt.Errorf("%q is not an upload key", u.Key))
	}
	if u.Size <= 0 || u.ContentType == "" {
		return "", fault.Wrap(fault.Invalid, op, errors.New("size and content type are required"))
	}
	if u.Life <= 0 || u.Life > MaxSigned {
		return "", fault.Wrap(fault.Invalid, op, fmt.Errorf("life %s is not within %s", u.Life, MaxSigned))
	}
	return checksum(op, u.SHA256)
}

// Form is a signed browser upload: POST to URL as multipart/form-data, all
// Fields first, then the bytes as the last part, named "file".
type Form struct {
	URL     string            `json:"url"`
	Fields  map[string]string `json:"fields"`
	Expires time.Time         `json:"expires"`
}

// PresignPost signs a browser upload of exactly the declared bytes to exactly
// one key.
func (s *Store) PresignPost(ctx context.Context, u Upload) (Form, error) {
	const op = "objects.presign-post"
	sum, err := u.check(op)
	if err != nil {
		return Form{}, err
	}
	bound := map[string]string{
		"Content-Type":             u.ContentType,
		"x-amz-checksum-algorithm": "SHA256",
		"x-amz-checksum-sha256":    sum,
	}
	conditions := []any{[]any{"content-length-range", u.Size, u.Size}}
	for name, value := range bound {
		conditions = append(conditions, map[string]string{name: value})
	}
	now := s.cfg.Now()
	p, err := s.signer.PresignPostObject(ctx, &s3.PutObjectInput{Bucket: &s.cfg.Inbox, Key: &u.Key},
		func(o *s3.PresignPostOptions) {
			o.Conditions = conditions
			o.PostPresigner = postAt{o.PostPresigner, now, now.Add(u.Life)}
		})
	if err != nil {
		return Form{}, mapped(op, err)
	}
	for name, value := range bound {
		p.Values[name] = value
	}
	return Form{URL: p.URL, Fields: p.Values, Expires: now.Add(u.Life)}, nil
}

// Put is a signed upload for programs: PUT to URL with exactly these Headers.
type Put struct {
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Expires time.Time         `json:"expires"`
}

// PresignPut signs an upload of exactly the declared bytes to exactly one key,
// which must not be taken yet: a second upload answers 412.
func (s *Store) PresignPut(ctx context.Context, u Upload) (Put, error) {
	const op = "objects.presign-put"
	sum, err := u.check(op)
	if err != nil {
		return Put{}, err
	}
	now := s.cfg.Now()
	r, err := s.signer.PresignPutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.cfg.Inbox, Key: &u.Key,
		ContentLength: &u.Size, ContentType: &u.ContentType,
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumSHA256: &sum,
		IfNoneMatch: aws.String("*"),
	}, signedAt(now, u.Life))
	if err != nil {
		return Put{}, mapped(op, err)
	}
	headers := map[string]string{}
	for name, values := range r.SignedHeader {
		if !strings.EqualFold(name, "Host") {
			headers[name] = strings.Join(values, ",")
		}
	}
	return Put{URL: r.URL, Headers: headers, Expires: now.Add(u.Life)}, nil
}

// Download says how a browser shall treat what it is given.
type Download struct {
	Name        string // file name as people call it
	ContentType string // decided by us, never the uploader's claim
	Inline      bool   // show instead of save; only PDF and pictures
	Life        time.Duration
}

// PresignGet signs an address to read one object version, with the name and
// type we decide.
func (s *Store) PresignGet(ctx context.Context, ref Ref, d Download) (string, error) {
	const op = "objects.presign-get"
	if d.Life <= 0 || d.Life > MaxSigned {
		return "", fault.Wrap(fault.Invalid, op, fmt.Errorf("life %s is not within %s", d.Life, MaxSigned))
	}
	contentType := d.ContentType
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	in := &s3.GetObjectInput{
		Bucket: &ref.Bucket, Key: &ref.Key, VersionId: optional(ref.Version),
		ResponseContentType:        &contentType,
		ResponseContentDisposition: aws.String(disposition(d.Name, d.Inline && shown(contentType))),
		ResponseCacheControl:       aws.String("no-store"),
	}
	r, err := s.signer.PresignGetObject(ctx, in, signedAt(s.cfg.Now(), d.Life))
	if err != nil {
		return "", mapped(op, err)
	}
	return r.URL, nil
}

// shown are the types a browser may show: they cannot run script as a page of
// the object store's origin.
func shown(contentType string) bool {
	switch contentType {
	case "application/pdf", "image/png", "image/jpeg":
		return true
	}
	return false
}

// signedAt makes the SDK sign at a time we choose.
func signedAt(now time.Time, life time.Duration) func(*s3.PresignOptions) {
	return func(o *s3.PresignOptions) {
		o.Expires = life
		o.Presigner = requestAt{o.Presigner, now}
	}
}

type requestAt struct {
	s3.HTTPPresignerV4
	now time.Time
}

func (p requestAt) PresignHTTP(ctx context.Context, c aws.Credentials, r *http.Request, payload, service, region string,
	_ time.Time, opts ...func(*v4.SignerOptions),
) (string, http.Header, error) {
	return p.HTTPPresignerV4.PresignHTTP(ctx, c, r, payload, service, region, p.now, opts...)
}

type postAt struct {
	signer       s3.PresignPost
	now, expires time.Time
}

func (p postAt) PresignPost(c aws.Credentials, bucket, key, region, service string, _ time.Time,
	conditions []any, _ time.Time, opts ...func(*v4.SignerOptions),
) (map[string]string, error) {
	return p.signer.PresignPost(c, bucket, key, region, service, p.now, conditions, p.expires.UTC(), opts...)
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
