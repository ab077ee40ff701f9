import fcntl
import json
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

from local import cloud, ministack
from local.cloud import LocalCloud
from local.cloud_error import LocalCloudError
from local.servers import Server

OUTPUTS = {
    "DocumentsBucketName": "documents",
    "TextractServiceRoleArn": "arn:aws:iam::000000000000:role/textract",
    "S3BatchOperationsRoleArn": "arn:aws:iam::000000000000:role/batch",
}
SERVERS = ("ministack", "textract", "batch")


@dataclass
class FakeCdk:
    """Records the commands; the command named `failing` raises an error."""

    commands: list[str] = field(default_factory=list)
    failing: dict[str, BaseException] = field(default_factory=dict)

    def __call__(self, directory, _environment):
        self.log = directory / "cdk.log"
        return self

    def _run(self, command: str) -> None:
        self.commands.append(command)
        if command in self.failing:
            raise self.failing[command]

    def bootstrap(self):
        self._run("bootstrap")

    @contextmanager
    def synthesizing(self, _settings):
        yield
        self._run("synth")

    def deploy(self, outputs_file):
        self._run("deploy")
        outputs_file.write_text(json.dumps({"TextractPipeline": OUTPUTS}))

    def destroy(self):
        self._run("destroy")


def start_sleeper(server: Server, *_: object) -> None:
    server.start([sys.executable, "-c", "import time; time.sleep(60)"], {}, server.directory)


@pytest.fixture
def cdk(monkeypatch) -> FakeCdk:
    """Servers that only sleep, and a CDK that only records its calls."""
    monkeypatch.setattr(ministack, "start", start_sleeper)
    monkeypatch.setattr(LocalCloud, "_start_service", lambda _self, server, *_: start_sleeper(server))
    monkeypatch.setattr(Server, "wait_until_listening", lambda *_: None)
    monkeypatch.setattr(cloud, "trust_local_services", lambda *_: None)
    monkeypatch.setattr(cloud, "point_this_process_at", lambda *_: None)
    fake = FakeCdk()
    monkeypatch.setattr(cloud, "Cdk", fake)
    return fake


@pytest.fixture
def local_cloud(tmp_path, cdk):
    local_cloud = LocalCloud(tmp_path / ".local")
    yield local_cloud
    cdk.failing.clear()
    local_cloud.down(ignore)


def ignore(_step: str) -> None:
    pass


def kept_jobs(local_cloud: LocalCloud) -> list[Path]:
    folders = [local_cloud.directory / name for name in ("jobs", "batch-jobs")]
    for folder in folders:
        folder.mkdir()
    return folders


def running(local_cloud: LocalCloud) -> list[str]:
    return [name for name in SERVERS if Server(name, local_cloud.directory).is_running()]


def test_up_starts_every_server_and_remembers_what_was_deployed(local_cloud, cdk):
    up = local_cloud.up([], ignore)
    assert running(local_cloud) == [*SERVERS]
    assert cdk.commands == ["bootstrap", "synth", "deploy"]
    assert LocalCloud(local_cloud.directory).current() == up
    assert (up.stack, up.outputs) == ("TextractPipeline", OUTPUTS)


def test_up_where_it_is_up_deploys_again_to_the_same_servers(local_cloud, cdk):
    first = local_cloud.up([], ignore)
    assert local_cloud.up([], ignore) == first
    assert cdk.commands == ["bootstrap", "synth", "deploy"] * 2


def test_up_where_it_is_up_refuses_options_that_would_have_no_effect(local_cloud):
    local_cloud.up([], ignore)
    with pytest.raises(LocalCloudError, match="take it down first"):
        local_cloud.up(["--concurrent-jobs=2"], ignore)


@pytest.mark.parametrize("command", ["bootstrap", "synth", "deploy"])
@pytest.mark.parametrize("end", [LocalCloudError("failed"), KeyboardInterrupt()])
def test_nothing_keeps_running_after_a_start_that_failed_or_was_interrupted(local_cloud, cdk, command, end):
    cdk.failing[command] = end
    with pytest.raises(type(end)):
        local_cloud.up([], ignore)
    assert running(local_cloud) == []
    assert local_cloud.current() is None


