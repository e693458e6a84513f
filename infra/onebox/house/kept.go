package house

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hoso/shared/evidence"
	"hoso/shared/verify"
)

// Checkpoints is the folder of a data folder with what should also be kept
// elsewhere: signed checkpoints, and the signed notes of what was erased.
const Checkpoints = "checkpoints"

// Kept is what such a folder holds, here or as somebody kept a copy.
type Kept struct {
	Checkpoints []verify.Note
	Erased      []verify.Note // notes of erasures
	Keys        []byte        // public key lines
}

// ReadKept reads files, and folders of them. A path that is not there is an
// error; other files of a folder are passed over.
func ReadKept(paths ...string) (Kept, error) {
	var k Kept
	for _, path := range paths {
		st, err := os.Stat(path)
		if err != nil {
			return k, err
		}
		if !st.IsDir() {
			if err := k.read(path, true); err != nil {
				return k, err
			}
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return k, err
		}
		for _, e := range entries {
			if err := k.read(filepath.Join(path, e.Name()), false); err != nil {
				return k, err
			}
		}
	}
	return k, nil
}

// KeptHere reads the folder of a data folder, which may be without one.
func KeptHere(data string) (Kept, error) {
	k, err := ReadKept(filepath.Join(data, Checkpoints))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return k, err
}

// read takes a file in; named is whether somebody asked for this very file.
func (k *Kept) read(path string, named bool) error {
	base := filepath.Base(path)
	key, checkpoint, erased := strings.HasSuffix(base, ".pub"), strings.HasPrefix(base, "checkpoint-"), strings.HasPrefix(base, "erased-")
	if !named && !key && !checkpoint && !erased {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	switch {
	case key:
		k.Keys = append(k.Keys, data...)
	case erased || named && evidence.IsGone(data):
		k.Erased = append(k.Erased, verify.Note{Name: base, Data: data})
	default:
		k.Checkpoints = append(k.Checkpoints, verify.Note{Name: base, Data: data})
	}
	return nil
}

// Signed gives all notes as they are.
func (k Kept) Signed() (out [][]byte) {
	for _, notes := range [][]verify.Note{k.Checkpoints, k.Erased} {
		for _, n := range notes {
			out = append(out, n.Data)
		}
	}
	return out
}

// open gives the notes of erasures that keys signed; err names the others.
func (k Kept) open(keys evidence.Keys) (out []evidence.Gone, err error) {
	for _, n := range k.Erased {
		g, bad := keys.OpenGone(n.Data)
		if bad != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", n.Name, bad))
			continue
		}
		out = append(out, g)
	}
	return out, err
}

// KnownErased gives what the notes of a data folder, and those kept elsewhere,
// say was erased; err names notes that nobody signed whose key lies there.
func KnownErased(data string, elsewhere Kept) ([]evidence.Gone, error) {
	here, err := KeptHere(data)
	if err != nil {
		return nil, err
	}
	keys, err := evidence.ParseKeys(here.Keys)
	if err != nil {
		return nil, err
	}
	here.Erased = append(here.Erased, elsewhere.Erased...)
	return here.open(keys)
}

// eraseAgain takes out what came back with files that are older than a note of
// an erasure: before anything is served.
func (h *House) eraseAgain(ctx context.Context) error {
	known, bad := KnownErased(h.cfg.Data, Kept{})
	if bad != nil && h.Log != nil {
		h.Log.WarnContext(ctx, "notes of erasures are not signed by this log's key", "error", bad.Error())
	}
	n, err := h.rooms.erasure.Again(ctx, known)
	if err != nil || n == 0 {
		return err
	}
	if h.Log != nil {
		h.Log.WarnContext(ctx, "texts that were erased had come back and are erased again", "texts", n)
	}
	return h.Store.Wipe(ctx)
}
