package player

import (
	"strings"
	"time"

	"hoso/infra/onebox/player/pdfs"
)

// Role names as the public interface knows them.
const (
	roleUnit      = "unit"
	roleAppraiser = "appraiser"
	roleHead      = "head"
	roleReviewer  = "reviewer"
	roleClerk     = "clerk"
	roleAdmin     = "admin"
	roleAuditor   = "auditor"
)

// Member is a person of the play. Everybody in it is invented.
type Member struct {
	Key   string
	Name  string
	Title string
	Email string
	Role  string
	Unit  string // name of the unit, for submitters
}

// The persons of the standing agency and of those above it.
func officers() []Member {
	return []Member{
		{Key: "admin", Name: "Mã Văn Trường", Title: "Chuyên viên Văn phòng Sở", Email: "quantri@so.backan.example", Role: roleAdmin},
		{Key: "appraiser1", Name: "Đinh Thị Hồng Vân", Title: "Trưởng phòng Công nghệ thông tin", Email: "thamdinh1@so.backan.example", Role: roleAppraiser},
		{Key: "appraiser2", Name: "Nguyễn Quốc Hưng", Title: "Phó Chánh Văn phòng Sở", Email: "thamdinh2@so.backan.example", Role: roleAppraiser},
		{Key: "head", Name: "Phùng Minh Đức", Title: "Giám đốc Sở", Email: "giamdoc@so.backan.example", Role: roleHead},
		{Key: "reviewer", Name: "Lục Thị Kim Dung", Title: "Phó Trưởng ban Thi đua - Khen thưởng", Email: "noivu@so.backan.example", Role: roleReviewer},
		{Key: "clerk1", Name: "Bàn Thị Mùi", Title: "Văn thư", Email: "vanthu1@so.backan.example", Role: roleClerk},
		{Key: "clerk2", Name: "Vi Văn Toàn", Title: "Văn thư", Email: "vanthu2@so.backan.example", Role: roleClerk},
		{Key: "auditor", Name: "Hứa Đình Khánh", Title: "Thanh tra viên", Email: "thanhtra@so.backan.example", Role: roleAuditor},
	}
}

// chairman is who signs the decision; he does not use the program.
func province() pdfs.Office {
	return pdfs.Office{
		Upper: "ỦY BAN NHÂN DÂN", Name: "TỈNH BẮC KẠN", Full: "Ủy ban nhân dân tỉnh Bắc Kạn", Symbol: "UBND",
		Place: "Bắc Kạn", Title: "CHỦ TỊCH", Head: "Vương Đăng Quang",
	}
}

func campaign() pdfs.Campaign {
	return pdfs.Campaign{
		Name:   "“Bắc Kạn đẩy mạnh chương trình chuyển đổi số giai đoạn 2022 - 2025”",
		Plan:   "635/KH-UBND ngày 10 tháng 10 năm 2022",
		Award:  "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh Bắc Kạn",
		Agency: "Sở Thông tin và Truyền thông tỉnh Bắc Kạn",
		Event:  "đợt sơ kết phong trào",
	}
}

// district makes a district's office.
func district(name, place, head string) pdfs.Office {
	return pdfs.Office{
		Upper: "ỦY BAN NHÂN DÂN", Name: "HUYỆN " + strings.ToUpper(name), Full: "Ủy ban nhân dân huyện " + name, Symbol: "UBND",
		Place: place, Council: "Hội đồng Thi đua - Khen thưởng huyện " + name, Authority: "TM. ỦY BAN NHÂN DÂN", Title: "CHỦ TỊCH", Head: head,
	}
}

func health() pdfs.Office {
	return pdfs.Office{
		Upper: "ỦY BAN NHÂN DÂN TỈNH BẮC KẠN", Name: "SỞ Y TẾ", Full: "Sở Y tế tỉnh Bắc Kạn", Symbol: "SYT",
		Place: "Bắc Kạn", Council: "Hội đồng Thi đua - Khen thưởng Sở Y tế", Title: "GIÁM ĐỐC", Head: "Tô Thị Minh Nguyệt",
	}
}

func born(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

// man and woman make a nominee; unit is where the person works.
func man(name, position, unit string, birth time.Time, home, degree string, done ...string) pdfs.Nominee {
	return pdfs.Nominee{Honor: "Ông", Name: name, Position: position, Unit: unit, Birth: birth, Home: home, Degree: degree, Done: done}
}

func woman(name, position, unit string, birth time.Time, home, degree string, done ...string) pdfs.Nominee {
	n := man(name, position, unit, birth, home, degree, done...)
	n.Honor = "Bà"
	return n
}

// team makes a collective.
func team(name, above, seat, leader string, staff, women int, done ...string) pdfs.Nominee {
	return pdfs.Nominee{Collective: true, Name: name, Unit: above, Seat: seat, Leader: leader, Staff: staff, Women: women, Done: done}
}

func award(n pdfs.Nominee, year, what string) pdfs.Nominee {
	n.Earlier = append(n.Earlier, [2]string{year, what})
	return n
}
