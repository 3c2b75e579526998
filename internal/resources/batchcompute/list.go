package batchcompute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/attributes"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
)

// ListResource is azureml_batch_compute for terraform query: it finds the Batch computes
// of the workspaces of a subscription, or of one workspace.
type ListResource struct{ Resource }

var _ list.ListResourceWithConfigure = &ListResource{}

// NewList makes the list resource; the framework calls it.
func NewList() list.ListResource { return &ListResource{} }

// ListResourceConfigSchema implements [list.ListResource].
func (r *ListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, response *list.ListResourceSchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "Finds the Batch accounts that are attached to the Azure Machine Learning workspaces of a subscription or of a resource group, or to one workspace, " +
			"including those attached outside Terraform, so that you can import them. Requires Terraform 1.14 or later; OpenTofu has no `query` yet.",
		Attributes: map[string]schema.Attribute{},
	}
	for name, attribute := range attributes.SearchAttributes {
		response.Schema.Attributes[name] = schema.StringAttribute{Optional: true, MarkdownDescription: attribute.Description, Validators: attribute.Validators}
	}
}

// List implements [list.ListResource]. Once it has reached the limit, it sends no more
// requests.
func (r *ListResource) List(ctx context.Context, request list.ListRequest, stream *list.ListResultsStream) {
	var config attributes.Search
	if diags := request.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		ctx, cancel := context.WithTimeout(ctx, readTimeout)
		defer cancel()
		search, err := config.Convert()
		if err != nil {
			push(failed(err))
			return
		}
		search.Limit = int(request.Limit)
		pushed := 0
		for found, err := range r.run.client.Find(ctx, search) {
			if err != nil {
				push(failed(err))
				return
			}
			if warnings := messages.Listing(found); len(warnings) > 0 && !push(list.ListResult{Diagnostics: warnings}) {
				return
			}
			for _, compute := range found.Computes {
				if pushed++; !push(listed(ctx, request, compute)) || pushed == search.Limit {
					return
				}
			}
		}
	}
}

func failed(err error) list.ListResult {
	return list.ListResult{Diagnostics: diag.Diagnostics{diag.NewErrorDiagnostic("Cannot list the Batch computes", messages.Detail(err))}}
}

// listed returns the result for a compute. Its resource equals that of an import.
func listed(ctx context.Context, request list.ListRequest, compute *azureml.BatchCompute) list.ListResult {
	result := request.NewListResult(ctx)
	workspace := compute.WorkspaceID()
	result.DisplayName = workspace.Name + "/" + compute.Name
	if !compute.Succeeded() {
		result.DisplayName += " (" + compute.ProvisioningState + ")"
	}
	result.Diagnostics.Append(result.Identity.Set(ctx, identityOf(workspace, compute.Name))...)
	if request.IncludeResource {
		found := model{WorkspaceID: types.StringValue(workspace.String()), Timeouts: noTimeouts()}
		result.Diagnostics.Append(found.refresh(ctx, compute, memory{})...)
		result.Diagnostics.Append(result.Resource.Set(ctx, &found)...)
	}
	return result
}
