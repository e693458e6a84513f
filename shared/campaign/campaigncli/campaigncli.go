// Package campaigncli is the command "hoso campaign": list, show, lint. It
// writes to the streams it is given and returns an exit status; it ends
// nothing by itself.
package campaigncli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"hoso/shared/calendar"
	"hoso/shared/campaign"
	"hoso/shared/fault"
)

// Exit statuses, as all commands of the product have them.
const (
	Done  = 0 // done, nothing wrong
	Found = 1 // something wrong was found and named
	Usage = 2 // the command was used wrongly
)

// Command is one call of the tool.
type Command struct {
	Out, Err io.Writer
	JSON     bool
	// ReadFile reads a file named on the command line.
	ReadFile func(name string) ([]byte, error)
	// Now gives the day for which the rules in force are shown.
	Now func() time.Time
}

// List prints every campaign that comes with the program, one a line, or as a
// JSON array of {id, title, issuer, number, date, rounds}.
func (c Command) List() int {
	all, err := campaign.Builtin()
	if err != nil {
		return c.fail(err)
	}
	if c.JSON {
		type row struct {
			ID     string                       `json:"id"`
			Title  campaign.Leaf[string]        `json:"title"`
			Issuer campaign.Leaf[string]        `json:"issuer"`
			Number campaign.Leaf[string]        `json:"number"`
			Date   campaign.Leaf[calendar.Date] `json:"date"`
			Rounds []string                     `json:"rounds"`
		}
		rows := make([]row, 0, len(all))
		for _, x := range all {
			r := row{ID: x.ID, Title: x.Title, Issuer: x.Issuer, Number: x.Number, Date: x.Date, Rounds: []string{}}
			for _, rd := range x.Rounds {
				r.Rounds = append(r.Rounds, rd.ID)
			}
			rows = append(rows, r)
		}
		return c.printJSON(rows)
	}
	for _, x := range all {
		var rounds []string
		for _, rd := range x.Rounds {
			rounds = append(rounds, rd.ID)
		}
		fmt.Fprintf(c.Out, "%-22s %s. %s, số %s; đợt: %s\n", x.ID, x.Title.Or(notStated), x.Issuer.Or(notStated), x.Number.Or(notStated), strings.Join(rounds, ", "))
	}
	return Done
}

const notStated = "(không nêu)"

// Show prints one campaign: with JSON every leaf with its origin, else a page
// for people with what the plan states, what it does not, and the rules in
// force today.
func (c Command) Show(id string) int {
	all, err := campaign.Builtin()
	if err != nil {
		return c.fail(err)
	}
	x, err := campaign.Find(all, id)
	if err != nil {
		c.say(fault.Public(err))
		return Usage
	}
	if c.JSON {
		return c.printJSON(x)
	}
	fmt.Fprintf(c.Out, "%s\n%s\n\n", x.ID, strings.Repeat("-", len(x.ID)))
	for _, l := range x.Leaves() {
		switch l.Status {
		case campaign.NotStated:
			fmt.Fprintf(c.Out, "%-48s %s\n", l.Name, notStated)
		case campaign.Decided:
			fmt.Fprintf(c.Out, "%-48s %s  [quyết định: %s]\n", l.Name, l.Text, l.Source)
		default:
			fmt.Fprintf(c.Out, "%-48s %s  [%s: “%s”]\n", l.Name, l.Text, l.Source, l.Quote)
		}
	}
	return c.showRules(x)
}

func (c Command) showRules(x *campaign.Campaign) int {
	book, err := campaign.BuiltinRules()
	if err != nil {
		return c.fail(err)
	}
	set, err := book.RuleSetAt(x, c.Now())
	if err != nil {
		return c.fail(err)
	}
	fmt.Fprintf(c.Out, "\nBộ quy định hiện hành: %s (%s)\n", set.ID, set.Digest[:16])
	for _, r := range set.Rules {
		fmt.Fprintf(c.Out, "  %s %-5s %s  [%s]\n", r.ID, r.Severity, r.Title.VI, r.Source)
	}
	for _, g := range set.Gaps {
		fmt.Fprintf(c.Out, "  chưa có: %s\n", g)
	}
	return Done
}

// Lint checks a campaign file, or a rule file (one with "layer:"), and names
// line, field and what to write for each fault.
func (c Command) Lint(names ...string) int {
	if len(names) == 0 {
		c.say("Cần tên tệp: hoso campaign lint TỆP.")
		return Usage
	}
	all := campaign.Faults{}
	for _, name := range names {
		data, err := c.ReadFile(name)
		if err != nil {
			why := "không mở được"
			if errors.Is(err, fs.ErrNotExist) {
				why = "không có tệp này"
			}
			c.say(name + ": " + why + "; kiểm tra tên tệp.")
			return Usage
		}
		all = append(all, lint(filepath.ToSlash(name), data)...)
	}
	if c.JSON {
		if status := c.printJSON(all); status != Done {
			return status
		}
	} else {
		for _, f := range all {
			fmt.Fprintln(c.Out, f)
		}
	}
	if len(all) > 0 {
		c.say(fmt.Sprintf("%d lỗi; sửa từng lỗi theo hướng dẫn ở cuối dòng.", len(all)))
		return Found
	}
	return Done
}

func lint(name string, data []byte) campaign.Faults {
	if campaign.IsRuleFile(data) {
		_, faults := campaign.ParseRules(name, data)
		return faults
	}
	_, faults := campaign.Parse(name, data)
	return faults
}

func (c Command) printJSON(v any) int {
	enc := json.NewEncoder(c.Out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		c.say("Không ghi được kết quả.")
		return Found
	}
	return Done
}

func (c Command) fail(err error) int {
	c.say(fault.Public(err))
	return Found
}

func (c Command) say(sentence string) { fmt.Fprintln(c.Err, sentence) }
