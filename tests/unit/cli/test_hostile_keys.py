"""Every command, with harmful keys: no traceback, no control characters on a terminal, no files outside the folder."""

import contextlib
import functools
import json
import os
import re
import webbrowser
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from cli import results, target
from cli.downloads.safe_paths import folded
from cli.outside_text import visible
from tests.support.hostile_keys import HOSTILE_KEYS
from tests.support.listings import encode_keys
from tests.support.responses import two_field_form
from tests.unit.cli.conftest import BUCKET, Pipeline
from textract_pipeline.aws import clients, service_quotas
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import Document, Failure
from textract_pipeline.events import DocumentMessage
from textract_pipeline.names import DocumentStatus, Feature, Stage

STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def here(pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipeline]:
    """The pipeline, with a terminal, in a folder outside of which nothing may be written."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(service_quotas, "of_account", dict)
    monkeypatch.setattr(target, "_target_in_aws", functools.cache(target._target_in_aws))  # hundreds of commands
    monkeypatch.setattr(results, "is_terminal", lambda: True)
    monkeypatch.setattr(webbrowser, "open", lambda _address: True)
    encode_keys(monkeypatch)
    yield pipeline
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def run(here: Pipeline, *arguments: object, codes: tuple[int, ...] = (0,)) -> str:
    """Run a command; return its output, which must be plain text."""
    result = here.run(*arguments)
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code in codes, result.output
    assert not STEERING.search(result.stdout)
    assert not STEERING.search(result.stderr)
    assert "Traceback" not in result.output
    return result.stdout


def registered(
    here: Pipeline, key: str, body: bytes, status: DocumentStatus, failure: Failure | None = None
) -> Document:
    """A document whose content and failure reason contain its key."""
    document = here.upload(key, body)._replace(
        status=status, failure=failure, pages=1, features=(Feature.TEXT, Feature.FORMS), outputs=("text.txt",)
    )
    DocumentsTable("DocumentsTable").register(document)
    here.store_output(document, "text.txt", ("text.txt", key.encode()))
    here.store_output(document, "response/job/", ("response/job/1", b"{}"), ("response/job/../../../../x", b""))
    here.store_response(document, two_field_form())
    return document


def named(key: str) -> str:
    return f"s3://{BUCKET}/{key}"


def test_they_are_looked_at(here):
    for key in HOSTILE_KEYS:
        registered(
            here, key, b"first", DocumentStatus.FAILED, Failure("BAD_DOCUMENT", f"It is torn: {key}", Stage.START)
        )
        assert visible(key) in run(here, "status", named(key), codes=(1,))
        (told,) = json.loads(run(here, "status", named(key), "--json", codes=(1,)))
        assert told["objectName"] == key
    run(here, "status", codes=(1,))
    assert {told["objectName"] for told in json.loads(run(here, "status", "--json", codes=(1,)))} == {*HOSTILE_KEYS}


def test_they_are_fetched_into_a_folder_each(here):
    documents = [
        registered(here, key, content, DocumentStatus.SUCCEEDED)
        for key in HOSTILE_KEYS
        for content in (b"first", b"second")
    ]
    out = Path("out").resolve()
    folders = set()
    for document in documents:
        paths = [Path(path) for path in run(here, "results", document.document_id).splitlines()]
        assert [path.name for path in paths] == ["1", "text.txt"]
        assert all(path.resolve().is_relative_to(out) for path in paths)
        assert paths[1].read_bytes().decode() == document.key
        folders.add(folded(str(paths[1].parent)))
    assert len(folders) == len(documents)
    run(here, "results", "--index")
    assert len([path for path in out.rglob("text.txt") if path.is_file()]) == len(documents)
    index = Path("out/index.html").read_text(encoding="utf-8")
    assert not STEERING.search(index)
    assert all(index.count(f"<h2>{escape(visible(key))}</h2>") == 2 for key in HOSTILE_KEYS)
    for href in re.findall('href="([^"]*)"', index):
        assert (out / unquote(unescape(href))).resolve().is_relative_to(out)
        assert (out / unquote(unescape(href))).is_file()


def test_their_text_is_shown_on_a_terminal_and_written_as_it_is_into_a_pipe(here, monkeypatch):
    for key in HOSTILE_KEYS:
        registered(here, key, b"first", DocumentStatus.SUCCEEDED)
        for output_format in ("text", "md", "csv", "json"):
            result = here.run("results", named(key), "--format", output_format)
            assert result.exit_code == 0
            assert not STEERING.search(result.stdout.replace("\t", ""))
        run(here, "results", named(key), "--open", codes=(1,))
    monkeypatch.setattr(results, "is_terminal", lambda: False)
    for key in HOSTILE_KEYS:
        assert here.run("results", named(key), "--format", "text").stdout_bytes == key.encode()


def test_they_are_sent_back(here):
    for key in HOSTILE_KEYS:
        failure = Failure("DEAD_LETTERED", f"Every attempt failed: {key}", Stage.ANALYZE)
        document = registered(here, key, b"first", DocumentStatus.FAILED, failure)
        here.give_up("SyncQueue", DocumentMessage.of(document).to_json())
        assert "SyncQueue" in run(here, "redrive")
        assert json.loads(run(here, "redrive", "--json"))[0]["objectName"] == key
        run(here, "redrive", named(key))
        for command in (["redrive"], ["reprocess"], ["forget", "--yes"]):
            run(here, *command, named(key), codes=(1,))


def test_they_are_processed_again(here):
    for key in HOSTILE_KEYS:
        registered(here, key, b"first", DocumentStatus.SUCCEEDED)
        assert f"{visible(key)}  run 2" in run(here, "reprocess", named(key))


def test_they_are_forgotten(here):
    clients.s3().put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for key in HOSTILE_KEYS:
        registered(here, key, b"first", DocumentStatus.SUCCEEDED)
        run(here, "forget", "--dry-run", named(key))
        run(here, "forget", "--yes", named(key))
    left = clients.s3().list_object_versions(Bucket=BUCKET)
    assert {found["Key"] for found in left["Versions"]} == {*HOSTILE_KEYS}
    assert [*DocumentsTable("DocumentsTable").list()] == []


def test_they_are_planned_and_proved(here):
    for key in HOSTILE_KEYS:
        registered(here, key, b"first", DocumentStatus.SUCCEEDED)
        here.upload(f"new/{key}", PNG)
    run(here, "backfill", "plan", BUCKET, "--exact")
    run(here, "backfill", "plan", BUCKET, "--exact", "--json")
    run(here, "backfill", "reconcile", "--manifest", "backfill-plan.csv", "--out", "proof.csv", codes=(1,))
    assert {path.name for path in Path().iterdir()} == {
        *("backfill-plan.json", "backfill-plan.csv", "backfill-plan-skipped.csv", "proof.csv")
    }


def test_they_are_not_there(here):
    for key in HOSTILE_KEYS:
        for command in ("status", "results", "reprocess", "redrive", "forget"):
            run(here, command, named(key), codes=(1, 2))
            run(here, command, "--", key, codes=(1, 2, 3))
        run(here, "backfill", "plan", "--", key, codes=(2, 3))
        run(here, "backfill", "plan", BUCKET, f"--prefix={key}", codes=(2,))
        run(here, "backfill", "reconcile", "--manifest", key, codes=(1, 2, 3))


def test_files_of_their_names_are_submitted(here):
    for number, key in enumerate(HOSTILE_KEYS):
        folder = Path("scans", str(number))
        folder.mkdir(parents=True)
        with contextlib.suppress(OSError, ValueError):  # not every key can be a file name
            file = folder / key
            if file.resolve().is_relative_to(folder.resolve()):
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(PNG)
        run(here, "submit", folder, codes=(0, 1, 2))
        (folder / "form.png").write_bytes(PNG)
        run(here, "submit", folder / "form.png", f"--prefix={key}", codes=(0, 1, 2))
        if "\x00" not in key:  # which no argument can contain
            run(here, "submit", "--", key, codes=(0, 1, 2))  # /etc/passwd exists


@pytest.mark.parametrize("name", [b"\xff.png", b"\xed\xa0\x80.png"])
def test_a_file_whose_name_is_no_text_is_refused_in_words(here, name):
    Path("scans").mkdir()
    Path("scans", os.fsdecode(name)).touch()
    assert "is not valid text, so it cannot be a key" in here.run("submit", "scans").stderr
    run(here, "submit", "scans", codes=(1,))
    run(here, "submit", "scans/form.png", codes=(2,))
    run(here, "status", os.fsdecode(name), codes=(2,))
    run(here, "backfill", "plan", BUCKET, "--prefix", os.fsdecode(name), codes=(2,))
    run(here, "backfill", "plan", f"s3://{BUCKET}/{os.fsdecode(name)}", codes=(2,))


def test_a_key_that_s3_does_not_take_is_refused_before_anything_is_uploaded(here):
    Path("form.png").write_bytes(PNG)
    result = here.run("submit", "form.png", "--prefix", "ü" * 510)
    assert (result.exit_code, "1,024" in result.stderr) == (1, True)
    assert "Contents" not in clients.s3().list_objects_v2(Bucket=BUCKET)
