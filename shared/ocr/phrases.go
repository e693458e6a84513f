package ocr

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"hoso/shared/viettext"
)

// fixedPhrases are words that belong together in papers of this kind, as they
// are rightly written. Without marks each can be nothing else, and none is
// part of a person's name.
const fixedPhrases = `cộng hòa xã hội chủ nghĩa việt nam;độc lập tự do hạnh phúc;hội đồng thi đua khen thưởng;thi đua khen thưởng;hội đồng thi đua;
thi đua;khen thưởng;bằng khen;giấy khen;tập thể;cá nhân;các tập thể;tổng hợp;tổng số;tổ chức;thành tích;báo cáo thành tích;thành tích xuất sắc;xuất sắc;
đề nghị;tờ trình;biên bản;quyết định;nghị định;thông tư;kế hoạch;căn cứ;kính gửi;kính đề nghị;kính trình;nơi nhận;như trên;thủ trưởng đơn vị;
thủ trưởng cơ quan;xác nhận của;cấp trên trực tiếp;người báo cáo;thư ký;chủ trì;chủ tọa;chủ tịch;phó chủ tịch;phó giám đốc;giám đốc;hiệu trưởng;
phó hiệu trưởng;trưởng phòng;phó trưởng phòng;trưởng ban;phó trưởng ban;trưởng khoa;phó trưởng khoa;tổ trưởng;đội trưởng;chuyên viên;công chức;viên chức;
ủy ban nhân dân;ủy ban;hội đồng nhân dân;chủ tịch ủy ban;sở nội vụ;sở tài chính;sở thông tin và truyền thông;sở giáo dục và đào tạo;sở y tế;sở công thương;
thông tin và truyền thông;giáo dục và đào tạo;khoa học và công nghệ;tài nguyên và môi trường;kế hoạch và đầu tư;nông nghiệp và phát triển nông thôn;
văn hóa và thông tin;văn hóa thể thao và du lịch;lao động thương binh và xã hội;lao động thương binh;kinh tế và hạ tầng;tài chính kế hoạch;
hành chính tổng hợp;tổ chức hành chính;kế hoạch tổng hợp;nội tổng hợp;chẩn đoán hình ảnh;bệnh viện đa khoa;trung tâm y tế;khoa cấp cứu;công an;bộ chỉ huy quân sự;
chuyển đổi số;ứng dụng công nghệ thông tin;cải cách hành chính;phong trào thi đua;phong trào;thực hiện;triển khai;triển khai thực hiện;kiểm tra;kiểm kê;
hướng dẫn;tham mưu;nhiệm vụ;hoàn thành;hoàn thành xuất sắc;kết quả;số phiếu;phiếu đồng ý;số phiếu đồng ý;phiếu bầu;kiểm phiếu;bỏ phiếu;bỏ phiếu kín;biểu quyết;
tỷ lệ;nhất trí;thống nhất;tán thành;thành viên;có mặt;vắng mặt;họp xét;cuộc họp;buổi họp;thành phần tham dự;tham dự;thời gian;địa điểm;
đặc điểm;đặc điểm tình hình;sơ lược;lý lịch;sơ lược lý lịch;các hình thức đã được khen thưởng;hình thức khen thưởng;hình thức đề nghị;hình thức;đã được;
chức vụ;chức vụ hiện nay;chức danh;đơn vị;đơn vị công tác;nơi công tác;nơi thường trú;quê quán;họ và tên;tên tập thể;ngày tháng năm sinh;dân tộc;giới tính;
trình độ;cơ cấu tổ chức;người lao động;đảng viên;trong đó;phẩm chất;đạo đức;lối sống;chấp hành;chính sách;pháp luật của nhà nước;pháp luật;nội quy;quy chế;
gia đình;sáng kiến;sáng kiến kinh nghiệm;giải pháp;đồng nghiệp;nhân dân;danh sách;kèm theo;có danh sách kèm theo;nghị định số;quyết định số;thông tư số;luật thi đua;
tuyên truyền;phòng chống thiên tai;tiết kiệm;hiệu quả;chất lượng;kịp thời;phát hiện;kiến nghị;xử lý;vi phạm;khiếu nại;tố cáo;sai sót;trực tuyến;
dịch vụ công trực tuyến;dịch vụ công;hồ sơ;một cửa;thủ tục hành chính;rút ngắn;bình quân;xem xét;xét tặng;tặng thưởng;đối với;có thành tích;
địa phương;tỉnh ủy;huyện ủy;đảng ủy;chi bộ;công đoàn;đoàn thanh niên;hội liên hiệp phụ nữ;mặt trận tổ quốc;liên đoàn lao động;
năm học;trường tiểu học;trường trung học cơ sở;trung học phổ thông;trung học cơ sở;tiểu học;mầm non;hợp tác xã;công ty cổ phần;trách nhiệm hữu hạn;
phổ biến;thẩm quyền;cấp có thẩm quyền;đối tượng;tiêu chuẩn;điều kiện;quy định;theo quy định;hội đồng;hội đồng sáng kiến;công nhận;lưu văn thư;
ghi rõ họ tên;ghi rõ họ và tên;đã ký;ký tên;đóng dấu;ký ghi rõ họ tên;ký ghi rõ họ và tên;ký tên đóng dấu;mẫu số;nghiệp vụ;tổ chức hành chính quản trị;buổi tuyên truyền;lượt người;
chỉ tiêu;được giao;học tập và làm theo;tư tưởng;phong cách hồ chí minh;chủ trương;đường lối;đoàn kết nội bộ;gương mẫu;chuyên đề;đột xuất;đợt thi đua;quý;thứ tự;ghi chú;
bệnh viện đa khoa tỉnh;đa khoa tỉnh;nhân dân tỉnh;ủy ban nhân dân tỉnh;ubnd tỉnh;ủy ban nhân dân huyện;nhân dân huyện;ubnd huyện;ubnd thành phố;ubnd thị xã;nhân dân thành phố;
nhân dân thị xã;nhân dân phường;nhân dân thị trấn;nhân dân xã;công an tỉnh;công an huyện;triển nông thôn;phát triển;sở nông nghiệp;nông nghiệp;nông thôn;cấp trên;người nghèo;
hạt kiểm lâm;kiểm lâm;kiểm soát;kiểm định;viện kiểm sát;quản lý thị trường;bảo hiểm xã hội;kho bạc nhà nước;thống kê;bảo vệ thực vật;chăn nuôi;trồng trọt;thể dục thể thao;phát thanh truyền hình;
phát triển quỹ đất;đăng ký đất đai;giao thông vận tải;điều dưỡng;cấp cứu;hồi sức cấp cứu;phẫu thuật;chấn thương chỉnh hình;tiếp công dân;dân tộc;tôn giáo;giáo dục thường xuyên;
phó giám đốc phụ trách;phụ trách;thừa lệnh;thay mặt;tổ chuyên môn;tổ công tác;tổ công nghệ số cộng đồng;công nghệ số;kinh tế số;xã hội số;chính quyền số;
kiểm soát nhiễm khuẩn;nhiễm khuẩn;chi cục thuế;cục thuế;thuế khu vực;tổ khoa học;khoa học tự nhiên;khoa học xã hội;phổ thông;thể thao;thể thao và du lịch;văn hóa thể thao;văn hóa xã hội;
hình thức khen;khen thưởng cấp;ngày tháng;số ngày tháng năm của quyết định cơ quan ban hành;cơ quan ban hành;số phiếu không đồng ý;không đồng ý;đề nghị khen thưởng;tỷ lệ phiếu;
quản lý doanh nghiệp;quản lý đầu tư;quản lý đô thị;quản lý dự án;công tác xã hội;khoa nội;khoa ngoại;khoa sản;khoa nhi;khoa dược;khoa xét nghiệm;khoa khám bệnh;y tế dự phòng;y học cổ truyền;
tư pháp;thanh tra sở;thanh tra;hạ tầng kỹ thuật;phát triển hạ tầng;kinh tế tổng hợp;tổng hợp kinh tế;quản trị;tài vụ;kế toán;kế toán tài vụ;phòng giáo dục;trường mẫu giáo;mẫu giáo;
chi đoàn giáo viên;giáo viên;công đoàn cơ sở;kho bạc;ngân hàng nhà nước;hải quan;cục hải quan;quản lý rừng;rừng phòng hộ;rừng đặc dụng;ban quản lý;khu công nghiệp;khu kinh tế;trạm y tế;trạm y tế xã;y tế xã;tổ ngoại ngữ;tổ hành chính;
đài phát thanh;truyền thanh;bưu điện;điện lực;cấp nước;môi trường đô thị;công trình đô thị;hội cựu chiến binh;cựu chiến binh;hội nông dân;hội chữ thập đỏ;hội người cao tuổi;thương binh và xã hội`

