package functions_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/functions"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const (
	computeID = emulator.DefaultWorkspaceID + "/computes/alpha"
	accountID = emulator.DefaultBatchAccountID
)

var server = acctest.Server()

// call calls a function over the provider's protocol, as Terraform does, without
// configuring the provider.
func call(t rapid.TB, name string, arguments ...tftypes.Value) (tftypes.Value, *tfprotov6.FunctionError) {
	t.Helper()
	offered, err := server.GetFunctions(context.Background(), &tfprotov6.GetFunctionsRequest{})
	if err != nil || offered.Functions[name] == nil {
		t.Fatalf("the provider offers no %s: %v", name, err)
	}
	definition := offered.Functions[name]
	request := &tfprotov6.CallFunctionRequest{Name: name}
	for i, argument := range arguments {
		value, err := tfprotov6.NewDynamicValue(definition.Parameters[i].Type, argument)
		if err != nil {
			t.Fatal(err)
		}
		request.Arguments = append(request.Arguments, &value)
	}
	response, err := server.CallFunction(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	if response.Error != nil {
		return tftypes.Value{}, response.Error
	}
	result, err := response.Result.Unmarshal(definition.Return.Type)
	if err != nil {
		t.Fatal(err)
	}
	return result, nil
}

func mustCall(t rapid.TB, name string, arguments ...tftypes.Value) tftypes.Value {
	t.Helper()
	result, err := call(t, name, arguments...)
	if err != nil {
		t.Fatalf("%s: %s", name, err.Text)
	}
	return result
}

// refused fails the test unless the error is on the argument and contains all the words.
func refused(t *testing.T, err *tfprotov6.FunctionError, argument int64, says ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("there was no error")
	}
	if err.FunctionArgument == nil || *err.FunctionArgument != argument {
		t.Errorf("the error is on argument %v, want %d", err.FunctionArgument, argument)
	}
	for _, words := range says {
		if !strings.Contains(err.Text, words) {
			t.Errorf("the error does not say %q: %s", words, err.Text)
		}
	}
	// Terraform adds the period, and its users do not know Go's types.
	for _, words := range []string{"interface {}", "map[string]", "tftypes", "%!"} {
		if strings.HasSuffix(err.Text, ".") || strings.Contains(err.Text, words) {
			t.Errorf("the error is not fit for Terraform's users: %s", err.Text)
		}
	}
}

func str(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func goString(t rapid.TB, value tftypes.Value) string {
	t.Helper()
	var s string
	if err := value.As(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

func attributes(t rapid.TB, value tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	var values map[string]tftypes.Value
	if err := value.As(&values); err != nil {
		t.Fatal(err)
	}
	return values
}

// objectOf builds an object from values of any type.
func objectOf(values map[string]tftypes.Value) tftypes.Value {
	types := make(map[string]tftypes.Type, len(values))
	for name, value := range values {
		types[name] = value.Type()
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: types}, values)
}

func TestDefinitions(t *testing.T) {
	for _, newFunction := range functions.All() {
		f := newFunction()
		var metadata function.MetadataResponse
		f.Metadata(t.Context(), function.MetadataRequest{}, &metadata)
		var response function.DefinitionResponse
		f.Definition(t.Context(), function.DefinitionRequest{}, &response)
		var validation function.DefinitionValidateResponse
		response.Definition.ValidateImplementation(t.Context(), function.DefinitionValidateRequest{FuncName: metadata.Name}, &validation)
		if validation.Diagnostics.HasError() {
			t.Errorf("the definition of %s is invalid: %v", metadata.Name, validation.Diagnostics)
		}
	}
}

func TestParseID(t *testing.T) {
	lower := strings.ToLower(computeID)
	for _, id := range []string{computeID, lower} {
		got := attributes(t, mustCall(t, "parse_batch_compute_id", str(id)))
		parts := strings.Split(id, "/")
		for attribute, want := range map[string]string{
			"subscription_id": parts[2], "resource_group_name": parts[4], "workspace_name": parts[8], "name": "alpha",
			"workspace_id": "/subscriptions/" + parts[2] + "/resourceGroups/" + parts[4] + "/providers/Microsoft.MachineLearningServices/workspaces/" + parts[8],
		} {
			if got := goString(t, got[attribute]); got != want {
				t.Errorf("%s: %s is %q, want %q", id, attribute, got, want)
			}
		}
	}
}

func TestParseIDRefusals(t *testing.T) {
	for id, says := range map[string]string{
		"":                          "not the id of a compute",
		"alpha":                     "expected /subscriptions/",
		emulator.DefaultWorkspaceID: "of another type of resource, expected",
		accountID:                   "of another type of resource",
		computeID + "/":             "expected /subscriptions/",
		computeID + "/more/x":       "not the id of a compute",
		strings.Replace(computeID, "alpha", "al_pha", 1): "the name of a compute has",
	} {
		t.Run(id, func(t *testing.T) {
			_, err := call(t, "parse_batch_compute_id", str(id))
			refused(t, err, 0, says)
		})
	}
}
