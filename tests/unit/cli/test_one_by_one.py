"""If one document fails, the command reports it, processes the others, and fails at the end."""

import json
from typing import Any

import pytest

from tests.unit.cli.conftest import BUCKET, Pipeline
from textract_pipeline.aws import clients, queues
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.output_table import OutputTable
from textract_pipeline.document import Document, Failure
from textract_pipeline.errors import RetryableError
from textract_pipeline.events import DocumentMessage
from textract_pipeline.names import DocumentStatus, Stage

GIVEN_UP = Failure("DEAD_LETTERED", "Every attempt failed.", Stage.ANALYZE)
KEYS = ("a.png", "bad.png", "z.png")

with_each_error = pytest.mark.parametrize("error", [RetryableError("Rate exceeded"), ValueError("a defect")], ids=repr)


def failing(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, bad: Document, error: Exception) -> None:
    """Make a function, or a method of a class, fail for one document."""
    function = getattr(owner, name)

    def fail_for_one(*arguments: Any, **options: Any) -> Any:
        about = [getattr(one, "document_id", one) for one in arguments]
        if bad.document_id in about or bad.output_prefix in about:
            raise error
        return function(*arguments, **options)

    monkeypatch.setattr(owner, name, fail_for_one)


def registered(pipeline: Pipeline, status: DocumentStatus, failure: Failure | None = None) -> list[Document]:
    return [pipeline.register(key, status, failure) for key in KEYS]


def runs() -> dict[str, int]:
    return {document.key: document.run_number for document in DocumentsTable("DocumentsTable").list()}


def is_told(result: Any, error: Exception) -> bool:
    return result.exit_code == 3 and str(error) in result.stderr and "Traceback" not in result.stderr


@with_each_error
def test_documents_are_reprocessed_though_one_cannot_be(pipeline, monkeypatch, error):
    _, bad, _ = registered(pipeline, DocumentStatus.SUCCEEDED)
    failing(monkeypatch, DocumentsTable, "reopen", bad, error)
    result = pipeline.run("reprocess", *KEYS, "--json")
    assert is_told(result, error)
    assert len(json.loads(result.stdout)) == 2
    assert runs() == {"a.png": 2, "bad.png": 1, "z.png": 2}


def test_documents_are_reprocessed_though_one_is_not_known(pipeline):
    registered(pipeline, DocumentStatus.SUCCEEDED)
    result = pipeline.run("reprocess", "a.png", "nowhere.png", "z.png")
    assert (result.exit_code, "nowhere.png" in result.stderr) == (1, True)
    assert runs() == {"a.png": 2, "bad.png": 1, "z.png": 2}


def test_documents_are_shown_though_one_is_not_known(pipeline):
    registered(pipeline, DocumentStatus.SUCCEEDED)
    result = pipeline.run("status", "a.png", "nowhere.png", "z.png", "--json")
    assert (result.exit_code, "nowhere.png" in result.stderr) == (1, True)
    assert [one["objectName"] for one in json.loads(result.stdout)] == ["a.png", "z.png"]


@with_each_error
@pytest.mark.parametrize("step", ["get", "reopen"])
def test_work_is_sent_back_though_that_of_one_document_cannot_be(pipeline, monkeypatch, error, step):
    documents = registered(pipeline, DocumentStatus.FAILED, GIVEN_UP)
    for document in documents:
        pipeline.give_up("SyncQueue", DocumentMessage.of(document).to_json())
    failing(monkeypatch, DocumentsTable, step, documents[1], error)
    assert is_told(pipeline.run("redrive", "--all"), error)
    assert runs() == {"a.png": 2, "bad.png": 1, "z.png": 2}
    assert pipeline.counts("SyncQueueDLQ") == (1, 0)


@with_each_error
def test_work_is_sent_back_though_one_dead_letter_queue_cannot_be_read(pipeline, monkeypatch, error):
    document, *_ = registered(pipeline, DocumentStatus.FAILED, GIVEN_UP)
    pipeline.give_up("AsyncQueue", DocumentMessage.of(document).to_json())
    look_at = queues.look_at

    def refuse_one(queue_url: str) -> Any:
        if queue_url.endswith("/SyncQueueDLQ"):
            raise error
        return look_at(queue_url)

    monkeypatch.setattr(queues, "look_at", refuse_one)
    assert is_told(pipeline.run("redrive", "--all"), error)
    assert runs()["a.png"] == 2


@pytest.mark.parametrize("broken", [("SyncQueueDLQ",), ("SyncQueueDLQ", "DocProcDLQ", "StatusProcDLQ")], ids=len)
def test_each_queue_that_cannot_be_read_is_told_as_text(pipeline, monkeypatch, broken):
    document, *_ = registered(pipeline, DocumentStatus.FAILED, GIVEN_UP)
    pipeline.give_up("AsyncQueue", DocumentMessage.of(document).to_json())
    look_at = queues.look_at

    def refuse(queue_url: str) -> Any:
        if queue_url.rpartition("/")[2] in broken:
            raise RetryableError("Rate \x1b[2J\nexceeded")
        return look_at(queue_url)

    monkeypatch.setattr(queues, "look_at", refuse)
    result = pipeline.run("redrive", "--json")
    assert result.exit_code == 3
    assert [one["objectName"] for one in json.loads(result.stdout)] == ["a.png"]
    assert sorted(result.stderr.splitlines()) == sorted(f"Error: {name}: Rate \\x1b[2J exceeded" for name in broken)


