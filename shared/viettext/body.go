package viettext

import "strings"

// Sameness says whether two names mean one body.
type Sameness string

const (
	// Same: the names differ in writing only.
	Same Sameness = "same"
	// Different: another unit, however similar the name.
	Different Sameness = "different"
	// Unsure: one name lacks the place that would tell ("Công an tỉnh"), and the context does not say.
	Unsure Sameness = "unsure"
)

// place is an administrative place in a body's name; name is "" in "Công an tỉnh".
type place struct {
	level int    // 1 province, 2 district, 3 commune
	word  string // tỉnh, thành phố, huyện, quận, thị xã, xã, phường, thị trấn, đặc khu
	name  string
}

type body struct {
	core    string // words of the name without places and connectors
	places  []place
	parents []string // cores of the superior bodies named behind it
}

// levels of the words that begin a place's name.
var placeLevels = map[string]int{
	"tỉnh": 1, "thành phố": 2, "huyện": 2, "quận": 2, "thị xã": 2, "xã": 3, "phường": 3, "thị trấn": 3, "đặc khu": 3,
}

// centralCities are the cities at the level of a province.
var centralCities = setOf(Key("Hà Nội"), Key("Hải Phòng"), Key("Đà Nẵng"), Key("Cần Thơ"), Key("Hồ Chí Minh"), Key("Huế"))

// notPlaceAfter are words that make a level word part of another word: tỉnh uỷ, xã hội.
var notPlaceAfter = setOf("uỷ", "đoàn", "đội", "hội", "viên", "lộ")

// notPlaceBefore likewise: hợp tác xã, cấp tỉnh, liên xã.
var notPlaceBefore = setOf("tác", "cấp", "liên", "thị", "các")

// headWords begin the name of a superior body behind a comma.
var headWords = setOf("sở", "uỷ ban", "công ty", "tổng công ty", "trường", "bệnh viện", "trung tâm", "cục", "chi cục", "ban", "văn phòng",
	"phòng", "hội", "liên đoàn", "đảng uỷ", "tập đoàn", "viện", "bộ", "công an", "chi nhánh", "huyện uỷ", "tỉnh uỷ", "hợp tác xã")

var connectors = setOf("và", "-", ",", "&", "")

// CompareBodies compares two names of bodies or collectives. "UBND huyện X",
// "Ủy ban nhân dân huyện X" and "Ủy ban nhân dân huyện X, tỉnh Y" are Same; so
// is "Phòng X" with "Phòng X, Sở Y" or "Phòng X thuộc Sở Y". A place that both
// name must be the same; a unit of another place, level or name is Different.
//
// within lists names that say where the dossier stands ("UBND tỉnh Hưng Yên",
// "huyện Yên Mỹ"): with it "Công an tỉnh" is Same as "Công an tỉnh Hưng Yên",
// and Different from "Công an tỉnh Hải Dương"; without it the answer is Unsure.
func CompareBodies(a, b string, within ...string) Sameness {
	return Within(within...).Compare(a, b)
}

func compareParsed(x, y body, context []place) Sameness {
	if x.empty() || y.empty() {
		return Different
	}
	shareProvince(&x, &y, context)
	shareProvince(&y, &x, context)
	if x.core != y.core {
		return Different
	}
	liftCity(&x, append(context, y.places...))
	liftCity(&y, append(context, x.places...))
	low, high := lowest(x.places), lowest(y.places)
	if low != high && low != 0 && high != 0 {
		return Different // UBND tỉnh and UBND huyện
	}
	answer := Same
	for level := 1; level <= 3; level++ {
		switch comparePlace(at(x.places, level), at(y.places, level), at(context, level)) {
		case Different:
			return Different
		case Unsure:
			answer = Unsure
		}
	}
	if len(x.parents) > 0 && len(y.parents) > 0 && !overlap(x.parents, y.parents) {
		return Different
	}
	if low != high {
		// One names its place, the other does not: it stands where the dossier stands.
		named := at(append(x.places, y.places...), max(low, high))
		switch here := at(context, named.level); {
		case here == nil || here.name == "":
			return Unsure
		case named.name != "" && (here.name != named.name || here.word != named.word):
			return Different
		}
	}
	return answer
}

func (b body) empty() bool { return b.core == "" && len(b.places) == 0 }

// shareProvince reads "Sở Y tế Hà Tĩnh" as "Sở Y tế" of tỉnh Hà Tĩnh if that is
// a province of the other name or of the context.
func shareProvince(long, short *body, context []place) {
	for _, p := range append(append([]place{}, short.places...), context...) {
		if p.level == 1 && p.name != "" && long.core == short.core+" "+p.name && at(long.places, 1) == nil {
			long.core = short.core
			long.places = append(long.places, p)
			return
		}
	}
}

