package act

import (
	"context"
	"encoding/hex"
	"strings"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// TextRef says where a personal text is kept: "<group>/<commitment>" on the
// chain of the record that holds it, "<chain>/<group>/<commitment>" on another
// (see On). Records hold it; events hold only the commitment. "" is no text.
//
// A text is kept once and never copied: a record of another chain that shows
// it refers to it, so that erasing it erases it for everybody at once.
type TextRef string

// On names the chain that keeps the text, for a record of another chain.
func (ref TextRef) On(chain string) TextRef {
	if ref == "" || strings.Count(string(ref), "/") > 1 {
		return ref
	}
	return TextRef(chain + "/" + string(ref))
}

// Split gives the chain, group and commitment of a text that a record of the
// chain refers to; ok is false if it is no reference.
func (ref TextRef) Split(chain string) (on, group string, c evidence.Commitment, ok bool) {
	rest, commitment, ok := cutLast(string(ref))
	if !ok {
		return "", "", "", false
	}
	if other, own, far := cutLast(rest); far {
		chain, rest = other, own
	}
	return chain, rest, evidence.Commitment(commitment), true
}

// cutLast cuts at the last slash: groups and commitments have none.
func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '/')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// Texts collects the personal texts of one act. They share one record, so
// that a decision on a hundred nominees stays inside one commit; each has its
// own salt, so that one can be erased and the others stay.
type Texts struct {
	desk  Desk
	chain string
	group string
	kept  map[evidence.Commitment]evidence.Text
	named map[string]evidence.Commitment
	err   error
}

// Texts starts the collection for one act on a chain. group must be new on
// the chain: the act's own id.
func (d Desk) Texts(chain, group string) *Texts {
	return &Texts{
		desk: d, chain: chain, group: strings.ReplaceAll(group, "/", "."),
		kept: map[evidence.Commitment]evidence.Text{}, named: map[string]evidence.Commitment{},
	}
}

// Add salts a text under a name and says where it will be kept.
func (t *Texts) Add(name, text string) TextRef {
	if text == "" {
		return ""
	}
	kept := evidence.Text{Salt: hex.EncodeToString(t.desk.Rand(32)), Text: text}
	c, err := kept.Commit()
	if err != nil {
		t.err = fault.Wrap(fault.Internal, "act.text", err)
		return ""
	}
	t.kept[c] = kept
	t.named[name] = c
	return TextRef(t.group + "/" + string(c))
}

// Named gives the commitments for Event.Texts; nil if there are none.
func (t *Texts) Named() map[string]evidence.Commitment {
	if len(t.named) == 0 {
		return nil
	}
	return t.named
}

// Writes gives the write that keeps the texts; none if there are none.
func (t *Texts) Writes() ([]store.Write, error) {
	if t.err != nil || len(t.kept) == 0 {
		return nil, t.err
	}
	return []store.Write{store.Put(TextKey(t.chain, t.group), 0, t.kept)}, nil
}

// TextsPart is the part that holds a chain's personal texts: each record maps
// commitments to texts; an erased one is missing from it.
func TextsPart(chain string) string { return "text/" + chain }

// TextKey is where the texts of one act on a chain are kept.
func TextKey(chain, group string) store.Key {
	return store.Key{Part: TextsPart(chain), Sort: group}
}

// Read gives a personal text that a record of the chain refers to, or "" if it
// was erased.
func Read(ctx context.Context, r store.Reader, chain string, ref TextRef) (string, error) {
	if ref == "" {
		return "", nil
	}
	chain, group, commitment, ok := ref.Split(chain)
	if !ok {
		return "", fault.New(fault.Internal, "act.text", "")
	}
	var kept map[evidence.Commitment]evidence.Text
	if _, err := store.Load(ctx, r, TextKey(chain, group), &kept); err != nil {
		if fault.Is(err, fault.NotFound) {
			return "", nil
		}
		return "", err
	}
	return kept[commitment].Text, nil
}

// Erase gives the writes that take texts and their salts out of the records
// that keep them, and what goes by chain, for the event on it. Refs name their
// chains. A text that is gone already is refused: fault.Gone.
func Erase(ctx context.Context, r store.Reader, refs []TextRef) ([]store.Write, map[string][]evidence.Commitment, error) {
	gone := map[string][]evidence.Commitment{}
	records := map[store.Key]map[evidence.Commitment]evidence.Text{}
	revs := map[store.Key]int64{}
	var keys []store.Key
	for _, ref := range refs {
		chain, group, c, ok := ref.Split("")
		if !ok || chain == "" {
			return nil, nil, fault.New(fault.Internal, "act.erase", "")
		}
		k := TextKey(chain, group)
		if _, read := records[k]; !read {
			var kept map[evidence.Commitment]evidence.Text
			rev, err := store.Load(ctx, r, k, &kept)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return nil, nil, err
			}
			records[k], revs[k], keys = kept, rev, append(keys, k)
		}
		if _, there := records[k][c]; !there {
			return nil, nil, &fault.Error{Kind: fault.Gone, Op: "act.erase", Code: "erased", Public: "Có nội dung đã được xóa trước đó; hãy mở lại trang."}
		}
		delete(records[k], c)
		gone[chain] = append(gone[chain], c)
	}
	writes := make([]store.Write, len(keys))
	for i, k := range keys {
		writes[i] = store.Put(k, revs[k], records[k])
	}
	return writes, gone, nil
}
