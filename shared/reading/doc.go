// Package reading says what a document says: the result of reading one PDF,
// the fields of the documents found in it with their evidence, and how a
// person's corrections are laid over what the machine read.
//
// Everything here is data and pure functions: no file, no clock, no process.
// The same bytes give the same Reading, byte for byte, with the same Tool.
// Text in a Reading comes from strangers: every place that shows it escapes it.
package reading
