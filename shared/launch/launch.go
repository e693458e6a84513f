// Package launch keeps the campaigns that are made in the portal: an
// administrator drafts one from a blank or from another, a head puts it in
// force, and from then on its text never changes. A plan that is amended is
// drafted again and put in force as a further version: rounds that are open
// and dossiers that were received stay with the version they are pinned to.
package launch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hoso/shared/act"
	"hoso/shared/campaign"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/store"
)

// Limits.
const (
	MaxCampaigns = 300      // made in the portal
	MaxVersions  = 100      // of one campaign
	MaxText      = 96 << 10 // bytes of a text, as the loader has it
	maxBasis     = 500      // bytes of what an amendment rests on
	maxWriters   = 100      // of a draft
	maxTitle     = 300      // letters of a title: every list has it
)

// Draft is a campaign's text on its way.
type Draft struct {
	ID       string    `json:"id"`
	Text     string    `json:"text"`
	Amends   int       `json:"amends"`          // version in force when it was begun; 0: none of the portal's
	Basis    string    `json:"basis,omitempty"` // document by which a plan in force is amended
	By       string    `json:"by"`              // who wrote last
	Writers  []string  `json:"writers"`         // whoever wrote, who wrote last too
	At       time.Time `json:"at"`
	Proposed *Proposal `json:"proposed,omitempty"`
}

// Digest names the text: what a head confirms.
func (d Draft) Digest() string { return act.Digest([]any{d.ID, d.Text, d.Basis, d.Amends}) }

// WrittenBy says whether a person had a hand in the text or proposed it.
func (d Draft) WrittenBy(id string) bool {
	return id == d.By || slices.Contains(d.Writers, id) || d.Proposed != nil && d.Proposed.By == id
}

// Proposal says that a draft waits for a head.
type Proposal struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Digest string    `json:"digest"`
}

// Version is a text in force. It never changes.
type Version struct {
	ID     string    `json:"id"`
	N      int       `json:"n"` // from 1
	Text   string    `json:"text"`
	Digest string    `json:"digest"` // of the text, byte for byte (SHA-256)
	Basis  string    `json:"basis,omitempty"`
	By     string    `json:"by"` // who proposed
	Head   string    `json:"head"`
	At     time.Time `json:"at"`
}

// Entry is a campaign on the list.
type Entry struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Versions int    `json:"versions"` // in force, the last one counts
	Draft    bool   `json:"draft,omitempty"`
	Proposed bool   `json:"proposed,omitempty"`
}

// List is every campaign made in the portal, by id.
type List struct {
	Campaigns []Entry `json:"campaigns"`
}

func (l *List) entry(id string) *Entry {
	for i := range l.Campaigns {
		if l.Campaigns[i].ID == id {
			return &l.Campaigns[i]
		}
	}
	l.Campaigns = append(l.Campaigns, Entry{ID: id})
	slices.SortFunc(l.Campaigns, func(a, b Entry) int { return strings.Compare(a.ID, b.ID) })
	return l.entry(id)
}

// ListKey is where the list is.
func ListKey() store.Key { return store.Key{Part: "campaigns", Sort: "list"} }

// Chain is the chain of a campaign made in the portal.
func Chain(id string) string { return "campaign/" + id }

// DraftKey is where a campaign's draft is.
func DraftKey(id string) store.Key { return store.Key{Part: Chain(id), Sort: "draft"} }

// VersionKey is where a version in force is.
func VersionKey(id string, n int) store.Key {
	return store.Key{Part: Chain(id), Sort: fmt.Sprintf("version/%04d", n)}
}

// Room carries out the acts. Shipped finds a campaign that comes with the
// program: its id is taken, and it may be amended here.
type Room struct {
	act.Desk
	Shipped []*campaign.Campaign
}

func refuse(public string, args ...any) error {
	return fault.New(fault.Invalid, "launch", fmt.Sprintf(public, args...))
}

