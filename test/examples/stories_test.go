//go:build unix

package examples_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// generateConfiguration does what the example says first.
func generateConfiguration(t *testing.T, d *directory) {
	t.Helper()
	d.init()
	says(t, d.must("plan", "-input=false", "-generate-config-out=computes.tf"), "1 to import, 0 to add, 0 to change, 0 to destroy")
}

// attachedByAzapi is what the example begins with: a resource of a stand-in for azapi.
func attachedByAzapi(t *testing.T, d *directory) {
	t.Helper()
	example := d.read("main.tf")
	required, _, ok := strings.Cut(example, "\nvariable ")
	if !ok {
		t.Fatal("the example has no variables")
	}
	d.write("main.tf", required+`
resource "azapi_resource" "batch" {
  type      = "Microsoft.MachineLearningServices/workspaces/computes@2024-04-01"
  parent_id = "`+emulator.DefaultWorkspaceID+`"
  name      = "mybatchcompute"
  location  = "westeurope"
  body      = { properties = { computeType = "Batch", resourceId = "`+emulator.DefaultBatchAccountID+`" } }
}
`)
	d.init()
	d.apply()
	d.write("main.tf", example)
	says(t, d.must("plan", "-input=false"), "azapi_resource.batch has moved to azureml_batch_compute.batch", "0 to add, 0 to change, 0 to destroy")
}

