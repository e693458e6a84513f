package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"hoso/shared/evidence"
)

// Lengths of names in bytes. They leave an adapter room for its own prefixes
// below DynamoDB's 2,048 bytes for a partition key and 1,024 for a sort key.
const (
	maxPart = 1024
	maxSort = 900
)

// MaxBody bounds a record's body together with its key and index entries, and
// a message or result: MaxRecord without room for attribute names and what an
// adapter keeps beside.
const MaxBody = MaxRecord - 2048

// MaxEvent bounds the data of one event: in its line a byte may take six.
const MaxEvent = 48 << 10

func check(c Commit) error {
	if err := name("idempotency key", c.Key, maxPart/2); err != nil {
		return err
	}
	if c.At.IsZero() {
		return errors.New("instant is missing")
	}
	if n := c.Items(); n > MaxItems {
		return fmt.Errorf("%d items, at most %d", n, MaxItems)
	}
	if n := c.Bytes(); n > MaxBytes {
		return fmt.Errorf("%d bytes, at most %d", n, MaxBytes)
	}
	if len(c.Result)+len(c.Request) > MaxBody {
		return fmt.Errorf("result and request: %d bytes, at most %d", len(c.Result)+len(c.Request), MaxBody)
	}
	if !utf8.ValidString(c.Request) {
		return errors.New("request is not UTF-8")
	}
	if len(c.Result) > 0 {
		if err := body(c.Result); err != nil {
			return fmt.Errorf("result: %w", err)
		}
	}
	seen := map[Key]bool{}
	for _, w := range c.Writes {
		if err := checkWrite(w); err != nil {
			return fmt.Errorf("record %s|%s: %w", w.Key.Part, w.Key.Sort, err)
		}
		if seen[w.Key] {
			return fmt.Errorf("record %s|%s: two operations on one key", w.Key.Part, w.Key.Sort)
		}
		seen[w.Key] = true
	}
	counters := map[string]bool{}
	for _, a := range c.Counters {
		if counters[a.Counter] || (a.N == 0 && !a.Create) || (a.Create && a.N < 0) {
			return fmt.Errorf("counter %q: repeated, or without effect", a.Counter)
		}
		if err := name("counter", a.Counter, maxPart); err != nil {
			return err
		}
		counters[a.Counter] = true
	}
	ids := map[string]bool{}
	for _, m := range c.Outbox {
		if err := checkMessage(m); err != nil {
			return fmt.Errorf("message %q: %w", m.ID, err)
		}
		if ids[m.ID] {
			return fmt.Errorf("message %q: two of one id", m.ID)
		}
		ids[m.ID] = true
	}
	for _, e := range c.Events {
		if err := checkEvent(e); err != nil {
			return fmt.Errorf("event %q on %q: %w", e.Type, e.Chain, err)
		}
	}
	return nil
}

func checkWrite(w Write) error {
	switch {
	case w.Check && w.Delete:
		return errors.New("check and delete at once")
	case (w.Check || w.Delete) && (len(w.Body) > 0 || len(w.Index) > 0):
		return errors.New("check or delete with a body")
	case w.Expect < 0, w.Delete && w.Expect == 0:
		return errors.New("expected revision is out of range")
	}
	if err := key(w.Key.Part, w.Key.Sort); err != nil {
		return err
	}
	if w.Check || w.Delete {
		return nil
	}
	if err := body(w.Body); err != nil {
		return err
	}
	size := len(w.Body) + len(w.Key.Part) + len(w.Key.Sort)
	slots := map[int]bool{}
	for _, e := range w.Index {
		if e.Pattern.Name == "" || e.Pattern.Slot < 1 || e.Pattern.Slot > 3 || slots[e.Pattern.Slot] {
			return fmt.Errorf("index entry %q has no name, or its slot is taken", e.Pattern.Name)
		}
		slots[e.Pattern.Slot] = true
		if err := key(e.Part, e.Sort); err != nil {
			return fmt.Errorf("index entry %q: %w", e.Pattern.Name, err)
		}
		size += len(e.Pattern.Name) + len(e.Part) + len(e.Sort)
	}
	if size > MaxBody {
		return fmt.Errorf("%d bytes with key and index entries, at most %d", size, MaxBody)
	}
	return nil
}

func checkMessage(m Message) error {
	if err := name("id", m.ID, maxPart); err != nil {
		return err
	}
	if m.Kind == "" {
		return errors.New("kind is missing")
	}
	if len(m.Body) == 0 {
		return nil
	}
	return body(m.Body)
}

func checkEvent(e evidence.Event) error {
	if err := name("chain", e.Chain, maxPart); err != nil {
		return err
	}
	if e.Type == "" || e.Actor == "" || e.At.IsZero() {
		return errors.New("type, actor and time are needed")
	}
	if len(e.Data) > MaxEvent {
		return fmt.Errorf("%d bytes, at most %d", len(e.Data), MaxEvent)
	}
	if len(e.Data) > 0 {
		return body(e.Data)
	}
	return nil
}

func key(part, sort string) error {
	if err := name("part", part, maxPart); err != nil {
		return err
	}
	return name("sort", sort, maxSort)
}

// name refuses what one adapter would keep and another would not: text that
// is not UTF-8, and the zero byte, which page positions use as a separator.
func name(what, s string, most int) error {
	switch {
	case s == "":
		return fmt.Errorf("%s is empty", what)
	case len(s) > most:
		return fmt.Errorf("%s has %d bytes, at most %d", what, len(s), most)
	case !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0:
		return fmt.Errorf("%s is not text", what)
	}
	return nil
}

func body(b json.RawMessage) error {
	switch {
	case len(b) > MaxBody:
		return fmt.Errorf("%d bytes, at most %d", len(b), MaxBody)
	case !json.Valid(b) || !utf8.Valid(b):
		return errors.New("body is not JSON in UTF-8")
	}
	return nil
}
