package fields

import "testing"

func TestSecrecyMarksAsRecognitionHasThem(t *testing.T) {
	for line, want := range map[string]struct {
		mark  string
		exact bool
	}{
		"MẬT": {"MẬT", true}, "[ M Ậ T ]": {"MẬT", true}, "MẠẬT": {"MẬT", false}, "MAT": {"MẬT", false}, "TÔI MẬT": {"TỐI MẬT", false},
		"TUYỆI MẬT": {"TUYỆT MẬT", false}, "TUYỆT MẬT": {"TUYỆT MẬT", true}, "BẢO MẬT": {"", false}, "BÍ MẬT": {"", false}, "MÁT MẺ": {"", false}, "Mật": {"", false}, "HẠT MẬT ONG": {"", false},
	} {
		if mark, exact := markIn(line); mark != want.mark || exact != want.exact {
			t.Errorf("%s is %q, exactly %v", line, mark, exact)
		}
	}
}