// withoutAzurerm leaves what is azurerm's out, and puts the ids of a workspace and of a
// Batch account in the place of its attributes.
func withoutAzurerm(t *testing.T, d *directory) {
	t.Helper()
	t.Log("applied without its azurerm part, which is only parsed: azurerm comes from a registry, and makes real things in Azure")
	files, err := filepath.Glob(filepath.Join(d.path, "*.tf"))
	must(t, err)
	for _, path := range files {
		file := filepath.Base(path)
		parsed, diags := hclwrite.ParseConfig([]byte(d.read(file)), file, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for _, block := range parsed.Body().Blocks() {
			switch {
			case len(block.Labels()) > 0 && strings.HasPrefix(block.Labels()[0], "azurerm"):
				parsed.Body().RemoveBlock(block)
			case block.Type() == "terraform":
				block.Body().FirstMatchingBlock("required_providers", nil).Body().RemoveAttribute("azurerm")
			case block.Type() == "resource":
				block.Body().RemoveAttribute("depends_on")
			}
		}
		d.write(file, strings.NewReplacer(
			"azurerm_machine_learning_workspace.example.id", `"`+emulator.DefaultWorkspaceID+`"`,
			"azurerm_batch_account.example.id", `"`+emulator.DefaultBatchAccountID+`"`,
		).Replace(string(parsed.Bytes())))
	}
}

var workflowVariable = regexp.MustCompile(`(?m)^  (\w+): "?(.*?)"?(?: #.*)?$`)

// inGitHubActions is a runner: it has the workflow's variables, GitHub's own where the
// workflow may ask for a token, and no secret. The state stays here.
func inGitHubActions(t *testing.T, d *directory) {
	t.Helper()
	d.write("backend_override.tf", "terraform {\n  backend \"local\" {}\n}\n")
	vars := strings.NewReplacer(
		"${{ vars.AZURE_TENANT_ID }}", d.variables["ARM_TENANT_ID"],
		"${{ vars.AZURE_CLIENT_ID }}", d.variables["ARM_CLIENT_ID"],
		"${{ vars.AZURE_SUBSCRIPTION_ID }}", d.variables["ARM_SUBSCRIPTION_ID"],
		"${{ vars.WORKSPACE_ID }}", emulator.DefaultWorkspaceID,
		"${{ vars.BATCH_ACCOUNT_ID }}", emulator.DefaultBatchAccountID,
	)
	for _, name := range []string{"ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_SUBSCRIPTION_ID", "TF_VAR_workspace_id", "TF_VAR_batch_account_id"} {
		delete(d.variables, name)
	}
	workflow := d.read("terraform.yml")
	_, env, _ := strings.Cut(workflow, "\nenv:\n")
	env, _, _ = strings.Cut(env, "\n\n")
	for _, variable := range workflowVariable.FindAllStringSubmatch(env, -1) {
		d.variables[variable[1]] = vars.Replace(variable[2])
	}
	if strings.Contains(workflow, "\n  id-token: write") {
		job := d.e.GitHubJob()
		d.variables["ACTIONS_ID_TOKEN_REQUEST_URL"], d.variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = job.RequestURL, job.RequestToken
	}
}

// withoutSecret looks at how the example signed in.
func withoutSecret(t *testing.T, d *directory) {
	t.Helper()
	tokens := 0
	for _, request := range d.e.Requests() {
		if request.Method != http.MethodPost || !strings.HasSuffix(request.Path, "/token") {
			continue
		}
		tokens++
		if body := string(request.Body); !strings.Contains(body, "client_assertion=") || strings.Contains(body, "client_secret=") {
			t.Errorf("it signed in otherwise than with GitHub's token: %s", body)
		}
	}
	if tokens == 0 {
		t.Error("it did not sign in")
	}
}

// inAppService is a machine with a managed identity.
func inAppService(t *testing.T, d *directory) {
	t.Helper()
	d.variables["IDENTITY_ENDPOINT"], d.variables["IDENTITY_HEADER"] = d.e.AppService()
}

// eachBySignIn looks at who attached what.
func eachBySignIn(t *testing.T, d *directory) {
	t.Helper()
	for _, write := range d.writes() {
		want := emulator.DefaultClientID
		if strings.Contains(write.Path, "/ws1/") {
			want = emulator.DefaultAssignedIdentity
		}
		var token struct {
			Client string `json:"appid"`
		}
		parts := strings.Split(write.Header.Get("Authorization"), ".")
		if len(parts) != 3 {
			t.Fatalf("%s %s has no token", write.Method, write.Path)
		}
		payload, err := base64.RawURLEncoding.DecodeString(parts[1])
		must(t, err)
		must(t, json.Unmarshal(payload, &token))
		if token.Client != want {
			t.Errorf("%s %s is %s's, not %s's", write.Method, write.Path, token.Client, want)
		}
	}
}

// conditionFails sees to it that nothing reaches the service then.
func conditionFails(t *testing.T, d *directory) {
	t.Helper()
	d.e.ResetLog()
	output, code := d.run("apply", "-auto-approve", "-input=false", "-var=subscription_id="+otherSubscriptionID)
	if code == 0 {
		t.Error("the precondition holds")
	}
	says(t, output, "config.json is of subscription "+emulator.DefaultSubscriptionID)
	onlyReads(t, d)
}

// detachThenAttach replaces the attachment, and does what the example warns of.
func detachThenAttach(t *testing.T, d *directory) {
	t.Helper()
	d.e.ResetLog()
	toOther := "-var=batch_account_id=" + strings.TrimSuffix(emulator.DefaultBatchAccountID, "0") + "1"
	says(t, d.must("apply", "-auto-approve", "-input=false", toOther), "terraform_data.after_attach", "attached "+strings.TrimPrefix(toOther, "-var=batch_account_id="))
	if methods := d.methods(); methods != "DELETE PUT" {
		t.Errorf("%s reached the service", methods)
	}
	d.plannedEmpty(toOther)
	for _, resource := range []string{`"azureml_batch_compute" "example"`, `"terraform_data" "after_attach"`} {
		d.write("example_override.tf", "resource "+resource+" {\n  lifecycle {\n    create_before_destroy = true\n  }\n}\n")
		d.e.ResetLog()
		output, code := d.run("apply", "-auto-approve", "-input=false")
		if code == 0 {
			t.Errorf("with create_before_destroy in %s, the attachment was replaced", resource)
		}
		says(t, output, "There is a Batch compute of that name already")
		onlyReads(t, d)
	}
	d.remove("example_override.tf")
}

// says looks for each of the texts in an output, whose line breaks are the CLI's.
func says(t *testing.T, output string, texts ...string) {
	t.Helper()
	unfolded := strings.Join(strings.FieldsFunc(output, func(r rune) bool { return r == ' ' || r == '\n' || r == '│' }), " ")
	for _, text := range texts {
		if !strings.Contains(unfolded, text) {
			t.Errorf("the output does not say %q:\n%s", text, output)
		}
	}
}

// withoutImports leaves out the fragments that are not to be applied together.
func withoutImports(t *testing.T, d *directory) {
	t.Helper()
	for _, file := range []string{"import-by-string-id.tf", "import-by-identity.tf"} {
		d.remove(file)
	}
}

// imported is the rest of an example that takes one compute over and attaches another.
func imported(t *testing.T, d *directory) {
	t.Helper()
	d.apply()
	d.isAttached()
	d.plannedEmpty()
	if methods := d.methods(); methods != http.MethodPut {
		t.Errorf("%s reached the service", methods)
	}
	d.destroy()
}

// attachedMeanwhile lets the compute be attached that the fragments import.
func attachedMeanwhile(d *directory) {
	attached(d.e)
	d.before = d.e.Computes()
}

func importByCommand(t *testing.T, d *directory) {
	t.Helper()
	attachedMeanwhile(d)
	withoutImports(t, d)
	d.init()
	// The script says terraform.
	bin := t.TempDir()
	must(t, os.Symlink(absolute(t, d.cli), filepath.Join(bin, "terraform")))
	d.variables["PATH"] = bin + string(os.PathListSeparator) + os.Getenv("PATH")
	if output, code := d.command("sh", "-e", "import.sh"); code != 0 {
		t.Fatalf("import.sh: exit code %d\n%s", code, output)
	}
	imported(t, d)
}

func absolute(t *testing.T, command string) string {
	t.Helper()
	path, err := filepath.Abs(command)
	must(t, err)
	return path
}

func importByID(t *testing.T, d *directory) {
	t.Helper()
	attachedMeanwhile(d)
	d.remove("import-by-identity.tf")
	d.init()
	imported(t, d)
}

func importByIdentity(t *testing.T, d *directory) {
	t.Helper()
	clitest.Needs(t, d.cli, 12, "import blocks take an identity")
	attachedMeanwhile(d)
	d.remove("import-by-string-id.tf")
	d.init()
	imported(t, d)
}

// offlineTest runs the tests of the module as the example says.
func offlineTest(t *testing.T, d *directory) {
	t.Helper()
	d.init()
	requests := filepath.Join(t.TempDir(), "requests")
	output, code := d.command(built.Command(t, "azureml-emulator"), "exec", "-requests", requests, "--", absolute(t, d.cli), "test", "-no-color")
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, output)
	}
	says(t, output, "3 passed, 0 failed")
	log, err := os.ReadFile(requests)
	must(t, err)
	var writes []string
	for line := range strings.Lines(string(log)) {
		var request struct{ Method, Query string }
		must(t, json.Unmarshal([]byte(line), &request))
		if request.Method != http.MethodGet {
			writes = append(writes, request.Method+" "+request.Query)
		}
	}
	if len(writes) != 2 || !strings.HasPrefix(writes[0], http.MethodPut) || !strings.HasPrefix(writes[1], http.MethodDelete) || !strings.HasSuffix(writes[1], "&underlyingResourceAction=detach") {
		t.Errorf("these reached the service: %q", writes)
	}
}

