package functions_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"hoso/shared/act"
	"hoso/shared/aws/audit"
	"hoso/shared/aws/awstest"
	"hoso/shared/aws/cloud"
	"hoso/shared/aws/dynamostore"
	"hoso/shared/evidence"
	"hoso/shared/objects"
	"hoso/shared/store"
	"hoso/shared/translog"
	"hoso/shared/verify"
)

// TestARestoreIsRecordedInTheLog: a table that is as it was before a published
// checkpoint is a forked log to auditors, until an operator's order has
// recorded what was lost; the next checkpoint may be of the lost one's size.
func TestARestoreIsRecordedInTheLog(t *testing.T) {
	w := newWard(t)
	ctx := context.Background()
	db := dynamodb.NewFromConfig(w.stack.Config())
	begins := time.Date(2023, 11, 20, 8, 0, 0, 0, time.FixedZone("+07", 7*3600))
	w.set[cloud.Demo] = begins.Format(time.RFC3339)
	minutes := int64(0)
	later := func() { // checkpoints keep a distance
		t.Helper()
		rev := minutes / 20
		minutes += 20
		c := store.Commit{Key: "clock" + string(rune('a'+rev)), Request: "r", At: begins}
		c.Writes = []store.Write{store.Put(store.Key{Part: "demonstration", Sort: "clock"}, rev, map[string]time.Duration{"offset": time.Until(begins) + time.Duration(minutes)*time.Minute})}
		if _, err := w.st.Commit(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	call := func(function string, payloads ...string) {
		t.Helper()
		r := w.boot(function)
		defer r.Stop()
		for _, p := range payloads {
			if a, err := r.Invoke(ctx, p, patience); err != nil || a.ErrorType != "" {
				t.Fatalf("%s: %+v, %v", function, a, err)
			}
		}
	}
	happens := func(name string) {
		t.Helper()
		later()
		_, event := w.upload(name)
		call("dispatch", queued(event), woken, woken)
		call("clock", "{}")
		call("dispatch", woken, woken)
	}
	// A text is written, and erased after the instant that is restored.
	desk := act.Desk{Store: w.st, Now: func() time.Time { return begins }, NewID: func() string { return "x" }, Rand: func(n int) []byte { return make([]byte, n) }}
	const chain = "dossier/text"
	texts := desk.Texts(chain, "g")
	ref := texts.Add("reason", "Ốm dài ngày.").On(chain)
	kept, err := texts.Writes()
	if err != nil {
		t.Fatal(err)
	}
	wrote := act.Event(chain, "test.written", "p1", begins, nil)
	wrote.Texts = texts.Named()
	if _, err := w.st.Commit(ctx, store.Commit{Key: "write", Request: "w", At: begins, Writes: kept, Events: []evidence.Event{wrote}}); err != nil {
		t.Fatal(err)
	}
	happens("before")
	rows, err := db.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("ward"), ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	instant := minutes
	writes, gone, err := act.Erase(ctx, w.st, []act.TextRef{ref})
	if err != nil {
		t.Fatal(err)
	}
	g := evidence.Gone{At: begins, Act: "round/r|erasure/0001", By: "p2", Texts: []evidence.Lost{{Chain: chain, Text: gone[chain][0]}}}
	if _, err := w.st.Commit(ctx, store.Commit{
		Key: "erase", Request: "e", At: begins, Writes: writes,
		Events: []evidence.Event{act.Event(chain, evidence.TextErased, "p2", begins, evidence.Erasure{Texts: gone[chain]})},
		Outbox: []store.Message{store.Msg("erased/1", translog.ErasedMessage, g)},
	}); err != nil {
		t.Fatal(err)
	}
	happens("lost")

	const restored = "ward-restored"
	if _, err := db.CreateTable(ctx, dynamostore.Table(restored)); err != nil {
		t.Fatal(err)
	}
	for _, it := range rows.Items {
		if strings.HasPrefix(it["pk"].(*dbtypes.AttributeValueMemberS).Value, "b#") {
			continue // whoever was at work
		}
		if _, err := db.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(restored), Item: it}); err != nil {
			t.Fatal(err)
		}
	}
	w.set[cloud.Table], minutes = restored, instant
	if w.st, err = dynamostore.New(dynamostore.Options{Client: db, Table: restored, Jitter: rand.Float64, Wait: awstest.Wait, Scratch: awstest.Scratch(t)}); err != nil {
		t.Fatal(err)
	}
	found := func() (codes []string, notes int) {
		t.Helper()
		obj, err := objects.Open(objects.Config{
			Endpoint: w.stack.URL, Region: awstest.Region, Credentials: w.stack.Config().Credentials,
			Inbox: w.set[cloud.Inbox], Archive: w.set[cloud.Archive], Data: w.set[cloud.Archive], Now: time.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		src, err := audit.Sources(ctx, w.st, obj)
		if err != nil {
			t.Fatal(err)
		}
		rep, err := verify.Verify(ctx, src, verify.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range rep.Findings {
			codes = append(codes, f.Code)
		}
		for _, n := range rep.Notes {
			if n.Code == "note-behind-restore" || n.Code == "note-restored" {
				notes++
			}
		}
		return codes, notes
	}
	if codes, _ := found(); !slices.Contains(codes, "checkpoint-ahead") || !slices.Contains(codes, "text-returned") {
		t.Errorf("a log that fell behind, with a text that was erased, is found as %v", codes)
	}
	if _, err := w.st.Commit(ctx, store.Commit{Key: "more", Request: "m", At: begins, Events: []evidence.Event{act.Event("dossier/other", "test.written", "p1", begins, nil)}}); err != nil {
		t.Fatal(err)
	}
	happens("after") // of the lost one's size
	if codes, _ := found(); !slices.Contains(codes, "checkpoint-file") {
		t.Errorf("a log that forked is found as %v", codes)
	}
	later()
	call("sweep", `{"restored":true}`, `{"restored":true}`)
	call("dispatch", woken, woken)
	call("clock", "{}")
	call("dispatch", woken, woken)
	if codes, notes := found(); len(codes) > 0 || notes == 0 {
		t.Errorf("after the restore was recorded: %v, and %d notes of it", codes, notes)
	}
	if text, err := act.Read(ctx, w.st, chain, ref); err != nil || text != "" {
		t.Errorf("the text that was erased is back: %q, %v", text, err)
	}
}
