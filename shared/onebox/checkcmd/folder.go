package checkcmd

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/validate"
)

// about is what dossier.json may say of a dossier: what a unit and an
// administrator know. Other keys are not looked at.
type about struct {
	Agency string `json:"agency"`
	Rules  struct {
		VotePct  float64              `json:"vote_threshold_pct"`
		VoteBase string               `json:"vote_base"`
		Council  int                  `json:"council_size"`
		Quota    map[dossier.Kind]int `json:"quota"`
	} `json:"rules"`
	Slots map[dossier.Slot][]string `json:"slots"`
}

// paper is one file of a dossier.
type paper struct {
	validate.File
	path string
	name string // relative to the dossier, with slashes
	slot dossier.Slot
}

// folder is one dossier on disk.
type folder struct {
	name  string
	about about
	files []paper
}

func (f *folder) rules() validate.Rules {
	r := f.about.Rules
	return validate.Rules{VotePct: r.VotePct, VoteBase: r.VoteBase, Council: r.Council, Cap: r.Quota, Agency: f.about.Agency}
}

// wrongUse is an error of the person who gave the command.
func wrongUse(sentence string, args ...any) error {
	return fault.New(fault.Invalid, "check", fmt.Sprintf(sentence, args...))
}

// cases lists the dossiers: each folder that holds PDFs or a dossier.json, or
// the folders directly below one that holds neither.
func (c Command) cases() ([]folder, error) {
	if len(c.Dirs) == 0 {
		return nil, wrongUse("Chưa nêu thư mục hồ sơ: hoso check [-o THƯ_MỤC] THƯ_MỤC_HỒ_SƠ…")
	}
	var out []folder
	taken := map[string]string{}
	add := func(dir string) error {
		f, err := open(dir)
		if err != nil {
			return err
		}
		if other, ok := taken[f.name]; ok && c.Out != "" {
			return wrongUse("Hai thư mục %s và %s cùng tên, kết quả sẽ ghi đè nhau; hãy kiểm tra từng thư mục một.", other, dir)
		}
		taken[f.name] = dir
		out = append(out, f)
		return nil
	}
	for _, d := range c.Dirs {
		if st, err := os.Stat(d); err != nil || !st.IsDir() {
			return nil, wrongUse("Không thấy thư mục %s; hãy kiểm tra đường dẫn.", d)
		}
		if isDossier(d) {
			if err := add(d); err != nil {
				return nil, err
			}
			continue
		}
		below, err := os.ReadDir(d)
		if err != nil {
			return nil, wrongUse("Không đọc được thư mục %s; hãy kiểm tra quyền.", d)
		}
		n := len(out)
		for _, e := range below {
			if sub := filepath.Join(d, e.Name()); isDossier(sub) {
				if err := add(sub); err != nil {
					return nil, err
				}
			}
		}
		if len(out) == n {
			return nil, wrongUse("Không thấy tệp PDF nào trong %s.", d)
		}
	}
	return out, nil
}

// isDossier reports a folder with a dossier.json or a PDF directly in it.
func isDossier(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		return !e.IsDir() && (e.Name() == "dossier.json" || isPDF(e.Name()))
	})
}

func isPDF(name string) bool { return strings.EqualFold(filepath.Ext(name), ".pdf") }

// open lists the PDFs of a dossier, in order of their names, with their places.
func open(dir string) (folder, error) {
	whole, err := filepath.Abs(dir)
	if err != nil {
		return folder{}, err
	}
	f := folder{name: filepath.Base(whole)}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return f, err
	}
	if data, err := os.ReadFile(filepath.Join(dir, "dossier.json")); err == nil {
		if err := json.Unmarshal(data, &f.about); err != nil {
			return f, wrongUse("Tệp %s không đúng dạng: %v.", filepath.Join(dir, "dossier.json"), err)
		}
	}
	place := map[string]dossier.Slot{}
	for slot, names := range f.about.Slots {
		for _, n := range names {
			place[n] = slot
		}
	}
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return wrongUse("Không đọc được thư mục %s; hãy kiểm tra quyền.", path)
		}
		if !e.Type().IsRegular() || !isPDF(e.Name()) {
			return nil
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		f.files = append(f.files, paper{path: path, name: name, slot: place[name]})
		return nil
	})
	return f, err
}
