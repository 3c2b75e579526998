package azureml

import (
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"go.uber.org/goleak"
)

// The tests leave no goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func mustClient(t testing.TB, credential azcore.TokenCredential, options Options) *Client {
	t.Helper()
	client, err := NewClient(credential, options)
	if err != nil {
		t.Fatal(err)
	}
	return client
}
