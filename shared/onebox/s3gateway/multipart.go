package s3gateway

import (
	"context"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// Uploads in parts. Parts are not durable before completion: a power loss
// loses the upload, never an object.

func (d *durable) CreateMultipartUpload(ctx context.Context, in s3response.CreateMultipartUploadInput) (s3response.InitiateMultipartUploadResult, error) {
	if err := d.s.failed(); err != nil {
		return s3response.InitiateMultipartUploadResult{}, unavailable()
	}
	if !plainKey(aws.ToString(in.Key)) {
		return s3response.InitiateMultipartUploadResult{}, s3err.GetAPIError(s3err.ErrBadRequest)
	}
	out, err := d.posix.CreateMultipartUpload(ctx, in)
	if err != nil {
		return s3response.InitiateMultipartUploadResult{}, plainly(err)
	}
	return out, nil
}

func (d *durable) UploadPart(ctx context.Context, in *s3.UploadPartInput) (*s3.UploadPartOutput, error) {
	if err := d.s.failed(); err != nil {
		return nil, unavailable()
	}
	if !d.room(uint64(max(aws.ToInt64(in.ContentLength), 0))) {
		return nil, s3err.GetAPIError(s3err.ErrNoSpaceLeftOnDevice)
	}
	out, err := d.posix.UploadPart(ctx, in)
	if err != nil {
		return nil, plainly(err)
	}
	return out, nil
}

// CompleteMultipartUpload makes the object of its parts. The library answers
// success when another request is still putting the same upload together, and
// when any object stands under the key of an upload it does not know; here
// the first is SlowDown and the second NoSuchUpload.
func (d *durable) CompleteMultipartUpload(ctx context.Context, in *s3.CompleteMultipartUploadInput) (s3response.CompleteMultipartUploadResult, string, error) {
	bucket, key := aws.ToString(in.Bucket), aws.ToString(in.Key)
	upload := "upload\x00" + aws.ToString(in.UploadId)
	if !d.claim(bucket, upload) {
		return s3response.CompleteMultipartUploadResult{}, "", s3err.GetAPIError(s3err.ErrSlowDown)
	}
	defer d.release(bucket, upload)

	var out s3response.CompleteMultipartUploadResult
	var version string
	err := d.write(bucket, key, 0, func() (err error) {
		out, version, err = d.posix.CompleteMultipartUpload(ctx, in)
		return err
	})
	if err != nil {
		return s3response.CompleteMultipartUploadResult{}, "", err
	}
	if version == "" { // not made by this request: the answer to an earlier one was lost, or it never was
		if d.madeOf(bucket, key) != aws.ToString(in.UploadId) {
			return s3response.CompleteMultipartUploadResult{}, "", s3err.GetAPIError(s3err.ErrNoSuchUpload)
		}
		version = d.s.current(bucket, key)
	}
	size := int64(0)
	if head, err := d.posix.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &bucket, Key: &key, VersionId: &version}); err == nil {
		size = aws.ToInt64(head.ContentLength)
	}
	d.events.add(Object{Bucket: bucket, Key: key, Version: version, Size: size, ETag: aws.ToString(out.ETag)})
	return out, version, nil
}

// madeOf gives the upload that the current version was put together from, or "".
func (d *durable) madeOf(bucket, key string) string {
	raw, err := durableMeta{s: d.s}.RetrieveAttribute(nil, filepath.Join(d.s.objects, bucket), key, attrMultipart)
	if err != nil {
		return ""
	}
	m, err := backend.UnmarshalMpUploadMetadata(raw, false)
	if err != nil {
		return ""
	}
	return m.UploadID
}

func (d *durable) AbortMultipartUpload(ctx context.Context, in *s3.AbortMultipartUploadInput) error {
	return d.posix.AbortMultipartUpload(ctx, in)
}

func (d *durable) ListMultipartUploads(ctx context.Context, in *s3.ListMultipartUploadsInput) (s3response.ListMultipartUploadsResult, error) {
	return d.posix.ListMultipartUploads(ctx, in)
}

func (d *durable) ListParts(ctx context.Context, in *s3.ListPartsInput) (s3response.ListPartsResult, error) {
	return d.posix.ListParts(ctx, in)
}
