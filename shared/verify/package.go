package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"hoso/shared/bag"
	"hoso/shared/evidence"
)

// parcel is the check of one package under way.
type parcel struct {
	*bag.Package
	report  *reporter
	opts    Options
	sums    map[string]string // SHA-256 of payload files
	keys    evidence.Keys
	chain   string
	head    evidence.Head // of the package's own chain
	lines   map[bag.Ref]evidence.Placed
	entries []evidence.Entry
}

// own are the payload files that every package has beside its content.
func own(name string) bool {
	switch name {
	case bag.PageFile, bag.SummaryFile, bag.EventsFile, bag.RelatedFile, bag.TextsFile, bag.ProofsFile, bag.CheckpointFile, bag.KeyFile:
		return true
	}
	return false
}

// Package checks a sealed package of size bytes at r by itself: its files,
// history, texts, proofs and checkpoint. An error means that the check could
// not be carried out; what does not hold is in the report.
func Package(ctx context.Context, r io.ReaderAt, size int64, opts Options) (Report, error) {
	p := &parcel{report: newReporter(), opts: opts, lines: map[bag.Ref]evidence.Placed{}}
	var err error
	if p.Package, err = bag.Open(r, size); err != nil {
		p.report.find("package-not-bag", "", "%v", err)
		return p.report.done(), ctx.Err()
	}
	if p.sums, err = p.Fixity(ctx, func(b bag.Problem) { p.report.find(b.Code, b.Path, "%s", b.Detail) }); err != nil {
		return p.report.done(), err
	}
	p.report.count("files", int64(len(p.sums)))
	p.readKeys()
	summary, ok := p.summary()
	p.chain = summary.Chain
	p.history()
	if ok {
		p.files(summary)
	}
	p.texts()
	p.proofs()
	p.seal(ctx)
	return p.report.done(), ctx.Err()
}

// readKeys takes the auditor's keys, or else the one in the package.
func (p *parcel) readKeys() {
	if p.keys = p.opts.Keys; len(p.keys) > 0 {
		return
	}
	text, err := p.Bytes(bag.KeyFile)
	if err == nil {
		p.keys, err = evidence.ParseKeys(text)
	}
	if err != nil {
		p.report.find("keys-bad", bag.KeyFile, "%v", err)
		return
	}
	p.report.note("note-key-unconfirmed", "", "")
}

// summary reads ho-so.json.
func (p *parcel) summary() (s bag.Summary, ok bool) {
	text, err := p.Bytes(bag.SummaryFile)
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err == nil && (s.Format != bag.Format || s.Chain == "") {
		err = fmt.Errorf("format %q, chain %q", s.Format, s.Chain)
	}
	if err != nil {
		p.report.find("package-summary", bag.SummaryFile, "%v", err)
	}
	return s, err == nil
}

// files compares the files that the summary names with those that are there,
// and with the events that bind them.
func (p *parcel) files(s bag.Summary) {
	named := map[string]bool{}
	for _, f := range s.Files {
		if named[f.Path] || own(f.Path) || p.sums[f.Path] != f.SHA256 {
			p.report.find("package-summary", f.Path, "named with hash %s, has %s", f.SHA256, p.sums[f.Path])
		}
		named[f.Path] = true
		if f.Event != nil && !strings.Contains(p.lines[*f.Event].Line, `"`+f.SHA256+`"`) {
			p.report.find("package-unproved", f.Path, "event %s", place(f.Event.Chain, f.Event.Seq))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.sums)) {
		if !named[name] && !own(name) {
			p.report.find("package-summary", name, "is not named")
		}
	}
}

// history reads the events and follows the package's own chain.
func (p *parcel) history() {
	err := p.Lines(bag.EventsFile, func(line []byte) error {
		placed, ok := p.event(bag.EventsFile, line)
		if !ok {
			return nil
		}
		next, err := evidence.Follow(p.head, placed)
		if err != nil || placed.Chain != p.chain {
			p.report.find("event-broken", place(placed.Chain, placed.Seq), "%v", err)
			next = placed.Head()
		}
		p.head = next
		return nil
	})
	p.unread(bag.EventsFile, err)
	if err == nil && p.head.Seq == 0 {
		p.report.find("event-gap", p.chain, "no events")
	}
	p.unread(bag.RelatedFile, p.Lines(bag.RelatedFile, func(line []byte) error {
		if placed, ok := p.event(bag.RelatedFile, line); ok && placed.Chain == p.chain {
			p.report.find("event-gap", place(placed.Chain, placed.Seq), "stands apart from its chain")
		}
		return nil
	}))
}

// event reads one line of the history.
func (p *parcel) event(file string, line []byte) (evidence.Placed, bool) {
	p.report.count("events", 1)
	placed, err := evidence.ParseLine(string(line))
	if err == nil {
		var e evidence.Entry
		if e, err = evidence.Read(placed); err == nil {
			p.entries = append(p.entries, e)
		}
	}
	ref := bag.Ref{Chain: placed.Chain, Seq: placed.Seq}
	if _, twice := p.lines[ref]; twice && err == nil {
		err = errors.New("is there twice")
	}
	if err != nil {
		p.report.find("event-damaged", file, "%v", err)
		return placed, false
	}
	p.lines[ref] = placed
	return placed, true
}

func (p *parcel) unread(file string, err error) {
	if err != nil {
		p.report.find("package-file-damaged", file, "%v", err)
	}
}

