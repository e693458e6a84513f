// Package roomstest holds the tests of what the rooms promise together: acts
// of people and stages on one real store, with a clock, a queue and runs that
// the test moves by hand. It has no code of its own.
package roomstest
