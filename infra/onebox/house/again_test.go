package house

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hoso/shared/erasure"
	"hoso/shared/evidence"
	"hoso/shared/objects"
	"hoso/shared/onebox/backup"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/verify"
)

// TestAnErasedTextDoesNotComeBackUnseen copies a folder while a text stands in
// it, erases the text, loses the folder and restores the copy: with the notes
// of the lost folder the text goes again before anything is served; without
// them whoever has one is told.
func TestAnErasedTextDoesNotComeBackUnseen(t *testing.T) {
	const why = "Bà Lê Thị Ánh đang điều trị dài ngày."
	ctx := context.Background()
	p := newPlay(t, "S01", "S02")
	lost := p.dir
	p.close()
	if err := p.h.rooms.selection.PrepareNone(ctx, "none", p.admin, theRound, why); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	if err := backup.Make(ctx, lost, copied, backup.Options{Keys: true}); err != nil {
		t.Fatal(err)
	}
	p.erase("it", "", why)
	outside := filepath.Join(lost, Checkpoints)
	eventually(t, "noted outside", func() bool { k, err := KeptHere(lost); return err == nil && len(k.Erased) == 1 })
	p.h.end(t)
	kept, err := ReadKept(outside)
	if err != nil {
		t.Fatal(err)
	}
	if note := string(kept.Erased[0].Data); strings.Contains(note, "Ánh") || !strings.Contains(note, "round/"+theRound+" ") {
		t.Errorf("the note says\n%s", note)
	}

	// Nobody knows of it: the text is back, and who has the note finds it.
	silent := filepath.Join(t.TempDir(), "silent")
	if _, err := Restore(ctx, copied, silent, backup.Options{}, Kept{}); err != nil {
		t.Fatal(err)
	}
	if n := cameBack(t, silent, kept); n != 1 || !slices.Contains(found(t, silent, kept.Erased), "text-returned") {
		t.Errorf("%d texts are back, %v", n, found(t, silent, kept.Erased))
	}
	if codes := found(t, silent, nil); len(codes) > 0 {
		t.Errorf("without the note: %v", codes)
	}
	// The note is laid beside the data: it goes before anything is served.
	if err := os.WriteFile(filepath.Join(silent, Checkpoints, kept.Erased[0].Name), kept.Erased[0].Data, 0o600); err != nil {
		t.Fatal(err)
	}
	if n := cameBack(t, silent, Kept{}); n != 1 {
		t.Errorf("the note beside the data finds %d", n)
	}
	h := openHouse(t, silent)
	if n := cameBack(t, silent, kept); n != 0 {
		t.Error("it is served again")
	}
	h.end(t)
	p.nowhere(silent, why, kept)

	// The restore is told: it never gets into the folder.
	named := filepath.Join(t.TempDir(), "named")
	if _, err := Restore(ctx, copied, named, backup.Options{}, kept); err != nil {
		t.Fatal(err)
	}
	p.nowhere(named, why, kept)
	if k, err := KeptHere(named); err != nil || len(k.Erased) != 1 {
		t.Errorf("the next copy would not know of it: %d notes, %v", len(k.Erased), err)
	}
	h = openHouse(t, named)
	served := 0
	if err := h.Objects.Walk(ctx, Inbox, "", func(i objects.Info) error { served++; return nil }); err != nil || served == 0 {
		t.Errorf("the restored folder serves %d uploads, %v", served, err)
	}
	h.end(t)

	// A copy without keys signs with a new one, and what the old one signed
	// still counts.
	if err := os.RemoveAll(filepath.Join(named, "keys")); err != nil {
		t.Fatal(err)
	}
	openHouse(t, named).end(t)
	if codes := found(t, named, kept.Erased); len(codes) > 0 {
		t.Errorf("without its keys: %v", codes)
	}

	forged := kept
	last := slices.Clone(kept.Erased[0].Data)
	last[len(last)/2] ^= 1
	forged.Erased = []verify.Note{{Name: "erased-forged.txt", Data: last}}
	if _, err := Restore(ctx, copied, filepath.Join(t.TempDir(), "forged"), backup.Options{}, forged); err == nil {
		t.Error("a forged note was taken")
	}

	// The log of the lost folder went on under another key, which only its own
	// copy names.
	origin := p.h.log.Origin
	private, public, err := evidence.NewKey(entropy{}, origin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := evidence.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	old, err := evidence.ParseKeys(kept.Keys)
	if err != nil {
		t.Fatal(err)
	}
	g, err := old.OpenGone(kept.Erased[0].Data)
	if err != nil {
		t.Fatal(err)
	}
	text, err := g.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	late := Kept{Keys: []byte(public + "\n"), Erased: []verify.Note{{Name: "erased-later.txt", Data: text}}}
	other := filepath.Join(t.TempDir(), "other")
	if _, err := Restore(ctx, copied, other, backup.Options{}, Kept{Erased: late.Erased}); err == nil {
		t.Error("a note was taken whose key nobody named")
	}
	if _, err := Restore(ctx, copied, other, backup.Options{}, late); err != nil {
		t.Fatal(err)
	}
	if k, err := KeptHere(other); err != nil || !strings.Contains(string(k.Keys), strings.TrimSpace(public)) {
		t.Errorf("the later key does not lie beside the data: %v", err)
	}
	if n := cameBack(t, other, Kept{}); n != 0 {
		t.Errorf("%d texts are back", n)
	}

	// A note that cannot be read: nobody knows what came back.
	if err := os.WriteFile(filepath.Join(other, Checkpoints, "erased-torn.txt"), []byte("erased"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, Config{Data: other, Demo: true, Log: testLog(), PublicURL: "http://portal.test", SenderName: "Hồ sơ", SenderEmail: "hoso@portal.test"}); err == nil || !strings.Contains(err.Error(), "erased-torn.txt") {
		t.Errorf("opened although a note of an erasure cannot be read: %v", err)
	}
}

// nowhere looks for a text in every file of a folder and lets an auditor check it.
func (p *play) nowhere(data, text string, kept Kept) {
	p.t.Helper()
	p.dir = data
	if in := p.holding(text); len(in) > 0 {
		p.t.Errorf("%s: still in %v", data, in)
	}
	if codes := found(p.t, data, kept.Erased); len(codes) > 0 {
		p.t.Errorf("%s: %v", data, codes)
	}
}

func cameBack(t testing.TB, data string, kept Kept) (n int) {
	t.Helper()
	r, err := sqlitestore.OpenReader(t.Context(), filepath.Join(data, "hoso.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	known, err := KnownErased(data, kept)
	if err != nil {
		t.Fatal(err)
	}
	back, err := erasure.CameBack(t.Context(), r, known)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range back {
		n += len(b.Refs)
	}
	return n
}

// found gives the codes of what an auditor finds in a folder.
func found(t testing.TB, data string, erased []verify.Note) (codes []string) {
	t.Helper()
	ctx := context.Background()
	key, err := RowKey(data)
	if err != nil {
		t.Fatal(err)
	}
	r, err := sqlitestore.OpenReader(ctx, filepath.Join(data, "hoso.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	here, err := KeptHere(data)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := evidence.ParseKeys(here.Keys)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := verify.Verify(ctx, verify.Sources{
		Store: r, Keys: here.Keys, RowKey: key, Files: here.Checkpoints, Erased: here.Erased, HaveFiles: true,
		Objects: s3gateway.Disk{Dir: data}, Refs: verify.RecordRefs(Archive), Checks: []verify.Check{verify.Places(), verify.Counts()},
	}, verify.Options{Keys: keys, Erased: erased})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range rep.Findings {
		codes = append(codes, f.Code)
	}
	return codes
}
