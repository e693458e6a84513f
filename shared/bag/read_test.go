package bag_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"unicode/utf8"

	"hoso/shared/bag"
	"hoso/shared/bag/bagtest"
)

func open(t *testing.T, data []byte) *bag.Package {
	t.Helper()
	p, err := bag.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func problems(t *testing.T, data []byte) []string {
	t.Helper()
	var out []string
	if _, err := open(t, data).Fixity(context.Background(), func(p bag.Problem) { out = append(out, p.Code+" "+p.Path) }); err != nil {
		t.Fatal(err)
	}
	return out
}

// repack copies a ZIP; edit may change a file's name or bytes, or drop it by
// giving "". extra is added.
func repack(t *testing.T, data []byte, edit func(name string, b []byte) (string, []byte), extra map[string]string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	put := func(name string, b []byte) {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write(b)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		name, base := f.Name, strings.SplitN(f.Name, "/", 2)[0]
		if edit != nil {
			name, b = edit(strings.TrimPrefix(name, base+"/"), b)
			if name == "" {
				continue
			}
			name = base + "/" + name
		}
		put(name, b)
	}
	for name, b := range extra {
		put(name, []byte(b))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestFixityFindsEveryDamagedFileAndNothingElse(t *testing.T) {
	t.Parallel()
	data, _ := bagtest.Write(t, bagtest.New(t, "a").Dossier())
	if got := problems(t, data); len(got) > 0 {
		t.Fatalf("sound package: %v", got)
	}
	if got := problems(t, repack(t, data, nil, nil)); len(got) > 0 {
		t.Fatalf("a package packed again by another tool: %v", got)
	}
	for _, name := range open(t, data).Names() {
		changed := repack(t, data, func(n string, b []byte) (string, []byte) {
			if n == name {
				b = append(bytes.Clone(b), '\n')
			}
			return n, b
		}, nil)
		if got := problems(t, changed); len(got) == 0 {
			t.Errorf("%s changed: not found", name)
		}
		dropped := repack(t, data, func(n string, b []byte) (string, []byte) {
			if n == name {
				return "", nil
			}
			return n, b
		}, nil)
		if got := problems(t, dropped); len(got) == 0 {
			t.Errorf("%s dropped: not found", name)
		}
	}
	for _, extra := range []string{"ho-so-0192a/data/x.pdf", "ho-so-0192a/x.txt"} {
		if got := problems(t, repack(t, data, nil, map[string]string{extra: "x"})); len(got) != 1 || !strings.HasPrefix(got[0], bag.FileExtra) {
			t.Errorf("%s added: %v", extra, got)
		}
	}
}

func TestAFlippedBitInAFileIsFoundInThatFileOnly(t *testing.T) {
	t.Parallel()
	data, _ := bagtest.Write(t, bagtest.New(t, "a").Dossier())
	at := bytes.Index(data, []byte("Subject: x"))
	data[at] ^= 4
	got := problems(t, data)
	if len(got) == 0 {
		t.Fatal("not found")
	}
	for _, g := range got {
		if !strings.HasSuffix(g, " data/mails/0001.eml") {
			t.Errorf("%s", g)
		}
	}
}

func TestNoArchiveThatCouldHurtAReaderIsOpened(t *testing.T) {
	t.Parallel()
	type item struct {
		name string
		mode fs.FileMode
		body string
	}
	ok := item{name: "p/bagit.txt", body: "x"}
	for name, items := range map[string][]item{
		"empty":              {},
		"leaves the folder":  {ok, {name: "p/../../etc/passwd"}},
		"absolute":           {ok, {name: "/etc/passwd"}},
		"drive":              {ok, {name: "C:/x"}},
		"backslash":          {ok, {name: `p\x`}},
		"parent by windows":  {ok, {name: `p/..\x`}},
		"not in a folder":    {ok, {name: "x"}},
		"two folders":        {ok, {name: "q/x"}},
		"control character":  {ok, {name: "p/a\nb"}},
		"null":               {ok, {name: "p/a\x00b"}},
		"not UTF-8":          {ok, {name: "p/a\xffb"}},
		"twice":              {ok, {name: "p/x"}, {name: "p/x"}},
		"twice but for case": {ok, {name: "p/x"}, {name: "p/X"}},
		"twice but for form": {ok, {name: "p/\u1ebf"}, {name: "p/e\u0302\u0301"}},
		"link":               {ok, {name: "p/x", mode: fs.ModeSymlink | 0o777, body: "/etc/passwd"}},
		"device":             {ok, {name: "p/x", mode: fs.ModeDevice | 0o644}},
		"device name":        {ok, {name: "p/NUL.txt"}},
		"trailing dot":       {ok, {name: "p/x."}},
		"percent":            {ok, {name: "p/x%0a"}},
		"bomb":               {ok, {name: "p/x", body: strings.Repeat("\x00", 8<<20)}},
	} {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, i := range items {
			h := &zip.FileHeader{Name: i.name, Method: zip.Deflate}
			if i.mode != 0 {
				h.SetMode(i.mode)
			}
			f, err := w.CreateHeader(h)
			if err == nil {
				_, err = io.WriteString(f, i.body)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := bag.Open(bytes.NewReader(b.Bytes()), int64(b.Len())); !errors.Is(err, bag.ErrNotPackage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := bag.Open(strings.NewReader("not a ZIP"), 9); !errors.Is(err, bag.ErrNotPackage) {
		t.Errorf("not a ZIP: %v", err)
	}
}

func TestNamesOfPeopleBecomeSafeNames(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Tờ trình số 5.pdf":              "Tờ trình số 5.pdf",
		"To\u031b\u0300 tri\u0300nh.pdf": "Tờ trình.pdf",
		"../../etc/passwd":               "_.._etc_passwd",
		`C:\Users\a\b.pdf`:               "C__Users_a_b.pdf",
		"a%0Ab\r\n.pdf":                  "a_0Ab__.pdf",
		".htaccess":                      "htaccess",
		"~root":                          "root",
		"-rf":                            "rf",
		"con.pdf":                        "_con.pdf",
		"x. . ":                          "x",
		"":                               "tep",
		"...":                            "tep",
		"a\u202egnp.pdf":                 "a_gnp.pdf",
		"\xff.pdf":                       "_.pdf",
		strings.Repeat("ế", 90) + ".pdf": strings.Repeat("ế", 48) + ".pdf",
	} {
		if got := bag.SafeName(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func FuzzSafeNameIsAlwaysSafe(f *testing.F) {
	for _, s := range []string{"a", "..", "COM1", "a/b", "\xff", "ế.pdf", " . ", "~-", "con", strings.Repeat("x", 300), "a. ."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := bag.SafeName(s)
		if err := bag.CheckPath(got); err != nil || strings.Contains(got, "/") || !utf8.ValidString(got) || len(got) > 160 {
			t.Errorf("%q: %v", got, err)
		}
		if again := bag.SafeName(got); again != got {
			t.Errorf("%q becomes %q", got, again)
		}
	})
}

func FuzzOpenNeverHurts(f *testing.F) {
	data, _ := bagtest.Write(f, bagtest.New(f, "a").Dossier())
	f.Add(data[:2000])
	f.Add(data)
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := bag.Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		if _, err := p.Fixity(context.Background(), func(bag.Problem) {}); err != nil {
			t.Error(err)
		}
	})
}
