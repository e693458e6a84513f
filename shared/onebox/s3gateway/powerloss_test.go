package s3gateway_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"hoso/shared/objects"
	"hoso/shared/onebox/powerloss"
	"hoso/shared/onebox/s3gateway"
)

// promise is one acknowledged act, as the writer tells it.
type promise struct {
	objects.Ref
	SHA256 string
	Kept   string // checksum as the store answered it
	Gone   bool   // removed instead of stored
}

// writeObjects is the writer: it starts a gateway on a folder that is not
// there yet and does everything the product does with objects, some of it in
// parallel, telling each answer it got.
func writeObjects(dir string) (err error) {
	ctx := context.Background()
	g, err := s3gateway.Start(ctx, config(dir))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close(ctx)) }()
	w := writer(ctx, g, os.Stdout)
	return errors.Join(w.facts(), w.parallel(), w.overwrites(), w.archive(), w.removals(), w.parts())
}

type objectWriter struct {
	ctx    context.Context
	told   io.Writer
	store  *objects.Store
	client *s3.Client
}

func writer(ctx context.Context, g interface{ URL() string }, told io.Writer) *objectWriter {
	return &objectWriter{ctx: ctx, told: told, store: store(g), client: client(g)}
}

func (w *objectWriter) tell(p promise, err error) error {
	if err != nil {
		return err
	}
	line, err := json.Marshal(p)
	if err == nil {
		_, err = fmt.Fprintf(w.told, "ack %s\n", line) // one write
	}
	return err
}

// put stores a version over whatever is there and tells it.
func (w *objectWriter) put(bucket, key string, data []byte) (promise, error) {
	out, err := w.client.PutObject(w.ctx, &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: bytes.NewReader(data), ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
	})
	if err != nil {
		return promise{}, err
	}
	p := promise{
		Ref:    objects.Ref{Bucket: bucket, Key: key, Version: aws.ToString(out.VersionId)},
		SHA256: sum(data), Kept: aws.ToString(out.ChecksumSHA256) + aws.ToString(out.ETag),
	}
	return p, w.tell(p, nil)
}

func (w *objectWriter) facts() error {
	for i := range 4 {
		fact := content("fact", i)
		id, err := w.store.PutDigest(w.ctx, fact)
		if err := w.tell(promise{Ref: objects.Ref{Bucket: "inbox", Key: objects.DigestKey(id)}, SHA256: id}, err); err != nil {
			return err
		}
	}
	return nil
}

func (w *objectWriter) parallel() error {
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			for k := range 3 {
				_, err := w.put("inbox", fmt.Sprintf("incoming/u%d/d%d/doc%d", i%2, i, k), content("parallel", 10*i+k))
				errs[i] = errors.Join(errs[i], err)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (w *objectWriter) overwrites() error {
	for i := range 4 {
		if _, err := w.put("inbox", "incoming/u0/d0/doc0", content("again", i)); err != nil {
			return err
		}
	}
	return nil
}

func (w *objectWriter) archive() error {
	p, err := w.put("inbox", "incoming/u9/d9/doc", content("archive", 0))
	if err != nil {
		return err
	}
	if _, err := w.put("inbox", p.Key, content("archive", 1)); err != nil {
		return err
	}
	ref, err := w.store.Copy(w.ctx, p.Ref, "dossiers/d9/1/doc.pdf", p.SHA256)
	if err := w.tell(promise{Ref: ref, SHA256: p.SHA256}, err); err != nil {
		return err
	}
	data := content("package", 0)
	ref, err = w.store.PutArchive(w.ctx, "packages/d9.zip", "application/zip", int64(len(data)), sum(data), bytes.NewReader(data))
	return w.tell(promise{Ref: ref, SHA256: sum(data)}, err)
}

// removals removes the current version, so that an older one takes its place,
// then an old one, then the last one of a key, and uploads to it again.
func (w *objectWriter) removals() error {
	const key = "incoming/u7/d7/doc"
	var all []promise
	for i := range 4 {
		p, err := w.put("inbox", key, content("removal", i))
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	alone, err := w.put("inbox", "incoming/u7/d8/doc", content("removal", 9))
	if err != nil {
		return err
	}
	for _, p := range []promise{all[3], all[1], alone} {
		// What is being removed may be gone from here on, answered or not.
		if err := w.tell(promise{Ref: p.Ref}, nil); err != nil {
			return err
		}
		err := w.store.Remove(w.ctx, p.Ref)
		if err := w.tell(promise{Ref: p.Ref, Gone: true}, err); err != nil {
			return err
		}
	}
	_, err = w.put("inbox", alone.Key, content("removal", 10))
	return err
}

func (w *objectWriter) parts() error {
	bucket, key, data := "inbox", "incoming/u0/d0/doc0", content("parts", 0)
	up, err := w.client.CreateMultipartUpload(w.ctx, &s3.CreateMultipartUploadInput{Bucket: &bucket, Key: &key, ChecksumAlgorithm: types.ChecksumAlgorithmSha256})
	if err != nil {
		return err
	}
	part, err := w.client.UploadPart(w.ctx, &s3.UploadPartInput{
		Bucket: &bucket, Key: &key, UploadId: up.UploadId, PartNumber: aws.Int32(1), Body: bytes.NewReader(data), ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
	})
	if err != nil {
		return err
	}
	out, err := w.client.CompleteMultipartUpload(w.ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &bucket, Key: &key, UploadId: up.UploadId,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: part.ETag, ChecksumSHA256: part.ChecksumSHA256}}},
	})
	if err != nil {
		return err
	}
	return w.tell(promise{
		Ref:    objects.Ref{Bucket: bucket, Key: key, Version: aws.ToString(out.VersionId)},
		SHA256: sum(data), Kept: aws.ToString(out.ChecksumSHA256) + aws.ToString(out.ETag),
	}, nil)
}

