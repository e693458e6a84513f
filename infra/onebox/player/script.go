package player

// Mark names a point of the play at which others may look around.
type Mark string

// Marks, in order of the play.
const (
	Enrolled  Mark = "enrolled"  // everybody has signed in
	Opened    Mark = "opened"    // the round takes dossiers
	Sent      Mark = "sent"      // every dossier was submitted once; one is back at its unit
	Appraised Mark = "appraised" // every dossier is through appraisal
	Prepared  Mark = "prepared"  // a selection waits for the head
	Listed    Mark = "listed"    // the list waits for review
	Reviewed  Mark = "reviewed"  // the decision is to be entered
	Entered   Mark = "entered"   // the decision waits for the second clerk
	Ended     Mark = "ended"     // every dossier has its outcome
)

// script is the play, line by line.
func script() []step {
	return []step{
		{"", "Người vận hành vào cổng", enter},
		{"", "Lập đơn vị và tài khoản, gửi thư mời", enrol},
		{Enrolled, "Mọi người nhận lời mời và đăng nhập bằng mã trong thư", accept},
		{Opened, "Quản trị mở đợt sơ kết: 2 tập thể, 3 cá nhân", openRound},
		{Sent, "Bảy đơn vị lập hồ sơ, tải tệp lên kho, xem lỗi và nộp", sendAll},
		{"", "Ba Bể nhận thư trả lại, sửa đủ lỗi và nộp lại", correct},
		{Appraised, "Hai người thẩm định quyết định từng hồ sơ từ thư", appraiseAll},
		{"", "Hết hạn nhận hồ sơ", closeIntake},
		{"", "Thử chọn quá số lượng: cổng từ chối", tooMany},
		{Prepared, "Quản trị chuẩn bị danh sách lựa chọn", prepareSelection},
		{"", "Giám đốc Sở xác nhận: giữ chỗ", confirm},
		{"", "Ngân Sơn rút sau khi được chọn: chỗ trống trở lại", withdrawSelected},
		{Listed, "Chỗ trống chuyển cho người kế tiếp", nextInOrder},
		{Reviewed, "Sở Nội vụ thẩm định danh sách tổng hợp", reviewList},
		{Entered, "Văn thư nhập quyết định của Chủ tịch", enterDecision},
		{"", "Văn thư thứ hai đối chiếu và xác nhận", confirmDecision},
		{"", "Các đơn vị nhận kết quả kèm lý do", results},
		{"", "Ai quyết định cũng có thư ghi nhận; không thư nào có tên người được đề nghị", receipts},
		{"", "Không ai xem được việc của người khác", strangers},
		{Ended, "Thanh tra tìm không dấu, xem lịch sử, tải gói lưu trữ", audit},
		{"", "Kết quả", table},
	}
}
