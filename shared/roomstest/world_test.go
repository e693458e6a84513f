package roomstest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path"
	"slices"
	"time"

	"hoso/shared/act"
	"hoso/shared/appraisal"
	"hoso/shared/board"
	"hoso/shared/calendar"
	"hoso/shared/clock"
	"hoso/shared/commend"
	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/erasure"
	"hoso/shared/extract"
	"hoso/shared/fault"
	"hoso/shared/filing"
	"hoso/shared/intake"
	"hoso/shared/mail"
	"hoso/shared/objects"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/posting"
	"hoso/shared/quota"
	"hoso/shared/reading"
	"hoso/shared/recognize"
	"hoso/shared/review"
	"hoso/shared/round"
	"hoso/shared/secret"
	"hoso/shared/selection"
	"hoso/shared/store"
	"hoso/shared/submission"
	"hoso/shared/sweep"
	"hoso/shared/yearly"
)

// tester is what testing.T and rapid.T have in common.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
	Logf(format string, args ...any)
}

var start = time.Date(2025, 3, 3, 1, 0, 0, 0, time.UTC)

const (
	day    = 24 * time.Hour
	aRound = "r1"
)

// watched is the real store, seen at every commit.
type watched struct {
	store.Store
	ahead  func()                   // may run another act before the first read
	before func(store.Commit)       // may run another act in between
	after  func(store.Commit)       // of every commit that changed something
	lose   func(store.Commit) error // an answer that got lost after the commit
}

// Get reads a record.
func (w *watched) Get(ctx context.Context, k store.Key) (store.Record, error) {
	if ahead := w.ahead; ahead != nil {
		w.ahead = nil
		ahead()
	}
	return w.Store.Get(ctx, k)
}

// Commit commits, and shows what it committed.
func (w *watched) Commit(ctx context.Context, c store.Commit) (store.Outcome, error) {
	if before := w.before; before != nil {
		w.before = nil
		before(c)
	}
	out, err := w.Store.Commit(ctx, c)
	if err == nil && !out.Replayed && w.after != nil {
		w.after(c)
	}
	if err == nil && w.lose != nil {
		if err := w.lose(c); err != nil {
			return store.Outcome{}, err
		}
	}
	return out, err
}

// world is every room on one store.
type world struct {
	tester
	ctx    context.Context
	now    time.Time
	serial uint64
	real   *sqlitestore.Store
	store  *watched
	files  files
	mails  []mail.Notice
	logged []store.Message // events for the log
	runs   *runs
	hold   time.Duration  // until nominees on hold are looked at again
	most   map[string]int // items of the largest commit, by first event or key

	submission submission.Room
	intake     intake.Room
	extract    extract.Room
	recognize  recognize.Room
	appraisal  appraisal.Room
	selection  selection.Room
	quota      quota.Room
	review     review.Room
	posting    posting.Room
	decision   decision.Room
	board      board.Room
	erasure    erasure.Room
	wipes      int // how often the store was to be wiped
	clock      clock.Room
	sweep      sweep.Room
	yearly     yearly.Room
	commend    commend.Room
	parking    parking.Desk

	admin, head, clerk, clerk2, unit people.Actor
	appraisers, reviewers            []people.Actor
}

func newWorld(t tester) *world {
	t.Helper()
	w := roomsOn(t, sqlitestore.Options{})
	w.admin, w.head, w.unit = w.person("admin", "", people.Admin), w.person("head", "", people.Head), w.person("unit", "u1", people.Submitter)
	w.clerk, w.clerk2 = w.person("clerk", "", people.Clerk), w.person("clerk2", "", people.Clerk)
	for i := range 10 {
		w.appraisers = append(w.appraisers, w.person(fmt.Sprint("appraiser", i), "", people.Appraiser))
		w.reviewers = append(w.reviewers, w.person(fmt.Sprint("reviewer", i), "", people.Reviewer))
	}
	w.put(people.PutUnit(people.Unit{ID: "u1", Name: "Đơn vị một", Active: true}, 0))
	return w
}

