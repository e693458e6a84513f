package fields

import (
	"strings"
	"unicode"

	"hoso/shared/reading"
	"hoso/shared/viettext"
)

// entry is one nominee of a list as its words were divided.
type entry struct {
	kind             reading.NomineeKind
	certain          bool // the words themselves tell the kind
	name, post, unit text
	award            text
}

// polite reports a text that begins by addressing a person.
func polite(t text) bool {
	for _, w := range []string{"ong", "ba", "dong chi", "d/c", "anh", "chi", "co", "thay", "ong/ba", "cac ong", "cac ba"} {
		if n := len(w); strings.HasPrefix(t.fold, w) && n+1 < t.len() && !letter(t.fold[n]) {
			k := n
			for k < t.len() && (t.fold[k] == ' ' || t.fold[k] == ':' || t.fold[k] == '.') {
				k++
			}
			return k < t.len() && k > n && capital(t.runes[k])
		}
	}
	return false
}

// division marks where words of an entry are parted: a comma, a semicolon or
// bracket, or a dash between spaces.
func division(t text, from int) (at, end int) {
	for i := from; i < t.len(); i++ {
		switch t.fold[i] {
		case ',', ';', '(', ':':
			return i, i + 1
		case '-':
			if i > 0 && t.fold[i-1] == ' ' && i+1 < t.len() && t.fold[i+1] == ' ' {
				return i, i + 1
			}
		}
	}
	return t.len(), t.len()
}

// trimEnd cuts the marks that end an entry.
func trimEnd(t text) text {
	j := t.len()
	for j > 0 && (t.fold[j-1] == ' ' || t.fold[j-1] == ';' || t.fold[j-1] == '.' || t.fold[j-1] == ',' || t.fold[j-1] == '/' || t.fold[j-1] == ':') {
		j--
	}
	return t.slice(0, j)
}

// divide reads an entry such as "1. Ông X, Phó Giám đốc, Sở Y;". The hint is
// the kind its heading or column names, empty if there is none.
func divide(t text, hint reading.NomineeKind) entry {
	t = trimEnd(t.slice(t.body(), t.len()))
	if polite(t) || hint == reading.Individual || hint == "" && likelyPerson(t) {
		e := dividePerson(t)
		e.certain = polite(t) || hint == reading.Individual
		return e
	}
	e := entry{kind: reading.Collective, certain: hint == reading.Collective || beginsUnit(t), name: t}
	if t.starts("tap the") && t.len() > 8 && !capital(t.runes[0]) {
		t = t.slice(8, t.len())
		e.name, e.certain = t, true
	}
	for i := 0; i < t.len(); {
		at, end := division(t, i)
		if at == t.len() {
			break
		}
		rest := t.slice(end, t.len())
		if t.fold[at] == '(' || t.fold[at] == ':' || t.fold[at] == ';' {
			e.name = trimEnd(t.slice(0, at))
			break
		}
		if t.fold[at] == ',' && beginsUnit(rest) {
			e.name, e.unit = t.slice(0, at), rest
			break
		}
		i = end
	}
	return e
}

// likelyPerson reports an entry whose first part looks like a person's name
// and not like a body's.
func likelyPerson(t text) bool {
	at, _ := division(t, 0)
	first := t.slice(0, at)
	return !beginsUnit(first) && personName(first)
}

func dividePerson(t text) entry {
	e := entry{kind: reading.Individual}
	at, end := division(t, 0)
	e.name = stripHonorifics(t.slice(0, at))
	if e.name.len() == 0 {
		// "Ông: X" or "Thượng tá, X": the honorific was parted off.
		next, nextEnd := division(t, end)
		e.name = stripHonorifics(t.slice(end, next))
		end = nextEnd
	}
	e.post, e.unit = dividePost(t.slice(end, t.len()))
	return e
}

// stripHonorifics cuts Ông, Bà, degrees and ranks off a name and keeps its place.
func stripHonorifics(t text) text {
	name, _ := viettext.StripHonorifics(t.String())
	n := len([]rune(name))
	return t.slice(t.len()-n, t.len())
}

// dividePost parts a person's post from the unit behind it.
func dividePost(t text) (post, unit text) {
	t = trimEnd(t)
	for _, label := range []string{"chuc vu", "la", "hien la"} {
		if word(t.fold, 0, label) {
			i := skipBlank(t.fold, len(label))
			t = t.slice(i, t.len())
		}
	}
	if at, end := t.first(0, "don vi cong tac", "noi cong tac", "don vi"); at > 0 {
		if k := skipBlank(t.fold, end); k > end {
			return trimEnd(t.slice(0, at)), t.slice(k, t.len())
		}
	}
	if t.len() == 0 {
		return text{}, text{}
	}
	if beginsUnit(t) {
		return text{}, t
	}
	var commas []int
	for i := 0; i < t.len(); i++ {
		if t.fold[i] == ',' {
			commas = append(commas, i)
		}
	}
	for _, c := range commas {
		if rest := t.slice(c+1, t.len()); beginsUnit(rest) {
			return t.slice(0, c), rest
		}
	}
	for i := 0; i < t.len(); {
		at, end := division(t, i)
		if at == t.len() {
			break
		}
		if t.fold[at] == '-' {
			if rest := t.slice(end, t.len()); beginsUnit(rest) {
				return t.slice(0, at), rest
			}
		}
		i = end
	}
	if n := len(commas); n > 0 {
		c := commas[n-1]
		if rest := t.slice(c+1, t.len()); !beginsPost(rest) {
			return t.slice(0, c), rest
		}
	}
	return t, text{}
}

