//go:build unix

package docs_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
)

// TestDescriptions checks the description of each attribute.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	server := acctest.Server()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	must(t, err)
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	must(t, err)

	n := walk(schemas.Provider.Block, "provider", func(path string, a *tfprotov6.SchemaAttribute) {
		wants(t, path, a.Description, "")
		if a.NestedType == nil {
			wants(t, path, a.Description, "From the environment: `")
		}
	})
	for name, schema := range schemas.ResourceSchemas {
		n += walk(schema.Block, "resource "+name, func(path string, a *tfprotov6.SchemaAttribute) {
			wants(t, path, a.Description, "")
			if a.Required || a.Optional {
				wants(t, path, a.Description, "Changing ")
			}
		})
	}
	for name, schema := range schemas.DataSourceSchemas {
		n += walk(schema.Block, "data source "+name, func(path string, a *tfprotov6.SchemaAttribute) {
			wants(t, path, a.Description, "")
		})
	}
	for name, schema := range schemas.ListResourceSchemas {
		n += walk(schema.Block, "list resource "+name, func(path string, a *tfprotov6.SchemaAttribute) {
			wants(t, path, a.Description, "")
		})
	}
	for name, schema := range identities.IdentitySchemas {
		for _, attribute := range schema.IdentityAttributes {
			n++
			wants(t, "identity "+name+"."+attribute.Name, attribute.Description, "")
		}
	}
	for name, function := range schemas.Functions {
		wants(t, "function "+name, function.Description, "")
		for _, parameter := range function.Parameters {
			n++
			wants(t, "function "+name+"."+parameter.Name, parameter.Description, "")
		}
	}
	// Guards against a walk that finds nothing.
	const fewest = 80
	if n < fewest {
		t.Errorf("only %d attributes were checked", n)
	}
}

// TestNamesInTheClass: a table of the migration guide lists exactly the attributes, with
// their names in the Python class. The descriptions leave the class to the table.
func TestNamesInTheClass(t *testing.T) {
	t.Parallel()
	schemas, err := acctest.Server().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	must(t, err)
	attributes := map[string]bool{"timeouts": true}
	for _, kind := range []map[string]*tfprotov6.Schema{schemas.ResourceSchemas, schemas.DataSourceSchemas, schemas.ListResourceSchemas} {
		for name, schema := range kind {
			walk(schema.Block, name, func(path string, a *tfprotov6.SchemaAttribute) {
				// The class has no counterpart for the parts of an error and of timeouts.
				if !strings.Contains(path, ".provisioning_errors.") && !strings.Contains(path, ".timeouts.") {
					attributes[a.Name] = true
				}
				if strings.Contains(a.Description, "In the class") {
					t.Errorf("%s: the class belongs in the table: %q", path, a.Description)
				}
			})
		}
	}
	_, table, found := strings.Cut(read(t, filepath.Join(root, "docs/guides/migration.md")), "\n### Each attribute, and its name in the class\n")
	table, _, _ = strings.Cut(table, "\n#")
	if !found {
		t.Fatal("the guide does not have the table")
	}
	explained := map[string]bool{}
	for _, row := range strings.Split(table, "\n| `")[1:] {
		names, _, _ := strings.Cut(row, " |")
		for name := range strings.SplitSeq(strings.ReplaceAll(names, "`", ""), ", ") {
			explained[name] = true
		}
	}
	if diff := cmp.Diff(attributes, explained); diff != "" {
		t.Errorf("the table in templates/guides/migration.md.tmpl does not list the attributes of the schema (-schema +guide):\n%s", diff)
	}
}

// wants checks that a description is a sentence and contains the words.
func wants(t *testing.T, path, description, words string) {
	t.Helper()
	if !strings.HasSuffix(description, ".") {
		t.Errorf("%s: the description is not a sentence: %q", path, description)
	}
	if !strings.Contains(description, words) {
		t.Errorf("%s: the description does not say %q: %q", path, words, description)
	}
}

// walk calls visit for each attribute below a block, and counts them.
func walk(block *tfprotov6.SchemaBlock, path string, visit func(string, *tfprotov6.SchemaAttribute)) int {
	n := walkAttributes(block.Attributes, path, visit)
	for _, nested := range block.BlockTypes {
		n += walk(nested.Block, path+"."+nested.TypeName, visit)
	}
	return n
}

func walkAttributes(attributes []*tfprotov6.SchemaAttribute, path string, visit func(string, *tfprotov6.SchemaAttribute)) int {
	n := len(attributes)
	for _, attribute := range attributes {
		here := path + "." + attribute.Name
		visit(here, attribute)
		if attribute.NestedType != nil {
			n += walkAttributes(attribute.NestedType.Attributes, here, visit)
		}
	}
	return n
}