// provinces are the provinces and cities, of today and before mid-2025.
const provinces = `an giang;bà rịa - vũng tàu;bạc liêu;bắc giang;bắc kạn;bắc ninh;bến tre;bình dương;bình định;bình phước;bình thuận;cà mau;cao bằng;cần thơ;đà nẵng;đắk lắk;đắk nông;điện biên;đồng nai;đồng tháp;gia lai;hà giang;hà nam;hà nội;hà tĩnh;hải dương;hải phòng;hậu giang;hòa bình;hồ chí minh;hưng yên;khánh hòa;kiên giang;kon tum;lai châu;lạng sơn;lào cai;lâm đồng;long an;nam định;nghệ an;ninh bình;ninh thuận;phú thọ;phú yên;quảng bình;quảng nam;quảng ngãi;quảng ninh;quảng trị;sóc trăng;sơn la;tây ninh;thái bình;thái nguyên;thanh hóa;thừa thiên huế;tiền giang;trà vinh;tuyên quang;vĩnh long;vĩnh phúc;yên bái`

// phrases gives the words of the fixed phrases by their first words without
// marks, the longest first.
var phrases = sync.OnceValue(func() map[string][][]string {
	out := map[string][][]string{}
	all := strings.ReplaceAll(fixedPhrases, "\n", "")
	for p := range strings.SplitSeq(provinces, ";") {
		all += ";tỉnh " + p + ";thành phố " + p
	}
	for p := range strings.SplitSeq(all, ";") {
		words := strings.Fields(p)
		if len(words) < 2 {
			continue
		}
		first := foldedText(words[0])
		at := len(out[first])
		for at > 0 && len(out[first][at-1]) < len(words) {
			at--
		}
		out[first] = append(out[first], nil)
		copy(out[first][at+1:], out[first][at:])
		out[first][at] = words
	}
	return out
})

