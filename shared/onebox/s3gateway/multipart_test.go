package s3gateway_test

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

func TestUploadInPartsIsCompletedOnceHoweverOftenAsked(t *testing.T) {
	g := start(t, config(t.TempDir()))
	w := writer(t.Context(), g, io.Discard)
	bucket, key := aws.String("inbox"), aws.String("incoming/u/d/parts")
	up, err := w.client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	data := bytes.Repeat([]byte("part"), 1<<18)
	part, err := w.client.UploadPart(t.Context(), &s3.UploadPartInput{
		Bucket: bucket, Key: key, UploadId: up.UploadId, PartNumber: aws.Int32(1), Body: bytes.NewReader(data),
	})
	if err != nil {
		t.Fatal(err)
	}
	complete := func(upload *string) error {
		_, err := w.client.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{
			Bucket: bucket, Key: key, UploadId: upload,
			MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: part.ETag}}},
		}, func(o *s3.Options) { o.RetryMaxAttempts = 10 })
		return err
	}
	errs := make([]error, 6)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = complete(up.UploadId) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	if err := complete(up.UploadId); err != nil { // after a lost answer
		t.Errorf("again: %v", err)
	}
	list, err := w.store.LatestVersions(t.Context(), *bucket, *key)
	if err != nil || len(list) != 1 || list[0].Size != int64(len(data)) {
		t.Errorf("%+v, %v", list, err)
	}
	err = complete(aws.String("6ba7b810-9dad-11d1-80b4-00c04fd430c8"))
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "NoSuchUpload" {
		t.Errorf("upload that never was: %v", err)
	}
}
