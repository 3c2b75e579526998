package emulator

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// serveWorkspaces lists the workspaces of a subscription, or of a resource group.
func (e *Emulator) serveWorkspaces(c *call) *reply {
	all := []any{}
	for _, ws := range e.world.Workspaces {
		id := parseID(ws.ID)
		inGroup := c.route.id.group == "" || strings.EqualFold(id.group, c.route.id.group)
		if inGroup && strings.EqualFold(id.subscription, c.route.id.subscription) {
			all = append(all, e.showWorkspace(ws))
		}
	}
	return e.listPage(c, all)
}

// showWorkspace is a workspace as GET and list return it.
func (e *Emulator) showWorkspace(ws *resource) map[string]any {
	return map[string]any{
		"id":       ws.ID,
		"name":     lastSegment(ws.ID),
		"type":     machineLearning + "/workspaces",
		"location": ws.Location,
		"tags":     map[string]string{},
		"properties": map[string]any{
			"workspaceId":       stableID(ws.ID),
			"discoveryUrl":      e.url + discoveryPath,
			"provisioningState": "Succeeded",
		},
	}
}

// listPage replies with one page of a list. In a nextLink, $skip is the number of elements before the page.
func (e *Emulator) listPage(c *call, all []any) *reply {
	skip := 0
	if given := valuesFold(c.query, "$skip"); len(given) > 0 {
		n, err := strconv.Atoi(given[0])
		if err != nil || n < 0 {
			return e.userError(c, "The value of $skip is not a valid continuation.")
		}
		skip = min(n, len(all))
	}
	page := struct {
		Value    []any  `json:"value"`
		NextLink string `json:"nextLink,omitempty"`
	}{Value: all[skip:]}
	if size := e.config.pageSize; size > 0 && len(page.Value) > size {
		page.Value = page.Value[:size]
		page.NextLink = fmt.Sprintf("%s%s?api-version=%s&$skip=%d", e.url, c.path, c.apiVersion, skip+size)
	}
	return document(http.StatusOK, page)
}
