package batchcompute_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// Input that can never be valid is rejected before any request, with an error that names the
// attribute and what to write instead.
func TestBadInputIsRejectedAtValidate(t *testing.T) {
	account, workspace := emulator.DefaultBatchAccountID, emulator.DefaultWorkspaceID
	for name, test := range map[string]struct {
		attributes acctest.Attributes
		attribute  string // the attribute in the error
		instead    string // what the error says to write
	}{
		"id and both names":          {byNames(acctest.Attributes{"batch_account_id": account}), "batch_account_id", "Keep batch_account_id alone"},
		"id and account name":        {byID(acctest.Attributes{"batch_account_name": "batch0"}), "batch_account_id", "Keep batch_account_id alone"},
		"id and resource group":      {byID(acctest.Attributes{"batch_resource_group_name": "rg-batch"}), "batch_account_id", "Keep batch_account_id alone"},
		"account name alone":         {byNames(acctest.Attributes{"batch_resource_group_name": nil}), "batch_account_name", "Set batch_resource_group_name"},
		"resource group alone":       {byNames(acctest.Attributes{"batch_account_name": nil}), "batch_resource_group_name", "Set batch_account_name"},
		"neither":                    {byID(acctest.Attributes{"batch_account_id": nil}), "batch_account_id", "Set batch_account_id"},
		"id is empty":                {byID(acctest.Attributes{"batch_account_id": ""}), "batch_account_id", "expected /subscriptions/"},
		"id of a workspace":          {byID(acctest.Attributes{"batch_account_id": workspace}), "batch_account_id", "expected /subscriptions/"},
		"id of a pool":               {byID(acctest.Attributes{"batch_account_id": account + "/pools/p"}), "batch_account_id", "expected /subscriptions/"},
		"id of another provider":     {byID(acctest.Attributes{"batch_account_id": strings.Replace(account, "Microsoft.Batch", "Microsoft.Foo", 1)}), "batch_account_id", "expected /subscriptions/"},
		"id with a trailing slash":   {byID(acctest.Attributes{"batch_account_id": account + "/"}), "batch_account_id", "expected /subscriptions/"},
		"id without subscription":    {byID(acctest.Attributes{"batch_account_id": strings.Replace(account, emulator.DefaultSubscriptionID, "x", 1)}), "batch_account_id", "is a GUID"},
		"id with a bad account name": {byID(acctest.Attributes{"batch_account_id": account + "-1"}), "batch_account_id", "3 to 24"},
		"workspace of another type":  {byID(acctest.Attributes{"workspace_id": account}), "workspace_id", "expected /subscriptions/"},
		"workspace is a name":        {byID(acctest.Attributes{"workspace_id": "ws0"}), "workspace_id", "expected /subscriptions/"},
		"workspace is a compute":     {byID(acctest.Attributes{"workspace_id": computeID}), "workspace_id", "expected /subscriptions/"},
		"name is empty":              {byID(acctest.Attributes{"name": ""}), "name", "1 to 24 letters"},
		"name is too long":           {byID(acctest.Attributes{"name": strings.Repeat("a", 25)}), "name", "1 to 24 letters"},
		"name begins with a digit":   {byID(acctest.Attributes{"name": "1batch"}), "name", "a letter first"},
		"name has an underscore":     {byID(acctest.Attributes{"name": "my_batch"}), "name", "letters, digits and hyphens"},
		"name is reserved":           {byID(acctest.Attributes{"name": "local"}), "name", "choose another"},
		"account name in capitals":   {byNames(acctest.Attributes{"batch_account_name": "Batch0"}), "batch_account_name", "lower-case"},
		"resource group ends in dot": {byNames(acctest.Attributes{"batch_resource_group_name": "rg."}), "batch_resource_group_name", "no period at the end"},
		"location is not a region":   {byID(acctest.Attributes{"location": "west-europe!"}), "location", "westeurope"},
		"unknown id and a bad name":  {byNames(acctest.Attributes{"batch_account_id": acctest.Unknown, "batch_account_name": "Batch0"}), "batch_account_name", "lower-case"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			core := acctest.NewEmulatorCore(t, e)
			d := core.Validate(t.Context(), test.attributes)
			if len(d.Errors) != 1 {
				t.Fatalf("got %d errors: %v", len(d.Errors), d.Err())
			}
			if !strings.Contains(d.Errors[0], `AttributeName("`+test.attribute+`")`) || !strings.Contains(d.Errors[0], test.instead) {
				t.Errorf("the error is not about %s, or does not say %q:\n%s", test.attribute, test.instead, d.Errors[0])
			}
			// An apply validates first, and ends there.
			if _, d := core.Apply(t.Context(), acctest.State{}, test.attributes); d.Err() == nil {
				t.Error("the apply succeeded")
			}
			if requests := e.ARMRequests(); len(requests) > 0 {
				t.Errorf("requests were sent: %v", requests)
			}
		})
	}
}

