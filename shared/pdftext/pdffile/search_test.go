package pdffile

import (
	"bytes"
	"fmt"
	"testing"
)

// TestStreamsWithoutAnEndAreSearchedWithinABudget: each such stream would have
// the whole rest of the file looked through.
func TestStreamsWithoutAnEndAreSearchedWithinABudget(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type /Pages /Kids [3 0 R] /Count 1>>\nendobj\n3 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>\nendobj\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "%d 0 obj\n<</Length 99999999>>\nstream\nno end\n", i+4)
	}
	b.WriteString("trailer\n<</Root 1 0 R /Size 2004>>\n")
	budget := DefaultBudget()
	budget.Searched = 3 * int64(b.Len())
	f, err := Open(b.Bytes(), budget)
	if err == nil && !f.lost {
		t.Error("nothing is said to be missing")
	}
	if budget.Searched > 0 || budget.Searched < -int64(b.Len()) {
		t.Errorf("%d bytes are left to look at: the search is not counted", budget.Searched)
	}
}
