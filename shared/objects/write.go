package objects

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/middleware"

	"hoso/shared/fault"
)

// PutDigest stores a fact under its own digest (hex SHA-256) and gives it. The
// same fact again is no error and changes nothing.
func (s *Store) PutDigest(ctx context.Context, fact []byte) (string, error) {
	const op = "objects.put-digest"
	if len(fact) > MaxFact {
		return "", fault.Wrap(fault.Invalid, op, fmt.Errorf("fact of %d bytes", len(fact)))
	}
	sum := sha256.Sum256(fact)
	id := hex.EncodeToString(sum[:])
	_, err := s.putOnce(ctx, op, s.cfg.Data, DigestKey(id), "application/octet-stream", int64(len(fact)), id, bytes.NewReader(fact))
	if err != nil && !fault.Is(err, fault.Conflict) {
		return "", err
	}
	return id, nil
}

// PutArchive stores body, whose size and SHA-256 (hex) are known, under a key
// of the archive that is written once. The same bytes again give the object
// that is there; other bytes are a Conflict.
func (s *Store) PutArchive(ctx context.Context, key, contentType string, size int64, sha256 string, body io.Reader) (Ref, error) {
	const op = "objects.put-archive"
	// Asked first, because a long stream that is refused half-way costs a line
	// and cannot be sent again.
	at := Ref{Bucket: s.cfg.Archive, Key: key}
	if ref, err := s.same(ctx, op, at, size, sha256); !fault.Is(err, fault.NotFound) {
		return ref, err
	}
	ref, err := s.putOnce(ctx, op, s.cfg.Archive, key, contentType, size, sha256, body)
	if !fault.Is(err, fault.Conflict) {
		return ref, err
	}
	return s.same(ctx, op, at, size, sha256)
}

// putOnce writes a key that must not be there yet; Conflict if it is.
func (s *Store) putOnce(ctx context.Context, op, bucket, key, contentType string, size int64, sha256 string, body io.Reader) (Ref, error) {
	sum, err := checksum(op, sha256)
	if err != nil {
		return Ref{}, err
	}
	out, err := s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: body, ContentLength: &size, ContentType: &contentType,
		ChecksumSHA256: &sum, IfNoneMatch: aws.String("*"),
	}, s3.WithAPIOptions(payloadHash(sha256)))
	if err != nil {
		return Ref{}, mapped(op, err)
	}
	return Ref{Bucket: bucket, Key: key, Version: aws.ToString(out.VersionId)}, nil
}

// payloadHash signs the request with the hash that is known, so that a stream
// need not be read twice.
func payloadHash(sha256 string) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("KnownPayloadHash",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				return next.HandleInitialize(v4.SetPayloadHash(ctx, sha256), in)
			}), middleware.Before)
	}
}

// Copy copies an object version to a key of the archive inside the store: no
// byte passes the caller. The copy carries the SHA-256 it was made with, and
// that is compared with wanted (hex), the pinned hash. The same copy again
// gives the object that is there; another object under the key is a Conflict.
func (s *Store) Copy(ctx context.Context, from Ref, toKey, wanted string) (Ref, error) {
	const op = "objects.copy"
	if _, err := checksum(op, wanted); err != nil {
		return Ref{}, err
	}
	to := Ref{Bucket: s.cfg.Archive, Key: toKey}
	source, err := s.Head(ctx, from)
	if err != nil {
		return Ref{}, err
	}
	if ref, err := s.same(ctx, op, to, source.Size, wanted); !fault.Is(err, fault.NotFound) {
		return ref, err
	}
	out, err := s.client.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: &to.Bucket, Key: &to.Key, CopySource: aws.String(copySource(from)),
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
	})
	if err != nil {
		return Ref{}, mapped(op, err)
	}
	to.Version = aws.ToString(out.VersionId)
	return s.same(ctx, op, to, source.Size, wanted)
}

// same gives ref with its version if it holds the bytes of a size and hash,
// Conflict if it holds others, NotFound if there is nothing.
func (s *Store) same(ctx context.Context, op string, ref Ref, size int64, sha256 string) (Ref, error) {
	have, err := s.Head(ctx, ref)
	if err != nil {
		return Ref{}, err
	}
	if have.Size != size || have.SHA256 != sha256 {
		return Ref{}, fault.Wrap(fault.Conflict, op,
			fmt.Errorf("%s/%s holds %d bytes of %s, not %d of %s", ref.Bucket, ref.Key, have.Size, have.SHA256, size, sha256))
	}
	return have.Ref, nil
}

// Remove deletes one object version for good; a version that is not there is
// no error. It is for orphans and for erasing by a decision. Versions under
// Object Lock are Denied.
func (s *Store) Remove(ctx context.Context, ref Ref) error {
	const op = "objects.remove"
	if ref.Version == "" {
		return fault.Wrap(fault.Invalid, op, fmt.Errorf("no version of %s is named", ref.Key))
	}
	_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &ref.Bucket, Key: &ref.Key, VersionId: &ref.Version})
	return mapped(op, err)
}

func copySource(from Ref) string {
	parts := strings.Split(from.Key, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	s := from.Bucket + "/" + strings.Join(parts, "/")
	if from.Version != "" {
		s += "?versionId=" + url.QueryEscape(from.Version)
	}
	return s
}
