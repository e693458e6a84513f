// Package archtest holds the architecture to its rules: imports point down,
// one name per stage everywhere, and time, randomness and the environment are
// chosen in the composition roots only.
package archtest

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "hoso/"

// stages are the steps of the flows, in order of a dossier's life.
var stages = []string{
	"intake", "extract", "recognize", "validate", "appraisal", "selection", "quota", "review", "posting", "decision", "archive",
}

// level of each room below shared/: imports point to lower levels or stay
// within the room. Rooms of one level do not import each other.
var level = map[string]int{
	"fault": 0, "markup": 0, "sheet": 0, "viettext": 1, "calendar": 1,
	"evidence": 2, "bodies": 2, "campaign": 2, "reading": 2, "secret": 2,
	"store": 3, "objects": 3, "flow": 3, "act": 4, "people": 4, "dossier": 5, "round": 6, "mail": 6, "signature": 6, "parking": 7, "bag": 7, "filing": 7,
	"register": 7, "launch": 7, "translog": 7, "pdftext": 7, "sandbox": 7, "pictures": 8, "readproc": 8, "ocr": 9, "asl": 7,
	"intake": 8, "extract": 8, "recognize": 8, "validate": 8, "appraisal": 8, "selection": 8, "quota": 8, "review": 8,
	"posting": 8, "decision": 8, "archive": 8,
	"submission": 8, "yearly": 8, "commend": 8, "papers": 8, "board": 8, "access": 8, "clock": 8, "search": 8, "verify": 8, "erasure": 9, "dispatch": 9, "sweep": 9, "web": 10, "wiring": 11,
	"onebox": 12, "aws": 12, "archtest": 13,
}

// root gives the project's root.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

type source struct {
	path string // relative to the root
	file *ast.File
	set  *token.FileSet
}

// sources parses every Go file of the project.
func sources(t *testing.T, tests bool) []source {
	t.Helper()
	base := root(t)
	var out []source
	for _, top := range []string{"functions", "workflows", "infra", "shared", "testdata"} {
		err := filepath.WalkDir(filepath.Join(base, top), func(p string, e fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil {
				return err
			}
			if e.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") && !tests {
				return nil
			}
			set := token.NewFileSet()
			f, err := parser.ParseFile(set, p, nil, parser.ParseComments)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(base, p)
			if err != nil {
				return err
			}
			out = append(out, source{filepath.ToSlash(rel), f, set})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func room(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) > 1 && parts[0] == "shared" {
		return parts[1]
	}
	return ""
}

func imports(s source) []string {
	var out []string
	for _, i := range s.file.Imports {
		if p, err := strconv.Unquote(i.Path.Value); err == nil {
			out = append(out, p)
		}
	}
	return out
}

func TestImportsPointDown(t *testing.T) {
	for _, s := range sources(t, false) {
		from := room(s.path)
		if from == "" || strings.Contains(s.path, "storetest/") || strings.Contains(s.path, "test/") {
			continue
		}
		have, known := level[from]
		if !known {
			t.Errorf("%s: room %q has no level; say where it belongs", s.path, from)
			continue
		}
		for _, p := range imports(s) {
			rel, own := strings.CutPrefix(p, module)
			if !own {
				continue
			}
			to := room(rel)
			switch {
			case to == "":
				if !strings.HasPrefix(rel, "workflows") || have < 7 {
					t.Errorf("%s imports %s: shared code must not know %s", s.path, p, rel)
				}
			case to == from:
			case level[to] < have:
			default:
				t.Errorf("%s (level %d) imports %s (level %d): imports point down", s.path, have, p, level[to])
			}
		}
	}
}

func TestStagesNeverImportEachOther(t *testing.T) {
	for _, s := range sources(t, false) {
		from := room(s.path)
		if !slices.Contains(stages, from) {
			continue
		}
		for _, p := range imports(s) {
			to := room(strings.TrimPrefix(p, module))
			if to != from && (slices.Contains(stages, to) || to == "asl") {
				t.Errorf("%s imports %s", s.path, p)
			}
		}
	}
}

// sdkRooms may import the AWS SDK: object code always speaks S3, the Lambda
// seam is shared, and adapters are what they are.
var sdkRooms = []string{"objects", "flow", "onebox", "aws"}

func TestOnlyAdaptersKnowTheirTechnology(t *testing.T) {
	for _, s := range sources(t, false) {
		from := room(s.path)
		if from == "" {
			continue
		}
		for _, p := range imports(s) {
			switch {
			case strings.HasPrefix(p, "github.com/aws/") && !slices.Contains(sdkRooms, from),
				strings.HasPrefix(p, "modernc.org/sqlite") && from != "onebox",
				strings.HasPrefix(p, "github.com/versity/") && from != "onebox",
				p == "database/sql" && from != "onebox":
				t.Errorf("%s imports %s", s.path, p)
			case p == "testing" && !strings.Contains(s.path, "test/"):
				t.Errorf("%s links testing into the product", s.path)
			}
		}
	}
}

// forbidden are the calls that only composition roots may make.
var forbidden = map[string][]string{
	"time":           {"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTicker", "NewTimer", "AfterFunc"},
	"os":             {"Getenv", "LookupEnv", "Environ", "Exit"},
	"math/rand":      nil,
	"math/rand/v2":   nil,
	"crypto/rand":    nil,
	"log":            nil,
	"log/slog.calls": {"Default", "Info", "Warn", "Error", "Debug"},
}

// excused are the files that touch the outside world because that is their
// job, with the reason.
var excused = map[string]string{
	"shared/onebox/":      "adapters of one machine: processes, files and their own timers",
	"shared/sandbox/":     "starts and watches child processes",
	"shared/asl/clock.go": "the wall clock's timer behind the Clock interface",
}

func isExcused(path string) bool {
	for p := range excused {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	return strings.Contains(path, "test/")
}

func TestTimeRandomnessAndEnvironmentAreInjected(t *testing.T) {
	for _, s := range sources(t, false) {
		if room(s.path) == "" || isExcused(s.path) {
			continue
		}
		names := map[string]string{} // local name -> import path
		for _, i := range s.file.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			name := p[strings.LastIndex(p, "/")+1:]
			if p == "math/rand/v2" {
				name = "rand"
			}
			if i.Name != nil {
				name = i.Name.Name
			}
			names[name] = p
			if calls, listed := forbidden[p]; listed && calls == nil {
				t.Errorf("%s imports %s: randomness and logs are injected", s.path, p)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			p := names[x.Name]
			calls := forbidden[p]
			if p == "log/slog" {
				calls = forbidden["log/slog.calls"]
			}
			if slices.Contains(calls, sel.Sel.Name) {
				t.Errorf("%s: %s.%s below a composition root", s.set.Position(sel.Pos()), x.Name, sel.Sel.Name)
			}
			return true
		})
	}
}

func TestNoPanicsOrInitsBelowTheRoots(t *testing.T) {
	for _, s := range sources(t, false) {
		if room(s.path) == "" || strings.Contains(s.path, "test/") {
			continue
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function", s.path)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok {
				if id, ok := c.Fun.(*ast.Ident); ok && id.Name == "panic" {
					t.Errorf("%s: panic below a composition root", s.set.Position(c.Pos()))
				}
			}
			return true
		})
	}
}

