package asl

import (
	"encoding/json"
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
func (e Event) MarshalJSON() ([]byte, error) {
	m := map[string]any{
		"id": e.ID, "previousEventId": e.PreviousEventID, "type": e.Type,
		"timestamp": e.Timestamp.UTC().Format(time.RFC3339Nano),
	}
	if e.Details != nil {
		m[detailsName(e.Type)] = e.Details
	}
	return []byte(encode(m)), nil
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