def test_a_failed_redeployment_leaves_the_cloud_up(local_cloud, cdk):
    first = local_cloud.up([], ignore)
    cdk.failing["deploy"] = LocalCloudError("failed")
    with pytest.raises(LocalCloudError):
        local_cloud.up([], ignore)
    assert local_cloud.current() == first


def test_down_destroys_the_stack_and_leaves_neither_servers_nor_data(local_cloud, cdk):
    local_cloud.up([], ignore)
    (local_cloud.directory / "data").mkdir()
    local_cloud.down(ignore)
    assert cdk.commands[-1] == "destroy"
    assert running(local_cloud) == []
    assert not {"data", "tmp", "cloud.json"} & {path.name for path in local_cloud.directory.iterdir()}


def test_down_stops_the_servers_even_where_the_stack_cannot_be_destroyed(local_cloud, cdk):
    local_cloud.up([], ignore)
    cdk.failing["destroy"] = LocalCloudError("failed")
    with pytest.raises(LocalCloudError):
        local_cloud.down(ignore)
    assert running(local_cloud) == []


def test_down_where_it_is_down_does_nothing(local_cloud, cdk):
    local_cloud.down(ignore)
    local_cloud.down(ignore)
    assert cdk.commands == []


def test_a_cloud_that_lost_ministack_is_down_and_comes_up_afresh(local_cloud):
    first = local_cloud.up(["--concurrent-jobs=2"], ignore)
    jobs = kept_jobs(local_cloud)
    Server("ministack", local_cloud.directory).stop()
    assert local_cloud.current() is None
    second = local_cloud.up([], ignore)
    assert running(local_cloud) == [*SERVERS]
    assert (second.endpoint != first.endpoint, second.textract_options) == (True, [])
    assert not any(folder.exists() for folder in jobs)


@pytest.mark.parametrize("lost", ["textract", "batch"])
def test_a_cloud_that_lost_a_service_gets_it_back_where_it_was_with_its_jobs(local_cloud, lost):
    first = local_cloud.up(["--concurrent-jobs=2"], ignore)
    jobs = kept_jobs(local_cloud)
    Server(lost, local_cloud.directory).stop()
    assert local_cloud.current() is None
    assert local_cloud.up([], ignore) == first
    assert running(local_cloud) == [*SERVERS]
    assert all(folder.exists() for folder in jobs)


@pytest.mark.parametrize("lost", ["textract", "batch"])
def test_a_cloud_that_lost_a_service_can_be_destroyed(local_cloud, cdk, lost):
    local_cloud.up([], ignore)
    Server(lost, local_cloud.directory).stop()
    local_cloud.down(ignore)
    assert cdk.commands[-1] == "destroy"
    assert running(local_cloud) == []


def test_a_state_file_from_before_a_reboot_is_not_believed(local_cloud):
    state = cloud.Cloud("https://127.0.0.1:1", "", "", [], "S")
    local_cloud.directory.mkdir()
    (local_cloud.directory / "cloud.json").write_text(json.dumps(asdict(state)))
    for name in SERVERS:
        (local_cloud.directory / f"{name}.pid").write_text("1")  # init's, which is certainly running
    assert local_cloud.current() is None


@pytest.mark.parametrize("state", ["", "{}", "[]", '{"endpoint": "', '{"written_by": "another version"}'])
def test_a_state_file_that_cannot_be_read_means_starting_afresh(local_cloud, state):
    local_cloud.up([], ignore)
    (local_cloud.directory / "cloud.json").write_text(state)
    assert local_cloud.current() is None
    assert local_cloud.up([], ignore).stack == "TextractPipeline"


def test_two_commands_at_once_do_not_get_into_each_other_s_way(local_cloud):
    local_cloud.directory.mkdir()
    with Path(local_cloud.directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(LocalCloudError, match="Another command"):
            local_cloud.up([], ignore)
