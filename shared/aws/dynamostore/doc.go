// Package dynamostore is the store port over one DynamoDB table.
//
// A commit is one TransactWriteItems. Its first leg is the idempotency row:
// an engine that reports only the first failure then reports the one that
// outranks all others. DynamoDB's own request tokens, which it forgets after
// ten minutes, are not relied on. A transaction that lost to another one in
// flight, or whose chains grew meanwhile, is tried again after a wait by
// chance; every other failed condition is the answer.
//
// Reads by key are consistent reads. Query reads a global index and may lag.
// Pending finds what is due in a sparse index of keys and reads the messages
// themselves consistently, so that a settled one never comes again.
//
// The package must not choose time or chance: waits and jitter are injected.
package dynamostore