// roomsOn is every room on a store in memory, without anybody in it.
func roomsOn(t tester, o sqlitestore.Options) *world {
	t.Helper()
	w := &world{tester: t, ctx: context.Background(), now: start, hold: 90 * day, files: files{}, most: map[string]int{}}
	s, err := sqlitestore.Open(w.ctx, ":memory:", o)
	if err != nil {
		t.Fatal(err)
	}
	w.real, w.store = s, &watched{Store: s}
	w.store.after = w.seen
	keys, err := secret.New(make([]byte, secret.KeySize), w.bytes)
	if err != nil {
		t.Fatal(err)
	}
	desk := act.Desk{Store: w.store, Now: func() time.Time { return w.now }, Rand: w.bytes, NewID: w.id}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	w.parking = parking.Desk{Desk: desk, Keeper: keys, Due: func(at time.Time, days int) (time.Time, error) {
		return at.Add(time.Duration(days) * day), nil
	}}
	w.submission = submission.Room{Desk: desk, Inbox: "inbox"}
	w.intake = intake.Room{Desk: desk, Objects: w.files}
	w.extract = extract.Room{Desk: desk, Objects: w.files, Reader: reader{}, Spool: spool}
	w.recognize = recognize.Room{Desk: desk}
	w.appraisal, w.selection, w.quota = appraisal.Room{Desk: w.parking}, selection.Room{Desk: w.parking}, quota.Room{Desk: desk}
	w.review, w.posting, w.decision = review.Room{Desk: w.parking}, posting.Room{Desk: w.parking}, decision.Room{Desk: w.parking, Inbox: "inbox"}
	w.erasure = erasure.Room{Desk: desk, Wipe: func(context.Context) error { w.wipes++; return nil }}
	w.board = board.Room{Desk: desk, NotSubmitted: w.submission.NotSubmitted, Hand: w.parking.Hand, Erased: w.erasure.Finish}
	days, err := calendar.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	w.yearly = yearly.Room{Desk: desk, Calendar: days, Files: filing.Room{Desk: desk, Inbox: "inbox"}}
	w.commend = commend.Room{Desk: desk}
	w.clock = clock.Room{Desk: w.parking, CloseRound: w.board.CloseDue, EndPosting: w.posting.End, Lapse: w.submission.Lapse, LateOver: w.submission.LateOver, Recall: w.appraisal.Recall, Yearly: w.yearly.Look, Log: log}
	w.runs = &runs{world: w, keeper: keys, parked: map[string]parked{}, names: map[string]bool{}}
	w.sweep = sweep.Room{Desk: desk, Runs: w.runs, Facts: "data", Versions: w.files.versions, Remove: w.files.remove, Register: w.intake.Register, Fanout: w.board.Fanout, Log: log}
	return w
}

func (w *world) close() {
	if err := w.real.Close(); err != nil {
		w.Fatal(err)
	}
}

// seen notes how large the act was.
func (w *world) seen(c store.Commit) {
	name := c.Key
	if len(c.Events) > 0 {
		name = c.Events[0].Type
	}
	w.most[name] = max(w.most[name], c.Items())
}

func (w *world) bytes(n int) []byte {
	w.serial++
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, w.serial))
	return slices.Repeat(sum[:], n/32+1)[:n]
}

func (w *world) id() string { return hex.EncodeToString(w.bytes(16)) }

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("%v (%s)", err, fault.Public(err))
	}
}

// refused wants an error of a kind.
func (w *world) refused(err error, kind fault.Kind) {
	w.Helper()
	if !fault.Is(err, kind) {
		w.Errorf("got %v, want %s", err, kind)
	}
}

func (w *world) put(ws ...store.Write) {
	w.Helper()
	_, err := w.store.Store.Commit(w.ctx, store.Commit{Key: "put/" + w.id(), Request: "put", At: w.now, Writes: ws})
	w.ok(err)
}

func (w *world) person(id, unit string, roles ...people.Role) people.Actor {
	w.Helper()
	p := people.Person{ID: id, Name: id, Email: id + "@x.test", Unit: unit, Roles: roles, Active: true, Created: w.now}
	w.put(people.PutPerson(p, 0))
	return people.Actor{Person: p, Method: "code"}
}

// change edits a stored record.
func change[T any](w *world, k store.Key, put func(T, int64) store.Write, edit func(*T)) {
	w.Helper()
	var v T
	rev, err := store.Load(w.ctx, w.real, k, &v)
	w.ok(err)
	edit(&v)
	w.put(put(v, rev))
}

func get[T any](w *world, k store.Key) T {
	w.Helper()
	var v T
	_, err := store.Load(w.ctx, w.real, k, &v)
	w.ok(err)
	return v
}

func (w *world) dossier(id string) dossier.Dossier { return get[dossier.Dossier](w, dossier.Key(id)) }
func (w *world) round() round.Round                { return get[round.Round](w, round.Key(aRound)) }
func (w *world) list() round.List                  { return get[round.List](w, round.ListKey(aRound)) }
func (w *world) task(id string) round.Task         { return get[round.Task](w, round.TaskKey(id)) }

func (w *world) counter(name string) int64 {
	n, err := w.real.Counter(w.ctx, name)
	w.ok(err)
	return n
}

func ids(who []people.Actor) []string {
	var out []string
	for _, a := range who {
		out = append(out, a.ID)
	}
	return out
}

// settings of a round with one dossier step and one round step.
func (w *world) settings() round.Settings {
	return round.Settings{
		Campaign: "c", Title: "Phong trào", Name: "Đợt", RuleSet: "rules@1",
		Caps:  map[dossier.Kind]int{dossier.Collective: 3, dossier.Individual: 3},
		Opens: w.now.Add(-day), Closes: w.now.Add(10 * day), ReturnDays: 5,
		Steps: []round.Step{
			{ID: "so", Title: "Sở thẩm định", Scope: round.ByDossier, Persons: ids(w.appraisers[:1]), DueDays: 5},
			{ID: "nv", Title: "Sở Nội vụ", Scope: round.ByRound, Persons: ids(w.reviewers[:1]), DueDays: 5},
		},
		Head: []string{w.head.ID}, Preparers: []string{w.admin.ID}, Clerks: []string{w.clerk.ID, w.clerk2.ID},
	}
}

