package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// timeFormat has up to seven digits of a second, like .NET, without trailing zeros.
// Guess: compute-dates.
const timeFormat = "2006-01-02T15:04:05.9999999-07:00"

// serveComputes handles requests for the computes of a workspace, and for a single one.
func (e *Emulator) serveComputes(c *call) *reply {
	ws := find(e.world.Workspaces, c.route.id.String())
	if ws == nil {
		return gatewayError(http.StatusNotFound, "ParentResourceNotFound", fmt.Sprintf(
			"Can not perform requested operation on nested resource. Parent resource '%s' not found.", c.route.id.name))
	}
	c.region = normalLocation(ws.Location)
	if c.route.kind == routeComputes {
		return e.listComputes(c, ws)
	}
	switch c.method {
	case http.MethodGet:
		return e.getCompute(c, ws)
	case http.MethodPut:
		return e.putCompute(c, ws)
	case http.MethodDelete:
		return e.deleteCompute(c, ws)
	case http.MethodPatch:
		return e.patchCompute(c, ws)
	default:
		return methodNotAllowed(c, http.MethodGet, http.MethodPut, http.MethodPatch, http.MethodDelete)
	}
}

func computeID(c *call, ws *resource) string { return ws.ID + "/computes/" + c.route.id.child }

// getCompute replies with the compute, or with an empty 404.
// Guess: absent.
func (e *Emulator) getCompute(c *call, ws *resource) *reply {
	record := e.compute(computeID(c, ws))
	if record == nil || c.now.Before(record.VisibleFrom) {
		return emptyReply(http.StatusNotFound)
	}
	return document(http.StatusOK, record.show(c.apiVersion))
}

// listComputes replies with a page of the workspace's computes.
// Guesses: list-at-once, list-shape.
func (e *Emulator) listComputes(c *call, ws *resource) *reply {
	all := []any{}
	for _, record := range e.world.Computes {
		if sameID(workspaceOf(record.ID), ws.ID) {
			all = append(all, record.show(c.apiVersion))
		}
	}
	return e.listPage(c, all)
}

// deleteCompute accepts a removal. The parameter underlyingResourceAction decides what happens to the Batch account; older
// api-versions did not need it, and left the account alone.
// Guesses: detach-status, detach-headers, detach-body, detach-absent.
func (e *Emulator) deleteCompute(c *call, ws *resource) *reply {
	record := e.compute(computeID(c, ws))
	if record == nil {
		return emptyReply(http.StatusNoContent)
	}
	action := strings.Join(valuesFold(c.query, "underlyingResourceAction"), ",")
	deleteAccount := strings.EqualFold(action, "Delete")
	if action != "" && !deleteAccount && !strings.EqualFold(action, "Detach") {
		return e.userError(c, "The value '%s' of underlyingResourceAction is not valid. It is either Delete or Detach.", action)
	}
	if op := e.running(record.ID); op != nil {
		return e.conflict(c, record, op)
	}
	op := e.begin(Detach, record, c.now)
	op.DeleteAccount = deleteAccount && strings.EqualFold(record.ComputeType, "Batch")
	record.ProvisioningState = "Deleting"
	r := emptyReply(http.StatusAccepted)
	r.header.Set("Azure-AsyncOperation", e.statusURL(op, c.route.id.subscription, c.region, c.apiVersion))
	return r
}

// patchCompute refuses every PATCH: the service changes only the scale settings of a managed compute, and a Batch account has none.
// Guess: patch.
func (e *Emulator) patchCompute(c *call, ws *resource) *reply {
	record := e.compute(computeID(c, ws))
	if record == nil {
		return emptyReply(http.StatusNotFound)
	}
	return e.userError(c, "Update is not supported for compute '%s' of type %s.", record.Name, record.ComputeType)
}

// conflict refuses a write while another operation runs on the compute.
// Guess: conflict.
func (e *Emulator) conflict(c *call, record *computeRecord, op *asyncOperation) *reply {
	return e.providerError(c, http.StatusConflict, "Conflict",
		fmt.Sprintf("Compute '%s' is in the middle of another operation (%s). Try again when it has ended.", record.Name, op.Kind))
}

// computeDocument is the JSON of a compute, in the order that the service has.
// Guesses: compute-shape, compute-ids, compute-created.
type computeDocument struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Type       string            `json:"type"`
	Location   string            `json:"location"`
	Tags       map[string]string `json:"tags"`
	Properties computeProperties `json:"properties"`
}

type computeProperties struct {
	CreatedOn            string          `json:"createdOn"`
	ModifiedOn           string          `json:"modifiedOn"`
	DisableLocalAuth     bool            `json:"disableLocalAuth"`
	Description          *string         `json:"description"`
	ResourceID           *string         `json:"resourceId"`
	ComputeType          string          `json:"computeType"`
	ComputeLocation      string          `json:"computeLocation,omitempty"`
	ProvisioningState    string          `json:"provisioningState"`
	ProvisioningErrors   json.RawMessage `json:"provisioningErrors"`
	ProvisioningWarnings json.RawMessage `json:"provisioningWarnings,omitempty"` // newer api-versions only
	IsAttachedCompute    bool            `json:"isAttachedCompute"`
	Properties           any             `json:"properties"`
}

// warningsSince is the first api-version with provisioningWarnings in a recording.
const warningsSince = "2024-04-01"

func (record *computeRecord) document() *computeDocument {
	doc := &computeDocument{
		ID: record.ID, Name: record.Name, Type: machineLearning + "/workspaces/computes", Location: record.Location, Tags: record.Tags,
		Properties: computeProperties{
			CreatedOn:          showTime(record.CreatedOn),
			ModifiedOn:         showTime(record.ModifiedOn),
			Description:        record.Description,
			ComputeType:        record.ComputeType,
			ComputeLocation:    record.ComputeLocation,
			ProvisioningState:  record.ProvisioningState,
			ProvisioningErrors: record.ProvisioningErrors,
			IsAttachedCompute:  record.IsAttached,
		},
	}
	if record.ResourceID != "" {
		doc.Properties.ResourceID = &record.ResourceID
	}
	return doc
}

// show is the compute as GET and list return it.
func (record *computeRecord) show(apiVersion string) any {
	doc := record.document()
	if apiVersion >= warningsSince {
		doc.Properties.ProvisioningWarnings = json.RawMessage("{}")
	}
	if record.Mutate == nil {
		return doc
	}
	r := document(http.StatusOK, doc)
	r.edit(record.Mutate)
	return json.RawMessage(r.body)
}

func showTime(t time.Time) string { return t.UTC().Format(timeFormat) }
