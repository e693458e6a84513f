// Package audit lets the auditor's check read a stack: its table, its buckets
// and the checkpoints that lie in the archive. It only reads.
package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"strings"

	"hoso/shared/aws/cloud"
	"hoso/shared/aws/dynamostore"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/verify"
)

// Bucket reads objects for the check.
type Bucket struct{ Objects *objects.Store }

// Sum gives SHA-256 (hex) and size of an object's bytes, read now.
func (b Bucket) Sum(ctx context.Context, bucket, key, version string) (string, int64, error) {
	r, _, err := b.Objects.Open(ctx, objects.Ref{Bucket: bucket, Key: key, Version: version})
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = r.Close() }()
	h := sha256.New()
	n, err := io.Copy(h, r)
	if err != nil {
		return "", 0, fault.Wrap(fault.Transient, "audit.sum", err)
	}
	return hex.EncodeToString(h.Sum(nil)), n, nil
}

// Sources is everything that the check reads of a stack.
func Sources(ctx context.Context, table *dynamostore.Store, obj *objects.Store) (verify.Sources, error) {
	files, erased, keys, err := published(ctx, obj)
	return verify.Sources{
		Store: table, Objects: Bucket{obj}, Refs: verify.RecordRefs(obj.Data()), Files: files, Erased: erased, HaveFiles: true, Keys: keys,
		Checks: []verify.Check{verify.Places(), verify.Counts()},
		Reread: func() ([]verify.Note, error) {
			files, _, _, err := published(ctx, obj)
			return files, err
		},
	}, err
}

// published reads the checkpoints, the notes of erasures, and the public key
// beside them.
func published(ctx context.Context, obj *objects.Store) (files, erased []verify.Note, keys []byte, err error) {
	err = obj.Walk(ctx, obj.Archive(), path.Dir(cloud.PublicKey)+"/", func(i objects.Info) error {
		r, _, err := obj.Open(ctx, i.Ref)
		if err != nil {
			return err
		}
		defer func() { _ = r.Close() }()
		text, err := io.ReadAll(io.LimitReader(r, 1<<20))
		switch {
		case err != nil:
			return fault.Wrap(fault.Transient, "audit.checkpoints", err)
		case i.Key == cloud.PublicKey:
			keys = text
		case evidence.IsGone(text):
			erased = append(erased, verify.Note{Name: path.Base(i.Key), Data: text})
		case strings.HasSuffix(i.Key, ".txt"):
			files = append(files, verify.Note{Name: path.Base(i.Key), Data: text})
		}
		return nil
	})
	return files, erased, keys, err
}

// Scratch makes a file without a name for what a check reads: it is gone once
// it is closed, whatever dies.
func Scratch() (dynamostore.Scratch, error) { return cloud.Scratch() }
