package frame

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"unicode/utf8"

	"hoso/shared/fault"
)

// maxDepth bounds how deep a JSON body nests.
const maxDepth = 32

// Decode reads the JSON body of an API call into v. Unknown fields, repeated
// names, deep nesting, broken UTF-8 and anything after the value are refused:
// what the server did not understand it does not half obey.
func (c *Call) Decode(v any) error {
	bad := func(err error) error {
		return &fault.Error{
			Kind: fault.Invalid, Op: "web.decode", Code: "bad-json", Err: err,
			Public: "Nội dung gửi lên không phải JSON đúng như mô tả tại /api/openapi.json.",
		}
	}
	if t, _, err := mime.ParseMediaType(c.R.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return &fault.Error{Kind: fault.Invalid, Op: "web.decode", Code: "content-type", Public: "Cần Content-Type: application/json."}
	}
	body, err := io.ReadAll(c.R.Body)
	if err != nil {
		return readError(err)
	}
	if !utf8.Valid(body) {
		return bad(errors.New("not UTF-8"))
	}
	if err := strictShape(body); err != nil {
		return bad(err)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return bad(err)
	}
	return nil
}

// readError gives a kind to a body that could not be read whole.
func readError(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return &fault.Error{Kind: fault.Invalid, Op: "web.body", Code: "too-large", Err: err, Public: "Nội dung gửi lên quá lớn."}
	}
	return &fault.Error{Kind: fault.Invalid, Op: "web.body", Code: "body", Err: err, Public: "Nội dung gửi lên bị đứt quãng hoặc sai định dạng; hãy gửi lại."}
}

// strictShape walks the tokens of a body: names once an object, bounded
// depth, one value and nothing after it.
func strictShape(body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	type level struct {
		names  map[string]bool // nil for an array
		isName bool
	}
	var stack []level
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		top := len(stack) - 1
		if delim, ok := tok.(json.Delim); ok {
			switch delim {
			case '{', '[':
				if len(stack) >= maxDepth {
					return errors.New("nested too deep")
				}
				if top >= 0 {
					stack[top].isName = true
				}
				l := level{isName: true}
				if delim == '{' {
					l.names = map[string]bool{}
				}
				stack = append(stack, l)
			default:
				stack = stack[:top]
			}
		} else if top >= 0 && stack[top].names != nil {
			if stack[top].isName {
				name, _ := tok.(string)
				if stack[top].names[name] {
					return errors.New("a name stands twice")
				}
				stack[top].names[name] = true
			}
			stack[top].isName = !stack[top].isName
		}
		if len(stack) == 0 {
			if _, err := d.Token(); !errors.Is(err, io.EOF) {
				return errors.New("something stands after the value")
			}
			return nil
		}
	}
}
