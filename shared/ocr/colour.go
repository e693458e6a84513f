package ocr

// leaf is a drawn page in two pictures: the black ink alone, for reading, and
// all ink, for stamps and signatures. Of a page without colours both are one.
type leaf struct{ black, all *gray }

// colourful is the least difference of a pixel's channels that makes it
// coloured; scans of black text stay below it.
const colourful = 70

// separate parts the inks of a page of three samples a pixel: coloured ink,
// red stamps and blue signatures, is bright in one channel, black in none. A
// page whose text itself is coloured is read as it is.
func separate(data []byte, w, h int) leaf {
	l := leaf{&gray{w, h, make([]byte, w*h)}, &gray{w, h, make([]byte, w*h)}}
	coloured, dark := 0, 0
	for i := range l.black.pix {
		r, g, b := data[3*i], data[3*i+1], data[3*i+2]
		hi, lo := max(r, g, b), min(r, g, b)
		l.black.pix[i], l.all.pix[i] = hi, lo
		if hi-lo >= colourful {
			coloured++
		}
		if hi < 128 {
			dark++
		}
	}
	switch {
	case coloured < 50:
		l.all = l.black
	case dark < coloured/3:
		l.black = l.all
	}
	return l
}

// turned gives both pictures turned clockwise by quarters.
func (l leaf) turned(quarters int) leaf {
	if l.black == l.all {
		g := l.black.quarter(quarters)
		return leaf{g, g}
	}
	return leaf{l.black.quarter(quarters), l.all.quarter(quarters)}
}

// levelled gives both pictures with lines of the angle made level.
func (l leaf) levelled(angle float64) leaf {
	if l.black == l.all {
		g := l.black.turned(angle)
		return leaf{g, g}
	}
	return leaf{l.black.turned(angle), l.all.turned(angle)}
}

// eraseRules takes the ruling lines out of both pictures and gives them.
func (l leaf) eraseRules(dpi float64) (across, down []stroke) {
	across, down = l.black.eraseRules(dpi)
	if l.all != l.black {
		l.all.eraseRules(dpi)
	}
	return across, down
}

// inkLimit is the value up to which a pixel counts as ink.
func (g *gray) inkLimit() byte { return byte(min(g.otsu(), 200)) }
