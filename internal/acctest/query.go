package acctest

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Found is a result of terraform query.
type Found struct {
	Name  string
	State State
}

// Query is terraform query: it lists with resources, up to a limit; 0 is no limit.
func (c *Core) Query(ctx context.Context, attributes Attributes, limit int64) ([]Found, Diagnostics) {
	results, d := c.results(ctx, attributes, &tfprotov6.ListResourceRequest{IncludeResource: true, Limit: limit})
	if d.Err() != nil {
		return nil, d
	}
	var found []Found
	for result := range results {
		if d.add(result.Diagnostics); d.Err() != nil {
			break
		}
		if result.Identity == nil {
			continue // only a warning
		}
		found = append(found, Found{result.DisplayName, State{Value: c.unpack(result.Resource), Identity: result.Identity}})
	}
	return found, d
}

// QueryOne is a terraform query without resources that is interrupted after the first result.
func (c *Core) QueryOne(ctx context.Context, attributes Attributes) (*tfprotov6.ListResourceResult, Diagnostics) {
	results, d := c.results(ctx, attributes, &tfprotov6.ListResourceRequest{})
	if d.Err() != nil {
		return nil, d
	}
	for result := range results {
		d.add(result.Diagnostics)
		return &result, d
	}
	return nil, d
}

func (c *Core) results(ctx context.Context, attributes Attributes, request *tfprotov6.ListResourceRequest) (iter.Seq[tfprotov6.ListResourceResult], Diagnostics) {
	var d Diagnostics
	request.TypeName, request.Config = BatchCompute, c.pack(object(c.t, c.list.ValueType(), attributes))
	//nolint:staticcheck // deprecated ahead of the interface that it will move into
	server, ok := c.server.(tfprotov6.ProviderServerWithListResource)
	if !ok {
		c.t.Fatal("the provider lists nothing")
	}
	validated, err := server.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: BatchCompute, Config: request.Config})
	must(c.t, err)
	if d.add(validated.Diagnostics); d.Err() != nil {
		return nil, d
	}
	stream, err := server.ListResource(ctx, request)
	must(c.t, err)
	return stream.Results, d
}

// ReadData validates a data source's configuration and reads it.
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
