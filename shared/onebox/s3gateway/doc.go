// Package s3gateway is the object store of the one-machine edition: versitygw
// with its posix backend, embedded, and spoken to only through the S3 protocol
// with real signatures.
//
// What it promises beyond the library:
//
//   - A write that was answered survives power loss. The bytes and metadata of
//     an object are on the disk before its name appears, the copy of the
//     version it replaces is on the disk before that, and the folder that
//     holds the name is on the disk before the answer (see durable.go).
//   - Nothing half stored is ever visible, also when the disk is full.
//   - If the disk reports that it could not keep something, no further write
//     is accepted: retrying a failed fsync proves nothing.
//   - OnObject is called for each stored object, at least once, after it is
//     durable, as long as the process lives. What a crash swallows is found by
//     the start-up sweep of the product.
//   - Only what the product uses is served: no bucket is created or removed
//     over the wire, no policy, no access list, no delete without a version.
//
// Metadata lives in extended attributes, which travel with the inode and so
// appear and vanish together with the bytes. Side files cannot: the library
// replaces them one by one before the rename that publishes an overwrite, so a
// crash in between leaves the old bytes under the new version's name. The data
// folder must therefore lie on a file system with user extended attributes
// (ext4, xfs, btrfs, zfs, tmpfs of Linux 6.6, NFS 4.2 have them); Start says
// so if it does not. Backups of the folder must keep extended attributes.
//
// The library changes the working directory of the process and keeps state in
// package variables: one gateway per process, and every other path must be
// absolute.
package s3gateway
