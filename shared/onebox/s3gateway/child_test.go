package s3gateway_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"hoso/shared/objects"
	"hoso/shared/onebox/s3gateway"
)

// The test binary plays another process on the folder in dirEnv.
const (
	childEnv = "HOSO_S3GATEWAY_CHILD"
	dirEnv   = "HOSO_S3GATEWAY_DIR"
)

func TestMain(m *testing.M) {
	var play func(dir string) error
	switch os.Getenv(childEnv) {
	case "":
		os.Exit(m.Run())
	case "objects":
		play = writeObjects
	case "serve":
		play = serve
	}
	if err := play(os.Getenv(dirEnv)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve runs a gateway until standard input ends; it prints its address, and
// at the end whether it stopped accepting writes.
func serve(dir string) error {
	ctx := context.Background()
	g, err := s3gateway.Start(ctx, config(dir))
	if err != nil {
		return err
	}
	fmt.Println(g.URL())
	_, _ = io.Copy(io.Discard, os.Stdin) // ends with the test, whatever happens to it
	fmt.Println(g.Failed())
	return g.Close(ctx)
}

func store(g interface{ URL() string }) *objects.Store {
	st, err := objects.Open(objects.Config{
		Endpoint: g.URL(), Region: region, Credentials: keys(), Inbox: "inbox", Archive: "archive", Now: time.Now,
	})
	if err != nil {
		panic(err) // the settings above are constant
	}
	return st
}

func client(g interface{ URL() string }) *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: aws.String(g.URL()), Region: region, Credentials: keys(), UsePathStyle: true,
		HTTPClient:       &http.Client{Transport: &http.Transport{}}, // connections of its own
		RetryMaxAttempts: 1,
	})
}

func keys() aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(accessKey, secretKey, "")
}
