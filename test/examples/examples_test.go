//go:build unix

package examples_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

const root = "../../examples"

// example says how to test a folder that is not simply applied, planned without changes,
// and destroyed.
type example struct {
	// before adds to Azure what others have done.
	before func(*emulator.Emulator)
	// prepare changes the copy of the folder, or the variables, before the first init.
	prepare func(*testing.T, *directory)
	// then runs between the empty plan and the destroy.
	then func(*testing.T, *directory)
	// also has additional runs, each in its own copy.
	also map[string]func(*testing.T, *directory)
	// validated says why the folder is only validated.
	validated string
	// parsed says why the folder is not even validated, and what tests it instead.
	parsed string
}

// special lists the examples that need special treatment. All other folders are applied,
// planned without changes, and destroyed.
var special = map[string]example{
	"adopt":                                {before: attached, then: onlyReads},
	"authentication/*":                     {validated: "each needs secrets, tokens or identities of its platform; TestGuide in internal/provider signs in with each, by the block and by the variables"},
	"azure-devops":                         {prepare: inAzureDevOps, then: withoutSecret},
	"azurerm":                              {prepare: withoutAzurerm},
	"data-sources/azureml_batch_compute":   {before: attached, then: onlyReads},
	"data-sources/azureml_batch_computes":  {before: attached, then: onlyReads},
	"demo/lookup":                          {before: attached, then: onlyReads},
	"estate":                               {before: scripted, then: withoutTakeover("takeover.tf", "takeover_override.tf")},
	"estate-modules":                       {before: scripted, then: withoutTakeover("takeover.tf", "takeover_override.tf", "workspace/takeover_override.tf")},
	"estate-modules/workspace":             {validated: "it is the module of estate-modules"},
	"estate-query":                         {parsed: "terraform query needs Terraform 1.14, and OpenTofu does not have it; the run \"query\" tests it", also: map[string]func(*testing.T, *directory){"query": queried}},
	"functions/deserialize_batch_compute":  {before: attached, then: onlyReads},
	"functions/workspace_id_from_config":   {before: attached, then: onlyReads},
	"github-actions":                       {prepare: inGitHubActions, then: withoutSecret},
	"import":                               {before: attached, then: onlyReads},
	"import-generated":                     {before: attached, prepare: generateConfiguration, then: onlyReads},
	"list-resources/azureml_batch_compute": {parsed: "terraform query needs Terraform 1.14, and OpenTofu does not have it; TestList queries the provider directly"},
	"moved-from-azapi":                     {before: attached, prepare: attachedByAzapi, then: onlyReads},
	"offline-test": {validated: "its tests mock azurerm, which is not there to be applied", also: map[string]func(*testing.T, *directory){
		"test": offlineTest, "failing test": offlineTestFails, "mocked": mockedTest,
	}},
	"orobix":            {validated: "the other provider called azureml needs Azure; a stand-in has its schemas"},
	"preconditions":     {then: conditionFails},
	"recreated-account": {then: recreated},
	"replace":           {then: detachThenAttach},
	"resources/azureml_batch_compute": {prepare: withoutImports, also: map[string]func(*testing.T, *directory){
		"import.sh": importByCommand, "import-by-string-id.tf": importByID, "import-by-identity.tf": importByIdentity,
	}},
	"several-identities": {prepare: inAppService, then: eachBySignIn},
	"several-workspaces": {then: onceInAWorkspace},
}

// find returns a folder's entry in the table, and the pattern of the entry.
func find(folder string) (example, string) {
	for pattern, found := range special {
		if match, err := path.Match(pattern, folder); err == nil && match {
			return found, pattern
		}
	}
	return example{}, ""
}

// folders walks the examples and returns the folders that contain configuration, so that
// new ones are tested automatically.
func folders(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && (strings.HasSuffix(file, ".tf") || strings.HasSuffix(file, ".tfquery.hcl")) {
			folder, relErr := filepath.Rel(root, filepath.Dir(file))
			must(t, relErr)
			found = append(found, filepath.ToSlash(folder))
		}
		return err
	})
	must(t, err)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestExamples(t *testing.T) {
	all := folders(t)
	for pattern := range special {
		if !slices.ContainsFunc(all, func(folder string) bool { _, by := find(folder); return by == pattern }) {
			t.Errorf("there is no example %s", pattern)
		}
	}
	for _, folder := range all {
		found, _ := find(folder)
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			switch {
			case found.parsed != "":
				t.Skipf("parsed, not applied: %s", found.parsed)
			case found.validated != "":
				d := open(t, folder, found)
				d.init()
				d.must("validate")
				t.Skipf("validated, not applied: %s", found.validated)
			default:
				lifeCycle(t, open(t, folder, found), found)
			}
		})
		for name, run := range found.also {
			t.Run(folder+" "+name, func(t *testing.T) {
				t.Parallel()
				run(t, open(t, folder, found))
			})
		}
	}
}

// lifeCycle applies an example, plans it without changes, and destroys it.
func lifeCycle(t *testing.T, d *directory, found example) {
	t.Helper()
	if found.prepare != nil {
		found.prepare(t, d)
	}
	d.init()
	d.serve()
	d.apply()
	d.isAttached()
	d.plannedEmpty()
	if found.then != nil {
		found.then(t, d)
	}
	d.destroy()
}

// TestFormat checks the format of all files that the CLI can format, including tests.
func TestFormat(t *testing.T) {
	t.Parallel()
	d := &directory{t: t, path: root, cli: clitest.Find(t)}
	d.must("fmt", "-check", "-diff", "-recursive")
}

// TestReadme checks that the list of examples is complete.
func TestReadme(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	must(t, err)
	for _, folder := range folders(t) {
		if !strings.Contains(string(readme), "| ["+folder+"]("+folder+") | ") {
			t.Errorf("examples/README.md has no line for %s", folder)
		}
	}
	for line := range strings.Lines(string(readme)) {
		_, rest, isLine := strings.Cut(line, "](")
		folder, _, _ := strings.Cut(rest, ")")
		if isLine && strings.HasPrefix(line, "| [") && !slices.Contains(folders(t), folder) {
			t.Errorf("examples/README.md names %s, which is not a folder with configuration", folder)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestVersions: each example says which CLI and which versions of its providers it is for, as
// linters of configurations want it.
func TestVersions(t *testing.T) {
	t.Parallel()
	for _, folder := range folders(t) {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			files, err := filepath.Glob(filepath.Join(root, folder, "*.tf"))
			must(t, err)
			var settings []*hclwrite.Block
			for _, file := range files {
				content, err := os.ReadFile(file)
				must(t, err)
				parsed, diags := hclwrite.ParseConfig(content, file, hcl.InitialPos)
				if diags.HasErrors() {
					t.Fatal(diags)
				}
				settings = append(settings, slices.DeleteFunc(parsed.Body().Blocks(), func(b *hclwrite.Block) bool { return b.Type() != "terraform" })...)
			}
			if len(settings) != 1 {
				t.Fatalf("there are %d terraform blocks", len(settings))
			}
			if settings[0].Body().GetAttribute("required_version") == nil {
				t.Error("there is no required_version")
			}
			providers := settings[0].Body().FirstMatchingBlock("required_providers", nil).Body().Attributes()
			for name, provider := range providers {
				given := string(provider.Expr().BuildTokens(nil).Bytes())
				if !strings.Contains(given, "version = ") || name == "azureml" && !strings.Contains(given, `version = "~> 0.1"`) {
					t.Errorf("the version of %s is not given: %s", name, given)
				}
			}
			if providers["azureml"] == nil {
				t.Error("azureml is not among the required providers")
			}
		})
	}
}
