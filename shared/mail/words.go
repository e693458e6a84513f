package mail

// linkRule says whether a template carries an acting link.
type linkRule int

const (
	noLink linkRule = iota
	mayLink
	needsLink
)

// wording is what a template says. Facts (number, campaign, due …) are set
// below the lead by Render.
type wording struct {
	subject string
	lead    string   // Vietnamese sentences
	english string   // one line; ""
	button  string   // label of the link
	then    string   // what to do where there is no link
	facts   []string // words shown besides the common ones
	link    linkRule
}

// taskEnglish is the English line of every mail that asks for a decision.
const taskEnglish = "A task is waiting for you. Opening the link decides nothing; you decide on the page, after signing in."

// openTasks is what to do in a mail about a task without a link.
const openTasks = "Hãy đăng nhập cổng và mở mục Việc của tôi."

// openDossier is what a unit does with news of its dossier.
const openDossier = "Hãy đăng nhập cổng và mở hồ sơ này để xem đầy đủ."

// wordingOf gives a template's words; false if there is no such template.
func wordingOf(template string) (wording, bool) {
	if w, ok := taskWording(template); ok {
		return w, true
	}
	if w, ok := unitWording(template); ok {
		return w, true
	}
	if w, ok := reportWording(template); ok {
		return w, true
	}
	return officeWording(template)
}

// taskWording has the templates that ask for a decision or speak of one.
func taskWording(template string) (wording, bool) {
	w := wording{english: taskEnglish, button: "Xem và quyết định", then: openTasks, link: mayLink}
	switch template {
	case TaskAppraisal:
		w.subject = "Mời thẩm định hồ sơ"
		w.lead = "Một hồ sơ đề nghị khen thưởng đang chờ ông/bà thẩm định."
	case TaskRecall:
		w.subject = "Đến ngày xem xét lại"
		w.lead = "Hồ sơ dưới đây có trường hợp đã được tạm dừng xét, nay đến ngày xem xét lại và đang chờ ông/bà quyết định."
	case TaskSelection:
		w.subject = "Mời xác nhận danh sách lựa chọn"
		w.lead = "Danh sách lựa chọn trong số lượng khen thưởng của đợt đã được chuẩn bị và đang chờ ông/bà xác nhận."
	case TaskEnding:
		w.subject = "Mời xác nhận kết thúc đợt không lựa chọn"
		w.lead = "Cơ quan thường trực đề nghị kết thúc đợt dưới đây mà không lựa chọn tập thể, cá nhân nào. Lý do có trên trang; đợt chỉ kết thúc khi ông/bà xác nhận."
	case TaskPrepare:
		w.subject = "Chuẩn bị danh sách lựa chọn"
		w.lead = "Đợt dưới đây đã hết hạn nhận hồ sơ. Khi các hồ sơ thẩm định xong, hãy xếp hạng và chuẩn bị danh sách lựa chọn để thủ trưởng cơ quan thường trực xác nhận."
		w.english, w.button, w.link = "A closed round waits for you to prepare its selection.", "", noLink
	case TaskReview:
		w.subject = "Mời thẩm định danh sách tổng hợp"
		w.lead = "Danh sách tổng hợp đề nghị khen thưởng của đợt đang chờ ông/bà thẩm định."
	case TaskEnter:
		w.subject = "Mời nhập quyết định khen thưởng"
		w.lead = "Danh sách đề nghị khen thưởng của đợt đã thẩm định xong. Khi quyết định được ký, hãy nhập số, ngày và bản PDF; người thứ hai sẽ đối chiếu và xác nhận."
	case TaskDecision:
		w.subject = "Mời xác nhận quyết định khen thưởng"
		w.lead = "Số, ngày và bản PDF của quyết định khen thưởng đã được nhập. Cần người thứ hai đối chiếu và xác nhận thì quyết định mới có hiệu lực trên hệ thống."
	case TaskEnterOne:
		w.subject = "Mời nhập quyết định khen thưởng đột xuất"
		w.lead = "Hồ sơ đề nghị khen thưởng đột xuất dưới đây đã thẩm định xong. Khi có ý kiến của người quyết định, hãy nhập số, ngày và bản PDF của quyết định, hoặc ghi lý do không khen thưởng, trả lại; người thứ hai sẽ đối chiếu và xác nhận."
	case TaskConfirmOne:
		w.subject = "Mời xác nhận kết quả khen thưởng đột xuất"
		w.lead = "Kết quả của hồ sơ đề nghị khen thưởng đột xuất dưới đây đã được nhập. Cần người thứ hai đối chiếu và xác nhận thì kết quả mới có hiệu lực trên hệ thống."
	case Reassigned:
		w.subject = "Chuyển việc cho ông/bà"
		w.lead = "Một việc vừa được chuyển cho ông/bà. Đường dẫn đã gửi cho người trước không còn dùng được."
	case Reminder:
		w.subject = "Nhắc việc sắp đến hạn"
		w.lead = "Việc dưới đây sắp đến hạn mà chưa có quyết định."
		w.english = "A task of yours is due soon. " + "Opening the link decides nothing."
	case TakenOff:
		w.subject = "Việc đã chuyển cho người khác"
		w.lead = "Việc dưới đây đã được chuyển cho người khác. Ông/bà không cần làm gì thêm; đường dẫn đã gửi không còn dùng được."
		w.english, w.button, w.link = "The task below was given to somebody else; nothing is left for you to do.", "", noLink
	case DecisionReceipt:
		w.subject = "Đã ghi nhận quyết định của ông/bà"
		w.lead = "Hệ thống đã ghi nhận quyết định của ông/bà. Nếu không phải ông/bà quyết định, hãy báo ngay cho cơ quan thường trực của đợt."
		w.english, w.button, w.link = "Your decision was recorded. If it was not you, tell the standing agency at once.", "", noLink
		w.facts = []string{DecidedAt, Evidence}
	default:
		return wording{}, false
	}
	return w, true
}

