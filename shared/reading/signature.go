package reading

// Signature is a digital signature that is present in the file, judged in
// four parts: are the bytes as they were signed (Intact), which part of the
// file do they make up (Coverage, Changes), where does the certificate lead
// (Chain), and when was it signed (Time). Verdict sums them up.
type Signature struct {
	Field     string   `json:"field"`              // name of the form field, may be empty
	Kind      string   `json:"kind,omitempty"`     // SignatureStamp or empty
	Page      int      `json:"page,omitempty"`     // where it is drawn, 0 if nowhere
	BBox      Box      `json:"bbox,omitzero"`      // on that page
	SubFilter string   `json:"subfilter"`          // such as "ETSI.CAdES.detached"
	ByteRange [4]int64 `json:"byte_range"`         // counted from "%PDF-"
	Text      string   `json:"text,omitempty"`     // what its box on the page says
	Declared  string   `json:"declared,omitempty"` // /M, the time the signer's program wrote; not proof

	Signer     string     `json:"signer"`                 // common name in the certificate
	Body       string     `json:"organisation,omitempty"` // organisation in the certificate
	SignerKind SignerKind `json:"signer_kind,omitempty"`
	Issuer     string     `json:"issuer,omitempty"`
	Copy       bool       `json:"copy,omitempty"` // it vouches for a scanned copy, not for who wrote it

	Intact bool   `json:"intact"`
	Digest Digest `json:"digest,omitempty"` // how its bytes relate to what was signed

	Coverage Coverage `json:"coverage"`           // how ByteRange relates to the file
	Revision [2]int   `json:"revision,omitzero"`  // n-th of so many states of the file
	Changes  []Change `json:"changes,omitempty"`  // what came to the file after it
	Permits  int      `json:"permits,omitempty"`  // DocMDP: 1 nothing, 2 forms and signatures, 3 also notes
	Rewriter string   `json:"rewriter,omitempty"` // program that wrote the file anew after signing

	Chain      string `json:"chain"` // state of package trust: "trusted", "unknown", "expired" …
	Revocation string `json:"revocation,omitempty"`

	Time     string `json:"time,omitempty"`      // RFC 3339, in Vietnam's zone
	TimeFrom string `json:"time_from,omitempty"` // "timestamp", "declared" or "signer"
	Level    string `json:"level,omitempty"`     // PAdES: "B-B", "B-T", "B-LT", "B-LTA"

	Verdict Verdict  `json:"verdict,omitempty"`
	Codes   []string `json:"codes,omitempty"`   // why it is not accepted
	Reasons []string `json:"reasons,omitempty"` // the same in Vietnamese sentences
	Notes   []string `json:"notes,omitempty"`   // codes of what else is to be known
}

// SignatureStamp is the Kind of a time stamp over the document: it proves
// when the file was there, not who signed it.
const SignatureStamp = "timestamp"

// Signed reports whether this is somebody's signature: not a time stamp, nor a
// place that was prepared and left empty.
func (s Signature) Signed() bool {
	for _, c := range s.Codes {
		if c == SignatureEmpty {
			return false
		}
	}
	return s.Kind != SignatureStamp
}

// SignatureEmpty is the code of a signature dictionary without a signature.
const SignatureEmpty = "signature-empty"

// Verdict sums a signature up.
type Verdict string

const (
	// Accept: intact, the whole file, to an anchor, nothing weak.
	Accept Verdict = "accept"
	// Review: nothing false, but not the whole file or not all of it provable;
	// a person looks.
	Review Verdict = "review"
	// Reject: something does not hold.
	Reject Verdict = "refuse"
)

// SignerKind says whose certificate it is, as far as its names tell.
type SignerKind string

const (
	SignerPerson  SignerKind = "person"
	SignerOffice  SignerKind = "office"  // an office's seal
	SignerPortal  SignerKind = "portal"  // a system that vouches for files
	SignerStamper SignerKind = "stamper" // a time stamp authority
)

// Coverage says which part of the file a signature's ByteRange names.
type Coverage string

const (
	// Whole: from the start to the end of the file, all but the signature
	// itself; what follows at most is data to validate it by.
	Whole Coverage = "whole"
	// Earlier: a well-formed range that ends before the file does.
	Earlier Coverage = "earlier"
	// Odd: a range that leaves out more or less than the signature itself.
	Odd Coverage = "odd"
)

// Change is a kind of what came to a file after a signature.
type Change string

const (
	ChangeMetadata   Change = "metadata"   // facts about the file, not shown
	ChangeValidation Change = "validation" // certificates, revocation lists, time stamps
	ChangeSignature  Change = "signature"  // another signature
	ChangeForm       Change = "form"       // a form was filled in
	ChangeAnnotation Change = "annotation" // notes, stamps or drawings on the page
	ChangeOther      Change = "other"      // outlines, structure and the like
	ChangeContent    Change = "content"    // what the pages show
	ChangeTrailing   Change = "trailing"   // bytes that belong to nothing
	ChangeUnknown    Change = "unknown"    // could not be compared
)

// Digest says whether the bytes a signature covers have the digest that it
// states. The empty value: it states none in a way that is known.
type Digest string

const (
	// DigestSame: the bytes are those the signature states; whether the
	// signature itself holds is another question.
	DigestSame Digest = "same"
	// DigestOther: the bytes were changed after the signature was made.
	DigestOther Digest = "other"
)
