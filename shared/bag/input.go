package bag

import (
	"bytes"
	"context"
	"io"
	"time"

	"hoso/shared/evidence"
)

// Input is everything that goes into a package.
type Input struct {
	// Name is the folder inside the ZIP, such as "ho-so-0192…"; see SafeName.
	Name string
	// Title heads the page for people.
	Title string
	// At is when the package is sealed: the only time in it that is not data.
	At time.Time
	// Facts and Tables are what people read first; they go to the page and to
	// ho-so.json as they are.
	Facts  []Fact
	Tables []Table
	// Files are the payload, except what this package writes itself.
	Files []File
	// Chain is the subject's chain and Events its whole history from #1.
	Chain  string
	Events []evidence.Placed
	// Related are single events of other chains that bear on the subject, in
	// order of chain and place.
	Related []evidence.Placed
	// Texts are the personal texts behind commitments of Events and Related.
	// A commitment without one must be recorded as erased by an event.
	Texts []Text
	// Types and Actors give Vietnamese names to event types and actor ids on
	// the page; what is missing is shown as it is.
	Types  map[string]string
	Actors map[string]string
	// Proofs must hold one proof for each of Events and Related, under the
	// head of Checkpoint.
	Proofs []evidence.Inclusion
	// Checkpoint is the signed checkpoint and Key the public key line of its
	// signer, for comparison with the key that the reader got otherwise.
	Checkpoint []byte
	Key        string
}

// Fact is one line of the summary.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Table is one table of the summary.
type Table struct {
	Title   string     `json:"title"`
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
}

// File is one payload file.
type File struct {
	// Path is its place below data/, with slashes, such as
	// "originals/r01/01-to-trinh.pdf"; see SafeName for each part of it.
	Path string
	// Title says in Vietnamese what it is; Name is what its owner called it.
	Title string
	Name  string
	// SHA256 is what the bytes must have, in hex; "" if nothing is known.
	SHA256 string
	// Proof names the event whose line holds SHA256 and so binds the file to
	// the history; nil if none does.
	Proof *Ref
	// Open gives the bytes; it is called twice.
	Open func(ctx context.Context) (io.ReadCloser, error)
}

// Ref names an event.
type Ref struct {
	Chain string `json:"chain"`
	Seq   int64  `json:"seq"`
}

// Text is a personal text with the commitment that it opens.
type Text struct {
	Chain      string              `json:"chain"`
	Commitment evidence.Commitment `json:"commitment"`
	evidence.Text
}

// Sealed says what was written.
type Sealed struct {
	SHA256 string // of the ZIP
	Size   int64  // of the ZIP, bytes
	Bag    string // SHA-256 of tagmanifest-sha256.txt: binds every other file
	Files  int    // payload files
}

// Bytes makes a file of bytes at hand.
func Bytes(path, title string, data []byte) File {
	return File{Path: path, Title: title, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	}}
}

// Limits of a package, for writing and for reading.
const (
	MaxFiles  = 20000
	MaxFile   = 2 << 30  // bytes of one file
	MaxTotal  = 16 << 30 // bytes of all files
	MaxMember = 64 << 20 // bytes of a file that is read into memory
)

// Files of a package beside those of Input, relative to its folder.
const (
	BagFile         = "bagit.txt"
	InfoFile        = "bag-info.txt"
	ReadmeFile      = "README.txt"
	ManifestFile    = "manifest-sha256.txt"
	TagManifestFile = "tagmanifest-sha256.txt"
	PageFile        = "data/ho-so.html"
	SummaryFile     = "data/ho-so.json"
	EventsFile      = "data/history/events.jsonl"
	RelatedFile     = "data/history/related.jsonl"
	TextsFile       = "data/history/texts.jsonl"
	ProofsFile      = "data/log/proofs.jsonl"
	CheckpointFile  = "data/log/checkpoint.txt"
	KeyFile         = "data/log/key.txt"
	SealEventFile   = "seal/event.jsonl"
	SealProofFile   = "seal/proof.jsonl"
	SealCheckpoint  = "seal/checkpoint.txt"
)

// Format is the value of "format" in ho-so.json.
const Format = "ho-so/1"

// Summary is ho-so.json.
type Summary struct {
	Format   string      `json:"format"`
	Name     string      `json:"name"`
	Title    string      `json:"title"`
	SealedAt string      `json:"sealed_at"`
	Chain    string      `json:"chain"`
	Facts    []Fact      `json:"facts"`
	Tables   []Table     `json:"tables"`
	Files    []FileEntry `json:"files"`
}

// FileEntry is a payload file in ho-so.json.
type FileEntry struct {
	Path   string `json:"path"` // relative to the package's folder: data/…
	Title  string `json:"title"`
	Name   string `json:"name,omitempty"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Event  *Ref   `json:"event,omitempty"`
}
