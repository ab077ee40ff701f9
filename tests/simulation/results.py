"""What became of each document, in a form in which two runs of the world can be compared."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from tests.simulation.aws.textract import STAMP
from tests.simulation.cloud import Cloud
from tests.simulation.scenario import ALL_SCENARIOS, Arrival
from tests.simulation.schedule import Schedule
from tests.simulation.simulation import simulate
from textract_pipeline.document import output_prefix

HOUR = 3600.0
_STAMP = re.compile(rb"(?:JOB|SYN)\d{3}")
_JOB = "response/job/"
_deserialize = TypeDeserializer().deserialize


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a document, without times and ids; `stamps` are those of the answers in its outputs."""

    status: str
    failure: tuple[str, str, str]  # code, message, stage
    pages: int | None
    outputs: Mapping[str, bytes]
    rows: tuple[Mapping[str, Any], ...]
    billed_run: int = 1
    stamps: frozenset[str] = frozenset()


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """A DynamoDB item as Python values."""
    return {name: _deserialize(value) for name, value in item.items()}


@cache
def expected(scenario: str) -> Mapping[str, Result]:
    """What becomes of each document if nothing goes wrong, and it has the pipeline to itself."""
    cloud = simulate(Schedule(scenario), spaced_seconds=HOUR)
    results = {arrival.document_id: result_of(arrival, cloud) for arrival in ALL_SCENARIOS[scenario].arrivals}
    return {document: result for document, result in results.items() if result}


def result_of(arrival: Arrival, cloud: Cloud) -> Result | None:
    """What became of a document; None if it was not registered."""
    item = next((each for each in map(plain, cloud.items()) if each["documentId"] == arrival.document_id), None)
    if item is None:
        return None
    stored = _outputs(arrival, item, cloud)
    rows = [plain(row) for row in cloud.dynamodb.tables["OutputTable"].items.values()]
    return Result(
        item["status"],
        (item.get("errorCode", ""), item.get("errorMessage", ""), item.get("errorStage", "")),
        item.get("pages"),
        {key: _STAMP.sub(STAMP.encode(), body) for key, body in stored.items()},
        tuple(_comparable(row, item) for row in rows if row["documentId"] == arrival.document_id),
        int(item["billedRun"]),
        frozenset(stamp.decode() for body in stored.values() for stamp in _STAMP.findall(body)),
    )


def _outputs(arrival: Arrival, item: Mapping[str, Any], cloud: Cloud) -> dict[str, bytes]:
    """The outputs by key. Of the responses of jobs, the one that the document names; earlier runs' stay beside it."""
    prefix = output_prefix(arrival.key, arrival.document_id)
    stored = {key: each.body for key, each in cloud.s3.buckets[arrival.bucket].items() if key.startswith(prefix)}
    earlier = {
        f"{prefix}response/{job.id}/"
        for job in cloud.textract.jobs.values()
        if job.request["JobTag"].startswith(arrival.document_id) and job.id != item.get("jobId")
    }
    return {
        _without_job(key, item): body
        for key, body in stored.items()
        if not any(key.startswith(directory) for directory in earlier)
    }


def _comparable(row: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """A row of OutputTable without what differs from run to run."""
    texts = {name: _without_job(value, item) for name, value in row.items() if isinstance(value, str)}
    return {**row, **texts, "createdAt": None, "run": None}


def _without_job(key: str, item: Mapping[str, Any]) -> str:
    return key.replace(f"response/{item['jobId']}/", _JOB) if "jobId" in item else key
