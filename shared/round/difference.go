package round

// Difference is something about the decision's PDF that the second person
// must look at before confirming: the machine compared its text with the list.
type Difference struct {
	Code  string `json:"code"`
	Name  string `json:"name"`            // as written on the list, or quoted from the PDF
	Entry string `json:"entry,omitempty"` // dossier.nominee, of who is left out
}

// Codes of differences.
const (
	LeftOut     = "left-out"     // on the list, not found in the decision
	NotSelected = "not-selected" // a nominee of the round that the decision names, not on the list
	UnknownLine = "unknown-line" // a numbered line that names nobody on the list
	OtherNumber = "other-number" // the number entered stands nowhere in the text
	OtherDate   = "other-date"   // the date entered stands nowhere in the text
	FalseSign   = "false-sign"   // a digital signature of the PDF does not hold; Name says whose
)
