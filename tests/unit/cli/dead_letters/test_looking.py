"""Looking at dead letters gives them back at once, and commands at the same time lose none."""

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from cli.dead_letters import looking
from cli.one_by_one import Failures
from cli.target import Target
from tests.unit.cli.conftest import Pipeline
from textract_pipeline.aws import clients
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import Failure
from textract_pipeline.events import DocumentMessage
from textract_pipeline.names import DocumentStatus, Stage

GIVEN_UP = Failure("DEAD_LETTERED", "Every attempt failed.", Stage.ANALYZE)


def give_up_four(pipeline: Pipeline) -> None:
    documents = [pipeline.register(f"{n}.png", DocumentStatus.FAILED, GIVEN_UP) for n in range(4)]
    for document in documents:
        pipeline.give_up("SyncQueue", DocumentMessage.of(document).to_json())


@pytest.mark.parametrize("look", [("redrive",), ("redrive", "--json"), ("forget", "0.png", "--dry-run")])
def test_right_after_a_look_everything_is_sent_back(pipeline, look):
    give_up_four(pipeline)
    assert pipeline.run(*look).exit_code == 0
    result = pipeline.run("redrive", "--all")
    assert (result.exit_code, "Sent back 4 messages about 4 documents." in result.stdout) == (0, True)
    assert {document.run_number for document in DocumentsTable("DocumentsTable").list()} == {2}


def test_everything_is_sent_back_after_a_look_that_was_interrupted(pipeline, monkeypatch):
    give_up_four(pipeline)
    with monkeypatch.context() as patched:
        patched.setattr(DocumentsTable, "get", lambda *_: sys.exit(130))
        assert pipeline.run("redrive").exit_code == 130
    assert "Sent back 4 messages" in pipeline.run("redrive", "--all").stdout


def test_one_document_is_sent_back_and_the_others_are_given_back(pipeline):
    give_up_four(pipeline)
    assert pipeline.run("redrive", "2.png").exit_code == 0
    assert pipeline.counts("SyncQueueDLQ") == (3, 0)


def test_messages_that_another_command_holds_for_a_moment_are_waited_for(pipeline):
    give_up_four(pipeline)
    pipeline.hold("SyncQueueDLQ", seconds=1)
    assert "Sent back 4 messages" in pipeline.run("redrive", "--all").stdout


@pytest.mark.parametrize("arguments", [(), ("--all",), ("0.png",), ("--json",)])
def test_messages_that_somebody_holds_for_long_are_told_and_the_command_fails(pipeline, monkeypatch, arguments):
    monkeypatch.setattr(looking, "LONGEST_WAIT_SECONDS", 0)
    give_up_four(pipeline)
    pipeline.hold("SyncQueueDLQ", seconds=60)
    result = pipeline.run("redrive", *arguments)
    assert result.exit_code == 1
    assert "SyncQueueDLQ: somebody else has received 4 more messages" in result.stderr
    assert pipeline.counts("SyncQueueDLQ") == (0, 4)


def test_looks_that_hold_a_part_each_do_not_wait_for_each_other(pipeline, monkeypatch):
    give_up_four(pipeline)
    target = Target("the pipeline", {f"{name}Url": pipeline.url(name) for name in ("SyncQueueDLQ",)})
    monkeypatch.setattr(looking, "_sources", lambda _: ["SyncQueue"])
    monkeypatch.setattr(Target, "documents", DocumentsTable("DocumentsTable"))
    both, failures = Barrier(2), Failures()
    receive = clients.sqs().receive_message

    def receive_one(**request: Any) -> Any:
        answer = receive(**request | {"MaxNumberOfMessages": 2})
        with suppress(BrokenBarrierError):
            both.wait(0.2)
        return answer

    monkeypatch.setattr(clients.sqs(), "receive_message", receive_one)
    with ThreadPoolExecutor() as threads:
        used = [*threads.map(lambda _: looking.use_each(lambda _: True, target, failures), range(2))]
    assert sum(map(len, used)) == 4
    assert not failures
    assert pipeline.counts("SyncQueueDLQ") == (0, 0)
