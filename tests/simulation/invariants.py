"""What must be true of the world once it is quiet, whatever went wrong."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import zip_longest
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from tests.simulation.cloud import Cloud
from tests.simulation.invocation import Record
from tests.simulation.scenario import ALL_SCENARIOS, LIVE, Arrival, Scenario
from tests.simulation.schedule import Fault, Schedule
from tests.simulation.simulation import simulate
from textract_pipeline.document import Document, output_prefix
from textract_pipeline.errors import ErrorCode
from textract_pipeline.names import DocumentStatus, Feature
from textract_pipeline.prices import charged

HOUR = 3600.0
ANALYSES = {"detect_document_text", "analyze_document"}
_deserialize = TypeDeserializer().deserialize


class Wrong(StrEnum):
    """In which way a promise was broken."""

    LOST = "lost"
    STUCK = "stuck"
    WRONG = "wrong"
    DUPLICATED = "duplicated"
    DOUBLE_BILLED = "double_billed"


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken promise, to which object, and how."""

    kind: Wrong
    what: str
    how: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}: {self.how}"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a document, less times."""

    status: str
    failure: tuple[str, str, str]  # code, message, stage
    pages: int | None
    outputs: Mapping[str, bytes]
    rows: tuple[Mapping[str, Any], ...]


def violations(schedule: Schedule, cloud: Cloud) -> list[Violation]:
    """All broken promises of a run."""
    scenario = ALL_SCENARIOS[schedule.scenario]
    may_give_up = any(fault is Fault.BROKEN for _, fault in schedule.faults)
    found: list[Violation] = []
    for arrival in scenario.arrivals:
        found += _of_document(arrival, expected(schedule.scenario).get(arrival.document_id), cloud)
    found += _of_dead_letters(scenario, cloud, may_give_up)
    found += _of_history(cloud)
    found += _of_jobs(cloud, scenario.concurrent_jobs)
    found += _of_report(cloud)
    found += _of_counts(cloud)
    found += _of_announcements(cloud)
    found += _of_analyses(cloud)
    return found


@cache
def expected(scenario: str) -> Mapping[str, Result]:
    """What becomes of each document when nothing goes wrong and it has the pipeline to itself."""
    cloud = simulate(Schedule(scenario), spaced_seconds=HOUR)
    results = {arrival.document_id: _result(arrival, cloud) for arrival in ALL_SCENARIOS[scenario].arrivals}
    return {document: result for document, result in results.items() if result}


def _result(arrival: Arrival, cloud: Cloud) -> Result | None:
    item = next((each for each in map(_plain, cloud.items()) if each["documentId"] == arrival.document_id), None)
    if item is None:
        return None
    prefix = output_prefix(arrival.key, arrival.document_id)
    stored = cloud.s3.buckets[arrival.bucket]
    rows = [_plain(row) for row in cloud.dynamodb.tables["OutputTable"].items.values()]
    return Result(
        item["status"],
        (item.get("errorCode", ""), item.get("errorMessage", ""), item.get("errorStage", "")),
        item.get("pages"),
        {key: each.body for key, each in stored.items() if key.startswith(prefix)},
        tuple(row | {"createdAt": None, "run": None} for row in rows if row["documentId"] == arrival.document_id),
    )


def _of_document(arrival: Arrival, right: Result | None, cloud: Cloud) -> Iterator[Violation]:
    result = _result(arrival, cloud)
    if result is None:
        if _was_promised(arrival, cloud):
            yield Violation(Wrong.LOST, arrival.key, "never registered")
        return
    status, code = DocumentStatus(result.status), result.failure[0]
    if not status.is_terminal:
        yield Violation(Wrong.STUCK, arrival.key, status)
    elif status is not DocumentStatus.SUCCEEDED and not all(result.failure):
        yield Violation(Wrong.WRONG, arrival.key, f"{status} without a reason")
    elif right is None:
        yield Violation(Wrong.WRONG, arrival.key, f"{status}, and should not have been registered")
    elif code in arrival.may_be:
        return
    elif status is not arrival.ends:
        yield Violation(Wrong.WRONG, arrival.key, f"{status} {code} instead of {arrival.ends}")
    else:
        yield from _differences(arrival, right, result)


def _was_promised(arrival: Arrival, cloud: Cloud) -> bool:
    """Whether the object is the pipeline's business: uploaded, or reported as done by a batch operations job."""
    reported = {(task.bucket, task.key) for task in cloud.batch_operations.report if task.code == "Succeeded"}
    return arrival.bucket == LIVE or (arrival.bucket, arrival.key) in reported


def _differences(arrival: Arrival, right: Result, result: Result) -> Iterator[Violation]:
    if result.failure != right.failure:
        yield Violation(Wrong.WRONG, arrival.key, f"ended for another reason: {' '.join(result.failure)}")
    if right.status in {DocumentStatus.SUCCEEDED, DocumentStatus.PARTIAL_SUCCESS}:
        names = sorted(right.outputs.keys() | result.outputs.keys())
        differing = [name for name in names if right.outputs.get(name) != result.outputs.get(name)]
        if differing:
            yield Violation(Wrong.WRONG, arrival.key, f"outputs differ: {differing[0].rpartition('/')[2]}")
        if sorted(result.rows, key=str) != sorted(right.rows, key=str) or result.pages != right.pages:
            yield Violation(Wrong.WRONG, arrival.key, "OutputTable or the number of pages differs")


def _of_dead_letters(scenario: Scenario, cloud: Cloud, may_give_up: bool) -> Iterator[Violation]:
    """A document in a dead-letter queue says so, and none gets there that could be processed."""
    hopeless = {arrival.document_id for arrival in scenario.arrivals if arrival.ends is DocumentStatus.FAILED}
    for document in cloud.given_up:
        if not document.status.is_terminal:
            yield Violation(Wrong.STUCK, document.key, f"{document.status}, with its message in a dead-letter queue")
        elif _was_given_up(document) and not may_give_up and document.document_id not in hopeless:
            yield Violation(Wrong.WRONG, document.key, "given up, and could be processed")


