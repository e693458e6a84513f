package s3gateway_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/onebox/s3gateway"
)

func TestSecondGatewayInTheProcessIsRefused(t *testing.T) {
	start(t, config(t.TempDir()))
	g, err := s3gateway.Start(t.Context(), config(t.TempDir()))
	if err == nil {
		_ = g.Close(t.Context())
		t.Fatal("a second gateway runs")
	}
	if !strings.Contains(err.Error(), "one is running in this process") {
		t.Error(err)
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for name, change := range map[string]func(*s3gateway.Config){
		"relative folder": func(c *s3gateway.Config) { c.Dir = "data" },
		"no region":       func(c *s3gateway.Config) { c.Region = "" },
		"no secret":       func(c *s3gateway.Config) { c.SecretKey = "" },
		"no bucket":       func(c *s3gateway.Config) { c.Buckets = nil },
		"bucket twice":    func(c *s3gateway.Config) { c.Buckets = []string{"inbox", "inbox"} },
		"short bucket":    func(c *s3gateway.Config) { c.Buckets = []string{"in"} },
		"no clock":        func(c *s3gateway.Config) { c.Now = nil },
		"no such address": func(c *s3gateway.Config) { c.Listen = "192.0.2.1:1" },
	} {
		cfg := config(t.TempDir())
		change(&cfg)
		if g, err := s3gateway.Start(t.Context(), cfg); err == nil {
			_ = g.Close(t.Context())
			t.Errorf("%s: starts", name)
		}
	}
	start(t, config(t.TempDir())) // a refused start leaves nothing behind
}

func TestEveryStoredUploadIsTold(t *testing.T) {
	gate := make(chan struct{})
	var mu sync.Mutex
	var told []s3gateway.Object
	cfg := config(t.TempDir())
	cfg.OnObject = func(ctx context.Context, o s3gateway.Object) {
		<-gate // a slow handler holds up no answer
		mu.Lock()
		defer mu.Unlock()
		told = append(told, o)
		if ctx.Err() != nil {
			t.Error(ctx.Err())
		}
	}
	g, err := s3gateway.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	w := writer(t.Context(), g, io.Discard)
	var want []string
	for i := range 3 {
		p, err := w.put("inbox", fmt.Sprintf("incoming/u/d/k%d", i%2), content("told", i))
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, p.Key+" "+p.Version)
	}
	if err := w.parts(); err != nil {
		t.Fatal(err)
	}
	first, err := w.store.LatestVersions(t.Context(), "inbox", "incoming/u0/d0/doc0")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, first[0].Key+" "+first[0].Version)
	if _, err := w.store.Copy(t.Context(), objects.Ref{Bucket: "inbox", Key: "incoming/u/d/k0"}, "a/b", sum(content("told", 2))); err != nil {
		t.Fatal(err) // a copy is not told
	}
	if _, err := w.client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String("inbox"), Key: aws.String("incoming/u/d/bad"), Body: bytes.NewReader([]byte("x")), ChecksumSHA256: aws.String("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
	}); err == nil {
		t.Fatal("wrong hash was taken") // and neither is what was refused
	}
	closed := make(chan error)
	go func() { closed <- g.Close(t.Context()) }() // waits for what is queued
	for {
		c, err := net.Dial("tcp", g.Addr().String())
		if err != nil {
			break // no more requests are taken
		}
		c.Close()
	}
	close(gate)
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range told {
		got = append(got, o.Key+" "+o.Version)
		if o.Bucket != "inbox" || o.Size == 0 || o.ETag == "" {
			t.Errorf("told %+v", o)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("told %v, want %v", got, want)
	}
}

var errRefused = errors.New("refused object by object")

