package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"

	tfjson "github.com/hashicorp/terraform-json"
)

// The functions here convert types of the plugin protocol to those of Terraform's JSON, one to one.

func convertProvider(
	schemas *tfprotov6.GetProviderSchemaResponse,
	identities *tfprotov6.GetResourceIdentitySchemasResponse,
) *tfjson.ProviderSchema {
	return &tfjson.ProviderSchema{
		ConfigSchema:             convertSchema(schemas.Provider),
		ResourceSchemas:          convertMap(schemas.ResourceSchemas, convertSchema),
		DataSourceSchemas:        convertMap(schemas.DataSourceSchemas, convertSchema),
		EphemeralResourceSchemas: convertMap(schemas.EphemeralResourceSchemas, convertSchema),
		ListResourceSchemas:      convertMap(schemas.ListResourceSchemas, convertSchema),
		ActionSchemas:            convertMap(schemas.ActionSchemas, convertAction),
		Functions:                convertMap(schemas.Functions, convertFunction),
		ResourceIdentitySchemas:  convertMap(identities.IdentitySchemas, convertIdentity),
	}
}

func convertSchema(s *tfprotov6.Schema) *tfjson.Schema {
	return &tfjson.Schema{Version: unsigned(s.Version), Block: convertBlock(s.Block)}
}

func convertAction(s *tfprotov6.ActionSchema) *tfjson.ActionSchema {
	return &tfjson.ActionSchema{Block: convertBlock(s.Schema.Block)}
}

func convertBlock(b *tfprotov6.SchemaBlock) *tfjson.SchemaBlock {
	nested := make(map[string]*tfjson.SchemaBlockType, len(b.BlockTypes))
	for _, n := range b.BlockTypes {
		nested[n.TypeName] = &tfjson.SchemaBlockType{
			NestingMode: tfjson.SchemaNestingMode(lower(n.Nesting)),
			Block:       convertBlock(n.Block),
			MinItems:    unsigned(n.MinItems),
			MaxItems:    unsigned(n.MaxItems),
		}
	}
	return &tfjson.SchemaBlock{
		Attributes:      convertAttributes(b.Attributes),
		NestedBlocks:    nested,
		Description:     b.Description,
		DescriptionKind: tfjson.SchemaDescriptionKind(lower(b.DescriptionKind)),
		Deprecated:      b.Deprecated,
	}
}

func convertAttributes(attributes []*tfprotov6.SchemaAttribute) map[string]*tfjson.SchemaAttribute {
	converted := make(map[string]*tfjson.SchemaAttribute, len(attributes))
	for _, a := range attributes {
		converted[a.Name] = convertAttribute(a)
	}
	return converted
}

func convertAttribute(a *tfprotov6.SchemaAttribute) *tfjson.SchemaAttribute {
	converted := &tfjson.SchemaAttribute{
		Description:     a.Description,
		DescriptionKind: tfjson.SchemaDescriptionKind(lower(a.DescriptionKind)),
		Deprecated:      a.Deprecated,
		Required:        a.Required,
		Optional:        a.Optional,
		Computed:        a.Computed,
		Sensitive:       a.Sensitive,
		WriteOnly:       a.WriteOnly,
	}
	if a.NestedType == nil {
		converted.AttributeType = convertType(a.Type)
		return converted
	}
	converted.AttributeNestedType = &tfjson.SchemaNestedAttributeType{
		Attributes:  convertAttributes(a.NestedType.Attributes),
		NestingMode: tfjson.SchemaNestingMode(lower(a.NestedType.Nesting)),
	}
	return converted
}

func convertIdentity(s *tfprotov6.ResourceIdentitySchema) *tfjson.IdentitySchema {
	attributes := make(map[string]*tfjson.IdentityAttribute, len(s.IdentityAttributes))
	for _, a := range s.IdentityAttributes {
		attributes[a.Name] = &tfjson.IdentityAttribute{
			IdentityType:      convertType(a.Type),
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return &tfjson.IdentitySchema{Version: unsigned(s.Version), Attributes: attributes}
}

func convertFunction(f *tfprotov6.Function) *tfjson.FunctionSignature {
	converted := &tfjson.FunctionSignature{
		Summary:            f.Summary,
		Description:        f.Description,
		DeprecationMessage: f.DeprecationMessage,
		ReturnType:         convertType(f.Return.Type),
	}
	for _, p := range f.Parameters {
		converted.Parameters = append(converted.Parameters, convertParameter(p))
	}
	if f.VariadicParameter != nil {
		converted.VariadicParameter = convertParameter(f.VariadicParameter)
	}
	return converted
}

func convertParameter(p *tfprotov6.FunctionParameter) *tfjson.FunctionParameter {
	return &tfjson.FunctionParameter{
		Name:        p.Name,
		Description: p.Description,
		IsNullable:  p.AllowNullValue,
		Type:        convertType(p.Type),
	}
}

// convertType converts by way of JSON, which has the same form in both libraries. It panics if the forms differ: that is a
// bug in one of them, and only stops the generation of the documentation.
func convertType(t tftypes.Type) cty.Type {
	encoded, err := json.Marshal(t)
	if err != nil {
		panic(fmt.Sprintf("encode the type %s: %v", t, err))
	}
	var converted cty.Type
	if err := json.Unmarshal(encoded, &converted); err != nil {
		panic(fmt.Sprintf("decode the type %s: %v", encoded, err))
	}
	return converted
}

func convertMap[From, To any](values map[string]From, convert func(From) To) map[string]To {
	converted := make(map[string]To, len(values))
	for name, value := range values {
		converted[name] = convert(value)
	}
	return converted
}

// lower converts an enumeration of the protocol, whose names differ from the JSON's only in case.
func lower(name fmt.Stringer) string {
	return strings.ToLower(name.String())
}

// unsigned converts versions and counts, which are never negative.
func unsigned(n int64) uint64 {
	return uint64(max(n, 0))
}
