package reading

import (
	"fmt"

	"hoso/shared/fault"
)

// Severity says what a problem of a file means for its dossier.
type Severity string

const (
	// Refuse: the file cannot be used; the unit must send another.
	Refuse Severity = "refuse"
	// Ask: a person has to look before what was read may be relied on.
	Ask Severity = "ask"
	// Note: worth knowing, nothing to do.
	Note Severity = "note"
)

// Problem is something wrong or odd about a file. Code is stable, for
// programs; Message is one Vietnamese sentence that says what to do.
type Problem struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
	Page     int      `json:"page,omitempty"` // from 1; 0 for the whole file
}

// Problem codes. Codes are only ever added.
const (
	CodeEmpty         = "file-empty"
	CodeNotPDF        = "file-not-pdf"
	CodeTooBig        = "file-too-big"
	CodeTruncated     = "file-truncated"
	CodeDamaged       = "file-damaged"
	CodeRepaired      = "file-repaired"
	CodeIncomplete    = "file-incomplete"
	CodeTwoFiles      = "file-two-documents"
	CodePadded        = "file-padded"
	CodePassword      = "file-password"
	CodeEncryption    = "file-encryption"
	CodeRestricted    = "file-restricted"
	CodeTooComplex    = "file-too-complex"
	CodeTooManyPages  = "file-too-many-pages"
	CodeNoPages       = "file-no-pages"
	CodePageSize      = "page-size"
	CodePageDamaged   = "page-damaged"
	CodeXFA           = "file-xfa"
	CodeJavaScript    = "active-javascript"
	CodeLaunch        = "active-launch"
	CodeSubmitForm    = "active-submit-form"
	CodeRemote        = "active-remote"
	CodeMedia         = "active-media"
	CodeAttachment    = "active-attachment"
	CodeExternal      = "active-external-stream"
	CodePageScan      = "page-scan"
	CodePageOCR       = "page-ocr-layer"
	CodePageUnmapped  = "page-unmapped"
	CodePageMixed     = "page-mixed"
	CodePageEmpty     = "page-empty"
	CodeBlank         = "file-blank"
	CodeHiddenText    = "text-hidden"
	CodeWhiteText     = "text-white"
	CodeOutsideText   = "text-outside"
	CodeCoveredText   = "text-covered"
	CodeLayerText     = "text-layer-off"
	CodeUnknownLetter = "text-unknown-letters"
	CodeFalseMap      = "text-false-map"
	CodeOddLetters    = "text-odd-letters"
	CodeLegacyGuess   = "text-legacy-guess"
	CodeSecret        = "secret-mark"
	CodeTimeout       = "read-timeout"
	CodeMemory        = "read-memory"
	CodeCrash         = "read-crash"
	CodeOutput        = "read-output"
	CodeBadCorrection = "correction-void"
)

// Codes lists every problem code.
func Codes() []string {
	return []string{
		CodeEmpty,
		CodeNotPDF,
		CodeTooBig,
		CodeTruncated,
		CodeDamaged,
		CodeRepaired,
		CodeIncomplete,
		CodeTwoFiles,
		CodePadded,
		CodePassword,
		CodeEncryption,
		CodeRestricted,
		CodeTooComplex,
		CodeTooManyPages,
		CodeNoPages,
		CodePageSize,
		CodePageDamaged,
		CodeXFA,
		CodeJavaScript,
		CodeLaunch,
		CodeSubmitForm,
		CodeRemote,
		CodeMedia,
		CodeAttachment,
		CodeExternal,
		CodePageScan,
		CodePageOCR,
		CodePageUnmapped,
		CodePageMixed,
		CodePageEmpty,
		CodeBlank,
		CodeHiddenText,
		CodeWhiteText,
		CodeOutsideText,
		CodeCoveredText,
		CodeLayerText,
		CodeUnknownLetter,
		CodeFalseMap,
		CodeOddLetters,
		CodeLegacyGuess,
		CodeSecret,
		CodeSecretDoubt,
		CodeTimeout,
		CodeMemory,
		CodeCrash,
		CodeOutput,
		CodeBadCorrection,
	}
}

// template is the severity and the sentence of a code. A sentence with a
// verb takes the detail given to NewProblem.
type template struct {
	severity Severity
	sentence string
}