// Begin makes a draft: of a new campaign, blank or a copy of another, or of an
// amendment of the one in force. Items: draft, list, event, head, log, key: 6.
func (r Room) Begin(ctx context.Context, key string, who people.Actor, id, copyOf string) error {
	if err := who.Need("launch", people.Admin); err != nil {
		return err
	}
	id, copyOf = strings.TrimSpace(id), strings.TrimSpace(copyOf)
	if !campaign.ValidID(id) {
		return refuse("Mã phong trào viết chữ thường không dấu, số và gạch nối, ví dụ bac-kan-2022-2025.")
	}
	_, err := r.Do(ctx, key, r.Request([]any{"begin-campaign", who.ID, id, copyOf}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		list, rev, err := r.list(ctx)
		if err != nil {
			return store.Commit{}, err
		}
		e := list.entry(id)
		if e.Draft {
			return store.Commit{}, refuse("Phong trào “%s” đang có bản soạn thảo.", id)
		}
		if len(list.Campaigns) > MaxCampaigns || e.Versions >= MaxVersions {
			return store.Commit{}, refuse("Đã đủ số phong trào hoặc số lần sửa đổi mà hệ thống giữ.")
		}
		_, shipped := campaign.Find(r.Shipped, id)
		taken := e.Versions > 0 || shipped == nil
		if taken && copyOf != id {
			return store.Commit{}, refuse("Mã “%s” đã có. Để sửa đổi phong trào ấy, mở trang của nó; để tạo phong trào khác, dùng mã khác.", id)
		}
		from, err := r.from(ctx, list, copyOf)
		if err != nil {
			return store.Commit{}, err
		}
		d := Draft{ID: id, Amends: e.Versions, By: who.ID, Writers: []string{who.ID}, At: now.UTC()}
		if d.Text, err = campaign.Draft(id, from); err != nil {
			return store.Commit{}, err
		}
		if !taken {
			e.Title = id
		}
		e.Draft = true
		return opened{d, 0, list, rev}.put(act.Event(Chain(id), "campaign.begun", who.ID, now, map[string]any{"from": copyOf, "digest": d.Digest(), "amends": d.Amends})), nil
	})
	return err
}

// from gives the campaign that a draft begins with; nil for a blank.
func (r Room) from(ctx context.Context, list List, id string) (*campaign.Campaign, error) {
	if id == "" {
		return nil, nil
	}
	for _, e := range list.Campaigns {
		if e.ID == id && e.Versions > 0 {
			v, err := One(ctx, r.Store, id, e.Versions)
			if err != nil {
				return nil, err
			}
			return v.Campaign()
		}
	}
	return campaign.Find(r.Shipped, id)
}

// Write keeps a draft's text, as it is: also one with faults, so that nobody
// loses work. was is the digest of the draft that the writer saw. A proposal
// of it falls. Items: 6.
func (r Room) Write(ctx context.Context, key string, who people.Actor, id, was, text, basis string) error {
	if err := who.Need("launch", people.Admin); err != nil {
		return err
	}
	text, basis = strings.ReplaceAll(text, "\r\n", "\n"), strings.TrimSpace(basis)
	// What is kept is JSON, in which some letters take six bytes.
	if len(text) > MaxText || len(act.Result(text)) > 3*MaxText || strings.TrimSpace(text) == "" {
		return refuse("Văn bản dữ liệu phải có chữ và không quá %d KB.", MaxText>>10)
	}
	if len(basis) > maxBasis {
		return refuse("Căn cứ dài quá %d byte.", maxBasis)
	}
	_, err := r.Do(ctx, key, r.Request([]any{"write-campaign", who.ID, id, was, text, basis}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		x, err := r.seen(ctx, id, was)
		if err != nil {
			return store.Commit{}, err
		}
		d := &x.d
		d.Text, d.Basis, d.By, d.At, d.Proposed = text, basis, who.ID, now.UTC(), nil
		if !slices.Contains(d.Writers, who.ID) {
			if len(d.Writers) >= maxWriters {
				return store.Commit{}, refuse("Bản soạn đã có %d người viết; bỏ bản soạn và soạn lại.", maxWriters)
			}
			d.Writers = append(d.Writers, who.ID)
		}
		e := x.list.entry(id)
		e.Proposed = false
		if c, faults := campaign.Parse(id+".yaml", []byte(text)); len(faults) == 0 && e.Versions == 0 {
			e.Title = cut(c.Title.Or(id))
		}
		return x.put(act.Event(Chain(id), "campaign.written", who.ID, now, map[string]any{"digest": d.Digest()})), nil
	})
	return err
}

// cut shortens a title that is not yet held to its bound.
func cut(title string) string {
	if r := []rune(title); len(r) > maxTitle {
		return string(r[:maxTitle])
	}
	return title
}

// Moved is the code of an act on a draft that is no longer the one seen.
const Moved = "moved"

func moved() error {
	return &fault.Error{Kind: fault.Conflict, Op: "launch", Code: Moved, Public: "Bản soạn thảo đã được sửa sau khi bạn mở trang. Hãy tải lại trang và xem lại."}
}

// Propose puts a draft before the heads. Its text must be whole. Items: 6.
func (r Room) Propose(ctx context.Context, key string, who people.Actor, id, was string) error {
	if err := who.Need("launch", people.Admin); err != nil {
		return err
	}
	_, err := r.Do(ctx, key, r.Request([]any{"propose-campaign", who.ID, id, was}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		x, err := r.seen(ctx, id, was)
		if err != nil {
			return store.Commit{}, err
		}
		if _, err := r.sound(x.d, *x.list.entry(id)); err != nil {
			return store.Commit{}, err
		}
		x.d.Proposed = &Proposal{By: who.ID, At: now.UTC(), Digest: was}
		x.list.entry(id).Proposed = true
		return x.put(act.Event(Chain(id), "campaign.proposed", who.ID, now, map[string]any{"digest": was})), nil
	})
	return err
}

