package azureml

import (
	"errors"
	"fmt"
	"strings"
)

// BatchComputeType is the computeType of what this package attaches.
const BatchComputeType = "Batch"

// decodeCompute decodes a compute as the service sends it. The name is the one in the
// request; empty for an element of a list. The type must be there. Everything else may be
// missing, null or of an unexpected type, and then counts as missing.
func decodeCompute(w *Workspace, name string, document map[string]any) (*BatchCompute, error) {
	properties, ok := document["properties"].(map[string]any)
	if !ok {
		return nil, errors.New(`the compute has no "properties"`)
	}
	if own := ownName(document); name == "" || strings.EqualFold(own, name) {
		name = own
	}
	resourceID := stringOf(properties["resourceId"])
	computeType := strings.TrimSpace(stringOf(properties["computeType"]))
	if _, err := ParseBatchAccountID(resourceID); computeType == "" && err == nil {
		computeType = BatchComputeType
	}
	switch {
	case computeType == "":
		return nil, errors.New(`the compute has no "computeType"`)
	case !strings.EqualFold(computeType, BatchComputeType):
		return nil, &OtherTypeError{ID: w.ID.ComputeID(name), Type: computeType}
	}
	return newCompute(w, name, document, properties), nil
}

// ownName is the name in the compute itself. It may include the workspace, as in ws0/c1,
// or be in the id alone.
func ownName(document map[string]any) string {
	for _, key := range []string{"name", "id"} {
		if own := stringOf(document[key]); own != "" {
			return NameOf(own)
		}
	}
	return ""
}

// decodePayload decodes a compute that a user provides. What identifies it must be there
// and of the right type.
func decodePayload(w *Workspace, document map[string]any) (*BatchCompute, error) {
	properties, _ := document["properties"].(map[string]any)
	name, err := required(document, "name")
	if err != nil {
		return nil, err
	}
	computeType, err := required(properties, "computeType")
	if err != nil {
		return nil, err
	}
	if !strings.EqualFold(computeType, BatchComputeType) {
		return nil, fmt.Errorf("the payload is a compute of type %s, not Batch", computeType)
	}
	for _, key := range []string{"resourceId", "provisioningState"} {
		if _, err := optional(properties, key); err != nil {
			return nil, err
		}
	}
	return newCompute(w, name, document, properties), nil
}

func newCompute(w *Workspace, name string, document, properties map[string]any) *BatchCompute {
	compute := &BatchCompute{
		ID:                 w.ID.ComputeID(name),
		Name:               name,
		Location:           stringOf(document["location"]),
		Tags:               decodeTags(document["tags"]),
		ClusterResourceID:  stringOf(properties["resourceId"]),
		ClusterLocation:    stringOf(properties["computeLocation"]),
		ProvisioningState:  jsonText(properties["provisioningState"]),
		ProvisioningErrors: decodeErrors(properties["provisioningErrors"]),
		IsAttached:         true,
		CreatedOn:          decodeTime(properties["createdOn"]),
		ModifiedOn:         decodeTime(properties["modifiedOn"]),
		workspace:          w,
	}
	if compute.ProvisioningState == "" {
		compute.ProvisioningState = stateSucceeded // a compute without a state is healthy
	}
	if description, ok := properties["description"].(string); ok {
		compute.Description = &description
	}
	if _, ok := properties["computeLocation"]; !ok {
		compute.ClusterLocation = compute.Location // as in the Python class
	}
	if attached, ok := properties["isAttachedCompute"].(bool); ok {
		compute.IsAttached = attached
	}
	// What was decoded from JSON can be encoded again.
	compute.provisioningErrors, _ = encode(withoutSecrets(properties["provisioningErrors"]))
	return compute
}

// required is a string that must be there.
func required(object map[string]any, key string) (string, error) {
	value, err := optional(object, key)
	if err == nil && value == "" {
		err = fmt.Errorf("the compute has no %q", key)
	}
	return value, err
}

// optional is a string that may be missing or null, but not of another type.
func optional(object map[string]any, key string) (string, error) {
	switch value := object[key].(type) {
	case nil:
		return "", nil
	case string:
		return value, nil
	default:
		return "", fmt.Errorf("the compute's %q is %s, not a string", key, typeOf(value))
	}
}

// stringOf is a JSON string; empty for any other value.
func stringOf(value any) string {
	s, _ := value.(string)
	return s
}

// decodeTags distinguishes no tags (nil) from an empty set.
func decodeTags(value any) map[string]string {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	tags := make(map[string]string, len(object))
	for key, value := range object {
		tags[key] = jsonText(value)
	}
	return tags
}
