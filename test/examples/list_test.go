//go:build unix

package examples_test

import (
	"path/filepath"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
)

// TestList queries the provider with the configuration of the list resource's example.
func TestList(t *testing.T) {
	t.Parallel()
	parsed, diags := hclparse.NewParser().ParseHCLFile(filepath.Join(root, "list-resources/azureml_batch_compute/list-resource.tfquery.hcl"))
	if diags.HasErrors() {
		t.Fatalf("the example does not parse: %v", diags)
	}
	list := theBlock(t, parsed.Body, "list", "type", "name")
	config, diags := theBlock(t, list.Body, "config").Body.JustAttributes()
	if diags.HasErrors() || list.Labels[0] != acctest.BatchCompute {
		t.Fatalf("%v: %v", list.Labels, diags)
	}
	query := acctest.Attributes{}
	for name, attribute := range config {
		value, diags := attribute.Expr.Value(nil)
		if diags.HasErrors() {
			t.Fatalf("the example does not parse: %v", diags)
		}
		query[name] = value.AsString()
	}
	e := acctest.NewEmulator(t)
	attached(e)
	found, errs := acctest.NewEmulatorCore(t, e).Query(t.Context(), query, 0)
	must(t, errs.Err())
	if len(found) != 1 || found[0].State.Text("id") != computeID {
		t.Errorf("the query found %+v", found)
	}
}

func theBlock(t *testing.T, body hcl.Body, kind string, labels ...string) *hcl.Block {
	t.Helper()
	content, _, diags := body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: kind, LabelNames: labels}}})
	if diags.HasErrors() || len(content.Blocks) != 1 {
		t.Fatalf("%d blocks %s; %v", len(content.Blocks), kind, diags)
	}
	return content.Blocks[0]
}