// Values that are known only after apply are accepted, and checked once they are known.
func TestUnknownInputIsAccepted(t *testing.T) {
	core := acctest.NewEmulatorCore(t, acctest.NewEmulator(t))
	for name, test := range map[string]struct {
		attributes acctest.Attributes
		unknown    []string // in the plan, of what a configuration may decide
	}{
		"name":                     {byID(acctest.Attributes{"name": acctest.Unknown}), []string{"id", "name"}},
		"workspace":                {byID(acctest.Attributes{"workspace_id": acctest.Unknown}), []string{"id", "workspace_id"}},
		"workspace, by names":      {byNames(acctest.Attributes{"workspace_id": acctest.Unknown}), []string{"batch_account_id", "id", "workspace_id"}},
		"account":                  {byID(acctest.Attributes{"batch_account_id": acctest.Unknown}), []string{"batch_account_id", "batch_account_name", "batch_resource_group_name"}},
		"resource group":           {byNames(acctest.Attributes{"batch_resource_group_name": acctest.Unknown}), []string{"batch_account_id", "batch_resource_group_name"}},
		"account name":             {byNames(acctest.Attributes{"batch_account_name": acctest.Unknown}), []string{"batch_account_id", "batch_account_name"}},
		"resource group and an id": {byID(acctest.Attributes{"batch_resource_group_name": acctest.Unknown}), []string{"batch_resource_group_name"}},
		"account name and an id":   {byID(acctest.Attributes{"batch_account_name": acctest.Unknown}), []string{"batch_account_name"}},
	} {
		t.Run(name, func(t *testing.T) {
			// The service's value is known only after apply, and so is a configured one here.
			always := acctest.Attributes{"description": acctest.Unknown, "location": acctest.Unknown}
			plan, d := core.Plan(t.Context(), acctest.State{}, with(test.attributes, always))
			if d.Err() != nil || plan.Action != "create" {
				t.Fatalf("the plan is %s, %v", plan.Action, d.Err())
			}
			var unknown []string
			for _, attribute := range []string{"batch_account_id", "batch_account_name", "batch_resource_group_name", "id", "name", "workspace_id"} {
				if value, _ := (acctest.State{Value: plan.Value}).Get(attribute); !value.IsKnown() {
					unknown = append(unknown, attribute)
				}
			}
			if !slices.Equal(unknown, test.unknown) {
				t.Errorf("known only after apply: %q, want %q", unknown, test.unknown)
			}
		})
	}
}

