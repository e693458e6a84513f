package asl

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxPayload is the number of bytes that may travel between states, as input,
// result or output (Step Functions quotas, "Maximum input or output size").
const maxPayload = 256 * 1024

// decode reads one JSON text. Numbers keep their spelling, so that an
// identifier written as a number passes through unharmed.
func decode(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

// encode writes v compactly. Members of objects come in the order of their
// names: an object has no order, and the same value must give the same text.
func encode(v any) string { return string(appendJSON(nil, v)) }

// appendJSON appends a value of decode, or one built of Go's integers and
// strings in maps and slices.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case json.Number:
		return append(b, v...)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case string:
		return appendString(b, v)
	case []any:
		b = append(b, '[')
		for i, w := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, w)
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for i, k := range sortedKeys(v) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, k), ':')
			b = appendJSON(b, v[k])
		}
		return append(b, '}')
	}
	text, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, text...)
}

// appendString appends a string literal. Only what JSON forbids is escaped, so
// that the size of a text is what Step Functions would count.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0
	for i, c := range s {
		if c >= ' ' && c != '"' && c != '\\' && c != utf8.RuneError {
			continue
		}
		b = append(b, s[from:i]...)
		size := 1
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == utf8.RuneError:
			// Either the character itself or bytes that are no UTF-8.
			_, size = utf8.DecodeRuneInString(s[i:])
			b = append(b, "\uFFFD"...)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		from = i + size
	}
	return append(append(b, s[from:]...), '"')
}

// compact gives the canonical text of a JSON text, for comparing two of them.
func compact(text string) (string, error) {
	v, err := decode(text)
	if err != nil {
		return "", err
	}
	return encode(v), nil
}

func number(n int) json.Number { return json.Number(strconv.Itoa(n)) }

// whole gives v as an integer; ok is false for anything that is not a number
// with an integer's value.
func whole(v any) (n int64, ok bool) {
	num, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	if n, err := num.Int64(); err == nil {
		return n, true
	}
	f, err := num.Float64()
	if err != nil || f != float64(int64(f)) {
		return 0, false
	}
	return int64(f), true
}

// compareNumbers orders two numbers by value: 1, 1.0 and 1e0 are the same.
func compareNumbers(a, b json.Number) int {
	x, errX := a.Int64()
	y, errY := b.Int64()
	if errX == nil && errY == nil {
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	f, _ := a.Float64()
	g, _ := b.Float64()
	switch {
	case f < g:
		return -1
	case f > g:
		return 1
	}
	return 0
}

// same reports whether two JSON values are equal, numbers by value.
func same(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		return ok && compareNumbers(a, b) == 0
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, same)
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, v := range a {
			w, ok := b[k]
			if !ok || !same(v, w) {
				return false
			}
		}
		return true
	}
	switch b.(type) {
	case []any, map[string]any:
		return false
	}
	return a == b
}

// sortedKeys gives the names of an object's members in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
