package mail

import (
	"strings"
	"time"

	"hoso/shared/store"
)

// Sent is the record of a mail that was handed over, or given up.
type Sent struct {
	ID       string    `json:"id"` // notice id
	Template string    `json:"template"`
	To       string    `json:"to"` // person id
	At       time.Time `json:"at"`
	Refused  bool      `json:"refused,omitempty"`
}

// Subject is what a notice is about: "dossier/<id>", "round/<id>", or the
// person it is for.
func (n Notice) Subject() string {
	switch {
	case n.Dossier != "":
		return "dossier/" + n.Dossier
	case n.Round != "":
		return "round/" + n.Round
	}
	return "person/" + n.To
}

// SentPart is the part that lists the mails sent about a subject.
func SentPart(subject string) string { return "mails/" + subject }

// SentKey is where the record of a notice is.
func SentKey(id string, n Notice) store.Key {
	return store.Key{Part: SentPart(n.Subject()), Sort: strings.ReplaceAll(id, " ", "_")}
}
