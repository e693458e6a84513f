// Command clock is the Lambda function that looks each minute at what is due.
package main

import (
	"crypto/rand"
	"os"
	"time"

	"hoso/shared/aws/cloud"
	"hoso/shared/aws/cloud/services"
)

func main() {
	cloud.Main(cloud.World{LookupEnv: os.LookupEnv, Now: time.Now, Rand: rand.Reader, Out: os.Stdout, Exit: os.Exit}, services.Clock())
}
