// Package powerloss proves that what a program has acknowledged survives
// power loss. Killing a process proves nothing of the kind: the kernel keeps
// what was never synced.
//
// Record runs a writer under strace and rebuilds, from its system calls, what
// each file, folder and attribute held and when each change became certain.
// A State is one thing a disk may hold after the power went at some moment:
// everything that was certain by then, and any part of the rest.
//
// The rules are those a careful program may rely on and no kinder ones:
//
//   - fsync of a file makes its bytes, size and attributes certain; fdatasync
//     its bytes and size. Neither makes a name certain, not even the file's own.
//   - fsync of a folder makes the names in it certain, not the files behind
//     them and not the folder's own name.
//   - Bytes not synced arrive in any order, block by block, or not at all; so
//     do names in different folders, and different names in one.
//   - A rename is atomic: the old name goes only if the new one is there.
//
// A writer says what it has promised by writing a line "ack <text>" to
// standard output, in one write. It must be one process; it may have threads.
// Only what happens below the folder given to Record counts.
//
// Not seen by strace, and so not modelled: writes through a shared mapping. A
// file so mapped is an error unless Options.Transient says that its contents
// do not matter after a crash (the -shm file of SQLite).
//
// The package is for tests; nothing of the product imports it.
package powerloss
