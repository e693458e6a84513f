package validate

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"hoso/shared/calendar"
	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/launch"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Rules are what a dossier is judged by. What is left zero is not stated and
// is not held against anybody.
type Rules struct {
	Set      campaign.RuleSet     // severities, sources and sentences of every finding
	VotePct  float64              // least share of votes, in percent; 0: not stated
	VoteBase string               // of what: "tong_thanh_vien", "so_co_mat" or "phieu_hop_le"
	Quorum   *campaign.Ratio      // least share of members present
	Written  bool                 // absent members may vote in writing
	Council  int                  // members of the council, where minutes do not say
	Cap      map[dossier.Kind]int // most that one unit may nominate; a kind left out: not stated
	CapHow   string               // how a share of the headcount was worked out; "": no share
	Purpose  Purpose
	Agency   string // the unit that submits
	Received string // ISO day of the receipt; "": not received yet
	// Known is what the register holds of the nominees (see Nominees).
	Known []register.Fact
	// Official says that officials read the findings, not the unit alone: what
	// the unit is not to learn of others is told too, marked Inside.
	Official bool
	// Typed says that the unit can enter what the machine could not read, and
	// so owes at least the list of nominees.
	Typed bool
}

// Purpose is what the round gives awards for. The zero value knows nothing.
type Purpose struct {
	Campaign    string   // id of the plan
	Titles      []string // names of the campaign
	Round       string   // name of the round: "Sơ kết …"
	Award       string   // form and decider: "Bằng khen của Chủ tịch UBND tỉnh"
	Issuers     []string // the plan's issuer and whoever followed it
	From, To    int      // years of the campaign; 0: not stated
	Closes      string   // ISO day on which intake ends
	Collectives []string // classes that take part
	Individuals []string // likewise, with those that only the criteria name
}

// Books finds the rules that a pinned rule set, a plan and a round's settings
// make up. They do not change; a Shelf gives them as they are now.
type Books struct {
	book  campaign.Rulebook
	plans []*campaign.Campaign // in force, one for each id
	all   []*campaign.Campaign // with the versions before them
}

// Shelf gives the books as they are now: what comes with the program, and the
// campaigns that were put in force in the portal. Safe for concurrent use.
type Shelf struct {
	Store store.Reader
	base  *Books
	read  launch.Shelf
	mu    sync.Mutex
	rev   int64
	now   *Books
}

// NewShelf makes a shelf of books that come with the program.
func NewShelf(base *Books, r store.Reader) *Shelf { return &Shelf{Store: r, base: base, now: base} }

// BuiltinShelf is a shelf of BuiltinBooks.
func BuiltinShelf(r store.Reader) (*Shelf, error) {
	base, err := BuiltinBooks()
	if err != nil {
		return nil, err
	}
	return NewShelf(base, r), nil
}

// Now gives the books in force. One small record is read; campaigns only when
// it changed.
func (s *Shelf) Now(ctx context.Context) (*Books, error) {
	made, rev, err := s.read.All(ctx, s.Store)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rev != rev {
		s.now, s.rev = s.base.with(made), rev
	}
	return s.now, nil
}

// PinAt gives the pin of the set in force at an instant for the plan of a pin.
func (s *Shelf) PinAt(ctx context.Context, pin string, at time.Time) (string, error) {
	books, err := s.Now(ctx)
	if err != nil {
		return "", err
	}
	return books.PinAt(pin, at)
}

// Shipped gives the plans that come with the program.
func (s *Shelf) Shipped() []*campaign.Campaign { return s.base.plans }

// with adds versions: the last one of an id is the plan in force. Where that
// one cannot be read none is: an older one would be no longer what holds.
func (b *Books) with(made []launch.Held) *Books {
	last := map[string]*campaign.Campaign{}
	all := slices.Clone(b.plans)
	for _, c := range b.plans {
		last[c.ID] = c
	}
	for _, h := range made {
		delete(last, h.ID)
		if h.Campaign != nil {
			last[h.ID], all = h.Campaign, append(all, h.Campaign)
		}
	}
	out := &Books{book: b.book, all: all}
	for _, c := range last {
		out.plans = append(out.plans, c)
	}
	slices.SortFunc(out.plans, func(x, y *campaign.Campaign) int { return strings.Compare(x.ID, y.ID) })
	return out
}

// NewBooks makes books of rule files and plans, each loaded once.
func NewBooks(book campaign.Rulebook, plans []*campaign.Campaign) *Books {
	return &Books{book: book, plans: plans, all: plans}
}

