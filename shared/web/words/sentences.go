package words

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Other rooms give their sentences to people (faults, slips of a form) in
// Vietnamese, where the rule is. sentences/*.json has the English of each,
// under the Vietnamese as it stands in the source; a verb of package fmt
// stands for what the sentence names.

// pattern is a sentence with verbs: what matches it, and its English with
// places $1, $2 … for what the verbs stood for.
type pattern struct {
	re      *regexp.Regexp
	english string
	fixed   int // characters outside verbs: the longer one wins
}

var verb = regexp.MustCompile(`%[sdqv]`)

// sentences is the loaded English of sentences from other rooms.
type sentences struct {
	plain    map[string]string
	patterns []pattern
}

func loadSentences(name string, b []byte, into *sentences) error {
	var part map[string]string
	if err := json.Unmarshal(b, &part); err != nil {
		return fmt.Errorf("words: %s: %w", name, err)
	}
	for vi, en := range part {
		if vi == "" || en == "" {
			return fmt.Errorf("words: %s: %q needs both sentences", name, vi)
		}
		if _, twice := into.plain[vi]; twice {
			return fmt.Errorf("words: %s: %q is defined twice", name, vi)
		}
		into.plain[vi] = en
		if !verb.MatchString(vi) {
			continue
		}
		if n, m := len(verb.FindAllString(vi, -1)), len(verb.FindAllString(en, -1)); n != m {
			return fmt.Errorf("words: %s: %q names %d things, its English %d", name, vi, n, m)
		}
		parts := verb.Split(vi, -1)
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		re, err := regexp.Compile(`(?s)^` + strings.Join(parts, `(.*?)`) + `$`)
		if err != nil {
			return fmt.Errorf("words: %s: %q: %w", name, vi, err)
		}
		n := 0
		english := verb.ReplaceAllStringFunc(strings.ReplaceAll(en, "$", "$$"), func(string) string { n++; return fmt.Sprintf("${%d}", n) })
		into.patterns = append(into.patterns, pattern{re: re, english: english, fixed: len(verb.ReplaceAllString(vi, ""))})
	}
	return nil
}

// sort puts the pattern that says most first.
func (s *sentences) sort() {
	slices.SortFunc(s.patterns, func(a, b pattern) int {
		return cmp.Or(cmp.Compare(b.fixed, a.fixed), cmp.Compare(a.english, b.english))
	})
}

// Translate gives a Vietnamese sentence of another room in the language. One
// that has no English stays as it is, which a test of all sources finds.
func (c *Catalog) Translate(l Lang, sentence string) string {
	if l == Vietnamese || sentence == "" {
		return sentence
	}
	if en, ok := c.said.plain[sentence]; ok {
		return en
	}
	for _, p := range c.said.patterns {
		if m := p.re.FindStringSubmatchIndex(sentence); m != nil {
			out := string(p.re.ExpandString(nil, p.english, sentence, m))
			return out
		}
	}
	return sentence
}

// Knows reports whether a sentence, as it stands in a source, has an English.
func (c *Catalog) Knows(sentence string) bool { _, ok := c.said.plain[sentence]; return ok }
