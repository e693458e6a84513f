package viettext_test

import (
	"testing"

	"hoso/shared/viettext"
)

func TestFamilyNameIsOneOrMissesOnlyItsMarks(t *testing.T) {
	for word, want := range map[string]struct {
		right string
		is    bool
	}{
		"Nguyễn": {"", true}, "Nguyên": {"Nguyễn", false}, "Định": {"Đinh", false}, "ĐỊNH": {"ĐINH", false}, "Vị": {"Vi", false}, "Đồ": {"Đỗ", false},
		"Hòa": {"Hoa", false}, "Lỵ": {"", false}, "Byă": {"", false}, "Là": {"", false},
	} {
		if right, is := viettext.FamilyName(word); right != want.right || is != want.is {
			t.Errorf("%s: %q %v, want %q %v", word, right, is, want.right, want.is)
		}
	}
}
