package player

import (
	"hoso/infra/onebox/player/pdfs"
)

// Outcomes of a dossier, as the portal names them.
const (
	awarded     = "Được khen thưởng"
	notSelected = "Không được lựa chọn"
	refused     = "Không đủ điều kiện"
	withdrawn   = "Đã rút"
)

// Caps of the round in the play: small, so that a few dossiers compete.
const (
	capCollectives = 2
	capIndividuals = 3
)

// Case is one dossier of the play: who sends it, what is in it, and how it
// ends.
type Case struct {
	Key       string
	Office    pdfs.Office
	Submitter Member
	Story     string // one line for the table
	Nominees  []pdfs.Nominee
	Scores    []int // points given at appraisal, by nominee; higher is better
	Chair     string
	Secretary string
	Members   int
	Present   int
	Outcome   string

	Faulty   bool   // first revision has several faults; the second is right
	Renamed  string // the minutes call the first nominee by this other name; the unit contests the finding
	Scan     bool   // papers are scans; number and day of the letter are written by hand
	Refuse   string // reason for which appraisal refuses
	Withdraw string // reason for which the unit withdraws after selection
	Program  bool   // sent by a program with a token
}

// cases are the dossiers of the play. Individuals in order of points: Ngân,
// Thiện, Tú, Dậu, Phương; collectives: Chợ Đồn, Sở Y tế, Na Rì. With three
// and two places Tú's place becomes free and goes to Dậu, and Na Rì's two
// come after the last place.
func cases() []Case {
	submitter := func(key, name, unit string) Member {
		return Member{Key: key, Name: name, Title: "Chuyên viên", Email: key + "@donvi.backan.example", Role: roleUnit, Unit: unit}
	}
	choDon, baBe, naRi := district("Chợ Đồn", "Chợ Đồn", "Hoàng Thế Vinh"), district("Ba Bể", "Ba Bể", "Lưu Quốc Trị"), district("Na Rì", "Na Rì", "Đàm Văn Sơn")
	pacNam, nganSon, bachThong := district("Pác Nặm", "Pác Nặm", "Ma Thị Na"), district("Ngân Sơn", "Ngân Sơn", "Đồng Văn Lưu"), district("Bạch Thông", "Bạch Thông", "Hà Sỹ Huân")
	return []Case{
		{
			Key: "cho-don", Office: choDon, Submitter: submitter("chodon", "Trịnh Thị Lê", choDon.Full), Outcome: awarded,
			Story: "hồ sơ đúng ngay từ đầu", Scores: []int{95, 96}, Chair: "Ông Hoàng Thế Vinh", Secretary: "Bà Nông Thị Hạnh", Members: 9, Present: 9,
			Nominees: []pdfs.Nominee{
				team("Phòng Văn hóa và Thông tin huyện Chợ Đồn", "", "tổ 6, thị trấn Bằng Lũng, huyện Chợ Đồn", "Triệu Thị Thủy", 9, 4,
					"Lập tổ công nghệ số ở cả 20 xã, thị trấn; mỗi tổ có lịch xuống thôn hằng tuần, đã hướng dẫn 4.120 lượt người dân dùng dịch vụ công trực tuyến.",
					"Toàn bộ hồ sơ công việc của phòng được xử lý trên môi trường mạng từ quý I; báo cáo định kỳ gửi bằng văn bản điện tử có ký số.",
					"Cùng bưu điện huyện đưa 31 sản phẩm của địa phương lên sàn thương mại điện tử, doanh thu bán trực tuyến tăng gấp đôi so với năm trước."),
				award(woman("Lường Thị Bích Ngân", "Chuyên viên", "Văn phòng HĐND và UBND huyện Chợ Đồn", born(1990, 4, 17), "xã Nghĩa Tá, huyện Chợ Đồn, tỉnh Bắc Kạn", "Đại học Công nghệ thông tin",
					"Viết bộ biểu mẫu điện tử cho 14 thủ tục cấp xã, nhờ đó thời gian nhập liệu mỗi hồ sơ giảm từ 20 phút còn 7 phút.",
					"Đề xuất và trực tiếp dựng kho dữ liệu họp không giấy, tiết kiệm khoảng 60 triệu đồng tiền in ấn trong một năm.",
					"Là người hướng dẫn chính của 6 lớp kỹ năng số cho 238 cán bộ thôn."), "2022", "Giấy khen của Chủ tịch UBND huyện; Quyết định số 3041/QĐ-UBND"),
			},
		},
		{
			Key: "ba-be", Office: baBe, Submitter: submitter("babe", "Phạm Văn Quyết", baBe.Full), Outcome: awarded, Faulty: true,
			Story: "nhiều lỗi, trả lại, sửa rồi được khen", Scores: []int{92}, Chair: "Ông Lưu Quốc Trị", Secretary: "Bà Dương Thị Hiên", Members: 11, Present: 10,
			Nominees: []pdfs.Nominee{
				man("Hoàng Đức Thiện", "Trưởng phòng", "Phòng Nông nghiệp và Phát triển nông thôn huyện Ba Bể", born(1979, 9, 2), "xã Khang Ninh, huyện Ba Bể, tỉnh Bắc Kạn", "Thạc sĩ Khoa học cây trồng",
					"Xây dựng bản đồ số vùng trồng cho 1.260 ha bí xanh thơm, cấp mã số vùng trồng cho 9 hợp tác xã.",
					"Tổ chức cảnh báo dịch bệnh qua tin nhắn tới 3.400 hộ chăn nuôi; số ổ dịch phát sinh giảm một nửa.",
					"Chuyển toàn bộ sổ theo dõi tiêm phòng sang dữ liệu điện tử dùng chung với cấp tỉnh."),
			},
		},
		{
			Key: "so-y-te", Office: health(), Submitter: submitter("soyte", "Nguyễn Thị Thu Hằng", health().Full), Outcome: awarded, Renamed: "Phòng KHTC",
			Story: "lỗi do máy hiểu khác, đơn vị nêu ý kiến", Scores: []int{90}, Chair: "Bà Tô Thị Minh Nguyệt", Secretary: "Ông Đỗ Anh Tuấn", Members: 13, Present: 12,
			Nominees: []pdfs.Nominee{
				team("Phòng Kế hoạch - Tài chính Sở Y tế", "", "phường Phùng Chí Kiên, thành phố Bắc Kạn", "Cao Thị Xuân", 12, 7,
					"Đưa hồ sơ sức khỏe điện tử tới 100% trạm y tế xã; 96% người dân có mã hồ sơ.",
					"Kết nối dữ liệu khám chữa bệnh của 10 cơ sở với trục chia sẻ dữ liệu của tỉnh, bỏ được 11 loại báo cáo giấy.",
					"Thanh toán viện phí không dùng tiền mặt đạt 58% số lượt, cao nhất khối sở, ngành."),
			},
		},
		{
			Key: "na-ri", Office: naRi, Submitter: submitter("nari", "Lý Văn Đạt", naRi.Full), Outcome: notSelected, Program: true,
			Story: "đủ điều kiện nhưng hết chỗ; gửi bằng chương trình", Scores: []int{78, 75}, Chair: "Ông Đàm Văn Sơn", Secretary: "Bà Chu Thị Huệ", Members: 9, Present: 8,
			Nominees: []pdfs.Nominee{
				team("Trung tâm Văn hóa, Thể thao và Truyền thông huyện Na Rì", "", "thị trấn Yến Lạc, huyện Na Rì", "Hoàng Văn Pháo", 17, 8,
					"Số hóa 420 giờ tư liệu phát thanh tiếng Tày, tiếng Dao và đưa lên trang thông tin của huyện.",
					"Lắp 22 cụm loa thông minh, điều khiển và theo dõi từ xa."),
				man("Triệu Phúc Phương", "Viên chức", "Trung tâm Văn hóa, Thể thao và Truyền thông huyện Na Rì", born(1987, 12, 5), "xã Cường Lợi, huyện Na Rì, tỉnh Bắc Kạn", "Cử nhân Báo chí",
					"Tự viết phần mềm xếp lịch phát sóng, dùng chung cho 17 đài xã.",
					"Dạy kỹ năng quay dựng bằng điện thoại cho 64 cộng tác viên."),
			},
		},
		{
			Key: "pac-nam", Office: pacNam, Submitter: submitter("pacnam", "Cà Văn Chiến", pacNam.Full), Outcome: refused,
			Refuse: "Thành tích nêu trong báo cáo thuộc năm 2020, trước khi phong trào được phát động.",
			Story:  "không đủ điều kiện khi thẩm định", Scores: []int{0}, Chair: "Bà Ma Thị Na", Secretary: "Ông Dương Văn Slảo", Members: 9, Present: 9,
			Nominees: []pdfs.Nominee{
				man("Sằm Văn Thắng", "Công chức Văn phòng - Thống kê", "Ủy ban nhân dân xã Bộc Bố, huyện Pác Nặm", born(1985, 6, 21), "xã Bộc Bố, huyện Pác Nặm, tỉnh Bắc Kạn", "Đại học Luật",
					"Năm 2020 hoàn thành nhập 2.300 hồ sơ hộ tịch vào phần mềm.",
					"Năm 2020 tham mưu trang bị 5 máy tính cho bộ phận một cửa của xã."),
			},
		},
		{
			Key: "ngan-son", Office: nganSon, Submitter: submitter("nganson", "Nông Thị Thêm", nganSon.Full), Outcome: withdrawn,
			Withdraw: "Cá nhân được đề nghị chuyển công tác ra ngoài tỉnh, đơn vị xin rút hồ sơ.",
			Story:    "rút sau khi được chọn, chỗ chuyển cho người kế tiếp", Scores: []int{89}, Chair: "Ông Đồng Văn Lưu", Secretary: "Bà Hoàng Thị Mến", Members: 9, Present: 9,
			Nominees: []pdfs.Nominee{
				man("Vũ Ngọc Tú", "Giám đốc", "Hợp tác xã Nông nghiệp số Bằng Vân, huyện Ngân Sơn", born(1983, 1, 30), "xã Bằng Vân, huyện Ngân Sơn, tỉnh Bắc Kạn", "Kỹ sư Công nghệ thực phẩm",
					"Dán mã truy xuất nguồn gốc cho toàn bộ miến dong của hợp tác xã, xuất bán 86 tấn qua kênh trực tuyến.",
					"Cùng 4 hợp tác xã bạn dùng chung một kho dữ liệu mùa vụ."),
			},
		},
		{
			Key: "bach-thong", Office: bachThong, Submitter: submitter("bachthong", "Hoàng Thị Liễu", bachThong.Full), Outcome: awarded, Scan: true,
			Story: "bản quét do người đọc bổ sung; được chỗ trống", Scores: []int{86}, Chair: "Ông Hà Sỹ Huân", Secretary: "Bà Lèng Thị Sen", Members: 9, Present: 9,
			Nominees: []pdfs.Nominee{
				woman("Nông Thị Dậu", "Giáo viên", "Trường THCS Phủ Thông, huyện Bạch Thông", born(1981, 11, 11), "thị trấn Phủ Thông, huyện Bạch Thông, tỉnh Bắc Kạn", "Đại học Sư phạm",
					"Soạn 48 bài giảng số môn Toán dùng chung cho 12 trường trong huyện.",
					"Lập câu lạc bộ học sinh hướng dẫn ông bà dùng dịch vụ công, 150 gia đình tham gia."),
			},
		},
	}
}
