// Package pdftext reads PDFs: it opens the bytes, interprets every page, puts
// the text in order and reads the fields of the documents in it.
//
// It is pure computation over bytes: no file, no process, no clock of the
// machine. Hostile bytes can still exhaust the memory or the stack of the
// process that calls it, which no Go program can catch: outside tests it runs
// only in the child process of package sandbox.
package pdftext
