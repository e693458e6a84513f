// Package access is sign-in and people: who somebody is, in which browser or
// program, and what an operator does about persons and units.
//
// It promises: of every secret (session, sign-in code, invitation, API token)
// only a hash is stored; an answer never tells whether an address is known;
// a code works only in the browser that asked for it, for ten minutes, five
// tries, once; a change of roles or address, or disabling, ends every session
// and token at once; nobody changes their own roles; administration and
// decision are never in one hand (people.Separate).
//
// Every act is idempotent under the key it is given and leaves an event on
// the person's or unit's chain, without personal text.
//
// It must not: know about pages, cookies or addresses of requests beyond the
// strings it is handed; read the clock or make randomness by itself; decide
// what a role may do elsewhere.
package access
