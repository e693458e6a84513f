package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"hoso/shared/reading"
	"hoso/shared/web/words"
)

// vietnamese finds a letter that only Vietnamese sentences have.
var vietnamese = regexp.MustCompile(`[ăâđêôơưĂÂĐÊÔƠƯ\x{1EA0}-\x{1EF9}àáãèéìíòóõùúý]`)

// spoken collects the sentences for people in a file: what fault.New, the
// Public of a fault.Error, a slip of a form and a Problem's Sentence say.
func spoken(f *ast.File) []string {
	var out []string
	add := func(e ast.Expr) {
		if s, ok := sentence(e); ok && vietnamese.MatchString(s) && strings.ContainsFunc(s, unicode.IsSpace) {
			out = append(out, s)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr:
			switch name := called(x.Fun); {
			case name == "fault.New" && len(x.Args) == 3:
				add(x.Args[2])
			case name == "bad" && len(x.Args) == 1, name == "refuse" && len(x.Args) > 0:
				add(x.Args[0])
			case strings.HasSuffix(name, ".add") && len(x.Args) == 2:
				add(x.Args[1])
			}
		case *ast.KeyValueExpr:
			if k, ok := x.Key.(*ast.Ident); ok && (k.Name == "Public" || k.Name == "Sentence") {
				add(x.Value)
			}
		}
		return true
	})
	return out
}

func called(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return called(x.X) + "." + x.Sel.Name
	}
	return ""
}

// sentence writes an expression as a sentence, with %s for what is only known
// at run time.
func sentence(e ast.Expr) (string, bool) {
	switch x := e.(type) {
	case *ast.BasicLit:
		if x.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(x.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		if x.Op != token.ADD {
			return "%s", true
		}
		a, _ := sentence(x.X)
		b, _ := sentence(x.Y)
		return a + b, true
	case *ast.CallExpr:
		if called(x.Fun) == "fmt.Sprintf" {
			return sentence(x.Args[0])
		}
		return "%s", true
	case *ast.ParenExpr:
		return sentence(x.X)
	}
	return "%s", true
}

// TestEverySentenceForPeopleIsInBothLanguages walks every source below shared
// for what may be said to people, and wants an English of it.
func TestEverySentenceForPeopleIsInBothLanguages(t *testing.T) {
	c := load(t)
	seen := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, s := range spoken(f) {
			if seen[s] {
				continue
			}
			seen[s] = true
			if !c.Knows(s) {
				t.Errorf("%s: no English of %q", strings.TrimPrefix(path, "../../"), s)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) < 100 {
		t.Errorf("only %d sentences found: the walk sees too little", len(seen))
	}
}

// TestEveryProblemOfAFileIsInBothLanguages walks the codes of what may be wrong
// with a file, and the translation of one whose sentence names something.
func TestEveryProblemOfAFileIsInBothLanguages(t *testing.T) {
	c := load(t)
	for _, code := range append(reading.Codes(), "of no known code") {
		if s := reading.NewProblem(code, 1, "%s").Message; !c.Knows(s) {
			t.Errorf("%s: no English of %q", code, s)
		}
		if s := reading.NewProblem(code, 1, "3 ảnh, 2").Message; c.Translate(words.English, s) == s || c.Translate(words.Vietnamese, s) != s {
			t.Errorf("%s: %q stays as it is", code, s)
		}
	}
	if got := c.Translate(words.English, "Chọn 3 Tập thể nhưng chỉ còn 2 chỗ."); got != "3 chosen of the kind “Tập thể”, but only 2 places are left." {
		t.Errorf("a sentence that names things: %q", got)
	}
	if s := "Một câu không ai nói."; c.Translate(words.English, s) != s {
		t.Error("a sentence that nobody says changes")
	}
}
