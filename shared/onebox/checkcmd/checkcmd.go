// Package checkcmd is the command `hoso check`: it judges dossier folders on
// disk without a server, by the same rules as the portal.
//
// The same files give the same findings, byte for byte. A file that cannot be
// read is a finding of its dossier, and the others go on.
package checkcmd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/reading"
	"hoso/shared/reading/calibrate"
	"hoso/shared/validate"
)

// Exit statuses, the same for every command.
const (
	Done       = 0
	FoundWrong = 1 // a finding blocks
	WrongUse   = 2
)

// Command is one run.
type Command struct {
	Reader   reading.Reader
	Book     campaign.Rulebook
	Dirs     []string
	Out      string // folder to write to; "" writes none
	Campaign string // file of the campaign; "" judges by what holds for all
	JSON     bool   // machine-readable output on Stdout, nothing else
	Stdout   io.Writer
	Stderr   io.Writer
	Terminal bool // Stderr is a terminal: show progress
	Parallel int  // files read at the same time
	// Now gives the day whose rules hold for a dossier without a dated letter.
	Now func() time.Time
}

// Result is what became of one dossier.
type Result struct {
	Dossier  string            `json:"dossier"`
	RuleSet  campaign.Pin      `json:"rule_set"`
	Counts   dossier.Counts    `json:"counts"`
	Findings []dossier.Finding `json:"findings"`
}

// Run judges the dossiers and gives the exit status.
func (c Command) Run(ctx context.Context) int {
	cases, err := c.cases()
	if err != nil {
		fmt.Fprintln(c.Stderr, fault.Public(err))
		return WrongUse
	}
	var plan *campaign.Campaign
	if c.Campaign != "" {
		if plan, err = c.plan(); err != nil {
			fmt.Fprintln(c.Stderr, fault.Public(err))
			return WrongUse
		}
	}
	if err := c.read(ctx, cases); err != nil {
		fmt.Fprintln(c.Stderr, "Đã dừng theo yêu cầu.")
		return FoundWrong
	}
	status := Done
	all := make([]Result, 0, len(cases))
	for i := range cases {
		r, err := c.judge(&cases[i], plan)
		if err == nil && c.Out != "" {
			err = c.write(r)
		}
		if err != nil {
			fmt.Fprintf(c.Stderr, "%s: %s\n", cases[i].name, sentence(err))
			return FoundWrong
		}
		if r.Counts.Block > 0 {
			status = FoundWrong
		}
		all = append(all, r)
		if !c.JSON {
			c.summary(r)
		}
	}
	if c.JSON {
		b, err := encode(map[string]any{"dossiers": all})
		if err == nil {
			_, err = c.Stdout.Write(b)
		}
		if err != nil {
			return FoundWrong
		}
	}
	return status
}

// plan reads the campaign's file.
func (c Command) plan() (*campaign.Campaign, error) {
	data, err := os.ReadFile(c.Campaign)
	if err != nil {
		return nil, wrongUse("Không mở được tệp phong trào %s; hãy kiểm tra đường dẫn.", c.Campaign)
	}
	plan, faults := campaign.Parse(filepath.Base(c.Campaign), data)
	if len(faults) > 0 {
		return nil, wrongUse("Tệp phong trào có lỗi: %s", faults[0])
	}
	return plan, nil
}

// read reads every file of every dossier.
func (c Command) read(ctx context.Context, cases []folder) error {
	type job struct{ dossier, file int }
	var jobs []job
	for i := range cases {
		for k := range cases[i].files {
			jobs = append(jobs, job{i, k})
		}
	}
	next, done := make(chan job), make(chan struct{}, len(jobs))
	var workers sync.WaitGroup
	for range max(1, min(c.Parallel, len(jobs))) {
		workers.Go(func() {
			for j := range next {
				f := &cases[j.dossier].files[j.file]
				f.File = c.file(ctx, f)
				done <- struct{}{}
			}
		})
	}
	defer c.clear()
	n := 0
	progress := func() {
		n++
		if c.Terminal {
			fmt.Fprintf(c.Stderr, "\rĐã đọc %d/%d tệp", n, len(jobs))
		}
	}
	for sent := 0; sent < len(jobs); {
		select {
		case next <- jobs[sent]:
			sent++
		case <-done:
			progress()
		}
	}
	close(next)
	workers.Wait()
	for n < len(jobs) {
		<-done
		progress()
	}
	return ctx.Err()
}