// liftCity makes a nameless "thành phố" a city at the level of a province
// where the surroundings are one.
func liftCity(b *body, around []place) {
	for i := range b.places {
		p := &b.places[i]
		if p.word != "thành phố" || p.name != "" || p.level == 1 {
			continue
		}
		if city := at(around, 1); city != nil && city.word == p.word && at(around, 2) == nil {
			p.level = 1
		}
	}
}

func at(places []place, level int) *place {
	for i := range places {
		if places[i].level == level {
			return &places[i]
		}
	}
	return nil
}

func comparePlace(p, q, context *place) Sameness {
	if p == nil || q == nil {
		return Same
	}
	if p.word != q.word {
		return Different
	}
	if p.name == q.name {
		return Same
	}
	if p.name != "" && q.name != "" {
		return Different
	}
	named := p.name + q.name
	switch {
	case context == nil || context.name == "":
		return Unsure
	case context.name == named && context.word == p.word:
		return Same
	}
	return Different
}

func lowest(places []place) int {
	n := 0
	for _, p := range places {
		n = max(n, p.level)
	}
	return n
}

func overlap(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

func parseBody(name string) body {
	whole := strings.ReplaceAll(ExpandBody(markSociety(name)), "(", ", ")
	whole = strings.ReplaceAll(whole, ")", " ")
	for _, link := range []string{" trực thuộc ", " thuộc ", " của "} {
		whole = strings.ReplaceAll(whole, link, ", ")
	}
	for _, head := range []string{"sở ", "uỷ ban "} {
		whole = strings.ReplaceAll(whole, "-"+head, ", "+head)
	}
	var b body
	for i, part := range strings.Split(whole, ",") {
		core, places := splitPlaces(strings.TrimSpace(part))
		if i > 0 && core != "" && startsWithHead(core) {
			b.parents = append(b.parents, core)
		} else if core != "" {
			b.core = strings.TrimSpace(b.core + " " + core)
		}
		for _, p := range places {
			if at(b.places, p.level) == nil {
				b.places = append(b.places, p)
			}
		}
	}
	return b
}

// markSociety keeps "xã Hội Sơn" (a commune) apart from "xã hội" (society): in
// mixed case only the commune has a small x before a capital H.
func markSociety(name string) string {
	return strings.ReplaceAll(NFC(name), "xã Hội ", "xã _Hội ")
}

func startsWithHead(core string) bool {
	w := strings.Fields(core)
	for k := min(3, len(w)); k > 0; k-- {
		if headWords[strings.Join(w[:k], " ")] {
			return true
		}
	}
	return false
}

// splitPlaces takes the places out of one part of a name: each runs from its
// level word to the next one or the end.
func splitPlaces(part string) (core string, places []place) {
	words := strings.FieldsFunc(part, func(r rune) bool { return r == ' ' || r == '-' })
	var kept []string
	for i := 0; i < len(words); {
		word, n := levelWord(words, i)
		if n == 0 {
			if !connectors[words[i]] {
				kept = append(kept, words[i])
			}
			i++
			continue
		}
		j := i + n
		for j < len(words) {
			if _, next := levelWord(words, j); next > 0 {
				break
			}
			j++
		}
		p := place{level: placeLevels[word], word: word, name: placeName(words[i+n : j])}
		if word == "thành phố" && centralCities[p.name] {
			p.level = 1
		}
		places = append(places, p)
		i = j
	}
	return strings.Join(kept, " "), places
}

// placeName joins the words; a numbered place loses its leading zero (phường 05).
func placeName(words []string) string {
	name := strings.ReplaceAll(strings.Join(words, " "), "_", "")
	if allDigits(name) {
		name = strings.TrimLeft(name, "0")
	}
	return name
}

// levelWord gives the level word at words[i] and how many words it takes, 0 if
// there is none.
func levelWord(words []string, i int) (string, int) {
	for n := 2; n > 0; n-- {
		if i+n > len(words) {
			continue
		}
		w := strings.Join(words[i:i+n], " ")
		if placeLevels[w] == 0 {
			continue
		}
		if i > 0 && notPlaceBefore[words[i-1]] {
			continue
		}
		if i+n < len(words) && notPlaceAfter[words[i+n]] && !(words[i+n] == "hội" && i > 0 && (words[i-1] == "dân" || words[i-1] == "an")) {
			continue
		}
		return w, n
	}
	return "", 0
}
