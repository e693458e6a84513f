package cloud

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"hoso/shared/aws/awstest"
	"hoso/shared/aws/dynamostore"
	"hoso/shared/store"
)

// TestATableRestoredToAPointServes runs the operator's command against the
// stand-in: the new table holds what was committed, takes commits, and has
// the stream, recovery and protection that its parameters promise.
func TestATableRestoredToAPointServes(t *testing.T) {
	python := awstest.Tool(t, "sam/bin/python")
	s := stack.Store(t, rand.Float64)
	ctx := context.Background()
	key := store.Key{Part: "p", Sort: "s"}
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	if _, err := s.Commit(ctx, store.Commit{Key: "k", Request: "r", At: at, Writes: []store.Write{store.Put(key, 0, "kept")}}); err != nil {
		t.Fatal(err)
	}
	db := dynamodb.NewFromConfig(stack.Config())
	if _, err := db.UpdateContinuousBackups(ctx, &dynamodb.UpdateContinuousBackupsInput{
		TableName: aws.String(s.Table()), PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: aws.Bool(true)},
	}); err != nil {
		t.Fatal(err)
	}
	root, err := awstest.Root()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, filepath.Join(root, "infra/aws/restore.py"), s.Table())
	cmd.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+stack.URL, "AWS_DEFAULT_REGION="+awstest.Region, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test")
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, said.String())
	}
	set := map[string]string{}
	for _, f := range strings.Fields(string(out)) {
		name, value, _ := strings.Cut(f, "=")
		set[name] = value
	}
	if set["RestoredTable"] == "" || set["RestoredStream"] == "" {
		t.Fatalf("said %s", out)
	}
	again, err := dynamostore.New(dynamostore.Options{Client: db, Table: set["RestoredTable"], Jitter: rand.Float64, Wait: awstest.Wait})
	if err != nil {
		t.Fatal(err)
	}
	var got string
	if rev, err := store.Load(ctx, again, key, &got); err != nil || got != "kept" || rev != 1 {
		t.Errorf("it holds %q, revision %d, %v", got, rev, err)
	}
	if _, err := again.Commit(ctx, store.Commit{Key: "k2", Request: "r", At: at, Writes: []store.Write{store.Put(key, 1, "more")}}); err != nil {
		t.Errorf("it takes no commit: %v", err)
	}
	d, err := db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(set["RestoredTable"])})
	if err != nil {
		t.Fatal(err)
	}
	if tab := d.Table; tab.StreamSpecification == nil || tab.StreamSpecification.StreamViewType != types.StreamViewTypeKeysOnly || !aws.ToBool(tab.DeletionProtectionEnabled) || len(tab.GlobalSecondaryIndexes) != 4 {
		t.Errorf("stream %+v, protection %v, %d indexes", tab.StreamSpecification, aws.ToBool(tab.DeletionProtectionEnabled), len(tab.GlobalSecondaryIndexes))
	}
}
