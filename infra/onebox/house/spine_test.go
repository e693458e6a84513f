package house

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/appraisal"
	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/objects"
	"hoso/shared/people"
	"hoso/shared/reading"
	"hoso/shared/review"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
	"hoso/shared/submission"
)

// truthReader answers from the truth beside the samples.
type truthReader struct{ byHash map[string]string }

func (r truthReader) Read(_ context.Context, f *os.File) (reading.Reading, error) {
	b, err := io.ReadAll(f)
	if err != nil {
		return reading.Reading{}, err
	}
	sum := sha256.Sum256(b)
	h := hex.EncodeToString(sum[:])
	out := reading.Reading{SHA256: h, Size: int64(len(b)), Tool: "truth", Pages: []reading.Page{{N: 1, Quality: reading.Text}}}
	raw, err := os.ReadFile(r.byHash[h])
	if err != nil {
		return out, err
	}
	var truth struct {
		Documents []reading.Document `json:"documents"`
	}
	err = json.Unmarshal(raw, &truth)
	out.Documents = truth.Documents
	return out, err
}

func samples(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("HOSO_SHARED")
	if dir == "" {
		dir = "../../../../shared"
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

func testHouse(t *testing.T) *House {
	t.Helper()
	byHash := map[string]string{}
	files, _ := filepath.Glob(filepath.Join(samples(t), "*", "*.pdf"))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(b)
		byHash[hex.EncodeToString(sum[:])] = strings.TrimSuffix(f, ".pdf") + ".truth.json"
	}
	ctx := context.Background()
	h, err := Open(ctx, Config{Data: t.TempDir(), Demo: true, PublicURL: "http://portal.test", SenderName: "Hồ sơ", SenderEmail: "hoso@portal.test",
		Reader: truthReader{byHash}, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		t.Fatal(err)
	}
	h.Work(ctx)
	t.Cleanup(func() {
		if err := h.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return h
}

func person(t *testing.T, h *House, name, unit string, roles ...people.Role) people.Actor {
	t.Helper()
	p := people.Person{ID: newID(), Name: name, Email: newID() + "@x.test", Unit: unit, Roles: roles, Active: true, Created: h.Clock.Now()}
	_, err := h.Store.Commit(context.Background(), store.Commit{Key: "p/" + p.ID, Request: "p", At: h.Clock.Now(), Writes: []store.Write{people.PutPerson(p, 0)}})
	if err != nil {
		t.Fatal(err)
	}
	return people.Actor{Person: p, Method: "code"}
}

func unit(t *testing.T, h *House, id, name string) {
	t.Helper()
	_, err := h.Store.Commit(context.Background(), store.Commit{Key: "u/" + id, Request: "u", At: h.Clock.Now(), Writes: []store.Write{people.PutUnit(people.Unit{ID: id, Name: name, Active: true}, 0)}})
	if err != nil {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 600 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

func (h *House) dossierNow(t *testing.T, id string) dossier.Dossier {
	t.Helper()
	var d dossier.Dossier
	if _, err := store.Load(context.Background(), h.Store, dossier.Key(id), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func upload(t *testing.T, h *House, who people.Actor, id, file string) {
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
}

func TestDossierLivesFromUploadToArchive(t *testing.T) {
	h := testHouse(t)
	ctx := context.Background()
	admin := person(t, h, "Quản trị", "", people.Admin)
	head := person(t, h, "Thủ trưởng", "", people.Head)
	appr := person(t, h, "Thẩm định", "", people.Appraiser)
	rev := person(t, h, "Nội vụ", "", people.Reviewer)
	clerk1, clerk2 := person(t, h, "Văn thư A", "", people.Clerk), person(t, h, "Văn thư B", "", people.Clerk)
	dir := samples(t)
	now := h.Clock.Now()
	s := round.Settings{Campaign: "bac-kan", Title: "Chuyển đổi số", Name: "Sơ kết 2023", Caps: map[dossier.Kind]int{dossier.Collective: 3, dossier.Individual: 3},
		Opens: now.Add(-time.Hour), Closes: now.Add(72 * time.Hour), ReturnDays: 5,
		Steps: []round.Step{{ID: "so-tttt", Title: "Sở TT&TT thẩm định", Scope: round.ByDossier, Persons: []string{appr.ID}, DueDays: 5},
			{ID: "so-nv", Title: "Sở Nội vụ thẩm định", Scope: round.ByRound, Persons: []string{rev.ID}, DueDays: 5}},
		Head: []string{head.ID}, Preparers: []string{admin.ID}, Clerks: []string{clerk1.ID, clerk2.ID}}
	if err := h.rooms.board.Open(ctx, "open", admin, "r1", s); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for i, sample := range []string{"S01", "S02"} {
		uid := fmt.Sprintf("unit%d", i)
		unit(t, h, uid, "Đơn vị "+sample)
		sub := person(t, h, "Cán bộ "+sample, uid, people.Submitter)
		id, err := h.rooms.submission.Open(ctx, "open/"+uid, sub, submission.Opening{Round: "r1"})
		if err != nil {
			t.Fatal(err)
		}
		files, _ := filepath.Glob(filepath.Join(dir, sample, "*.pdf"))
		for _, f := range files {
			upload(t, h, sub, id, f)
		}
		eventually(t, "all bytes registered", func() bool {
			docs, _, err := submission.Documents(ctx, h.Store, id)
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
		rec, err := h.rooms.submission.Submit(ctx, "submit/"+uid, sub, id, submission.Submitting{})
		if err != nil {
			t.Fatal(err)
		}
		t.Log("receipt", rec.Number, len(rec.Files))
		eventually(t, "in appraisal", func() bool {
			d := h.dossierNow(t, id)
			if d.State == dossier.Returned {
				var rv dossier.Revision
				_, _ = store.Load(ctx, h.Store, dossier.RevisionKey(id, 1), &rv)
				b, _ := h.Objects.GetDigest(ctx, rv.Findings)
				t.Fatalf("returned: %s", b)
			}
			return d.State == dossier.InAppraisal && d.Task != ""
		})
		d := h.dossierNow(t, id)
		var rv dossier.Revision
		if _, err := store.Load(ctx, h.Store, dossier.RevisionKey(id, 1), &rv); err != nil {
			t.Fatal(err)
		}
		say := appraisal.Deciding{Shown: rv.Hash, Noted: true, Nominees: map[string]appraisal.Rule{}}
		for k, n := range d.Nominees {
			say.Nominees[n.ID] = appraisal.Rule{Is: dossier.Approved, Score: 9000 - 100*k - i}
		}
		if err := h.rooms.appraisal.Decide(ctx, "decide/"+id, appr, d.Task, say); err != nil {
			t.Fatal(err)
		}
		eventually(t, "eligible", func() bool { return h.dossierNow(t, id).State == dossier.Eligible })
		ids = append(ids, id)
	}
	if _, err := h.Advance(ctx, 73*time.Hour); err != nil {
		t.Fatal(err)
	}
	roundNow := func() round.Round {
		var rd round.Round
		if _, err := store.Load(ctx, h.Store, round.Key("r1"), &rd); err != nil {
			t.Fatal(err)
		}
		return rd
	}
	eventually(t, "selection asked", func() bool { return roundNow().Stage == "selection" && roundNow().Task != "" })
	cs, err := selection.Candidates(ctx, h.Store, "r1")
	if err != nil {
		t.Fatal(err)
	}
	var choices []selection.Choice
	taken := map[dossier.Kind]int{}
	for _, c := range cs {
		if taken[c.Kind] < 2 {
			taken[c.Kind]++
			choices = append(choices, selection.Choice{Dossier: c.Dossier, Nominee: c.Nominee})
		}
	}
	if err := h.rooms.selection.Prepare(ctx, "prep", admin, "r1", choices); err != nil {
		t.Fatal(err)
	}
	var sel round.Selection
	if _, err := store.Load(ctx, h.Store, round.SelectionKey("r1", 1), &sel); err != nil {
		t.Fatal(err)
	}
	if err := h.rooms.selection.Confirm(ctx, "conf", head, "r1", 1, act.Digest(sel.Entries)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "review asked", func() bool { return roundNow().Stage == "review" && roundNow().Task != "" })
	// One dossier is withdrawn by the administrator: review is asked again.
	before := roundNow().Task
	if err := h.rooms.submission.Withdraw(ctx, "wd", admin, ids[1], "Đơn vị xin rút vì có đơn thư."); err != nil {
		t.Fatal(err)
	}
	eventually(t, "review asked again", func() bool { return roundNow().Task != "" && roundNow().Task != before })
	var list round.List
	if _, err := store.Load(ctx, h.Store, round.ListKey("r1"), &list); err != nil {
		t.Fatal(err)
	}
	say := review.Deciding{Shown: list.Digest(), Nominees: map[string]review.Rule{}}
	for _, e := range list.Holding() {
		say.Nominees[review.Key(e)] = review.Rule{Is: dossier.Approved}
	}
	if err := h.rooms.review.Decide(ctx, "rev", rev, roundNow().Task, say); err != nil {
		t.Fatal(err)
	}
	eventually(t, "decision asked", func() bool { return roundNow().Stage == "decision" && roundNow().Task != "" })
	ref, err := h.Objects.PutArchive(ctx, "decisions/r1/x.pdf", "application/pdf", 3, hash("abc"), strings.NewReader("abc"))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.rooms.decision.Enter(ctx, "enter", clerk1, roundNow().Task, decision.Entering{Number: "2105/QĐ-UBND", Date: now.Format(time.DateOnly), SHA256: hash("abc"), Bucket: ref.Bucket, Key: ref.Key, Version: ref.Version}); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(ctx, h.Store, round.ListKey("r1"), &list); err != nil {
		t.Fatal(err)
	}
	shown := decision.Shown(*roundNow().Decision, list)
	if err := h.rooms.decision.Confirm(ctx, "dc0", clerk1, roundNow().Task, shown); err == nil {
		t.Error("who entered the decision may confirm it")
	}
	if err := h.rooms.decision.Confirm(ctx, "dc", clerk2, roundNow().Task, shown); err != nil {
		t.Fatal(err)
	}
	eventually(t, "sealed", func() bool { return h.dossierNow(t, ids[0]).Sealed && h.dossierNow(t, ids[1]).Sealed })
	if got := h.dossierNow(t, ids[0]).State; got != dossier.Awarded {
		t.Errorf("first dossier is %s", got)
	}
	if got := h.dossierNow(t, ids[1]).State; got != dossier.Withdrawn {
		t.Errorf("second dossier is %s", got)
	}
	free, err := h.Store.Counter(ctx, round.PlaceCounter("r1", dossier.Collective))
	if err != nil {
		t.Fatal(err)
	}
	t.Log("free collective places:", free)
}

func hash(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }
