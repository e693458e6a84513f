package evidence

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Checkpoint is what a signed checkpoint says: that the log named Origin had
// this head at this instant.
type Checkpoint struct {
	Origin string
	Head   LogHead
	At     time.Time
}

// Signer signs checkpoints; note.NewSigner makes one from a private key line.
type Signer = note.Signer

// timeLine begins the extension line that carries a checkpoint's instant.
const timeLine = "time "

// text is the signed text: origin, size, root in base64, and the instant as
// an extension line (C2SP tlog-checkpoint).
func (c Checkpoint) text() (string, error) {
	tree, err := c.Head.tree()
	if err != nil {
		return "", err
	}
	if c.Origin == "" || strings.ContainsAny(c.Origin, "\n") {
		return "", errors.New("evidence: checkpoint without a proper origin")
	}
	return fmt.Sprintf("%s\n%d\n%s\n%s%s\n", c.Origin, tree.N, tree.Hash, timeLine, c.At.UTC().Format(TimeLayout)), nil
}

// parseCheckpoint reads what text wrote, and nothing else.
func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 5 || lines[4] != "" || !strings.HasPrefix(lines[3], timeLine) {
		return Checkpoint{}, errors.New("evidence: checkpoint must have origin, size, root and time")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return Checkpoint{}, errors.New("evidence: checkpoint's size is not a number")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil {
		return Checkpoint{}, errors.New("evidence: checkpoint's root is not base64")
	}
	at, err := time.Parse(TimeLayout, lines[3][len(timeLine):])
	if err != nil {
		return Checkpoint{}, errors.New("evidence: checkpoint's time is not one")
	}
	c := Checkpoint{Origin: lines[0], Head: LogHead{Size: size, Root: hex.EncodeToString(root)}, At: at}
	if again, err := c.text(); err != nil || again != text {
		return Checkpoint{}, errors.New("evidence: checkpoint is not in its canonical form")
	}
	return c, nil
}

// Sign gives the signed checkpoint. Every signer's name must be the origin;
// there are two signers during a handover of keys.
func (c Checkpoint) Sign(signers ...Signer) ([]byte, error) {
	text, err := c.text()
	if err != nil {
		return nil, err
	}
	return sign(c.Origin, text, signers)
}

// sign signs a text of the log named origin.
func sign(origin, text string, signers []Signer) ([]byte, error) {
	if len(signers) == 0 {
		return nil, errors.New("evidence: checkpoint or note without a signer")
	}
	for _, s := range signers {
		if s.Name() != origin {
			return nil, fmt.Errorf("evidence: key of %q cannot sign for %q", s.Name(), origin)
		}
	}
	return note.Sign(&note.Note{Text: text}, signers...)
}

// Key is a public key by which checkpoints are checked. It counts for
// checkpoints from From and before Until; a zero time is no bound.
type Key struct {
	Line  string // note's "name+hash+key" form
	From  time.Time
	Until time.Time
}

// covers reports whether signatures at the instant count.
func (k Key) covers(at time.Time) bool {
	return !at.Before(k.From) && (k.Until.IsZero() || at.Before(k.Until))
}

// Keys are the public keys that are trusted.
type Keys []Key

// Errors of Keys.Open and Keys.OpenGone.
var (
	// ErrUnsigned: no trusted key signed the checkpoint or note.
	ErrUnsigned = errors.New("evidence: no trusted key has signed it")
	// ErrKeyExpired: a trusted key signed it, but not within its time.
	ErrKeyExpired = errors.New("evidence: the key that signed it was not valid at its time")
)

// Open checks a signed checkpoint: well-formed, and signed for its own origin
// by a key that was valid at its time.
func (k Keys) Open(signed []byte) (Checkpoint, error) {
	n, err := k.read(signed)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := parseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	if err := n.vouch(c.Origin, c.At); err != nil {
		return Checkpoint{}, err
	}
	return c, nil
}

// signed is a note that some of the keys signed.
type signed struct {
	*note.Note
	keys  Keys
	known map[string]note.Verifier // by key line
}

