// Package validate is the stage that records every finding on a submitted
// revision. Judging is a pure function over the readings: the portal calls it
// on a draft, so that a unit sees every fault before it submits, and the
// stage calls it on what was submitted. Same rules, same readings, same list.
package validate

import (
	"slices"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/viettext"
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

// Rules are what a dossier is judged by, besides what holds everywhere.
type Rules struct {
	VotePct  float64              // threshold in percent; 0: the rule set states none
	VoteBase string               // "tong_thanh_vien" or "so_co_mat"
	Council  int                  // members of the council, where the rule set states it
	Cap      map[dossier.Kind]int // nomination cap; nil: none stated
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
	c := gather(files)
	j := Judgement{Nominees: c.nominees()}
	var found []dossier.Finding
	for _, rule := range []func(*dossierCase, Rules) []dossier.Finding{
		unusableFiles, parts, nobody, wrongPlaces, stateCounts, lists, reports, duplicates, votes, dates, signatures, nominationCap, doubts,
	} {
		found = append(found, rule(c, rules)...)
	}
	for i := range found {
		f := &found[i]
		f.ID = act.Digest([]any{f.Code, f.Document, f.File, f.Nominee, f.Loai, f.Page, f.Names})[:16]
		if f.Severity == dossier.Block && f.Doubtful {
			// A machine's error must never cost a unit its deadline.
			f.Severity = dossier.Warn
		}
		if sentence, ok := contested[f.ID]; ok && f.Severity == dossier.Block {
			f.Contested = sentence
			j.Counts.Contested++
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
	slices.SortStableFunc(found, func(a, b dossier.Finding) int { return rank(a.Severity) - rank(b.Severity) })
	j.Findings = found
	return j
}

func rank(s dossier.Severity) int {
	return slices.Index([]dossier.Severity{dossier.Block, dossier.Warn, dossier.Note}, s)
}

// part is one document inside one file.
type part struct {
	file *File
	doc  *reading.Document
}

func (p part) unsure(field string) bool { return p.doc.IsUnsure(field) }

// dossierCase is the dossier sorted by kinds of documents.
type dossierCase struct {
	files   []File
	letters []part
	minutes []part
	reports []part
	others  []part
	blind   bool // some page was read by nobody: absence proves nothing
}

func gather(files []File) *dossierCase {
	c := &dossierCase{files: files}
	for i := range files {
		f := &files[i]
		if f.Problem != nil && len(f.Reading.Documents) == 0 {
			c.blind = c.blind || f.Problem.Code == "needs-person"
			continue
		}
		for _, p := range f.Reading.Pages {
			c.blind = c.blind || (p.NeedsPerson() && len(f.Reading.Documents) == 0)
		}
		for k := range f.Reading.Documents {
			p := part{file: f, doc: &f.Reading.Documents[k]}
			switch p.doc.Kind {
			case reading.Letter:
				c.letters = append(c.letters, p)
			case reading.Minutes:
				c.minutes = append(c.minutes, p)
			case reading.Report:
				c.reports = append(c.reports, p)
			default:
				c.others = append(c.others, p)
			}
		}
	}
	return c
}

// letter gives the first letter, if there is one.
func (c *dossierCase) letter() (part, bool) {
	if len(c.letters) == 0 {
		return part{}, false
	}
	return c.letters[0], true
}

// same reports whether two names stand for the same nominee: people by their
// exact letters (tone placement, case and spaces apart), bodies also by their
// usual other spellings.
func same(a, b string, kind reading.NomineeKind) bool {
	if viettext.Key(a) == viettext.Key(b) {
		return true
	}
	return kind == reading.Collective && viettext.CompareBodies(a, b) == viettext.Same
}

// reportOf finds the report about a nominee of the letter.
func (c *dossierCase) reportOf(n reading.Nominee) (part, bool) {
	for _, p := range c.reports {
		if same(p.doc.Name, n.Name, n.Kind) {
			return p, true
		}
	}
	return part{}, false
}

// voteOf finds the nominee's line in the minutes.
func (c *dossierCase) voteOf(n reading.Nominee) (part, reading.Nominee, bool) {
	for _, p := range c.minutes {
		for _, v := range p.doc.Nominees {
			if same(v.Name, n.Name, n.Kind) {
				return p, v, true
			}
		}
	}
	return part{}, reading.Nominee{}, false
}

// nominees gives who is put forward: the letter's list, completed from the
// reports; without a letter, the reports alone.
func (c *dossierCase) nominees() []dossier.Nominee {
	var out []dossier.Nominee
	seen := map[string]int{}
	add := func(n reading.Nominee, birth string, docs, facts []string) {
		kind := dossier.Individual
		if n.Kind == reading.Collective {
			kind = dossier.Collective
		}
		unit := viettext.Key(viettext.ExpandBody(n.Unit))
		identity := act.Digest([]string{string(kind), viettext.Key(n.Name), birth, unit})[:32]
		id := identity
		if k := seen[identity]; k > 0 {
			id = act.Digest([]any{identity, k})[:32]
		}
		seen[identity]++
		out = append(out, dossier.Nominee{ID: id, Identity: identity, Kind: kind, Name: viettext.NFC(n.Name), Position: n.Position,
			Unit: n.Unit, Birth: birth, Documents: docs, Standing: dossier.Pending,
			Judged: act.Digest([]any{kind, n.Name, n.Position, n.Unit, birth, facts})})
	}
	if l, ok := c.letter(); ok {
		for _, n := range l.doc.Nominees {
			docs, birth := []string{l.file.ID}, ""
			facts := []string{}
			if rep, ok := c.reportOf(n); ok {
				docs, birth = append(docs, rep.file.ID), rep.doc.BirthDate
				facts = append(facts, rep.file.SHA256, act.Digest(rep.doc))
				if n.Unit == "" {
					n.Unit = rep.doc.Unit
				}
				if n.Position == "" {
					n.Position = rep.doc.Position
				}
			}
			if m, v, ok := c.voteOf(n); ok {
				docs = append(docs, m.file.ID)
				facts = append(facts, act.Digest([]any{v.VotesFor, v.VotesOf, v.Percent}))
			}
			add(n, birth, slices.Compact(docs), facts)
		}
		return out
	}
	for _, rep := range c.reports {
		add(reading.Nominee{Name: rep.doc.Name, Kind: rep.doc.NomineeKind, Position: rep.doc.Position, Unit: rep.doc.Unit},
			rep.doc.BirthDate, []string{rep.file.ID}, []string{rep.file.SHA256, act.Digest(rep.doc)})
	}
	return out
}
