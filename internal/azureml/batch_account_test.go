package azureml

import (
	"net/http"
	"testing"
)

// Only a 404 in Azure's own words says that a Batch account does not exist. Each check sends
// one request.
func TestBatchAccountExists(t *testing.T) {
	for text, want := range map[string]struct{ exists, fails bool }{
		"200 {}": {exists: true},
		gone:     {},
		refuses:  {fails: true},
		failing:  {fails: true},
		page:     {fails: true},
		noGroup:  {},
	} {
		var sent []string
		client := mustClient(t, staticToken{}, Options{Transport: transport(func(request *http.Request) (*http.Response, error) {
			sent = append(sent, request.URL.RequestURI())
			return answer(request, text, http.Header{"X-Ms-Request-Id": {"1"}})
		})})
		exists, err := client.BatchAccountExists(t.Context(), BatchAccountID{"s", "rg ä", "batch0"})
		if exists != want.exists || (err != nil) != want.fails {
			t.Errorf("%s: %t, %v", text, exists, err)
		}
		path := "/subscriptions/s/resourceGroups/rg%20%C3%A4/providers/Microsoft.Batch/batchAccounts/batch0?api-version=2024-02-01"
		if len(sent) != 1 || sent[0] != path {
			t.Errorf("%s: it sent %q, want %q", text, sent, path)
		}
	}
}
