package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hoso/shared/fault"
	"hoso/shared/pdftext"
	"hoso/shared/reading"
	"hoso/testdata/corpus"
	"hoso/testdata/corpus/produce"
)

// damage is one way in which a file is spoilt: nil where it does not apply.
type damage struct {
	name  string
	spoil func(b []byte) []byte
}

func cut(keep float64) damage {
	return damage{fmt.Sprintf("cut to %.1f%%", 100*keep), func(b []byte) []byte { return b[:int(float64(len(b))*keep)] }}
}

// swap puts one thing for another at most n times; nothing found, nothing spoilt.
func swap(name, from, to string, n int) damage {
	re := regexp.MustCompile(`(?s)` + from)
	return damage{name, func(b []byte) []byte {
		left := n
		out := re.ReplaceAllFunc(b, func(m []byte) []byte {
			if left--; left < 0 {
				return m
			}
			return re.ReplaceAll(m, []byte(to))
		})
		if bytes.Equal(out, b) {
			return nil
		}
		return out
	}}
}

// last spoils only what comes behind the last of a mark.
func last(mark string, d damage) damage {
	return damage{d.name, func(b []byte) []byte {
		i := bytes.LastIndex(b, []byte(mark))
		if i < 0 {
			return nil
		}
		tail := d.spoil(b[i:])
		if tail == nil {
			return nil
		}
		return append(bytes.Clone(b[:i]), tail...)
	}}
}

const everywhere = 1 << 30

var aLength = `/Length (\d+)( |/|>)`

// damages are the faults that files meet on their way: lines that broke off,
// programs that count wrongly, editors that change line ends and tables.
func damages() []damage {
	var out []damage
	for _, keep := range []float64{0.995, 0.98, 0.95, 0.9, 0.75, 0.5, 0.3} {
		out = append(out, cut(keep))
	}
	return append(out,
		damage{"cut within the last kilobyte", func(b []byte) []byte { return b[:max(0, len(b)-900)] }},
		damage{"cut before the last startxref", func(b []byte) []byte { return b[:max(0, bytes.LastIndex(b, []byte("startxref")))] }},
		damage{"no end mark", func(b []byte) []byte { return b[:max(0, bytes.LastIndex(b, []byte("%%EOF")))] }},
		damage{"junk behind", func(b []byte) []byte { return append(bytes.Clone(b), bytes.Repeat([]byte("junk line\n"), 800)...) }},
		damage{"zeros behind", func(b []byte) []byte { return append(bytes.Clone(b), make([]byte, 8000)...) }},
		damage{"junk in front", func(b []byte) []byte { return append([]byte("junk in front of it\r\n"), b...) }},
		damage{"3,000 bytes in front", func(b []byte) []byte { return append(bytes.Repeat([]byte("junk before\n"), 250), b...) }},
		swap("header misspelt", `^(.{0,40})%PDF-`, "${1}%PFD-", 1),
		swap("header gone", `^.{0,40}%PDF-[^\r\n]*[\r\n]+`, "", 1),
		swap("header without a version", `%PDF-1\.\d`, "%PDF-", 1),
		last("startxref", swap("startxref at 0", `startxref\s+\d+`, "startxref\n0", 1)),
		last("startxref", swap("startxref a little off", `startxref\s+\d`, "startxref\n${0}", 1)),
		last("startxref", swap("startxref far beyond", `startxref\s+\d+`, "startxref\n99999999", 1)),
		swap("no word startxref", `startxref`, "startxfer", everywhere),
		swap("table moved by 7", `^(.{0,40}%PDF-[^\r\n]*[\r\n]+)`, "$1%moved\n", 1),
		swap("table of zeros", `\d{10} 00000 n`, "0000000000 00000 n", everywhere),
		swap("table of zero bytes", `\d{10} 00000 n`, "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", everywhere),
		swap("one place wrong", `(\d{9})\d 00000 n`, "${1}3 00000 n", 1),
		swap("table begins at 1", `(xref\s+)0 (\d+)`, "${1}1 $2", 1),
		swap("no word xref", `\nxref`, "\nxerf", everywhere),
		swap("no word trailer", `trailer`, "tralier", everywhere),
		swap("no root", `/Root \d+ 0 R`, "", everywhere),
		swap("root of nothing", `/Root \d+ 0 R`, "/Root 99999 0 R", everywhere),
		swap("size too small", `/Size \d+`, "/Size 3", everywhere),
		swap("no size", `/Size \d+`, "", everywhere),
		swap("previous table nowhere", `/Prev \d+`, "/Prev 7", everywhere),
		swap("no endobj at all", `endobj`, "", everywhere),
		swap("the first endobj gone", `endobj`, "", 1),
		swap("no endstream at all", `endstream`, "", everywhere),
		swap("every length 0", aLength, "/Length 0$2", everywhere),
		swap("every length too large", aLength, "/Length 1$1$2", everywhere),
		swap("every length too small", aLength, "/Length 9$2", everywhere),
		swap("no length", aLength, "$2", everywhere),
		swap("lengths that are negative", aLength, "/Length -5$2", everywhere),
		swap("count 0", `/Count \d+`, "/Count 0", everywhere),
		swap("count -1", `/Count \d+`, "/Count -1", everywhere),
		swap("no count", `/Count \d+`, "", everywhere),
		swap("no page tree types", `/Type ?/Pages`, "", everywhere),
		swap("no page types", `/Type ?/Page([^s])`, "$1", everywhere),
		swap("tree without kids", `/Kids ?\[`, "/Kdis [", everywhere),
		swap("no catalog type", `/Type ?/Catalog`, "", everywhere),
		swap("no boxes", `/MediaBox ?\[[^\]]*\]`, "", everywhere),
		swap("filters abbreviated", `/FlateDecode`, "/Fl", everywhere),
		swap("stream follows a lone return", `stream\r?\n`, "stream\r", everywhere),
		swap("line ends of another system", `(endobj|obj|>>)\r?\n`, "$1\r\n", everywhere),
		swap("a hole in a stream", `(stream\r?\n.{400}).{12}`, "$1", 1),
		swap("a flipped stream", `(stream\r?\n.{200}).`, "${1}U", 1),
		damage{"a page of zeros in the middle", func(b []byte) []byte {
			out := bytes.Clone(b)
			clear(out[len(b)/2 : min(len(b), len(b)/2+4096)])
			return out
		}},
	)
}

