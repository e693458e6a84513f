package campaign

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"slices"
	"strings"

	"hoso/shared/fault"
)

//go:embed plans/*.yaml
var plans embed.FS

// Parse reads one plan file. name is shown in faults. All faults are given,
// not only the first.
func Parse(name string, data []byte) (*Campaign, Faults) {
	var c Campaign
	s := read(name, data, &c)
	if len(s.faults) > 0 {
		return nil, s.sorted()
	}
	s.check(&c)
	if len(s.faults) > 0 {
		return nil, s.sorted()
	}
	visit(&c, func(_, _ string, l anyLeaf) { l.within(c.Document.File) })
	sum := sha256.Sum256(data)
	c.digest, c.text = hex.EncodeToString(sum[:]), string(data)
	return &c, nil
}

// Builtin loads the campaigns that come with the program, by id.
func Builtin() ([]*Campaign, error) { return LoadAll(plans, "plans") }

// LoadAll loads every *.yaml of a folder, in order of ids; a file's name is its
// campaign's id, which makes ids unique. Errors are Invalid and carry Faults.
func LoadAll(folder fs.FS, dir string) ([]*Campaign, error) {
	names, err := fs.Glob(folder, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "campaign.load", err)
	}
	var all []*Campaign
	for _, name := range names {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "campaign.load", err)
		}
		c, faults := Parse(name, data)
		if c != nil && c.ID != idOf(name) {
			faults = Faults{{File: name, Line: 1, Field: "id", Problem: "mã " + c.ID + " khác tên tệp", Fix: "Đặt tên tệp là " + c.ID + ".yaml"}}
		}
		if len(faults) > 0 {
			return nil, &fault.Error{Kind: fault.Invalid, Op: "campaign.load", Code: "campaign-file", Public: "Tệp phong trào có lỗi: " + faults[0].String(), Err: faults}
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *Campaign) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}

// Find gives the campaign of an id; NotFound if there is none.
func Find(all []*Campaign, id string) (*Campaign, error) {
	for _, c := range all {
		if c.ID == id {
			return c, nil
		}
	}
	return nil, fault.New(fault.NotFound, "campaign.find", "Không có phong trào “"+id+"”; xem danh sách bằng lệnh hoso campaign list.")
}

func idOf(name string) string { return strings.TrimSuffix(path.Base(name), path.Ext(name)) }