// texts opens the commitments.
func (p *parcel) texts() {
	open, erased := map[string]string{}, map[string]bool{}
	for _, e := range p.entries {
		for name, c := range e.Texts {
			open[e.Chain+" "+string(c)] = name
		}
		gone, err := e.Erased()
		if err != nil {
			p.report.find("event-damaged", place(e.Chain, e.Seq), "%v", err)
		}
		for _, c := range gone {
			erased[e.Chain+" "+string(c)] = true
		}
	}
	p.unread(bag.TextsFile, p.Lines(bag.TextsFile, func(line []byte) error {
		p.report.count("texts", 1)
		var t bag.Text
		if err := json.Unmarshal(line, &t); err != nil {
			p.report.find("text-changed", bag.TextsFile, "%v", err)
			return nil
		}
		key := t.Chain + " " + string(t.Commitment)
		c, err := t.Commit()
		_, known := open[key]
		switch {
		case err != nil || c != t.Commitment:
			p.report.find("text-changed", key, "")
		case !known:
			p.report.find("text-orphan", key, "")
		case erased[key]:
			p.report.find("text-not-erased", key, "")
		}
		delete(open, key)
		return nil
	}))
	for _, key := range slices.Sorted(maps.Keys(open)) {
		if !erased[key] && strings.HasPrefix(key, p.chain+" ") {
			p.report.find("text-missing", key, "%s", open[key])
		}
	}
}

// proofs checks every event against the checkpoint of the package, and that
// against those kept elsewhere.
func (p *parcel) proofs() {
	signed, err := p.Bytes(bag.CheckpointFile)
	var c evidence.Checkpoint
	if err == nil {
		c, err = p.keys.Open(signed)
	}
	if err != nil {
		p.report.find("package-checkpoint", bag.CheckpointFile, "%v", err)
		return
	}
	p.report.Log = c.Head
	p.outside(c)
	proved := map[bag.Ref]bool{}
	p.unread(bag.ProofsFile, p.Lines(bag.ProofsFile, func(line []byte) error {
		p.report.count("proofs", 1)
		if ref, ok := p.proof(bag.ProofsFile, line, c); ok {
			if proved[ref] {
				p.report.find("package-proof", place(ref.Chain, ref.Seq), "is there twice")
			}
			proved[ref] = true
		}
		return nil
	}))
	for _, e := range p.entries {
		if !proved[bag.Ref{Chain: e.Chain, Seq: e.Seq}] {
			p.report.find("package-proof", place(e.Chain, e.Seq), "is missing")
		}
	}
}

// proof checks one line of proofs.
func (p *parcel) proof(file string, line []byte, c evidence.Checkpoint) (bag.Ref, bool) {
	var i evidence.Inclusion
	err := json.Unmarshal(line, &i)
	ref := bag.Ref{Chain: i.Chain, Seq: i.Seq}
	if placed, here := p.lines[ref]; err == nil && (!here || placed.Hash != i.Hash) {
		err = errors.New("belongs to no event of the package")
	}
	if err == nil {
		err = i.Check(c.Head)
	}
	if err != nil {
		p.report.find("package-proof", fmt.Sprintf("%s, %s", file, place(i.Chain, i.Seq)), "%v", err)
	}
	return ref, err == nil
}

// outside compares a checkpoint of the package with those kept elsewhere.
func (p *parcel) outside(c evidence.Checkpoint) {
	for _, n := range p.opts.Checkpoints {
		o, err := p.keys.Open(n.Data)
		switch {
		case err != nil:
			p.report.find("checkpoint-outside-bad", n.Name, "%v", err)
		case o.Head.Size != c.Head.Size || o.Origin != c.Origin:
			p.report.note("note-cannot-compare", n.Name, fmt.Sprintf("%d, %d", o.Head.Size, c.Head.Size))
		case o.Head.Root != c.Head.Root:
			p.report.find("checkpoint-forked", n.Name, "root %s, the package has %s", o.Head.Root, c.Head.Root)
		default:
			p.report.Confirmed = append(p.report.Confirmed, o.Head)
		}
	}
}

// seal checks the event that binds the whole package, if it came with one.
func (p *parcel) seal(ctx context.Context) {
	if !p.Has(bag.SealEventFile) && !p.Has(bag.SealProofFile) && !p.Has(bag.SealCheckpoint) {
		p.report.note("note-not-sealed", "", "")
		return
	}
	if err := p.sealed(ctx); err != nil {
		p.report.find("package-seal", bag.SealEventFile, "%v", err)
	}
}

func (p *parcel) sealed(ctx context.Context) error {
	line, err := p.Bytes(bag.SealEventFile)
	if err != nil {
		return err
	}
	placed, err := evidence.ParseLine(string(bytes.TrimSuffix(line, []byte("\n"))))
	if err != nil {
		return err
	}
	sum, _, err := p.Sum(ctx, bag.TagManifestFile)
	switch {
	case err != nil:
		return err
	case placed.Chain != p.chain || placed.Seq <= p.head.Seq:
		return fmt.Errorf("event %s does not come after the history", place(placed.Chain, placed.Seq))
	case !strings.Contains(placed.Line, `"`+sum+`"`):
		return fmt.Errorf("event %s does not name this package", place(placed.Chain, placed.Seq))
	}
	if placed.Seq == p.head.Seq+1 {
		if _, err := evidence.Follow(p.head, placed); err != nil {
			return err
		}
	}
	p.lines[bag.Ref{Chain: placed.Chain, Seq: placed.Seq}] = placed
	signed, err := p.Bytes(bag.SealCheckpoint)
	if err != nil {
		return err
	}
	c, err := p.keys.Open(signed)
	if err != nil {
		return err
	}
	p.outside(c)
	return p.Lines(bag.SealProofFile, func(line []byte) error {
		if ref, ok := p.proof(bag.SealProofFile, line, c); !ok || ref != (bag.Ref{Chain: placed.Chain, Seq: placed.Seq}) {
			return errors.New("the proof does not hold")
		}
		return nil
	})
}
