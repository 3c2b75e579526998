package azureml_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

const (
	subscription = "00000000-0000-0000-0000-000000000001"
	workspaceID  = "/subscriptions/" + subscription + "/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws0"
	accountID    = "/subscriptions/" + subscription + "/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch0"
)

func TestInvalidBatchAccountIDs(t *testing.T) {
	for name, id := range map[string]string{
		"empty":                      "",
		"no leading slash":           strings.TrimPrefix(accountID, "/"),
		"trailing slash":             accountID + "/",
		"doubled slash":              strings.Replace(accountID, "/providers", "//providers", 1),
		"eight parts":                strings.TrimSuffix(accountID, "/batch0"),
		"a pool of the account":      accountID + "/pools/p0",
		"another provider":           strings.Replace(accountID, "Microsoft.Batch", "Microsoft.Storage", 1),
		"another type":               strings.Replace(accountID, "batchAccounts", "locations", 1),
		"subscription is not a guid": strings.Replace(accountID, subscription, "my-subscription", 1),
		"group ends in a period":     strings.Replace(accountID, "rg-batch", "rg-batch.", 1),
		"account with a hyphen":      accountID + "-x",
		"account of two letters":     strings.Replace(accountID, "batch0", "ba", 1),
		"a workspace":                workspaceID,
		"extension of another one":   "/subscriptions/" + subscription + "/resourceGroups/g/providers/A.B/c/d/providers/Microsoft.Batch/batchAccounts/batch0",
		"not an id":                  "batch0",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := azureml.ParseBatchAccountID(id)
			if err == nil {
				t.Fatalf("%q was taken for a Batch account's id", id)
			}
			if len(id) > 2 && strings.Contains(err.Error(), id) {
				t.Errorf("the error repeats the value, which may be a secret: %v", err)
			}
		})
	}
}

// Slashes too many are easy to miss, so the error names them.
func TestSlashesTooMany(t *testing.T) {
	for id, says := range map[string]string{
		accountID + "/": "it ends with a slash",
		strings.Replace(accountID, "/providers", "//providers", 1): "two slashes in a row",
	} {
		if _, err := azureml.ParseBatchAccountID(id); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("the error of %q is %v, want %q", id, err, says)
		}
	}
}

func TestBatchAccountIDsInAnyLetterCase(t *testing.T) {
	for _, id := range []string{accountID, strings.ToLower(accountID), strings.ToUpper(accountID), strings.Replace(accountID, "resourceGroups", "resourcegroups", 1)} {
		parsed, err := azureml.ParseBatchAccountID(id)
		if err != nil {
			t.Errorf("%q: %v", id, err)
		}
		if !azureml.EqualIDs(parsed.String(), id) {
			t.Errorf("%q became %q", id, parsed)
		}
	}
}

// White space around an id is often pasted with it, so the error says so.
func TestIDsInWhiteSpace(t *testing.T) {
	for _, id := range []string{" " + accountID, accountID + "\n"} {
		if _, err := azureml.ParseBatchAccountID(id); !errors.Is(err, azureml.ErrWhiteSpace) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestBatchAccountNames(t *testing.T) {
	for id, want := range map[string]string{accountID: "batch0", "batch0": "batch0", "": ""} {
		if got := azureml.NameOf(id); got != want {
			t.Errorf("%q: got %q, want %q", id, got, want)
		}
	}
}

func TestInvalidWorkspaceIDs(t *testing.T) {
	for name, id := range map[string]string{
		"empty":                   "",
		"a Batch account":         accountID,
		"a compute":               workspaceID + "/computes/c",
		"trailing slash":          workspaceID + "/",
		"name of two letters":     strings.Replace(workspaceID, "ws0", "ws", 1),
		"name with a period":      strings.Replace(workspaceID, "ws0", "ws.0", 1),
		"name begins with hyphen": strings.Replace(workspaceID, "ws0", "-ws0", 1),
		"34 letters":              strings.Replace(workspaceID, "ws0", strings.Repeat("w", 34), 1),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := azureml.ParseWorkspaceID(id); err == nil {
				t.Errorf("%q was taken for a workspace's id", id)
			}
		})
	}
	if _, err := azureml.ParseWorkspaceID(strings.Replace(workspaceID, "ws0", strings.Repeat("w", 33), 1)); err != nil {
		t.Errorf("33 letters are allowed: %v", err)
	}
}

