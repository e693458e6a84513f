package roomstest

import (
	"fmt"
	"strings"
	"testing"

	"hoso/shared/campaign"
	"hoso/shared/fault"
	"hoso/shared/launch"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/validate"
)

// launched puts a campaign in force, as a copy of another with a change.
func (w *world) launched(room launch.Room, id, of, basis string, change func(string) string) {
	w.Helper()
	w.ok(room.Begin(w.ctx, w.id(), w.admin, id, of))
	d := get[launch.Draft](w, launch.DraftKey(id))
	w.ok(room.Write(w.ctx, w.id(), w.admin, id, d.Digest(), change(d.Text), basis))
	d = get[launch.Draft](w, launch.DraftKey(id))
	w.ok(room.Propose(w.ctx, w.id(), w.admin, id, d.Digest()))
	w.ok(room.PutInForce(w.ctx, w.id(), w.head, id, d.Digest()))
}

// TestADossierIsJudgedUnderACampaignMadeInThePortal, and stays with its
// version when the plan is amended while it is under way.
func TestADossierIsJudgedUnderACampaignMadeInThePortal(t *testing.T) {
	w := setup(t)
	shipped, err := campaign.Builtin()
	w.ok(err)
	room := launch.Room{Desk: w.board.Desk, Shipped: shipped}
	shelf, err := validate.BuiltinShelf(w.board.Store)
	w.ok(err)
	w.launched(room, "bac-kan-2026", "bac-kan-2022-2025", "", func(s string) string {
		return strings.Replace(s, "635/KH-UBND, status", "77/KH-UBND, status", 1)
	})
	books, err := shelf.Now(w.ctx)
	w.ok(err)
	set, err := books.InForce("bac-kan-2026", w.now)
	w.ok(err)
	d := w.judging(2, func(s *round.Settings) { s.RuleSet, s.Campaign = validate.PinOf(set), "bac-kan-2026" })
	if d.RuleSet != "" && d.RuleSet != validate.PinOf(set) {
		t.Errorf("judged by %s", d.RuleSet)
	}
	if w.most["campaign.in-force"] != 7 || w.most["campaign.written"] != 6 {
		t.Errorf("items: %v %v, the books say 7 and 6", w.most["campaign.in-force"], w.most["campaign.written"])
	}

	// Amended: the old pin is found, the new one is another.
	w.launched(room, "bac-kan-2026", "bac-kan-2026", "Kế hoạch 80/KH-UBND", func(s string) string {
		return strings.Replace(s, "77/KH-UBND, status", "78/KH-UBND, status", 1)
	})
	books, err = shelf.Now(w.ctx)
	w.ok(err)
	now, err := books.InForce("bac-kan-2026", w.now)
	w.ok(err)
	_, plan, err := books.Pinned(validate.PinOf(set))
	w.ok(err)
	if plan.Number.Or("") != "77/KH-UBND" || now.Digest == set.Digest || now.ID != set.ID {
		t.Errorf("the pinned plan is %s, the new set %v", plan.Number.Or(""), now.Pin())
	}
	if p, err := campaign.Find(books.Plans(), "bac-kan-2026"); err != nil || p.Number.Or("") != "78/KH-UBND" || len(books.Plans()) != len(shipped)+1 {
		t.Errorf("in force: %v, %v", p, err)
	}
	w.check()

	// A version that can no longer be read stops what is its own, nothing else.
	v, rev := get[launch.Version](w, launch.VersionKey("bac-kan-2026", 2)), int64(1)
	v.Text = "id: ["
	_, err = w.store.Commit(w.ctx, store.Commit{Key: w.id(), At: w.now, Writes: []store.Write{store.Put(launch.VersionKey("bac-kan-2026", 2), rev, v)}})
	w.ok(err)
	shelf, err = validate.BuiltinShelf(w.board.Store)
	w.ok(err)
	books, err = shelf.Now(w.ctx)
	w.ok(err)
	if _, _, err := books.Pinned(validate.PinOf(set)); err != nil {
		t.Errorf("the version before it: %v", err)
	}
	if _, _, err := books.Pinned(validate.PinOf(now)); fault.CodeOf(err) != "rules-unknown" {
		t.Errorf("its own pin: %v", err)
	}
	if _, err := books.InForce("bac-kan-2026", w.now); !fault.Is(err, fault.NotFound) || len(books.Plans()) != len(shipped) {
		t.Errorf("an older version came back into force: %v", err)
	}
}

