package validate_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/validate"
)

// largest is a dossier of sixty nominees with reports of about 900 words.
func largest(rules validate.Rules) *world {
	w := sound(rules)
	w.files, w.reports = w.files[:2], nil
	w.letter.Nominees, w.minutes.Nominees = nil, nil
	for i := range 60 {
		n := reading.Nominee{Name: fmt.Sprintf("Nguyễn Thị Thùy Linh %s", strings.Repeat("A", i%7+1)+string(rune('a'+i%26))), Kind: reading.Individual, Position: "Chuyên viên", Unit: fmt.Sprintf("Phòng Tài chính - Kế hoạch số %d", i%9)}
		if i%3 == 0 {
			n = reading.Nominee{Name: fmt.Sprintf("UBND xã Bằng Phúc %d", i), Kind: reading.Collective, Unit: "UBND huyện Chợ Đồn"}
		}
		w.letter.Nominees = append(w.letter.Nominees, n)
		v := reading.Nominee{Name: n.Name, Kind: n.Kind, Unit: n.Unit, VotesFor: num(8), VotesOf: num(9), Percent: percent(88.89)}
		d := &reading.Document{
			Kind: reading.Report, Pages: [2]int{1, 1}, IssuedOn: "2023-11-06", Subject: "ĐỀ NGHỊ TẶNG BẰNG KHEN CỦA CHỦ TỊCH UBND TỈNH BẮC KẠN",
			Parent: "ỦY BAN NHÂN DÂN HUYỆN CHỢ ĐỒN", Name: n.Name, NomineeKind: n.Kind, BirthDate: fmt.Sprintf("19%02d-04-22", 40+i), Position: n.Position,
			Unit: n.Unit, Confirmed: yes(), ConfirmedBy: "Lê Đăng Khoa", Form: "Mẫu số 07 - Nghị định số 91/2017/NĐ-CP", Evidence: w.letter.Evidence,
		}
		if n.Kind == reading.Collective { // written out in the other papers
			v.Name = strings.Replace(n.Name, "UBND", "Ủy ban nhân dân", 1) + ", huyện Chợ Đồn"
			d.Name, d.Unit, d.BirthDate = strings.Replace(n.Name, "UBND", "Uỷ ban nhân dân", 1), "", ""
		}
		w.minutes.Nominees = append(w.minutes.Nominees, v)
		w.reports = append(w.reports, d)
		w.file(fmt.Sprintf("bao_cao_%02d.pdf", i+1), dossier.Report, d, essay(i)+essay(i+100)+essay(i+200)+"\nXÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ\nTM. ỦY BAN NHÂN DÂN\nLê Đăng Khoa")
	}
	w.letter.StatedCollectives, w.letter.StatedIndividuals = num(20), num(40)
	return w
}

// BenchmarkJudge judges sixty nominees by all rules, given their readings.
// Target: 20 ms on one core.
func BenchmarkJudge(b *testing.B) {
	w := largest(rulesOn(b, "2023-11-20"))
	if got := w.judge(); len(got.Findings) != 0 || len(got.Nominees) != 60 {
		b.Fatalf("%d nominees, %+v", len(got.Nominees), got.Findings[:min(3, len(got.Findings))])
	}
	b.ReportAllocs()
	n, before := 0, processor(b)
	for b.Loop() {
		w.judge()
		n++
	}
	// Processor time, so that a busy machine does not count.
	b.ReportMetric(float64(processor(b)-before)/float64(n)/float64(time.Millisecond), "cpu-ms/op")
}

// processor gives the processor time this process has used.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRules finds a pinned set and makes a round's rules of it.
func BenchmarkRules(b *testing.B) {
	books, rules := books(b), rulesOn(b, "2023-11-20")
	for b.Loop() {
		if _, _, err := books.Pinned(validate.PinOf(rules.Set)); err != nil {
			b.Fatal(err)
		}
	}
}
