// Package pdflex cuts the bytes of a PDF, of a content stream or of a
// character map into tokens. It never fails and never looks further than the
// bytes it was given; what the tokens mean is for its callers.
package pdflex

import (
	"math"
	"strconv"
)

// Kind is the kind of a token.
type Kind uint8

// The kinds of token. Delimiters that open or close containers have their own.
const (
	EOF Kind = iota
	Int
	Real
	String
	Name
	Word
	ArrayOpen
	ArrayClose
	DictOpen
	DictClose
)

// Token is one token. Numbers have both Int and Num set as far as they go.
type Token struct {
	Kind Kind
	Num  float64
	Int  int64
	Str  []byte // string, name (escapes resolved) or word
	At   int    // offset of its first byte
}

// Lexer reads PDF tokens from bytes. It never fails: what cannot be a token
// becomes a word, and the parser decides.
type Lexer struct {
	Data []byte
	Pos  int
}

// IsSpace reports whether c is PDF white space.
func IsSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

// IsDelim reports whether c is a PDF delimiter.
func IsDelim(c byte) bool {
	switch c {
	case '<', '>', '(', ')', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func (l *Lexer) skipSpace() {
	for l.Pos < len(l.Data) {
		c := l.Data[l.Pos]
		if c == '%' {
			for l.Pos < len(l.Data) && l.Data[l.Pos] != '\n' && l.Data[l.Pos] != '\r' {
				l.Pos++
			}
			continue
		}
		if !IsSpace(c) {
			return
		}
		l.Pos++
	}
}

// Next gives the next token; EOF for ever at the end.
func (l *Lexer) Next() Token {
	l.skipSpace()
	if l.Pos >= len(l.Data) {
		return Token{Kind: EOF, At: len(l.Data)}
	}
	at := l.Pos
	switch c := l.Data[l.Pos]; c {
	case '/':
		l.Pos++
		return Token{Kind: Name, Str: l.name(), At: at}
	case '(':
		l.Pos++
		return Token{Kind: String, Str: l.literal(), At: at}
	case '<':
		l.Pos++
		if l.Pos < len(l.Data) && l.Data[l.Pos] == '<' {
			l.Pos++
			return Token{Kind: DictOpen, At: at}
		}
		return Token{Kind: String, Str: l.Hex(), At: at}
	case '>':
		l.Pos++
		if l.Pos < len(l.Data) && l.Data[l.Pos] == '>' {
			l.Pos++
			return Token{Kind: DictClose, At: at}
		}
		return Token{Kind: Word, Str: l.Data[at:l.Pos], At: at}
	case '[':
		l.Pos++
		return Token{Kind: ArrayOpen, At: at}
	case ']':
		l.Pos++
		return Token{Kind: ArrayClose, At: at}
	case ')', '{', '}':
		l.Pos++
		return Token{Kind: Word, Str: l.Data[at:l.Pos], At: at}
	}
	for l.Pos < len(l.Data) && !IsSpace(l.Data[l.Pos]) && !IsDelim(l.Data[l.Pos]) {
		l.Pos++
	}
	return wordOrNumber(l.Data[at:l.Pos], at)
}

// wordOrNumber reads numbers as viewers do: repeated signs and stray signs
// inside a number are tolerated.
func wordOrNumber(s []byte, at int) Token {
	c := s[0]
	if c != '+' && c != '-' && c != '.' && (c < '0' || c > '9') {
		return Token{Kind: Word, Str: s, At: at}
	}
	neg, i := false, 0
	for i < len(s) && (s[i] == '+' || s[i] == '-') {
		neg = neg || s[i] == '-'
		i++
	}
	whole, digits, real := int64(0), 0, false
	big := false
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		digits++
		if whole > (math.MaxInt64-9)/10 {
			big = true
			continue
		}
		whole = whole*10 + int64(s[i]-'0')
	}
	frac, scale := 0.0, 0.1
	if i < len(s) && s[i] == '.' {
		real = true
		for i++; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
			digits++
			frac += float64(s[i]-'0') * scale
			scale /= 10
		}
	}
	if digits == 0 || i < len(s) && s[i] != '-' {
		if f, err := strconv.ParseFloat(string(s), 64); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return Token{Kind: Real, Num: f, At: at}
		}
		return Token{Kind: Word, Str: s, At: at}
	}
	if big {
		whole = math.MaxInt64
	}
	if neg {
		whole, frac = -whole, -frac
	}
	if real {
		return Token{Kind: Real, Num: float64(whole) + frac, At: at}
	}
	return Token{Kind: Int, Int: whole, Num: float64(whole), At: at}
}

func (l *Lexer) name() []byte {
	at, escaped := l.Pos, false
	for l.Pos < len(l.Data) && !IsSpace(l.Data[l.Pos]) && !IsDelim(l.Data[l.Pos]) {
		escaped = escaped || l.Data[l.Pos] == '#'
		l.Pos++
	}
	raw := l.Data[at:l.Pos]
	if !escaped {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) && Unhex(raw[i+1]) >= 0 && Unhex(raw[i+2]) >= 0 {
			out = append(out, byte(Unhex(raw[i+1])<<4|Unhex(raw[i+2])))
			i += 2
			continue
		}
		out = append(out, raw[i])
	}
	return out
}

// Unhex gives the value of a hexadecimal digit, or -1.
func Unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// Hex reads a hexadecimal string behind its "<". Anything but digits is
// skipped; a string that is never closed ends with the data.
func (l *Lexer) Hex() []byte {
	var out []byte
	high := -1
	for l.Pos < len(l.Data) {
		c := l.Data[l.Pos]
		l.Pos++
		if c == '>' {
			break
		}
		v := Unhex(c)
		if v < 0 {
			continue
		}
		if high < 0 {
			high = v
			continue
		}
		out = append(out, byte(high<<4|v))
		high = -1
	}
	if high >= 0 {
		out = append(out, byte(high<<4))
	}
	return out
}

// literal reads a string behind its "(". Parentheses nest by count, so depth
// costs nothing.
func (l *Lexer) literal() []byte {
	at, depth := l.Pos, 1
	plain := true
	for l.Pos < len(l.Data) {
		c := l.Data[l.Pos]
		l.Pos++
		switch c {
		case '\\':
			plain = false
			l.Pos++
		case '\r':
			plain = false
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				raw := l.Data[at : l.Pos-1]
				if plain {
					return raw
				}
				return unescape(raw)
			}
		}
	}
	l.Pos = len(l.Data)
	return unescape(l.Data[min(at, len(l.Data)):])
}

func unescape(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c == '\r' {
			out = append(out, '\n')
			if i+1 < len(raw) && raw[i+1] == '\n' {
				i++
			}
			continue
		}
		if c != '\\' || i+1 >= len(raw) {
			out = append(out, c)
			continue
		}
		i++
		switch c = raw[i]; c {
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case '\n':
		case '\r':
			if i+1 < len(raw) && raw[i+1] == '\n' {
				i++
			}
		case '0', '1', '2', '3', '4', '5', '6', '7':
			v := int(c - '0')
			for k := 0; k < 2 && i+1 < len(raw) && raw[i+1] >= '0' && raw[i+1] <= '7'; k++ {
				i++
				v = v*8 + int(raw[i]-'0')
			}
			out = append(out, byte(v))
		default:
			out = append(out, c)
		}
	}
	return out
}
