package asl

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Event is one entry of an execution's history, with the types and detail
// names of Step Functions' GetExecutionHistory.
type Event struct {
	ID              int64
	PreviousEventID int64
	Timestamp       time.Time
	Type            string
	// Details are the members of the event's details; inputs and outputs are
	// JSON texts, as Step Functions gives them. Nil for events without any.
	Details map[string]any
}

// detailsName is the member that holds an event's details.
func detailsName(eventType string) string {
	switch {
	case strings.HasSuffix(eventType, "StateEntered"):
		return "stateEnteredEventDetails"
	case strings.HasSuffix(eventType, "StateExited"):
		return "stateExitedEventDetails"
	case eventType == "":
		return "eventDetails"
	}
	return strings.ToLower(eventType[:1]) + eventType[1:] + "EventDetails"
}

// MarshalJSON writes the event as GetExecutionHistory shows it; the timestamp
// is RFC 3339 in UTC.
func (e Event) MarshalJSON() ([]byte, error) { return e.append(nil), nil }

func (e Event) append(b []byte) []byte {
	b = append(b, `{"id":`...)
	b = strconv.AppendInt(b, e.ID, 10)
	b = append(b, `,"previousEventId":`...)
	b = strconv.AppendInt(b, e.PreviousEventID, 10)
	b = append(b, `,"timestamp":"`...)
	b = e.Timestamp.UTC().AppendFormat(b, time.RFC3339Nano)
	b = append(b, `","type":`...)
	b = appendString(b, e.Type)
	if e.Details != nil {
		b = append(b, ',')
		b = append(appendString(b, detailsName(e.Type)), ':')
		b = appendJSON(b, e.Details)
	}
	return append(b, '}')
}

// EncodeEvents writes events as a JSON array.
func EncodeEvents(events []Event) string {
	b := []byte{'['}
	for i, e := range events {
		if i > 0 {
			b = append(b, ',')
		}
		b = e.append(b)
	}
	return string(append(b, ']'))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (e *Event) UnmarshalJSON(text []byte) error {
	var head struct {
		ID              int64     `json:"id"`
		PreviousEventID int64     `json:"previousEventId"`
		Timestamp       time.Time `json:"timestamp"`
		Type            string    `json:"type"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return err
	}
	v, err := decode(string(text))
	if err != nil {
		return err
	}
	*e = Event{ID: head.ID, PreviousEventID: head.PreviousEventID, Timestamp: head.Timestamp, Type: head.Type}
	m, _ := v.(map[string]any)
	e.Details, _ = m[detailsName(e.Type)].(map[string]any)
	return nil
}
