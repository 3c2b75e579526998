"""The steps of the migration guide work as it says."""

import ast
import json
import re
import subprocess
import tempfile
import unittest

from harness import PROVIDER, ROOT, SCRATCH
from story import NAME, Story, quietly
from terraform import CLI, Terraform

from azureml.core.compute import BatchCompute, ComputeTarget
from azureml.exceptions import ComputeTargetException

GUIDE = (ROOT / "docs/guides/migration.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


def block(language, text):
    """The only block that contains the text."""
    [found] = [b for b in blocks(language) if text in b]
    return found


class TestBlocks(unittest.TestCase):
    def test_terraform_is_formatted(self):
        for number, configuration in enumerate(blocks("terraform")):
            with self.subTest(number), tempfile.NamedTemporaryFile("w", suffix=".tf", dir=SCRATCH) as file:
                file.write(configuration)
                file.flush()
                done = subprocess.run([CLI, "fmt", "-check", "-diff", file.name], text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_rest_can_be_parsed(self):
        for script in blocks("shell"):
            subprocess.run(["sh", "-n"], input=script, text=True, check=True)
        for program in blocks("python"):
            ast.parse(program)
        for document in blocks("json"):
            json.loads(document)

    def test_every_language_is_tested(self):
        languages = set(re.findall(r"^```(\w+)$", GUIDE, re.MULTILINE))
        self.assertEqual(languages, {"terraform", "shell", "python", "json", "text"})


class TestManyWorkspaces(Story):
    def test_what_the_class_attached_to_many_workspaces_is_imported_as_the_guide_says(self):
        subscription = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups"
        accounts = f"{subscription}/rg-batch/providers/Microsoft.Batch/batchAccounts/"
        workspaces = [f"{subscription}/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws-{team}-{stage}"
                      for team in ("fraud", "pricing", "risk", "sales") for stage in ("dev", "test", "prod")]
        names = [f"account{number}" for number in range(14)]
        flags = [flag for workspace in workspaces for flag in ("-workspace", workspace)]
        flags += [flag for name in names for flag in ("-batch-account", accounts + name)]
        self.begin(*flags, "-failures", ROOT / "test/attachlikesdk/failures.json")

        def attach(workspace, name, account):
            configuration = BatchCompute.attach_configuration(resource_id=accounts + account)
            return ComputeTarget.attach(self.emulator.workspace(workspace), name, configuration)

        with self.assertRaises(ComputeTargetException):
            quietly(attach(workspaces[0], "shared", names[12]).wait_for_completion)
        for number, workspace in enumerate(workspaces):
            quietly(attach(workspace, "nightly", names[number]).wait_for_completion)
        # The class attaches an account twice without a warning. Another account is attached to two workspaces.
        for workspace, account in ((workspaces[8], names[8]), (workspaces[9], names[13]), (workspaces[11], names[13])):
            quietly(attach(workspace, "shared", account).wait_for_completion)

        terraform = Terraform(self.emulator, "")
        files = {"main.tf": 'variable "batch_computes"', "outputs.tf": 'output "table"', "takeover.tf": "for_each = local.found\n\n  to =",
                 "takeover_override.tf": "prevent_destroy = true"}
        for file, text in files.items():
            (terraform.dir / file).write_text(block("terraform", text))
        export, *steps = block("shell", "export ARM_SUBSCRIPTION_ID").splitlines()
        self.assertEqual(export, "export ARM_SUBSCRIPTION_ID=" + self.emulator.env["ARM_SUBSCRIPTION_ID"])
        self.assertEqual(steps, ["terraform init", "terraform apply", "terraform plan"])
        terraform.run("init", "-input=false")
        applied = terraform.apply()
        self.assertIn("16 imported, 0 added, 0 changed, 0 destroyed", applied)
        failed = 'Batch compute "ws-fraud-dev/shared" is in state Failed'
        doubled = 'attached more than once to workspace "ws-risk-prod", as "nightly", "shared"'
        for output in (applied, terraform.run("plan", "-input=false")[0]):
            words = re.sub(r"\s*\n[│╷╵]?\s*", " ", output)
            self.assertIn(failed, words)
            self.assertIn(doubled, words)
            self.assertEqual(words.count("attached more than once"), 1, "one account may be attached to two workspaces")
        self.assertEqual(terraform.planned(), {})
        table = terraform.run("output", "-raw", "table")[0].splitlines()
        self.assertEqual(len(table), 1 + 16)
        self.assertRegex(table[2], "^ws-fraud-dev  +shared  +account12  +Failed  +The workspace's identity may not use")
        self.assertEqual(len([line for line in table if "Also attached as" in line]), 2)

        write, remove, plan = block("shell", "terraform.tfvars").splitlines()
        self.assertEqual((write, plan), ("terraform output -raw tfvars >terraform.tfvars", "terraform plan"))
        (terraform.dir / "terraform.tfvars").write_text(terraform.run("output", "-raw", "tfvars")[0])
        for file in remove.removeprefix("rm ").split():
            (terraform.dir / file).unlink()
        self.assertEqual(terraform.planned(), {})
        self.assertEqual([c for c in self.emulator.requests(PROVIDER) if c["method"] != "GET"], [])


class TestTheGuide(Story):
    def test_what_the_class_attached_is_imported_as_the_guide_says(self):
        other = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/"
        self.begin("-batch-account", other + "batch0", "-batch-account", other + "batch1")
        for name, account in (("nightly", "batch0"), ("on-demand", "batch1")):
            configuration = BatchCompute.attach_configuration("rg-batch", account)
            quietly(ComputeTarget.attach(self.workspace, name, configuration).wait_for_completion)

        terraform = Terraform(self.emulator, "")
        (terraform.dir / "main.tf").write_text(block("terraform", "import_blocks"))
        (terraform.dir / "config.json").write_text(block("json", "workspace_name"))
        steps = block("shell", "generate-config-out").splitlines()
        self.assertEqual(steps[:3], ["terraform init", "terraform apply", "terraform output -raw import_blocks >imports.tf"])
        terraform.apply()
        (terraform.dir / "imports.tf").write_text(terraform.run("output", "-raw", "import_blocks")[0])
        self.assertEqual(steps[3:], ["terraform plan -generate-config-out=computes.tf", "terraform apply"])
        terraform.run("plan", "-generate-config-out=computes.tf")
        self.assertIn("2 imported, 0 added, 0 changed, 0 destroyed", terraform.apply())

        self.assertEqual(terraform.planned(), {})
        addresses = {a for a in terraform.state() if not a.startswith("data.")}
        self.assertEqual(addresses, {"azureml_batch_compute.nightly", "azureml_batch_compute.on-demand"})
        self.assertEqual([c for c in self.emulator.requests(PROVIDER) if c["method"] != "GET"], [])

    def test_what_the_class_attached_is_adopted_as_the_guide_says(self):
        self.begin()
        quietly(self.attach().wait_for_completion)
        terraform = Terraform(self.emulator, block("terraform", "adopt_existing"))
        terraform.apply()
        self.assertEqual(terraform.planned(), {})
        self.assertEqual(terraform.state()[f"azureml_batch_compute.{NAME}"]["values"]["id"], self.compute_id)
        self.assertEqual([c for c in self.emulator.requests(PROVIDER) if c["method"] != "GET"], [])

    def test_the_resource_that_replaces_azapi_is_valid(self):
        self.begin()
        moved = block("terraform", "\nmoved {")
        configuration = moved[moved.index('resource "azureml_batch_compute"'):]
        self.assertEqual(Terraform(self.emulator, configuration).planned(), {"azureml_batch_compute.batch": ["create"]})
        imported = block("terraform", "removed {")
        quietly(self.attach().wait_for_completion)
        terraform = Terraform(self.emulator, configuration + imported[imported.index("import {"):])
        self.assertIn("1 imported, 0 added, 0 changed, 0 destroyed", terraform.apply())
