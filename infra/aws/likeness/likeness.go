// Package likeness compares what two stores hold after the same was played in
// both: records, events, counters, waiting effects, mails and the files of
// packages.
//
// What must differ is taken out: ids, digests that cover ids, secrets, and the
// hour of an instant (its day stays). Ids are not merely masked. Each is known
// by what is said of it, so that two places that named one thing in one store
// must name one thing in the other. Digests of uploaded files stay as they are.
//
// Not compared: the log's tiles and checkpoints and the order in which a
// chain took events that wait for nothing of each other. Both follow what
// happened to be first, and the auditor's check covers them.
package likeness

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/objects"
	"hoso/shared/store"
	"hoso/shared/verify"
)

// World is a store, its objects and its mails.
type World struct {
	Store store.Source
	Data  string // bucket of facts that are named by their digest
	Inbox string // bucket of uploads
	// Read gives an object's bytes. version "": the current one.
	Read  func(ctx context.Context, bucket, key, version string) ([]byte, error)
	Mails [][]byte // RFC 5322
}

// Image is what a world says, thing by thing.
type Image struct {
	said    []fact
	buckets *strings.Replacer // names of buckets
	fixed   map[string]bool   // digests of uploads: the same in every world
	opened  map[string]bool   // digests of facts and packages that were read
}

// fact is one thing that is said: where, and what.
type fact struct{ kind, text string }

// Take reads a world. It should be at rest.
func Take(ctx context.Context, w World) (Image, error) {
	im := Image{fixed: map[string]bool{}, opened: map[string]bool{}}
	im.buckets = strings.NewReplacer(fmt.Sprintf("%q", w.Data), `"data"`, fmt.Sprintf("%q", w.Inbox), `"inbox"`)
	snap, err := w.Store.Snapshot(ctx)
	if err != nil {
		return im, err
	}
	refs := verify.RecordRefs(w.Data)
	err = snap.Walk(ctx, store.Walker{
		Event: func(p evidence.Placed) error { return im.event(p) },
		Record: func(r store.Record) error {
			if r.Key.Part == "log" || strings.HasPrefix(r.Key.Part, "log/") {
				return nil
			}
			if err := im.record(r); err != nil {
				return err
			}
			found, err := refs(r)
			if err != nil {
				return err
			}
			for _, ref := range found {
				if err := im.object(ctx, w, r, ref); err != nil {
					return fmt.Errorf("%s %s: %w", ref.Bucket, ref.Key, err)
				}
			}
			return nil
		},
		Counter: func(name string, free int64) error {
			im.say("counter", fmt.Sprint(name, " ", free))
			return nil
		},
		Message: func(m store.Message) error {
			im.say("waiting", m.Kind+" "+m.ID+" "+string(m.Body))
			return nil
		},
	})
	if err = errors.Join(err, snap.Close()); err != nil {
		return im, err
	}
	for _, raw := range w.Mails {
		if bytes.Contains(raw, []byte("X-Hoso-Purpose: checkpoint")) {
			continue // the log's
		}
		text, err := mailText(raw)
		if err != nil {
			return im, err
		}
		im.say("mail", text)
	}
	return im, nil
}

func (im *Image) say(kind, text string) {
	im.said = append(im.said, fact{kind, im.buckets.Replace(text)})
}

// record takes a record whole, or text by text where it is a collection of
// them under digests of chance, whose order says nothing.
func (im *Image) record(r store.Record) error {
	place := r.Key.Part + " " + r.Key.Sort + " "
	if !strings.HasPrefix(r.Key.Part, "text/") {
		im.say("record", place+string(r.Body))
		return nil
	}
	var texts map[string]json.RawMessage
	if err := json.Unmarshal(r.Body, &texts); err != nil {
		return fmt.Errorf("%s: %w", place, err)
	}
	for digest, text := range texts {
		im.say("record", place+digest+" "+string(text))
	}
	return nil
}

// event takes an event without its place in the chain and the hash before it.
func (im *Image) event(p evidence.Placed) error {
	var line struct {
		Chain, Type, Actor, At string
		Data, Texts            json.RawMessage
	}
	if err := json.Unmarshal([]byte(p.Line), &line); err != nil {
		return fmt.Errorf("%s %d: %w", p.Chain, p.Seq, err)
	}
	if line.Type == "document.expected" {
		// The digest that the uploader named: nothing of ours goes into it.
		var file struct{ SHA256 string }
		if err := json.Unmarshal(line.Data, &file); err != nil {
			return fmt.Errorf("%s %d: %w", p.Chain, p.Seq, err)
		}
		im.fixed[file.SHA256] = true
	}
	im.say("event", fmt.Sprintf("%s %s %s %s %s %s", line.Chain, line.Type, line.Actor, line.At, line.Data, line.Texts))
	return nil
}

