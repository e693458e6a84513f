// Package words holds every sentence the pages show, in Vietnamese and in
// English side by side, so that neither can be forgotten.
//
// text/*.json maps a key to its two sentences. A sentence may have verbs of
// package fmt; both languages have the same. English words that follow a number
// are written for one and for several: "%d {file|files}". Sentences that other rooms give
// are Vietnamese; sentences/*.json has the English of each (Translate).
package words

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// Lang is a language of the pages.
type Lang string

// The languages; Vietnamese is the one that counts.
const (
	Vietnamese Lang = "vi"
	English    Lang = "en"
)

// Langs lists the languages.
func Langs() []Lang { return []Lang{Vietnamese, English} }

// Parse gives the language of a tag, or "".
func Parse(tag string) Lang {
	tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), ";")
	tag, _, _ = strings.Cut(tag, "-")
	for _, l := range Langs() {
		if string(l) == tag {
			return l
		}
	}
	return ""
}

// Accept gives the first language of an Accept-Language header that the pages
// have; Vietnamese if there is none.
func Accept(header string) Lang {
	for tag := range strings.SplitSeq(header, ",") {
		if l := Parse(tag); l != "" {
			return l
		}
	}
	return Vietnamese
}

//go:embed text/*.json sentences/*.json
var files embed.FS

// Catalog is the loaded sentences.
type Catalog struct {
	text map[string]map[Lang]string
	said sentences
}

// Load reads the sentences built into the program.
func Load() (*Catalog, error) {
	c := &Catalog{text: map[string]map[Lang]string{}, said: sentences{plain: map[string]string{}}}
	names, err := fs.Glob(files, "text/*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var part map[string][]string
		if err := json.Unmarshal(b, &part); err != nil {
			return nil, fmt.Errorf("words: %s: %w", name, err)
		}
		for key, both := range part {
			if _, twice := c.text[key]; twice {
				return nil, fmt.Errorf("words: %s: %q is defined twice", name, key)
			}
			if len(both) != 2 || both[0] == "" || both[1] == "" {
				return nil, fmt.Errorf("words: %s: %q needs two sentences", name, key)
			}
			c.text[key] = map[Lang]string{Vietnamese: both[0], English: both[1]}
		}
	}
	if names, err = fs.Glob(files, "sentences/*.json"); err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := loadSentences(name, b, &c.said); err != nil {
			return nil, err
		}
	}
	c.said.sort()
	return c, nil
}

// Keys lists every key, sorted.
func (c *Catalog) Keys() []string {
	keys := make([]string, 0, len(c.text))
	for k := range c.text {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Has reports whether there is a sentence for the key.
func (c *Catalog) Has(key string) bool { _, ok := c.text[key]; return ok }

// Say gives the sentence of a key. A missing one shows its key, which a test
// of all pages finds.
func (c *Catalog) Say(l Lang, key string, args ...any) string {
	s, ok := c.text[key][l]
	if !ok {
		return "⟨" + key + "⟩"
	}
	if len(args) == 0 {
		return s
	}
	return numbered(s, args)
}

var counted = regexp.MustCompile(`%d ([^{}%]*)\{([^{}|]*)\|([^{}|]*)\}`)

// numbered fills in a sentence, its nouns in the number of what they count.
func numbered(s string, args []any) string {
	if !strings.Contains(s, "{") {
		return fmt.Sprintf(s, args...)
	}
	at := 0 // verbs before what is looked at
	out := strings.Builder{}
	for rest := s; ; {
		m := counted.FindStringSubmatchIndex(rest)
		if m == nil {
			out.WriteString(rest)
			return fmt.Sprintf(out.String(), args...)
		}
		at += strings.Count(rest[:m[0]], "%")
		noun := rest[m[6]:m[7]]
		if at < len(args) && fmt.Sprint(args[at]) == "1" {
			noun = rest[m[4]:m[5]]
		}
		at++
		out.WriteString(rest[:m[0]] + "%d " + rest[m[2]:m[3]] + noun)
		rest = rest[m[1]:]
	}
}
