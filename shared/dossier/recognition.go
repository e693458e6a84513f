package dossier

import (
	"context"
	"fmt"

	"hoso/shared/store"
)

// RecognisedPage is one page of a document whose recognition is done and kept
// while the other pages are recognised.
type RecognisedPage struct {
	Page   int    `json:"page"`
	Of     int    `json:"of"`               // pages to be recognised in the document
	Basis  string `json:"basis"`            // digest of the reading and the tool it was made from
	Digest string `json:"digest,omitempty"` // what was recognised; "": nothing could be read
	// Earlier are what the page was recognised as before, by another tool or
	// from another reading: their text is still kept.
	Earlier []string `json:"earlier,omitempty"`
}

// RecognitionAttempt counts how often recognition of a document was begun
// since the last page of it was done: a page that ends the process every time
// is left to a person.
type RecognitionAttempt struct {
	Basis string `json:"basis"`
	Done  int    `json:"done"` // pages done when it began
	Tries int    `json:"tries"`
}

// RecognitionPart is where the recognition of a dossier's documents is.
func RecognitionPart(dossier string) string { return "recognition/" + dossier }

// RecognitionPrefix begins the Sort of every page of a document in RecognitionPart.
func RecognitionPrefix(document string) string { return document + "/page/" }

// RecognisedPageKey is where one page is.
func RecognisedPageKey(dossier, document string, page int) store.Key {
	return store.Key{Part: RecognitionPart(dossier), Sort: fmt.Sprintf("%s%05d", RecognitionPrefix(document), page)}
}

// RecognitionAttemptKey is where a document's attempts are counted.
func RecognitionAttemptKey(dossier, document string) store.Key {
	return store.Key{Part: RecognitionPart(dossier), Sort: document + "/attempt"}
}

// RecognisedPages gives the pages of a document that are done, in order.
func RecognisedPages(ctx context.Context, r store.Reader, dossier, document string) ([]RecognisedPage, error) {
	var out []RecognisedPage
	for page := (store.Page{Prefix: RecognitionPrefix(document)}); ; {
		s, err := r.List(ctx, RecognitionPart(dossier), page)
		if err != nil {
			return nil, err
		}
		for _, rec := range s.Records {
			var p RecognisedPage
			if err := rec.Decode(&p); err != nil {
				return nil, err
			}
			out = append(out, p)
		}
		if page.After = s.Next; s.Next == "" {
			return out, nil
		}
	}
}