// TestNobodyPutsTheirOwnCampaignInForce, nor one that changed, nor an
// amendment of what was amended meanwhile.
func TestNobodyPutsTheirOwnCampaignInForce(t *testing.T) {
	w := setup(t)
	w.open(nil)
	room := launch.Room{Desk: w.board.Desk}
	who := w.person("both", "", people.Admin, people.Head)
	w.ok(room.Begin(w.ctx, w.id(), who, "moi", ""))
	d := get[launch.Draft](w, launch.DraftKey("moi"))
	refused := func(what string, kind fault.Kind, err error) {
		t.Helper()
		if !fault.Is(err, kind) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("a blank has no name", fault.Invalid, room.Propose(w.ctx, w.id(), w.admin, "moi", d.Digest()))
	refused("too large when kept", fault.Invalid, room.Write(w.ctx, w.id(), who, "moi", d.Digest(), strings.Repeat("<", launch.MaxText), ""))
	text := strings.Replace(d.Text, "title: not_stated", `title: {value: Mới, status: decided, source: "Giám đốc"}`, 1)
	w.ok(room.Write(w.ctx, w.id(), who, "moi", d.Digest(), text, ""))
	d = get[launch.Draft](w, launch.DraftKey("moi"))
	// Whoever wrote before the last one may not confirm it either.
	w.ok(room.Write(w.ctx, w.id(), w.admin, "moi", d.Digest(), text+"# thêm\n", ""))
	d = get[launch.Draft](w, launch.DraftKey("moi"))
	long := strings.Replace(text, "value: Mới", "value: "+strings.Repeat("ớ", 301), 1)
	w.ok(room.Write(w.ctx, w.id(), w.admin, "moi", d.Digest(), long, ""))
	d = get[launch.Draft](w, launch.DraftKey("moi"))
	refused("a title without end", fault.Invalid, room.Propose(w.ctx, w.id(), w.admin, "moi", d.Digest()))
	if list, _, err := launch.Read(w.ctx, w.store); err != nil || len([]rune(list.Campaigns[0].Title)) != 300 {
		t.Errorf("the list keeps the title whole: %v", err)
	}
	w.ok(room.Write(w.ctx, w.id(), w.admin, "moi", d.Digest(), text, ""))
	d = get[launch.Draft](w, launch.DraftKey("moi"))
	refused("not proposed", fault.Conflict, room.PutInForce(w.ctx, w.id(), w.head, "moi", d.Digest()))
	w.ok(room.Propose(w.ctx, w.id(), w.admin, "moi", d.Digest()))
	refused("who wrote", fault.Denied, room.PutInForce(w.ctx, w.id(), who, "moi", d.Digest()))
	refused("a unit", fault.Denied, room.PutInForce(w.ctx, w.id(), w.unit, "moi", d.Digest()))
	refused("an administrator", fault.Denied, room.PutInForce(w.ctx, w.id(), w.admin, "moi", d.Digest()))
	refused("another text", fault.Conflict, room.PutInForce(w.ctx, w.id(), w.head, "moi", "andere"))
	w.ok(room.PutInForce(w.ctx, w.id(), w.head, "moi", d.Digest()))
	refused("again", fault.NotFound, room.PutInForce(w.ctx, w.id(), w.head, "moi", d.Digest()))

	refused("the id is taken", fault.Invalid, room.Begin(w.ctx, w.id(), w.admin, "moi", ""))
	w.ok(room.Begin(w.ctx, w.id(), w.admin, "moi", "moi"))
	refused("a draft is there", fault.Invalid, room.Begin(w.ctx, w.id(), w.admin, "moi", "moi"))
	refused("not the draft that was seen", fault.Conflict, room.Drop(w.ctx, w.id(), w.admin, "moi", d.Digest()))
	w.ok(room.Drop(w.ctx, w.id(), w.admin, "moi", get[launch.Draft](w, launch.DraftKey("moi")).Digest()))
	list, _, err := launch.Read(w.ctx, w.store)
	if err != nil || fmt.Sprint(list.Campaigns) != "[{moi Mới 1 false false}]" {
		t.Errorf("%v, %v", list.Campaigns, err)
	}
	w.ok(room.Begin(w.ctx, w.id(), w.admin, "nhap", "moi"))
	w.ok(room.Drop(w.ctx, w.id(), w.admin, "nhap", get[launch.Draft](w, launch.DraftKey("nhap")).Digest()))
	if list, _, _ = launch.Read(w.ctx, w.store); len(list.Campaigns) != 1 {
		t.Errorf("%v", list.Campaigns)
	}
	w.check()
}
