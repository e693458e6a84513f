// Package corpus makes nomination dossiers with the truth about them, to
// measure the reader with. Every dossier comes from its seed alone: the same
// seed gives the same dossier, whatever was made before it. No real person
// appears; units have real-sounding names and do invented things.
//
// A dossier is content first: blocks of text in reading order, with the truth
// of their fields. Package paper sets it on pages; pdfout, web and scan make
// files of the pages as unlike producers do. Layouts (wording, order, form of
// lists) are numbered; those from HeldOut on use wordings that no layout below
// has, and nothing is ever fitted to them.
package corpus

import (
	"fmt"
	"math/rand/v2"
)

// HeldOut is the first layout that is kept from all fitting.
const HeldOut = 1000

// Finding is a fault that a check must tell, in the scorer's terms.
type Finding struct {
	Code    string   `json:"code"`
	Nominee string   `json:"nominee,omitempty"`
	File    string   `json:"file,omitempty"`
	Names   []string `json:"names,omitempty"`
	Kind    string   `json:"loai,omitempty"`
}

// Rules are the campaign's rules that a dossier is held to.
type Rules struct {
	Threshold int            `json:"vote_threshold_pct"`
	Base      string         `json:"vote_base"`
	Council   int            `json:"council_size"`
	Quota     map[string]int `json:"quota"`
}

// Truth is the truth about one document, by the names of the schema.
type Truth map[string]any

// Document is one document: its truth and its text.
type Document struct {
	Truth  Truth
	Blocks []Block
}

// File is one PDF of a dossier, before it is set.
type File struct {
	Name      string // with ".pdf"
	Slot      string // to_trinh, bien_ban, bao_cao
	Documents []Document
}

// Dossier is one dossier.
type Dossier struct {
	ID       string
	Seed     uint64
	Layout   int
	Agency   string
	Rules    Rules
	Files    []File
	Expected []Finding
	Faults   []string // names of the faults that were sown
}

// Held reports whether the layout is kept from fitting.
func (d *Dossier) Held() bool { return d.Layout >= HeldOut }

// Wish is what a dossier shall be like beside its seed.
type Wish struct {
	ID     string
	Seed   uint64
	Held   bool
	Faults int  // how many faults are sown
	Scan   bool // the file will be a picture: pen, stamps and seals are possible
	Notes  bool // number and day are drawn by annotations
	Legacy bool // only letters that the legacy encodings have
	// Secret makes only the letter, with one of the three secrecy stamps under
	// its number: nothing of it may be read.
	Secret bool
}

// dice are the two sources of chance: look decides what belongs to a layout,
// the embedded one what belongs to this dossier.
type dice struct {
	*rand.Rand
	look  *rand.Rand
	held  bool
	scan  bool
	notes bool
	old   bool // legacy letters only
}

// of picks a value that belongs to the dossier.
func of[T any](d *dice, pool ...T) T { return pool[d.IntN(len(pool))] }

// style picks a value that belongs to the layout. Layouts that are fitted to
// never see the last third of a pool.
func style[T any](d *dice, pool ...T) T {
	n := len(pool)
	if !d.held && n > 1 {
		n = (2*n + 2) / 3
	}
	return pool[d.look.IntN(n)]
}

// layouts is how many layouts each half has.
const layouts = 60

// Layout is the number of the layout that a wish's dossier has.
func (w Wish) Layout() int {
	layout := int(rand.NewPCG(w.Seed, 5).Uint64() % layouts)
	if w.Held {
		layout += HeldOut
	}
	return layout
}

// Make makes the dossier of a wish.
func Make(w Wish) Dossier {
	layout := w.Layout()
	d := &dice{
		Rand: rand.New(rand.NewPCG(w.Seed, 0x9e3779b97f4a7c15)),
		look: rand.New(rand.NewPCG(uint64(layout), 0xd1b54a32d192ed03)),
		held: w.Held, scan: w.Scan, notes: w.Notes, old: w.Legacy,
	}
	c := newCase(d)
	c.sow(w.Faults)
	out := c.assemble()
	if w.Secret {
		out.stamp(of(d, "MẬT", "TỐI MẬT", "TUYỆT MẬT"))
	}
	out.ID, out.Seed, out.Layout = w.ID, w.Seed, layout
	return out
}

// two writes a number with two digits, as counts in letters are written.
func two(n int) string { return fmt.Sprintf("%02d", n) }

// stamp leaves only the letter, stamped with a secrecy mark.
func (d *Dossier) stamp(mark string) {
	for _, f := range d.Files {
		if f.Slot != "to_trinh" {
			continue
		}
		doc := f.Documents[0]
		doc.Truth["do_mat"] = mark
		head := &doc.Blocks[0]
		head.Left = append(head.Left, Line{Text: string(Rubber) + mark + string(End), Bold: true, Size: 15})
		f.Documents = []Document{doc}
		d.Files = []File{f}
		return
	}
}
