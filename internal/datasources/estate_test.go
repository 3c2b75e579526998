package datasources_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

const otherSubscription = "00000000-0000-0000-0000-000000000002"

func workspaceID(group, name string) string {
	return "/subscriptions/" + emulator.DefaultSubscriptionID + "/resourceGroups/" + group + "/providers/Microsoft.MachineLearningServices/workspaces/" + name
}

func accountID(name string) string {
	return strings.Replace(emulator.DefaultBatchAccountID, "batch0", name, 1)
}

// estate returns an emulator with four workspaces in two groups of a subscription, and one in
// another subscription. In fraud the account batch1 is attached twice, and nightly failed.
func estate(t *testing.T, options ...emulator.Option) *emulator.Emulator {
	t.Helper()
	fraud, Risk, sales, empty := workspaceID("rg-a", "fraud"), workspaceID("rg-a", "Risk"), workspaceID("rg-b", "fraud"), workspaceID("rg-b", "empty")
	elsewhere := strings.Replace(fraud, emulator.DefaultSubscriptionID, otherSubscription, 1)
	for _, id := range []string{sales, Risk, elsewhere, empty, fraud} {
		options = append(options, emulator.WithWorkspace(id, "westeurope"))
	}
	e := acctest.NewEmulator(t, options...)
	long := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
	for workspace, computes := range map[string][]emulator.Compute{
		fraud: {
			{Name: "shared", ResourceID: accountID("batch1"), CreatedOn: long.AddDate(1, 0, 0)},
			{Name: "nightly", ResourceID: accountID("batch2"), ProvisioningState: "Failed", ProvisioningErrors: json.RawMessage(`[{"error": {"code": "Quota", "message": "None left."}}]`)},
			{Name: "cluster", ComputeType: "AmlCompute"},
			{Name: "zuerst", ResourceID: strings.ToUpper(accountID("batch1")), CreatedOn: long},
		},
		Risk:      {{Name: "shared", ResourceID: accountID("batch3")}},
		sales:     {{Name: "shared", ResourceID: accountID("batch2")}},
		elsewhere: {{Name: "far", ResourceID: accountID("batch1")}},
	} {
		for _, compute := range computes {
			e.PutCompute(workspace, compute)
		}
	}
	return e
}

// estateCore returns a core whose provider has the emulator's subscription.
func estateCore(t *testing.T, e *emulator.Emulator) *acctest.Core {
	t.Helper()
	return acctest.NewEmulatorCore(t, e, inSubscription(emulator.DefaultSubscriptionID))
}

func inSubscription(id string) func(*azureml.Options) {
	return func(options *azureml.Options) { options.SubscriptionID = id }
}

// places returns the computes of a data source in its order, as group/workspace/name.
func places(t *testing.T, data acctest.State) (found []string) {
	t.Helper()
	for _, compute := range computesOf(t, data) {
		part := strings.Split(compute.Text("workspace_id"), "/")
		if compute.Text("id") != compute.Text("workspace_id")+"/computes/"+compute.Text("name") {
			t.Errorf("%s is in %s", compute.Text("id"), compute.Text("workspace_id"))
		}
		found = append(found, part[4]+"/"+part[8]+"/"+compute.Text("name"))
	}
	return found
}

func computesOf(t *testing.T, data acctest.State) []acctest.State {
	t.Helper()
	value, _ := data.Get("batch_computes")
	var computes []tftypes.Value
	if err := value.As(&computes); err != nil {
		t.Fatal(err)
	}
	states := make([]acctest.State, len(computes))
	for i, compute := range computes {
		states[i] = acctest.State{Value: compute}
	}
	return states
}

var wholeEstate = []string{"rg-a/fraud/nightly", "rg-a/fraud/shared", "rg-a/fraud/zuerst", "rg-a/Risk/shared", "rg-b/fraud/shared"}

