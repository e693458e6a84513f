// Package pdffile opens the outer shell of a PDF that may be damaged or
// hostile: header, cross-reference chain, object streams, encryption,
// filters, active content, signatures present.
//
// Everything a stranger can write is parsed here, by code whose loops, depth
// and memory are bounded by a Budget. The live objects are then written out
// afresh as a small, plain file without streams, which the ledongthuc/pdf
// library opens and resolves: it never sees a table, length or nesting that a
// stranger chose, so its known hangs and crashes cannot be reached. Stream
// bytes stay in the original and are fetched by Stream.
//
// The package knows nothing of text or fonts. It does not touch files,
// processes or the clock of the machine.
package pdffile
