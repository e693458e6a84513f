// Package asl runs state machines written in the Amazon States Language on one
// machine, durably.
//
// A definition is parsed strictly: every field and feature that the engine
// does not execute exactly as Step Functions does is refused when the file is
// loaded, each with its place. What is accepted is held against executions
// recorded on AWS.
//
// An execution lives in a Journal. Every transition is written there before
// its effect is relied on, so after a crash finished tasks are never run
// again; the task that was under way may be, exactly as a Lambda invocation
// may be repeated. Executions that wait cost one entry in a heap of timers and
// no goroutine.
//
// Time, randomness, tokens, function calls and storage are given to the
// engine; it reads no clock, no environment and no file of its own. It knows
// nothing of what the machines are about.
//
// The rules are those of https://states-language.net/spec.html (query language
// JSONPath) and of the Step Functions developer guide and API reference; where
// these and a recording differ, the recording wins and the comment says so.
package asl
