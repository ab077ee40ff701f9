"""s3batchproc registers the objects of a job in S3 Batch Operations."""

from collections.abc import Callable
from typing import Any

import pytest

from lambdas.s3batchproc.handler import handle as s3batchproc
from tests.integration.conftest import BUCKET, PDF, PNG, Cloud
from tests.integration.handlers.events import CONTEXT, documents, registered, tasks_of
from tests.support.events import load_event
from textract_pipeline import pipeline
from textract_pipeline.aws import control_table
from textract_pipeline.document import Document
from textract_pipeline.errors import RetryableError
from textract_pipeline.events import DocumentMessage


def test_s3batchproc_tells_the_truth_of_every_task(cloud: Cloud) -> None:
    bodies = {"good.pdf": PDF, "notes.txt": b"Hello"}
    for key, body in bodies.items():
        cloud.upload(key, body)
    event = load_event("batch_operations_2_0")
    event["tasks"] = [
        {"taskId": key, "s3Key": key, "s3VersionId": None, "s3Bucket": BUCKET} for key in [*bodies, "missing.pdf"]
    ]
    results = {result["taskId"]: result for result in s3batchproc(event, CONTEXT)["results"]}
    assert {key: result["resultCode"] for key, result in results.items()} == {
        "good.pdf": "Succeeded",
        "notes.txt": "Succeeded",
        "missing.pdf": "PermanentFailure",
    }
    assert "UNSUPPORTED" in results["notes.txt"]["resultString"]
    assert "does not exist" in results["missing.pdf"]["resultString"]


def test_s3batchproc_says_what_a_plus_means_if_there_is_no_such_object(cloud: Cloud) -> None:
    cloud.upload("tax+2026.pdf", PDF)
    first, second = s3batchproc(tasks_of("tax 2026.pdf", "tax-2026.pdf"), CONTEXT)["results"]
    assert "never stored under this key" in first["resultString"]
    assert "In a manifest, + stands for a space" in first["resultString"]
    assert "In a manifest" not in second["resultString"]


def test_s3batchproc_registers_no_folder(cloud: Cloud) -> None:
    cloud.upload("archive/", b"")
    (result,) = s3batchproc(tasks_of("archive/"), CONTEXT)["results"]
    assert result["resultCode"] == "Succeeded"
    assert result["resultString"] == "skipped: this is a folder, so it is not a document"
    assert documents(cloud) == []


def test_s3batchproc_tells_of_the_other_tasks_if_one_fails_in_a_way_that_it_does_not_know(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, log: Callable[[], list[dict[str, Any]]]
) -> None:
    for key in ("a.pdf", "bad.pdf", "z.pdf"):
        cloud.upload(key, PDF)
    register = pipeline.register

    def defective(source: Any, *rest: Any) -> Any:
        if source.key == "bad.pdf":
            raise ValueError("a defect")
        return register(source, *rest)

    monkeypatch.setattr(pipeline, "register", defective)
    results = {one["taskId"]: one for one in s3batchproc(tasks_of("a.pdf", "bad.pdf", "z.pdf"), CONTEXT)["results"]}
    assert {key: one["resultCode"] for key, one in results.items()} == {
        "a.pdf": "Succeeded",
        "bad.pdf": "TemporaryFailure",
        "z.pdf": "Succeeded",
    }
    assert results["bad.pdf"]["resultString"] == "s3batchproc failed (see its log): ValueError('a defect')"
    (line,) = [line for line in log() if line["level"] == "ERROR"]
    assert (line["message"], line["taskId"]) == ("The object could not be registered", "bad.pdf")
    with pytest.raises(ExceptionGroup):
        s3batchproc(tasks_of("bad.pdf"), CONTEXT)


def test_s3batchproc_takes_the_keys_that_people_give_their_files(cloud: Cloud) -> None:
    keys = ["a+b.png", "a b.png", "100 %.png", "%41.png", "\u00fc/\u6587\u66f8.png", "#?&=;.png", "\U0001f4c4.png"]
    for key in keys:
        cloud.upload(key, PNG + key.encode())
    results = s3batchproc(tasks_of(*keys), CONTEXT)["results"]
    assert [result["resultString"].partition(" as ")[0] for result in results] == ["registered"] * len(keys)
    assert {document.key for document in documents(cloud)} == set(keys)


