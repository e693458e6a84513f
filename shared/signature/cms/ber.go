package cms

import "errors"

// Limits of one structure. Honest signatures are a few tens of kilobytes and
// nest about fifteen deep.
const (
	maxBytes = 4 << 20
	maxDepth = 40
)

var errBER = errors.New("cms: not BER")

// der rewrites the first BER element of b as DER: definite lengths, strings in
// one piece. What is DER comes out as it went in. Sets are not sorted anew:
// signatures are made over what was sent. b may go on behind the element.
func der(b []byte) ([]byte, error) {
	if len(b) > maxBytes {
		return nil, errBER
	}
	out, _, err := element(b, 0)
	return out, err
}

const (
	constructed = 0x20
	octetString = 0x04
)

// element rewrites one element and gives what follows it.
func element(b []byte, depth int) (out, rest []byte, err error) {
	if depth > maxDepth {
		return nil, nil, errBER
	}
	id, body, rest, open, err := head(b)
	if err != nil {
		return nil, nil, err
	}
	if id[0]&constructed == 0 {
		return wrap(id, body), rest, nil
	}
	var parts []byte
	for {
		if open && len(body) >= 2 && body[0] == 0 && body[1] == 0 {
			rest = body[2:]
			break
		}
		if len(body) == 0 {
			if open {
				return nil, nil, errBER // no end of contents
			}
			break
		}
		part, after, err := element(body, depth+1)
		if err != nil {
			return nil, nil, err
		}
		if id[0] == octetString|constructed {
			if _, part, _, _, err = head(part); err != nil {
				return nil, nil, err
			}
		}
		parts = append(parts, part...)
		body = after
	}
	if id[0] == octetString|constructed {
		id = []byte{octetString}
	}
	return wrap(id, parts), rest, nil
}

// head reads tag and length. Of an element of indefinite length (open) the
// body is everything that follows.
func head(b []byte) (id, body, rest []byte, open bool, err error) {
	n := 1
	if len(b) > 0 && b[0]&0x1f == 0x1f { // a tag of several bytes
		for n < len(b) && n < 6 && b[n]&0x80 != 0 {
			n++
		}
		n++
	}
	if len(b) < n+1 {
		return nil, nil, nil, false, errBER
	}
	id, b = b[:n], b[n:]
	size, b := int(b[0]), b[1:]
	switch {
	case size == 0x80:
		if id[0]&constructed == 0 {
			return nil, nil, nil, false, errBER
		}
		return id, b, nil, true, nil
	case size > 0x84:
		return nil, nil, nil, false, errBER
	case size > 0x80:
		digits := size - 0x80
		if len(b) < digits {
			return nil, nil, nil, false, errBER
		}
		size = 0
		for _, c := range b[:digits] {
			size = size<<8 | int(c)
		}
		b = b[digits:]
	}
	if size > len(b) {
		return nil, nil, nil, false, errBER
	}
	return id, b[:size], b[size:], false, nil
}

// wrap writes an element with a definite length.
func wrap(id, body []byte) []byte {
	out := make([]byte, 0, len(id)+5+len(body))
	out = append(out, id...)
	switch n := len(body); {
	case n < 0x80:
		out = append(out, byte(n))
	case n < 1<<8:
		out = append(out, 0x81, byte(n))
	case n < 1<<16:
		out = append(out, 0x82, byte(n>>8), byte(n))
	case n < 1<<24:
		out = append(out, 0x83, byte(n>>16), byte(n>>8), byte(n))
	default:
		out = append(out, 0x84, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(out, body...)
}
