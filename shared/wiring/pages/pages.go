// Package pages gives the portal its rooms, the same in both editions.
package pages

import (
	"hoso/shared/appraisal"
	"hoso/shared/commend"
	"hoso/shared/decision"
	"hoso/shared/filing"
	"hoso/shared/launch"
	"hoso/shared/register"
	"hoso/shared/review"
	"hoso/shared/search"
	"hoso/shared/selection"
	"hoso/shared/submission"
	"hoso/shared/validate"
	"hoso/shared/web"
	"hoso/shared/wiring"
)

// Rooms are the rooms behind the portal's pages. inbox is the bucket of
// uploads; paper reads PDFs that clerks enter.
func Rooms(p wiring.Parts, inbox string, paper *filing.Reader) (web.Rooms, error) {
	desk := p.Park.Desk
	books, err := validate.BuiltinShelf(desk.Store)
	if err != nil {
		return web.Rooms{}, err
	}
	files := filing.Room{Desk: desk, Objects: p.Objects, Inbox: inbox, Reader: paper}
	reports := p.Yearly()
	reports.Files = files
	return web.Rooms{
		Submission: submission.Room{Desk: desk, Inbox: inbox, Look: p.Sweep().Look, PinAt: books.PinAt}, Parking: p.Park, Appraisal: appraisal.Room{Desk: p.Park},
		Selection: selection.Room{Desk: p.Park}, Review: review.Room{Desk: p.Park},
		Decision: decision.Room{Desk: p.Park, Objects: p.Objects, Inbox: inbox, Paper: paper},
		Board:    p.Board(), Erasure: p.Erasure(), Yearly: reports, Commend: commend.Room{Desk: desk, Files: files},
		Search: search.Room{Desk: desk}, Register: register.Room{Desk: desk}, Objects: p.Objects, Books: books,
		Launch: launch.Room{Desk: desk, Shipped: books.Shipped()},
	}, nil
}