// file reads one file as judging wants it.
func (c Command) file(ctx context.Context, f *paper) validate.File {
	out := validate.File{ID: f.name, Name: f.name, Slot: f.slot}
	pdf, err := os.Open(f.path)
	if err != nil {
		out.Problem = &dossier.Problem{Code: "file-open", Sentence: "Không mở được tệp; hãy kiểm tra đường dẫn và quyền đọc."}
		return out
	}
	defer pdf.Close()
	got, err := c.Reader.Read(ctx, pdf)
	out.Reading, out.SHA256 = got, got.SHA256
	if err != nil {
		out.Problem = &dossier.Problem{Code: fault.CodeOf(err), Sentence: fault.Public(err)}
		if out.Problem.Code == "" {
			out.Problem.Code = validate.ReadFailed
		}
		if out.Problem.Sentence == "" {
			out.Problem.Sentence = "Không đọc được tệp do lỗi của chương trình; hãy thử lại."
		}
		return out
	}
	return out
}

// judge judges one dossier by the rules in force on the day of its letter.
func (c Command) judge(f *folder, plan *campaign.Campaign) (Result, error) {
	rules := f.rules()
	if plan != nil {
		rules.Purpose = validate.PurposeOf(plan)
	} else {
		plan = &campaign.Campaign{ID: "chua-neu"}
	}
	files := make([]validate.File, len(f.files))
	readings := make([]reading.Reading, len(f.files))
	for i := range f.files {
		files[i] = f.files[i].File
		readings[i] = files[i].Reading
	}
	for i, r := range calibrate.Agree(readings) {
		files[i].Reading = r
	}
	var err error
	if rules.Set, err = c.rulesOn(plan, files); err != nil {
		return Result{}, err
	}
	j := validate.Judge(files, rules, nil)
	r := Result{Dossier: f.name, RuleSet: rules.Set.Pin(), Counts: j.Counts, Findings: j.Findings}
	if r.Findings == nil {
		r.Findings = []dossier.Finding{}
	}
	return r, nil
}

// rulesOn gives the set in force on the day of the first letter, else today.
func (c Command) rulesOn(plan *campaign.Campaign, files []validate.File) (campaign.RuleSet, error) {
	for _, f := range files {
		for _, d := range f.Reading.Documents {
			if d.Kind != reading.Letter || d.IssuedOn == "" {
				continue
			}
			if day, err := time.Parse("2006-01-02", d.IssuedOn); err == nil {
				if set, err := c.Book.RuleSetAt(plan, day); err == nil {
					return set, nil
				}
			}
		}
	}
	return c.Book.RuleSetAt(plan, c.Now())
}

// write puts the findings under the output folder, whole or not at all.
func (c Command) write(r Result) error {
	b, err := encode(r.Findings)
	if err != nil {
		return err
	}
	dir := filepath.Join(c.Out, r.Dossier)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".hoso-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.Write(b); err == nil {
		err = tmp.Chmod(0o644)
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), filepath.Join(dir, "findings.json"))
}

// summary tells a person what was found.
func (c Command) summary(r Result) {
	fmt.Fprintf(c.Stdout, "%s: %d lỗi chặn, %d cần xem, %d lưu ý\n", r.Dossier, r.Counts.Block, r.Counts.Warn, r.Counts.Note)
	for _, f := range r.Findings {
		where := f.File
		if f.Page > 0 && where != "" {
			where += fmt.Sprintf(", trang %d", f.Page)
		}
		if where != "" {
			where = " (" + where + ")"
		}
		fmt.Fprintf(c.Stdout, "  [%s] %s%s: %s\n      %s [%s; %s]\n", severity(f.Severity), f.Code, plain(where), plain(f.Message), plain(f.Fix), f.Rule, plain(f.Source))
	}
}

func severity(s dossier.Severity) string {
	switch s {
	case dossier.Block:
		return "CHẶN"
	case dossier.Warn:
		return "xem"
	}
	return "lưu ý"
}

// clear takes the progress line off the terminal.
func (c Command) clear() {
	if c.Terminal {
		fmt.Fprint(c.Stderr, "\r\x1b[K")
	}
}

// encode writes JSON for people and programs: indented, letters as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// plain keeps control characters of a document off the terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}

// sentence gives what a person may know of an error.
func sentence(err error) string {
	if public := fault.Public(err); public != "" {
		return public
	}
	return "không ghi được kết quả: " + err.Error()
}
