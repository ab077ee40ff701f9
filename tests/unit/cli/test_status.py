import json
from datetime import timedelta
from threading import Timer

import pytest

from textract_pipeline.aws import clients
from textract_pipeline.aws.items import Output
from textract_pipeline.aws.output_table import OutputTable
from textract_pipeline.document import Failure
from textract_pipeline.names import DocumentStatus, Stage

from .conftest import BUCKET, SUBMITTED_AT

DAMAGED = Failure("BAD_DOCUMENT", "The file is damaged.", Stage.ANALYZE)


@pytest.mark.parametrize("name", ["{id}", "s3://documents/a b+c.png", "a b+c.png"])
def test_a_document_is_found_by_its_id_its_uri_and_its_key(pipeline, name):
    document = pipeline.register("a b+c.png", DocumentStatus.SUCCEEDED)
    result = pipeline.run("status", name.format(id=document.document_id), "--json")
    (shown,) = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (shown["documentId"], shown["status"], shown["pages"]) == (document.document_id, "SUCCEEDED", 2)
    assert (shown["outputPrefix"], shown["seconds"]) == (document.output_prefix, 2.5)


def test_all_documents_are_shown_oldest_first_where_none_is_named(pipeline):
    pipeline.register("late.png", DocumentStatus.QUEUED, submitted_at=SUBMITTED_AT + timedelta(minutes=1))
    pipeline.register("early.png", DocumentStatus.SUCCEEDED)
    result = pipeline.run("status", "--json")
    assert [document["objectName"] for document in json.loads(result.stdout)] == ["early.png", "late.png"]
    assert result.exit_code == 0, "a document that is on its way has not failed"


def test_the_table_tells_a_person_why_a_document_failed(pipeline):
    pipeline.register("torn.png", DocumentStatus.FAILED, DAMAGED)
    result = pipeline.run("status")
    assert result.stdout.splitlines()[-1] == "torn.png: The file is damaged. (BAD_DOCUMENT, analyze)"


def test_the_history_of_a_document_says_why_a_view_is_missing(pipeline):
    document = pipeline.register("odd.pdf", DocumentStatus.SUCCEEDED)
    reason = f"{document.uri} has no searchable.pdf: it took more than 10 seconds [/b]."
    missing = Output("searchable", BUCKET, document.output_prefix + "searchable.pdf", 0, 0, reason)
    OutputTable("OutputTable").record(document, [missing])
    assert pipeline.run("status", "odd.pdf").stdout.splitlines()[-1] == reason
    (shown,) = json.loads(pipeline.run("status", "odd.pdf", "--json").stdout)
    assert shown["lacking"] == {"searchable.pdf": reason}


@pytest.mark.parametrize("status", [DocumentStatus.FAILED, DocumentStatus.UNSUPPORTED, DocumentStatus.PARTIAL_SUCCESS])
def test_the_exit_code_is_1_where_a_document_failed(pipeline, status):
    pipeline.register("good.png", DocumentStatus.SUCCEEDED)
    pipeline.register("bad.png", status, DAMAGED)
    assert pipeline.run("status").exit_code == 1


def test_an_object_that_is_not_there_is_told_apart_from_one_that_is_not_registered(pipeline):
    pipeline.upload("fresh.png", b"fresh")
    missing, fresh = pipeline.run("status", "missing.png"), pipeline.run("status", "fresh.png")
    assert (missing.exit_code, fresh.exit_code) == (1, 1)
    assert f"There is no object s3://{BUCKET}/missing.png" in missing.stderr
    assert "fresh.png is not registered with the stack TextractPipeline in us-east-1" in fresh.stderr


def test_an_unknown_id_is_no_document(pipeline):
    result = pipeline.run("status", "0" * 32)
    assert result.exit_code == 1
    assert "is not registered" in result.stderr


def test_a_document_that_is_named_is_shown_with_its_history(pipeline):
    first = pipeline.register(
        "form.png",
        DocumentStatus.FAILED,
        DAMAGED,
        submitted_by="AWS:AIDAEXAMPLE",
        queued_at=SUBMITTED_AT + timedelta(seconds=0.5),
        started_at=SUBMITTED_AT + timedelta(seconds=1.5),
        model_version="1.0",
    )
    assert pipeline.run("reprocess", "form.png", "--features", "text,tables").exit_code == 0
    told = json.loads(pipeline.run("status", "form.png", "--json").stdout)[0]["history"]
    assert [(step["run"], step["status"], step["seconds"]) for step in told] == [
        (1, "SUBMITTED", None),
        (1, "QUEUED", 0.5),
        (1, "IN_PROGRESS", 1.0),
        (1, "FAILED", 1.0),
        (2, "SUBMITTED", None),
    ]
    assert told[0]["told"] == "by AWS:AIDAEXAMPLE, for text"
    assert told[0]["at"] == first.submitted_at.isoformat(timespec="milliseconds")
    assert told[3]["told"] == "The file is damaged. (BAD_DOCUMENT, analyze); 2 pages; $0.0030; model 1.0"
    assert told[4]["told"].endswith(", for text tables")
    assert "by arn:aws:" in told[4]["told"]
    table = pipeline.run("status", "form.png").stdout
    assert "by AWS:AIDAEXAMPLE" in table
    assert "QUEUED" in table


def test_all_documents_are_shown_without_their_histories(pipeline):
    pipeline.register("form.png", DocumentStatus.SUCCEEDED)
    (shown,) = json.loads(pipeline.run("status", "--json").stdout)
    assert "history" not in shown


@pytest.mark.parametrize("names", [["form.png"], []])
def test_watching_ends_when_every_document_has(pipeline, names):
    document = pipeline.register("form.png", DocumentStatus.IN_PROGRESS)
    Timer(0.5, _finish, [document.document_id]).start()
    result = pipeline.run("status", *names, "--watch", "--json")
    assert [one["status"] for one in json.loads(result.stdout)] == ["SUCCEEDED"]


def _finish(identifier: str) -> None:
    clients.dynamodb().update_item(
        TableName="DocumentsTable",
        Key={"documentId": {"S": identifier}},
        UpdateExpression="SET #status = :status",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": {"S": "SUCCEEDED"}},
    )
