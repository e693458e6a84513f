package readcmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hoso/shared/onebox/readcmd"
	"hoso/shared/pdftext/pdftest"
	"hoso/shared/readproc"
)

// folder writes files and gives the folder that holds them.
func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func run(t *testing.T, change func(*readcmd.Command), paths ...string) (status int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	c := readcmd.Command{Reader: reader(t, readproc.Settings{}), Paths: paths, Stdout: &o, Stderr: &e, Parallel: 2}
	if change != nil {
		change(&c)
	}
	status = c.Run(context.Background())
	return status, o.String(), e.String()
}

func page() []byte { return pdftest.Doc("", pdftest.Line(72, 700, "Mot dong chu")).Bytes() }

// tree gives the files below a folder with their contents.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFolderIsReadIntoTheSameRelativePaths(t *testing.T) {
	in := folder(t, map[string][]byte{"S1/a.pdf": page(), "S1/b c/Tờ trình.PDF": page(), "S2/x.txt": []byte("no"), "bad.pdf": []byte("<html></html>")})
	out := t.TempDir()
	status, stdout, stderr := run(t, func(c *readcmd.Command) { c.Out = out }, in)
	if status != readcmd.FoundWrong {
		t.Errorf("exit status %d; %s", status, stderr)
	}
	got := tree(t, out)
	if len(got) != 6 {
		t.Fatalf("files %v", keys(got))
	}
	if got["S1/a.txt"] != "Mot dong chu\n" || !strings.Contains(got["S1/b c/Tờ trình.json"], `"quality": "text"`) {
		t.Errorf("%q %q", got["S1/a.txt"], got["S1/b c/Tờ trình.json"])
	}
	var bad struct {
		Error struct{ Code, Message string }
	}
	if err := json.Unmarshal([]byte(got["bad.json"]), &bad); err != nil || bad.Error.Code != "file-not-pdf" || !strings.Contains(bad.Error.Message, "HTML") {
		t.Errorf("%v %+v", err, bad)
	}
	if !strings.Contains(stdout, "bad.pdf") || !strings.Contains(stderr, "1/3") {
		t.Errorf("stdout %q, stderr %q", stdout, stderr)
	}
}

func keys(m map[string]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return out
}

func TestOutputIsTheSameWhateverRunsBesideIt(t *testing.T) {
	files := map[string][]byte{}
	for i := range 12 {
		files[string(rune('a'+i))+".pdf"] = page()
	}
	in := folder(t, files)
	var first map[string]string
	for _, parallel := range []int{1, 2, 8} {
		out := t.TempDir()
		status, _, stderr := run(t, func(c *readcmd.Command) { c.Out, c.Parallel = out, parallel }, in)
		if status != readcmd.Done {
			t.Fatal(stderr)
		}
		got := tree(t, out)
		if first == nil {
			first = got
		}
		for name := range first {
			if got[name] != first[name] {
				t.Errorf("with %d at a time %s differs", parallel, name)
			}
		}
	}
}

func TestJSONIsAllThatStandsOnStandardOutput(t *testing.T) {
	in := folder(t, map[string][]byte{"a.pdf": page(), "b.pdf": nil})
	status, stdout, _ := run(t, func(c *readcmd.Command) { c.JSON = true }, in)
	var got struct{ Files []readcmd.Output }
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatalf("%v in %q", err, stdout)
	}
	if status != readcmd.FoundWrong || len(got.Files) != 2 || got.Files[0].Error != nil || got.Files[1].Error.Code != "file-empty" {
		t.Errorf("status %d, %+v", status, got)
	}
}

func TestWrongUse(t *testing.T) {
	empty := t.TempDir()
	two := folder(t, map[string][]byte{"x/a.pdf": page(), "y/a.pdf": page()})
	for name, paths := range map[string][]string{
		"nothing named":    nil,
		"no such path":     {filepath.Join(empty, "none")},
		"no PDF in it":     {empty},
		"one output twice": {filepath.Join(two, "x"), filepath.Join(two, "y")},
	} {
		status, stdout, stderr := run(t, func(c *readcmd.Command) { c.Out = t.TempDir() }, paths...)
		if status != readcmd.WrongUse || stdout != "" || stderr == "" {
			t.Errorf("%s: status %d, %q, %q", name, status, stdout, stderr)
		}
	}
}

func TestProgressOnlyOnATerminal(t *testing.T) {
	in := folder(t, map[string][]byte{"a.pdf": page(), "b.pdf": page()})
	if _, _, stderr := run(t, nil, in); stderr != "" {
		t.Errorf("without a terminal: %q", stderr)
	}
	if _, _, stderr := run(t, func(c *readcmd.Command) { c.Terminal = true }, in); !strings.Contains(stderr, "2/2") {
		t.Errorf("on a terminal: %q", stderr)
	}
}

func TestEndingEarlyLeavesNoHalfFile(t *testing.T) {
	in := folder(t, map[string][]byte{"a.pdf": page(), "b.pdf": page()})
	out := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var o, e bytes.Buffer
	c := readcmd.Command{Reader: reader(t, readproc.Settings{}), Paths: []string{in}, Out: out, Stdout: &o, Stderr: &e, Parallel: 2}
	if status := c.Run(ctx); status != readcmd.FoundWrong {
		t.Errorf("status %d", status)
	}
	for name := range tree(t, out) {
		if strings.HasPrefix(filepath.Base(name), ".hoso") {
			t.Errorf("left behind: %s", name)
		}
	}
}
