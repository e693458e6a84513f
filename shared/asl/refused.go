package asl

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Unsupported names one thing in a definition that the engine does not run,
// or that is wrong, and where it stands.
type Unsupported struct {
	// Path is the place in the definition, such as "$.States.Read.Retry[0].BackoffRate".
	Path string
	// Feature says what is not run or what is wrong.
	Feature string
}

// String gives "path: feature".
func (u Unsupported) String() string { return u.Path + ": " + u.Feature }

// RefusedError says why a definition was not loaded: all its places, in order.
type RefusedError struct {
	Machine string
	Places  []Unsupported
}

// Error lists every place.
func (e *RefusedError) Error() string {
	lines := make([]string, len(e.Places))
	for i, p := range e.Places {
		lines[i] = p.String()
	}
	return fmt.Sprintf("state machine %s is refused: %s", e.Machine, strings.Join(lines, "; "))
}

// faults collects what is wrong with a definition while it is read.
type faults struct{ places []Unsupported }

func (f *faults) add(path, format string, args ...any) {
	f.places = append(f.places, Unsupported{Path: path, Feature: fmt.Sprintf(format, args...)})
}

// sorted gives each place once, in the order of their paths.
func (f *faults) sorted() []Unsupported {
	slices.SortStableFunc(f.places, func(a, b Unsupported) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return strings.Compare(a.Feature, b.Feature)
	})
	return slices.Compact(f.places)
}

// member gives the path of an object's member.
func member(path, name string) string {
	for i, r := range name {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return path + "['" + strings.ReplaceAll(name, "'", `\'`) + "']"
		}
	}
	if name == "" {
		return path + "['']"
	}
	return path + "." + name
}

func element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// fields is one object of a definition being read. Whoever reads a field takes
// it; what is left over at the end is unknown.
type fields struct {
	f    *faults
	path string
	m    map[string]any
	used map[string]bool
}

func (f *faults) object(path string, v any) *fields {
	m, ok := v.(map[string]any)
	if !ok {
		f.add(path, "must be an object")
		m = nil
	}
	return &fields{f: f, path: path, m: m, used: map[string]bool{}}
}

func (o *fields) has(name string) bool { _, ok := o.m[name]; return ok }

func (o *fields) at(name string) string { return member(o.path, name) }

// take gives a field's value and marks it as known.
func (o *fields) take(name string) (any, bool) {
	o.used[name] = true
	v, ok := o.m[name]
	return v, ok
}

// text gives a field that must be a string; absent gives "".
func (o *fields) text(name string) string {
	v, ok := o.take(name)
	if !ok {
		return ""
	}
	s, ok := v.(string)
	if !ok {
		o.f.add(o.at(name), "must be a string")
	}
	return s
}

// boolean gives a field that must be true or false; absent gives false.
func (o *fields) boolean(name string) bool {
	v, ok := o.take(name)
	if !ok {
		return false
	}
	b, ok := v.(bool)
	if !ok {
		o.f.add(o.at(name), "must be true or false")
	}
	return b
}

// count gives a field that must be a whole number within [least, most];
// absent gives absent.
func (o *fields) count(name string, least, most, absent int64) int64 {
	v, ok := o.take(name)
	if !ok {
		return absent
	}
	n, ok := whole(v)
	if !ok || n < least || n > most {
		o.f.add(o.at(name), "must be a whole number from %d to %d", least, most)
		return absent
	}
	return n
}

// list gives a field that must be an array; absent gives nil.
func (o *fields) list(name string) []any {
	v, ok := o.take(name)
	if !ok {
		return nil
	}
	l, ok := v.([]any)
	if !ok {
		o.f.add(o.at(name), "must be an array")
	}
	return l
}

// refuse marks fields as known and not run.
func (o *fields) refuse(why string, names ...string) {
	for _, name := range names {
		if _, ok := o.take(name); ok {
			o.f.add(o.at(name), "%s", why)
		}
	}
}

// only says that at most one of the fields may be there.
func (o *fields) only(names ...string) {
	var there []string
	for _, n := range names {
		if o.has(n) {
			there = append(there, n)
		}
	}
	if len(there) > 1 {
		o.f.add(o.path, "%s exclude each other", strings.Join(there, " and "))
	}
}

// close refuses every field that nobody took.
func (o *fields) close() {
	for _, name := range sortedKeys(o.m) {
		if !o.used[name] {
			o.f.add(o.at(name), "unknown field")
		}
	}
}

// document reads a definition's JSON and refuses what encoding/json would
// silently accept: a name given twice in one object.
func (f *faults) document(definition []byte) (any, error) {
	d := json.NewDecoder(strings.NewReader(string(definition)))
	d.UseNumber()
	v, err := f.value(d, "$")
	if err != nil {
		return nil, fmt.Errorf("not a JSON document: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("not a JSON document: more than one value")
	}
	return v, nil
}

func (f *faults) value(d *json.Decoder, path string) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		m := map[string]any{}
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return nil, err
			}
			name, _ := k.(string)
			at := member(path, name)
			if _, twice := m[name]; twice {
				f.add(at, "given twice")
			}
			if m[name], err = f.value(d, at); err != nil {
				return nil, err
			}
		}
		_, err = d.Token()
		return m, err
	case json.Delim('['):
		l := []any{}
		for d.More() {
			v, err := f.value(d, element(path, len(l)))
			if err != nil {
				return nil, err
			}
			l = append(l, v)
		}
		_, err = d.Token()
		return l, err
	}
	return t, nil
}
