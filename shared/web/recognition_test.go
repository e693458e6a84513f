package web_test

import (
	"context"
	"strings"
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/recognize"
	"hoso/shared/store"
)

// TestLongRecognitionShowsHowFarItIs on the page and in the API, until it ends.
func TestLongRecognitionShowsHowFarItIs(t *testing.T) {
	w, b, _, _ := unitTown(t)
	id := b.draft()
	doc := b.send2S3(id, "quét.pdf", dossier.Report, samplePDF)
	w.arrived(id, doc)
	var d dossier.Document
	rev, err := store.Load(context.Background(), w.store, dossier.DocumentKey(id, doc), &d)
	if err != nil {
		t.Fatal(err)
	}
	d.State, d.Stage = dossier.Pinned, recognize.Name
	c := store.Commit{Key: w.key(), Request: "r", At: w.clock(), Writes: []store.Write{dossier.PutDocument(d, rev)}}
	for n := range 3 {
		c.Writes = append(c.Writes, store.Put(dossier.RecognisedPageKey(id, doc, n+2), 0, dossier.RecognisedPage{Page: n + 2, Of: 12, Basis: "b"}))
	}
	if _, err := w.store.Commit(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	b.get("/dossiers/"+id+"/files").want(t, 200, "đã nhận dạng 3/12 trang")
	b.get("/api/dossiers/"+id+"/documents").want(t, 200, `"recognised":3,"toRecognise":12`)
	w.read(id, doc, letter())
	got := b.get("/api/dossiers/" + id + "/documents")
	got.want(t, 200, `"settled":true`)
	if strings.Contains(got.body, "toRecognise") {
		t.Error("what is read is still shown as being recognised")
	}
}
