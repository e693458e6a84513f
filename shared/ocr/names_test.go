package ocr

import "testing"

func TestNamesWhoseMarksAreSure(t *testing.T) {
	for name, want := range map[string]bool{
		"Hồ Thị Diễm Tú": true, "Trần Nhật Luân": true, "Nguyễn Thị Minh Nhung": true, "La Thị Xuân Hiền": false,
		"Đương Văn Nam": false, "Nguyễn Văn Tuấn": false, "Lê Thi Hoa": false, "Sùng A Chớ": false, "Nam": false, "Định Văn Nam": false,
		"Bích Hà": false, "ĐƠN VỊ": false, "Mỹ Ly": false, // what is left of a name, and no name
	} {
		if sureName(name) != want {
			t.Errorf("%s: sure %v", name, !want)
		}
	}
}

func TestUnitsThatEveryScanMisreadsAlike(t *testing.T) {
	for name, want := range map[string]bool{"Hạt Kiếm lâm huyện": true, "Hạt Kiểm lâm huyện": false, "Phòng Tổ chức cán bộ": false, "Trạm Y tế xã Ea Súp": false} {
		if likelyMisread(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

func TestProvincesGetTheirMarks(t *testing.T) {
	for read, want := range map[string]string{"Trà Vĩnh": "Trà Vinh", "Hoà Bình": "Hoà Bình", "Bắc Sơn": "Bắc Sơn", "ĐẮK LẮK": "ĐẮK LẮK", "": ""} {
		if got := rightPlace(read); got != want {
			t.Errorf("%q became %q", read, got)
		}
	}
}
