package corpus

import "strings"

// Names. Family names of the Kinh first; names of other peoples are whole.
var (
	families = strings.Split("Nguyễn,Trần,Lê,Phạm,Hoàng,Huỳnh,Phan,Vũ,Võ,Đặng,Bùi,Đỗ,Hồ,Ngô,Dương,Lý,Đinh,Đoàn,Lương,Trịnh,Mai,Tô,Hà,Cao,Lưu,Châu,Tạ,Quách,Thái,Kiều,Tôn Thất,Vi,Nông,Bế,Ma,Khổng,Giáp,Doãn,Phùng,Từ,Trương,Nghiêm,Ứng,Âu", ",")
	middleM  = strings.Split("Văn,Đức,Minh,Quang,Hữu,Công,Xuân,Thanh,Gia,Bảo,Quốc,Anh,Trọng,Đình,Ngọc,Tiến,Hoài,Khắc,Sỹ,Bá,Tấn,Thế,Viết,Duy", ",")
	givenM   = strings.Split("An,Anh,Bình,Cường,Dũng,Đạt,Đức,Giang,Hải,Hiếu,Hòa,Hùng,Huy,Khánh,Khoa,Kiên,Lâm,Long,Lực,Mạnh,Minh,Nam,Nghĩa,Phong,Phúc,Quân,Quý,Sơn,Tài,Tâm,Thắng,Thành,Thịnh,Toàn,Trí,Trung,Tuấn,Tùng,Việt,Vinh,Tuân,Thuận,Toản,Khiêm,Luyến,Ước,Bằng", ",")
	middleF  = strings.Split("Thị,Thị Kim,Thị Thu,Thị Hồng,Ngọc,Thị Ngọc,Thúy,Mai,Thanh,Thị Mỹ,Bích,Thị Diễm,Thị Phương,Thùy,Thị Minh,Hoài,Thị Xuân,Thị Hải", ",")
	givenF   = strings.Split("Anh,Ánh,Bích,Chi,Dung,Duyên,Giang,Hà,Hạnh,Hằng,Hiền,Hoa,Hòa,Hồng,Huệ,Hương,Huyền,Lan,Liên,Linh,Loan,Ly,Mai,My,Nga,Ngân,Nhung,Oanh,Phương,Quyên,Tâm,Thảo,Thoa,Thu,Thủy,Thúy,Trang,Trâm,Trinh,Tuyết,Uyên,Vân,Xuân,Yến,Nguyệt,Quỳnh,Khuê,Hoà,Thuý", ",")
	others   = strings.Split("H’Lin Byă,Kim Sa Phol,Sùng A Chớ,Triệu Mùi Chài,Y Thịnh Niê,Giàng Thị Mỷ,Lò Văn Pâng,Điểu K’Ré,Thạch Sô Phi,Vàng A Sử,Lầu Bá Chò,Rơ Châm Huỳnh,Chảo Láo Tả,Cầm Bá Quyết,Hà Ừng", ",")

	provinces = strings.Split("Bắc Kạn,Quảng Trị,Hưng Yên,Ninh Bình,Thái Nguyên,Đồng Tháp,Lâm Đồng,Kon Tum,Hậu Giang,Tuyên Quang,Phú Thọ,Bình Thuận,Hà Giang,Sóc Trăng,Quảng Ngãi,Lạng Sơn,Yên Bái,Trà Vinh", ",")
	districts = strings.Split("Chợ Đồn,Gio Linh,Yên Mỹ,Gia Viễn,Định Hóa,Tháp Mười,Lạc Dương,Ngọc Hồi,Long Mỹ,Sơn Dương,Thanh Thủy,Tuy Phong,Quản Bạ,Mỹ Tú,Mộ Đức,Bắc Sơn,Văn Chấn,Cầu Kè,Phù Ninh,Nho Quan,Đắk Hà,Ba Tơ,Ea Súp,Hữu Lũng", ",")
	communes  = strings.Split("Gia Sinh,Quảng Bạch,Minh Tân,Hòa Bình,Phú Thịnh,Đồng Tâm,Vĩnh Thuận,Thanh Sơn,Ia Dom,Đắk Tờ Re,Nghĩa Lộ,Trung Hòa,Quý Quân,Lũng Cú", ",")

	awards = strings.Split("Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh,Bằng khen của Chủ tịch UBND tỉnh,Giấy khen của Chủ tịch Ủy ban nhân dân huyện", ",")

	campaigns = []string{
		"phong trào thi đua xây dựng nông thôn mới giai đoạn 2021 - 2025",
		"phong trào thi đua “Cả nước chung tay vì người nghèo - Không để ai bị bỏ lại phía sau”",
		"công tác phòng, chống dịch bệnh năm 2021",
		"việc thực hiện Đề án 06 về dữ liệu dân cư và định danh điện tử",
		"công tác chuyển đổi số và cải cách hành chính năm 2022",
		"đợt thi đua đặc biệt chào mừng 60 năm thành lập ngành",
		"công tác bảo đảm trật tự, an toàn giao thông giai đoạn 2018 - 2022",
		"phong trào “Thi đua Quyết thắng” năm học 2022 - 2023",
	}

	grounds = []string{
		"Căn cứ Luật Thi đua, Khen thưởng ngày 15 tháng 6 năm 2022;",
		"Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
		"Căn cứ Nghị định số 98/2023/NĐ-CP ngày 31 tháng 12 năm 2023 của Chính phủ quy định chi tiết thi hành một số điều của Luật Thi đua, Khen thưởng;",
		"Căn cứ Nghị định số 91/2017/NĐ-CP ngày 31 tháng 7 năm 2017 của Chính phủ;",
		"Căn cứ Quyết định số 23/2018/QĐ-UBND ngày 12 tháng 9 năm 2018 của Ủy ban nhân dân tỉnh ban hành Quy chế thi đua, khen thưởng;",
		"Căn cứ Kế hoạch số 145/KH-UBND ngày 03/02/2021 của Ủy ban nhân dân tỉnh về tổ chức phong trào thi đua;",
		"Thực hiện Công văn số 871/SNV-TĐKT ngày 22 tháng 9 năm 2020 của Sở Nội vụ về việc hướng dẫn hồ sơ khen thưởng;",
		"Theo Hướng dẫn số 02/HD-HĐTĐKT ngày 9/4/2019 của Hội đồng Thi đua - Khen thưởng tỉnh,",
	}

	deeds = []string{
		"Trong năm qua đã chủ động tham mưu, đề xuất nhiều giải pháp thiết thực; hoàn thành 118% kế hoạch được giao, rút ngắn thời gian giải quyết công việc bình quân 27%, không để hồ sơ nào quá hạn.",
		"Đã vận động nhân dân hiến 3.200 m2 đất, đóng góp 415 triệu đồng và 1.260 ngày công để làm đường giao thông nông thôn; đến nay 9/9 thôn có đường bê tông.",
		"Gương mẫu chấp hành chủ trương, đường lối của Đảng, chính sách, pháp luật của Nhà nước; giữ gìn đoàn kết nội bộ, được đồng nghiệp và nhân dân tín nhiệm.",
		"Có 02 sáng kiến được Hội đồng sáng kiến cấp cơ sở công nhận, trong đó sáng kiến “Số hóa hồ sơ lưu trữ bằng phần mềm dùng chung” được áp dụng tại 14 đơn vị, tiết kiệm 186.500.000 đồng mỗi năm.",
		"Trực tiếp tổ chức 12 lớp tập huấn với 640 lượt người tham gia; hướng dẫn, kiểm tra tại 31 cơ sở, kịp thời chấn chỉnh 7 trường hợp chưa đúng quy định.",
		"Thường xuyên tham gia các hoạt động nhân đạo, từ thiện; ủng hộ Quỹ “Vì người nghèo”, Quỹ Đền ơn đáp nghĩa và nhận đỡ đầu 04 học sinh có hoàn cảnh khó khăn từ ngày 05/9/2020.",
		"Phối hợp chặt chẽ với các ngành, đoàn thể tuyên truyền, phổ biến pháp luật bằng nhiều hình thức; tỷ lệ người dân hài lòng đạt 96,5%, tăng 4,2% so với năm trước.",
		"Tích cực học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh; nêu cao tinh thần trách nhiệm, ý thức tổ chức kỷ luật, tận tụy phục vụ nhân dân.",
		"Đã tham gia trực 46 ca trong đợt cao điểm từ ngày 10 tháng 5 đến ngày 30 tháng 8, hỗ trợ 1.905 lượt người dân, bảo đảm an toàn tuyệt đối về người và tài sản.",
	}
)

