package player

// script is the play, line by line.
func script() []step {
	return []step{
		{"Người vận hành vào cổng", enter},
		{"Lập đơn vị và tài khoản, gửi thư mời", enrol},
		{"Mọi người nhận lời mời và đăng nhập bằng mã trong thư", accept},
		{"Quản trị mở đợt sơ kết: 2 tập thể, 3 cá nhân", openRound},
		{"Bảy đơn vị lập hồ sơ, tải tệp lên kho, xem lỗi và nộp", sendAll},
		{"Ba Bể nhận thư trả lại, sửa đủ lỗi và nộp lại", correct},
		{"Hai người thẩm định quyết định từng hồ sơ từ thư", appraiseAll},
		{"Hết hạn nhận hồ sơ", closeIntake},
		{"Thử chọn quá số lượng: cổng từ chối", tooMany},
		{"Quản trị chuẩn bị danh sách lựa chọn", prepareSelection},
		{"Giám đốc Sở xác nhận: giữ chỗ", confirm},
		{"Ngân Sơn rút sau khi được chọn: chỗ trống trở lại", withdrawSelected},
		{"Chỗ trống chuyển cho người kế tiếp", nextInOrder},
		{"Sở Nội vụ thẩm định danh sách tổng hợp", reviewList},
		{"Văn thư nhập quyết định của Chủ tịch", enterDecision},
		{"Văn thư thứ hai đối chiếu và xác nhận", confirmDecision},
		{"Các đơn vị nhận kết quả kèm lý do", results},
		{"Ai quyết định cũng có thư ghi nhận; không thư nào có tên người được đề nghị", receipts},
		{"Không ai xem được việc của người khác", strangers},
		{"Thanh tra tìm không dấu, xem lịch sử, tải gói lưu trữ", audit},
		{"Kết quả", table},
	}
}