// sound says whether a draft may come into force.
func (r Room) sound(d Draft, e Entry) (*campaign.Campaign, error) {
	c, faults := campaign.Parse(d.ID+".yaml", []byte(d.Text))
	switch _, shipped := campaign.Find(r.Shipped, d.ID); {
	case len(faults) > 0:
		return nil, refuse("Văn bản dữ liệu còn %d lỗi: %s", len(faults), faults[0])
	case c.ID != d.ID:
		return nil, refuse("Trường id phải giữ là %s.", d.ID)
	case c.Title.Or("") == "":
		return nil, refuse("Phong trào phải có tên (title).")
	case utf8.RuneCountInString(c.Title.Or("")) > maxTitle:
		return nil, refuse("Tên phong trào (title) dài quá %d ký tự.", maxTitle)
	case e.Versions != d.Amends:
		return nil, moved()
	case (e.Versions > 0 || shipped == nil) && d.Basis == "":
		return nil, refuse("Sửa đổi một kế hoạch đang có hiệu lực phải ghi căn cứ: văn bản sửa đổi, số và ngày.")
	}
	return c, nil
}

// PutInForce makes a proposed draft the version in force. A head does it, who
// neither proposed nor wrote it, and names the digest of what was shown.
// Items: draft, version, list, event, head, log, key: 7.
func (r Room) PutInForce(ctx context.Context, key string, who people.Actor, id, digest string) error {
	if err := who.Need("launch", people.Head); err != nil {
		return err
	}
	_, err := r.Do(ctx, key, r.Request([]any{"launch-campaign", who.ID, id, digest}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		x, err := r.seen(ctx, id, digest)
		if err != nil {
			return store.Commit{}, err
		}
		d, list := x.d, &x.list
		if d.Proposed == nil || d.Proposed.Digest != digest {
			return store.Commit{}, moved()
		}
		if d.WrittenBy(who.ID) {
			return store.Commit{}, fault.New(fault.Denied, "launch", "Người soạn hoặc đề nghị không tự cho phong trào có hiệu lực; cần người thứ hai.")
		}
		e := list.entry(id)
		c, err := r.sound(d, *e)
		if err != nil {
			return store.Commit{}, err
		}
		e.Versions, e.Title, e.Draft, e.Proposed = e.Versions+1, c.Title.Or(id), false, false
		v := Version{ID: id, N: e.Versions, Text: d.Text, Digest: c.Digest(), Basis: d.Basis, By: d.Proposed.By, Head: who.ID, At: now.UTC()}
		return store.Commit{
			Writes: []store.Write{store.Remove(DraftKey(id), x.rev), store.Put(VersionKey(id, v.N), 0, v), store.Put(ListKey(), x.listRev, x.list)},
			Events: []evidence.Event{act.Event(Chain(id), "campaign.in-force", who.ID, now, map[string]any{"version": v.N, "digest": v.Digest, "proposedBy": v.By, "shown": digest, "method": who.Method})},
		}, nil
	})
	return err
}

// Drop gives up a draft, the one that was seen. Items: 6.
func (r Room) Drop(ctx context.Context, key string, who people.Actor, id, was string) error {
	if err := who.Need("launch", people.Admin); err != nil {
		return err
	}
	_, err := r.Do(ctx, key, r.Request([]any{"drop-campaign", who.ID, id, was}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		x, err := r.seen(ctx, id, was)
		if err != nil {
			return store.Commit{}, err
		}
		list := &x.list
		e := list.entry(id)
		e.Draft, e.Proposed = false, false
		list.Campaigns = slices.DeleteFunc(list.Campaigns, func(e Entry) bool { return e.ID == id && e.Versions == 0 })
		return store.Commit{
			Writes: []store.Write{store.Remove(DraftKey(id), x.rev), store.Put(ListKey(), x.listRev, x.list)},
			Events: []evidence.Event{act.Event(Chain(id), "campaign.dropped", who.ID, now, map[string]any{"digest": was})},
		}, nil
	})
	return err
}

// opened is a draft and the list, as they were read for an act on the draft.
type opened struct {
	d       Draft
	rev     int64
	list    List
	listRev int64
}

// seen reads a draft for somebody who saw the one with the digest.
func (r Room) seen(ctx context.Context, id, digest string) (x opened, err error) {
	if x.rev, err = store.Load(ctx, r.Store, DraftKey(id), &x.d); err != nil {
		return x, err
	}
	if x.d.Digest() != digest {
		return x, moved()
	}
	x.list, x.listRev, err = r.list(ctx)
	return x, err
}

// put keeps both.
func (x opened) put(ev evidence.Event) store.Commit {
	return store.Commit{
		Writes: []store.Write{store.Put(DraftKey(x.d.ID), x.rev, x.d), store.Put(ListKey(), x.listRev, x.list)},
		Events: []evidence.Event{ev},
	}
}

func (r Room) list(ctx context.Context) (List, int64, error) { return Read(ctx, r.Store) }
