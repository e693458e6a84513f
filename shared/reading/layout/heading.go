package layout

import "strings"

// heading is the row of headings of a table without ruling lines.
type heading struct {
	zones    [][2]float64
	cells    []Line
	numbered bool // its first column numbers the rows
	end      int  // index behind its last line
}

// maxHeading is how many lines the headings may take.
const maxHeading = 4

// headsTable reads headings from the line i on: a column that numbers the rows
// and others, or names and what else is known of them.
func headsTable(ls []Line, i int) (heading, bool) {
	h := heading{cells: ls[i].cells(), end: i + 1}
	if len(h.cells) < 2 {
		return h, false
	}
	for k := range h.cells {
		h.zones = append(h.zones, [2]float64{h.cells[k].Box[0], h.cells[k].Box[2]})
	}
	must := i // the last line that belongs to the headings for certain
	switch first := headWord(&h.cells[0]); first {
	case "tt", "stt", "số tt":
		h.numbered = true
	case "số", "thứ": // "Số / TT", "Thứ / tự"
		for k := i + 1; k < len(ls) && k <= i+2 && follows(ls, k) && !h.numbered; k++ {
			below := ls[k].cells()
			if w := headWord(&below[0]); (w == "tt" || w == "tự") && h.over(0, &below[0]) {
				h.numbered, must = true, k
			}
		}
	}
	if !h.numbered && !h.namesThem() || h.numbered && len(h.cells) == 2 && !headsNames(headWord(&h.cells[1])) {
		return h, false
	}
	first := i + 1
	for first < len(ls) && first <= i+maxHeading && follows(ls, first) && !h.beginsRow(&ls[first]) {
		first++
	}
	if first >= len(ls) || first > i+maxHeading || !follows(ls, first) {
		return h, false
	}
	for to := h.lines(ls, i, must, first); h.end < to; h.end++ {
		wider, cells := spread(h.zones, ls[h.end].cells())
		if cells == nil {
			return h, false
		}
		h.zones, h.cells = wider, append(h.cells, cells...)
	}
	return h, true
}

// follows reports that a line follows the one before it closely.
func follows(ls []Line, k int) bool { return ls[k].Base-ls[k-1].Base < 2.4*ls[k].Size }

func headWord(l *Line) string { return strings.Trim(strings.ToLower(l.Text()), " .:") }

// over reports a cell that stands over a column.
func (h *heading) over(column int, l *Line) bool {
	return l.Box[2] > h.zones[column][0]-6 && l.Box[0] < h.zones[column][1]+6
}

// namesThem reports headings of a table without numbers.
func (h *heading) namesThem() bool {
	if len(h.cells) < 3 || !headsNames(headWord(&h.cells[0])) || strings.HasSuffix(h.cells[0].Text(), ":") {
		return false
	}
	for k := 1; k < len(h.cells); k++ {
		w := headWord(&h.cells[k])
		for _, known := range []string{"chức vụ", "chức danh", "đơn vị", "nơi công tác", "số phiếu", "đồng ý", "tỷ lệ", "hình thức", "ghi chú"} {
			if strings.Contains(w, known) {
				return true
			}
		}
	}
	return false
}

// headsNames reports a heading over names of persons or units.
func headsNames(w string) bool {
	for _, known := range []string{"họ và tên", "họ tên", "tên tập thể", "tên đơn vị", "tập thể", "cá nhân", "danh sách"} {
		if strings.HasPrefix(w, known) {
			return true
		}
	}
	return false
}

// beginsRow reports the first line of the table's body.
func (h *heading) beginsRow(l *Line) bool {
	cells := l.cells()
	if h.numbered { // the number may stand alone, in the middle of its row
		return h.over(0, &cells[0]) && isRowNumber(&cells[0])
	}
	return h.over(0, &cells[0]) && len(cells) > 1
}

// lines tells the lines of the headings from those of a first row whose number
// stands in its middle: at the widest gap between them, or where letters are
// no longer bold.
func (h *heading) lines(ls []Line, i, must, first int) int {
	bold := true
	for k := i; k < first; k++ {
		bold = bold && ls[k].Bold()
	}
	if bold && !ls[first].Bold() {
		return first
	}
	best, at := 0.0, must+1
	for k := must + 1; k <= first; k++ {
		if gap := ls[k].Base - ls[k-1].Base; gap > best+0.5 {
			best, at = gap, k
		}
	}
	return at
}

// nameCuts gives the baseline with which each row of a table without numbers
// begins: a line with a name and something beside it.
func nameCuts(body []Line, zones [][2]float64) []float64 {
	var cuts []float64
	for i := range body {
		if zoneOf(zones, &body[i]) != 0 {
			continue
		}
		for k := range body {
			if k != i && body[k].Base > body[i].Base-1 && body[k].Base < body[i].Base+1 {
				cuts = append(cuts, body[i].Base-0.5)
				break
			}
		}
	}
	return cuts
}