// unitWording has what units are told of their dossiers and duties.
func unitWording(template string) (wording, bool) {
	w := wording{then: openDossier}
	switch template {
	case Receipt:
		w.subject = "Đã tiếp nhận hồ sơ"
		w.lead = "Hồ sơ của đơn vị đã được tiếp nhận vào thời điểm ghi dưới đây. Thời điểm này là căn cứ tính hạn. Giấy tiếp nhận kèm mã băm từng tệp có trên trang hồ sơ."
		w.english = "Your dossier was received at the instant below."
		w.facts = []string{ReceivedAt, Files}
	case ReturnedToUnit:
		w.subject = "Hồ sơ được trả lại để bổ sung"
		w.lead = "Hồ sơ của đơn vị được trả lại để bổ sung. Trang hồ sơ ghi đủ từng lỗi, căn cứ và cách sửa. Lỗi nào đơn vị thấy không đúng thì ghi ý kiến, hồ sơ vẫn được chuyển tới người thẩm định."
		w.english = "Your dossier was returned. The dossier page lists every fault and how to mend it."
		w.facts = []string{Blocking}
	case LapsedNotice:
		w.subject = "Hồ sơ hết hạn bổ sung"
		w.lead = "Hồ sơ của đơn vị chưa được nộp lại trước hạn bổ sung nên không được xét tiếp trong đợt này."
		w.english = "Your dossier was not submitted again in time."
	case NotSubmittedNotice:
		w.subject = "Hồ sơ không nộp trong hạn"
		w.lead = "Hồ sơ đơn vị đang lập chưa được nộp khi hết hạn nên được ghi là không nộp. Khi đợt đã đóng và chưa xác nhận danh sách lựa chọn nào, đơn vị có thể đề nghị nộp muộn trên trang hồ sơ."
		w.english = "Your draft was not submitted by its deadline."
	case NeedsPerson:
		w.subject = "Có tài liệu cần người đọc"
		w.lead = "Trong hồ sơ đơn vị đang lập có tài liệu máy không đọc chắc chắn được. Trước khi nộp, hãy mở trang kiểm tra, xem trang giấy và nhập các mục còn để trống. Thư này chỉ gửi một lần cho mỗi lần lập hồ sơ."
		w.english = "A document of your draft could not be read with confidence; please fill in the open fields before you submit."
	case Result:
		w.subject = "Kết quả xét khen thưởng"
		w.lead = "Đã có kết quả xét đối với hồ sơ của đơn vị. Trang hồ sơ ghi kết quả và lý do của từng trường hợp."
		w.english = "The result of your dossier, with reasons, is on the dossier page."
		w.facts = []string{Outcome}
	case Changed:
		w.subject = "Hủy bỏ hoặc điều chỉnh kết quả khen thưởng"
		w.lead = "Kết quả khen thưởng trong hồ sơ của đơn vị được hủy bỏ hoặc điều chỉnh thông tin theo quyết định dưới đây. Trang hồ sơ ghi nội dung và lý do."
		w.english = "An award of your dossier was annulled or corrected by the decision below."
		w.facts = []string{Document}
	case LateAdmitted:
		w.subject = "Chấp nhận nộp hồ sơ muộn"
		w.lead = "Cơ quan thường trực chấp nhận để đơn vị nộp hồ sơ sau khi đợt đã đóng, đến hạn ghi dưới đây. Quá hạn, hồ sơ được ghi là không nộp."
		w.english = "Your late dossier is admitted until the instant below."
	case LateRefused:
		w.subject = "Không chấp nhận nộp hồ sơ muộn"
		w.lead = "Cơ quan thường trực không chấp nhận hồ sơ nộp sau khi đợt đã đóng. Lý do ghi trên trang hồ sơ."
		w.english = "Your late dossier is not admitted. The reason is on its page."
	case RoundOpened:
		w.subject = "Mở đợt nhận hồ sơ"
		w.lead = "Đợt xét khen thưởng dưới đây bắt đầu nhận hồ sơ."
		w.english = "A round is open for dossiers."
		w.then = "Hãy đăng nhập cổng để lập hồ sơ."
	case LineOpened:
		w.subject = "Nhận hồ sơ khen thưởng đột xuất"
		w.lead = "Từ nay đơn vị có thể đề nghị khen thưởng thành tích xuất sắc đột xuất trong phong trào dưới đây vào bất cứ lúc nào, ngoài số lượng của các đợt sơ kết, tổng kết."
		w.english = "Commendations for outstanding acts may be proposed at any time, outside the caps of the rounds."
		w.then = "Hãy đăng nhập cổng để lập hồ sơ."
	default:
		return wording{}, false
	}
	return w, true
}

