package web_test

import (
	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/web"
)

// rooms are the acts behind the pages, on the town's store.
type rooms struct{ web.Rooms }

func newRooms(*town, act.Desk, *calendar.Calendar) *rooms { return &rooms{} }
