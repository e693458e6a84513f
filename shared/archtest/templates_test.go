package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTemplatesCallNoMethods looks for names in templates that no field of the
// product has: what a view can tell is asked by a function (asked), for a
// program that calls methods by name carries every method of every client.
func TestTemplatesCallNoMethods(t *testing.T) {
	have := map[string]bool{}
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), "../"+name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			s, ok := n.(*ast.StructType)
			if !ok {
				return true
			}
			for _, field := range s.Fields.List {
				for _, id := range field.Names {
					have[id.Name] = true
				}
				if of, ok := field.Type.(*ast.SelectorExpr); ok && len(field.Names) == 0 {
					have[of.Sel.Name] = true
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	action, quoted := regexp.MustCompile(`(?s)\{\{.*?\}\}`), regexp.MustCompile(`"[^"]*"`)
	used := map[string]string{}
	templates := os.DirFS("../web/templates")
	err = fs.WalkDir(templates, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(templates, name)
		for _, a := range action.FindAllString(string(text), -1) {
			for _, key := range regexp.MustCompile(`"([A-Z]\w*)"`).FindAllStringSubmatch(a, -1) {
				have[key[1]] = true // of a dict
			}
			for _, m := range regexp.MustCompile(`\.([A-Z]\w*)`).FindAllStringSubmatch(quoted.ReplaceAllString(a, `""`), -1) {
				used[m[1]] = name
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(used) < 100 || len(have) < 100 {
		t.Fatalf("%d names are used, %d fields are there: the test sees nothing", len(used), len(have))
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if !have[name] {
			t.Errorf("%s asks for %s, which no field is", used[name], name)
		}
	}
}
