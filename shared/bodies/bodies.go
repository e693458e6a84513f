// Package bodies knows which offices and places of Việt Nam ceased, when, by
// what, and who followed: as data with its source. It is pure and proposes
// only: what becomes of a unit or a round is decided by a named act.
package bodies

import (
	"bytes"
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"hoso/shared/calendar"
	"hoso/shared/fault"
	"hoso/shared/viettext"
)

//go:embed known.yaml
var known []byte

// Cessation is one office, place or level of places that ceased. Exactly one
// of Body, Place and Level says which.
type Cessation struct {
	ID    string `yaml:"id"`
	Body  string `yaml:"body"`  // an office, wherever it stands: "Sở Thông tin và Truyền thông"
	Place string `yaml:"place"` // a place, and with it every office there: "tỉnh Bắc Kạn"
	Level int    `yaml:"level"` // a level of places: 2 district
	// From is the successors' first day.
	From       calendar.Date `yaml:"from"`
	Successors []string      `yaml:"successors"` // of Body: offices; of Place: places; none: not known
	Source     string        `yaml:"source"`
	Certainty  string        `yaml:"certainty"` // "sure" | "likely"
}

// Book is what is known of bodies that ceased, by day.
type Book struct{ ceased []entry }

type entry struct {
	Cessation
	core  string         // of Body
	place viettext.Place // of Place
}

// Parse reads a file of cessations. Invalid if a line lacks its source, its
// day, or what it is about.
func Parse(data []byte) (Book, error) {
	var all []Cessation
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&all); err != nil {
		return Book{}, fault.Wrap(fault.Invalid, "bodies", err)
	}
	var b Book
	for _, c := range all {
		about := 0
		e := entry{Cessation: c}
		if c.Body != "" {
			about++
			e.core, _ = viettext.BodyParts(c.Body)
		}
		if c.Place != "" {
			_, places := viettext.BodyParts(c.Place)
			if len(places) == 1 {
				about++
				e.place = places[0]
			}
		}
		if c.Level != 0 {
			about++
		}
		if about != 1 || c.ID == "" || c.Source == "" || c.From.Year == 0 || c.Certainty != "sure" && c.Certainty != "likely" {
			return Book{}, &fault.Error{Kind: fault.Invalid, Op: "bodies", Code: "bodies-file", Public: "Dòng “" + c.ID + "” của danh mục cơ quan đã thôi hoạt động thiếu căn cứ, ngày hoặc đối tượng."}
		}
		b.ceased = append(b.ceased, e)
	}
	slices.SortStableFunc(b.ceased, func(x, y entry) int { return strings.Compare(x.From.ISO(), y.From.ISO()) })
	return b, nil
}

// Builtin is the book that comes with the program.
var Builtin = sync.OnceValues(func() (Book, error) { return Parse(known) })

// All lists what is known, the earliest first.
func (b Book) All() []Cessation {
	out := make([]Cessation, 0, len(b.ceased))
	for _, e := range b.ceased {
		out = append(out, e.Cessation)
	}
	return out
}

// Standing is what is known of a body on a day.
type Standing struct {
	Name string
	Gone bool
	From calendar.Date // first day of the successors; only if Gone
	// Successors are proposed names as of the day; several: which of them
	// follows must be decided; none: not known.
	Successors []string
	Source     string
	Certain    bool
}

// At says whether a body had ceased on a day. within lists names that say
// where it stands ("UBND tỉnh Bắc Kạn"), by which "Sở Nội vụ" is known.
func (b Book) At(name string, day calendar.Date, within ...string) Standing {
	return b.at(name, day, placesOf(within), 0)
}

// most successions are followed from one name on; a longer row is a circle.
const most = 6

func (b Book) at(name string, day calendar.Date, context []viettext.Place, depth int) Standing {
	s := Standing{Name: name}
	core, places := viettext.BodyParts(untitled(name))
	for _, e := range b.ceased {
		if day.Before(e.From) || !e.about(core, places, context) {
			continue
		}
		s.Gone, s.From, s.Source, s.Certain = true, e.From, e.Source, e.Certainty == "sure"
		for _, next := range e.succeed(name) {
			if depth < most {
				if later := b.at(next, day, context, depth+1); later.Gone {
					s.Successors = append(s.Successors, later.Successors...)
					s.Certain = s.Certain && later.Certain
					continue
				}
			}
			s.Successors = append(s.Successors, next)
		}
		return s
	}
	return s
}

