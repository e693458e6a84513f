package browsertest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// projectRoot is the folder with go.mod above this package.
func projectRoot(t *testing.T) string {
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
			t.Fatal("no go.mod above")
		}
		dir = filepath.Dir(dir)
	}
}

// chrome starts a browser, or skips where none is installed.
func chrome(t *testing.T) *Chrome {
	t.Helper()
	c, end, err := Start(context.Background())
	if errors.Is(err, ErrNoBrowser) && os.Getenv("HOSO_COMPLETE") != "1" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return c
}

func TestDriverSeesFaultsOfPages(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k, err := r.Cookie("hoso")
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			k = &http.Cookie{}
		}
		fmt.Fprintf(w, `<!doctype html><html><head><title>x</title></head><body><p id="who">%s</p><img src="data:,"><div style="width:500px">x</div><input></body></html>`, k.Value)
	}))
	defer site.Close()
	tab, end, err := chrome(t).Tab(site.URL, 320, 640, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	if status, err := tab.Open("/"); err != nil || status != http.StatusUnauthorized {
		t.Fatalf("status %d, %v", status, err)
	}
	if n, err := tab.Overflow(); err != nil || n < 150 {
		t.Errorf("overflow %d, %v", n, err)
	}
	if err := tab.Become([]*http.Cookie{{Name: "hoso", Value: "me"}}); err != nil {
		t.Fatal(err)
	}
	if status, err := tab.Open("/"); err != nil || status != http.StatusOK {
		t.Fatalf("status %d, %v", status, err)
	}
	if who, err := Eval[string](tab, `document.getElementById("who").textContent`); err != nil || who != "me" {
		t.Errorf("cookie %q, %v", who, err)
	}
	if _, err := os.Stat(filepath.Join(projectRoot(t), AxePath)); err == nil {
		found, err := tab.Axe(projectRoot(t))
		ids := map[string]bool{}
		for _, v := range found {
			ids[v.ID] = true
		}
		if err != nil || !ids["html-has-lang"] || !ids["image-alt"] || !ids["label"] {
			t.Errorf("axe found %v, %v", ids, err)
		}
	}
	if shot, err := tab.Shot(false); err != nil || len(shot) < 500 {
		t.Errorf("picture of %d bytes, %v", len(shot), err)
	}
}
