package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"hoso/shared/act"
	"hoso/shared/appraisal"
	"hoso/shared/board"
	"hoso/shared/calendar"
	"hoso/shared/campaign"
	"hoso/shared/commend"
	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/erasure"
	"hoso/shared/filing"
	"hoso/shared/intake"
	"hoso/shared/launch"
	"hoso/shared/objects"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/reading"
	"hoso/shared/register"
	"hoso/shared/review"
	"hoso/shared/round"
	"hoso/shared/search"
	"hoso/shared/selection"
	"hoso/shared/store"
	"hoso/shared/submission"
	"hoso/shared/validate"
	"hoso/shared/web"
	"hoso/shared/yearly"
)

const (
	inbox = "inbox"
	vault = "archive"
)

// shop is the object store of all tests of this package: the library allows
// one a process.
var shop struct {
	sync.Mutex
	home    string // folder of this package: the library changes the working directory
	objects *objects.Store
	stored  func(context.Context, s3gateway.Object)
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	fail := func(err error) int { fmt.Fprintln(os.Stderr, err); return 1 }
	var err error
	if shop.home, err = os.Getwd(); err != nil {
		return fail(err)
	}
	dir, err := os.MkdirTemp("", "hoso-web-test-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	g, err := s3gateway.Start(ctx, s3gateway.Config{
		Dir: dir, Listen: "127.0.0.1:0", Region: "us-east-1", AccessKey: "test", SecretKey: "test-secret-test-secret",
		Buckets: []string{inbox, vault}, Origin: testURL, Now: time.Now, Log: slog.New(slog.DiscardHandler), OnObject: func(ctx context.Context, o s3gateway.Object) {
			shop.Lock()
			f := shop.stored
			shop.Unlock()
			if f != nil {
				f(ctx, o)
			}
		},
	})
	if err != nil {
		return fail(err)
	}
	defer func() { _ = g.Close(ctx) }()
	shop.objects, err = objects.Open(objects.Config{
		Endpoint: g.URL(), Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("test", "test-secret-test-secret", ""),
		Inbox: inbox, Archive: vault, Data: vault, Now: time.Now,
	})
	if err != nil {
		return fail(err)
	}
	return m.Run()
}

// rooms are the acts behind the pages, on the town's store.
type rooms struct {
	web.Rooms
	town   *town
	intake intake.Room
	plan   *campaign.Campaign
	set    campaign.RuleSet
}

func newRooms(w *town, desk act.Desk, days *calendar.Calendar) *rooms {
	park := parking.Desk{Desk: desk, Keeper: w.box, Due: days.DueInstant}
	r := &rooms{town: w, intake: intake.Room{Desk: desk, Objects: shop.objects}}
	sub := submission.Room{Desk: desk, Inbox: inbox}
	plans, err := campaign.Builtin()
	if err != nil {
		w.Fatal(err)
	}
	book, err := campaign.BuiltinRules()
	if err != nil {
		w.Fatal(err)
	}
	r.plan = plans[0]
	if r.set, err = book.RuleSetAt(r.plan, w.clock()); err != nil {
		w.Fatal(err)
	}
	r.Rooms = web.Rooms{
		Submission: sub, Parking: park, Appraisal: appraisal.Room{Desk: park}, Selection: selection.Room{Desk: park}, Review: review.Room{Desk: park},
		Decision: decision.Room{Desk: park, Objects: shop.objects, Inbox: inbox}, Erasure: erasure.Room{Desk: desk, Wipe: func(context.Context) error { return nil }}, Board: board.Room{Desk: desk, NotSubmitted: sub.NotSubmitted, Hand: park.Hand},
		Yearly:  yearly.Room{Desk: desk, Calendar: days, Files: filing.Room{Desk: desk, Objects: shop.objects, Inbox: inbox}},
		Commend: commend.Room{Desk: desk, Files: filing.Room{Desk: desk, Objects: shop.objects, Inbox: inbox}},
		Search:  search.Room{Desk: desk}, Register: register.Room{Desk: desk}, Objects: shop.objects, Books: validate.NewShelf(validate.NewBooks(book, plans), desk.Store),
		Launch: launch.Room{Desk: desk, Shipped: plans},
	}
	shop.Lock()
	defer shop.Unlock()
	shop.stored = func(ctx context.Context, o s3gateway.Object) {
		if _, err := r.intake.Register(ctx, intake.Stored{Bucket: o.Bucket, Key: o.Key, Version: o.Version, Size: o.Size}); err != nil {
			w.Log("intake:", err)
		}
	}
	return r
}

// openRound opens a round that takes dossiers from an hour ago for 30 days.
func (w *town) openRound(id string) round.Round {
	w.Helper()
	who := people.Actor{Person: people.Person{ID: "admin", Active: true, Roles: []people.Role{people.Admin}}}
	appraiser := w.person(id+"-appraiser@example.vn", "", people.Appraiser)
	head := w.person(id+"-head@example.vn", "", people.Head)
	clerk := w.person(id+"-clerk@example.vn", "", people.Clerk)
	second := w.person(id+"-clerk2@example.vn", "", people.Clerk)
	admin := w.person(id+"-admin@example.vn", "", people.Admin)
	s := round.Settings{
		Campaign: w.rooms.plan.ID, Title: "Chuyển đổi số 2022–2025", Name: "Sơ kết 2023", Caps: map[dossier.Kind]int{dossier.Collective: 15, dossier.Individual: 15},
		Opens: w.clock().Add(-time.Hour), Closes: w.clock().Add(30 * 24 * time.Hour), ReturnDays: 5, RuleSet: w.rooms.set.ID + "@" + w.rooms.set.Digest, Head: []string{head.ID}, Preparers: []string{admin.ID}, Clerks: []string{clerk.ID, second.ID},
		Steps: []round.Step{{ID: "stttt", Title: "Thẩm định Sở TT&TT", Scope: round.ByDossier, Body: "Sở TT&TT", Persons: []string{appraiser.ID}, DueDays: 5}},
	}
	if err := w.rooms.Board.Open(context.Background(), w.key(), who, id, s); err != nil {
		w.Fatal(err)
	}
	rd, err := storeLoad[round.Round](w, round.Key(id))
	if err != nil {
		w.Fatal(err)
	}
	return rd
}

func storeLoad[T any](w *town, k store.Key) (T, error) {
	var v T
	_, err := store.Load(context.Background(), w.store, k, &v)
	return v, err
}

// read puts a machine's reading behind a document, as the flow would.
func (w *town) read(dossierID, documentID string, r reading.Reading) {
	w.Helper()
	ctx := context.Background()
	body, err := json.Marshal(r)
	if err != nil {
		w.Fatal(err)
	}
	digest, err := shop.objects.PutDigest(ctx, body)
	if err != nil {
		w.Fatal(err)
	}
	var doc dossier.Document
	rev, err := store.Load(ctx, w.store, dossier.DocumentKey(dossierID, documentID), &doc)
	if err != nil {
		w.Fatal(err)
	}
	doc.State, doc.Stage, doc.Reading, doc.Pages = dossier.Read, "", digest, len(r.Pages)
	if doc.Version == "" {
		doc.Version = "v1"
	}
	if _, err := w.store.Commit(ctx, store.Commit{Key: w.key(), Request: "read", At: w.clock(), Writes: []store.Write{dossier.PutDocument(doc, rev)}}); err != nil {
		w.Fatal(err)
	}
}
