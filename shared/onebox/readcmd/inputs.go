package readcmd

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hoso/shared/fault"
)

// wrongUse is an error of the person who gave the command.
func wrongUse(sentence string, args ...any) error {
	return fault.New(fault.Invalid, "read", fmt.Sprintf(sentence, args...))
}

// inputs lists the files to read: each path that is a file, and every PDF
// below each path that is a folder, in order of their names.
func (c Command) inputs() ([]input, error) {
	if len(c.Paths) == 0 {
		return nil, wrongUse("Chưa nêu tệp hoặc thư mục cần đọc: hoso read [-o THƯ_MỤC] ĐƯỜNG_DẪN…")
	}
	var out []input
	taken := map[string]string{}
	add := func(path, rel string) error {
		name := filepath.ToSlash(rel)
		if strings.EqualFold(filepath.Ext(name), ".pdf") {
			name = name[:len(name)-len(".pdf")]
		}
		if other, ok := taken[name]; ok && c.Out != "" && other != path {
			return wrongUse("Hai tệp %s và %s cùng ghi ra %s; hãy đọc từng thư mục một.", other, path, name)
		}
		taken[name] = path
		out = append(out, input{path, name})
		return nil
	}
	for _, p := range c.Paths {
		st, err := os.Stat(p)
		if err != nil {
			return nil, wrongUse("Không thấy %s; hãy kiểm tra đường dẫn.", p)
		}
		if !st.IsDir() {
			if err := add(p, filepath.Base(p)); err != nil {
				return nil, err
			}
			continue
		}
		err = filepath.WalkDir(p, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return wrongUse("Không đọc được thư mục %s; hãy kiểm tra quyền.", path)
			}
			if !e.Type().IsRegular() || !strings.EqualFold(filepath.Ext(path), ".pdf") {
				return nil
			}
			rel, err := filepath.Rel(p, path)
			if err != nil {
				return err
			}
			return add(path, rel)
		})
		if err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, wrongUse("Không thấy tệp PDF nào trong %s.", strings.Join(c.Paths, ", "))
	}
	return out, nil
}
