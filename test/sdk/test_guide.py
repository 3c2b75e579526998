"""The migration guide does what it says."""

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

GUIDE = (ROOT / "docs/guides/migration.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


def block(language, text):
    """The only block with that text in it."""
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

    def test_every_block_is_looked_at(self):
        languages = set(re.findall(r"^```(\w+)$", GUIDE, re.MULTILINE))
        self.assertEqual(languages, {"terraform", "shell", "python", "json"})


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

    def test_the_resource_that_azapi_gives_way_to_is_valid(self):
        self.begin()
        moved = block("terraform", "\nmoved {")
        configuration = moved[moved.index('resource "azureml_batch_compute"'):]
        self.assertEqual(Terraform(self.emulator, configuration).planned(), {"azureml_batch_compute.batch": ["create"]})
        imported = block("terraform", "removed {")
        quietly(self.attach().wait_for_completion)
        terraform = Terraform(self.emulator, configuration + imported[imported.index("import {"):])
        self.assertIn("1 imported, 0 added, 0 changed, 0 destroyed", terraform.apply())
