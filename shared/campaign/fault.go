package campaign

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Fault is one thing wrong in a data file. Problem and Fix are Vietnamese.
type Fault struct {
	File    string `json:"file"`
	Line    int    `json:"line"`  // from 1
	Field   string `json:"field"` // rounds[0].caps.tap_the; "" if the file as a whole
	Problem string `json:"problem"`
	Fix     string `json:"fix"`
}

// String gives "plan.yaml:12: rounds[0].caps.tap_the: problem. fix".
func (f Fault) String() string {
	s := fmt.Sprintf("%s:%d: ", f.File, f.Line)
	if f.Field != "" {
		s += f.Field + ": "
	}
	return s + f.Problem + ". " + f.Fix + "."
}

// Faults are all that is wrong in a file; as an error it names each.
type Faults []Fault

// Error lists the faults, one a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = x.String()
	}
	return strings.Join(lines, "\n")
}

// source is a parsed file that knows where its fields stand.
type source struct {
	name   string
	at     map[string]token.Position
	faults Faults
}

// read parses data into v, strictly: a field that is unknown, written twice or
// of another type is a fault, and so are anchors and aliases.
func read(name string, data []byte, v any) *source {
	s := &source{name: name, at: map[string]token.Position{}}
	if s.bound(data); len(s.faults) > 0 {
		return s
	}
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		s.fromYAML(err)
		return s
	}
	if len(file.Docs) != 1 {
		s.fault("", fmt.Sprintf("tệp có %d tài liệu YAML", len(file.Docs)), "Mỗi tệp chỉ có một tài liệu; bỏ các dòng ---")
		return s
	}
	s.index(file.Docs[0].Body, "", 0)
	if len(s.faults) > 0 {
		return s
	}
	if err := yaml.UnmarshalWithOptions(data, v, yaml.Strict()); err != nil {
		s.fromYAML(err)
	}
	return s
}

// maxDepth bounds nesting; the deepest value of a plan lies at 7.
const maxDepth = 20

func (s *source) index(node ast.Node, path string, depth int) {
	if depth > maxDepth {
		s.faultAt(node.GetToken(), path, "lồng quá sâu", "Bỏ bớt các mức lồng nhau")
		return
	}
	switch n := node.(type) {
	case *ast.AnchorNode, *ast.AliasNode:
		s.faultAt(node.GetToken(), path, "dùng neo (&) hoặc tham chiếu (*) của YAML", "Viết giá trị ra đầy đủ")
	case *ast.MappingNode:
		for _, v := range n.Values {
			s.index(v, path, depth)
		}
	case *ast.MappingValueNode:
		key := n.Key.GetToken()
		p := join(path, key.Value)
		if _, twice := s.at[p]; twice {
			s.faultAt(key, p, "trường ghi hai lần", "Chỉ giữ một lần")
		}
		s.at[p] = *key.Position
		s.index(n.Value, p, depth+1)
	case *ast.SequenceNode:
		for i, v := range n.Values {
			p := fmt.Sprintf("%s[%d]", path, i)
			s.at[p] = *v.GetToken().Position
			s.index(v, p, depth+1)
		}
	case *ast.TagNode:
		s.faultAt(node.GetToken(), path, "dùng thẻ (!) của YAML", "Bỏ thẻ, chỉ viết giá trị")
	}
}

// line gives the line of a field, or of the nearest field around it.
func (s *source) line(path string) int {
	for path != "" {
		if p, ok := s.at[path]; ok {
			return p.Line
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 1
}

// fieldOf gives the field in which a token stands: the last that begins at or
// before it, the innermost of those.
func (s *source) fieldOf(tk *token.Token) string {
	if tk == nil || tk.Position == nil {
		return ""
	}
	best, at := "", token.Position{}
	for path, p := range s.at {
		after := p.Line > tk.Position.Line || p.Line == tk.Position.Line && p.Column > tk.Position.Column
		earlier := p.Line < at.Line || p.Line == at.Line && p.Column < at.Column
		if !after && !earlier && (p.Line != at.Line || p.Column != at.Column || len(path) > len(best)) {
			best, at = path, p
		}
	}
	return best
}

func (s *source) fault(field, problem, fix string) {
	s.faults = append(s.faults, Fault{File: s.name, Line: s.line(field), Field: field, Problem: problem, Fix: fix})
}

func (s *source) faultAt(tk *token.Token, field, problem, fix string) {
	line := s.line(field)
	if tk != nil && tk.Position != nil {
		line = tk.Position.Line
	}
	s.faults = append(s.faults, Fault{File: s.name, Line: line, Field: field, Problem: problem, Fix: fix})
}

// fromYAML turns an error of the YAML reader into a fault.
func (s *source) fromYAML(err error) {
	var (
		unknown *yaml.UnknownFieldError
		typed   *yaml.TypeError
		placed  yaml.Error
	)
	switch {
	case errors.As(err, &unknown):
		s.faultAt(unknown.Token, s.fieldOf(unknown.Token), "trường không có trong mẫu", "Bỏ trường này hoặc sửa tên cho đúng")
	case errors.As(err, &typed):
		s.faultAt(typed.Token, s.fieldOf(typed.Token), "giá trị sai kiểu", "Viết "+typeName(typed))
	case errors.As(err, &placed):
		s.faultAt(placed.GetToken(), s.fieldOf(placed.GetToken()), "không đọc được: "+placed.GetMessage(), howToWrite)
	default:
		s.fault("", "không đọc được: "+err.Error(), howToWrite)
	}
}

const howToWrite = "Viết {value, status, quote, source}, hoặc not_stated nếu không nêu; ngày viết 2023-12-31, quý viết IV/2023, hạn hằng năm viết 15/12"

func typeName(e *yaml.TypeError) string {
	switch e.DstType.String() {
	case "int":
		return "một số nguyên"
	case "bool":
		return "true hoặc false"
	case "string":
		return "một chuỗi chữ"
	}
	return "đúng dạng của trường (" + e.DstType.String() + ")"
}

// sorted gives the faults by line.
func (s *source) sorted() Faults {
	slices.SortStableFunc(s.faults, func(a, b Fault) int { return a.Line - b.Line })
	return s.faults
}