// rightPlace gives the name of a province or city its marks: without them it
// can be no other.
func rightPlace(read string) string {
	for p := range strings.SplitSeq(provinces, ";") {
		if foldedText(p) != foldedText(read) || plain(p) == plain(read) {
			continue
		}
		rs := []rune(p)
		for i, r := range rs {
			if unicode.IsLetter(r) && (i == 0 || !unicode.IsLetter(rs[i-1])) {
				rs[i] = unicode.ToUpper(r)
			}
		}
		return string(rs)
	}
	return read
}

// foldedText gives the letters and figures of a word without marks and case.
func foldedText(s string) string { return strings.TrimSpace(viettext.Fold(s)) }

// repair gives words of fixed phrases their right marks: the recogniser takes
// thể for thế and loses marks of capitals, and where the phrase is the same
// without marks it can be nothing else. Names are left alone: words with
// capital initials only are no fixed phrase.
func repair(words []word) {
	for i := range words {
		words[i].text = spelt(words[i].text)
	}
	order := inLines(words)
	for i, k := range order {
		w := &words[k]
		w.text = letterSymbol().ReplaceAllString(w.text, "/TTr-")
		specks := "'`´‘’"
		if !closes(words, w.line) {
			specks += "“"
		}
		if t := strings.TrimLeft(w.text, specks); len([]rune(t)) > 1 {
			w.text = t // specks before a word
		}
		if alone := (i == 0 || words[order[i-1]].line != w.line) && (i+1 == len(order) || words[order[i+1]].line != w.line); alone && capitals(w.text) && foldedText(w.text) == "tinh" {
			w.settle("tỉnh") // the rest of a body's name
		}
		// "ngày, tháng, năm" of a form.
		if t := strings.TrimRight(w.text, ".;:,"); i > 0 && t != w.text && foldedText(t) == "thang" && words[order[i-1]].line == w.line && strings.HasSuffix(words[order[i-1]].text, "gày,") {
			w.text = t + ","
		}
		w.text = highlandName().ReplaceAllString(w.text, "$1’$2")
		// "Ia" begins many names of places, "la" no word.
		if w.text == "la" && i+1 < len(order) && words[order[i+1]].line == w.line && initial(words[order[i+1]].text) {
			w.text = "Ia"
		}
	}
	bare := make([]string, len(order))
	for i, k := range order {
		bare[i] = foldedText(words[k].text)
	}
	for i := 0; i < len(order); {
		n := 1
		for _, p := range phrases()[bare[i]] {
			idx, ok := matches(words, order[i:], bare[i:], p)
			if !ok {
				continue
			}
			if len(idx) < len(p) { // goes on in the line below
				rest, ok := below(words, idx, p[len(idx):])
				if !ok {
					continue
				}
				for j, k := range rest {
					words[k].settle(p[len(idx)+j])
				}
			}
			for j, k := range idx {
				words[k].settle(p[j])
			}
			n = len(idx)
			break
		}
		i += n
	}
}

