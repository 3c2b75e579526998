package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// reference makes the emulator produce errors that a run rarely meets, so that Azure's,
// if there are any, have something to be compared with.
func reference(ctx context.Context, e *emulator.Emulator, transport policy.Transporter, what subject) error {
	r := refusals{ctx: ctx, emulator: e, transport: transport, workspace: what.workspace}
	failure := map[string]any{"code": "InternalServerError", "message": "An internal server error occurred"}
	e.FailNext(emulator.Attach, emulator.Failure{Error: failure, ProvisioningErrors: []any{map[string]any{"error": failure}}})

	r.about(http.MethodPut, "refused", what.batchAccount+"missing")
	status := r.about(http.MethodPut, "failing", what.batchAccount)
	r.about(http.MethodDelete, "failing", "") // Refused: the attach is in progress.
	time.Sleep(2 * emulatedOperation)
	r.do(http.MethodGet, status, "")
	r.about(http.MethodGet, "failing", "")
	return r.err
}

// refusals sends requests to the emulator, and joins their errors.
type refusals struct {
	ctx       context.Context
	emulator  *emulator.Emulator
	transport policy.Transporter
	workspace azureml.WorkspaceID
	err       error
}

// about sends a request about a compute, and returns the address of its operation's status.
func (r *refusals) about(method, name, account string) string {
	address := r.emulator.URL() + r.workspace.ComputeID(name) + "?api-version=" + azureml.DefaultAPIVersion
	switch method {
	case http.MethodPut:
		return r.do(method, address, fmt.Sprintf(`{"location": "westeurope", "properties": {"computeType": "Batch", "resourceId": %q}}`, account))
	case http.MethodDelete:
		address += "&underlyingResourceAction=detach"
	}
	return r.do(method, address, "")
}

func (r *refusals) do(method, address, body string) string {
	request, err := http.NewRequestWithContext(r.ctx, method, address, bytes.NewReader([]byte(body)))
	if err != nil {
		r.err = errors.Join(r.err, err)
		return ""
	}
	request.Header.Set("Authorization", "Bearer "+r.emulator.Token())
	response, err := r.transport.Do(request)
	if err != nil {
		r.err = errors.Join(r.err, err)
		return ""
	}
	_, err = io.Copy(io.Discard, response.Body)
	r.err = errors.Join(r.err, err, response.Body.Close())
	return response.Header.Get("Azure-AsyncOperation")
}
