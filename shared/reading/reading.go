package reading

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"time"
)

// Tool names the version of the reader. It changes whenever the same bytes
// could give another Reading, so that stored readings can be told apart.
const Tool = "hoso-reader/1"

// Reader reads one PDF that is already open. Implementations run the parser
// where it can be killed. The error is a fault.Error: Unreadable with the
// code and sentence of a Problem when the document itself cannot be read,
// Transient or Internal when the reader failed. The Reading is meaningful
// also beside an Unreadable error: it says what was seen before it stopped.
type Reader interface {
	Read(ctx context.Context, pdf *os.File) (Reading, error)
}

// Reading is what was read from one PDF.
type Reading struct {
	SHA256     string      `json:"sha256"` // of the bytes read, lower-case hexadecimal
	Size       int64       `json:"size"`   // in bytes
	Tool       string      `json:"tool"`   // the constant Tool at the time of reading
	Pages      []Page      `json:"pages"`
	Documents  []Document  `json:"documents"`
	Signatures []Signature `json:"signatures,omitempty"`
	// Trust names the set of anchors the signatures were judged by; "" for none.
	Trust    string    `json:"trust,omitempty"`
	Problems []Problem `json:"problems,omitempty"`
}

// Quality says where the text of a page comes from, and so who must read it.
type Quality string

const (
	// Text: the page has a text layer that can be trusted.
	Text Quality = "text"
	// Scan: the page is a picture; nothing on it was read.
	Scan Quality = "scan"
	// OCR: the page is a picture with somebody else's invisible text behind it;
	// that text was not used.
	OCR Quality = "ocr"
	// Unmapped: the letters are drawn but their codes stand for nothing known.
	Unmapped Quality = "unmapped"
	// Legacy: text in a legacy Vietnamese encoding, decoded.
	Legacy Quality = "legacy"
	// Mixed: text beside a picture that fills much of the page and may hold more text.
	Mixed Quality = "mixed"
	// Empty: nothing is drawn.
	Empty Quality = "empty"
)

// Read reports whether the text of a page of this quality was used.
func (q Quality) Read() bool { return q == Text || q == Legacy || q == Mixed }

// Page is one page as shown: turned by its own rotation, measured in points
// from its top left corner.
type Page struct {
	N       int     `json:"n"` // from 1
	Quality Quality `json:"quality"`
	Width   float64 `json:"width"`
	Height  float64 `json:"height"`
	// Text is the page in reading order; columns left before right, table
	// cells apart by tabs. Page numbers are left out.
	Text string `json:"text"`
	// Recognised is true when the text was recognised from the picture.
	Recognised bool `json:"recognised,omitempty"`
}

// NeedsPerson reports whether the page has content that was not read.
func (p Page) NeedsPerson() bool { return !p.Quality.Read() && p.Quality != Empty && !p.Recognised }

// Box is a rectangle in points from the page's top left corner: left, top,
// right, bottom.
type Box [4]float64

// IsZero reports whether the box is not set.
func (b Box) IsZero() bool { return b == Box{} }

// MarshalJSON writes a tenth of a point: enough to draw, and stable.
func (b Box) MarshalJSON() ([]byte, error) {
	var r [4]float64
	for i, v := range b {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			v = 0
		}
		r[i] = math.Round(v*10) / 10
	}
	return json.Marshal(r)
}

// Source says where a value comes from.
type Source string

const (
	// FromText: the text layer of the page.
	FromText Source = "text"
	// FromOCR: recognised from the picture of the page.
	FromOCR Source = "ocr"
	// FromSignature: drawn by, or proved by, a digital signature.
	FromSignature Source = "signature"
	// FromPicture: a picture at the right place, such as a stamp.
	FromPicture Source = "picture"
	// FromPerson: a person entered or corrected it.
	FromPerson Source = "person"
)

// Evidence says where a value stands and how sure the reading is.
type Evidence struct {
	Page       int     `json:"page,omitempty"`
	BBox       Box     `json:"bbox,omitzero"`
	Quote      string  `json:"quote,omitempty"`
	Confidence float64 `json:"confidence"` // 0.99 means: right 99 times in 100
	Source     Source  `json:"source"`
	// Grounds names what the confidence was measured on: see package calibrate.
	Grounds string `json:"grounds,omitempty"`
	// By and At are set when a person gave the value.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
	// Machine is what had been read before a person replaced it.
	Machine *Prior `json:"machine,omitempty"`
}

// Prior is a replaced reading, kept beside the correction.
type Prior struct {
	Value    string   `json:"value"`
	Unsure   bool     `json:"unsure,omitempty"`
	Evidence Evidence `json:"evidence"`
}
