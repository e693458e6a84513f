package ocr

// shape is one connected patch of ink: a letter, a mark, a stroke of a pen.
type shape struct {
	stroke     // its box, the last row and column included
	n      int // pixels
}

func (s *shape) width() int  { return s.x1 - s.x0 + 1 }
func (s *shape) height() int { return s.y1 - s.y0 + 1 }

// patch is a stretch of ink in one row and the shape it belongs to.
type patch struct{ y, x0, x1, of int }

// maxPatches bounds the stretches of ink that are looked at; a page with more
// is a photograph.
const maxPatches = 1_500_000

// shapes finds the connected patches of ink; patches tells which pixels belong
// to which of them. Of a photograph it gives nothing.
func (g *gray) shapes(limit byte) (found []shape, patches []patch) {
	var parent []int
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	above, start := 0, 0 // patches of the row above are [above, start)
	for y := range g.h {
		row := g.pix[y*g.w : (y+1)*g.w]
		first, k := len(patches), above
		for x := 0; x < g.w; x++ {
			if row[x] > limit {
				continue
			}
			p := patch{y, x, x, -1}
			for x+1 < g.w && row[x+1] <= limit {
				x++
			}
			p.x1 = x
			for k < start && patches[k].x1 < p.x0-1 {
				k++
			}
			for j := k; j < start && patches[j].x0 <= p.x1+1; j++ {
				up := root(patches[j].of)
				if p.of < 0 {
					p.of = up
				} else if o := root(p.of); o != up {
					parent[max(o, up)] = min(o, up)
				}
			}
			if p.of < 0 {
				p.of = len(parent)
				parent = append(parent, p.of)
			}
			if patches = append(patches, p); len(patches) > maxPatches {
				return nil, nil
			}
		}
		above, start = first, len(patches)
	}
	number := make([]int, len(parent))
	for i := range parent {
		if root(i) == i {
			number[i] = len(found)
			found = append(found, shape{stroke: stroke{g.w, g.h, 0, 0}})
		}
	}
	for i := range patches {
		p := &patches[i]
		p.of = number[root(p.of)]
		s := &found[p.of]
		s.x0, s.y0 = min(s.x0, p.x0), min(s.y0, p.y)
		s.x1, s.y1 = max(s.x1, p.x1), max(s.y1, p.y)
		s.n += p.x1 - p.x0 + 1
	}
	return found, patches
}