// beginsPost reports a text that begins like a post or a profession.
func beginsPost(t text) bool {
	return t.starts("truong ban", "truong phong", "truong xom", "truong thon", "truong khoa", "pho", "chu tich", "giam doc", "bi thu", "uy vien", "chu nhiem", "hieu truong",
		"chuyen vien", "ke toan", "thanh vien", "can bo", "cong chuc", "vien chuc", "nhan vien", "giao vien", "bac si", "ky su", "thu ky", "dai bieu", "to truong", "doi truong", "tong giam doc", "nguyen", "dang vien")
}

// beginsUnit reports a text that begins like the name of a body: with its own
// marks where a single syllable decides ("Sở", not "Số"; "Trường", not "Trưởng").
func beginsUnit(t text) bool {
	i := t.body()
	if i >= t.len() || !capital(t.runes[i]) {
		return false
	}
	low := strings.ToLower(string(t.runes[i:min(i+40, t.len())]))
	words := strings.Fields(viettext.NewTone(low))
	if len(words) == 0 {
		return false
	}
	first, second := strings.Trim(words[0], ",;."), ""
	if len(words) > 1 {
		second = strings.Trim(words[1], ",;.")
	}
	switch second {
	case "trưởng", "phó", "viên":
		return false // Tổ trưởng, Đội phó, Hội viên
	}
	switch first {
	case "đoàn": // Đoàn Thanh niên; but Đoàn Thị Hồng Chi
		return upper(t) || !titleCase(t.slice(i, t.len()))
	case "sở", "phòng", "ban", "bộ", "cục", "vụ", "viện", "trường", "hội", "khoa", "tổ", "đội", "trạm", "đài", "báo",
		"khu", "cụm", "khối", "quỹ", "thôn", "ấp", "ubnd", "hđnd", "ubmttq", "mttq", "htx", "xã", "phường", "huyện", "tỉnh", "quận", "thcs", "thpt":
		return true
	}
	fold := t.fold[i:]
	for _, w := range bodyWords() {
		if strings.Contains(w, " ") && strings.HasPrefix(fold, w) && boundary(fold, len(w)) {
			return true
		}
	}
	return false
}

// titleCase reports a text whose every word, up to the first comma, begins
// with a capital, as names of persons do.
func titleCase(t text) bool {
	at, _ := division(t, 0)
	for _, w := range strings.Fields(t.cut(0, at)) {
		if r := []rune(w); !unicode.IsUpper(r[0]) {
			return false
		}
	}
	return true
}

// section reports a heading that opens the part of a list for one kind:
// "I. TẬP THỂ (02 tập thể)", "Cá nhân:", "2. Đối với cá nhân".
func section(t text) (reading.NomineeKind, bool) {
	s := t.slice(t.body(), t.len())
	if s.len() > 90 {
		return "", false
	}
	for _, p := range []string{"danh sach", "doi voi", "cac", "ve", "phan"} {
		if word(s.fold, 0, p) {
			s = s.slice(len(p), s.len())
		}
	}
	var kind reading.NomineeKind
	n := 0
	switch {
	case word(s.fold, 0, "tap the"):
		kind, n = reading.Collective, len("tap the")
	case word(s.fold, 0, "ca nhan"):
		kind, n = reading.Individual, len("ca nhan")
	default:
		return "", false
	}
	rest := strings.TrimSpace(s.fold[n:])
	if rest == "" || rest[0] == '(' || rest[0] == ':' && len(strings.Trim(rest, ": .")) < 30 && !strings.Contains(rest, ";") || digit(rest[0]) {
		return kind, !strings.ContainsFunc(s.String()[min(n, len(s.String())):], func(r rune) bool { return r == ';' })
	}
	for _, w := range []string{"de nghi", "duoc", "dat", "trinh", "co thanh tich", "tieu bieu"} {
		if strings.HasPrefix(rest, w) && s.len() < 70 && !strings.Contains(rest, ",") {
			return kind, true
		}
	}
	return "", false
}

// nominee makes the record of an entry with its evidence.
func (e entry) nominee() reading.Nominee {
	n := reading.Nominee{Kind: e.kind, Evidence: map[string]reading.Evidence{}}
	set := func(field string, at *string, t text) {
		if t.len() > 0 {
			*at = t.String()
			n.Evidence[field] = t.evidence(0, t.len())
		}
	}
	set("ten", &n.Name, e.name)
	set("chuc_vu", &n.Position, e.post)
	set("don_vi", &n.Unit, e.unit)
	set("hinh_thuc", &n.Award, e.award)
	ev := n.Evidence["ten"]
	if !e.certain {
		ev.Confidence = min(ev.Confidence, likely)
	}
	n.Evidence["loai"] = ev
	return n
}

// plausibleName reports that an entry names something: at least one capital
// letter, no sentence.
func (e entry) plausibleName() bool {
	if e.name.len() < 2 || e.name.len() > 160 || e.name.has("kinh de nghi", "kinh trinh", "tran trong") {
		return false
	}
	if e.kind == reading.Individual {
		words := strings.Fields(e.name.String())
		return len(words) <= 7 && unicode.IsUpper(e.name.runes[0]) || len(words) <= 7 && len(words) > 1
	}
	return true
}
