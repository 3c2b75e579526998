"""Prints how long it takes to attach a Batch account, with the class and with the provider.

The service is the emulator, with operations of a known duration. For the class, the time is that of attach and
wait_for_completion, without importing the package and finding the workspace. For the provider, it is that of the whole
command `terraform apply`.
"""

import contextlib
import io
import os
import platform
import sys
import time

from harness import Emulator
from terraform import CLI, Terraform

from azureml.core import VERSION
from azureml.core.compute import BatchCompute, ComputeTarget

# The class polls every 5 s: right after an operation of 10 or 30 s, and long after one of 7 s.
SECONDS = (3, 7, 10, 13, 30, 61)


def seconds(action):
    began = time.monotonic()
    with contextlib.redirect_stdout(io.StringIO()):
        action()
    return time.monotonic() - began


def compare(duration):
    emulator = Emulator("-attach-duration", f"{duration}s")
    try:
        workspace = emulator.workspace()
        configuration = BatchCompute.attach_configuration(resource_id=emulator.batch_account_id)

        def attach():
            ComputeTarget.attach(workspace, "byclass", configuration).wait_for_completion()

        of_class = seconds(attach)
        # The account can be attached only once. The emulator detaches it without delay.
        compute = BatchCompute(workspace, "byclass")
        compute.detach()
        seconds(lambda: compute.wait_for_completion(is_delete_operation=True))
        terraform = Terraform(emulator, f"""
resource "azureml_batch_compute" "it" {{
  name             = "byprovider"
  workspace_id     = "{emulator.workspace_id}"
  batch_account_id = "{emulator.batch_account_id}"
}}
""")
        return of_class, seconds(terraform.apply)
    finally:
        emulator.close()


def main():
    print(f"azureml-core {VERSION}, {os.path.basename(CLI)}, Python {platform.python_version()}, {os.cpu_count()} processors\n")
    print("| The operation takes | Class: attach, wait | Provider: apply |")
    print("|---|---|---|")
    for duration in SECONDS:
        cells = [f"{spent:.1f} s (× {spent / duration:.2f})" for spent in compare(duration)]
        print("|", " | ".join([f"{duration} s", *cells]), "|")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
