package papers

import "strings"

// Authority is by what right somebody signs (Decree 30/2020/NĐ-CP, Appendix I,
// part II, 7).
type Authority string

// The authorities; "" is the head in person.
const (
	InPerson  Authority = ""
	OnBehalf  Authority = "TM."  // for a collective
	ForHead   Authority = "KT."  // a deputy for the head
	ByOrder   Authority = "TL."  // by order of the head
	Empowered Authority = "TUQ." // by authorisation of the head
)

// Authorities lists them in the order of a form.
func Authorities() []Authority { return []Authority{InPerson, ForHead, ByOrder, Empowered, OnBehalf} }

// Signer says who signs: Head is whose right it is (a title, or the collective
// after TM.), Title the signer's own. What is not known is "".
type Signer struct {
	Authority Authority
	Head      string
	Title     string
}

// Complete reports whether the parts fit: whoever signs by another's right
// names both.
func (s Signer) Complete() bool {
	switch s.Authority {
	case InPerson:
		return s.Title == "" || s.Head == ""
	case OnBehalf, ForHead, ByOrder, Empowered:
		return s.Head != "" && s.Title != ""
	}
	return false
}

// lines are the lines above the signature: the authority with whose right it
// is, then the signer's title.
func (s Signer) lines() []string {
	if s.Authority == InPerson {
		return []string{strings.ToUpper(or(or(s.Title, s.Head), "Giám đốc"))}
	}
	return []string{string(s.Authority) + " " + strings.ToUpper(full(s.Head)), strings.ToUpper(s.Title)}
}
