package objects

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"hoso/shared/fault"
)

// MaxFact is the largest fact GetDigest reads, in bytes.
const MaxFact = 64 << 20

// Head tells what the store knows of an object version.
func (s *Store) Head(ctx context.Context, ref Ref) (Info, error) {
	h, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket: &ref.Bucket, Key: &ref.Key, VersionId: optional(ref.Version), ChecksumMode: types.ChecksumModeEnabled,
	})
	if err != nil {
		return Info{}, mapped("objects.head", err)
	}
	if v := aws.ToString(h.VersionId); ref.Version == "" && v != "" {
		ref.Version = v
	}
	return Info{
		Ref: ref, Size: aws.ToInt64(h.ContentLength), SHA256: digest(h.ChecksumSHA256),
		ContentType: aws.ToString(h.ContentType), Modified: aws.ToTime(h.LastModified),
	}, nil
}

// Open reads an object version and tells its size in bytes. The SDK compares
// the bytes with the checksum kept with the object: damage shows as an error
// at the end of the stream.
func (s *Store) Open(ctx context.Context, ref Ref) (io.ReadCloser, int64, error) {
	const op = "objects.open"
	g, err := s.client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &ref.Bucket, Key: &ref.Key, VersionId: optional(ref.Version), ChecksumMode: types.ChecksumModeEnabled,
	})
	if err != nil {
		return nil, 0, mapped(op, err)
	}
	if got := aws.ToString(g.VersionId); ref.Version != "" && got != ref.Version {
		_ = g.Body.Close() // nothing was read from it
		return nil, 0, fault.Wrap(fault.Transient, op, fmt.Errorf("asked for version %s of %s, got %s", ref.Version, ref.Key, got))
	}
	return g.Body, aws.ToInt64(g.ContentLength), nil
}

// GetDigest reads the fact with a digest and checks that it is that fact.
func (s *Store) GetDigest(ctx context.Context, digest string) ([]byte, error) {
	const op = "objects.get-digest"
	if _, err := checksum(op, digest); err != nil {
		return nil, err
	}
	body, size, err := s.Open(ctx, Ref{Bucket: s.cfg.Data, Key: DigestKey(digest)})
	if err != nil {
		return nil, err
	}
	defer body.Close()
	if size > MaxFact {
		return nil, fault.Wrap(fault.Invalid, op, fmt.Errorf("%s has %d bytes", digest, size))
	}
	var b bytes.Buffer
	b.Grow(int(size))
	_, err = b.ReadFrom(io.LimitReader(body, MaxFact))
	sum := sha256.Sum256(b.Bytes())
	if got := hex.EncodeToString(sum[:]); err == nil && got == digest {
		return b.Bytes(), nil
	} else if err == nil {
		err = fmt.Errorf("%s holds bytes of digest %s", DigestKey(digest), got)
	} else if int64(b.Len()) < size {
		return nil, mapped(op, err) // the connection ended, the bytes may be well
	}
	return nil, &fault.Error{
		Kind: fault.Internal, Op: op, Code: CodeTampered, Err: err,
		Public: "Dữ liệu lưu trong kho không còn nguyên vẹn; hãy báo quản trị hệ thống khôi phục từ bản sao lưu.",
	}
}

// LatestVersions lists the versions of exactly one key, newest first. The last
// is the first that arrived; the others are repeats that nobody pinned.
func (s *Store) LatestVersions(ctx context.Context, bucket, key string) ([]Info, error) {
	var list []Info
	p := s3.NewListObjectVersionsPaginator(s.client, &s3.ListObjectVersionsInput{Bucket: &bucket, Prefix: &key})
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, mapped("objects.versions", err)
		}
		for _, v := range page.Versions {
			if aws.ToString(v.Key) != key {
				return list, nil // keys come in order; this one only starts with it
			}
			list = append(list, Info{
				Ref:  Ref{Bucket: bucket, Key: key, Version: aws.ToString(v.VersionId)},
				Size: aws.ToInt64(v.Size), Modified: aws.ToTime(v.LastModified),
			})
		}
	}
	return list, nil
}

// ErrStop ends a Walk early without an error.
var ErrStop = errors.New("stop")

// Walk calls fn for the current version of each object whose key starts with
// prefix, in order of keys, until fn gives an error. Listings do not carry the
// version: Ref.Version is empty.
func (s *Store) Walk(ctx context.Context, bucket, prefix string, fn func(Info) error) error {
	p := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix})
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return mapped("objects.walk", err)
		}
		for _, o := range page.Contents {
			err := fn(Info{
				Ref:  Ref{Bucket: bucket, Key: aws.ToString(o.Key)},
				Size: aws.ToInt64(o.Size), Modified: aws.ToTime(o.LastModified),
			})
			if errors.Is(err, ErrStop) {
				return nil
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
