// Package objects is the product's S3 client: uploads that a signature binds
// to one key, size and hash, reads of pinned versions, facts named by their
// digest, and copies into the archive. It speaks only aws-sdk-go-v2/s3, so the
// same code runs against AWS and against the gateway of the one-machine
// edition.
//
// Every error carries a kind of package fault: NotFound, Conflict (the key
// holds something else), Denied, Invalid (the bytes are not what was
// declared) or Transient. It never retries beyond the SDK's default: the flow
// that calls it owns retries.
package objects
