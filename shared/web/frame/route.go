package frame

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"hoso/shared/people"
)

// Kind says how a route answers and fails.
type Kind string

const (
	Page  Kind = "page"  // HTML for people, read only
	Form  Kind = "form"  // a form sent by people: 303 to a page, or the page again with its faults
	API   Kind = "api"   // JSON for programs; errors are problem documents
	Plain Kind = "plain" // health, metrics, assets: no session is looked at
)

// Who says who may use a route: everybody, whoever is signed in, or holders
// of one of some roles.
type Who struct {
	Public bool
	Roles  []people.Role
}

// Everybody may use the route, signed in or not.
func Everybody() Who { return Who{Public: true} }

// SignedIn lets every signed-in person use the route.
func SignedIn() Who { return Who{} }

// Only lets holders of one of the roles use the route.
func Only(roles ...people.Role) Who { return Who{Roles: roles} }

// Allows reports whether a signed-in person may use the route.
func (w Who) Allows(a people.Actor) bool {
	return w.Public || len(w.Roles) == 0 || slices.ContainsFunc(w.Roles, a.Is)
}

// Owner checks that the thing a route's address names exists for the visitor.
// It answers fault.NotFound alike for what is not there and what is somebody
// else's.
type Owner struct {
	Name  string // of the rule, for the test of all routes
	Check func(*Call) error
}

// Route is one line of the table.
type Route struct {
	Method  string
	Pattern string // path of a net/http pattern
	Kind    Kind
	Who     Who
	// Owner checks what the address names; the zero Owner where it names
	// nothing that belongs to anybody.
	Owner  Owner
	Handle func(*Call) error
	// Token lets an API token stand for a session; only for routes by which
	// nothing is decided.
	Token bool
	// Objects adds the object store's address to the page's content policy.
	Objects bool
	// Body is the largest body in bytes; 0: MaxBody.
	Body int64
	// Summary says what the route does, in English, for the API's description.
	Summary string
	// In and Out are values of the types of an API route's body and answer;
	// nil where there is none.
	In, Out any
	// Status of the API's success; 0: 200.
	Status int
}

// MaxBody is the largest request body where the route says nothing.
const MaxBody = 256 << 10

// Name is method and pattern, as in logs, metrics and the description.
func (r Route) Name() string { return r.Method + " " + r.Pattern }

// Unsafe reports whether the route may change something.
func (r Route) Unsafe() bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead
}

// check refuses a line of the table that would be a hole.
func (r Route) check() error {
	fail := func(why string) error { return fmt.Errorf("frame: route %s: %s", r.Name(), why) }
	names := strings.Contains(strings.ReplaceAll(r.Pattern, "{$}", ""), "{")
	switch {
	case r.Handle == nil:
		return fail("no handler")
	case !strings.HasPrefix(r.Pattern, "/"):
		return fail("pattern must begin with /")
	case r.Kind == Form && r.Method != http.MethodPost:
		return fail("a form is sent by POST")
	case r.Kind == Page && r.Method != http.MethodGet:
		return fail("a page is read by GET")
	case r.Token && r.Kind != API:
		return fail("API tokens are for API routes")
	case r.Kind == API && !strings.HasPrefix(r.Pattern, "/api/"), r.Kind != API && r.Kind != Plain && strings.HasPrefix(r.Pattern, "/api/"):
		return fail("API routes, and only they, are below /api/")
	case r.Kind == API && r.Summary == "":
		return fail("an API route says what it does")
	case r.Kind != API && (r.In != nil || r.Out != nil):
		return fail("only API routes have described bodies")
	case names && r.Owner.Name == "" && !r.Who.Public:
		return fail("an address that names something says how its owner is checked")
	case r.Owner.Name != "" && r.Owner.Check == nil:
		return fail("owner rule without a check")
	}
	return nil
}

// Open is the rule for addresses whose last part names nothing that belongs
// to anybody, or something that all who may use the route may see.
func Open() Owner { return Owner{Name: "open", Check: func(*Call) error { return nil }} }
