package batchcompute

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/attributes"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// cannotAdoptError says why a Batch compute cannot be adopted as it is.
type cannotAdoptError struct{ why string }

func (e *cannotAdoptError) Error() string { return e.why }

// adoptable returns an error if adopting the compute as it is would not give what the plan
// says. It waits for a compute that is still being attached.
func (m *model) adoptable(ctx context.Context, existing *azureml.BatchCompute) error {
	if existing.ClusterResourceID != "" { // else Azure may return it once the attach has ended
		if err := m.sameAccount(existing); err != nil {
			return err
		}
	}
	err := existing.WaitForCompletion(ctx)
	if existing.Failed() {
		return &azureml.ExistsError{Found: azureml.Lookup{Batch: existing}}
	}
	if err != nil {
		return err
	}
	return m.sameSettings(existing) // again with the account, which may have changed during the wait
}

// sameAccount returns an error if the compute has another Batch account than the configured
// one, which must be known.
func (m *model) sameAccount(existing *azureml.BatchCompute) error {
	wanted := m.account().ValueString()
	switch {
	case existing.ClusterResourceID == "":
		return &azureml.ExistsError{Found: azureml.Lookup{Batch: existing}}
	case !azureml.EqualIDs(existing.ClusterResourceID, wanted):
		return &cannotAdoptError{fmt.Sprintf("There is a Batch compute of that name already, but with another Batch account, so it cannot be adopted:\n"+
			"  it has  %s\n  wanted  %s\n\nChoose another name, or configure the account that it has.", existing.ClusterResourceID, wanted)}
	}
	return nil
}

// sameSettings returns an error if the compute has another Batch account or other settings
// than the configured ones.
func (m *model) sameSettings(existing *azureml.BatchCompute) error {
	if err := m.sameAccount(existing); err != nil {
		return err
	}
	if differences := m.differencesFrom(existing); len(differences) > 0 {
		return &cannotAdoptError{fmt.Sprintf("Compute %s exists and has the same Batch account, but it cannot be adopted as it is, because the configuration and Azure have different values for:\n  - %s\n\n"+
			"Azure cannot change an attachment. Leave these out of the configuration to adopt it as it is, or detach the compute first.",
			existing.ID, strings.Join(differences, "\n  - "))}
	}
	return nil
}

// differencesFrom names the settings (description, tags, location) in which a compute differs
// from the plan. It omits the values, which may be secrets.
func (m *model) differencesFrom(compute *azureml.BatchCompute) []string {
	var differences []string
	if has := types.StringPointerValue(compute.Description); set(has) && set(m.Description) && !has.Equal(m.Description) {
		differences = append(differences, "description")
	}
	for _, key := range otherValues(folded(compute.Tags), folded(attributes.Strings(m.Tags))) {
		differences = append(differences, fmt.Sprintf("tags[%q]", key))
	}
	if !m.Location.IsNull() && !m.Location.IsUnknown() && compute.Location != "" && !azureml.EqualLocations(compute.Location, m.Location.ValueString()) {
		differences = append(differences, "location")
	}
	return differences
}
