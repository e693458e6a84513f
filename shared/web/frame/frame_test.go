package frame

import (
	"errors"
	"strings"
	"testing"

	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/web/words"
)

func TestLineThatWouldBeAHoleIsRefused(t *testing.T) {
	do := func(*Call) error { return nil }
	good := Route{Method: "GET", Pattern: "/a", Kind: Page, Handle: do}
	if err := good.check(); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]Route{
		"no handler":              {Method: "GET", Pattern: "/a", Kind: Page},
		"form by GET":             {Method: "GET", Pattern: "/a", Kind: Form, Handle: do},
		"page by POST":            {Method: "POST", Pattern: "/a", Kind: Page, Handle: do},
		"names without owner":     {Method: "GET", Pattern: "/a/{id}", Kind: Page, Handle: do},
		"owner without check":     {Method: "GET", Pattern: "/a/{id}", Kind: Page, Handle: do, Owner: Owner{Name: "x"}},
		"token for a page":        {Method: "GET", Pattern: "/a", Kind: Page, Handle: do, Token: true},
		"API beside /api/":        {Method: "GET", Pattern: "/a", Kind: API, Handle: do, Summary: "x"},
		"page below /api/":        {Method: "GET", Pattern: "/api/a", Kind: Page, Handle: do},
		"API that says nothing":   {Method: "GET", Pattern: "/api/a", Kind: API, Handle: do},
		"described body of pages": {Method: "GET", Pattern: "/a", Kind: Page, Handle: do, Out: 1},
	} {
		if r.check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestEveryKindOfErrorHasItsStatus(t *testing.T) {
	seen := map[int][]fault.Kind{}
	for _, k := range fault.Kinds() {
		s := Status(k)
		if s < 400 || s == 500 && k != fault.Internal {
			t.Errorf("%s gives %d", k, s)
		}
		seen[s] = append(seen[s], k)
	}
	if Status("") != 500 || Status(fault.KindOf(errors.New("x"))) != 500 {
		t.Error("an error without kind is not a defect")
	}
}

func TestOnlyLocalAddressesAreGoneOnTo(t *testing.T) {
	for next, want := range map[string]bool{
		"/tasks": true, "/tasks/1?a=b": true, "": false, "tasks": false, "//evil.example": false, "/\\evil.example": false,
		"https://evil.example": false, "/a\nSet-Cookie: x": false, "/" + strings.Repeat("a", 600): false, "/\u202e": false,
	} {
		if Local(next) != want {
			t.Errorf("%q: %v", next, !want)
		}
	}
}

func TestRolesOpenRoutesAndDisabledPersonsNone(t *testing.T) {
	who := people.Actor{Person: people.Person{Active: true, Roles: []people.Role{people.Clerk}}}
	if !Only(people.Admin, people.Clerk).Allows(who) || Only(people.Admin).Allows(who) || !SignedIn().Allows(who) {
		t.Error("roles are not what opens routes")
	}
	who.Active = false
	if Only(people.Clerk).Allows(who) {
		t.Error("a disabled person is let in")
	}
}

func TestDownloadNamesSurvive(t *testing.T) {
	for name, want := range map[string]string{"units.csv": `attachment; filename=units.csv`, "Hồ sơ.zip": `attachment; filename="ho so.zip"; filename*=utf-8''H%E1%BB%93%20s%C6%A1.zip`} {
		if got := disposition(name); got != want {
			t.Errorf("%q gives %s", name, got)
		}
	}
	if got := disposition("a\r\nb\".csv"); strings.ContainsAny(got, "\r\n") {
		t.Errorf("header is broken: %q", got)
	}
}

func TestDeepRepeatedOrTrailingJSONIsRefused(t *testing.T) {
	for body, ok := range map[string]bool{
		`{"a":{"b":[1,{"a":2}]},"c":null}`: true, `[]`: true, `"x"`: true, `{"a":1,"a":2}`: false, `{"a":{"b":1,"b":2}}`: false,
		`{} {}`: false, `{"a":`: false, strings.Repeat("[", 40) + strings.Repeat("]", 40): false, `[{"a":1},{"a":1}]`: true,
	} {
		if err := strictShape([]byte(body)); (err == nil) != ok {
			t.Errorf("%.40s: %v", body, err)
		}
	}
}

func TestASentenceInBothLanguagesFollowsThePage(t *testing.T) {
	for _, x := range []struct {
		page, in words.Lang
		en, want string
	}{
		{words.Vietnamese, words.Vietnamese, "in English", "tiếng Việt"},
		{words.English, words.English, "in English", "in English"},
		{words.English, words.Vietnamese, "", "tiếng Việt"}, // of rules that knew no English yet
	} {
		if got := spoken(x.page, "tiếng Việt", x.en); got != x.want || tongue(x.page, x.en) != x.in {
			t.Errorf("%s page, English %q: %q in %s", x.page, x.en, got, tongue(x.page, x.en))
		}
	}
}