// spelt gives a word without the letters of other languages that the
// recogniser takes parts of Vietnamese ones for, and without the remains of
// the ruling line under it.
func spelt(s string) string {
	s = strings.NewReplacer("Đð", "Đ", "ðĐ", "Đ", "đð", "đ", "Ð", "Đ", "ð", "đ", "øg", "g", "øơ", "g", "ø", "g", "Ø", "O").Replace(s)
	if t := strings.TrimRight(s, "_"); t != "" && len(s)-len(t) == 1 {
		return t
	}
	return s
}

// letterSymbol matches what the recogniser makes of "/TTr-".
var letterSymbol = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`/(?:T[IlL1]r|[I1]Tr|TTt|TTI|Ttr)-`) })

// closes reports a closing quotation mark in a line or the one behind it.
func closes(words []word, line int) bool {
	return slices.ContainsFunc(words, func(w word) bool { return (w.line == line || w.line == line+1) && strings.Contains(w.text, "”") })
}

// highlandName matches names such as H’Lin and K’Ré, whose apostrophe the
// recogniser takes for another mark.
var highlandName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("^([HKY])[?'`‘\"”“](\\p{Lu}\\p{Ll}+)$") })

// inLines orders the words by line and place.
func inLines(words []word) []int {
	order := make([]int, len(words))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &words[a], &words[b]
		return cmp.Or(cmp.Compare(x.line, y.line), cmp.Compare(x.x0, y.x0))
	})
	return order
}

// matches reports that the words that follow are the phrase, without marks:
// the whole, or, up to the end of their line, two words of it at least.
func matches(words []word, order []int, bare, phrase []string) ([]int, bool) {
	var idx []int
	initials := 0
	at := 0
	odd := false // a word of a long phrase has a wrong letter
	for _, want := range phrase {
		for at > 0 && at < len(order) && bare[at] == "" {
			at++ // a dash between the words
		}
		if len(idx) >= 2 && (at >= len(order) || ends(&words[idx[len(idx)-1]], &words[order[at]])) {
			break
		}
		if at >= len(order) || words[order[at]].line != words[order[0]].line {
			return nil, false
		}
		k := order[at]
		if bare[at] != foldedText(want) {
			if odd = odd || at == 0; odd || len(phrase) < 4 || !nearlySpelt(words[k].text, bare[at], foldedText(want)) {
				return nil, false
			}
			odd = true
		}
		if initial(words[k].text) {
			initials++
		}
		idx = append(idx, k)
		at++
	}
	return idx, initials < len(idx) && (!odd || len(idx) == len(phrase))
}

