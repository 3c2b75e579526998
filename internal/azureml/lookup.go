package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// Lookup is what has a name in a workspace: exactly one of Batch, OtherType and
// NotFound is set.
type Lookup struct {
	// Batch is the Batch compute of that name.
	Batch *BatchCompute
	// Shared is set when a list shows that other computes have its Batch account too,
	// unless an earlier lookup or search of this client has reported it.
	Shared *SharedAccount
	// OtherType is the compute of that name that is not a Batch compute.
	OtherType *OtherTypeError
	// NotFound is Azure's reply that there is no compute of that name, or no workspace.
	NotFound *NotFoundError
}

// Free reports that nothing has the name, in a workspace that exists.
func (l Lookup) Free() bool { return l.NotFound != nil && !l.NotFound.WorkspaceGone() }

// WorkspaceGone reports that the workspace itself does not exist.
func (l Lookup) WorkspaceGone() bool { return l.NotFound != nil && l.NotFound.WorkspaceGone() }

// batchCompute is the lookup as the Python class reports it: a Batch compute, or else
// an error.
func (l Lookup) batchCompute() (*BatchCompute, error) {
	switch {
	case l.OtherType != nil:
		return nil, l.OtherType
	case l.NotFound != nil:
		return nil, l.NotFound
	}
	return l.Batch, nil
}

// LookUp reads what has a name. An error means that this remains unknown.
func (w *Workspace) LookUp(ctx context.Context, name string) (Lookup, error) {
	return w.lookUp(ctx, name, w.client.get)
}

// LookUpOnce is [Workspace.LookUp] without retries, for a check that may be left out.
func (w *Workspace) LookUpOnce(ctx context.Context, name string) (Lookup, error) {
	return w.lookUp(ctx, name, w.client.getOnce)
}

// getter reads a JSON object: [Client.get] or [Client.getOnce].
type getter func(ctx context.Context, address string) (map[string]any, *http.Response, error)

func (w *Workspace) lookUp(ctx context.Context, name string, get getter) (Lookup, error) {
	document, response, err := get(ctx, w.client.resourceURL(w.computePath(name)))
	if e, ok := err.(*Error); ok && e.gone() { //nolint:errorlint // only the request's own reply counts, nothing wrapped
		return Lookup{NotFound: &NotFoundError{Workspace: w.ID, Name: name, Cause: e}}, nil
	}
	if err != nil {
		return Lookup{}, err
	}
	compute, err := decodeCompute(w, name, document)
	if other, ok := errors.AsType[*OtherTypeError](err); ok {
		return Lookup{OtherType: other}, nil
	}
	if err != nil {
		return Lookup{}, malformed(response, err).quoting(document)
	}
	return Lookup{Batch: compute}, nil
}

// NotFoundError reports that a workspace has no compute of that name: the Python
// class's ComputeTargetNotFound.
type NotFoundError struct {
	Workspace WorkspaceID
	Name      string
	// Cause is Azure's reply, which also says whether the workspace itself is missing.
	Cause *Error
}

func (e *NotFoundError) Error() string {
	if e.WorkspaceGone() {
		return e.Cause.Error()
	}
	return fmt.Sprintf("Workspace %q (resource group %q) has no compute %q.", e.Workspace.Name, e.Workspace.ResourceGroup, e.Name)
}

func (e *NotFoundError) Unwrap() error { return e.Cause }

// WorkspaceGone reports that the workspace, or the resource group it was in, is missing.
func (e *NotFoundError) WorkspaceGone() bool { return e.Cause.parentGone() }

// OtherTypeError reports that the compute of that name is not a Batch compute.
type OtherTypeError struct {
	ID, Type string
}

func (e *OtherTypeError) Error() string {
	return fmt.Sprintf("%s is a compute of type %s, not Batch.", e.ID, e.Type)
}
