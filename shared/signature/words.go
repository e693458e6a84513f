package signature

import "hoso/shared/reading"

// Codes of why a signature is not accepted, besides reading.SignatureEmpty.
// Codes are only ever added.
const (
	CodeAltered        = "signature-altered"         // the bytes are not those that were signed
	CodeRewritten      = "signature-rewritten"       // the file was written anew by a program
	CodeBroken         = "signature-broken"          // the signature is not the certificate's work
	CodeRange          = "signature-range"           // the ranges leave out more or less than the signature
	CodeFormat         = "signature-format"          // not a signature of a known kind
	CodeNoCertificate  = "signature-no-certificate"  // nobody knows whose it is
	CodeUntrusted      = "signature-untrusted"       // no way to an anchor
	CodeExpired        = "signature-expired"         // not valid any more when it was used
	CodeEarly          = "signature-early"           // not valid yet when it was used
	CodeRevoked        = "signature-revoked"         // taken back before it was used
	CodeWeak           = "signature-weak"            // hash or key too weak
	CodeWeakChain      = "signature-weak-chain"      // certificate vouched for by a weak hash
	CodeUnfit          = "signature-unfit"           // certificate not made for signing
	CodeNoTime         = "signature-no-time"         // nobody says when
	CodeStampBroken    = "signature-stamp-broken"    // its time stamp does not hold
	CodeStampUntrusted = "signature-stamp-untrusted" // a time stamp by nobody known
	CodeEarlier        = "signature-earlier"         // others signed after it
	CodeAdded          = "signature-added-after"     // forms, notes were added after it
	CodeChanged        = "signature-changed-after"   // pages changed after it
	CodeNotPermitted   = "signature-not-permitted"   // changed against the certifying signature
)

// Codes of what else is to be known; they lower no verdict.
const (
	NoteCopy              = "signature-copy"
	NoteTimeClaimed       = "signature-time-claimed"
	NoteRevocationUnknown = "signature-revocation-unknown"
	NoteStampUntrusted    = "signature-time-untrusted"
	NoteStampWeak         = "signature-time-weak"
)

type words struct {
	verdict reading.Verdict
	vi, en  string
}

// Codes lists every code, so that catalogs can be compared with it.
func Codes() []string {
	return []string{
		reading.SignatureEmpty, CodeAltered, CodeRewritten, CodeBroken, CodeRange, CodeFormat, CodeNoCertificate, CodeUntrusted,
		CodeExpired, CodeEarly, CodeRevoked, CodeWeak, CodeWeakChain, CodeUnfit, CodeNoTime, CodeStampBroken, CodeStampUntrusted,
		CodeEarlier, CodeAdded, CodeChanged, CodeNotPermitted, NoteCopy, NoteTimeClaimed, NoteRevocationUnknown, NoteStampUntrusted, NoteStampWeak,
	}
}

