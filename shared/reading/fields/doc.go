// Package fields reads what documents say from their blocks: which documents
// a file holds, of what kind they are, and every field of the schema with the
// place it stands at.
//
// It is pure. Labels are matched without marks and case; values are kept as
// printed. A value is never carried from one document to another and never
// guessed: what is missing stays empty, what is doubtful is named in Unsure.
package fields

import (
	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// Page is one page of a file, its text put in order.
type Page struct {
	Sheet   layout.Sheet
	Quality reading.Quality
	Blocks  []layout.Block
	// Damaged: a part of the page's content was lost.
	Damaged bool
	// Differs: text and picture of the page are not the same; some of its text
	// cannot be seen.
	Differs bool
	// Aside is what is written on the page beside its text: watermarks, stamps.
	Aside []string
}
