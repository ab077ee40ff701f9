"""A document is forgotten: its outputs and records are deleted, and what remains is listed."""

import json
from typing import Any

import pytest

from cli.dead_letters import looking
from textract_pipeline.aws import clients
from textract_pipeline.aws.backfills_table import BackfillsTable
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.output_table import OutputTable
from textract_pipeline.document import Document, Failure
from textract_pipeline.events import DocumentMessage
from textract_pipeline.names import DocumentStatus, Stage

from .conftest import BUCKET, Pipeline


def keys() -> set[str]:
    return {found["Key"] for found in clients.s3().list_objects_v2(Bucket=BUCKET).get("Contents", ())}


def rows(document: Document) -> list[str]:
    return [output.output_type for output in OutputTable("OutputTable").list(document.document_id)]


def is_known(document: Document) -> bool:
    return DocumentsTable("DocumentsTable").get(document.document_id) is not None


def processed(pipeline: Pipeline, key: str = "form.png", **changes: Any) -> Document:
    document = pipeline.register(key, DocumentStatus.SUCCEEDED, **changes)
    pipeline.store_output(document, "text.txt", ("text.txt", b"Dear Ms Baker"))
    pipeline.store_output(document, "response/job/", ("response/job/1", b"{}"), ("response/job/.s3_access_check", b""))
    return document


def test_outputs_and_records_are_deleted_and_the_document_stays(pipeline):
    document = processed(pipeline)
    result = pipeline.run("forget", "form.png", "--yes")
    assert result.exit_code == 0
    assert keys() == {"form.png"}
    assert rows(document) == []
    assert not is_known(document)


def test_other_documents_are_not_touched(pipeline):
    processed(pipeline)
    other = processed(pipeline, "form.png-analysis.png")
    assert pipeline.run("forget", "form.png", "--yes").exit_code == 0
    assert keys() >= {"form.png-analysis.png", other.output_prefix + "text.txt"}
    assert len(rows(other)) == 2
    assert is_known(other)


def test_older_versions_of_outputs_go_too(pipeline):
    clients.s3().put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    document = processed(pipeline)
    pipeline.store_output(document, "text.txt", ("text.txt", b"Dear Mr Baker"))
    clients.s3().delete_object(Bucket=BUCKET, Key=document.output_prefix + "text.txt")
    assert pipeline.run("forget", "form.png", "--yes").exit_code == 0
    left = clients.s3().list_object_versions(Bucket=BUCKET)
    assert {found["Key"] for found in (*left.get("Versions", ()), *left.get("DeleteMarkers", ()))} == {"form.png"}


def test_its_dead_letters_go_and_others_stay(pipeline):
    failure = Failure("DEAD_LETTERED", "Every attempt failed.", Stage.ANALYZE)
    document, other = (pipeline.register(key, DocumentStatus.FAILED, failure) for key in ("form.png", "other.png"))
    for one in (document, other):
        pipeline.give_up("SyncQueue", DocumentMessage.of(one).to_json())
    assert pipeline.run("forget", "form.png", "--yes").exit_code == 0
    assert pipeline.counts("SyncQueueDLQ") == (1, 0)


@pytest.mark.parametrize("reason", ["held", "unreadable"])
def test_nothing_is_deleted_if_a_dead_letter_may_be_left(pipeline, monkeypatch, reason):
    monkeypatch.setattr(looking, "LONGEST_WAIT_SECONDS", 0)
    document = processed(pipeline)
    pipeline.give_up("SyncQueue", DocumentMessage.of(document).to_json())
    if reason == "held":
        pipeline.hold("SyncQueueDLQ", seconds=60)
    else:
        clients.sqs().delete_queue(QueueUrl=pipeline.url("SyncQueueDLQ"))
    result = pipeline.run("forget", "form.png", "--yes")
    assert result.exit_code != 0
    assert "Outputs and records were not deleted" in result.stderr
    assert is_known(document)
    assert len(rows(document)) == 2


def test_dead_letters_are_not_held_while_the_question_waits_for_its_answer(pipeline, monkeypatch):
    document = processed(pipeline)
    pipeline.give_up("SyncQueue", DocumentMessage.of(document).to_json())
    counted: list[tuple[int, int]] = []
    monkeypatch.setattr("click.confirm", lambda *_, **__: counted.append(pipeline.counts("SyncQueueDLQ")))
    assert pipeline.run("forget", "form.png").exit_code == 0
    assert (counted, pipeline.counts("SyncQueueDLQ")) == ([(1, 0)], (0, 0))


def test_its_backfill_counts_it_no_longer_but_its_pages_were_charged(pipeline):
    backfills = BackfillsTable("BackfillsTable")
    document, other = (processed(pipeline, key, backfill="2026") for key in ("form.png", "other.png"))
    backfills.count([document, other])
    charged = backfills.read("2026").pages
    assert pipeline.run("forget", "form.png", "--yes").exit_code == 0
    assert backfills.read("2026").registered == 1
    assert backfills.read("2026").pages == charged


@pytest.mark.parametrize("status", [DocumentStatus.SUBMITTED, DocumentStatus.QUEUED, DocumentStatus.IN_PROGRESS])
def test_a_document_on_its_way_is_refused_and_nothing_is_deleted(pipeline, status):
    done = processed(pipeline, "done.png")
    pipeline.register("form.png", status)
    result = pipeline.run("forget", "done.png", "form.png", "--yes")
    assert result.exit_code == 1
    assert "form.png is being processed" in result.stderr
    assert is_known(done)


def test_a_document_that_is_processed_again_meanwhile_stays_known(pipeline, monkeypatch):
    document = processed(pipeline)
    store = DocumentsTable("DocumentsTable")
    monkeypatch.setattr(
        BackfillsTable,
        "forget",
        lambda *_: store.reopen(document, document, DocumentStatus.SUBMITTED, is_paid_for=False),
    )
    result = pipeline.run("forget", "form.png", "--yes")
    assert result.exit_code == 1
    assert "form.png is being processed" in result.stderr
    assert is_known(document)


def test_a_dry_run_says_what_would_go_and_deletes_nothing(pipeline):
    document = processed(pipeline, backfill="2026")
    (told,) = json.loads(pipeline.run("forget", document.document_id, "--dry-run", "--json").stdout)
    assert set(told["objects"]) == keys() - {"form.png"}
    assert sorted(told["outputs"]) == ["response/job", "text.txt"]
    assert any("backfill 2026" in sentence for sentence in told["left"])
    assert is_known(document)


def test_what_is_left_is_said(pipeline):
    processed(pipeline)
    result = pipeline.run("forget", "form.png", "--yes")
    assert f"- the document itself, s3://{BUCKET}/form.png" in result.stdout
    assert "35 days" in result.stdout


def test_a_document_that_was_deleted_or_replaced_is_not_said_to_be_left(pipeline):
    document = processed(pipeline)
    pipeline.upload("form.png", b"another")
    result = pipeline.run("forget", document.document_id, "--yes")
    assert "the document itself" not in result.stdout


def test_it_asks_first(pipeline):
    document = processed(pipeline)
    result = pipeline.run("forget", "form.png")
    assert result.exit_code == 1
    assert "Delete all of this?" in result.stderr
    assert is_known(document)
