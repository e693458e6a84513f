package web

import (
	"strings"
	"time"

	"hoso/shared/reading"
	"hoso/shared/signature"
	"hoso/shared/web/frame"
	"hoso/shared/web/words"
)

// signatureView is a digital signature in words: who, and the four parts of
// the verdict.
type signatureView struct {
	reading.Signature
	Who     string
	Tag     string
	Covers  string
	Changed string
	When    time.Time
	Why     []string // why it is not accepted
	Also    []string
}

// signatureViews says in the page's language what is known of each signature.
// A signature that was read before they were verified has no verdict and is
// left out: the finding says what is known of it.
func signatureViews(c *frame.Call, all []reading.Signature) []signatureView {
	say := signature.Sentence
	if c.Lang != words.Vietnamese {
		say = signature.English
	}
	var out []signatureView
	for _, s := range all {
		if s.Verdict == "" {
			continue
		}
		v := signatureView{Signature: s, Who: s.Signer, Tag: map[reading.Verdict]string{reading.Accept: "good", reading.Review: "warn", reading.Reject: "bad"}[s.Verdict]}
		if v.Who == "" {
			v.Who = c.Say("sig.nobody")
		}
		if at, err := time.Parse(time.RFC3339, s.Time); err == nil {
			v.When = at
		}
		switch {
		case s.Coverage == reading.Earlier:
			v.Covers = c.Say("sig.covers.earlier", s.Revision[0], s.Revision[1])
		default:
			v.Covers = c.Say("sig.covers." + string(s.Coverage))
		}
		var kinds []string
		for _, k := range s.Changes {
			kinds = append(kinds, c.Say("sig.change."+string(k)))
		}
		v.Changed = strings.Join(kinds, ", ")
		for _, code := range s.Codes {
			v.Why = append(v.Why, say(code))
		}
		for _, code := range s.Notes {
			v.Also = append(v.Also, say(code))
		}
		out = append(out, v)
	}
	return out
}
