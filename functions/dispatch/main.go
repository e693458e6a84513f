// Command dispatch is the Lambda function that delivers the outbox and registers uploads.
package main

import (
	"crypto/rand"
	"os"
	"time"

	"hoso/shared/aws/cloud"
	"hoso/shared/aws/cloud/services"
)

func main() {
	cloud.Main(cloud.World{LookupEnv: os.LookupEnv, Now: time.Now, Rand: rand.Reader, Out: os.Stdout, Exit: os.Exit}, services.Dispatch())
}
