package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// reference has the emulator do what goes wrong only at times, so that Azure's way of
// saying it, where a run meets it, has something to be compared with.
func reference(ctx context.Context, e *emulator.Emulator, transport policy.Transporter, what subject) error {
	r := refusals{ctx, e, transport, what.workspace}
	account := fmt.Sprintf(`{"location": "westeurope", "properties": {"computeType": "Batch", "resourceId": %q}}`, what.batchAccount)
	noAccount := fmt.Sprintf(`{"location": "westeurope", "properties": {"computeType": "Batch", "resourceId": "%sno"}}`, what.batchAccount)
	failure := map[string]any{"code": "InternalServerError", "message": "An internal server error occurred"}
	e.FailNext(emulator.Attach, emulator.Failure{Error: failure, ProvisioningErrors: []any{map[string]any{"error": failure}}})

	r.send(http.MethodPut, "refused", noAccount)
	status := r.send(http.MethodPut, "failing", account)
	r.send(http.MethodDelete, "failing", "") // Refused, since the attach goes on.
	time.Sleep(time.Second)
	r.poll(status)
	r.send(http.MethodGet, "failing", "")
	return ctx.Err()
}

type refusals struct {
	ctx       context.Context
	emulator  *emulator.Emulator
	transport policy.Transporter
	workspace azureml.WorkspaceID
}

// send sends a request about a compute, and returns where its operation can be polled.
func (r refusals) send(method, name, body string) string {
	query := "?api-version=" + azureml.DefaultAPIVersion
	if method == http.MethodDelete {
		query += "&underlyingResourceAction=detach"
	}
	return r.do(method, r.emulator.URL()+r.workspace.ComputeID(name)+query, body)
}

func (r refusals) poll(address string) { r.do(http.MethodGet, address, "") }

func (r refusals) do(method, address, body string) string {
	request, err := http.NewRequestWithContext(r.ctx, method, address, bytes.NewReader([]byte(body)))
	if err != nil {
		return ""
	}
	request.Header.Set("Authorization", "Bearer "+r.emulator.Token())
	response, err := r.transport.Do(request)
	if err != nil {
		return "" // An emulator without a socket answers.
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return response.Header.Get("Azure-AsyncOperation")
}
