"""The numbers that keep the stack working, all in one place, each with its reason. A changed one changes its reason.

What follows from a number, for every setting, is tested beside what it concerns: visibility and retention in
test_durability.py, settings in test_wiring.py, time-outs of calls in tests/unit/textract_pipeline/aws/test_clients.py.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.infrastructure.conftest import Template

DAY_SECONDS = 24 * 60 * 60

FUNCTIONS: Mapping[str, tuple[int, int]] = {  # seconds, MB
    "S3Proc": (60, 512),  # any failing call gives up within 50 s (test_clients.py), and then the work is tried again
    "S3BatchProc": (60, 512),  # the same; S3 Batch Operations itself waits for longer
    "DocProc": (60, 512),  # a hundred records, of two short calls each
    "StatusProc": (60, 512),  # at most sixteen tries of a transaction, which pause for 23 s in all
    "SyncProc": (60, 512),  # a sync analysis may take two tries of 20 s each
    "AsyncProc": (900, 512),  # Lambda's longest: one invocation starts jobs for as long as there is room for them
    "JobResultsProc": (300, 1024),  # more pages than fit are continued; CPU comes with memory, and reading is CPU
}
VIEWS = (900, 3008, 4096)  # Lambda's longest; MB of memory, and of storage: 3,000 pages, the original and its viewer

QUEUES: Mapping[str, int] = {  # seconds for which a received message stays hidden: six time-outs of its reader,
    "SyncQueue": 360,  # as Lambda's guide says ("Using Lambda with Amazon SQS", 2026-11)
    "SyncBackfillQueue": 360,
    "AsyncQueue": 5400,
    "AsyncBackfillQueue": 5400,
    "JobResultsQueue": 1800,
}
RECEIVES = 10  # five more than the guide's least: a throttled delivery counts, too, and recovery takes a while
WAITS_DAYS = 10  # in a queue; a million pages at the smallest quota take less
KEPT_DAYS = 14  # in a dead-letter queue, the most that SQS allows; counted from when the message was first sent
DEAD_LETTER_QUEUES = {f"{name}DLQ" for name in (*QUEUES, "S3Proc", "DocProc", "StatusProc", "AsyncProc")}

READERS_OF_QUEUES: Mapping[tuple[str, str], tuple[int, int]] = {  # messages an invocation, invocations at once
    ("SyncProc", "SyncQueue"): (1, 5),  # the smallest sync quota of a region is 1 call a second, of 2 to 5 s each
    ("SyncProc", "SyncBackfillQueue"): (1, 2),  # SQS's least; beside them, never instead of them
    ("JobResultsProc", "JobResultsQueue"): (1, 10),  # reading 3,000 pages takes minutes: nobody else's wait for them
}
READERS_OF_THE_STREAM: Mapping[str, tuple[int, int, int]] = {  # records an invocation, batches a shard, retries
    "DocProc": (100, 10, 10),  # as many at once as Lambda allows: the stream keeps a record for 24 hours only
    "StatusProc": (100, 1, 10),  # one: two would change the same counts; 100 is what one transaction counts
}
TICK = "rate(5 minutes)"  # what was lost waits for an hour before it counts as such, a full quota for minutes


@pytest.mark.parametrize("name", FUNCTIONS)
def test_of_a_function(template: Template, name: str) -> None:
    function = template.named("AWS::Lambda::Function")[name]
    assert (function["Timeout"], function["MemorySize"]) == FUNCTIONS[name]
    assert "ReservedConcurrentExecutions" not in function  # a new account has ten in all, of which none can be reserved


def test_of_viewproc(synthesize: Callable[..., Template]) -> None:
    function = synthesize(outputs=["document.html"]).named("AWS::Lambda::Function")["ViewProc"]
    assert (function["Timeout"], function["MemorySize"], function["EphemeralStorage"]["Size"]) == VIEWS


def test_no_function_is_left_out(template: Template) -> None:
    (emptier,) = template.named("AWS::Lambda::Function").keys() - FUNCTIONS.keys()
    assert emptier.startswith("BucketNotificationsHandler")


@pytest.mark.parametrize("name", QUEUES)
def test_of_a_queue(template: Template, name: str) -> None:
    queue = template.named("AWS::SQS::Queue")[name]
    assert queue["VisibilityTimeout"] == QUEUES[name]
    assert queue["MessageRetentionPeriod"] == WAITS_DAYS * DAY_SECONDS
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": f"{name}DLQ", "maxReceiveCount": RECEIVES}


def test_of_dead_letter_queues(template: Template) -> None:
    queues = template.named("AWS::SQS::Queue")
    assert queues.keys() - QUEUES.keys() == DEAD_LETTER_QUEUES
    assert {queues[name]["MessageRetentionPeriod"] for name in DEAD_LETTER_QUEUES} == {KEPT_DAYS * DAY_SECONDS}


def test_of_event_sources(template: Template) -> None:
    sources = template.each("AWS::Lambda::EventSourceMapping")
    of_queues = {_ends(each): each for each in sources if not _is_stream(each)}
    assert of_queues.keys() == READERS_OF_QUEUES.keys()
    for ends, (messages, at_once) in READERS_OF_QUEUES.items():
        assert of_queues[ends]["BatchSize"] == messages
        assert of_queues[ends]["ScalingConfig"] == {"MaximumConcurrency": at_once}
        assert "MaximumBatchingWindowInSeconds" not in of_queues[ends]  # which would only delay a lone document
    of_stream = {each["FunctionName"]: each for each in sources if _is_stream(each)}
    assert of_stream.keys() == READERS_OF_THE_STREAM.keys()
    for name, (records, batches, retries) in READERS_OF_THE_STREAM.items():
        told = of_stream[name]
        assert (told["BatchSize"], told["ParallelizationFactor"], told["MaximumRetryAttempts"]) == (
            records,
            batches,
            retries,
        )
        assert told["StartingPosition"] == "TRIM_HORIZON"  # LATEST would skip what comes while the mapping is made


def test_of_the_schedule(template: Template) -> None:
    assert [
        each["ScheduleExpression"] for each in template.each("AWS::Events::Rule") if "ScheduleExpression" in each
    ] == [TICK]


def _ends(mapping: Mapping[str, Any]) -> tuple[str, str]:
    return mapping["FunctionName"], mapping["EventSourceArn"]


def _is_stream(mapping: Mapping[str, Any]) -> bool:
    return str(mapping["EventSourceArn"]).endswith(".Stream")
