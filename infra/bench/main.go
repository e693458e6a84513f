// Command bench runs the product's benchmarks, each beside its yardstick in
// the same run: one line of JSON per figure on standard output, a table on
// standard error. Absolute times on shared machines mean little; ratios do.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"
)

// figure is one measured value with what it is held against.
type figure struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Versus string  `json:"versus"`
	Ratio  float64 `json:"ratio"`
}

// source is a set of Go benchmarks and how their metrics become figures.
type source struct {
	pkg, bench, time string
	figures          []rule
}

// rule makes a figure of one metric of a benchmark. The ratio is another
// metric, or the value over a mark.
type rule struct {
	bench  string // suffix of the benchmark's name
	metric string
	name   string
	versus string
	ratio  string  // metric that holds the ratio, or "of " and the benchmark whose metric divides; "" with mark
	mark   float64 // yardstick stated in the project's targets; 0: none
}

// of names the benchmark whose metric divides; "" if none does.
func (r rule) of() string {
	name, ok := strings.CutPrefix(r.ratio, "of ")
	if !ok {
		return ""
	}
	return name
}

var sources = []source{
	{"./shared/onebox/sqlitestore", "BenchmarkCommit", "20x", []rule{
		{"clients=1", "commits/s", "store commits, one client", "the same rows in a hand-written transaction", "ratio", 0},
		{"clients=16", "commits/s", "store commits, 16 clients", "the same rows in a hand-written transaction", "ratio", 0},
	}},
	{"./shared/asl", "BenchmarkTransitions", "3x", []rule{
		{"Transitions", "transitions/s", "engine transitions, 1,000 executions", "one hand-written transaction a transition", "ratio", 0},
	}},
	{"./shared/asl", "BenchmarkParked", "1x", []rule{
		{"Parked", "MB-over-idle", "memory of 10,000 parked executions", "200 MB", "", 200},
	}},
	{"./infra/accuracy", "BenchmarkRecognise", "1x", []rule{
		{"Recognise", "CPU-ms/page", "recognising a scanned page, fields included", "plain tesseract -l vie on the same picture", "ratio", 0},
		{"Recognise", "letters-wrong-%", "letters wrong on those pages", "plain tesseract -l vie on the same picture", "error-ratio", 0},
	}},
	{"./shared/onebox/s3gateway", "BenchmarkDurablePut$|BenchmarkPlainFile", "200x", []rule{
		{"DurablePut", "puts/s", "durable PUT of 100 KiB", "write, fsync, rename, fsync by hand (PlainFile)", "", 0},
		{"PlainFile", "puts/s", "the same bytes by hand", "itself", "", 0},
	}},
	{"./shared/verify", "BenchmarkMillion", "1x", []rule{
		{"Million", "s/check", "verify of 1,000,000 log entries", "30 s", "", 30},
	}},
	{"./infra/accuracy", "BenchmarkPaper", "20x", []rule{
		{"Paper", "pages/core-s", "born-digital pages with their fields, in one process", "400 a second of one core", "", 400},
	}},
	{"./infra/accuracy", "BenchmarkOneFile", "5x", []rule{
		{"OneFile", "p50-ms", "one file with its fields, a process of its own", "pdftotext -layout of the same file", "wall-ratio", 0},
		{"OneFile", "cpu-ms", "its processor time", "that of pdftotext -layout", "cpu-ratio", 0},
	}},
	{"./infra/onebox/house", "BenchmarkFindings", "20x", []rule{
		{"Findings", "p50-ms", "last byte to findings, 7 files, p50", "300 ms", "", 300},
		{"Findings", "p99-ms", "last byte to findings, 7 files, p99", "1,000 ms", "", 1000},
	}},
	{"./infra/onebox/house", "BenchmarkTogether", "2x", []rule{
		{"Together", "p99-ms", "the same, 20 units at once, p99", "5,000 ms", "", 5000},
	}},
	{"./infra/onebox/house", "BenchmarkReplay", "1x", []rule{
		{"Replay", "s/year", "2,000 dossiers, 12,000 documents, judged by another rule set", "60 s", "", 60},
	}},
	{"./infra/onebox/browsertest", "BenchmarkLargestPaint", "5x", []rule{
		{"LargestPaint/board", "worst-lcp-ms", "largest paint, processor slowed 4 times, 10 Mbit/s, worst page", "1,000 ms", "", 1000},
	}},
	{"./infra/onebox/house", "BenchmarkPages", "200x", []rule{
		{"dossiers=100000/board", "p99-ms", "board at 100,000 dossiers, p99", "50 ms", "", 50},
		{"dossiers=100000/search", "p99-ms", "search at 100,000 dossiers, p99", "50 ms", "", 50},
		{"dossiers=100000/record", "p99-ms", "a dossier's page at 100,000 dossiers, p99", "50 ms", "", 50},
		{"dossiers=100000/board", "p50-ms", "board at 100,000 dossiers, p50", "the same at 1,000", "of dossiers=1000/board", 0},
		{"dossiers=100000/search", "p50-ms", "search at 100,000 dossiers, p50", "the same at 1,000", "of dossiers=1000/search", 0},
		{"dossiers=100000/record", "p50-ms", "a dossier's page at 100,000 dossiers, p50", "the same at 1,000", "of dossiers=1000/record", 0},
	}},
	{"./infra/onebox/house", "BenchmarkRanking", "100x", []rule{
		{"Ranking/close", "p99-ms", "page that closes a round of 5,000 nominees of 800 units, p99", "200 ms", "", 200},
		{"Ranking/ranking", "p99-ms", "its ranking with the best chosen, p99", "200 ms", "", 200},
		{"Ranking/page", "p99-ms", "another page of it with what is chosen, p99", "200 ms", "", 200},
		{"Ranking/select", "p99-ms", "preview of its selection, p99", "200 ms", "", 200},
	}},
	{"./functions", "BenchmarkSizes", "1x", []rule{
		{"Sizes", "MB", "largest Lambda program but the portal's, arm64, stripped", "12 MB", "", 12},
		{"Sizes", "web-MB", "the portal's Lambda program", "20 MB", "", 20},
		{"Sizes", "zip-MB", "largest zip but the portal's", "5 MB", "", 5},
		{"Sizes", "web-zip-MB", "the portal's zip", "9 MB", "", 9},
	}},
	{"./functions", "BenchmarkStart", "30x", []rule{
		{"Start/validate", "start-ms", "start of validate to its first event", "a function that does nothing", "ratio", 0},
		{"Start/appraisal", "start-ms", "start of appraisal", "a function that does nothing", "ratio", 0},
		{"Start/quota", "start-ms", "start of quota", "a function that does nothing", "ratio", 0},
		{"Start/dispatch", "start-ms", "start of dispatch", "a function that does nothing", "ratio", 0},
		{"Start/web", "start-ms", "start of the portal", "a function that does nothing", "ratio", 0},
		{"Start/validate", "first-ms", "first answer of validate", "itself", "", 0},
		{"Start/web", "first-ms", "first answer of the portal", "itself", "", 0},
	}},
	{"./functions", "BenchmarkWarm", "200x", []rule{
		{"Warm/validate", "warm-ms", "warm event of validate that reads its subject", "a bare read of the same stand-in", "ratio", 0},
		{"Warm/appraisal", "warm-ms", "warm event of appraisal", "a bare read of the same stand-in", "ratio", 0},
		{"Warm/quota", "warm-ms", "warm event of quota", "a bare read of the same stand-in", "ratio", 0},
	}},
	{"./infra/onebox/house", "BenchmarkOpen", "3x", []rule{
		{"Open", "ms/open", "open to serving on 10,000 dossiers", "1,000 ms", "", 1000},
	}},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	table := tabwriter.NewWriter(os.Stderr, 2, 4, 2, ' ', 0)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for _, s := range sources {
		metrics, err := measure(ctx, s)
		if err != nil {
			return err
		}
		for _, r := range s.figures {
			m, ok := metrics[r.bench]
			value, has := m[r.metric]
			if !ok || !has {
				return fmt.Errorf("%s: no metric %s of %s", s.pkg, r.metric, r.bench)
			}
			f := figure{Name: r.name, Value: value, Unit: r.metric, Versus: r.versus, Ratio: m[r.ratio]}
			if r.mark > 0 {
				f.Ratio = value / r.mark
			}
			if of := r.of(); of != "" {
				f.Ratio = value / metrics[of][r.metric]
			}
			if err := out.Encode(f); err != nil {
				return err
			}
			fmt.Fprintf(table, "%s\t%.4g %s\t%.2f ×\t%s\n", f.Name, f.Value, f.Unit, f.Ratio, f.Versus)
		}
	}
	for _, f := range product(ctx) {
		if err := out.Encode(f); err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%.4g %s\t%.2f ×\t%s\n", f.Name, f.Value, f.Unit, f.Ratio, f.Versus)
	}
	return table.Flush()
}

