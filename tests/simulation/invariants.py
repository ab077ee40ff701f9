"""What must be true of the world once it is quiet, no matter what went wrong."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.simulation.aws.textract import job_stamp
from tests.simulation.billing import Analysis, analyses
from tests.simulation.cloud import Cloud
from tests.simulation.results import Result, expected, plain, result_of
from tests.simulation.scenario import ALL_SCENARIOS, LIVE, Arrival, Scenario
from tests.simulation.schedule import Fault, Schedule
from textract_pipeline.document import Document, Run
from textract_pipeline.errors import ErrorCode
from textract_pipeline.names import DocumentStatus, Feature
from textract_pipeline.prices import charged


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


def violations(schedule: Schedule, cloud: Cloud) -> list[Violation]:
    """All broken promises of a run."""
    scenario = ALL_SCENARIOS[schedule.scenario]
    may_give_up = any(fault is Fault.BROKEN for _, fault in schedule.faults)
    paid_for = list(analyses(cloud))
    found: list[Violation] = []
    for arrival in scenario.arrivals:
        result = result_of(arrival, cloud)
        found += _of_document(arrival, expected(schedule.scenario).get(arrival.document_id), result, cloud)
        found += _of_answer(arrival, result, paid_for)
    found += _of_dead_letters(scenario, cloud, may_give_up)
    found += _of_history(cloud)
    found += _of_jobs(cloud, scenario.concurrent_jobs)
    found += _of_report(cloud)
    found += _of_counts(cloud)
    found += _of_announcements(cloud)
    found += _of_analyses(paid_for)
    return found


def _of_document(arrival: Arrival, right: Result | None, result: Result | None, cloud: Cloud) -> Iterator[Violation]:
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
    told = 1 if result.billed_run > 1 else 3  # a later run may fail with the same code at another step
    if result.failure[:told] != right.failure[:told]:
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
        new = plain(record["dynamodb"]["NewImage"])
        old = last.get(new["documentId"])
        last[new["documentId"]] = new
        tag = Run(new["documentId"], int(new["billedRun"])).job_tag
        if "jobId" in new and cloud.textract.jobs[new["jobId"]].request["JobTag"] != tag:
            yield Violation(Wrong.WRONG, new["objectName"], f"run {new['run']} names the job of another run")
        if old is None:
            continue
        before, after = DocumentStatus(old["status"]), DocumentStatus(new["status"])
        if old["run"] < new["run"]:
            if not before.is_terminal:
                yield Violation(Wrong.DOUBLE_BILLED, new["objectName"], f"{before}, and a new run was begun")
        elif old["run"] > new["run"]:
            yield Violation(Wrong.WRONG, new["objectName"], f"run {old['run']} was overwritten by run {new['run']}")
        elif before.is_terminal or order.index(after) < order.index(before):
            yield Violation(Wrong.WRONG, new["objectName"], f"{before} was overwritten by {after}")


def _of_jobs(cloud: Cloud, concurrent_jobs: int) -> Iterator[Violation]:
    """No run has two jobs or is analyzed again without need, and no more jobs run than may."""
    for tag, count in Counter(cloud.textract.bill.jobs).items():
        if count > 1:
            yield Violation(Wrong.DUPLICATED, tag, f"{count} jobs started")
    if cloud.textract.bill.most_jobs_at_once > concurrent_jobs:
        yield Violation(Wrong.WRONG, "Textract", "more jobs than may run at once")
    names = Counter((item["bucketName"]["S"], item["objectName"]["S"], item["eTag"]["S"]) for item in cloud.items())
    for (_bucket, key, _etag), count in names.items():
        if count > 1:
            yield Violation(Wrong.DUPLICATED, key, f"{count} documents")


def _of_analyses(paid_for: Sequence[Analysis]) -> Iterator[Violation]:
    """An analysis is repeated only if its answer was lost, or a fault came between the answer and the save."""
    paid: Counter[tuple[str, int]] = Counter()
    lost: Counter[tuple[str, int]] = Counter()
    for analysis in paid_for:
        run = analysis.document_id, analysis.billed_run
        paid[run] += 1
        lost[run] += analysis.was_lost
    for run, times in paid.items():
        if times > 1 + lost[run]:
            how = f"run {run[1]} was analyzed {times} times, {lost[run]} in vain"
            yield Violation(Wrong.DOUBLE_BILLED, run[0], how)


def _of_answer(arrival: Arrival, result: Result | None, paid_for: Sequence[Analysis]) -> Iterator[Violation]:
    """A document's outputs are made of one answer, which was paid for in its latest billed run."""
    if result is None or result.status not in {DocumentStatus.SUCCEEDED, DocumentStatus.PARTIAL_SUCCESS}:
        return
    run = arrival.document_id, result.billed_run
    own = {analysis.stamp for analysis in paid_for if (analysis.document_id, analysis.billed_run) == run}
    if len(result.stamps) != 1 or not result.stamps <= own | {job_stamp(f":{result.billed_run}")}:
        how = f"run {result.billed_run} has outputs of the answers {', '.join(sorted(result.stamps))}"
        yield Violation(Wrong.WRONG, arrival.key, how)


def _of_report(cloud: Cloud) -> Iterator[Violation]:
    """A batch operations job says of each object what is true."""
    registered = {(item["bucketName"]["S"], item["objectName"]["S"]) for item in cloud.items()}
    for task in cloud.batch_operations.report:
        if task.code == "Succeeded" and (task.bucket, task.key) not in registered:
            yield Violation(Wrong.WRONG, task.key, "its task succeeded and it is not registered")
        if task.code == "PermanentFailure" and task.key in cloud.s3.buckets[task.bucket]:
            yield Violation(Wrong.WRONG, task.key, f"its task failed for good: {task.text}")


def _of_counts(cloud: Cloud) -> Iterator[Violation]:
    """A backfill's counts are those of its documents, as they were last in it, and their pages once a run."""
    if cloud.sqs.queues["StatusProcDLQ"].messages:
        return
    right: Counter[str] = Counter()
    images = [plain(record["dynamodb"]["NewImage"]) for record in cloud.state_changes]
    listed = [item for item in images if "backfill" in item]
    for item in {(item["documentId"], item["backfill"]): item for item in listed}.values():
        right[item["status"]] += 1
    ended = {(item["documentId"], item["run"]): item for item in listed if DocumentStatus(item["status"]).is_terminal}
    for item in ended.values():
        features = charged([*map(Feature, item["features"])])
        right.update({f"pages:{feature}": item.get("pages", 0) for feature in features})
    counted: Counter[str] = Counter()
    for item in map(plain, cloud.dynamodb.tables["BackfillsTable"].items.values()):
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
    for item in map(plain, cloud.items()):
        ended = DocumentStatus(item["status"]).is_terminal
        if ended and (item["documentId"], item["run"], item["status"]) not in announced:
            yield Violation(Wrong.WRONG, item["objectName"], f"{item['status']} was not announced")
