package content

import "strings"

// maxAside bounds the texts kept beside the page's own.
const maxAside = 40

// aside lists what is written on the page but is no part of its text:
// watermarks and slanted words, and what typed notes and stamps say, each by
// itself. Secrecy marks are made that way.
func (p *page) aside(annots []annotation) []string {
	var out []string
	var run strings.Builder
	var last *mark
	flush := func() {
		if run.Len() > 0 && len(out) < maxAside {
			out = append(out, strings.TrimSpace(run.String()))
		}
		run.Reset()
	}
	for i := range p.marks {
		m := &p.marks[i]
		stamp := m.annot > 0 && annots[m.annot-1].stamp && m.why == Visible
		if m.why != Watermark && !stamp {
			continue
		}
		if last != nil && (last.annot != m.annot || last.dir != m.dir || last.size < 0.8*m.size || last.size > 1.25*m.size) {
			flush()
		}
		if run.Len() < 400 {
			run.WriteString(m.text)
		}
		last = m
	}
	flush()
	return out
}
