package batchcompute_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

func workspaceNamed(name string) string {
	return strings.TrimSuffix(emulator.DefaultWorkspaceID, "ws0") + name
}

func accountNamed(name string) string {
	return strings.TrimSuffix(emulator.DefaultBatchAccountID, "batch0") + name
}

// manyWorkspaces returns an emulator with that many workspaces, each with the computes a and
// b. Each request takes 50 ms.
func manyWorkspaces(t *testing.T, workspaces int) *emulator.Emulator {
	t.Helper()
	options := []emulator.Option{emulator.WithLatency(50 * time.Millisecond), emulator.WithPageSize(100)}
	for i := range workspaces {
		options = append(options, emulator.WithWorkspace(workspaceNamed(fmt.Sprintf("ws-%02d", i)), "westeurope"))
	}
	e := acctest.NewEmulator(t, options...)
	for i := range workspaces {
		for j, name := range []string{"b", "a"} {
			e.PutCompute(workspaceNamed(fmt.Sprintf("ws-%02d", i)), emulator.Compute{Name: name, ResourceID: accountNamed(fmt.Sprintf("batch%d", 2*i+j))})
		}
	}
	return e
}

var wholeSubscription = acctest.Attributes{"subscription_id": emulator.DefaultSubscriptionID}

func TestQueryOfManyWorkspaces(t *testing.T) {
	for name, test := range map[string]struct {
		search   acctest.Attributes
		limit    int64
		want     int
		requests int // at most
	}{
		"all":                    {wholeSubscription, 0, 80, 41},
		"more than there are":    {wholeSubscription, 1000, 80, 41},
		"a few":                  {wholeSubscription, 5, 5, 1 + 3 + 5},
		"one":                    {wholeSubscription, 1, 1, 2},
		"as many as in one":      {wholeSubscription, 2, 2, 3},
		"of an account":          {acctest.Attributes{"subscription_id": emulator.DefaultSubscriptionID, "batch_account_id": accountNamed("batch7")}, 0, 1, 41},
		"of a group without any": {acctest.Attributes{"subscription_id": emulator.DefaultSubscriptionID, "resource_group_name": "rg-batch"}, 0, 0, 1},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := manyWorkspaces(t, 40)
			found, d := acctest.NewEmulatorCore(t, e).Query(t.Context(), test.search, test.limit)
			d.WantNone(t)
			names := make([]string, len(found))
			for i, one := range found {
				names[i] = one.Name
			}
			var want []string
			for i := range 40 {
				want = append(want, fmt.Sprintf("ws-%02d/a", i), fmt.Sprintf("ws-%02d/b", i))
			}
			if name == "of an account" {
				want = []string{"ws-03/a"}
			}
			if diff := cmp.Diff(want[:test.want], names); diff != "" {
				t.Errorf("the query finds other computes (-want +got):\n%s", diff)
			}
			time.Sleep(time.Minute) // for requests that have not arrived yet
			if got := len(e.ARMRequests()); got > test.requests {
				t.Errorf("it took %d requests, want %d at most", got, test.requests)
			}
		})
	}
}

// A query shows states other than Succeeded, and warns about accounts that are attached twice
// and about a workspace that it cannot read.
func TestQueryReportsProblems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := manyWorkspaces(t, 3)
		for name, state := range map[string]string{"failed": "Failed", "canceled": "Canceled", "creating": "Creating", "quiet": "succeeded"} {
			e.PutCompute(workspaceNamed("ws-00"), emulator.Compute{Name: name, ProvisioningState: state, ResourceID: accountNamed("of" + name)})
		}
		e.PutCompute(workspaceNamed("ws-01"), emulator.Compute{Name: "c", ResourceID: accountNamed("batch2"), CreatedOn: time.Now().Add(time.Hour)})
		e.Inject(emulator.Fault{Path: "/ws-02/computes$", Times: -1, Status: 403, Body: `{"error": {"code": "AuthorizationFailed", "message": "No."}}`})
		found, d := acctest.NewEmulatorCore(t, e).Query(t.Context(), wholeSubscription, 100)
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		var names []string
		for _, one := range found {
			names = append(names, one.Name)
		}
		want := []string{"ws-00/a", "ws-00/b", "ws-00/canceled (Canceled)", "ws-00/creating (Creating)", "ws-00/failed (Failed)", "ws-00/quiet", "ws-01/a", "ws-01/b", "ws-01/c"}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("the query finds other computes (-want +got):\n%s", diff)
		}
		if len(d.Warnings) != 2 || !strings.Contains(d.Warnings[0], `"b" is broken by "c"`) || !strings.Contains(d.Warnings[1], `Workspace "ws-02" is left out`) {
			t.Errorf("warnings: %q", d.Warnings)
		}
	})
}

