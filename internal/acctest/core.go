package acctest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Core plays Terraform's core towards the provider, over the provider's protocol and
// in this process: it validates, plans, applies and refreshes one resource, and checks
// what core checks of a provider's answers. A thousand runs of it cost what one run of
// the CLI does.
type Core struct {
	t        testing.TB
	server   tfprotov6.ProviderServer
	schema   *tfprotov6.Schema
	data     map[string]*tfprotov6.Schema
	list     *tfprotov6.Schema
	identity tftypes.Type
	provider *tfprotov6.DynamicValue
}

// Attributes are those of a configuration that are not null. [Unknown] stands for a
// value that is known only after apply.
type Attributes map[string]any

// Unknown is a value that is known only after apply.
var Unknown = tftypes.UnknownValue

// State is a resource in Terraform's state; its value is null when it is not there.
type State struct {
	Value   tftypes.Value
	Private []byte
	// Identity is the resource's; nil where Terraform knows none, as before 1.12.
	Identity *tfprotov6.ResourceIdentityData
	// Tainted is set when its creation ended with an error: the next apply replaces it.
	Tainted bool
}

// Exists reports that the resource is in the state.
func (s State) Exists() bool { return s.Value.Type() != nil && !s.Value.IsNull() }

// Text is a string attribute of the state; empty when it is null or not there.
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

// Plan is what the provider proposes.
type Plan struct {
	// Action is "create", "update", "replace", "no-op" or "delete".
	Action string
	Value  tftypes.Value

	private  []byte
	config   tftypes.Value
	identity *tfprotov6.ResourceIdentityData
}

// Diagnostics are the errors and the warnings of a call, or of several that make up one
// command.
type Diagnostics struct {
	Errors   []string
	Warnings []string
}

// Err is nil when there are no errors.
func (d Diagnostics) Err() error {
	if len(d.Errors) == 0 {
		return nil
	}
	return errors.New(strings.Join(d.Errors, "\n---\n"))
}

func (d *Diagnostics) add(diagnostics []*tfprotov6.Diagnostic) {
	for _, diagnostic := range diagnostics {
		text := diagnostic.Summary + "\n" + diagnostic.Detail
		if diagnostic.Attribute != nil {
			text = diagnostic.Attribute.String() + ": " + text
		}
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			d.Errors = append(d.Errors, text)
		} else {
			d.Warnings = append(d.Warnings, text)
		}
	}
}

// and are these diagnostics, and then those of the next call.
func (d Diagnostics) and(next Diagnostics) Diagnostics {
	return Diagnostics{Errors: slices.Concat(d.Errors, next.Errors), Warnings: slices.Concat(d.Warnings, next.Warnings)}
}

func (d *Diagnostics) fail(format string, arguments ...any) {
	d.Errors = append(d.Errors, fmt.Sprintf(format, arguments...))
}

// NewCore starts a provider and configures it with the attributes of its block, which the
// provider may refuse.
func NewCore(t testing.TB, server tfprotov6.ProviderServer, block Attributes) (*Core, error) {
	t.Helper()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	must(t, err)
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	must(t, err)
	core := &Core{
		t: t, server: server,
		schema: schemas.ResourceSchemas[BatchCompute], data: schemas.DataSourceSchemas, list: schemas.ListResourceSchemas[BatchCompute],
		identity: identities.IdentitySchemas[BatchCompute].ValueType(),
	}
	configuration := core.pack(object(t, schemas.Provider.ValueType(), block))
	var d Diagnostics
	validated, err := server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: configuration})
	must(t, err)
	if d.add(validated.Diagnostics); d.Err() != nil {
		return nil, d.Err()
	}
	core.provider = configuration
	return core, core.configure().Err()
}

func (c *Core) configure() (d Diagnostics) {
	configured, err := c.server.ConfigureProvider(c.t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.0.0-core", Config: c.provider})
	must(c.t, err)
	d.add(configured.Diagnostics)
	return d
}

// NewRun begins another run of the CLI: with a new client, as a new process has, which
// remembers nothing of the last one's.
func (c *Core) NewRun() { must(c.t, c.configure().Err()) }

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
		// Core asks again, as if nothing were there.
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
	case len(response.RequiresReplace) > 0:
		plan.Action = "replace"
	case plan.Value.Equal(priorValue):
		plan.Action = "no-op"
	default:
		plan.Action = "update"
	}
	c.checkPlanned(&d, priorValue, config, plan.Value)
	return plan, d
}

// proposed is what core proposes: what is configured, and the prior values of what is
// computed and left out.
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

// checkPlanned checks what core checks of a plan: what is configured is planned, or
// what was there before where that means the same.
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

// Apply is terraform apply, without the refresh: it plans, and carries the plan out.
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
		// What was destroyed may let the plan know more.
		if plan, more = c.planOnce(ctx, State{}, config); more.Err() != nil {
			return gone, d.and(more)
		}
		prior, d = gone, d.and(more)
	}
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

// checkApplied checks what core checks after an apply: what was planned as known is so.
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

// checkIdentity checks what core checks of identities: there is one, whole, and it does
// not change.
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

// Interrupt is Ctrl-C: core tells the provider to stop.
func (c *Core) Interrupt(ctx context.Context) {
	_, err := c.server.StopProvider(ctx, &tfprotov6.StopProviderRequest{})
	must(c.t, err)
}

func (c *Core) config(attributes Attributes) tftypes.Value {
	return object(c.t, c.schema.ValueType(), attributes)
}

func (c *Core) orNull(value tftypes.Value) tftypes.Value {
	if value.Type() == nil {
		return tftypes.NewValue(c.schema.ValueType(), nil)
	}
	return value
}

func (c *Core) pack(value tftypes.Value) *tfprotov6.DynamicValue {
	packed, err := tfprotov6.NewDynamicValue(value.Type(), value)
	must(c.t, err)
	return &packed
}

func (c *Core) unpack(packed *tfprotov6.DynamicValue) tftypes.Value {
	value, err := packed.Unmarshal(c.schema.ValueType())
	must(c.t, err)
	return value
}

// object fills a type with the attributes that are given, and null for the rest.
func object(t testing.TB, typ tftypes.Type, attributes Attributes) tftypes.Value {
	t.Helper()
	objectType, ok := typ.(tftypes.Object)
	if !ok {
		t.Fatalf("%s is no object", typ)
	}
	values := make(map[string]tftypes.Value, len(objectType.AttributeTypes))
	for name, attributeType := range objectType.AttributeTypes {
		values[name] = valueOf(t, attributeType, attributes[name])
	}
	for name := range attributes {
		if _, ok := objectType.AttributeTypes[name]; !ok {
			t.Fatalf("there is no attribute %q", name)
		}
	}
	return tftypes.NewValue(typ, values)
}

func valueOf(t testing.TB, typ tftypes.Type, value any) tftypes.Value {
	t.Helper()
	switch value := value.(type) {
	case Attributes:
		return object(t, typ, value)
	case map[string]string:
		elements := make(map[string]tftypes.Value, len(value))
		for key, element := range value {
			elements[key] = tftypes.NewValue(tftypes.String, element)
		}
		return tftypes.NewValue(typ, elements)
	case map[string]tftypes.Value:
		return tftypes.NewValue(typ, value)
	}
	return tftypes.NewValue(typ, value)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
