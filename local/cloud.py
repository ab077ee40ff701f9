"""The local cloud as a whole: up (servers, bootstrap, deploy) and down (destroy, servers), from any state.

Everything that it leaves on the machine is in the checkout's `.local/`. Its AWS is in MiniStack's memory: if MiniStack
is gone, so is the cloud, and a failed start is undone by stopping the servers. The local Textract and the local S3
Batch Operations store their jobs on disk: they may be killed.
"""

import fcntl
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from local import ministack
from local.cdk import Cdk
from local.cloud_error import LocalCloudError
from local.environment import PROJECT, STATE_DIRECTORY, point_this_process_at, process_environment
from local.servers import HOST, Server, free_port
from local.tls import Certificate
from local.trust_policies import BATCH_OPERATIONS, TEXTRACT, trust_local_services

_START_SECONDS = 60

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Cloud:
    """A cloud's endpoints, and, once it is up, what was deployed to it."""

    endpoint: str
    textract_endpoint: str
    s3control_endpoint: str
    textract_options: list[str]
    stack: str = ""
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """The cloud of this checkout, up or not; `directory` has its state, logs, and data."""

    directory: Path = STATE_DIRECTORY

    def current(self) -> Cloud | None:
        """The cloud if it is up: deployed, and all its servers running."""
        return self._deployed() if self._textract.is_running() and self._batch.is_running() else None

    def use(self, cloud: Cloud) -> None:
        """Make this process's own AWS calls go to the cloud, and nowhere else."""
        point_this_process_at(cloud.endpoint, cloud.s3control_endpoint, self._certificate.authority)

    def up(self, textract_options: Sequence[str], report: Report, settings: Sequence[str] = ()) -> Cloud:
        """Start, deploy, and use the cloud; if it is already up, deploy again. Progress goes to `report`.

        The options are those of `textract-pipeline local textract`; settings of the stack are `name=value`. Raises
        LocalCloudError; if a start fails or is interrupted, nothing of it keeps running.
        """
        with self._alone():
            cloud = self._deployed()
            if cloud is None:
                return self._start(textract_options, report, settings)
            if textract_options:
                raise LocalCloudError("The local cloud is already up: take it down first to change its Textract.")
            self._start_services(cloud, report)
            return self._deploy(cloud, report, settings)

    def down(self, report: Report) -> None:
        """Destroy the stack and stop the servers, or clean up the remains of a broken cloud."""
        with self._alone():
            try:
                if cloud := self._deployed():
                    report("Destroying the stack (cdk destroy)")
                    self._cdk(cloud.endpoint).destroy()
            finally:
                self._clear()

    def _deployed(self) -> Cloud | None:
        """What was deployed, unless MiniStack is gone; the other servers' state is on disk."""
        try:
            return Cloud(**json.loads(self._state_file.read_text())) if self._ministack.is_running() else None
        except (FileNotFoundError, ValueError, TypeError):  # not deployed yet, or deployed by another version
            return None

    def _start(self, textract_options: Sequence[str], report: Report, settings: Sequence[str]) -> Cloud:
        self._clear()
        self._temporary.mkdir()
        self._certificate.issue()
        port, textract, s3control = free_port(), f"http://{HOST}:{free_port()}", f"http://{HOST}:{free_port()}"
        cloud = Cloud(f"https://{HOST}:{port}", textract, s3control, list(textract_options))
        try:
            report("Starting MiniStack")
            environment = self._environment(cloud.endpoint)
            ministack.start(self._ministack, port, self._certificate, cloud.textract_endpoint, environment)
            self._start_services(cloud, report)
            return self._deploy(cloud, report, settings)
        except BaseException:
            self._clear()
            raise

    def _start_services(self, cloud: Cloud, report: Report) -> None:
        """Start the services that MiniStack lacks, unless they run."""
        if not self._textract.is_running():
            report("Starting the local Textract")
            self._start_service(
                self._textract, cloud, cloud.textract_endpoint, self._textract_jobs, *cloud.textract_options
            )
        if not self._batch.is_running():
            report("Starting the local S3 Batch Operations")
            self._start_service(self._batch, cloud, cloud.s3control_endpoint, self._batch_jobs)

    def _start_service(self, server: Server, cloud: Cloud, endpoint: str, jobs: Path, *options: str) -> None:
        port = int(endpoint.rpartition(":")[2])
        service = [sys.executable, "-m", f"local.{server.name}", f"--port={port}", f"--jobs-folder={jobs}", *options]
        # One arena for all threads takes a third less memory.
        environment = {**self._environment(cloud.endpoint), "MALLOC_ARENA_MAX": "1"}
        server.start([sys.executable, "-m", "local.supervisor", *service], environment, PROJECT)
        server.wait_until_listening(port, _START_SECONDS)

    def _deploy(self, started: Cloud, report: Report, settings: Sequence[str]) -> Cloud:
        cdk, outputs_file = self._cdk(started.endpoint), self.directory / "outputs.json"
        cdk.log.unlink(missing_ok=True)
        report("Synthesizing the stack and bootstrapping the account (cdk synth, cdk bootstrap)")
        with cdk.synthesizing(settings):
            cdk.bootstrap()
        report("Deploying the stack (cdk deploy)")
        cdk.deploy(outputs_file)
        ((stack, outputs),) = json.loads(outputs_file.read_text()).items()
        cloud = replace(started, stack=stack, outputs=outputs)
        self.use(cloud)
        trust_local_services(TEXTRACT, outputs["TextractServiceRoleArn"])
        trust_local_services(BATCH_OPERATIONS, outputs["S3BatchOperationsRoleArn"])
        self._state_file.write_text(json.dumps(asdict(cloud), indent=2))
        return cloud

    def _clear(self) -> None:
        """Stop the servers and delete the cloud's state; logs and caches stay."""
        for server in (self._batch, self._textract, self._ministack):
            server.stop()
        self._state_file.unlink(missing_ok=True)
        for data in (self.directory / ministack.DATA, self._textract_jobs, self._batch_jobs, self._temporary):
            shutil.rmtree(data, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let only one command at a time change the cloud."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        self.directory.chmod(0o700)  # it holds documents, and the keys of the local certificates
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
    def _batch(self) -> Server:
        return Server("batch", self.directory)

    @property
    def _certificate(self) -> Certificate:
        return Certificate(self.directory)

    @property
    def _state_file(self) -> Path:
        return self.directory / "cloud.json"

    @property
    def _textract_jobs(self) -> Path:
        return self.directory / "jobs"

    @property
    def _batch_jobs(self) -> Path:
        return self.directory / "batch-jobs"

    @property
    def _temporary(self) -> Path:
        return self.directory / "tmp"

    def _environment(self, endpoint: str) -> dict[str, str]:
        return process_environment(self._temporary, endpoint, self._certificate.authority)

    def _cdk(self, endpoint: str) -> Cdk:
        return Cdk(self.directory, self._environment(endpoint))