def _was_given_up(document: Document) -> bool:
    """Whether its message's coming to a dead-letter queue is what became of it; a late copy's does no harm."""
    return document.failure is not None and document.failure.code == ErrorCode.DEAD_LETTERED


def _of_history(cloud: Cloud) -> Iterator[Violation]:
    """States never go backwards, and what has ended does not change."""
    order = list(DocumentStatus)
    last: dict[str, Mapping[str, Any]] = {}
    for record in cloud.state_changes:
        new = _plain(record["dynamodb"]["NewImage"])
        old = last.get(new["documentId"])
        last[new["documentId"]] = new
        if old is None or old["run"] < new["run"]:
            continue
        before, after = DocumentStatus(old["status"]), DocumentStatus(new["status"])
        if before.is_terminal or order.index(after) < order.index(before):
            yield Violation(Wrong.WRONG, new["objectName"], f"{before} was overwritten by {after}")


def _of_jobs(cloud: Cloud, concurrent_jobs: int) -> Iterator[Violation]:
    """No run has two jobs or is analyzed again without need, and no more jobs run than may."""
    for document, count in Counter(tag.partition(":")[0] for tag in cloud.textract.bill.jobs).items():
        if count > 1:
            yield Violation(Wrong.DUPLICATED, document, f"{count} jobs started")
    if cloud.textract.bill.most_jobs_at_once > concurrent_jobs:
        yield Violation(Wrong.WRONG, "Textract", "more jobs than may run at once")
    names = Counter((item["bucketName"]["S"], item["objectName"]["S"], item["eTag"]["S"]) for item in cloud.items())
    for (_bucket, key, _etag), count in names.items():
        if count > 1:
            yield Violation(Wrong.DUPLICATED, key, f"{count} documents")


def _of_analyses(cloud: Cloud) -> Iterator[Violation]:
    """An analysis is repeated only where its answer was lost, or a fault came between the answer and the save."""
    by_invocation: dict[str, list[Record]] = {}
    for record in cloud.functions.journal:
        by_invocation.setdefault(record.invocation, []).append(record)
    paid: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for invocation, records in by_invocation.items():
        document = ""
        for record, after in zip_longest(records, records[1:]):
            call = record.call
            if call.operation == "update_item" and call.request["TableName"] == "DocumentsTable":
                document = call.request["Key"]["documentId"]["S"]
            if call.operation in ANALYSES and record.took_effect:
                paid[document] += 1 + (record.fault is Fault.REPEAT)
                lost[document] += (record.fault is Fault.REPEAT) + _was_lost(record, after, invocation, cloud)
    for document, times in paid.items():
        if times > 1 + lost[document]:
            yield Violation(Wrong.DOUBLE_BILLED, document, f"analyzed {times} times, {lost[document]} in vain")


def _was_lost(analysis: Record, after: Record | None, invocation: str, cloud: Cloud) -> bool:
    """Whether a fault kept the analysis from being saved."""
    if analysis.fault in {Fault.FAIL_AFTER, Fault.DIE_AFTER, Fault.TIME_OUT}:
        return True
    if after is None:
        return invocation in cloud.functions.cut_short
    return after.call.operation == "put_object" and after.fault is not None and not after.took_effect


def _of_report(cloud: Cloud) -> Iterator[Violation]:
    """A batch operations job says of each object what is true."""
    registered = {(item["bucketName"]["S"], item["objectName"]["S"]) for item in cloud.items()}
    for task in cloud.batch_operations.report:
        if task.code == "Succeeded" and (task.bucket, task.key) not in registered:
            yield Violation(Wrong.WRONG, task.key, "its task succeeded and it is not registered")
        if task.code == "PermanentFailure" and task.key in cloud.s3.buckets[task.bucket]:
            yield Violation(Wrong.WRONG, task.key, f"its task failed for good: {task.text}")


def _of_counts(cloud: Cloud) -> Iterator[Violation]:
    """A backfill's counts are those of its documents, unless a change was given up before it was counted."""
    if cloud.sqs.queues["StatusProcDLQ"].messages:
        return
    right: Counter[str] = Counter()
    for item in map(_plain, cloud.items()):
        if "backfill" in item:
            right[item["status"]] += 1
            pages = item.get("pages", 0) if DocumentStatus(item["status"]).is_terminal else 0
            right.update({f"pages:{feature}": pages for feature in charged([*map(Feature, item["features"])])})
    counted: Counter[str] = Counter()
    for item in map(_plain, cloud.dynamodb.tables["BackfillsTable"].items.values()):
        if item["item"] == "counts":
            counted.update({name: value for name, value in item.items() if name not in {"part", "item", "updatedAt"}})
    for name in right.keys() | counted.keys():
        if right[name] != counted[name]:
            yield Violation(Wrong.WRONG, name, f"counted {counted[name]} instead of {right[name]}")


def _of_announcements(cloud: Cloud) -> Iterator[Violation]:
    """Each document that has ended is announced as it is, unless its change was given up before it was."""
    if cloud.sqs.queues["StatusProcDLQ"].messages:
        return
    announced = {(detail["documentId"], detail["run"], detail["status"]) for detail in cloud.events.details}
    for item in map(_plain, cloud.items()):
        ended = DocumentStatus(item["status"]).is_terminal
        if ended and (item["documentId"], item["run"], item["status"]) not in announced:
            yield Violation(Wrong.WRONG, item["objectName"], f"{item['status']} was not announced")


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _deserialize(value) for name, value in item.items()}
