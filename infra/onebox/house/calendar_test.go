package house

import (
	"os"
	"path/filepath"
	"testing"
)

// TestAnOperatorAddsTheNextYear: a year beyond those of the program comes from
// the data folder, and a faulty one is refused by its name.
func TestAnOperatorAddsTheNextYear(t *testing.T) {
	data := t.TempDir()
	bare, err := WorkingDays(data)
	if err != nil {
		t.Fatal(err)
	}
	_, last := bare.Years()
	folder := filepath.Join(data, Calendars)
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "2027.json")
	write := func(s string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"year": 2027, "days": [{"date": "2027-01-01", "kind": "holiday", "name": "Tết Dương lịch", "status": "stated", "source": "Bộ luật Lao động 45/2019/QH14, Điều 112 khoản 1"}]}`)
	cal, err := WorkingDays(data)
	if err != nil {
		t.Fatal(err)
	}
	if _, now := cal.Years(); now != last+1 || now != 2027 {
		t.Fatalf("the calendar ends with %d", now)
	}
	write(`{"year": 2027, "days": [{"date": "2027-13-01"}]}`)
	if _, err := WorkingDays(data); err == nil {
		t.Fatal("a month 13 is accepted")
	}
}
