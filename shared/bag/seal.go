package bag

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"hoso/shared/evidence"
)

// Seal is what binds a whole package to the log: the event that was recorded
// after the package was written and names its Sealed.Bag, with its proof.
type Seal struct {
	Event      evidence.Placed
	Proof      evidence.Inclusion
	Checkpoint []byte
	Key        string
}

// WithSeal copies the package of size bytes at r to w and adds the seal. The
// files of the package are copied as they are.
func WithSeal(ctx context.Context, w io.Writer, r io.ReaderAt, size int64, at time.Time, s Seal) error {
	p, err := Open(r, size)
	if err != nil {
		return err
	}
	if err := s.check(ctx, p); err != nil {
		return err
	}
	proof, err := json.Marshal(s.Proof)
	if err != nil {
		return fmt.Errorf("bag: seal: %w", err)
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return notPackage("%w", err)
	}
	out := zip.NewWriter(w)
	for _, f := range z.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := out.Copy(f); err != nil {
			return fmt.Errorf("bag: %s: %w", f.Name, err)
		}
	}
	for _, f := range []File{
		Bytes(SealCheckpoint, "", s.Checkpoint),
		Bytes(SealEventFile, "", []byte(s.Event.Line+"\n")),
		Bytes(SealProofFile, "", append(proof, '\n')),
	} {
		m, err := measure(ctx, f.Path, f.Open)
		if err != nil {
			return err
		}
		part, err := out.CreateRaw(header(p.Name+"/"+m.path, at, m))
		if err == nil {
			_, err = m.copy(ctx, part)
		}
		if err != nil {
			return fmt.Errorf("bag: seal: %w", err)
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("bag: end of the ZIP: %w", err)
	}
	return nil
}

// check refuses a seal that is not one of p.
func (s Seal) check(ctx context.Context, p *Package) error {
	if p.Has(SealEventFile) {
		return errors.New("bag: the package has a seal")
	}
	sum, _, err := p.Sum(ctx, TagManifestFile)
	if err != nil {
		return err
	}
	if _, err := evidence.Read(s.Event); err != nil {
		return err
	}
	if s.Event.Logged() != s.Proof.LogEntry || !strings.Contains(s.Event.Line, `"`+sum+`"`) {
		return fmt.Errorf("bag: event %s #%d does not seal this package", s.Event.Chain, s.Event.Seq)
	}
	c, err := evidence.Keys{{Line: s.Key}}.Open(s.Checkpoint)
	if err != nil {
		return err
	}
	return s.Proof.Check(c.Head)
}
