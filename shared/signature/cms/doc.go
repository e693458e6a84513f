// Package cms reads and verifies CMS signatures (RFC 5652) and the time-stamp
// tokens made of them (RFC 3161), as PDF files carry them: one signer,
// detached content. It says what holds and what does not, part by part, and
// leaves it to its caller what that means. It trusts nobody: whether a
// certificate leads anywhere is package trust's question.
//
// Input is hostile. Nothing here reads files or the clock.
package cms
