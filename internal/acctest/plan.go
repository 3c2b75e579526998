package acctest

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Plan is what the provider plans.
type Plan struct {
	// Action is "create", "update", "replace", "no-op" or "delete".
	Action string
	Value  tftypes.Value

	private  []byte
	config   tftypes.Value
	identity *tfprotov6.ResourceIdentityData
}

// Validate is terraform validate.
func (c *Core) Validate(ctx context.Context, attributes Attributes) Diagnostics {
	return c.validate(ctx, c.config(attributes))
}

func (c *Core) validate(ctx context.Context, config tftypes.Value) (d Diagnostics) {
	response, err := c.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: BatchCompute, Config: c.pack(config)})
	if err != nil {
		d.fail("%v", err)
		return d
	}
	d.add(response.Diagnostics)
	return d
}

// Plan is terraform plan, without the refresh.
func (c *Core) Plan(ctx context.Context, prior State, attributes Attributes) (Plan, Diagnostics) {
	return c.plan(ctx, prior, c.config(attributes))
}

func (c *Core) plan(ctx context.Context, prior State, config tftypes.Value) (Plan, Diagnostics) {
	d := c.validate(ctx, config)
	if d.Err() != nil {
		return Plan{}, d
	}
	if !prior.Tainted {
		plan, more := c.planOnce(ctx, prior, config)
		if d = d.and(more); d.Err() != nil || plan.Action != "replace" {
			return plan, d
		}
		// Core plans again, as if the resource did not exist.
	}
	plan, more := c.planOnce(ctx, State{}, config)
	plan.Action = "replace"
	return plan, d.and(more)
}

func (c *Core) planOnce(ctx context.Context, prior State, config tftypes.Value) (plan Plan, d Diagnostics) {
	priorValue := c.orNull(prior.Value)
	response, err := c.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: BatchCompute, PriorState: c.pack(priorValue), PriorPrivate: prior.Private,
		ProposedNewState: c.pack(c.proposed(priorValue, config)), Config: c.pack(config), PriorIdentity: prior.Identity,
	})
	if err != nil {
		d.fail("%v", err)
		return plan, d
	}
	d.add(response.Diagnostics)
	if d.Err() != nil {
		return plan, d
	}
	plan = Plan{Value: c.unpack(response.PlannedState), private: response.PlannedPrivate, config: config, identity: response.PlannedIdentity}
	switch {
	case priorValue.IsNull():
		plan.Action = "create"
	case c.replaces(response.RequiresReplace, priorValue, plan.Value):
		plan.Action = "replace"
	case plan.Value.Equal(priorValue):
		plan.Action = "no-op"
	default:
		plan.Action = "update"
	}
	c.checkPlanned(&d, priorValue, config, plan.Value)
	return plan, d
}

// replaces reports, as core does, whether one of the attributes that the provider wants to
// replace for differs in the plan.
func (c *Core) replaces(paths []*tftypes.AttributePath, prior, planned tftypes.Value) bool {
	for _, path := range paths {
		before, _, err := tftypes.WalkAttributePath(prior, path)
		must(c.t, err)
		after, _, err := tftypes.WalkAttributePath(planned, path)
		must(c.t, err)
		was, isValue := before.(tftypes.Value)
		is, alsoValue := after.(tftypes.Value)
		if !isValue || !alsoValue || !was.Equal(is) {
			return true
		}
	}
	return false
}

// proposed is the state that core proposes: the configuration, and the prior values of
// computed attributes that it omits.
func (c *Core) proposed(prior, config tftypes.Value) tftypes.Value {
	var configured, before map[string]tftypes.Value
	must(c.t, config.As(&configured))
	if prior.IsNull() {
		return config
	}
	must(c.t, prior.As(&before))
	proposed := maps.Clone(configured)
	for _, attribute := range c.schema.Block.Attributes {
		if attribute.Computed && configured[attribute.Name].IsNull() {
			proposed[attribute.Name] = before[attribute.Name]
		}
	}
	return tftypes.NewValue(config.Type(), proposed)
}

// checkPlanned checks what core checks in a plan: the planned value is the configured one,
// or the prior one where that means the same.
func (c *Core) checkPlanned(d *Diagnostics, prior, config, planned tftypes.Value) {
	var configured, before, after map[string]tftypes.Value
	must(c.t, config.As(&configured))
	must(c.t, planned.As(&after))
	if !prior.IsNull() {
		must(c.t, prior.As(&before))
	}
	for _, attribute := range c.schema.Block.Attributes {
		wanted, got := configured[attribute.Name], after[attribute.Name]
		switch {
		case attribute.Computed && wanted.IsNull(), got.Equal(wanted):
		case before != nil && got.Equal(before[attribute.Name]) && !got.IsNull() && !wanted.IsNull():
		default:
			d.fail("Provider produced invalid plan: %s is planned as %s, configured as %s", attribute.Name, got, wanted)
		}
	}
}
