"""Runs the emulator, and points the Python package at it."""

import atexit
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import types
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRATCH = pathlib.Path(tempfile.mkdtemp(prefix="azureml-sdk-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
# Files in the home directory, such as the package's cache of addresses, are neither used nor left behind. The package reads
# HOME when it is imported.
os.environ["HOME"] = str(SCRATCH)

import requests  # noqa: E402
from azureml.core import Workspace  # noqa: E402
from azureml.core.authentication import AbstractAuthentication  # noqa: E402

SDK = "azureml-sdk-core/"
PROVIDER = "terraform-provider-azureml/"


class Emulator:
    """A running `azureml-emulator serve`, with its record of requests."""

    def __init__(self, *flags):
        self.dir = pathlib.Path(tempfile.mkdtemp(dir=SCRATCH))
        self.log = self.dir / "requests"
        self.log.touch()
        self.process = subprocess.Popen(
            [ROOT / "bin/azureml-emulator", "serve", "-format", "json", "-requests", self.log, *flags],
            stdout=subprocess.PIPE, text=True)
        self.env = self._read_environment()
        self.url = self.env["ARM_RESOURCE_MANAGER_ENDPOINT"]
        self.workspace_id = self.env["AZUREML_EMULATOR_WORKSPACE_ID"]
        self.batch_account_id = self.env["AZUREML_EMULATOR_BATCH_ACCOUNT_ID"]
        # The package trusts the authority in REQUESTS_CA_BUNDLE, and caches the addresses of each workspace's services.
        no_proxy = ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1"]))
        os.environ.update(self.env, NO_PROXY=no_proxy, no_proxy=no_proxy)
        (SCRATCH / ".azureml/.discovery").unlink(missing_ok=True)

    def _read_environment(self):
        printed = ""
        for line in self.process.stdout:
            printed += line
            if line == "}\n":
                return json.loads(printed)
        raise RuntimeError(f"the emulator exited with code {self.process.wait()} before it was ready: {printed}")

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def requests(self, by="", method=""):
        """Requests to Resource Manager and to the workspace's own endpoint: all, or those of one client or method."""
        calls = [json.loads(line) for line in self.log.read_text().splitlines()]
        for call in calls:
            call["query"] = dict(urllib.parse.parse_qsl(call.get("query", ""), keep_blank_values=True))
        return [c for c in calls if by in c.get("userAgent", "") and method in ("", c["method"])]

    def token(self):
        response = requests.post(f"{self.url}/{self.env['ARM_TENANT_ID']}/oauth2/v2.0/token", data={
            "grant_type": "client_credentials",
            "client_id": self.env["ARM_CLIENT_ID"],
            "client_secret": self.env["ARM_CLIENT_SECRET"],
            "scope": self.env["ARM_RESOURCE_MANAGER_AUDIENCE"] + "/.default",
        })
        response.raise_for_status()
        return response.json()["access_token"]

    def status_of(self, resource_id, api_version="2024-02-01"):
        return requests.get(self.url + resource_id, params={"api-version": api_version},
                            headers={"Authorization": "Bearer " + self.token()}).status_code

    def workspace(self, workspace_id=None):
        """A workspace as the package finds it: by a request, whose response has the addresses of the services."""
        _, _, subscription, _, group, _, _, _, name = (workspace_id or self.workspace_id).split("/")
        return Workspace(subscription, group, name, auth=SignedIn(self))


class SignedIn(AbstractAuthentication):
    """Signs the package in to the emulator, and points it at the emulator's Resource Manager. It changes no request."""

    def __init__(self, emulator):
        # Does not call the base class, which requests the list of clouds from Azure.
        self._cloud_type = types.SimpleNamespace(
            name="Emulator", endpoints=types.SimpleNamespace(resource_manager=emulator.url))
        self._token = emulator.token()
        self._subscriptions = [types.SimpleNamespace(subscription_id=emulator.env["ARM_SUBSCRIPTION_ID"])]
        self._tenant = emulator.env["ARM_TENANT_ID"]

    def _get_arm_token(self):
        return self._token

    _get_graph_token = _get_azureml_client_token = _get_arm_token

    def _get_cloud_type(self):
        return self._cloud_type

    def _get_arm_end_point(self):
        return self._cloud_type.endpoints.resource_manager

    def _get_all_subscription_ids(self):
        return self._subscriptions, self._tenant

    def _get_workspace(self, subscription_id, resource_group, name):
        return None
