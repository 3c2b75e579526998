package emulator

import (
	"slices"
	"strings"
)

const (
	machineLearning = "Microsoft.MachineLearningServices"
	batch           = "Microsoft.Batch"
)

// resourceID is the parsed id of a resource in a resource group.
type resourceID struct {
	subscription, group, provider string
	kind                          string // such as workspaces, or workspaces/computes
	name                          string // of the first resource
	child                         string // of the second
}

// String returns the id of the first resource.
func (id resourceID) String() string {
	kind, _, _ := strings.Cut(id.kind, "/")
	return "/subscriptions/" + id.subscription + "/resourceGroups/" + id.group + "/providers/" + id.provider + "/" + kind + "/" + id.name
}

// parseID parses as much of an id as it can, and leaves the rest empty.
func parseID(id string) resourceID {
	return parseRoute(id).id
}

type routeKind int

const (
	routeUnknown routeKind = iota
	routeWorkspaces
	routeWorkspace
	routeBatchAccount
	routeComputes
	routeCompute
	routeOperation
)

// route is a parsed path of Resource Manager.
type route struct {
	kind      routeKind
	id        resourceID
	location  string // of an operation
	operation string
}

// parseRoute parses a path, whose fixed parts are matched without regard to case.
func parseRoute(path string) route {
	var r route
	s := strings.Split(strings.Trim(path, "/"), "/")
	is := func(i int, word string) bool { return i < len(s) && strings.EqualFold(s[i], word) }
	if len(s) < 2 || !is(0, "subscriptions") || slices.Contains(s, "") {
		return r
	}
	r.id.subscription = s[1]
	if is(2, "providers") && is(4, "locations") && len(s) > 6 {
		r.id.provider, r.location = s[3], s[5]
		r.id.kind = "locations/" + s[6]
		if len(s) == 8 && is(3, machineLearning) && is(6, "computeOperationsStatus") {
			r.kind, r.operation = routeOperation, strings.ToLower(s[7])
		}
		return r
	}
	if n := len(s); n >= 5 && is(n-3, "providers") && is(n-2, machineLearning) && is(n-1, "workspaces") {
		// Of a subscription, or of a resource group.
		if n == 5 || n == 7 && is(2, "resourceGroups") {
			r.kind, r.id.provider, r.id.kind = routeWorkspaces, s[n-2], s[n-1]
			if n == 7 {
				r.id.group = s[3]
			}
			return r
		}
	}
	if len(s) < 8 || !is(2, "resourceGroups") || !is(4, "providers") {
		return r
	}
	r.id.group, r.id.provider, r.id.kind, r.id.name = s[3], s[5], s[6], s[7]
	if len(s) > 8 {
		r.id.kind += "/" + s[8]
	}
	if len(s) > 9 {
		r.id.child = s[9]
	}
	if len(s) > 10 {
		r.id.kind += "/" + strings.Join(s[10:], "/")
		return r
	}
	switch {
	case is(5, batch) && is(6, "batchAccounts") && len(s) == 8:
		r.kind = routeBatchAccount
	case is(5, machineLearning) && is(6, "workspaces") && len(s) == 8:
		r.kind = routeWorkspace
	case is(5, machineLearning) && is(6, "workspaces") && is(8, "computes") && len(s) == 9:
		r.kind = routeComputes
	case is(5, machineLearning) && is(6, "workspaces") && is(8, "computes") && len(s) == 10:
		r.kind = routeCompute
	}
	return r
}
