package ocr

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"testing"

	"hoso/shared/reading/layout"
)

// TestAKeptMarkIsNoText tells what is to be removed from what may stay: what
// cannot be understood counts as text.
func TestAKeptMarkIsNoText(t *testing.T) {
	pack := func(f found) []byte {
		text, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		w, err := flate.NewWriter(&b, flate.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for name, c := range map[string]struct {
		page []byte
		text bool
	}{
		"a page": {pack(found{Sheet: layout.Sheet{N: 1}, Width: 595, Height: 842}), true},
		"a mark": {pack(found{Secret: "MẬT", Sure: true}), false},
		"damage": {[]byte("?"), true},
	} {
		if got := new(Recogniser).HasText(c.page); got != c.text {
			t.Errorf("%s: text %v", name, got)
		}
	}
}
