import json

import pytest
from click.testing import CliRunner

from cli import local as commands
from cli.main import main
from local.cloud import Cloud, LocalCloud
from local.cloud_error import LocalCloudError
from textract_pipeline.document import Failure
from textract_pipeline.names import DocumentStatus, Stage

CLOUD = Cloud(
    "https://127.0.0.1:1",
    "http://127.0.0.1:2",
    "http://127.0.0.1:3",
    [],
    "TextractPipeline",
    {"DocumentsBucketName": "documents", "DocumentsTableName": "DocumentsTable", "OutputTableName": "OutputTable"},
)


@pytest.fixture
def cloud_calls(monkeypatch) -> list[str]:
    """The calls to the local cloud; moto is used in its place."""
    calls: list[str] = []

    def up(_self, options, report, settings=()):
        report("Starting")
        calls.append(" ".join(["up", *options, *settings]))
        return CLOUD

    monkeypatch.setattr(LocalCloud, "up", up)
    monkeypatch.setattr(LocalCloud, "down", lambda _self, _report: calls.append("down"))
    monkeypatch.setattr(LocalCloud, "use", lambda _self, _cloud: None)
    monkeypatch.setattr(LocalCloud, "current", lambda _self: None)
    return calls


def run(*arguments: object):
    return CliRunner().invoke(main, ["local", *map(str, arguments)])


def test_up_passes_what_follows_the_dashes_to_the_local_textract(cloud_calls):
    result = run("up", "--json", "--", "--concurrent-jobs", "2")
    assert cloud_calls == ["up --concurrent-jobs 2"]
    assert json.loads(result.stdout)["endpoint"] == CLOUD.endpoint
    assert "Starting" in result.stderr


def test_up_passes_settings_to_the_stack(cloud_calls):
    run("up", "-c", "sync_concurrency=2", "-c", "log_level=DEBUG")
    assert cloud_calls == ["up sync_concurrency=2 log_level=DEBUG"]


def test_a_failed_start_is_told_in_one_line_with_exit_code_3(monkeypatch):
    def up(*_):
        raise LocalCloudError("cdk deploy failed: because")

    monkeypatch.setattr(LocalCloud, "up", up)
    result = run("up")
    assert result.exit_code == 3
    assert result.stderr == "Error: cdk deploy failed: because\n"


def test_an_interruption_has_the_exit_code_that_shells_give_it(monkeypatch):
    def up(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(LocalCloud, "up", up)
    assert run("up").exit_code == 130


@pytest.mark.usefixtures("cloud_calls")
def test_status_tells_by_its_exit_code_that_the_cloud_is_down():
    assert run("status").exit_code == 3


@pytest.mark.usefixtures("cloud_calls")
def test_status_shows_what_is_deployed(monkeypatch):
    monkeypatch.setattr(LocalCloud, "current", lambda _: CLOUD)
    assert json.loads(run("status", "--json").stdout)["outputs"] == CLOUD.outputs
    assert "DocumentsBucketName" in run("status").stdout


@pytest.fixture
def samples(tmp_path, monkeypatch):
    """A project whose samples are two documents, and files that are not documents."""
    folder = tmp_path / "samples"
    folder.mkdir()
    for name in ("form.png", "letter.pdf", "generate.py", "README.md"):
        (folder / name).write_bytes(name.encode())
    monkeypatch.setattr(commands, "PROJECT", tmp_path)
    return folder


@pytest.mark.usefixtures("samples")
def test_the_demonstration_processes_the_samples_fetches_their_outputs_and_clears_up(pipeline, cloud_calls, tmp_path):
    for name in ("form.png", "letter.pdf"):
        document = pipeline.register(name, DocumentStatus.SUCCEEDED)
        pipeline.store_output(document, "text.txt", ("text.txt", b"text"))
    result = run("demo", "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert cloud_calls == ["up", "down"]
    assert (tmp_path / "out/form.png/text.txt").exists()
    assert result.stdout.count("SUCCEEDED") == 2


@pytest.mark.usefixtures("samples")
def test_the_demonstration_fails_where_a_document_does_and_clears_up_all_the_same(pipeline, cloud_calls, tmp_path):
    pipeline.register("form.png", DocumentStatus.SUCCEEDED)
    pipeline.register("letter.pdf", DocumentStatus.FAILED, Failure("BAD_DOCUMENT", "Torn.", Stage.START))
    result = run("demo", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert cloud_calls == ["up", "down"]


@pytest.mark.parametrize("was_up", [True, False])
@pytest.mark.usefixtures("samples")
def test_a_cloud_that_was_up_before_or_is_to_be_kept_stays_up(pipeline, cloud_calls, tmp_path, monkeypatch, was_up):
    monkeypatch.setattr(LocalCloud, "current", lambda _: CLOUD if was_up else None)
    for name in ("form.png", "letter.pdf"):
        pipeline.register(name, DocumentStatus.SUCCEEDED)
    run("demo", "--out", tmp_path / "out", *([] if was_up else ["--keep"]))
    assert cloud_calls == ["up"]


@pytest.mark.usefixtures("pipeline", "samples")
def test_an_interrupted_demonstration_clears_up(cloud_calls, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "wait_until_ended", interrupted)
    assert run("demo").exit_code == 130
    assert cloud_calls == ["up", "down"]
