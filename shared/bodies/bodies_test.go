package bodies_test

import (
	"slices"
	"testing"

	"hoso/shared/bodies"
	"hoso/shared/calendar"
	"hoso/shared/campaign"
)

func day(t *testing.T, iso string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseISO(iso)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhoFollowedAndWhoStands(t *testing.T) {
	b, err := bodies.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, day, within string
		gone, certain     bool
		follow            []string
	}{
		{"Sở Thông tin và Truyền thông", "2025-02-28", "", false, false, nil},
		{"Sở Thông tin và Truyền thông", "2025-03-01", "", true, true, []string{"Sở Khoa học và Công nghệ"}},
		{"SỞ TT&TT", "2025-03-01", "", true, true, []string{"Sở Khoa học và Công nghệ"}},
		{"Sở TT&TT tỉnh Bắc Kạn", "2025-03-01", "", true, true, []string{"Sở Khoa học và Công nghệ tỉnh Bắc Kạn"}},
		{"Sở TT&TT tỉnh Bắc Kạn", "2025-07-01", "", true, true, []string{"Sở Khoa học và Công nghệ tỉnh Thái Nguyên"}},
		{"UBND tỉnh Bắc Kạn", "2025-06-30", "", false, false, nil},
		{"UBND tỉnh Bắc Kạn", "2025-07-01", "", true, true, []string{"UBND tỉnh Thái Nguyên"}},
		{"Uỷ ban nhân dân tỉnh Bắc Kạn", "2025-12-01", "", true, true, []string{"Uỷ ban nhân dân tỉnh Thái Nguyên"}},
		{"Chủ tịch UBND tỉnh Hải Dương", "2025-07-01", "", true, true, []string{"Chủ tịch UBND thành phố Hải Phòng"}},
		{"UBND tỉnh Ninh Thuận", "2025-07-01", "", true, true, []string{"UBND tỉnh Khánh Hòa"}},
		{"UBND tỉnh Bình Phước", "2025-07-01", "", true, true, []string{"UBND tỉnh Đồng Nai"}},
		{"UBND quận Dương Kinh", "2025-07-01", "", true, false, []string{"UBND phường Dương Kinh", "UBND phường Hưng Đạo"}},
		{"UBND huyện Ba Bể", "2025-07-01", "", true, true, nil},
		{"Sở Nội vụ", "2025-07-01", "UBND tỉnh Bắc Kạn", true, true, []string{"Sở Nội vụ tỉnh Thái Nguyên"}},
		{"Sở Nội vụ", "2025-07-01", "", false, false, nil},
		{"UBND tỉnh Thái Nguyên", "2025-07-01", "", false, false, nil},
		{"Sở Nội vụ", "2025-07-01", "UBND tỉnh Thái Nguyên", false, false, nil},
		{"UBND thành phố Hải Phòng", "2025-07-01", "", false, false, nil},
		{"UBND xã Vân Tùng", "2025-07-01", "", false, false, nil},
		{"UBND phường Dương Kinh", "2025-07-01", "", false, false, nil},
		{"Sở Khoa học và Công nghệ", "2025-07-01", "", false, false, nil},
		{"Phòng Thông tin và Truyền thông", "2025-07-01", "", false, false, nil},
		{"Phòng Thông tin và Truyền thông huyện Ba Bể", "2025-07-01", "", true, true, nil},
		{"Trường THPT Ba Bể huyện Ba Bể", "2025-07-01", "", false, false, nil},
		{"Công ty cổ phần Sao Bắc tỉnh Bắc Kạn", "2025-07-01", "", false, false, nil},
		{"Sở Thông tin và Truyền thông", "2025-07-01", "UBND tỉnh Bắc Kạn", true, true, []string{"Sở Khoa học và Công nghệ tỉnh Thái Nguyên"}},
	} {
		s := b.At(c.name, day(t, c.day), c.within)
		if s.Gone != c.gone || s.Certain != c.certain || !slices.Equal(s.Successors, c.follow) || s.Gone != (s.Source != "") {
			t.Errorf("%s on %s within %q: %+v", c.name, c.day, c.within, s)
		}
	}
}

// TestPlansAndBookAgree holds every succession that a plan's file names against
// the book: the same day, the same successor.
func TestPlansAndBookAgree(t *testing.T) {
	b, err := bodies.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	plans, err := campaign.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, p := range plans {
		for _, s := range p.Succession {
			n++
			at := b.At(s.Body, s.From)
			if !at.Gone || at.From != s.From || len(at.Successors) == 0 {
				t.Errorf("%s, %s: %+v", p.ID, s.Body, at)
			}
		}
	}
	if n < 8 {
		t.Errorf("only %d successions", n)
	}
}

func TestAFileWithoutASourceIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no source":   "- {id: x, body: Sở X, from: 2025-03-01, certainty: sure}",
		"no day":      "- {id: x, body: Sở X, source: s, certainty: sure}",
		"two things":  "- {id: x, body: Sở X, place: tỉnh Y, from: 2025-03-01, source: s, certainty: sure}",
		"nothing":     "- {id: x, from: 2025-03-01, source: s, certainty: sure}",
		"no place":    "- {id: x, place: Sở Y, from: 2025-03-01, source: s, certainty: sure}",
		"unknown":     "- {id: x, body: Sở X, when: 2025-03-01, source: s, certainty: sure}",
		"not certain": "- {id: x, body: Sở X, from: 2025-03-01, source: s, certainty: maybe}",
	} {
		if _, err := bodies.Parse([]byte(text)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
