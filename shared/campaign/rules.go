package campaign

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"hoso/shared/calendar"
	"hoso/shared/fault"
)

// Severity of a finding; wire format.
type Severity string

const (
	Block Severity = "block" // the dossier goes back unless the unit contests it
	Warn  Severity = "warn"  // an appraiser must acknowledge it
	Info  Severity = "note"  // good to know
)

// Layer is a layer of law; a later one adds to and overrides an earlier one.
type Layer string

const (
	LayerBase       Layer = "base"       // how appraisers hold documents against each other
	LayerLaw        Layer = "law"        //
	LayerDecree     Layer = "decree"     //
	LayerCircular   Layer = "circular"   //
	LayerProvincial Layer = "provincial" // only for campaigns of its issuer
	LayerPlan       Layer = "plan"       // made of the campaign's own data
)

// Layers lists them, the weakest first.
func Layers() []Layer {
	return []Layer{LayerBase, LayerLaw, LayerDecree, LayerCircular, LayerProvincial, LayerPlan}
}

// Certainty says how well the source of a layer is known.
type Certainty string

const (
	Sure       Certainty = "sure"
	Likely     Certainty = "likely"
	Unverified Certainty = "unverified"
)

// Words is a sentence in both languages.
type Words struct {
	VI string `yaml:"vi" json:"vi"`
	EN string `yaml:"en" json:"en"`
}

// RuleFile is one document of law as data: when it holds and what it says of
// the rules.
type RuleFile struct {
	ID        string         `yaml:"id" json:"id"`
	Layer     Layer          `yaml:"layer" json:"layer"`
	Title     string         `yaml:"title" json:"title"`
	Source    string         `yaml:"source" json:"source"`
	Certainty Certainty      `yaml:"certainty" json:"certainty"`
	From      calendar.Date  `yaml:"valid_from" json:"valid_from"`
	To        *calendar.Date `yaml:"valid_to" json:"valid_to,omitempty"` // first day on which it no longer holds
	Issuer    string         `yaml:"issuer" json:"issuer,omitempty"`
	Gap       string         `yaml:"gap" json:"gap,omitempty"` // what of it is not in the data
	Rules     []RuleEntry    `yaml:"rules" json:"rules"`
	Forms     []Form         `yaml:"forms" json:"forms,omitempty"` // accepted while it holds
}

// RuleEntry is what one layer says of one rule. Above the base, only what is
// given changes.
type RuleEntry struct {
	ID       string        `yaml:"id" json:"id"`
	Title    *Words        `yaml:"title" json:"title,omitempty"`
	Severity Severity      `yaml:"severity" json:"severity,omitempty"`
	IfUnsure Severity      `yaml:"if_unsure" json:"if_unsure,omitempty"`
	Source   string        `yaml:"source" json:"source"`
	Findings []FindingRule `yaml:"findings" json:"findings,omitempty"`
}

// FindingRule says how a finding of a code is told. The sentences may hold
// {nominee} {file} {expected} {found} {loai} {names}.
type FindingRule struct {
	Code     string   `yaml:"code" json:"code"`
	Severity Severity `yaml:"severity" json:"severity"`   // "": the rule's
	IfUnsure Severity `yaml:"if_unsure" json:"if_unsure"` // "": the rule's; never block
	Message  Words    `yaml:"message" json:"message"`
	Fix      Words    `yaml:"fix" json:"fix"`
}

//go:embed rules/*.yaml
var ruleFiles embed.FS

// BuiltinRules loads the rule files that come with the program.
func BuiltinRules() (Rulebook, error) { return LoadRules(ruleFiles, "rules") }

// Rulebook is every rule file, of all times.
type Rulebook struct{ files []RuleFile }

// Files gives the rule files, the weakest layer first, then by time.
func (b Rulebook) Files() []RuleFile { return slices.Clone(b.files) }

// LoadRules loads every *.yaml of a folder. Errors are Invalid and carry Faults.
func LoadRules(folder fs.FS, dir string) (Rulebook, error) {
	names, err := fs.Glob(folder, path.Join(dir, "*.yaml"))
	if err != nil {
		return Rulebook{}, fault.Wrap(fault.Internal, "campaign.rules", err)
	}
	var b Rulebook
	var faults Faults
	for _, name := range names {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return Rulebook{}, fault.Wrap(fault.Internal, "campaign.rules", err)
		}
		f, wrong := ParseRules(name, data)
		faults = append(faults, wrong...)
		b.files = append(b.files, f)
	}
	if len(faults) == 0 {
		faults = b.checkWhole()
	}
	if len(faults) > 0 {
		return Rulebook{}, &fault.Error{Kind: fault.Invalid, Op: "campaign.rules", Code: "rule-file", Public: "Tệp quy tắc có lỗi: " + faults[0].String(), Err: faults}
	}
	order := Layers()
	slices.SortFunc(b.files, func(x, y RuleFile) int {
		if d := slices.Index(order, x.Layer) - slices.Index(order, y.Layer); d != 0 {
			return d
		}
		if x.From != y.From {
			return strings.Compare(x.From.ISO(), y.From.ISO())
		}
		return strings.Compare(x.ID, y.ID)
	})
	return b, nil
}

