package azureml

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// listWorkspaces lists the ids of a subscription's workspaces, or of a resource group's, in
// their order without regard to letter case.
func (c *Client) listWorkspaces(ctx context.Context, search Search) ([]string, error) {
	subscription := cmp.Or(search.SubscriptionID, c.subscriptionID)
	switch err := ValidateSubscriptionID(subscription); {
	case subscription == "":
		return nil, ErrNoSubscription
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrSubscriptionName, err)
	}
	path, of := "/subscriptions/"+url.PathEscape(subscription), "subscription "+subscription
	if group := search.ResourceGroup; group != "" {
		path, of = path+"/resourceGroups/"+url.PathEscape(group), "resource group "+group
	}
	var ids []string
	for elements, err := range c.pages(ctx, c.resourceURL(path+"/providers/"+workspaceKind.resourceType), "workspaces of "+of) {
		if err != nil {
			return nil, &WorkspacesError{of, err}
		}
		for _, element := range elements {
			object, _ := element.(map[string]any)
			if id := stringOf(object["id"]); id != "" {
				ids = append(ids, id)
			}
		}
	}
	slices.SortFunc(ids, compareFold)
	return slices.CompactFunc(ids, strings.EqualFold), nil
}

// WorkspacesError reports that the workspaces of a [Search] cannot be listed.
type WorkspacesError struct {
	// Of names the subscription or the resource group.
	Of    string
	Cause error
}

func (e *WorkspacesError) Error() string { return fmt.Sprintf("workspaces of %s: %s", e.Of, e.Cause) }

func (e *WorkspacesError) Unwrap() error { return e.Cause }

// Errors of a [Search] without a workspace.
var (
	ErrNoSubscription   = errors.New("no subscription is known")
	ErrSubscriptionName = errors.New("workspaces are listed by the id of their subscription, not by its name")
)
