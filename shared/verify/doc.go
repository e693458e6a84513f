// Package verify is the auditor's check: it reads a whole store, or one sealed
// package, and names every thing that does not hold. It trusts nothing that
// was written beside the evidence: hashes, trees and roots are worked out
// again from the events up.
//
// It only reads, in one consistent snapshot, and may run on a live store. It
// must not repair, and it must not need the code that wrote what it checks.
package verify
