package functions

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

func newSerialize() function.Function {
	return simple{
		name: "serialize_batch_compute",
		definition: function.Definition{
			Summary: "Writes a Batch compute as JSON.",
			MarkdownDescription: "Writes a Batch compute as JSON in the form of `BatchCompute.serialize()` of the Python SDK v1, which `deserialize_batch_compute` reads.\n\n" +
				"`properties.provisioningErrors` is what the service sent if the object has `serialized`, as the data source `azureml_batch_compute` and the result of " +
				"`deserialize_batch_compute` do. For the resource and for elements of `azureml_batch_computes`, it is `provisioning_errors` as a list of " +
				"`code`, `message`, `target` and `details`, without `target` and `details` that are empty, and null if the list is empty.\n\n" +
				"The resource keeps `tags` and a `description` that the service drops, so they are in its JSON too.\n\n" +
				"Like the Python class, it leaves out all other attributes, such as `is_attached` and `created_on`.",
			Parameters: []function.Parameter{
				function.DynamicParameter{
					Name: "batch_compute",
					MarkdownDescription: "A resource `azureml_batch_compute`, a data source of that name, an element of `batch_computes`, the result of `deserialize_batch_compute`, " +
						"or any object with the attributes `id`, `name`, `batch_account_id`, `description`, `tags`, `location`, `compute_location`, `provisioning_state` and " +
						"`provisioning_errors`. All except `id` and `name` may be null.",
				},
			},
			Return: function.StringReturn{},
		},
		run: serialize,
	}
}

func serialize(ctx context.Context, request function.RunRequest, response *function.RunResponse) {
	var argument types.Dynamic
	if response.Error = request.Arguments.Get(ctx, &argument); response.Error != nil {
		return
	}
	value, err := argument.ToTerraformValue(ctx)
	if err != nil {
		refuse(response, 0, err)
		return
	}
	compute, err := computeOf(value)
	if err != nil {
		refuse(response, 0, fmt.Errorf("the argument is not a Batch compute that can be serialized: %w", err))
		return
	}
	serialized, err := compute.Serialize()
	if err != nil {
		refuse(response, 0, err)
		return
	}
	response.Error = response.Result.Set(ctx, serialized)
}

// computeOf builds a compute from the attributes that serialize needs.
func computeOf(value tftypes.Value) (*azureml.BatchCompute, error) {
	wrong := &problems{}
	o, ok := newObject(value, "", wrong)
	if !ok {
		return nil, fmt.Errorf("it is %s, not an object; pass one instance of a resource or data source with count or for_each", describe(value))
	}
	compute := &azureml.BatchCompute{
		ID:                 o.required("id"),
		Name:               o.required("name"),
		ClusterResourceID:  orEmpty(o.optional("batch_account_id")),
		Description:        o.optional("description"),
		Tags:               o.texts("tags"),
		Location:           orEmpty(o.optional("location")),
		ClusterLocation:    orEmpty(o.optional("compute_location")),
		ProvisioningState:  orEmpty(o.optional("provisioning_state")),
		ProvisioningErrors: errorsOf(o.objects("provisioning_errors")),
	}
	if err := wrong.err(); err != nil {
		return nil, err
	}
	if err := takeNameOfID(compute); err != nil {
		return nil, err
	}
	if _, ok := o.attributes["serialized"]; ok {
		compute.KeepErrorsOf(orEmpty(o.optional("serialized")))
	}
	return compute, wrong.err()
}

func errorsOf(objects []object) []azureml.ErrorInfo {
	infos := make([]azureml.ErrorInfo, 0, len(objects))
	for _, o := range objects {
		info := azureml.ErrorInfo{Code: orEmpty(o.optional("code")), Message: orEmpty(o.optional("message")), Target: orEmpty(o.optional("target"))}
		for _, detail := range o.objects("details") {
			info.Details = append(info.Details, azureml.ErrorDetail{Code: orEmpty(detail.optional("code")), Message: orEmpty(detail.optional("message"))})
		}
		infos = append(infos, info)
	}
	return infos
}

// takeNameOfID gives the name the letter case of the id: Terraform keeps the letter case
// of the configuration, but serialize uses the service's.
func takeNameOfID(compute *azureml.BatchCompute) error {
	_, name, err := azureml.ParseComputeID(compute.ID)
	if err != nil {
		return fmt.Errorf("id: %w", err)
	}
	if !strings.EqualFold(name, compute.Name) {
		return errors.New("its name is not the one in its id")
	}
	compute.Name = name
	return nil
}