func TestComputeIDs(t *testing.T) {
	workspace, name, err := azureml.ParseComputeID(strings.ToUpper(workspaceID) + "/COMPUTES/MyCompute")
	if err != nil || name != "MyCompute" || !azureml.EqualIDs(workspace.String(), workspaceID) {
		t.Errorf("got %v, %q, %v", workspace, name, err)
	}
	if workspace.ComputeID("c") != workspace.String()+"/computes/c" {
		t.Errorf("the compute's id is %q, in workspace %s", workspace.ComputeID("c"), workspace)
	}
	notAWorkspace := strings.Replace(workspaceID, "ws0", "-", 1)
	for _, id := range []string{notAWorkspace + "/computes/c", workspaceID, workspaceID + "/computes", workspaceID + "/computes/", workspaceID + "/computes/a/b/c", workspaceID + "/computes/1abc", accountID} {
		if _, _, err := azureml.ParseComputeID(id); err == nil {
			t.Errorf("%q was taken for a compute's id", id)
		}
	}
}

// The rules are those of every version of the service.
func TestComputeNames(t *testing.T) {
	for _, name := range []string{"a", "ab", "mybatchcompute", "a-1", "a-", "A1-b", strings.Repeat("a", 24)} {
		if err := azureml.ValidateComputeName(name); err != nil {
			t.Errorf("%q was refused: %v", name, err)
		}
	}
	for _, name := range []string{"", "1a", "-a", "a_b", "a.b", "a b", "ä", strings.Repeat("a", 25), "amlcompute", "local", "containerinstance", "AmlCompute"} {
		if err := azureml.ValidateComputeName(name); err == nil {
			t.Errorf("%q was accepted", name)
		}
	}
}

func TestResourceGroupNames(t *testing.T) {
	for _, name := range []string{"a", "rg-ml", "RG_(1).x", "gruppe-ä", strings.Repeat("g", 90)} {
		if err := azureml.ValidateResourceGroupName(name); err != nil {
			t.Errorf("%q was refused: %v", name, err)
		}
	}
	for _, name := range []string{"", "a.", "a b", "a/b", "a#", strings.Repeat("g", 91)} {
		if err := azureml.ValidateResourceGroupName(name); err == nil {
			t.Errorf("%q was accepted", name)
		}
	}
}

func TestLocations(t *testing.T) {
	for location, valid := range map[string]bool{"westeurope": true, "West Europe 2": true, "": false, "2west": false, "west-europe": false} {
		if err := azureml.ValidateLocation(location); (err == nil) != valid {
			t.Errorf("%q: %v", location, err)
		}
	}
}

func TestLocationsAreEqual(t *testing.T) {
	if !azureml.EqualLocations("West Europe", "westeurope") || azureml.EqualLocations("westeurope", "northeurope") {
		t.Error("West Europe is westeurope and not northeurope")
	}
}

func TestAttachConfiguration(t *testing.T) {
	for name, test := range map[string]struct {
		configuration azureml.AttachConfiguration
		refused       string // a part of the error; empty when it is accepted
	}{
		"by id":                 {azureml.AttachConfiguration{ResourceID: accountID}, ""},
		"by names":              {azureml.AttachConfiguration{ResourceGroup: "rg-batch", AccountName: "batch0"}, ""},
		"nothing":               {azureml.AttachConfiguration{}, "give the Batch account's id"},
		"id and group":          {azureml.AttachConfiguration{ResourceID: accountID, ResourceGroup: "rg-batch"}, "not both"},
		"id and account":        {azureml.AttachConfiguration{ResourceID: accountID, AccountName: "batch0"}, "not both"},
		"group alone":           {azureml.AttachConfiguration{ResourceGroup: "rg-batch"}, "without its name"},
		"account alone":         {azureml.AttachConfiguration{AccountName: "batch0"}, "without its resource group"},
		"no Batch account's id": {azureml.AttachConfiguration{ResourceID: workspaceID}, "not the id of a Batch account"},
		"bad account name":      {azureml.AttachConfiguration{ResourceGroup: "rg-batch", AccountName: "Batch-0"}, "the name of a Batch account has"},
		"bad group name":        {azureml.AttachConfiguration{ResourceGroup: "rg batch", AccountName: "batch0"}, "the name of a resource group has"},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.configuration.Validate()
			if test.refused == "" {
				if err != nil {
					t.Fatal(err)
				}
				workspace, _ := azureml.ParseWorkspaceID(workspaceID)
				if got := test.configuration.BatchAccountID(workspace); got != accountID {
					t.Errorf("got %q, want %q", got, accountID)
				}
			} else if err == nil || !strings.Contains(err.Error(), test.refused) {
				t.Errorf("got %v, want an error with %q", err, test.refused)
			}
		})
	}
}
