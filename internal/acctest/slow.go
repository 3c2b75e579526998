package acctest

import (
	"os"
	"strings"
	"testing"
)

// Slow skips a test that takes seconds, unless make test-slow runs it, which finds such
// tests by their name.
func Slow(t *testing.T) {
	t.Helper()
	if !strings.HasPrefix(t.Name(), "TestSlow") {
		t.Fatalf("%s is slow, but make test-slow runs only tests whose names start with TestSlow", t.Name())
	}
	if os.Getenv("AZUREML_TEST_SLOW") == "" {
		t.Skip("this test is slow: make test-slow runs it, or AZUREML_TEST_SLOW=1")
	}
}
