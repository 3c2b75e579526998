package batchcompute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/tfvalue"
)

// ListResource is azureml_batch_compute for terraform query: it finds the Batch
// computes that a workspace has.
type ListResource struct{ Resource }

var _ list.ListResourceWithConfigure = &ListResource{}

// NewList makes the list resource; the framework calls it.
func NewList() list.ListResource { return &ListResource{} }

// ListResourceConfigSchema implements [list.ListResource].
func (r *ListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, response *list.ListResourceSchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "Finds the Batch accounts that are attached to an Azure Machine Learning workspace, whoever attached them, to bring them under Terraform. " +
			"Needs Terraform 1.14 or later; OpenTofu has no `query` yet.",
		Attributes: map[string]schema.Attribute{
			"workspace_id": schema.StringAttribute{
				Required: true, MarkdownDescription: "Resource Manager id of the workspace. Letter case makes no difference. In the class: `workspace`, which `ComputeTarget.list(workspace)` takes.",
				Validators: []validator.String{tfvalue.Checked(tfvalue.WorkspaceID)},
			},
		},
	}
}

type listModel struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
}

// List implements [list.ListResource]. It asks for the next page only when the last
// one is used up, and stops at the limit.
func (r *ListResource) List(ctx context.Context, request list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	if diags := request.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		ctx, cancel := context.WithTimeout(ctx, readTimeout)
		defer cancel()
		result := request.NewListResult(ctx)
		workspace, err := azureml.ParseWorkspaceID(config.WorkspaceID.ValueString())
		if err != nil {
			result.Diagnostics.AddError("Invalid workspace_id", tfvalue.Sentence(err))
			push(result)
			return
		}
		found := int64(0)
		for compute, err := range r.client.Workspace(workspace).BatchComputes(ctx) {
			if err != nil {
				result := request.NewListResult(ctx)
				result.Diagnostics.AddError("Cannot list the Batch computes", tfvalue.Sentence(err))
				push(result)
				return
			}
			if leftOut := tfvalue.LeftOut(compute); len(leftOut) > 0 {
				if !push(list.ListResult{Diagnostics: leftOut}) {
					return
				}
				continue
			}
			found++
			if !push(listed(ctx, request, workspace, compute)) || found == request.Limit {
				return
			}
		}
	}
}

// listed is a compute as a result; its resource is what an import of it gives.
func listed(ctx context.Context, request list.ListRequest, workspace azureml.WorkspaceID, compute *azureml.BatchCompute) list.ListResult {
	result := request.NewListResult(ctx)
	result.DisplayName = compute.Name
	result.Diagnostics.Append(result.Identity.Set(ctx, identityOf(workspace, compute.Name))...)
	if request.IncludeResource {
		found := model{WorkspaceID: types.StringValue(workspace.String()), Timeouts: noTimeouts()}
		found.refresh(compute, memory{Tags: imported, Description: imported})
		result.Diagnostics.Append(result.Resource.Set(ctx, &found)...)
	}
	return result
}

func noTimeouts() timeouts.Value {
	return timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
		"create": types.StringType, "read": types.StringType, "delete": types.StringType,
	})}
}
