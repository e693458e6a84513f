package house

import (
	"os"
	"testing"

	"hoso/infra/reader/embedded"
)

// TestMain lets the test's binary be its own reader where none is embedded.
func TestMain(m *testing.M) {
	if status, isReader := embedded.Main(); isReader {
		os.Exit(status)
	}
	os.Exit(m.Run())
}
