package dynamostore_test

import (
	"math/rand/v2"
	"os"
	"testing"

	"hoso/shared/aws/awstest"
	"hoso/shared/store/storetest"
)

var stack awstest.Stack

func TestMain(m *testing.M) { os.Exit(awstest.Main(m, &stack)) }

// TestContract holds the adapter against the port's contract on a real
// DynamoDB or a stand-in that was seen to be exact under concurrency.
func TestContract(t *testing.T) {
	rounds := 1
	if awstest.Required() {
		rounds = 50
	}
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		return storetest.Harness{Store: stack.Store(t, rand.Float64), Rounds: rounds}
	})
}
