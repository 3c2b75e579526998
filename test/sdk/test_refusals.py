"""What fails or is refused with the class also fails or is refused with the provider."""

import json
import re

from harness import PROVIDER, SCRATCH
from story import NAME, Story, quietly
from terraform import Terraform

from azureml.core.compute import BatchCompute, ComputeTarget
from azureml.exceptions import ComputeTargetException

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers"
ACCOUNT = GROUP + "/Microsoft.Batch/batchAccounts/batch0"

# Each mistake as arguments of attach_configuration, the class's error, and the provider's error.
MISTAKES = {
    "nothing": ({}, "Please provide resource_group and account_name", "The Batch account is not given"),
    "no_group": ({"account_name": "batch0"}, "resource_group is not provided", "resource group is missing"),
    "no_account": ({"resource_group": "rg-batch"}, "account_name is not provided", "name is missing"),
    "twice_with_group": ({"resource_id": ACCOUNT, "resource_group": "rg-batch"}, "please do not provide resource_group",
                         "The Batch account is given twice"),
    "twice_with_account": ({"resource_id": ACCOUNT, "account_name": "batch0"}, "please do not provide account_name",
                           "The Batch account is given twice"),
    "not_an_id": ({"resource_id": GROUP + "/Microsoft.Batch"}, "Invalid resource_id provided", "batch_account_id"),
    "of_another_kind": ({"resource_id": GROUP + "/Microsoft.Storage/storageAccounts/batch0"},
                        "resource type Microsoft.Storage does not match for Batch", "batch_account_id"),
}
OURS = {"resource_id": "batch_account_id", "resource_group": "batch_resource_group_name", "account_name": "batch_account_name"}

FAILURE = {
    "operation": "attach",
    "error": {"code": "InternalServerError", "statusCode": 500, "message": "The attach ended with a made-up error."},
    "provisioningErrors": [{"error": {
        "code": "InternalServerError", "statusCode": 500, "message": "Attaching failed.",
        "details": [{"code": "AccountDisabled", "message": "The made-up Batch account is disabled."}],
    }}],
}


class TestMistakes(Story):
    def test_each_mistake_is_refused_by_both_before_a_request(self):
        self.begin()
        configuration = "".join(f"""
resource "azureml_batch_compute" "{label}" {{
  name         = "{NAME}"
  workspace_id = "{self.emulator.workspace_id}"
{"".join(f'  {OURS[key]} = "{value}"' + chr(10) for key, value in arguments.items())}}}
""" for label, (arguments, _, _) in MISTAKES.items())
        before = len(self.emulator.requests())
        errors = dict(Terraform(self.emulator, configuration).errors())
        for label, (arguments, theirs, ours) in MISTAKES.items():
            with self.subTest(label):
                with self.assertRaisesRegex(ComputeTargetException, re.escape(theirs)):
                    BatchCompute.attach_configuration(**arguments)
                self.assertIn(ours, errors.get(f'resource "azureml_batch_compute" "{label}"', "no error"))
        self.assertEqual(len(errors), len(MISTAKES), errors)
        self.assertEqual(self.emulator.requests()[before:], [])

    def test_either_form_is_accepted_by_both(self):
        self.begin()
        for label, arguments in {
            "id": {"resource_id": ACCOUNT}, "names": {"resource_group": "rg-batch", "account_name": "batch0"},
        }.items():
            with self.subTest(label):
                given = "".join(f'  {OURS[key]} = "{value}"\n' for key, value in arguments.items())
                terraform = Terraform(self.emulator, self.resource().replace(
                    f'  batch_account_id = "{self.emulator.batch_account_id}"\n', given))
                terraform.apply()
                terraform.destroy()
                compute = ComputeTarget.attach(self.workspace, NAME, BatchCompute.attach_configuration(**arguments))
                self.assertEqual(compute.cluster_resource_id, self.emulator.batch_account_id)
                compute.detach()
                quietly(compute.wait_for_completion, is_delete_operation=True)
        bodies = [c["body"] for c in self.emulator.requests(method="PUT")]
        self.assertEqual(len(bodies), 4)
        self.assertEqual(bodies, bodies[:1] * 4)


class TestAFailedAttach(Story):
    def setUp(self):
        plan = SCRATCH / "failures.json"
        plan.write_text(json.dumps([FAILURE]))
        self.begin("-failures", str(plan))

    def assertBothShowTheFailure(self, values):
        """The class shows the errors as the service sent them; the provider shows them in one form."""
        compute = BatchCompute(self.workspace, NAME)
        self.assertEqual(compute.provisioning_state, "Failed")
        self.assertEqual(values["provisioning_state"], compute.provisioning_state)
        self.assertEqual(compute.provisioning_errors, FAILURE["provisioningErrors"])
        theirs = [e["error"] for e in compute.provisioning_errors]
        self.assertEqual([(e["code"], e["message"], e["details"]) for e in values["provisioning_errors"]],
                         [(e["code"], e["message"], e["details"]) for e in theirs])

    def test_of_the_class_is_shown_by_both(self):
        compute = self.attach()
        with self.assertRaises(ComputeTargetException) as raised:
            quietly(compute.wait_for_completion)
        self.assertIn("current provisioning state: Failed", raised.exception.message)
        self.assertIn(FAILURE["error"]["message"], raised.exception.message)
        lookup = Terraform(self.emulator, self.data_source())
        lookup.apply()
        self.assertBothShowTheFailure(lookup.state()["data.azureml_batch_compute.it"]["values"])
        self.assertSerialized(lookup)

    def test_of_terraform_is_shown_by_both(self):
        terraform = Terraform(self.emulator, self.resource())
        printed = " ".join(re.sub("[│╷╵]", "", terraform.apply(codes=(1,))).split())
        for message in (FAILURE["error"]["message"], "The made-up Batch account is disabled."):
            self.assertIn(message, printed)
        resource = terraform.state()["azureml_batch_compute.it"]
        self.assertIs(resource["tainted"], True)
        self.assertBothShowTheFailure(resource["values"])

        # The next apply detaches and attaches, and this attach succeeds.
        self.assertEqual(terraform.planned(), {"azureml_batch_compute.it": ["delete", "create"]})
        terraform.apply()
        self.assertEqual(BatchCompute(self.workspace, NAME).provisioning_state, "Succeeded")


class TestNothingIsDeleted(Story):
    def test_the_class_refuses_and_sends_nothing(self):
        self.begin()
        compute = self.attach()
        before = len(self.emulator.requests())
        with self.assertRaisesRegex(ComputeTargetException, "Delete is not supported for Batch object. Try to use detach instead."):
            compute.delete()
        self.assertEqual(self.emulator.requests()[before:], [])

    def test_the_provider_only_ever_detaches(self):
        self.begin()
        terraform = Terraform(self.emulator, self.resource())
        terraform.apply()
        terraform.apply("-replace=azureml_batch_compute.it")
        terraform.configure(self.resource('description = "another"\n'))
        terraform.apply()
        terraform.configure("")
        terraform.apply()
        detach = (self.compute_id, {"api-version": "2020-02-02", "underlyingResourceAction": "detach"})
        self.assertEqual(self.detaches(PROVIDER), [detach] * 3)
        self.assertNotFound()
        self.assertBatchAccountIsThere()
