// Package sandbox runs a program over one open document in a process that can
// be killed and can do nothing but read that document and write its answer.
//
// The parent (Run) gives the child an empty environment, its own process
// group, one open file as standard input, and kills the whole group when wall
// time, output or the caller's context ends. The child (Enter) then shuts
// itself in before it looks at the first byte of the document: resource
// limits, no new privileges, Landlock, and a seccomp filter that allows only
// what a running Go program needs for memory, threads and its open files.
// What the kernel refuses is reported by Report and Attempts, never assumed.
//
// A program that is not ours and cannot shut itself in is started by our own
// child after Enter, or not at all.
package sandbox
