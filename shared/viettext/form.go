package viettext

import (
	"regexp"
	"sync"
)

// form gives a pattern that is compiled when it is first used: a program that
// reads one file uses few of them, and starts for every file.
func form(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
