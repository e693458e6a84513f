// Package translog keeps the transparency log: it takes the events that
// commits leave in the outbox into the log, signs checkpoints, and proves.
//
// The log lies in the store, as records of part "log":
//
//	head                size and root
//	entries/<n>         256 entries each, as lines "chain seq hash"
//	tile/<level>/<n>    256 hashes each
//	checkpoint/<size>   a signed checkpoint and the size of the one before it
//
// and for every event one row, part "log/<chain>", sort <seq>, with its index.
// One commit writes the rows, the tiles that changed and the head with the
// revision that was read, so that rows, tiles and head are one atomic step,
// whoever writes at the same time. Its worst case is 73 items: 60 rows, 11
// tiles, the head and the idempotency row.
//
// Messages may come late, twice, out of order and to several workers at once:
// an event that has its row is passed over. The order of the log is the order
// of arrival. The package appends and reads; it must never change an entry,
// and it refuses to extend a log whose tiles do not belong to its head.
package translog
