package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// State is a resource in Terraform's state; its value is null when it does not exist.
type State struct {
	Value   tftypes.Value
	Private []byte
	// Identity is the resource's; nil in Terraform before 1.12.
	Identity *tfprotov6.ResourceIdentityData
	// Tainted is set when its creation ended with an error: the next apply replaces it.
	Tainted bool
}

// Exists reports that the resource is in the state.
func (s State) Exists() bool { return s.Value.Type() != nil && !s.Value.IsNull() }

// Text is a string attribute of the state; empty when it is null or missing.
func (s State) Text(name string) string {
	var text *string
	if value, ok := s.Get(name); !ok || value.As(&text) != nil || text == nil {
		return ""
	}
	return *text
}

// Get is an attribute of the state.
func (s State) Get(name string) (tftypes.Value, bool) {
	var attributes map[string]tftypes.Value
	if !s.Exists() || s.Value.As(&attributes) != nil {
		return tftypes.Value{}, false
	}
	value, ok := attributes[name]
	return value, ok
}

// Refresh is terraform refresh.
func (c *Core) Refresh(ctx context.Context, prior State) (State, Diagnostics) {
	var d Diagnostics
	if !prior.Exists() {
		return prior, d
	}
	response, err := c.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: BatchCompute, CurrentState: c.pack(prior.Value), Private: prior.Private, CurrentIdentity: prior.Identity,
	})
	if err != nil {
		d.fail("%v", err)
		return prior, d
	}
	if d.add(response.Diagnostics); d.Err() != nil {
		return prior, d
	}
	c.checkIdentity(&d, prior.Identity, response.NewIdentity)
	return State{Value: c.unpack(response.NewState), Private: response.Private, Identity: response.NewIdentity, Tainted: prior.Tainted}, d
}

// checkIdentity checks what core checks in identities: each is complete, and does not
// change.
func (c *Core) checkIdentity(d *Diagnostics, before, after *tfprotov6.ResourceIdentityData) {
	value := c.identityOf(after)
	if value.IsNull() || !value.IsFullyKnown() {
		d.fail("Provider produced invalid identity: %s", value)
		return
	}
	if known := c.identityOf(before); !known.IsNull() && !known.Equal(value) {
		d.fail("Provider produced different identity: %s, and before %s", value, known)
	}
}

func (c *Core) identityOf(data *tfprotov6.ResourceIdentityData) tftypes.Value {
	if data == nil || data.IdentityData == nil {
		return tftypes.NewValue(c.identity, nil)
	}
	value, err := data.IdentityData.Unmarshal(c.identity)
	must(c.t, err)
	return value
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
