package store

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Sum is the digest of one record as an adapter keeps it, or of several added
// up: then their order does not matter, and each can be taken away again.
type Sum [sha256.Size]byte

// Summer makes the sums of records: HMAC-SHA256 under a key of the
// installation, so that who can write the store but has no key cannot make one
// that fits. Without a key it finds accidents only. The zero value has no key.
type Summer struct{ key []byte }

// NewSummer makes a summer; key nil gives one without a key.
func NewSummer(key []byte) Summer { return Summer{key} }

// ID tells keys from each other and says nothing about them.
func (s Summer) ID() string {
	m := hmac.New(sha256.New, s.key)
	m.Write([]byte("key"))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:9])
}

// Keyed reports whether the summer has a key.
func (s Summer) Keyed() bool { return len(s.key) > 0 }

// Record gives the sum of a record: of its key, revision, body and entries.
func (s Summer) Record(r Record) Sum {
	m := hmac.New(sha256.New, s.key)
	text := func(t string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(t)))
		m.Write(n[:])
		m.Write([]byte(t))
	}
	text("record")
	text(r.Key.Part)
	text(r.Key.Sort)
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(r.Rev))
	m.Write(n[:])
	text(string(r.Body))
	index := slices.SortedFunc(slices.Values(r.Index), func(a, b Entry) int { return cmp.Compare(a.Pattern.Slot, b.Pattern.Slot) })
	for _, e := range index {
		m.Write([]byte{byte(e.Pattern.Slot)})
		text(e.Pattern.Name)
		text(e.Part)
		text(e.Sort)
	}
	return Sum(m.Sum(nil))
}

// Plain is a row beside the records of which an adapter keeps a sum: a counter,
// or what is kept of an act that was done, by its key.
type Plain struct {
	Kind string   // CounterRow or ActRow
	Name string   // of the counter, or the act's key
	Says []string // what the row says, in the adapter's own form
	Sum  []byte   // as kept
}

// Kinds of Plain.
const (
	CounterRow = "counter"
	ActRow     = "act"
)

// Plain gives the sum of such a row.
func (s Summer) Plain(p Plain) Sum {
	m := hmac.New(sha256.New, s.key)
	for _, t := range append([]string{p.Kind, p.Name}, p.Says...) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(t)))
		m.Write(n[:])
		m.Write([]byte(t))
	}
	return Sum(m.Sum(nil))
}

// Written gives the sum of the record that a write leaves behind.
func (s Summer) Written(w Write) Sum {
	return s.Record(Record{Key: w.Key, Rev: w.Expect + 1, Body: w.Body, Index: w.Index})
}

// ReadSum reads a sum as kept; one of another length is the zero sum.
func ReadSum(b []byte) Sum {
	if len(b) != sha256.Size {
		return Sum{}
	}
	return Sum(b)
}

// Add adds x to the total.
func (t *Sum) Add(x Sum) { t.each(x, bits.Add64) }

// Sub takes x away from the total.
func (t *Sum) Sub(x Sum) { t.each(x, bits.Sub64) }

// each calculates modulo 2^256.
func (t *Sum) each(x Sum, op func(a, b, carry uint64) (uint64, uint64)) {
	var carry uint64
	for i := len(t) - 8; i >= 0; i -= 8 {
		var v uint64
		v, carry = op(binary.BigEndian.Uint64(t[i:]), binary.BigEndian.Uint64(x[i:]), carry)
		binary.BigEndian.PutUint64(t[i:], v)
	}
}
