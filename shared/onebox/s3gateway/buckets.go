package s3gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// prepareBuckets makes the buckets, versioned and open to the portal's origin,
// over the S3 protocol and before anybody else can reach the gateway. Running
// it again changes nothing.
func prepareBuckets(ctx context.Context, inner *http.Transport, cfg Config) error {
	c := s3.New(s3.Options{
		BaseEndpoint: aws.String("http://objects"),
		Region:       cfg.Region,
		Credentials:  credentials.NewStaticCredentialsProvider(cfg.AccessKey, cfg.SecretKey, ""),
		UsePathStyle: true,
		HTTPClient:   &http.Client{Transport: inner},
	})
	for _, b := range cfg.Buckets {
		if err := prepareBucket(ctx, c, b, cfg.Origin); err != nil {
			return fmt.Errorf("prepare bucket %s: %w", b, err)
		}
	}
	return nil
}

func prepareBucket(ctx context.Context, c *s3.Client, bucket, origin string) error {
	_, err := c.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket})
	var missing *types.NotFound
	if errors.As(err, &missing) {
		_, err = c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &bucket})
	}
	if err != nil {
		return err
	}
	v, err := c.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &bucket})
	if err != nil {
		return err
	}
	if v.Status != types.BucketVersioningStatusEnabled {
		_, err = c.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
			Bucket:                  &bucket,
			VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
		})
		if err != nil {
			return err
		}
	}
	return prepareCORS(ctx, c, bucket, origin)
}

// prepareCORS lets pages of one origin upload, and read what they were given a
// signed address for; no origin means no page at all.
func prepareCORS(ctx context.Context, c *s3.Client, bucket, origin string) error {
	if origin == "" {
		_, err := c.DeleteBucketCors(ctx, &s3.DeleteBucketCorsInput{Bucket: &bucket})
		return err
	}
	_, err := c.PutBucketCors(ctx, &s3.PutBucketCorsInput{
		Bucket: &bucket,
		CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{{
			AllowedOrigins: []string{origin},
			AllowedMethods: []string{http.MethodPost, http.MethodPut, http.MethodGet, http.MethodHead},
			AllowedHeaders: []string{"*"},
			ExposeHeaders:  []string{"ETag", "x-amz-version-id", "x-amz-checksum-sha256"},
			MaxAgeSeconds:  aws.Int32(600),
		}}},
	})
	return err
}