// read reads a signed note; who may vouch for it is asked with vouch.
func (k Keys) read(text []byte) (signed, error) {
	s := signed{keys: k, known: map[string]note.Verifier{}} // a key may be there for several times
	for _, key := range k {
		v, err := note.NewVerifier(key.Line)
		if err != nil {
			return s, fmt.Errorf("evidence: public key %q: %w", key.Line, err)
		}
		s.known[key.Line] = v
	}
	n, err := note.Open(text, note.VerifierList(slices.Collect(maps.Values(s.known))...))
	if err != nil {
		var unverified *note.UnverifiedNoteError
		var invalid *note.InvalidSignatureError
		if errors.As(err, &unverified) || errors.As(err, &invalid) {
			return s, fmt.Errorf("%w: %w", ErrUnsigned, err)
		}
		return s, fmt.Errorf("evidence: signed note: %w", err)
	}
	s.Note = n
	return s, nil
}

// vouch reports whether a key that was valid at the instant signed for origin.
func (s signed) vouch(origin string, at time.Time) error {
	err := ErrUnsigned
	for _, key := range s.keys {
		for _, sig := range s.Sigs {
			if sig.Name != s.known[key.Line].Name() || sig.Hash != s.known[key.Line].KeyHash() || sig.Name != origin {
				continue
			}
			// One spelling only: base64 has bits that do not count.
			if _, bad := base64.StdEncoding.Strict().DecodeString(sig.Base64); bad != nil {
				return fmt.Errorf("%w: signature is not in its canonical form", ErrUnsigned)
			}
			if key.covers(at) {
				return nil
			}
			err = ErrKeyExpired
		}
	}
	return err
}

// Peek reads a signed checkpoint without checking any signature.
func Peek(signed []byte) (Checkpoint, error) {
	text, _, ok := bytes.Cut(signed, []byte("\n\n"))
	if !ok {
		return Checkpoint{}, errors.New("evidence: checkpoint has no signature")
	}
	return parseCheckpoint(string(text) + "\n")
}

// NewKey makes a signing key for origin from random bytes: the private line
// for note.NewSigner and the public line for Key.
func NewKey(random io.Reader, origin string) (private, public string, err error) {
	private, public, err = note.GenerateKey(random, origin)
	if err != nil {
		return "", "", fmt.Errorf("evidence: new key: %w", err)
	}
	if _, err := note.NewSigner(private); err != nil {
		return "", "", fmt.Errorf("evidence: origin %q cannot name a key: %w", origin, err)
	}
	return private, public, nil
}

// NewSigner makes a signer from a private key line.
func NewSigner(private string) (Signer, error) { return note.NewSigner(strings.TrimSpace(private)) }

// ParseKeys reads a file of public keys: a line for each key, "KEY [FROM
// [UNTIL]]" with times in TimeLayout and "-" for no bound; empty lines and
// lines that begin with # are passed over.
func ParseKeys(text []byte) (Keys, error) {
	var out Keys
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		f := strings.Fields(lines.Text())
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if len(f) > 3 {
			return nil, fmt.Errorf("evidence: keys, line %d: more than key, from and until", n)
		}
		v, err := note.NewVerifier(f[0])
		if err != nil {
			return nil, fmt.Errorf("evidence: keys, line %d: %w", n, err)
		}
		if !strings.HasPrefix(f[0], fmt.Sprintf("%s+%08x+", v.Name(), v.KeyHash())) {
			return nil, fmt.Errorf("evidence: keys, line %d: key not as it was written", n) // its id in capitals
		}
		k := Key{Line: f[0]}
		for i, bound := range []*time.Time{&k.From, &k.Until} {
			if len(f) < i+2 || f[i+1] == "-" {
				continue
			}
			at, err := time.Parse(TimeLayout, f[i+1])
			if err != nil {
				return nil, fmt.Errorf("evidence: keys, line %d: %w", n, err)
			}
			*bound = at
		}
		out = append(out, k)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("evidence: keys: %w", err)
	}
	return out, nil
}

// Format writes keys as ParseKeys reads them.
func (k Keys) Format() []byte {
	var b bytes.Buffer
	bound := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return t.UTC().Format(TimeLayout)
	}
	for _, key := range k {
		fmt.Fprintf(&b, "%s %s %s\n", key.Line, bound(key.From), bound(key.Until))
	}
	return b.Bytes()
}
