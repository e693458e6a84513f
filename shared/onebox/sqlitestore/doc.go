// Package sqlitestore keeps the store of the one-machine edition in one SQLite
// file, readable with the sqlite3 tool.
//
// A commit that was acknowledged is on the disk: the write-ahead log is synced
// before any caller hears of it. Commits that arrive together share one
// SQLite transaction and one sync; each still succeeds or fails alone, and
// none is acknowledged before the sync. ":memory:" is the same code on a
// database without a file, for tests.
//
// One process holds the file at a time. When the disk no longer confirms what
// it was given, the store refuses every further write until it is opened
// again: what a disk forgot once cannot be made good by asking twice.
//
// The package must not know what the records mean.
package sqlitestore