// wordsOf gives verdict and sentences of a code. A switch, not a map: the
// reader is a short-lived process and pays for every table it builds at start.
func wordsOf(code string) words {
	switch code {
	case reading.SignatureEmpty:
		return words{reading.Reject, "Ô chữ ký số được chuẩn bị sẵn nhưng chưa có chữ ký; hãy ký số rồi gửi lại.", "The signature field is empty: nothing was signed. Sign the document and send it again."}
	case CodeAltered:
		return words{reading.Reject, "Nội dung tệp đã bị sửa sau khi ký số; hãy gửi lại bản gốc đã ký.", "The bytes were altered after signing. Send the signed original."}
	case CodeRewritten:
		return words{reading.Reject, "Tệp đã được một phần mềm PDF ghi lại sau khi ký nên chữ ký số không còn kiểm chứng được (chưa phải dấu hiệu giả mạo); hãy gửi đúng tệp nhận được từ hệ thống ký.", "A PDF program wrote the file anew after signing, so the signature can no longer be verified; that alone is no forgery. Send the very file that the signing system gave."}
	case CodeBroken:
		return words{reading.Reject, "Chữ ký số không phải do chứng thư đi kèm tạo ra; không thể tin chữ ký này.", "The signature is not the work of its certificate: it cannot be believed."}
	case CodeRange:
		return words{reading.Reject, "Chữ ký số chừa ra phần tệp ngoài chính nó, phần ấy có thể bị thay mà không ai biết; hãy ký lại bằng phần mềm ký số thông dụng.", "The signature leaves out more of the file than itself; that part could be replaced unseen. Sign again with ordinary signing software."}
	case CodeFormat:
		return words{reading.Reject, "Chữ ký số có dạng không hỗ trợ nên không kiểm tra được; hãy ký lại theo chuẩn PAdES với SHA-256.", "The signature is of an unsupported kind and was not verified. Sign again by PAdES with SHA-256."}
	case CodeNoCertificate:
		return words{reading.Reject, "Chữ ký số không kèm chứng thư của người ký nên không biết ai ký; hãy ký lại và kèm chứng thư.", "The signer's certificate is missing, so nobody knows who signed. Sign again with the certificate included."}
	case CodeUntrusted:
		return words{reading.Reject, "Chứng thư của người ký không dẫn về tổ chức chứng thực nào được hệ thống này tin cậy; hãy ký bằng chứng thư chuyên dùng công vụ hoặc của tổ chức được cấp phép.", "The signer's certificate leads to no authority that is trusted here. Sign with a government certificate or one of a licensed authority."}
	case CodeExpired:
		return words{reading.Reject, "Chứng thư của người ký đã hết hạn vào lúc ký; hãy gia hạn chứng thư rồi ký lại.", "The signer's certificate had expired when it was used. Renew it and sign again."}
	case CodeEarly:
		return words{reading.Reject, "Thời điểm ký được khai trước ngày chứng thư có hiệu lực; hãy kiểm tra đồng hồ máy ký rồi ký lại.", "The stated time of signing is before the certificate became valid. Check the signing machine's clock and sign again."}
	case CodeRevoked:
		return words{reading.Reject, "Chứng thư của người ký đã bị thu hồi trước khi ký; hãy ký lại bằng chứng thư còn hiệu lực.", "The signer's certificate had been revoked before it was used. Sign again with a valid one."}
	case CodeWeak:
		return words{reading.Reject, "Chữ ký số dùng thuật toán băm hoặc khóa quá yếu (SHA-1, MD5, RSA dưới 2048 bit) nên không còn được chấp nhận; hãy ký lại với SHA-256.", "The signature uses a hash or key that is too weak (SHA-1, MD5, RSA below 2048 bits). Sign again with SHA-256."}
	case CodeWeakChain:
		return words{reading.Reject, "Chứng thư của người ký được cấp bằng thuật toán SHA-1 hoặc MD5 nên không còn được chấp nhận; hãy xin chứng thư mới rồi ký lại.", "The signer's certificate was issued over SHA-1 or MD5 and is not accepted any more. Get a new one and sign again."}
	case CodeUnfit:
		return words{reading.Reject, "Chứng thư này không được cấp để ký văn bản; hãy dùng chứng thư ký số.", "This certificate was not issued for signing documents. Use a signing certificate."}
	case CodeNoTime:
		return words{reading.Review, "Chữ ký số không cho biết thời điểm ký, cũng không có dấu thời gian; cần người xem xét.", "The signature states no time and carries no time stamp; a person has to decide."}
	case CodeStampBroken:
		return words{reading.Review, "Dấu thời gian kèm chữ ký không khớp với chữ ký; cần người xem xét.", "The time stamp does not belong to the signature; a person has to decide."}
	case CodeStampUntrusted:
		return words{reading.Review, "Dấu thời gian do bên chưa được tin cậy cấp.", "The time stamp comes from nobody trusted here."}
	case CodeEarlier:
		return words{reading.Review, "Chữ ký này xác nhận bản trước khi có các chữ ký sau; nội dung trang không đổi từ đó.", "This signature covers the version before the later signatures; the pages have not changed since."}
	case CodeAdded:
		return words{reading.Review, "Sau chữ ký này có điền biểu mẫu, ghi chú hoặc dấu được thêm vào tệp; hãy xem phần thêm đó.", "Forms were filled in or notes and stamps added after this signature. Look at what was added."}
	case CodeChanged:
		return words{reading.Reject, "Nội dung trang đã thay đổi sau chữ ký này: chữ ký chỉ xác nhận bản trước; hãy gửi bản đã ký hoặc ký lại bản mới.", "The pages changed after this signature: it covers an earlier version only. Send the signed version or sign the new one."}
	case CodeNotPermitted:
		return words{reading.Reject, "Tệp bị thay đổi trái với mức cho phép mà người ký xác thực đã đặt; hãy gửi lại bản gốc đã ký.", "The file was changed against what the certifying signature permits. Send the signed original."}
	case NoteCopy:
		return words{reading.Accept, "Chữ ký này chứng thực bản sao (bản quét hoặc bản trên cổng), không phải chữ ký của người soạn văn bản.", "This signature vouches for a copy (a scan or a portal's file), not for the document's author."}
	case NoteTimeClaimed:
		return words{reading.Accept, "Thời điểm ký do máy của người ký khai, không có dấu thời gian chứng minh.", "The time of signing is what the signer's machine says; no time stamp proves it."}
	case NoteRevocationUnknown:
		return words{reading.Accept, "Không có dữ liệu để biết chứng thư có bị thu hồi hay không.", "There is nothing to tell by whether the certificate was revoked."}
	case NoteStampUntrusted:
		return words{reading.Accept, "Dấu thời gian kèm chữ ký do bên chưa được tin cậy cấp nên không dùng.", "The signature's time stamp comes from nobody trusted here and was not used."}
	case NoteStampWeak:
		return words{reading.Accept, "Dấu thời gian kèm chữ ký dùng thuật toán yếu nên không dùng.", "The signature's time stamp uses a weak algorithm and was not used."}
	}
	return words{reading.Review, "Chữ ký số có điều bất thường; cần người xem xét.", "Something about the signature is odd; a person has to decide."}
}

func verdictOf(code string) reading.Verdict { return wordsOf(code).verdict }

// Sentence says in Vietnamese what a code means and what to do.
func Sentence(code string) string { return wordsOf(code).vi }

// English says the same in English.
func English(code string) string { return wordsOf(code).en }
