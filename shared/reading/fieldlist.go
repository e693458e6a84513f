package reading

import (
	"fmt"
	"strconv"
	"strings"
)

// Type says how the value of a field is written.
type Type string

const (
	// TypeText is free text.
	TypeText Type = "text"
	// TypeDate is an ISO date; for a birth date also a bare year.
	TypeDate Type = "date"
	// TypeCount is a whole number from 0.
	TypeCount Type = "count"
	// TypePercent is a percentage with up to two decimals.
	TypePercent Type = "percent"
	// TypeBool is "true" or "false".
	TypeBool Type = "bool"
	// TypeKind is a document kind.
	TypeKind Type = "kind"
	// TypeNomineeKind is a nominee kind.
	TypeNomineeKind Type = "nominee_kind"
	// TypeList is several texts, one a line.
	TypeList Type = "list"
)

// WholeDocument is the Nominee index of a field that belongs to the document itself.
const WholeDocument = -1

// Field is one field of a document as a page lists it: what it is called,
// what was read, where, and whether a person is asked about it.
type Field struct {
	Name     string // JSON name in the schema
	Label    string // Vietnamese, for people
	Type     Type
	Nominee  int    // index into Nominees, or WholeDocument
	Value    string // canonical text form; "" means not found
	Unsure   bool
	Evidence Evidence // zero when nothing is known
}

// Corrected reports whether a person gave the value.
func (f Field) Corrected() bool { return f.Evidence.Source == FromPerson }

// slot ties a field of a Document or Nominee to its name, label and type.
type slot struct {
	name, label string
	typ         Type
	at          any // *string, **int, **float64, **bool, *Kind, *NomineeKind or *[]string
}

// slots lists the fields that a document of d's kind has, in the order people
// read them.
func (d *Document) slots() []slot {
	s := []slot{{"kind", "Loại văn bản", TypeKind, &d.Kind}}
	head := []slot{
		{"co_quan_chu_quan", "Cơ quan chủ quản", TypeText, &d.Parent},
		{"co_quan_ban_hanh", "Cơ quan ban hành", TypeText, &d.Issuer},
		{"so_ky_hieu", "Số, ký hiệu", TypeText, &d.Number},
		{"dia_danh", "Địa danh", TypeText, &d.Place},
		{"ngay_ban_hanh", "Ngày ban hành", TypeDate, &d.IssuedOn},
		{"trich_yeu", "Trích yếu", TypeText, &d.Subject},
	}
	s = append(s, head...)
	switch d.Kind {
	case Letter:
		s = append(s,
			slot{"kinh_gui", "Kính gửi", TypeList, &d.Addressed},
			slot{"hinh_thuc", "Hình thức khen thưởng đề nghị", TypeText, &d.Award},
			slot{"so_luong_tap_the", "Số tập thể nêu trong tờ trình", TypeCount, &d.StatedCollectives},
			slot{"so_luong_ca_nhan", "Số cá nhân nêu trong tờ trình", TypeCount, &d.StatedIndividuals},
			slot{"chi_tieu_tap_the", "Chỉ tiêu tập thể được dẫn", TypeCount, &d.QuotedCollectives},
			slot{"chi_tieu_ca_nhan", "Chỉ tiêu cá nhân được dẫn", TypeCount, &d.QuotedIndividuals},
			slot{"ngay_bien_ban", "Ngày biên bản được dẫn", TypeDate, &d.CitedMinutesDate},
			slot{"quyen_ky", "Thẩm quyền ký", TypeText, &d.Authority},
			slot{"chuc_danh_ky", "Chức danh người ký", TypeText, &d.SignTitle},
			slot{"nguoi_ky", "Người ký", TypeText, &d.SignedBy},
			slot{"da_ky", "Đã ký", TypeBool, &d.Signed})
	case Minutes:
		s = append(s,
			slot{"ngay_hop", "Ngày họp", TypeDate, &d.MetOn},
			slot{"so_thanh_vien", "Số thành viên Hội đồng", TypeCount, &d.Members},
			slot{"so_co_mat", "Số có mặt", TypeCount, &d.Present},
			slot{"so_vang", "Số vắng mặt", TypeCount, &d.Absent},
			slot{"chu_tri", "Chủ trì", TypeText, &d.Chair},
			slot{"thu_ky", "Thư ký", TypeText, &d.Secretary},
			slot{"vote_scope", "Biểu quyết chung cả danh sách", TypeText, &d.VoteScope},
			slot{"da_ky", "Đã ký", TypeBool, &d.Signed})
	case Report:
		s = append(s,
			slot{"mau_so", "Mẫu báo cáo", TypeText, &d.Form},
			slot{"loai", "Đối tượng", TypeNomineeKind, &d.NomineeKind},
			slot{"ten", "Họ và tên / Tên tập thể", TypeText, &d.Name},
			slot{"ngay_sinh", "Ngày sinh", TypeDate, &d.BirthDate},
			slot{"chuc_vu", "Chức vụ", TypeText, &d.Position},
			slot{"don_vi", "Đơn vị công tác", TypeText, &d.Unit},
			slot{"xac_nhan", "Có xác nhận", TypeBool, &d.Confirmed},
			slot{"nguoi_xac_nhan", "Người xác nhận", TypeText, &d.ConfirmedBy},
			slot{"nguoi_bao_cao", "Người báo cáo", TypeText, &d.ReportedBy})
	default:
		s = append(s,
			slot{"kinh_gui", "Kính gửi", TypeList, &d.Addressed},
			slot{"hinh_thuc", "Hình thức khen thưởng", TypeText, &d.Award},
			slot{"quyen_ky", "Thẩm quyền ký", TypeText, &d.Authority},
			slot{"chuc_danh_ky", "Chức danh người ký", TypeText, &d.SignTitle},
			slot{"nguoi_ky", "Người ký", TypeText, &d.SignedBy},
			slot{"da_ky", "Đã ký", TypeBool, &d.Signed})
	}
	if d.Secrecy != "" {
		s = append(s, slot{"do_mat", "Độ mật", TypeText, &d.Secrecy})
	}
	return s
}

