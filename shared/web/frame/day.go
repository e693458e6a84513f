package frame

import (
	"time"

	"hoso/shared/calendar"
)

// Dates are typed as offices write them, never by a browser's picker, which
// follows the browser's language: 05/11 would be May to some. What a picker or
// a program sends (ISO 8601) is understood as well.
var (
	dayForms     = []string{"2/1/2006", time.DateOnly, "2-1-2006", "2.1.2006"}
	instantForms = []string{"15:04 2/1/2006", "2006-01-02T15:04", "2/1/2006 15:04"}
)

// ParseDay reads a date as typed: dd/mm/yyyy, in Việt Nam.
func ParseDay(typed string) (time.Time, bool) { return parseAny(dayForms, typed) }

// ParseInstant reads an instant as typed: hh:mm dd/mm/yyyy, in Việt Nam.
func ParseInstant(typed string) (time.Time, bool) { return parseAny(instantForms, typed) }

func parseAny(forms []string, typed string) (time.Time, bool) {
	for _, form := range forms {
		if t, err := time.ParseInLocation(form, typed, calendar.Zone()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// Day gives a form's date as 2006-01-02; what is no date stays as it was
// typed, for its room to refuse.
func (c *Call) Day(name string) string { return DayISO(c.Field(name)) }

// DayISO is the same of a typed text.
func DayISO(typed string) string {
	if t, ok := ParseDay(typed); ok {
		return t.Format(time.DateOnly)
	}
	return typed
}

// instantTyped writes an instant of a form as it is typed here; what is no
// instant stays as it is.
func instantTyped(typed string) string {
	if t, ok := ParseInstant(typed); ok {
		return Instant(t)
	}
	return typed
}
