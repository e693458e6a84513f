package campaign

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"

	"hoso/shared/calendar"
	"hoso/shared/fault"
)

//go:embed blank/blank.yaml
var blank string

var idLine = regexp.MustCompile(`(?m)^id:.*$`)

// Text gives the data file the campaign was read from, byte for byte.
func (c *Campaign) Text() string { return c.text }

// Draft gives the text of a campaign to begin with: a blank one, in which
// nothing is stated, or a copy of another. Invalid if id is none.
func Draft(id string, of *Campaign) (string, error) {
	if !ValidID(id) {
		return "", fault.New(fault.Invalid, "campaign.draft", "Mã phong trào viết chữ thường không dấu, số và gạch nối, ví dụ bac-kan-2022-2025.")
	}
	text := blank
	if of != nil {
		text = of.text
	}
	return idLine.ReplaceAllLiteralString(text, "id: "+id), nil
}

// ValidID reports whether a text can be a campaign's id.
func ValidID(id string) bool { return len(id) <= 60 && idForm.MatchString(id) }

// Main is one of the facts of a plan that a form asks for.
type Main struct {
	Path   string `json:"path"` // in the file: "rounds[0].caps.tap_the"
	Name   string `json:"name"` // "title", "number", "caps.tap_the"
	Round  string `json:"round,omitempty"`
	Value  string `json:"value"` // as in the file: days as 2022-10-10; "" is not stated
	Quote  string `json:"quote"`
	Source string `json:"source"` // section of the plan, or who decided
}

// Mains lists the main facts of a plan: what it is, of when and by whom, and
// the caps of each round.
func (c *Campaign) Mains() []Main {
	out := []Main{
		main("title", "title", c.Title), main("number", "number", c.Number), main("date", "date", c.Date), main("issuer", "issuer", c.Issuer),
		main("responsible_body", "responsible_body", c.ResponsibleBody), main("period.from", "from", c.Period.From), main("period.to", "to", c.Period.To),
	}
	for i, r := range c.Rounds {
		for _, m := range []Main{
			main(fmt.Sprintf("rounds[%d].name", i), "name", r.Name),
			main(fmt.Sprintf("rounds[%d].caps.tap_the", i), "caps.tap_the", r.Caps.Collective),
			main(fmt.Sprintf("rounds[%d].caps.ca_nhan", i), "caps.ca_nhan", r.Caps.Individual),
		} {
			m.Round = r.ID
			out = append(out, m)
		}
	}
	file := c.Document.File + ", "
	for i := range out {
		out[i].Source = strings.TrimPrefix(out[i].Source, file)
	}
	return out
}

func main[T any](path, name string, l Leaf[T]) Main {
	m := Main{Path: path, Name: name, Quote: l.Quote, Source: l.Source}
	if v, ok := l.Get(); ok {
		m.Value = fmt.Sprint(v)
		if d, ok := any(v).(calendar.Date); ok {
			m.Value = d.ISO()
		}
	}
	return m
}

// SetMains writes main facts into a data file and leaves the rest of its text
// as it is. A fact without a value becomes not stated; one with words of the
// plan is stated, one without is decided. What the file then says wrongly is
// for Parse to tell; Faults here are of a file that cannot be read at all, or
// has no such place.
func SetMains(name, text string, facts []Main) (string, Faults) {
	s := &source{name: name}
	if s.bound([]byte(text)); len(s.faults) > 0 {
		return "", s.sorted()
	}
	file, err := parser.ParseBytes([]byte(text), parser.ParseComments)
	if err != nil {
		s.fromYAML(err)
		return "", s.sorted()
	}
	for _, m := range facts {
		path, err := yaml.PathString("$." + m.Path)
		if err == nil {
			err = path.ReplaceWithReader(file, strings.NewReader(m.leaf()))
		}
		if err != nil {
			s.faults = append(s.faults, Fault{File: name, Line: 1, Field: m.Path, Problem: "không ghi được giá trị", Fix: "Sửa trực tiếp trong văn bản dữ liệu"})
		}
	}
	if len(s.faults) > 0 {
		return "", s.sorted()
	}
	return file.String(), nil
}

// leaf writes a fact as the file has it. Numbers and days stand bare.
func (m Main) leaf() string {
	value := strings.TrimSpace(m.Value)
	if value == "" {
		return string(NotStated)
	}
	if !m.bare(value) {
		value = quoted(value)
	}
	if quote := strings.TrimSpace(m.Quote); quote != "" {
		return fmt.Sprintf("{value: %s, status: %s, quote: %s, source: %s}", value, Stated, quoted(quote), quoted(m.Source))
	}
	return fmt.Sprintf("{value: %s, status: %s, source: %s}", value, Decided, quoted(m.Source))
}

// bare says whether a value stands without quotes: a text that looks like a
// number, such as a round called 2025, is a text all the same.
func (m Main) bare(value string) bool {
	switch m.Path[strings.LastIndex(m.Path, ".")+1:] {
	case "date":
		_, err := calendar.ParseISO(value)
		return err == nil
	case "from", "to", "tap_the", "ca_nhan":
		_, err := strconv.Atoi(value)
		return err == nil
	}
	return false
}

// quoted writes a text as a YAML double-quoted scalar, of which JSON is a part.
func quoted(s string) string {
	b, err := json.Marshal(strings.TrimSpace(s))
	if err != nil {
		return `""`
	}
	return string(b)
}
