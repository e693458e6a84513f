// Package mailout hands mails over on one machine: into a folder, where every
// mail lies as it would be sent, or to an SMTP server.
//
// A mail that Send accepted is durable in the folder, or taken by the server.
// The package does not queue and does not retry: the outbox does.
package mailout

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hoso/shared/fault"
	"hoso/shared/mail"
)

// Folder writes each mail as DIR/<notice>.eml. The name comes from the notice
// id, so a repeated hand-over finds the mail of the first one and leaves it.
type Folder struct {
	Dir string           // absolute
	Now func() time.Time // for the Date header
}

// Send writes the mail and makes it durable: after it returns nil a power
// loss cannot take the mail away. fault.Transient: the folder cannot be
// written now.
func (f Folder) Send(ctx context.Context, m mail.Message) error {
	if err := ctx.Err(); err != nil {
		return fault.Wrap(fault.Transient, "mailout.folder", err)
	}
	name := filepath.Join(f.Dir, FileName(m.ID))
	if old, err := os.ReadFile(name); err == nil && bytes.Contains(old, []byte("<"+m.MessageID()+">")) {
		return nil
	}
	raw, err := m.Bytes(f.Now())
	if err != nil {
		return err
	}
	if err := writeDurably(f.Dir, name, raw); err != nil {
		return &fault.Error{Kind: fault.Transient, Op: "mailout.folder", Code: mail.CodeSetup, Err: err}
	}
	return nil
}

// FileName is the name of a notice's file: readable where the id is, unique
// in any case.
func FileName(id string) string {
	readable := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '.'
	}, id)
	if len(readable) > 100 {
		readable = readable[:100]
	}
	sum := sha256.Sum256([]byte(id))
	return strings.Trim(readable, ".") + "." + hex.EncodeToString(sum[:6]) + ".eml"
}

// writeDurably writes a temporary file, syncs it, renames it into place and
// syncs the folder. The temporary name does not end in .eml: readers of the
// folder never see half a mail.
func writeDurably(dir, name string, raw []byte) (err error) {
	if err := makeFolder(dir); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".mail-*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if rm := os.Remove(tmp.Name()); rm != nil && !errors.Is(rm, fs.ErrNotExist) && err == nil {
			err = rm
		}
	}()
	_, err = tmp.Write(raw)
	if err == nil {
		err = tmp.Sync()
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), name); err != nil {
		return err
	}
	return syncFolder(dir)
}

// makeFolder makes the folder if it is not there. Its own name is synced too,
// or it could be gone with every mail in it.
func makeFolder(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(dir))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
