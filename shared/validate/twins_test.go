package validate_test

import (
	"strings"
	"testing"

	"hoso/shared/reading"
)

func TestTwins(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), twinCases()) }

// again lists Đoàn Sỹ Kiên a second time, under another spelling.
func again(name, unit string) func(w *world) {
	return func(w *world) {
		w.letter.Nominees = append(w.letter.Nominees, reading.Nominee{Name: name, Kind: reading.Individual, Position: "Viên chức", Unit: unit})
		w.letter.StatedIndividuals = num(3)
	}
}

func twinCases() []one {
	twice := func(name string) []string { return []string{"warn DUPLICATE_NOMINEE Đoàn Sỹ Kiên+" + name} }
	return []one{
		{"the same line twice", again("Đoàn Sỹ Kiên", "Phòng Văn hóa và Thông tin"), twice("Đoàn Sỹ Kiên")},
		{"y and i", again("Đoàn Sĩ Kiên", "Phòng Văn hoá và Thông tin"), twice("Đoàn Sĩ Kiên")},
		{"decomposed, with two spaces", again("Đoàn  Sỹ Kiên", ""), twice("Đoàn  Sỹ Kiên")},
		{"two people: Kiên and Kiến", func(w *world) {
			again("Đoàn Sỹ Kiến", "Phòng Văn hóa và Thông tin")(w)
			other := *w.reports[3]
			other.Name, other.BirthDate = "Đoàn Sỹ Kiến", "1980-01-01"
			w.file("bao_cao_05.pdf", "bao_cao", &other, essay(9))
			w.minutes.Nominees = append(w.minutes.Nominees, w.minutes.Nominees[3])
			w.minutes.Nominees[4].Name = "Đoàn Sỹ Kiến"
		}, nil},
		{"one name in two units", func(w *world) {
			again("Đoàn Sỹ Kiên", "Phòng Nội vụ")(w)
			other := *w.reports[3]
			other.Unit, other.BirthDate = "Phòng Nội vụ", "1980-01-01"
			w.file("bao_cao_05.pdf", "bao_cao", &other, essay(9))
			w.minutes.Nominees = append(w.minutes.Nominees, w.minutes.Nominees[3])
			w.minutes.Nominees[4].Unit = "Phòng Nội vụ"
		}, nil},
		{"one name and birth date in two units", func(w *world) {
			again("Đoàn Sỹ Kiên", "Phòng Nội vụ")(w)
			other := *w.reports[3]
			other.Unit = "Phòng Nội vụ"
			w.file("bao_cao_05.pdf", "bao_cao", &other, essay(9))
			w.minutes.Nominees = append(w.minutes.Nominees, w.minutes.Nominees[3])
			w.minutes.Nominees[4].Unit = "Phòng Nội vụ"
		}, []string{"warn SAME_NAME_AND_BIRTH Đoàn Sỹ Kiên+Đoàn Sỹ Kiên"}},
		{"one name and unit, two birth dates", func(w *world) {
			again("Đoàn Sỹ Kiên", "Phòng Văn hóa và Thông tin")(w)
			other := *w.reports[3]
			other.BirthDate = "1980-01-01"
			w.file("bao_cao_05.pdf", "bao_cao", &other, essay(9))
			w.minutes.Nominees = append(w.minutes.Nominees, w.minutes.Nominees[3])
		}, nil},
		{"one name and unit, a birth date read with doubt", func(w *world) {
			again("Đoàn Sỹ Kiên", "Phòng Văn hóa và Thông tin")(w)
			other := *w.reports[3]
			other.BirthDate, other.Unsure = "1980-01-01", []string{"ngay_sinh"}
			w.file("bao_cao_05.pdf", "bao_cao", &other, essay(9))
			w.minutes.Nominees = append(w.minutes.Nominees, w.minutes.Nominees[3])
		}, []string{"warn DUPLICATE_NOMINEE Đoàn Sỹ Kiên+Đoàn Sỹ Kiên", "note DOUBTFUL_VALUE bao_cao_05.pdf"}},
		{"a body twice, written differently", func(w *world) {
			w.letter.Nominees = append(w.letter.Nominees, reading.Nominee{Name: "Trung tâm Dịch vụ nông nghiệp, UBND huyện Chợ Đồn", Kind: reading.Collective})
			w.letter.StatedCollectives = num(3)
		}, []string{"warn DUPLICATE_NOMINEE Trung tâm Dịch vụ nông nghiệp+Trung tâm Dịch vụ nông nghiệp, UBND huyện Chợ Đồn"}},
		{"a person with a body's name", func(w *world) { w.letter.Nominees[3].Kind = reading.Individual }, nil},
	}
}

func TestCopiedReports(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), alikeCases()) }

func alikeCases() []one {
	text := func(i int, s string) func(w *world) {
		return func(w *world) { w.files[2+i].Reading.Pages[0].Text = s }
	}
	copied := []string{"note REPORTS_ALIKE Phạm Thành Quảng+Đoàn Sỹ Kiên"}
	return []one{
		{"the whole text", text(3, essay(2)), copied},
		{"the text with another name", text(3, strings.ReplaceAll(essay(2), "hoàn thành việc số 2003", "hoàn thành việc số 2999")), copied},
		{"one sentence of twelve its own", text(3, strings.Replace(essay(2), "Trong lần thứ 5 đã hoàn thành việc số 2005", "Riêng tháng sáu đã tự học và giúp đỡ đồng nghiệp mới vào làm", 1)), copied},
		{"four sentences of twelve their own", text(3, essay(2)[:2*len(essay(2))/3]+essay(3)[2*len(essay(3))/3:]), nil},
		{"half of the text", text(3, essay(2)[:len(essay(2))/2]+essay(3)), nil},
		{"the figures changed", text(3, essay(3)), nil},
		{"hardly any text", func(w *world) {
			w.files[4].Reading.Pages[0].Text, w.files[5].Reading.Pages[0].Text = "Hoàn thành tốt nhiệm vụ được giao trong năm.", "Hoàn thành tốt nhiệm vụ được giao trong năm."
		}, nil},
		{"the form that all were written on", func(w *world) {
			form := strings.Repeat("Sơ lược lý lịch, quá trình công tác và các hình thức đã được khen thưởng theo mẫu. ", 1)
			for i := range 40 {
				form += strings.Repeat("mục ", 1) + string(rune('a'+i%26)) + " của mẫu báo cáo thành tích " + string(rune('a'+i/26)) + " "
			}
			for _, f := range w.files[2:] {
				f.Reading.Pages[0].Text = strings.Repeat(form, 1) + f.Reading.Pages[0].Text
			}
		}, nil},
	}
}