// about reports whether what ceased is the body, or the place where it stands.
func (e entry) about(core string, places, context []viettext.Place) bool {
	switch {
	case e.Body != "":
		return core == e.core
	case !administers(core):
		return false // a school or a company does not cease with its district
	case e.Level != 0:
		low := lowest(places)
		return low.Level == e.Level && low.Name != ""
	}
	at := func(ps []viettext.Place) (viettext.Place, bool) {
		for _, p := range ps {
			if p.Level == e.place.Level {
				return p, true
			}
		}
		return viettext.Place{}, false
	}
	p, stated := at(places)
	if !stated || p.Name == "" {
		// The surroundings tell only the province: an office that names no
		// district is none of a district.
		if e.place.Level != 1 {
			return false
		}
		if p, stated = at(context); !stated {
			return false
		}
	}
	return p == e.place
}

// organs begin the names of offices that are a place's own, as Keys.
var organs = []string{
	"uỷ ban nhân dân", "hội đồng nhân dân", "hội đồng thi đua", "sở", "thanh tra", "văn phòng", "phòng", "ban", "chi cục", "công an",
	"uỷ ban mặt trận", "tỉnh uỷ", "huyện uỷ", "quận uỷ", "thị uỷ", "thành uỷ",
}

// administers reports whether a body is an office of the place it stands in.
func administers(core string) bool {
	if core == "" {
		return true // the place itself
	}
	for _, o := range organs {
		if core == o || strings.HasPrefix(core, o+" ") {
			return true
		}
	}
	return false
}

func lowest(places []viettext.Place) viettext.Place {
	var low viettext.Place
	for _, p := range places {
		if p.Level > low.Level {
			low = p
		}
	}
	return low
}

// succeed names who follows the body called name.
func (e entry) succeed(name string) []string {
	var out []string
	for _, to := range e.Successors {
		if e.Place == "" {
			out = append(out, renamed(name, e.Body, to))
			continue
		}
		if r := renamed(name, e.Place, to); r != name {
			out = append(out, r)
		} else {
			out = append(out, name+" "+to)
		}
	}
	return out
}

// renamed puts to in the place of old in a name, whatever the case of old; a
// name that writes it otherwise becomes to as a whole if old is an office.
func renamed(name, old, to string) string {
	name = viettext.NFC(name)
	low, oldLow := strings.ToLower(name), strings.ToLower(viettext.NFC(old))
	if at := strings.Index(low, oldLow); at >= 0 && len(low) == len(name) {
		return name[:at] + to + name[at+len(oldLow):]
	}
	core, places := viettext.BodyParts(name)
	if oldCore, _ := viettext.BodyParts(old); core != "" && core == oldCore {
		for _, p := range places {
			if p.Name != "" {
				return to + " " + p.Word + " " + titled(p.Name)
			}
		}
		return to
	}
	return name
}

// titled writes the Key of a place as a name.
func titled(key string) string {
	words := strings.Fields(key)
	for i, w := range words {
		r := []rune(w)
		words[i] = strings.ToUpper(string(r[:1])) + string(r[1:])
	}
	return strings.Join(words, " ")
}

// untitled takes the office of a person off a name that a plan gives for a
// body: "Chủ tịch UBND tỉnh Hải Dương".
func untitled(name string) string {
	for _, t := range []string{"Phó Chủ tịch ", "Chủ tịch ", "Giám đốc "} {
		if rest, ok := strings.CutPrefix(viettext.NFC(name), t); ok {
			return rest
		}
	}
	return name
}

func placesOf(names []string) []viettext.Place {
	var out []viettext.Place
	for _, n := range names {
		_, ps := viettext.BodyParts(untitled(n))
		out = append(out, ps...)
	}
	return out
}