// What only Azure can check is an error at apply, before any write.
func TestBadInputIsRejectedAtApply(t *testing.T) {
	failed := emulator.Compute{
		Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, ProvisioningState: "Failed",
		ProvisioningErrors: []byte(`[{"error": {"code": "Quota", "message": "There was none left."}}]`),
	}
	otherAccount := strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch1", 1)
	for name, test := range map[string]struct {
		prepare    func(*emulator.Emulator)
		attributes acctest.Attributes
		says       []string
	}{
		"workspace absent": {
			attributes: byID(acctest.Attributes{"workspace_id": strings.Replace(emulator.DefaultWorkspaceID, "ws0", "ws9", 1)}),
			says:       []string{"ParentResourceNotFound", "Check workspace_id", "Request id:"},
		},
		"workspace absent, which need not be read for its location": {
			attributes: byID(acctest.Attributes{"workspace_id": strings.Replace(emulator.DefaultWorkspaceID, "ws0", "ws9", 1), "location": "westeurope"}),
			says:       []string{"ParentResourceNotFound", "Check workspace_id"},
		},
		"workspace's group absent": {
			attributes: byID(acctest.Attributes{"workspace_id": strings.Replace(emulator.DefaultWorkspaceID, "rg-ml", "rg-none", 1)}),
			says:       []string{"ResourceGroupNotFound", "Check workspace_id"},
		},
		"subscription of another tenant": {
			attributes: byID(acctest.Attributes{"workspace_id": strings.Replace(emulator.DefaultWorkspaceID, emulator.DefaultSubscriptionID, "00000000-0000-0000-0000-000000000009", 1)}),
			says:       []string{"SubscriptionNotFound", "Check tenant_id"},
		},
		"Batch account absent": {
			attributes: byID(acctest.Attributes{"batch_account_id": strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch9", 1)}),
			says:       []string{"batch9", "Request id:"},
		},
		"no permission": {
			prepare: func(e *emulator.Emulator) {
				e.Inject(emulator.Fault{Path: "/computes/", Times: -1, Status: 403, Header: map[string]string{"x-ms-request-id": "id-of-the-request"}, Body: `{"error": {"code": "AuthorizationFailed", "message": "The client may not."}}`})
			},
			attributes: byID(),
			says:       []string{"AuthorizationFailed: The client may not.", "computes/read", "Request id: id-of-the-request"},
		},
		"name taken, same account": {
			prepare: func(e *emulator.Emulator) {
				putBatch(e, "mybatchcompute", emulator.DefaultBatchAccountID)
			},
			attributes: byID(),
			says:       []string{"already", "adopt_existing = true", "import {", "id = \"" + computeID + "\""},
		},
		"name taken, another account": {
			prepare: func(e *emulator.Emulator) {
				putBatch(e, "mybatchcompute", otherAccount)
			},
			attributes: byID(),
			says:       []string{"already", otherAccount, "It has another Batch account than the configured one.", "import {", "id = \"" + computeID + "\""},
		},
		"name taken, another account, adopting": {
			prepare: func(e *emulator.Emulator) {
				putBatch(e, "mybatchcompute", otherAccount)
			},
			attributes: byID(acctest.Attributes{"adopt_existing": true}),
			says:       []string{"another Batch account", otherAccount},
		},
		"name taken, another account that is being attached, adopting": {
			prepare: func(e *emulator.Emulator) {
				e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ComputeType: "Batch", ResourceID: otherAccount, ProvisioningState: "Creating"})
			},
			attributes: byID(acctest.Attributes{"adopt_existing": true}),
			says:       []string{"another Batch account", otherAccount},
		},
		"name taken, another type": {
			prepare: func(e *emulator.Emulator) {
				e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ComputeType: "AmlCompute"})
			},
			attributes: byID(acctest.Attributes{"adopt_existing": true}),
			says:       []string{"AmlCompute", "Choose another name"},
		},
		"name taken by a failed compute": {
			prepare:    func(e *emulator.Emulator) { e.PutCompute(emulator.DefaultWorkspaceID, failed) },
			attributes: byID(),
			says:       []string{"Failed", "Quota: There was none left.", "import {", "-replace"},
		},
		"name taken by a failed compute, adopting": {
			prepare:    func(e *emulator.Emulator) { e.PutCompute(emulator.DefaultWorkspaceID, failed) },
			attributes: byID(acctest.Attributes{"adopt_existing": true}),
			says:       []string{"Failed", "Quota: There was none left.", "import {", "-replace"},
		},
		"name taken by a compute that is being attached": {
			prepare: func(e *emulator.Emulator) {
				e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, ProvisioningState: "Creating"})
			},
			attributes: byID(),
			says:       []string{"already", "An operation is changing it.", "set adopt_existing = true", "id = \"" + computeID + "\""},
		},
		"account already attached": {
			prepare: func(e *emulator.Emulator) {
				putBatch(e, "first", strings.ToUpper(emulator.DefaultBatchAccountID))
			},
			attributes: byID(),
			says:       []string{`as compute "first"`, "breaks the earlier one", "detach it first"},
		},
		"account of a failed compute": {
			prepare: func(e *emulator.Emulator) {
				e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "first", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, ProvisioningState: "Failed"})
			},
			attributes: byID(),
			says:       []string{`as compute "first"`, `The attach of compute "first" failed: detach it first`},
		},
		"adopting with other tags": {
			prepare: func(e *emulator.Emulator) {
				e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, Tags: map[string]string{"a": "1"}})
			},
			attributes: byID(acctest.Attributes{"adopt_existing": true, "tags": map[string]string{"a": "2"}, "description": "x", "location": "eastus"}),
			says:       []string{`- tags["a"]`, "- location", "Leave these out"},
		},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			if test.prepare != nil {
				test.prepare(e)
			}
			before := len(e.Computes())
			// It may be the one that the resource replaces.
			batch := slices.ContainsFunc(e.Computes(), func(c emulator.Compute) bool { return c.ComputeType == "Batch" })
			core := acctest.NewEmulatorCore(t, e)
			state, d := core.Apply(t.Context(), acctest.State{}, test.attributes)
			if d.Err() == nil {
				t.Fatal("the apply succeeded")
			}
			for _, words := range append(test.says, `"mybatchcompute"`) {
				if !strings.Contains(d.Err().Error(), words) {
					t.Errorf("the error does not say %q:\n%v", words, d.Err())
				}
			}
			d.WantErrorOmits(t, "\n\n\n")
			d.WantErrorOmits(t, "The next apply continues") // true of an interrupted one
			if got := strings.Contains(d.Err().Error(), "remove create_before_destroy"); got != batch {
				t.Errorf("the error explains create_before_destroy: %t, want %t:\n%v", got, batch, d.Err())
			}
			if state.Exists() {
				t.Errorf("the state has %s", state.Value)
			}
			if len(e.Computes()) != before {
				t.Error("something was attached")
			}
			if name == "Batch account absent" {
				return // Azure itself rejects the PUT
			}
			for _, request := range requests(e) {
				if !strings.HasPrefix(request, "GET") {
					t.Errorf("%s was sent", request)
				}
			}
		})
	}
}

// White space around an id, such as from file(), is rejected before any request.
func TestIDsWithWhiteSpace(t *testing.T) {
	core := acctest.NewEmulatorCore(t, acctest.NewEmulator(t))
	for _, attribute := range []string{"batch_account_id", "workspace_id"} {
		for _, format := range []string{"%s\n", " %s", "%s\t", "%s\r\n", "\u00a0%s"} {
			id := map[string]string{"batch_account_id": emulator.DefaultBatchAccountID, "workspace_id": emulator.DefaultWorkspaceID}[attribute]
			d := core.Validate(t.Context(), byID(acctest.Attributes{attribute: fmt.Sprintf(format, id)}))
			d.WantError(t, "white space")
		}
	}
}
