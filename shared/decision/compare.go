package decision

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/filing"
	"hoso/shared/objects"
	"hoso/shared/reading"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/viettext"
)

// Paper opens and reads the decision's PDF. A Room without one leaves the
// comparison to people, and says so.
type Paper = filing.Reader

// said is what the machine found in the decision's PDF.
type said struct {
	pages []string // text, page by page
	whole bool     // all of it was read; else nothing is said of the text
	signs []reading.Signature
}

// read reads the decision. One that bears a secrecy mark is refused: nothing
// of it may be kept here, and its bytes go with the next sweep.
func (r Room) read(ctx context.Context, e Entering) (said, error) {
	if r.Paper == nil {
		return said{}, nil
	}
	got, err := r.Paper.Read(ctx, objects.Ref{Bucket: e.Bucket, Key: e.Key, Version: e.Version})
	if problem, secret := got.Secret(); secret && problem.Severity == reading.Refuse {
		if err := r.files().Bar(ctx, filing.Paper{SHA256: e.SHA256, Bucket: e.Bucket, Key: e.Key, Version: e.Version}); err != nil {
			return said{}, err
		}
		return said{}, &fault.Error{Kind: fault.Invalid, Op: "decision.read", Code: problem.Code, Public: "Tệp mang dấu độ mật nên không được nhận làm quyết định; hãy báo người phụ trách bảo mật và gửi theo đường quy định cho tài liệu mật."}
	}
	if fault.Is(err, fault.Unreadable) {
		return said{}, nil
	}
	if err != nil {
		return said{}, err
	}
	out := said{whole: len(got.Pages) > 0}
	for _, page := range got.Pages {
		out.whole = out.whole && !page.NeedsPerson()
		out.pages = append(out.pages, page.Text)
	}
	for _, s := range got.Signatures {
		s.Text, s.Reasons = "", nil // the codes say it, in each language
		out.signs = append(out.signs, s)
	}
	return out, nil
}

// falseSigns names the signatures that do not hold.
func falseSigns(signs []reading.Signature) []round.Difference {
	var out []round.Difference
	for _, s := range signs {
		if s.Verdict == reading.Reject && s.Signed() {
			out = append(out, round.Difference{Code: round.FalseSign, Name: cut(s.Signer)})
		}
	}
	return out
}

// maxDifferences bounds what a record holds; more than this is said as one.
const maxDifferences = 100

// Compare holds the decision's text against the list: who is on the list and
// not named, who is named and was not selected, other numbered lines that
// name nobody on the list, and number and date as they were entered. It finds
// what a person must look at; it decides nothing. others are the round's
// nominees who are not on the list.
func Compare(pages []string, e Entering, list []round.Entry, others []dossier.Nominee) []round.Difference {
	text := strings.Join(pages, "\n")
	hay := viettext.Key(text) + "\n" + viettext.Key(columns(text))
	named := func(name string) bool { return words(hay, viettext.Key(name)) }
	var out []round.Difference
	known := map[string]bool{}
	for _, x := range list {
		known[viettext.Key(x.Name)] = true
		if !named(x.Name) {
			out = append(out, round.Difference{Code: round.LeftOut, Name: x.Name, Entry: x.Dossier + "." + x.Nominee})
		}
	}
	// Others are sought where no name of the list stands, so that a name which
	// is the beginning of another is not taken for it.
	rest := viettext.Key(columns(text))
	for _, key := range slices.SortedFunc(maps.Keys(known), func(a, b string) int { return len(b) - len(a) }) {
		if key != "" {
			rest = strings.ReplaceAll(rest, key, "|")
		}
	}
	for _, n := range others {
		if key := viettext.Key(n.Name); !known[key] && words(rest, key) {
			known[key] = true
			out = append(out, round.Difference{Code: round.NotSelected, Name: n.Name})
		}
	}
	for _, line := range strings.Split(text, "\n") {
		if key := viettext.Key(line); ordinal.MatchString(line) && !heading.MatchString(line) && !within(key, known, line) {
			out = append(out, round.Difference{Code: round.UnknownLine, Name: cut(strings.Join(strings.Fields(line), " "))})
		}
	}
	if nums := viettext.FindDocNumbers(text); len(nums) > 0 && !slices.ContainsFunc(nums, func(m viettext.DocNumberMatch) bool { return viettext.SameDocNumber(text[m.Start:m.End], e.Number) }) {
		out = append(out, round.Difference{Code: round.OtherNumber, Name: e.Number})
	}
	if dates := viettext.FindDates(text); len(dates) > 0 && !slices.ContainsFunc(dates, func(m viettext.DateMatch) bool { return m.Err == nil && m.Date.ISO() == e.Date }) {
		out = append(out, round.Difference{Code: round.OtherDate, Name: e.Date})
	}
	return out[:min(len(out), maxDifferences)]
}

// ordinal is a numbered line of a list; heading is one that begins a part or
// an article.
var (
	ordinal = regexp.MustCompile(`^\s*[0-9]{1,3}\s*[.)\t]\s*\p{Lu}`)
	heading = regexp.MustCompile(`(?i)^\s*[0-9]{1,3}\s*[.)\t]\s*(tập thể|cá nhân|điều|các ông|giám đốc|chánh văn phòng|thủ trưởng|mức |nguồn |tiền thưởng|tặng )`)
)

// within reports whether a known name stands in a line, or a line's first
// words are the beginning of a known name that goes on below.
func within(key string, known map[string]bool, line ...string) bool {
	for name := range known {
		if words(key, name) {
			return true
		}
	}
	for _, l := range line {
		for i, cell := range strings.Split(l, "\t") {
			cell, _ = viettext.StripHonorifics(strings.TrimLeft(cell, "0123456789.) "))
			begins := viettext.Key(cell)
			for name := range known {
				if i < 3 && len(begins) >= 6 && strings.HasPrefix(name, begins) {
					return true
				}
			}
		}
	}
	return false
}

// columns gives the cells of the tables of a text column by column, so that a
// name that is broken over lines stands together.
func columns(text string) string {
	var cols [12][]string
	for _, line := range strings.Split(text, "\n") {
		for i, cell := range strings.Split(line, "\t") {
			if i < len(cols) {
				cols[i] = append(cols[i], cell)
			}
		}
	}
	var out strings.Builder
	for _, c := range cols {
		out.WriteString(strings.Join(c, " ") + "\n")
	}
	return out.String()
}

func cut(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}

// words reports whether a phrase stands in a text as whole words.
func words(text, phrase string) bool {
	if phrase == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(text[from:], phrase)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(phrase)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !letter(before) && !letter(after) {
			return true
		}
		from = start + 1
	}
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// expected are the entries that the decision should name.
func expected(list round.List) []round.Entry {
	return slices.DeleteFunc(list.Holding(), func(e round.Entry) bool {
		return e.Review == dossier.RefusedOne || e.Review == dossier.Held || e.Place == round.Annulled
	})
}

// competitors gives the nominees of every dossier of the round that is not a
// draft.
func (r Room) competitors(ctx context.Context, roundID string) ([]dossier.Nominee, error) {
	var out []dossier.Nominee
	page := store.Page{}
	for {
		s, err := r.Store.Query(ctx, dossier.OfRound, roundID, page)
		if err != nil {
			return nil, err
		}
		for _, rec := range s.Records {
			var d dossier.Dossier
			if err := rec.Decode(&d); err != nil {
				return nil, err
			}
			out = append(out, d.Nominees...)
		}
		if s.Next == "" {
			return out, nil
		}
		page.After = s.Next
	}
}