// remains tells what part of the words of a text another text still has.
func remains(whole, part string) float64 {
	words := map[string]int{}
	n := 0
	for _, w := range strings.Fields(whole) {
		words[w]++
		n++
	}
	found := 0
	for _, w := range strings.Fields(part) {
		if words[w] > 0 {
			words[w]--
			found++
		}
	}
	if n == 0 {
		return 0
	}
	return float64(found) / float64(n)
}

// othersText is what another program still reads, and whether it complains.
func othersText(t *testing.T, b []byte, program string, args ...string) (text string, complains bool) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "d.pdf")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range args {
		args[i] = strings.Replace(args[i], "FILE", path, 1)
	}
	c := exec.Command(program, args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.Len() > 0
}

func popplerText(t *testing.T, b []byte) (text string, complains bool) {
	return othersText(t, b, "pdftotext", "-enc", "UTF-8", "FILE", "-")
}

func mupdfText(t *testing.T, b []byte) string {
	text, _ := othersText(t, b, "mutool", "draw", "-q", "-F", "txt", "FILE")
	return text
}

// marked lists what a person is told to look at.
func marked(r reading.Reading) string {
	var out []string
	for _, p := range r.Problems {
		if p.Severity != reading.Note {
			out = append(out, p.Code)
		}
	}
	return strings.Join(out, " ")
}

// specimen is one letter of each of several unlike producers, with what each
// program reads of it while it is whole.
type specimen struct {
	name                string
	data                []byte
	ours, theirs, third string
}

