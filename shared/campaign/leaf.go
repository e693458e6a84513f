package campaign

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// Status says where a value comes from. The names are wire format.
type Status string

const (
	// Stated: the plan says it; quote and source show where.
	Stated Status = "stated"
	// Decided: a person or another document settled it; source says who or which.
	Decided Status = "decided"
	// NotStated: the plan is silent and nobody has decided.
	NotStated Status = "not_stated"
)

// Leaf is one value of a plan with its origin. In a file, the bare word
// not_stated stands for a leaf without a value.
type Leaf[T any] struct {
	Value  *T     `yaml:"value" json:"value"` // nil if and only if not stated
	Status Status `yaml:"status" json:"status"`
	Quote  string `yaml:"quote" json:"quote"`   // the few words of the plan that carry the value
	Source string `yaml:"source" json:"source"` // file and section, or who decided
	Note   string `yaml:"note" json:"note,omitempty"`
}

// Get gives the value and whether there is one.
func (l Leaf[T]) Get() (T, bool) {
	if l.Value == nil {
		var zero T
		return zero, false
	}
	return *l.Value, true
}

// Or gives the value, or other if there is none. It is for display only.
func (l Leaf[T]) Or(other T) T {
	if l.Value == nil {
		return other
	}
	return *l.Value
}

// UnmarshalYAML reads the mapping form and the bare word. Its errors carry the
// place in the file.
func (l *Leaf[T]) UnmarshalYAML(node ast.Node) error {
	if word, ok := node.(*ast.StringNode); ok {
		if Status(word.Value) != NotStated {
			return &yaml.SyntaxError{Message: fmt.Sprintf("“%s” không phải là một giá trị", word.Value), Token: word.GetToken()}
		}
		*l = Leaf[T]{Status: NotStated}
		return nil
	}
	type mapping Leaf[T]
	var m mapping
	if err := yaml.NodeToValue(node, &m, yaml.Strict()); err != nil {
		var placed yaml.Error
		if errors.As(err, &placed) {
			return err
		}
		return &yaml.SyntaxError{Message: err.Error(), Token: node.GetToken()}
	}
	*l = Leaf[T](m)
	return nil
}

// leafFacts is what the checks need of a leaf of any type.
type leafFacts struct {
	hasValue bool
	value    any
	status   Status
	quote    string
	source   string
}

type anyLeaf interface {
	facts() leafFacts
	within(file string)
}

func (l *Leaf[T]) facts() leafFacts {
	f := leafFacts{hasValue: l.Value != nil, status: l.Status, quote: l.Quote, source: l.Source}
	if l.Value != nil {
		f.value = *l.Value
	}
	return f
}

// within puts the file's name in front of the section that a leaf of the plan names.
func (l *Leaf[T]) within(file string) {
	if l.Source != "" && (l.Status == Stated || l.Status == NotStated) {
		l.Source = file + ", " + l.Source
	}
}

// visit calls f for each leaf below v, a pointer to a struct, with its path in
// the file ("rounds[0].caps.tap_the") and its name by ids
// ("rounds.so-ket-2023.caps.tap_the").
func visit(v any, f func(path, name string, leaf anyLeaf)) {
	walk(reflect.ValueOf(v).Elem(), "", "", f)
}

func walk(v reflect.Value, path, name string, f func(path, name string, leaf anyLeaf)) {
	if v.CanAddr() {
		if l, ok := v.Addr().Interface().(anyLeaf); ok {
			f(path, name, l)
			return
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			if tag == "" || tag == "-" {
				continue
			}
			sub := name
			if v.Type().Field(i).Tag.Get("leaf") != "self" { // the one leaf of a list's item goes by the item's id
				sub = join(name, tag)
			}
			walk(v.Field(i), join(path, tag), sub, f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			id := fmt.Sprint(i)
			if e := v.Index(i); e.Kind() == reflect.Struct {
				if field := e.FieldByName("ID"); field.IsValid() {
					id = field.String()
				}
			}
			walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i), join(name, id), f)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), path, name, f)
		}
	}
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "." + b
}
