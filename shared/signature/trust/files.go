package trust

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Read gives the anchors of files and folders as one PEM text, checked. In a
// folder, every *.pem, *.crt, *.cer and *.crl directly in it, by name. A
// folder that is not there holds none; a file that is not there is an error.
func Read(paths ...string) ([]byte, error) {
	var out bytes.Buffer
	for _, p := range paths {
		files, err := listed(p)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				return nil, err
			}
			text := asPEM(f, b)
			if _, err := Parse(text); err != nil {
				return nil, fmt.Errorf("%s: %w", f, err)
			}
			out.Write(text)
			out.WriteByte('\n')
		}
	}
	return out.Bytes(), nil
}

func listed(p string) ([]string, error) {
	st, err := os.Stat(p)
	if err == nil && !st.IsDir() {
		return []string{p}, nil
	}
	if err != nil {
		// A path with the ending of a file was meant as one.
		if errors.Is(err, fs.ErrNotExist) && !anchorFile(p) {
			return nil, nil
		}
		return nil, err
	}
	entries, err := os.ReadDir(p)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if !e.IsDir() && anchorFile(e.Name()) {
			out = append(out, filepath.Join(p, e.Name()))
		}
	}
	slices.Sort(out)
	return out, nil
}

func anchorFile(name string) bool {
	return slices.Contains([]string{".pem", ".crt", ".cer", ".crl"}, strings.ToLower(filepath.Ext(name)))
}

// asPEM wraps what is DER: authorities publish both.
func asPEM(name string, b []byte) []byte {
	if len(b) == 0 || b[0] != 0x30 {
		return b
	}
	kind := "CERTIFICATE"
	if strings.EqualFold(filepath.Ext(name), ".crl") {
		kind = "X509 CRL"
	}
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b})
}
