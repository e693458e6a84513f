// Package readcmd is the command `hoso read`: it reads PDFs from disk without
// a server and writes what they say.
//
// The same files give the same output, byte for byte, whatever the number of
// processors. A file that cannot be read is said so in its own output, and the
// others go on.
package readcmd

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

	"hoso/shared/fault"
	"hoso/shared/reading"
	"hoso/shared/reading/calibrate"
)

// Exit statuses, the same for every command.
const (
	Done       = 0
	FoundWrong = 1
	WrongUse   = 2
)

// Command is one run. Out, JSON and Paths are what the user asked for.
type Command struct {
	Reader   reading.Reader
	Paths    []string
	Out      string // folder to write to; "" writes none
	JSON     bool   // machine-readable output on Stdout, nothing else
	Stdout   io.Writer
	Stderr   io.Writer
	Terminal bool // Stderr is a terminal: show progress
	Parallel int  // files at the same time
}

// input is one file to read and the name of its output.
type input struct {
	path string
	name string // relative, with slashes, without .pdf
}

// Output is the JSON of one file. Pages carry no text: that is in the .txt.
type Output struct {
	File       string              `json:"file,omitempty"`
	Error      *Failure            `json:"error,omitempty"`
	SHA256     string              `json:"sha256,omitempty"`
	Tool       string              `json:"tool"`
	Pages      []page              `json:"pages"`
	Documents  []reading.Document  `json:"documents"`
	Signatures []reading.Signature `json:"signatures,omitempty"`
	Problems   []reading.Problem   `json:"problems,omitempty"`
}

// Failure says why a file could not be read.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type page struct {
	N       int             `json:"n"`
	Quality reading.Quality `json:"quality"`
	Width   float64         `json:"width"`
	Height  float64         `json:"height"`
}

// result is what became of one input.
type result struct {
	out  Output
	text string
}

// Run reads the files and gives the exit status.
func (c Command) Run(ctx context.Context) int {
	inputs, err := c.inputs()
	if err != nil {
		fmt.Fprintln(c.Stderr, fault.Public(err))
		return WrongUse
	}
	results := make([]chan result, len(inputs))
	for i := range results {
		results[i] = make(chan result, 1)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var workers sync.WaitGroup
	next := make(chan int)
	for range max(1, min(c.Parallel, len(inputs))) {
		workers.Go(func() {
			for i := range next {
				results[i] <- c.read(ctx, inputs[i])
			}
		})
	}
	go func() {
		defer close(next)
		for i := range inputs {
			select {
			case next <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	status := c.collect(ctx, inputs, results)
	stop()
	workers.Wait()
	return status
}

// collect writes the results in the order of the inputs.
func (c Command) collect(ctx context.Context, inputs []input, results []chan result) int {
	status, failed := Done, 0
	var all []Output
	var held []result // of the dossier whose files are being read
	for i, of := range dossiers(inputs) {
		select {
		case r := <-results[i]:
			held = append(held, r)
		case <-ctx.Done():
			fmt.Fprintln(c.Stderr, "Đã dừng theo yêu cầu.")
			return FoundWrong
		}
		if c.Terminal {
			fmt.Fprintf(c.Stderr, "\rĐã đọc %d/%d tệp", i+1, len(inputs))
		}
		if i+1 < len(inputs) && i+1 < of {
			continue
		}
		agree(held)
		for k, r := range held {
			in := inputs[i+1-len(held)+k]
			if r.out.Error != nil {
				status = FoundWrong
				failed++
			}
			if c.Out != "" {
				if err := c.write(in, r); err != nil {
					c.clear()
					fmt.Fprintf(c.Stderr, "Không ghi được kết quả vào %s: %v\n", c.Out, err)
					return FoundWrong
				}
			}
			r.out.File = in.path
			all = append(all, r.out)
			if !c.JSON {
				c.clear()
				c.summary(&r.out)
			}
		}
		held = held[:0]
	}
	c.clear()
	if c.JSON {
		b, err := encode(map[string]any{"files": all})
		if err == nil {
			_, err = c.Stdout.Write(b)
		}
		if err != nil {
			return FoundWrong
		}
		return status
	}
	if failed > 0 {
		fmt.Fprintf(c.Stderr, "%d/%d tệp không đọc được; xem lý do ở từng tệp.\n", failed, len(inputs))
	}
	return status
}

// maxDossier is how many files of one folder are laid beside each other as one
// dossier; a larger folder is an archive.
const maxDossier = 60

// dossiers gives, for each input, the index behind the last one of its folder;
// the files of an archive stand alone.
func dossiers(inputs []input) []int {
	out := make([]int, len(inputs))
	for i := 0; i < len(inputs); {
		end := i + 1
		for end < len(inputs) && filepath.Dir(inputs[end].path) == filepath.Dir(inputs[i].path) {
			end++
		}
		for k := i; k < end; k++ {
			out[k] = end
			if end-i > maxDossier {
				out[k] = k + 1
			}
		}
		i = end
	}
	return out
}

// agree lets the papers of one dossier confirm each other's names.
func agree(held []result) {
	readings := make([]reading.Reading, len(held))
	for i := range held {
		readings[i].Documents = held[i].out.Documents
	}
	for i, r := range calibrate.Agree(readings) {
		held[i].out.Documents = r.Documents
	}
}

// clear takes the progress line off the terminal.
func (c Command) clear() {
	if c.Terminal {
		fmt.Fprint(c.Stderr, "\r\x1b[K")
	}
}

// read reads one file.
func (c Command) read(ctx context.Context, in input) result {
	f, err := os.Open(in.path)
	if err != nil {
		return failure("file-open", "Không mở được tệp; hãy kiểm tra đường dẫn và quyền đọc.")
	}
	defer f.Close()
	got, err := c.Reader.Read(ctx, f)
	r := result{out: Output{
		SHA256: got.SHA256, Tool: reading.Tool, Documents: got.Documents, Problems: got.Problems, Pages: []page{},
	}}
	if len(got.Signatures) > 0 {
		r.out.Signatures = got.Signatures
	}
	var texts []string
	for _, p := range got.Pages {
		r.out.Pages = append(r.out.Pages, page{p.N, p.Quality, p.Width, p.Height})
		texts = append(texts, p.Text)
	}
	r.text = strings.Join(texts, "\f")
	if r.out.Documents == nil {
		r.out.Documents = []reading.Document{}
	}
	switch {
	case err != nil:
		code, message := fault.CodeOf(err), fault.Public(err)
		if code == "" {
			code = "read-failed"
		}
		if message == "" {
			message = "Không đọc được tệp do lỗi của chương trình; hãy thử lại."
		}
		r.out.Error = &Failure{code, message}
	}
	return r
}

func failure(code, message string) result {
	return result{out: Output{
		Error: &Failure{code, message}, Tool: reading.Tool, Documents: []reading.Document{}, Pages: []page{},
	}}
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

// write puts the two files of an input under the output folder.
func (c Command) write(in input, r result) error {
	b, err := encode(r.out)
	if err != nil {
		return err
	}
	base := filepath.Join(c.Out, filepath.FromSlash(in.name))
	if err := os.MkdirAll(filepath.Dir(base), 0o755); err != nil {
		return err
	}
	if err := replace(base+".json", b); err != nil {
		return err
	}
	return replace(base+".txt", []byte(r.text))
}

// replace writes a file whole or not at all.
func replace(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".hoso-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.Write(data); err == nil {
		err = tmp.Chmod(0o644)
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
