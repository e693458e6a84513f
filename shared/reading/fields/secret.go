package fields

import (
	"strings"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// markedTo is how far down a page a secrecy mark stands: under the number, by
// the left margin (NĐ 30/2020/NĐ-CP, annex I, box 10).
const markedTo = 0.45

// SecretMark looks for a secrecy mark on a page: a line or cell of its own in
// capitals in the upper part, or a stamp or watermark anywhere. The words
// within a sentence are none. sure is false for what was recognised badly.
func SecretMark(p *Page) (mark string, line layout.Line, sure bool) {
	lines := make([]layout.Line, 0, 64)
	for i := range p.Blocks {
		b := &p.Blocks[i]
		lines = append(append(append(lines, b.Lines...), b.Left...), b.Right...)
		if b.Table == nil {
			continue
		}
		for _, r := range b.Table.Rows {
			for c, cell := range r.Cells {
				if r.First[c] {
					lines = append(lines, cell.Lines...)
				}
			}
		}
	}
	for _, l := range lines {
		if l.Box[1] > markedTo*p.Sheet.Height {
			continue
		}
		t := textOf(l)
		if m, exact := markIn(t.String()); m != "" {
			e := t.evidence(0, t.len())
			if exact || e.Source == reading.FromOCR {
				return m, l, exact && e.Confidence >= asking
			}
		}
	}
	for _, s := range p.Aside {
		if m, exact := markIn(s); exact {
			return m, layout.Line{Page: p.Sheet.N}, true
		}
	}
	return "", layout.Line{}, false
}

// markIn gives the secrecy mark that a line is, and whether its letters are
// exactly those: OCR loses tone marks. Letters may stand apart.
func markIn(line string) (mark string, exact bool) {
	s := strings.TrimSpace(strings.Trim(line, " .:()[]*|-–_\"'"))
	if upper := strings.TrimPrefix(strings.ToUpper(s), "ĐỘ MẬT"); upper != strings.ToUpper(s) { // "Độ mật: Mật"
		s = strings.Trim(upper, " .:()[]")
	}
	if s != strings.ToUpper(s) || len(s) > 64 {
		return "", false
	}
	tight := strings.Join(strings.Fields(s), "")
	var folded strings.Builder
	for _, r := range tight {
		folded.WriteByte(foldRune(r))
	}
	for _, m := range [3]string{"MẬT", "TỐI MẬT", "TUYỆT MẬT"} {
		plain := strings.ReplaceAll(m, " ", "")
		if tight == plain {
			return m, true
		}
		if folded.String() == map[string]string{"MẬT": "mat", "TỐIMẬT": "toimat", "TUYỆTMẬT": "tuyetmat"}[plain] {
			return m, false
		}
	}
	return nearMark(folded.String()), false
}

// nearMark gives the mark that recognition may have made letters of: it
// doubles the A under its marks, and mistakes a letter of the longer ones.
func nearMark(folded string) string {
	first, ok := strings.CutSuffix(strings.ReplaceAll(folded, "aa", "a"), "mat")
	switch {
	case !ok:
	case first == "":
		return "MẬT"
	case len(first) >= 3 && len(first) <= 4 && distance(first, "toi") <= 1:
		return "TỐI MẬT"
	case distance(first, "tuyet") <= 2 && len(first) >= 4:
		return "TUYỆT MẬT"
	}
	return ""
}

// checkSecrecy looks for a secrecy mark on the document's pages.
func (d *doc) checkSecrecy() {
	for n := d.out.Pages[0]; n <= d.out.Pages[1] && n <= len(d.pages); n++ {
		mark, line, certain := SecretMark(&d.pages[n-1])
		if mark == "" {
			continue
		}
		d.out.Secrecy = mark
		e := reading.Evidence{Page: n, Quote: mark, Confidence: sure, Source: reading.FromText}
		if len(line.Words) > 0 {
			t := textOf(line)
			e = t.evidence(0, t.len())
		}
		if !certain {
			e.Confidence = min(e.Confidence, 0.5)
		}
		d.put("do_mat", e, sure)
		d.r.Add(SecretProblem(n, mark, certain))
		return
	}
}

// SecretProblem is the problem of a page with a secrecy mark.
func SecretProblem(page int, mark string, certain bool) reading.Problem {
	if certain {
		return reading.NewProblem(reading.CodeSecret, page, mark)
	}
	return reading.NewProblem(reading.CodeSecretDoubt, page, mark)
}
