package azureml

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// benchClient is a client whose service always sends the same reply.
func benchClient(b *testing.B, body []byte) *Client {
	b.Helper()
	return mustClient(b, staticToken{}, Options{Transport: reply(body)})
}

type staticToken struct{}

func (staticToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "token", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

type reply []byte

func (r reply) Do(request *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Request: request, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(r)),
	}, nil
}

// listOf is a list of n computes as the service indents it.
func listOf(n int) []byte {
	computes := make([]string, n)
	for i := range computes {
		computes[i] = fmt.Sprintf(`    {
      "id": "%[1]s/computes/batch%[2]dx",
      "name": "batch%[2]dx",
      "type": "Microsoft.MachineLearningServices/workspaces/computes",
      "location": "westeurope",
      "tags": null,
      "properties": {
        "createdOn": "2022-10-19T00:06:11.5035004+00:00",
        "modifiedOn": "2022-10-19T00:06:40.1170234+00:00",
        "disableLocalAuth": false,
        "description": null,
        "resourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch%[2]d",
        "computeType": "Batch",
        "computeLocation": "westeurope",
        "provisioningState": "Succeeded",
        "provisioningErrors": null,
        "isAttachedCompute": true,
        "properties": null
      }
    }`, testWorkspace.ID, i)
	}
	return []byte("{\n  \"value\": [\n" + strings.Join(computes, ",\n") + "\n  ]\n}")
}

// A list of 1,000 computes: the request through azcore's pipeline, and decoding it.
func BenchmarkListOf1000(b *testing.B) {
	list := listOf(1000)
	workspace := benchClient(b, list).Workspace(testWorkspace.ID)
	b.SetBytes(int64(len(list)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range workspace.BatchComputes(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 1000 {
			b.Fatalf("%d computes", n)
		}
	}
}

// One read of 1,000 that share a list.
func BenchmarkReadThroughSnapshot(b *testing.B) {
	workspace := benchClient(b, listOf(1000)).Workspace(testWorkspace.ID)
	workspace.cache.snapshots.read.Store(true)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := workspace.RecentBatchCompute(b.Context(), "batch567x"); err != nil {
			b.Fatal(err)
		}
	}
}

// Two spellings of one id.
func BenchmarkEqualIDs(b *testing.B) {
	id := testWorkspace.ID.ComputeID("batch567x")
	lower := strings.ToLower(id)
	b.ReportAllocs()
	for b.Loop() {
		if !EqualIDs(id, lower) {
			b.Fatal("they are not equal")
		}
	}
}