func TestBatchComputesOfManyWorkspaces(t *testing.T) {
	for name, test := range map[string]struct {
		search acctest.Attributes
		want   []string
	}{
		"of the provider's subscription": {nil, wholeEstate},
		"of a subscription":              {acctest.Attributes{"subscription_id": emulator.DefaultSubscriptionID}, wholeEstate},
		"of another one":                 {acctest.Attributes{"subscription_id": otherSubscription}, []string{"rg-a/fraud/far"}},
		"of a resource group":            {acctest.Attributes{"subscription_id": emulator.DefaultSubscriptionID, "resource_group_name": "RG-B"}, []string{"rg-b/fraud/shared"}},
		"of a group of the provider's":   {acctest.Attributes{"resource_group_name": "rg-b"}, []string{"rg-b/fraud/shared"}},
		"of a workspace":                 {acctest.Attributes{"workspace_id": workspaceID("rg-a", "Risk")}, []string{"rg-a/Risk/shared"}},
		"of an account":                  {acctest.Attributes{"batch_account_id": accountID("batch2")}, []string{"rg-a/fraud/nightly", "rg-b/fraud/shared"}},
		"of a workspace and an account":  {acctest.Attributes{"workspace_id": workspaceID("rg-a", "fraud"), "batch_account_id": accountID("batch1")}, []string{"rg-a/fraud/shared", "rg-a/fraud/zuerst"}},
	} {
		for _, pageSize := range []int{0, 1} {
			acctest.Run(t, fmt.Sprintf("%s, pages of %d", name, pageSize), func(t *testing.T) {
				e := estate(t, emulator.WithPageSize(pageSize))
				data, d := estateCore(t, e).ReadData(t.Context(), "azureml_batch_computes", test.search)
				if d.Err() != nil {
					t.Fatal(d.Err())
				}
				if diff := cmp.Diff(test.want, places(t, data)); diff != "" {
					t.Errorf("the data source lists other computes (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestInvalidSearches(t *testing.T) {
	for name, test := range map[string]struct {
		provider string
		search   acctest.Attributes
		says     string
	}{
		"no subscription":             {"", nil, "ARM_SUBSCRIPTION_ID"},
		"a subscription's name":       {"Production", nil, "not by its name: a subscription id is a GUID"},
		"a wrong subscription":        {"", acctest.Attributes{"subscription_id": "Production"}, "Invalid subscription_id"},
		"a wrong group":               {"", acctest.Attributes{"resource_group_name": "a/b"}, "Invalid resource_group_name"},
		"a workspace and more":        {"", acctest.Attributes{"workspace_id": workspaceID("rg-a", "fraud"), "subscription_id": otherSubscription}, "cannot be specified when"},
		"a workspace and a group":     {"", acctest.Attributes{"workspace_id": workspaceID("rg-a", "fraud"), "resource_group_name": "rg-a"}, "cannot be specified when"},
		"a subscription that is gone": {"00000000-0000-0000-0000-000000000009", nil, "Check tenant_id in the provider block, and subscription_id"},
		"a group that is gone":        {emulator.DefaultSubscriptionID, acctest.Attributes{"resource_group_name": "rg-z"}, "Check resource_group_name"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			core := acctest.NewEmulatorCore(t, estate(t), inSubscription(test.provider))
			_, d := core.ReadData(t.Context(), "azureml_batch_computes", test.search)
			d.WantError(t, test.says)
		})
	}
}

// Each compute lists the others with its account, in its own and in other workspaces. A warning
// reports only a broken attachment and a failed one.
func TestBatchComputesReportProblems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		data, d := estateCore(t, estate(t)).ReadData(t.Context(), "azureml_batch_computes", nil)
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		shares := map[string][]string{}
		for _, compute := range computesOf(t, data) {
			var ids []tftypes.Value
			value, _ := compute.Get("shares_batch_account_with")
			if err := value.As(&ids); err != nil || ids == nil {
				t.Fatalf("%s: %v", value, err)
			}
			for _, id := range ids {
				var text string
				if err := id.As(&text); err != nil {
					t.Fatal(err)
				}
				shares[path.Base(compute.Text("workspace_id"))+"/"+compute.Text("name")] = append(shares[path.Base(compute.Text("workspace_id"))+"/"+compute.Text("name")], text)
			}
		}
		want := map[string][]string{
			"fraud/nightly": {workspaceID("rg-b", "fraud") + "/computes/shared"},
			"fraud/zuerst":  {workspaceID("rg-a", "fraud") + "/computes/shared"},
			// Two workspaces have that name.
			"fraud/shared": {workspaceID("rg-a", "fraud") + "/computes/zuerst", workspaceID("rg-a", "fraud") + "/computes/nightly"},
		}
		if diff := cmp.Diff(want, shares, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("the data source lists other computes (-want +got):\n%s", diff)
		}
		wantWarnings(t, d, []string{`"fraud", as "zuerst", "shared"`, `"zuerst" is broken by "shared"`, "zuerst, attached 2024-03-01T09:00:00Z: broken"}, []string{`"fraud/nightly" is in state Failed`, "Quota: None left.", "-replace"})
	})
}

// wantWarnings checks that there is one warning for each list of words, in that order.
func wantWarnings(t *testing.T, d acctest.Diagnostics, want ...[]string) {
	t.Helper()
	if len(d.Warnings) != len(want) {
		t.Fatalf("%d warnings, want %d:\n%s", len(d.Warnings), len(want), strings.Join(d.Warnings, "\n---\n"))
	}
	for i, words := range want {
		for _, word := range words {
			if !strings.Contains(d.Warnings[i], word) {
				t.Errorf("the warning does not say %q:\n%s", word, d.Warnings[i])
			}
		}
	}
}

// Only the last attachment of an account works. If Azure does not say which one that is, the
// warning does not either.
func TestBrokenAttachmentIsNotGuessed(t *testing.T) {
	for name, mutate := range map[string]func(map[string]any){
		"no time":        func(properties map[string]any) { delete(properties, "createdOn") },
		"the same time":  func(properties map[string]any) { properties["createdOn"] = "2024-03-01T09:00:00+00:00" },
		"an empty time":  func(properties map[string]any) { properties["createdOn"] = "" },
		"a strange time": func(properties map[string]any) { properties["createdOn"] = 7 },
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := estate(t)
			for _, compute := range []string{"shared", "zuerst"} {
				e.EditCompute(workspaceID("rg-a", "fraud")+"/computes/"+compute, func(c *emulator.Compute) {
					c.Mutate = func(document map[string]any) {
						properties, _ := document["properties"].(map[string]any)
						mutate(properties)
					}
				})
			}
			_, d := estateCore(t, e).ReadData(t.Context(), "azureml_batch_computes", acctest.Attributes{"batch_account_id": accountID("batch1")})
			wantWarnings(t, d, []string{`"shared", "zuerst"`, "does not say which"})
			if strings.Contains(d.Warnings[0], ": broken") {
				t.Errorf("the warning says that one is broken: %s", d.Warnings[0])
			}
		})
	}
}

func TestThreeOfOneAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := estate(t)
		e.PutCompute(workspaceID("rg-a", "fraud"), emulator.Compute{Name: "newest", ResourceID: accountID("batch1"), CreatedOn: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
		_, d := estateCore(t, e).ReadData(t.Context(), "azureml_batch_computes", acctest.Attributes{"batch_account_id": accountID("batch1")})
		wantWarnings(t, d, []string{`"zuerst", "shared", "newest"`, `"zuerst" and "shared" are broken by "newest"`})
	})
}

// A compute whose attach failed, or that is being detached, does not break another one.
func TestFailedAttachmentBreaksNone(t *testing.T) {
	for state, warnings := range map[string]int{"Failed": 1, "deleting": 0} {
		acctest.Run(t, state, func(t *testing.T) {
			e := estate(t)
			e.EditCompute(workspaceID("rg-a", "fraud")+"/computes/shared", func(c *emulator.Compute) { c.ProvisioningState = state })
			_, d := estateCore(t, e).ReadData(t.Context(), "azureml_batch_computes", acctest.Attributes{"batch_account_id": accountID("batch1")})
			if d.Err() != nil || len(d.Warnings) != warnings || strings.Contains(strings.Join(d.Warnings, ""), "more than once") {
				t.Errorf("the data source: %v", d)
			}
		})
	}
}

