package azureml

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
)

// WorkspaceID names a workspace. Its parts keep the letter case they were written
// in; the service does not tell cases apart.
type WorkspaceID struct {
	SubscriptionID, ResourceGroup, Name string
}

// ParseWorkspaceID reads a workspace's Resource Manager id, in any letter case.
func ParseWorkspaceID(id string) (WorkspaceID, error) {
	parsed, err := parseID(id, workspaceKind)
	if err != nil {
		return WorkspaceID{}, err
	}
	if err := validateWorkspaceName(parsed.Name); err != nil {
		return WorkspaceID{}, workspaceKind.refuse(err)
	}
	return WorkspaceID{parsed.SubscriptionID, parsed.ResourceGroupName, parsed.Name}, nil
}

// String is the id as Resource Manager writes it.
func (w WorkspaceID) String() string {
	return fmt.Sprintf("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.MachineLearningServices/workspaces/%s",
		w.SubscriptionID, w.ResourceGroup, w.Name)
}

// ComputeID is the id of the workspace's compute of that name.
func (w WorkspaceID) ComputeID(name string) string {
	return w.String() + "/computes/" + name
}

// Equal compares without regard to letter case, as Resource Manager does.
func (w WorkspaceID) Equal(other WorkspaceID) bool {
	return EqualIDs(w.String(), other.String())
}

// path is the workspace's address below a Resource Manager endpoint. Resource
// groups may have letters that an address must escape.
func (w WorkspaceID) path() string {
	escaped := WorkspaceID{url.PathEscape(w.SubscriptionID), url.PathEscape(w.ResourceGroup), url.PathEscape(w.Name)}
	return escaped.String()
}

// ParseComputeID reads a compute's Resource Manager id, in any letter case.
func ParseComputeID(id string) (workspace WorkspaceID, name string, err error) {
	parsed, err := parseID(id, computeKind)
	if err != nil {
		return WorkspaceID{}, "", err
	}
	workspace = WorkspaceID{parsed.SubscriptionID, parsed.ResourceGroupName, parsed.Parent.Name}
	if err := validateWorkspaceName(workspace.Name); err != nil {
		return WorkspaceID{}, "", computeKind.refuse(err)
	}
	if !computeName.MatchString(parsed.Name) {
		return WorkspaceID{}, "", computeKind.refuse(errComputeName)
	}
	return workspace, parsed.Name, nil
}

// BatchAccountID names a Batch account, as [WorkspaceID] names a workspace.
type BatchAccountID struct {
	SubscriptionID, ResourceGroup, Name string
}

// ParseBatchAccountID reads a Batch account's Resource Manager id. Like the Python class
// it expects nine parts and Microsoft.Batch. Unlike the class it also checks the type and
// the names, which the service would refuse later.
func ParseBatchAccountID(id string) (BatchAccountID, error) {
	parsed, err := parseID(id, batchAccountKind)
	if err != nil {
		return BatchAccountID{}, err
	}
	// The service does not keep the letter case of ids, so an id in a reply may have an
	// account name in capitals, although account names are in lower case.
	if err := ValidateBatchAccountName(strings.ToLower(parsed.Name)); err != nil {
		return BatchAccountID{}, batchAccountKind.refuse(err)
	}
	return BatchAccountID{parsed.SubscriptionID, parsed.ResourceGroupName, parsed.Name}, nil
}

// String is the id as the Python class builds it.
func (b BatchAccountID) String() string {
	return fmt.Sprintf("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Batch/batchAccounts/%s",
		b.SubscriptionID, b.ResourceGroup, b.Name)
}

// path is the account's address below a Resource Manager endpoint.
func (b BatchAccountID) path() string {
	return BatchAccountID{url.PathEscape(b.SubscriptionID), url.PathEscape(b.ResourceGroup), url.PathEscape(b.Name)}.String()
}

// NameOf is the last part of a resource's id: its name.
func NameOf(id string) string { return id[strings.LastIndex(id, "/")+1:] }

// EqualIDs compares two Resource Manager ids. The service does not keep their
// letter case, so case makes no difference.
func EqualIDs(a, b string) bool {
	return strings.EqualFold(a, b)
}

// EqualLocations compares two Azure regions: "West Europe" is "westeurope".
func EqualLocations(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, " ", ""), strings.ReplaceAll(b, " ", ""))
}

// ComputeResourceType is a compute's type in Resource Manager.
const ComputeResourceType = "Microsoft.MachineLearningServices/workspaces/computes"

// kind is an expected resource type, with the words for errors about ids of other types.
type kind struct {
	name, resourceType, shape string
}

var (
	workspaceKind = kind{
		"a workspace", "Microsoft.MachineLearningServices/workspaces",
		"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/workspaces/{workspace}",
	}
	computeKind = kind{
		"a compute", ComputeResourceType,
		workspaceKind.shape + "/computes/{name}",
	}
	batchAccountKind = kind{
		"a Batch account", "Microsoft.Batch/batchAccounts",
		"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Batch/batchAccounts/{account}",
	}
)

// ErrWhiteSpace reports an id with white space before or after it.
var ErrWhiteSpace = errors.New("there is white space around it")

func (k kind) refuse(why error) error { return fmt.Errorf("this is not the id of %s: %w", k.name, why) }

func parseID(id string, want kind) (*arm.ResourceID, error) {
	if strings.TrimSpace(id) != id {
		return nil, want.refuse(ErrWhiteSpace)
	}
	// ParseResourceID ignores empty parts, but the service does not.
	switch {
	case strings.Contains(id, "//"):
		return nil, want.refuse(fmt.Errorf("it has two slashes in a row, expected %s", want.shape))
	case strings.HasSuffix(id, "/"):
		return nil, want.refuse(fmt.Errorf("it ends with a slash, expected %s", want.shape))
	}
	parsed, err := arm.ParseResourceID(id)
	if err != nil {
		return nil, want.refuse(fmt.Errorf("expected %s", want.shape))
	}
	if !strings.EqualFold(parsed.ResourceType.String(), want.resourceType) {
		return nil, want.refuse(fmt.Errorf("it is of another type of resource, expected %s", want.shape))
	}
	if strings.Count(id, "/") != strings.Count(want.shape, "/") {
		return nil, want.refuse(fmt.Errorf("expected %s", want.shape))
	}
	if err := ValidateSubscriptionID(parsed.SubscriptionID); err != nil {
		return nil, want.refuse(err)
	}
	if err := ValidateResourceGroupName(parsed.ResourceGroupName); err != nil {
		return nil, want.refuse(err)
	}
	return parsed, nil
}