// maxLines bounds a file: it must fit in a head.
const maxLines = 500

func TestFilesFitInAHead(t *testing.T) {
	for _, s := range sources(t, false) {
		if n := s.set.Position(s.file.End()).Line; n > maxLines {
			t.Errorf("%s has %d lines, at most %d", s.path, n, maxLines)
		}
	}
}

// TestOneNamePerStage compares the stages' packages, their states in the
// flows and the names they carry.
func TestOneNamePerStage(t *testing.T) {
	base := root(t)
	inFlows := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(base, "workflows", "*.asl.json"))
	if err != nil || len(files) != 3 {
		t.Fatalf("flows: %v, %v", files, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var flow struct {
			States map[string]struct {
				Type       string
				Parameters struct{ FunctionName string }
			}
		}
		if err := json.Unmarshal(text, &flow); err != nil {
			t.Fatal(err)
		}
		for name, s := range flow.States {
			if s.Type != "Task" {
				continue
			}
			stage := strings.ToLower(name)
			inFlows[stage] = true
			if want := "${" + name + "FunctionArn}"; s.Parameters.FunctionName != want {
				t.Errorf("%s: state %s calls %s, want %s", filepath.Base(f), name, s.Parameters.FunctionName, want)
			}
		}
	}
	for _, stage := range stages {
		if !inFlows[stage] {
			t.Errorf("stage %s has no state in a flow", stage)
		}
		delete(inFlows, stage)
		text, err := os.ReadFile(filepath.Join(base, "shared", stage, stage+".go"))
		if err != nil {
			t.Errorf("stage %s has no package of its name: %v", stage, err)
			continue
		}
		if !strings.Contains(string(text), "package "+stage+"\n") {
			t.Errorf("shared/%s holds another package", stage)
		}
		if stage != "validate" && !strings.Contains(string(text), "const Name = \""+stage+"\"") {
			t.Errorf("shared/%s does not carry its name", stage)
		}
	}
	for stage := range inFlows {
		t.Errorf("a flow has the state %s, which is no stage", stage)
	}
}

// TestRootFoldersAreFixed keeps the top of the tree as it is meant to be.
func TestRootFoldersAreFixed(t *testing.T) {
	allowed := []string{"functions", "workflows", "infra", "shared", "testdata", ".git", ".ci", ".tools", "bin", ".aws-sam"}
	entries, err := os.ReadDir(root(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(allowed, e.Name()) {
			t.Errorf("%s/ is no folder of this project", e.Name())
		}
	}
}
