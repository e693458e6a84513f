package house

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/appraisal"
	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/people"
	"hoso/shared/review"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
	"hoso/shared/submission"
	"hoso/shared/validate"
	"hoso/shared/verify"
)

// here is the package's folder, found before any house opens: the object store
// in the process changes the working directory.
var here, hereErr = os.Getwd()

func samples(t testing.TB) string {
	t.Helper()
	if hereErr != nil {
		t.Fatal(hereErr)
	}
	dir := os.Getenv("HOSO_SHARED")
	if dir == "" {
		dir = filepath.Join(here, "../../../../shared")
	}
	dir = filepath.Join(dir, "samples", "dossiers")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("HOSO_COMPLETE") == "1" {
			t.Fatal(err)
		}
		t.Skip("no samples: set HOSO_SHARED")
	}
	return dir
}

func testLog() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}

func openHouse(t testing.TB, dir string) *House { t.Helper(); return openHouseAs(t, dir, nil) }

// openHouseAs opens a house that change, if not nil, has changed first.
func openHouseAs(t testing.TB, dir string, change func(*Config)) *House {
	t.Helper()
	cfg := Config{
		Data: dir, Demo: true, DemoStart: time.Date(2023, 12, 1, 8, 0, 0, 0, time.FixedZone("+07", 7*3600)),
		PublicURL: "http://portal.test", SenderName: "Hồ sơ", SenderEmail: "hoso@portal.test", Log: testLog(),
	}
	if change != nil {
		change(&cfg)
	}
	h, err := Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	h.Work(context.Background())
	return h
}

