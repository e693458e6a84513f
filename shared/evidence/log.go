package evidence

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// LogHead is the end of the transparency log: how many entries it holds and
// the RFC 6962 tree hash over them in lower-case hex. The zero LogHead is the
// empty log.
type LogHead struct {
	Size int64  `json:"size"`
	Root string `json:"root"`
}

// LogEntry names the event at one index of the log.
type LogEntry struct {
	Chain string `json:"chain"`
	Seq   int64  `json:"seq"`
	Hash  string `json:"hash"`
}

// Logged gives the log entry of a placed event.
func (p Placed) Logged() LogEntry { return LogEntry{Chain: p.Chain, Seq: p.Seq, Hash: p.Hash} }

// String is the entry's line in entry tiles and packages: "chain seq hash".
func (e LogEntry) String() string {
	return e.Chain + " " + strconv.FormatInt(e.Seq, 10) + " " + e.Hash
}

// ParseLogEntry reads a line that String wrote, and nothing else.
func ParseLogEntry(s string) (LogEntry, error) {
	h := strings.LastIndexByte(s, ' ')
	if h < 0 {
		return LogEntry{}, fmt.Errorf("evidence: log entry %q is not \"chain seq hash\"", s)
	}
	n := strings.LastIndexByte(s[:h], ' ')
	if n <= 0 {
		return LogEntry{}, fmt.Errorf("evidence: log entry %q is not \"chain seq hash\"", s)
	}
	seq, err := strconv.ParseInt(s[n+1:h], 10, 64)
	e := LogEntry{Chain: s[:n], Seq: seq, Hash: s[h+1:]}
	if err != nil || seq < 1 || e.String() != s {
		return LogEntry{}, fmt.Errorf("evidence: log entry %q: place is not a number from 1", s)
	}
	if _, err := e.Leaf(); err != nil {
		return LogEntry{}, err
	}
	return e, nil
}

// Hash is a node of the log's tree.
type Hash = tlog.Hash

// Leaf gives the leaf hash of the entry.
func (e LogEntry) Leaf() (Hash, error) {
	raw, err := parseHash(e.Hash)
	if err != nil {
		return Hash{}, fmt.Errorf("evidence: log entry of %s #%d: %w", e.Chain, e.Seq, err)
	}
	return tlog.RecordHash(raw[:]), nil
}

var errHash = errors.New("hash is not 64 lower-case hex digits")

// parseHash accepts one spelling only, so that no change to a stored hash
// can go unseen.
func parseHash(s string) (Hash, error) {
	var h Hash
	if len(s) != 2*len(h) || strings.ToLower(s) != s {
		return h, errHash
	}
	if _, err := hex.Decode(h[:], []byte(s)); err != nil {
		return h, errHash
	}
	return h, nil
}

// tree gives the head as tlog knows it.
func (h LogHead) tree() (tlog.Tree, error) {
	if h.Size == 0 && h.Root == "" {
		root, err := tlog.TreeHash(0, nil)
		return tlog.Tree{Hash: root}, err
	}
	root, err := parseHash(h.Root)
	if err != nil || h.Size < 0 {
		return tlog.Tree{}, fmt.Errorf("evidence: log head of size %d: root is not a hash", h.Size)
	}
	return tlog.Tree{N: h.Size, Hash: root}, nil
}

// Summit works out the head of a log entry by entry, in memory that grows with
// the logarithm of its size only. The zero Summit is the empty log.
type Summit struct {
	size int64
	// peaks are the roots of the complete subtrees, largest first: one for
	// every bit of size that is set.
	peaks []Hash
}

// Add appends one leaf hash.
func (s *Summit) Add(leaf Hash) {
	for n := s.size; n&1 == 1; n >>= 1 {
		last := len(s.peaks) - 1
		leaf = tlog.NodeHash(s.peaks[last], leaf)
		s.peaks = s.peaks[:last]
	}
	s.peaks = append(s.peaks, leaf)
	s.size++
}

// Size is how many leaf hashes were added so far.
func (s *Summit) Size() int64 { return s.size }

// Head gives the head of what was added so far.
func (s *Summit) Head() LogHead {
	if s.size == 0 {
		return LogHead{}
	}
	last := len(s.peaks) - 1
	root := s.peaks[last]
	for i := last - 1; i >= 0; i-- {
		root = tlog.NodeHash(s.peaks[i], root)
	}
	return LogHead{Size: s.size, Root: hex.EncodeToString(root[:])}
}