func (w *world) open(edit func(*round.Settings)) {
	w.Helper()
	s := w.settings()
	if edit != nil {
		edit(&s)
	}
	w.ok(w.board.Open(w.ctx, "open-round", w.admin, aRound, s))
}

// seed puts a judged dossier of n nominees into a state of the round.
func (w *world) seed(id string, state dossier.State, standing dossier.Standing, n int) {
	w.Helper()
	w.seedIn(aRound, id, state, standing, n)
}

func (w *world) seedIn(of, id string, state dossier.State, standing dossier.Standing, n int) {
	w.Helper()
	d := dossier.Dossier{
		ID: id, Round: of, AdHoc: of == aLine, Unit: "u1", UnitName: "Đơn vị một", OpenedBy: w.unit.ID, OpenedAt: w.now, State: state, Since: w.now,
		Holder: "x", Revision: 1, Generation: 1, Receipt: "HS-" + id + "/1",
	}
	for i := range n {
		kind := dossier.Kinds()[i%2]
		d.Nominees = append(d.Nominees, dossier.Nominee{
			ID: fmt.Sprintf("%s-%03d", id, i), Identity: act.Digest([]any{id, i})[:32], Kind: kind,
			Name: fmt.Sprintf("Người %s %d", id, i), Standing: standing, Score: 100 * i, Judged: "j",
		})
	}
	rv := dossier.Revision{N: 1, By: w.unit.ID, At: w.now, Judged: true, Hash: act.Digest(id), Nominees: d.Nominees}
	c := store.Commit{
		Key: "seed/" + id, Request: "seed", At: w.now,
		Writes: []store.Write{store.Put(dossier.RevisionKey(id, 1), 0, rv)},
	}
	if state.Competing() {
		c.Counters = append(c.Counters, store.Add{Counter: round.PendingCounter(of), N: 1})
	}
	if state == dossier.InAppraisal {
		d.Stage = "appraisal"
		c.Outbox = append(c.Outbox, dossier.Start(d))
	}
	dossier.Record(&c, d, 0)
	_, err := w.store.Store.Commit(w.ctx, c)
	w.ok(err)
}

// files is an object store in memory.
type files map[string][]byte

// Open gives one version.
func (f files) Open(_ context.Context, ref objects.Ref) (io.ReadCloser, int64, error) {
	b, ok := f[ref.Key+"@"+ref.Version]
	if !ok {
		return nil, 0, fault.New(fault.NotFound, "files", "")
	}
	return io.NopCloser(bytes.NewReader(b)), int64(len(b)), nil
}

// PutDigest keeps bytes under their hash.
func (f files) PutDigest(_ context.Context, data []byte) (string, error) {
	sum := sha256.Sum256(data)
	digest := hex.EncodeToString(sum[:])
	f[digest] = data
	return digest, nil
}

func (f files) remove(_ context.Context, ref objects.Ref) error {
	delete(f, ref.Key+"@"+ref.Version)
	delete(f, path.Base(ref.Key)) // of a fact: its digest
	return nil
}

func (f files) versions(_ context.Context, bucket, key string) ([]objects.Info, error) {
	if b, ok := f[path.Base(key)]; ok && key == objects.DigestKey(path.Base(key)) {
		return []objects.Info{{Ref: objects.Ref{Bucket: bucket, Key: key, Version: "v1"}, Size: int64(len(b))}}, nil
	}
	if b, ok := f[key+"@v1"]; ok {
		return []objects.Info{{Ref: objects.Ref{Bucket: bucket, Key: key, Version: "v1"}, Size: int64(len(b))}}, nil
	}
	return nil, nil
}

func spool(r io.Reader) (*os.File, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	rd, wr, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	_, err = wr.Write(b)
	return rd, errors.Join(err, wr.Close())
}

// reader reads every file as one page; one that says "scan" has no text.
type reader struct{}

// Read gives the reading.
func (reader) Read(_ context.Context, f *os.File) (reading.Reading, error) {
	b, err := io.ReadAll(f)
	if err != nil {
		return reading.Reading{}, err
	}
	page := reading.Page{N: 1, Quality: reading.Text, Text: string(b)}
	if bytes.Contains(b, []byte("scan")) {
		page = reading.Page{N: 1, Quality: reading.Scan}
	}
	return reading.Reading{Size: int64(len(b)), Tool: reading.Tool, Pages: []reading.Page{page}}, nil
}

func hours(n int) time.Duration { return time.Duration(n) * time.Hour }
