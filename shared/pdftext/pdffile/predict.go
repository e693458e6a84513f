package pdffile

// unpredict undoes the TIFF and PNG predictors of Flate and LZW streams.
func unpredict(data []byte, parms dict) ([]byte, error) {
	pred, _ := parms.int("Predictor")
	if pred <= 1 {
		return data, nil
	}
	param := func(k name, def int64) int64 {
		if v, ok := parms.int(k); ok {
			return v
		}
		return def
	}
	colors, bits, columns := param("Colors", 1), param("BitsPerComponent", 8), param("Columns", 1)
	if colors < 1 || colors > 32 || bits < 1 || bits > 16 || columns < 1 || columns > 1<<20 {
		return nil, tooComplex("tham số nén bất thường")
	}
	bpp := int(max(1, colors*bits/8))
	row := int((colors*bits*columns + 7) / 8)
	if pred == 2 {
		return untiff(data, row, bpp, bits), nil
	}
	out := make([]byte, 0, len(data))
	prev := make([]byte, row)
	for len(data) > 1 {
		tag := data[0]
		line := make([]byte, row)
		n := copy(line, data[1:])
		data = data[1+n:]
		unfilter(tag, line, prev, bpp)
		out = append(out, line[:n]...)
		prev = line
	}
	return out, nil
}

func untiff(data []byte, row, bpp int, bits int64) []byte {
	if bits != 8 {
		return data
	}
	out := append([]byte(nil), data...)
	for start := 0; start < len(out); start += row {
		end := min(start+row, len(out))
		for i := start + bpp; i < end; i++ {
			out[i] += out[i-bpp]
		}
	}
	return out
}

// unfilter undoes one row's PNG filter in place.
func unfilter(tag byte, line, prev []byte, bpp int) {
	left := func(i int) int {
		if i < bpp {
			return 0
		}
		return int(line[i-bpp])
	}
	for i := range line {
		up := int(prev[i])
		switch tag {
		case 1:
			line[i] += byte(left(i))
		case 2:
			line[i] += byte(up)
		case 3:
			line[i] += byte((left(i) + up) / 2)
		case 4:
			diag := 0
			if i >= bpp {
				diag = int(prev[i-bpp])
			}
			line[i] += byte(paeth(left(i), up, diag))
		}
	}
}

func paeth(a, b, c int) int {
	pa, pb, pc := abs(b-c), abs(a-c), abs(a+b-2*c)
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// unlzw decodes PDF's variable LZW: 9 to 12 bits, most significant bit first.
func (f *File) unlzw(data []byte, early bool) ([]byte, error) {
	const clear, end = 256, 257
	type link struct {
		prev int
		last byte
		n    int
	}
	var links [4096]link
	for i := range 256 {
		links[i] = link{-1, byte(i), 1}
	}
	next, width, prev := 258, 9, -1
	shift := 0
	if early {
		shift = 1
	}
	var out []byte
	var acc uint32
	have := 0
	for _, c := range data {
		acc = acc<<8 | uint32(c)
		have += 8
		if have < width {
			continue
		}
		code := int(acc>>(have-width)) & (1<<width - 1)
		have -= width
		if code == end {
			break
		}
		if code == clear {
			next, width, prev = 258, 9, -1
			continue
		}
		if code > next || code == next && prev < 0 {
			break
		}
		had := len(out)
		expand := code
		if code == next {
			expand = prev
		}
		n := links[expand].n
		out = append(out, make([]byte, n)...)
		for k, at := expand, len(out)-1; k >= 0; k, at = links[k].prev, at-1 {
			out[at] = links[k].last
		}
		first := out[had]
		if code == next {
			out = append(out, first)
		}
		if err := f.budget.decoded(int64(had), int64(len(out)-had)); err != nil {
			return nil, err
		}
		if prev >= 0 && next < 4096 {
			links[next] = link{prev, first, links[prev].n + 1}
			next++
		}
		if next+shift >= 1<<width && width < 12 {
			width++
		}
		prev = code
	}
	return out, nil
}
