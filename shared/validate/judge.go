// Package validate is the stage that records every finding on a submitted
// revision. Judging is a pure function over the readings: the portal calls it
// on a draft, so that a unit sees every fault before it submits, and the
// stage calls it on what was submitted. Same rules, same readings, same list.
//
// What a finding says and how severe it is stands in the rule set that is
// pinned for the dossier, never in code. A finding that rests on a doubtful
// reading, or on the absence of what stands perhaps on an unread page, never
// blocks.
package validate

import (
	"slices"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/reading"
)

// File is one file of the dossier as it is to be judged: its reading with the
// corrections in force laid over it.
type File struct {
	ID      string // document id; the base name where there is none
	Name    string
	Slot    dossier.Slot
	SHA256  string
	Problem *dossier.Problem // why it cannot be used, if so
	Reading reading.Reading
}

// Judgement is everything there is to say about a revision.
type Judgement struct {
	Findings []dossier.Finding `json:"findings"`
	Nominees []dossier.Nominee `json:"nominees"`
	Counts   dossier.Counts    `json:"counts"`
}

// Judge gives all findings and the nominees. contested holds the ids of
// findings that the unit contests.
func Judge(files []File, rules Rules, contested map[string]string) Judgement {
	c := gather(files, &rules)
	j := Judgement{Nominees: c.nominees()}
	for _, rule := range []func(){
		c.usableFiles, c.parts, c.places, c.sameFiles, c.incomplete, // R00, R01, R17
		c.counts, c.minutesList, c.reportsOfAll, c.variants, c.kinds, // R02, R03, R04
		c.award, c.campaign, c.order, c.cited, c.period, // R05 to R08
		c.attendance, c.votes, // R09
		c.letterSigner, c.minutesSigners, c.confirmations, // R10, R11
		c.twins, c.known, c.ceased, c.scope, c.forms, c.enterprises, c.nominationCap, // R12 to R15
		c.blanks, c.unsigned, c.seals, c.alike, c.doubts, // R16, R18, R00
	} {
		rule()
	}
	j.Findings = c.found
	seen := map[string]int{}
	for i := range j.Findings {
		f := &j.Findings[i]
		f.ID = identify(*f, seen)
		if sentence, ok := contested[f.ID]; ok && f.Severity == dossier.Block {
			f.Contested = sentence
			j.Counts.Contested++
		}
		if f.Inside {
			j.Counts.Inside++
			continue
		}
		switch f.Severity {
		case dossier.Block:
			if f.Contested == "" {
				j.Counts.Block++
			}
		case dossier.Warn:
			j.Counts.Warn++
		case dossier.Note:
			j.Counts.Note++
		}
	}
	slices.SortStableFunc(j.Findings, func(a, b dossier.Finding) int { return rank(a.Severity) - rank(b.Severity) })
	return j
}

// identify names a finding by what it is about, so that a contest stays with
// it when a value is read anew; what cannot be told apart is numbered.
func identify(f dossier.Finding, seen map[string]int) string {
	about := []any{f.Code, f.Document, f.File, f.Nominee, f.Loai, f.Page, f.Names, f.Field}
	id := act.Digest(about)[:16]
	seen[id]++
	if n := seen[id]; n > 1 {
		id = act.Digest(append(about, n))[:16]
	}
	return id
}

func rank(s dossier.Severity) int {
	return slices.Index([]dossier.Severity{dossier.Block, dossier.Warn, dossier.Note}, s)
}
