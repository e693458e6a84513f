// Package recognize is the stage for pages without trustworthy text. They are
// recognised from their pictures where the machine can; pages that it cannot
// read are left to a person, who types or corrects the fields beside the
// picture of the page.
package recognize

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/objects"
	"hoso/shared/reading"
	"hoso/shared/store"
)

// Name of the stage, everywhere.
const Name = "recognize"

// Recogniser recognises pages. Errors of all: fault.NotFound if the machine
// cannot recognise, fault.Unreadable if this page cannot be read,
// fault.Transient if it cannot now.
type Recogniser interface {
	// Page recognises one page that nobody could read. What it gives only
	// Assemble understands; nothing if nothing is legible.
	Page(ctx context.Context, pdf *os.File, p reading.Page) ([]byte, error)
	// Assemble gives the reading with its pages recognised, by number.
	Assemble(r reading.Reading, pages map[int][]byte) (reading.Reading, error)
	// HasText reports whether what Page gave holds text of its page: it does
	// not if only a secrecy mark was kept.
	HasText(page []byte) bool
	// Tool names the program and the data it recognises with.
	Tool(ctx context.Context) (string, error)
}

// Limits of the work. A file of many pages is recognised in several attempts:
// each keeps the pages it has done, and the next goes on behind them.
const (
	// MaxPages is how many pages of a file are recognised; a person reads the others.
	MaxPages = 120
	// Attempt is how long an attempt takes up pages.
	Attempt = 8 * time.Minute
	// PageLimit is how long one page may take; a person reads one that takes longer.
	PageLimit = 5 * time.Minute
	// maxTries is how many attempts may begin without a page being done: then
	// the next page ends the process every time, and a person reads it.
	maxTries = 3
	// generations is up to which generation a document is read again whose
	// reading is gone: fewer than after which sweep leaves it to a person.
	generations = 5
)

// Objects gives pinned bytes and keeps readings by digest.
type Objects interface {
	Open(ctx context.Context, ref objects.Ref) (io.ReadCloser, int64, error)
	GetDigest(ctx context.Context, digest string) ([]byte, error)
	PutDigest(ctx context.Context, data []byte) (string, error)
}

// Room recognises pages.
type Room struct {
	act.Desk
	// Recogniser is nil where pages always go to a person; Objects and Spool
	// are used only with it.
	Recogniser Recogniser
	Objects    Objects
	// Spool gives an open file with what r holds; closing it removes it.
	Spool func(r io.Reader) (*os.File, error)
}

// result is a recognised reading: where it is kept and by what it was made.
type result struct {
	reading reading.Reading
	digest  string   // "" if nothing was recognised
	before  string   // digest of the reading it was made from
	traces  []string // facts with text of a file that turned out to bear a secrecy mark
	tool    string
	lost    bool // the reading to go on from is gone
}

// Run settles the document: its pages are recognised, and what is left goes
// to a person. Error: fault.Unfinished if the attempt ended before the pages
// did; the next one goes on. Items: document, dossier, event, head, log,
// two messages, key: 8; a page: 2.
func (r Room) Run(ctx context.Context, in flow.In) (flow.Out, error) {
	dossierID, docID, _ := strings.Cut(in.Subject, "/")
	var doc dossier.Document
	if _, err := store.Load(ctx, r.Store, dossier.DocumentKey(dossierID, docID), &doc); err != nil {
		return flow.Out{}, err
	}
	if doc.Generation != in.Generation || doc.Stage != Name {
		return in.To(flow.Done), nil
	}
	got, err := r.recognise(ctx, doc)
	if err != nil {
		return flow.Out{}, err
	}
	if got.lost {
		return in.To(flow.Done), r.back(ctx, doc)
	}
	_, err = r.Do(ctx, in.Subject+"/"+Name, act.Digest([]any{in.Subject, Name}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var doc dossier.Document
		rev, err := store.Load(ctx, r.Store, dossier.DocumentKey(dossierID, docID), &doc)
		if err != nil {
			return store.Commit{}, err
		}
		if doc.Stage != Name {
			return store.Commit{}, nil
		}
		c := record(&doc, got, now)
		if err := dossier.Settle(ctx, r.Store, &c, doc, now); err != nil {
			return store.Commit{}, err
		}
		c.Writes = append(c.Writes, dossier.PutDocument(doc, rev))
		if doc.State == dossier.NeedsEyes {
			return c, mail.LeftToPerson(ctx, r.Store, &c, doc.Dossier)
		}
		return c, nil
	})
	if err != nil {
		return flow.Out{}, err
	}
	return in.To(flow.Done), nil
}

