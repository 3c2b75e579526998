// Package batchcompute implements the resource azureml_batch_compute: a Batch account
// attached to an Azure Machine Learning workspace. Create attaches, Read refreshes, and
// Delete detaches; nothing else changes an attachment.
package batchcompute

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resource is azureml_batch_compute.
type Resource struct {
	run *Run
}

var (
	_ resource.ResourceWithConfigure      = &Resource{}
	_ resource.ResourceWithValidateConfig = &Resource{}
	_ resource.ResourceWithModifyPlan     = &Resource{}
	_ resource.ResourceWithImportState    = &Resource{}
	_ resource.ResourceWithIdentity       = &Resource{}
	_ resource.ResourceWithMoveState      = &Resource{}
)

// New returns the resource; the framework calls it.
func New() resource.Resource { return &Resource{} }

// Metadata implements [resource.Resource].
func (r *Resource) Metadata(_ context.Context, request resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_batch_compute"
}

// Configure implements [resource.ResourceWithConfigure]. It stores the provider's run. There
// is none while a configuration is only validated.
func (r *Resource) Configure(_ context.Context, request resource.ConfigureRequest, response *resource.ConfigureResponse) {
	if request.ProviderData == nil {
		return
	}
	run, ok := request.ProviderData.(*Run)
	if !ok {
		response.Diagnostics.AddError("The provider passed no client", fmt.Sprintf("It passed a %T. This is a bug in the provider; please report it.", request.ProviderData))
		return
	}
	r.run = run
}
