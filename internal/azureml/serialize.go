package azureml

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Serialize is the compute as JSON in the shape of the Python class's serialize, key
// by key and in its order.
func (b *BatchCompute) Serialize() (string, error) {
	type properties struct {
		ComputeType        string          `json:"computeType"`
		ComputeLocation    *string         `json:"computeLocation"`
		Description        *string         `json:"description"`
		ResourceID         *string         `json:"resourceId"`
		ProvisioningErrors json.RawMessage `json:"provisioningErrors"`
		ProvisioningState  *string         `json:"provisioningState"`
	}
	provisioningErrors, err := b.serializedErrors()
	if err != nil {
		return "", fmt.Errorf("the provisioning errors of compute %q cannot be written as JSON: %w", b.Name, err)
	}
	serialized, err := encode(struct {
		ID         string            `json:"id"`
		Name       string            `json:"name"`
		Tags       map[string]string `json:"tags"`
		Location   *string           `json:"location"`
		Properties properties        `json:"properties"`
	}{b.ID, b.Name, b.Tags, orNull(b.Location), properties{
		BatchComputeType, orNull(b.ClusterLocation), b.Description, orNull(b.ClusterResourceID), provisioningErrors, orNull(b.ProvisioningState),
	}})
	if err != nil {
		return "", fmt.Errorf("compute %q cannot be written as JSON: %w", b.Name, err)
	}
	return string(serialized), nil
}

// serializedErrors is what the service sent. For a compute that was not read from it,
// the errors are written in Resource Manager's shape; none are null, which is what the
// service says then.
func (b *BatchCompute) serializedErrors() (json.RawMessage, error) {
	if b.provisioningErrors != nil || len(b.ProvisioningErrors) == 0 {
		return b.provisioningErrors, nil
	}
	type detail struct {
		Code    *string `json:"code"`
		Message *string `json:"message"`
	}
	type info struct {
		Code    *string  `json:"code"`
		Message *string  `json:"message"`
		Target  string   `json:"target,omitempty"`
		Details []detail `json:"details,omitempty"`
	}
	infos := make([]info, len(b.ProvisioningErrors))
	for i, e := range b.ProvisioningErrors {
		infos[i] = info{Code: orNull(e.Code), Message: orNull(e.Message), Target: e.Target}
		for _, d := range e.Details {
			infos[i].Details = append(infos[i].Details, detail{orNull(d.Code), orNull(d.Message)})
		}
	}
	return encode(infos)
}

// KeepErrorsOf restores the provisioning errors as the service sent them, from an earlier
// result of Serialize. Where that has other errors, or cannot be decoded, nothing changes.
func (b *BatchCompute) KeepErrorsOf(serialized string) {
	var document struct {
		Properties struct {
			ProvisioningErrors json.RawMessage `json:"provisioningErrors"`
		} `json:"properties"`
	}
	if json.Unmarshal([]byte(serialized), &document) != nil {
		return
	}
	var sent any
	raw := document.Properties.ProvisioningErrors
	if json.Unmarshal(raw, &sent) == nil && slices.EqualFunc(decodeErrors(sent), b.ProvisioningErrors, ErrorInfo.equal) {
		b.provisioningErrors = raw
	}
}

// encode writes JSON without escaping the characters of HTML.
func encode(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), err
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
	document, err := decodeObject("the payload", payload)
	if err != nil {
		return nil, err
	}
	if err := validatePayload(document); err != nil {
		return nil, err
	}
	compute, err := decodePayload(w, document)
	if err != nil {
		return nil, err
	}
	// The class accepts a null "id".
	id := compute.ID
	if document["id"] != nil {
		id = stringOf(document["id"])
	}
	workspace, name, err := ParseComputeID(id)
	if err != nil {
		return nil, err
	}
	if !workspace.Equal(w.ID) {
		return nil, errors.New("the payload is a compute of another workspace")
	}
	if !strings.EqualFold(name, compute.Name) {
		return nil, errors.New("the payload has another name than its id")
	}
	return compute, nil
}

// validatePayload requires the keys that the Python class requires; their values may be null.
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

// decodeObject reads a JSON object, with or without the byte order mark that editors
// on Windows put before it.
func decodeObject(what string, payload []byte) (map[string]any, error) {
	var value any
	if err := json.Unmarshal(bytes.TrimPrefix(payload, []byte("\ufeff")), &value); err != nil {
		return nil, fmt.Errorf("%s is not JSON: %w", what, err)
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s is JSON, but not an object", what)
	}
	return object, nil
}