func TestNothingButObjectsChangesOverTheWire(t *testing.T) {
	g := start(t, config(t.TempDir()))
	c, ctx := client(g), t.Context()
	w := writer(ctx, g, io.Discard)
	p, err := w.put("inbox", "incoming/u/d/k", content("wire", 0))
	if err != nil {
		t.Fatal(err)
	}
	b, k := aws.String("inbox"), &p.Key
	for name, act := range map[string]func() error{
		"create bucket": func() error {
			_, err := c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("another")})
			return err
		},
		"delete bucket": func() error {
			_, err := c.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: aws.String("archive")})
			return err
		},
		"suspend versions": func() error {
			_, err := c.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: b, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusSuspended}})
			return err
		},
		"open by policy": func() error {
			_, err := c.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: b, Policy: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::inbox/*"}]}`)})
			return err
		},
		"open by access list": func() error {
			_, err := c.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: b, ACL: types.BucketCannedACLPublicRead})
			return err
		},
		"other origin": func() error {
			_, err := c.PutBucketCors(ctx, &s3.PutBucketCorsInput{Bucket: b, CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{{AllowedOrigins: []string{"*"}, AllowedMethods: []string{"GET"}}}}})
			return err
		},
		"delete without a version": func() error { _, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: b, Key: k}); return err },
		"delete version null": func() error {
			_, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: b, Key: k, VersionId: aws.String("null")})
			return err
		},
		"delete version ../x": func() error {
			_, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: b, Key: k, VersionId: aws.String("../../../../../../inbox/x")})
			return err
		},
		"delete many": func() error {
			out, err := c.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: b, Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: k, VersionId: &p.Version}}}})
			if err == nil && len(out.Errors) > 0 {
				return errRefused
			}
			return err
		},
		"tags": func() error {
			_, err := c.PutObjectTagging(ctx, &s3.PutObjectTaggingInput{Bucket: b, Key: k, Tagging: &types.Tagging{TagSet: []types.Tag{}}})
			return err
		},
		"upload with tags": func() error {
			_, err := c.PutObject(ctx, &s3.PutObjectInput{Bucket: b, Key: aws.String("incoming/u/d/t"), Body: bytes.NewReader(nil), Tagging: aws.String("a=b")})
			return err
		},
		"copy onto itself": func() error {
			_, err := c.CopyObject(ctx, &s3.CopyObjectInput{Bucket: b, Key: k, CopySource: aws.String("inbox/" + p.Key), MetadataDirective: types.MetadataDirectiveReplace})
			return err
		},
	} {
		if err := act(); status(err) < 400 && !errors.Is(err, errRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, key := range []string{"../outside", "a/../../b", ".sgwtmp/multipart/x", "incoming/.hidden", "incoming//x", "dir/", `a\b`} {
		if _, err := w.put("inbox", key, content("wire", 1)); err == nil {
			t.Errorf("key %q was stored", key)
		}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPatch, g.URL()+"/list-users", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("administration route: %d", res.StatusCode)
	}
	if list, err := w.store.LatestVersions(ctx, "inbox", p.Key); err != nil || len(list) != 1 || list[0].Version != p.Version {
		t.Errorf("the object is now %+v, %v", list, err)
	}
}

func TestPinnedVersionIsNeverMistakenForALaterOne(t *testing.T) {
	g := start(t, config(t.TempDir()))
	w := writer(t.Context(), g, io.Discard)
	const key = "incoming/u/d/k"
	pinned, err := w.put("inbox", key, content("pinned", 0))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				latest, err := w.store.Head(t.Context(), objects.Ref{Bucket: "inbox", Key: key})
				if fault.Is(err, fault.Transient) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				for _, ref := range []objects.Ref{latest.Ref, pinned.Ref} {
					got, err := readSum(t.Context(), w.store, ref)
					if fault.Is(err, fault.Transient) {
						continue
					}
					if want := latest.SHA256; err != nil || (ref == latest.Ref && got != want) || (ref == pinned.Ref && got != pinned.SHA256) {
						t.Errorf("version %s reads as %s: %v", ref.Version, got, err)
						return
					}
				}
			}
		})
	}
	for i := range 120 {
		if _, err := w.put("inbox", key, content("pinned", i+1)); err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	wg.Wait()
}

func TestUploadsLeaveRoomForTheRestOfTheMachine(t *testing.T) {
	cfg := config(t.TempDir())
	cfg.MinFree = 1 << 60
	g := start(t, cfg)
	w := writer(t.Context(), g, io.Discard)
	_, err := w.store.PutDigest(t.Context(), []byte("x"))
	if !fault.Is(err, fault.Transient) || fault.CodeOf(err) != objects.CodeFull {
		t.Errorf("no room: %v", err)
	}
}

func TestServesTLS(t *testing.T) {
	paper := httptest.NewTLSServer(http.NotFoundHandler()) // has a certificate and a client that trusts it
	defer paper.Close()
	cfg := config(t.TempDir())
	cfg.TLS = &tls.Config{Certificates: paper.TLS.Certificates, MinVersion: tls.VersionTLS12}
	g := start(t, cfg)
	if !strings.HasPrefix(g.URL(), "https://127.0.0.1:") {
		t.Fatal(g.URL())
	}
	st, err := objects.Open(objects.Config{
		Endpoint: g.URL(), Region: region, Credentials: keys(), Inbox: "inbox", Archive: "archive", Now: time.Now, HTTP: paper.Client(),
	})
	if err != nil {
		t.Fatal(err)
	}
	id, err := st.PutDigest(t.Context(), content("tls", 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := st.GetDigest(t.Context(), id); err != nil {
		t.Error(err)
	}
}

func TestAddressWithoutAHostIsReachable(t *testing.T) {
	cfg := config(t.TempDir())
	cfg.Listen = ":0"
	g := start(t, cfg)
	if err := store(g).Ready(t.Context()); err != nil {
		t.Errorf("%s: %v", g.URL(), err)
	}
}
