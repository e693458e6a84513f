package sqlitestore_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"hoso/shared/fault"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/store"
)

// alter changes the file behind the store's back.
func alter(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefusesWhatIsNotItsOwn(t *testing.T) {
	for _, c := range []struct {
		name, code string
		kind       fault.Kind
		make       func(path string)
	}{
		{"newer tables", "data-newer", fault.Invalid, func(path string) {
			s, err := sqlitestore.Open(bg, path, sqlitestore.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			alter(t, path, `PRAGMA user_version = 1000`)
		}},
		{"another program's database", "data-foreign", fault.Invalid, func(path string) {
			alter(t, path, `CREATE TABLE x (y)`)
		}},
		{"a file that is no database", "data-damaged", fault.Internal, func(path string) {
			if err := os.WriteFile(path, make([]byte, 8192), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte("Danh sách khen thưởng năm 2025, không phải cơ sở dữ liệu SQLite nào hết. Danh sách khen thưởng năm 2025."), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{"a folder in its place", "data-unreachable", fault.Transient, func(path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "hoso.db")
			c.make(path)
			before, _ := os.ReadFile(path)
			s, err := sqlitestore.Open(bg, path, sqlitestore.Options{})
			if err == nil {
				_ = s.Close()
			}
			if !fault.Is(err, c.kind) || fault.CodeOf(err) != c.code || fault.Public(err) == "" {
				t.Fatalf("open gave %v, %q", err, fault.Public(err))
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the refused file was changed")
			}
		})
	}
}

func TestOneProcessHoldsTheFolder(t *testing.T) {
	path := file(t)
	c := child("hold", path)
	begin(t, c)
	_, err := sqlitestore.Open(bg, path, sqlitestore.Options{})
	if !fault.Is(err, fault.Transient) || fault.CodeOf(err) != "data-in-use" || fault.Public(err) == "" {
		t.Fatalf("open gave %v", err)
	}
	// A reader may look in meanwhile.
	r, err := sqlitestore.OpenReader(bg, path)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	open(t, path, sqlitestore.Options{})
}

func TestDataIsPrivateToItsUser(t *testing.T) {
	path := file(t)
	s := open(t, path, sqlitestore.Options{})
	if err := setUp(s); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{
		filepath.Dir(path): 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600, path + ".lock": 0o600,
	} {
		info, err := os.Stat(name)
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", filepath.Base(name), info.Mode().Perm(), want)
		}
	}
}

func TestAStoreThatIsClosedAnswersSo(t *testing.T) {
	for _, path := range []string{file(t), ":memory:"} {
		s, err := sqlitestore.Open(bg, path, sqlitestore.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("closed twice: %v", err)
		}
		if err := setUp(s); fault.CodeOf(err) != "closed" {
			t.Errorf("commit: %v", err)
		}
		if _, err := s.Get(bg, store.Key{Part: "p", Sort: "s"}); fault.CodeOf(err) != "closed" {
			t.Errorf("get: %v", err)
		}
	}
}

func TestReaderRefusesWhatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hoso.db")
	if _, err := sqlitestore.OpenReader(bg, path); !fault.Is(err, fault.NotFound) {
		t.Errorf("no file: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the reader made a file")
	}
	alter(t, path, `PRAGMA application_id = 0x486f736f`)
	if _, err := sqlitestore.OpenReader(bg, path); fault.CodeOf(err) != "data-older" {
		t.Errorf("older tables: %v", err)
	}
}
