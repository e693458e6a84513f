package asl

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// intrinsics holds what intrinsic functions need from outside.
type intrinsics struct {
	uuid   func() string
	random func() float64
}

// Limits of the intrinsic functions (developer guide, "Intrinsics for
// JSONPath states").
const (
	maxRange = 1000  // elements States.ArrayRange makes
	maxText  = 10000 // characters that are hashed or encoded
)

type function struct {
	least, most int // number of arguments; most < 0 is any number
	run         func(*intrinsics, []any) (any, error)
}

// functions lists the intrinsic functions that the engine runs. MathRandom's
// third argument, a seed, is left out: AWS's generator is not known.
func functions() map[string]function {
	return map[string]function{
		"States.Array":          {0, -1, func(_ *intrinsics, a []any) (any, error) { return a, nil }},
		"States.ArrayContains":  {2, 2, arrayContains},
		"States.ArrayGetItem":   {2, 2, arrayGetItem},
		"States.ArrayLength":    {1, 1, arrayLength},
		"States.ArrayPartition": {2, 2, arrayPartition},
		"States.ArrayRange":     {3, 3, arrayRange},
		"States.ArrayUnique":    {1, 1, arrayUnique},
		"States.Base64Decode":   {1, 1, base64Decode},
		"States.Base64Encode":   {1, 1, base64Encode},
		"States.Format":         {1, -1, format},
		"States.Hash":           {2, 2, hash},
		"States.JsonMerge":      {3, 3, jsonMerge},
		"States.JsonToString":   {1, 1, func(_ *intrinsics, a []any) (any, error) { return encode(a[0]), nil }},
		"States.MathAdd":        {2, 2, mathAdd},
		"States.MathRandom":     {2, 2, mathRandom},
		"States.StringSplit":    {2, 2, stringSplit},
		"States.StringToJson":   {1, 1, stringToJSON},
		"States.UUID":           {0, 0, func(f *intrinsics, _ []any) (any, error) { return f.uuid(), nil }},
	}
}

func array(v any) ([]any, error) {
	l, ok := v.([]any)
	if !ok {
		return nil, errors.New("an array is needed")
	}
	return l, nil
}

func textOf(v any) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", errors.New("a string is needed")
	}
	return s, nil
}

// shortText is a string within the limit for hashing and encoding.
func shortText(v any) (string, error) {
	s, err := textOf(v)
	if err == nil && utf8.RuneCountInString(s) > maxText {
		err = fmt.Errorf("at most %d characters are allowed", maxText)
	}
	return s, err
}

// rounded gives a number as the nearest integer.
func rounded(v any) (int64, error) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, errors.New("a number is needed")
	}
	if i, err := n.Int64(); err == nil {
		return i, nil
	}
	f, err := n.Float64()
	if err != nil || math.Abs(f) > 1<<53 {
		return 0, errors.New("a number is out of range")
	}
	return int64(math.Floor(f + 0.5)), nil
}

func arrayContains(_ *intrinsics, a []any) (any, error) {
	l, err := array(a[0])
	return slices.ContainsFunc(l, func(v any) bool { return same(v, a[1]) }), err
}

func arrayGetItem(_ *intrinsics, a []any) (any, error) {
	l, err := array(a[0])
	if err != nil {
		return nil, err
	}
	i, ok := whole(a[1])
	if !ok || i < 0 || i >= int64(len(l)) {
		return nil, errors.New("the index is outside the array")
	}
	return l[i], nil
}

func arrayLength(_ *intrinsics, a []any) (any, error) {
	l, err := array(a[0])
	return number(len(l)), err
}

func arrayPartition(_ *intrinsics, a []any) (any, error) {
	l, err := array(a[0])
	if err != nil {
		return nil, err
	}
	n, err := rounded(a[1])
	if err != nil || n < 1 {
		return nil, errors.New("the size of a part must be a positive number")
	}
	out := []any{}
	for part := range slices.Chunk(l, int(min(n, int64(len(l))+1))) {
		out = append(out, part)
	}
	return out, nil
}

func arrayRange(_ *intrinsics, a []any) (any, error) {
	var n [3]int64
	for i := range n {
		var err error
		if n[i], err = rounded(a[i]); err != nil {
			return nil, err
		}
	}
	first, last, step := n[0], n[1], n[2]
	if step == 0 {
		return nil, errors.New("the step must not be 0")
	}
	out := []any{}
	for v := first; step > 0 && v <= last || step < 0 && v >= last; v += step {
		if len(out) == maxRange {
			return nil, fmt.Errorf("more than %d elements", maxRange)
		}
		out = append(out, number(int(v)))
	}
	return out, nil
}

