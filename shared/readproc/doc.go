// Package readproc is the reader of documents as a process of its own: the
// parent's side implements reading.Reader over package sandbox, the child's
// side is the whole main of that process.
//
// The child gets one JSON argument and the open PDF as standard input, and
// writes one reading.Reading as JSON to standard output. It links nothing
// that the parser does not need: a process a document costs what its start
// costs.
package readproc
