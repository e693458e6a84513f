// The command hoso-reader is the process that reads one document: see
// shared/readproc. It is started by the product, never by people.
package main

import (
	"os"
	"time"

	"hoso/shared/readproc"
	"hoso/shared/sandbox"
)

func main() {
	if len(os.Args) != 2 {
		os.Exit(sandbox.ExitInternal)
	}
	os.Exit(readproc.Child(os.Args[1], os.Stdin, os.Stdout, time.Now))
}
