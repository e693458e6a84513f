// Command posting is the Lambda function that runs the stage posting.
package main

import (
	"crypto/rand"
	"os"
	"time"

	"hoso/shared/aws/cloud"
	"hoso/shared/aws/cloud/stages"
)

func main() {
	cloud.Main(cloud.World{LookupEnv: os.LookupEnv, Now: time.Now, Rand: rand.Reader, Out: os.Stdout, Exit: os.Exit}, stages.Posting())
}
