package batchcompute

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/attributes"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
)

// MoveState implements [resource.ResourceWithMoveState]. The source of a moved block may be
// an azapi_resource, or this resource of a provider at another address.
func (r *Resource) MoveState(ctx context.Context) []resource.StateMover {
	var own resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &own)
	return []resource.StateMover{{SourceSchema: &own.Schema, StateMover: moveFromItself}, {StateMover: moveFromAzapi}}
}

// typeName is the resource's type. Its prefix does not depend on the provider's local name.
const typeName = "azureml_batch_compute"

const cannotMove = "Cannot move to " + typeName

// moveFromItself moves the whole state when the provider's address has changed, as with a
// fork or a mirror.
func moveFromItself(ctx context.Context, request resource.MoveStateRequest, response *resource.MoveStateResponse) {
	if request.SourceTypeName != typeName {
		return
	}
	var state model
	if request.SourceState == nil || request.SourceState.Get(ctx, &state).HasError() {
		response.Diagnostics.AddError(cannotMove, "The state of the source cannot be read. Import the compute by its id instead.")
		return
	}
	if _, _, err := azureml.ParseComputeID(state.ID.ValueString()); err != nil {
		response.Diagnostics.AddError(cannotMove, "The source belongs to another provider, whose resource of this name is something else: "+messages.Detail(err))
		return
	}
	memory, diags := recall(ctx, request.SourcePrivate)
	response.Diagnostics.Append(diags...)
	response.Diagnostics.Append(memory.remember(ctx, response.TargetPrivate)...)
	response.Diagnostics.Append(response.TargetState.Set(ctx, &state)...)
	response.Diagnostics.Append(state.setIdentity(ctx, response.TargetIdentity)...)
}

// azapiState is the part of an azapi_resource's state that a move needs. The body is a JSON
// text in azapi 1, and a dynamic value in azapi 2.
type azapiState struct {
	ID   string            `json:"id"`
	Type string            `json:"type"`
	Tags map[string]string `json:"tags"`
	Body json.RawMessage   `json:"body"`
}

// moveFromAzapi moves the id and the configured settings. The Read that follows fills in the
// rest.
func moveFromAzapi(ctx context.Context, request resource.MoveStateRequest, response *resource.MoveStateResponse) {
	refuse := func(why string) {
		response.Diagnostics.AddError(cannotMove, why+
			"\n\nOnly an azapi_resource of type "+azureml.ComputeResourceType+" with computeType Batch can be moved here. Import anything else by the id of the compute.")
	}
	// The host differs between Terraform and OpenTofu.
	if request.SourceTypeName != "azapi_resource" || !strings.HasSuffix(strings.ToLower(request.SourceProviderAddress), "/azure/azapi") {
		refuse(fmt.Sprintf("The source is a %s of the provider %s.", request.SourceTypeName, request.SourceProviderAddress))
		return
	}
	var source azapiState
	if json.Unmarshal(request.SourceRawState.JSON, &source) != nil {
		refuse("The state of the source cannot be read.")
		return
	}
	if kind, _, _ := strings.Cut(source.Type, "@"); !strings.EqualFold(kind, azureml.ComputeResourceType) {
		refuse(fmt.Sprintf("The source is of type %q.", source.Type))
		return
	}
	// An imported source may have no body. Then Read checks the type.
	properties := propertiesOf(source.Body)
	if kind := properties.ComputeType; kind != "" && !strings.EqualFold(kind, azureml.BatchComputeType) {
		refuse(fmt.Sprintf("The source is a compute of type %s.", kind))
		return
	}
	workspace, name, err := azureml.ParseComputeID(source.ID)
	if err != nil {
		refuse(messages.Detail(err))
		return
	}
	response.Diagnostics.Append(response.TargetState.SetAttribute(ctx, path.Root("id"), workspace.ComputeID(name))...)
	response.Diagnostics.Append(response.TargetState.SetAttribute(ctx, path.Root("name"), name)...)
	response.Diagnostics.Append(response.TargetState.SetAttribute(ctx, path.Root("workspace_id"), workspace.String())...)
	// Settings that were configured there count as configured here.
	response.Diagnostics.Append(response.TargetState.SetAttribute(ctx, path.Root("tags"), attributes.Tags(source.Tags))...)
	description := types.StringPointerValue(properties.Description)
	response.Diagnostics.Append(response.TargetState.SetAttribute(ctx, path.Root("description"), description)...)
	memory := newMemory(imported.next(len(source.Tags) > 0), imported.next(set(description)))
	response.Diagnostics.Append(memory.remember(ctx, response.TargetPrivate)...)
	response.Diagnostics.Append(response.TargetIdentity.Set(ctx, identityOf(workspace, name))...)
}

// azapiProperties are the properties in an azapi_resource's body.
type azapiProperties struct {
	ComputeType string  `json:"computeType"`
	Description *string `json:"description"`
}

// propertiesOf returns the properties in a body: an object, its JSON as a text, or a dynamic
// value, which is stored as {"value": …, "type": …}.
func propertiesOf(body json.RawMessage) azapiProperties {
	var text string
	if json.Unmarshal(body, &text) == nil {
		body = json.RawMessage(text)
	}
	var object struct {
		Value      json.RawMessage `json:"value"`
		Properties azapiProperties `json:"properties"`
	}
	if json.Unmarshal(body, &object) != nil {
		return azapiProperties{}
	}
	if object.Value != nil {
		return propertiesOf(object.Value)
	}
	return object.Properties
}
