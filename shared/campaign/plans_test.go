package campaign

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"hoso/shared/viettext"
)

func builtin(t *testing.T) []*Campaign {
	t.Helper()
	all, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func get(t *testing.T, id string) *Campaign {
	t.Helper()
	c, err := Find(builtin(t), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// seeds gives the folder of the plans' texts, or skips in one line.
func seeds(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("HOSO_SHARED")
	if dir == "" {
		root, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for !exists(filepath.Join(root, "go.mod")) && root != filepath.Dir(root) {
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared")
	}
	dir = filepath.Join(dir, "seeds")
	if !exists(dir) {
		if os.Getenv("HOSO_COMPLETE") == "1" {
			t.Fatalf("no plans' texts at %s", dir)
		}
		t.Skipf("the plans' texts are not at %s (HOSO_SHARED)", dir)
	}
	return dir
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

// plain makes one space of every run of white space.
func plain(s string) string { return strings.Join(strings.Fields(viettext.NFC(s)), " ") }

func TestEveryQuoteStandsInItsPlan(t *testing.T) {
	dir := seeds(t)
	for _, c := range builtin(t) {
		raw, err := os.ReadFile(filepath.Join(dir, c.Document.File))
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		text := plain(string(raw))
		n := 0
		visit(c, func(_, name string, l anyLeaf) {
			f := l.facts()
			if f.quote == "" {
				return
			}
			n++
			if !strings.Contains(text, plain(f.quote)) {
				t.Errorf("%s: %s: not in the plan: %q", c.ID, name, f.quote)
			}
		})
		if n < 15 {
			t.Errorf("%s: only %d quotes", c.ID, n)
		}
	}
}

type factTable struct {
	Seed      string         `json:"seed"`
	Stated    map[string]any `json:"stated"`
	Decided   map[string]any `json:"decided"`
	NotStated []string       `json:"not_stated"`
}

// The fact tables were written from the texts of the plans, before the data.
func TestPlansSayWhatTheFactTablesSay(t *testing.T) {
	all := builtin(t)
	files, err := filepath.Glob("testdata/facts/*.json")
	if err != nil || len(files) != 5 || len(all) != 5 {
		t.Fatalf("%d fact tables, %d plans: %v", len(files), len(all), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want factTable
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(file, err)
		}
		c := get(t, idOf(file))
		if c.Document.File != want.Seed {
			t.Errorf("%s: read from %s, want %s", c.ID, c.Document.File, want.Seed)
		}
		got := map[Status]map[string]any{Stated: {}, Decided: {}, NotStated: {}}
		visit(c, func(_, name string, l anyLeaf) {
			f := l.facts()
			got[f.status][name] = asJSON(t, f.value)
		})
		for name, value := range want.Stated {
			if v, ok := got[Stated][name]; !ok || !reflect.DeepEqual(v, value) {
				t.Errorf("%s: %s: stated %v (%v), the plan says %v", c.ID, name, v, ok, value)
			}
		}
		for name, value := range got[Stated] {
			if _, ok := want.Stated[name]; !ok && !strings.HasPrefix(name, "notes.") {
				t.Errorf("%s: %s = %v is in the data and not in the fact table", c.ID, name, value)
			}
		}
		for name, value := range want.Decided {
			if v := got[Decided][name]; !reflect.DeepEqual(v, value) {
				t.Errorf("%s: %s: decided %v, want %v", c.ID, name, v, value)
			}
		}
		for _, name := range want.NotStated {
			if _, ok := got[NotStated][name]; !ok {
				t.Errorf("%s: %s should be not stated", c.ID, name)
			}
		}
	}
}

func asJSON(t *testing.T, v any) any {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// The seeds state no nomination limit, and a cap they do not state is absent.
func TestNothingIsFilledInSilently(t *testing.T) {
	for _, c := range builtin(t) {
		for _, l := range []Leaf[int]{c.Nomination.Collective, c.Nomination.Individual, c.Terms.Supplement, c.Posting.WorkingDays} {
			if _, ok := l.Get(); ok {
				t.Errorf("%s: a limit that no plan states", c.ID)
			}
		}
		for _, r := range c.Rounds {
			_, collective := r.Caps.Collective.Get()
			_, individual := r.Caps.Individual.Get()
			stated := slices.Contains([]string{"bac-kan-2022-2025", "ninh-thuan-2024"}, c.ID)
			if collective != stated || individual != stated {
				t.Errorf("%s %s: caps stated %v %v", c.ID, r.ID, collective, individual)
			}
		}
	}
}

func TestJSONShowsEveryLeafWithItsOrigin(t *testing.T) {
	data, err := json.Marshal(get(t, "bac-kan-2022-2025"))
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	stated, silent := 0, 0
	var walk func(v any)
	walk = func(v any) {
		switch x := v.(type) {
		case []any:
			for _, e := range x {
				walk(e)
			}
		case map[string]any:
			status, ok := x["status"]
			if !ok {
				for _, e := range x {
					walk(e)
				}
				return
			}
			for _, key := range []string{"value", "quote", "source"} {
				if _, ok := x[key]; !ok {
					t.Errorf("leaf without %s: %v", key, x)
				}
			}
			if status == "not_stated" {
				silent++
				if x["value"] != nil {
					t.Errorf("not stated, with a value: %v", x)
				}
			}
			if status == "stated" {
				stated++
				if !strings.HasPrefix(x["source"].(string), "001_d2b1b4ee4161be5b.txt, ") {
					t.Errorf("source without its file: %v", x["source"])
				}
			}
		}
	}
	walk(tree)
	if stated < 70 || silent < 20 {
		t.Errorf("%d stated, %d not stated", stated, silent)
	}
}

func TestBodiesAreKnownByTheDay(t *testing.T) {
	c := get(t, "bac-kan-2022-2025")
	for _, x := range []struct {
		body, day, want string
	}{
		{"Sở Thông tin và Truyền thông", "2023-11-01", "Sở Thông tin và Truyền thông"},
		{"Sở Thông tin và Truyền thông", "2025-03-01", "Sở Khoa học và Công nghệ"},
		{"UBND tỉnh Bắc Kạn", "2025-06-30", "UBND tỉnh Bắc Kạn"},
		{"UBND tỉnh Bắc Kạn", "2025-10-01", "UBND tỉnh Thái Nguyên"},
	} {
		if got, _ := c.BodyAt(x.body, day(t, x.day)); got != x.want {
			t.Errorf("%s on %s: %s", x.body, x.day, got)
		}
	}
}
