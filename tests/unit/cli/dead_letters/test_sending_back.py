"""A dead letter that names a range of the stream, not a document, is sent back as the documents of that range."""

import json
from datetime import timedelta

import pytest

from cli.dead_letters import sending_back
from tests.unit.cli.test_redrive import stored
from textract_pipeline.aws.backfills_table import BackfillsTable
from textract_pipeline.document import Failure
from textract_pipeline.events import DocumentMessage
from textract_pipeline.names import DocumentStatus, Stage


def test_what_was_never_routed_is_announced_again(pipeline):
    waiting = pipeline.register("waiting.png", DocumentStatus.SUBMITTED)
    failed = pipeline.register("failed.png", DocumentStatus.FAILED, Failure("NOT_ROUTED", "A day.", Stage.ROUTE))
    ended = pipeline.register("ended.png", DocumentStatus.FAILED, Failure("BAD_DOCUMENT", "Damaged.", Stage.ANALYZE))
    pipeline.give_up("DocProc", json.dumps({"DDBStreamBatchInfo": {"batchSize": 2}}))
    assert pipeline.run("redrive", "--all").exit_code == 0
    assert stored(waiting).updated_at > waiting.updated_at
    assert (stored(failed).status, stored(failed).run_number) == (DocumentStatus.SUBMITTED, 2)
    assert stored(ended).status is DocumentStatus.FAILED


def test_what_was_not_counted_is_counted_and_what_ended_meanwhile_is_announced(pipeline, monkeypatch):
    done = pipeline.register("done.png", DocumentStatus.SUCCEEDED, backfill="b1")
    before = pipeline.register("before.png", DocumentStatus.SUCCEEDED, updated_at=done.updated_at - timedelta(hours=1))
    announced: list[str] = []
    monkeypatch.setattr(sending_back, "announce", lambda some: announced.extend(one.document_id for one in some))
    came = done.updated_at.isoformat(timespec="seconds")
    info = {"approximateArrivalOfFirstRecord": came, "approximateArrivalOfLastRecord": came}
    pipeline.give_up("StatusProc", json.dumps({"DDBStreamBatchInfo": info}))
    assert pipeline.run("redrive", "--all").exit_code == 0
    counts = BackfillsTable("BackfillsTable").read("b1")
    assert (counts.registered, counts.documents[DocumentStatus.SUCCEEDED]) == (1, 1)
    assert announced == [done.document_id]
    assert before.document_id not in announced


@pytest.mark.parametrize("queue", ["SyncQueue", "JobResultsQueue", "S3Proc", "DocProc", "StatusProc"])
@pytest.mark.parametrize("body", ["plain words", "[1, 2]", '"text"', "{"])
def test_what_cannot_be_from_the_pipeline_is_told_and_stays_and_the_rest_is_sent_back(pipeline, queue, body):
    document = pipeline.register("form.png", DocumentStatus.FAILED, Failure("X", "Why.", Stage.ANALYZE))
    pipeline.give_up(queue, body)
    pipeline.give_up("AsyncQueue", DocumentMessage.of(document).to_json())
    result = pipeline.run("redrive", "--all")
    assert result.exit_code == 1
    assert f"A message in {queue}DLQ is not " in result.stderr
    assert result.stderr.rstrip().endswith(f"It begins with: {body}")
    assert "Sent back 1 messages about 1 documents." in result.stdout
    assert pipeline.counts(f"{queue}DLQ") == (1, 0)
    assert pipeline.waiting_in("SyncQueue") == []


@pytest.mark.parametrize(("queue", "part"), [("S3Proc", "requestPayload"), ("StatusProc", "DDBStreamBatchInfo")])
def test_a_message_without_what_it_would_need_is_told(pipeline, queue, part):
    pipeline.give_up(queue, '{"some": "JSON"}')
    result = pipeline.run("redrive", "--all")
    assert (result.exit_code, f"has no {part}" in result.stderr) == (1, True)
    assert pipeline.counts(f"{queue}DLQ") == (1, 0)
