// Package bag is the file format of a sealed package: everything about one
// dossier in one ZIP file that can be read and checked without this software,
// decades later.
//
// Inside the ZIP lies a BagIt 1.0 bag (RFC 8493): the payload under data/, a
// manifest that `sha256sum -c` understands, a page for people (data/ho-so.html)
// and the same as JSON, the history as canonical event lines with the salted
// texts behind them, each event's proof of inclusion in the transparency log,
// a signed checkpoint, and README.txt, which describes every rule that a
// checker needs. The format of README.txt is the contract: what stands there
// may be added to, never changed.
//
// Bytes are deterministic: the same Input gives the same ZIP. Nothing is
// compressed, so that a damaged byte damages one file only and no decoder is
// needed to get a file out.
//
// The package is pure: it reads what it is given openers for and writes to an
// io.Writer, in memory that does not grow with the size of the files. It knows
// nothing of stores, stages or campaigns.
package bag
