package ocr

import (
	"strings"
	"unicode"

	"hoso/shared/viettext"
)

// Confidence of a word. Only what both readings have alike and what is a
// possible word is taken as read. Measured on scans of
// 200 dpi, of words that both readings have alike with at least 90, 5 in
// 1,000 are wrong, nearly all of them in a tone over another mark (thể, thế),
// where the picture has two or three dots to tell them apart.
const (
	asRead       = 0.97
	marksInDoubt = 0.92
	doubtful     = 0.6
	besideUnread = 0.5 // ink that nobody read stands beside the word
	trusted      = 88  // least confidence, of Tesseract's, of a word that is as read
)

func confidence(w *word) float64 {
	low := min(doubtful, w.conf/100)
	if w.spoilt {
		low = min(besideUnread, low)
	}
	least := float64(trusted)
	if isSymbol(w.text) {
		least = 80 // its letters are held against the issuer's name
	}
	if w.byHand || w.seen != twice || w.low < least {
		return low
	}
	if plausible, letters := viettext.Plausibility(w.text); plausible != letters && !isSymbol(w.text) {
		return low
	}
	if w.spoilt || w.crossed {
		return low
	}
	if !w.known && stacked(w.text) {
		return marksInDoubt
	}
	return asRead
}

// stacked reports a word in which a tone stands over another mark.
func stacked(s string) bool {
	for _, r := range viettext.NFC(s) {
		if strings.ContainsRune("ấầẩẫếềểễốồổỗắằẳẵớờởỡứừửữ", unicode.ToLower(r)) {
			return true
		}
	}
	return false
}

// isSymbol reports the symbol of a document: "465/TTr-UBND", "/BB-HĐTĐKT".
func isSymbol(s string) bool { return capitals(s) && strings.ContainsAny(s, "/-") }
