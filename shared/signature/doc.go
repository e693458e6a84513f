// Package signature judges the digital signatures of a document: what the
// file says of them, what their cryptography proves, where their certificates
// lead, and what all that means, in words.
//
// Judging is pure: bytes and anchors in, a verdict out. It runs where the
// document is read, behind the reader's walls, and asks no network: a
// revocation that nobody brought along is said to be unknown.
package signature
