package costs

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Meter counts the units of every request to a table that goes through it.
// It knows items by having seen them written: it must see every write.
type Meter struct {
	Next http.RoundTripper

	mu    sync.Mutex
	items map[string]Item
	count Count
}

// Count is what requests came to.
type Count struct {
	Writes map[string]float64 // write units by what was written
	Reads  map[string]float64 // read units by operation
	Calls  map[string]int     // requests by operation
}

func (c *Count) init() {
	if c.Writes == nil {
		c.Writes, c.Reads, c.Calls = map[string]float64{}, map[string]float64{}, map[string]int{}
	}
}

// Sum adds units up.
func Sum(units map[string]float64) float64 {
	n := 0.0
	for _, k := range slices.Sorted(maps.Keys(units)) {
		n += units[k]
	}
	return n
}

// Take gives what was counted since the last Take.
func (m *Meter) Take() Count {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count.init()
	c := m.count
	m.count = Count{}
	return c
}

// request is what a request may carry, as far as it costs.
type request struct {
	Item, Key      Item
	ConsistentRead bool
	TransactItems  []struct{ Put, Delete, ConditionCheck, Update *leg }
	RequestItems   map[string]json.RawMessage

	ExpressionAttributeValues Item
}

type leg struct{ Item, Key Item }

// answer is what an answer may carry.
type answer struct {
	Item       Item
	Items      []Item
	Attributes Item
	Responses  json.RawMessage
}

// RoundTrip sends the request and counts it if it was carried out.
func (m *Meter) RoundTrip(r *http.Request) (*http.Response, error) {
	target := r.Header.Get("X-Amz-Target")
	op := target[strings.LastIndex(target, ".")+1:]
	var sent []byte
	if r.Body != nil {
		var err error
		if sent, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	res, err := m.Next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	got, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(got))
	if err != nil {
		return nil, err
	}
	var in request
	var out answer
	if json.Unmarshal(sent, &in) == nil && json.Unmarshal(got, &out) == nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.take(op, in, out, res.StatusCode == http.StatusOK)
	}
	return res, nil
}

func (m *Meter) take(op string, in request, out answer, done bool) {
	m.count.init()
	if m.items == nil {
		m.items = map[string]Item{}
	}
	m.count.Calls[op]++
	switch op {
	case "TransactWriteItems":
		m.transaction(in, done)
	case "UpdateItem":
		was := m.items[id(in.Key)]
		is := maps.Clone(was)
		if is == nil {
			is = maps.Clone(in.Key)
		}
		maps.Copy(is, out.Attributes)
		m.wrote(in.Key, writeUnits(max(was.size(), is.size()))+indexUnits(was, is))
		m.items[id(in.Key)] = is
	case "BatchWriteItem":
		for _, list := range in.RequestItems {
			var each []struct{ DeleteRequest struct{ Key Item } }
			_ = json.Unmarshal(list, &each)
			for _, d := range each {
				was := m.items[id(d.DeleteRequest.Key)]
				m.wrote(d.DeleteRequest.Key, writeUnits(was.size())+indexUnits(was, nil))
				delete(m.items, id(d.DeleteRequest.Key))
			}
		}
	default:
		m.read(op, in, out)
	}
}

// Passes names the looks at the outbox that found something.
const Passes = "passes"

// Lost names the write units of transactions that lost a race and were tried
// again: they are paid for, and how many there are hangs on what meets.
const Lost = "lost races"

// transaction counts a transaction; one that was not carried out costs the
// same but for the indexes.
func (m *Meter) transaction(in request, done bool) {
	for _, t := range in.TransactItems {
		key, after := Item(nil), Item(nil)
		switch {
		case t.Put != nil:
			key, after = t.Put.Item, t.Put.Item
		case t.Delete != nil:
			key = t.Delete.Key
		case t.ConditionCheck != nil:
			key = t.ConditionCheck.Key
			after = m.items[id(key)]
		case t.Update != nil:
			key = t.Update.Key
			after = m.items[id(key)]
		default:
			continue
		}
		was := m.items[id(key)]
		units := 2 * writeUnits(max(was.size(), after.size()))
		if !done {
			m.count.Writes[Lost] += units
			continue
		}
		if t.Update != nil || t.ConditionCheck != nil {
			m.wrote(key, units)
			continue
		}
		units += indexUnits(was, after)
		if after == nil {
			delete(m.items, id(key))
		} else {
			m.items[id(key)] = after
		}
		m.wrote(key, units)
	}
}

func (m *Meter) read(op string, in request, out answer) {
	units := 0.0
	switch op {
	case "GetItem":
		units = readUnits(out.Item.size())
	case "Query", "Scan":
		bytes := 0
		for _, it := range out.Items {
			bytes += it.size()
		}
		if units = readUnits(bytes); !in.ConsistentRead {
			units /= 2
		}
		if in.ExpressionAttributeValues.text(":part") == outbox && len(out.Items) > 0 {
			m.count.Calls[Passes]++
		}
	case "BatchGetItem":
		var tables map[string][]Item
		_ = json.Unmarshal(out.Responses, &tables)
		for _, items := range tables {
			for _, it := range items {
				units += readUnits(it.size())
			}
		}
	case "TransactGetItems":
		var each []struct{ Item Item }
		_ = json.Unmarshal(out.Responses, &each)
		for _, e := range each {
			units += 2 * readUnits(e.Item.size())
		}
	default:
		return
	}
	m.count.Reads[op] += units
}

func id(key Item) string { return key.text("pk") + "\x00" + key.text("sk") }

// outbox is the partition of messages.
const outbox = "o#"

// kinds are the first letters of partition keys (dynamostore's schema).
var kinds = map[string]string{"r": "records", "c": "counters", "e": "events", "o": "messages", "i": "idempotency rows", "b": "bell"}

func (m *Meter) wrote(key Item, units float64) {
	part := key.text("pk")
	kind, _, _ := strings.Cut(part, "#")
	name := kinds[kind]
	if name == "" {
		name = "other"
	}
	if kind == "r" {
		room, _, _ := strings.Cut(strings.TrimPrefix(part, "r#"), "/")
		name += " " + room
	}
	m.count.Writes[name] += units
}