// nearlySpelt reports a word in small letters that is another but for one letter.
func nearlySpelt(text, bare, want string) bool {
	if len(bare) != len(want) || initial(text) || capitals(text) {
		return false
	}
	wrong := 0
	for i := range len(bare) {
		if bare[i] != want[i] {
			wrong++
		}
	}
	return wrong == 1
}

// ends reports that a word ends its line, or its cell: what follows stands on
// another line, or far away.
func ends(w, next *word) bool {
	return next.line != w.line || next.x0-w.x1 > 1.5*w.size
}

// below looks for the rest of a phrase at the beginning of the line under it.
func below(words []word, above []int, rest []string) ([]int, bool) {
	first, last := &words[above[0]], &words[above[len(above)-1]]
	for k := range words {
		w := &words[k]
		down := w.base - last.base
		if foldedText(w.text) != foldedText(rest[0]) || initial(w.text) || capitals(w.text) != capitals(last.text) ||
			down < 0.7*last.size || down > 2.2*last.size || w.x0 > last.x1 || w.x1 < first.x0-8*last.size || !begins(words, k) {
			continue
		}
		idx := []int{k}
		for _, want := range rest[1:] {
			n := after(words, idx[len(idx)-1])
			if n < 0 || foldedText(words[n].text) != foldedText(want) {
				return nil, false
			}
			idx = append(idx, n)
		}
		return idx, true
	}
	return nil, false
}

// begins reports that nothing stands right before a word in its line.
func begins(words []word, k int) bool {
	w := &words[k]
	return !slices.ContainsFunc(words, func(o word) bool {
		return o.x1 <= w.x0+2 && w.x0-o.x1 < 1.5*w.size && math.Abs(o.base-w.base) < 0.5*w.size
	})
}

// after gives the next word of a line, or -1.
func after(words []word, k int) int {
	w, best := &words[k], -1
	for i := range words {
		o := &words[i]
		if o.x0 >= w.x1-2 && o.x0-w.x1 < 1.5*w.size && math.Abs(o.base-w.base) < 0.5*w.size && (best < 0 || o.x0 < words[best].x0) {
			best = i
		}
	}
	return best
}

// initial reports a word with a capital initial and small letters behind it.
func initial(s string) bool {
	first, rest := false, false
	for i, r := range []rune(strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })) {
		if i == 0 {
			first = unicode.IsUpper(r)
		} else if unicode.IsLower(r) {
			rest = true
		}
	}
	return first && rest
}

// settle gives the letters of a word their marks and keeps case and punctuation.
func (w *word) settle(right string) {
	want := []rune(right)
	rs := []rune(viettext.NFC(w.text))
	from, n := -1, 0
	for i, r := range rs {
		if unicode.IsLetter(r) {
			if from < 0 {
				from = i
			}
			n++
		}
	}
	w.known = true
	defer func() { w.seen, w.low = twice, max(w.low, trusted) }()
	if n != len(want) || from < 0 {
		return
	}
	for i, r := range want {
		if !unicode.IsLetter(rs[from+i]) {
			return
		}
		if unicode.IsUpper(rs[from+i]) {
			r = unicode.ToUpper(r)
		}
		want[i] = r
	}
	got := string(rs[:from]) + string(want) + string(rs[from+n:])
	if viettext.NewTone(got) == viettext.NewTone(viettext.NFC(w.text)) {
		return // as read, old tone placement included
	}
	w.text = got
}
