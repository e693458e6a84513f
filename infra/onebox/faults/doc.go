// Package faults breaks the product as it is installed, its binary on a data
// folder of its own, and looks at what is left: it is killed, its disk fills
// up, programs press everything in its mails, and files are not what they
// claim to be.
//
// It holds tests only. The short forms run with all others; the long ones are
// called by infra/torture.sh, which chooses seed and length by environment
// variables (HOSO_TORTURE_SEED, HOSO_TORTURE_KILLS).
package faults
