"""An upload that was interrupted is continued: what is there already is not sent again."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.uploads import sending
from tests.unit.cli.conftest import BUCKET, Pipeline
from textract_pipeline.aws import clients
from textract_pipeline.names import DocumentStatus


@pytest.fixture
def sent(
    pipeline: Pipeline,  # noqa: ARG001 - the clients are those of its AWS
    monkeypatch: pytest.MonkeyPatch,
) -> list[str]:
    """The names of the files that have been sent to S3."""
    names: list[str] = []
    upload_file = clients.s3().upload_file

    def upload(path: str, *arguments: Any, **options: Any) -> None:
        names.append(Path(path).name)
        upload_file(path, *arguments, **options)

    monkeypatch.setattr(clients.s3(), "upload_file", upload)
    return names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.png", "b.png", "large.pdf"):
        (tmp_path / name).write_bytes(name.encode() * (2 * 1024**2 if name == "large.pdf" else 1))
    return tmp_path


def test_only_what_is_not_there_is_sent_and_the_rest_is_counted(pipeline, folder, sent):
    assert pipeline.run("submit", folder / "b.png").exit_code == 0
    first = pipeline.run("submit", folder)
    assert sorted(sent) == ["a.png", "b.png", "large.pdf"]
    assert "1 of 3 files were there already, and were not sent again." in first.stderr
    second = pipeline.run("submit", folder)
    assert len(sent) == 3
    assert "3 of 3 files were there already" in second.stderr
    assert second.stdout == first.stdout


def test_a_changed_file_is_sent(pipeline, folder, sent):
    pipeline.run("submit", folder)
    (folder / "a.png").write_bytes(b"A.png")
    result = pipeline.run("submit", folder)
    assert sent[3:] == ["a.png"]
    assert clients.s3().get_object(Bucket=BUCKET, Key="a.png")["Body"].read() == b"A.png"
    assert "2 of 3 files were there already" in result.stderr


@pytest.mark.parametrize(("is_registered", "times"), [(True, 1), (False, 2)])
def test_what_s3_has_had_for_long_and_nobody_registered_is_sent_again(
    pipeline, folder, sent, monkeypatch, is_registered, times
):
    monkeypatch.setattr(sending, "_ANNOUNCED", timedelta(seconds=-60))
    (folder / "a.png").write_bytes(b"a.png")
    pipeline.run("submit", folder / "a.png")
    if is_registered:
        pipeline.register("a.png", DocumentStatus.SUCCEEDED)
    pipeline.run("submit", folder / "a.png")
    assert len(sent) == times


def test_names_that_cannot_be_keys_are_told_and_the_rest_is_sent(pipeline, folder, sent):
    (folder / "caf\udce9.png").write_bytes(b"latin 1")
    deep = folder.joinpath(*["d" * 200] * 5)
    deep.mkdir(parents=True)
    (deep / ("n" * 100 + ".png")).write_bytes(b"too long")
    result = pipeline.run("submit", folder)
    assert result.exit_code == 1
    assert sorted(sent) == ["a.png", "b.png", "large.pdf"]
    assert "caf\\udce9.png is not valid text, so it cannot be a key" in result.stderr
    assert "would get a key of 1,109 bytes" in result.stderr
    assert len(result.stdout.splitlines()) == 3


def test_if_no_name_can_be_a_key_nothing_is_waited_for(pipeline, tmp_path):
    (tmp_path / "caf\udce9.png").write_bytes(b"latin 1")
    result = pipeline.run("submit", tmp_path, "--wait")
    assert (result.exit_code, result.stdout) == (1, "")


def test_a_file_that_has_gone_meanwhile_is_told_and_the_rest_is_sent(pipeline, folder, monkeypatch):
    (folder / "gone.png").symlink_to(folder / "nowhere")
    monkeypatch.setattr(Path, "is_file", lambda path: path.suffix in {".png", ".pdf"})
    result = pipeline.run("submit", folder)
    assert (result.exit_code, len(result.stdout.splitlines())) == (3, 3)
    assert "gone.png could not be uploaded" in result.stderr


def test_a_command_has_more_time_than_a_function(pipeline, folder):
    pipeline.run("submit", folder)
    assert clients.patience.read_seconds > clients.OF_FUNCTIONS.read_seconds
    assert clients.patience.attempts > clients.OF_FUNCTIONS.attempts


def test_an_interrupted_command_ends_without_sending_the_rest(pipeline, folder, monkeypatch):
    def interrupt(path: str, *_: object, Callback: Any, **__: object) -> None:  # noqa: N803 - boto3's
        if path.endswith("a.png"):
            raise KeyboardInterrupt
        for _number in range(1000):
            Callback(0)
            time.sleep(0.01)

    monkeypatch.setattr(clients.s3(), "upload_file", interrupt)
    assert pipeline.run("submit", folder).exit_code == 130
