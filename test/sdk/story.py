"""The base class of the tests."""

import contextlib
import io
import json
import textwrap
import unittest

from harness import Emulator

from azureml.core.compute import BatchCompute, ComputeTarget
from azureml.exceptions import ComputeTargetException

NAME = "mybatchcompute"


class Story(unittest.TestCase):
    maxDiff = None

    def begin(self, *flags):
        self.emulator = Emulator(*flags)
        self.addCleanup(self.emulator.close)
        self.workspace = self.emulator.workspace()
        self.compute_id = f"{self.emulator.workspace_id}/computes/{NAME}"

    def resource(self, more=""):
        return f"""
resource "azureml_batch_compute" "it" {{
  name             = "{NAME}"
  workspace_id     = "{self.emulator.workspace_id}"
  batch_account_id = "{self.emulator.batch_account_id}"
{textwrap.indent(textwrap.dedent(more), "  ")}}}
"""

    def data_source(self):
        return f"""
data "azureml_batch_compute" "it" {{
  name         = "{NAME}"
  workspace_id = "{self.emulator.workspace_id}"
}}
"""

    def attach(self, name=NAME):
        """Starts to attach with the class. The caller waits for completion."""
        configuration = BatchCompute.attach_configuration(resource_id=self.emulator.batch_account_id)
        return ComputeTarget.attach(self.workspace, name, configuration)

    def assertNotFound(self):
        with self.assertRaisesRegex(ComputeTargetException, "ComputeTargetNotFound"):
            BatchCompute(self.workspace, NAME)

    def assertBatchAccountIsThere(self):
        self.assertEqual(self.emulator.status_of(self.emulator.batch_account_id), 200)

    def assertSerialized(self, lookup):
        """Checks that the data source's `serialized` equals the class's serialize(), with the keys in the same order."""
        ours = json.loads(lookup.state()["data.azureml_batch_compute.it"]["values"]["serialized"])
        theirs = BatchCompute(self.workspace, NAME).serialize()
        self.assertEqual(ours, theirs)
        self.assertEqual(list(ours), list(theirs), "the keys are in another order")
        self.assertEqual(list(ours["properties"]), list(theirs["properties"]), "the keys are in another order")

    def detaches(self, by):
        """The DELETE requests of one client, as pairs of path and query."""
        return [(c["path"], c["query"]) for c in self.emulator.requests(by, "DELETE")]


def quietly(function, *arguments, **options):
    """Runs a method that prints, and returns what it printed."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        function(*arguments, **options)
    return printed.getvalue()
