package acctest

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Import is terraform import, with the refresh that follows it.
func (c *Core) Import(ctx context.Context, id string) (State, Diagnostics) {
	return c.importState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: BatchCompute, ID: id})
}

// ImportIdentity is the import by the parts of an identity, with its refresh.
func (c *Core) ImportIdentity(ctx context.Context, parts Attributes) (State, Diagnostics) {
	identity := c.pack(object(c.t, c.identity, parts))
	return c.importState(ctx, &tfprotov6.ImportResourceStateRequest{
		TypeName: BatchCompute, Identity: &tfprotov6.ResourceIdentityData{IdentityData: identity},
	})
}

func (c *Core) importState(ctx context.Context, request *tfprotov6.ImportResourceStateRequest) (State, Diagnostics) {
	var d Diagnostics
	response, err := c.server.ImportResourceState(ctx, request)
	if err != nil {
		d.fail("%v", err)
		return State{}, d
	}
	if d.add(response.Diagnostics); d.Err() != nil {
		return State{}, d
	}
	imported := response.ImportedResources[0]
	state, more := c.Refresh(ctx, State{Value: c.unpack(imported.State), Private: imported.Private, Identity: imported.Identity})
	if d = d.and(more); d.Err() == nil && !state.Exists() {
		d.fail("Cannot import non-existent remote object")
	}
	return state, d
}

// Upgrade reads a resource's attributes as a state file has them that an earlier
// version of the provider wrote, with the refresh that follows it.
func (c *Core) Upgrade(ctx context.Context, schemaVersion int64, rawState []byte) (State, Diagnostics) {
	var d Diagnostics
	response, err := c.server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: BatchCompute, Version: schemaVersion, RawState: &tfprotov6.RawState{JSON: rawState},
	})
	if err != nil {
		d.fail("%v", err)
		return State{}, d
	}
	if d.add(response.Diagnostics); d.Err() != nil {
		return State{}, d
	}
	state, more := c.Refresh(ctx, State{Value: c.unpack(response.UpgradedState)})
	return state, d.and(more)
}

// Move is what a moved block from another type does, with the refresh that follows it.
func (c *Core) Move(ctx context.Context, providerAddress, typeName, rawState string) (State, Diagnostics) {
	return c.move(ctx, &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: providerAddress, SourceTypeName: typeName, SourceSchemaVersion: 2, SourceState: &tfprotov6.RawState{JSON: []byte(rawState)},
	})
}

// MoveState is a move of this resource from a provider at another address.
func (c *Core) MoveState(ctx context.Context, providerAddress string, state State) (State, Diagnostics) {
	return c.move(ctx, &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: providerAddress, SourceTypeName: BatchCompute, SourcePrivate: state.Private,
		SourceState: &tfprotov6.RawState{JSON: c.json(state.Value)}, SourceIdentity: c.rawIdentity(state),
	})
}

func (c *Core) move(ctx context.Context, request *tfprotov6.MoveResourceStateRequest) (State, Diagnostics) {
	var d Diagnostics
	request.TargetTypeName = BatchCompute
	response, err := c.server.MoveResourceState(ctx, request)
	if err != nil {
		d.fail("%v", err)
		return State{}, d
	}
	if d.add(response.Diagnostics); d.Err() != nil {
		return State{}, d
	}
	state, more := c.Refresh(ctx, State{Value: c.unpack(response.TargetState), Private: response.TargetPrivate, Identity: response.TargetIdentity})
	return state, d.and(more)
}

// json is a value as a state file has it.
func (c *Core) json(value tftypes.Value) []byte {
	raw, err := json.Marshal(plain(c.t, value))
	must(c.t, err)
	return raw
}

func (c *Core) rawIdentity(state State) *tfprotov6.RawState {
	if state.Identity == nil {
		return nil
	}
	value, err := state.Identity.IdentityData.Unmarshal(c.identity)
	must(c.t, err)
	return &tfprotov6.RawState{JSON: c.json(value)}
}

// plain is a value as [json.Marshal] takes it.
func plain(t testing.TB, value tftypes.Value) any {
	t.Helper()
	var object map[string]tftypes.Value
	var list []tftypes.Value
	var text string
	var flag bool
	switch {
	case value.IsNull():
		return nil
	case value.As(&text) == nil:
		return text
	case value.As(&flag) == nil:
		return flag
	case value.As(&list) == nil:
		elements := make([]any, len(list))
		for i, element := range list {
			elements[i] = plain(t, element)
		}
		return elements
	}
	must(t, value.As(&object))
	attributes := make(map[string]any, len(object))
	for name, attribute := range object {
		attributes[name] = plain(t, attribute)
	}
	return attributes
}

// Found is a result of terraform query.
type Found struct {
	Name  string
	State State
}

// Query is terraform query: it lists, with the resources, until the limit (0 is none).
func (c *Core) Query(ctx context.Context, attributes Attributes, limit int64) ([]Found, Diagnostics) {
	var d Diagnostics
	config := c.pack(object(c.t, c.list.ValueType(), attributes))
	//nolint:staticcheck // deprecated ahead of the interface that it will move into
	server, ok := c.server.(tfprotov6.ProviderServerWithListResource)
	if !ok {
		c.t.Fatal("the provider lists nothing")
	}
	validated, err := server.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: BatchCompute, Config: config})
	must(c.t, err)
	if d.add(validated.Diagnostics); d.Err() != nil {
		return nil, d
	}
	stream, err := server.ListResource(ctx, &tfprotov6.ListResourceRequest{TypeName: BatchCompute, Config: config, IncludeResource: true, Limit: limit})
	must(c.t, err)
	var found []Found
	for result := range stream.Results {
		if d.add(result.Diagnostics); d.Err() != nil {
			break
		}
		if result.Identity == nil {
			continue // a warning by itself
		}
		found = append(found, Found{result.DisplayName, State{Value: c.unpack(result.Resource), Identity: result.Identity}})
	}
	return found, d
}

// IdentityText is a part of a state's identity.
func (c *Core) IdentityText(state State, name string) string {
	if state.Identity == nil || state.Identity.IdentityData == nil {
		return ""
	}
	value, err := state.Identity.IdentityData.Unmarshal(c.identity)
	must(c.t, err)
	return State{Value: value}.Text(name)
}

// ReadData reads a data source: it validates, and reads.
func (c *Core) ReadData(ctx context.Context, typeName string, attributes Attributes) (State, Diagnostics) {
	var d Diagnostics
	typ := c.data[typeName].ValueType()
	config := c.pack(object(c.t, typ, attributes))
	validated, err := c.server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: config})
	must(c.t, err)
	if d.add(validated.Diagnostics); d.Err() != nil {
		return State{}, d
	}
	response, err := c.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
	must(c.t, err)
	if d.add(response.Diagnostics); d.Err() != nil {
		return State{}, d
	}
	value, err := response.State.Unmarshal(typ)
	must(c.t, err)
	return State{Value: value}, d
}
