package verify

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/filing"
	"hoso/shared/objects"
	"hoso/shared/store"
)

// Ref names an object that a record speaks of, and what it must be.
type Ref struct {
	Bucket  string
	Key     string
	Version string // pinned version; "": the only one
	SHA256  string // hex
	Size    int64  // bytes; -1: not said
	// Chain is the chain of which some event must name SHA256; "": none must.
	Chain string
	Where string // the record, for the report
}

// Objects reads objects for the check.
type Objects interface {
	// Sum gives SHA-256 (hex) and size of an object's bytes, read now. Errors:
	// fault.NotFound, fault.Internal (its bytes are damaged), others: it
	// cannot be read at the moment.
	Sum(ctx context.Context, bucket, key, version string) (sha256 string, size int64, err error)
}

// RecordRefs finds the objects that records speak of: a dossier's pinned
// documents, readings and findings (facts of the data bucket, named by their
// digest), sealed packages, and papers that were entered as evidence.
func RecordRefs(data string) func(r store.Record) ([]Ref, error) {
	return func(r store.Record) ([]Ref, error) {
		if filing.IsSlot(r.Key) {
			s, err := filing.Decode(r)
			if err != nil || s.Entered == "" {
				return nil, err
			}
			return []Ref{{Bucket: s.Bucket, Key: s.Key, Version: s.Entered, SHA256: s.SHA256, Size: s.Size, Chain: s.Part}}, nil
		}
		id, ok := strings.CutPrefix(r.Key.Part, "dossier/")
		if !ok {
			return nil, nil
		}
		chain := dossier.Chain(id)
		fact := func(digest string) []Ref {
			if digest == "" {
				return nil
			}
			return []Ref{{Bucket: data, Key: objects.DigestKey(digest), SHA256: digest, Size: -1, Chain: chain}}
		}
		switch {
		case strings.HasPrefix(r.Key.Sort, dossier.DocumentPrefix):
			var d dossier.Document
			if err := r.Decode(&d); err != nil {
				return nil, err
			}
			refs := fact(d.Reading)
			switch d.State {
			case dossier.Pinned, dossier.Read, dossier.NeedsEyes:
				refs = append(refs, Ref{Bucket: d.Bucket, Key: d.ObjectKey, Version: d.Version, SHA256: d.SHA256, Size: d.Size, Chain: chain})
			}
			return refs, nil
		case r.Key == dossier.Key(id):
			var d dossier.Dossier
			if err := r.Decode(&d); err != nil || d.Package == nil {
				return nil, err
			}
			p := d.Package
			return []Ref{{Bucket: p.Bucket, Key: p.Key, Version: p.Version, SHA256: p.SHA256, Size: p.Size, Chain: chain}}, nil
		case strings.HasPrefix(r.Key.Sort, dossier.RevisionPrefix):
			var rv dossier.Revision
			err := r.Decode(&rv)
			return append(fact(rv.Findings), fact(rv.Known)...), err
		}
		return nil, nil
	}
}

// objectPass hashes every object that records speak of, each once.
func (a *audit) objectPass(ctx context.Context) error {
	if a.src.Objects == nil || a.src.Refs == nil {
		return nil
	}
	a.digests.seal()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work, results := make(chan Ref), make(chan func(*reporter), a.opts.Workers)
	var workers sync.WaitGroup
	for range a.opts.Workers {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for ref := range work {
				results <- a.object(ctx, ref)
			}
		}()
	}
	walked := make(chan error, 1)
	var early []func(*reporter) // of the walk; told when it has ended
	go func() {
		seen := map[print]bool{}
		err := a.snap.Walk(ctx, store.Walker{Record: func(r store.Record) error {
			refs, err := a.src.Refs(r)
			if err != nil {
				early = append(early, func(rep *reporter) { rep.find("record-unreadable", r.Key.Part+"|"+r.Key.Sort, "%v", err) })
			}
			for _, ref := range refs {
				ref.Where = r.Key.Part + "|" + r.Key.Sort
				if ref.Chain != "" && a.digests.find(printOf(ref.Chain, ref.SHA256)) < 0 {
					early = append(early, func(rep *reporter) { rep.find("object-unproved", ref.Where, "%s", ref.SHA256) })
				}
				p := printOf(ref.Bucket, ref.Key, ref.Version, ref.SHA256, fmt.Sprint(ref.Size))
				if seen[p] {
					continue
				}
				seen[p] = true
				select {
				case work <- ref:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return ctx.Err()
		}})
		close(work)
		workers.Wait()
		close(results)
		walked <- err
	}()
	for tell := range results {
		tell(a.report)
		a.report.count("objects", 1)
		if a.opts.Progress != nil {
			a.opts.Progress(Progress{Step: "Tệp", Done: a.report.Counts["objects"]})
		}
	}
	err := <-walked
	for _, tell := range early {
		tell(a.report)
	}
	return err
}

// object hashes one object and says what there is to tell about it.
func (a *audit) object(ctx context.Context, ref Ref) func(*reporter) {
	sum, size, err := a.src.Objects.Sum(ctx, ref.Bucket, ref.Key, ref.Version)
	name := fmt.Sprintf("%s: %s/%s %s", ref.Where, ref.Bucket, ref.Key, ref.Version)
	return func(r *reporter) {
		r.count("object-bytes", size)
		switch {
		case fault.Is(err, fault.NotFound):
			r.find("object-missing", name, "")
		case fault.Is(err, fault.Internal):
			r.find("object-differs", name, "%v", err)
		case err != nil:
			r.find("object-unread", name, "%v", err)
		case sum != ref.SHA256:
			r.find("object-differs", name, "has %s, must have %s", sum, ref.SHA256)
		case ref.Size >= 0 && size != ref.Size:
			r.find("object-differs", name, "has %d bytes, must have %d", size, ref.Size)
		}
	}
}
