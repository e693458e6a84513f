package objects_test

import (
	"cmp"
	"os"
	"testing"

	"hoso/shared/objects/objectstest"
)

// TestEndpoint holds any S3 endpoint to the suite. It needs two versioned
// buckets; the gateway of the one-machine edition runs the same suite in its
// own package.
func TestEndpoint(t *testing.T) {
	endpoint := os.Getenv("HOSO_TEST_S3")
	if endpoint == "" {
		t.Log("HOSO_TEST_S3 (with _REGION, _KEY, _SECRET, _INBOX, _ARCHIVE, _ORIGIN) names no other endpoint: the embedded gateway is tried in its own package")
		return
	}
	objectstest.Run(t, objectstest.Target{
		Endpoint: endpoint, Region: cmp.Or(os.Getenv("HOSO_TEST_S3_REGION"), "us-east-1"),
		AccessKey: os.Getenv("HOSO_TEST_S3_KEY"), SecretKey: os.Getenv("HOSO_TEST_S3_SECRET"),
		Inbox: cmp.Or(os.Getenv("HOSO_TEST_S3_INBOX"), "inbox"), Archive: cmp.Or(os.Getenv("HOSO_TEST_S3_ARCHIVE"), "archive"),
		Origin: os.Getenv("HOSO_TEST_S3_ORIGIN"),
	})
}
