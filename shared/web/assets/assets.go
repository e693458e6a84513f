// Package assets is the files that pages are shown with. It is apart from the
// pages: on AWS they lie beside the function's program.
package assets

import "embed"

// Files are served below /assets/.
//
//go:embed *.css *.js *.svg all:vendor
var Files embed.FS
