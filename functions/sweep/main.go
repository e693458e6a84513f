// Command sweep is the Lambda function that finds what an event forgot.
package main

import (
	"crypto/rand"
	"os"
	"time"

	"hoso/shared/aws/cloud"
	"hoso/shared/aws/cloud/sweeping"
)

func main() {
	cloud.Main(cloud.World{LookupEnv: os.LookupEnv, Now: time.Now, Rand: rand.Reader, Out: os.Stdout, Exit: os.Exit}, sweeping.Sweep())
}