// BuiltinBooks makes books of what comes with the program. It takes some tens
// of milliseconds: once a process.
func BuiltinBooks() (*Books, error) {
	book, err := campaign.BuiltinRules()
	if err != nil {
		return nil, err
	}
	plans, err := campaign.Builtin()
	if err != nil {
		return nil, err
	}
	return NewBooks(book, plans), nil
}

// Pinned gives the rule set of a pin, "id@digest", and the plan it is of.
// NotFound, code rules-unknown, if this program has no such set: a dossier is
// never judged by another set than the one of its receipt.
func (b *Books) Pinned(pin string) (campaign.RuleSet, *campaign.Campaign, error) {
	id, digest, _ := strings.Cut(pin, "@")
	plan, since, _ := strings.Cut(id, "/")
	if day, err := calendar.ParseISO(since); err == nil {
		for _, c := range b.all {
			if c.ID != plan {
				continue
			}
			if set, err := b.book.RuleSetAt(c, day.Start()); err == nil && set.ID == id && set.Digest == digest {
				return set, c, nil
			}
		}
	}
	return campaign.RuleSet{}, nil, &fault.Error{
		Kind: fault.NotFound, Op: "validate.rules", Code: "rules-unknown",
		Public: "Phiên bản này của phần mềm không có bộ quy định đã ghim “" + id + "”; hãy dùng đúng phiên bản, hoặc báo người vận hành.",
	}
}

// Plans gives the plans the books are of; they are not to be changed.
func (b *Books) Plans() []*campaign.Campaign { return b.plans }

// InForce gives the set in force for a plan at an instant: what a round that
// opens then is to pin.
func (b *Books) InForce(plan string, at time.Time) (campaign.RuleSet, error) {
	c, err := campaign.Find(b.plans, plan)
	if err != nil {
		return campaign.RuleSet{}, err
	}
	return b.book.RuleSetAt(c, at)
}

// PinAt gives the pin of the set in force at an instant for the very version
// of the plan that a pin is of: an amendment does not reach what is open.
func (b *Books) PinAt(pin string, at time.Time) (string, error) {
	_, plan, err := b.Pinned(pin)
	if err != nil {
		return "", err
	}
	set, err := b.book.RuleSetAt(plan, at)
	return PinOf(set), err
}

// PinOf writes the pin of a set as rounds and dossiers keep it.
func PinOf(s campaign.RuleSet) string { return s.ID + "@" + s.Digest }

// Rules gives the rules of a round by a pinned set: the dossier's own if it
// has one, else the round's.
func (b *Books) Rules(s round.Settings, pin string) (Rules, error) {
	if pin == "" {
		pin = s.RuleSet
	}
	set, plan, err := b.Pinned(pin)
	if err != nil {
		return Rules{}, err
	}
	r := Rules{
		Set: set, VotePct: s.VotePct, VoteBase: s.VoteBase, Quorum: s.Quorum, Written: s.WrittenVote, Cap: s.UnitCaps,
		Purpose: PurposeOf(plan), Typed: true,
	}
	if s.Title != "" {
		r.Purpose.Titles = append(r.Purpose.Titles, s.Title)
	}
	if s.Award != "" {
		r.Purpose.Award = s.Award
	}
	r.Purpose.Round = s.Name
	if s.AdHoc {
		r.Set.Forms = nil // those are of the rounds; what an ad-hoc report follows no plan states
	}
	if !s.Closes.IsZero() {
		r.Purpose.Closes = calendar.DateOf(s.Closes).ISO()
	}
	return r, nil
}

// PurposeOf gives what a plan says of its awards.
func PurposeOf(c *campaign.Campaign) Purpose {
	award, _ := c.PipelineAward()
	p := Purpose{Campaign: c.ID, Award: award.Form.Or(""), From: c.Period.From.Or(0), To: c.Period.To.Or(0), Collectives: c.Participants.Collective.Or(nil)}
	if people, ok := c.Participants.Individual.Get(); ok {
		p.Individuals = append(append(p.Individuals, people...), c.Participants.Others.Or(nil)...)
	}
	if t := c.Title.Or(""); t != "" {
		p.Titles = []string{t}
	}
	if issuer := c.Issuer.Or(""); issuer != "" {
		p.Issuers = []string{issuer}
		for _, s := range c.Succession {
			if next := s.Successor.Or(""); next != "" && s.Body == issuer {
				p.Issuers = append(p.Issuers, next)
			}
		}
	}
	return p
}
