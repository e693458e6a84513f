// Command empty is a Lambda function that does nothing: the yardstick of the
// others' start.
package main

import "github.com/aws/aws-lambda-go/lambda"

func main() { lambda.Start(func() (struct{}, error) { return struct{}{}, nil }) }
