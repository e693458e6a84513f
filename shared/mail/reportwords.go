package mail

// reportWording has what is told of the yearly reports of results.
func reportWording(template string) (wording, bool) {
	w := wording{then: "Hãy đăng nhập cổng và mở mục Báo cáo năm.", facts: []string{ReportYear}}
	switch template {
	case ReportDue:
		w.subject = "Báo cáo kết quả phong trào thi đua"
		w.lead = "Đơn vị phải báo cáo kết quả thực hiện phong trào thi đua của năm dưới đây. Có thể nhập số liệu ngay trên cổng hoặc tải lên báo cáo bằng PDF."
		w.english = "Your unit owes the yearly report of the campaign's results."
	case ReportReminder:
		w.subject = "Nhắc báo cáo kết quả phong trào thi đua"
		w.lead = "Sắp đến hạn báo cáo kết quả thực hiện phong trào thi đua mà cổng chưa nhận được báo cáo của đơn vị."
		w.english = "The yearly report of your unit is due soon."
	case ReportOverdue:
		w.subject = "Quá hạn báo cáo kết quả phong trào thi đua"
		w.lead = "Đã quá hạn mà cổng chưa nhận được báo cáo của đơn vị. Đơn vị vẫn gửi được; báo cáo được ghi là gửi sau hạn."
		w.english = "The yearly report of your unit is overdue; it can still be sent, and is marked late."
	case ReportReceipt:
		w.subject = "Đã nhận báo cáo kết quả phong trào thi đua"
		w.lead = "Cổng đã nhận báo cáo của đơn vị vào thời điểm ghi dưới đây. Giấy tiếp nhận kèm mã băm có trên trang báo cáo."
		w.english = "The yearly report of your unit was received at the instant below."
		w.facts = []string{ReportYear, Document, ReceivedAt}
	case ReportMissing:
		w.subject = "Đến hạn báo cáo năm: các đơn vị chưa báo cáo"
		w.lead = "Đã đến hạn báo cáo kết quả phong trào thi đua. Trang báo cáo năm ghi đơn vị nào đã gửi, gửi muộn hoặc chưa gửi, và cho xuất bảng tổng hợp."
		w.english = "The yearly reports are due; the page shows who has reported."
		w.facts = []string{ReportYear, Missing}
	default:
		return wording{}, false
	}
	return w, true
}
