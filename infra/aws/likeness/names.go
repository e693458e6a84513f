package likeness

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// names finds ids and digests; instants and secrets are taken out before.
var (
	names       = regexp.MustCompile(`\b([0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{16})\b`)
	instants    = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)`)
	places      = regexp.MustCompile(`"seq":\d+|^<tr><td>\d+</td>|<td>\d+</td>`)
	generations = regexp.MustCompile(`"generation": ?\d+`)
	driven      = regexp.MustCompile(` run\.redriven |"type":"run\.redriven"|<td>Chạy lại quy trình</td>`)
	revisions   = regexp.MustCompile(`(mail/task-[a-z-]+/[0-9a-f]{32}/[0-9a-f]{32})/\d+`)
	sizes       = regexp.MustCompile(`"size":\d+`)

	// masks take out what is random, or follows from what is.
	masks = []struct {
		find *regexp.Regexp
		put  string
	}{
		{regexp.MustCompile(`"(version|entered|token|salt|secret|sealed|prev|hash)":"[^"]+"`), `"$1":"…"`},
		{regexp.MustCompile(`"by":"[0-9hms.]+"`), `"by":"…"`}, // the player counts seconds
		// A package holds instants of many lengths.
		{regexp.MustCompile(`"(package":"[0-9a-f]{64}|package":\{"sha256":"[0-9a-f]{64})","size":\d+`), `"$1","size":0`},
		{regexp.MustCompile(`\b(HS-|hs )[0-9A-Fa-f]{15}\b`), "${1}…"}, // receipts are made of ids
		{regexp.MustCompile(`-20\d{12}\b`), "-…"},                     // a round's id ends with its second
		{regexp.MustCompile(`https?://[0-9A-Za-z.:\[\]-]+`), "https://…"},
		{regexp.MustCompile(`/(v|i|invitation)/[A-Za-z0-9_-]{30,}`), "/$1/…"}, // links
		{regexp.MustCompile(`\b\d\d:\d\d(:\d\d)?\b|\b\d\d giờ \d\d phút\b`), "hh:mm"},
		// The log's name and key, and how far it had come when it was asked.
		{regexp.MustCompile(`ho-so-[0-9a-f]{12}\b(\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+)?`), "ho-so-…"},
		{regexp.MustCompile(`(Gốc của sổ</dt><dd><code>)[0-9a-f]{64}`), "$1…"},
		{regexp.MustCompile(`ho-so-…\n\d+\n[A-Za-z0-9+/=]{44}\n`), "ho-so-…\n"},
		{regexp.MustCompile(`với \d+ mục`), "với … mục"},
		// Of several mails at once a reader takes any first, and signs in on the way.
		{regexp.MustCompile(`"next":"/tasks/[^"]*"`), `"next":"/tasks/…"`},
		// What the sweep notes for itself, and when it last came by.
		{regexp.MustCompile(`,"(collect|driven)":"[^"]*"`), ""},
		{regexp.MustCompile(`"offset":-?\d+`), `"offset":0`},
		// When a mail left, and so the day, follows from how busy the outbox was.
		{regexp.MustCompile(`("template":"[a-z-]+","to":"[0-9a-f]{32}","at":)"[^"]*"`), `$1"…"`},
	}
)

var vietnam = time.FixedZone("+07", 7*3600)

// plainly leaves an instant its day and takes out what is random.
func plainly(text string) string {
	text = instants.ReplaceAllStringFunc(text, func(s string) string {
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil || t.IsZero() {
			return s
		}
		return t.In(vietnam).Format("2006-01-02")
	})
	for _, m := range masks {
		text = m.find.ReplaceAllString(text, m.put)
	}
	return text
}

// unplaced takes an event's place out of a row.
func unplaced(row string) string { return places.ReplaceAllString(html.UnescapeString(row), "…") }

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// text is a fact taken apart: what stands between names, and the names.
type text struct {
	kind    string
	between []string // one more than names
	names   []string
}

// image is facts with a colour for each name: what is known of it.
type image struct {
	texts  []text
	colour map[string]string
}

// parse takes facts apart. Names that common knows stay as they are.
func parse(facts []fact, common func(string) bool) image {
	im := image{colour: map[string]string{}}
	for _, f := range facts {
		t := text{kind: f.kind}
		body, from := plainly(f.text), 0
		for _, at := range names.FindAllStringIndex(body, -1) {
			name := body[at[0]:at[1]]
			if common(name) {
				continue
			}
			t.between = append(t.between, body[from:at[0]])
			t.names = append(t.names, name)
			from = at[1]
			im.colour[name] = "‹" + map[int]string{16: "short", 32: "id", 40: "act", 64: "digest"}[len(name)] + "›"
		}
		t.between = append(t.between, body[from:])
		im.texts = append(im.texts, t)
	}
	return im
}

// write gives a text with a word for each name.
func (t text) write(word func(string) string) string {
	var b strings.Builder
	b.WriteString(t.kind + " ")
	for i, s := range t.between {
		b.WriteString(s)
		if i < len(t.names) {
			b.WriteString(word(t.names[i]))
		}
	}
	return b.String()
}

// told gives the facts with what is known of each name in its place.
func (im image) told() []string {
	out := make([]string, len(im.texts))
	for i, t := range im.texts {
		out[i] = t.write(func(n string) string { return im.colour[n] })
	}
	return out
}

// rounds is how far apart facts may lie that tell names apart: a session of a
// person of a unit of a dossier, and one to spare.
const rounds = 5

// refine colours each name by everything that is said of it.
func (im image) refine() {
	about := map[string][]string{}
	for _, t := range im.texts {
		for _, n := range distinct(t.names) {
			about[n] = append(about[n], sum([]byte(t.write(func(m string) string {
				if m == n {
					return "‹this›"
				}
				return im.colour[m]
			}))))
		}
	}
	next := make(map[string]string, len(about))
	for n, list := range about {
		slices.Sort(list)
		next[n] = "‹" + sum([]byte(im.colour[n] + strings.Join(list, "")))[:12] + "›"
	}
	maps.Copy(im.colour, next)
}

func distinct(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
