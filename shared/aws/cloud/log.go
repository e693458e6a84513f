package cloud

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/store"
	"hoso/shared/translog"
)

// logOrigin names the log in checkpoints. The name is the installation's own:
// two of them never sign under one name.
func logOrigin(seed []byte) string {
	sum := sha256.Sum256(append([]byte("log origin "), seed...))
	return "ho-so-" + hex.EncodeToString(sum[:6])
}

// checkpointEvery is the least time between two checkpoints nobody asked for.
const checkpointEvery = 10 * time.Minute

// Where checkpoints and the key that checks them lie in the archive bucket.
const (
	checkpointFolder = "checkpoints/"
	PublicKey        = checkpointFolder + "log.pub"
)

// ReadLog gives the log as those see it who may not sign.
func (h *Host) ReadLog() translog.Log {
	return translog.Log{
		Store: h.Store, Now: h.Clock.Now, Every: checkpointEvery,
		Publish: func(context.Context, string, []byte) error {
			return fault.New(fault.Denied, "cloud.log", "")
		},
	}
}

// Notices makes the mails that a new checkpoint goes out with. Only who signs
// passes it: what it needs is large, and no other function links it.
type Notices func(ctx context.Context, r store.Reader, c evidence.Checkpoint, signed []byte) ([]store.Message, error)

// SignLog gives the log with its signing key, and the key's public line.
func (h *Host) SignLog(ctx context.Context, notices Notices) (translog.Log, string, error) {
	l := h.ReadLog()
	seed, err := h.parameter(ctx, h.Setting(LogKey))
	if err != nil {
		return l, "", err
	}
	signer, public, err := logKey(seed)
	l.Notices = func(ctx context.Context, c evidence.Checkpoint, signed []byte) ([]store.Message, error) {
		return notices(ctx, h.Store, c, signed)
	}
	l.Signers, l.Origin = []evidence.Signer{signer}, logOrigin(seed)
	return l, public, err
}

// Publisher puts checkpoints, and the line of the key that checks them, into
// the archive bucket.
func Publisher(obj *objects.Store, public string) func(ctx context.Context, name string, signed []byte) error {
	return func(ctx context.Context, name string, signed []byte) error {
		if err := publish(ctx, obj, PublicKey, []byte(public+"\n")); err != nil {
			return err
		}
		err := publish(ctx, obj, checkpointFolder+name, signed)
		if !fault.Is(err, fault.Conflict) {
			return err
		}
		// One of this size was published before the table was restored to an
		// earlier state. It stays: nothing in the archive is written over.
		sum := sha256.Sum256(signed)
		return publish(ctx, obj, checkpointFolder+hex.EncodeToString(sum[:8])+"/"+name, signed)
	}
}

func publish(ctx context.Context, obj *objects.Store, key string, text []byte) error {
	sum := sha256.Sum256(text)
	_, err := obj.PutArchive(ctx, key, "text/plain; charset=utf-8", int64(len(text)), hex.EncodeToString(sum[:]), bytes.NewReader(text))
	return err
}

// logKey makes the signing key of a seed of 32 bytes and gives its public
// line: the same seed, the same key.
func logKey(seed []byte) (evidence.Signer, string, error) {
	private := ed25519.NewKeyFromSeed(seed)
	public, err := note.NewEd25519VerifierKey(logOrigin(seed), private.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, "", fault.Wrap(fault.Internal, "cloud.log", err)
	}
	parts := strings.SplitN(public, "+", 3)
	const ed25519Alg = 1 // of signed notes
	signer, err := evidence.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%s+%s", logOrigin(seed), parts[1],
		base64.StdEncoding.EncodeToString(append([]byte{ed25519Alg}, seed...))))
	if err != nil {
		return nil, "", fault.Wrap(fault.Internal, "cloud.log", err)
	}
	return signer, public, nil
}
