package scrub

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/wire"
)

const (
	subscription = "8d3c5c1e-52a7-4d5e-9f0b-6a1c2e7f9b34"
	workspaceID  = "/subscriptions/" + subscription + "/resourceGroups/rg-contoso-prod/providers/Microsoft.MachineLearningServices/workspaces/mlw-contoso"
	accountID    = "/subscriptions/" + subscription + "/resourceGroups/rg-contoso-batch/providers/Microsoft.Batch/batchAccounts/contosobatch7"
	manager      = "https://management.azure.com"
)

func newScrubber(t *testing.T) *Scrubber {
	t.Helper()
	workspace, err := azureml.ParseWorkspaceID(workspaceID)
	if err != nil {
		t.Fatal(err)
	}
	return New(Subject{
		Manager: manager, Workspace: workspace, BatchAccount: accountID,
		Computes: []string{"verifyabcdefghix", "verifyother2345x"}, Keep: []string{"kept text", "kept-tag", "kept-value"},
	})
}

// TestTexts: each kind of private value in a message. Plain words are kept.
func TestTexts(t *testing.T) {
	for text, want := range map[string]string{
		"Compute is not available (code 201).":                          "Compute is not available (code 201).",
		"It doesn't exist. It can't be used.":                           "It doesn't exist. It can't be used.",
		"Workspace mlw-contoso failed":                                  "Workspace workspace-1 failed",
		"Workspace MLW-Contoso failed":                                  "Workspace WORKSPACE-1 failed",
		"Compute 'verifyabcdefghix' failed":                             "Compute 'compute-1' failed",
		"Compute 'nightly' failed":                                      "Compute '{quoted-1}' failed",
		`the user "Jane Doe" has no access`:                             `the user "{quoted-1}" has no access`,
		"ContosoPipelines failed, batch as well":                        "{name-1} failed, batch as well",
		"account contosobatch7.":                                        "account account1.",
		"xcontosobatch7y":                                               "{name-1}",
		"see " + accountID + " there":                                   "see /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/group-2/providers/Microsoft.Batch/batchAccounts/account1 there",
		"object 11111111-2222-3333-4444-555555555555 is":                "object 00000000-0000-0000-0000-000000000002 is",
		"jane.doe@contoso.com asked":                                    "{email-1} asked",
		"from 20.93.11.7 to 10.0.0.4:443":                               "from {ip-1} to {ip-2}",
		"from 2603:1020:201::5 there":                                   "from {ip-1} there",
		"at contoso.westeurope.batch.azure.com now":                     "at host-1.example now",
		"see https://aka.ms/abc?x=secretsecret now":                     "see https://host-1.example/{path:4}?x={x:12} now",
		"on 2026-11-26T09:40:51.9013157+00:00 it":                       "on 2000-01-01T00:00:01.1111111+00:00 it",
		"on 2026-11-26T09:40:51Z it":                                    "on 2000-01-01T00:00:01Z it",
		"on 2026-11-26T09:40:51.5+05:30 it":                             "on 2000-01-01T00:00:01.1+01:00 it",
		"on Thu, 26 Nov 2026 09:40:51 GMT it":                           "on Sat, 01 Jan 2000 00:00:01 GMT it",
		"on 11/26/2026 9:40:51 AM it":                                   "on {time-1} it",
		"on 2026-11-26 it":                                              "on {date-1} it",
		"token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln":               "token {token:41}",
		"key abcDEF0123456789abcDEF0123456789==":                        "key {secret:34}",
		"hash 11abe4c1bf44364088ff71f446df71a9":                         "hash {secret:32}",
		"user jsmith2 and cluster gpu-cluster_3":                        "user {name-1} and cluster {name-2}",
		"type Microsoft.Batch/batchAccounts and Microsoft.Batch/secret": "type Microsoft.Batch/batchAccounts and Microsoft.Batch/type1",
		"number 1234567":                                                "number {name-1}",
	} {
		if got := newScrubber(t).Text(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// TestFields: the values of known and unknown fields.
func TestFields(t *testing.T) {
	for document, want := range map[string]string{
		`{"provisioningState": "Succeeded", "computeType": "Batch"}`:          `{"computeType":"Batch","provisioningState":"Succeeded"}`,
		`{"provisioningState": "contosobatch"}`:                               `{"provisioningState":"contosobatch"}`, // A word.
		`{"code": "UserError", "message": "Compute 'x1' is gone"}`:            `{"code":"UserError","message":"Compute '{quoted-1}' is gone"}`,
		`{"status": "Succeeded", "percentComplete": 100.0}`:                   `{"percentComplete":100.0,"status":"Succeeded"}`,
		`{"location": "West Europe", "computeLocation": "westeurope"}`:        `{"computeLocation":"region1","location":"Region 1"}`,
		`{"id": "` + workspaceID + `/computes/nightly"}`:                      `{"id":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/group-1/providers/Microsoft.MachineLearningServices/workspaces/workspace-1/computes/compute-3"}`,
		`{"id": "` + strings.ToLower(workspaceID) + `"}`:                      `{"id":"/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/group-1/providers/microsoft.machinelearningservices/workspaces/workspace-1"}`,
		`{"resourceId": "` + strings.ToUpper(accountID) + `"}`:                `{"resourceId":"/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/RESOURCEGROUPS/GROUP-2/PROVIDERS/MICROSOFT.BATCH/BATCHACCOUNTS/ACCOUNT1"}`,
		`{"name": "verifyabcdefghix"}`:                                        `{"name":"compute-1"}`,
		`{"name": "nightly"}`:                                                 `{"name":"name-1"}`,
		`{"description": "kept text", "tags": {"kept-tag": "kept-value"}}`:    `{"description":"kept text","tags":{"kept-tag":"kept-value"}}`,
		`{"description": "for Jane", "tags": {"owner": "Jane"}}`:              `{"description":"{text-1}","tags":{"key-1":"{text-2}"}}`,
		`{"novel": "Steady", "other": null, "third": true, "fourth": ""}`:     `{"fourth":"","novel":"{text-1}","other":null,"third":true}`,
		`{"novel": "11111111-2222-3333-4444-555555555555"}`:                   `{"novel":"00000000-0000-0000-0000-000000000002"}`,
		`{"novel": "10.1.2.3", "host": "a.contoso.com", "m": "jane@x.org"}`:   `{"host":"host-1.example","m":"{email-1}","novel":"{ip-1}"}`,
		`{"novel": "2026-11-26T09:40:51.9013157+00:00"}`:                      `{"novel":"2000-01-01T00:00:01.1111111+00:00"}`,
		`{"novel": {"deep": ["x", 12, 123456789, {"key": "Jane"}]}}`:          `{"novel":{"deep":["{text-1}",12,0,{"key":"{text-2}"}]}}`,
		`{"jane.doe@contoso.com": 1, "` + accountID + `": {}}`:                `{"key-1":{},"key-2":1}`,
		`{"contosobatch7Key": "s3cret"}`:                                      `{"key-1":"{text-1}"}`,
		`{"createdOn": "2026-11-26T09:40:51.5+00:00", "modifiedOn": ""}`:      `{"createdOn":"2000-01-01T00:00:01.1+00:00","modifiedOn":""}`,
		`{"createdOn": "2026-11-26", "modifiedOn": 1764150051123}`:            `{"createdOn":"{date-1}","modifiedOn":0}`,
		`{"nextLink": "` + manager + workspaceID + `/computes?$skip=2&a=b1"}`: `{"nextLink":"https://management.example/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/group-1/providers/Microsoft.MachineLearningServices/workspaces/workspace-1/computes?$skip=2&a={a:2}"}`,
		`<html>contoso</html>`:                                                `"{20 bytes that are not JSON}"`,
		`"contoso"`:                                                           `"{text-1}"`,
	} {
		s := newScrubber(t)
		if diff := cmp.Diff(want, string(s.body([]byte(document), false))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", document, diff)
		}
	}
}

// TestHeaders: the headers that are recorded, and no others.
func TestHeaders(t *testing.T) {
	header := http.Header{}
	for name, value := range map[string]string{
		"Azure-AsyncOperation": manager + "/subscriptions/" + subscription + "/providers/Microsoft.MachineLearningServices/locations/westeurope/computeOperationsStatus/" +
			"c8aa4b58-4360-43ae-aee1-86ef772bddd5?api-version=2020-02-02&service=new&t=638986&c=TUlJSE&s=sigsigsig&h=hhh",
		"Location":                    "https://elsewhere.contoso.com/path?sig=abc",
		"Retry-After":                 "10",
		"Content-Type":                "application/json; charset=utf-8",
		"x-ms-request-id":             "2c9c8df6-ce85-44d0-a92a-fe48ea258172",
		"x-ms-correlation-request-id": "2c9c8df6-ce85-44d0-a92a-fe48ea258172",
		"x-ms-routing-request-id":     "WESTEUROPE:20251104T094122Z:2c9c8df6-ce85-44d0-a92a-fe48ea258172",
		"x-ms-response-type":          "standard",
		"x-ms-ratelimit-remaining-subscription-global-reads": "3749",
		"x-request-time":            "0.025",
		"ETag":                      `W/"jane"`,
		"x-ms-operation-identifier": "tenantId=2c9c8df6-ce85-44d0-a92a-fe48ea258172",
		"Set-Cookie":                "secret", "X-MSEdge-Ref": "Ref A: jane", "Date": "Tue, 04 Nov 2025 09:41:21 GMT",
	} {
		header.Set(name, value)
	}
	want := map[string]string{
		"Azure-AsyncOperation": "https://management.example/subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.MachineLearningServices/locations/region1/" +
			"computeOperationsStatus/00000000-0000-0000-0000-000000000002?api-version=2020-02-02&service=new&t={t:6}&c={c:6}&s={s:9}&h={h:3}",
		"Location":                    "https://host-1.example/{path:5}?sig={sig:3}",
		"Retry-After":                 "10",
		"Content-Type":                "application/json; charset=utf-8",
		"x-ms-request-id":             "00000000-0000-0000-0000-000000000003",
		"x-ms-correlation-request-id": "00000000-0000-0000-0000-000000000003",
		"x-ms-routing-request-id":     "REGION1:20000101T000001Z:00000000-0000-0000-0000-000000000003",
		"x-ms-response-type":          "standard",
		"x-ms-ratelimit-remaining-subscription-global-reads": "3749",
		"x-request-time": "0.025",
		"ETag":           "{value-1}",
	}
	for range 20 { // The random order of maps must not matter.
		if diff := cmp.Diff(want, newScrubber(t).headers(header)); diff != "" {
			t.Fatalf("headers (-want +got):\n%s", diff)
		}
	}
}

// TestListsHaveTheRunsOwnComputesOnly: a recorded list has only the run's own computes, and
// the names of the others are replaced everywhere.
func TestListsHaveTheRunsOwnComputesOnly(t *testing.T) {
	began := time.Now()
	recording := newScrubber(t).Recording([]string{"a test"}, []wire.Exchange{
		{
			Began: began, Method: http.MethodGet, Status: 400, URL: manager + workspaceID + "/computes/x?api-version=1",
			Body: []byte(`{"error": {"code": "UserError", "message": "Compute nightly uses it"}}`),
		},
		{
			Began: began.Add(1500 * time.Millisecond), Took: 20 * time.Millisecond, Method: http.MethodGet, Status: 200, URL: manager + workspaceID + "/computes?api-version=2020-02-02",
			Body: []byte(`{"value": [{"name": "nightly", "properties": {"user": "jane"}}, {"name": "verifyabcdefghix"}]}`),
		},
	})
	if got, want := string(recording.Exchanges[0].Response.Body), `{"error":{"code":"UserError","message":"Compute compute-3 uses it"}}`; got != want {
		t.Errorf("the message\n got %s\nwant %s", got, want)
	}
	list := recording.Exchanges[1]
	if got, want := string(list.Response.Body), `{"value":[{"name":"compute-1"}]}`; got != want {
		t.Errorf("the list\n got %s\nwant %s", got, want)
	}
	if got := time.Duration(list.At); got != 1500*time.Millisecond || list.Request.Query != "api-version=2020-02-02" {
		t.Errorf("at %v, query %s", got, list.Request.Query)
	}
}

func TestLeaksAreFound(t *testing.T) {
	s := newScrubber(t)
	exchanges := []wire.Exchange{{
		URL:    manager + workspaceID + "/computes?sig=abcdefghijklmnopqrstuvwx",
		Header: http.Header{"X-Ms-Request-Id": {"2c9c8df6-ce85-44d0-a92a-fe48ea258172"}},
		Body:   []byte(`{"tenantId": "aaaaaaaa-ce85-44d0-a92a-fe48ea258172"}`),
	}}
	for written, want := range map[string]int{
		"nothing of it": 0,
		"id 2C9C8DF6-ce85-44d0-a92a-fe48ea258172":   1,
		"tenant aaaaaaaa-ce85-44d0-a92a-fe48ea2581": 0,
		"aaaaaaaa-ce85-44d0-a92a-fe48ea258172":      1,
		"?sig=abcdefghijklmnopqrstuvwx":             1,
		"in rg-contoso-prod":                        1,
		"in contosobatch7 as verifyabcdefghix":      1,
	} {
		if found := Leaks(s.subject, exchanges, written); len(found) != want {
			t.Errorf("%q: %v, want %d", written, found, want)
		}
	}
}

// TestNamesThatLookLikePlaceholders: such names reveal nothing, and are in each report.
func TestNamesThatLookLikePlaceholders(t *testing.T) {
	subject := Subject{
		Workspace:    azureml.WorkspaceID{SubscriptionID: subscription, ResourceGroup: "verify-azure", Name: "Workspace-1"},
		BatchAccount: "/subscriptions/" + subscription + "/resourceGroups/group-2/providers/Microsoft.Batch/batchAccounts/account1",
	}
	if found := Leaks(subject, nil, "make verify-azure: account1 of group-2 in workspace-1"); len(found) > 0 {
		t.Errorf("found %v", found)
	}
	subject.Workspace.Name = "workspace-1-prod"
	if found := Leaks(subject, nil, "in workspace-1-prod"); len(found) != 1 {
		t.Errorf("found %v, want a name", found)
	}
}
