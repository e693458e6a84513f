package validate_test

// lawOfDays is what holds for a plan on the eve and on the day of each change,
// the forms accepted then, and what rules rest on; "?" is not known for sure.
var lawOfDays = []struct {
	plan, day, law string
	sources        map[string]string
}{
	{"bac-kan-2022-2025", "2017-09-30", "", nil},
	{"bac-kan-2022-2025", "2017-10-01", "base:co-so law:luat-2003 decree:nd-91-2017 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP", map[string]string{
		"R00": "Nghiệp vụ thẩm định: điều máy chưa đọc chắc phải hỏi người",
		"R01": "Kế hoạch 635/KH-UBND, mục IV.2.1",
		"R02": "Nghiệp vụ thẩm định: số lượng ghi phải bằng danh sách",
		"R03": "Nghiệp vụ thẩm định: ba tài liệu phải thống nhất",
		"R04": "Nghiệp vụ thẩm định: loại đối tượng phải thống nhất",
		"R05": "Kế hoạch 635/KH-UBND, mục IV.2.1",
		"R06": "Nghiệp vụ thẩm định: trình tự thời gian",
		"R07": "Nghiệp vụ thẩm định: tờ trình viện dẫn biên bản",
		"R08": "Kế hoạch 635/KH-UBND, tiêu đề",
		"R09": "Nghiệp vụ thẩm định: số phiếu và tỷ lệ phải khớp",
		"R10": "Nghiệp vụ thẩm định: thẩm quyền ký",
		"R11": "Kế hoạch 635/KH-UBND, mục IV.2.1",
		"R12": "Kế hoạch 635/KH-UBND, mục II.1.1",
		"R13": "Nghị định 91/2017/NĐ-CP, Phụ lục: Mẫu số 07 (đợt thi đua hoặc chuyên đề); Kế hoạch 635/KH-UBND, mục IV.2.1",
		"R14": "Nghiệp vụ thẩm định: doanh nghiệp nên kèm xác nhận thuế, bảo hiểm",
		"R15": "Kế hoạch 635/KH-UBND, mục IV.2.1",
		"R16": "Nghị định 30/2020/NĐ-CP, Điều 8",
		"R17": "Thủ tục khen thưởng: hồ sơ mật theo thủ tục đơn giản, không nộp qua hệ thống này",
		"R18": "Nghiệp vụ thẩm định: báo cáo sao chép của nhau cần xem lại",
	}},
	{"bac-kan-2022-2025", "2017-12-14", "base:co-so law:luat-2003 decree:nd-91-2017 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP", nil},
	{"bac-kan-2022-2025", "2017-12-15", "base:co-so law:luat-2003 decree:nd-91-2017 circular:tt-08-2017 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP", map[string]string{
		"R12": "Thông tư 08/2017/TT-BNV: chưa khen khi đang xem xét kỷ luật, điều tra, có đơn thư; Kế hoạch 635/KH-UBND, mục II.1.1",
	}},
	{"bac-kan-2022-2025", "2023-12-31", "base:co-so law:luat-2003 decree:nd-91-2017 circular:tt-08-2017 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP", nil},
	{"bac-kan-2022-2025", "2024-01-01", "base:co-so law:luat-06-2022 decree:nd-98-2023 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP /98/2023/NĐ-CP", map[string]string{
		"R01": "Luật Thi đua, khen thưởng 06/2022/QH15, Điều 84 khoản 2; Kế hoạch 635/KH-UBND, mục IV.2.1",
		"R12": "Luật Thi đua, khen thưởng 06/2022/QH15, Điều 5; Nghị định 98/2023/NĐ-CP, Điều 4; Kế hoạch 635/KH-UBND, mục II.1.1",
		"R13": "Nghị định 98/2023/NĐ-CP, Phụ lục I; Kế hoạch 635/KH-UBND, mục IV.2.1",
	}},
	{"bac-kan-2022-2025", "2024-04-14", "base:co-so law:luat-06-2022 decree:nd-98-2023 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP /98/2023/NĐ-CP", nil},
	{"bac-kan-2022-2025", "2024-04-15", "base:co-so law:luat-06-2022 decree:nd-98-2023 circular:tt-01-2024 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP /98/2023/NĐ-CP", nil},
	{"bac-kan-2022-2025", "2025-06-30", "base:co-so law:luat-06-2022 decree:nd-98-2023 circular:tt-01-2024 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP /98/2023/NĐ-CP", nil},
	{"bac-kan-2022-2025", "2025-07-01", "base:co-so law:luat-06-2022 decree:nd-152-2025 circular:tt-01-2024 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP /152/2025/NĐ-CP", map[string]string{
		"R12": "Luật Thi đua, khen thưởng 06/2022/QH15, Điều 5; Kế hoạch 635/KH-UBND, mục II.1.1",
		"R13": "Nghị định 152/2025/NĐ-CP và mẫu do các cơ quan ban hành theo đó; Kế hoạch 635/KH-UBND, mục IV.2.1",
	}},
	{"bac-kan-2022-2025", "2025-08-04", "base:co-so law:luat-06-2022 decree:nd-152-2025 circular:tt-01-2024 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP /152/2025/NĐ-CP", nil},
	{"bac-kan-2022-2025", "2025-08-05", "base:co-so law:luat-06-2022 decree:nd-152-2025 circular:tt-15-2025 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP /152/2025/NĐ-CP", map[string]string{
		"R12": "Luật Thi đua, khen thưởng 06/2022/QH15, Điều 5; Thông tư 15/2025/TT-BNV: không khen tổ chức đã giải thể do sắp xếp; Kế hoạch 635/KH-UBND, mục II.1.1",
	}},
	{"bac-kan-2022-2025", "2026-09-30", "base:co-so law:luat-06-2022 decree:nd-152-2025 circular:tt-15-2025 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP /152/2025/NĐ-CP", nil},
	{"bac-kan-2022-2025", "2026-10-01", "base:co-so law:luat-06-2022 law:luat-06-2026? decree:nd-152-2025 circular:tt-15-2025 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP /152/2025/NĐ-CP", nil},
	{"bac-kan-2022-2025", "2027-02-28", "base:co-so law:luat-06-2022 law:luat-06-2026? decree:nd-152-2025 circular:tt-15-2025 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP /152/2025/NĐ-CP", nil},
	{"bac-kan-2022-2025", "2027-03-01", "base:co-so law:luat-06-2022 law:luat-06-2026? circular:tt-15-2025 plan:bac-kan-2022-2025 | 07/91/2017/NĐ-CP", map[string]string{
		"R13": "Kế hoạch 635/KH-UBND, mục IV.2.1",
	}},
	{"binh-phuoc-2022-2025", "2024-07-09", "base:co-so law:luat-06-2022 decree:nd-98-2023 circular:tt-01-2024 plan:binh-phuoc-2022-2025 | /98/2023/NĐ-CP", map[string]string{
		"R01": "Luật Thi đua, khen thưởng 06/2022/QH15, Điều 84 khoản 2",
		"R05": "Nghiệp vụ thẩm định: hình thức, phong trào và đợt phải thống nhất",
		"R08": "Kế hoạch 162/KH-UBND, phần đối tượng và lộ trình",
		"R11": "Nghiệp vụ thẩm định: báo cáo phải có xác nhận",
		"R12": "Luật Thi đua, khen thưởng 06/2022/QH15, Điều 5; Nghị định 98/2023/NĐ-CP, Điều 4; Kế hoạch 162/KH-UBND, phần đối tượng và lộ trình",
		"R13": "Nghị định 98/2023/NĐ-CP, Phụ lục I",
		"R15": "Nghiệp vụ thẩm định: số lượng ràng buộc khi lựa chọn, không ràng buộc khi nộp",
	}},
	{"binh-phuoc-2022-2025", "2024-07-10", "base:co-so law:luat-06-2022 decree:nd-98-2023 circular:tt-01-2024 provincial:qd-15-2024-binh-phuoc plan:binh-phuoc-2022-2025 | /98/2023/NĐ-CP", nil},
}

// practice is what rules rest on that law and plans add to: it is shown beside
// them, and alone where they say nothing.
var practice = map[string]string{
	"R01": "Nghiệp vụ thẩm định: hồ sơ đủ tờ trình, biên bản, báo cáo",
	"R08": "Nghiệp vụ thẩm định: thành tích thuộc thời gian phong trào",
	"R12": "Nghiệp vụ thẩm định: đối tượng và trùng khen thưởng",
	"R13": "Nghiệp vụ thẩm định: mẫu theo kế hoạch hoặc mẫu thay thế",
}
