// Package player plays the life of several dossiers against a demonstration
// server, as the persons concerned would: with a browser each, a mailbox, and
// one program that uses the public API.
//
// It is given addresses only. It knows nothing of the product's inside and
// imports none of its packages: what it finds to be wrong, a person or a
// program outside would find too.
package player