@with_each_error
def test_histories_are_shown_though_the_outputs_of_one_document_cannot_be_listed(pipeline, monkeypatch, error):
    _, bad, _ = registered(pipeline, DocumentStatus.SUCCEEDED)
    failing(monkeypatch, OutputTable, "list", bad, error)
    result = pipeline.run("status", *KEYS, "--json")
    assert is_told(result, error)
    assert {one["objectName"]: one["lacking"] for one in json.loads(result.stdout)} == {
        "a.png": {},
        "bad.png": None,
        "z.png": {},
    }


def test_an_index_that_cannot_be_written_hides_no_file_that_was_fetched(pipeline, tmp_path):
    documents = registered(pipeline, DocumentStatus.SUCCEEDED)
    pipeline.store_output(documents[0], "text.txt", ("text.txt", b"Dear Ms Baker"))
    (tmp_path / "index.html").mkdir()
    result = pipeline.run("results", *KEYS, "--index", "--out", tmp_path)
    assert (result.exit_code, "index.html" in result.stderr) == (1, True)
    assert result.stdout.splitlines() == [str(tmp_path / "a.png" / "text.txt")]


def test_a_name_that_no_object_can_have_is_a_wrong_command_line_and_nothing_is_done(pipeline):
    registered(pipeline, DocumentStatus.SUCCEEDED)
    assert pipeline.run("reprocess", "a.png", "").exit_code == 2
    assert runs()["a.png"] == 1


@with_each_error
def test_what_was_never_routed_is_announced_though_one_cannot_be_and_the_message_stays(pipeline, monkeypatch, error):
    documents = registered(pipeline, DocumentStatus.SUBMITTED)
    pipeline.give_up("DocProc", json.dumps({"DDBStreamBatchInfo": {"batchSize": 3}}))
    failing(monkeypatch, DocumentsTable, "touch", documents[1], error)
    assert is_told(pipeline.run("redrive", "--all"), error)
    touched = {one.key for one in DocumentsTable("DocumentsTable").list() if one.updated_at > documents[0].updated_at}
    assert touched == {"a.png", "z.png"}
    assert pipeline.counts("DocProcDLQ") == (1, 0)


@with_each_error
@pytest.mark.parametrize(("owner", "step"), [(OutputTable, "list"), (DocumentsTable, "delete")])
def test_documents_are_forgotten_though_one_cannot_be(pipeline, monkeypatch, error, owner, step):
    _, bad, _ = registered(pipeline, DocumentStatus.SUCCEEDED)
    failing(monkeypatch, owner, step, bad, error)
    assert is_told(pipeline.run("forget", *KEYS, "--yes"), error)
    assert set(runs()) == {"bad.png"}


@with_each_error
@pytest.mark.parametrize("arguments", [(), ("--index",)])
def test_outputs_are_fetched_though_those_of_one_document_cannot_be(pipeline, monkeypatch, error, tmp_path, arguments):
    documents = registered(pipeline, DocumentStatus.SUCCEEDED)
    for document in documents:
        pipeline.store_output(document, "text.txt", ("text.txt", b"Dear Ms Baker"))
    failing(monkeypatch, OutputTable, "list", documents[1], error)
    assert is_told(pipeline.run("results", *KEYS, "--out", tmp_path, *arguments), error)
    assert {path.parent.name for path in tmp_path.rglob("text.txt")} == {"a.png", "z.png"}


def test_an_output_that_is_gone_keeps_no_other_from_being_fetched(pipeline, tmp_path):
    documents = registered(pipeline, DocumentStatus.SUCCEEDED)
    for document in documents:
        pipeline.store_output(document, "text.txt", ("text.txt", b"Dear Ms Baker"))
    clients.s3().delete_object(Bucket=BUCKET, Key=documents[0].output_prefix + "text.txt")
    result = pipeline.run("results", *KEYS, "--out", tmp_path)
    assert (result.exit_code, "a.png" in result.stderr) == (3, True)
    assert {path.parent.name for path in tmp_path.rglob("text.txt")} == {"bad.png", "z.png"}


@with_each_error
def test_files_are_uploaded_though_one_cannot_be(pipeline, monkeypatch, error, tmp_path):
    for key in KEYS:
        (tmp_path / key).write_bytes(key.encode())
    upload_file = clients.s3().upload_file

    def refuse_one(path: str, *arguments: Any, **options: Any) -> None:
        if path.endswith("bad.png"):
            raise error
        upload_file(path, *arguments, **options)

    monkeypatch.setattr(clients.s3(), "upload_file", refuse_one)
    result = pipeline.run("submit", tmp_path, "--json")
    assert is_told(result, error)
    assert [one["objectName"] for one in json.loads(result.stdout)] == ["a.png", "z.png"]
