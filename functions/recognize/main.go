// Command recognize is the Lambda function that runs the stage recognize.
package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"time"

	"hoso/shared/aws/cloud"
	"hoso/shared/aws/cloud/stages"
	"hoso/shared/pictures"
	"hoso/shared/sandbox"
)

func main() {
	// Started anew by itself, the process becomes a program behind walls.
	if len(os.Args) > 1 && os.Args[1] == pictures.GuardArg {
		fmt.Fprintln(os.Stderr, pictures.Guard(os.Args[2:]))
		os.Exit(sandbox.ExitInternal)
	}
	cloud.Main(cloud.World{LookupEnv: os.LookupEnv, Now: time.Now, Rand: rand.Reader, Out: os.Stdout, Exit: os.Exit}, stages.Recognize())
}
