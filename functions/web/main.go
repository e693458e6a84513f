// Command web is the Lambda function that serves the portal.
package main

import (
	"crypto/rand"
	"os"
	"time"

	"hoso/shared/aws/cloud"
	"hoso/shared/aws/cloud/portal"
)

func main() {
	cloud.Main(cloud.World{LookupEnv: os.LookupEnv, Now: time.Now, Rand: rand.Reader, Out: os.Stdout, Exit: os.Exit}, portal.Web())
}
