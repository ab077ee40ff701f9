"""The local cloud as a whole: up (servers, bootstrap, deploy) and down (destroy, servers), whatever state it is in.

All that it leaves on the machine is in the checkout's `.local/`. The AWS inside lives in MiniStack's memory: a cloud
whose MiniStack is gone is gone, and a start that fails half-way is undone by stopping the servers. The local Textract
has its jobs on disk: it may be killed.
"""

import fcntl
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from local import ministack
from local.cdk import Cdk
from local.environment import PROJECT, STATE_DIRECTORY, point_this_process_at, process_environment
from local.errors import LocalCloudError
from local.servers import HOST, Server, free_port
from local.tls import Certificate
from local.trust import trust_local_textract

_TEXTRACT_START_SECONDS = 60

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Cloud:
    """A cloud that is up: where it answers, and what was deployed to it."""

    endpoint: str
    textract_endpoint: str
    stack: str
    outputs: dict[str, str]
    textract_options: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """The cloud of this checkout, up or not; `directory` holds its state, logs and data."""

    directory: Path = STATE_DIRECTORY

    def current(self) -> Cloud | None:
        """The cloud if it is up: deployed, and both its servers running."""
        return self._deployed() if self._textract.is_running() else None

    def use(self, cloud: Cloud) -> None:
        """Make this process's own AWS calls go to the cloud, and nowhere else."""
        point_this_process_at(cloud.endpoint, self._certificate.authority)

    def up(self, textract_options: Sequence[str], report: Report) -> Cloud:
        """Start, deploy, and use the cloud; where it is up already, deploy again. What is done is told to `report`.

        The options are those of `python -m local.textract`. Raises LocalCloudError; whatever fails or interrupts a
        start, nothing of it keeps running.
        """
        with self._alone():
            cloud = self._deployed()
            if cloud is None:
                return self._start(textract_options, report)
            if textract_options:
                raise LocalCloudError("The local cloud is up already: take it down first to change its Textract.")
            if not self._textract.is_running():
                report("Starting the local Textract again")
                self._start_textract(cloud.endpoint, cloud.textract_endpoint, cloud.textract_options)
            return self._deploy(cloud.endpoint, cloud.textract_endpoint, cloud.textract_options, report)

    def down(self, report: Report) -> None:
        """Destroy the stack and stop the servers, or clear up what is left of a cloud that broke."""
        with self._alone():
            try:
                if cloud := self._deployed():
                    report("Destroying the stack (cdk destroy)")
                    self._cdk(cloud.endpoint).destroy()
            finally:
                self._clear()

    def _deployed(self) -> Cloud | None:
        """What was deployed, unless it has gone with MiniStack; what its Textract has of it is on disk."""
        try:
            return Cloud(**json.loads(self._state_file.read_text())) if self._ministack.is_running() else None
        except (FileNotFoundError, ValueError, TypeError):  # not deployed yet, or deployed by another version
            return None

    def _start(self, textract_options: Sequence[str], report: Report) -> Cloud:
        self._clear()
        self._temporary.mkdir()
        self._certificate.issue()
        ministack_port, textract_port = free_port(), free_port()
        endpoint, textract_endpoint = f"https://{HOST}:{ministack_port}", f"http://{HOST}:{textract_port}"
        environment = self._environment(endpoint)
        try:
            report("Starting MiniStack and the local Textract")
            ministack.start(self._ministack, ministack_port, self._certificate, textract_endpoint, environment)
            self._start_textract(endpoint, textract_endpoint, textract_options)
            return self._deploy(endpoint, textract_endpoint, textract_options, report)
        except BaseException:
            self._clear()
            raise

    def _start_textract(self, endpoint: str, textract_endpoint: str, options: Sequence[str]) -> None:
        port = int(textract_endpoint.rpartition(":")[2])
        textract = [sys.executable, "-m", "local.textract", f"--port={port}", f"--jobs-folder={self._jobs}", *options]
        # One arena for all threads takes a third less memory.
        environment = {**self._environment(endpoint), "MALLOC_ARENA_MAX": "1"}
        self._textract.start([sys.executable, "-m", "local.keeper", *textract], environment, PROJECT)
        self._textract.wait_until_listening(port, _TEXTRACT_START_SECONDS)

    def _deploy(self, endpoint: str, textract_endpoint: str, textract_options: Sequence[str], report: Report) -> Cloud:
        cdk, outputs_file = self._cdk(endpoint), self.directory / "outputs.json"
        cdk.log.unlink(missing_ok=True)
        report("Synthesizing the stack and bootstrapping the account (cdk synth, cdk bootstrap)")
        with cdk.synthesizing():
            cdk.bootstrap()
        report("Deploying the stack (cdk deploy)")
        cdk.deploy(outputs_file)
        ((stack, outputs),) = json.loads(outputs_file.read_text()).items()
        cloud = Cloud(endpoint, textract_endpoint, stack, outputs, list(textract_options))
        self.use(cloud)
        trust_local_textract(outputs["TextractServiceRoleArn"])
        self._state_file.write_text(json.dumps(asdict(cloud), indent=2))
        return cloud

    def _clear(self) -> None:
        """Stop the servers, and forget the cloud that they were; logs and caches stay."""
        self._textract.stop()
        self._ministack.stop()
        self._state_file.unlink(missing_ok=True)
        for data in (self.directory / ministack.DATA, self._jobs, self._temporary):
            shutil.rmtree(data, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one command at a time change the cloud."""
        self.directory.mkdir(exist_ok=True)
        with (self.directory / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LocalCloudError(
                    "Another command is starting or stopping the local cloud: wait until it is done."
                ) from None
            yield

    @property
    def _ministack(self) -> Server:
        return Server("ministack", self.directory)

    @property
    def _textract(self) -> Server:
        return Server("textract", self.directory)

    @property
    def _certificate(self) -> Certificate:
        return Certificate(self.directory)

    @property
    def _state_file(self) -> Path:
        return self.directory / "cloud.json"

    @property
    def _jobs(self) -> Path:
        return self.directory / "jobs"

    @property
    def _temporary(self) -> Path:
        return self.directory / "tmp"

    def _environment(self, endpoint: str) -> dict[str, str]:
        return process_environment(self._temporary, endpoint, self._certificate.authority)

    def _cdk(self, endpoint: str) -> Cdk:
        return Cdk(self.directory, self._environment(endpoint))
