//go:build unix

package examples_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// generateConfiguration runs the example's first step.
func generateConfiguration(t *testing.T, d *directory) {
	t.Helper()
	d.init()
	clitest.Says(t, d.must("plan", "-input=false", "-generate-config-out=computes.tf"), "1 to import, 0 to add, 0 to change, 0 to destroy")
}

// attachedByAzapi creates the example's initial state, with a stand-in for azapi.
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
	clitest.Says(t, d.must("plan", "-input=false"), "azapi_resource.batch has moved to azureml_batch_compute.batch", "0 to add, 0 to change, 0 to destroy")
}

// withoutAzurerm removes azurerm's blocks, and replaces references to them by the ids of a
// workspace and of a Batch account.
func withoutAzurerm(t *testing.T, d *directory) {
	t.Helper()
	t.Log("applied without its azurerm part, which is only parsed: azurerm comes from a registry, and creates real resources in Azure")
	files, err := filepath.Glob(filepath.Join(d.path, "*.tf"))
	must(t, err)
	for _, path := range files {
		file := filepath.Base(path)
		parsed, diags := hclwrite.ParseConfig([]byte(d.read(file)), file, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatalf("%s does not parse: %v", path, diags)
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

// inGitHubActions sets the environment of a runner: the workflow's variables, GitHub's own
// if the workflow has permission to request a token, and no secret. The state is local.
func inGitHubActions(t *testing.T, d *directory) {
	t.Helper()
	d.write("backend_override.tf", "terraform {\n  backend \"local\" {}\n}\n")
	vars := strings.NewReplacer(
		"${{ vars.AZURE_TENANT_ID }}", d.variables["ARM_TENANT_ID"],
		"${{ github.event_name == 'push' && vars.AZURE_APPLY_CLIENT_ID || vars.AZURE_PLAN_CLIENT_ID }}", d.variables["ARM_CLIENT_ID"],
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

var pipelineExport = regexp.MustCompile(`export (\w+)="\$(\w+)"`)

// inAzureDevOps sets the environment of an agent: the pipeline's variables, those that the
// task of a service connection and Azure DevOps set, and no secret. The state is local.
func inAzureDevOps(t *testing.T, d *directory) {
	t.Helper()
	d.write("backend_override.tf", "terraform {\n  backend \"local\" {}\n}\n")
	pipeline := d.read("azure-pipelines.yml")
	if strings.Count(pipeline, "- task: AzureCLI@2\n") != 2 || strings.Count(pipeline, "azureSubscription: batch-compute-") != 2 {
		t.Error("a task does not name its service connection")
	}
	job := d.e.AzureDevOpsJob()
	task := map[string]string{
		"AZURESUBSCRIPTION_TENANT_ID": d.variables["ARM_TENANT_ID"], "AZURESUBSCRIPTION_CLIENT_ID": d.variables["ARM_CLIENT_ID"],
		"AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": job.ServiceConnectionID,
	}
	vars := strings.NewReplacer("$(SUBSCRIPTION_ID)", d.variables["ARM_SUBSCRIPTION_ID"], "$(WORKSPACE_ID)", emulator.DefaultWorkspaceID, "$(BATCH_ACCOUNT_ID)", emulator.DefaultBatchAccountID)
	for _, name := range []string{"ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_SUBSCRIPTION_ID", "TF_VAR_workspace_id", "TF_VAR_batch_account_id"} {
		delete(d.variables, name)
	}
	_, block, _ := strings.Cut(pipeline, "\nvariables:\n")
	block, _, _ = strings.Cut(block, "\n\n")
	for _, variable := range workflowVariable.FindAllStringSubmatch(block, -1) {
		d.variables[variable[1]] = vars.Replace(variable[2])
	}
	_, apply, _ := strings.Cut(pipeline, "batch-compute-apply")
	for _, export := range pipelineExport.FindAllStringSubmatch(apply, -1) {
		d.variables[export[1]] = task[export[2]]
	}
	d.variables["SYSTEM_OIDCREQUESTURI"] = job.RequestURL
	if strings.Contains(apply, "SYSTEM_ACCESSTOKEN: $(System.AccessToken)") {
		d.variables["SYSTEM_ACCESSTOKEN"] = job.RequestToken
	}
}

// withoutSecret checks that the example signed in with the job's token only.
func withoutSecret(t *testing.T, d *directory) {
	t.Helper()
	tokens := 0
	for _, request := range d.e.Requests() {
		if request.Method != http.MethodPost || !strings.HasSuffix(request.Path, "/token") {
			continue
		}
		tokens++
		if body := string(request.Body); !strings.Contains(body, "client_assertion=") || strings.Contains(body, "client_secret=") {
			t.Errorf("it did not sign in with the job's token: %s", body)
		}
	}
	if tokens == 0 {
		t.Error("it did not sign in")
	}
}

// inAppService sets the environment of a machine with a managed identity.
func inAppService(t *testing.T, d *directory) {
	t.Helper()
	d.variables["IDENTITY_ENDPOINT"], d.variables["IDENTITY_HEADER"] = d.e.AppService()
}

// eachBySignIn checks which client attached which compute.
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
			t.Errorf("%s %s was sent by client %s, want %s", write.Method, write.Path, token.Client, want)
		}
	}
}

// conditionFails makes the precondition fail, and checks that nothing is written.
func conditionFails(t *testing.T, d *directory) {
	t.Helper()
	d.e.ResetLog()
	output, code := d.run("apply", "-auto-approve", "-input=false", "-var=subscription_id="+otherSubscriptionID)
	if code == 0 {
		t.Error("the precondition did not fail")
	}
	clitest.Says(t, output, "config.json is of subscription "+emulator.DefaultSubscriptionID)
	onlyReads(t, d)
}

// detachThenAttach replaces the attachment, and tries what the example warns about.
func detachThenAttach(t *testing.T, d *directory) {
	t.Helper()
	d.e.ResetLog()
	toOther := "-var=batch_account_id=" + strings.TrimSuffix(emulator.DefaultBatchAccountID, "0") + "1"
	clitest.Says(t, d.must("apply", "-auto-approve", "-input=false", toOther), "terraform_data.after_attach", "attached "+strings.TrimPrefix(toOther, "-var=batch_account_id="))
	if methods := d.methods(); methods != "DELETE PUT" {
		t.Errorf("the writes are %s, want DELETE PUT", methods)
	}
	d.plannedEmpty(toOther)
	for _, resource := range []string{`"azureml_batch_compute" "example"`, `"terraform_data" "after_attach"`} {
		d.write("example_override.tf", "resource "+resource+" {\n  lifecycle {\n    create_before_destroy = true\n  }\n}\n")
		d.e.ResetLog()
		output, code := d.run("apply", "-auto-approve", "-input=false")
		if code == 0 {
			t.Errorf("with create_before_destroy in %s, the attachment was replaced", resource)
		}
		clitest.Says(t, output, "There is a Batch compute of that name already")
		onlyReads(t, d)
	}
	d.remove("example_override.tf")
}

// recreated replaces the Batch account by a new one with the same name.
func recreated(t *testing.T, d *directory) {
	t.Helper()
	d.e.ResetLog()
	d.must("apply", "-auto-approve", "-input=false", "-var=account_generation=2")
	if methods := d.methods(); methods != "DELETE PUT" {
		t.Errorf("the writes are %s, want DELETE PUT", methods)
	}
	d.plannedEmpty("-var=account_generation=2")
}
