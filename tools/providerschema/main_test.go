package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// server implements only the two calls that the command makes.
type server struct {
	tfprotov6.ProviderServer
	schemas tfprotov6.GetProviderSchemaResponse
}

func (s server) GetProviderSchema(
	context.Context, *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &s.schemas, nil
}

func (s server) GetResourceIdentitySchemas(
	context.Context, *tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{
		IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{
			"azureml_thing": {Version: 1, IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
				{Name: "name", Type: tftypes.String, RequiredForImport: true},
			}},
		},
	}, nil
}

func TestSchemaIsWhatTerraformWouldPrint(t *testing.T) {
	thing := &tfprotov6.Schema{Version: 2, Block: &tfprotov6.SchemaBlock{
		Description: "A *thing*.", DescriptionKind: tfprotov6.StringKindMarkdown,
		Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "secrets", Type: tftypes.List{ElementType: tftypes.String}, Optional: true, Sensitive: true},
			{Name: "errors", Computed: true, NestedType: &tfprotov6.SchemaObject{
				Nesting:    tfprotov6.SchemaObjectNestingModeList,
				Attributes: []*tfprotov6.SchemaAttribute{{Name: "code", Type: tftypes.String, Computed: true}},
			}},
		},
		BlockTypes: []*tfprotov6.SchemaNestedBlock{{
			TypeName: "timeouts", Nesting: tfprotov6.SchemaNestedBlockNestingModeSingle, Block: &tfprotov6.SchemaBlock{},
		}},
	}}
	parse := &tfprotov6.Function{
		Summary:           "Parses.",
		Parameters:        []*tfprotov6.FunctionParameter{{Name: "id", Type: tftypes.DynamicPseudoType, AllowNullValue: true}},
		VariadicParameter: &tfprotov6.FunctionParameter{Name: "more", Type: tftypes.Bool},
		Return: &tfprotov6.FunctionReturn{Type: tftypes.Object{
			AttributeTypes: map[string]tftypes.Type{"name": tftypes.String},
		}},
	}
	empty := &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}}

	got := written(t, server{schemas: tfprotov6.GetProviderSchemaResponse{
		Provider:            empty,
		ResourceSchemas:     map[string]*tfprotov6.Schema{"azureml_thing": thing},
		ListResourceSchemas: map[string]*tfprotov6.Schema{"azureml_thing": empty},
		Functions:           map[string]*tfprotov6.Function{"parse": parse},
		ActionSchemas:       map[string]*tfprotov6.ActionSchema{"azureml_act": {Schema: empty}},
	}})

	want := `{"format_version": "1.0", "provider_schemas": {"azureml": {
		"provider": {"version": 0, "block": {"description_kind": "plain"}},
		"resource_schemas": {"azureml_thing": {"version": 2, "block": {
			"description": "A *thing*.", "description_kind": "markdown",
			"attributes": {
				"secrets": {"type": ["list", "string"], "description_kind": "plain", "optional": true, "sensitive": true},
				"errors": {"description_kind": "plain", "computed": true, "nested_type": {
					"nesting_mode": "list",
					"attributes": {"code": {"type": "string", "description_kind": "plain", "computed": true}}
				}}
			},
			"block_types": {"timeouts": {"nesting_mode": "single", "block": {"description_kind": "plain"}}}
		}}},
		"list_resource_schemas": {"azureml_thing": {"version": 0, "block": {"description_kind": "plain"}}},
		"resource_identity_schemas": {"azureml_thing": {"version": 1, "attributes": {
			"name": {"type": "string", "required_for_import": true}
		}}},
		"functions": {"parse": {
			"summary": "Parses.",
			"return_type": ["object", {"name": "string"}],
			"parameters": [{"name": "id", "type": "dynamic", "is_nullable": true}],
			"variadic_parameter": {"name": "more", "type": "bool"}
		}},
		"action_schemas": {"azureml_act": {"block": {"description_kind": "plain"}}}
	}}}`
	if diff := cmp.Diff(decoded(t, want), decoded(t, got)); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
}

func TestProviderErrorIsReported(t *testing.T) {
	broken := server{schemas: tfprotov6.GetProviderSchemaResponse{Diagnostics: []*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "Mind the gap"},
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Broken schema", Detail: "it has no type"},
	}}}
	var out bytes.Buffer
	err := writeSchema(t.Context(), broken, &out)
	if err == nil || !strings.Contains(err.Error(), "Broken schema: it has no type") {
		t.Errorf("error is %v, want the provider's", err)
	}
	if out.Len() > 0 {
		t.Errorf("wrote %q", out.String())
	}
}

func written(t *testing.T, s server) string {
	t.Helper()
	var out bytes.Buffer
	if err := writeSchema(t.Context(), s, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}