// slots lists the fields a nominee has in a document of the kind.
func (n *Nominee) slots(kind Kind) []slot {
	s := []slot{
		{"ten", "Tên", TypeText, &n.Name},
		{"loai", "Đối tượng", TypeNomineeKind, &n.Kind},
		{"chuc_vu", "Chức vụ", TypeText, &n.Position},
		{"don_vi", "Đơn vị", TypeText, &n.Unit},
	}
	if kind == Minutes {
		return append(s,
			slot{"phieu_dong_y", "Số phiếu đồng ý", TypeCount, &n.VotesFor},
			slot{"phieu_tong", "Tổng số phiếu", TypeCount, &n.VotesOf},
			slot{"ty_le", "Tỷ lệ (%)", TypePercent, &n.Percent})
	}
	return append(s, slot{"hinh_thuc", "Hình thức đề nghị", TypeText, &n.Award})
}

// Fields lists every field that a document of d's kind has, found or not,
// first its own and then each nominee's.
func Fields(d Document) []Field {
	var out []Field
	for _, s := range d.slots() {
		out = append(out, Field{
			Name: s.name, Label: s.label, Type: s.typ, Nominee: WholeDocument,
			Value: s.get(), Unsure: d.IsUnsure(s.name), Evidence: d.Evidence[s.name],
		})
	}
	all := d.IsUnsure("nominees")
	for i := range d.Nominees {
		n := &d.Nominees[i]
		for _, s := range n.slots(d.Kind) {
			e := n.Evidence[s.name]
			out = append(out, Field{
				Name: s.name, Label: s.label, Type: s.typ, Nominee: i,
				Value: s.get(), Unsure: (n.Unsure || all) && e.Source != FromPerson, Evidence: e,
			})
		}
	}
	return out
}

// KindLabel gives the Vietnamese name of a document kind.
func KindLabel(k Kind) string {
	switch k {
	case Letter:
		return "Tờ trình"
	case Minutes:
		return "Biên bản họp xét"
	case Report:
		return "Báo cáo thành tích"
	}
	return "Văn bản khác"
}

// get gives the canonical text form of the slot's value.
func (s slot) get() string {
	switch p := s.at.(type) {
	case *string:
		return *p
	case *Kind:
		return string(*p)
	case *NomineeKind:
		return string(*p)
	case *[]string:
		return strings.Join(*p, "\n")
	case **int:
		if *p != nil {
			return strconv.Itoa(**p)
		}
	case **float64:
		if *p != nil {
			return strconv.FormatFloat(**p, 'f', -1, 64)
		}
	case **bool:
		if *p != nil {
			return strconv.FormatBool(**p)
		}
	}
	return ""
}

// set stores the text form v, or says in Vietnamese why v does not fit.
func (s slot) set(v string) error {
	v = strings.TrimSpace(v)
	switch p := s.at.(type) {
	case *string:
		if s.typ == TypeDate && v != "" && !validDate(v, s.name == "ngay_sinh") {
			return fmt.Errorf("ngày %q không đúng dạng NĂM-THÁNG-NGÀY", v)
		}
		*p = v
	case *Kind:
		k := Kind(v)
		if k != Letter && k != Minutes && k != Report && k != Other {
			return fmt.Errorf("loại văn bản %q không có", v)
		}
		*p = k
	case *NomineeKind:
		k := NomineeKind(v)
		if k != Collective && k != Individual && k != "" {
			return fmt.Errorf("đối tượng %q không có", v)
		}
		*p = k
	case *[]string:
		*p = nil
		for _, l := range strings.Split(v, "\n") {
			if l = strings.TrimSpace(l); l != "" {
				*p = append(*p, l)
			}
		}
	case **int:
		return setCount(p, v)
	case **float64:
		return setPercent(p, v)
	case **bool:
		if v == "" {
			*p = nil
			return nil
		}
		b, err := strconv.ParseBool(v)
		if err != nil {
			return fmt.Errorf("giá trị %q không phải có/không", v)
		}
		*p = &b
	}
	return nil
}

func setCount(p **int, v string) error {
	if v == "" {
		*p = nil
		return nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 || n > 100000 {
		return fmt.Errorf("số %q không phải số đếm", v)
	}
	*p = &n
	return nil
}

func setPercent(p **float64, v string) error {
	if v == "" {
		*p = nil
		return nil
	}
	f, err := strconv.ParseFloat(strings.TrimSuffix(strings.Replace(v, ",", ".", 1), "%"), 64)
	if err != nil || !(f >= 0 && f <= 1000) {
		return fmt.Errorf("tỷ lệ %q không phải số phần trăm", v)
	}
	*p = &f
	return nil
}
