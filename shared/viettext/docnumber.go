package viettext

import (
	"strconv"
	"strings"
)

// DocNumber is the number and symbol of a document (số, ký hiệu), in the forms
// of Decree 30/2020/NĐ-CP and of party documents.
type DocNumber struct {
	Number string // digits as printed, with leading zeros and a letter suffix: "05", "3176B"; "" if left blank
	Year   int    // of legal normative documents, 15/2024/QĐ-UBND; else 0
	Type   string // "TTr", "QĐ", "KH"; "" in an official letter (893/STTTT-CNTT)
	Body   string // the issuer and what follows, "UBND", "STC-VP", "TU"
	Symbol string // type and body as printed, without spaces
	Party  bool   // number and symbol joined by a dash, 09-CT/TU
}

// Blank reports a draft: the number is left to the clerk.
func (d DocNumber) Blank() bool { return d.Number == "" }

// String gives the printed form without spaces: "05/BB-HĐTĐKT", "/TTr-UBND".
func (d DocNumber) String() string {
	if d.Party {
		return d.Number + "-" + d.Symbol
	}
	if d.Year != 0 {
		return d.Number + "/" + strconv.Itoa(d.Year) + "/" + d.Symbol
	}
	return d.Number + "/" + d.Symbol
}

// Key gives the comparison form: capitals, no leading zeros, look-alikes
// folded. It is unique only together with the document's year: numbers start
// again each January.
func (d DocNumber) Key() string {
	d.Number = strings.TrimLeft(d.Number, "0")
	return strings.ToUpper(d.String())
}

// docTypes are the abbreviations of kinds of documents (annex III of Decree
// 30/2020/NĐ-CP, and laws, decrees, circulars), in capitals.
var docTypes = set("NQ QĐ CT QC QYĐ TC TB HD CTR KH PA ĐA DA BC BB TTR HĐ CĐ BGN BTT GUQ GM GGT GNP PG PC PB TN TK L LCT NĐ TT TTLT NQLT PL SL CV SY TRS KL ĐN PT")

const (
	numberPart = `(\d{0,6}[A-ZĐa-zđ]?)`
	symbolPart = `([\p{L}\d][\p{L}\d,&.]*(?:\s?[-–]\s?[\p{L}\d,&.]+)*)`
)

var (
	stateNumber = form(`^` + numberPart + `\s*/\s*(?:((?:19|20)\d{2})\s*/\s*)?` + symbolPart + `$`)
	partyNumber = form(`^` + numberPart + `\s*-\s*(` + `\p{L}+` + `)\s*/\s*` + symbolPart + `$`)
	numberLabel = form(`(?i)^s[ốo]\s*:?\s*`)
	// In running text the number itself must be there, and no spaces inside the symbol.
	numberInText = form(`\d{1,6}[A-ZĐ]?\s?/(?:(?:19|20)\d{2}/)?\p{L}[\p{L}\d,&]*(?:-[\p{L}\d,&]+)*|\d{1,4}-\p{L}{2,4}/\p{Lu}[\p{L}\d]*`)
)

// ParseDocNumber reads s, with or without "Số:", as one document number. Spaces
// anywhere are accepted (635 /KH-UBND, UBND- KSTTHC, 3   /2025/QĐ-UBND); a blank
// number gives Blank. ok is false if the form is another.
func ParseDocNumber(s string) (DocNumber, bool) {
	s, _ = Clean(s)
	s = plainQuotes(FoldLookAlikes(s))
	s = strings.Trim(strings.Join(strings.Fields(s), " "), " .;,:")
	s = numberLabel().ReplaceAllString(s, "")
	s = strings.TrimLeft(s, ".…_ ")
	if m := partyNumber().FindStringSubmatch(s); m != nil {
		body := squeeze(m[3])
		return DocNumber{Number: m[1], Type: m[2], Body: body, Symbol: m[2] + "/" + body, Party: true}, m[1] != ""
	}
	m := stateNumber().FindStringSubmatch(s)
	if m == nil || m[1] != "" && (m[1][0] < '0' || m[1][0] > '9') {
		return DocNumber{}, false
	}
	d := DocNumber{Number: m[1], Symbol: squeeze(m[3])}
	d.Year, _ = strconv.Atoi(m[2])
	if allDigits(d.Symbol) {
		return DocNumber{}, false // a date or a fraction
	}
	d.Body = d.Symbol
	if head, tail, two := strings.Cut(d.Symbol, "-"); two && docTypes[strings.ToUpper(head)] {
		d.Type, d.Body = head, tail
	}
	if d.Type == "" && d.Blank() && !strings.Contains(d.Symbol, "-") {
		return DocNumber{}, false
	}
	return d, true
}

func squeeze(s string) string { return strings.ReplaceAll(s, " ", "") }

// DocNumberMatch is a document number found in a text.
type DocNumberMatch struct {
	Number     DocNumber
	Start, End int // byte offsets in the text given
}

// FindDocNumbers finds document numbers cited in text, which must be composed:
// "Biên bản số 18/BB-UBND ngày …". Votes (8/9), dates and words with a slash
// are left out.
func FindDocNumbers(text string) []DocNumberMatch {
	var found []DocNumberMatch
	for _, m := range numberInText().FindAllStringIndex(text, -1) {
		d, ok := ParseDocNumber(text[m[0]:m[1]])
		if ok && capitals(d.Symbol) && (m[0] == 0 || !strings.ContainsRune("/0123456789", rune(text[m[0]-1]))) {
			found = append(found, DocNumberMatch{Number: d, Start: m[0], End: m[1]})
		}
	}
	return found
}

// capitals reports at least two capital letters, as every symbol has.
func capitals(s string) bool {
	return len([]rune(s))-len([]rune(strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r == 'Đ' {
			return -1
		}
		return r
	}, s))) >= 2
}

// SameDocNumber reports whether a and b state one number, whatever the spaces,
// case, padding or look-alike letters.
func SameDocNumber(a, b string) bool {
	x, okX := ParseDocNumber(a)
	y, okY := ParseDocNumber(b)
	return okX && okY && !x.Blank() && x.Key() == y.Key()
}