func arrayUnique(_ *intrinsics, a []any) (any, error) {
	l, err := array(a[0])
	out := []any{}
	for _, v := range l {
		if !slices.ContainsFunc(out, func(w any) bool { return same(v, w) }) {
			out = append(out, v)
		}
	}
	return out, err
}

func base64Encode(_ *intrinsics, a []any) (any, error) {
	s, err := shortText(a[0])
	return base64.StdEncoding.EncodeToString([]byte(s)), err
}

func base64Decode(_ *intrinsics, a []any) (any, error) {
	s, err := shortText(a[0])
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err == nil && !utf8.Valid(b) {
		err = errors.New("the decoded bytes are not text")
	}
	return string(b), err
}

// format fills each {} of a template with the next argument. A backslash
// before a brace, a quote or a backslash stands for that character.
func format(_ *intrinsics, a []any) (any, error) {
	tmpl, err := textOf(a[0])
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	next := 1
	for i := 0; i < len(tmpl); i++ {
		switch {
		case tmpl[i] == '\\' && i+1 < len(tmpl):
			i++
			b.WriteByte(tmpl[i])
		case strings.HasPrefix(tmpl[i:], "{}"):
			if next == len(a) {
				return nil, errors.New("there are more {} than arguments")
			}
			if s, ok := a[next].(string); ok {
				b.WriteString(s)
			} else {
				b.WriteString(encode(a[next]))
			}
			next++
			i++
		default:
			b.WriteByte(tmpl[i])
		}
	}
	if next < len(a) {
		return nil, errors.New("there are more arguments than {}")
	}
	return b.String(), nil
}

func hash(_ *intrinsics, a []any) (any, error) {
	s, err := shortText(a[0])
	if err != nil {
		return nil, err
	}
	var sum []byte
	switch b := []byte(s); a[1] {
	case "MD5":
		h := md5.Sum(b)
		sum = h[:]
	case "SHA-1":
		h := sha1.Sum(b)
		sum = h[:]
	case "SHA-256":
		h := sha256.Sum256(b)
		sum = h[:]
	case "SHA-384":
		h := sha512.Sum384(b)
		sum = h[:]
	case "SHA-512":
		h := sha512.Sum512(b)
		sum = h[:]
	default:
		return nil, errors.New("the algorithm is not one of MD5, SHA-1, SHA-256, SHA-384, SHA-512")
	}
	return hex.EncodeToString(sum), nil
}

func jsonMerge(_ *intrinsics, a []any) (any, error) {
	first, ok1 := a[0].(map[string]any)
	second, ok2 := a[1].(map[string]any)
	if !ok1 || !ok2 {
		return nil, errors.New("two objects are needed")
	}
	if a[2] != false {
		return nil, errors.New("only the shallow merge (false) is supported")
	}
	out := make(map[string]any, len(first)+len(second))
	for k, v := range first {
		out[k] = v
	}
	for k, v := range second {
		out[k] = v
	}
	return out, nil
}

func mathAdd(_ *intrinsics, a []any) (any, error) {
	x, err := rounded(a[0])
	if err != nil {
		return nil, err
	}
	y, err := rounded(a[1])
	return number(int(x + y)), err
}

// mathRandom gives a whole number from the first argument up to, and without,
// the second.
func mathRandom(f *intrinsics, a []any) (any, error) {
	from, err := rounded(a[0])
	if err != nil {
		return nil, err
	}
	to, err := rounded(a[1])
	if err != nil || to <= from {
		return nil, errors.New("the end must be a number after the start")
	}
	return number(int(from + int64(f.random()*float64(to-from)))), nil
}

// stringSplit divides at any of the delimiter's characters; empty parts are
// dropped.
func stringSplit(_ *intrinsics, a []any) (any, error) {
	s, err := textOf(a[0])
	if err != nil {
		return nil, err
	}
	at, err := textOf(a[1])
	out := []any{}
	for _, part := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(at, c) }) {
		out = append(out, part)
	}
	return out, err
}

func stringToJSON(_ *intrinsics, a []any) (any, error) {
	s, err := textOf(a[0])
	if err != nil {
		return nil, err
	}
	return decode(s)
}
