package frame

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"hoso/shared/fault"
)

// asset is one file as it is served.
type asset struct {
	body    []byte
	packed  []byte // gzip, where it helps
	kind    string
	version string
}

type assets map[string]asset

func assetKind(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".png":
		return "image/png"
	case ".wasm":
		return "application/wasm"
	}
	return "application/octet-stream"
}

func loadAssets(files fs.FS) (assets, error) {
	all := assets{}
	if files == nil {
		return all, nil
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		a := asset{body: body, kind: assetKind(name), version: hex.EncodeToString(sum[:6])}
		if strings.HasPrefix(a.kind, "text/") || a.kind == "image/svg+xml" || a.kind == "application/wasm" {
			var b bytes.Buffer
			z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
			if err != nil {
				return err
			}
			if _, err := z.Write(body); err != nil {
				return err
			}
			if err := z.Close(); err != nil {
				return err
			}
			if b.Len() < len(body)*9/10 {
				a.packed = b.Bytes()
			}
		}
		all[name] = a
		return nil
	})
	return all, err
}

// address gives the address of an asset with its version; "" if it is not
// there: what was not fetched is left out of the pages.
func (a assets) address(name string) string {
	f, ok := a[name]
	if !ok {
		return ""
	}
	return "/assets/" + name + "?v=" + f.version
}

// workerPolicy is the content policy of a script that runs as a worker: it
// may compile the decoders of scanned pages, and reach nothing but this site.
const workerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; font-src 'self'"

func (a assets) serve(c *Call) error {
	f, ok := a[c.Param("name")]
	if !ok {
		return fault.New(fault.NotFound, "web.asset", "")
	}
	h := c.W.Header()
	if strings.HasSuffix(c.Param("name"), ".worker.min.mjs") {
		h.Set("Content-Security-Policy", workerPolicy)
	}
	h.Set("Cache-Control", "public, max-age=3600")
	if c.Query("v") == f.version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("ETag", `"`+f.version+`"`)
	if c.R.Header.Get("If-None-Match") == `"`+f.version+`"` {
		c.W.WriteHeader(http.StatusNotModified)
		c.sent = true
		return nil
	}
	h.Set("Vary", "Accept-Encoding")
	if f.packed != nil && strings.Contains(c.R.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		return c.Bytes(f.kind, f.packed)
	}
	return c.Bytes(f.kind, f.body)
}
