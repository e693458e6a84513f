package objects

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"hoso/shared/fault"
)

// PlainUpload is an upload by a browser without script, which can neither
// count nor hash a file before it sends it: the signature binds the key and a
// largest size; the true size and hash are fixed when the bytes are pinned.
type PlainUpload struct {
	Key  string
	Max  int64  // bytes, at most
	Back string // address the browser is sent to afterwards
	Life time.Duration
}

// PresignPlain signs an upload form for a browser without script.
func (s *Store) PresignPlain(ctx context.Context, u PlainUpload) (Form, error) {
	const op = "objects.presign-plain"
	if _, _, _, ok := ParseUploadKey(u.Key); !ok {
		return Form{}, fault.Wrap(fault.Invalid, op, fmt.Errorf("%q is not an upload key", u.Key))
	}
	if u.Max <= 0 || u.Back == "" || u.Life <= 0 || u.Life > MaxSigned {
		return Form{}, fault.Wrap(fault.Invalid, op, errors.New("largest size, address to come back to and life are required"))
	}
	bound := map[string]string{"Content-Type": "application/pdf", "success_action_redirect": u.Back}
	conditions := []any{[]any{"content-length-range", 1, u.Max}}
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