// officeWording has sign-in and what the standing agency and auditors are told.
func officeWording(template string) (wording, bool) {
	switch template {
	case SignInCode:
		return wording{
			subject: "Mã đăng nhập",
			lead:    "Mã đăng nhập của ông/bà ở dưới đây. Mã dùng một lần, có giá trị 10 phút, chỉ trên trình duyệt vừa yêu cầu. Không đọc mã cho bất kỳ ai. Nếu ông/bà không đăng nhập, hãy bỏ qua thư này.",
			english: "Your sign-in code: good once, for 10 minutes, only in the browser that asked. Never give it to anybody.",
		}, true
	case Invitation:
		return wording{
			subject: "Mời sử dụng cổng hồ sơ khen thưởng", link: needsLink, button: "Nhận lời mời",
			lead:    "Ông/bà được cấp quyền sử dụng cổng hồ sơ khen thưởng. Mở đường dẫn dưới đây và bấm nút trên trang để nhận; đường dẫn dùng một lần.",
			english: "You are invited to the commendation portal. The link works once.",
			facts:   []string{RoleNames, UnitName},
		}, true
	case Overdue:
		return wording{
			subject: "Việc quá hạn",
			lead:    "Việc dưới đây đã quá hạn mà chưa có quyết định. Im lặng không phải là đồng ý: hồ sơ vẫn chờ cho tới khi có người quyết định. Có thể chuyển việc cho người khác trên bảng theo dõi của đợt.",
			english: "A task is overdue. It still waits for a decision; you may give it to somebody else.",
			then:    "Hãy đăng nhập cổng và mở bảng theo dõi của đợt.",
		}, true
	case WithdrawnNotice:
		return wording{
			subject: "Hồ sơ đã rút",
			lead:    "Hồ sơ dưới đây đã được rút. Việc đang chờ trên hồ sơ này (nếu có) không còn cần quyết định.",
			english: "The dossier below was withdrawn; nothing is left to decide on it.",
			then:    "Hãy đăng nhập cổng nếu muốn xem lại hồ sơ.",
		}, true
	case Unreachable:
		return wording{
			subject: "Có người không nhận được thư",
			lead:    "Thư gửi người dưới đây bị máy chủ nhận trả lại. Hãy kiểm tra địa chỉ hoặc chuyển việc cho người khác.",
			english: "Mails to the person below come back. Check the address or reassign the tasks.",
			then:    "Hãy đăng nhập cổng và mở trang người dùng.",
			facts:   []string{PersonName},
		}, true
	case ChangeAsked:
		return wording{
			subject: "Mời xác nhận hủy bỏ, điều chỉnh khen thưởng",
			lead:    "Một đề nghị hủy bỏ hoặc điều chỉnh thông tin khen thưởng đã được nhập theo quyết định dưới đây. Cần người thứ hai đối chiếu và xác nhận.",
			english: "An annulment or correction waits for a second person.",
			then:    "Hãy đăng nhập cổng và mở trang hủy bỏ, điều chỉnh của đợt.",
			facts:   []string{Document},
		}, true
	case ErasureAsked:
		return wording{
			subject: "Mời xác nhận xóa nội dung cá nhân",
			lead:    "Một đề nghị xóa nội dung cá nhân đã được nhập theo văn bản dưới đây. Việc xóa không thể hoàn lại và chỉ thực hiện khi thủ trưởng cơ quan thường trực xác nhận.",
			english: "An erasure of personal text waits for your confirmation. It cannot be undone.",
			then:    "Hãy đăng nhập cổng và mở trang xóa nội dung cá nhân của đợt.",
			facts:   []string{Document},
		}, true
	case BulkReading:
		return wording{
			subject: "Có người xem rất nhiều hồ sơ",
			lead:    "Người dưới đây vừa xem hơn 200 hồ sơ trong 10 phút. Hãy hỏi lý do; nếu tài khoản bị người khác dùng, hãy khóa ngay trên trang người dùng.",
			english: "The person below looked at more than 200 dossiers within ten minutes.",
			then:    "Hãy đăng nhập cổng và mở trang người dùng.",
			facts:   []string{PersonName},
		}, true
	case LateAsked:
		return wording{
			subject: "Đề nghị nộp hồ sơ muộn",
			lead:    "Một đơn vị đề nghị được nộp hồ sơ sau khi đợt đã đóng. Hãy chấp nhận kèm hạn nộp riêng, hoặc từ chối, và ghi lý do.",
			english: "A unit asks to be admitted after the window.",
			then:    "Hãy đăng nhập cổng và mở hồ sơ.",
		}, true
	case CapsAmended:
		return wording{
			subject: "Điều chỉnh số lượng khen thưởng của đợt",
			lead:    "Số lượng khen thưởng của đợt vừa được điều chỉnh theo văn bản dưới đây. Sổ theo dõi số lượng của đợt ghi mức trước và sau.",
			english: "The round's caps were changed by the document below. The round's ledger shows before and after.",
			then:    "Hãy đăng nhập cổng và mở sổ theo dõi số lượng của đợt.",
			facts:   []string{Document},
		}, true
	case Checkpoint:
		return wording{
			subject: "Điểm kiểm tra nhật ký",
			lead:    "Dưới đây là điểm kiểm tra đã ký của nhật ký. Hãy lưu thư này ở nơi khác: sau này lệnh hoso verify --checkpoint đối chiếu nhật ký với điểm kiểm tra này.",
			english: "A signed checkpoint of the log. Keep this mail elsewhere; hoso verify --checkpoint compares the log with it.",
			facts:   []string{Evidence},
		}, true
	}
	return wording{}, false
}

// factName is the Vietnamese name of a word shown as a fact.
func factName(word string) string {
	return map[string]string{
		Number: "Hồ sơ số", Campaign: "Phong trào", RoundName: "Đợt", Step: "Bước",
		RoleNames: "Vai trò", UnitName: "Đơn vị", Files: "Số tệp", Blocking: "Số lỗi phải sửa",
		ReceivedAt: "Tiếp nhận lúc", DecidedAt: "Ghi nhận lúc", Outcome: "Kết quả", PersonName: "Họ tên", Document: "Văn bản",
		ReportYear: "Báo cáo năm", Missing: "Số đơn vị chưa báo cáo",
	}[word]
}