// checkObjects starts a gateway on a state and holds it to the promises; what
// was never promised must be whole where it shows.
func checkObjects(dir string, acked []string) (err error) {
	ctx := context.Background()
	g, err := s3gateway.Start(ctx, config(dir))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close(ctx)) }()
	found, err := wholeObjects(ctx, client(g))
	if err != nil {
		return err
	}
	want := map[objects.Ref]promise{}
	for _, line := range acked {
		var p promise
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			return err
		}
		want[p.Ref] = p
	}
	for ref, p := range want {
		switch got, ok := found[ref]; {
		case p.Gone && ok:
			return fmt.Errorf("removed version %+v is there", ref)
		case p.Gone || p.SHA256 == "": // removed, or being removed
		case got.SHA256 != p.SHA256 || (p.Kept != "" && got.Kept != p.Kept):
			return fmt.Errorf("promised %+v, found %+v", p, got)
		}
	}
	return nil
}

// wholeObjects reads every version there is, compares it with the hash kept
// with it, and gives it, the latest of each key without its version too.
func wholeObjects(ctx context.Context, c *s3.Client) (map[objects.Ref]promise, error) {
	found := map[objects.Ref]promise{}
	for _, bucket := range []string{"inbox", "archive"} {
		list, err := c.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: &bucket})
		if err != nil {
			return nil, err
		}
		for _, v := range list.Versions {
			ref := objects.Ref{Bucket: bucket, Key: aws.ToString(v.Key), Version: aws.ToString(v.VersionId)}
			p, err := wholeObject(ctx, c, ref)
			if err != nil {
				return nil, fmt.Errorf("listed %+v: %w", ref, err)
			}
			found[ref] = p
			if aws.ToBool(v.IsLatest) {
				ref.Version = ""
				found[ref] = p
			}
		}
	}
	return found, nil
}

func wholeObject(ctx context.Context, c *s3.Client, ref objects.Ref) (promise, error) {
	o, err := c.GetObject(ctx, &s3.GetObjectInput{Bucket: &ref.Bucket, Key: &ref.Key, VersionId: &ref.Version, ChecksumMode: types.ChecksumModeEnabled})
	if err != nil {
		return promise{}, err
	}
	defer o.Body.Close()
	b, err := io.ReadAll(o.Body)
	if err != nil {
		return promise{}, err
	}
	raw := sha256.Sum256(b)
	kept := aws.ToString(o.ChecksumSHA256)
	if !strings.Contains(kept, "-") && kept != base64.StdEncoding.EncodeToString(raw[:]) { // with "-" it is one of parts
		return promise{}, fmt.Errorf("%d bytes are kept with hash %q and have %x", len(b), kept, raw)
	}
	return promise{Ref: ref, SHA256: hex.EncodeToString(raw[:]), Kept: kept + aws.ToString(o.ETag)}, nil
}

func readSum(ctx context.Context, st *objects.Store, ref objects.Ref) (string, error) {
	r, _, err := st.Open(ctx, ref)
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	return sum(b), err
}

// content is a few kilobytes that say what they are.
func content(kind string, i int) []byte {
	return bytes.Repeat(fmt.Appendf(nil, "%s %d\n", kind, i), 700)
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func TestAnsweredObjectsSurvivePowerLoss(t *testing.T) {
	needStrace(t)
	base := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"=objects", dirEnv+"="+filepath.Join(base, "data"))
	trace, err := powerloss.Record(t.Context(), base, cmd, powerloss.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(trace.Acks()); n != 37 {
		t.Fatalf("the writer told of %d answers", n)
	}
	plan := powerloss.Plan{Seed: envNumber(t, "HOSO_TORTURE_SEED", 1), States: int(envNumber(t, "HOSO_TORTURE_STATES", 200)), Scratch: scratch(t)}
	err = trace.Check(plan, func(dir string, acked []string) error { return checkObjects(filepath.Join(dir, "data"), acked) })
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d states of seed %d hold", plan.States, plan.Seed)
}

func scratch(t *testing.T) string {
	t.Helper()
	dir, err := powerloss.Scratch()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func envNumber(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		t.Fatalf("%s=%s: %v", name, s, err)
	}
	return n
}

func needStrace(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err == nil {
		return
	}
	if os.Getenv("HOSO_COMPLETE") == "1" {
		t.Fatal("strace is not installed")
	}
	t.Skip("strace is not installed: disk errors and power loss are not tried")
}
