package frame_test

import (
	"testing"

	"hoso/shared/web/frame"
	"hoso/shared/web/words"
)

// The day comes first, whatever language the browser speaks; what is no date
// is handed on as it was typed.
func TestDatesAreReadAsOfficesWriteThem(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"05/11/2023": "2023-11-05", "5/11/2023": "2023-11-05", "2023-11-05": "2023-11-05", "5-11-2023": "2023-11-05", "05.11.2023": "2023-11-05",
		"11/25/2023": "11/25/2023", "31/02/2023": "31/02/2023", "": "", "mai": "mai",
	} {
		if got := frame.DayISO(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
	for typed, want := range map[string]string{
		"17:00 05/11/2023": "17:00 05/11/2023", "2023-11-05T17:00": "17:00 05/11/2023", "5/11/2023 17:00": "17:00 05/11/2023",
		"25:00 05/11/2023": "", "05/11/2023": "", "": "",
	} {
		at, _ := frame.ParseInstant(typed)
		if got := frame.Instant(at); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func TestNumbersHaveTheirThousandsApart(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64][2]string{0: {"0", "0"}, 999: {"999", "999"}, 59477: {"59.477", "59,477"}, 104857600: {"104.857.600", "104,857,600"}} {
		if vi, en := frame.Grouped(words.Vietnamese, n), frame.Grouped(words.English, n); vi != want[0] || en != want[1] {
			t.Errorf("%d: %s and %s, want %s and %s", n, vi, en, want[0], want[1])
		}
	}
}
