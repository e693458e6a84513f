package bag

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"hoso/shared/evidence"
)

// check refuses an input from which no sound package can be made.
func (in Input) check() error {
	switch {
	case SafeName(in.Name) != in.Name:
		return fmt.Errorf("bag: name %q is not a safe one", in.Name)
	case in.At.Year() < 1980 || in.At.Year() > 2107:
		return fmt.Errorf("bag: a ZIP cannot hold the time %s", in.At)
	case in.Chain == "" || len(in.Events) == 0:
		return errors.New("bag: chain and history are needed")
	case len(in.Files) > MaxFiles:
		return fmt.Errorf("bag: %d files are more than a package may hold", len(in.Files))
	}
	lines := map[Ref]string{}
	var head evidence.Head
	for _, p := range in.Events {
		next, err := evidence.Follow(head, p)
		if err != nil || p.Chain != in.Chain {
			return fmt.Errorf("bag: history of %s: %w", in.Chain, errors.Join(err, chainError(p, in.Chain)))
		}
		head, lines[Ref{p.Chain, p.Seq}] = next, p.Line
	}
	for _, p := range in.Related {
		if _, err := evidence.Read(p); err != nil || p.Chain == in.Chain {
			return fmt.Errorf("bag: related event %s #%d: %w", p.Chain, p.Seq, errors.Join(err, chainError(p, "another chain")))
		}
		lines[Ref{p.Chain, p.Seq}] = p.Line
	}
	for _, f := range in.Files {
		if err := CheckPath(f.Path); err != nil {
			return err
		}
		if f.Open == nil {
			return fmt.Errorf("bag: %s: nothing to read", f.Path)
		}
		if f.Proof != nil && (f.SHA256 == "" || !strings.Contains(lines[*f.Proof], `"`+f.SHA256+`"`)) {
			return fmt.Errorf("bag: %s: event %s #%d does not name its hash", f.Path, f.Proof.Chain, f.Proof.Seq)
		}
	}
	return errors.Join(in.checkTexts(), in.checkProofs(lines))
}

// checkTexts checks that every text opens a commitment, and that every
// commitment of the subject's own chain is opened or recorded as erased.
func (in Input) checkTexts() error {
	open := map[string]bool{} // chain and commitment: still to be opened
	erased := map[evidence.Commitment]bool{}
	for _, p := range slices.Concat(in.Events, in.Related) {
		e, err := evidence.Read(p)
		if err != nil {
			return err
		}
		for _, c := range e.Texts {
			open[e.Chain+" "+string(c)] = e.Chain == in.Chain
		}
		gone, err := e.Erased()
		if err != nil {
			return fmt.Errorf("bag: %s #%d: %w", e.Chain, e.Seq, err)
		}
		for _, c := range gone {
			erased[c] = erased[c] || e.Chain == in.Chain
		}
	}
	for _, t := range in.Texts {
		c, err := t.Commit()
		if _, known := open[t.Chain+" "+string(c)]; err != nil || c != t.Commitment || !known {
			return fmt.Errorf("bag: a text of %s does not open its commitment %.16s", t.Chain, t.Commitment)
		}
		open[t.Chain+" "+string(c)] = false
	}
	for key, missing := range open {
		c := evidence.Commitment(key[strings.LastIndexByte(key, ' ')+1:])
		if missing && !erased[c] {
			return fmt.Errorf("bag: the text behind commitment %.16s is missing", c)
		}
	}
	return nil
}

func chainError(p evidence.Placed, want string) error {
	if p.Chain != want {
		return fmt.Errorf("event %s #%d does not belong to %s", p.Chain, p.Seq, want)
	}
	return nil
}

// checkProofs checks that every event is proved under the checkpoint: a
// package that does not verify must not be sealed.
func (in Input) checkProofs(lines map[Ref]string) error {
	c, err := evidence.Keys{{Line: in.Key}}.Open(in.Checkpoint)
	if err != nil {
		return fmt.Errorf("bag: %w", err)
	}
	proved := map[Ref]bool{}
	for _, p := range in.Proofs {
		ref := Ref{p.Chain, p.Seq}
		sum := sha256.Sum256([]byte(lines[ref]))
		if lines[ref] == "" || proved[ref] || hex.EncodeToString(sum[:]) != p.Hash {
			return fmt.Errorf("bag: proof of %s #%d does not belong to an event of the package", p.Chain, p.Seq)
		}
		if err := p.Check(c.Head); err != nil {
			return fmt.Errorf("bag: %s #%d: %w", p.Chain, p.Seq, err)
		}
		proved[ref] = true
	}
	if len(proved) != len(lines) {
		return fmt.Errorf("bag: %d of %d events are proved", len(proved), len(lines))
	}
	return nil
}
