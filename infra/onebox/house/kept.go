package house

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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

// open gives the notes of erasures that keys signed. foreign names those that
// no key signed in its time; err what could not be read.
func (k Kept) open(keys evidence.Keys) (out []evidence.Gone, foreign, err error) {
	for _, n := range k.Erased {
		g, bad := keys.OpenGone(n.Data)
		switch {
		case bad == nil:
			out = append(out, g)
		case errors.Is(bad, evidence.ErrUnsigned), errors.Is(bad, evidence.ErrKeyExpired):
			foreign = errors.Join(foreign, fmt.Errorf("%s: %w", n.Name, bad))
		default:
			err = errors.Join(err, fmt.Errorf("%s: %w", n.Name, bad))
		}
	}
	return out, foreign, err
}

// with gives the keys that lie here, and those of another place that are not
// among them.
func (k Kept) with(elsewhere Kept) (all, added evidence.Keys, err error) {
	all, err = evidence.ParseKeys(k.Keys)
	if err != nil {
		return nil, nil, err
	}
	more, err := evidence.ParseKeys(elsewhere.Keys)
	if err != nil {
		return nil, nil, err
	}
	for _, key := range more {
		if !slices.ContainsFunc(all, func(a evidence.Key) bool { return a.Line == key.Line }) {
			added = append(added, key)
		}
	}
	return append(all, added...), added, nil
}

// KnownErased gives what the notes of a data folder, and those kept elsewhere
// with their keys, say was erased; err names notes that cannot be read or that
// nobody signed whose key is known.
func KnownErased(data string, elsewhere Kept) ([]evidence.Gone, error) {
	out, foreign, err := knownErased(data, elsewhere)
	return out, errors.Join(foreign, err)
}

func knownErased(data string, elsewhere Kept) (out []evidence.Gone, foreign, err error) {
	here, err := KeptHere(data)
	if err != nil {
		return nil, nil, err
	}
	keys, _, err := here.with(elsewhere)
	if err != nil {
		return nil, nil, err
	}
	here.Erased = append(here.Erased, elsewhere.Erased...)
	return here.open(keys)
}

// eraseAgain takes out what came back with files that are older than a note of
// an erasure: before anything is served. Where the notes cannot be read nobody
// knows what came back, and nothing is served; a stranger's note says nothing.
func (h *House) eraseAgain(ctx context.Context) error {
	known, foreign, err := knownErased(h.cfg.Data, Kept{})
	if err != nil {
		return fmt.Errorf("notes of erasures in %s: %w", filepath.Join(h.cfg.Data, Checkpoints), err)
	}
	if foreign != nil && h.Log != nil {
		h.Log.WarnContext(ctx, "notes of erasures are not signed by this log's key", "error", foreign.Error())
	}
	n, err := h.rooms.erasure.Again(ctx, known)
	if err != nil {
		return err
	}
	if n > 0 && h.Log != nil {
		h.Log.WarnContext(ctx, "texts that were erased had come back and are erased again", "texts", n)
	}
	return h.rooms.erasure.WipeOwed(ctx)
}
