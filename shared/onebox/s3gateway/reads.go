package s3gateway

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// maxReread bounds how often a read starts over because the key was
// overwritten under it.
const maxReread = 20

// steady runs a read of bucket/key and starts it over if the key got another
// version meanwhile: the library compares version ids first and opens the file
// after, and would answer a question for the old version with the new bytes.
func (d *durable) steady(bucket, key string, read func() error, undo func()) error {
	for range maxReread {
		before := d.s.current(bucket, key)
		err := read()
		if d.s.current(bucket, key) == before {
			return err
		}
		if err == nil {
			undo()
		}
	}
	return s3err.GetAPIError(s3err.ErrSlowDown)
}

func (d *durable) GetObject(ctx context.Context, in *s3.GetObjectInput) (out *s3.GetObjectOutput, err error) {
	err = d.steady(aws.ToString(in.Bucket), aws.ToString(in.Key), func() (err error) {
		out, err = d.posix.GetObject(ctx, in)
		return err
	}, func() {
		if out != nil && out.Body != nil {
			_ = out.Body.Close() // nothing was read from it
		}
	})
	return out, err
}

func (d *durable) HeadObject(ctx context.Context, in *s3.HeadObjectInput) (out *s3.HeadObjectOutput, err error) {
	err = d.steady(aws.ToString(in.Bucket), aws.ToString(in.Key), func() (err error) {
		out, err = d.posix.HeadObject(ctx, in)
		return err
	}, func() {})
	return out, err
}

func (d *durable) GetObjectAttributes(ctx context.Context, in *s3.GetObjectAttributesInput) (out s3response.GetObjectAttributesResponse, err error) {
	err = d.steady(aws.ToString(in.Bucket), aws.ToString(in.Key), func() (err error) {
		out, err = d.posix.GetObjectAttributes(ctx, in)
		return err
	}, func() {})
	return out, err
}

func (d *durable) ListObjectsV2(ctx context.Context, in *s3.ListObjectsV2Input) (s3response.ListObjectsV2Result, error) {
	return d.posix.ListObjectsV2(ctx, in)
}

func (d *durable) ListObjectVersions(ctx context.Context, in *s3.ListObjectVersionsInput) (s3response.ListVersionsResult, error) {
	return d.posix.ListObjectVersions(ctx, in)
}

func (d *durable) HeadBucket(ctx context.Context, in *s3.HeadBucketInput) (*s3.HeadBucketOutput, error) {
	return d.posix.HeadBucket(ctx, in)
}

func (d *durable) GetBucketVersioning(ctx context.Context, bucket string) (s3response.GetBucketVersioningOutput, error) {
	return d.posix.GetBucketVersioning(ctx, bucket)
}

func (d *durable) GetBucketCors(ctx context.Context, bucket string) ([]byte, error) {
	return d.posix.GetBucketCors(ctx, bucket)
}

// The gateway's own access checks ask for these.

func (d *durable) GetBucketAcl(ctx context.Context, in *s3.GetBucketAclInput) ([]byte, error) {
	return d.posix.GetBucketAcl(ctx, in)
}

func (d *durable) GetBucketPolicy(ctx context.Context, bucket string) ([]byte, error) {
	return d.posix.GetBucketPolicy(ctx, bucket)
}

func (d *durable) GetBucketOwnershipControls(ctx context.Context, bucket string) (types.ObjectOwnership, error) {
	return d.posix.GetBucketOwnershipControls(ctx, bucket)
}

func (d *durable) GetObjectLockConfiguration(ctx context.Context, bucket string) ([]byte, error) {
	return d.posix.GetObjectLockConfiguration(ctx, bucket)
}

func (d *durable) GetObjectRetention(ctx context.Context, bucket, key, version string) ([]byte, error) {
	return d.posix.GetObjectRetention(ctx, bucket, key, version)
}

func (d *durable) GetObjectLegalHold(ctx context.Context, bucket, key, version string) (*bool, error) {
	return d.posix.GetObjectLegalHold(ctx, bucket, key, version)
}
