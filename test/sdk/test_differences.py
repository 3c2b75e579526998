"""Where the class and the provider differ, as the migration guide says."""

import re

from harness import PROVIDER, SDK
from story import NAME, Story, quietly
from terraform import Terraform

from azureml.core.compute import BatchCompute, ComputeTarget
from azureml.exceptions import ComputeTargetException


class TestDifferences(Story):
    def test_only_the_provider_refuses_a_second_attachment(self):
        self.begin()
        self.attach("first")
        terraform = Terraform(self.emulator, self.resource())
        self.assertIn("first", terraform.apply(codes=(1,)))
        self.assertEqual(self.emulator.requests(PROVIDER, "PUT"), [])
        self.attach("second")
        self.assertEqual(len(self.emulator.requests(SDK, "PUT")), 2)

    def test_only_the_class_sends_a_put_over_an_existing_compute(self):
        self.begin()
        self.attach()
        with self.assertRaisesRegex(ComputeTargetException, "attached already"):
            self.attach()
        self.assertEqual([c["status"] for c in self.emulator.requests(SDK, "PUT")], [201, 400])
        self.assertIn("import {", Terraform(self.emulator, self.resource()).apply(codes=(1,)))
        self.assertEqual(self.emulator.requests(PROVIDER, "PUT"), [])

    def test_only_the_provider_validates_names(self):
        self.begin()
        configuration = BatchCompute.attach_configuration("rg-batch", "No-Such Account")
        with self.assertRaises(ComputeTargetException):
            ComputeTarget.attach(self.workspace, "0", configuration)
        self.assertEqual([c["status"] for c in self.emulator.requests(SDK, "PUT")], [400])
        errors = Terraform(self.emulator, f"""
resource "azureml_batch_compute" "it" {{
  name                      = "0"
  workspace_id              = "{self.emulator.workspace_id}"
  batch_resource_group_name = "rg-batch."
  batch_account_name        = "No-Such Account"
}}
""").errors()
        self.assertEqual(len(errors), 3, errors)

    def test_the_class_cannot_deserialize_what_it_serialized(self):
        self.begin()
        compute = self.attach()
        with self.assertRaisesRegex(ComputeTargetException, re.escape('missing ["properties"]["properties"]')):
            BatchCompute.deserialize(self.workspace, compute.serialize())

    def test_the_class_accepts_a_compute_of_another_workspace(self):
        self.begin()
        payload = self.attach().serialize()
        payload["id"] = payload["id"].replace("/ws0/", "/another/")
        payload["properties"].update(properties=None, isAttachedCompute=True)
        self.assertEqual(BatchCompute.deserialize(self.workspace, payload).id, self.compute_id)

    def test_detaching_an_absent_compute_fails_only_with_the_class(self):
        self.begin()
        terraform = Terraform(self.emulator, self.resource())
        terraform.apply()
        compute, again = BatchCompute(self.workspace, NAME), BatchCompute(self.workspace, NAME)
        compute.detach()
        quietly(compute.wait_for_completion, is_delete_operation=True)
        with self.assertRaises(KeyError):
            again.detach()
        terraform.run("destroy", "-auto-approve", "-input=false", "-refresh=false")
        self.assertEqual(terraform.state(), {})

    def test_the_class_never_sets_created_on_and_modified_on(self):
        self.begin()
        compute = self.attach()
        self.assertIsNone(compute.created_on)
        self.assertIsNone(compute.modified_on)
        lookup = Terraform(self.emulator, self.data_source())
        lookup.apply()
        values = lookup.state()["data.azureml_batch_compute.it"]["values"]
        self.assertRegex(values["created_on"], r"^\d{4}-\d\d-\d\dT")
        self.assertRegex(values["modified_on"], r"^\d{4}-\d\d-\d\dT")
