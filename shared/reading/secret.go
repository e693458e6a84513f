package reading

// CodeSecretDoubt is the problem of a file that perhaps bears a secrecy mark:
// a person has to look before anything of it may be kept.
const CodeSecretDoubt = "secret-mark-perhaps"

// Secret gives the problem of a file that bears, or perhaps bears, a secrecy
// mark.
func (r *Reading) Secret() (Problem, bool) {
	for _, p := range r.Problems {
		if p.Code == CodeSecret || p.Code == CodeSecretDoubt {
			return p, true
		}
	}
	return Problem{}, false
}

// Withhold takes everything that was read out of the reading of a file that
// bears, or perhaps bears, a secrecy mark: no text of it may be stored, looked
// up or mailed. What is left says that there is such a file, how many pages it
// has, and where the mark stands.
func (r *Reading) Withhold() {
	p, found := r.Secret()
	if !found {
		return
	}
	for i := range r.Pages {
		r.Pages[i].Text, r.Pages[i].Recognised = "", false
		if p.Code == CodeSecretDoubt && r.Pages[i].Quality.Read() {
			r.Pages[i].Quality = Scan // a person reads it, or nobody
		}
	}
	r.Documents = []Document{}
	r.Problems = []Problem{p}
	for i := range r.Signatures {
		s := &r.Signatures[i]
		s.Text, s.Signer, s.Body, s.Field = "", "", "", ""
	}
}
