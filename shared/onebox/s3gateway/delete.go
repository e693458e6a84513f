package s3gateway

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/s3err"
)

// DeleteObject removes one named version for good; a version that is not there
// is no error, as in S3. Without a version it is refused: a delete marker
// would hide pinned evidence from plain listings.
//
// The library's own deletion of a current version first removes it and then
// puts the next older one in its place; a crash in between makes every older
// version unreadable. Here the older one takes the place by a rename.
func (d *durable) DeleteObject(_ context.Context, in *s3.DeleteObjectInput) (*s3.DeleteObjectOutput, error) {
	bucket, key, version := aws.ToString(in.Bucket), aws.ToString(in.Key), aws.ToString(in.VersionId)
	if err := d.s.failed(); err != nil {
		return nil, unavailable()
	}
	if !plainVersion(version) || !plainKey(key) || in.IfMatch != nil {
		return nil, s3err.GetAPIError(s3err.ErrMethodNotAllowed)
	}
	if !d.claim(bucket, key) {
		return nil, s3err.GetAPIError(s3err.ErrSlowDown)
	}
	defer d.release(bucket, key)
	if err := d.remove(bucket, key, version); err != nil {
		if d.s.failed() != nil {
			return nil, unavailable()
		}
		return nil, err
	}
	return &s3.DeleteObjectOutput{VersionId: in.VersionId}, nil
}

func (d *durable) remove(bucket, key, version string) error {
	name := filepath.Join(d.s.objects, bucket, key)
	older := versionFolder(d.s.versions, bucket, key)
	if d.s.current(bucket, key) != version {
		return d.unlink(filepath.Join(older, version))
	}
	list, err := os.ReadDir(older)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(list) == 0 {
		return d.unlink(name)
	}
	next := list[len(list)-1].Name() // version ids grow with time, and the list is sorted
	if err := os.Rename(filepath.Join(older, next), name); err != nil {
		return err
	}
	return errors.Join(d.s.path(filepath.Dir(name)), d.s.path(older))
}

// unlink removes a name and makes that durable. Folders left empty stay: they
// are few, and what is known of folders stays true.
func (d *durable) unlink(name string) error {
	if err := os.Remove(name); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return d.s.path(filepath.Dir(name))
}

// plainVersion reports whether a version id is one the library makes: 26
// characters of Crockford's base 32.
func plainVersion(id string) bool {
	if len(id) != 26 {
		return false
	}
	for _, c := range []byte(id) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}
