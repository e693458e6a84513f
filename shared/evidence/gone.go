package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Gone says, outside of the store, which texts a decision erased, so that a
// store that is brought back from before it does not bring them back unseen.
// It is kept where checkpoints are and signed by the key of the log. Nothing
// in it is personal: a commitment without its salt confirms no guess.
type Gone struct {
	Origin string    `json:"origin"` // of the log
	At     time.Time `json:"at"`     // of the decision
	Act    string    `json:"act"`    // where the decision's record is
	By     string    `json:"by"`     // id of who decided
	Texts  []Lost    `json:"texts"`
}

// Lost names one text that was erased.
type Lost struct {
	Chain string     `json:"chain"`
	Text  Commitment `json:"text"`
}

// goneLine is the second line of the text: no checkpoint has it there.
const goneLine = "erased"

func (g Gone) text() (string, error) {
	var b strings.Builder
	line := func(words ...string) error {
		for _, w := range words {
			if w == "" || strings.ContainsAny(w, " \n") {
				return fmt.Errorf("evidence: %q cannot stand in a note of an erasure", w)
			}
		}
		b.WriteString(strings.Join(words, " ") + "\n")
		return nil
	}
	err := errors.Join(line(g.Origin), line(goneLine), line("time", g.At.UTC().Format(TimeLayout)), line("act", g.Act), line("by", g.By))
	for _, t := range g.Texts {
		err = errors.Join(err, line(t.Chain, string(t.Text)))
	}
	if len(g.Texts) == 0 {
		err = errors.Join(err, errors.New("evidence: an erasure of nothing"))
	}
	return b.String(), err
}

// Sign gives the signed note. The signers' name must be the origin.
func (g Gone) Sign(signers ...Signer) ([]byte, error) {
	text, err := g.text()
	if err != nil {
		return nil, err
	}
	return sign(g.Origin, text, signers)
}

// OpenGone checks a signed note of an erasure as Open checks a checkpoint.
func (k Keys) OpenGone(text []byte) (Gone, error) {
	n, err := k.read(text)
	if err != nil {
		return Gone{}, err
	}
	g, err := parseGone(n.Text)
	if err != nil {
		return Gone{}, err
	}
	return g, n.vouch(g.Origin, g.At)
}

// parseGone reads what text wrote, and nothing else.
func parseGone(text string) (Gone, error) {
	lines := strings.Split(text, "\n")
	bad := errors.New("evidence: no note of an erasure")
	if len(lines) < 7 || lines[1] != goneLine || lines[len(lines)-1] != "" {
		return Gone{}, bad
	}
	g := Gone{Origin: lines[0]}
	for i, to := range []func(string) error{
		func(s string) (err error) { g.At, err = time.Parse(TimeLayout, s); return err },
		func(s string) error { g.Act = s; return nil },
		func(s string) error { g.By = s; return nil },
	} {
		name, rest, _ := strings.Cut(lines[2+i], " ")
		if name != [...]string{"time", "act", "by"}[i] || to(rest) != nil {
			return Gone{}, bad
		}
	}
	for _, l := range lines[5 : len(lines)-1] {
		chain, c, _ := strings.Cut(l, " ")
		g.Texts = append(g.Texts, Lost{chain, Commitment(c)})
	}
	if again, err := g.text(); err != nil || again != text {
		return Gone{}, bad
	}
	return g, nil
}

// IsGone tells a note of an erasure from a checkpoint, without checking either.
func IsGone(text []byte) bool {
	_, rest, _ := strings.Cut(string(text[:min(len(text), 4096)]), "\n")
	return strings.HasPrefix(rest, goneLine+"\n")
}

// FileName is the name under which a signed note is published: that of what it
// says, so that the notes of two histories never take each other's place.
func (g Gone) FileName() string {
	text, _ := g.text() // what cannot be written is never signed
	sum := sha256.Sum256([]byte(text))
	return "erased-" + hex.EncodeToString(sum[:12]) + ".txt"
}
