package auth_test

import (
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// What runs against the emulator must not inherit a variable that the provider reads.
func TestEmulatorKnowsEachVariable(t *testing.T) {
	for _, setting := range auth.Table {
		for _, name := range append(setting.Variables, setting.PodVariable) {
			if name != "" && !emulator.IsCredentialVariable(name) {
				t.Errorf("a command of azureml-emulator exec inherits %s, from which the provider reads %s", name, setting.Name)
			}
		}
	}
}