// person is somebody with a name and how one speaks of them.
type person struct {
	Name, Honour string
}

func (d *dice) person() person {
	if !d.old && d.IntN(14) == 0 {
		return person{of(d, others...), of(d, "Ông", "Bà")}
	}
	if d.IntN(2) == 0 {
		return person{of(d, families...) + " " + of(d, middleM...) + " " + of(d, givenM...), "Ông"}
	}
	return person{of(d, families...) + " " + of(d, middleF...) + " " + of(d, givenF...), "Bà"}
}

// agency is the body that nominates.
type agency struct {
	Name     string   // in running text
	Parent   []string // header lines above it
	Issuer   []string // its own header lines
	Code     string   // in the number's symbol
	Place    string
	Province string
	Head     string // title of its head, in capitals
	On       string // "TM. …" line, or ""
	Units    []string
	Posts    []string
	Super    string // who decides
	Label    string // e.g. council's name in the minutes
}

// agency makes the body that nominates; which sort of body it is belongs to
// the layout.
func (d *dice) agency() agency {
	p, h, c := of(d, provinces...), of(d, districts...), of(d, communes...)
	up := strings.ToUpper
	parent := style(d, []string{"UBND TỈNH " + up(p)}, []string{"ỦY BAN NHÂN DÂN TỈNH " + up(p)}, []string{"ỦY BAN NHÂN DÂN", "TỈNH " + up(p)})
	staff := []string{"Chuyên viên", "Chuyên viên chính", "Phó Trưởng phòng", "Trưởng phòng", "Văn thư viên", "Kế toán viên"}
	a := agency{Province: p, Super: "Ủy ban nhân dân tỉnh " + p}
	switch style(d, 0, 1, 2, 3, 4, 5, 6, 7, 8) {
	case 0:
		n := of(d, "Nội vụ|SNV", "Tư pháp|STP", "Giáo dục và Đào tạo|SGDĐT", "Thông tin và Truyền thông|STTTT", "Nông nghiệp và Phát triển nông thôn|SNN", "Văn hóa, Thể thao và Du lịch|SVHTTDL")
		name, code, _ := strings.Cut(n, "|")
		a.Name, a.Issuer, a.Code, a.Parent, a.Head = "Sở "+name, []string{"SỞ " + up(name)}, code, parent, "GIÁM ĐỐC"
		a.Units = []string{"Phòng Tổ chức cán bộ", "Văn phòng Sở", "Phòng Kế hoạch - Tài chính", "Thanh tra Sở", "Trung tâm Dịch vụ công", "Phòng Nghiệp vụ 1"}
		a.Posts = append(staff, "Phó Chánh Văn phòng", "Chánh Thanh tra")
		a.Place = style(d, p, "TP. "+p)
	case 1:
		a.Name, a.Issuer, a.Code, a.Head, a.On = "Ủy ban nhân dân huyện "+h, []string{"ỦY BAN NHÂN DÂN", "HUYỆN " + up(h)}, "UBND", "CHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN"
		a.Units = []string{"Phòng Nội vụ", "Phòng Tài chính - Kế hoạch", "Trung tâm Dịch vụ nông nghiệp", "Phòng Văn hóa và Thông tin", "Ủy ban nhân dân xã " + c, "Hạt Kiểm lâm huyện"}
		a.Posts = append(staff, "Bí thư Đoàn xã", "Công chức Địa chính - Xây dựng")
		a.Place = h
	case 2:
		a.Name, a.Issuer, a.Code, a.Head = "Trường Trung học phổ thông "+h, []string{"TRƯỜNG TRUNG HỌC PHỔ THÔNG", up(h)}, "THPT"+code(h), "HIỆU TRƯỞNG"
		a.Parent = []string{"SỞ GIÁO DỤC VÀ ĐÀO TẠO TỈNH " + up(p)}
		a.Units = []string{"Tổ Toán - Tin", "Tổ Ngữ văn", "Tổ Khoa học tự nhiên", "Tổ Hành chính - Văn phòng", "Chi đoàn Giáo viên", "Tổ Ngoại ngữ"}
		a.Posts = []string{"Giáo viên", "Tổ trưởng chuyên môn", "Giáo viên chủ nhiệm", "Nhân viên Thiết bị", "Bí thư Đoàn trường"}
		a.Place = h
	case 3:
		a.Name, a.Issuer, a.Code, a.Head = "Bệnh viện Đa khoa tỉnh "+p, []string{"BỆNH VIỆN ĐA KHOA TỈNH"}, "BVĐK", "GIÁM ĐỐC"
		a.Parent = []string{"SỞ Y TẾ " + up(p)}
		a.Units = []string{"Khoa Hồi sức cấp cứu", "Khoa Nhi", "Phòng Điều dưỡng", "Khoa Kiểm soát nhiễm khuẩn", "Phòng Công tác xã hội", "Khoa Dược"}
		a.Posts = []string{"Bác sĩ", "Điều dưỡng trưởng", "Điều dưỡng viên", "Trưởng khoa", "Dược sĩ", "Kỹ thuật viên"}
		a.Place = p
	case 4:
		a.Name, a.Issuer, a.Code, a.Head, a.On = "Ủy ban nhân dân xã "+c, []string{"ỦY BAN NHÂN DÂN", "XÃ " + up(c)}, "UBND", "CHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN"
		a.Units = []string{"Hội Liên hiệp Phụ nữ xã", "Đoàn Thanh niên xã", "Công an xã", "Trạm Y tế xã", "Hội Nông dân xã", "Thôn Tân Lập"}
		a.Posts = []string{"Công chức Văn phòng - Thống kê", "Công chức Tư pháp - Hộ tịch", "Trưởng thôn", "Chủ tịch Hội Nông dân", "Phó Bí thư Đoàn xã"}
		a.Place, a.Super = c, "Ủy ban nhân dân huyện "+h
	case 5:
		a.Name, a.Issuer, a.Code, a.Head = "Ban Quản lý các khu công nghiệp tỉnh", []string{"BAN QUẢN LÝ", "CÁC KHU CÔNG NGHIỆP"}, "BQL", "TRƯỞNG BAN"
		a.Parent = parent
		a.Units = []string{"Văn phòng Ban", "Phòng Quản lý đầu tư", "Phòng Quản lý doanh nghiệp", "Trung tâm Phát triển hạ tầng", "Phòng Quy hoạch, Xây dựng"}
		a.Posts = append(staff, "Giám đốc Trung tâm")
		a.Place = p
	case 6: // from here on only layouts that nothing is fitted to
		a.Name, a.Issuer, a.Code, a.Head, a.On = "Liên đoàn Lao động huyện "+h, []string{"LIÊN ĐOÀN LAO ĐỘNG", "HUYỆN " + up(h)}, "LĐLĐ", "CHỦ TỊCH", "TM. BAN THƯỜNG VỤ"
		a.Parent = []string{"LIÊN ĐOÀN LAO ĐỘNG TỈNH " + up(p)}
		a.Units = []string{"Công đoàn Giáo dục", "Công đoàn Trường Mầm non Hoa Sen", "Công đoàn cơ sở Kho bạc Nhà nước", "Công đoàn cơ sở Công ty May Phú Thịnh"}
		a.Posts = []string{"Chủ tịch Công đoàn", "Ủy viên Ban Chấp hành", "Tổ trưởng Công đoàn", "Công nhân"}
		a.Place = h
	case 7:
		a.Name, a.Issuer, a.Code, a.Head = "Chi cục Thuế khu vực "+h, []string{"CHI CỤC THUẾ KHU VỰC", up(h)}, "CCTKV", "CHI CỤC TRƯỞNG"
		a.Parent = []string{"CỤC THUẾ TỈNH " + up(p)}
		a.Units = []string{"Đội Kiểm tra thuế số 1", "Đội Hành chính - Nhân sự", "Đội Kê khai, kế toán thuế", "Đội Quản lý nợ và cưỡng chế nợ thuế"}
		a.Posts = []string{"Kiểm tra viên thuế", "Đội trưởng", "Phó Đội trưởng", "Kiểm tra viên trung cấp"}
		a.Place = style(d, h, "Thị trấn "+h)
	default:
		a.Name, a.Issuer, a.Code, a.Head = "Trung tâm Y tế huyện "+h, []string{"TRUNG TÂM Y TẾ", "HUYỆN " + up(h)}, "TTYT", "GIÁM ĐỐC"
		a.Parent = []string{"SỞ Y TẾ TỈNH " + up(p)}
		a.Units = []string{"Khoa Truyền nhiễm", "Phòng Dân số", "Trạm Y tế xã " + c, "Khoa Kiểm soát bệnh tật và HIV/AIDS"}
		a.Posts = []string{"Bác sĩ", "Nữ hộ sinh", "Trưởng trạm", "Y sĩ", "Điều dưỡng"}
		a.Place = h
	}
	a.Label = style(d, "Hội đồng Thi đua - Khen thưởng "+a.Name, "Hội đồng Thi đua, Khen thưởng "+a.Name, "Hội đồng xét khen thưởng "+a.Name)
	return a
}

// code gives the first letters of a name.
func code(s string) string {
	out := ""
	for _, w := range strings.Fields(s) {
		r := []rune(w)
		out += string(r[0])
	}
	return strings.ToUpper(out)
}