// templateOf gives the template of a code. A switch, not a map: the reader is
// a short-lived process and pays for every table it builds at start.
func templateOf(code string) template {
	switch code {
	case CodeEmpty:
		return template{Refuse, "Tệp rỗng, không có dữ liệu; hãy chọn lại tệp PDF và tải lên lần nữa."}
	case CodeNotPDF:
		return template{Refuse, "Đây không phải tệp PDF mà là %s; hãy xuất hoặc quét văn bản ra PDF rồi tải lên lại."}
	case CodeTooBig:
		return template{Refuse, "Tệp lớn hơn mức cho phép (%s); hãy quét lại ở độ phân giải 200–300 dpi hoặc tách tệp."}
	case CodeTruncated:
		return template{Refuse, "Tệp bị cắt cụt, thiếu phần cuối; hãy tải lên lại từ bản gốc."}
	case CodeDamaged:
		return template{Refuse, "Tệp PDF bị hỏng nên không đọc được; hãy mở bằng phần mềm xem PDF, in lại ra PDF rồi tải lên."}
	case CodeRepaired:
		return template{Ask, "Cấu trúc tệp PDF có lỗi và đã được đọc theo cách khôi phục; hãy đối chiếu kỹ nội dung đọc được với bản gốc."}
	case CodeIncomplete:
		return template{Ask, "Tệp bị cắt cụt, thiếu phần cuối; phần còn lại vẫn được đọc nhưng có thể thiếu nội dung, hãy tải lên lại từ bản gốc."}
	case CodeTwoFiles:
		return template{Refuse, "Tệp chứa hai tài liệu PDF nối liền nhau, mỗi phần mềm có thể hiện một bản khác; hãy xuất lại thành một tệp PDF duy nhất."}
	case CodePadded:
		return template{Ask, "Tệp có dữ liệu lạ nằm trước hoặc sau nội dung PDF; hãy đối chiếu với bản gốc."}
	case CodePassword:
		return template{Refuse, "Tệp được đặt mật khẩu mở nên không đọc được; hãy bỏ mật khẩu rồi tải lên lại."}
	case CodeEncryption:
		return template{Refuse, "Tệp được mã hóa theo cách không hỗ trợ (%s); hãy lưu lại bản không mã hóa rồi tải lên."}
	case CodeRestricted:
		return template{Note, "Tệp có đặt hạn chế quyền (in, sao chép) nhưng vẫn đọc được."}
	case CodeTooComplex:
		return template{Refuse, "Tệp quá phức tạp để đọc an toàn (%s); hãy in lại ra PDF rồi tải lên."}
	case CodeTooManyPages:
		return template{Refuse, "Tệp có quá nhiều trang (%s); hãy tách thành các tệp nhỏ hơn."}
	case CodeNoPages:
		return template{Refuse, "Tệp PDF không có trang nào; hãy xuất lại văn bản ra PDF rồi tải lên."}
	case CodePageSize:
		return template{Refuse, "Trang có kích thước bất thường (%s); hãy in lại văn bản ra khổ A4."}
	case CodePageDamaged:
		return template{Ask, "Một phần nội dung của trang bị lỗi nên có thể đọc thiếu; hãy đối chiếu với bản gốc."}
	case CodeXFA:
		return template{Refuse, "Tệp là biểu mẫu động (XFA), nội dung chỉ hiện trong phần mềm riêng; hãy in ra PDF rồi tải lên."}
	case CodeJavaScript:
		return template{Refuse, "Tệp có mã lệnh JavaScript nên không được nhận; hãy in lại ra PDF rồi tải lên."}
	case CodeLaunch:
		return template{Refuse, "Tệp có lệnh mở chương trình khác nên không được nhận; hãy in lại ra PDF rồi tải lên."}
	case CodeSubmitForm:
		return template{Refuse, "Tệp có lệnh gửi hoặc nạp dữ liệu biểu mẫu nên không được nhận; hãy in lại ra PDF rồi tải lên."}
	case CodeRemote:
		return template{Refuse, "Tệp có liên kết tự mở tệp khác trên máy hoặc trên mạng nên không được nhận; hãy in lại ra PDF rồi tải lên."}
	case CodeMedia:
		return template{Refuse, "Tệp có nhúng âm thanh, phim hoặc nội dung ba chiều nên không được nhận; hãy in lại ra PDF rồi tải lên."}
	case CodeAttachment:
		return template{Refuse, "Tệp có đính kèm tệp khác bên trong nên không được nhận; hãy gửi riêng từng tệp PDF."}
	case CodeExternal:
		return template{Refuse, "Tệp lấy nội dung từ một tệp khác bên ngoài nên không được nhận; hãy in lại ra PDF rồi tải lên."}
	case CodePageScan:
		return template{Ask, "Trang là ảnh quét, chưa có chữ để máy đọc; cần người đọc và nhập các thông tin."}
	case CodePageOCR:
		return template{Ask, "Trang là ảnh quét có lớp chữ ẩn do máy quét tạo, không dùng được; cần người đọc và nhập các thông tin."}
	case CodePageUnmapped:
		return template{Ask, "Phông chữ của trang không cho biết chữ thật nên máy không đọc được; cần người đọc và nhập các thông tin."}
	case CodePageMixed:
		return template{Ask, "Trang vừa có chữ vừa có ảnh lớn, phần trong ảnh chưa được đọc; hãy xem ảnh của trang."}
	case CodePageEmpty:
		return template{Note, "Trang trống, không có nội dung."}
	case CodeBlank:
		return template{Ask, "Mọi trang của tệp đều trống; hãy kiểm tra và tải lên bản có nội dung."}
	case CodeHiddenText:
		return template{Ask, "Trang có chữ ẩn không hiện khi xem, chữ đó không được dùng; hãy đối chiếu với hình ảnh trang."}
	case CodeWhiteText:
		return template{Ask, "Trang có chữ trùng màu nền không nhìn thấy được, chữ đó không được dùng; hãy đối chiếu với hình ảnh trang."}
	case CodeOutsideText:
		return template{Ask, "Trang có chữ nằm ngoài phần nhìn thấy, chữ đó không được dùng; hãy đối chiếu với hình ảnh trang."}
	case CodeCoveredText:
		return template{Ask, "Trang có chữ bị hình hoặc mảng màu che khuất, chữ đó không được dùng; hãy đối chiếu với hình ảnh trang."}
	case CodeLayerText:
		return template{Ask, "Trang có lớp nội dung đang tắt, chữ trong lớp đó không được dùng; hãy đối chiếu với hình ảnh trang."}
	case CodeUnknownLetter:
		return template{Ask, "Trang có chữ mà phông chữ không cho biết là chữ gì (hiện bằng dấu �); hãy đối chiếu với hình ảnh trang."}
	case CodeFalseMap:
		return template{Ask, "Phông chữ của trang khai chữ khác với chữ được vẽ ra; hãy đối chiếu với hình ảnh trang."}
	case CodeOddLetters:
		return template{Ask, "Văn bản có ký tự lạ hoặc chữ cái giả dạng (%s); hãy đối chiếu tên và số hiệu với hình ảnh trang."}
	case CodeLegacyGuess:
		return template{Ask, "Trang dùng bộ mã chữ Việt cũ mà phông chữ không nói rõ; chữ được giải mã theo suy đoán, hãy đối chiếu."}
	case CodeSecret:
		return template{Refuse, "Văn bản có dấu độ mật (%s) nên đã dừng lại, không lưu chữ nào của tệp; hãy gỡ tệp khỏi hồ sơ, báo người phụ trách bảo mật và gửi theo đường quy định cho tài liệu mật."}
	case CodeSecretDoubt:
		return template{Ask, "Tệp có thể mang dấu độ mật (%s) nên đã dừng lại, không lưu chữ nào của tệp; nếu là tài liệu mật hãy gỡ tệp và gửi theo đường quy định, nếu không hãy nhập các thông tin bên cạnh ảnh của trang."}
	case CodeTimeout:
		return template{Refuse, "Đọc tệp quá thời gian cho phép; hãy in lại ra PDF rồi tải lên."}
	case CodeMemory:
		return template{Refuse, "Đọc tệp cần nhiều bộ nhớ hơn mức cho phép; hãy in lại ra PDF rồi tải lên."}
	case CodeCrash:
		return template{Refuse, "Chương trình đọc dừng đột ngột khi gặp tệp này; hãy in lại ra PDF rồi tải lên."}
	case CodeOutput:
		return template{Refuse, "Kết quả đọc tệp lớn hơn mức cho phép; hãy tách tệp thành các tệp nhỏ hơn."}
	case CodeBadCorrection:
		return template{Note, "Có giá trị sửa tay không dùng được (%s)."}
	}
	return template{Ask, "Có điều bất thường khi đọc tệp; hãy đối chiếu với bản gốc."}
}

// NewProblem makes the problem of a code. Detail fills the sentence where it
// has a place for it and is ignored where it has none; it must not quote the
// document at length.
func NewProblem(code string, page int, detail string) Problem {
	t := templateOf(code)
	msg := t.sentence
	if hasVerb(msg) {
		msg = fmt.Sprintf(msg, detail)
	}
	return Problem{Code: code, Severity: t.severity, Message: msg, Page: page}
}

func hasVerb(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '%' && s[i+1] == 's' {
			return true
		}
	}
	return false
}

// Refusal gives the first problem for which the file cannot be used.
func (r *Reading) Refusal() (Problem, bool) {
	for _, p := range r.Problems {
		if p.Severity == Refuse {
			return p, true
		}
	}
	return Problem{}, false
}

// Fault gives a refusing problem as an error of kind Unreadable.
func (p Problem) Fault(op string) *fault.Error {
	return &fault.Error{Kind: fault.Unreadable, Op: op, Code: p.Code, Public: p.Message}
}

// Add appends a problem unless the same code stands there for the same page.
func (r *Reading) Add(p Problem) {
	for _, q := range r.Problems {
		if q.Code == p.Code && q.Page == p.Page {
			return
		}
	}
	r.Problems = append(r.Problems, p)
}
