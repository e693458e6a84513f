// Package workflows embeds the state machines. Both editions run these files;
// nothing else describes the flows.
package workflows

import "embed"

// Files holds <name>.asl.json for every flow.
//
//go:embed *.asl.json
var Files embed.FS
