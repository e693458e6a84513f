package readcmd

import (
	"fmt"
	"strings"

	"hoso/shared/reading"
)

// summary tells a person what was read from a file.
func (c Command) summary(o *Output) {
	w := c.Stdout
	fmt.Fprintf(w, "%s\n", o.File)
	if o.Error != nil {
		fmt.Fprintf(w, "  Không đọc được: %s (%s)\n", o.Error.Message, o.Error.Code)
	}
	for _, d := range o.Documents {
		fmt.Fprintf(w, "  %s, trang %d–%d\n", reading.KindLabel(d.Kind), d.Pages[0], d.Pages[1])
		for _, f := range reading.Fields(d) {
			if f.Nominee != reading.WholeDocument || f.Value == "" || f.Name == "kind" {
				continue
			}
			mark := ""
			if f.Unsure {
				mark = "  (cần người xem)"
			}
			fmt.Fprintf(w, "    %s: %s%s\n", f.Label, strings.ReplaceAll(plain(f.Value), "\n", "; "), mark)
		}
		for i, n := range d.Nominees {
			line := fmt.Sprintf("    %d. %s", i+1, plain(n.Name))
			for _, part := range []string{n.Position, n.Unit} {
				if part != "" {
					line += ", " + plain(part)
				}
			}
			if n.VotesFor != nil && n.VotesOf != nil {
				line += fmt.Sprintf(": %d/%d phiếu", *n.VotesFor, *n.VotesOf)
			}
			if n.Unsure {
				line += "  (cần người xem)"
			}
			fmt.Fprintln(w, line)
		}
	}
	for _, p := range o.Problems {
		if p.Severity == reading.Note || o.Error != nil && p.Code == o.Error.Code {
			continue
		}
		where := ""
		if p.Page > 0 {
			where = fmt.Sprintf("trang %d: ", p.Page)
		}
		fmt.Fprintf(w, "  Lưu ý: %s%s\n", where, p.Message)
	}
}

// plain keeps control characters of a document off the terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return -1
		}
		return r
	}, s)
}
