package house

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hoso/shared/act"
	"hoso/shared/asl"
	"hoso/shared/dossier"
	"hoso/shared/parking"
	"hoso/shared/round"
	"hoso/shared/store"
)

func TestDossiersLiveFromUploadToArchive(t *testing.T) {
	p := newPlay(t, "S01", "S02")
	p.close()
	p.confirm()
	before := p.round().Task
	// The list changes under review: review is asked again about what is left.
	if err := p.h.rooms.submission.Withdraw(context.Background(), "wd", p.admin, p.ids[1], "Đơn vị xin rút vì có đơn thư."); err != nil {
		t.Fatal(err)
	}
	eventually(t, "review asked again", func() bool { rd := p.round(); return rd.Task != "" && rd.Task != before })
	p.review()
	p.decide()
	if got := p.h.dossierNow(t, p.ids[0]).State; got != dossier.Awarded {
		t.Errorf("first dossier is %s", got)
	}
	if got := p.h.dossierNow(t, p.ids[1]).State; got != dossier.Withdrawn {
		t.Errorf("second dossier is %s", got)
	}
	p.verify()
}

// TestRunsAreDisposable loses every run, with the engine's journal, at each
// stage of the round: driven again from the records, the end is the same.
func TestRunsAreDisposable(t *testing.T) {
	for _, at := range []string{"selection", "review", "decision"} {
		t.Run(at, func(t *testing.T) {
			p := newPlay(t, "S01")
			p.close()
			lose := func(stage string) {
				if stage == at {
					p.lose()
				}
				p.stage(stage)
			}
			lose("selection")
			p.confirm()
			lose("review")
			p.review()
			lose("decision")
			p.decide()
			if got := p.h.dossierNow(t, p.ids[0]).State; got != dossier.Awarded {
				t.Errorf("dossier is %s", got)
			}
			p.verify()
		})
	}
}

// TestOneConfirmationTakesThePlaces lets many confirm the same selection at
// the same moment.
func TestOneConfirmationTakesThePlaces(t *testing.T) {
	p := newPlay(t, "S01")
	p.close()
	sel := p.prepare()
	won := make(chan bool, 64)
	for i := range 64 {
		go func() {
			won <- p.h.rooms.selection.Confirm(context.Background(), fmt.Sprint("conf", i), p.head, theRound, 1, act.Digest(sel.Entries)) == nil
		}()
	}
	n := 0
	for range 64 {
		if <-won {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d of 64 confirmations won", n)
	}
	p.stage("review")
	p.verify()
}

// TestNoUsableTokenLiesInTheFolder searches every file of the folder, while a
// run is parked, for the token that resumes it and for the tokens of links;
// only mails as sent hold links.
func TestNoUsableTokenLiesInTheFolder(t *testing.T) {
	p := newPlay(t, "S01")
	p.close()
	p.confirm()
	p.stage("review")
	h := p.h
	var task round.Task
	eventually(t, "parked on a task", func() bool {
		_, err := store.Load(context.Background(), h.Store, round.TaskKey(p.round().Task), &task)
		return err == nil && task.Token != ""
	})
	token, err := h.Keys.Unseal(task.Token)
	if err != nil {
		t.Fatal(err)
	}
	link := h.Keys.Token(parking.LinkPurpose, round.LinkID(task.ID, p.rev.ID))
	if alive, err := h.journal.Load(context.Background(), asl.Key{Token: token}); err != nil || alive.Status != asl.Running {
		t.Fatalf("the token resumes nothing: %+v, %v", alive, err)
	}
	eventually(t, "the link mailed", func() bool {
		mails, err := filepath.Glob(filepath.Join(p.dir, "outbox", "*.eml"))
		return err == nil && slices.ContainsFunc(mails, func(name string) bool {
			held, err := os.ReadFile(name)
			return err == nil && bytes.Contains(held, []byte(link))
		})
	})
	searched := 0
	err = filepath.WalkDir(p.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		held, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			return nil // it went meanwhile
		}
		if bytes.Contains(held, []byte(token)) {
			t.Errorf("%s holds a task token", path)
		}
		if bytes.Contains(held, []byte(link)) && filepath.Ext(path) != ".eml" {
			t.Errorf("%s holds a link's token", path)
		}
		searched++
		return err
	})
	if err != nil || searched < 10 {
		t.Errorf("%d files searched, %v", searched, err)
	}
	p.review()
	p.decide()
	p.verify()
}
