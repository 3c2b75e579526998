"""Runs Terraform or OpenTofu with the provider that was built."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from harness import ROOT, SCRATCH

CLI = os.environ.get("SDK_TEST_CLI", "terraform")
REGISTRY = "registry.opentofu.org" if pathlib.Path(CLI).name == "tofu" else "registry.terraform.io"

REQUIRED_PROVIDERS = """
terraform {
  required_providers {
    azureml = {
      source = "terraform-provider-azureml/azureml"
    }
  }
}
"""


class Terraform:
    """A configuration in a folder of its own, where `init` finds the provider without a registry."""

    def __init__(self, emulator, configuration):
        self.dir = pathlib.Path(tempfile.mkdtemp(dir=SCRATCH))
        # Nothing else: neither a CLI configuration nor a sign-in of the developer's own.
        self.env = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        self.env.update(emulator.env, TF_CLI_CONFIG_FILE=os.devnull, TF_IN_AUTOMATION="1", CHECKPOINT_DISABLE="1")
        self.configure(configuration)
        plugins = self.dir / "terraform.d/plugins" / REGISTRY / "terraform-provider-azureml/azureml/0.1.0" / platform()
        plugins.mkdir(parents=True)
        shutil.copy(ROOT / "bin/terraform-provider-azureml", plugins)
        self.run("init", "-input=false")

    def configure(self, configuration):
        (self.dir / "main.tf").write_text(REQUIRED_PROVIDERS + configuration)

    def run(self, *arguments, codes=(0,)):
        """Runs a command, and returns its output and its exit code, which must be one of codes."""
        done = subprocess.run([CLI, arguments[0], *no_colour(arguments)], cwd=self.dir, env=self.env, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode not in codes:
            raise AssertionError(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stdout}")
        return done.stdout, done.returncode

    def apply(self, *flags, **options):
        return self.run("apply", "-auto-approve", "-input=false", *flags, **options)[0]

    def destroy(self):
        return self.run("destroy", "-auto-approve", "-input=false")[0]

    def planned(self):
        """The planned actions by resource address; empty if the plan has no changes."""
        _, code = self.run("plan", "-input=false", "-detailed-exitcode", "-out=plan", codes=(0, 2))
        shown = json.loads(self.run("show", "-json", "plan")[0])
        changes = {c["address"]: c["change"]["actions"] for c in shown.get("resource_changes", [])}
        changes = {address: actions for address, actions in changes.items() if actions != ["no-op"]}
        assert bool(changes) == (code == 2), f"the plan's exit code is {code}, but its changes are {changes}"
        return changes

    def state(self):
        """The resources and data sources in the state, by address."""
        shown = json.loads(self.run("show", "-json")[0])
        return {r["address"]: r for r in shown.get("values", {}).get("root_module", {}).get("resources", [])}

    def errors(self, command="validate"):
        """The errors of a configuration, as pairs of a block's header and a message."""
        reply = json.loads(self.run(command, "-json", codes=(1,))[0])
        return [((d.get("snippet") or {}).get("context"), d["summary"] + "\n" + d.get("detail", ""))
                for d in reply["diagnostics"] if d["severity"] == "error"]


def no_colour(arguments):
    return [*(["-no-color"] if arguments[0] not in ("output",) else []), *arguments[1:]]


def platform():
    names = subprocess.run(["go", "env", "GOOS", "GOARCH"], cwd=ROOT, text=True, check=True, stdout=subprocess.PIPE)
    return "_".join(names.stdout.split())
