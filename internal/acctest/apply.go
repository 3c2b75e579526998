package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Apply is terraform apply without the refresh: it plans, and applies the plan.
func (c *Core) Apply(ctx context.Context, prior State, attributes Attributes) (State, Diagnostics) {
	config := c.config(attributes)
	plan, d := c.plan(ctx, prior, config)
	if d.Err() != nil {
		return prior, d
	}
	switch plan.Action {
	case "no-op":
		return prior, d
	case "replace":
		gone, more := c.Destroy(ctx, prior)
		if d = d.and(more); d.Err() != nil {
			return gone, d
		}
		// After the destroy, the plan may know more.
		if plan, more = c.planOnce(ctx, State{}, config); more.Err() != nil {
			return gone, d.and(more)
		}
		prior, d = gone, d.and(more)
	}
	state, more := c.apply(ctx, prior, plan)
	return state, d.and(more)
}

// ApplyIgnoring is an update with ignore_changes: core plans what these leave of the
// configuration, and applies with all of it.
func (c *Core) ApplyIgnoring(ctx context.Context, prior State, left, all Attributes) (State, Diagnostics) {
	plan, d := c.Plan(ctx, prior, left)
	if d.Err() != nil {
		return prior, d
	}
	plan.config = c.config(all)
	state, more := c.apply(ctx, prior, plan)
	return state, d.and(more)
}

func (c *Core) apply(ctx context.Context, prior State, plan Plan) (State, Diagnostics) {
	var d Diagnostics
	response, err := c.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: BatchCompute, PriorState: c.pack(c.orNull(prior.Value)), PlannedState: c.pack(plan.Value),
		Config: c.pack(plan.config), PlannedPrivate: plan.private, PlannedIdentity: plan.identity,
	})
	if err != nil {
		d.fail("%v", err)
		return prior, d
	}
	d.add(response.Diagnostics)
	state := State{Value: c.unpack(response.NewState), Private: response.Private, Identity: response.NewIdentity}
	if d.Err() != nil {
		state.Tainted = state.Exists() && (!prior.Exists() || prior.Tainted)
		return state, d
	}
	if !state.Value.IsFullyKnown() {
		d.fail("Provider returned unknown values after apply: %s", state.Value)
	}
	c.checkApplied(&d, plan.Value, state.Value)
	c.checkIdentity(&d, prior.Identity, state.Identity)
	return state, d
}

// checkApplied checks what core checks after an apply: known planned values are as planned.
func (c *Core) checkApplied(d *Diagnostics, planned, applied tftypes.Value) {
	var before, after map[string]tftypes.Value
	if applied.IsNull() {
		d.fail("Provider produced inconsistent result after apply: root object was present, but now absent")
		return
	}
	must(c.t, planned.As(&before))
	must(c.t, applied.As(&after))
	for name, value := range before {
		if value.IsFullyKnown() && !value.Equal(after[name]) {
			d.fail("Provider produced inconsistent result after apply: %s was planned as %s and is %s", name, value, after[name])
		}
	}
}

// Destroy is terraform destroy, without the refresh.
func (c *Core) Destroy(ctx context.Context, prior State) (State, Diagnostics) {
	var d Diagnostics
	if !prior.Exists() {
		return prior, d
	}
	null := c.orNull(tftypes.Value{})
	plan, err := c.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: BatchCompute, PriorState: c.pack(prior.Value), PriorPrivate: prior.Private,
		ProposedNewState: c.pack(null), Config: c.pack(null), PriorIdentity: prior.Identity,
	})
	if err != nil {
		d.fail("%v", err)
		return prior, d
	}
	if d.add(plan.Diagnostics); d.Err() != nil {
		return prior, d
	}
	response, err := c.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: BatchCompute, PriorState: c.pack(prior.Value), PlannedState: c.pack(null), Config: c.pack(null), PlannedPrivate: plan.PlannedPrivate,
		PlannedIdentity: plan.PlannedIdentity,
	})
	if err != nil {
		d.fail("%v", err)
		return prior, d
	}
	d.add(response.Diagnostics)
	return State{Value: c.unpack(response.NewState), Private: response.Private, Identity: response.NewIdentity, Tainted: prior.Tainted}, d
}