// A query may be interrupted after any result. Without -generate-config-out it needs only the
// identities.
func TestQueryIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := manyWorkspaces(t, 2)
		result, d := acctest.NewEmulatorCore(t, e).QueryOne(t.Context(), wholeSubscription)
		d.WantNone(t)
		if result == nil || result.DisplayName != "ws-00/a" || result.Identity == nil || result.Resource != nil {
			t.Errorf("the first result is %v", result)
		}
		e.Inject(emulator.Fault{Path: "/ws-00/computes$", Times: -1, Status: 403, Body: `{"error": {"code": "AuthorizationFailed", "message": "No."}}`})
		_, d = acctest.NewEmulatorCore(t, e).QueryOne(t.Context(), wholeSubscription)
		if d.Err() != nil || len(d.Warnings) != 1 {
			t.Errorf("got %v, want one warning", d)
		}
	})
}

func TestQueryOfASubscriptionFails(t *testing.T) {
	for name, test := range map[string]struct {
		search acctest.Attributes
		says   string
	}{
		"no subscription": {nil, "ARM_SUBSCRIPTION_ID"},
		"not an id":       {acctest.Attributes{"subscription_id": "Production"}, "Invalid subscription_id"},
		"both":            {acctest.Attributes{"subscription_id": emulator.DefaultSubscriptionID, "workspace_id": emulator.DefaultWorkspaceID}, "cannot be specified when"},
		"gone":            {acctest.Attributes{"subscription_id": "00000000-0000-0000-0000-000000000009"}, "SubscriptionNotFound"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			found, d := acctest.NewEmulatorCore(t, manyWorkspaces(t, 1)).Query(t.Context(), test.search, 0)
			d.WantError(t, test.says)
			if len(found) > 0 {
				t.Errorf("the query finds %d computes, want none", len(found))
			}
		})
	}
}

// Refreshes that share their workspace's list warn once if an account is attached twice, and
// say which attachment is broken. Other refreshes send no request to find that out.
func TestRefreshWarnsOfASharedAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t)
		for i, name := range []string{"newer", "older", "other"} {
			account := accountNamed([]string{"batch1", "batch1", "batch2"}[i])
			e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: name, ResourceID: account, CreatedOn: time.Now().Add(-time.Duration(i) * time.Hour)})
		}
		core := acctest.NewEmulatorCore(t, e)
		states := map[string]acctest.State{}
		warnings := 0
		for _, name := range []string{"other", "older", "newer"} {
			var d acctest.Diagnostics
			if states[name], d = core.Import(t.Context(), emulator.DefaultWorkspaceID+"/computes/"+name); d.Err() != nil {
				t.Fatal(d.Err())
			}
			warnings += len(d.Warnings)
		}
		if warnings != 1 {
			t.Errorf("the imports warned %d times, want once", warnings)
		}
		core.NewRun()
		e.ResetLog()
		for _, test := range []struct {
			name string
			warn bool
		}{{"older", false}, {"newer", true}, {"older", false}, {"newer", false}, {"other", false}} {
			state, d := core.Refresh(t.Context(), states[test.name])
			if d.Err() != nil || !state.Exists() {
				t.Fatal(d.Err())
			}
			if test.warn != (len(d.Warnings) == 1 && strings.Contains(d.Warnings[0], `"older" is broken by "newer"`)) {
				t.Errorf("%s: %q", test.name, d.Warnings)
			}
		}
		if got := len(e.ARMRequests()); got != 2 {
			t.Errorf("it took %d requests, want a GET and a list", got)
		}
	})
}

// A limited query reads only part of a workspace's list, so an attach does not use that list
// to check its account.
func TestAttachDoesNotUseTheListOfALimitedQuery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithPageSize(1))
		for i, name := range []string{"first", "second"} {
			e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: name, ResourceID: accountNamed(fmt.Sprintf("batch%d", 1-i))})
		}
		core := acctest.NewEmulatorCore(t, e)
		if found, d := core.Query(t.Context(), acctest.Attributes{"workspace_id": emulator.DefaultWorkspaceID}, 1); d.Err() != nil || len(found) != 1 {
			t.Fatal(found, d)
		}
		_, d := core.Apply(t.Context(), acctest.State{}, byID())
		d.WantError(t, `as compute "second"`)
	})
}
