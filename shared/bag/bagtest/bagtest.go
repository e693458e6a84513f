// Package bagtest makes packages for tests: a small dossier with a history, a
// log around it, texts, files and a key, all from a seed.
package bagtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"hoso/shared/bag"
	"hoso/shared/evidence"
)

// Origin is the name of the log.
const Origin = "hoso.example.gov.vn/log"

// World is a log in memory with a key, and the chains that it holds.
type World struct {
	t       testing.TB
	now     time.Time
	heads   map[string]evidence.Head
	head    evidence.LogHead
	tiles   map[evidence.TileID][]byte
	entries map[int64][]evidence.LogEntry
	index   map[string]int64
	signer  evidence.Signer
	Key     string
	serial  byte
}

// New makes an empty world; the seed decides its key.
func New(t testing.TB, seed string) *World {
	private, public, err := evidence.NewKey(rand.NewChaCha8(sha256.Sum256([]byte(seed))), Origin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := evidence.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	return &World{
		t: t, now: time.Date(2025, 3, 4, 1, 0, 0, 0, time.UTC), heads: map[string]evidence.Head{}, signer: signer, Key: public,
		tiles: map[evidence.TileID][]byte{}, entries: map[int64][]evidence.LogEntry{}, index: map[string]int64{},
	}
}

// Event records an event and takes it into the log.
func (w *World) Event(chain, kind string, data any, texts map[string]evidence.Commitment) evidence.Placed {
	w.t.Helper()
	body, err := json.Marshal(data)
	if err != nil {
		w.t.Fatal(err)
	}
	w.now = w.now.Add(time.Minute)
	p, err := evidence.Place(w.heads[chain], evidence.Event{Chain: chain, Type: kind, Actor: "p1", At: w.now, Data: body, Texts: texts})
	if err != nil {
		w.t.Fatal(err)
	}
	w.heads[chain] = p.Head()
	edge := map[evidence.TileID][]byte{}
	for _, id := range evidence.Edge(w.head.Size) {
		edge[id] = w.tiles[id]
	}
	var last []evidence.LogEntry
	if n, part := evidence.LastEntries(w.head.Size); part {
		last = w.entries[n]
	}
	g, err := evidence.Append(w.head, edge, last, []evidence.LogEntry{p.Logged()})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, tile := range g.Tiles {
		w.tiles[tile.TileID] = tile.Data
	}
	for _, tile := range g.Entries {
		w.entries[tile.N] = tile.Entries
	}
	w.index[p.Hash], w.head = w.head.Size, g.Head
	return p
}

// Text salts a text.
func (w *World) Text(chain, text string) bag.Text {
	w.t.Helper()
	w.serial++
	t := evidence.Text{Salt: hex.EncodeToString(bytes.Repeat([]byte{w.serial}, 32)), Text: text}
	c, err := t.Commit()
	if err != nil {
		w.t.Fatal(err)
	}
	return bag.Text{Chain: chain, Commitment: c, Text: t}
}

// Checkpoint signs the log as it is.
func (w *World) Checkpoint() []byte {
	w.t.Helper()
	signed, err := evidence.Checkpoint{Origin: Origin, Head: w.head, At: w.now}.Sign(w.signer)
	if err != nil {
		w.t.Fatal(err)
	}
	return signed
}

// Proof proves an event in the log as it is.
func (w *World) Proof(p evidence.Placed) evidence.Inclusion {
	w.t.Helper()
	path, err := evidence.ProveInclusion(w.head, w.index[p.Hash], func(ids []evidence.TileID) ([][]byte, error) {
		out := make([][]byte, len(ids))
		for i, id := range ids {
			out[i] = w.tiles[id]
		}
		return out, nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return evidence.Inclusion{LogEntry: p.Logged(), Index: w.index[p.Hash], Path: path}
}

// Noise takes n events of other chains into the log.
func (w *World) Noise(n int) {
	for i := range n {
		w.Event(fmt.Sprintf("dossier/other-%d", i%5), "dossier.seen", map[string]int{"n": i}, nil)
	}
}

// Dossier records a small dossier and gives the input of its package: five
// events, two texts of which one was erased, one related event, four files.
func (w *World) Dossier() bag.Input {
	const chain = "dossier/0192a"
	letter := []byte("%PDF-1.7 tờ trình\n")
	minutes := make([]byte, 100_000)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(minutes)
	w.Noise(300)
	kept, gone := w.Text(chain, "Đề nghị bổ sung xác nhận của <thủ trưởng> & con dấu."), w.Text(chain, "Nội dung phải xóa")
	var events []evidence.Placed
	add := func(kind string, data any, texts map[string]evidence.Commitment) {
		events = append(events, w.Event(chain, kind, data, texts))
		w.Noise(3)
	}
	add("dossier.opened", map[string]string{"round": "r1"}, nil)
	add("document.pinned", map[string]string{"sha256": sum(letter)}, nil)
	add("document.pinned", map[string]string{"sha256": sum(minutes)}, nil)
	add("dossier.returned", nil, map[string]evidence.Commitment{"reason": kept.Commitment, "note": gone.Commitment})
	add(evidence.TextErased, evidence.Erasure{Texts: []evidence.Commitment{gone.Commitment}}, nil)
	related := w.Event("round/r1", "round.decided", map[string]string{"number": "12/QĐ-UBND"}, nil)
	w.Noise(7)
	in := bag.Input{
		Name: "ho-so-0192a", Title: "Hồ sơ của Trường THCS Đức Xuân", At: w.now, Chain: chain, Events: events,
		Related: []evidence.Placed{related}, Texts: []bag.Text{kept}, Checkpoint: w.Checkpoint(), Key: w.Key,
		Facts:  []bag.Fact{{Label: "Kết quả", Value: "Không được lựa chọn"}},
		Tables: []bag.Table{{Title: "Đề nghị khen thưởng", Columns: []string{"Tên", "Loại"}, Rows: [][]string{{"Nguyễn Thị <Hòa>", "Cá nhân"}}}},
		Types:  map[string]string{"dossier.opened": "Mở hồ sơ"}, Actors: map[string]string{"p1": "Lê Văn Tám"},
		Files: []bag.File{
			file("originals/r01/01-Tờ trình số 5.pdf", "Tờ trình", letter, &bag.Ref{Chain: chain, Seq: 2}),
			file("originals/r01/02-bien-ban.pdf", "Biên bản", minutes, &bag.Ref{Chain: chain, Seq: 3}),
			bag.Bytes("findings/r01.json", "Lỗi đã nêu", []byte("[]\n")),
			bag.Bytes("mails/0001.eml", "Thư đã gửi", []byte("Subject: x\n\n")),
		},
	}
	for _, p := range append(append([]evidence.Placed(nil), events...), related) {
		in.Proofs = append(in.Proofs, w.Proof(p))
	}
	return in
}

// Seal records the event that seals a package and gives the seal.
func (w *World) Seal(chain string, s bag.Sealed) bag.Seal {
	p := w.Event(chain, "dossier.sealed", map[string]string{"package": s.SHA256, "bag": s.Bag}, nil)
	w.Noise(2)
	return bag.Seal{Event: p, Proof: w.Proof(p), Checkpoint: w.Checkpoint(), Key: w.Key}
}

// Write writes a package to memory.
func Write(t testing.TB, in bag.Input) ([]byte, bag.Sealed) {
	t.Helper()
	var b bytes.Buffer
	s, err := bag.Write(context.Background(), &b, in)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), s
}

func file(path, title string, data []byte, proof *bag.Ref) bag.File {
	f := bag.Bytes(path, title, data)
	f.SHA256, f.Proof, f.Name = sum(data), proof, strings.ToUpper(title)+".PDF"
	return f
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}
