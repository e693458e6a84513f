package web

import (
	"slices"

	"hoso/shared/appraisal"
	"hoso/shared/board"
	"hoso/shared/commend"
	"hoso/shared/decision"
	"hoso/shared/erasure"
	"hoso/shared/launch"
	"hoso/shared/objects"
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/register"
	"hoso/shared/review"
	"hoso/shared/search"
	"hoso/shared/selection"
	"hoso/shared/submission"
	"hoso/shared/validate"
	"hoso/shared/web/frame"
	"hoso/shared/yearly"
)

// Rooms are the acts behind the pages.
type Rooms struct {
	Submission submission.Room
	Parking    parking.Desk
	Appraisal  appraisal.Room
	Selection  selection.Room
	Review     review.Room
	Decision   decision.Room
	Board      board.Room
	Yearly     yearly.Room
	Erasure    erasure.Room
	Commend    commend.Room
	Search     search.Room
	Objects    *objects.Store
	Register   register.Room
	Books      *validate.Shelf // the rules drafts are judged by, and the campaigns
	Launch     launch.Room
	Pages      *Pages // draws pages; nil where the machine cannot
}

// menuLine is one link of the menu and who needs it.
type menuLine struct {
	key, href string
	roles     []people.Role
}

func (p *portal) roomMenu() []menuLine {
	return []menuLine{
		{"menu.rounds", "/rounds", []people.Role{people.Admin, people.Head, people.Reviewer, people.Clerk, people.Auditor}},
		{"menu.campaigns", "/campaigns", []people.Role{people.Admin, people.Head, people.Auditor}},
		{"menu.reports", "/reports", []people.Role{people.Submitter}},
		{"menu.yearly", "/yearly", []people.Role{people.Admin, people.Head, people.Auditor}},
		{"menu.commendations", "/commendations", []people.Role{people.Submitter, people.Admin, people.Head, people.Auditor}},
		{"menu.register", "/register", []people.Role{people.Admin, people.Auditor}},
		{"menu.search", "/search", []people.Role{people.Auditor, people.Admin}},
	}
}

func (p *portal) roomRoutes() []frame.Route {
	var all []frame.Route
	for _, part := range [][]frame.Route{p.linkRoutes(), p.taskRoutes(), p.roundRoutes(), p.ledgerRoutes(), p.lateRoutes(), p.listRoutes(), p.changeRoutes(), p.erasureRoutes(), p.roundBodyRoutes(), p.registerRoutes(), p.scoreRoutes(), p.previewRoutes(), p.reportRoutes(), p.yearlyRoutes(), p.commendRoutes(), p.campaignRoutes(), p.auditRoutes(), p.reassignRoutes(), p.viewedRoutes()} {
		all = append(all, part...)
	}
	return all
}

// roomTodos adds what dossiers and rounds ask of the visitor, and what waits
// for others.
func (p *portal) roomTodos(c *frame.Call) (mine, others []todo, err error) {
	if mine, others, err = p.roundTodos(c); err != nil {
		return nil, nil, err
	}
	first, err := p.firstTodos(c)
	if err != nil {
		return nil, nil, err
	}
	drafts, err := p.campaignTodos(c)
	if err != nil {
		return nil, nil, err
	}
	reports, err := p.reportTodos(c)
	return slices.Concat(mine, first, drafts, reports), others, err
}
