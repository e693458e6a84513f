package ocr

import (
	"strings"
	"sync"
	"unicode"

	"hoso/shared/viettext"
)

// nameWords are the usual parts of people's names. They tell a name that was
// surely read from one whose marks may be another's: Hiền, Hiển and Hiên are
// all names, Nguyễn is the only one of its kind.
const nameWords = `nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm phùng mai tô tạ thái hà cao châu chu
lương lưu tăng tống từ triệu quách quan kiều khổng la lã lại lục lò lường mạc nghiêm nông ninh ông phó sầm sùng tẩn thạch thào tòng trang tri vàng vi viên giàng giáp hứa khương kim
bế bàn cầm chẩu cư dư đàm đồng âu an ân anh ánh ái bách bảo bằng bích biên bình bửu ca cẩm cảnh chánh chi chí chiến chiểu chính chung chương công cúc cường
danh dân diễm diệp diệu dinh doan doanh du duẩn dung dũng duy duyên dự đại đạo đạt đăng điền điệp định đình đoan đông độ đức gấm gia giang giao hải hạnh hạ hai hân hằng hào hảo hậu hiên hiến hiền hiển hiệp hiếu hiệu hoa hoài hoan hoàn hòa hòe hội hồng hợi hợp huân huấn huệ huế hùng huy huyên huyền hưng hương hường hướng hữu hy
kha khải khang khanh khánh khiêm khoa khoát khôi khuê khương kiên kiệt kỳ kỷ lạc lam lan lanh lài lành lân lập liêm liên liễu linh loan long lộc lợi luân luận luật lực lữ lượng ly mạnh mẫn mây miên miền minh mơ mùi mỹ my
na nam nga ngà ngân nghi nghĩa ngọc nguyên nguyệt nhã nhàn nhân nhâm nhất nhật nhi nhiên nho như nhung nhựt niên nữ nương oanh phát phi phong phòng phú phúc phước phượng phương phụng quang quân quế quốc quỳnh quý quyên quyền quyết quyến
sang sáng sâm sen sinh sơn sử sương sỹ tá tài tám tâm tân tấn tập tất thanh thành thạch thảo thắm thăng thắng thắm thêm thi thị thiên thiện thiệu thịnh thoa thoan thoại thông thơ thơm thoan thu thuần thuận thúy thùy thủy thụy thuyết thư thức thường thương thược tiên tiến tiếp tiệp tĩnh tình tín toan toàn toản tố tới trà trâm trân trí triều trinh trọng trúc trung truyền trực trường tú tuân tuấn tuất tuệ tùng tuy tuyên tuyền tuyển tuyết tư tường tưởng ty tý
uyên út vân văn vang vinh vịnh việt viết vĩnh vỹ vui vượng vy xuân xuyên xuyến ý yên yến bạch đài đang đường giác hoạt khắc khuyên lệ lịch lai lĩnh nhâm nhài nhạn ngữ oánh phán phấn phiên sắc thân thế thể thao then tiềm trữ vọng`

var nameLexicon = sync.OnceValue(func() map[string]bool { return wordSet(nameWords) })

// formWords are the words of the fixed phrases.
var formWords = sync.OnceValue(func() map[string]bool { return wordSet(strings.ReplaceAll(fixedPhrases, ";", " ")) })

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[plain(w)] = true
	}
	return out
}

// plain gives a word in small letters and the newer tone placement.
func plain(s string) string { return viettext.NewTone(strings.ToLower(viettext.NFC(s))) }

// onlyOne reports a word of the set of which no variant in marks that the
// recogniser confuses is in the set as well.
func onlyOne(set map[string]bool, w string) bool {
	w = plain(w)
	if !set[w] {
		return false
	}
	for _, v := range variants(w) {
		if set[plain(v)] {
			return false
		}
	}
	return true
}

// tones lists letters that differ only in the tone over them: first without a
// tone, then grave, acute, hook, tilde.
var tones = []string{"aàáảã", "ăằắẳẵ", "âầấẩẫ", "eèéẻẽ", "êềếểễ", "iìíỉĩ", "oòóỏõ", "ôồốổỗ", "ơờớởỡ", "uùúủũ", "ưừứửữ", "yỳýỷỹ"}

// variants gives what a word could be if the tone over one of its letters, or
// the stroke of its d, was misread.
func variants(w string) []string {
	rs := []rune(w)
	var out []string
	for i, r := range rs {
		switch {
		case r == 'd' && i == 0:
			out = append(out, "đ"+string(rs[1:]))
		case r == 'đ' && i == 0:
			out = append(out, "d"+string(rs[1:]))
		}
		for _, t := range tones {
			if !strings.ContainsRune(t, r) {
				continue
			}
			for _, o := range t {
				if o != r {
					out = append(out, string(rs[:i])+string(o)+string(rs[i+1:]))
				}
			}
		}
	}
	return out
}

// sureName reports a person's name whose every part is as it was read: parts
// with a tone over another mark are the only name of their kind, the others
// are names, or nothing that a misread mark would make one.
func sureName(name string) bool {
	names := nameLexicon()
	if len(strings.Fields(name)) < 2 {
		return false // a part of it was not read
	}
	for i, p := range strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '-' }) {
		w := plain(strings.Trim(p, ".,;:"))
		if _, is := viettext.FamilyName(w); i == 0 && !is && !strings.ContainsAny(w, "'’ʼ‘") {
			return false // no family name, or the family name was not read
		}
		if i > 0 && w == "thi" { // Thị, far more often
			return false
		}
		if i == 0 && names[w] && familyName(w) || onlyOne(names, w) {
			continue
		}
		if stacked(w) {
			return false
		}
		if names[w] {
			continue
		}
		for _, v := range variants(w) {
			if names[plain(v)] {
				return false
			}
		}
	}
	return true
}

// familyName reports one of the family names that nine in ten people bear.
func familyName(w string) bool {
	return strings.Contains(" nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm phùng ", " "+w+" ")
}
