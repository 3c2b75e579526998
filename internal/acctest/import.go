package acctest

import (
	"context"
	"encoding/json"

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

// Upgrade reads a resource's attributes from a state file of an earlier version of the
// provider, with the refresh that follows it.
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
	c.checkIdentity(&d, nil, response.TargetIdentity) // a plan without the refresh needs it too
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
