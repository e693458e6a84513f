package viettext

import (
	"strings"
	"sync"
)

// familyNames are the usual family names of Vietnam, those of its minorities
// that are written like Vietnamese words included.
const familyNames = `nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm phùng mai tô tạ thái hà cao châu chu
lương lưu tăng tống từ triệu quách quan kiều khổng la lã lại lục lò lường mạc nghiêm nông ninh ông sầm sùng tẩn thạch thào tòng trang vàng vi viên giàng giáp hứa khương kim
bế bàn cầm chẩu cư đàm đồng âu an ân bạch bành bạc biện ca cấn chúc chử cổ cung danh diệp doãn điểu điêu giả hàn hạng hầu hoa khúc kha lăng lầu liễu lộ long lù lưỡng ly ma mã mẫn mông nghị nhâm nhữ ôn
phí phó phương quản quảng sơn sử tào tất thân thiều thi tiêu tiết tôn tưởng ứng ung uông văn vòng xa yên chíu chảo đèo hờ vừ thò mùa mùi cứ ly trưng triệu tiền tằng liêu lai khâu khuất hồng`

var families = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	seen := map[string]bool{}
	for _, f := range strings.Fields(familyNames) {
		if key := NewTone(f); !seen[key] {
			seen[key] = true
			out[Fold(f)] = append(out[Fold(f)], key)
		}
	}
	return out
})

// FamilyName reports whether a word is a usual family name. If it is none and
// only its marks keep it from being exactly one, right is that one, in the
// word's case: Nguyên gives Nguyễn.
func FamilyName(word string) (right string, is bool) {
	small := NewTone(strings.ToLower(NFC(word)))
	all := families()[Fold(word)]
	for _, f := range all {
		if f == small {
			return "", true
		}
	}
	if len(all) != 1 {
		return "", false
	}
	if word == strings.ToUpper(word) {
		return strings.ToUpper(all[0]), false
	}
	rs := []rune(all[0])
	return strings.ToUpper(string(rs[0])) + string(rs[1:]), false
}
