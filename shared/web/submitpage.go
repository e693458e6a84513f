package web

import (
	"strconv"
	"strings"

	"hoso/shared/access"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/round"
	"hoso/shared/submission"
	"hoso/shared/validate"
	"hoso/shared/web/frame"
)

// contestView is a blocking finding the unit may contest with a sentence.
type contestView struct {
	findingView
	Key   string
	Typed string
}

type submitView struct {
	ID       string
	Number   string
	Campaign string
	Round    string
	Files    []fileView
	Total    int64
	Unread   int
	Missing  int // slots opened for which nothing came
	Judged   validate.Judgement
	Blocking []contestView
	Nominees []dossier.Nominee
	Closes   dueView
	Again    bool // a returned dossier comes again
	Note     string
	Open     bool // may be submitted now
}

// submitPage shows exactly what submitting does, before it is done.
func (p *portal) submitPage(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	docs, err := p.ownDocuments(c, d.ID)
	if err != nil {
		return err
	}
	j, err := p.judge(c.Context(), d, docs, nil)
	if err != nil {
		return err
	}
	rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(d.Round))
	if err != nil {
		return err
	}
	v := submitView{
		ID: d.ID, Number: p.number(c, d), Campaign: rd.Settings.Title, Round: rd.Settings.Name, Judged: j.Judgement, Nominees: j.Nominees,
		Closes: p.due(rd.Settings.Closes), Again: d.State == dossier.Returned, Note: c.Field("note"), Open: p.editableNow(d) && j.count > 0,
	}
	if v.Again {
		v.Closes = p.due(d.Due)
	}
	for _, doc := range docs {
		switch {
		case !doc.HasBytes():
			v.Missing++
			continue
		case !doc.Settled():
			v.Unread++
		}
		v.Total += doc.Size
		v.Files = append(v.Files, p.fileOf(c, doc, j))
	}
	for _, f := range j.Findings {
		if f.Severity == dossier.Block {
			key := "contest." + f.ID
			v.Blocking = append(v.Blocking, contestView{findingView: findingView{Finding: p.spoken(f)}, Key: key, Typed: c.Field(key)})
		}
	}
	return c.Page(status(c), "submit", c.Say("submit.title"), v)
}

func (p *portal) submit(c *frame.Call) error {
	id := c.Param("id")
	s := submission.Submitting{Note: c.Field("note"), Contests: map[string]string{}}
	var slips access.Slips
	for name, values := range c.R.PostForm {
		finding, ok := strings.CutPrefix(name, "contest.")
		if !ok || len(values) == 0 || strings.TrimSpace(values[0]) == "" {
			continue
		}
		sentence := strings.TrimSpace(values[0])
		if len([]rune(sentence)) < submission.MinSentence {
			slips = append(slips, access.Slip{Field: name, Sentence: c.Say("submit.short-contest")})
		}
		s.Contests[finding] = sentence
	}
	if slips != nil {
		c.WithSlips(slips)
		return p.submitPage(c)
	}
	r, err := p.Rooms.Submission.Submit(c.Context(), c.Key(), c.Who.Actor, id, s)
	if fault.Is(err, fault.Gone) {
		err = fault.New(fault.Invalid, "web.submit", fault.Public(err))
	}
	if err != nil {
		return retry(c, err, func() error { return p.submitPage(c) })
	}
	return c.See("/dossiers/" + id + "/receipts/" + strconv.Itoa(r.Revision))
}