// recognise gives the document's reading with its pages recognised. A machine
// that cannot recognise, and a file that is no longer there, give no result.
func (r Room) recognise(ctx context.Context, doc dossier.Document) (result, error) {
	if r.Recogniser == nil || doc.Reading == "" {
		return result{}, nil
	}
	tool, err := r.Recogniser.Tool(ctx)
	if cannot(err) {
		return result{}, nil
	}
	if err != nil {
		return result{}, err
	}
	body, err := r.Objects.GetDigest(ctx, doc.Reading)
	if fault.Is(err, fault.NotFound) && doc.Generation < generations {
		return result{lost: true}, nil
	}
	if err != nil {
		return result{}, err
	}
	var before reading.Reading
	if err := json.Unmarshal(body, &before); err != nil {
		return result{}, fault.Wrap(fault.Internal, Name, err)
	}
	pinned, _, err := r.Objects.Open(ctx, objects.Ref{Bucket: doc.Bucket, Key: doc.ObjectKey, Version: doc.Version})
	if fault.Is(err, fault.NotFound) {
		return result{}, nil
	}
	if err != nil {
		return result{}, err
	}
	defer pinned.Close()
	pdf, err := r.Spool(pinned)
	if err != nil {
		return result{}, fault.Wrap(fault.Transient, Name, err)
	}
	defer pdf.Close()
	pages, err := r.pages(ctx, doc, pdf, before, tool)
	if cannot(err) {
		return result{}, nil
	}
	if err != nil {
		return result{}, err
	}
	after, err := r.Recogniser.Assemble(before, pages)
	if err != nil {
		return result{}, err
	}
	_, secret := after.Secret()
	if !secret && !recognised(after) {
		return result{}, nil
	}
	if body, err = json.Marshal(after); err != nil {
		return result{}, fault.Wrap(fault.Internal, Name, err)
	}
	out := result{reading: after, before: doc.Reading, tool: tool}
	if secret {
		if out.traces, err = r.traces(ctx, doc, pages); err != nil {
			return result{}, err
		}
	}
	out.digest, err = r.Objects.PutDigest(ctx, body)
	return out, err
}

// traces names the facts that hold text of a document: its reading so far and
// the pages that were recognised. What holds only a mark is no text, and is the
// same fact for every document that bears it.
func (r Room) traces(ctx context.Context, doc dossier.Document, read map[int][]byte) ([]string, error) {
	out := []string{doc.Reading}
	pages, err := dossier.RecognisedPages(ctx, r.Store, doc.Dossier, doc.ID)
	for _, p := range pages {
		out = append(out, p.Earlier...)
		text, known := read[p.Page]
		if p.Digest != "" && (!known || r.Recogniser.HasText(text)) {
			out = append(out, p.Digest)
		}
	}
	return out, err
}

// back sends a document whose reading is gone back to be read: the same file
// was uploaded twice, the two shared the reading, and it went with the traces
// of the other. Items: document, message, event, head, log, key: 6.
func (r Room) back(ctx context.Context, seen dossier.Document) error {
	key := act.StageKey("document/"+seen.ID, seen.Generation, "read-again")
	_, err := r.Do(ctx, key, act.Digest([]any{"read-again", seen.ID, seen.Generation}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var d dossier.Document
		rev, err := store.Load(ctx, r.Store, dossier.DocumentKey(seen.Dossier, seen.ID), &d)
		if err != nil || d.Stage != Name || d.Generation != seen.Generation {
			return store.Commit{}, err
		}
		d.Stage, d.Generation, d.Driven = "extract", d.Generation+1, now.UTC()
		return store.Commit{
			Writes: []store.Write{dossier.PutDocument(d, rev)}, Outbox: []store.Message{dossier.StartDocument(d)},
			Events: []evidence.Event{act.Event(dossier.Chain(d.Dossier), "run.redriven", Name, now,
				map[string]any{"subject": d.ID, "stage": d.Stage, "generation": d.Generation})},
		}, nil
	})
	return err
}

// cannot reports that trying again would not help: a person reads the pages.
func cannot(err error) bool { return fault.Is(err, fault.NotFound) || fault.Is(err, fault.Unreadable) }

func recognised(r reading.Reading) bool {
	for _, p := range r.Pages {
		if p.Recognised {
			return true
		}
	}
	return false
}

// record lays the result over the document's record.
func record(doc *dossier.Document, got result, now time.Time) store.Commit {
	doc.State, doc.Stage = dossier.NeedsEyes, ""
	doc.Problem = &dossier.Problem{
		Code:     "needs-person",
		Sentence: "Tệp có trang là ảnh, máy chưa đọc được chữ; hãy nhập các thông tin cần thiết bên cạnh ảnh của trang.",
	}
	data := map[string]any{"document": doc.ID}
	kind := "document.left-to-person"
	if got.digest != "" {
		doc.Reading, doc.Notes = got.digest, nil
		left := 0
		for _, p := range got.reading.Pages {
			if p.NeedsPerson() {
				left++
			}
		}
		for _, p := range got.reading.Problems {
			if p.Severity != reading.Refuse {
				doc.Notes = append(doc.Notes, dossier.Problem{Code: p.Code, Sentence: p.Message, Page: p.Page})
			}
		}
		data = map[string]any{
			"document": doc.ID, "reading": got.digest, "before": got.before, "tool": got.tool,
			"pages": len(got.reading.Pages), "unread": left,
		}
		if p, secret := got.reading.Secret(); secret {
			doc.Problem = &dossier.Problem{Code: p.Code, Sentence: p.Message, Page: p.Page}
			data["problem"] = p.Code
			doc.Traces, doc.Collect = got.traces, now.UTC()
		}
		refusal, refused := got.reading.Refusal()
		switch {
		case refused && refusal.Code == reading.CodeSecret:
			doc.Bar(refusal.Page, now)
			kind, data["problem"] = "document.refused", refusal.Code
		case refused:
			doc.State, kind = dossier.Rejected, "document.refused"
			doc.Problem = &dossier.Problem{Code: refusal.Code, Sentence: refusal.Message, Page: refusal.Page}
			data["problem"] = refusal.Code
		case left == 0 && len(got.reading.Documents) > 0:
			doc.State, doc.Problem, kind = dossier.Read, nil, "document.recognized"
		}
	}
	return store.Commit{Events: []evidence.Event{act.Event(dossier.Chain(doc.Dossier), kind, Name, now, data)}}
}
