package round

import (
	"context"
	"fmt"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/store"
)

// After is a change made after the decision: an annulment or a correction of
// information, by a later decision. It is a record of its own that points to
// the old; what was decided, sealed and listed stays as it was written.
type After struct {
	Round    string       `json:"round"`
	N        int          `json:"n"`
	Kind     AfterKind    `json:"kind"`
	Dossier  string       `json:"dossier"`
	Nominee  string       `json:"nominee"`
	Identity string       `json:"identity"`
	Of       dossier.Kind `json:"of"`     // kind of nominee
	Number   string       `json:"number"` // số, ký hiệu of the later decision
	Date     string       `json:"date"`   // ISO
	Ground   Ground       `json:"ground,omitempty"`
	Reason   act.TextRef  `json:"reason"` // on the round's chain
	Was      Facts        `json:"was"`    // as the decision has it
	Is       Facts        `json:"is"`     // as corrected; of an annulment as it was
	Old      Pointer      `json:"old"`

	State       string    `json:"state"` // "prepared", "confirmed" or "dropped"
	PreparedBy  string    `json:"preparedBy"`
	PreparedAt  time.Time `json:"preparedAt"`
	ConfirmedBy string    `json:"confirmedBy,omitempty"`
	ConfirmedAt time.Time `json:"confirmedAt"`
}

// AfterKind says what a change does.
type AfterKind string

const (
	Annulment  AfterKind = "annul"
	Correction AfterKind = "correct"
)

// Ground of an annulment (Luật Thi đua, khen thưởng 2022, Điều 93 khoản 2).
type Ground string

const (
	Fraud     Ground = "fraud"     // gian dối trong kê khai thành tích
	Forged    Ground = "forged"    // cung cấp sai thông tin, giả mạo giấy tờ
	Procedure Ground = "procedure" // thẩm định, xét, đề nghị trái quy định
	Violation Ground = "violation" // phát hiện vi phạm trong thời gian tính thành tích
)

// Grounds lists them in the law's order.
func Grounds() []Ground { return []Ground{Fraud, Forged, Procedure, Violation} }

// Facts are what a decision says of a nominee.
type Facts struct {
	Name     string `json:"name"`
	Position string `json:"position,omitempty"`
	Unit     string `json:"unit,omitempty"`
}

// Pointer names what a change is about, beyond doubt.
type Pointer struct {
	Number  string `json:"number"` // of the decision
	Date    string `json:"date"`
	SHA256  string `json:"sha256"`            // of its PDF
	Package string `json:"package,omitempty"` // SHA-256 of the dossier's sealed package
}

// afterPrefix begins the Sort of every change after a round's decision.
const afterPrefix = "after/"

// AfterKey is where change n of a round is.
func AfterKey(id string, n int) store.Key {
	return store.Key{Part: "round/" + id, Sort: fmt.Sprintf("%s%04d", afterPrefix, n)}
}

// MaxAfter bounds the changes after one round's decision.
const MaxAfter = 1000

// Changes gives the changes after a round's decision, oldest first.
func Changes(ctx context.Context, r store.Reader, id string) ([]After, error) {
	var out []After
	page := store.Page{Prefix: afterPrefix}
	for {
		got, err := r.List(ctx, Key(id).Part, page)
		if err != nil {
			return nil, err
		}
		for _, rec := range got.Records {
			var a After
			if err := rec.Decode(&a); err != nil {
				return nil, err
			}
			out = append(out, a)
		}
		if got.Next == "" {
			return out, nil
		}
		page.After = got.Next
	}
}

// Corrected gives, by nominee, what confirmed corrections made of those of the
// dossier who were awarded: what counts now.
func Corrected(ctx context.Context, r store.Reader, d dossier.Dossier) (map[string]Facts, error) {
	all, err := Changes(ctx, r, d.Round)
	if err != nil {
		return nil, err
	}
	out := map[string]Facts{}
	for _, a := range all {
		if a.Dossier == d.ID && a.Kind == Correction && a.State == "confirmed" {
			out[a.Nominee] = a.Is
		}
	}
	return out, nil
}
