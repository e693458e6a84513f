package validate

import (
	"slices"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/viettext"
)

// nominees gives who is put forward: the letter's list, completed from the
// reports; without a letter, the reports alone.
func (c *dossierCase) nominees() []dossier.Nominee {
	l := lister{c: c, seen: map[string]int{}}
	if p, ok := c.letter(); ok {
		for _, e := range c.list {
			l.listed(p, e)
		}
		return l.out
	}
	for _, rep := range c.reports {
		if rep.doc.Name == "" {
			continue
		}
		l.add(reading.Nominee{Name: rep.doc.Name, Kind: rep.doc.NomineeKind, Position: rep.doc.Position, Unit: rep.doc.Unit},
			rep.doc.BirthDate, []string{rep.file.ID}, []string{rep.file.SHA256, act.Digest(rep.doc)})
	}
	return l.out
}

// lister writes the list of nominees.
type lister struct {
	c    *dossierCase
	out  []dossier.Nominee
	seen map[string]int
}

// listed adds a line of the letter with what its report and the minutes say.
func (l *lister) listed(p part, e entry) {
	n, docs, birth := *e.n, []string{p.file.ID}, ""
	facts := []string{}
	if e.report.at >= 0 {
		rep := l.c.reports[e.report.at]
		docs, birth = append(docs, rep.file.ID), rep.doc.BirthDate
		facts = append(facts, rep.file.SHA256, act.Digest(rep.doc))
		if n.Unit == "" {
			n.Unit = rep.doc.Unit
		}
		if n.Position == "" {
			n.Position = rep.doc.Position
		}
	}
	if e.vote.at >= 0 {
		m := l.c.lines[e.vote.at]
		docs = append(docs, m.file.ID)
		facts = append(facts, act.Digest([]any{m.n.VotesFor, m.n.VotesOf, m.n.Percent}))
	}
	slices.Sort(docs)
	l.add(n, birth, slices.Compact(docs), facts)
}

func (l *lister) add(n reading.Nominee, birth string, docs, facts []string) {
	kind := dossier.Individual
	if n.Kind == reading.Collective {
		kind = dossier.Collective
	}
	unit := l.c.key(viettext.ExpandBody(n.Unit))
	identity := act.Digest([]string{string(kind), l.c.key(n.Name), birth, unit})[:32]
	id := identity
	if k := l.seen[identity]; k > 0 {
		id = act.Digest([]any{identity, k})[:32]
	}
	l.seen[identity]++
	l.out = append(l.out, dossier.Nominee{
		ID: id, Identity: identity, Kind: kind, Name: viettext.NFC(n.Name), Position: n.Position,
		Unit: n.Unit, Birth: birth, Documents: docs, Standing: dossier.Pending,
		Judged: act.Digest([]any{kind, n.Name, n.Position, n.Unit, birth, facts}),
	})
}
