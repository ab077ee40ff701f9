"""What the sync API was paid for: each analysis, for which run, and whether a fault kept it from being of use."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.simulation.aws.textract import sync_stamp
from tests.simulation.cloud import Cloud
from tests.simulation.invocation import Record
from tests.simulation.results import plain
from tests.simulation.schedule import Fault

_ANALYSES = {"detect_document_text", "analyze_document"}


@dataclass(frozen=True, slots=True)
class Analysis:
    """One answer of the sync API, and the run in whose name it was paid for."""

    document_id: str
    billed_run: int
    stamp: str
    was_lost: bool


def analyses(cloud: Cloud) -> Iterator[Analysis]:
    """Every analysis, in order. One that the SDK repeats is two, the first of which is lost."""
    billed = _billed_runs(cloud)
    following = _following(cloud.functions.journal)
    claimed: dict[str, tuple[str, int]] = {}
    number = 0
    for place, record in enumerate(cloud.functions.journal):
        call = record.call
        if call.operation == "update_item" and call.request["TableName"] == "DocumentsTable":
            run = plain(call.request["ExpressionAttributeValues"])[":ofRun"]
            claimed[record.invocation] = call.request["Key"]["documentId"]["S"], int(run)
        if call.operation in _ANALYSES and record.took_effect:
            for was_lost in [True, False] if record.fault is Fault.REPEAT else [False]:
                number += 1
                lost = was_lost or _was_lost(record, following.get(place), cloud)
                document_id, run_number = claimed[record.invocation]
                yield Analysis(document_id, billed[document_id, run_number], sync_stamp(number), lost)


def _billed_runs(cloud: Cloud) -> dict[tuple[str, int], int]:
    """For each run of each document, the run in whose name it is paid for."""
    images = (plain(record["dynamodb"]["NewImage"]) for record in cloud.state_changes)
    return {(image["documentId"], int(image["run"])): int(image["billedRun"]) for image in images}


def _following(journal: list[Record]) -> dict[int, Record]:
    """For the place of each record, the next one of its invocation."""
    last: dict[str, int] = {}
    following: dict[int, Record] = {}
    for place, record in enumerate(journal):
        if record.invocation in last:
            following[last[record.invocation]] = record
        last[record.invocation] = place
    return following


def _was_lost(analysis: Record, after: Record | None, cloud: Cloud) -> bool:
    """Whether a fault kept the analysis from being saved."""
    if analysis.fault in {Fault.FAIL_AFTER, Fault.DIE_AFTER, Fault.TIME_OUT}:
        return True
    if after is None:
        return analysis.invocation in cloud.functions.cut_short
    return after.call.operation == "put_object" and after.fault is not None and not after.took_effect
