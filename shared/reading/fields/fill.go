package fields

import (
	"strings"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// doc is the work on one document.
type doc struct {
	out    *reading.Document
	items  []item
	head   int // index of the header's item, -1 if there is none
	body   int // index of the first item behind title and subject
	titled bool
	grants bool   // it is a decision
	pages  []Page // of the whole file
	sigs   []reading.Signature
	alone  bool // the only document of its file
	r      *reading.Reading
}

// Fill reads the documents of the pages into the reading.
func Fill(r *reading.Reading, pages []Page) {
	if r.Documents == nil {
		r.Documents = []reading.Document{}
	}
	parts := split(flow(pages))
	for i, items := range parts {
		d := &doc{
			out: &reading.Document{Evidence: map[string]reading.Evidence{}}, items: items,
			pages: pages, r: r, alone: len(parts) == 1,
		}
		d.out.Pages = pageRange(parts, i, len(pages))
		for _, s := range r.Signatures {
			if !s.Signed() {
				continue
			}
			if s.Page == 0 || s.Page >= d.out.Pages[0] && s.Page <= d.out.Pages[1] {
				d.sigs = append(d.sigs, s)
			}
		}
		d.read()
		r.Documents = append(r.Documents, *d.out)
	}
}

// pageRange gives the pages of part i: from its first item to where the next
// part begins, so that pages without text belong to what stands before them.
func pageRange(parts [][]item, i, pages int) [2]int {
	first, last := 1, pages
	if i > 0 {
		first = startPage(parts[i])
	}
	if i+1 < len(parts) {
		last = startPage(parts[i+1])
		if startsPage(parts, i+1) {
			last--
		}
	}
	return [2]int{first, max(first, last)}
}

// startPage gives the page a part begins on.
func startPage(part []item) int {
	it := &part[0]
	if len(it.lines) > 0 {
		return it.lines[0].Page
	}
	return it.page
}

// startsPage reports whether part i begins at the top of its page.
func startsPage(parts [][]item, i int) bool {
	prev := parts[i-1]
	return prev[len(prev)-1].page < startPage(parts[i])
}

// split cuts the flow into documents: each begins with a header that names
// the state, but an annex with such a header belongs to its letter.
func split(items []item) [][]item {
	var out [][]item
	start := 0
	for i := range items {
		if i > start && isHeader(&items[i]) && !isAnnex(items[i:]) {
			from := preamble(items, start, i)
			if from > start && (items[from-1].page < items[i].page || hasHeader(items[start:from])) {
				out = append(out, items[start:from])
				start = from
			}
		}
	}
	if len(items) > start {
		out = append(out, items[start:])
	}
	return out
}

func hasHeader(items []item) bool {
	for i := range items {
		if isHeader(&items[i]) {
			return true
		}
	}
	return false
}

// preamble steps back over what stands above a header on the same page, such
// as the label of a form.
func preamble(items []item, start, i int) int {
	for i > start+1 && items[i-1].page == items[i].page && items[i-1].box[3] < items[i].box[1]+20 && items[i-1].box[1] < 90 {
		i--
	}
	return i
}

const (
	stateTitle = "conghoaxahoichunghiavietnam"
	partyTitle = "dangcongsanvietnam"
)

func namesState(fold string) bool {
	s := squash(fold)
	return strings.Contains(s, stateTitle) || strings.Contains(s, partyTitle) && len(s) < 80
}

func isHeader(it *item) bool {
	switch it.kind {
	case layout.Columns:
		return namesState(textOf(it.right...).fold) || namesState(textOf(it.left...).fold)
	case layout.Paragraph:
		return len(it.lines) <= 4 && namesState(it.t.fold)
	}
	return false
}

// isAnnex reports whether the header at the start of items heads a list that
// goes with the letter before it.
func isAnnex(items []item) bool {
	for i := 1; i < len(items) && i < 5; i++ {
		t := &items[i].t
		if t.starts("danh sach", "phu luc", "bieu tong hop") && len(t.fold) < 200 {
			for k := i; k < len(items) && k < i+3; k++ {
				if items[k].t.has("kem theo") {
					return true
				}
			}
		}
	}
	return false
}

func (d *doc) read() {
	d.head = -1
	for i := range d.items {
		if isHeader(&d.items[i]) {
			d.head = i
			break
		}
	}
	d.readHeader()
	d.readTitle()
	switch d.out.Kind {
	case reading.Letter:
		d.readLetter()
	case reading.Minutes:
		d.readMinutes()
	case reading.Report:
		d.readReport()
	default:
		d.addressees()
		d.readDecision()
		d.readSigner()
	}
	d.checkLetters()
	d.checkSecrecy()
	d.checkPages()
}

// put records the evidence of a field and asks about it if it is doubtful.
func (d *doc) put(field string, e reading.Evidence, confidence float64) {
	e.Confidence = min(e.Confidence, confidence)
	d.out.Evidence[field] = e
	if e.Confidence < asking {
		d.out.Doubt(field)
	}
}
