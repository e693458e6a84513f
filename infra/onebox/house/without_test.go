package house

import (
	"context"
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/flow"
	"hoso/shared/round"
)

// TestARoundEndsWithoutASelection plays a round in which nobody is selected,
// and loses its runs before the end: every dossier is sealed with its reason.
func TestARoundEndsWithoutASelection(t *testing.T) {
	ctx := context.Background()
	p := newPlay(t, "S01")
	p.close()
	p.lose()
	p.stage("selection")
	if err := p.h.rooms.selection.PrepareNone(ctx, "none", p.admin, theRound, "Không có hồ sơ nào đủ tiêu biểu."); err != nil {
		t.Fatal(err)
	}
	sel := get[round.Selection](t, p.h, round.SelectionKey(theRound, 1))
	if err := p.h.rooms.selection.Confirm(ctx, "conf", p.head, theRound, 1, sel.Shown(p.list())); err != nil {
		t.Fatal(err)
	}
	eventually(t, "sealed", func() bool { return p.h.dossierNow(t, p.ids[0]).Sealed })
	if d := p.h.dossierNow(t, p.ids[0]); d.State != dossier.NotSelected || d.Reason == "" {
		t.Errorf("the dossier is %s, reason %q", d.State, d.Reason)
	}
	eventually(t, "the run ends", func() bool {
		rd := p.round()
		alive, err := p.h.rooms.sweep.Runs.Alive(ctx, flow.Round, flow.RunName(flow.Round, rd.ID, 0, rd.Generation))
		return err == nil && !alive
	})
	p.verify()
}
