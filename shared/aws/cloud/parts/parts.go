// Package parts gives the wiring of rooms what this edition has. It is apart
// from package cloud, so that stages do not link what services need.
package parts

import (
	"hoso/shared/aws/cloud"
	"hoso/shared/parking"
	"hoso/shared/wiring"
)

// Of are a host's parts; Runs and Objects are the caller's to add.
func Of(h *cloud.Host, park parking.Desk) wiring.Parts {
	return wiring.Parts{Park: park, Calendar: h.Cal, Log: h.Log}
}