// offlineTestFails: a test that cannot fail shows nothing.
func offlineTestFails(t *testing.T, d *directory) {
	t.Helper()
	module := strings.Replace(d.read("main.tf"), `"batch-${var.stage}"`, `"other-${var.stage}"`, 1)
	d.write("main.tf", module)
	d.init()
	output, code := d.command(built.Command(t, "azureml-emulator"), "exec", "--", absolute(t, d.cli), "test", "-no-color")
	if code == 0 {
		t.Error("the tests of another module pass")
	}
	says(t, output, "Pipelines would not find other-development.")
}

// TestList asks the provider for what the example of a list resource asks.
func TestList(t *testing.T) {
	t.Parallel()
	parsed, diags := hclparse.NewParser().ParseHCLFile(filepath.Join(root, "list-resources/azureml_batch_compute/list-resource.tfquery.hcl"))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	list := theBlock(t, parsed.Body, "list", "type", "name")
	config, diags := theBlock(t, list.Body, "config").Body.JustAttributes()
	if diags.HasErrors() || list.Labels[0] != acctest.BatchCompute {
		t.Fatalf("%v: %v", list.Labels, diags)
	}
	asked := acctest.Attributes{}
	for name, attribute := range config {
		value, diags := attribute.Expr.Value(nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		asked[name] = value.AsString()
	}
	e := acctest.NewEmulator(t)
	attached(e)
	found, errs := acctest.NewEmulatorCore(t, e).Query(t.Context(), asked, 0)
	must(t, errs.Err())
	if len(found) != 1 || found[0].State.Text("id") != computeID {
		t.Errorf("it finds %+v", found)
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