func (h *House) end(t testing.TB) {
	t.Helper()
	if err := h.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

// facts is where the house keeps its facts, past whatever a test laid over it.
func (h *House) facts() store.Store {
	if other, ok := h.Desk.Store.(interface{ Facts() store.Store }); ok {
		return other.Facts()
	}
	return h.Store
}

func person(t testing.TB, h *House, name, unit string, roles ...people.Role) people.Actor {
	t.Helper()
	p := people.Person{ID: newID(), Name: name, Email: newID() + "@x.test", Unit: unit, Roles: roles, Active: true, Created: h.Clock.Now()}
	_, err := h.facts().Commit(context.Background(), store.Commit{Key: "p/" + p.ID, Request: "p", At: h.Clock.Now(), Writes: []store.Write{people.PutPerson(p, 0)}})
	if err != nil {
		t.Fatal(err)
	}
	return people.Actor{Person: p, Method: "code"}
}

// clerks makes two persons who enter and confirm decisions.
func clerks(t testing.TB, h *House) []string {
	t.Helper()
	return []string{person(t, h, "Văn thư A", "", people.Clerk).ID, person(t, h, "Văn thư B", "", people.Clerk).ID}
}

func unit(t testing.TB, h *House, id, name string) {
	t.Helper()
	_, err := h.facts().Commit(context.Background(), store.Commit{Key: "u/" + id, Request: "u", At: h.Clock.Now(), Writes: []store.Write{people.PutUnit(people.Unit{ID: id, Name: name, Active: true}, 0)}})
	if err != nil {
		t.Fatal(err)
	}
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 2000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

func (h *House) dossierNow(t testing.TB, id string) dossier.Dossier {
	t.Helper()
	var d dossier.Dossier
	if _, err := store.Load(context.Background(), h.facts(), dossier.Key(id), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// upload sends a file to the object store and gives its document as it was
// before the store's news.
func upload(t testing.TB, h *House, who people.Actor, id, file string) dossier.Document {
	t.Helper()
	ctx := context.Background()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	sha := hex.EncodeToString(sum[:])
	doc, err := h.rooms.submission.AddDocument(ctx, "add/"+newID(), who, id, submission.Upload{Name: filepath.Base(file), Size: int64(len(b)), SHA256: sha})
	if err != nil {
		t.Fatal(err)
	}
	put, err := h.Objects.PresignPut(ctx, objects.Upload{Key: doc.ObjectKey, Size: doc.Size, SHA256: sha, ContentType: "application/pdf", Life: 15 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequest(http.MethodPut, put.URL, bytes.NewReader(b))
	for k, v := range put.Headers {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		body, _ := io.ReadAll(res.Body)
		t.Fatalf("PUT: %s %s", res.Status, body)
	}
	return doc
}

// play is a round on its way, driven through the rooms.
type play struct {
	t                                      testing.TB
	dir                                    string
	h                                      *House
	admin, head, appr, rev, clerk1, clerk2 people.Actor
	ids                                    []string
	to                                     string // where dossiers are sent to
}

const theRound = "r1"

// booksOf gives the books of a house as they are now.
func booksOf(t testing.TB, h *House) *validate.Books {
	t.Helper()
	b, err := h.rooms.validate.Books.Now(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (p *play) books() *validate.Books { return booksOf(p.t, p.h) }

// newPlay opens a round and brings the dossiers of the named samples through
// appraisal.
func newPlay(t testing.TB, names ...string) *play {
	t.Helper()
	return newPlayAs(t, nil, names...)
}

// newPlayAs does so in a house that change has changed first.
func newPlayAs(t testing.TB, change func(*Config), names ...string) *play {
	t.Helper()
	p := &play{t: t, dir: t.TempDir(), to: theRound}
	p.h = openHouseAs(t, p.dir, change)
	t.Cleanup(func() { p.h.end(t) })
	h, ctx := p.h, context.Background()
	p.admin, p.head = person(t, h, "Quản trị", "", people.Admin), person(t, h, "Thủ trưởng", "", people.Head)
	p.appr, p.rev = person(t, h, "Thẩm định", "", people.Appraiser), person(t, h, "Nội vụ", "", people.Reviewer)
	p.clerk1, p.clerk2 = person(t, h, "Văn thư A", "", people.Clerk), person(t, h, "Văn thư B", "", people.Clerk)
	now := h.Clock.Now()
	set, err := booksOf(t, h).InForce("bac-kan-2022-2025", now)
	if err != nil {
		t.Fatal(err)
	}
	s := round.Settings{
		RuleSet: validate.PinOf(set), Campaign: "bac-kan-2022-2025", Title: "Chuyển đổi số", Name: "Sơ kết 2023", Caps: map[dossier.Kind]int{dossier.Collective: 3, dossier.Individual: 3},
		Opens: now.Add(-time.Hour), Closes: now.Add(72 * time.Hour), ReturnDays: 5,
		Steps: []round.Step{
			{ID: "so-tttt", Title: "Sở TT&TT thẩm định", Scope: round.ByDossier, Persons: []string{p.appr.ID}, DueDays: 5},
			{ID: "so-nv", Title: "Sở Nội vụ thẩm định", Scope: round.ByRound, Persons: []string{p.rev.ID}, DueDays: 5},
		},
		Head: []string{p.head.ID}, Preparers: []string{p.admin.ID}, Clerks: []string{p.clerk1.ID, p.clerk2.ID},
	}
	if err := h.rooms.board.Open(ctx, "open", p.admin, theRound, s); err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		p.ids = append(p.ids, p.submit(i, name))
	}
	return p
}

// submit brings one sample from upload to appraised.
func (p *play) submit(i int, sample string) string {
	t, h, ctx := p.t, p.h, context.Background()
	t.Helper()
	uid := fmt.Sprintf("unit%d", i)
	unit(t, h, uid, "Đơn vị "+sample)
	sub := person(t, h, "Cán bộ "+sample, uid, people.Submitter)
	id, err := h.rooms.submission.Open(ctx, "open/"+uid, sub, submission.Opening{Round: p.to})
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(samples(t), sample, "*.pdf"))
	for _, f := range files {
		upload(t, h, sub, id, f)
	}
	eventually(t, "all bytes registered", func() bool {
		docs, _, err := submission.Documents(ctx, h.facts(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			if !d.HasBytes() {
				return false
			}
		}
		return true
	})
	say := submission.Submitting{}
	if sample != "S01" { // of another province's campaign: the unit disagrees with what is said of that
		say.Contests = p.contests(id)
	}
	if _, err := h.rooms.submission.Submit(ctx, "submit/"+uid, sub, id, say); err != nil {
		t.Fatal(err)
	}
	eventually(t, "in appraisal", func() bool {
		d := h.dossierNow(t, id)
		if d.State == dossier.Returned {
			rv := get[dossier.Revision](t, h, dossier.RevisionKey(id, 1))
			b, _ := h.Objects.GetDigest(ctx, rv.Findings)
			t.Fatalf("returned: %s", b)
		}
		return d.State == dossier.InAppraisal && d.Task != ""
	})
	d := h.dossierNow(t, id)
	rv := get[dossier.Revision](t, h, dossier.RevisionKey(id, 1))
	ruling := appraisal.Deciding{Shown: rv.Hash, Noted: true, Nominees: map[string]appraisal.Rule{}}
	for k, n := range d.Nominees {
		ruling.Nominees[n.ID] = appraisal.Rule{Is: dossier.Approved, Score: 9000 - 100*k - i}
	}
	if err := h.rooms.appraisal.Decide(ctx, "decide/"+id, p.appr, d.Task, ruling); err != nil {
		t.Fatal(err)
	}
	eventually(t, "eligible", func() bool { return h.dossierNow(t, id).State == dossier.Eligible })
	return id
}

// contests has the unit contest every blocking finding on its draft.
func (p *play) contests(id string) map[string]string {
	t, ctx := p.t, context.Background()
	t.Helper()
	var docs []dossier.Document
	eventually(t, "read", func() bool {
		var err error
		if docs, _, err = submission.Documents(ctx, p.h.facts(), id); err != nil {
			t.Fatal(err)
		}
		return !slices.ContainsFunc(docs, func(d dossier.Document) bool { return !d.Settled() })
	})
	files, err := validate.Load(ctx, p.h.Objects, docs)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := p.books().Rules(p.round().Settings, "")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range validate.Judge(files, rules, nil).Findings {
		if f.Severity == dossier.Block {
			out[f.ID] = "Hồ sơ này thuộc phong trào khác, cơ quan thường trực đã đồng ý."
		}
	}
	return out
}

func get[T any](t testing.TB, h *House, k store.Key) T {
	t.Helper()
	var v T
	if _, err := store.Load(context.Background(), h.facts(), k, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func (p *play) round() round.Round { return get[round.Round](p.t, p.h, round.Key(theRound)) }
func (p *play) list() round.List   { return get[round.List](p.t, p.h, round.ListKey(theRound)) }

// stage waits until the round is parked at a stage.
func (p *play) stage(name string) {
	p.t.Helper()
	eventually(p.t, name+" asked", func() bool { rd := p.round(); return rd.Stage == name && rd.Task != "" })
}

// close ends intake by the clock.
func (p *play) close() {
	p.t.Helper()
	if _, err := p.h.Advance(context.Background(), 73*time.Hour); err != nil {
		p.t.Fatal(err)
	}
	p.stage("selection")
}

// prepare proposes the best two of each kind.
func (p *play) prepare() round.Selection {
	p.t.Helper()
	ctx := context.Background()
	cs, err := selection.Candidates(ctx, p.h.facts(), theRound)
	if err != nil {
		p.t.Fatal(err)
	}
	var choices []selection.Choice
	taken := map[dossier.Kind]int{}
	for _, c := range cs {
		if taken[c.Kind] < 2 {
			taken[c.Kind]++
			choices = append(choices, selection.Choice{Dossier: c.Dossier, Nominee: c.Nominee})
		}
	}
	if err := p.h.rooms.selection.Prepare(ctx, "prep", p.admin, theRound, choices); err != nil {
		p.t.Fatal(err)
	}
	return get[round.Selection](p.t, p.h, round.SelectionKey(theRound, 1))
}

func (p *play) confirm() {
	p.t.Helper()
	sel := p.prepare()
	if err := p.h.rooms.selection.Confirm(context.Background(), "conf", p.head, theRound, 1, act.Digest(sel.Entries)); err != nil {
		p.t.Fatal(err)
	}
	p.stage("review")
}

func (p *play) review() {
	p.t.Helper()
	list := p.list()
	say := review.Deciding{Shown: list.Digest(), Nominees: map[string]review.Rule{}}
	for _, e := range list.Holding() {
		say.Nominees[review.Key(e)] = review.Rule{Is: dossier.Approved}
	}
	if err := p.h.rooms.review.Decide(context.Background(), "rev", p.rev, p.round().Task, say); err != nil {
		p.t.Fatal(err)
	}
	p.stage("decision")
}

// decide enters the decision and has a second person confirm it.
func (p *play) decide() {
	t, h, ctx := p.t, p.h, context.Background()
	t.Helper()
	ref, err := h.Objects.PutArchive(ctx, "decisions/r1/x.pdf", "application/pdf", 3, hash("abc"), strings.NewReader("abc"))
	if err != nil {
		t.Fatal(err)
	}
	e := decision.Entering{Number: "2105/QĐ-UBND", Date: h.Clock.Now().Format(time.DateOnly), SHA256: hash("abc"), Bucket: ref.Bucket, Key: ref.Key, Version: ref.Version}
	if err := h.rooms.decision.Enter(ctx, "enter", p.clerk1, p.round().Task, e); err != nil {
		t.Fatal(err)
	}
	shown := decision.Confirming{Shown: decision.Shown(*p.round().Decision, p.list())}
	if err := h.rooms.decision.Confirm(ctx, "dc0", p.clerk1, p.round().Task, shown); fault.CodeOf(err) != "same-person" {
		t.Errorf("who entered the decision may confirm it: %v", err)
	}
	if err := h.rooms.decision.Confirm(ctx, "dc", p.clerk2, p.round().Task, shown); err != nil {
		t.Fatal(err)
	}
	for _, id := range p.ids {
		eventually(t, "sealed", func() bool { return h.dossierNow(t, id).Sealed })
	}
}

// lose stops the house, deletes the engine's journal and drives everything again.
func (p *play) lose() {
	p.t.Helper()
	p.h.end(p.t)
	files, err := filepath.Glob(filepath.Join(p.dir, "runs.db*"))
	if err != nil || len(files) == 0 {
		p.t.Fatal("no journal to lose", err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			p.t.Fatal(err)
		}
	}
	generation := 0
	p.h = openHouse(p.t, p.dir)
	generation = p.round().Generation
	rep, err := p.h.Sweep(context.Background(), 0)
	if err != nil {
		p.t.Fatal(err)
	}
	if rep.Redriven == 0 || p.round().Generation <= generation-1 {
		p.t.Fatalf("nothing was driven again: %+v", rep)
	}
}

// verify checks the whole folder as an auditor would.
func (p *play) verify() {
	p.t.Helper()
	ctx := context.Background()
	pub, err := os.ReadFile(filepath.Join(p.dir, "checkpoints", "log.pub"))
	if err != nil {
		p.t.Fatal(err)
	}
	var rep verify.Report
	eventually(p.t, "verify clean", func() bool {
		rep, err = verify.Verify(ctx, verify.Sources{
			Store: p.h.Store, Objects: s3gateway.Disk{Dir: p.dir}, Refs: verify.RecordRefs(Archive), Keys: pub, RowKey: p.h.Keys.Key(rowPurpose),
			Checks: []verify.Check{verify.Places()},
		}, verify.Options{})
		if err != nil {
			p.t.Fatal(err)
		}
		return rep.OK()
	})
	if !rep.OK() {
		p.t.Errorf("verify: %+v", rep.Findings)
	}
}

func hash(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }
