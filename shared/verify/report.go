package verify

import (
	"fmt"
	"slices"
	"time"

	"hoso/shared/evidence"
)

// Finding is one thing that does not hold, or one thing to know.
type Finding struct {
	Code    string `json:"code"`    // stable, for programs
	Where   string `json:"where"`   // what it is about: a chain and place, a record, a file
	Message string `json:"message"` // Vietnamese sentence: what it is and what to do
	Detail  string `json:"detail,omitempty"`
}

// Report is what a check found. It is JSON for programs.
type Report struct {
	// Findings are the things that do not hold; none means that all holds.
	Findings []Finding `json:"findings"`
	// More counts the findings of a code beyond MaxFindings.
	More map[string]int64 `json:"more,omitempty"`
	// Notes are things to know that are no faults.
	Notes []Finding `json:"notes"`
	// Counts says how much was checked, by kind of thing.
	Counts map[string]int64 `json:"counts"`
	// Log is the head of the log as worked out from its entries.
	Log evidence.LogHead `json:"log"`
	// Confirmed lists the checkpoints kept elsewhere that the log leads to.
	Confirmed []evidence.LogHead `json:"confirmed,omitempty"`
}

// MaxFindings is how many findings of one code a report names.
const MaxFindings = 200

// OK reports whether everything holds.
func (r Report) OK() bool { return len(r.Findings) == 0 }

// Progress says how far a check has come.
type Progress struct {
	Step  string // Vietnamese, such as "Chuỗi sự kiện"
	Done  int64
	Total int64 // 0: not known
}

// Options change how a check is done; the zero value checks everything that
// can be checked without help from outside.
type Options struct {
	// Keys are the public keys that the auditor trusts, from outside. Without
	// any, the keys found beside the checkpoints are used, and a note says so.
	Keys evidence.Keys
	// Checkpoints are signed checkpoints kept elsewhere.
	Checkpoints []Note
	// Erased are signed notes of erasures kept elsewhere.
	Erased []Note
	// Workers hash objects side by side; 0: 2.
	Workers int
	// Table bounds the memory for matching events with log entries: so many
	// entries are matched at once, 24 bytes each; 0: 8 million. A larger log
	// is walked more than once.
	Table int64
	// Progress is told now and then how far the check has come; nil: nobody.
	Progress func(Progress)
}

// Note is a signed checkpoint in a file.
type Note struct {
	Name string
	Data []byte
}

// sentences gives the Vietnamese sentence of every code.
func sentence(code string) string {
	return map[string]string{
		"event-damaged":           "Sự kiện bị thay đổi: nội dung không khớp mã băm của nó.",
		"event-gap":               "Chuỗi sự kiện thiếu hoặc thừa: số thứ tự không liền nhau.",
		"event-broken":            "Chuỗi sự kiện bị cắt nối: sự kiện không theo sự kiện ngay trước nó.",
		"chain-head":              "Điểm cuối đã ghi của chuỗi không khớp sự kiện cuối cùng: có thể chuỗi đã bị cắt đuôi.",
		"chain-gone":              "Chuỗi có điểm cuối đã ghi nhưng không còn sự kiện nào.",
		"event-not-logged":        "Sự kiện không có trong sổ minh bạch và cũng không chờ ghi sổ.",
		"event-late":              "Sự kiện chờ ghi sổ quá lâu trong khi các sự kiện sau nó đã được ghi. Hãy kiểm tra hộp gửi.",
		"message-orphan":          "Hộp gửi chờ ghi sổ một sự kiện không có thật.",
		"log-head":                "Kích thước hoặc gốc đã ghi của sổ minh bạch không khớp các mục của sổ.",
		"log-head-missing":        "Sổ minh bạch có mục nhưng không có điểm cuối.",
		"log-entries":             "Trang mục của sổ minh bạch thiếu, thừa hoặc hỏng.",
		"log-tile":                "Trang mã băm của sổ minh bạch thiếu, thừa hoặc không khớp các mục.",
		"log-record":              "Bản ghi lạ hoặc hỏng trong phần của sổ minh bạch.",
		"log-entry-orphan":        "Mục của sổ minh bạch không còn sự kiện tương ứng: sự kiện đã bị xóa hoặc thay đổi.",
		"log-entry-twice":         "Một sự kiện có hai mục trong sổ minh bạch.",
		"log-row":                 "Chỉ mục từ sự kiện sang sổ minh bạch thiếu hoặc sai.",
		"checkpoint-bad":          "Điểm kiểm tra đã lưu bị hỏng hoặc không có chữ ký đúng.",
		"checkpoint-forked":       "Sổ minh bạch không dẫn đến điểm kiểm tra này: lịch sử đã bị viết lại.",
		"checkpoint-ahead":        "Sổ minh bạch ngắn hơn điểm kiểm tra này: lịch sử đã bị cắt.",
		"checkpoint-link":         "Thiếu điểm kiểm tra: điểm sau không nối với điểm trước nó.",
		"checkpoint-file":         "Tệp điểm kiểm tra thiếu hoặc khác bản ghi trong kho dữ liệu.",
		"checkpoint-outside-bad":  "Điểm kiểm tra giữ ở nơi khác không đọc được hoặc không có chữ ký của khóa được tin.",
		"keys-bad":                "Tệp khóa công khai không đọc được.",
		"text-missing":            "Văn bản đã cam kết trong sự kiện không còn, mà không có quyết định xóa nào được ghi.",
		"text-changed":            "Văn bản bị thay đổi: không khớp cam kết trong sự kiện.",
		"text-orphan":             "Văn bản không được sự kiện nào cam kết.",
		"text-not-erased":         "Sự kiện ghi văn bản đã xóa nhưng văn bản vẫn còn.",
		"text-returned":           "Văn bản đã xóa theo quyết định lại có mặt, có lẽ từ một bản sao lưu cũ. Hãy chép các tệp erased-*.txt vào thư mục checkpoints rồi khởi động lại; trên AWS gọi lại lệnh {\"restored\":true}.",
		"erased-note-bad":         "Ghi nhận xóa không đọc được hoặc không có chữ ký đúng.",
		"record-changed":          "Bản ghi bị thay đổi ngoài chương trình: nội dung không khớp mã kiểm tra của nó.",
		"record-set":              "Tập bản ghi không khớp mã kiểm tra chung: có bản ghi bị xóa, thêm vào hoặc trả về bản cũ.",
		"record-key":              "Mã kiểm tra của các bản ghi không theo khóa của máy này.",
		"record-unreadable":       "Bản ghi không đọc được.",
		"object-missing":          "Tệp mà bản ghi nêu không còn trong kho tệp.",
		"object-differs":          "Tệp trong kho không khớp mã băm đã ghi: tệp đã bị thay đổi hoặc hỏng.",
		"object-unread":           "Không đọc được tệp lúc kiểm tra. Hãy kiểm tra kho tệp rồi chạy lại.",
		"object-unproved":         "Mã băm của tệp không có trong sự kiện nào của chuỗi: bản ghi đã bị thay đổi.",
		"check-failed":            "Không chạy được một phép kiểm tra.",
		"package-not-bag":         "Gói không phải là gói hồ sơ niêm phong đúng dạng.",
		"package-file-missing":    "Tệp có trong danh mục nhưng không có trong gói.",
		"package-file-extra":      "Tệp có trong gói nhưng không có trong danh mục.",
		"package-file-differs":    "Tệp trong gói không khớp mã băm trong danh mục.",
		"package-file-damaged":    "Tệp trong gói bị hỏng, không đọc được.",
		"package-manifest-bad":    "Danh mục của gói không đọc được.",
		"package-summary":         "Bản tóm tắt của gói không đúng dạng hoặc không khớp các tệp.",
		"package-unproved":        "Mã băm của tệp không có trong sự kiện mà gói nêu.",
		"package-proof":           "Sự kiện trong gói không có bằng chứng đúng trong sổ minh bạch.",
		"package-checkpoint":      "Điểm kiểm tra trong gói không có chữ ký đúng.",
		"package-seal":            "Sự kiện niêm phong không khớp gói.",
		"note-records-unchecked":  "Chưa kiểm được mã kiểm tra của từng bản ghi vì không có khóa (thư mục keys).",
		"note-pending":            "Có sự kiện mới chưa kịp ghi vào sổ minh bạch; đây là việc bình thường khi hệ thống đang chạy.",
		"note-restored":           "Kho dữ liệu đã từng được khôi phục từ bản sao lưu; sự kiện ghi rõ những điểm kiểm tra bị lùi lại.",
		"note-behind-restore":     "Sổ minh bạch không dẫn đến điểm kiểm tra này vì đã khôi phục từ bản sao lưu cũ hơn; việc đó có ghi trong sổ. Hãy đối chiếu với người vận hành.",
		"note-key-unconfirmed":    "Chữ ký chỉ được kiểm bằng khóa tìm thấy cùng nơi với dữ liệu. Hãy chạy lại với khóa công khai nhận theo đường khác.",
		"note-no-checkpoint":      "Chưa có điểm kiểm tra nào.",
		"note-cannot-compare":     "Không so được điểm kiểm tra này với gói vì khác kích thước; hãy kiểm tra trên kho dữ liệu.",
		"note-not-sealed":         "Gói chưa kèm sự kiện niêm phong; các tệp không nêu sự kiện chỉ được kiểm bằng danh mục.",
		"note-checkpoint-pending": "Điểm kiểm tra mới chưa kịp ghi ra tệp.",
	}[code]
}

// reporter collects findings up to their limits.
type reporter struct {
	Report
	counts map[string]int
	noted  map[string]bool
}

func newReporter() *reporter {
	return &reporter{
		Report: Report{Findings: []Finding{}, Notes: []Finding{}, Counts: map[string]int64{}},
		counts: map[string]int{}, noted: map[string]bool{},
	}
}

// find records a finding.
func (r *reporter) find(code, where, detail string, args ...any) {
	if len(args) > 0 {
		detail = fmt.Sprintf(detail, args...)
	}
	r.add(Finding{Code: code, Where: where, Message: sentence(code), Detail: detail})
}

func (r *reporter) add(f Finding) {
	if r.counts[f.Code]++; r.counts[f.Code] > MaxFindings {
		if r.More == nil {
			r.More = map[string]int64{}
		}
		r.More[f.Code]++
		return
	}
	r.Findings = append(r.Findings, f)
}

// note records a thing to know, once for each place.
func (r *reporter) note(code, where, detail string) {
	if r.noted[code+" "+where] || len(r.Notes) >= MaxFindings {
		return
	}
	r.noted[code+" "+where] = true
	r.Notes = append(r.Notes, Finding{Code: code, Where: where, Message: sentence(code), Detail: detail})
}

// count adds to what was checked.
func (r *reporter) count(kind string, n int64) { r.Counts[kind] += n }

// done gives the report, its findings in a stable order.
func (r *reporter) done() Report {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		switch {
		case a.Code < b.Code:
			return -1
		case a.Code > b.Code:
			return 1
		}
		return 0
	})
	return r.Report
}

// instant writes a time for people who compare it with events.
func instant(t time.Time) string { return t.UTC().Format(evidence.TimeLayout) }
