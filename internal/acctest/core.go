package acctest

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Core stands in for Terraform's core, over the provider's protocol and in this process:
// it validates, plans, applies and refreshes one resource, and checks what core checks in
// a provider's responses. A thousand runs of it cost as much as one run of the CLI.
type Core struct {
	t        testing.TB
	server   tfprotov6.ProviderServer
	schema   *tfprotov6.Schema
	data     map[string]*tfprotov6.Schema
	list     *tfprotov6.Schema
	identity tftypes.Type
	provider *tfprotov6.DynamicValue
}

// NewCore configures a provider with the attributes of its block. Its error is the
// provider's.
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

// NewRun begins another run of the CLI, with a new client that remembers nothing of the
// last run.
func (c *Core) NewRun() { must(c.t, c.configure().Err()) }

// Interrupt is Ctrl-C: core tells the provider to stop.
func (c *Core) Interrupt(ctx context.Context) {
	_, err := c.server.StopProvider(ctx, &tfprotov6.StopProviderRequest{})
	must(c.t, err)
}
