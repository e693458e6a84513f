package campaign

import "strings"

// LineChange is a line that one of two texts has and the other has not.
type LineChange struct {
	Line int  // from 1, in the text that has it
	New  bool // the later text has it
	Text string
}

// LinesChanged lists the lines in which two data files differ, in order: the
// least there are, whatever they mean to the program. Its time and memory grow
// with the product of the lines, so both texts must be ones that Parse takes.
func LinesChanged(was, is string) []LineChange {
	a, b := strings.Split(was, "\n"), strings.Split(is, "\n")
	// common[i][j] is how many lines a[i:] and b[j:] have in common, in order.
	common := make([][]uint16, len(a)+1)
	for i := range common {
		common[i] = make([]uint16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []LineChange
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, LineChange{Line: i + 1, Text: a[i]})
			i++
		default:
			out = append(out, LineChange{Line: j + 1, New: true, Text: b[j]})
			j++
		}
	}
	return out
}
