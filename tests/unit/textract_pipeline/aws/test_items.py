"""Conversion of a document to its item and back, with its earlier runs, and the maximum size of the item."""

import json
from datetime import timedelta

from tests.support.documents import NOON, a_document
from textract_pipeline.aws.attribute_values import from_attribute_values, to_attribute_values
from textract_pipeline.aws.items import (
    LONGEST_MESSAGE,
    MOST_EARLIER_RUNS,
    document_from_item,
    document_to_item,
    runs_so_far,
)
from textract_pipeline.document import Document, DocumentFormat, Failure, Lane
from textract_pipeline.names import DocumentStatus, Feature, Stage

MOST_ITEM_BYTES = 400 * 1024  # DynamoDB Developer Guide, "Service, account, and table quotas", 2026-11
FAILURE = Failure("JOB_FAILED", "Textract could not process the document.", Stage.COLLECT)
ENDED = a_document(
    features=(Feature.TEXT,),
    updated_at=NOON + timedelta(seconds=9),
    format=DocumentFormat.PDF,
    status=DocumentStatus.FAILED,
    failure=FAILURE,
    job_id="job-1",
    submitted_by="AWS:AIDAEXAMPLE",
    queued_at=NOON + timedelta(seconds=1),
    started_at=NOON + timedelta(seconds=2),
)


def again(item: dict[str, object]) -> Document:
    return document_from_item(from_attribute_values(to_attribute_values(item)))


def with_runs(document: Document, count: int) -> Document:
    """The document after that many runs."""
    for number in range(2, count + 1):
        item = document_to_item(document._replace(run_number=number, submitted_at=NOON + timedelta(days=number)))
        document = document_from_item(item | {"earlierRuns": runs_so_far(document)})
    return document


def test_a_document_comes_back_from_its_item_as_it_was():
    assert again(document_to_item(ENDED)) == ENDED
    assert again(document_to_item(with_runs(ENDED, 3))) == with_runs(ENDED, 3)


def test_an_earlier_run_has_nothing_of_the_latest_but_the_object():
    latest = ENDED._replace(run_number=2, lane=Lane.BACKFILL, backfill="b1", failure=None, model_version="1.0", pages=3)
    (run,) = again(document_to_item(latest) | {"earlierRuns": runs_so_far(ENDED)}).earlier_runs
    assert run == ENDED


def test_the_last_ten_runs_are_kept():
    runs = with_runs(ENDED, MOST_EARLIER_RUNS + 5).earlier_runs
    assert [run.run_number for run in runs] == [*range(5, MOST_EARLIER_RUNS + 5)]


def test_a_message_is_cut_where_it_goes_over_every_page():
    pages = ", ".join(map(str, range(3000)))
    item = document_to_item(ENDED._replace(failure=Failure("PAGES_MISSING", f"Left out: {pages}", Stage.COLLECT)))
    assert len(item["errorMessage"]) == LONGEST_MESSAGE


def test_the_largest_item_there_can_be_is_far_from_what_dynamodb_takes():
    largest = ENDED._replace(
        key="ü" * 512,
        version_id="v" * 1024,
        queries=("文" * 200,) * 15,
        features=tuple(Feature),
        failure=FAILURE._replace(message="📄" * 10_000),
        outputs=("document.md",) * 12,
        submitted_by="u" * 2048,
        backfill="b" * 64,
        model_version="1" * 64,
    )
    item = document_to_item(with_runs(largest, MOST_EARLIER_RUNS + 1))
    assert len(json.dumps(item, ensure_ascii=False).encode()) < MOST_ITEM_BYTES / 4
