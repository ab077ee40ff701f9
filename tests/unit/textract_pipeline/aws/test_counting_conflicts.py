"""Many invocations that count at the same time conflict with each other, and all succeed."""

from collections.abc import Callable
from random import Random

import pytest

from tests.support.aws_requests import Checked
from tests.support.contention import ContendedTable, ModelTime
from tests.support.documents import NOON, a_document
from textract_pipeline.aws import clients
from textract_pipeline.aws.backfills_table import BackfillsTable
from textract_pipeline.document import Lane
from textract_pipeline.errors import RetryableError
from textract_pipeline.names import DocumentStatus

PARTS = 16  # of a backfill's counts; an invocation with a hundred documents writes to all of them
INVOCATIONS = 20  # per shard, one after another
OTHER_SECONDS = 0.05  # for the work of an invocation besides counting
DOCUMENT = a_document(lane=Lane.BACKFILL, backfill="b1")


def failures(monkeypatch: pytest.MonkeyPatch, shards: int, part: int) -> set[tuple[int, int]]:
    """The invocations, by shard and number, that fail because of one part of the counts."""
    time, random, failed = ModelTime(), Random(part), set()
    table = ContendedTable(time, random)
    checked = Checked("dynamodb", table)
    monkeypatch.setattr(clients, "dynamodb", lambda: checked)

    def jitter(seconds: float) -> float:
        return random.uniform(0, seconds)

    backfills = BackfillsTable("BackfillsTable", lambda: NOON, jitter, time.sleep)

    def shard(number: int) -> Callable[[], None]:
        def invoke() -> None:
            time.sleep(random.uniform(0, OTHER_SECONDS))
            for invocation in range(INVOCATIONS):
                document = DOCUMENT._replace(document_id=f"0{part:02x}{number:02x}{invocation:027x}")
                try:
                    backfills.count([document])
                except RetryableError:
                    failed.add((number, invocation))
                time.sleep(OTHER_SECONDS)

        return invoke

    time.run([shard(number) for number in range(shards)])
    counted = int(table.items["counts"][DocumentStatus.SUBMITTED]["N"])
    assert counted == shards * INVOCATIONS - len(failed)
    return failed


def share_that_fails(monkeypatch: pytest.MonkeyPatch, shards: int) -> float:
    """The share of invocations that fail because of any part. The parts do not affect each other."""
    failed: set[tuple[int, int]] = set()
    for part in range(PARTS):
        failed |= failures(monkeypatch, shards, part)
    return len(failed) / (shards * INVOCATIONS)


@pytest.mark.parametrize("shards", [2, 8, 16])
def test_however_many_count_at_once_hardly_an_invocation_fails_and_each_document_counts_once(
    monkeypatch: pytest.MonkeyPatch, shards: int
) -> None:
    share = share_that_fails(monkeypatch, shards)
    print(f"{shards} busy shards: {share:.1%} of the invocations fail")  # noqa: T201
    assert share <= 0.01
