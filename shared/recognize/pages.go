package recognize

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/reading"
	"hoso/shared/store"
)

// pages recognises the pages of a document that nobody could read, one after
// the other, and gives them by number. What is done is kept at once and not
// done again, whoever dies.
func (r Room) pages(ctx context.Context, doc dossier.Document, pdf *os.File, before reading.Reading, tool string) (map[int][]byte, error) {
	var todo []reading.Page
	for _, p := range before.Pages {
		if p.NeedsPerson() && len(todo) < MaxPages {
			todo = append(todo, p)
		}
	}
	basis := act.Digest([]string{doc.Reading, tool})
	done, err := r.done(ctx, doc, basis)
	if err != nil {
		return nil, err
	}
	hopeless, err := r.begin(ctx, doc, basis, len(done))
	if err != nil {
		return nil, err
	}
	end := r.Now().Add(Attempt)
	out := map[int][]byte{}
	for _, p := range todo {
		text, ok := done[p.N]
		switch {
		case ok:
		case hopeless:
			hopeless = false
			err = r.keep(ctx, doc, dossier.RecognisedPage{Page: p.N, Of: len(todo), Basis: basis})
		case !r.Now().Before(end):
			return nil, &fault.Error{Kind: fault.Unfinished, Op: Name, Err: fmt.Errorf("%d of %d pages", len(done), len(todo))}
		default:
			if text, err = r.page(ctx, doc, pdf, p, len(todo), basis); err != nil {
				return nil, errors.Join(err, r.lived(context.WithoutCancel(ctx), doc))
			}
			done[p.N] = text
		}
		if err != nil {
			return nil, err
		}
		if len(text) > 0 {
			out[p.N] = text
		}
	}
	return out, nil
}

// page recognises one page and keeps what it gives.
func (r Room) page(ctx context.Context, doc dossier.Document, pdf *os.File, p reading.Page, of int, basis string) ([]byte, error) {
	short, cancel := context.WithTimeout(ctx, PageLimit)
	text, err := r.Recogniser.Page(short, pdf, p)
	tooLong := errors.Is(short.Err(), context.DeadlineExceeded) && ctx.Err() == nil
	cancel()
	kept := dossier.RecognisedPage{Page: p.N, Of: of, Basis: basis}
	switch {
	case fault.Is(err, fault.Unreadable), err != nil && tooLong:
		text = nil
	case err != nil:
		return nil, err
	case len(text) > 0:
		if kept.Digest, err = r.Objects.PutDigest(ctx, text); err != nil {
			return nil, err
		}
	}
	return text, r.keep(ctx, doc, kept)
}

// done gives what earlier attempts kept, by page; nothing for a page that
// could not be read. A page whose fact is gone is not done: documents with the
// same page share it, and it went with the traces of another.
func (r Room) done(ctx context.Context, doc dossier.Document, basis string) (map[int][]byte, error) {
	all, err := dossier.RecognisedPages(ctx, r.Store, doc.Dossier, doc.ID)
	if err != nil {
		return nil, err
	}
	out := map[int][]byte{}
	for _, p := range all {
		if p.Basis != basis {
			continue
		}
		var text []byte
		if p.Digest != "" {
			text, err = r.Objects.GetDigest(ctx, p.Digest)
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
		}
		out[p.Page] = text
	}
	return out, nil
}

// keep records a page. Items: page, key: 2.
func (r Room) keep(ctx context.Context, doc dossier.Document, p dossier.RecognisedPage) error {
	key := dossier.RecognisedPageKey(doc.Dossier, doc.ID, p.Page)
	seen, err := r.revision(ctx, key, &dossier.RecognisedPage{})
	if err != nil {
		return err
	}
	// With the revision: a page may be kept again whose fact is gone.
	subject := fmt.Sprintf("%s/%s/%s/%d/%d", dossier.Subject(doc.Dossier, doc.ID), Name, p.Basis[:16], p.Page, seen)
	_, err = r.Do(ctx, subject, act.Digest([]any{"page", subject}), func(ctx context.Context, _ time.Time) (store.Commit, error) {
		var old dossier.RecognisedPage
		rev, err := r.revision(ctx, key, &old)
		put := p
		put.Earlier = old.Earlier
		if old.Digest != "" && old.Digest != p.Digest {
			put.Earlier = append(slices.Clone(old.Earlier), old.Digest)
		}
		return store.Commit{Writes: []store.Write{store.Put(key, rev, put)}}, err
	})
	return err
}

// begin counts the attempt, and says whether too many ended with their process
// since the last page was done. Items: count, key: 2.
func (r Room) begin(ctx context.Context, doc dossier.Document, basis string, done int) (hopeless bool, err error) {
	key := dossier.RecognitionAttemptKey(doc.Dossier, doc.ID)
	var a dossier.RecognitionAttempt
	rev, err := r.revision(ctx, key, &a)
	if err != nil {
		return false, err
	}
	if a.Basis != basis || a.Done != done {
		a = dossier.RecognitionAttempt{Basis: basis, Done: done}
	}
	a.Tries++
	subject := fmt.Sprintf("%s/%s/attempt/%d", dossier.Subject(doc.Dossier, doc.ID), Name, rev+1)
	_, err = r.Do(ctx, subject, act.Digest([]any{"attempt", subject}), func(context.Context, time.Time) (store.Commit, error) {
		return store.Commit{Writes: []store.Write{store.Put(key, rev, a)}}, nil
	})
	if fault.Is(err, fault.Conflict) { // another attempt began beside this one and counts for both
		err = nil
	}
	return a.Tries > maxTries, err
}

// lived takes an attempt out of the count that ended with an error and not
// with its process: an outage costs no page its reading.
func (r Room) lived(ctx context.Context, doc dossier.Document) error {
	key := dossier.RecognitionAttemptKey(doc.Dossier, doc.ID)
	var a dossier.RecognitionAttempt
	rev, err := r.revision(ctx, key, &a)
	if err != nil || rev == 0 {
		return err
	}
	a.Tries--
	subject := fmt.Sprintf("%s/%s/attempt/%d", dossier.Subject(doc.Dossier, doc.ID), Name, rev+1)
	_, err = r.Do(ctx, subject, act.Digest([]any{"lived", subject}), func(context.Context, time.Time) (store.Commit, error) {
		return store.Commit{Writes: []store.Write{store.Put(key, rev, a)}}, nil
	})
	if fault.Is(err, fault.Conflict) {
		err = nil
	}
	return err
}

// revision reads a record that may not be there.
func (r Room) revision(ctx context.Context, key store.Key, into any) (int64, error) {
	rev, err := store.Load(ctx, r.Store, key, into)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	return rev, err
}