// A workspace that cannot be listed is left out of the result.
func TestBatchComputesWithoutOneWorkspace(t *testing.T) {
	refusal := func(status int, code string) func(*emulator.Emulator) {
		return func(e *emulator.Emulator) {
			e.Inject(emulator.Fault{Path: "/rg-a/.*/Risk/computes$", Times: 20, Status: status, Body: fmt.Sprintf(`{"error": {"code": %q, "message": "Not this one."}}`, code)})
		}
	}
	for name, test := range map[string]struct {
		spoil func(*emulator.Emulator)
		says  string
	}{
		"is forbidden": {refusal(403, "AuthorizationFailed"), "AuthorizationFailed"},
		"has a malformed list": {func(e *emulator.Emulator) {
			e.Inject(emulator.Fault{Path: "/rg-a/.*/Risk/computes$", Times: 20, Remove: []string{"value"}})
		}, `no "value"`},
		// Between the list of workspaces and that of its computes.
		"is deleted": {refusal(404, "ParentResourceNotFound"), "ParentResourceNotFound"},
		"has a strange id": {func(e *emulator.Emulator) {
			e.Inject(emulator.Fault{Path: "/workspaces$", Merge: map[string]any{"value": []any{
				map[string]any{"id": workspaceID("rg-a", "fraud")}, map[string]any{"id": "/x/Risk"}, map[string]any{"id": workspaceID("rg-b", "fraud")}, nil, map[string]any{},
			}}})
		}, "/x/Risk"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := estate(t)
			test.spoil(e)
			data, d := estateCore(t, e).ReadData(t.Context(), "azureml_batch_computes", nil)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			want := slices.DeleteFunc(slices.Clone(wholeEstate), func(place string) bool { return strings.Contains(place, "Risk") })
			if diff := cmp.Diff(want, places(t, data)); diff != "" {
				t.Errorf("the data source lists other computes (-want +got):\n%s", diff)
			}
			warnings := slices.DeleteFunc(slices.Clone(d.Warnings), func(warning string) bool { return !strings.Contains(warning, "left out") })
			wantWarnings(t, acctest.Diagnostics{Warnings: warnings}, []string{`Workspace "Risk" is left out`, test.says})
		})
	}
}

// An error that is not about a single workspace fails the whole read.
func TestBatchComputesFail(t *testing.T) {
	for name, test := range map[string]struct {
		fault emulator.Fault
		says  string
	}{
		"no list of workspaces":  {emulator.Fault{Path: "/workspaces$", Times: 9, Status: 403, Body: `{"error": {"code": "AuthorizationFailed", "message": "No."}}`}, "AuthorizationFailed"},
		"a page at another host": {emulator.Fault{Path: "/workspaces$", Merge: map[string]any{"nextLink": "https://elsewhere.example/next"}}, "the token is not sent there"},
		"a page that repeats": {emulator.Fault{Path: "/workspaces$", Times: -1, EditBody: func(document map[string]any) {
			document["nextLink"] = "https://management.emulator/subscriptions/" + emulator.DefaultSubscriptionID + "/providers/Microsoft.MachineLearningServices/workspaces?api-version=2020-02-02"
		}}, "leads back to a page"},
		"a server error":   {emulator.Fault{Path: "/Risk/computes$", Times: 20, Status: 500, Body: `{"error": {"code": "InternalServerError", "message": "Oh."}}`}, "InternalServerError"},
		"a proxy's page":   {emulator.Fault{Path: "/Risk/computes$", Times: 20, Status: 403, Body: `<html>Blocked</html>`}, "403"},
		"a proxy's 404":    {emulator.Fault{Path: "/Risk/computes$", Times: 20, Status: 404, Body: `<html>Not here</html>`}, "404"},
		"a portal's page":  {emulator.Fault{Path: "/Risk/computes$", Times: 20, Status: 200, Body: `<html>Welcome</html>`}, "not what Azure sends"},
		"no reply":         {emulator.Fault{Path: "/Risk/computes$", Times: 9, Drop: true}, "Azure did not reply"},
		"timeout":          {emulator.Fault{Path: "/Risk/computes$", Hold: true, Times: 100}, "ime"},
		"always throttled": {emulator.Fault{Path: "/Risk/computes$", Times: 900, Status: 429, Header: map[string]string{"Retry-After": "7"}}, "429"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := estate(t)
			e.Inject(test.fault)
			_, d := estateCore(t, e).ReadData(t.Context(), "azureml_batch_computes", nil)
			d.WantError(t, test.says)
		})
	}
}

