// Package aslcli is what "hoso asl lint" and "hoso asl run" do: it shows what
// the embedded engine does not run of a state machine, and runs one with
// answers from a file. It reads the files it is given, writes nothing, and
// never ends the process.
package aslcli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"hoso/shared/asl"
	"hoso/shared/onebox/journal"
)

// Exit statuses.
const (
	done  = 0
	wrong = 1
	usage = 2
)

// Env is what a command needs from outside.
type Env struct {
	Out, Err io.Writer
	Now      func() time.Time
	NewID    func() string // a UUID
	Random   func() float64
}

// Lint names every feature of the state machines in args (files) that the
// engine does not run, one line each: file, place, feature. With --json it
// prints an array instead. The status is 1 if there is any, 2 for wrong use.
func Lint(args []string, env Env) int {
	fs := flags()
	asJSON := fs.Bool("json", false, "")
	files, err := parse(fs, args)
	if err != nil || len(files) == 0 {
		return fail(env, usage, "Cách dùng: hoso asl lint [--json] FILE…")
	}
	type place struct {
		File    string `json:"file"`
		Path    string `json:"path"`
		Feature string `json:"feature"`
	}
	places := []place{}
	status := done
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			status = fail(env, wrong, "Không đọc được tệp %s; hãy kiểm tra đường dẫn.", file)
			continue
		}
		for _, p := range asl.Lint(text) {
			status = wrong
			places = append(places, place{file, p.Path, p.Feature})
		}
	}
	if *asJSON {
		return show(env, status, places)
	}
	for _, p := range places {
		if _, err := fmt.Fprintf(env.Out, "%s: %s: %s\n", p.File, p.Path, p.Feature); err != nil {
			return wrong
		}
	}
	return status
}

// result is what Run prints.
type result struct {
	Status asl.Status      `json:"status"`
	Output json.RawMessage `json:"output,omitempty"`
	Error  *string         `json:"error,omitempty"`
	Cause  *string         `json:"cause,omitempty"`
	Events []asl.Event     `json:"events"`
}

// Run runs the state machine of a file on the engine: FILE --input FILE
// [--tasks FILE] [--clock virtual]. It prints how the execution ended and its
// events. The status is 0 if it came to an end, whichever; 1 if the machine is
// refused or a file cannot be used; 2 for wrong use.
func Run(ctx context.Context, args []string, env Env) int {
	fs := flags()
	inputFile := fs.String("input", "", "")
	tasksFile := fs.String("tasks", "", "")
	clockName := fs.String("clock", "real", "")
	fs.Bool("json", true, "") // the output is JSON anyway
	files, err := parse(fs, args)
	if err != nil || len(files) != 1 || *inputFile == "" || *clockName != "real" && *clockName != "virtual" {
		return fail(env, usage, "Cách dùng: hoso asl run FILE --input FILE [--tasks FILE] [--clock virtual]")
	}
	var texts [2][]byte
	for i, file := range []string{files[0], *inputFile} {
		if texts[i], err = os.ReadFile(file); err != nil {
			return fail(env, wrong, "Không đọc được tệp %s; hãy kiểm tra đường dẫn.", file)
		}
	}
	machine, err := asl.Parse("machine", texts[0], nil)
	var refused *asl.RefusedError
	if errors.As(err, &refused) {
		for _, p := range refused.Places {
			_ = fail(env, wrong, "%s: %s", files[0], p)
		}
		return wrong
	}
	tasks := taskAnswers{}
	if *tasksFile != "" {
		if tasks, err = readAnswers(*tasksFile); err != nil {
			return fail(env, wrong, "Không dùng được tệp câu trả lời %s: %v", *tasksFile, err)
		}
	}
	r, err := execute(ctx, machine, texts[1], tasks, *clockName == "virtual", env)
	if err != nil {
		return fail(env, wrong, "Không chạy được %s: %v", files[0], err)
	}
	return show(env, done, r)
}

// readAnswers reads a file of answers strictly: a misspelt name is an error.
func readAnswers(file string) (taskAnswers, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var tasks taskAnswers
	err = d.Decode(&tasks)
	return tasks, err
}

// execute runs one execution in memory to its end.
func execute(ctx context.Context, m *asl.Machine, input []byte, tasks taskAnswers, virtual bool, env Env) (*result, error) {
	file, err := journal.Open(ctx, ":memory:", nil)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	p := newPlayer(file, tasks)
	clock := asl.WallClock(env.Now)
	if virtual {
		v := asl.NewVirtualClock(env.Now())
		clock, p.hold, p.let = v, v.Hold, v.Let
	}
	e, err := asl.New(ctx, asl.Options{
		Machines: []*asl.Machine{m}, Invoke: p.invoke, Journal: p, Clock: clock,
		NewToken: env.NewID, NewID: env.NewID, Random: env.Random, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, err
	}
	p.engine = e
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		e.Run(ctx)
	}()
	defer func() {
		stop()
		<-ended
		p.replies.Wait()
	}()
	if _, err := e.Start(ctx, m.Name(), "run", input); err != nil {
		return nil, err
	}
	id := asl.ExecutionARN(m.Name(), "run")
	x, err := e.Await(ctx, id)
	if err != nil {
		return nil, err
	}
	r := &result{Status: x.Status, Error: x.Error, Cause: x.Cause}
	if x.Status == asl.Succeeded {
		r.Output = json.RawMessage(x.Output)
	}
	r.Events, err = e.History(ctx, id, 1, 0)
	return r, err
}

func flags() *flag.FlagSet {
	fs := flag.NewFlagSet("asl", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // the usage line says it
	fs.Usage = func() {}
	return fs
}

// parse reads flags that may stand before, between and after the files.
func parse(fs *flag.FlagSet, args []string) (files []string, err error) {
	for {
		if err := fs.Parse(args); err != nil {
			return nil, err
		}
		if fs.NArg() == 0 {
			return files, nil
		}
		files = append(files, fs.Arg(0))
		args = fs.Args()[1:]
	}
}

func fail(env Env, status int, format string, args ...any) int {
	if _, err := fmt.Fprintf(env.Err, strings.TrimSuffix(format, "\n")+"\n", args...); err != nil {
		return wrong
	}
	return status
}

func show(env Env, status int, v any) int {
	e := json.NewEncoder(env.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return wrong
	}
	return status
}