// ParseRules reads one rule file; a rule without a source is a fault, as is an
// unknown field.
func ParseRules(name string, data []byte) (RuleFile, Faults) {
	var f RuleFile
	s := read(name, data, &f)
	if len(s.faults) == 0 {
		s.checkRules(f)
	}
	return f, s.sorted()
}

func (s *source) checkRules(f RuleFile) {
	if !idForm.MatchString(f.ID) {
		s.fault("id", "mã không hợp lệ", "Viết chữ thường không dấu, số và gạch nối")
	}
	if !slices.Contains(Layers(), f.Layer) || f.Layer == LayerPlan {
		s.fault("layer", "tầng “"+string(f.Layer)+"” không hợp lệ", "Viết base, law, decree, circular hoặc provincial")
	}
	if f.Title == "" || f.Source == "" {
		s.fault("source", "văn bản không có tên hoặc nguồn", "Viết title và source")
	}
	if !slices.Contains([]Certainty{Sure, Likely, Unverified}, f.Certainty) {
		s.fault("certainty", "độ chắc chắn không hợp lệ", "Viết sure, likely hoặc unverified")
	}
	if f.From == (calendar.Date{}) {
		s.fault("valid_from", "không có ngày hiệu lực", "Viết ngày như 2024-01-01")
	}
	if f.To != nil && !f.From.Before(*f.To) {
		s.fault("valid_to", "hết hiệu lực trước khi có hiệu lực", "Kiểm tra hai ngày")
	}
	if (f.Layer == LayerProvincial) != (f.Issuer != "") {
		s.fault("issuer", "cơ quan ban hành chỉ và phải có ở tầng provincial", "Viết issuer như UBND tỉnh Bình Phước")
	}
	for i, form := range f.Forms {
		if !decreeForm.MatchString(form.Decree) {
			s.fault(fmt.Sprintf("forms[%d]", i), "mẫu không ghi rõ văn bản ban hành", "Viết decree như 98/2023/NĐ-CP")
		}
	}
	seen := map[string]bool{}
	for i, r := range f.Rules {
		at := fmt.Sprintf("rules[%d]", i)
		if seen[r.ID] || r.ID == "" {
			s.fault(at+".id", "quy tắc không có mã riêng", "Viết mã như R01")
		}
		seen[r.ID] = true
		if strings.TrimSpace(r.Source) == "" {
			s.fault(at, "quy tắc "+r.ID+" không có nguồn", "Viết source: văn bản, điều, khoản mà quy tắc dựa vào")
		}
		s.checkSeverity(at, r.Severity, r.IfUnsure, f.Layer == LayerBase)
		if f.Layer == LayerBase && (r.Title == nil || r.Title.VI == "" || r.Title.EN == "" || len(r.Findings) == 0) {
			s.fault(at, "quy tắc "+r.ID+" ở tầng base thiếu title hoặc findings", "Viết title {vi, en} và ít nhất một finding")
		}
		for j, x := range r.Findings {
			where := fmt.Sprintf("%s.findings[%d]", at, j)
			s.checkSeverity(where, x.Severity, x.IfUnsure, false)
			if x.Code == "" || x.Message.VI == "" || x.Message.EN == "" || x.Fix.VI == "" || x.Fix.EN == "" {
				s.fault(where, "finding thiếu code, message hoặc fix", "Viết đủ code, message {vi, en}, fix {vi, en}")
			}
		}
	}
}

func (s *source) checkSeverity(at string, severity, unsure Severity, required bool) {
	known := []Severity{Block, Warn, Info}
	if !slices.Contains(known, severity) && (required || severity != "") {
		s.fault(at+".severity", "mức độ không hợp lệ", "Viết block, warn hoặc note")
	}
	if unsure == Block || !slices.Contains(known, unsure) && (required || unsure != "") {
		s.fault(at+".if_unsure", "mức khi chưa chắc không hợp lệ", "Viết warn hoặc note: điều đọc chưa chắc không bao giờ chặn")
	}
}

// checkWhole holds the files against each other.
func (b Rulebook) checkWhole() Faults {
	var faults Faults
	base, codes := map[string]bool{}, map[string]string{}
	for _, f := range b.files {
		for _, r := range f.Rules {
			if f.Layer != LayerBase {
				continue
			}
			base[r.ID] = true
			for _, x := range r.Findings {
				if other, ok := codes[x.Code]; ok {
					faults = append(faults, Fault{File: f.ID, Line: 1, Field: r.ID, Problem: "mã " + x.Code + " đã có ở " + other, Fix: "Mỗi mã thuộc một quy tắc"})
				}
				codes[x.Code] = r.ID
			}
		}
	}
	ids := map[string]bool{}
	for _, f := range b.files {
		if ids[f.ID] {
			faults = append(faults, Fault{File: f.ID, Line: 1, Field: "id", Problem: "mã ghi hai lần", Fix: "Mỗi tệp một mã"})
		}
		ids[f.ID] = true
		for _, r := range f.Rules {
			if !base[r.ID] {
				faults = append(faults, Fault{File: f.ID, Line: 1, Field: r.ID, Problem: "quy tắc không có ở tầng base", Fix: "Thêm quy tắc vào tầng base trước"})
			}
		}
	}
	return faults
}
