package journal_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"hoso/shared/onebox/journal"
	"hoso/shared/secret"
)

// childVar names the part that this program plays instead of its tests.
const childVar = "HOSO_JOURNAL_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childVar); path != "" {
		if err := writeALittle(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child is this program writing a little to a journal at path.
func child(path string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childVar+"="+path)
	return c
}

func makeFolder(path string) error { return os.MkdirAll(filepath.Dir(path), 0o700) }

// vault is the sealer that a master key gives, whose bytes are all key.
func vault(key byte) journal.Sealer {
	master := make([]byte, secret.KeySize)
	for i := range master {
		master[i] = key
	}
	box, err := secret.New(master, func(n int) []byte {
		b := make([]byte, n)
		_, _ = rand.Read(b) // never fails: it ends the process
		return b
	})
	if err != nil {
		panic(err)
	}
	v, err := box.Vault("runs")
	if err != nil {
		panic(err)
	}
	return v
}