def test_s3batchproc_does_not_import_what_the_pipeline_wrote_itself(cloud: Cloud) -> None:
    key = registered(cloud, "a.png", PNG).output_prefix + "page.png"
    cloud.upload(key, PNG)
    (result,) = s3batchproc(tasks_of(key), CONTEXT)["results"]
    assert (result["resultCode"], result["resultString"].partition(":")[0]) == ("Succeeded", "skipped")
    assert len(documents(cloud)) == 1


def test_s3batchproc_processes_again_what_its_job_asks_for(cloud: Cloud) -> None:
    document = registered(cloud, "a.png", PNG)
    pipeline.process_image(DocumentMessage.of(document), cloud.analyze, lambda: 300)
    (before,) = s3batchproc(tasks_of("a.png", backfill="b1"), CONTEXT)["results"]
    (again,) = s3batchproc(tasks_of("a.png", backfill="b1", again="all"), CONTEXT)["results"]
    assert before["resultString"] == f"registered before as {document.document_id}, SUCCEEDED"
    assert again["resultString"] == f"reprocessed as {document.document_id}, SUBMITTED"


def test_s3batchproc_says_what_is_wrong_with_its_jobs_arguments(cloud: Cloud) -> None:
    cloud.upload("a.png", PNG)
    (result,) = s3batchproc(tasks_of("a.png", again="yes"), CONTEXT)["results"]
    assert result["resultCode"] == "PermanentFailure"
    assert "'yes' is not a valid ReprocessPolicy. Make another job: the user argument again" in result["resultString"]


@pytest.mark.parametrize("rate", ["nan", "inf", "-inf", "-1", "Infinity", "1e999", "many", "", None, True, [], {}])
def test_s3batchproc_refuses_a_rate_that_is_no_rate_and_says_so(cloud: Cloud, rate: Any) -> None:
    cloud.upload("a.png", PNG)
    (result,) = s3batchproc(tasks_of("a.png", documentsPerMinute=rate), CONTEXT)["results"]
    assert result["resultCode"] == "PermanentFailure"
    assert f"documentsPerMinute is {rate!r}" in result["resultString"]
    assert "documentsPerMinute must be a number of 0 or more" in result["resultString"]
    assert not documents(cloud)


@pytest.mark.parametrize("argument", ["backfill", "again"])
def test_s3batchproc_refuses_arguments_that_are_no_text(cloud: Cloud, argument: str) -> None:
    cloud.upload("a.png", PNG)
    arguments: Any = {argument: None}
    (result,) = s3batchproc(tasks_of("a.png", **arguments), CONTEXT)["results"]
    assert (result["resultCode"], "None" in result["resultString"]) == ("PermanentFailure", True)


def test_s3batchproc_registers_at_once_and_leaves_its_jobs_rate_to_what_comes_after(cloud: Cloud) -> None:
    for key in ("a.png", "b.png", "c.png"):
        cloud.upload(key, PNG + key.encode())
    results = s3batchproc(tasks_of("a.png", "b.png", "c.png", documentsPerMinute="0.1"), CONTEXT)["results"]
    assert {result["resultCode"] for result in results} == {"Succeeded"}
    (rate,) = control_table.read("ControlTable", control_table.BACKFILL_RATE).values()
    assert control_table.number(rate, "intervalMs") == 600_000


@pytest.mark.usefixtures("cloud")
def test_s3batchproc_asks_for_another_try_if_aws_does_not_answer_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> Any:
        raise RetryableError("DynamoDB is busy")

    monkeypatch.setattr(pipeline, "register", refuse)
    (result,) = s3batchproc(tasks_of("a.pdf"), CONTEXT)["results"]
    assert result == {"taskId": "a.pdf", "resultCode": "TemporaryFailure", "resultString": "DynamoDB is busy"}


def test_s3batchproc_names_each_object_in_its_log_and_what_became_of_it(
    cloud: Cloud, log: Callable[[], list[dict[str, Any]]]
) -> None:
    for key, body in {"a.pdf": PDF, "notes.txt": b"Hello"}.items():
        cloud.upload(key, body)
    results = s3batchproc(tasks_of("a.pdf", "notes.txt"), CONTEXT)["results"]
    by_key = {found.key: found for found in documents(cloud)}
    told = [(line["message"], line["documentId"]) for line in log()]
    assert told == [("Registered", by_key[key].document_id) for key in ("a.pdf", "notes.txt")]
    assert [result["resultString"] for result in results] == [
        f"registered as {by_key['a.pdf'].document_id}, SUBMITTED",
        f"registered as {by_key['notes.txt'].document_id}, UNSUPPORTED: {message_of(by_key['notes.txt'])}",
    ]


def message_of(document: Document) -> str:
    assert document.failure
    return document.failure.message
