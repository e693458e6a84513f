// Package dynamostore is the store port over one DynamoDB table.
//
// A commit is one TransactWriteItems. Its first leg is the idempotency row:
// an engine that reports only the first failure then reports the one that
// outranks all others. DynamoDB's own request tokens, which it forgets after
// ten minutes, are not relied on. A transaction that lost to another one in
// flight, or whose chains grew meanwhile, is tried again after a wait by
// chance; every other failed condition is the answer.
//
// A chain's end is its last event: one act writes the next place, which must
// be free. Nobody can leave a place out, for the end is read consistently
// before.
//
// Reads by key are consistent reads. Query reads a global index and may lag.
// Messages lie in one partition. Pending reads it consistently, so that a
// settled one never comes again; those for later it finds in a sparse index
// of keys when their time has come, and reads them consistently as well.
//
// The package must not choose time or chance: waits and jitter are injected.
package dynamostore
