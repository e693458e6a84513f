package fields

import (
	"slices"

	"hoso/shared/reading/layout"
)

// end is the index behind the last item of the document itself: an annex, a
// list with a heading of its own on a later page, follows the signatures.
func (d *doc) end() int {
	for i := d.body; i < len(d.items); i++ {
		it := &d.items[i]
		if it.kind == layout.Grid || it.page == d.out.Pages[0] || len(it.t.fold) > 160 {
			continue
		}
		for _, l := range slices.Concat(it.lines, it.left, it.right) {
			if t := textOf(l); upper(t) && t.starts("danh sach", "phu luc", "bieu tong hop") && d.annexed(i) {
				for i > d.body && d.items[i-1].page == it.page && d.items[i-1].kind == layout.Paragraph {
					i-- // what stands above its heading
				}
				return i
			}
		}
	}
	return len(d.items)
}

// annexed reports that a list near item i says that it goes with a document,
// or that a table follows.
func (d *doc) annexed(i int) bool {
	for k := max(i-2, d.body); k < len(d.items) && k < i+5; k++ {
		if it := &d.items[k]; textOf(slices.Concat(it.lines, it.left, it.right)...).has("kem theo") || d.items[k].kind == layout.Grid && k > i {
			return true
		}
	}
	return false
}
