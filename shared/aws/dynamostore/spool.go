package dynamostore

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Scratch is a place on disk for what does not fit into memory; closing it
// forgets what it holds.
type Scratch interface {
	io.Writer
	io.ReaderAt
	io.Closer
}

// runBytes is how much of a spool is in memory before it is written out.
const runBytes = 16 << 20

// spool sorts items by their keys, kind by kind, in bounded memory: what does
// not fit is written out in sorted runs, which are merged when they are read.
type spool struct {
	file Scratch
	most int // bytes in memory
	held int
	end  int64
	mem  map[string][]spooled // by prefix of the partition key
	runs map[string][]run
}

// spooled is one item: its key, and all of it.
type spooled struct{ key, text []byte }

type run struct{ from, size int64 }

func newSpool(file Scratch, most int) *spool {
	return &spool{file: file, most: most, mem: map[string][]spooled{}, runs: map[string][]run{}}
}

// add takes one encoded item of a kind.
func (s *spool) add(kind string, it spooled) error {
	s.mem[kind] = append(s.mem[kind], it)
	if s.held += len(it.key) + len(it.text); s.held < s.most {
		return nil
	}
	return s.flush()
}

// flush writes what is in memory, a run for each kind.
func (s *spool) flush() error {
	w := bufio.NewWriter(s.file)
	for _, kind := range slices.Sorted(maps.Keys(s.mem)) {
		list, from := s.mem[kind], s.end
		order(list)
		for _, it := range list {
			for _, b := range [][]byte{it.key, it.text} {
				n, err := w.Write(binary.AppendUvarint(nil, uint64(len(b))))
				if err != nil {
					return err
				}
				m, err := w.Write(b)
				if err != nil {
					return err
				}
				s.end += int64(n + m)
			}
		}
		s.runs[kind] = append(s.runs[kind], run{from, s.end - from})
	}
	s.mem, s.held = map[string][]spooled{}, 0
	return w.Flush()
}

func order(list []spooled) {
	slices.SortFunc(list, func(a, b spooled) int { return bytes.Compare(a.key, b.key) })
}

// each hands out every item of a kind by its key, in byte order.
func (s *spool) each(kind string, visit func(item) error) error {
	var m merge
	order(s.mem[kind])
	sources := []source{&memory{left: s.mem[kind]}}
	for _, r := range s.runs[kind] {
		sources = append(sources, &written{bufio.NewReader(io.NewSectionReader(s.file, r.from, r.size))})
	}
	for _, src := range sources {
		if err := m.take(src); err != nil {
			return err
		}
	}
	for len(m) > 0 {
		next := heap.Pop(&m).(head)
		it, err := decode(next.text)
		if err != nil {
			return err
		}
		if err := visit(it); err != nil {
			return err
		}
		if err := m.take(next.of); err != nil {
			return err
		}
	}
	return nil
}

// source gives items in order; io.EOF ends it.
type source interface{ next() (spooled, error) }

type memory struct{ left []spooled }

func (m *memory) next() (spooled, error) {
	if len(m.left) == 0 {
		return spooled{}, io.EOF
	}
	it := m.left[0]
	m.left = m.left[1:]
	return it, nil
}

type written struct{ r *bufio.Reader }

func (w *written) next() (it spooled, err error) {
	if it.key, err = block(w.r); err != nil {
		return it, err
	}
	if it.text, err = block(w.r); errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return it, err
}

func block(r *bufio.Reader) ([]byte, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, err
	}
	b := make([]byte, n)
	_, err = io.ReadFull(r, b)
	return b, err
}

// merge is a heap of the next item of every source.
type merge []head

type head struct {
	spooled
	of source
}

func (m *merge) take(of source) error {
	it, err := of.next()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		heap.Push(m, head{it, of})
	}
	return err
}

func (m merge) Len() int           { return len(m) }
func (m merge) Less(i, j int) bool { return bytes.Compare(m[i].key, m[j].key) < 0 }
func (m merge) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *merge) Push(x any)        { *m = append(*m, x.(head)) }
func (m *merge) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}

// kinds of attributes that the store writes.
const (
	textTag   = 'S'
	numberTag = 'N'
	bytesTag  = 'B'
)

// encode writes an item so that equal items give equal texts. Attributes of
// kinds that the store never writes are left out: nothing reads them.
func encode(it item) spooled {
	var text []byte
	add := func(tag byte, name, value string) {
		text = append(text, tag)
		for _, s := range []string{name, value} {
			text = append(binary.AppendUvarint(text, uint64(len(s))), s...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(it)) {
		switch v := it[name].(type) {
		case *types.AttributeValueMemberS:
			add(textTag, name, v.Value)
		case *types.AttributeValueMemberN:
			add(numberTag, name, v.Value)
		case *types.AttributeValueMemberB:
			add(bytesTag, name, string(v.Value))
		}
	}
	return spooled{key: []byte(getS(it, attrPart) + "\x00" + getS(it, attrSort)), text: text}
}

func decode(text []byte) (item, error) {
	it, r := item{}, bufio.NewReader(bytes.NewReader(text))
	for {
		tag, err := r.ReadByte()
		if errors.Is(err, io.EOF) {
			return it, nil
		}
		name, nerr := block(r)
		value, verr := block(r)
		if err := cmp.Or(err, nerr, verr); err != nil {
			return nil, fmt.Errorf("spooled item: %w", err)
		}
		switch tag {
		case textTag:
			it[string(name)] = str(string(value))
		case numberTag:
			it[string(name)] = &types.AttributeValueMemberN{Value: string(value)}
		case bytesTag:
			it[string(name)] = &types.AttributeValueMemberB{Value: value}
		default:
			return nil, fmt.Errorf("spooled item: tag %q", tag)
		}
	}
}

// kindOf gives the prefix of an item's partition key, "r#".
func kindOf(it item) string {
	part := getS(it, attrPart)
	return part[:strings.Index(part, "#")+1]
}
