package azureml

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Serialize is the compute as JSON in the shape of the Python class's serialize, key
// by key and in its order.
func (b *BatchCompute) Serialize() (string, error) {
	type properties struct {
		ComputeType        string          `json:"computeType"`
		ComputeLocation    *string         `json:"computeLocation"`
		Description        *string         `json:"description"`
		ResourceID         string          `json:"resourceId"`
		ProvisioningErrors json.RawMessage `json:"provisioningErrors"`
		ProvisioningState  string          `json:"provisioningState"`
	}
	document := struct {
		ID         string            `json:"id"`
		Name       string            `json:"name"`
		Tags       map[string]string `json:"tags"`
		Location   string            `json:"location"`
		Properties properties        `json:"properties"`
	}{b.ID, b.Name, b.Tags, b.Location, properties{
		batchComputeType, orNull(b.ClusterLocation), b.Description, b.ClusterResourceID, b.provisioningErrors, b.ProvisioningState,
	}}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return "", fmt.Errorf("compute %q cannot be written as JSON: %w", b.Name, err)
	}
	return string(bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))), nil
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Deserialize reads what [BatchCompute.Serialize] or the Python class's serialize
// made, or what the service sends. It refuses what the class refuses, and, as the
// class documents but does not do, a compute of another workspace.
func (w *Workspace) Deserialize(payload []byte) (*BatchCompute, error) {
	var document map[string]any
	if err := json.Unmarshal(payload, &document); err != nil {
		return nil, fmt.Errorf("the payload is not a JSON object: %w", err)
	}
	if err := validatePayload(document); err != nil {
		return nil, err
	}
	compute, err := decodeCompute(w, document)
	if other, ok := errors.AsType[*OtherTypeError](err); ok {
		return nil, fmt.Errorf("the payload is a compute of type %s, not Batch", other.Type)
	}
	if err != nil {
		return nil, err
	}
	workspace, name, err := ParseComputeID(said(document["id"]))
	if err != nil {
		return nil, err
	}
	if !workspace.Equal(w.ID) || !EqualIDs(name, compute.Name) {
		return nil, fmt.Errorf("the payload is compute %s, not %s: it belongs to another workspace or has another name", said(document["id"]), compute.ID)
	}
	return compute, nil
}

// validatePayload wants the keys that the Python class wants; their values may be null.
func validatePayload(document map[string]any) error {
	properties, ok := document["properties"].(map[string]any)
	if _, typed := properties["computeType"]; !ok || !typed {
		return errors.New(`the payload has no ["properties"]["computeType"]`)
	}
	for _, key := range []string{"location", "id", "tags"} {
		if _, ok := document[key]; !ok {
			return fmt.Errorf("the payload has no [%q]", key)
		}
	}
	for _, key := range []string{"provisioningErrors", "description", "provisioningState", "resourceId"} {
		if _, ok := properties[key]; !ok {
			return fmt.Errorf(`the payload has no ["properties"][%q]`, key)
		}
	}
	return nil
}
