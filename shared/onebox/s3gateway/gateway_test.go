package s3gateway_test

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"hoso/shared/objects/objectstest"
	"hoso/shared/onebox/s3gateway"
)

const (
	region    = "ap-southeast-1"
	accessKey = "HOSOTEST"
	secretKey = "not-a-secret-of-anyone"
	origin    = "https://ho-so.example.vn"
)

func config(dir string) s3gateway.Config {
	return s3gateway.Config{
		Dir: dir, Listen: "127.0.0.1:0", Region: region, AccessKey: accessKey, SecretKey: secretKey,
		Buckets: []string{"inbox", "archive"}, Origin: origin, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	}
}

// start runs a gateway until the test ends.
func start(t *testing.T, cfg s3gateway.Config) *s3gateway.Gateway {
	t.Helper()
	g, err := s3gateway.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := g.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return g
}

func target(g *s3gateway.Gateway) objectstest.Target {
	return objectstest.Target{
		Endpoint: g.URL(), Region: region, AccessKey: accessKey, SecretKey: secretKey,
		Inbox: "inbox", Archive: "archive", Origin: origin,
	}
}

func TestGatewayIsTheObjectStoreTheProductExpects(t *testing.T) {
	objectstest.Run(t, target(start(t, config(t.TempDir()))))
}