// product gives size and idle memory of the built binary; none if it is not
// built.
func product(ctx context.Context) []figure {
	const binary, mb = "bin/hoso", 1 << 20
	st, err := os.Stat(binary)
	if err != nil {
		return nil
	}
	size := float64(st.Size()) / mb
	out := []figure{{Name: "size of the binary", Value: size, Unit: "MB", Versus: "80 MB", Ratio: size / 80}}
	dir, err := os.MkdirTemp("", "hoso-bench-")
	if err != nil {
		return out
	}
	defer os.RemoveAll(dir)
	cmd := exec.CommandContext(ctx, binary, "serve", "--demo", "--data", dir, "--listen", "127.0.0.1:0")
	pipe, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		return out
	}
	defer func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() }()
	if _, err := bufio.NewReader(pipe).ReadString('\n'); err != nil {
		return out
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	if err != nil {
		return out
	}
	if m := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status); m != nil {
		kb, _ := strconv.ParseFloat(string(m[1]), 64)
		out = append(out, figure{Name: "memory at rest", Value: kb / 1024, Unit: "MB", Versus: "120 MB", Ratio: kb / 1024 / 120})
	}
	return out
}

var line = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)

// measure runs benchmarks and gives their metrics by the end of their names.
func measure(ctx context.Context, s source) (map[string]map[string]float64, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run=^$", "-bench="+s.bench, "-benchtime="+s.time, "-timeout=30m", s.pkg)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	out := map[string]map[string]float64{}
	for lines := bufio.NewScanner(pipe); lines.Scan(); {
		m := line.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		metrics := map[string]float64{}
		fields := strings.Fields(m[2])
		for i := 0; i+1 < len(fields); i += 2 {
			if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
				metrics[fields[i+1]] = v
			}
		}
		for _, r := range s.figures {
			for _, name := range []string{r.bench, r.of()} {
				if name != "" && strings.HasSuffix(m[1], name) {
					out[name] = metrics
				}
			}
		}
	}
	return out, cmd.Wait()
}
