// Package evidence holds what makes the history of the product provable:
// events chained per subject, salted commitments to personal text, and the
// transparency log over all events.
//
// Events are data, committed together with the change they describe. They
// carry ids, numbers and digests only; personal text stands in records of
// its own and an event commits to it by a salted hash, so that erasing the
// text by a decision leaves every chain and the log verifiable.
//
// The package is pure: no clock, no randomness, no storage.
//
// # The transparency log
//
// Every event of every chain is taken into one append-only log, an RFC 6962
// Merkle tree as golang.org/x/mod/sumdb/tlog computes it. The leaf data of an
// entry is the 32 raw bytes of the event's hash, so the leaf hash is
// SHA-256(0x00 || those bytes). The order of the log is the order of arrival,
// not of the chains; beside the tree every entry keeps the chain and place of
// its event (LogEntry), so that one can walk from an event to the log and back.
//
// The tree is stored in tiles of height 8 (TileID) and entry tiles of 256
// entries; how they lie in the store is the business of package translog.
//
// # Checkpoints and keys
//
// A checkpoint is the log's size and root at an instant, signed: a C2SP
// tlog-checkpoint in the signed-note format (golang.org/x/mod/sumdb/note,
// Ed25519). Kept outside the machine it makes a rewritten history visible.
//
// The signing key is one line in note's "PRIVATE+KEY+…" form. On one machine
// it lies in the data folder as keys/log.key, readable by the service's account
// alone and made on the first start; on AWS it is a secret that only the
// dispatch function's role may read. Nothing else in the product holds it.
//
// The public keys lie beside the checkpoints, in the folder checkpoints/ as
// log.pub (see ParseKeys), each with the time from which and until which its
// signatures count. Rotation: make a new key; sign one checkpoint with both
// keys (the handover: translog.Log takes several signers); commit an
// event of type KeyAdded on LogChain that names the new public key; give the
// old key's line its end and delete the old private key. A checkpoint counts
// if a key that was valid at its time signed it, so old checkpoints stay
// provable. A stolen old key can only sign what consistency with the log and
// with earlier checkpoints still refutes.
//
// Auditors get the public key on paper or by an official letter when they are
// appointed, compare it with the key in the mails that bring checkpoints and
// in sealed packages, and hand their own copy to the check. A key found only
// inside a package proves nothing and is reported as such.
package evidence
