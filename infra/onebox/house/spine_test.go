package house

import (
	"context"
	"fmt"
	"testing"

	"hoso/shared/act"
	"hoso/shared/dossier"
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