// object takes what lies behind a reference of a record: the text of a fact,
// the files of a package, the digest of an upload.
func (im *Image) object(ctx context.Context, w World, r store.Record, ref verify.Ref) error {
	// An upload: of a dossier, wherever it lies, or of a round.
	if (ref.Bucket == w.Inbox || strings.HasPrefix(r.Key.Sort, dossier.DocumentPrefix)) && ref.Key != objects.DigestKey(ref.SHA256) {
		return nil
	}
	if im.opened[ref.SHA256] {
		return nil
	}
	im.opened[ref.SHA256] = true
	body, err := w.Read(ctx, ref.Bucket, ref.Key, ref.Version)
	if err != nil {
		return err
	}
	if ref.Key == objects.DigestKey(ref.SHA256) {
		im.say("fact", ref.SHA256+" "+string(body))
		return nil
	}
	return im.bag(r.Key.Part, body)
}

// bag takes a package file by file. Its manifests repeat digests of the other
// files; the log's proofs, and the round's events among them, follow how far
// the log had come; the list of mails, how many of them had left, of which the
// store has every row.
func (im *Image) bag(of string, raw []byte) error {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return err
	}
	for _, f := range z.File {
		_, name, _ := strings.Cut(f.Name, "/")
		if strings.HasPrefix(name, "data/log/") || strings.Contains(path.Base(name), "manifest-") ||
			slices.Contains([]string{"bag-info.txt", "data/history/related.jsonl", "data/mails.json"}, name) {
			im.say("file", of+" "+name)
			continue
		}
		r, err := f.Open()
		if err != nil {
			return err
		}
		body, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			return err
		}
		switch path.Ext(name) {
		case ".pdf":
			im.say("file", of+" "+name+" "+sum(body))
		case ".jsonl", ".html":
			// Rows of events stand in the order of arrival.
			for row := range strings.Lines(string(body)) {
				if strings.HasPrefix(row, "<tr><td>round/") {
					continue
				}
				im.say("file", of+" "+name+" "+unplaced(row))
			}
		case ".json":
			var row bytes.Buffer
			if err := json.Compact(&row, body); err != nil {
				return fmt.Errorf("%s: %w", f.Name, err)
			}
			im.say("file", of+" "+name+" "+sizes.ReplaceAllString(unplaced(row.String()), `"size":0`))
		default:
			im.say("file", of+" "+name+" "+string(body))
		}
	}
	return nil
}

// Differences names what one image says and the other does not, at most limit
// lines. Images of worlds that played the same have none.
func Differences(a, b Image, limit int) []string {
	uploads := func(n string) bool { return a.fixed[n] || b.fixed[n] }
	x, y := parse(a.said, uploads), parse(b.said, uploads)
	// First whether the same is said, then, further and further round, whether
	// of the same things.
	for range rounds {
		if d := apart(x.told(), y.told(), limit); len(d) > 0 {
			return d
		}
		x.refine()
		y.refine()
	}
	return nil
}

// apart compares two lists in which order does not count.
func apart(a, b []string, limit int) []string {
	counts := map[string]int{}
	for _, s := range a {
		counts[s]++
	}
	for _, s := range b {
		counts[s]--
	}
	var out []string
	for s, n := range counts {
		switch {
		case n > 0:
			out = append(out, fmt.Sprintf("only here, %d times: %s", n, s))
		case n < 0:
			out = append(out, fmt.Sprintf("only there, %d times: %s", -n, s))
		}
	}
	// Alike texts stand together, so that a reader sees what differs.
	slices.SortFunc(out, func(a, b string) int {
		_, x, _ := strings.Cut(a, ": ")
		_, y, _ := strings.Cut(b, ": ")
		return cmp.Compare(x, y)
	})
	if len(out) > limit {
		out = append(out[:limit:limit], fmt.Sprintf("and %d more", len(out)-limit))
	}
	return out
}

// Size counts what an image says, by kind.
func (im Image) Size() map[string]int {
	out := map[string]int{}
	for _, f := range im.said {
		out[f.kind]++
	}
	return out
}

// Undriven gives the image without what says that runs were driven again: the
// events, their rows in packages, generations, and the revisions that a stage
// adds to a task it enters again.
func (im Image) Undriven() Image {
	out := im
	out.said = nil
	for _, f := range im.said {
		if driven.MatchString(f.text) && (f.kind == "event" || f.kind == "file") {
			continue
		}
		f.text = generations.ReplaceAllString(f.text, `"generation":0`)
		f.text = revisions.ReplaceAllString(f.text, "$1/…")
		out.said = append(out.said, f)
	}
	return out
}
