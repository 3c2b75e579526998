"""The class BatchCompute of the Python package and the provider, side by side, with one emulator.

The package is unmodified and sends its own requests; Terraform is the real one. The tests check the requests that the
service received, Terraform's state, and the class's attributes.
"""

import inspect
import re
import textwrap

from harness import PROVIDER, SDK
from story import NAME, Story, quietly
from terraform import Terraform

from azureml.core.compute import BatchCompute, ComputeTarget
from azureml.exceptions import ComputeTargetException


def example():
    """The example in the class's docstring."""
    lines = inspect.getdoc(BatchCompute).splitlines()
    start = lines.index(next(line for line in lines if ".. code-block:: python" in line)) + 1
    indent = re.match(" *", lines[start - 1]).group() + " "
    body = []
    for line in lines[start:]:
        if line and not line.startswith(indent):
            break
        body.append(line)
    return textwrap.dedent("\n".join(body))


class TestTheClassItself(Story):
    def test_the_example_in_its_documentation_runs(self):
        self.begin("-attach-duration", "1s", "-detach-duration", "1s")
        code = example().replace("<batch_account_name>", "batch0").replace("<batch_resource_group>", "rg-batch")
        names = {"ws": self.workspace, "BatchCompute": BatchCompute, "ComputeTarget": ComputeTarget,
                 "ComputeTargetException": ComputeTargetException}
        using = f"Using Batch compute:{self.emulator.batch_account_id}\n"

        self.assertEqual(quietly(exec, code, names), "\n".join([
            "Attaching Batch compute...",
            'Provisioning operation finished, operation "Succeeded"',
            "Provisioning state:Succeeded",
            "Provisioning errors:None",
            using]))
        self.assertEqual(quietly(exec, code, names), using, "the second run must find it attached")

        compute = names["batch_compute"]
        compute.detach()
        self.assertEqual(compute.provisioning_state, "Deleting")
        quietly(compute.wait_for_completion, is_delete_operation=True)
        self.assertNotFound()
        self.assertBatchAccountIsThere()
        methods = [c["method"] for c in self.emulator.requests(SDK) if c["method"] != "GET"]
        self.assertEqual(methods, ["PUT", "DELETE"])


class TestOnTheWire(Story):
    def test_the_provider_sends_what_the_class_sends(self):
        self.begin()
        quietly(self.attach().wait_for_completion)
        compute = BatchCompute(self.workspace, NAME)
        compute.detach()
        quietly(compute.wait_for_completion, is_delete_operation=True)
        terraform = Terraform(self.emulator, self.resource())
        terraform.apply()
        terraform.destroy()

        def writes(by):
            calls = [c for c in self.emulator.requests(by) if c["method"] != "GET"]
            return [{key: c.get(key) for key in ("method", "path", "query", "body", "status")} for c in calls]

        self.assertEqual([c["status"] for c in writes(SDK)], [201, 202])
        self.assertEqual(writes(PROVIDER), writes(SDK))


class TestHandingOver(Story):
    def test_attached_by_the_class_imported_and_detached_by_terraform(self):
        self.begin()
        quietly(self.attach().wait_for_completion)

        terraform = Terraform(self.emulator, self.resource())
        terraform.run("import", "-input=false", "azureml_batch_compute.it", self.compute_id)
        self.assertEqual(terraform.planned(), {})
        values = terraform.state()["azureml_batch_compute.it"]["values"]
        self.assertEqual(values["id"], self.compute_id)
        self.assertEqual(values["batch_account_id"], self.emulator.batch_account_id)
        self.assertEqual(values["provisioning_state"], "Succeeded")
        self.assertEqual(values["provisioning_errors"], [])
        self.assertIs(values["is_attached"], True)

        terraform.destroy()
        self.assertNotFound()
        self.assertEqual(ComputeTarget.list(self.workspace), [])
        self.assertBatchAccountIsThere()
        self.assertEqual(self.emulator.requests(PROVIDER, "PUT"), [])
        self.assertEqual(len(self.detaches(PROVIDER)), 1)

    def test_attached_by_terraform_read_and_detached_by_the_class(self):
        self.begin("-keep-tags")
        terraform = Terraform(self.emulator, self.resource("""\
            description = "for <risk> & more"
            tags        = { team = "risk" }
        """))
        terraform.apply()

        compute = BatchCompute(self.workspace, NAME)
        self.assertIsInstance(compute, BatchCompute)
        self.assertEqual([(type(c), c.name) for c in ComputeTarget.list(self.workspace)], [(BatchCompute, NAME)])
        compute.refresh_state()
        self.assertEqual(compute.get_status(), "Succeeded")
        values = terraform.state()["azureml_batch_compute.it"]["values"]
        for theirs, ours in {
            "id": "id", "name": "name", "location": "location", "tags": "tags", "description": "description",
            "provisioning_state": "provisioning_state", "cluster_resource_id": "batch_account_id",
            "cluster_location": "compute_location", "is_attached": "is_attached",
        }.items():
            self.assertEqual(getattr(compute, theirs), values[ours], theirs)
        self.assertEqual(compute.tags, {"team": "risk"})

        compute.detach()
        quietly(compute.wait_for_completion, is_delete_operation=True)
        self.assertEqual(terraform.planned(), {"azureml_batch_compute.it": ["create"]})
        self.assertBatchAccountIsThere()

    def test_serialized_is_what_the_class_serializes(self):
        account = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/far"
        for flags, more in {
            (): "", ("-keep-tags",): 'description = "for <risk> & more"\ntags = { team = "risk" }\n',
            ("-batch-account", account + "=northeurope"): "",
        }.items():
            with self.subTest(flags):
                self.begin(*flags)
                Terraform(self.emulator, self.resource(more)).apply()
                lookup = Terraform(self.emulator, self.data_source())
                lookup.apply()
                self.assertSerialized(lookup)
