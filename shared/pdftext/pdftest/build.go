// Package pdftest writes small PDFs for tests, sound ones and hostile ones.
// Only tests import it.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
)

// File is a PDF being written. Objects are numbered from 1 in the order of Add.
type File struct {
	objects [][]byte
	Trailer string // added to the trailer dictionary
	Root    int    // number of the catalog; 0: the first object
}

// Add adds an object with the given body and gives its number.
func (f *File) Add(body string) int {
	f.objects = append(f.objects, []byte(body))
	return len(f.objects)
}

// Stream adds a stream with the entries of dict, which need not state the length.
func (f *File) Stream(dict string, data []byte) int {
	body := fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", dict, len(data), data)
	return f.Add(body)
}

// Flate adds a compressed stream.
func (f *File) Flate(dict string, data []byte) int {
	return f.Stream(dict+" /Filter /FlateDecode", Deflate(data))
}

// Set replaces the body of an object.
func (f *File) Set(n int, body string) { f.objects[n-1] = []byte(body) }

// Bytes writes the file with a classic cross-reference table.
func (f *File) Bytes() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(f.objects))
	for i, o := range f.objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(f.objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	root := f.Root
	if root == 0 {
		root = 1
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root %d 0 R %s>>\nstartxref\n%d\n%%%%EOF\n", len(f.objects)+1, root, f.Trailer, start)
	return b.Bytes()
}

// Deflate compresses with a zlib header.
func Deflate(data []byte) []byte {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestSpeed)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	return b.Bytes()
}

// Doc starts a file with a catalog (1), a page tree (2), Times as /F1 (3) and
// one A4 page a content stream. More is put into the catalog.
func Doc(more string, contents ...string) *File {
	f := &File{}
	f.Add("<</Type /Catalog /Pages 2 0 R " + more + ">>")
	f.Add("")
	f.Add("<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding>>")
	var kids []string
	for _, c := range contents {
		s := f.Stream("", []byte(c))
		p := f.Add(fmt.Sprintf("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <</Font <</F1 3 0 R>>>> /Contents %d 0 R>>", s))
		kids = append(kids, fmt.Sprintf("%d 0 R", p))
	}
	f.Set(2, fmt.Sprintf("<</Type /Pages /Kids [%s] /Count %d>>", strings.Join(kids, " "), len(kids)))
	return f
}

// Line gives the operators that show ASCII text at a place, in points from
// the page's bottom left corner.
func Line(x, y float64, text string) string {
	text = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(text)
	return fmt.Sprintf("BT /F1 12 Tf 1 0 0 1 %g %g Tm (%s) Tj ET\n", x, y, text)
}
