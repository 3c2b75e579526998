package batchcompute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// IdentitySchema implements [resource.ResourceWithIdentity]: the parts of the
// compute's id.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, response *resource.IdentitySchemaResponse) {
	part := func(description string) identityschema.StringAttribute {
		return identityschema.StringAttribute{RequiredForImport: true, Description: description}
	}
	response.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"subscription_id":     part("Subscription of the workspace."),
		"resource_group_name": part("Resource group of the workspace."),
		"workspace_name":      part("Name of the workspace."),
		"name":                part("Name of the compute in the workspace."),
	}}
}

type identity struct {
	SubscriptionID    types.String `tfsdk:"subscription_id"`
	ResourceGroupName types.String `tfsdk:"resource_group_name"`
	WorkspaceName     types.String `tfsdk:"workspace_name"`
	Name              types.String `tfsdk:"name"`
}

func identityOf(workspace azureml.WorkspaceID, name string) identity {
	return identity{
		types.StringValue(workspace.SubscriptionID), types.StringValue(workspace.ResourceGroup), types.StringValue(workspace.Name), types.StringValue(name),
	}
}

func (i identity) workspace() azureml.WorkspaceID {
	return azureml.WorkspaceID{
		SubscriptionID: i.SubscriptionID.ValueString(), ResourceGroup: i.ResourceGroupName.ValueString(), Name: i.WorkspaceName.ValueString(),
	}
}

// setIdentity stores the identity of the model's compute if there is none yet. Terraform
// compares identities exactly and allows no change, also not of letter case.
func (m *model) setIdentity(ctx context.Context, into *tfsdk.ResourceIdentity) diag.Diagnostics {
	workspace, err := azureml.ParseWorkspaceID(m.WorkspaceID.ValueString())
	if err != nil || !into.Raw.IsNull() {
		return nil
	}
	return into.Set(ctx, identityOf(workspace, m.Name.ValueString()))
}