// large returns an emulator with that many workspaces, and that many computes in each.
// Each request takes 50 ms.
func large(t *testing.T, workspaces, computes int, options ...emulator.Option) *emulator.Emulator {
	t.Helper()
	options = append(options, emulator.WithLatency(50*time.Millisecond), emulator.WithThrottling())
	for i := range workspaces {
		options = append(options, emulator.WithWorkspace(workspaceID("rg-a", fmt.Sprintf("ws-%d", i)), "westeurope"))
	}
	e := acctest.NewEmulator(t, options...)
	for i := range workspaces {
		for j := range computes {
			e.PutCompute(workspaceID("rg-a", fmt.Sprintf("ws-%d", i)), emulator.Compute{Name: fmt.Sprintf("c-%d", j), ResourceID: accountID(fmt.Sprintf("batch%d", i*computes+j))})
		}
	}
	return e
}

// Listing 1,000 computes in 50 workspaces takes as long as its pages, ten at a time, and is not
// throttled. A plan that then imports them sends no further request.
func TestListingIsAsFastAsItsPages(t *testing.T) {
	for _, pageSize := range []int{0, 10} {
		acctest.Run(t, fmt.Sprintf("pages of %d", pageSize), func(t *testing.T) {
			e := large(t, 50, 20, emulator.WithPageSize(pageSize))
			core := estateCore(t, e)
			start := time.Now()
			data, d := core.ReadData(t.Context(), "azureml_batch_computes", nil)
			if d.Err() != nil || len(computesOf(t, data)) != 1000 {
				t.Fatalf("%d computes, %v", len(computesOf(t, data)), d.Err())
			}
			requests, workspacesPages, pages := e.ARMRequests(), 1, 50
			if pageSize > 0 {
				workspacesPages, pages = 50/pageSize, 50*20/pageSize
			}
			if len(requests) != workspacesPages+pages {
				t.Errorf("%d requests, want %d", len(requests), workspacesPages+pages)
			}
			took := time.Since(start)
			if least := time.Duration(workspacesPages+pages/10) * 50 * time.Millisecond; took < least || took > least+least/20 {
				t.Errorf("it took %s, want %s", took, least)
			}
			notThrottled(t, requests)
			t.Logf("%d computes: %d requests, %s", len(computesOf(t, data)), len(requests), took)

			for i, compute := range computesOf(t, data) {
				if i%10 > 0 {
					continue // two of each workspace are enough
				}
				if _, d := core.Import(t.Context(), compute.Text("id")); d.Err() != nil {
					t.Fatal(d.Err())
				}
			}
			if now := e.ARMRequests(); len(now) != len(requests) {
				t.Errorf("the imports sent %d requests", len(now)-len(requests))
			}
		})
	}
}

func notThrottled(t *testing.T, requests []emulator.Request) {
	t.Helper()
	for _, request := range requests {
		if request.Status == http.StatusTooManyRequests {
			t.Fatalf("throttled: %s %s", request.Method, request.Path)
		}
	}
}

// If there are more workspaces than the service's read budget allows, they are listed as fast
// as it refills, and part of it is left for others.
func TestListingKeepsWithinTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := large(t, 600, 1)
		start := time.Now()
		data, d := estateCore(t, e).ReadData(t.Context(), "azureml_batch_computes", nil)
		if d.Err() != nil || len(computesOf(t, data)) != 600 {
			t.Fatalf("%d computes, %v", len(computesOf(t, data)), d.Err())
		}
		notThrottled(t, e.ARMRequests())
		t.Logf("601 requests in %s", time.Since(start))
	})
}
