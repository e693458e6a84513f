package archive

import (
	"maps"
	"slices"

	"hoso/shared/evidence"
)

// eventNames are the event types in Vietnamese, for the page of a package.
var eventNames = map[string]string{
	"dossier.opened": "Mở hồ sơ", "document.expected": "Chuẩn bị nhận tệp", "document.stored": "Nhận tệp",
	"document.pinned": "Ghim bản tệp và mã băm", "document.read": "Đọc tệp", "document.refused": "Từ chối tệp",
	"document.recognized": "Nhận dạng chữ trang quét", "document.left-to-person": "Chuyển người đọc", "document.given-up": "Máy không đọc được, chuyển người đọc", "document.corrected": "Sửa giá trị đọc được", "document.placed": "Xếp loại tệp",
	"document.removed": "Bỏ tệp", "document.secret-removed": "Xóa tệp mang dấu độ mật", "document.never-came": "Đóng chỗ chờ tệp", "dossier.submitted": "Nộp hồ sơ",
	"dossier.judged": "Kiểm tra hồ sơ", "appraisal.asked": "Giao thẩm định", "appraisal.decided": "Quyết định thẩm định", "appraisal.recalled": "Đến ngày xem xét lại",
	"task.reminded": "Nhắc việc", "task.overdue": "Quá hạn", "task.reassigned": "Giao lại việc", "dossier.selected": "Được lựa chọn",
	"dossier.reviewed": "Kết quả thẩm định danh sách", "dossier.withdrawn": "Rút hồ sơ", "dossier.lapsed": "Hết hạn bổ sung",
	"dossier.not-submitted": "Không nộp", "dossier.outcome": "Kết quả", "dossier.sealed": "Niêm phong lưu trữ", "run.redriven": "Chạy lại quy trình",
	"text.erased": "Xóa nội dung cá nhân", "round.opened": "Mở đợt", "round.closed": "Đóng đợt", "selection.confirmed": "Xác nhận lựa chọn",
	"selection.none-prepared": "Đề nghị kết thúc đợt không lựa chọn", "round.ended-without": "Kết thúc đợt không lựa chọn",
	"review.decided": "Quyết định thẩm định danh sách", "posting.begun": "Bắt đầu niêm yết", "posting.ended": "Kết thúc niêm yết",
	"adhoc.asked": "Giao nhập quyết định đột xuất", "adhoc.entered": "Nhập kết quả khen thưởng đột xuất", "adhoc.confirmed": "Xác nhận kết quả khen thưởng đột xuất",
	"decision.entered": "Nhập quyết định", "decision.confirmed": "Xác nhận quyết định",
}

func sorted(m map[evidence.Commitment]evidence.Text) []evidence.Commitment {
	return slices.Sorted(maps.Keys(m))
}
