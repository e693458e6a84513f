// Command accuracy measures the reader on the project's own corpus: it makes
// dossiers from their seeds, reads and checks them as the product does, and
// prints how well that went, by family, with 95 % intervals, and whether the
// confidence of values means what it says. It fails below the bar recorded in
// bar.json.
//
// It resumes where it was stopped: scores are kept by what they depend on. Run
// it from the project's root (make accuracy).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"hoso/shared/pictures"
	"hoso/testdata/corpus/produce"
	"hoso/testdata/corpus/score"
	"hoso/testdata/corpus/web"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == pictures.GuardArg {
		fmt.Fprintln(os.Stderr, pictures.Guard(os.Args[2:]))
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

// options are what a run is asked for.
type options struct {
	families string
	verbose  bool
	fit      bool
	record   bool
	misses   string
	ids      string
	make     string
	kept     bool
}

func run(ctx context.Context) error {
	var o options
	flag.StringVar(&o.families, "families", "", "only these rows, parted by commas; the bar is not applied")
	flag.BoolVar(&o.verbose, "v", false, "list what was missed on layouts that are fitted to")
	flag.BoolVar(&o.fit, "fit", false, "fit the table of confidences to the layouts that the report leaves out, and write it")
	flag.BoolVar(&o.record, "record", false, "write the bar from this run")
	flag.StringVar(&o.misses, "misses", "", "write every miss, also those of kept layouts, to this file")
	flag.StringVar(&o.ids, "ids", "", "only these dossiers, parted by commas")
	flag.StringVar(&o.make, "make", "", "write the files of the dossiers to this folder and do nothing else")
	flag.BoolVar(&o.kept, "kept", false, "report only the scores that are already kept")
	flag.Parse()
	part, of, err := share(os.Getenv("SHARE"))
	if err != nil {
		return err
	}
	workers := runtime.NumCPU()
	if s := os.Getenv("WORKERS"); s != "" {
		if workers, err = strconv.Atoi(s); err != nil || workers < 1 {
			return fmt.Errorf("WORKERS=%q is no number", s)
		}
	}
	cache := os.Getenv("ACCURACY_CACHE")
	if cache == "" {
		cache = ".tools/accuracy"
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var browser *web.Browser
	open := sync.OnceValues(func() (*web.Browser, error) {
		b, err := web.Open(ctx)
		browser = b
		return b, err
	})
	defer func() {
		if browser != nil {
			browser.Close()
		}
	}()
	b, err := newBench(ctx, self, cache, produce.Producer{Browser: open})
	if err != nil {
		return err
	}
	jobs := plan(part, of)
	among := func(list, name string) bool { return list == "" || strings.Contains(","+list+",", ","+name+",") }
	jobs = slices.DeleteFunc(jobs, func(j job) bool { return !among(o.families, j.group) || !among(o.ids, j.wish.ID) })
	if o.make != "" {
		return b.write(ctx, jobs, o.make)
	}
	if o.kept {
		jobs = slices.DeleteFunc(jobs, func(j job) bool { return b.known(j) == nil })
	}
	results, err := b.all(ctx, jobs, workers)
	if err != nil {
		return err
	}
	some := o.families != "" || o.ids != "" || o.kept
	return tell(o, jobs, results, of == part && !some, some)
}

// all does every job, workers at a time, and shows how far it is.
func (b *bench) all(ctx context.Context, jobs []job, workers int) ([]*score.Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	results := make([]*score.Result, len(jobs))
	next := make(chan int)
	var mu sync.Mutex
	done, start := 0, time.Now()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range next {
				r, err := b.do(ctx, jobs[i])
				if err != nil {
					cancel(fmt.Errorf("%s: %w", jobs[i].wish.ID, err))
					continue
				}
				mu.Lock()
				results[i] = r
				done++
				if done%10 == 0 || done == len(jobs) {
					fmt.Fprintf(os.Stderr, "\r%d of %d dossiers, %s", done, len(jobs), time.Since(start).Round(time.Second))
				}
				mu.Unlock()
			}
		})
	}
	for i := range jobs {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	wg.Wait()
	fmt.Fprintln(os.Stderr)
	return results, context.Cause(ctx)
}

// writeLines writes lines to a file.
func writeLines(path string, lines []string) error {
	return os.WriteFile(filepath.Clean(path), []byte(strings.Join(lines, "\n")+"\n"), 0o600)
}
