package azureml

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// BatchComputeType is the computeType of what this package attaches.
const BatchComputeType = "Batch"

// decodeCompute reads a compute as the service sends it. What identifies the compute
// and its Batch account must be there.
func decodeCompute(w *Workspace, document map[string]any) (*BatchCompute, error) {
	compute, err := decodePayload(w, document)
	if err == nil && compute.ClusterResourceID == "" {
		return nil, errors.New(`the compute has no "resourceId"`)
	}
	return compute, err
}

// decodePayload reads a compute from anywhere. What identifies it must be there and of
// the right type. The rest may be missing, null or of a type nobody expects: then it
// counts as not said.
func decodePayload(w *Workspace, document map[string]any) (*BatchCompute, error) {
	properties, ok := document["properties"].(map[string]any)
	if !ok {
		return nil, errors.New(`the compute has no "properties"`)
	}
	name, err := required(document, "name")
	if err != nil {
		return nil, err
	}
	id := w.ID.ComputeID(name)
	computeType, err := required(properties, "computeType")
	if err != nil {
		return nil, err
	}
	if !strings.EqualFold(computeType, BatchComputeType) {
		return nil, &OtherTypeError{ID: id, Type: computeType}
	}
	resourceID, err := optional(properties, "resourceId")
	if err != nil {
		return nil, err
	}
	state, err := optional(properties, "provisioningState")
	if err != nil {
		return nil, err
	}
	if state == "" {
		state = stateSucceeded // a compute that has nothing to say of it is well
	}

	compute := &BatchCompute{
		ID:                 id,
		Name:               name,
		Location:           said(document["location"]),
		Tags:               decodeTags(document["tags"]),
		ClusterResourceID:  resourceID,
		ClusterLocation:    said(properties["computeLocation"]),
		ProvisioningState:  state,
		ProvisioningErrors: decodeErrors(properties["provisioningErrors"]),
		IsAttached:         true,
		CreatedOn:          decodeTime(properties["createdOn"]),
		ModifiedOn:         decodeTime(properties["modifiedOn"]),
		workspace:          w,
	}
	if description, ok := properties["description"].(string); ok {
		compute.Description = &description
	}
	if _, ok := properties["computeLocation"]; !ok {
		compute.ClusterLocation = compute.Location // as the Python class has it
	}
	if attached, ok := properties["isAttachedCompute"].(bool); ok {
		compute.IsAttached = attached
	}
	if compute.provisioningErrors, err = encode(withoutSecrets(properties["provisioningErrors"])); err != nil {
		return nil, fmt.Errorf("provisioningErrors: %w", err)
	}
	return compute, nil
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
		return "", fmt.Errorf("the compute's %q is %s, not a string", key, encoded(value))
	}
}

// said is a string, or nothing.
func said(value any) string {
	s, _ := value.(string)
	return s
}

// decodeTags tells no tags (nil) from an empty set of them.
func decodeTags(value any) map[string]string {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	tags := make(map[string]string, len(object))
	for key, value := range object {
		tags[key] = text(value)
	}
	return tags
}

// decodeTime reads the service's times: RFC 3339 with seven digits or fewer, and at
// times without a zone, which then is UTC.
func decodeTime(value any) time.Time {
	s := said(value)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