func specimens(t *testing.T) []specimen {
	t.Helper()
	var out []specimen
	var p produce.Producer
	for k, name := range []string{"own", "tcvn3", "cairo", "ghostscript", "locked", "packed"} {
		f, _ := produce.Find(name)
		dir := filepath.Join(t.TempDir(), name)
		if _, err := p.Make(context.Background(), f, corpus.Wish{ID: name, Seed: uint64(500_000 + 31*k)}, dir); err != nil {
			t.Fatal(err)
		}
		paths, _ := filepath.Glob(filepath.Join(dir, "*trinh*.pdf"))
		b, err := os.ReadFile(paths[0])
		if err != nil {
			t.Fatal(err)
		}
		s := specimen{name: name, data: b, third: mupdfText(t, b)}
		s.theirs, _ = popplerText(t, b)
		r, err := pdftext.Read(b, pdftext.Options{})
		if err != nil || marked(r) != "" {
			t.Fatalf("%s is not sound: %v %s", name, err, marked(r))
		}
		s.ours = textOf(r)
		out = append(out, s)
	}
	return out
}

func textOf(r reading.Reading) string {
	var text strings.Builder
	for _, p := range r.Pages {
		text.WriteString(p.Text + "\n")
	}
	return text.String()
}

// TestDamagedFilesAreReadWhereOthersReadThem: what poppler or MuPDF still
// reads of a damaged file is read here too, and whatever had to be mended, or
// is missing, is said.
func TestDamagedFilesAreReadWhereOthersReadThem(t *testing.T) {
	cases := 0
	for _, s := range specimens(t) {
		for _, d := range damages() {
			spoilt := d.spoil(s.data)
			if spoilt == nil {
				continue
			}
			cases++
			r, err := pdftext.Read(spoilt, pdftext.Options{})
			if err != nil && (!fault.Is(err, fault.Unreadable) || fault.Public(err) == "") {
				t.Errorf("%s, %s: %v", s.name, d.name, err)
			}
			read, said := remains(s.ours, textOf(r)), err != nil || marked(r) != ""
			if read < 0.999 && !said {
				t.Errorf("%s, %s: %.1f%% read and nothing said", s.name, d.name, 100*read)
			}
			if read > 0.98 && said {
				continue
			}
			text, complains := popplerText(t, spoilt)
			if complains && !said {
				t.Errorf("%s, %s: mended, and nothing said", s.name, d.name)
			}
			if best := max(remains(s.theirs, text), remains(s.third, mupdfText(t, spoilt))); best > 0.5 && read < best-0.02 && !strings.HasPrefix(d.name, "a page of") {
				t.Errorf("%s, %s: %.1f%% read, others %.1f%%; %s %v", s.name, d.name, 100*read, 100*best, marked(r), err)
			}
		}
	}
	t.Logf("%d damaged files", cases)
	if cases < 200 {
		t.Error("too few damages apply")
	}
}

// TestAsMuchOfMutantsIsReadAsOthersRead compares over many random damages: the
// three programs differ on single files, ours must not read less in all.
func TestAsMuchOfMutantsIsReadAsOthersRead(t *testing.T) {
	n := torture(t, "HOSO_TORTURE_DAMAGED", 60)
	seed := torture(t, "HOSO_TORTURE_SEED", 1)
	all := specimens(t)
	var ours, theirs, third float64
	for i := range n {
		r := rand.New(rand.NewPCG(uint64(seed), 7_000_000+uint64(i)))
		s := all[r.IntN(len(all))]
		spoilt := mutate(r, s.data, all[r.IntN(len(all))].data)
		got, err := pdftext.Read(spoilt, pdftext.Options{})
		text, complains := popplerText(t, spoilt)
		share := remains(s.ours, textOf(got))
		ours, theirs, third = ours+share, theirs+remains(s.theirs, text), third+remains(s.third, mupdfText(t, spoilt))
		if err == nil && marked(got) == "" && share < 0.9 && complains {
			keep := filepath.Join(os.TempDir(), fmt.Sprintf("hoso-damaged-%d-%d.pdf", seed, i))
			t.Errorf("seed %d, file %d (kept as %s, %v): %.1f%% read and nothing said", seed, i, keep, os.WriteFile(keep, spoilt, 0o600), 100*share)
		}
	}
	t.Logf("words read of %d damaged files: %.1f%%, pdftotext %.1f%%, mutool %.1f%%", n, 100*ours/float64(n), 100*theirs/float64(n), 100*third/float64(n))
	if ours < theirs || ours < third {
		t.Error("less is read than others read")
	}
}
